"""The enrolment request: a party's public keys with proof that it holds the secret halves.

Octets in, values out: it reads and writes no file and decides nothing about membership. The
numbers are those of clause 4 of ``docs/spec/directory.md``.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from lxml import etree

from keys.errors import EnrolmentError, TrustError
from keys.fingerprint import fingerprint
from keys.identity import Identity
from keys.markup import (
    NAMESPACE,
    anchor_key_markup,
    attribute,
    child,
    instant,
    instant_text,
    octets_of,
    parse,
    public_key,
    text,
    text_of_octets,
)
from keys.points import Kid, Use, check_point, kid_of, spki_of
from keys.root import Root
from keys.signatures import (
    Signature,
    SignatureFile,
    holds,
    read_signatures,
    signed_octets,
    write_signatures,
)

REQUEST_LIMIT = 32 * 1024
"""Octets of a request; one has about 1.5 kB."""
_PROOF_DOMAIN = b"iarms-enrolment-1\x00"
_REMEDY = "Ask the party for both files again."


@dataclass(frozen=True, slots=True, kw_only=True)
class EnrolmentRequest:
    """A request whose proofs hold: raw public keys, the TLS request (PKCS#10, DER)."""

    party: str
    created: datetime
    signing: bytes
    encryption: bytes
    tls_request: bytes

    @property
    def fingerprint(self) -> str:
        """What the party's officer reads aloud and the centre's officer compares."""
        return fingerprint(self.party, self.signing, self.encryption)


def request_file(party: str) -> str:
    """The file name of a party's request; its signature lies beside it under ``.sig``."""
    return f"request-{party}.xml"


def write_request(
    identity: Identity, anchor: Root, *, tls_request: bytes, created: datetime
) -> tuple[bytes, bytes]:
    """The request of an identity and its signature file, both as octets."""
    encryption_kid = identity.encryption_kids[0]
    request = EnrolmentRequest(
        party=identity.party,
        created=created,
        signing=identity.signing_public,
        encryption=identity.encryption_public(encryption_kid),
        tls_request=tls_request,
    )
    shared = identity.agree(encryption_kid, anchor.enrolment)
    octets = _octets(request, anchor.digest, _proof(shared, request, anchor))
    name, digest = request_file(identity.party), hashlib.sha256(octets).digest()
    by_itself = Signature(
        kid=identity.signing_kid, value=identity.sign(signed_octets(name, digest))
    )
    return octets, write_signatures(name, digest, (by_itself,))


def read_request(
    octets: bytes,
    signature: bytes,
    anchor: Root,
    *,
    agree: Callable[[bytes], bytes],
    place: str,
) -> EnrolmentRequest:
    """The request in these octets, once every proof in it holds.

    ``agree`` gives the enrolment desk's raw X25519 secret with a public key; ``place`` is where the
    request lies, for its refusal. Raises EnrolmentError
    or WeakKeyError. A request vouches for itself only: whose it is, people must compare.
    """
    if len(octets) > REQUEST_LIMIT:  # (1)
        raise _refused("it is too large to be one", place)
    signed = read_signatures(signature)  # (2)
    if signed is None or len(signed.signatures) != 1:
        raise _refused("its signature file is not in its one form", place)
    if not hmac.compare_digest(hashlib.sha256(octets).digest(), signed.digest):
        raise _refused("it has been altered, or the signature belongs to another", place)
    root = parse(octets, "EnrolmentRequest", error=EnrolmentError, place=place)  # (3)
    request, anchor_digest, proof = _read(root, place)
    if not _signed_by_itself(signed, request):  # (4)
        raise _refused("it is not signed by the key that it names", place)
    if anchor_digest != anchor.digest:  # (5)
        raise _refused("it was made for another trust anchor", place)
    try:
        shared = agree(request.encryption)
    except TrustError as problem:
        raise _refused("its encryption key is a worthless point", place) from problem
    if not hmac.compare_digest(proof, _proof(shared, request, anchor)):  # (6)
        raise _refused("it does not prove that the party holds the encryption key", place)
    if _octets(request, anchor_digest, proof) != octets:  # (7)
        raise _refused("it is not in canonical form", place)
    return request


def _signed_by_itself(signed: SignatureFile, request: EnrolmentRequest) -> bool:
    name, by = request_file(request.party), signed.signatures[0]
    return (
        signed.name == name
        and by.kid == kid_of(spki_of("sig", request.signing))
        and holds(by, request.signing, name=name, digest=signed.digest)
    )


def _octets(request: EnrolmentRequest, anchor_digest: bytes, proof: bytes) -> bytes:
    return (
        f'<EnrolmentRequest xmlns="{NAMESPACE}" party="{request.party}">'
        f"<Created>{instant_text(request.created)}</Created>"
        f"<AnchorDigest>{text_of_octets(anchor_digest)}</AnchorDigest>"
        f"{anchor_key_markup('SigningKey', 'sig', request.signing)}"
        f"{anchor_key_markup('EncryptionKey', 'enc', request.encryption)}"
        f"<EncryptionProof>{text_of_octets(proof)}</EncryptionProof>"
        f"<TlsRequest>{text_of_octets(request.tls_request)}</TlsRequest></EnrolmentRequest>"
    ).encode("ascii")


def _read(root: etree._Element, place: str) -> tuple[EnrolmentRequest, bytes, bytes]:
    try:
        request = EnrolmentRequest(
            party=attribute(root, "party"),
            created=instant(text(root, "Created")),
            signing=_key(root, "SigningKey", "sig"),
            encryption=_key(root, "EncryptionKey", "enc"),
            tls_request=octets_of(text(root, "TlsRequest")),
        )
        return (
            request,
            octets_of(text(root, "AnchorDigest")),
            octets_of(text(root, "EncryptionProof")),
        )
    except ValueError as problem:
        raise _refused(str(problem), place) from problem


def _key(root: etree._Element, element: str, use: Use) -> bytes:
    node = child(root, element)
    if node is None:
        raise ValueError(f"{element} is missing")
    try:
        kid, public = public_key(node, use)
        check_point(use, public, place=element)
    except TrustError as problem:
        problem.place = problem.place or element
        problem.remedy = problem.remedy or _REMEDY
        raise
    if kid != Kid(kid_of(spki_of(use, public))):
        raise ValueError(f"{element} stands under the id of another key")
    return public


def _proof(shared: bytes, request: EnrolmentRequest, anchor: Root) -> bytes:
    """HMAC-SHA-256 over the request under a key that only both holders can derive.

    Both X25519 keys are static; the key derived from them serves this proof alone, and the request
    that it covers names the anchor, the party, both keys and the time.
    """
    key = hmac.digest(_PROOF_DOMAIN + anchor.digest, shared, "sha256")
    covered = _octets(request, anchor.digest, bytes(32))
    return hmac.digest(key, _PROOF_DOMAIN + covered, "sha256")


def _refused(why: str, place: str) -> EnrolmentError:
    return EnrolmentError(
        f"The enrolment request is refused: {why}.",
        place=place,
        expected="the two files that `iarms party request` wrote, unaltered, for this anchor",
        remedy=_REMEDY,
    )
