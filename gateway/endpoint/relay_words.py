"""What a relay's refusal is called to the party whose message it was: the reason in its own terms.

The relay tells no more than a code; what it was about stands in the header that the sender signed.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from gateway.envelope import FutureError, Header

_KEPT = "the message is kept at the centre and can be replayed"


class Words(NamedTuple):
    """A refusal as it is told."""

    message: str
    expected: str
    remedy: str


_OTHERS = Words(
    "the relay refused the message that came from {party}",
    "a message that the key directory lets this sender send to this recipient",
    f"ask the centre's operator; {_KEPT}",
)
_BY_CODE: Mapping[str, Words] = MappingProxyType(
    {
        "relay.not-permitted": Words(
            "{party} may not send {type}: the key directory does not grant it",
            "a type that `iarms directory show` names for {party}",
            "ask whoever grants {party} its types: an agency its country's key administrator, "
            f"a country the centre's officers; {_KEPT}",
        ),
        "relay.unknown-recipient": Words(
            "the key directory has no member of the name {to}",
            "a member that `iarms directory show` lists",
            f"check the name; {_KEPT}",
        ),
        "relay.not-active": Words(
            "{party} or {to} is listed and has not given its countersignature yet",
            "parties that `iarms party status` at the hub shows as active",
            "it is sent again by itself; a process gives its countersignature when it takes up the "
            "directory, so see whether both are up to date",
        ),
        "relay.no-mailbox": Words(
            "{to} has no mailbox at the broker",
            "a mailbox for each member of the directory",
            "it is sent again by itself; the centre's operator sees with `iarms broker status` "
            "what is missing",
        ),
        "relay.mailbox-full": Words(
            "the mailbox of {to} is full",
            "a recipient that takes its messages",
            "it is sent again by itself; tell the recipient's operator that nothing is taken there",
        ),
        FutureError.code: Words(
            "the relay refused the message that came from {party}",
            "a message made by the exchange's time",
            "set the clock of the machine that made it; the message is dated anew by itself",
        ),
    }
)


def relay_words(code: str, party: str, header: Header | None) -> Words:
    """How a refusal with ``code`` is told of the message that came from ``party``.

    Without a proven ``header`` nobody knows what the message was, and no more is said than that.
    """
    if header is None:
        words = _BY_CODE[code] if code == FutureError.code else _OTHERS
        return Words(*(text.format(party=party) for text in words))
    words = _BY_CODE.get(code, _OTHERS)
    to = ", ".join(one.party for one in header.to)
    return Words(*(text.format(party=party, type=header.message_type, to=to) for text in words))
