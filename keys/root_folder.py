"""The roots as a process holds them: the pinned one, and every later one it has followed.

It judges nothing itself (chain.py): it finds files and keeps what was accepted.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from keys.chain import next_root, root_file
from keys.errors import DirectoryMemoryError, QuorumError, RootError, TrustError
from keys.files import PUBLIC_MODE, make_folder, replace
from keys.root import Root
from keys.root_document import ROOT_LIMIT
from keys.signatures import SIGNATURE_FILE_LIMIT
from keys.succession import succeeding_root

ACCEPTED_FOLDER = "accepted"
_MOST_STEPS = 256
"""Roots followed at one look; a hostile folder ends somewhere."""


class RootFolder:
    """The newest root that follows the pinned one, by the files in ``path``.

    Each accepted root is copied durably into ``home/accepted`` before the next is looked at, so
    that a folder which loses its newest files takes nobody back. ``refused`` is the last refusal.
    """

    def __init__(
        self,
        path: Path,
        pinned: Root,
        *,
        home: Path | None = None,
        by_countries: Callable[[Root, bytes], bool] = lambda _current, _octets: False,
    ) -> None:
        """``by_countries`` says of a root's octets whether the countries gave it to themselves."""
        self._by_countries = by_countries
        self.refused: TrustError | None = None
        self._path = path
        self._kept = None if home is None or home == path else home / ACCEPTED_FOLDER
        self._root = pinned
        self._restored = self._kept is None

    @property
    def root(self) -> Root:
        """The newest root accepted so far."""
        return self._root

    def look(self) -> Root:
        """Follow what has come; the newest root. A refused file leaves the root that was."""
        if not self._restored and self._kept is not None:
            self._follow(self._kept, keep=False)
            self._restored = True
        self._follow(self._path, keep=self._kept is not None)
        return self._root

    def _follow(self, folder: Path, *, keep: bool) -> None:
        for _ in range(_MOST_STEPS):
            name = root_file(self._root.version + 1)
            octets = _read(folder / name, ROOT_LIMIT)
            if octets is None:
                self.refused = None
                return
            signature = _read(folder / f"{name}.sig", SIGNATURE_FILE_LIMIT) or b""
            try:
                root = self._next(octets, signature)
            except TrustError as refusal:
                self.refused = refusal
                return
            if root is None:
                self.refused = None
                return
            if keep:
                self._keep(name, octets, signature)
            self._root = root
        self.refused = RootError(
            "More roots lie here than one look follows.", place=str(folder), remedy="Wait a second."
        )

    def _next(self, octets: bytes, signature: bytes) -> Root | None:
        """The root that follows; None for one that waits for the countries or their notice."""
        try:
            return next_root(self._root, octets, signature)
        except QuorumError as refusal:
            if self._by_countries(self._root, octets):
                return succeeding_root(self._root, octets, signature)
            try:
                succeeding_root(self._root, octets, signature)
            except TrustError:
                raise refusal from None
            return None

    def _keep(self, name: str, octets: bytes, signature: bytes) -> None:
        if self._kept is None:
            return
        try:
            make_folder(self._kept, private=False)
            replace(self._kept / f"{name}.sig", signature, mode=PUBLIC_MODE)
            replace(self._kept / name, octets, mode=PUBLIC_MODE)
        except OSError as problem:
            raise DirectoryMemoryError(
                "The newest root cannot be remembered, so it is not accepted.",
                place=str(self._kept / name),
                value=problem.strerror,
                expected="a folder that this process may write",
                remedy="Make room or mend the rights; it is tried again by itself.",
            ) from problem


def _read(path: Path, limit: int) -> bytes | None:
    try:
        with path.open("rb") as file:
            return file.read(limit + 1)
    except OSError:
        return None
