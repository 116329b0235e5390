"""The clear, signed routing header: its values, its one written form, its grammar.

It does not judge whether a header is true or in time; ``opening`` does.
Clause numbers: docs/spec/envelope.md, section 4.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import starmap

from msgspec import Struct

from gateway.envelope import suite
from gateway.envelope.limits import MAX_HEADER_OCTETS, MAX_RECIPIENTS
from gateway.envelope.template import ENVELOPE_START
from gateway.ids import Lane
from keys import Identity, Recipient, Suite


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

    def __post_init__(self) -> None:
        """Raises ``ValueError`` for a value outside its class, so that none is ever sealed."""
        text = (
            f"{self.message_id} {self.message_type} {self.directory_version} {self.schema}"
            f" {self.in_reply_to or self.message_id}"
        )
        if _DRAFT.fullmatch(text) is None:
            raise ValueError(f"a value of the draft is outside its class: {text}")
        if self.created.utcoffset() != _NO_OFFSET or self.expires.utcoffset() != _NO_OFFSET:
            raise ValueError("created and expires must be UTC")


class Addressee(Struct, frozen=True, kw_only=True):
    """One recipient as the sender signed it, and the suite by which the sender sealed to it.

    ``seq`` counts the messages of this pair without gaps, from 1; 0 is a message not counted.
    """

    party: str
    kid: str
    seq: int
    suite: Suite


class Header(Struct, frozen=True, kw_only=True):
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
_TYPE = r"[A-Z][A-Z0-9_]{0,31}"
_VERSION = r"[1-9][0-9]{0,8}"
_SCHEMA = r"urn:[a-z0-9][a-z0-9:.-]{0,94}"
_SEQ = r"(?:0|[1-9][0-9]{0,14})"
_SUITE = r'(?: suite="2")?'  # none stands for the first
_TO = rf'<env:To key="{_KID}" party="{_PARTY}" seq="{_SEQ}"{_SUITE}></env:To>'

# Each quantifier is bounded or ended by a character that its class excludes: matching is linear.
_HEADER = re.compile(
    (
        rf"<env:Header><env:MessageId>urn:uuid:({_UUID})</env:MessageId>"
        rf'<env:From key="({_KID})" party="({_PARTY})"></env:From>'
        rf'<env:To key="({_KID})" party="({_PARTY})" seq="({_SEQ})"({_SUITE})></env:To>'
        rf"((?:{_TO}){{0,{MAX_RECIPIENTS - 1}}})"
        rf"<env:Type>({_TYPE})</env:Type>"
        rf"<env:Created>({_TIME})</env:Created><env:Expires>({_TIME})</env:Expires>"
        rf"(?:<env:InReplyTo>urn:uuid:({_UUID})</env:InReplyTo>)?"
        rf"<env:Priority>({'|'.join(Lane)})</env:Priority>"
        rf'<env:Directory version="({_VERSION})"></env:Directory>'
        rf'<env:Content digest="({_DIGEST})" length="([1-9][0-9]{{0,7}})"'
        rf' schema="({_SCHEMA})"></env:Content></env:Header>'
    ).encode()
)
_DRAFT = re.compile(f"{_UUID} {_TYPE} {_VERSION} {_SCHEMA} {_UUID}")
_TO_VALUES = re.compile(rb'key="([^"]*)" party="([^"]*)" seq="([^"]*)"([^>]*)')

_SUITE_2 = ' suite="2"'
_LANES = {lane.value.encode(): lane for lane in Lane}
_NO_OFFSET = timedelta(0)
_TWO_DIGITS = tuple(f"{number:02}" for number in range(100))
_THREE_DIGITS = tuple(f"{number:03}" for number in range(1000))


def write_header(
    draft: Draft,
    by: Identity,
    to: Sequence[tuple[Recipient, int]],
    digest: bytes,
    length: int,
) -> bytes:
    """The octets of a header; ``digest`` and ``length`` are those of the payload's wrapper."""
    addressees = "".join(
        [
            f'<env:To key="{recipient.kid}" party="{recipient.party}" seq="{seq}"'
            f"{_SUITE_2 if recipient.suite is Suite.HYBRID else ''}></env:To>"
            for recipient, seq in to
        ]
    )
    reply = draft.in_reply_to
    in_reply_to = f"<env:InReplyTo>urn:uuid:{reply}</env:InReplyTo>" if reply else ""
    return (
        f"<env:Header><env:MessageId>urn:uuid:{draft.message_id}</env:MessageId>"
        f'<env:From key="{by.signing_kid}" party="{by.party}"></env:From>{addressees}'
        f"<env:Type>{draft.message_type}</env:Type>"
        f"<env:Created>{_instant(draft.created)}</env:Created>"
        f"<env:Expires>{_instant(draft.expires)}</env:Expires>{in_reply_to}"
        f"<env:Priority>{draft.lane}</env:Priority>"
        f'<env:Directory version="{draft.directory_version}"></env:Directory>'
        f'<env:Content digest="{suite.encode64_short(digest).decode()}" length="{length}"'
        f' schema="{draft.schema}"></env:Content></env:Header>'
    ).encode("ascii")


def read_header(octets: bytes) -> tuple[Header, bytes] | None:
    """The header of an envelope and its octets.

    None where it is not word for word what ``write_header`` makes, or longer than the limit.
    """
    start = len(ENVELOPE_START)
    match = _HEADER.match(octets, start, start + MAX_HEADER_OCTETS)
    if match is None:
        return None
    (
        message_id, sender_kid, sender, to_kid, to_party, to_seq, to_suite, more, message_type,
        created, expires, in_reply_to, lane, version, digest, length, schema,
    ) = match.groups()  # fmt: skip
    try:
        created_at = datetime.fromisoformat(created.decode())
        expires_at = datetime.fromisoformat(expires.decode())
    except ValueError:  # the 31st of February has the form of a date
        return None
    header = Header(
        message_id=message_id.decode(),
        sender=sender.decode(),
        sender_kid=sender_kid.decode(),
        to=(_addressee(to_kid, to_party, to_seq, to_suite),)
        if not more
        else tuple(
            starmap(_addressee, ((to_kid, to_party, to_seq, to_suite), *_TO_VALUES.findall(more)))
        ),
        message_type=message_type.decode(),
        created=created_at,
        expires=expires_at,
        lane=_LANES[lane],
        in_reply_to=None if in_reply_to is None else in_reply_to.decode(),
        directory_version=int(version),
        digest=suite.decode64_short(digest),
        length=int(length),
        schema=schema.decode(),
    )
    return header, match.group()


def peek_header(octets: bytes) -> Header | None:
    """What an envelope *claims* to be. UNVERIFIED: for a dead letter's display, never for a choice.

    Returns None where not even the form is that of an envelope.
    """
    found = read_header(octets) if octets.startswith(ENVELOPE_START) else None
    return None if found is None else found[0]


def _addressee(kid: bytes, party: bytes, seq: bytes, suite_written: bytes) -> Addressee:
    return Addressee(
        party=party.decode(),
        kid=kid.decode(),
        seq=int(seq),
        suite=Suite.HYBRID if suite_written else Suite.CLASSICAL,
    )


def _instant(instant: datetime) -> str:
    # Digits from tables: isoformat goes through the C library's printf, a tenth of a sealing.
    two = _TWO_DIGITS
    return (
        f"{two[instant.year // 100]}{two[instant.year % 100]}"
        f"-{two[instant.month]}-{two[instant.day]}"
        f"T{two[instant.hour]}:{two[instant.minute]}:{two[instant.second]}"
        f".{_THREE_DIGITS[instant.microsecond // 1000]}Z"
    )
