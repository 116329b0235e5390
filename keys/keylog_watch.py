"""A process's own memory of the key log: each checkpoint it sees must continue the one before.

Two checkpoints that the hub signed and that contradict each other are kept as evidence, and
everything is held. It says nothing of what the leaves contain (keylog.py) and asks nobody for what
it lacks: ``behind`` says that it lacks something. docs/spec/trust.md, clauses 7.6 to 7.9.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

from keys.bundle import Document
from keys.checkpoint import CHECKPOINT_LIMIT, Checkpoint, refused, verify_checkpoint
from keys.errors import (
    DirectoryMemoryError,
    KeyLogError,
    KeyLogForkError,
    KeyLogShrunkError,
    KeyLogUnseenError,
)
from keys.files import PUBLIC_MODE, replace, replace_signed
from keys.growth import Growth, grown, growth_size_in, read_growth, write_growth
from keys.keylog_files import (
    CHECKPOINT_FILE,
    ENTRIES_FILE,
    LOG_FOLDER,
    log_keys,
    newest_growth,
    origin_of,
    read_growth_file,
    read_leaves,
    read_note,
)
from keys.merkle import leaf_hash
from keys.root import Root

MEMORY_FILE = "keylog.checkpoint"
EVIDENCE_FILES = ("keylog-fork-1.checkpoint", "keylog-fork-2.checkpoint")
EVIDENCE_GROWTH = "keylog-fork.growth"
"""Shows, where both have different lengths, that one cannot continue the other."""
TOLD_FILE = "keylog-told.checkpoint"
"""What others showed us and contradicts what we hold, so that a restart does not forget it."""
UNSEEN_LONGEST = timedelta(minutes=2)
"""How long what shows the log's growth may take before a person hears of it: two beacons."""
_MOST_HEARD = 8


class KeyLogWatch:
    """The checkpoints that come in ``path``, in beacons and from peers, remembered in ``home``.

    Where beacons carry checkpoints they alone lead the memory on; all others are held against it.
    ``fork`` is set while the hub contradicts itself, ``problems`` are all that a person should
    know, ``behind`` whether something is lacking that shows a checkpoint to be of the same log. A
    root that changes the keys which sign the log lets a new memory begin, as with beacons: it
    takes the root's quorum.
    """

    def __init__(self, path: Path, anchor: Root, home: Path) -> None:
        self.fork: KeyLogForkError | None = None
        self.problems: tuple[KeyLogError, ...] = ()
        self.behind = False
        self._path, self._home = path, home
        self._origin = origin_of(anchor)
        self._looked: tuple[object, ...] | None = None
        self._heard: list[bytes] = []
        self._begun = False
        self._unseen_since: datetime | None = None
        self._is_overdue = False

    # --- what comes ---------------------------------------------------------------------------

    def hear(self, note: bytes, root: Root) -> Checkpoint:
        """Take in the checkpoint that a peer holds, to be judged with the next look.

        KeyLogError if nobody who may has signed it.
        """
        heard = verify_checkpoint(note, self._origin, log_keys(root))
        if note not in self._heard and note != self.note:
            self._heard = [*self._heard[1 - _MOST_HEARD :], note]
        return heard

    def offer(self, document: Document, root: Root) -> bool:
        """Take in what shows how the log grew; whether it is news.

        Raises KeyLogError if it does not hold, DirectoryMemoryError if it cannot be written.
        """
        growth = read_growth(document.octets)
        fresh = verify_checkpoint(document.signature, self._origin, log_keys(root))
        if not growth_size_in(document.name) == growth.size == fresh.size:
            raise refused(f"{document.name} is not of the length that was signed")
        if growth.root_at(growth.size) != fresh.root:
            raise refused(f"{document.name} does not lead to the root that was signed")
        last = self._last(root)
        is_told = last is not None and growth.covers(last.size)
        if is_told and last is not None and growth.root_at(last.size) != last.root:
            self._write([(EVIDENCE_GROWTH, document.octets)])
            self.hear(document.signature, root)
            return True
        before = newest_growth(self._path)
        if before is not None:
            known = read_growth_file(self._path, before)
            same = _read(self._path / f"{before}.sig") == document.signature
            if known is not None and (growth.size, -growth.first, not same) <= (
                (known.size, -known.first, False)
            ):
                return False
        self._put(document, before)
        return True

    # --- what follows from it -----------------------------------------------------------------

    @property
    def note(self) -> bytes | None:
        """The newest checkpoint that was accepted; DirectoryMemoryError."""
        return self._kept(MEMORY_FILE)

    @property
    def evidence(self) -> tuple[bytes, ...]:
        """The two checkpoints that contradict each other, while they do."""
        found = [self._kept(name) for name in EVIDENCE_FILES] if self.fork is not None else []
        return tuple(each for each in found if each is not None)

    def whole(self) -> Growth | None:
        """The growth from the first leaf on, if it is here."""
        return next((each for each in self._shown_here() if each.first == 0), None)

    def look(self, root: Root, beacon_note: bytes | None, now: datetime) -> list[KeyLogError]:
        """Judge what has come by ``now``; what is wrong with it, each told once.

        ``beacon_note`` is the checkpoint that the newest beacon carries. Raises
        DirectoryMemoryError if the memory cannot be read or written.
        """
        self._begin()
        growth = newest_growth(self._path)
        stamp = (
            root.version,
            _stamp(self._path / LOG_FOLDER / CHECKPOINT_FILE),
            _stamp(self._path / LOG_FOLDER / ENTRIES_FILE),
            None if growth is None else (growth, _stamp(self._path / growth)),
            beacon_note,
            tuple(self._heard),
        )
        if stamp == self._looked and not self._falls_due(now):
            return []
        notes = self._notes(growth, beacon_note)
        problems, unseen = self._judged(notes, root, beacon_note)
        self._watch_time(now, unseen)
        before = {each.args for each in self.problems}
        self.problems = (*problems, *(unseen if self._is_overdue else ()))
        self._looked = (*stamp[:-1], tuple(self._heard))
        return [each for each in self.problems if each.args not in before]

    def _judged(
        self, notes: dict[bytes, bool], root: Root, beacon_note: bytes | None
    ) -> tuple[list[KeyLogError], list[KeyLogError]]:
        problems: list[KeyLogError] = []
        unseen: list[KeyLogError] = []
        self.fork = None
        for note, leads in notes.items():
            try:
                self._judge(note, root, leads=leads, by_beacon=note == beacon_note)
            except KeyLogForkError as problem:
                self.fork = problem
                problems.append(problem)
                if note in self._heard:
                    self._write([(TOLD_FILE, note)])
                continue
            except KeyLogUnseenError as problem:
                unseen.append(problem)
                continue
            except KeyLogError as problem:
                problems += [problem] if note in (beacon_note, read_note(self._path)) else []
            self._heard = [each for each in self._heard if each != note]
        return problems, unseen

    def _notes(self, growth: str | None, beacon_note: bytes | None) -> dict[bytes, bool]:
        """Every checkpoint that is here, and whether the memory may follow it."""
        found: dict[bytes, bool] = {} if beacon_note is None else {beacon_note: True}
        shown = None if growth is None else _read(self._path / f"{growth}.sig")
        for note in (read_note(self._path), shown):
            if note is not None:
                found.setdefault(note, beacon_note is None)
        for note in self._heard:
            found.setdefault(note, False)
        return found

    def _judge(self, note: bytes, root: Root, *, leads: bool, by_beacon: bool) -> None:
        fresh = verify_checkpoint(note, self._origin, log_keys(root))
        last = self._last(root)
        if last is None:
            if leads:
                self._write([(MEMORY_FILE, note)])
            return
        if last == fresh:
            return
        if last.size == fresh.size:
            raise self._forked(note, fresh, None)
        longer, shorter = (fresh, last) if fresh.size > last.size else (last, fresh)
        growth = self._showing(shorter, longer)
        if growth is not None and growth.root_at(shorter.size) != shorter.root:
            raise self._forked(note, fresh, growth)
        if by_beacon and shorter is fresh:
            raise _shrunk(last, fresh)
        if growth is None:
            raise _unseen(shorter, longer)
        if leads and longer is fresh:
            self._write([(MEMORY_FILE, note)])

    def _showing(self, shorter: Checkpoint, longer: Checkpoint) -> Growth | None:
        """What leads to the longer one's root and covers the shorter one."""
        for each in self._growths():
            covers = each.covers(shorter.size) and each.covers(longer.size)
            if covers and each.root_at(longer.size) == longer.root:
                return each
        return None

    def _growths(self) -> Iterator[Growth]:
        yield from self._shown_here()
        evidence = read_growth_file(self._home, EVIDENCE_GROWTH)
        if evidence is not None:
            yield evidence

    def _shown_here(self) -> Iterator[Growth]:
        """Whatever shows the log in the trust folder: what came by itself, and the leaves."""
        name = newest_growth(self._path)
        found = None if name is None else read_growth_file(self._path, name)
        if found is not None:
            yield found
        leaves = read_leaves(self._path)
        if leaves:
            yield grown(list(map(leaf_hash, leaves)))

    # --- how long it takes --------------------------------------------------------------------

    def _watch_time(self, now: datetime, unseen: list[KeyLogError]) -> None:
        self.behind = bool(unseen)
        if not unseen:
            self._unseen_since, self._is_overdue = None, False
            return
        if self._unseen_since is None or now < self._unseen_since:  # the clock was set back
            self._unseen_since = now
        self._is_overdue = now - self._unseen_since >= UNSEEN_LONGEST

    def _falls_due(self, now: datetime) -> bool:
        since = self._unseen_since
        return since is not None and not self._is_overdue and now - since >= UNSEEN_LONGEST

    # --- files --------------------------------------------------------------------------------

    def _begin(self) -> None:
        if not self._begun:
            self._begun = True
            told = self._kept(TOLD_FILE)
            self._heard += [] if told is None or told in self._heard else [told]

    def _last(self, root: Root) -> Checkpoint | None:
        memory = self.note
        try:
            return (
                None if memory is None else verify_checkpoint(memory, self._origin, log_keys(root))
            )
        except KeyLogError:
            return None  # by a key that a root has replaced

    def _forked(self, note: bytes, fresh: Checkpoint, growth: Growth | None) -> KeyLogForkError:
        memory = self.note or b""
        self._write(zip(EVIDENCE_FILES, (memory, note), strict=True))
        if growth is not None:
            self._write([(EVIDENCE_GROWTH, write_growth(growth))])
        return KeyLogForkError(
            "The hub has signed two key logs that contradict each other.",
            place=str(self._home / EVIDENCE_FILES[1]),
            value=f"{fresh.size} leaves",
            expected="a log that only grows, and the same for everybody",
            remedy=f"Stop and call the officers and other countries; the evidence is in"
            f" {' and '.join(EVIDENCE_FILES)} in {self._home}: `iarms keylog compare`.",
        )

    def _kept(self, name: str) -> bytes | None:
        try:
            return (self._home / name).read_bytes()[:CHECKPOINT_LIMIT]
        except FileNotFoundError:
            return None
        except OSError as problem:
            raise _unkept(self._home / name, problem) from problem

    def _put(self, document: Document, before: str | None) -> None:
        path = self._path / document.name
        try:
            replace_signed(path, document.octets, document.signature, mode=PUBLIC_MODE)
            if before is not None and before != document.name:
                for name in (before, f"{before}.sig"):
                    (self._path / name).unlink(missing_ok=True)
        except OSError as problem:
            raise _unkept(path, problem) from problem

    def _write(self, files: Iterable[tuple[str, bytes]]) -> None:
        for name, octets in files:
            try:
                replace(self._home / name, octets, mode=PUBLIC_MODE)
            except OSError as problem:
                raise _unkept(self._home / name, problem) from problem


def _stamp(path: Path) -> tuple[int, int]:
    try:
        status = path.stat()
    except OSError:
        return 0, 0
    return status.st_mtime_ns, status.st_ino


def _read(path: Path) -> bytes | None:
    try:
        with path.open("rb") as file:
            return file.read(CHECKPOINT_LIMIT + 1)
    except OSError:
        return None


def _shrunk(last: Checkpoint, fresh: Checkpoint) -> KeyLogShrunkError:
    return KeyLogShrunkError(
        "The hub's newest beacon carries a key log that is shorter than one before.",
        place="beacon.xml",
        value=f"{fresh.size} leaves",
        expected=f"{last.size} leaves or more",
        remedy="Ask the hub whether it restored an older copy of its trust folder: it puts the"
        " keylog folder of before back. If it did not, call the officers and another country.",
    )


def _unseen(shorter: Checkpoint, longer: Checkpoint) -> KeyLogUnseenError:
    return KeyLogUnseenError(
        "Nothing shows that the key log only grew.",
        place="keylog-N.growth",
        value=f"{shorter.size} and {longer.size} leaves",
        expected="what leads from one signed root to the other",
        remedy="It is asked for by itself, of the hub and of peers. If it stays away, get the trust"
        " folder's keylog files from the hub: `iarms directory copy`, and ask why it gives none.",
    )


def _unkept(path: Path, problem: OSError) -> DirectoryMemoryError:
    return DirectoryMemoryError(
        "The newest checkpoint of the key log cannot be remembered or read.",
        place=str(path),
        value=problem.strerror,
        expected="a file that this process may read and write",
        remedy="Make room or mend the rights; it is tried again by itself.",
    )
