"""A party's own key files: the one in use, and the successor's while both overlap.

It decides nothing about when a key counts: the signed directory does (endpoint/terms.py).
"""

from __future__ import annotations

from pathlib import Path

from gateway.config import Settings
from gateway.errors import ConfigError
from gateway.log import Logger
from keys import Directory, Identity, KeyAgentError, TrustError, identity_at, load_identity

NEXT_FILE = "next.key"
"""Where ``iarms key rotate`` puts the successor's keys, beside the file in use."""
_CREDENTIALS = Path("/run/credentials")


class Successor:
    """The successor's keys, taken up by a running process as soon as their file is there.

    The file is looked for at the start, and whenever a directory lists keys under our name that we
    do not hold. With a key agent it is the agent that is asked, as soon as another answers there:
    it is started anew with the successor's file, which opens what is sealed to either.
    """

    def __init__(self, home: Path, settings: Settings, identity: Identity, log: Logger) -> None:
        self._file = home / NEXT_FILE
        self._home = home
        self._settings = settings
        self._identity = identity
        self._log = log
        self._fresh: Identity | None = None
        self._stamp: tuple[int, int] | None = None
        self._load()

    def current(self) -> Identity | None:
        """The successor's keys, if they are here."""
        if self._settings.keys.agent:
            self._load()  # another agent may answer at any time; it costs a look at its socket
        return self._fresh

    def look(self, directory: Directory) -> None:
        """Take up the successor's file if ``directory`` lists keys of ours that are not held."""
        own = {*self._identity.kids}
        if self._fresh is not None:
            own |= {*self._fresh.kids}
        entry = directory.parties.get(self._identity.party)
        if entry is not None and any(key.kid not in own for key in entry.keys):
            self._load()

    def _load(self) -> None:
        keys = self._settings.keys
        place = self._home / keys.agent_socket if keys.agent else self._file
        try:
            found = place.stat()
        except OSError:
            return
        stamp = (found.st_mtime_ns, found.st_ino)
        if stamp == self._stamp:
            return
        try:
            fresh = identity_at(place) if keys.agent else self._of_file()
        except KeyAgentError:
            return  # it is asked again: what was to be opened waits
        except TrustError as error:
            self._stamp = stamp
            self._log.error("keys.successor-refused", code=error.code, reason=str(error))
            return
        self._stamp = stamp
        # A hybrid key made beside the others has the same signing key before it.
        is_same = set(fresh.encryption_kids) <= set(self._identity.encryption_kids)
        if fresh.party != self._identity.party or (
            fresh.signing_kid == self._identity.signing_kid and is_same
        ):
            return
        self._fresh = fresh
        self._log.info("keys.successor", kid=str(fresh.signing_kid))

    def _of_file(self) -> Identity:
        secret = read_passphrase_file(self._home, self._settings.keys.passphrase_file)
        return load_identity(self._file, secret)


def read_passphrase_file(home: Path, file: str) -> bytes:
    """The passphrase in ``file``, which the settings name; ``ConfigError`` for an open one."""
    path = home / file
    try:
        mode = path.stat().st_mode
        secret = path.read_bytes().rstrip(b"\r\n")
    except FileNotFoundError as error:
        raise ConfigError(
            "the passphrase file is missing",
            place=str(path),
            expected="a file that only this process may read",
            remedy="put it there with mode 0600, or name a systemd credential in [keys]",
        ) from error
    # systemd grants its credentials to the service by an access list, which shows as group bits.
    others = 0o007 if path.parent.parent == _CREDENTIALS else 0o077
    if mode & others:
        raise ConfigError(
            "the passphrase file can be read by others",
            place=str(path),
            value=oct(mode & 0o777),
            expected="mode 0600",
            remedy=f"chmod 600 {path}",
        )
    return secret
