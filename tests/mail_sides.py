"""Mail servers of a test's own: SMTP by aiosmtpd, IMAP by pymap, each real and on loopback."""

from __future__ import annotations

import imaplib
import select
import socket
import ssl
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from functools import cache
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
from run_end import RUN
from transport_sides import MOST_OCTETS, Side, put_secret

from gateway.transport_settings import Mail
from keys.mail_keys import make_mail_key
from keys.tls import issue_server, key_pem, make_authority, make_key

POLICE, GATEWAY, ANSWERS = (f"{n}@police.example" for n in ("guns", "gateway", "answers"))
_NUMBERS = count(1)


@cache
def certificates() -> Path:
    """A folder with ``ca.pem``, ``server.pem`` and ``server.key`` for loopback."""
    folder = Path(RUN.enter_context(TemporaryDirectory(prefix="mail-tls-")))
    now = datetime.now(UTC)
    authority, key = make_authority(now=now), make_key()
    (folder / "ca.pem").write_bytes(authority.pem)
    (folder / "server.pem").write_bytes(issue_server(authority, key.public_key(), now=now))
    (folder / "server.key").write_bytes(key_pem(key))
    return folder


def free_port() -> int:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        return int(held.getsockname()[1])


class Smtp:
    """A mail server that keeps what it is given; one user with one password."""

    def __init__(self, *, tls: bool) -> None:
        self.port = free_port()
        self.mails: dict[str, EmailMessage] = {}
        self.refusing = ""  # what it says to every recipient, instead of taking the mail
        self._tls = tls
        self._controller: Controller | None = None

    def up(self) -> None:
        context = None
        if self._tls:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificates() / "server.pem", certificates() / "server.key")
        proven: dict[str, Any] = {"tls_context": context, "require_starttls": True}
        proven |= {"authenticator": self._login, "auth_required": True}
        self._controller = Controller(
            self, hostname="127.0.0.1", port=self.port, **(proven if self._tls else {})
        )
        self._controller.start()

    def down(self) -> None:
        if self._controller is not None:
            self._controller.stop()
            self._controller = None

    @staticmethod
    def _login(server: Any, session: Any, envelope: Any, mechanism: Any, data: Any) -> AuthResult:  # noqa: ARG004 - aiosmtpd's signature
        good = (data.login, data.password) == (b"gateway", b"mailpass")
        return AuthResult(success=good, handled=False)

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self,
        server: Any,  # noqa: ARG002 - aiosmtpd's signature
        session: Any,  # noqa: ARG002 - as above
        envelope: Any,
        address: str,
        options: Any,  # noqa: ARG002 - as above
    ) -> str:
        if self.refusing:
            return self.refusing
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: ARG002, N802 - aiosmtpd's
        mail = message_from_bytes(envelope.original_content, policy=default)
        assert isinstance(mail, EmailMessage)
        mail["X-To"] = ",".join(envelope.rcpt_tos)
        self.mails.setdefault(str(mail["Message-ID"]), mail)  # as mail programs do
        return "250 OK"


def mail_with(name: str, *attached: tuple[str, bytes], sender: str = POLICE) -> EmailMessage:
    mail = EmailMessage()
    mail["From"] = f"Firearms <{sender}>"
    mail["To"] = "gateway@police.example"
    mail["Subject"] = f"feed {name}"
    mail["Message-ID"] = f"<{name}@police.example>"
    mail.set_content("Attached.")
    for file, octets in attached:
        mail.add_attachment(octets, maintype="application", subtype="json", filename=file)
    return mail


class MaildirSide(Side):
    """A Maildir that a mail server fills, and an SMTP server on this machine."""

    def __init__(self, home: Path, *, tls: bool = False) -> None:
        super().__init__(home)
        self.smtp = Smtp(tls=tls)
        self.smtp.up()
        self.box = home / "Maildir"
        for name in ("new", "cur", "tmp"):
            (self.box / name).mkdir(parents=True)
        self.settings: Any = Mail(
            name="mail",
            notices=True,
            most_octets=MOST_OCTETS,
            maildir="Maildir",
            senders=(POLICE,),
            address="gateway@police.example",
            answer_to="answers@police.example",
            protection="none",
            smtp_host="127.0.0.1",
            smtp_port=self.smtp.port,
            smtp_security="none",
            timeout_s=10.0,
        )

    def put(self, octets: bytes) -> None:
        name = f"{next(_NUMBERS):08}.host"
        (self.box / "tmp" / name).write_bytes(octets)
        (self.box / "tmp" / name).rename(self.box / "new" / name)

    def offer(self, name: str, octets: bytes) -> None:
        self.put(mail_with(name, (f"{name}.json", octets)).as_bytes())

    def offer_again(self, name: str, octets: bytes) -> None:
        self.offer(name, octets)

    def offer_partly(self, name: str, octets: bytes) -> Callable[[], object]:
        (self.box / "tmp" / "begun").write_bytes(b"From: ")
        return lambda: self.offer(name, octets)

    def mails(self) -> list[EmailMessage]:
        """What the answers' mailbox holds."""
        assert all(mail["X-To"] == ANSWERS for mail in self.smtp.mails.values())
        return list(self.smtp.mails.values())

    def _mailed(self, *, aside: bool) -> list[bytes]:
        mails = [m for m in self.mails() if (m["Iarms-Kind"] == "SET_ASIDE") is aside]
        return [bytes(next(m.iter_attachments()).get_payload(decode=True)) for m in mails]

    def answers(self) -> list[bytes]:
        return self._mailed(aside=False)

    def refusals(self) -> list[bytes]:
        return self._mailed(aside=True)

    def goes_down(self) -> None:
        self.is_down = True
        self.smtp.down()
        (self.box / "new").rename(self.box / "gone")

    def comes_up(self) -> None:
        self.is_down = False
        (self.box / "gone").rename(self.box / "new")
        self.smtp.up()


@contextmanager
def maildir_side(home: Path) -> Iterator[MaildirSide]:
    side = MaildirSide(home)
    try:
        yield side
    finally:
        side.smtp.down()


@cache
def mailboxes() -> Path:
    """A folder with NAME.key and NAME.pem of three mailboxes."""
    folder = Path(RUN.enter_context(TemporaryDirectory(prefix="mail-keys-")))
    for name, address in (("gateway", GATEWAY), ("guns", POLICE), ("answers", ANSWERS)):
        secret, certificate = make_mail_key(address, now=datetime.now(UTC))
        (folder / f"{name}.key").write_bytes(secret)
        (folder / f"{name}.pem").write_bytes(certificate)
    return folder


def openssl(*words: str, octets: bytes) -> bytes:
    """What a mail program of the other side does, by another implementation than ours."""
    told = subprocess.run(["openssl", "cms", *words], input=octets, capture_output=True, check=True)
    return told.stdout


def signed_by_police(content: bytes, *more: str) -> bytes:
    boxes = mailboxes()
    signer = ("-signer", str(boxes / "guns.pem"), "-inkey", str(boxes / "guns.key"))
    return openssl("-sign", *signer, "-md", "sha256", *more, octets=content)


def encrypted_to_gateway(content: bytes, *more: str) -> bytes:
    to = str(mailboxes() / "gateway.pem")
    return openssl("-encrypt", "-aes256", *more, to, octets=content)


def sealed_mail(mail: EmailMessage, *more: str) -> bytes:
    """A mail as its sender's program seals it: what is inside is signed, then encrypted."""
    inner = EmailMessage()
    inner.set_content("Attached.")
    for part in mail.iter_attachments():
        inner.add_attachment(
            part.get_payload(decode=True), maintype="application", subtype="json",
            filename=part.get_filename(),
        )  # fmt: skip
    sealed = encrypted_to_gateway(signed_by_police(inner.as_bytes(), *more))
    head = "".join(f"{name}: {mail[name]}\n" for name in ("From", "To", "Subject", "Message-ID"))
    return head.encode() + sealed.replace(b"\r\n", b"\n")


def opened_answer(mail: EmailMessage) -> EmailMessage:
    """What the reader of the answers sees, once it is decrypted and its signature has held."""
    boxes = mailboxes()
    by = ("-recip", str(boxes / "answers.pem"), "-inkey", str(boxes / "answers.key"))
    signed = openssl("-decrypt", *by, octets=mail.as_bytes())
    trusted = ("-CAfile", str(boxes / "gateway.pem"), "-purpose", "any")
    content = openssl("-verify", *trusted, octets=signed)
    inner = message_from_bytes(content, policy=default)
    assert isinstance(inner, EmailMessage)
    return inner


@cache
def imap_port() -> int:
    """A running IMAP server with STARTTLS; its one user's folders are in memory."""
    program = [str(Path(sys.executable).with_name("pymap")), "--host", "127.0.0.1"]
    program += ["--cert", str(certificates() / "server.pem")]
    program += ["--key", str(certificates() / "server.key"), "--no-service", "admin"]
    program += ["dict", "--demo-user", "gateway", "--demo-password", "mailpass"]
    deadline = monotonic() + 120
    while monotonic() < deadline:
        port = free_port()
        at = [program[0], "--port", str(port), *program[1:]]
        running = subprocess.Popen(at, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        RUN.callback(running.wait)
        RUN.callback(running.kill)
        # Where somebody else took the port meanwhile, the server ends at once.
        while running.poll() is None and monotonic() < deadline:
            with suppress(OSError), socket.create_connection(("127.0.0.1", port), 10) as line:
                if line.recv(100) and running.poll() is None:
                    return port
            threading.Event().wait(0.1)
    raise AssertionError("the IMAP server never answered")


class Forwarder:
    """A port in front of another that can be closed, with all lines through it."""

    def __init__(self, to: int) -> None:
        self.to, self.port = to, 0
        self._listener: socket.socket | None = None
        self._lines: list[socket.socket] = []

    def up(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", self.port))
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, args=(self._listener,), daemon=True).start()

    def down(self) -> None:
        if self._listener is not None:
            self._listener.shutdown(socket.SHUT_RDWR)
            self._listener.close()
            self._listener = None
        for line in self._lines:
            with suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)
        self._lines.clear()

    def _accept(self, listener: socket.socket) -> None:
        while True:
            try:
                near, _ = listener.accept()
            except OSError:
                return
            far = socket.create_connection(("127.0.0.1", self.to))
            self._lines += [near, far]
            threading.Thread(target=self._forward, args=(near, far), daemon=True).start()

    @staticmethod
    def _forward(near: socket.socket, far: socket.socket) -> None:
        with near, far, suppress(OSError, ValueError):
            while True:
                for source in select.select([near, far], [], [])[0]:
                    octets = source.recv(65_536)
                    if not octets:
                        return
                    (far if source is near else near).sendall(octets)


class ImapSide(MaildirSide):
    """A folder of a real IMAP server and an SMTP server, both with TLS; mails are sealed."""

    def __init__(self, home: Path) -> None:
        super().__init__(home, tls=True)
        (home / "ca.pem").write_bytes((certificates() / "ca.pem").read_bytes())
        put_secret(home / "mail.pass", "mailpass")
        boxes = mailboxes()
        self.sealed: dict[tuple[str, bytes], bytes] = {}
        for name in ("guns.pem", "answers.pem"):
            (home / name).write_bytes((boxes / name).read_bytes())
        (home / "smime.pem").write_bytes((boxes / "gateway.pem").read_bytes())
        put_secret(home / "smime.key", (boxes / "gateway.key").read_text())
        self.forwarder = Forwarder(imap_port())
        self.forwarder.up()
        self.folder = f"T{next(_NUMBERS)}"
        self.imap = imaplib.IMAP4("127.0.0.1", imap_port())
        self.imap.starttls(ssl.create_default_context(cafile=str(home / "ca.pem")))
        self.imap.login("gateway", "mailpass")
        for name in (self.folder, f"{self.folder}-done"):
            self.imap.create(name)
        self.settings = Mail(
            name="mail",
            notices=True,
            most_octets=MOST_OCTETS,
            imap_host="127.0.0.1",
            imap_port=self.forwarder.port,
            imap_security="starttls",
            imap_user="gateway",
            imap_password_file="mail.pass",
            imap_folder=self.folder,
            imap_done_folder=f"{self.folder}-done",
            senders=(POLICE,),
            address="gateway@police.example",
            answer_to="answers@police.example",
            smime_certificate_file="smime.pem",
            smime_key_file="smime.key",
            smime_senders_file="guns.pem",
            smime_answers_file="answers.pem",
            smtp_host="127.0.0.1",
            smtp_port=self.smtp.port,
            smtp_security="starttls",
            smtp_user="gateway",
            smtp_password_file="mail.pass",
            ca_file="ca.pem",
            timeout_s=10.0,
        )

    def put(self, octets: bytes) -> None:
        self.imap.append(self.folder, "", "", octets)

    def offer(self, name: str, octets: bytes) -> None:
        # What is offered again is the same mail: signed anew it would be another.
        key = (name, octets)
        if key not in self.sealed:
            self.sealed[key] = sealed_mail(mail_with(name, (f"{name}.json", octets)))
        self.put(self.sealed[key])

    def mails(self) -> list[EmailMessage]:
        return [opened_answer(mail) for mail in super().mails()]

    def goes_down(self) -> None:
        self.is_down = True
        self.smtp.down()
        self.forwarder.down()

    def comes_up(self) -> None:
        self.is_down = False
        self.forwarder.up()
        self.smtp.up()


@contextmanager
def imap_side(home: Path) -> Iterator[ImapSide]:
    side = ImapSide(home)
    try:
        yield side
    finally:
        side.imap.logout()
        side.forwarder.down()
        side.smtp.down()
