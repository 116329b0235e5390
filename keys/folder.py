"""The trust folder as a process holds it: the newest root and directory that may be relied on.

It judges nothing itself (trusted.py): it finds files, remembers the newest version accepted, and
keeps the last good directory when a newer file is refused.
"""

from __future__ import annotations

import hashlib
import re
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from keys.active_parties import ActiveParties
from keys.beacon import BEACON_FILE
from keys.beacon_folder import BeaconFolder
from keys.bundle import Document, documents_in, read_document
from keys.chain import check_root_unexpired, root_version_in
from keys.continuity import Judged, Withheld, judge, judge_again
from keys.directory import Directory
from keys.disownment import Disownment
from keys.disownment_folder import DisownmentFolder
from keys.errors import (
    DirectoryMemoryError,
    DirectoryMissingError,
    DirectoryNotYetError,
    DirectoryRollbackError,
    DirectorySignatureError,
    KeyLogError,
    KeyLogForkError,
    StaleBeaconError,
    TrustError,
)
from keys.files import PUBLIC_MODE, replace
from keys.growth import growth_file, growth_size_in, write_growth
from keys.keylog_watch import KeyLogWatch
from keys.notes import NoteFolder
from keys.objection import OBJECTIONS_FOLDER
from keys.offering import Offering, beacon_of
from keys.revocation import Recovery, Revocation
from keys.root import Root
from keys.root_folder import RootFolder
from keys.signatures import SIGNATURE_FILE_LIMIT
from keys.succession_folder import SuccessionFolder
from keys.trust_set import Freshness, stale_beacon
from keys.trusted import (
    DIRECTORY_LIMIT,
    Seen,
    check_unexpired,
    directory_file,
    load_directory,
    version_in,
)

ANNOUNCED_FOLDER = "announced"
"""In a party's home: notes that it signed, which its process hands to everybody."""
SEEN_FILE = "directory.version"
LOOK_EVERY = timedelta(seconds=1)
_EARLY_MOST = timedelta(minutes=2)
"""How long the beacon may take that names a directory which lies here already: twice its time."""
_MOST_CANDIDATES = 16
"""Files tried at one look, the newest first; more are no honest folder."""

_SEEN = re.compile(r"([1-9][0-9]{0,8}) ([0-9a-f]{64})\n")
_Stamp = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Refusal:
    """Which files were refused, and whether the same ones may pass later."""

    why: TrustError
    stamp: _Stamp
    may_pass: bool
    since: datetime
    is_told: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """What a reader relies on, so that two readers can be compared.

    ``state`` is SHA-256 in hex over the digests of the root, the directory, and every revocation
    and disownment; ``revocations`` counts both.
    """

    root_version: int
    version: int
    revocations: int
    beacon: int
    beacon_issued: datetime | None
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LogHeld:
    """The key log as a reader sees it: the signed checkpoint that it accepted last.

    ``behind``: something shows a checkpoint and nothing that it is of the same log. ``evidence``
    are the two signed checkpoints that contradict each other, where they do.
    """

    note: bytes | None
    behind: bool
    evidence: tuple[bytes, ...]
    problems: tuple[KeyLogError, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LogHeard:
    """What a peer's checkpoint says, and the fork, if it was this one that showed it."""

    size: int
    root: bytes
    fork: KeyLogForkError | None


class DirectoryFolder:
    """The directory in force, from ``path``; safe to share between threads.

    ``home`` is where the process remembers the newest version it accepted (``directory.version``,
    written durably before a directory is used); without one it lies in ``path`` itself.
    ``on_signed`` is given each directory as its officers signed it, before anything is withheld,
    so that a party can compare it with its own keys (objection.py). ``withheld`` are keys that the
    directory lists and nothing vouches for: they are never used. ``refused`` is the last file's
    refusal, or None when the newest file is in use; ``on_refusal``
    is called once for each refused file.
    """

    def __init__(
        self,
        path: Path,
        anchor: Root,
        *,
        home: Path | None = None,
        on_refusal: Callable[[TrustError], None] | None = None,
        on_signed: Callable[[Directory, datetime], None] | None = None,
    ) -> None:
        self.refused: TrustError | None = None
        self._path = path
        self._home = home or path
        self._successions = SuccessionFolder(path, home or path)
        self._roots = RootFolder(
            path,
            anchor,
            home=home,
            by_countries=lambda _, octets: self._successions.is_taken(octets),
        )
        self._seen_file = (home or path) / SEEN_FILE
        self._on_refusal = on_refusal
        self._on_signed = on_signed
        self._lock = threading.Lock()
        self._directory: Directory | None = None
        self._looked: datetime | None = None
        self._put_off = False
        self._refusals: dict[int, _Refusal] = {}
        self.withheld: tuple[Withheld, ...] = ()
        self._signed: Directory | None = None
        self._is_unproven = False
        self._judged: Judged | None = None
        self._notes = NoteFolder(path, home or path)
        self._disowned = DisownmentFolder(path, home or path)
        self._active = ActiveParties(path, home or path)
        self._awaited: frozenset[str] = frozenset()
        self._beacons = BeaconFolder(path, anchor, home or path)
        self._log = KeyLogWatch(path, anchor, home or path)
        self._stale: TrustError | None = None

    def current(self, now: datetime) -> Directory:
        """The newest accepted directory that has not expired at ``now``.

        The folder is looked at once a second at most. Raises DirectoryExpiredError, the refusal of
        the newest file where none was ever good, or DirectoryMissingError.
        """
        directory = self.last(now)
        if self._stale is not None:
            raise self._stale
        if self._log.fork is not None:
            raise self._log.fork
        if self._is_kept_back:
            raise stale_beacon(self.root)  # a newer one is being kept from us
        return directory

    def last(self, now: datetime) -> Directory:
        """The newest accepted directory, fresh or not; ``freshness`` says what it is good for.

        Raises as ``current`` does, but never StaleBeaconError once a directory was accepted.
        """
        with self._lock:
            if self._looked is None or not timedelta(0) <= now - self._looked < LOOK_EVERY:
                self._take_up(now)
            directory = self._directory
        if directory is None:
            raise self.refused or self._missing()
        check_root_unexpired(self.root, now)
        check_unexpired(directory, now)
        return directory

    def usable(self, now: datetime) -> Directory:
        """The newest accepted directory for a process that asks ``freshness`` before it acts.

        Raises as ``last`` does.
        """
        return self.last(now)

    def look(self, now: datetime) -> None:
        """Look at the folder now, and not only when the next second has passed."""
        with self._lock:
            self._take_up(now)

    def freshness(self, now: datetime) -> Freshness:
        """What may be done at ``now`` with what is held (docs/spec/trust.md 5)."""
        with self._lock:
            freshness = self._beacons.freshness(now)
            if self._log.fork is not None:
                return Freshness.STOPPED  # the line goes on: it brings what ends it, and evidence
            doubtful = self._stale is not None or self._is_kept_back
            if freshness is Freshness.FRESH and doubtful:
                return Freshness.DEGRADED
            return freshness

    def offer(self, documents: Sequence[Document], now: datetime) -> Offering:
        """Take in documents that came by any other way than the folder, and act on them at once.

        Who carried them does not matter. A revocation counts before it is written: it only
        removes, and whoever brought it has it still. Raises DirectoryMemoryError if the folder
        cannot be written; what came counts all the same, and has to be offered again.
        """
        with self._lock:
            offering = self._offered(documents, now)
        self.settle(offering)
        return offering

    def settle(self, offering: Offering) -> None:
        """Make durable what counts already; it holds nobody up who asks for the directory."""
        for each in offering.owed:
            if each.name.startswith("revocation-"):
                self._notes.keep(each.name, each.octets, each.signature)
        for name in offering.settle():
            self._notes.settled(name)

    def _offered(self, documents: Sequence[Document], now: datetime) -> Offering:
        if self._looked is None:
            self._take_up(now)
        offering = Offering(
            self._path,
            root=self._roots.root,
            directory=self._signed,
            follow=self._follow_roots,
            note=lambda document, note: self._take_note(document, note, now),
            noted=self._notes.holds,
        )
        offering.take(documents)
        self._take_growths(documents, offering)
        beacon = beacon_of(documents)
        if beacon is not None:
            try:
                if self._beacons.offer(beacon, self._roots.root, now):
                    offering.news.append("beacon.xml")
            except DirectoryMemoryError:
                raise
            except TrustError as refusal:
                offering.refusals.append(refusal)
        if not offering.news:
            return offering
        if beacon is not None or not offering.notes_alone:
            self._take_up(now)
        elif not self._put_off:
            # Who refuses now does not first look at everything else, which waits a moment, once.
            self._looked, self._put_off = now, True
        return offering

    def _take_growths(self, documents: Sequence[Document], offering: Offering) -> None:
        for each in documents:
            if growth_size_in(each.name) is None:
                continue
            try:
                if self._log.offer(each, self._roots.root):
                    offering.news.append(each.name)
                    offering.notes_alone = False
            except DirectoryMemoryError:
                raise
            except TrustError as refusal:
                offering.refusals.append(refusal)

    def hear(self, note: bytes, now: datetime) -> LogHeard:
        """Take in the key log's checkpoint that a peer holds: it must be of the log that we see.

        Raises KeyLogError if nobody who may has signed it.
        """
        with self._lock:
            before = self._log.fork
            heard = self._log.hear(note, self._roots.root)
            self._look_at_log(now)
            fork = self._log.fork if before is None else None
            return LogHeard(size=heard.size, root=heard.root, fork=fork)

    @property
    def log_held(self) -> LogHeld:
        """How the key log is seen here."""
        with self._lock:
            return LogHeld(
                note=self._log.note,
                behind=self._log.behind,
                evidence=self._log.evidence,
                problems=self._log.problems,
            )

    def _take_note(self, document: Document, note: Revocation | Recovery, now: datetime) -> None:
        """It counts at once: what it only removes may be written afterwards."""
        self._notes.take(document.name, note, now)
        self._rely(now)

    @property
    def held(self) -> Held:
        """What is relied on now, to be compared with another reader's."""
        with self._lock:
            digests = [each.digest for each in self._notes.revocations]
            revocations = sorted(digests + [each.digest for each in self._disowned.held])
            version = 0 if self._signed is None else self._signed.version
            digest = b"" if self._signed is None else self._signed.digest
            parts = b"".join([self.root.digest, digest, *revocations])
            return Held(
                root_version=self.root.version,
                version=version,
                revocations=len(revocations),
                beacon=self._beacons.number,
                beacon_issued=self._beacons.issued,
                state=hashlib.sha256(parts).hexdigest(),
            )

    def newer_than(
        self,
        *,
        root_version: int,
        version: int,
        beacon: int,
        state: str,
        log_note: bytes | None = None,
    ) -> list[Document]:
        """What a peer lacks that holds these; it judges each document by itself.

        ``log_note``: the key log's checkpoint that it holds, None where it does not ask about it.
        Raises AnchorError where the folder has lost its anchor.
        """
        held = self.held
        found: list[Document] = []
        for each in documents_in(self._path):
            if growth_size_in(each.name) is not None:
                if log_note is not None and log_note != each.signature:
                    found.append(self._whole_growth(each))
                continue
            number = root_version_in(each.name) or version_in(each.name)
            if each.name == BEACON_FILE:
                is_news = held.beacon > beacon
            elif number is not None:
                is_news = number > (root_version if each.name.startswith("root") else version)
            else:
                is_news = held.state != state
            if is_news:
                found.append(each)
        return found

    def _whole_growth(self, part: Document) -> Document:
        """From the first leaf on where it is here: who asks may lack more than the newest part."""
        with self._lock:
            growth = self._log.whole()
        if growth is None or part.name != growth_file(growth.size):
            return part
        return Document(name=part.name, octets=write_growth(growth), signature=part.signature)

    def announcements(self) -> list[Document]:
        """What this party has to tell everybody: its objections, and notes that it signed."""
        found: list[Document] = []
        for folder in (OBJECTIONS_FOLDER, ANNOUNCED_FOLDER):
            try:
                names = sorted(each.name for each in (self._home / folder).iterdir())
            except OSError:
                continue
            read = (read_document(self._home / folder, name) for name in names)
            found += [each for each in read if each is not None]
        return found

    @property
    def _is_kept_back(self) -> bool:
        return self._signed is not None and not self._beacons.names(self._signed)

    def _follow_roots(self) -> Root:
        self._look_at_roots()
        return self._roots.root

    def _take_up(self, now: datetime) -> None:
        self._looked, self._put_off = now, False
        self._look(now)
        self._relied_on(now)
        if self._may_succeed(now):
            self._look(now)
            self._relied_on(now)
        self._look_at_disownments()
        self._look_at_countersignatures()

    def _look_at_countersignatures(self) -> None:
        if self._directory is None or self._signed is None:
            return
        self._awaited = self._active.awaited(self.root, self._signed)
        try:
            self._active.remember()
        except DirectoryMemoryError as refusal:
            self._report(refusal)  # it removes no power and gives no key one: nobody is held by it
        self._directory = self._directory.awaiting(self._awaited)

    def _look_at_disownments(self) -> None:
        if self._directory is None:
            return
        try:
            self._disowned.look(self.root, self._directory)
        except DirectoryMemoryError as refusal:
            self._report(refusal)
        self._directory = self._directory.releasing(self._genuine)

    @property
    def _genuine(self) -> frozenset[bytes]:
        return frozenset().union(*(each.genuine for each in self._disowned.held))

    @property
    def disownments(self) -> tuple[Disownment, ...]:
        """What stolen keys signed and is nobody's, but for what is named as genuine."""
        return self._disowned.held

    def _may_succeed(self, now: datetime) -> bool:
        """Whether the countries' own root may be followed from now on; told while it waits."""
        if self._directory is None:
            return False
        try:
            taken, told = self._successions.look(self.root, self._directory, now)
        except DirectoryMemoryError as refusal:
            self._report(refusal)
            return False
        if told is not None and self._on_refusal is not None:
            self._on_refusal(told)
        return taken

    @property
    def signed(self) -> Directory | None:
        """The newest directory as its officers signed it, with what is withheld; to compare."""
        return self._signed

    @property
    def root(self) -> Root:
        """The newest root that follows the pinned one."""
        return self._roots.root

    def _look(self, now: datetime) -> None:
        self._look_at_roots()
        try:
            self._beacons.look(self._roots.root, now)
            self._stale = None
        except TrustError as refusal:
            self._stale = refusal
        for alarm in self._beacons.alarms():
            if self._on_refusal is not None:
                self._on_refusal(alarm)
        self._look_at_log(now)
        self._look_at_first(now)
        versions = sorted(self._versions(), reverse=True)[:_MOST_CANDIDATES]
        in_use = 0 if self._directory is None else self._directory.version
        fresh = [version for version in versions if version > in_use]
        if not fresh:
            self._judge_absence(versions, in_use)
            return
        try:
            seen = read_seen(self._seen_file)
        except DirectoryMemoryError as refusal:
            self._report(refusal)
            return
        for version in fresh:
            if self._try(version, seen, now):
                return
        newest = self._refusals.get(fresh[0])
        if newest is not None and newest.is_told:
            self.refused = newest.why  # what is wrong with the older ones helps nobody

    def _look_at_first(self, now: datetime) -> None:
        """A fresh beacon names the first directory: from now on it is what others continue."""
        if self._signed is None or not self._is_unproven or not self._proves(self._signed, now):
            return
        try:
            write_seen(self._seen_file, self._signed)
        except DirectoryMemoryError as refusal:
            self._report(refusal)
            return
        self._is_unproven, self._notes.changed = False, True

    def _proves(self, directory: Directory, now: datetime) -> bool:
        """Whether a fresh beacon names it; always where no beacons are given."""
        is_fresh = self._beacons.freshness(now) is Freshness.FRESH
        return is_fresh and self._beacons.names(directory)

    def _relied_on(self, now: datetime) -> None:
        """Judge the signed directory anew where it, a note, or a notice's end has changed."""
        signed = self._signed
        if signed is not None:
            self._rely(now, whole=self._notes.look(self.root, signed, now))

    def _rely(self, now: datetime, *, whole: bool = False) -> None:
        signed, parties = self._signed, self._notes.newly_revoked()
        if signed is None or not (whole or parties or self._notes.changed):
            return
        recovered, needed = self._notes.recovered(now), self.root.policy.mandates
        if whole or self._judged is None or self._notes.changed:
            whole = True
            judged = judge(
                signed,
                known=self._notes.known,
                recovered=recovered,
                revocations=self._notes.revocations,
                mandates_needed=needed,
            )
        else:
            judged = judge_again(
                self._judged,
                signed,
                parties,
                recovered=recovered,
                revocations=self._notes.revocations,
                mandates_needed=needed,
            )
        if not self._is_unproven:
            self._notes.remember(judged.known, now, at_once=whole)
        self._judged = judged
        for each in judged.withheld:
            if each not in self.withheld and self._on_refusal is not None:
                self._on_refusal(each.as_error(signed.version))
        self.withheld = judged.withheld
        self._directory = judged.directory.releasing(self._genuine).awaiting(self._awaited)

    def _look_at_roots(self) -> None:
        before, refused = self._roots.root, self._roots.refused
        try:
            now_in_force = self._roots.look()
        except DirectoryMemoryError as refusal:
            self._report(refusal)
            return
        if now_in_force is not before:
            # What was refused by the old roles may hold by the new, and the other way round.
            self._refusals.clear()
            self._directory = self._judged = None
        if self._roots.refused is not None and refused is None:
            self._report(self._roots.refused)

    def _look_at_log(self, now: datetime) -> None:
        """A checkpoint that cannot be seen to continue is told; one that contradicts stops us."""
        try:
            problems = self._log.look(self.root, self._beacons.checkpoint, now)
        except DirectoryMemoryError as refusal:
            self._report(refusal)
            return
        for each in problems:
            if self._on_refusal is not None:
                self._on_refusal(each)

    def _judge_absence(self, versions: list[int], in_use: int) -> None:
        """Whoever takes the newest file away does not change what is in force."""
        if self._directory is None or (versions and versions[0] == in_use):
            self.refused = None

    def _try(self, version: int, seen: Seen | None, now: datetime) -> bool:
        stamp = self._stamp(version)
        known = self._refusals.get(version)
        if known is not None and known.stamp == stamp and not known.may_pass:
            return False
        try:
            directory = self._load(version, seen, now)
        except TrustError as refusal:
            again = known if known is not None and known.stamp == stamp else None
            since = now if again is None else min(again.since, now)
            # A directory comes a moment before the beacon that names it: that is no alarm yet.
            is_early = (
                isinstance(refusal, StaleBeaconError)
                and self._beacons.is_behind(version, now)
                and now - since < _EARLY_MOST
            )
            is_told = again is not None and again.is_told
            self._refusals[version] = _Refusal(
                why=refusal,
                stamp=stamp,
                may_pass=isinstance(
                    refusal, (DirectoryNotYetError, DirectoryMemoryError, StaleBeaconError)
                ),
                since=since,
                is_told=is_told or not is_early,
            )
            if not is_told and not is_early:
                self._report(refusal)
            return False
        self._directory = self._signed = directory
        self._judged = None
        self._notes.changed = True
        if self._on_signed is not None:
            self._on_signed(directory, now)
        self._refusals.pop(version, None)
        if max(self._refusals, default=0) < version:
            self.refused = None
        return True

    def _report(self, refusal: TrustError) -> None:
        again = self.refused is not None and self.refused.args == refusal.args
        self.refused = refusal
        if self._on_refusal is not None and not again:
            self._on_refusal(refusal)

    def _load(self, version: int, seen: Seen | None, now: datetime) -> Directory:
        name = directory_file(version)
        directory = load_directory(
            self._read(name, DIRECTORY_LIMIT),
            self._read(f"{name}.sig", SIGNATURE_FILE_LIMIT),
            self._roots.root,
            now=now,
            minimum_version=version,
            seen=seen,
        )
        if directory.version != version:
            raise DirectoryRollbackError(
                "A directory lies under another version's name.",
                place=str(self._path / name),
                value=f"version {directory.version}",
                expected=f"version {version}",
                remedy="Get the newest directory; somebody may be replaying an old one.",
            )
        if not self._beacons.names(directory):
            raise stale_beacon(self._roots.root, unnamed=directory.version)
        # Who never accepted one may be handed an old one: it binds nobody before a beacon does.
        self._is_unproven = seen is None and not self._proves(directory, now)
        if not self._is_unproven and (seen is None or directory.version > seen.version):
            write_seen(self._seen_file, directory)
        return directory

    def _read(self, name: str, limit: int) -> bytes:
        path = self._path / name
        try:
            with path.open("rb") as file:
                return file.read(limit + 1)
        except OSError as problem:
            raise DirectorySignatureError(
                "A directory needs its signature file beside it, and both must be readable.",
                place=str(path),
                value=problem.strerror,
                expected="directory-N.xml and directory-N.xml.sig",
                remedy="Copy the signature file first, then the directory.",
            ) from problem

    def _versions(self) -> list[int]:
        try:
            names = [each.name for each in self._path.iterdir()]
        except OSError:
            return []
        return [version for name in names if (version := version_in(name)) is not None]

    def _stamp(self, version: int) -> _Stamp:
        """What changes when either file is written again, so that a refusal is not for ever."""
        values: list[int] = []
        for name in (directory_file(version), f"{directory_file(version)}.sig"):
            try:
                status = (self._path / name).stat()
            except OSError:
                values += (0, 0)
            else:
                values += (status.st_mtime_ns, status.st_ino)
        return values[0], values[1], values[2], values[3]

    def _missing(self) -> DirectoryMissingError:
        return DirectoryMissingError(
            "The trust folder holds no key directory.",
            place=str(self._path),
            expected="directory-N.xml and directory-N.xml.sig",
            remedy="Copy the newest ones from the centre (`iarms directory copy`).",
        )


def read_seen(path: Path) -> Seen | None:
    """What was remembered of the newest directory, or None if nothing ever was.

    Raises DirectoryMemoryError if it cannot be read: forgetting would allow a replay.
    """
    try:
        line = path.read_text("ascii")
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as problem:
        raise _forgotten(path) from problem
    match = _SEEN.fullmatch(line)
    if match is None:
        raise _forgotten(path)
    return Seen(version=int(match[1]), digest=bytes.fromhex(match[2]))


def write_seen(path: Path, directory: Directory) -> None:
    """Remember this directory as the newest, durably; DirectoryMemoryError if that fails."""
    line = f"{directory.version} {directory.digest.hex()}\n"
    try:
        replace(path, line.encode("ascii"), mode=PUBLIC_MODE)
    except OSError as problem:
        raise DirectoryMemoryError(
            "The newest directory cannot be remembered, so it is not accepted.",
            place=str(path),
            value=problem.strerror,
            expected="a folder that this process may write",
            remedy="Make room or mend the rights; the directory is tried again by itself.",
        ) from problem


def _forgotten(path: Path) -> DirectoryMemoryError:
    return DirectoryMemoryError(
        "What was remembered of the newest directory cannot be read, so none is accepted.",
        place=str(path),
        expected="one line: version, space, SHA-256 in hex",
        remedy="Ask the centre for the newest version and digest, and write them there.",
    )
