"""Where the root's quorum is lost the countries give it a new one, and nobody else does."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from gateway.node import check_evidence
from gateway.node.evidence_zip import packed
from keys import (
    DirectoryFolder,
    Document,
    Identity,
    PartyKind,
    Root,
    SuccessionError,
    TrustError,
    directory_file,
    documents_in,
    entry_for,
    read_bundle,
    root_given,
    write_bundle,
)
from keys.beacon import Named
from keys.chain import root_file
from keys.documents import write_directory
from keys.founding import replace_officers
from keys.officer import Signer, make_signer
from keys.revocation import sign_by_officers, sign_by_party
from keys.root import Policy, Role, RoleName
from keys.root_document import read_root, write_root
from keys.succession import SUCCESSION_NOTICE, succession_file, write_succession

pytestmark = pytest.mark.unit

NOW = datetime(2026, 10, 20, 9, 0, tzinfo=UTC)
SECOND = timedelta(seconds=2)
SENDS = frozenset({"SEARCH_REQUEST"})
COUNTRIES = tuple(f"{chr(65 + n // 26)}{chr(65 + n % 26)}A" for n in range(30))


def signer(name: str, seed: int) -> Signer:
    return make_signer(name, "Office", random=lambda n: bytes([seed]) * n, quantum=False)


OLD = [signer(name, 40 + n) for n, name in enumerate(("anna", "boris", "chen", "dina", "emil"))]
NEW = [signer(name, 60 + n) for n, name in enumerate(("fay", "gil", "hana"))]


def who(party: str, seed: int) -> Identity:
    return Identity.from_secrets(
        party,
        signing_seed=hashlib.sha256(f"sig {party} {seed}".encode()).digest(),
        encryption_secrets=[hashlib.sha256(f"enc {party} {seed}".encode()).digest()],
    )


NCBS = {f"{each}-NCB": who(f"{each}-NCB", 1) for each in COUNTRIES}
AGENCIES = {f"{each}-POLICE": who(f"{each}-POLICE", 1) for each in COUNTRIES[:12]}
NAMES = tuple(each.person for each in OLD)
FIRST = write_root(
    version=1,
    issued=NOW,
    expires=NOW + timedelta(days=365),
    previous=None,
    policy=Policy(quantum=False, beacon_fresh=timedelta(0)),
    officers={each.person: each.public for each in OLD},
    roles={
        RoleName.ROOT: Role(name=RoleName.ROOT, threshold=3, organisations=1, persons=NAMES),
        RoleName.DIRECTORY: Role(
            name=RoleName.DIRECTORY, threshold=2, organisations=1, persons=NAMES[:4]
        ),
    },
    enrolment=bytes([9, *bytes(31)]),
)
ROOT: Root = read_root(FIRST, place="root")


def next_octets(lost: dict[str, Signer], *, days: int = 0) -> bytes:
    officers, roles = replace_officers(
        list(ROOT.officers.values()), ROOT.roles, {old: new.public for old, new in lost.items()}
    )
    return write_root(
        version=2,
        issued=NOW + timedelta(days=days, hours=1),
        expires=NOW + timedelta(days=300),
        previous=ROOT.digest,
        policy=ROOT.policy,
        officers={each.person: each for each in officers},
        roles=roles,
        enrolment=ROOT.enrolment,
    )


THEIRS = next_octets({"chen": NEW[0], "dina": NEW[1], "emil": NEW[2]})
DIGEST = hashlib.sha256(THEIRS).digest()


class Reader:
    def __init__(self, folder: Path) -> None:
        self.trust, self.home = folder / "trust", folder / "home"
        self.trust.mkdir(parents=True)
        self.home.mkdir()
        (self.trust / "anchor.xml").write_bytes(FIRST)
        self.told: list[TrustError] = []
        octets = write_directory(
            version=1,
            issued=NOW,
            expires=NOW + timedelta(days=92),
            previous=None,
            parties=[
                *(entry_for(each, sends=SENDS, valid_from=NOW, kind=PartyKind.NCB)
                  for each in NCBS.values()),
                *(entry_for(each, sends=SENDS, valid_from=NOW) for each in AGENCIES.values()),
            ],
        )  # fmt: skip
        self.put(directory_file(1), octets, OLD[:2])
        self.restart()

    def restart(self) -> None:
        self.folder = DirectoryFolder(self.trust, ROOT, home=self.home, on_refusal=self._tell)

    def _tell(self, told: TrustError) -> None:
        if isinstance(told, SuccessionError):
            self.told.append(told)

    def put(self, name: str, octets: bytes, signers: list[Signer]) -> None:
        (self.trust / f"{name}.sig").write_bytes(sign_by_officers(name, octets, signers))
        (self.trust / name).write_bytes(octets)

    def note(self, identity: Identity, digest: bytes = DIGEST, party: str | None = None) -> None:
        party = party or identity.party
        octets = write_succession(party, Named(version=2, digest=digest), "Lost.", issued=NOW)
        name = succession_file(party, 2)
        (self.trust / f"{name}.sig").write_bytes(sign_by_party(name, octets, identity))
        (self.trust / name).write_bytes(octets)

    def follows(self, at: datetime) -> int:
        self.folder.current(at)
        return self.folder.root.version


@pytest.fixture
def reader(tmp_path: Path) -> Reader:
    made = Reader(tmp_path)
    made.put(root_file(2), THEIRS, [OLD[0], OLD[1], NEW[0]])
    return made


def test_two_thirds_of_the_countries_are_enough_after_the_notice_and_one_fewer_is_not(
    reader: Reader,
) -> None:
    for identity in list(NCBS.values())[:19]:
        reader.note(identity)
    assert reader.follows(NOW + SECOND) == 1
    assert reader.follows(NOW + SUCCESSION_NOTICE + timedelta(days=2)) == 1
    assert reader.told == []
    reader.note(NCBS["ATA-NCB"])
    begun = NOW + timedelta(days=40)
    assert reader.follows(begun) == 1
    assert [type(each) for each in reader.told] == [SuccessionError]
    assert reader.follows(begun + SUCCESSION_NOTICE - SECOND) == 1
    assert reader.follows(begun + SUCCESSION_NOTICE) == 2
    reader.restart()
    assert reader.follows(begun + SUCCESSION_NOTICE + SECOND) == 2


def test_nobody_but_a_country_is_counted_and_each_once(reader: Reader) -> None:
    for identity in list(NCBS.values())[:19]:
        reader.note(identity)
    for agency in AGENCIES.values():
        reader.note(agency)
    thief = who("ATA-NCB", 2)
    reader.note(thief)
    reader.note(NCBS["AAA-NCB"], party="AUA-NCB")
    reader.note(NCBS["AVA-NCB"], digest=bytes(32))
    for days in (0, 31, 62):
        assert reader.follows(NOW + timedelta(days=days) + SECOND) == 1


def test_a_root_by_the_old_officers_wins_within_the_notice(reader: Reader) -> None:
    for identity in NCBS.values():
        reader.note(identity)
    assert reader.follows(NOW + SECOND) == 1
    theirs = next_octets({}, days=1)
    reader.put(root_file(2), theirs, OLD[:3])
    assert reader.follows(NOW + timedelta(days=2)) == 2
    assert reader.folder.root.digest == hashlib.sha256(theirs).digest()
    assert reader.follows(NOW + SUCCESSION_NOTICE + SECOND) == 2


def test_the_countries_notes_reach_a_reader_in_bundles_and_a_root_that_nobody_names_does_not(
    reader: Reader, tmp_path: Path
) -> None:
    other = Reader(tmp_path / "other")
    other.follows(NOW)
    candidate = Document(
        name=root_file(2),
        octets=THEIRS,
        signature=(reader.trust / f"{root_file(2)}.sig").read_bytes(),
    )
    offering = other.folder.offer([candidate], NOW + SECOND)
    assert [type(each) for each in offering.refusals] == [SuccessionError]
    for identity in list(NCBS.values())[:20]:
        reader.note(identity)
    carried = read_bundle(write_bundle(documents_in(reader.trust)))
    assert other.folder.offer(carried, NOW + SECOND).refusals == []
    assert other.follows(NOW + 2 * SECOND) == 1
    assert other.follows(NOW + SUCCESSION_NOTICE + 2 * SECOND) == 2


def test_a_root_without_its_own_quorum_is_not_followed_whatever_the_countries_say(
    reader: Reader,
) -> None:
    reader.put(root_file(2), THEIRS, [OLD[0], OLD[1]])
    for identity in NCBS.values():
        reader.note(identity)
    for days in (0, 31):
        assert reader.follows(NOW + timedelta(days=days) + SECOND) == 1


def files_of(reader: Reader) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in reader.trust.iterdir()}


def test_papers_prove_a_root_that_two_thirds_of_the_countries_gave_and_one_fewer_do_not(
    reader: Reader,
) -> None:
    for identity in list(NCBS.values())[:19]:
        reader.note(identity)
    with pytest.raises(SuccessionError, match="19 countries"):
        root_given(ROOT, files_of(reader))
    reader.note(NCBS["ATA-NCB"])
    files = files_of(reader)
    assert root_given(ROOT, files).digest == DIGEST
    broken = files | {f"{root_file(2)}.sig": files[f"{directory_file(1)}.sig"]}
    with pytest.raises(TrustError):
        root_given(ROOT, broken)
    with pytest.raises(SuccessionError, match="0 countries"):
        root_given(
            ROOT, {name: octets for name, octets in files.items() if "directory" not in name}
        )


def test_evidence_follows_the_root_that_the_countries_gave(reader: Reader) -> None:
    for identity in list(NCBS.values())[:20]:
        reader.note(identity)

    def said_of_roots(trust: dict[str, bytes]) -> list[str]:
        files = {f"trust/{name}": octets for name, octets in trust.items()}
        told = check_evidence(packed(files), None)["broken"]
        return [f"{one['place']}: {one['text']}" for one in told if "root" in one["place"]]

    trust = files_of(reader)
    assert said_of_roots(trust) == []
    trust.pop(f"{succession_file('ADA-NCB', 2)}.sig")
    assert said_of_roots(trust)[0].startswith("trust/root-2.xml: 19 countries")
    alone = {name: octets for name, octets in trust.items() if "succession" not in name}
    assert said_of_roots(alone)[0].startswith("trust/root-2.xml")
