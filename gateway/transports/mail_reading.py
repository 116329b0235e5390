"""What a mail brings: its attachments as parcels, or the reason why it brings none.

It fetches no mail and sends none. A ``From`` is what its writer says. What proves it is a signature
by the pinned key of that address, or what our own mail server says in ``Authentication-Results``
(RFC 8601).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from email.utils import getaddresses
from hashlib import sha256
from pathlib import PurePosixPath

from gateway.transport_settings import Mail
from gateway.transports.mail_sealing import MailSeal
from gateway.transports.seam import Parcel
from keys import TrustError

_ATTACHMENTS_MOST = 100


def parcels_of(octets: bytes, settings: Mail, seal: MailSeal | None) -> Iterator[Parcel]:
    """One parcel an attachment; a single refused one for a mail that is not taken as a whole.

    With a ``seal`` only what is signed and encrypted is read, and items are told apart by what was
    signed: a copy of the mail under another Message-ID has no second effect.
    """
    mail = message_from_bytes(octets, policy=default)
    if not isinstance(mail, EmailMessage):
        raise TypeError("the policy makes another kind of message")
    message_id = _one_line(str(mail.get("Message-ID", ""))) or f"<{sha256(octets).hexdigest()}>"
    address = json.dumps({"message_id": message_id, "subject": _one_line(mail.get("Subject", ""))})
    why, content, identity = _not_taken(mail, settings), mail, message_id
    if not why and seal is not None:
        try:
            opened = seal.open(mail, _senders(mail)[0])
        except TrustError as error:
            why = f"{error.code}: {error}\n  do:       {error.remedy}"
        else:
            content, identity = opened.mail, f"signed {opened.id}"
    found = [] if why else _attachments(content)
    if not why and not found:
        why = "transport.misspoken: the mail has no attachment; its text is not read"
    if len(found) > _ATTACHMENTS_MOST:
        why = f"transport.oversized: more than {_ATTACHMENTS_MOST} attachments"
    if why:
        yield refused_mail(message_id, f"mail {sha256(octets).hexdigest()}", why, address)
        return
    for number, part in enumerate(found, start=1):
        yield _parcel(part, number, (message_id, identity), settings, address)


def _attachments(mail: EmailMessage) -> list[EmailMessage]:
    """What is attached; a mail that is one attachment and no more, too."""
    if not mail.is_multipart() and mail.get_filename():
        return [mail]
    return list(mail.iter_attachments())


def refused_mail(message_id: str, identity: str, why: str, address: str = "") -> Parcel:
    """A mail that is not taken; whoever reads the answers' mailbox is told."""
    return Parcel(
        identity=identity,
        label=f"mail-{_one_line(message_id)[1:30]}",
        octets=b"",
        address=address or json.dumps({"message_id": message_id, "subject": ""}),
        refused=f"{why}\n  mail:     {message_id}",
    )


def _parcel(
    part: EmailMessage, number: int, mail: tuple[str, str], settings: Mail, address: str
) -> Parcel:
    message_id, of_mail = mail
    name = PurePosixPath(_one_line(part.get_filename() or f"attachment-{number}")).name
    label = name.removesuffix(PurePosixPath(name).suffix)
    content = part.get_payload(decode=True)
    octets = content if isinstance(content, bytes) else b""
    identity = f"{of_mail} {number} {sha256(octets).hexdigest()}"
    why = ""
    if part.defects:
        why = f"transport.misspoken: the attachment is damaged: {type(part.defects[0]).__name__}"
    elif not octets:
        why = "transport.misspoken: the attachment is empty or a mail itself"
    elif len(octets) > settings.most_octets:
        why = f"transport.oversized: {len(octets):,} octets, not {settings.most_octets:,}"
    if why:
        return refused_mail(message_id, identity, f"{why}\n  file:     {name}", address)
    return Parcel(identity=identity, label=label, octets=octets, address=address)


def _not_taken(mail: EmailMessage, settings: Mail) -> str:
    """Why nothing of this mail is taken; "" where its sender is one of ours."""
    senders = _senders(mail)
    allowed = {each.lower() for each in settings.senders}
    if len(senders) != 1 or senders[0] not in allowed:
        said = _one_line(", ".join(senders))[:80]
        return f"transport.not-permitted: the sender is not one of senders: {said!r}"
    if settings.authserv_id and not _is_proven(mail, settings.authserv_id):
        return (
            "transport.not-permitted: the mail server does not vouch for the sender: no dmarc=pass "
            f"of {settings.authserv_id}"
        )
    return ""


def _senders(mail: EmailMessage) -> list[str]:
    return [a.lower() for _, a in getaddresses([str(f) for f in mail.get_all("From", [])])]


def _is_proven(mail: EmailMessage, authserv_id: str) -> bool:
    # Only the topmost field is our server's: those below may have come with the mail.
    fields = mail.get_all("Authentication-Results", [])
    if not fields:
        return False
    said = re.sub(r"\([^()]*\)", " ", str(fields[0]))
    server, *results = [each.strip().lower() for each in said.split(";")]
    named = server.split()[0] if server.split() else ""
    passed = any(re.match(r"dmarc\s*=\s*pass\b", each) for each in results)
    return named == authserv_id.lower() and passed


def _one_line(text: object) -> str:
    return "".join(c if c.isprintable() else " " for c in str(text)).strip()[:400]
