"""No officers, however many, give a country a key that the country does not vouch for."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from keys import (
    ContinuityError,
    DirectoryFolder,
    Document,
    Identity,
    KeyEntry,
    KeyState,
    PartyEntry,
    PartyKind,
    Root,
    TrustError,
    directory_file,
    entry_for,
    kid_of,
    spki_of,
    watch,
)
from keys.continuity import foreign_keys
from keys.documents import write_directory
from keys.objection import verify_objection
from keys.officer import Signer, make_signer
from keys.revocation import (
    recovery_file,
    revocation_file,
    sign_by_officers,
    sign_by_party,
    write_recovery,
    write_revocation,
)
from keys.root import Policy, Role, RoleName
from keys.root_document import read_root, write_root
from keys.vouching import endorse, mandate

NOW = datetime(2026, 10, 20, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
NOTICE = timedelta(hours=72)


def who(party: str, seed: int) -> Identity:
    return Identity.from_secrets(
        party, signing_seed=bytes([seed]) * 32, encryption_secrets=[bytes([seed + 100]) * 32]
    )


def officer(name: str, seed: int) -> Signer:
    return make_signer(name, f"Office {name}", random=lambda n: bytes([seed]) * n, quantum=False)


OFFICERS = tuple(
    officer(name, seed)
    for seed, name in enumerate(("anna", "boris", "chen", "dina", "emil"), start=40)
)
NAMES = tuple(each.person for each in OFFICERS)
ROOT_OCTETS = write_root(
    version=1,
    issued=NOW,
    expires=NOW + timedelta(days=365),
    previous=None,
    policy=Policy(quantum=False, beacon_fresh=timedelta(0), recovery_notice=NOTICE),
    officers={each.person: each.public for each in OFFICERS},
    roles={
        RoleName.ROOT: Role(name=RoleName.ROOT, threshold=3, organisations=1, persons=NAMES),
        RoleName.DIRECTORY: Role(
            name=RoleName.DIRECTORY, threshold=2, organisations=1, persons=NAMES[:4]
        ),
        RoleName.REVOKER: Role(name=RoleName.REVOKER, threshold=1, organisations=1, persons=NAMES),
    },
    enrolment=bytes([9, *bytes(31)]),
)
ROOT: Root = read_root(ROOT_OCTETS, place="root")
FRANCE, ROGUE, NEXT = who("FRA-NCB", 1), who("FRA-NCB", 2), who("FRA-NCB", 3)
CUSTOMS = who("FRA-CUSTOMS", 4)
BRAZIL = who("BRA-NCB", 5)
SENDS = frozenset({"REC_SUBMIT", "SEARCH_REQUEST"})


def ncb(identity: Identity) -> PartyEntry:
    return entry_for(identity, sends=SENDS, valid_from=NOW, kind=PartyKind.NCB)


def key_of(identity: Identity, use: str = "sig", **changes: object) -> KeyEntry:
    found = next(key for key in ncb(identity).keys if key.use == use)
    return replace(found, **changes)  # type: ignore[arg-type] # fields by name


class Exchange:
    """Publishes directories and notes, and lets one node read them."""

    def __init__(self, root: Path) -> None:
        self.trust, self.home = root / "trust", root / "home"
        self.trust.mkdir()
        self.home.mkdir()
        self.alarms: list[TrustError] = []
        self.digest: bytes | None = None
        self.version = 0
        self.restart()

    def restart(self) -> None:
        self.folder = DirectoryFolder(
            self.trust, ROOT, home=self.home, on_refusal=self.alarms.append
        )

    def publish(self, *entries: PartyEntry) -> None:
        self.version += 1
        octets = write_directory(
            version=self.version,
            issued=NOW + self.version * timedelta(minutes=1),
            expires=NOW + timedelta(days=30),
            previous=self.digest,
            parties=entries,
        )
        self.digest = hashlib.sha256(octets).digest()
        self.put(directory_file(self.version), octets, OFFICERS[:2])

    def put(self, name: str, octets: bytes, signers: tuple[Signer, ...]) -> None:
        (self.trust / f"{name}.sig").write_bytes(sign_by_officers(name, octets, signers))
        (self.trust / name).write_bytes(octets)

    def signs(self, identity: Identity, at: datetime = NOW + HOUR) -> bool:
        found = self.folder.current(at).signer(identity.signing_kid)
        return found is not None and found[1].may_sign(at)

    def encrypts_to(self, identity: Identity, at: datetime = NOW + HOUR) -> bool:
        directory = self.folder.current(at)
        return directory.recipient(identity.party).kid == identity.encryption_kids[0]


@pytest.fixture
def exchange(tmp_path: Path) -> Exchange:
    made = Exchange(tmp_path)
    made.publish(ncb(FRANCE), ncb(BRAZIL))
    assert made.signs(FRANCE)
    return made


def test_officers_cannot_give_a_country_a_key_and_its_own_keys_stay_in_use(
    exchange: Exchange,
) -> None:
    both = replace(ncb(FRANCE), keys=(*ncb(FRANCE).keys, *ncb(ROGUE).keys))
    exchange.publish(both, ncb(BRAZIL))
    later = NOW + HOUR + timedelta(seconds=2)
    assert not exchange.signs(ROGUE, later)
    assert exchange.signs(FRANCE, later)
    assert exchange.encrypts_to(FRANCE, later)
    assert [type(each) for each in exchange.alarms] == [ContinuityError, ContinuityError]
    exchange.restart()
    assert not exchange.signs(ROGUE, later)


def test_the_victim_sees_each_key_that_is_not_its_own(exchange: Exchange) -> None:
    both = replace(ncb(FRANCE), keys=(*ncb(FRANCE).keys, *ncb(ROGUE).keys))
    exchange.publish(both)
    exchange.folder.current(NOW + HOUR + timedelta(seconds=2))
    signed = exchange.folder.signed
    assert signed is not None
    held = (FRANCE.signing_kid, *FRANCE.encryption_kids)
    assert set(foreign_keys(signed, "FRA-NCB", held)) == {
        ROGUE.signing_kid,
        ROGUE.encryption_kids[0],
    }
    assert foreign_keys(signed, "BRA-NCB", held) == ()


def test_what_others_send_goes_on_to_the_old_key_where_officers_list_a_false_successor(
    exchange: Exchange,
) -> None:
    old = tuple(replace(key, state=KeyState.RETIRING) for key in ncb(FRANCE).keys)
    exchange.publish(replace(ncb(FRANCE), keys=(*old, *ncb(ROGUE).keys)), ncb(BRAZIL))
    later = NOW + HOUR + timedelta(seconds=2)
    assert exchange.encrypts_to(FRANCE, later)
    assert exchange.signs(FRANCE, later)
    assert not exchange.signs(ROGUE, later)


@pytest.mark.parametrize("state", [KeyState.RETIRED, KeyState.REVOKED, KeyState.COMPROMISED])
@pytest.mark.parametrize("meanwhile", ["listed", "gone"])
def test_officers_bring_no_key_back_whose_life_was_over(
    exchange: Exchange, state: KeyState, meanwhile: str
) -> None:
    after = rotated(FRANCE, NEXT)
    over = [
        replace(key, state=state, revoked_at=None if state is KeyState.RETIRED else NOW)
        if key.kid in {FRANCE.signing_kid, *FRANCE.encryption_kids}
        else key
        for key in after.keys
    ]
    at = NOW + HOUR + timedelta(seconds=2)
    exchange.publish(after, ncb(BRAZIL))
    assert exchange.signs(NEXT, at)
    exchange.publish(replace(after, keys=tuple(over)), ncb(BRAZIL))
    assert not exchange.signs(FRANCE, at + timedelta(seconds=2))
    if meanwhile == "gone":
        own = tuple(k for k in after.keys if k.kid in {NEXT.signing_kid, *NEXT.encryption_kids})
        exchange.publish(replace(after, keys=own), ncb(BRAZIL))
        assert exchange.signs(NEXT, at + timedelta(seconds=4))
    exchange.publish(after, ncb(BRAZIL))  # the stolen one is CURRENT again, by two officers
    assert not exchange.signs(FRANCE, at + timedelta(seconds=6))
    assert exchange.signs(NEXT, at + timedelta(seconds=6))
    assert any("no key comes back" in str(each) for each in exchange.alarms)
    exchange.restart()
    assert not exchange.signs(FRANCE, at + timedelta(seconds=8))


@pytest.mark.parametrize(
    ("party", "kind"),
    [
        ("FRA-ABC", PartyKind.NCB),
        ("FRA-REGISTRY", PartyKind.REGISTRY),
        ("FRA-NCB2", PartyKind.NCB),
        ("XPO-NCBX", PartyKind.NCB),
    ],
)
def test_officers_make_no_second_ncb_and_no_second_registry(
    exchange: Exchange, party: str, kind: PartyKind
) -> None:
    other = who(party, 7)
    entry = entry_for(other, sends=SENDS, valid_from=NOW, kind=kind)
    exchange.publish(ncb(FRANCE), ncb(BRAZIL), entry)
    later = NOW + HOUR + timedelta(seconds=2)
    assert not exchange.signs(other, later)
    assert exchange.signs(FRANCE, later)
    assert any(f"it is listed as {kind}" in str(each) for each in exchange.alarms)


def test_an_ncb_objects_to_who_was_listed_for_its_country_without_it(
    exchange: Exchange, tmp_path: Path
) -> None:
    second = who("FRA-ABC", 7)
    exchange.publish(
        ncb(FRANCE), ncb(BRAZIL),
        entry_for(second, sends=SENDS, valid_from=NOW, kind=PartyKind.NCB),
        entry_for(CUSTOMS, sends=SENDS, valid_from=NOW, kind=PartyKind.AGENCY),
    )  # fmt: skip
    exchange.folder.current(NOW + HOUR + timedelta(seconds=2))
    signed = exchange.folder.signed
    assert signed is not None
    home = tmp_path / "own"
    home.mkdir()
    alarm = watch(signed, FRANCE, home, now=NOW + HOUR, mandates_needed=True)
    assert alarm is not None
    assert "a party of our country" in str(alarm)
    path = next((home / "objections").glob("*.xml"))
    found = verify_objection(
        path.read_bytes(), path.with_name(f"{path.name}.sig").read_bytes(), signed
    )
    for each in (second, CUSTOMS):
        assert each.signing_kid in found.kids
    assert watch(signed, BRAZIL, home / "bra", now=NOW, mandates_needed=True) is None


def test_an_ncb_has_nothing_against_the_agencies_that_it_mandated(
    exchange: Exchange, tmp_path: Path
) -> None:
    customs = replace(
        entry_for(CUSTOMS, sends=SENDS, valid_from=NOW, kind=PartyKind.AGENCY),
        mandate=mandate(FRANCE, "FRA-CUSTOMS", SENDS),
    )
    exchange.publish(ncb(FRANCE), ncb(BRAZIL), customs)
    exchange.folder.current(NOW + HOUR + timedelta(seconds=2))
    signed = exchange.folder.signed
    assert signed is not None
    assert watch(signed, FRANCE, tmp_path, now=NOW + HOUR, mandates_needed=True) is None


def test_a_successor_that_the_current_key_vouches_for_is_used_at_once(exchange: Exchange) -> None:
    exchange.publish(rotated(FRANCE, NEXT), ncb(BRAZIL))
    later = NOW + HOUR + timedelta(seconds=2)
    assert exchange.signs(NEXT, later)
    assert exchange.signs(FRANCE, later)  # retiring: what is under way is accepted
    assert not exchange.alarms


def test_a_node_that_was_away_follows_successor_after_successor(exchange: Exchange) -> None:
    third = who("FRA-NCB", 6)
    keys = [
        *(replace(key, state=KeyState.RETIRED) for key in ncb(FRANCE).keys),
        *(endorsed(key, FRANCE, KeyState.RETIRED) for key in ncb(NEXT).keys),
        *(endorsed(key, NEXT, KeyState.CURRENT) for key in ncb(third).keys),
    ]
    exchange.publish(ncb(FRANCE), ncb(BRAZIL))
    exchange.publish(replace(ncb(FRANCE), keys=tuple(keys)), ncb(BRAZIL))
    assert exchange.signs(third, NOW + HOUR + timedelta(seconds=5))


@pytest.mark.parametrize("state", [KeyState.REVOKED, KeyState.COMPROMISED])
def test_a_revoked_key_vouches_for_nobody(exchange: Exchange, state: KeyState) -> None:
    entry = rotated(FRANCE, NEXT)
    keys = tuple(
        replace(key, state=state, revoked_at=NOW) if key.kid == FRANCE.signing_kid else key
        for key in entry.keys
    )
    exchange.publish(replace(entry, keys=keys), ncb(BRAZIL))
    assert not exchange.signs(NEXT, NOW + HOUR + timedelta(seconds=2))


def test_another_countrys_key_vouches_for_nobody(exchange: Exchange) -> None:
    keys = tuple(endorsed(key, BRAZIL, KeyState.CURRENT) for key in ncb(ROGUE).keys)
    exchange.publish(replace(ncb(FRANCE), keys=(*ncb(FRANCE).keys, *keys)), ncb(BRAZIL))
    assert not exchange.signs(ROGUE, NOW + HOUR + timedelta(seconds=2))


def test_a_recovery_takes_the_roots_threshold_and_its_notice(exchange: Exchange) -> None:
    kids = [key.kid for key in ncb(NEXT).keys]
    octets = write_recovery("FRA-NCB", kids, "Fire.", issued=NOW, notice=NOTICE)
    exchange.publish(ncb(NEXT), ncb(BRAZIL))
    at = NOW + HOUR
    exchange.put(recovery_file("FRA-NCB", octets), octets, OFFICERS[:2])
    assert not exchange.signs(NEXT, at + NOTICE)
    (exchange.trust / recovery_file("FRA-NCB", octets)).unlink()
    exchange.put(recovery_file("FRA-NCB", octets), octets, OFFICERS[:3])
    seen = at + NOTICE + timedelta(seconds=5)
    assert not exchange.signs(NEXT, seen)
    exchange.restart()
    assert not exchange.signs(NEXT, seen + NOTICE - timedelta(seconds=1))
    assert exchange.signs(NEXT, seen + NOTICE + timedelta(seconds=1))


def test_a_shorter_notice_takes_one_person_more(exchange: Exchange) -> None:
    kids = [key.kid for key in ncb(NEXT).keys]
    octets = write_recovery("FRA-NCB", kids, "Fire.", issued=NOW, notice=HOUR)
    name = recovery_file("FRA-NCB", octets)
    exchange.publish(ncb(NEXT), ncb(BRAZIL))
    exchange.put(name, octets, OFFICERS[:3])
    at = NOW + 2 * HOUR
    assert not exchange.signs(NEXT, at)
    (exchange.trust / name).unlink()
    exchange.put(name, octets, OFFICERS[:4])
    assert not exchange.signs(NEXT, at + timedelta(seconds=2))
    assert exchange.signs(NEXT, at + HOUR + timedelta(seconds=3))


@pytest.mark.parametrize("by", ["officer", "country"])
def test_one_officer_or_the_country_revokes_at_once_and_for_good(
    exchange: Exchange, by: str
) -> None:
    octets = write_revocation("FRA-NCB", [FRANCE.signing_kid], "Stolen.", issued=NOW)
    name = revocation_file("FRA-NCB", octets)
    if by == "officer":
        exchange.put(name, octets, OFFICERS[4:])
    else:
        (exchange.trust / f"{name}.sig").write_bytes(sign_by_party(name, octets, FRANCE))
        (exchange.trust / name).write_bytes(octets)
    later = NOW + HOUR + timedelta(seconds=2)
    assert not exchange.signs(FRANCE, later)
    (exchange.trust / name).unlink()
    exchange.restart()
    assert not exchange.signs(FRANCE, later)
    exchange.publish(ncb(FRANCE), ncb(BRAZIL))
    assert not exchange.signs(FRANCE, later + timedelta(seconds=2))


def test_a_revocation_counts_however_many_came_in_the_years_before(exchange: Exchange) -> None:
    for number in range(300):
        (exchange.trust / f"revocation-AAA-NCB-{number:016x}.xml").write_bytes(b"<Revocation/>")
        (exchange.trust / f"revocation-AAA-NCB-{number:016x}.xml.sig").write_bytes(b"")
    octets = write_revocation("FRA-NCB", [FRANCE.signing_kid], "Stolen.", issued=NOW)
    exchange.put(revocation_file("FRA-NCB", octets), octets, OFFICERS[4:])
    exchange.restart()
    assert not exchange.signs(FRANCE)


def test_nobody_else_revokes(exchange: Exchange) -> None:
    octets = write_revocation("FRA-NCB", [FRANCE.signing_kid], "Mine!", issued=NOW)
    name = revocation_file("FRA-NCB", octets)
    for identity in (BRAZIL, ROGUE):
        (exchange.trust / f"{name}.sig").write_bytes(sign_by_party(name, octets, identity))
        (exchange.trust / name).write_bytes(octets)
        exchange.restart()
        assert exchange.signs(FRANCE)


def test_an_agency_counts_by_its_countrys_mandate_within_its_countrys_types(
    exchange: Exchange,
) -> None:
    later = NOW + HOUR
    for number, (by, sends, counts) in enumerate(
        (
            (None, {"SEARCH_REQUEST"}, False),
            (BRAZIL, {"SEARCH_REQUEST"}, False),
            (FRANCE, {"SEARCH_REQUEST", "HIT_NOTICE"}, False),
            (FRANCE, {"SEARCH_REQUEST", "RECEIPT"}, True),
        )
    ):
        codes = frozenset(sends)
        entry = entry_for(CUSTOMS, sends=codes, valid_from=NOW, kind=PartyKind.AGENCY)
        voucher = None if by is None else mandate(by, CUSTOMS.party, codes)
        exchange.publish(replace(entry, mandate=voucher), ncb(FRANCE), ncb(BRAZIL))
        assert exchange.signs(CUSTOMS, later + number * timedelta(seconds=2)) == counts


def rotated(old: Identity, new: Identity) -> PartyEntry:
    keys = [
        *(replace(key, state=KeyState.RETIRING) for key in ncb(old).keys),
        *(endorsed(key, old, KeyState.CURRENT) for key in ncb(new).keys),
    ]
    return replace(ncb(old), keys=tuple(keys))


def endorsed(key: KeyEntry, by: Identity, state: KeyState) -> KeyEntry:
    voucher = endorse(by, "FRA-NCB", key.use, key.public)
    return replace(key, state=state, endorsement=voucher)


def test_the_kid_in_an_endorsement_is_that_of_its_signer() -> None:
    voucher = endorse(FRANCE, "FRA-NCB", "sig", NEXT.signing_public)
    assert voucher.by == kid_of(spki_of("sig", FRANCE.signing_public))


def test_the_victim_objects_once_and_everybody_can_check_it(exchange: Exchange) -> None:
    both = replace(ncb(FRANCE), keys=(*ncb(FRANCE).keys, *ncb(ROGUE).keys))
    exchange.publish(both, ncb(BRAZIL))
    later = NOW + HOUR + timedelta(seconds=2)
    relied_on = exchange.folder.current(later)
    signed = exchange.folder.signed
    assert signed is not None
    for _ in range(2):
        alarm = watch(signed, FRANCE, exchange.home, now=later)
        assert alarm is not None
        assert ROGUE.signing_kid in (alarm.value or "")
    (document,) = (exchange.home / "objections").glob("*.xml")
    octets = document.read_bytes()
    signature = document.with_name(f"{document.name}.sig").read_bytes()
    objection = verify_objection(octets, signature, relied_on)
    assert set(objection.kids) == {ROGUE.signing_kid, ROGUE.encryption_kids[0]}
    assert objection.directory.digest == signed.digest
    forged = sign_by_party(document.name, octets, BRAZIL)
    with pytest.raises(TrustError):
        verify_objection(octets, forged, relied_on)
    assert watch(signed, BRAZIL, exchange.home, now=later) is None


def test_a_party_knows_its_own_old_key_after_the_key_files_changed_places(
    exchange: Exchange,
) -> None:
    """The successor's file took the old one's place before the directory retired the old keys."""
    later = NOW + HOUR + timedelta(seconds=2)
    signed = exchange.folder.signed
    assert signed is not None
    assert watch(signed, FRANCE, exchange.home, now=later) is None
    exchange.publish(rotated(FRANCE, NEXT), ncb(BRAZIL))
    exchange.folder.current(later)
    signed = exchange.folder.signed
    assert signed is not None
    assert watch(signed, NEXT, exchange.home, now=later) is None
    elsewhere = exchange.home / "elsewhere"
    elsewhere.mkdir()
    alarm = watch(signed, NEXT, elsewhere, now=later)
    assert alarm is not None
    assert FRANCE.signing_kid in (alarm.value or "")


@pytest.mark.parametrize("party", ["FRA-NCB", "FRA-CUSTOMS", "BRA-NCB"])
def test_a_revocation_that_comes_alone_leads_where_the_whole_judgement_leads(
    exchange: Exchange, party: str
) -> None:
    customs = entry_for(CUSTOMS, sends=SENDS, valid_from=NOW, kind=PartyKind.AGENCY)
    rogue = replace(ncb(FRANCE), keys=(*ncb(FRANCE).keys, *ncb(ROGUE).keys))
    exchange.publish(replace(customs, mandate=mandate(FRANCE, "FRA-CUSTOMS", SENDS)), rogue,
                     ncb(BRAZIL))  # fmt: skip
    later = NOW + HOUR + timedelta(seconds=2)
    signer = {"FRA-NCB": FRANCE, "FRA-CUSTOMS": CUSTOMS, "BRA-NCB": BRAZIL}[party]
    exchange.folder.current(later)
    octets = write_revocation(party, [signer.signing_kid], "Stolen.", issued=NOW)
    name = revocation_file(party, octets)
    note = Document(
        name=name, octets=octets, signature=sign_by_officers(name, octets, OFFICERS[:1])
    )
    offering = exchange.folder.offer([note], later)
    assert offering.news == [name]
    at_once = exchange.folder.current(later)
    told = exchange.folder.withheld
    assert not exchange.signs(signer, later)
    exchange.restart()
    again = exchange.folder.current(later)
    assert dict(again.parties) == dict(at_once.parties)
    assert set(told) == set(exchange.folder.withheld)
