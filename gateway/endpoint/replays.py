"""What was set aside and is asked for again, and what the relay refused.

It does not decide who may ask: the command that marks a letter does.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from datetime import datetime

from gateway.endpoint.arrivals import RELAY_SOURCE, Arrival, open_arrival, proven_header
from gateway.endpoint.outgoing import Outgoing
from gateway.endpoint.terms import Station
from gateway.envelope import DirectoryAheadError, EnvelopeError, check_envelope, peek_header
from gateway.errors import GatewayError
from gateway.exchange import (
    AGAIN_EXCHANGE,
    HEADER_CODE,
    HEADER_PARTY,
    Delivery,
    Link,
)
from gateway.ids import Lane
from gateway.payload import decode
from gateway.posting import Posting
from gateway.store import DeadLetter, Unit
from keys import Directory

OUTGOING_SOURCE = "outgoing:"
_MAY_PASS_LATER = frozenset(
    {"relay.no-mailbox", "relay.mailbox-full", DirectoryAheadError.code, "keys.directory-expired"}
)


class RelayRefusedError(GatewayError):
    """The relay refused a message; ``code`` is the relay's reason."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(
            message,
            expected="a message that the key directory lets this sender send to this recipient",
            remedy="ask the centre's operator; the message is kept there and can be replayed",
        )
        self.code = code  # type: ignore[misc]  # the relay's code, known only at run time
        self.retryable = code in _MAY_PASS_LATER  # type: ignore[misc]  # likewise


class Replays:
    """The way back in for dead letters."""

    def __init__(self, link: Link) -> None:
        self._link = link

    def asked(self, unit: Unit) -> Sequence[DeadLetter]:
        """Letters that a person asked to have handled again."""
        return unit.deadletters.all(state="ASKED")

    def resend(self, letter: DeadLetter, outgoing: Outgoing) -> bool:
        """Hands on a letter that is not ours to open; tells whether it was one."""
        if letter.source.startswith(RELAY_SOURCE):
            self._link.publish(
                token=f"again:{letter.id}",
                exchange=AGAIN_EXCHANGE,
                routing_key="",
                body=letter.octets,
                headers={HEADER_PARTY: letter.source.removeprefix(RELAY_SOURCE)},
            )
        elif letter.source.startswith(OUTGOING_SOURCE):
            recipient = letter.source.removeprefix(OUTGOING_SOURCE)
            payload = decode(letter.octets)
            outgoing.post(Posting(to=recipient, payload=payload, lane=Lane.ROUTINE, answers=False))
        else:
            return False
        outgoing.unit.deadletters.mark(letter.id, "REPLAYED")
        return True

    @staticmethod
    def again(
        letter: DeadLetter, station: Station, directory: Directory, now: datetime
    ) -> Arrival | None:
        """The letter as it would arrive now; None when it has to wait for a newer directory."""
        try:
            return open_arrival(
                letter.octets,
                delivery=None,
                source=letter.source,
                station=station,
                directory=directory,
                now=now,
            )
        except DirectoryAheadError:
            return None

    @staticmethod
    def refused_by_relay(delivery: Delivery, directory: Directory, now: datetime) -> Arrival:
        """What the relay refused, with the sender that its signature proves, if any."""
        claimed = peek_header(delivery.body)
        header = None
        if claimed is not None:
            try:
                # At its own time: that it expired since does not unprove its sender.
                at = min(now, claimed.created)
                header = check_envelope(delivery.body, directory, now=at).header
            except EnvelopeError as error:
                header = proven_header(error.header, directory)
        code = delivery.headers.get(HEADER_CODE, "relay.refused")
        party = delivery.headers.get(HEADER_PARTY, "?")
        return Arrival(
            delivery=delivery,
            octets=delivery.body,
            digest=base64.b64encode(hashlib.sha256(delivery.body).digest()).decode(),
            source=f"{RELAY_SOURCE}{party}",
            header=header,
            payload=None,
            error=RelayRefusedError(code, f"the relay refused the message that came from {party}"),
            relayed=False,
        )
