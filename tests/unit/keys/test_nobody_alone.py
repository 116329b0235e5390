"""Every act of the trust room that changes a key is tried by one officer alone, and refused.

The acts are read off the code: a new public act must be put into one of the tables here.
"""

from __future__ import annotations

import hashlib
import inspect
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click
import pytest

import keys.ceremony
from gateway.cli import root
from keys import (
    INTERACTIVE,
    Cost,
    DirectoryFolder,
    KeyState,
    Policy,
    Role,
    RoleName,
    Suite,
    TrustError,
    ceremony,
    load_anchor,
    load_identity,
    sealed,
)
from keys.chain import root_file
from keys.revocation import recovery_file, sign_by_officers, write_recovery

pytestmark = pytest.mark.slow

NOW = datetime(2026, 10, 20, 9, 0, tzinfo=UTC)
DESK = b"desk"

GIVES_NO_POWER = {
    "Approval", "changes", "changes_of",
    "Checkpoint", "KeyLog", "Proof", "audit", "check_proof", "find_leaves", "read_event",
    "read_log", "read_proof", "sequence", "write_proof",  # tell what was published
    "Compared", "Growth", "KEY_LOG", "Relation", "compare", "log_grown",  # look at the log
    "give_beacon",  # says what is newest, gives nobody a key
    "CentreFolder", "Desk", "Enrolled", "Finding", "LANGUAGES",
    "Pending", "Requested", "Roles",
    "SERVER_NAMES", "Signer",  # values
    "check_heard", "check_request", "current_root", "look", "miscounted", "misspelt",
    "newest_directory", "octets_heard",
    "qr_of", "read_card", "read_draft", "read_version", "replace_officer", "replace_officers",
    "OBJECTION", "WITHHELD", "as_its_process", "standing", "waiting",
    "words_of", "read_trail",  # looks
    "acting",  # notes who acts
    "Drained", "read_drained", "retiring_kids", "settle", "write_drained",  # a party's own
    "renew_request", "renew_tls_request",  # a party's own; ask for a line, which proves no message
    "load_signer", "make_officer", "make_request", "make_signer", "make_tls_request", "open_desk",
    "save_signer",  # one's own secrets
    "hand_over", "install_client",  # carries what was published or issued
    "prepare_hybrid", "prepare_rotation", "read_voucher",
    "BrokerDebt", "broker_debt", "broker_told", "owe_broker",  # a note for people
    "unvouched",  # looks at what would be withheld
    "awaited",  # looked at, never written
    "write_mandate", "write_revocation_note",  # a party's own
    "withdraw",  # hands on a party's own revocation; only removes
    "disown",  # a party's own, by a key in force; ends only what revoked keys signed
    "revoke",  # only removes, and one officer may
    "found", "found_alone",  # makes a new exchange, which nobody has pinned
    "issue_client", "issue_server", "set_up_user",  # lines to the broker, which prove no message
}  # fmt: skip
TRIED = {
    "give_succession", "propose_disownment",
    "retire",
    "certify",
    "draw_up_recovery",
    "allow_suites", "choose_suite", "move_key", "take_rotation", "approve", "enrol",
    "propose_directory", "propose_root", "publish", "set_up_party", "sign_document",
}  # fmt: skip


@pytest.fixture(autouse=True)
def _quick_derivation(monkeypatch: pytest.MonkeyPatch) -> None:
    def derive(passphrase: bytes, salt: bytes, cost: Cost) -> tuple[bytes, bytes]:
        octets = hashlib.shake_256(repr((passphrase, salt, cost)).encode()).digest(64)
        return octets[:32], octets[32:]

    monkeypatch.setattr(sealed, "_derive", derive)


class Centre:
    """A centre with one party, and a node that follows its public folder."""

    def __init__(self, root: Path) -> None:
        self.trust = root / "centre"
        self.home = root / "home"
        self.home.mkdir()
        self.officers = ceremony.found_alone(
            self.trust, DESK, now=NOW, random=os.urandom, cost=INTERACTIVE
        )
        self.desk = ceremony.open_desk(self.trust, DESK)
        self.party(root / "fra", "FRA-NCB")
        ceremony.publish(self.trust, self.officers, now=NOW)
        self.before = self.relied_on()

    def party(self, home: Path, party: str) -> None:
        ceremony.set_up_party(
            self.desk, home, party, b"own", sends=["RECEIPT"], now=NOW, random=os.urandom,
            cost=INTERACTIVE,
        )  # fmt: skip

    def relied_on(
        self, at: datetime = NOW + timedelta(hours=1)
    ) -> tuple[int, dict[str, list[str]]]:
        """What a fresh node makes of the public folder: the root and every party's keys."""
        folder = DirectoryFolder(self.trust, load_anchor(self.trust / "anchor.xml"), home=self.home)
        directory = folder.current(at)
        keys_of = {
            party: sorted(f"{key.kid} {key.state}" for key in entry.keys)
            for party, entry in directory.parties.items()
        }
        return folder.root.version, keys_of

    def put(self, name: str, octets: bytes, by: int) -> None:
        """What somebody who can write the public folder can do with one officer's key."""
        signer = self.officers[by]
        (self.trust / f"{name}.sig").write_bytes(sign_by_officers(name, octets, [signer]))
        (self.trust / name).write_bytes(octets)


@pytest.fixture
def centre(tmp_path: Path) -> Centre:
    return Centre(tmp_path)


def test_every_act_of_the_ceremonies_is_looked_at_here() -> None:
    assert set(keys.ceremony.__all__) == GIVES_NO_POWER | TRIED
    assert not GIVES_NO_POWER & TRIED
    signing = {
        name
        for name in keys.ceremony.__all__
        if inspect.isfunction(act := getattr(keys.ceremony, name))
        and any(
            "Signer" in str(each.annotation) for each in inspect.signature(act).parameters.values()
        )
    }
    assert signing - {"save_signer", "revoke", "give_beacon", "sequence"} <= TRIED


@pytest.mark.parametrize("officer", range(5))
def test_one_officer_publishes_no_directory(centre: Centre, tmp_path: Path, officer: int) -> None:
    centre.party(tmp_path / "bra", "BRA-NCB")
    alone = centre.officers[officer]
    for signers in ([alone], [alone, alone]):
        with pytest.raises(TrustError):
            ceremony.publish(centre.trust, signers, now=NOW)
    waiting = ceremony.propose_directory(centre.trust, now=NOW)
    centre.put(waiting.name, waiting.octets, officer)
    assert centre.relied_on() == centre.before


@pytest.mark.parametrize("officer", range(5))
def test_one_officer_changes_no_role(centre: Centre, officer: int) -> None:
    root = ceremony.current_root(centre.trust)
    alone = centre.officers[officer]
    waiting = ceremony.propose_root(centre.trust, now=NOW)
    assert ceremony.sign_document(centre.trust, waiting.name, alone).published is None
    with pytest.raises(TrustError):
        ceremony.sign_document(centre.trust, waiting.name, alone)
    centre.put(root_file(2), waiting.octets, officer)
    assert centre.relied_on() == centre.before
    easier = {
        name: Role(name=name, threshold=1, organisations=1, persons=role.persons)
        for name, role in root.roles.items()
    }
    (centre.trust / root_file(2)).unlink()
    with pytest.raises(TrustError, match="takes 1 of"):
        ceremony.propose_root(centre.trust, now=NOW, roles=easier)


def test_no_officer_and_no_country_makes_itself_a_root_by_the_way_of_the_countries(
    centre: Centre, tmp_path: Path
) -> None:
    """Whoever can write the folder, has one officer's key, one country's, and invents the rest."""
    root = ceremony.current_root(centre.trust)
    own = [
        ceremony.make_signer(person, "Mine", random=os.urandom, quantum=False)
        for person in ("xena", "yuri", "zoe")
    ]
    officers, roles = ceremony.replace_officers(
        list(root.officers.values()),
        root.roles,
        {lost: mine.public for lost, mine in zip(("chen", "dina", "emil"), own, strict=True)},
    )
    waiting = ceremony.propose_root(
        centre.trust, now=NOW, officers=officers, roles=roles, by_countries=True
    )
    for signer in (*own[:2], centre.officers[0]):
        waiting = ceremony.sign_document(centre.trust, waiting.name, signer)
    assert waiting.published is not None
    country = load_identity(tmp_path / "fra" / "identity.key", b"own")
    ceremony.give_succession(country, waiting.octets, centre.trust, "mine", now=NOW)
    assert centre.relied_on() == centre.before
    assert centre.relied_on(NOW + timedelta(days=29)) == centre.before
    # The notes of two countries at least: an exchange of one cannot say that it is lost.
    assert not (centre.home / "root.successions").exists()


def test_two_are_no_three_and_one_organisation_is_no_two(centre: Centre) -> None:
    waiting = ceremony.propose_root(centre.trust, now=NOW)
    for signer in centre.officers[:2]:
        assert ceremony.sign_document(centre.trust, waiting.name, signer).published is None
    renewed = ceremony.propose_directory(centre.trust, now=NOW, renew=True)
    anna, chen = centre.officers[0], centre.officers[2]
    assert anna.public.organisation == chen.public.organisation
    ceremony.sign_document(centre.trust, renewed.name, anna)
    assert ceremony.sign_document(centre.trust, renewed.name, chen).published is None
    assert centre.relied_on() == centre.before


def test_one_officer_announces_no_recovery_and_enrols_nobody(
    centre: Centre, tmp_path: Path
) -> None:
    octets = write_recovery(
        "FRA-NCB", ["A" * 43], "Lost.", issued=NOW, notice=Policy(quantum=False).recovery_notice
    )
    centre.put(recovery_file("FRA-NCB", octets), octets, 0)
    centre.party(tmp_path / "bra", "BRA-NCB")  # enrolled at the desk, signed by nobody
    france = load_identity(tmp_path / "fra" / "identity.key", b"own")
    _, note = ceremony.prepare_rotation(
        france, tmp_path / "next.key", b"own", random=os.urandom, cost=INTERACTIVE
    )
    ceremony.take_rotation(centre.trust, note, now=NOW)
    ceremony.move_key(centre.trust, "FRA-NCB", france.signing_kid, KeyState.RETIRED, now=NOW)
    old = ceremony.Drained(party="FRA-NCB", version=1, kids=(str(france.encryption_kids[0]),))
    ceremony.retire(centre.trust, old, now=NOW)
    assert centre.relied_on() == centre.before


@pytest.mark.parametrize("officer", range(5))
def test_one_officer_moves_nobody_to_another_suite(centre: Centre, officer: int) -> None:
    alone = centre.officers[officer]
    with pytest.raises(TrustError, match="root does not allow"):
        ceremony.choose_suite(centre.trust, Suite.HYBRID, now=NOW)
    waiting = ceremony.allow_suites(centre.trust, list(Suite), now=NOW)
    assert ceremony.sign_document(centre.trust, waiting.name, alone).published is None
    centre.put(waiting.name, waiting.octets, officer)
    assert centre.relied_on() == centre.before
    (centre.trust / waiting.name).unlink()
    ceremony.choose_suite(centre.trust, Suite.CLASSICAL, now=NOW)
    assert centre.relied_on() == centre.before


@pytest.mark.parametrize("officer", range(5))
def test_one_officer_recovers_nobody_and_the_desk_opens_no_line_for_new_keys(
    centre: Centre, tmp_path: Path, officer: int
) -> None:
    made = ceremony.make_request(
        tmp_path / "again", "FRA-NCB", b"own", anchor=centre.desk.anchor, now=NOW,
        random=os.urandom, cost=INTERACTIVE,
    )  # fmt: skip
    request = ceremony.check_request(centre.desk, made.request)
    with pytest.raises(TrustError, match="does not list the keys"):
        ceremony.certify(centre.desk, request, now=NOW)
    short = timedelta(hours=1)
    pending = ceremony.draw_up_recovery(centre.desk, request, "Lost.", now=NOW, notice=short)
    assert pending.missing == 4, "a short notice takes one officer more"
    alone = centre.officers[officer]
    assert ceremony.sign_document(centre.trust, pending.name, alone).published is None
    with pytest.raises(TrustError):
        ceremony.sign_document(centre.trust, pending.name, alone)
    centre.put(pending.name, pending.octets, officer)
    (centre.trust / pending.name).unlink()
    if officer < 4:
        renewed = ceremony.propose_directory(centre.trust, now=NOW)
        assert ceremony.sign_document(centre.trust, renewed.name, alone).published is None
    with pytest.raises(TrustError, match="does not list the keys"):
        ceremony.certify(centre.desk, request, now=NOW)
    assert centre.relied_on() == centre.before


def test_a_recovery_by_the_roots_officers_counts_when_its_notice_is_over(
    centre: Centre, tmp_path: Path
) -> None:
    made = ceremony.make_request(
        tmp_path / "again", "FRA-NCB", b"own", anchor=centre.desk.anchor, now=NOW,
        random=os.urandom, cost=INTERACTIVE,
    )  # fmt: skip
    request = ceremony.check_request(centre.desk, made.request)
    pending = ceremony.draw_up_recovery(centre.desk, request, "Lost.", now=NOW)
    told = " ".join(ceremony.changes_of(centre.trust, pending))
    assert made.identity.signing_kid in told
    assert "72 h" in told
    for signer in centre.officers[:3]:
        pending = ceremony.sign_document(centre.trust, pending.name, signer)
    assert pending.published is not None
    ceremony.publish(centre.trust, centre.officers[:2], now=NOW)
    certificate = ceremony.certify(centre.desk, request, now=NOW)
    ceremony.install_client(tmp_path / "again", certificate, centre.desk.authority.pem)
    reader = DirectoryFolder(
        centre.trust, load_anchor(centre.trust / "anchor.xml"), home=centre.home
    )
    kid, begun = made.identity.signing_kid, NOW + timedelta(hours=2)
    assert reader.current(begun).signer(kid) is None
    found = reader.current(begun + timedelta(hours=72, seconds=2)).signer(kid)
    assert found is not None
    acts = [each["act"] for each in ceremony.read_trail(ceremony.CentreFolder(centre.trust))]
    assert acts.count("sign") >= 5
    assert "recover" in acts


def test_every_command_that_takes_an_officers_key_is_one_whose_act_was_tried() -> None:
    taking = set()
    for noun, group in commands().items():
        for name, command in getattr(group, "commands", {}).items():
            if any("officer.key" in (getattr(each, "help", "") or "") for each in command.params):
                taking.add(f"{noun} {name}")
    assert taking == {
        "act sign",  # sign_document
        "party approve",  # approve
        "key revoke",  # only removes
        "directory beacon",  # gives nobody a key
        "keylog sequence",  # tells what was published
    }


@pytest.mark.parametrize("officer", range(4))
def test_one_officer_approves_no_enrolment(centre: Centre, tmp_path: Path, officer: int) -> None:
    made = ceremony.make_request(
        tmp_path / "bra", "BRA-NCB", b"own", anchor=centre.desk.anchor, now=NOW,
        random=os.urandom, cost=INTERACTIVE,
    )  # fmt: skip
    words = ceremony.words_of(bytes.fromhex(made.fingerprint.replace(" ", "")))
    alone = centre.officers[officer]
    for _ in range(2):
        try:
            done = ceremony.approve(
                centre.desk, made.request, alone, words, sends=["RECEIPT"], now=NOW
            )
        except TrustError:
            continue
        assert done.pending.published is None
    assert centre.relied_on() == centre.before
    other = centre.officers[(officer + 1) % 4]
    done = ceremony.approve(centre.desk, made.request, other, words, sends=["RECEIPT"], now=NOW)
    assert done.pending.published is not None
    assert "BRA-NCB" in centre.relied_on()[1]


def test_a_person_with_two_keys_is_one_person(centre: Centre) -> None:
    root = ceremony.current_root(centre.trust)
    again = ceremony.make_signer("anna", "Elsewhere", random=os.urandom, quantum=False)
    people = [*root.officers.values(), again.public]
    waiting = ceremony.propose_root(centre.trust, now=NOW, officers=people)
    kids = {each.kid for each in ceremony_root(waiting.octets).officers.values()}
    assert again.kid in kids
    assert centre.officers[0].kid not in kids  # the newer card takes the place of the older
    assert RoleName.ROOT in root.roles


def commands() -> dict[str, click.Command]:
    context = click.Context(root)
    found = {name: root.get_command(context, name) for name in root.list_commands(context)}
    return {name: command for name, command in found.items() if command is not None}


def ceremony_root(octets: bytes) -> keys.Root:
    return keys.read_anchor(octets)


BY_SEVERAL = {
    "act sign", "act disown", "anchor init", "anchor propose", "anchor succeed", "anchor suites",
    "directory propose", "directory suite", "key move", "key retire", "key succeed", "key take",
    "party approve", "party certify", "party enrol", "party recover",
}  # fmt: skip
"""Commands whose effect on anybody's keys waits for several persons; each act is tried above."""
ALONE = {
    "key revoke", "key withdraw",  # only remove
    "key disown",  # ends what revoked keys signed; by a key in force
    "key drained", "key hybrid", "key mandate", "key note", "key officer", "key rotate",
    "key settle", "party install", "party renew", "party request",  # a person's or party's own
    "key agent", "key check", "key status", "party broker", "party status",
    "act show", "act trail", "anchor show", "directory show", "directory status",
    "keylog audit", "keylog prove", "keylog show", "keylog compare", "keylog verify",  # look
    "directory beacon", "keylog sequence",  # tell what is newest and what was published
    "directory copy", "directory push",  # carry what proves itself
    "anchor server", "anchor user",  # lines to the broker, which prove no message
    "broker definitions", "broker guard", "broker import", "broker replace", "broker settings",
    "broker start", "broker status", "broker stop",  # the broker is trusted with nothing
    "envelope open", "envelope seal", "envelope verify",  # use keys as they stand
}  # fmt: skip
"""Commands that one person may run: none of them gives anybody a key that others rely on."""
TRUST_OPTIONS = {"--trust", "--identity", "--officer"}
KEY_NOUNS = {"act", "anchor", "broker", "directory", "key", "keylog", "party"}


def test_every_command_that_reaches_keys_is_one_that_was_looked_at() -> None:
    found = {
        f"{noun} {name}"
        for noun, group in commands().items()
        for name, command in getattr(group, "commands", {}).items()
        if noun in KEY_NOUNS
        or TRUST_OPTIONS & {option for each in command.params for option in each.opts}
    }
    assert found == BY_SEVERAL | ALONE
    assert not BY_SEVERAL & ALONE
