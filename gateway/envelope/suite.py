"""The algorithms of an envelope, as octets in and octets out.

It knows no XML, no header and no directory, and it offers no choice: which of both ways a content
key goes to a recipient follows from the recipient's key. Together with ``keys`` it is the only
place that knows a cryptography library. docs/spec/envelope.md, section 3.
"""

from __future__ import annotations

import hashlib
from binascii import Error as Base64Error
from binascii import a2b_base64, b2a_base64
from functools import partial

import pybase64
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.keywrap import (
    InvalidUnwrap,
    aes_key_unwrap,
    aes_key_wrap,
)
from nacl.bindings import crypto_scalarmult, crypto_scalarmult_base, crypto_sign_open
from nacl.exceptions import BadSignatureError
from nacl.exceptions import RuntimeError as SodiumError

from keys import seal_to

KEY_OCTETS = 32  # AES-256, X25519 and the HKDF salt (one SHA-256 block of output)
IV_OCTETS = 12  # NIST SP 800-38D 8.2.2, and the only length XMLEnc 1.1 5.2.4 knows
TAG_OCTETS = 16  # XMLEnc 1.1 5.2.4
WRAPPED_OCTETS = KEY_OCTETS + 8  # RFC 3394 2.2.1
HYBRID_SEALED_OCTETS = 1088 + 32 + KEY_OCTETS + TAG_OCTETS  # FIPS 203 table 3, X25519, HPKE
SIGNATURE_OCTETS = 64  # RFC 8032 5.1.6
DIGEST_OCTETS = 32

_BLOCK_OCTETS = 64  # of SHA-256
_INNER_PAD = bytes(octet ^ 0x36 for octet in range(256))  # RFC 2104 2, as a translation table
_OUTER_PAD = bytes(octet ^ 0x5C for octet in range(256))
_HKDF_FIRST_BLOCK = b"\x01"  # RFC 5869 2.3: T(1) is all that 32 octets of output need


class SuiteError(Exception):
    """An octet string is not what its key, tag or signature says. It tells no more, on purpose."""


def sha256(octets: bytes) -> bytes:
    """FIPS 180-4; 32 octets."""
    return hashlib.sha256(octets).digest()


def verify(public: bytes, signature: bytes, octets: bytes) -> None:
    """Ed25519 (RFC 8032, pure), as strict as libsodium: no small-order keys, S below the order.

    Raises ``SuiteError``.
    """
    try:
        crypto_sign_open(signature + octets, public)
    except BadSignatureError as error:
        raise SuiteError from error


def ephemeral(secret: bytes) -> bytes:
    """The X25519 public key (RFC 7748 6.1) of 32 random octets."""
    return crypto_scalarmult_base(secret)


def agree(secret: bytes, public: bytes) -> bytes:
    """X25519 (RFC 7748 6.1). Raises ``SuiteError`` for a small-order point."""
    try:
        return crypto_scalarmult(secret, public)
    except SodiumError as error:
        raise SuiteError from error


def derive(shared: bytes, salt: bytes, info: bytes) -> bytes:
    """HKDF-SHA256 (RFC 5869) with 32 octets of output: the key that wraps the content key."""
    return _hmac(_hmac(salt, shared), info + _HKDF_FIRST_BLOCK)


def _hmac(key: bytes, octets: bytes) -> bytes:
    """HMAC-SHA256 (RFC 2104 2).

    Beside two hashes of some hundred octets, the set-up in OpenSSL that ``hmac.digest`` does each
    time is 4 % of a whole opening; a test holds both equal.
    """
    if len(key) > _BLOCK_OCTETS:
        key = sha256(key)
    block = key.ljust(_BLOCK_OCTETS, b"\0")
    inner = hashlib.sha256(block.translate(_INNER_PAD) + octets).digest()
    return hashlib.sha256(block.translate(_OUTER_PAD) + inner).digest()


def seal_key(public: bytes, key: bytes, info: bytes) -> bytes:
    """The content key for a hybrid key: HPKE with X-Wing (RFC 9180 6.1), 1,168 octets.

    Raises ``SuiteError`` for a key that gives no secret.
    """
    try:
        return seal_to(public, key, info)
    except ValueError as error:
        raise SuiteError from error


def wrap_key(wrapping: bytes, key: bytes) -> bytes:
    """AES-256 key wrap (RFC 3394): 40 octets."""
    return aes_key_wrap(wrapping, key)


def unwrap_key(wrapping: bytes, wrapped: bytes) -> bytes:
    """The inverse of ``wrap_key``. Raises ``SuiteError``."""
    try:
        return aes_key_unwrap(wrapping, wrapped)
    except InvalidUnwrap as error:
        raise SuiteError from error


def encrypt(key: bytes, iv: bytes, plain: bytes) -> bytes:
    """AES-256-GCM without additional data (XMLEnc 1.1 knows none): ciphertext and tag."""
    return AESGCM(key).encrypt(iv, plain, None)


def decrypt(key: bytes, sealed: bytes) -> bytes:
    """The plaintext of ``IV || ciphertext || tag``. Raises ``SuiteError``."""
    view = memoryview(sealed)
    try:
        return AESGCM(key).decrypt(view[:IV_OCTETS], view[IV_OCTETS:], None)
    except InvalidTag as error:
        raise SuiteError from error


encode64_short = partial(b2a_base64, newline=False)
"""``encode64`` for keys and digests, where the call into pybase64 costs more than it saves."""


def encode64(octets: bytes) -> bytes:
    """Base64 of RFC 4648 section 4, without line breaks."""
    return pybase64.b64encode(octets)


def decode64(text: bytes) -> bytes:
    """The octets of ``text`` if it is *the* base64 of them.

    Decoding alone is not enough: ``QUJDRB==`` has stray bits in its last character, and even a
    strict decoder lets them pass, so that two texts would stand for the same octets.
    Raises ``SuiteError``.
    """
    try:
        octets = pybase64.b64decode(text, validate=True)
    except Base64Error as error:
        raise SuiteError from error
    if pybase64.b64encode(octets) != text:
        raise SuiteError
    return octets


def decode64_short(text: bytes) -> bytes:
    """``decode64`` for keys and digests. Raises ``SuiteError``."""
    try:
        octets = a2b_base64(text, strict_mode=True)
    except Base64Error as error:
        raise SuiteError from error
    if b2a_base64(octets, newline=False) != text:
        raise SuiteError
    return octets
