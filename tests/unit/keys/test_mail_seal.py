"""A mail is opened only if a pinned mailbox signed it, and it was encrypted to us."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import cache

import pytest
from asn1crypto import cms

from keys import CertificateError, MailSealError
from keys.mail_keys import (
    MAIL_KEY_LIFE,
    MailCertificate,
    MailKey,
    make_mail_key,
    read_mail_certificates,
    read_mail_keys,
)
from keys.mail_seal import check_signature, open_mail, seal_mail, sign_mail

pytestmark = [pytest.mark.unit, pytest.mark.slow]

NOW = datetime.now(UTC)  # the library signs with its own clock
CONTENT = b"Content-Type: text/csv\r\n\r\na;b\r\n"


@cache
def made(name: str) -> tuple[bytes, bytes]:
    return make_mail_key(f"{name}@police.example", now=NOW)


@cache
def pair(name: str) -> tuple[MailKey, MailCertificate]:
    secret, certificate = made(name)
    (key,) = read_mail_keys(certificate, secret, place="here")
    (pinned,) = read_mail_certificates(certificate, place="here")
    return key, pinned


@pytest.mark.slow
def test_what_was_signed_and_sealed_is_opened_and_its_signer_named() -> None:
    police, pinned = pair("police")
    gateway, to = pair("gateway")
    sealed = seal_mail(sign_mail(CONTENT, by=police), to=[pair("police")[1], to])
    opened = check_signature(
        open_mail(sealed, keys=[police, gateway]), None, senders=[to, pinned], now=NOW
    )
    assert opened.content == CONTENT
    assert opened.signer.addresses == {"police@police.example"}


def test_a_flipped_octet_anywhere_in_a_signed_mail_is_refused_or_changes_nothing() -> None:
    police, pinned = pair("police")
    signed = sign_mail(CONTENT, by=police)
    first = check_signature(signed, None, senders=[pinned], now=NOW)
    for at in range(0, len(signed), 29):
        spoilt = bytearray(signed)
        spoilt[at] ^= 1
        try:
            told = check_signature(bytes(spoilt), None, senders=[pinned], now=NOW)
        except MailSealError:
            continue
        assert told == first  # an octet that nobody signs: the certificate that came along


def test_a_strangers_signature_counts_for_nothing_though_its_certificate_comes_along() -> None:
    stranger, _ = pair("gateway")
    with pytest.raises(MailSealError, match="none of those that we pinned"):
        check_signature(sign_mail(CONTENT, by=stranger), None, senders=[pair("police")[1]], now=NOW)


def test_a_certificate_counts_only_in_its_time() -> None:
    police, pinned = pair("police")
    signed = sign_mail(CONTENT, by=police)
    for when in (NOW - timedelta(days=1), NOW + MAIL_KEY_LIFE + timedelta(days=1)):
        with pytest.raises(MailSealError, match="not valid now"):
            check_signature(signed, None, senders=[pinned], now=when)


def test_another_content_beside_the_signature_is_refused() -> None:
    police, pinned = pair("police")
    info = cms.ContentInfo.load(sign_mail(CONTENT, by=police))
    info["content"]["encap_content_info"] = cms.ContentInfo({"content_type": "data"})
    detached = info.dump(force=True)
    assert check_signature(detached, CONTENT, senders=[pinned], now=NOW).content == CONTENT
    for other in (CONTENT + b" ", None):
        with pytest.raises(MailSealError):
            check_signature(detached, other, senders=[pinned], now=NOW)


def test_nobody_or_two_signers_are_refused() -> None:
    police, pinned = pair("police")
    for signers in (0, 2):
        info = cms.ContentInfo.load(sign_mail(CONTENT, by=police))
        (one,) = info["content"]["signer_infos"]
        info["content"]["signer_infos"] = [one] * signers
        with pytest.raises(MailSealError):
            check_signature(info.dump(force=True), None, senders=[pinned], now=NOW)


@pytest.mark.parametrize("octets", [b"", b"0", b"\x30\x80", CONTENT])
def test_what_is_no_signature_is_refused(octets: bytes) -> None:
    with pytest.raises(MailSealError):
        check_signature(octets, None, senders=[pair("police")[1]], now=NOW)


def test_what_does_not_open_is_told_in_the_same_words_whatever_is_wrong() -> None:
    police, pinned = pair("police")
    sealed = seal_mail(CONTENT, to=[pinned])
    told = set()
    for octets, key in (
        (sealed, pair("gateway")[0]), (sealed[:-1], police), (b"no mail", police),
        (sign_mail(CONTENT, by=police), police), (sealed[:-16] + bytes(16), police),
    ):  # fmt: skip
        with pytest.raises(MailSealError) as refused:
            open_mail(octets, keys=[key])
        told.add(str(refused.value))
    assert len(told) == 1


def test_a_former_key_still_opens() -> None:
    secrets, certificates = zip(made("gateway"), made("police"), strict=True)
    keys = read_mail_keys(b"".join(certificates), b"".join(reversed(secrets)), place="here")
    (former,) = read_mail_certificates(certificates[1], place="here")
    assert open_mail(seal_mail(CONTENT, to=[former]), keys=keys) == CONTENT


def test_a_key_that_fits_no_certificate_is_refused() -> None:
    secret, certificate = made("gateway")[0], made("police")[1]
    for keys in (secret, b"", b"-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----"):
        with pytest.raises(CertificateError):
            read_mail_keys(certificate, keys, place="here")
    with pytest.raises(CertificateError):
        read_mail_certificates(b"nothing", place="here")
