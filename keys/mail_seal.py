"""Signs and encrypts a mail's content, and opens it: CMS as S/MIME 4.0 uses it (RFC 5652, 8551).

Always both, signed within encrypted: nothing is opened half. It parses no MIME, and sends nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256

from asn1crypto import cms
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.ciphers import algorithms
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.hazmat.primitives.serialization.pkcs7 import (
    PKCS7EnvelopeBuilder,
    PKCS7Options,
    PKCS7SignatureBuilder,
    pkcs7_decrypt_der,
)

from keys.errors import MailSealError
from keys.mail_keys import MailCertificate, MailKey

_HASHES: dict[str, type[hashes.HashAlgorithm]] = {
    "sha256": hashes.SHA256,
    "sha384": hashes.SHA384,
    "sha512": hashes.SHA512,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedContent:
    """What was signed, by whom, and an ``id`` that no copy of the mail can change."""

    content: bytes = field(repr=False)
    signer: MailCertificate
    id: str


def sign_mail(content: bytes, *, by: MailKey) -> bytes:
    """SignedData (DER) that holds ``content``."""
    builder = PKCS7SignatureBuilder().set_data(content)
    return builder.add_signer(by.certificate, by.key, hashes.SHA256()).sign(
        Encoding.DER, [PKCS7Options.Binary]
    )


def seal_mail(content: bytes, *, to: Sequence[MailCertificate]) -> bytes:
    """EnvelopedData (DER) for every one of ``to``: AES-256 in CBC, keys by RSA."""
    builder = PKCS7EnvelopeBuilder().set_data(content)
    builder = builder.set_content_encryption_algorithm(algorithms.AES256)
    for each in to:
        builder = builder.add_recipient(each.certificate)
    return builder.encrypt(Encoding.DER, [PKCS7Options.Binary])


def open_mail(sealed: bytes, *, keys: Sequence[MailKey]) -> bytes:
    """What EnvelopedData (DER) holds; ``MailSealError`` in the same words whatever is wrong."""
    for each in keys:
        try:
            return pkcs7_decrypt_der(sealed, each.certificate, each.key, [])
        except Exception:  # noqa: BLE001, S112 - of foreign octets; what failed must not be told
            continue
    raise MailSealError(
        "the mail does not open with our key",
        expected="EnvelopedData, AES in CBC, its key by RSA to our certificate",
        remedy="give the sender our present certificate: smime_certificate_file",
    )


def check_signature(
    signed: bytes, detached: bytes | None, *, senders: Sequence[MailCertificate], now: datetime
) -> SignedContent:
    """The content of SignedData (DER), or ``detached``, if one of ``senders`` signed it.

    Certificates that come with the mail count for nothing. Raises ``MailSealError``.
    """
    try:
        info = cms.ContentInfo.load(signed, strict=True)
        if info["content_type"].native != "signed_data":
            raise _refused("it is not signed")
        data = info["content"]
        (signer,) = data["signer_infos"]
        inner = data["encap_content_info"]["content"].native
        content = detached if inner is None else inner
        if content is None:
            raise _refused("nothing is signed")
        return _checked(signer, content, senders, now)
    except (ValueError, TypeError, KeyError, InvalidSignature) as error:
        raise _refused("its signature does not hold") from error


def _checked(
    signer: cms.SignerInfo, content: bytes, senders: Sequence[MailCertificate], now: datetime
) -> SignedContent:
    by = _pinned(signer["sid"], senders)
    if not by.is_valid(now):
        raise _refused(f"the certificate of its signer is not valid now: {by.fingerprint}")
    digest = _HASHES[signer["digest_algorithm"]["algorithm"].native]
    attributes = signer["signed_attrs"]
    said = {each["type"].native: each["values"].native for each in attributes}
    hashed = hashes.Hash(digest())
    hashed.update(content)
    if said["content_type"] != ["data"] or said["message_digest"] != [hashed.finalize()]:
        raise InvalidSignature
    if len(said["signing_time"]) != 1:  # with it, two mails of one content are two
        raise InvalidSignature
    octets = attributes.untag().dump()
    _verify(by, signer, octets, digest())
    return SignedContent(content=content, signer=by, id=sha256(octets).hexdigest())


def _verify(
    by: MailCertificate, signer: cms.SignerInfo, octets: bytes, digest: hashes.HashAlgorithm
) -> None:
    algorithm = signer["signature_algorithm"]
    signature = signer["signature"].native
    public = by.certificate.public_key()
    kind = algorithm.signature_algo
    if isinstance(public, ec.EllipticCurvePublicKey) and kind == "ecdsa":
        public.verify(signature, octets, ec.ECDSA(digest))
    elif isinstance(public, rsa.RSAPublicKey) and kind == "rsassa_pkcs1v15":
        public.verify(signature, octets, padding.PKCS1v15(), digest)
    elif isinstance(public, rsa.RSAPublicKey) and kind == "rsassa_pss":
        salted = padding.PSS(mgf=padding.MGF1(digest), salt_length=padding.PSS.AUTO)
        public.verify(signature, octets, salted, digest)
    else:
        raise _refused(f"it is signed by an algorithm that is not spoken: {kind}")


def _pinned(sid: cms.SignerIdentifier, senders: Sequence[MailCertificate]) -> MailCertificate:
    for each in senders:
        certificate = cms.Certificate.load(each.certificate.public_bytes(Encoding.DER))
        if sid.name == "issuer_and_serial_number":
            named = sid.chosen
            serial = named["serial_number"].native == certificate.serial_number
            if serial and named["issuer"] == certificate.issuer:
                return each
        elif sid.chosen.native == certificate.key_identifier:
            return each
    raise _refused("its signer's certificate is none of those that we pinned")


def _refused(why: str) -> MailSealError:
    return MailSealError(
        f"the mail is not signed as it must be: {why}",
        expected="SignedData by one sender whose certificate is in smime_senders_file, with "
        "signed attributes, SHA-256 or longer",
        remedy="let the sender sign with the pinned key, or pin its present certificate",
    )
