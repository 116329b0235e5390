"""The clear, signed routing header: its values, its one written form, its grammar.

It does not judge whether a header is true or in time; ``open`` does.
Clause numbers: docs/spec/envelope.md, section 4.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from gateway.envelope import suite
from gateway.envelope.limits import MAX_HEADER_OCTETS, MAX_RECIPIENTS
from gateway.envelope.template import ENVELOPE_START, HEADER_END
from gateway.ids import Lane


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What a sender says about a message; ``seal`` adds the sender, the recipients and the digest.

    ``message_id`` and ``in_reply_to`` are the 36 characters of a UUID in lower case. ``created``
    and ``expires`` are UTC and lose what is finer than a millisecond.
    """

    message_id: str
    message_type: str
    created: datetime
    expires: datetime
    lane: Lane
    in_reply_to: str | None
    directory_version: int
    schema: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Addressee:
    """One recipient as the sender signed it.

    ``seq`` counts the messages of this pair without gaps, from 1; 0 is a message not counted.
    """

    party: str
    kid: str
    seq: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """The header of an envelope.

    ``digest`` (SHA-256, 32 octets) and ``length`` (octets) are those of the padded payload wrapper
    (section 4.3), so that they tell no more than the ciphertext's length does.
    """

    message_id: str
    sender: str
    sender_kid: str
    to: tuple[Addressee, ...]
    message_type: str
    created: datetime
    expires: datetime
    lane: Lane
    in_reply_to: str | None
    directory_version: int
    digest: bytes
    length: int
    schema: str


# Every class is narrow ASCII, so that nothing ever needs escaping and no value can hold markup.
_UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
_KID = r"[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]"
_PARTY = r"[A-Z]{3}-[A-Z0-9]{1,20}"
_TIME = r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z"
_DIGEST = r"[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]="
_SEQ = r"(?:0|[1-9][0-9]{0,14})"
_TO = rf'<env:To key="{_KID}" party="{_PARTY}" seq="{_SEQ}"></env:To>'

# Each quantifier is bounded or ended by a character that its class excludes: matching is linear.
_HEADER = re.compile(
    rf"<env:Header><env:MessageId>urn:uuid:({_UUID})</env:MessageId>"
    rf'<env:From key="({_KID})" party="({_PARTY})"></env:From>'
    rf"((?:{_TO}){{1,{MAX_RECIPIENTS}}})"
    r"<env:Type>([A-Z][A-Z0-9_]{0,31})</env:Type>"
    rf"<env:Created>({_TIME})</env:Created><env:Expires>({_TIME})</env:Expires>"
    rf"(?:<env:InReplyTo>urn:uuid:({_UUID})</env:InReplyTo>)?"
    rf"<env:Priority>({'|'.join(Lane)})</env:Priority>"
    r'<env:Directory version="([1-9][0-9]{0,8})"></env:Directory>'
    rf'<env:Content digest="({_DIGEST})" length="([1-9][0-9]{{0,7}})"'
    r' schema="(urn:[a-z0-9][a-z0-9:.-]{0,94})"></env:Content></env:Header>'
)
_TO_VALUES = re.compile(r'key="([^"]*)" party="([^"]*)" seq="([^"]*)"')

_NO_OFFSET = timedelta(0)
_MILLISECONDS_END = 23  # of "2026-10-20T09:26:53.120"


def write_header(
    draft: Draft,
    *,
    sender: str,
    sender_kid: str,
    to: Sequence[tuple[str, str, int]],
    digest: bytes,
    length: int,
) -> bytes:
    """The octets of a header; ``to`` holds (party, kid, seq).

    What it writes it holds against its own grammar: a value outside its class raises
    ``ValueError`` here instead of travelling.
    """
    reply = draft.in_reply_to
    addressees = "".join(
        f'<env:To key="{kid}" party="{party}" seq="{seq}"></env:To>' for party, kid, seq in to
    )
    text = (
        f"<env:Header><env:MessageId>urn:uuid:{draft.message_id}</env:MessageId>"
        f'<env:From key="{sender_kid}" party="{sender}"></env:From>{addressees}'
        f"<env:Type>{draft.message_type}</env:Type>"
        f"<env:Created>{_instant(draft.created)}</env:Created>"
        f"<env:Expires>{_instant(draft.expires)}</env:Expires>"
        + (f"<env:InReplyTo>urn:uuid:{reply}</env:InReplyTo>" if reply else "")
        + f"<env:Priority>{draft.lane.value}</env:Priority>"
        f'<env:Directory version="{draft.directory_version}"></env:Directory>'
        f'<env:Content digest="{suite.encode64(digest).decode()}" length="{length}"'
        f' schema="{draft.schema}"></env:Content></env:Header>'
    )
    if _HEADER.fullmatch(text) is None:
        message = f"a value of the header is outside its class: {text}"
        raise ValueError(message)
    return text.encode("ascii")


def find_header(octets: bytes) -> bytes | None:
    """The octets from ``<env:Header>`` to ``</env:Header>``, looking no further than the limit."""
    start = len(ENVELOPE_START)
    end = octets.find(HEADER_END, start, start + MAX_HEADER_OCTETS)
    return None if end < 0 else octets[start : end + len(HEADER_END)]


def read_header(octets: bytes) -> Header | None:
    """The values of a header, or None where it is not word for word what ``write_header`` makes."""
    match = _HEADER.fullmatch(octets.decode("latin-1"))  # never fails; beyond ASCII never matches
    if match is None:
        return None
    (
        message_id, sender_kid, sender, to, message_type, created, expires, in_reply_to, lane,
        version, digest, length, schema,
    ) = match.groups()  # fmt: skip
    try:
        created_at = datetime.fromisoformat(created)
        expires_at = datetime.fromisoformat(expires)
    except ValueError:  # the 31st of February has the form of a date
        return None
    return Header(
        message_id=message_id,
        sender=sender,
        sender_kid=sender_kid,
        to=tuple(
            [
                Addressee(party=party, kid=kid, seq=int(seq))
                for kid, party, seq in _TO_VALUES.findall(to)
            ]
        ),
        message_type=message_type,
        created=created_at,
        expires=expires_at,
        lane=Lane(lane),
        in_reply_to=in_reply_to,
        directory_version=int(version),
        digest=suite.decode64(digest.encode()),
        length=int(length),
        schema=schema,
    )


def peek_header(octets: bytes) -> Header | None:
    """What an envelope *claims* to be. UNVERIFIED: for a dead letter's display, never for a choice.

    Returns None where not even the form is that of an envelope.
    """
    if not octets.startswith(ENVELOPE_START):
        return None
    header = find_header(octets)
    return None if header is None else read_header(header)


def _instant(instant: datetime) -> str:
    if instant.utcoffset() != _NO_OFFSET:
        message = f"{instant!r} is not UTC"
        raise ValueError(message)
    return instant.isoformat(timespec="milliseconds")[:_MILLISECONDS_END] + "Z"
