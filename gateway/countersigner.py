"""A party's own countersignatures: written when it answered the centre's probe, and kept current.

It hands them to nobody: what lies among the announced documents is handed on by the endpoint. Who
is active is judged by each reader (docs/spec/trust.md 10).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from gateway.log import Logger
from keys import ANNOUNCED_FOLDER, Directory, Identity, Root, TrustError, countersign


class Countersigner:
    """Signs with the newest of ``own`` keys that the directory lists; ``root`` is the one in force.

    ``own`` gives the identity in use and, while both overlap, its successor.
    """

    def __init__(
        self,
        home: Path,
        *,
        own: Callable[[], tuple[Identity, Identity | None]],
        root: Callable[[], Root],
        signed: Callable[[], Directory | None],
        log: Logger,
    ) -> None:
        self._folder = home / ANNOUNCED_FOLDER
        self._own, self._root, self._signed, self._log = own, root, signed, log

    def __call__(self, now: datetime) -> str | None:
        """The mailbox is proved: the party's word, its file name; None where it is no news."""
        directory = self._signed()
        return None if directory is None else self._say(directory, now)

    def renew(self, directory: Directory, now: datetime) -> None:
        """A party that said once that it is there says so of new keys by itself."""
        party = self._own()[0].party
        if any(self._folder.glob(f"countersignature-{party}-*.xml")):
            self._say(directory, now)

    def _say(self, directory: Directory, now: datetime) -> str | None:
        if not self._root().policy.countersigned:
            return None
        identity, successor = self._own()
        held = {kid for each in (identity, successor) if each is not None for kid in each.kids}
        signer = identity
        if successor is not None and directory.signer(successor.signing_kid) is not None:
            signer = successor
        try:
            name = countersign(directory, signer, held, self._folder, now=now)
        except (OSError, TrustError) as problem:
            # The centre probes again, and then it is written.
            self._log.error("trust.not-countersigned", reason=str(problem))
            return None
        return name
