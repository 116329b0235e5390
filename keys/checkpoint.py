"""Checkpoints of the key log, and proofs of inclusion as files: the C2SP text formats.

signed-note, tlog-checkpoint and tlog-proof@v1 of https://c2sp.org, so that witnesses and verifiers
of others can read them. It knows neither what the leaves say nor where files lie.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Collection
from dataclasses import dataclass

import nacl.bindings
import nacl.exceptions
from pybase64 import b64decode, b64encode

from keys.errors import KeyLogError
from keys.merkle import HASH_OCTETS, leaf_hash, root_by_inclusion

CHECKPOINT_LIMIT = 8 * 1024
PROOF_LIMIT = 64 * 1024
_ED25519 = b"\x01"
"""The signature type of signed-note for plain Ed25519."""
_HEAD = "c2sp.org/tlog-proof@v1"
_LONGEST_PATH = 64
_BODY = re.compile(r"([!-~]{1,255})\n(0|[1-9][0-9]{0,17})\n([A-Za-z0-9+/]{43}=)\n")
_LINE = re.compile("\u2014 ([!-~]{1,255}) ([A-Za-z0-9+/]{8,8192}={0,2})")


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """How long the log ``origin`` is and the root over all its leaves."""

    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        """The signed text, three lines."""
        return f"{self.origin}\n{self.size}\n{_text(self.root)}\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """That ``leaf`` stands at ``index`` of the log whose signed checkpoint is ``note``."""

    leaf: bytes
    index: int
    path: tuple[bytes, ...]
    note: bytes


def sign_checkpoint(checkpoint: Checkpoint, public: bytes, sign: Callable[[bytes], bytes]) -> bytes:
    """The signed note of a checkpoint, by the holder of the raw Ed25519 key ``public``."""
    text = checkpoint.text
    value = _key_id(checkpoint.origin, public) + sign(text.encode("ascii"))
    return f"{text}\n\u2014 {checkpoint.origin} {_text(value)}\n".encode()


def verify_checkpoint(note: bytes, origin: str, publics: Collection[bytes]) -> Checkpoint:
    """The checkpoint of a note that one of the raw Ed25519 keys ``publics`` signed; KeyLogError.

    Lines of others, such as witnesses, are left alone, as signed-note asks.
    """
    try:
        whole = note.decode() if len(note) <= CHECKPOINT_LIMIT else ""
    except UnicodeDecodeError:
        whole = ""
    text, _, lines = whole.partition("\n\n")
    body = _BODY.fullmatch(f"{text}\n")
    if body is None or not lines.endswith("\n"):
        raise refused("it is no signed checkpoint")
    if body[1] != origin:
        raise refused(f"it is of the log {body[1]}, not of {origin}")
    octets = f"{text}\n".encode("ascii")
    if not any(_line_holds(line, origin, publics, octets) for line in lines[:-1].split("\n")):
        raise refused("no key that may sign it has signed it")
    return Checkpoint(origin=origin, size=int(body[2]), root=_decoded(body[3]))


def write_proof(proof: Proof) -> bytes:
    """The octets of a ``.tlog-proof`` file; the leaf itself stands in its extra line."""
    lines = [_HEAD, f"extra {_text(proof.leaf)}", f"index {proof.index}", *map(_text, proof.path)]
    return ("\n".join(lines) + "\n\n").encode("ascii") + proof.note


def read_proof(octets: bytes) -> Proof:
    """The content of a ``.tlog-proof`` file; KeyLogError if it is none. It proves nothing yet."""
    front, _, note = octets.partition(b"\n\n")
    try:
        if len(octets) > PROOF_LIMIT:
            raise refused("it is too large to be one")
        head, extra, index, *path = front.decode("ascii").split("\n")
        if head != _HEAD or not extra.startswith("extra ") or len(path) > _LONGEST_PATH:
            raise refused("it is no proof that this program wrote")
        found = Proof(
            leaf=_decoded(extra.removeprefix("extra ")),
            index=int(index.removeprefix("index ")),
            path=tuple(map(_decoded, path)),
            note=note,
        )
    except ValueError as problem:
        raise refused("it is no proof that this program wrote") from problem
    if any(len(each) != HASH_OCTETS for each in found.path) or write_proof(found) != octets:
        raise refused("it is not in its one form")
    return found


def verify_proof(proof: Proof, origin: str, publics: Collection[bytes]) -> Checkpoint:
    """The checkpoint that contains the proof's leaf; KeyLogError if the proof does not hold."""
    checkpoint = verify_checkpoint(proof.note, origin, publics)
    root = root_by_inclusion(leaf_hash(proof.leaf), proof.index, checkpoint.size, proof.path)
    if root != checkpoint.root:
        raise refused("its path does not lead to the root that was signed")
    return checkpoint


def refused(why: str) -> KeyLogError:
    """The refusal of a checkpoint or a proof."""
    return KeyLogError(
        f"The key log is not proven: {why}.",
        place="checkpoint or proof",
        expected="what the hub of this exchange signed, unaltered",
        remedy="Get it again; if it stays so, show it to the officers of another country.",
    )


def _line_holds(line: str, origin: str, publics: Collection[bytes], text: bytes) -> bool:
    match = _LINE.fullmatch(line)
    if match is None or match[1] != origin:
        return False
    try:
        value = _decoded(match[2])
    except ValueError:
        return False
    return any(_holds(value, origin, public, text) for public in publics)


def _holds(value: bytes, origin: str, public: bytes, text: bytes) -> bool:
    if len(value) != 4 + 64 or value[:4] != _key_id(origin, public):
        return False
    try:
        nacl.bindings.crypto_sign_open(value[4:] + text, public)
    except nacl.exceptions.BadSignatureError:
        return False
    return True


def _key_id(name: str, public: bytes) -> bytes:
    return hashlib.sha256(name.encode("ascii") + b"\n" + _ED25519 + public).digest()[:4]


def _text(octets: bytes) -> str:
    return b64encode(octets).decode("ascii")


def _decoded(text: str) -> bytes:
    """Canonical base64 only; ValueError."""
    octets = b64decode(text, validate=True)
    if _text(octets) != text:
        raise ValueError("base64 that is not canonical")
    return octets
