"""Which parties a process has seen to be active, by their countersignatures, for good.

It judges none (countersigning.py) and holds no message (the endpoint and the relay do).
"""

from __future__ import annotations

from pathlib import Path

from keys.countersigning import countersigner_in, newest_countersignatures, verify_countersignature
from keys.directory import Directory, PartyKind
from keys.errors import DirectoryMemoryError, TrustError
from keys.files import PUBLIC_MODE, replace
from keys.revocation import NOTE_LIMIT
from keys.root import Root
from keys.signatures import SIGNATURE_FILE_LIMIT

ACTIVE_FILE = "parties.active"
"""In a process's home: the parties that were seen to be active, one a line."""


class ActiveParties:
    """Those of ``path``, remembered in ``home``: a key that retires later takes nobody back."""

    def __init__(self, path: Path, home: Path) -> None:
        self._path, self._file = path, home / ACTIVE_FILE
        self._known: frozenset[str] | None = None  # as written; None: not read yet
        self._seen: frozenset[str] = frozenset()  # not written yet
        self._tried: dict[str, tuple[int, int]] = {}

    def awaited(self, root: Root, signed: Directory) -> frozenset[str]:
        """The listed parties that are not active yet; nobody where the policy does not ask.

        The centre itself is never waited for. What cannot be written down counts all the same
        until this process ends (``remember``).
        """
        if not root.policy.countersigned:
            return frozenset()
        active = self._written() | self._seen
        listed = {
            party for party, entry in signed.parties.items() if entry.kind is not PartyKind.REGISTRY
        }
        waiting = listed - active
        if not waiting:
            return frozenset()
        seen = {
            found[0]
            for name in newest_countersignatures(self._path)
            if (found := countersigner_in(name)) is not None
            and found[0] in waiting
            and self._holds(name, signed)
        }
        self._seen |= seen
        return frozenset(waiting - seen)

    def remember(self) -> None:
        """Writes down who was seen to be active, where that is news; DirectoryMemoryError."""
        if not self._seen:
            return
        if self._known is None:
            raise self._memory("it cannot be read")
        known = self._known | self._seen
        lines = "".join(f"{party}\n" for party in sorted(known))
        try:
            replace(self._file, lines.encode("ascii"), mode=PUBLIC_MODE)
        except OSError as problem:
            raise self._memory(str(problem.strerror)) from problem
        self._known, self._seen = known, frozenset()

    def _holds(self, name: str, signed: Directory) -> bool:
        path = self._path / name
        try:
            stamp = (path.stat().st_mtime_ns, signed.version)
            if self._tried.get(name) == stamp:
                return False
            octets = _read(path, NOTE_LIMIT)
            signature = _read(path.with_name(f"{name}.sig"), SIGNATURE_FILE_LIMIT)
        except OSError:
            return False  # just being written: it is looked at again
        self._tried[name] = stamp
        try:
            found = verify_countersignature(octets, signature, signed)
        except TrustError:
            return False  # it has no effect; files of others may lie here
        return (found.party, found.directory.version) == countersigner_in(name)

    def _written(self) -> frozenset[str]:
        if self._known is None:
            try:
                self._known = frozenset(self._file.read_text("ascii").split())
            except FileNotFoundError:
                self._known = frozenset()
            except (OSError, UnicodeDecodeError):
                return frozenset()  # the countersignatures themselves say nearly all of it again
        return self._known

    def _memory(self, why: str) -> DirectoryMemoryError:
        return DirectoryMemoryError(
            f"Which parties are active cannot be remembered: {why}.",
            place=str(self._file),
            expected="a file that this process may read and write",
            remedy="Make room or mend the rights; it is tried again by itself.",
        )


def _read(path: Path, limit: int) -> bytes:
    with path.open("rb") as file:
        return file.read(limit + 1)
