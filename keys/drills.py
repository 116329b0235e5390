"""Drills: each act on keys played on a private sandbox, step by step, timed and checked.

The same table of steps makes the runbook pages (docs/runbooks), so that what is read is what is
played. It opens no socket: the exchange's part of a drill is in the tests of the walk.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol

from keys import ceremony, quorum_drill, suite_drill
from keys.anchor import load_anchor
from keys.chain import root_file
from keys.directory import Directory
from keys.errors import CeremonyError, QuorumError
from keys.folder import DirectoryFolder
from keys.identity import Identity
from keys.keystore import load_identity
from keys.root import RoleName
from keys.sealed import INTERACTIVE

_PASSPHRASE = b"a sandbox of a drill"
_MID_FLIGHT = 1_000
_PARTIES = ("FRA-NCB", "BRA-NCB", "XPO-REGISTRY")
_SENDS = ("RECEIPT", "FAULT", "SEARCH_REQUEST", "SEARCH_RESPONSE")


class Line(Protocol):
    """A running exchange of a sandbox's parties, for the drills that act while messages run."""

    def start(self, box: Sandbox) -> None:
        """Begin with the parties, keys and directory that the sandbox has."""
        ...

    def restart(self, party: str) -> None:
        """The party's process begins anew with the key file that lies there now."""
        ...

    def send(self, count: int) -> None:
        """Every party sends, and what it sent is left under way."""
        ...

    def send_downgraded(self) -> None:
        """A sender that has the directory seals by a lower suite than it asks for."""
        ...

    def send_and_forge(self, party: str, count: int) -> None:
        """Half of them the party sends, half a thief with its key and its line."""
        ...

    def settle(self) -> str:
        """Let everything arrive and say what was seen; RuntimeError where something was lost."""
        ...

    def set_aside(self) -> int:
        """How many messages lie among the registry's dead letters."""
        ...

    def stop(self) -> None:
        """End every process."""
        ...


@dataclass(slots=True)
class Sandbox:
    """A private exchange: a centre with five officers, three parties, and a reader of each."""

    root: Path
    now: datetime
    random: Callable[[int], bytes]
    signers: tuple[ceremony.Signer, ...] = ()
    readers: dict[str, DirectoryFolder] = field(default_factory=dict)
    successor: Identity | None = None
    line: Line | None = None
    passphrase: bytes = field(default=_PASSPHRASE, repr=False)

    @property
    def running(self) -> Line:
        """The running exchange; RuntimeError for a sandbox that was made without."""
        if self.line is None:
            raise RuntimeError("this drill needs a running exchange")
        return self.line

    @property
    def trust(self) -> Path:
        """The centre's folder, which the readers read."""
        return self.root / "centre"

    def make(self) -> None:
        """Found it, enrol the parties, and let every reader take up the first directory."""
        self.signers = ceremony.found_alone(
            self.trust,
            _PASSPHRASE,
            now=self.now,
            random=self.random,
            cost=INTERACTIVE,
            beacon=False,
        )
        desk = ceremony.open_desk(self.trust, _PASSPHRASE)
        for party in _PARTIES:
            ceremony.set_up_party(
                desk, self.root / party, party, _PASSPHRASE, sends=_SENDS, now=self.now,
                random=self.random, cost=INTERACTIVE,
            )  # fmt: skip
        ceremony.publish(self.trust, self.signers[:2], now=self.now)
        for party in _PARTIES:
            self.readers[party] = DirectoryFolder(
                self.trust, load_anchor(self.trust / "anchor.xml"), home=self.root / party
            )
        self.all_read()

    def all_read(self) -> list[Directory]:
        """What every reader relies on a second later."""
        self.now += timedelta(seconds=2)
        return [reader.current(self.now) for reader in self.readers.values()]

    def own(self, party: str = "FRA-NCB") -> Identity:
        """The party's keys as its process holds them."""
        return load_identity(self.root / party / "identity.key", _PASSPHRASE)

    def all_say(self, kid: str, *, may_sign: bool) -> None:
        """Every reader agrees whether a key may sign now; RuntimeError names the first that not."""
        for party, directory in zip(self.readers, self.all_read(), strict=True):
            found = directory.signer(kid)
            if (found is not None and found[1].may_sign(self.now)) != may_sign:
                raise RuntimeError(f"the reader of {party} is wrong about {kid}")

    def publish(self) -> None:
        """Let the first two officers sign the draft."""
        ceremony.publish(self.trust, self.signers[:2], now=self.now)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step: who does it, what, by which command in earnest, and how the sandbox plays it."""

    who: str
    does: str
    command: str
    play: Callable[[Sandbox], str | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Played:
    """One step that was played, how long it took, and what was seen where that is a number."""

    step: Step
    took: timedelta
    seen: str


def play(name: str, sandbox: Sandbox) -> list[Played]:
    """Play a drill in a sandbox that is made for it; KeyError for no drill of this name.

    A step that does not end as it must raises, and the drill has failed.
    """
    drill = DRILLS[name]
    sandbox.make()
    if not drill.runs:
        return [_played(step, sandbox) for step in drill.steps]
    sandbox.running.start(sandbox)
    try:
        return [_played(step, sandbox) for step in drill.steps]
    finally:
        sandbox.running.stop()


def _played(step: Step, sandbox: Sandbox) -> Played:
    begun = time.perf_counter()
    seen = step.play(sandbox)
    took = timedelta(seconds=time.perf_counter() - begun)
    return Played(step=step, took=took, seen=seen or "")


def all_pages() -> str:
    """The page of every drill in one document."""
    head = (
        "# Acts on keys, step by step\n\nMade from the drills that play them: what is read here is"
        " what `iarms drill` plays, times and checks on a private sandbox.\n\n"
    )
    return head + "\n".join(page_of(name) for name in DRILLS)


def page_of(name: str) -> str:
    """The runbook page of a drill, in Markdown."""
    drill = DRILLS[name]
    lines = [f"## {drill.title}", "", drill.when, ""]
    for number, step in enumerate(drill.steps, start=1):
        lines.append(f"{number}. **{step.who}**: {step.does}")
        if step.command:
            lines += ["", "   ```sh", f"   {step.command}", "   ```", ""]
    lines += ["", f"Practise it on a private sandbox: `iarms drill {name}`.", ""]
    return "\n".join(lines)


# --- the steps as the sandbox plays them -----------------------------------------------------


def _prepare_successor(box: Sandbox) -> None:
    box.successor, note = ceremony.prepare_rotation(
        box.own(), box.root / "next.key", _PASSPHRASE, random=box.random, cost=INTERACTIVE
    )
    (box.root / "note.json").write_bytes(note)


def _take_successor(box: Sandbox) -> None:
    ceremony.take_rotation(box.trust, (box.root / "note.json").read_bytes(), now=box.now)


def _both_sign(box: Sandbox) -> None:
    box.publish()


def _both_keys_count(box: Sandbox) -> None:
    box.all_say(_successor(box).signing_kid, may_sign=True)
    box.all_say(box.own().signing_kid, may_sign=True)


def _retire_old(box: Sandbox) -> None:
    """The party's signed word that its counters are at nothing leads to the keys' end."""
    directory = box.all_read()[0]
    word = ceremony.read_drained(ceremony.write_drained(_successor(box), directory), directory)
    ceremony.retire(box.trust, word, now=box.now)
    box.publish()
    box.all_say(box.own().signing_kid, may_sign=False)
    box.all_say(_successor(box).signing_kid, may_sign=True)


def _settle(box: Sandbox) -> None:
    old = box.own()
    kept = ceremony.settle(
        box.root / old.party, _successor(box), box.all_read()[0], _PASSPHRASE, random=box.random,
        cost=INTERACTIVE, next_file="../next.key",
    )  # fmt: skip
    if set(kept.encryption_kids) & set(old.encryption_kids):
        raise RuntimeError("an old key is still there")


def _revoke_by_officer(box: Sandbox) -> None:
    own = box.own()
    kids = [*own.kids]
    ceremony.revoke(box.trust, own.party, kids, "Drill: stolen.", box.signers[4], now=box.now)


def _revoke_by_country(box: Sandbox) -> None:
    own = box.own()
    ceremony.revoke(
        box.trust, own.party, [own.signing_kid], "Drill: lost laptop.", own, now=box.now
    )


def _all_refuse(box: Sandbox) -> None:
    box.all_say(box.own().signing_kid, may_sign=False)


def _thief_cannot_stay(box: Sandbox) -> None:
    """The thief's successor, vouched for by the stolen key, is withheld even with two officers."""
    _prepare_successor(box)
    _take_successor(box)
    box.publish()
    box.all_say(_successor(box).signing_kid, may_sign=False)


def _make_again(box: Sandbox) -> None:
    """New keys in another folder: the old ones vouch for nothing."""
    made = ceremony.make_request(
        box.root / "again", "FRA-NCB", _PASSPHRASE,
        anchor=load_anchor(box.trust / "anchor.xml"), now=box.now, random=box.random,
        cost=INTERACTIVE,
    )  # fmt: skip
    box.successor = made.identity


def _draw_up_recovery(box: Sandbox) -> None:
    desk = ceremony.open_desk(box.trust, _PASSPHRASE)
    request = ceremony.check_request(desk, box.root / "again" / "request-FRA-NCB.xml")
    ceremony.draw_up_recovery(desk, request, "Drill.", now=box.now)
    _no_certificate_yet(box)


def _three_sign_recovery(box: Sandbox) -> None:
    waiting = ceremony.waiting(ceremony.CentreFolder(box.trust))
    name = next(each.name for each in waiting if each.name.startswith("recovery-"))
    signed = [ceremony.sign_document(box.trust, name, each) for each in box.signers[:3]]
    if [each.published is None for each in signed] != [True, True, False]:
        raise RuntimeError("not exactly three officers were enough for a recovery")


def _list_recovered(box: Sandbox) -> None:
    box.publish()
    box.all_say(_successor(box).signing_kid, may_sign=False)


def _recover(box: Sandbox) -> None:
    _make_again(box)
    _draw_up_recovery(box)
    _three_sign_recovery(box)
    _list_recovered(box)


def _no_certificate_yet(box: Sandbox) -> None:
    try:
        _certify(box)
    except CeremonyError:
        return
    raise RuntimeError("the desk alone opened a line for keys that nobody had signed")


def _certify(box: Sandbox) -> None:
    desk = ceremony.open_desk(box.trust, _PASSPHRASE)
    request = ceremony.check_request(desk, box.root / "again" / "request-FRA-NCB.xml")
    certificate = ceremony.certify(desk, request, now=box.now)
    ceremony.install_client(box.root / "again", certificate, desk.authority.pem)


def _mid_flight(box: Sandbox) -> str:
    box.running.send_and_forge("FRA-NCB", _MID_FLIGHT)
    return f"{_MID_FLIGHT} under way, {_MID_FLIGHT // 2} of them forged"


def _take_recovered(box: Sandbox) -> str:
    """The country starts with its new keys: what it honestly sent goes again, signed anew."""
    _notice_passes(box)
    shutil.copyfile(box.root / "again" / "identity.key", box.root / "FRA-NCB" / "identity.key")
    box.running.restart("FRA-NCB")
    told = box.running.settle()
    held = box.running.set_aside()
    if held < _MID_FLIGHT // 2:
        raise RuntimeError("a forged message is not among those that were set aside")
    return f"{told}; 0 forged applied, 0 genuine lost, {held} set aside and in sight"


def _notice_passes(box: Sandbox) -> None:
    box.now += ceremony.current_root(box.trust).policy.recovery_notice + timedelta(seconds=2)
    box.all_say(_successor(box).signing_kid, may_sign=True)


def _propose_root(box: Sandbox) -> None:
    root = ceremony.current_root(box.trust)
    fresh = ceremony.make_signer("fay", "Oversight", random=box.random, quantum=False)
    officers, roles = ceremony.replace_officer(root, "dina", fresh.public)
    ceremony.propose_root(box.trust, now=box.now, officers=officers, roles=roles)
    box.signers = (*box.signers[:3], fresh, box.signers[4])


def _renew_root(box: Sandbox) -> None:
    ceremony.propose_root(box.trust, now=box.now)


def _three_sign_root(box: Sandbox) -> None:
    name = root_file(ceremony.current_root(box.trust).version + 1)
    for signer in box.signers[:3]:
        ceremony.sign_document(box.trust, name, signer)


def _two_are_refused(box: Sandbox) -> None:
    name = root_file(ceremony.current_root(box.trust).version + 1)
    for signer in box.signers[:2]:
        if ceremony.sign_document(box.trust, name, signer).published is not None:
            raise RuntimeError("two officers were enough for a root")
    try:
        ceremony.sign_document(box.trust, name, box.signers[0])
    except QuorumError:
        return
    raise RuntimeError("one officer signed twice")


def _third_signs(box: Sandbox) -> None:
    name = root_file(ceremony.current_root(box.trust).version + 1)
    ceremony.sign_document(box.trust, name, box.signers[2])


def _readers_follow(box: Sandbox) -> None:
    box.all_read()
    newest = ceremony.current_root(box.trust).version
    if any(reader.root.version != newest for reader in box.readers.values()):
        raise RuntimeError("a reader did not follow the root")


def _renew_directory(box: Sandbox) -> None:
    ceremony.publish(box.trust, (box.signers[0], box.signers[1]), now=box.now, renew=True)
    box.all_read()


def _new_hub_key(box: Sandbox) -> None:
    hub = ceremony.make_signer("hub", "Centre", random=box.random, quantum=False)
    root = ceremony.current_root(box.trust)
    people = [each for each in root.officers.values() if each.person != "hub"]
    roles = ceremony.Roles(
        root=root.roles[RoleName.ROOT].persons,
        directory=root.roles[RoleName.DIRECTORY].persons,
        beacon=["hub"],
        root_threshold=root.roles[RoleName.ROOT].threshold,
        directory_threshold=root.roles[RoleName.DIRECTORY].threshold,
        organisations=root.roles[RoleName.DIRECTORY].organisations,
    ).as_table()
    ceremony.propose_root(box.trust, now=box.now, officers=[*people, hub.public], roles=roles)


def _successor(box: Sandbox) -> Identity:
    if box.successor is None:
        raise RuntimeError("the drill has prepared no successor")
    return box.successor


@dataclass(frozen=True, slots=True, kw_only=True)
class Drill:
    """One act: its title, when it is due, its steps, and whether messages run meanwhile."""

    title: str
    when: str
    steps: tuple[Step, ...]
    runs: bool = False


_SIGN = "iarms act sign {} --trust centre --officer anna/officer.key --passphrase-file anna.pass"
_SIGN_DIRECTORY = _SIGN.format("directory-8.xml")
_SIGN_ROOT = _SIGN.format("root-2.xml")
_COPY = "iarms directory copy --trust centre --to lyon/trust"
_PROPOSE = "iarms directory propose --trust centre"
_TAKE = f"iarms key take note.json --trust centre\n   {_PROPOSE}"
_RECOVER = (
    "iarms party recover request-FRA-NCB.xml --trust centre --why Lost --passphrase-file desk.pass"
)
_ROTATE = (
    "iarms key rotate --identity identity.key --out next.key --passphrase-file pass > note.json"
)

DRILLS: Mapping[str, Drill] = {
    "rotate-country": Drill(
        title="A country's keys are rotated",
        when="Once a year, or when people change. Old and new keys overlap; nothing is lost.",
        steps=(
            Step(who="Country", does="makes the successor's keys; the old key vouches for them.",
                 command=_ROTATE, play=_prepare_successor),
            Step(who="Desk", does="takes the note into the draft and proposes the directory.",
                 command=_TAKE, play=_take_successor),
            Step(who="Two officers", does="review the change and sign.",
                 command=_SIGN_DIRECTORY, play=_both_sign),
            Step(who="Everybody", does="takes it up; the old key is retiring, both count.",
                 command=_COPY, play=_both_keys_count),
            Step(who="Country, centre, two officers", does="end the old keys by counters: nothing"
                 " waits for them at the country, and everybody relies on the new ones.",
                 command="iarms key drained --home lyon --passphrase-file pass > drained.json\n"
                 "   iarms key retire drained.json --trust centre --hub hub\n"
                 f"   {_PROPOSE}\n   {_SIGN.format('directory-9.xml')}", play=_retire_old),
            Step(who="Country", does="lets the new key file take the old one's place; what is over"
                 " is destroyed.",
                 command="iarms key settle --home lyon --passphrase-file pass", play=_settle),
        ),
    ),
    "revoke-country": Drill(
        title="A country revokes its own key",
        when="A device is lost. The country acts alone and at once; it only removes.",
        steps=(
            Step(who="Country", does="revokes its signing key, or takes its note from the safe.",
                 command="iarms key revoke FRA-NCB --kid KID --why Lost --identity identity.key"
                 " --trust centre --passphrase-file pass", play=_revoke_by_country),
            Step(who="Everybody", does="refuses the key.", command=_COPY, play=_all_refuse),
        ),
    ),
    "stolen-key": Drill(
        title="A country's keys were stolen",
        when="Somebody else may hold the keys. Whoever sees it first acts.",
        steps=(
            Step(who="One officer", does="revokes the keys.",
                 command="iarms key revoke FRA-NCB --kid KID --why Stolen --trust centre"
                 " --officer emil/officer.key --passphrase-file emil.pass",
                 play=_revoke_by_officer),
            Step(who="Everybody", does="refuses the keys.", command=_COPY, play=_all_refuse),
            Step(who="Thief", does="vouches for a successor with the stolen key; it is withheld"
                 " although two officers were fooled into signing it.", command="",
                 play=_thief_cannot_stay),
            Step(who="Three root officers", does="announce a recovery with new keys.",
                 command=_RECOVER, play=_recover),
            Step(who="Everybody", does="sees it for the policy's notice; then the keys count.",
                 command="iarms key status --trust lyon/trust --home lyon", play=_notice_passes),
        ),
    ),
    "stolen-mid-flight": Drill(
        title="A key is stolen while messages are under way",
        when="A thief sends with the country's key and line. Nothing forged is applied, nothing"
        " honest is lost.",
        steps=(
            Step(who="Country and thief", does="send side by side; nothing has arrived yet.",
                 command="", play=_mid_flight),
            Step(who="One officer", does="revokes the keys.",
                 command="iarms key revoke FRA-NCB --kid KID --why Stolen --trust centre"
                 " --officer emil/officer.key --passphrase-file emil.pass",
                 play=_revoke_by_officer),
            Step(who="Everybody", does="refuses the keys; what they signed is set aside.",
                 command="iarms deadletter list --home hub", play=_all_refuse),
            Step(who="Three root officers", does="announce a recovery with new keys.",
                 command=_RECOVER, play=_recover),
            Step(who="Country", does="starts with the new keys after the notice; what it sent"
                 " honestly goes again under the same ids, signed anew.",
                 command="iarms node run --home lyon", play=_take_recovered),
        ),
        runs=True,
    ),
    "recover-country": Drill(
        title="A country has lost its keys",
        when="Disk and backup are gone, or the keys were revoked. The old keys vouch for nothing.",
        steps=(
            Step(who="Country", does="makes new keys in another folder.",
                 command="iarms party request FRA-NCB --home again --anchor anchor.xml"
                 " --passphrase-file pass", play=_make_again),
            Step(who="Desk", does="draws up the recovery; it can issue no certificate yet.",
                 command=_RECOVER, play=_draw_up_recovery),
            Step(who="Three root officers", does="call the country, compare words, and sign; two"
                 " are not enough.", command="iarms act show --trust centre\n   "
                 + _SIGN.format("recovery-FRA-NCB-0123456789abcdef.xml"),
                 play=_three_sign_recovery),
            Step(who="Two officers", does="sign the directory that lists the new keys; nobody"
                 " relies on them yet.", command=f"{_PROPOSE}\n   {_SIGN_DIRECTORY}",
                 play=_list_recovered),
            Step(who="Desk and country", does="issue and install the new certificate.",
                 command="iarms party certify request-FRA-NCB.xml --trust centre"
                 " --passphrase-file desk.pass", play=_certify),
            Step(who="Everybody", does="sees it for the policy's notice; then the keys count.",
                 command="iarms key status --trust lyon/trust --home lyon", play=_notice_passes),
        ),
    ),
    "rotate-root": Drill(
        title="The root is renewed",
        when="Within 60 days before it expires, by the old threshold and the new one.",
        steps=(
            Step(who="Centre", does="draws up root N+1.",
                 command="iarms anchor propose --trust centre --why Yearly", play=_renew_root),
            Step(who="Two officers", does="sign; it is not enough, and nobody signs twice.",
                 command=_SIGN_ROOT, play=_two_are_refused),
            Step(who="Third officer", does="signs; it is published.", command=_SIGN_ROOT,
                 play=_third_signs),
            Step(who="Everybody", does="follows it.", command=_COPY, play=_readers_follow),
        ),
    ),
    "lost-officer": Drill(
        title="An officer has left or lost the keys",
        when="The person's place is taken by another's in root N+1.",
        steps=(
            Step(who="Centre", does="draws up root N+1 with the newcomer's card.",
                 command="iarms anchor propose --trust centre --replace dina"
                 " --card fay/officer-fay.xml --why Left", play=_propose_root),
            Step(who="Three officers of both roots", does="sign.", command=_SIGN_ROOT,
                 play=_three_sign_root),
            Step(who="Everybody", does="follows it.", command=_COPY, play=_readers_follow),
            Step(who="Two officers", does="sign the directory anew where one had left who signed"
                 " it.", command=f"{_PROPOSE} --renew\n   {_SIGN_DIRECTORY}",
                 play=_renew_directory),
        ),
    ),
    "move-suite": Drill(
        title="The exchange moves to another algorithm suite",
        when="When messages must stay secret for longer than X25519 alone may hold, and back where"
        " the new suite turns out to be broken. Nothing stops meanwhile.",
        steps=tuple(
            Step(who=each.who, does=each.does, command=each.command, play=each.play)
            for each in suite_drill.ACTS
        ),
        runs=True,
    ),
    "lost-quorum": Drill(
        title="The root's quorum is lost",
        when="Three of five officers died, or their keys did: nobody can sign a root or a recovery"
        " any more. The countries give the exchange new officers; it takes 30 days.",
        steps=tuple(
            Step(who=each.who, does=each.does, command=each.command, play=each.play)
            for each in quorum_drill.ACTS
        ),
    ),
    "rotate-hub": Drill(
        title="The hub's beacon key is replaced",
        when="Once a year, or at once when the hub's machine was taken.",
        steps=(
            Step(who="Hub", does="makes a new beacon key; the root lists it.",
                 command="iarms key officer hub --organisation Centre --home hub --no-quantum\n"
                 "   iarms anchor propose --trust centre --hub-card hub/officer-hub.xml"
                 " --why Yearly",
                 play=_new_hub_key),
            Step(who="Three officers", does="sign root N+1.", command=_SIGN_ROOT,
                 play=_three_sign_root),
            Step(who="Everybody", does="follows it.",
                 command=_COPY, play=_readers_follow),
        ),
    ),
}  # fmt: skip
