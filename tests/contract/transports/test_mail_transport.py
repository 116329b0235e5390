"""What mail asks of its transport beyond the contract: whose mail it is, and to whom answers go."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from threading import Event
from time import monotonic

import msgspec
import pytest
from mail_sides import (
    ANSWERS,
    POLICE,
    ImapSide,
    MaildirSide,
    encrypted_to_gateway,
    imap_side,
    mail_with,
    maildir_side,
    sealed_mail,
    signed_by_police,
)
from transport_bench import Bench, until

from gateway.config import Broker, Files, Settings
from gateway.errors import ConfigError
from gateway.transports import TransportError, check_transports, open_transport

pytestmark = pytest.mark.real


@pytest.fixture
def side(tmp_path: Path) -> Iterator[MaildirSide]:
    with maildir_side(tmp_path) as made:
        yield made


@pytest.fixture
def imap(tmp_path: Path) -> Iterator[ImapSide]:
    with imap_side(tmp_path) as made:
        yield made


def bench_on(side: MaildirSide, **changes: object) -> Bench:
    side.settings = msgspec.structs.replace(side.settings, **changes)
    return Bench(side.home, side.settings, side.open)


def test_each_attachment_is_an_item_and_answers_are_threaded_to_the_mail(side: MaildirSide) -> None:
    bench = bench_on(side)
    side.put(mail_with("feed", ("a.json", b"one"), ("b.json", b"two")).as_bytes())
    bench.round()
    assert sorted(bench.answered) == [b"one", b"two"]
    assert {str(mail["In-Reply-To"]) for mail in side.smtp.mails.values()} == {
        "<feed@police.example>"
    }
    names = [next(m.iter_attachments()).get_filename() for m in side.smtp.mails.values()]
    assert sorted(names) == ["a.1.answer.json", "b.2.answer.json"]
    mail = next(iter(side.smtp.mails.values()))
    assert mail["Subject"] == "Re: feed feed"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert list((side.box / "new").iterdir()) == []
    assert len(list((side.box / "cur").iterdir())) == 1
    bench.stop()


def test_a_crash_between_two_attachments_takes_each_once(side: MaildirSide) -> None:
    bench = bench_on(side)
    side.put(mail_with("feed", ("a.json", b"one"), ("b.json", b"two")).as_bytes())
    first = next(iter(bench.transport.fetch(bench.dock)))
    bench.dock.take(first)
    bench.restart()
    bench.round()
    bench.round()
    assert sorted(bench.answered) == [b"one", b"two"]
    bench.stop()


@pytest.mark.parametrize(
    "sender", ["mallory@police.example", "guns@police.example.evil", "a@b, guns@police.example"]
)
def test_a_stranger_brings_nothing_in_and_is_not_answered(side: MaildirSide, sender: str) -> None:
    bench = bench_on(side)
    octets = mail_with("m", ("a.json", b"one")).as_bytes()
    side.put(octets.replace(b"Firearms <" + POLICE.encode() + b">", sender.encode()))
    bench.round()
    bench.round()
    assert bench.answered == []
    (told,) = side.refusals()
    assert b"transport.not-permitted" in told
    assert {str(m["X-To"]) for m in side.smtp.mails.values()} == {"answers@police.example"}
    bench.stop()


@pytest.mark.parametrize(
    ("said", "taken"),
    [
        (b"mx.police.example; spf=pass; dmarc=pass header.from=police.example", True),
        (b"mx.police.example (comment; dmarc=fail) 1; dmarc=pass", True),
        (b"mx.police.example; dmarc=fail", False),
        (b"mx.police.example; spf=pass (dmarc=pass)", False),
        (b"mx.evil; dmarc=pass\nAuthentication-Results: mx.police.example; dmarc=pass", False),
        (b"", False),
    ],
)
def test_only_what_our_own_server_vouches_for_is_taken_where_that_is_asked(
    side: MaildirSide, said: bytes, taken: bool
) -> None:
    bench = bench_on(side, authserv_id="mx.police.example")
    octets = mail_with("m", ("a.json", b"one")).as_bytes()
    side.put((b"Authentication-Results: " + said + b"\n" if said else b"") + octets)
    bench.round()
    assert bool(bench.answered) is taken
    bench.stop()


def test_what_brings_no_item_is_told_once_and_done(side: MaildirSide) -> None:
    bench = bench_on(side)
    side.put(mail_with("text").as_bytes())
    side.put(mail_with("empty", ("a.json", b"")).as_bytes())
    damaged = mail_with("cut", ("a.json", b"x" * 300)).as_bytes()
    side.put(damaged.replace(b"eHh4", b"e!h4!", 1).replace(b"\n\n--=", b"=\n\n--="))
    side.put(b"no mail at all")
    for _ in range(2):
        bench.round()
    assert bench.answered == []
    assert len(side.refusals()) == 4
    assert list((side.box / "new").iterdir()) == []
    bench.stop()


def test_a_name_with_folders_in_it_leads_nowhere(side: MaildirSide) -> None:
    bench = bench_on(side)
    side.put(mail_with("m", ("../../../etc/x.json", b"one"), ("..", b"two")).as_bytes())
    bench.round()
    assert sorted(bench.answered) == [b"one", b"two"]
    assert all("/" not in name and ".." not in name for name in bench.incoming())
    bench.stop()


def test_a_mailbox_that_refuses_our_mail_is_told_with_its_remedy(side: MaildirSide) -> None:
    bench = bench_on(side)
    side.offer("a", b"one")
    for said, code in (
        ("550 no such user", "transport.not-permitted"),
        ("450 try later", "transport.unreachable"),
    ):
        side.smtp.refusing = said
        with pytest.raises(TransportError) as refused:
            bench.round()
        assert refused.value.code == code
        assert refused.value.remedy
    side.smtp.refusing = ""
    bench.round()
    assert len(side.answers()) == 1
    bench.stop()


def test_a_new_mail_in_a_maildir_rings(side: MaildirSide) -> None:
    bench = bench_on(side, look_each_s=3_600.0)
    assert rings(bench, side)


def test_a_new_mail_on_an_imap_server_rings_by_idle(imap: ImapSide) -> None:
    bench = bench_on(imap, look_each_s=3_600.0)
    assert rings(bench, imap)


def rings(bench: Bench, side: MaildirSide) -> bool:
    side.offer("first", b"one")
    bench.courier.start()
    until(lambda: len(bench.folders.candidates()) == 1)
    waiter, ends = Event(), monotonic() + 120
    # The test's server announces a mail to nobody that comes while the wait begins.
    while len(bench.folders.candidates()) < 2 and monotonic() < ends:
        side.offer(f"second-{monotonic()}", b"two")
        for _ in range(60):
            if len(bench.folders.candidates()) >= 2:
                break
            waiter.wait(0.05)
    bench.courier.stop()
    bench.ledger.close()
    return len(bench.folders.candidates()) >= 2


def test_a_mail_is_moved_on_the_server_once_it_is_taken(imap: ImapSide) -> None:
    bench = bench_on(imap)
    imap.offer("a", b"one")
    bench.round()
    for folder, mails in ((imap.folder, b"0"), (f"{imap.folder}-done", b"1")):
        assert imap.imap.select(folder, readonly=True)[1] == [mails]
    bench.stop()


def test_what_is_sealed_says_nothing_in_the_open(imap: ImapSide) -> None:
    bench = bench_on(imap)
    imap.offer("a", b"one")
    bench.round()
    (mail,) = imap.smtp.mails.values()
    assert (mail["Subject"], mail["In-Reply-To"]) == ("iarms", "<a@police.example>")
    assert mail["Iarms-Kind"] is None
    assert mail.get_content_type() == "application/pkcs7-mime"
    (inner,) = imap.mails()
    assert (inner["Subject"], inner["Iarms-Kind"]) == ("Re: feed a", "ANSWER")
    assert [part.get_filename() for part in inner.iter_attachments()] == ["a.1.answer.json"]
    bench.stop()


def test_every_form_of_signature_is_read(imap: ImapSide) -> None:
    bench = bench_on(imap)
    imap.put(sealed_mail(mail_with("opaque", ("a.json", b"one")), "-nodetach"))
    imap.put(sealed_mail(mail_with("pss", ("a.json", b"two")), "-keyopt", "rsa_padding_mode:pss"))
    imap.put(sealed_mail(mail_with("long", ("a.json", b"three" * 300)), "-md", "sha512", "-keyid"))
    bench.round()
    assert bench.answered == [b"one", b"two", b"three" * 300]
    bench.stop()


def test_a_copy_under_another_message_id_has_no_second_effect(imap: ImapSide) -> None:
    bench = bench_on(imap)
    mail = sealed_mail(mail_with("m", ("a.json", b"one")))
    imap.put(mail)
    imap.put(mail.replace(b"<m@police.example>", b"<other@police.example>"))
    bench.round()
    assert bench.answered == [b"one"]
    bench.stop()


@pytest.mark.parametrize("how", ["open", "signed", "encrypted", "by another", "as another", "cut"])
def test_what_is_not_signed_and_encrypted_by_its_sender_brings_nothing_in(
    imap: ImapSide, how: str
) -> None:
    changes: dict[str, object] = {}
    plain = mail_with("m", ("a.json", b"one"))
    head = f"From: {POLICE}\nMessage-ID: <m@police.example>\n".encode()
    octets = sealed_mail(plain)
    if how == "open":
        octets = plain.as_bytes()
    elif how == "signed":
        octets = head + signed_by_police(plain.as_bytes())
    elif how == "encrypted":
        octets = head + encrypted_to_gateway(plain.as_bytes())
    elif how == "by another":
        changes["smime_senders_file"] = "both.pem"
        both = (imap.home / "answers.pem").read_bytes() + (imap.home / "guns.pem").read_bytes()
        (imap.home / "both.pem").write_bytes(both)
        changes["senders"] = (POLICE, ANSWERS)
        octets = octets.replace(f"<{POLICE}>".encode(), f"<{ANSWERS}>".encode())
    elif how == "as another":
        octets = octets.replace(f"<{POLICE}>".encode(), b"<mallory@police.example>")
    else:
        octets = octets[: len(octets) * 2 // 3]
    bench = bench_on(imap, **changes)
    imap.put(octets)
    bench.round()
    bench.round()
    assert bench.answered == []
    (told,) = imap.refusals()
    assert b"keys.mail-seal" in told or b"transport.not-permitted" in told
    bench.stop()


def test_mails_that_are_neither_signed_nor_encrypted_must_be_asked_for(side: MaildirSide) -> None:
    with pytest.raises(ConfigError, match="signed and encrypted"):
        open_transport(msgspec.structs.replace(side.settings, protection="smime"), side.home)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"senders": (POLICE, "second@police.example")}, "second@police.example"),
        ({"answer_to": "others@police.example"}, "others@police.example"),
        ({"smime_key_file": "none.key"}, "none.key"),
    ],
)
def test_an_address_without_a_certificate_is_refused_with_its_name(
    imap: ImapSide, changes: dict[str, object], words: str
) -> None:
    with pytest.raises(ConfigError) as refused:
        open_transport(msgspec.structs.replace(imap.settings, **changes), imap.home)
    assert words in str(refused.value.value)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"imap_user": "other"}, "transport.not-permitted"),
        ({"imap_folder": "Nowhere"}, "transport.failed"),
        ({"smtp_user": "other"}, "transport.not-permitted"),
        ({"ca_file": ""}, "transport.not-permitted"),
    ],
)
def test_what_a_server_refuses_is_told_with_its_remedy(
    imap: ImapSide, changes: dict[str, str], code: str
) -> None:
    bench = bench_on(imap, **changes)
    with pytest.raises(TransportError) as refused:
        bench.transport.check()
    assert refused.value.code == code
    assert refused.value.remedy
    bench.stop()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"maildir": ""}, "exactly one place"),
        ({"imap_host": "localhost"}, "exactly one place"),
        ({"senders": ()}, "nobody may send"),
        ({"smtp_host": "mail.example"}, "open to everybody"),
        ({"smtp_password_file": "none"}, "missing"),
    ],
)
def test_settings_that_would_open_something_are_refused(
    side: MaildirSide, changes: dict[str, object], words: str
) -> None:
    settings = Settings(
        party="FRA-NCB",
        broker=Broker(port=5671),
        files=Files(adapter="fr-police-csv"),
        transport=(msgspec.structs.replace(side.settings, **changes),),
    )
    with pytest.raises(ConfigError, match=words):
        check_transports(settings, side.home)
