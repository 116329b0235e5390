"""Certificates for the broker's TLS: one small authority, server and client certificates.

They let a party's process reach its own queues and nothing else; no message is trusted for them.
Keys are ECDSA P-256 and come from the library's own randomness. It does not write files but
through its callers, and has no revocation list yet.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from ipaddress import ip_address

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_der_private_key,
    load_pem_private_key,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from keys.errors import CertificateError

AUTHORITY_LIFE = timedelta(days=3650)
LEAF_LIFE = timedelta(days=397)
"""A leaf certificate's life: the longest that common TLS software still takes for granted."""
SERVER_NAMES = ("localhost", "127.0.0.1", "::1")
_BACKDATED = timedelta(minutes=5)
"""A certificate is valid at once for clocks that are a little behind."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Authority:
    """The broker's certificate authority: certificate and secret key."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey = field(repr=False)

    @property
    def pem(self) -> bytes:
        """The public certificate, which broker and parties pin."""
        return self.certificate.public_bytes(Encoding.PEM)

    def secret_der(self) -> bytes:
        """The secret key as PKCS#8, for the sealed key file and nothing else."""
        return self.key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())


def make_authority(*, now: datetime) -> Authority:
    """A new authority, valid ten years; it may sign leaf certificates only."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = _name("iarms broker authority")
    builder = (
        _builder(name, name, key.public_key(), now=now, life=AUTHORITY_LIFE)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(certificates=True), critical=True)
    )
    return Authority(certificate=_signed(builder, key, key), key=key)


def open_authority(certificate_pem: bytes, secret_der: bytes) -> Authority:
    """The authority of a certificate and its secret key; CertificateError if they do not match."""
    certificate = x509.load_pem_x509_certificate(certificate_pem)
    key = load_der_private_key(secret_der, None)
    if (
        not isinstance(key, ec.EllipticCurvePrivateKey)
        or key.public_key() != certificate.public_key()
    ):
        raise CertificateError(
            "The authority's certificate does not belong to its key.",
            place="ca.pem",
            expected="the certificate that was made with the key",
            remedy="Restore ca.pem from where it is kept safe.",
        )
    return Authority(certificate=certificate, key=key)


def make_key() -> ec.EllipticCurvePrivateKey:
    """A new P-256 key for TLS."""
    return ec.generate_private_key(ec.SECP256R1())


def key_pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    """The secret key as unencrypted PKCS#8 PEM, for a file of mode 0600.

    Unencrypted, because broker and client library read it at start without asking; it opens the
    line to the broker, never a message.
    """
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def read_key(pem: bytes) -> ec.EllipticCurvePrivateKey:
    """The key that ``key_pem`` wrote; CertificateError for what is none."""
    try:
        key = load_pem_private_key(pem, None)
    except (ValueError, TypeError) as problem:
        raise _foreign_certificate("the key file cannot be read") from problem
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise _foreign_certificate("the key is of another kind")
    return key


def request_der(key: ec.EllipticCurvePrivateKey, *, name: str) -> bytes:
    """A certificate request (PKCS#10, DER) with this common name, signed by the key."""
    builder = x509.CertificateSigningRequestBuilder().subject_name(_name(name))
    return builder.sign(key, hashes.SHA256()).public_bytes(Encoding.DER)


def check_request(request: bytes, *, name: str) -> ec.EllipticCurvePublicKey:
    """The public key of a certificate request.

    Of the request only the key is used; its name must be ``name``, its signature must hold and its
    key must be P-256, else CertificateError.
    """
    try:
        read = x509.load_der_x509_csr(request)
        key = read.public_key()
        valid = read.is_signature_valid
    except (ValueError, InvalidSignature, TypeError) as problem:
        raise _refused_request(name, "it cannot be read") from problem
    if not valid:
        raise _refused_request(name, "its signature does not hold")
    if not isinstance(key, ec.EllipticCurvePublicKey) or not isinstance(key.curve, ec.SECP256R1):
        raise _refused_request(name, "its key is not P-256")
    if read.subject != _name(name):
        raise _refused_request(name, "it names " + read.subject.rfc4514_string())
    return key


def issue_client(
    authority: Authority, key: ec.EllipticCurvePublicKey, *, name: str, now: datetime
) -> bytes:
    """A client certificate (PEM) whose common name is the broker user ``name``."""
    purpose = ExtendedKeyUsageOID.CLIENT_AUTH
    return _leaf(authority, key, name=name, purpose=purpose, names=(), now=now)


def issue_server(
    authority: Authority,
    key: ec.EllipticCurvePublicKey,
    *,
    names: Sequence[str] = SERVER_NAMES,
    now: datetime,
) -> bytes:
    """A server certificate (PEM) for these host names and addresses, the first as common name."""
    purpose = ExtendedKeyUsageOID.SERVER_AUTH
    return _leaf(authority, key, name=names[0], purpose=purpose, names=names, now=now)


def check_issued(certificate_pem: bytes, *, key_pem: bytes, authority_pem: bytes) -> None:
    """Refuse a certificate that is not for this key or not from this authority.

    Raises CertificateError, before a process would fail to connect without saying why.
    """
    try:
        certificate = x509.load_pem_x509_certificate(certificate_pem)
        authority = x509.load_pem_x509_certificate(authority_pem)
        key = load_pem_private_key(key_pem, None)
        certificate.verify_directly_issued_by(authority)
    except (ValueError, TypeError, InvalidSignature) as problem:
        raise _foreign_certificate("it does not come from this authority") from problem
    if key.public_key() != certificate.public_key():
        raise _foreign_certificate("it was issued for another key")


def certifies(certificate_pem: bytes, key: ec.EllipticCurvePublicKey, *, at: datetime) -> bool:
    """Whether the certificate is for this key and valid at ``at``."""
    certificate = x509.load_pem_x509_certificate(certificate_pem)
    valid = certificate.not_valid_before_utc <= at < certificate.not_valid_after_utc
    return valid and certificate.public_key() == key


def certificate_ends(certificates_pem: bytes) -> datetime:
    """When the first of the PEM certificates to end ends, in UTC; CertificateError for none."""
    try:
        found = x509.load_pem_x509_certificates(certificates_pem)
    except ValueError as problem:
        raise _foreign_certificate("it is no certificate") from problem
    return min(each.not_valid_after_utc for each in found)


def _leaf(
    authority: Authority,
    key: ec.EllipticCurvePublicKey,
    *,
    name: str,
    purpose: x509.ObjectIdentifier,
    names: Sequence[str],
    now: datetime,
) -> bytes:
    builder = (
        _builder(_name(name), authority.certificate.subject, key, now=now, life=LEAF_LIFE)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([purpose]), critical=False)
    )
    if names:
        alternatives = x509.SubjectAlternativeName([_general_name(each) for each in names])
        builder = builder.add_extension(alternatives, critical=False)
    return _signed(builder, key, authority.key).public_bytes(Encoding.PEM)


def _builder(
    subject: x509.Name,
    issuer: x509.Name,
    key: ec.EllipticCurvePublicKey,
    *,
    now: datetime,
    life: timedelta,
) -> x509.CertificateBuilder:
    start = now.replace(microsecond=0) - _BACKDATED
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(start + life)
    )


def _signed(
    builder: x509.CertificateBuilder,
    key: ec.EllipticCurvePublicKey | ec.EllipticCurvePrivateKey,
    by: ec.EllipticCurvePrivateKey,
) -> x509.Certificate:
    public = key.public_key() if isinstance(key, ec.EllipticCurvePrivateKey) else key
    return (
        builder.add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(by.public_key()), critical=False
        )
        .sign(by, hashes.SHA256())
    )


def _usage(*, certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=certificates,
        crl_sign=certificates,
        encipher_only=False,
        decipher_only=False,
    )


def _general_name(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])


def _foreign_certificate(why: str) -> CertificateError:
    return CertificateError(
        f"The certificate cannot be used here: {why}.",
        expected="the certificate that the centre issued for this folder's request, and its ca.pem",
        remedy="Ask the centre for both files again.",
    )


def _refused_request(name: str, why: str) -> CertificateError:
    return CertificateError(
        f"The TLS certificate request is refused: {why}.",
        place=name,
        expected=f"a PKCS#10 request with a P-256 key and common name {name}",
        remedy="Make it again with `iarms party request`.",
    )
