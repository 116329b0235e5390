"""Keys and certificates of mailboxes, for mails that are signed and encrypted (S/MIME).

They prove a mailbox of a national system to its transport and the other way round, and nobody to
the exchange: they stand in no directory. Whom a certificate belongs to is settled by pinning it; no
authority is asked, and no chain is built.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from keys.errors import CertificateError

MAIL_KEY_LIFE = timedelta(days=825)
_BITS = 3072
_BITS_LEAST = 2048  # RFC 8551 4.4: below is to be refused
_BACKDATED = timedelta(minutes=5)
_BEGIN, _END = b"-----BEGIN", b"-----END"


@dataclass(frozen=True, slots=True, kw_only=True)
class MailCertificate:
    """A pinned certificate of a mailbox; ``addresses`` are what it names, in small letters."""

    certificate: x509.Certificate
    addresses: frozenset[str]

    @property
    def ends(self) -> datetime:
        """The last instant of its validity, in UTC."""
        return self.certificate.not_valid_after_utc

    def is_valid(self, now: datetime) -> bool:
        """Whether ``now`` lies in its validity."""
        return self.certificate.not_valid_before_utc <= now <= self.ends

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the certificate, as ``openssl x509 -fingerprint -sha256`` says it."""
        digest = self.certificate.fingerprint(hashes.SHA256()).hex().upper()
        return ":".join(digest[at : at + 2] for at in range(0, len(digest), 2))


@dataclass(frozen=True, slots=True, kw_only=True)
class MailKey:
    """Our own mailbox's certificate and secret key: it signs, and what is sealed to it opens."""

    certificate: x509.Certificate
    key: rsa.RSAPrivateKey = field(repr=False)


def make_mail_key(address: str, *, now: datetime) -> tuple[bytes, bytes]:
    """A new key and its self-signed certificate for a mail address, each as PEM; 825 days."""
    key = rsa.generate_private_key(public_exponent=65_537, key_size=_BITS)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, address)])
    usage = x509.KeyUsage(
        digital_signature=True, key_encipherment=True, content_commitment=False,
        data_encipherment=False, key_agreement=False, key_cert_sign=False, crl_sign=False,
        encipher_only=False, decipher_only=False,
    )  # fmt: skip
    purpose = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _BACKDATED)
        .not_valid_after(now + MAIL_KEY_LIFE)
        .add_extension(x509.SubjectAlternativeName([x509.RFC822Name(address)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(usage, critical=True)
        .add_extension(purpose, critical=False)
        .sign(key, hashes.SHA256())
    )
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return secret, certificate.public_bytes(Encoding.PEM)


def read_mail_certificates(pem: bytes, *, place: str) -> tuple[MailCertificate, ...]:
    """The certificates of a PEM file; ``CertificateError`` for none, or one that is too weak."""
    try:
        found = x509.load_pem_x509_certificates(pem)
    except ValueError as problem:
        raise _unusable("it holds no certificate", place) from problem
    return tuple(_pinned(each, place) for each in found)


def read_mail_keys(certificates_pem: bytes, keys_pem: bytes, *, place: str) -> tuple[MailKey, ...]:
    """Each certificate of the one file with its key of the other; the first signs.

    More than one stands there while a successor takes over. Raises ``CertificateError``.
    """
    keys = [_read_key(each, place) for each in _blocks(keys_pem)]
    by_public = {key.public_key().public_numbers(): key for key in keys}
    made: list[MailKey] = []
    for pinned in read_mail_certificates(certificates_pem, place=place):
        public = pinned.certificate.public_key()
        if not isinstance(public, rsa.RSAPublicKey):
            raise _unusable("mails can be encrypted to RSA keys alone", place)
        key = by_public.get(public.public_numbers())
        if key is None:
            raise _unusable("no secret key fits the certificate", place)
        made.append(MailKey(certificate=pinned.certificate, key=key))
    return tuple(made)


def can_be_sealed_to(certificates: Sequence[MailCertificate]) -> bool:
    """Whether a mail can be encrypted to each: their keys are RSA."""
    return all(isinstance(c.certificate.public_key(), rsa.RSAPublicKey) for c in certificates)


def _pinned(certificate: x509.Certificate, place: str) -> MailCertificate:
    public = certificate.public_key()
    if isinstance(public, rsa.RSAPublicKey) and public.key_size < _BITS_LEAST:
        raise _unusable(f"an RSA key of {public.key_size} bits is too short", place)
    return MailCertificate(certificate=certificate, addresses=frozenset(_addresses(certificate)))


def _addresses(certificate: x509.Certificate) -> list[str]:
    try:
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName)
        found = names.value.get_values_for_type(x509.RFC822Name)
    except x509.ExtensionNotFound:
        named = certificate.subject.get_attributes_for_oid(NameOID.EMAIL_ADDRESS)
        found = [str(each.value) for each in named]
    return [each.lower() for each in found]


def _blocks(pem: bytes) -> list[bytes]:
    found = pem.split(_BEGIN)[1:]
    return [_BEGIN + each[: each.rfind(_END)] + each[each.rfind(_END) :] for each in found]


def _read_key(pem: bytes, place: str) -> rsa.RSAPrivateKey:
    try:
        key = load_pem_private_key(pem, None)
    except (ValueError, TypeError) as problem:
        raise _unusable("the key file cannot be read without a passphrase", place) from problem
    if not isinstance(key, rsa.RSAPrivateKey):
        raise _unusable("mails can be encrypted to RSA keys alone", place)
    return key


def _unusable(why: str, place: str) -> CertificateError:
    return CertificateError(
        f"a mailbox's certificate or key cannot be used: {why}",
        place=place,
        expected="PEM, an RSA key of 2048 bits or more, as iarms transport mail-key makes it",
        remedy="correct the file, or ask the mailbox's owner for its certificate anew",
    )
