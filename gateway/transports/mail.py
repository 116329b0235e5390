"""Attachments of mails come in; answers go as mails to one mailbox, threaded to what they answer.

It answers no sender: whoever reads the one mailbox does.
"""

from __future__ import annotations

import json
import re
import smtplib
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from hashlib import sha256
from pathlib import Path

from gateway.transport_settings import Mail
from gateway.transports.doorbell import Bell
from gateway.transports.mail_boxes import (
    Box,
    Imap,
    Maildir,
    context_of,
    refused_certificate,
)
from gateway.transports.mail_reading import parcels_of, refused_mail
from gateway.transports.mail_sealing import open_seal
from gateway.transports.seam import (
    Dispatch,
    DispatchKind,
    Memory,
    NotPermittedError,
    Parcel,
    UnreachableError,
)
from gateway.transports.secrets import secret_in

_AROUND = 1.5  # a mail is so much longer than what is attached to it, with room for its head
_SEALED = 2.0  # and again so much, when it is signed and encrypted: two more rounds of base64
_OURS = re.compile(r"^(?:\d+-)?[a-z][a-z0-9-]{0,30}_[0-9a-f]{24}_")
_PERMANENT = 500


class MailTransport:
    """One mailbox to read, one to write to."""

    def __init__(
        self, settings: Mail, home: Path, clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self.settings = settings
        self._seal = open_seal(settings, home, clock)
        self.name = settings.name
        self._box: Box = Maildir(settings, home) if settings.maildir else Imap(settings, home)
        self._context = context_of(settings, home)
        self._password = ""
        if settings.smtp_password_file:
            self._password = secret_in(home, settings.smtp_password_file)
        self._place = f"{settings.name}: {settings.smtp_host}:{settings.smtp_port}"
        self._bell = Bell()
        self._left: dict[str, str] = {}  # the mail of the last of its parcels, by identity

    @property
    def look_each(self) -> timedelta:
        """The longest time between two looks."""
        return timedelta(seconds=self.settings.look_each_s)

    # --- in -----------------------------------------------------------------------------------

    def fetch(self, memory: Memory) -> Iterator[Parcel]:  # noqa: ARG002 - the mailbox is the memory
        """Attachments of new mails, in the order of the mails."""
        for name, size in self._box.new():
            yield from self._of_mail(name, size)

    def _of_mail(self, name: str, size: int) -> Iterator[Parcel]:
        around = _AROUND if self._seal is None else _AROUND * _SEALED
        most = int(self.settings.most_octets * around) + 65_536
        if size > most:
            why = f"transport.oversized: the mail has {size:,} octets, not {most:,}"
            parcels = [refused_mail(name, f"mail {name} {size}", why)]
        else:
            octets = self._box.read(name)
            parcels = [] if octets is None else list(parcels_of(octets, self.settings, self._seal))
        for parcel in parcels:
            if parcel is parcels[-1]:
                self._left[parcel.identity] = name
            yield parcel

    def settle(self, parcel: Parcel) -> None:
        """With the last parcel of a mail, the mail is done."""
        name = self._left.pop(parcel.identity, None)
        if name is not None:
            self._box.done(name)

    # --- back ---------------------------------------------------------------------------------

    def deliver(self, dispatch: Dispatch) -> None:
        """Sends one mail whose Message-ID is the same at every try."""
        mail = self._mail(dispatch)
        with self._sending() as smtp:
            smtp.send_message(mail, self.settings.address, [self.settings.answer_to])

    def _mail(self, dispatch: Dispatch) -> EmailMessage:
        """The answer as a mail: as a whole it is what is sealed, or its head stands in the open."""
        asked = json.loads(dispatch.address) if dispatch.address else {}
        inner = self._content(dispatch, asked.get("subject", ""))
        mail = inner
        if self._seal is not None:
            mail = EmailMessage(policy=SMTP)
            mail["Subject"] = "iarms"  # what it is about is said within
            mail.set_content(
                self._seal.seal(inner, place=self._place),
                maintype="application",
                subtype="pkcs7-mime",
                filename="smime.p7m",
                params={"smime-type": "enveloped-data", "name": "smime.p7m"},
            )
        domain = self.settings.address.rpartition("@")[2]
        mail["From"] = self.settings.address
        mail["To"] = self.settings.answer_to
        mail["Date"] = format_datetime(dispatch.made.astimezone(UTC))
        mail["Message-ID"] = f"<{sha256(dispatch.id.encode()).hexdigest()[:40]}@{domain}>"
        if re.fullmatch(r"<[!-~]{1,250}>", asked.get("message_id", "")):
            mail["In-Reply-To"] = asked["message_id"]
            mail["References"] = asked["message_id"]
        mail["Auto-Submitted"] = "auto-generated"  # RFC 3834: nothing answers it by itself
        return mail

    @staticmethod
    def _content(dispatch: Dispatch, subject: str) -> EmailMessage:
        octets = dispatch.octets()
        name = dispatch.id
        if dispatch.kind is DispatchKind.ANSWER:
            name = _OURS.sub("", name)
        mail = EmailMessage(policy=SMTP)
        mail["Subject"] = f"Re: {subject}" if subject else f"{dispatch.kind.value} {name}"
        mail["Iarms-Kind"] = dispatch.kind.value
        if dispatch.kind is DispatchKind.SET_ASIDE:
            mail.set_content(octets.decode("utf-8", "replace"))
        else:
            mail.set_content(f"{dispatch.kind.value}: {name}\n")
        mail.add_attachment(octets, maintype="application", subtype="octet-stream", filename=name)
        return mail

    @contextmanager
    def _sending(self) -> Iterator[smtplib.SMTP]:
        settings = self.settings
        try:
            smtp = self._connected()
            with smtp:
                if settings.smtp_user:
                    smtp.login(settings.smtp_user, self._password)
                yield smtp
        except ssl.SSLError as error:
            raise refused_certificate(error, self._place) from error
        except (smtplib.SMTPAuthenticationError, smtplib.SMTPNotSupportedError) as error:
            raise self._not_permitted(str(error)[:200]) from error
        except smtplib.SMTPRecipientsRefused as error:
            codes = [code for code, _ in error.recipients.values()]
            if all(code >= _PERMANENT for code in codes):
                raise self._not_permitted(f"{settings.answer_to} is refused: {codes}") from error
            raise self._unreachable(error) from error
        except smtplib.SMTPResponseException as error:
            if error.smtp_code >= _PERMANENT:
                raise self._not_permitted(str(error)[:200]) from error
            raise self._unreachable(error) from error
        except (OSError, smtplib.SMTPException) as error:
            raise self._unreachable(error) from error

    def _connected(self) -> smtplib.SMTP:
        settings = self.settings
        host, port, timeout = settings.smtp_host, settings.smtp_port, settings.timeout_s
        if settings.smtp_security == "tls":
            return smtplib.SMTP_SSL(host, port, timeout=timeout, context=self._context)
        smtp = smtplib.SMTP(host, port, timeout=timeout)
        if settings.smtp_security == "starttls":
            try:
                smtp.starttls(context=self._context)
            except BaseException:
                smtp.close()
                raise
        return smtp

    def _not_permitted(self, told: str) -> NotPermittedError:
        return NotPermittedError(
            f"the SMTP server does not take our mail: {told}",
            place=self._place,
            value=self.settings.address,
            expected="a known user who may send from address to answer_to",
            remedy="correct smtp_user, its password, address and answer_to",
        )

    def _unreachable(self, error: Exception) -> UnreachableError:
        return UnreachableError(
            f"the SMTP server does not serve now: {str(error)[:200]}",
            place=self._place,
            expected="an answer",
            remedy="see that it runs and is let through; correct smtp_host and smtp_port",
        )

    # --- waiting and looking --------------------------------------------------------------------

    def wait(self, longest: timedelta) -> None:
        """Until the mailbox rings."""
        self._box.wait(longest, self._bell)

    def wake(self) -> None:
        """Ends ``wait``."""
        self._bell.ring()

    def check(self) -> None:
        """Certificates are valid, the mailbox can be read, and the SMTP server lets us in."""
        ended = self._seal.ended() if self._seal is not None else []
        if ended:
            raise NotPermittedError(
                "a certificate of the mails is not valid now",
                place=self.name,
                value="; ".join(ended),
                expected="certificates whose time has begun and not ended",
                remedy="exchange new ones: docs/guides/transports.md, a mailbox",
            )
        self._box.check()
        with self._sending() as smtp:
            smtp.noop()

    def close(self) -> None:
        """Lets go of the mailbox."""
        self._box.close()
