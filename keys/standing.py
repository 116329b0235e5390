"""How root, directory and keys stand, as findings that want a person.

It changes nothing: what a process remembers is looked at in a copy.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from keys.active_parties import ACTIVE_FILE, ActiveParties
from keys.anchor import load_anchor
from keys.beacon import BEACON_FILE
from keys.broker_debt import broker_debt
from keys.bundle import read_document
from keys.centre import CentreFolder, current_root
from keys.directory import Directory, KeyEntry, KeyState, PartyEntry
from keys.documents import read_directory
from keys.errors import StaleBeaconError, TrustError
from keys.folder import SEEN_FILE, DirectoryFolder
from keys.keylog_watch import EVIDENCE_FILES, EVIDENCE_GROWTH, TOLD_FILE
from keys.keylog_watch import MEMORY_FILE as LOG_MEMORY_FILE
from keys.notes import KEPT_FOLDER, KNOWN_FILE
from keys.objection import verify_objection
from keys.pending import waiting
from keys.points import Kid
from keys.publishing import newest_directory
from keys.succession_folder import MEMORY_FILE as SUCCESSION_MEMORY_FILE
from keys.trust_set import Freshness
from keys.trusted import directory_file

OBJECTION = "objection"
WITHHELD = "withheld"
KEY_LOG = "key log"
"""What a finding about the hub's key log is about."""
_REMEMBERED = (
    SEEN_FILE,
    KNOWN_FILE,
    ACTIVE_FILE,
    LOG_MEMORY_FILE,
    TOLD_FILE,
    EVIDENCE_GROWTH,
    SUCCESSION_MEMORY_FILE,
)
SOON = timedelta(days=14)
"""How long before an end it is a finding."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What is not simply in order, how it stands, and what a person can do.

    ``waits`` are what a retiring key of ``party`` waits for, by counters; who has the databases
    fills it in. ``since`` is the directory version that listed it as retiring. ``wants_person`` is
    False for a key that is told for completeness alone.
    """

    what: str
    state: str
    remedy: str
    party: str = ""
    since: int = 0
    wants_person: bool = True
    waits: tuple[str, ...] = ()


@contextmanager
def as_its_process(trust: Path, home: Path | None) -> Iterator[DirectoryFolder]:
    """The trust folder as the process of ``home`` relies on it; what it remembers stays as it is.

    Raises AnchorError.
    """
    with tempfile.TemporaryDirectory() as copied:
        memory = Path(copied)
        if home is not None:
            for name in _REMEMBERED:
                if (home / name).exists():
                    shutil.copy(home / name, memory / name)
            if (home / KEPT_FOLDER).is_dir():
                shutil.copytree(home / KEPT_FOLDER, memory / KEPT_FOLDER)
        folder = DirectoryFolder(trust, load_anchor(trust / "anchor.xml"), home=memory)
        try:
            yield folder
        except TrustError as error:
            if error.place is not None and home is not None:
                error.place = error.place.replace(copied, str(home))
            raise


def standing(
    trust: Path, home: Path | None, *, now: datetime, every: bool = False
) -> tuple[Finding, ...]:
    """Every finding of a trust folder, as the process of ``home`` would see it; AnchorError.

    ``every``: the keys too that want nobody, in whatever state.
    """
    with as_its_process(trust, home) as folder:
        found = list(_of_log(folder, home, now))
        found += _of_folder(folder, trust, now, of_process=home is not None, every=every)
    centre = CentreFolder(trust)
    if centre.private.is_dir():
        found += [
            Finding(
                what=each.name,
                state=f"waits for {each.missing} officers",
                remedy="`iarms act show`, then `iarms act sign`",
            )
            for each in waiting(centre)
        ]
        debt = broker_debt(centre)
        if debt is not None:
            found.append(
                Finding(
                    what="broker",
                    state=f"not told of {', '.join(debt.parties)} since"
                    f" {debt.since:%Y-%m-%d %H:%M} UTC",
                    remedy=f"`iarms party broker` tells it again; the last time: {debt.why}",
                )
            )
    return tuple(found)


def _is_the_centres(trust: Path) -> bool:
    """Whether documents are made here, which need no beacon to be the newest."""
    return CentreFolder(trust).private.is_dir() and not (trust / BEACON_FILE).exists()


def awaited(trust: Path, home: Path) -> frozenset[str]:
    """The parties of a trust folder that the process of ``home`` does not count as active yet.

    Nobody where the root asks for no countersignatures. Raises TrustError.
    """
    directory = newest_directory(trust)
    if directory is None:
        return frozenset()
    with tempfile.TemporaryDirectory() as copied:
        if (home / ACTIVE_FILE).exists():
            shutil.copy(home / ACTIVE_FILE, Path(copied) / ACTIVE_FILE)
        return ActiveParties(trust, Path(copied)).awaited(current_root(trust), directory)


def _of_log(folder: DirectoryFolder, home: Path | None, now: datetime) -> Iterator[Finding]:
    """What this process sees of the key log, and what an earlier one kept as evidence."""
    try:
        folder.look(now)
    except TrustError:
        return  # told with the directory
    held = folder.log_held
    for each in held.problems:
        yield Finding(what=KEY_LOG, state=each.code, remedy=each.remedy or "")
    if held.problems or home is None:
        return
    if all((home / name).exists() for name in EVIDENCE_FILES):
        yield Finding(
            what=KEY_LOG,
            state="evidence",
            remedy=f"the hub once signed two logs that contradict each other: show"
            f" {' and '.join(EVIDENCE_FILES)} in {home} to the officers (`iarms keylog compare`),"
            " and put them elsewhere when they have decided",
        )
    elif held.behind:
        yield Finding(
            what=KEY_LOG,
            state="not shown",
            remedy="what shows that it only grew is asked for by itself; if this stays for"
            " minutes: `iarms directory copy` at the hub, and ask why it gives none",
        )


def _of_objections(trust: Path, directory: Directory) -> Iterator[Finding]:
    for path in sorted(trust.glob("objection-*.xml")):
        document = read_document(trust, path.name)
        if document is None:
            continue
        try:
            found = verify_objection(document.octets, document.signature, directory)
        except TrustError:
            continue
        if found.directory.version < directory.version and not set(found.kids) & {
            key.kid
            for entry in directory.parties.values()
            if entry.country == found.party[:3]
            for key in entry.keys
        }:
            continue  # what it is about is no longer listed
        yield Finding(
            what=f"{found.party}, directory {found.directory.version}",
            state=OBJECTION,
            remedy=f"{found.party} says that {', '.join(found.kids)} is not its own: call it and"
            " the officers",
        )


def _of_folder(
    folder: DirectoryFolder, trust: Path, now: datetime, *, of_process: bool, every: bool
) -> Iterator[Finding]:
    try:
        directory = folder.usable(now)
    except TrustError as error:
        yield Finding(what="directory", state=error.code, remedy=error.remedy or "")
        return
    freshness = folder.freshness(now)
    if freshness is not Freshness.FRESH and not _is_the_centres(trust):
        yield Finding(
            what="beacon",
            state=freshness.lower(),
            remedy="no fresh beacon names the directory, messages are held: ask the hub or a peer",
        )
    if folder.refused is not None and not isinstance(folder.refused, StaleBeaconError):
        yield Finding(
            what="newest file", state=folder.refused.code, remedy=folder.refused.remedy or ""
        )
    for what, until in (("root", folder.root.expires), ("directory", directory.expires)):
        if until - now < SOON:
            yield Finding(
                what=what,
                state=f"ends in {(until - now).days} days",
                remedy="let the officers sign the next one",
            )
    yield from _of_keys(trust, directory, now, every=every)
    yield from _of_objections(trust, directory)
    for party in sorted(directory.awaited) if of_process else ():
        yield Finding(
            what=party,
            state="not active",
            remedy="its process answers the centre's probe and countersigns: `iarms party status`"
            " at the centre says how far it is; messages to it and of it wait",
        )
    for each in folder.withheld:
        yield Finding(
            what=f"{each.party} {each.kid or ''}".strip(),
            state=WITHHELD,
            remedy=f"{each.why}; call {each.party} by a number that you know",
        )


def _retiring_since(trust: Path, party: str, kid: str, newest: int) -> int:
    """The first of the directories that lie here without a gap and list the key as retiring."""
    since = newest
    for version in range(newest - 1, 0, -1):
        document = read_document(trust, directory_file(version))
        if document is None:
            break
        try:
            before = read_directory(document.octets, place=document.name).parties.get(party)
        except TrustError:
            break
        states = {key.kid: key.state for key in (before.keys if before else ())}
        if states.get(Kid(kid)) is not KeyState.RETIRING:
            break
        since = version
    return since


def _of_keys(trust: Path, directory: Directory, now: datetime, *, every: bool) -> Iterator[Finding]:
    for entry in sorted(directory.parties.values(), key=lambda each: each.party):
        for key in entry.keys:
            name = f"{entry.party} {key.use} {key.kid[:12]}…"
            ends = key.valid_until is not None and key.valid_until - now < SOON
            left = "" if key.valid_until is None else f", {(key.valid_until - now).days} days left"
            if key.state is KeyState.RETIRING:
                yield Finding(
                    what=name,
                    state=key.state,
                    remedy="retire it when it is drained: `iarms key drained`, `iarms key retire`",
                    party=entry.party,
                    since=_retiring_since(trust, entry.party, key.kid, directory.version),
                )
            elif key.state in {KeyState.REVOKED, KeyState.COMPROMISED}:
                yield Finding(what=name, state=key.state, remedy=_after_revocation(entry, key))
            elif ends and key.state in {KeyState.CURRENT, KeyState.NEXT} and key.valid_until:
                days = (key.valid_until - now).days
                yield Finding(
                    what=name,
                    state=f"ends in {days} days",
                    remedy="the party runs `iarms key rotate`",
                )
            elif every:
                yield Finding(
                    what=name,
                    state=f"{key.state}{left}",
                    remedy=_QUIET.get(key.state, ""),
                    wants_person=False,
                )


_QUIET = {
    KeyState.NEXT: "nothing: it takes over when its party's process has it and the directory"
    " lists it as current",
    KeyState.RETIRED: "the party destroys what it still has of it: `iarms key settle`",
}


def _after_revocation(entry: PartyEntry, revoked: KeyEntry) -> str:
    """What is left to do about a key that is out of use."""
    in_use = {KeyState.CURRENT, KeyState.RETIRING}
    others = [
        each
        for each in entry.keys
        if each.use == revoked.use and each.state in in_use and each.revoked_at is None
    ]
    held = (
        "what it signed is held until it is disowned: `iarms key disown` at the party, or"
        " `iarms act disown`"
    )
    if others:
        goes_on = f"{entry.party} goes on with {others[0].kid[:12]}…"
        return f"{goes_on}; {held}" if revoked.use == "sig" else f"nothing: {goes_on}"
    cut = "nobody takes its messages" if revoked.use == "sig" else "nobody can seal to it"
    return (
        f"{entry.party} has no other key for it: {cut}. It makes new keys that a key of its own"
        " vouches for (`iarms key rotate`, `iarms key take`); without one, `iarms party recover`"
    )
