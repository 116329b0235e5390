"""Detached W3C XML signatures over a file's octets, in one fixed form.

One reference names the file, its SHA-256 is of the octets as they lie there, no transform is
applied; the algorithm is Ed25519 (RFC 9231 section 2.3.12) or, as a second signature where the
root asks for it, ML-DSA-65 (FIPS 204, empty context). Nothing here parses XML: the form is matched
octet by octet. Whose key counts is for the caller to judge.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import nacl.bindings
import nacl.exceptions
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA65PublicKey
from pybase64 import b64decode, b64encode

from keys.markup import NAMESPACE
from keys.points import QUANTUM_OCTETS, RAW_OCTETS, Kid

SIGNATURE_FILE_LIMIT = 128 * 1024
"""Octets of a signature file; sixteen persons' signatures of both kinds have less than 100 kB."""
_MOST_SIGNATURES = 32
ED25519 = "http://www.w3.org/2021/04/xmldsig-more#eddsa-ed25519"
ML_DSA_65 = "urn:iarms:exchange:signature:ml-dsa-65"
_QUANTUM_SIGNATURE_OCTETS = 3309

_DS = "http://www.w3.org/2000/09/xmldsig#"
_INFO = (
    "<ds:SignedInfo{declared}>"
    '<ds:CanonicalizationMethod Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#">'
    "</ds:CanonicalizationMethod>"
    '<ds:SignatureMethod Algorithm="{algorithm}">'
    "</ds:SignatureMethod>"
    '<ds:Reference URI="{name}">'
    '<ds:DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"></ds:DigestMethod>'
    "<ds:DigestValue>{digest}</ds:DigestValue></ds:Reference></ds:SignedInfo>"
)
_SIGNATURE = (
    f'<ds:Signature xmlns:ds="{_DS}">'
    "{info}<ds:SignatureValue>{value}</ds:SignatureValue>"
    "<ds:KeyInfo><ds:KeyName>{kid}</ds:KeyName></ds:KeyInfo></ds:Signature>"
)
_HEAD = f'<Signatures xmlns="{NAMESPACE}">'
_TAIL = "</Signatures>"

_NAME_AND_DIGEST = re.compile(
    rb'<ds:Reference URI="([A-Za-z0-9][A-Za-z0-9.\-]{0,99})">'
    rb"[^>]*></ds:DigestMethod><ds:DigestValue>([A-Za-z0-9+/]{43}=)</ds:DigestValue>"
)
_VALUE_AND_KID = re.compile(
    rb"<ds:SignatureValue>([A-Za-z0-9+/]{86}==|[A-Za-z0-9+/]{4412})</ds:SignatureValue>"
    rb"<ds:KeyInfo><ds:KeyName>([A-Za-z0-9_\-]{43})</ds:KeyName>"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """One signature: 64 octets of Ed25519 or 3,309 of ML-DSA-65, and the id of its key."""

    kid: Kid
    value: bytes

    @property
    def algorithm(self) -> str:
        """The algorithm that its length tells."""
        return ML_DSA_65 if len(self.value) == _QUANTUM_SIGNATURE_OCTETS else ED25519


@dataclass(frozen=True, slots=True, kw_only=True)
class SignatureFile:
    """The signatures over one named file and the SHA-256 that they sign."""

    name: str
    digest: bytes
    signatures: tuple[Signature, ...]


def signed_octets(name: str, digest: bytes, algorithm: str = ED25519) -> bytes:
    """What is signed: the exclusive canonical form of SignedInfo."""
    return _info(name, digest, algorithm, declared=f' xmlns:ds="{_DS}"').encode("ascii")


def write_signatures(name: str, digest: bytes, signatures: Sequence[Signature]) -> bytes:
    """The octets of a signature file."""
    parts = (
        _SIGNATURE.format(
            info=_info(name, digest, each.algorithm, declared=""),
            value=b64encode(each.value).decode("ascii"),
            kid=each.kid,
        )
        for each in signatures
    )
    return (_HEAD + "".join(parts) + _TAIL).encode("ascii")


def read_signatures(octets: bytes) -> SignatureFile | None:
    """The content of a signature file, or None if it has not exactly the one form.

    The values are picked out and the file is written anew from them: whatever is not the form,
    and base64 that is not canonical, shows as a difference.
    """
    if len(octets) > SIGNATURE_FILE_LIMIT:
        return None
    reference = _NAME_AND_DIGEST.search(octets)
    if reference is None:
        return None
    found = SignatureFile(
        name=reference[1].decode("ascii"),
        digest=b64decode(reference[2]),
        signatures=tuple(
            Signature(kid=Kid(kid.decode("ascii")), value=b64decode(value))
            for value, kid in _VALUE_AND_KID.findall(octets)
        ),
    )
    if not 1 <= len(found.signatures) <= _MOST_SIGNATURES:
        return None
    same = write_signatures(found.name, found.digest, found.signatures) == octets
    return found if same else None


def holds(signature: Signature, public: bytes, *, name: str, digest: bytes) -> bool:
    """Whether the signature is that of the raw key ``public`` over this name and digest."""
    covered = signed_octets(name, digest, signature.algorithm)
    if signature.algorithm == ML_DSA_65:
        return _holds_quantum(signature.value, public, covered)
    if len(public) != RAW_OCTETS:
        return False
    try:
        nacl.bindings.crypto_sign_open(signature.value + covered, public)
    except nacl.exceptions.BadSignatureError:
        return False
    return True


def _holds_quantum(value: bytes, public: bytes, covered: bytes) -> bool:
    if len(public) != QUANTUM_OCTETS:
        return False
    try:
        MLDSA65PublicKey.from_public_bytes(public).verify(value, covered)
    except InvalidSignature:
        return False
    return True


def _info(name: str, digest: bytes, algorithm: str, *, declared: str) -> str:
    return _INFO.format(
        declared=declared,
        algorithm=algorithm,
        name=name,
        digest=b64encode(digest).decode("ascii"),
    )
