"""A process's own memory of the key log: each checkpoint it sees must continue the one before.

Two checkpoints that the hub signed and that contradict each other are kept as evidence, and nothing
is relied on until the log continues again. It says nothing of what the leaves contain (keylog.py).
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from keys.checkpoint import CHECKPOINT_LIMIT, Checkpoint, refused, verify_checkpoint
from keys.errors import DirectoryMemoryError, KeyLogError, KeyLogForkError
from keys.files import PUBLIC_MODE, replace
from keys.keylog_files import (
    CHECKPOINT_FILE,
    ENTRIES_FILE,
    LOG_FOLDER,
    log_keys,
    origin_of,
    read_leaves,
    read_note,
)
from keys.merkle import leaf_hash, root_of
from keys.root import Root

MEMORY_FILE = "keylog.checkpoint"
EVIDENCE_FILES = ("keylog-fork-1.checkpoint", "keylog-fork-2.checkpoint")


class KeyLogWatch:
    """The checkpoints that come in ``path``, remembered durably in ``home``.

    ``refused`` is why the newest one was not taken; ``fork`` is set while the hub contradicts
    itself. A root that changes the keys which sign the log lets a new memory begin, as with
    beacons: it takes the root's quorum.
    """

    def __init__(self, path: Path, anchor: Root, home: Path) -> None:
        self.refused: KeyLogError | None = None
        self.fork: KeyLogForkError | None = None
        self._path, self._home = path, home
        self._origin = origin_of(anchor)
        self._looked: tuple[object, ...] | None = None

    def look(self, root: Root, beacon_note: bytes | None = None) -> KeyLogError | None:
        """Judge what has come; what is wrong with it, told once, or None.

        ``beacon_note`` is the checkpoint that the newest beacon carries. Raises
        DirectoryMemoryError if the memory cannot be read or written.
        """
        stamp = (root.version, self._stamp(CHECKPOINT_FILE), self._stamp(ENTRIES_FILE), beacon_note)
        if stamp == self._looked:
            return None
        told: KeyLogError | None = None
        self.refused = self.fork = None
        for carried, note in ((False, read_note(self._path)), (True, beacon_note)):
            if note is None:
                continue
            try:
                self._judge(note, root)
            except KeyLogForkError as problem:
                self.fork = told = problem
                break
            except KeyLogError as problem:
                self.refused = problem
                told = told if carried else problem  # a beacon may run ahead of the leaves
        self._looked = stamp
        return told

    def _judge(self, note: bytes, root: Root) -> None:
        fresh = verify_checkpoint(note, self._origin, log_keys(root))
        memory = self._memory()
        last = None if memory is None else self._known(memory, root)
        if last is None or memory is None:
            self._remember(note)
            return
        if last == fresh:
            return
        if last.size == fresh.size:
            raise self._forked(memory, note, fresh)
        longer, shorter = (fresh, last) if fresh.size > last.size else (last, fresh)
        leaves = list(map(leaf_hash, read_leaves(self._path)[: longer.size]))
        if len(leaves) < longer.size or root_of(leaves) != longer.root:
            raise refused(
                f"that it continues from {shorter.size} to {longer.size} leaves cannot be seen yet"
            )
        if root_of(leaves[: shorter.size]) != shorter.root:
            raise self._forked(memory, note, fresh)
        if longer is fresh:
            self._remember(note)

    def _known(self, memory: bytes, root: Root) -> Checkpoint | None:
        try:
            return verify_checkpoint(memory, self._origin, log_keys(root))
        except KeyLogError:
            return None  # by a key that a root has replaced

    def _forked(self, memory: bytes, note: bytes, fresh: Checkpoint) -> KeyLogForkError:
        self._write(zip(EVIDENCE_FILES, (memory, note), strict=True))
        return KeyLogForkError(
            "The hub has signed two key logs that contradict each other.",
            place=str(self._path / LOG_FOLDER / CHECKPOINT_FILE),
            value=f"{fresh.size} leaves",
            expected="a log that only grows",
            remedy=f"Stop and call the officers and other countries; the evidence is in"
            f" {' and '.join(EVIDENCE_FILES)} in {self._home}.",
        )

    def _memory(self) -> bytes | None:
        try:
            return (self._home / MEMORY_FILE).read_bytes()[:CHECKPOINT_LIMIT]
        except FileNotFoundError:
            return None
        except OSError as problem:
            raise _unkept(self._home / MEMORY_FILE, problem) from problem

    def _remember(self, note: bytes) -> None:
        self._write([(MEMORY_FILE, note)])

    def _write(self, files: Iterable[tuple[str, bytes]]) -> None:
        for name, octets in files:
            try:
                replace(self._home / name, octets, mode=PUBLIC_MODE)
            except OSError as problem:
                raise _unkept(self._home / name, problem) from problem

    def _stamp(self, name: str) -> tuple[int, int]:
        try:
            status = (self._path / LOG_FOLDER / name).stat()
        except OSError:
            return 0, 0
        return status.st_mtime_ns, status.st_ino


def _unkept(path: Path, problem: OSError) -> DirectoryMemoryError:
    return DirectoryMemoryError(
        "The newest checkpoint of the key log cannot be remembered or read.",
        place=str(path),
        value=problem.strerror,
        expected="a file that this process may read and write",
        remedy="Make room or mend the rights; it is tried again by itself.",
    )
