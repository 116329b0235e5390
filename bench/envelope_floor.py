"""The unavoidable: the primitive calls that the profile asks of one sealing and one opening.

They run on octets of the same lengths as the envelope that they are compared with. Each demand of
docs/spec/envelope.md is one direct library call: nothing is built, read, judged or compared.
Base64 is decoded and encoded again, because the profile asks for the canonical form.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
from collections.abc import Callable

import pybase64
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.keywrap import aes_key_unwrap, aes_key_wrap
from nacl.bindings import (
    crypto_scalarmult,
    crypto_scalarmult_base,
    crypto_sign,
    crypto_sign_open,
    crypto_sign_seed_keypair,
)

SIGNED_INFO_OCTETS = 697
INFO_OCTETS = 124
SPKI_OCTETS = 44


class Floor:
    """Keys and octets like those of the given one-recipient envelope, and its bare cryptography.

    With ``standard_base64`` the calls are those of Python's own base64 module.
    """

    def __init__(self, like: bytes, *, standard_base64: bool = False) -> None:
        self.encode: Callable[[bytes], bytes] = (
            base64.b64encode if standard_base64 else pybase64.b64encode
        )
        self._decode = _decode_standard if standard_base64 else _decode_fast
        front, sealed64, self.tail, self.header = _parts(like)
        self.front = os.urandom(len(front))
        self.wrapper = os.urandom(len(pybase64.b64decode(sealed64)) - 28)
        self.info = os.urandom(INFO_OCTETS)
        self.spki = os.urandom(SPKI_OCTETS)
        self.signed_info = os.urandom(SIGNED_INFO_OCTETS)
        self.public, self.secret = crypto_sign_seed_keypair(os.urandom(32))
        self.their_secret = os.urandom(32)
        self.their_public = crypto_scalarmult_base(self.their_secret)
        self._receive()

    def seal(self) -> None:
        """What every sender must call."""
        encode = self.encode
        encode(os.urandom(24))
        encode(hashlib.sha256(self.wrapper).digest())
        key, iv, secret = os.urandom(32), os.urandom(12), os.urandom(32)
        sealed = AESGCM(key).encrypt(iv, self.wrapper, None)
        crypto_scalarmult_base(secret)
        encode(self.spki)
        hashlib.sha256(self.header).digest()
        hashlib.sha256(self.spki).digest()
        salt = os.urandom(32)
        shared = crypto_scalarmult(secret, self.their_public)
        extracted = hmac.digest(salt, shared, "sha256")
        wrapping = hmac.digest(extracted, self.info, "sha256")
        encode(salt)
        encode(self.info)
        encode(aes_key_wrap(wrapping, key))
        encode(iv)
        encode(sealed)
        encode(hashlib.sha256(self.front).digest())
        encode(crypto_sign(self.signed_info, self.secret)[:64])

    def open(self) -> None:
        """What every receiver must call."""
        decode, encode = self._decode, self.encode
        state = hashlib.sha256(self.front)  # Signature's DigestValue, and the receipt's digest
        whole = state.copy()
        state.digest()
        whole.update(self.tail)
        whole.digest()
        encode(decode(self.digest64))
        signature = decode(self.signature64)
        encode(signature)
        crypto_sign_open(signature + self.signed_info, self.public)
        encode(decode(self.digest64))
        hashlib.sha256(self.header).digest()
        hashlib.sha256(self.spki).digest()
        encode(self.info)
        ephemeral, salt = decode(self.ephemeral64), decode(self.salt64)
        wrapped = decode(self.wrapped64)
        encode(ephemeral)
        encode(salt)
        encode(wrapped)
        shared = crypto_scalarmult(self.their_secret, ephemeral)
        extracted = hmac.digest(salt, shared, "sha256")
        key = aes_key_unwrap(hmac.digest(extracted, self.info, "sha256"), wrapped)
        sealed = decode(self.sealed64)
        encode(sealed)
        wrapper = AESGCM(key).decrypt(sealed[:12], sealed[12:], None)
        hashlib.sha256(wrapper).digest()

    def _receive(self) -> None:
        """What ``open`` receives."""
        secret, key, salt, iv = (os.urandom(size) for size in (32, 32, 32, 12))
        shared = crypto_scalarmult(secret, self.their_public)
        extracted = hmac.digest(salt, shared, "sha256")
        wrapped = aes_key_wrap(hmac.digest(extracted, self.info, "sha256"), key)
        signature = crypto_sign(self.signed_info, self.secret)[:64]
        self.digest64 = pybase64.b64encode(os.urandom(32))
        self.signature64 = pybase64.b64encode(signature)
        self.ephemeral64 = pybase64.b64encode(crypto_scalarmult_base(secret))
        self.salt64 = pybase64.b64encode(salt)
        self.wrapped64 = pybase64.b64encode(wrapped)
        self.sealed64 = pybase64.b64encode(iv + AESGCM(key).encrypt(iv, self.wrapper, None))


def _parts(envelope: bytes) -> tuple[bytes, bytes, bytes, bytes]:
    """(all but the Signature, the ciphertext's base64, the Signature, the Header)."""
    tail = envelope[envelope.index(b"<ds:Signature ") :]
    start = envelope.rindex(b"<xenc:CipherValue>") + len(b"<xenc:CipherValue>")
    end = envelope.rindex(b"</xenc:CipherValue>")
    header_start = envelope.index(b"<env:Header>")
    header_end = envelope.index(b"</env:Header>") + len(b"</env:Header>")
    return (
        envelope[: -len(tail)],
        envelope[start:end],
        tail,
        envelope[header_start:header_end],
    )


def _decode_fast(text: bytes) -> bytes:
    return pybase64.b64decode(text, validate=True)


def _decode_standard(text: bytes) -> bytes:
    return base64.b64decode(text, validate=True)
