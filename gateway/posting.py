"""What a handler wants sent: a payload, to whom, how urgently, and whether it answers.

It is not sealed yet, and it knows no broker.
"""

from dataclasses import dataclass

from gateway.ids import Lane
from gateway.payload import Payload


@dataclass(frozen=True, slots=True, kw_only=True)
class Posting:
    """One payload for one party; ``answers`` makes it the reply to the message being handled."""

    to: str
    payload: Payload
    lane: Lane
    answers: bool
