"""Mails that are signed and encrypted: the MIME around what ``keys`` signs and seals (RFC 8551).

It decides on no sender beyond what a pinned certificate says, and sends nothing.
"""

from __future__ import annotations

import re
from base64 import encodebytes
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP, default
from pathlib import Path

from gateway.errors import ConfigError
from gateway.succession import read_passphrase_file
from gateway.transport_settings import Mail
from gateway.transports.seam import NotPermittedError
from keys import MailSealError
from keys.mail_keys import (
    MailCertificate,
    MailKey,
    can_be_sealed_to,
    read_mail_certificates,
    read_mail_keys,
)
from keys.mail_seal import check_signature, open_mail, seal_mail, sign_mail

_CMS = ("application/pkcs7-mime", "application/x-pkcs7-mime")
_WRAPPED = (
    b'Content-Type: application/pkcs7-mime; smime-type=signed-data; name="smime.p7m"\r\n'
    b"Content-Transfer-Encoding: base64\r\n"
    b'Content-Disposition: attachment; filename="smime.p7m"\r\n\r\n'
)


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedMail:
    """What a sealed mail holds, and an ``id`` that no copy of it can change."""

    mail: EmailMessage
    id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MailSeal:
    """Our mailbox's keys, and the pinned certificates of those who write to it and read from it."""

    keys: tuple[MailKey, ...]
    senders: tuple[MailCertificate, ...]
    readers: tuple[MailCertificate, ...]
    clock: Callable[[], datetime]

    def open(self, mail: EmailMessage, sender: str) -> OpenedMail:
        """What ``sender`` signed and encrypted to us; raises ``MailSealError``."""
        if mail.get_content_type() not in _CMS:
            raise MailSealError(
                "the mail is not encrypted",
                value=mail.get_content_type(),
                expected="application/pkcs7-mime: signed, then encrypted",
                remedy="let the sender encrypt with our certificate",
            )
        signed = open_mail(_octets_of(mail), keys=self.keys)
        pinned = [each for each in self.senders if sender in each.addresses]
        return self._checked(_parsed(signed), signed, pinned)

    def _checked(
        self, mail: EmailMessage, octets: bytes, senders: list[MailCertificate]
    ) -> OpenedMail:
        now = self.clock()
        if mail.get_content_type() == "multipart/signed":
            content, signature = _two_parts(mail, octets)
            checked = check_signature(_octets_of(signature), content, senders=senders, now=now)
        elif mail.get_content_type() in _CMS:
            checked = check_signature(_octets_of(mail), None, senders=senders, now=now)
        else:
            raise MailSealError(
                "the mail is encrypted and not signed",
                value=mail.get_content_type(),
                expected="multipart/signed or application/pkcs7-mime within",
                remedy="let the sender sign, then encrypt",
            )
        return OpenedMail(mail=_parsed(checked.content), id=checked.id)

    def seal(self, inner: EmailMessage, *, place: str) -> bytes:
        """``inner``, signed by us and encrypted to those who read the answers."""
        now = self.clock()
        readers = [each for each in self.readers if each.is_valid(now)]
        if not readers:
            raise NotPermittedError(
                "answers can be encrypted to nobody: every certificate of their reader has ended",
                place=place,
                value=", ".join(f"{each.ends:%Y-%m-%d}" for each in self.readers),
                expected="a certificate in smime_answers_file that is valid now",
                remedy="ask the reader of answer_to for the present one",
            )
        signed = sign_mail(inner.as_bytes(policy=SMTP), by=self.keys[0])
        wrapped = _WRAPPED + encodebytes(signed).replace(b"\n", b"\r\n")
        return seal_mail(wrapped, to=readers)

    def ended(self) -> list[str]:
        """What is valid no longer, or not yet, in words."""
        now = self.clock()
        ours = [
            MailCertificate(certificate=k.certificate, addresses=frozenset()) for k in self.keys
        ]
        named = (("our own", ours), ("a sender's", self.senders), ("a reader's", self.readers))
        return [
            f"{whose}: {each.fingerprint} until {each.ends:%Y-%m-%d}"
            for whose, certificates in named
            for each in certificates
            if not each.is_valid(now)
        ]


def open_seal(settings: Mail, home: Path, clock: Callable[[], datetime]) -> MailSeal | None:
    """The seal of the settings; None where they say that there is none.

    Raises ``ConfigError``, and ``CertificateError`` for a file that cannot be used.
    """
    if settings.protection == "none":
        return None
    named = {
        name: getattr(settings, name)
        for name in (
            "smime_certificate_file", "smime_key_file", "smime_senders_file", "smime_answers_file",
        )
    }  # fmt: skip
    place = f"{home}/iarms.toml [[transport]] {settings.name}"
    for name, file in named.items():
        if not file or not (home / file).is_file():
            raise ConfigError(
                "mails are signed and encrypted, and a file for it is missing",
                place=f"{place} {name}",
                value=str(home / file) if file else "",
                expected="a PEM file; iarms transport mail-key makes our own key and certificate",
                remedy='name it; protection = "none" gives the mails to whoever runs the servers',
            )
    read = {name: (home / file).read_bytes() for name, file in named.items()}
    secret = read_passphrase_file(home, settings.smime_key_file)
    seal = MailSeal(
        keys=read_mail_keys(read["smime_certificate_file"], secret, place=place),
        senders=read_mail_certificates(read["smime_senders_file"], place=place),
        readers=read_mail_certificates(read["smime_answers_file"], place=place),
        clock=clock,
    )
    _check_names(settings, seal, place)
    return seal


def _check_names(settings: Mail, seal: MailSeal, place: str) -> None:
    for name, addresses, certificates in (
        ("smime_senders_file", settings.senders, seal.senders),
        ("smime_answers_file", (settings.answer_to,), seal.readers),
    ):
        pinned = {address for each in certificates for address in each.addresses}
        missing = sorted({each.lower() for each in addresses} - pinned)
        if missing:
            raise ConfigError(
                "an address has no certificate that names it",
                place=f"{place} {name}",
                value=", ".join(missing),
                expected="a certificate with each address as its rfc822Name",
                remedy="ask its owner for it, and compare the fingerprint by telephone",
            )
    if not can_be_sealed_to(seal.readers):
        raise ConfigError(
            "answers cannot be encrypted to the reader's certificate",
            place=f"{place} smime_answers_file",
            expected="an RSA key",
            remedy="ask for a certificate with one",
        )


def _parsed(octets: bytes) -> EmailMessage:
    mail = message_from_bytes(octets, policy=default)
    if not isinstance(mail, EmailMessage):
        raise TypeError("the policy makes another kind of message")
    return mail


def _octets_of(part: EmailMessage) -> bytes:
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""


def _two_parts(mail: EmailMessage, octets: bytes) -> tuple[bytes, EmailMessage]:
    """The signed part octet by octet, line ends as the signature counts them, and the signature."""
    canonical = octets.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    boundary = re.escape((mail.get_boundary() or "").encode())
    pieces = re.split(rb"\r\n--%b(?:--)?[ \t]*(?=\r\n|\Z)" % boundary, canonical)
    parts = list(mail.iter_parts())
    if len(parts) != 2 or len(pieces) != 4 or not isinstance(parts[1], EmailMessage):  # noqa: PLR2004 - what is signed and its signature, between a beginning and an end
        raise MailSealError(
            "the mail is not signed as it must be: not two parts",
            expected="multipart/signed of RFC 1847",
            remedy="let the sender's program sign",
        )
    return pieces[1].removeprefix(b"\r\n"), parts[1]
