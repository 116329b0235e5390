"""Reads the secrets that transports need: from files that nobody else may read."""

from __future__ import annotations

from pathlib import Path

from gateway.errors import ConfigError
from gateway.succession import read_passphrase_file


def secret_in(home: Path, file: str) -> str:
    """The text in ``file``, without its line end; ``ConfigError`` for an open or empty one."""
    secret = read_passphrase_file(home, file).decode("utf-8", "strict").strip()
    if not secret:
        raise ConfigError(
            "the secret file is empty",
            place=str(home / file),
            expected="one line with the password or token",
            remedy="write it there; mode 0600",
        )
    return secret
