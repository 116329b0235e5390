"""Disownments as a process holds them: from the trust folder, and kept in its home for good.

It judges none (disownment.py), and ends no message (the endpoint does).
"""

from __future__ import annotations

from pathlib import Path

from keys.directory import Directory
from keys.disownment import DISOWNMENT_LIMIT, Disownment, verify_disownment
from keys.errors import DirectoryMemoryError, TrustError
from keys.files import PUBLIC_MODE, make_folder, replace_signed
from keys.root import Root
from keys.root_folder import ACCEPTED_FOLDER
from keys.signatures import SIGNATURE_FILE_LIMIT

_MOST = 256


class DisownmentFolder:
    """Those of ``path``, each copied into ``home/accepted`` when it was accepted."""

    def __init__(self, path: Path, home: Path) -> None:
        self._path, self._kept = path, home / ACCEPTED_FOLDER
        self._held: dict[str, Disownment] = {}
        self._tried: dict[str, tuple[int, Directory]] = {}
        self._loaded = False

    @property
    def held(self) -> tuple[Disownment, ...]:
        """Every one that was accepted, by name."""
        return tuple(self._held[name] for name in sorted(self._held))

    def look(self, root: Root, directory: Directory) -> bool:
        """Take in what has come; whether there is more than before.

        One that does not hold by this directory is tried again by the next: the key that signed it
        may come into force. Raises DirectoryMemoryError.
        """
        before = len(self._held)
        if not self._loaded:
            self._loaded = True
            for path in self._files(self._kept):
                self._take(path, root, directory, kept=True)
        for path in self._files(self._path):
            if path.name in self._held:
                continue
            try:
                stamp = path.stat().st_mtime_ns
            except OSError:
                continue
            tried = self._tried.get(path.name)
            if tried is None or tried[0] != stamp or tried[1] is not directory:
                self._tried[path.name] = (stamp, directory)
                self._take(path, root, directory, kept=False)
        return len(self._held) > before

    def _take(self, path: Path, root: Root, directory: Directory, *, kept: bool) -> None:
        octets = _read(path, DISOWNMENT_LIMIT)
        signature = _read(path.with_name(f"{path.name}.sig"), SIGNATURE_FILE_LIMIT)
        if octets is None or signature is None:
            self._tried.pop(path.name, None)
            return
        try:
            found = verify_disownment(octets, signature, root, directory, kept=kept)
        except TrustError:
            return  # it has no effect; files of others may lie here
        if not kept:
            self._keep(path.name, octets, signature)
        self._held[path.name] = found

    def _keep(self, name: str, octets: bytes, signature: bytes) -> None:
        try:
            make_folder(self._kept, private=False)
            replace_signed(self._kept / name, octets, signature, mode=PUBLIC_MODE)
        except OSError as problem:
            raise DirectoryMemoryError(
                "A disownment cannot be kept, so it has no effect.",
                place=str(self._kept / name),
                value=problem.strerror,
                expected="a folder that this process may write",
                remedy="Make room or mend the rights; it is tried again by itself.",
            ) from problem

    @staticmethod
    def _files(folder: Path) -> list[Path]:
        return sorted(folder.glob("disownment-*.xml"))[:_MOST]


def _read(path: Path, limit: int) -> bytes | None:
    try:
        with path.open("rb") as file:
            return file.read(limit + 1)
    except OSError:
        return None
