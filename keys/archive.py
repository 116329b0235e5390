"""A file of any length sealed by a passphrase, a piece at a time: what a backup lies in.

Argon2id and libsodium's secretstream (XChaCha20-Poly1305, "Encrypted streams and file
encryption"): a piece that is altered, missing, doubled or out of order does not open, nor does an
archive that ends early. It does not know what is inside.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import IO

import nacl.bindings as sodium
import nacl.pwhash.argon2id
from pybase64 import b64decode, b64encode

from keys.errors import KeyFileError, PassphraseError
from keys.sealed import MEMORY_CEILING, MEMORY_FLOOR, OPS_CEILING, OPS_FLOOR, Cost

MAGIC = b"iarms-archive-1\n"
PIECE_OCTETS = 1024 * 1024
_HEADER_MOST = 1_024
_SALT_OCTETS = 16
_MESSAGE = sodium.crypto_secretstream_xchacha20poly1305_TAG_MESSAGE
_LAST = sodium.crypto_secretstream_xchacha20poly1305_TAG_FINAL
_EXTRA = sodium.crypto_secretstream_xchacha20poly1305_ABYTES
_START = sodium.crypto_secretstream_xchacha20poly1305_HEADERBYTES


class _Sealing:
    """Takes octets like a file and writes sealed pieces."""

    def __init__(self, target: IO[bytes], key: bytes) -> None:
        self._target, self._held = target, bytearray()
        self._state = sodium.crypto_secretstream_xchacha20poly1305_state()
        target.write(sodium.crypto_secretstream_xchacha20poly1305_init_push(self._state, key))

    def write(self, octets: bytes) -> int:
        self._held += octets
        while len(self._held) > PIECE_OCTETS:
            self._push(bytes(self._held[:PIECE_OCTETS]), _MESSAGE)
            del self._held[:PIECE_OCTETS]
        return len(octets)

    def end(self) -> None:
        self._push(bytes(self._held), _LAST)

    def _push(self, piece: bytes, tag: int) -> None:
        self._target.write(
            sodium.crypto_secretstream_xchacha20poly1305_push(self._state, piece, None, tag)
        )


class _Opening:
    """Gives octets like a file from sealed pieces; whoever reads to the end has proven them all."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        # A piece is not copied for each small read: that was most of what a restore cost.
        self._pieces, self._held, self._at = pieces, b"", 0

    def read(self, size: int = -1) -> bytes:
        found: list[bytes] = []
        lacking = size
        while lacking:
            if self._at == len(self._held):
                piece = next(self._pieces, None)
                if piece is None:
                    break
                self._held, self._at = piece, 0
            end = len(self._held) if lacking < 0 else self._at + lacking
            part = self._held[self._at : end]
            self._at += len(part)
            found.append(part)
            lacking -= len(part) if lacking > 0 else 0
        return found[0] if len(found) == 1 else b"".join(found)


@contextmanager
def sealing(
    target: IO[bytes], passphrase: bytes, *, cost: Cost, random: Callable[[int], bytes]
) -> Iterator[IO[bytes]]:
    """A file to write into; it is sealed into ``target``, and whole only if the block ends well.

    Raises ValueError for an empty passphrase.
    """
    if not passphrase:
        raise ValueError("an empty passphrase protects nothing")
    salt = random(_SALT_OCTETS)
    header = {"mem": cost.memory, "ops": cost.ops, "salt": b64encode(salt).decode()}
    target.write(MAGIC + json.dumps(header, sort_keys=True).encode() + b"\n")
    made = _Sealing(target, _key(passphrase, salt, cost))
    yield made  # type: ignore[misc] # of a file it has what tarfile uses: write
    made.end()


def opening(source: IO[bytes], passphrase: bytes, *, place: str) -> IO[bytes]:
    """A file to read from; each piece is proven before it is given.

    Raises KeyFileError for an altered, truncated or foreign archive (while reading, too),
    PassphraseError for a wrong passphrase.
    """
    if source.read(len(MAGIC)) != MAGIC:
        raise _altered(place)
    try:
        header = json.loads(source.readline(_HEADER_MOST))
        salt = b64decode(header["salt"], validate=True)
        cost = Cost(ops=int(header["ops"]), memory=int(header["mem"]))
    except (ValueError, KeyError, TypeError) as error:
        raise _altered(place) from error
    if (
        len(salt) != _SALT_OCTETS
        or not OPS_FLOOR <= cost.ops <= OPS_CEILING
        or not MEMORY_FLOOR <= cost.memory <= MEMORY_CEILING
    ):
        raise _altered(place)
    return _Opening(_pieces(source, _key(passphrase, salt, cost), place))  # type: ignore[return-value] # as in sealing: read


def _pieces(source: IO[bytes], key: bytes, place: str) -> Iterator[bytes]:
    state = sodium.crypto_secretstream_xchacha20poly1305_state()
    start = source.read(_START)
    if len(start) != _START:
        raise _altered(place)
    sodium.crypto_secretstream_xchacha20poly1305_init_pull(state, start, key)
    number, tag = 0, _MESSAGE
    while tag != _LAST:
        sealed = source.read(PIECE_OCTETS + _EXTRA)
        try:
            piece, tag = sodium.crypto_secretstream_xchacha20poly1305_pull(state, sealed)
        except (RuntimeError, ValueError, TypeError) as error:
            if number:
                raise _altered(place) from error
            raise PassphraseError(
                "The passphrase does not open this archive, or the archive was altered.",
                place=place,
                remedy="Try the passphrase that it was made with.",
            ) from error
        number += 1
        yield piece
    if source.read(1):
        raise _altered(place)


def _key(passphrase: bytes, salt: bytes, cost: Cost) -> bytes:
    return nacl.pwhash.argon2id.kdf(
        sodium.crypto_secretstream_xchacha20poly1305_KEYBYTES,
        passphrase,
        salt,
        opslimit=cost.ops,
        memlimit=cost.memory,
    )


def _altered(place: str) -> KeyFileError:
    return KeyFileError(
        "The archive is altered, cut short, or no archive of ours.",
        place=place,
        expected="a file made by `iarms backup`, whole",
        remedy="Take another copy of it.",
    )
