"""A second, independent writer of envelopes, which can be made to err at every step.

It knows docs/spec/envelope.md and no code of the gateway. Without edits it writes what ``seal``
writes; with edits it writes what a member with valid keys, or an outsider with a captured message,
might send instead.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.keywrap import aes_key_wrap
from kyber_py.ml_kem import ML_KEM_768
from nacl.bindings import (
    crypto_scalarmult,
    crypto_scalarmult_base,
    crypto_sign,
    crypto_sign_seed_keypair,
)

ENVELOPE = '<env:Envelope xmlns:env="urn:iarms:exchange:envelope:1" version="1.0">'
END = "</env:Envelope>"
X25519_DER = bytes.fromhex("302a300506032b656e032100")
ED25519_DER = bytes.fromhex("302a300506032b6570032100")
X_WING_DER = bytes.fromhex("308204d4300d060b2b0601040183e62d81c87a038204c100")


def b64(octets: bytes) -> str:
    """Base64 without line breaks."""
    return base64.b64encode(octets).decode("ascii")


def kid_of(der: bytes) -> str:
    """base64url(SHA-256(SPKI)) without padding."""
    return base64.urlsafe_b64encode(hashlib.sha256(der).digest()).decode("ascii").rstrip("=")


class Draws:
    """Octets that look random and are the same in every run; nobody may use them for secrets."""

    def __init__(self, name: str) -> None:
        self._name = name.encode()
        self._count = 0

    def __call__(self, length: int) -> bytes:
        """The next ``length`` octets, at most 32 of a draw."""
        self._count += 1
        stream = b""
        block = 0
        while len(stream) < length:
            text = b"%b/%d/%d" % (self._name, self._count, block)
            stream += hashlib.sha256(text).digest()
            block += 1
        return stream[:length]


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A party with all its secrets. They are made from its name: anybody can make them."""

    party: str
    seed: bytes = field(repr=False)
    scalar: bytes = field(repr=False)

    @classmethod
    def named(cls, party: str) -> Member:
        """The member whose secrets are SHA-256 of a phrase that the manifest states."""
        return cls(
            party=party,
            seed=hashlib.sha256(f"iarms test vector, signing key of {party}".encode()).digest(),
            scalar=hashlib.sha256(
                f"iarms test vector, encryption key of {party}".encode()
            ).digest(),
        )

    @property
    def suite(self) -> int:
        """By which suite one seals to the member."""
        return 1

    @property
    def signing_public(self) -> bytes:
        """Raw Ed25519 key."""
        return crypto_sign_seed_keypair(self.seed)[0]

    @property
    def encryption_public(self) -> bytes:
        """Raw X25519 key."""
        return crypto_scalarmult_base(self.scalar)

    @property
    def signing_kid(self) -> str:
        """Id of the signing key."""
        return kid_of(ED25519_DER + self.signing_public)

    @property
    def encryption_kid(self) -> str:
        """Id of the encryption key."""
        return kid_of(X25519_DER + self.encryption_public)

    def sign(self, octets: bytes) -> bytes:
        """Ed25519, 64 octets."""
        return crypto_sign(octets, crypto_sign_seed_keypair(self.seed)[1])[:64]


@dataclass(frozen=True, slots=True, kw_only=True)
class HybridMember(Member):
    """The same party, as others see it who seal to its X-Wing key."""

    @property
    def suite(self) -> int:
        """By which suite one seals to the member."""
        return 2

    @property
    def x_wing_seed(self) -> bytes:
        """Made from the party's name too."""
        return hashlib.sha256(f"iarms test vector, hybrid key of {self.party}".encode()).digest()

    @property
    def encryption_public(self) -> bytes:
        """ML-KEM-768 and X25519, 1,216 octets."""
        return x_wing_public(self.x_wing_seed)

    @property
    def encryption_kid(self) -> str:
        """Id of the hybrid key."""
        return kid_of(X_WING_DER + self.encryption_public)


@cache
def x_wing_public(seed: bytes) -> bytes:
    """Of draft-connolly-cfrg-xwing-kem 5.2, by a lattice code of its own."""
    expanded = hashlib.shake_256(seed).digest(96)
    return bytes(ML_KEM_768.key_derive(expanded[:64])[0]) + crypto_scalarmult_base(expanded[64:])


@cache
def x_wing_encapsulate(public: bytes, eseed: bytes) -> tuple[bytes, bytes]:
    """(shared secret, 1,120 octets) of X-Wing with the randomness given (5.4 of the draft)."""
    lattice, point = public[:1184], public[1184:]
    secret, sealed = ML_KEM_768._encaps_internal(lattice, eseed[:32])
    ephemeral = crypto_scalarmult_base(eseed[32:])
    shared = crypto_scalarmult(eseed[32:], point)
    label = bytes.fromhex("5c2e2f2f5e5c")
    combined = hashlib.sha3_256(secret + shared + ephemeral + point + label).digest()
    return combined, sealed + ephemeral


def hpke_seal(public: bytes, plain: bytes, info: bytes, eseed: bytes) -> bytes:
    """RFC 9180 6.1 in base mode with X-Wing, HKDF-SHA-256 and AES-256-GCM: enc and ciphertext."""
    shared, enc = x_wing_encapsulate(public, eseed)
    suite = b"HPKE" + bytes.fromhex("647a00010002")

    def extract(salt: bytes, label: bytes, ikm: bytes) -> bytes:
        return hmac.digest(salt, b"HPKE-v1" + suite + label + ikm, "sha256")

    def expand(secret: bytes, label: bytes, context: bytes, length: int) -> bytes:
        labeled = length.to_bytes(2) + b"HPKE-v1" + suite + label + context
        return hmac.digest(secret, labeled + b"\x01", "sha256")[:length]

    context = b"\x00" + extract(b"", b"psk_id_hash", b"") + extract(b"", b"info_hash", info)
    secret = extract(shared, b"secret", b"")
    key, nonce = expand(secret, b"key", context, 32), expand(secret, b"base_nonce", context, 12)
    return enc + AESGCM(key).encrypt(nonce, plain, b"")


Edit = Callable[[str], str]
OctetsEdit = Callable[[bytes], bytes]


def _same(text: str) -> str:
    return text


def _same_octets(octets: bytes) -> bytes:
    return octets


def _same_for(_number: int, octets: bytes) -> bytes:
    return octets


def _same_for_text(_number: int, text: str) -> str:
    return text


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """One envelope and what is wrong with it. Every edit sees what the honest writer made."""

    sender: Member
    to: tuple[tuple[Member, int], ...]
    payload: bytes
    draws: str
    signer: Member | None = None
    message_id: str = "0197c0de-7a11-7d3a-9c52-2f6a4be1d001"
    message_type: str = "HIT_NOTICE"
    created: str = "2026-10-20T09:26:53.120Z"
    expires: str = "2026-10-21T09:26:53.120Z"
    in_reply_to: str | None = None
    lane: str = "URGENT"
    version: int = 17
    schema: str = "urn:iarms:exchange:payload:1"
    wrapper: OctetsEdit = _same_octets
    committed: OctetsEdit = _same_octets
    header: Edit = _same
    info: OctetsEdit = _same_octets
    spki: OctetsEdit = _same_octets
    shared: Callable[[int, bytes], bytes] = _same_for
    content_key: Callable[[int, bytes], bytes] = _same_for
    wrapped: OctetsEdit = _same_octets
    sealed_key: OctetsEdit = _same_octets
    encrypted_key: Callable[[int, str], str] = _same_for_text
    sealed: OctetsEdit = _same_octets
    body: Edit = _same
    front: Edit = _same
    signed_info: Edit = _same
    signature: OctetsEdit = _same_octets
    tail: Edit = _same


def write(recipe: Recipe) -> bytes:
    """The envelope of a recipe."""
    draw = Draws(recipe.draws)
    wrapper = recipe.wrapper(wrap(recipe.payload, draw(24)))
    header = recipe.header(header_text(recipe, recipe.committed(wrapper)))
    key, iv = draw(32), draw(12)
    sealed = recipe.sealed(iv + AESGCM(key).encrypt(iv, wrapper, None))
    keys = _encrypted_keys(recipe, header, key, draw)
    body = recipe.body(
        '<xenc:EncryptedData xmlns:xenc="http://www.w3.org/2001/04/xmlenc#"'
        ' MimeType="application/xml">'
        '<xenc:EncryptionMethod Algorithm="http://www.w3.org/2009/xmlenc11#aes256-gcm">'
        '</xenc:EncryptionMethod><ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#">'
        + "".join(keys)
        + "</ds:KeyInfo><xenc:CipherData><xenc:CipherValue>"
        + b64(sealed)
        + "</xenc:CipherValue></xenc:CipherData></xenc:EncryptedData>"
    )
    return sign(recipe, recipe.front(ENVELOPE + header + body))


def sign(recipe: Recipe, front: str) -> bytes:
    """``front`` with a Signature element that fits it, but for the recipe's edits."""
    signer = recipe.signer or recipe.sender
    digest = hashlib.sha256((front + END).encode("utf-8")).digest()
    info = recipe.signed_info(signed_info(b64(digest)))
    canonical = info.replace(
        "<ds:SignedInfo>", '<ds:SignedInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#">'
    )
    signature = recipe.signature(signer.sign(canonical.encode()))
    tail = recipe.tail(
        f'<ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#">{info}'
        f"<ds:SignatureValue>{b64(signature)}</ds:SignatureValue>"
        f"<ds:KeyInfo><ds:KeyName>{signer.signing_kid}</ds:KeyName></ds:KeyInfo></ds:Signature>"
    )
    return (front + tail + END).encode("utf-8")


def wrap(payload: bytes, salt: bytes) -> bytes:
    """The padded wrapper of section 4.3."""
    start = f'<env:Payload xmlns:env="urn:iarms:exchange:envelope:1" salt="{b64(salt)}">'.encode()
    end = b"</env:Payload>"
    length = len(start) + len(payload) + len(end)
    padding = b" " * (-length % 512) if length < 65536 else b""
    return start + payload + padding + end


def header_text(recipe: Recipe, wrapper: bytes) -> str:
    """The header of section 2.1."""
    to = "".join(
        f'<env:To key="{member.encryption_kid}" party="{member.party}" seq="{seq}"'
        + (' suite="2"' if member.suite == 2 else "")
        + "></env:To>"
        for member, seq in recipe.to
    )
    reply = recipe.in_reply_to
    return (
        f"<env:Header><env:MessageId>urn:uuid:{recipe.message_id}</env:MessageId>"
        f'<env:From key="{recipe.sender.signing_kid}" party="{recipe.sender.party}"></env:From>{to}'
        f"<env:Type>{recipe.message_type}</env:Type><env:Created>{recipe.created}</env:Created>"
        f"<env:Expires>{recipe.expires}</env:Expires>"
        + (f"<env:InReplyTo>urn:uuid:{reply}</env:InReplyTo>" if reply else "")
        + f"<env:Priority>{recipe.lane}</env:Priority>"
        f'<env:Directory version="{recipe.version}"></env:Directory>'
        f'<env:Content digest="{b64(hashlib.sha256(wrapper).digest())}" length="{len(wrapper)}"'
        f' schema="{recipe.schema}"></env:Content></env:Header>'
    )


def signed_info(digest64: str) -> str:
    """The SignedInfo of section 2.3, as it stands on the wire."""
    exclusive = "http://www.w3.org/2001/10/xml-exc-c14n#"
    return (
        f'<ds:SignedInfo><ds:CanonicalizationMethod Algorithm="{exclusive}">'
        "</ds:CanonicalizationMethod><ds:SignatureMethod"
        ' Algorithm="http://www.w3.org/2021/04/xmldsig-more#eddsa-ed25519"></ds:SignatureMethod>'
        '<ds:Reference URI=""><ds:Transforms><ds:Transform'
        ' Algorithm="http://www.w3.org/2000/09/xmldsig#enveloped-signature"></ds:Transform>'
        f'<ds:Transform Algorithm="{exclusive}"></ds:Transform></ds:Transforms>'
        '<ds:DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"></ds:DigestMethod>'
        f"<ds:DigestValue>{digest64}</ds:DigestValue></ds:Reference></ds:SignedInfo>"
    )


def info_of(header: str, spki: bytes, kid: str) -> bytes:
    """The Info of section 4.2."""
    return (
        b"iarms-envelope-1\x00"
        + hashlib.sha256(header.encode()).digest()
        + hashlib.sha256(spki).digest()
        + kid.encode()
    )


def hybrid_info_of(header: str, kid: str) -> bytes:
    """What a key sealed to a hybrid key is bound to (section 4.2)."""
    return b"iarms-envelope-2\x00" + hashlib.sha256(header.encode()).digest() + kid.encode()


def _encrypted_keys(
    recipe: Recipe, header: str, key: bytes, draw: Callable[[int], bytes]
) -> list[str]:
    secret = draw(32)
    spki = recipe.spki(X25519_DER + crypto_scalarmult_base(secret))
    keys = []
    for number, (member, _) in enumerate(recipe.to):
        if member.suite == 2:
            info = recipe.info(hybrid_info_of(header, member.encryption_kid))
            plain = recipe.content_key(number, key)
            sealed = recipe.sealed_key(
                hpke_seal(member.encryption_public, plain, info, draw(32) + draw(32))
            )
            text = hybrid_key(member.encryption_kid, sealed)
            keys.append(recipe.encrypted_key(number, text))
            continue
        salt = draw(32)
        info = recipe.info(info_of(header, spki, member.encryption_kid))
        shared = recipe.shared(number, crypto_scalarmult(secret, member.encryption_public))
        extracted = hmac.digest(salt, shared, "sha256")
        wrapping = hmac.digest(extracted, info + b"\x01", "sha256")
        wrapped = recipe.wrapped(aes_key_wrap(wrapping, recipe.content_key(number, key)))
        text = encrypted_key(member.encryption_kid, salt, info, spki, wrapped)
        keys.append(recipe.encrypted_key(number, text))
    return keys


def encrypted_key(kid: str, salt: bytes, info: bytes, spki: bytes, wrapped: bytes) -> str:
    """One EncryptedKey of section 2.2."""
    more = "http://www.w3.org/2021/04/xmldsig-more#"
    return (
        f'<xenc:EncryptedKey Recipient="{kid}"><xenc:EncryptionMethod'
        ' Algorithm="http://www.w3.org/2001/04/xmlenc#kw-aes256"></xenc:EncryptionMethod>'
        f'<ds:KeyInfo><xenc:AgreementMethod Algorithm="{more}x25519"><xenc11:KeyDerivationMethod'
        f' xmlns:xenc11="http://www.w3.org/2009/xmlenc11#" Algorithm="{more}hkdf">'
        f'<dsig-more:HKDFParams xmlns:dsig-more="{more}"><dsig-more:PRF'
        ' Algorithm="http://www.w3.org/2001/04/xmldsig-more#hmac-sha256"></dsig-more:PRF>'
        f"<dsig-more:Salt>{b64(salt)}</dsig-more:Salt><dsig-more:Info>{b64(info)}</dsig-more:Info>"
        "<dsig-more:KeyLength>32</dsig-more:KeyLength></dsig-more:HKDFParams>"
        "</xenc11:KeyDerivationMethod><xenc:OriginatorKeyInfo><dsig11:DEREncodedKeyValue"
        f' xmlns:dsig11="http://www.w3.org/2009/xmldsig11#">{b64(spki)}</dsig11:DEREncodedKeyValue>'
        f"</xenc:OriginatorKeyInfo><xenc:RecipientKeyInfo><ds:KeyName>{kid}</ds:KeyName>"
        "</xenc:RecipientKeyInfo></xenc:AgreementMethod></ds:KeyInfo><xenc:CipherData>"
        f"<xenc:CipherValue>{b64(wrapped)}</xenc:CipherValue></xenc:CipherData></xenc:EncryptedKey>"
    )


def hybrid_key(kid: str, sealed: bytes) -> str:
    """One EncryptedKey of section 2.2 for a hybrid key."""
    return (
        f'<xenc:EncryptedKey Recipient="{kid}"><xenc:EncryptionMethod'
        ' Algorithm="urn:iarms:exchange:encryption:hpke-x-wing"></xenc:EncryptionMethod>'
        f"<ds:KeyInfo><ds:KeyName>{kid}</ds:KeyName></ds:KeyInfo><xenc:CipherData>"
        f"<xenc:CipherValue>{b64(sealed)}</xenc:CipherValue></xenc:CipherData></xenc:EncryptedKey>"
    )
