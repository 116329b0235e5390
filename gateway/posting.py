"""What a handler wants sent: a payload, to whom, how urgently, and whether it answers.

It is not sealed yet, and it knows no broker.
"""

from collections.abc import Callable
from dataclasses import dataclass

from gateway.ids import Lane
from gateway.payload import Payload


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealed:
    """A message of ours as it was sealed; ``wrapper`` is what its signed digest commits to."""

    message_id: str
    octets: bytes
    wrapper: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Posting:
    """One payload for one party; ``answers`` makes it the reply to the message being handled.

    ``reply_to`` is the message that it answers where that was taken in before. ``keep`` is
    given the sealed message, in the same transaction, by who needs it as evidence.
    """

    to: str
    payload: Payload
    lane: Lane
    answers: bool
    reply_to: str | None = None
    keep: Callable[[Sealed], None] | None = None
