"""What was set aside and is asked for again, and what the relay refused.

It does not decide who may ask: the command that marks a letter does.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime

from gateway.endpoint.arrivals import (
    RELAY_SOURCE,
    Arrival,
    KeysNotHereError,
    open_arrival,
    proven_header,
)
from gateway.endpoint.outgoing import Outgoing
from gateway.endpoint.relay_words import Words, relay_words
from gateway.endpoint.terms import Station
from gateway.envelope import (
    DirectoryAheadError,
    EnvelopeError,
    FutureError,
    check_envelope,
    peek_header,
)
from gateway.errors import GatewayError
from gateway.exchange import (
    AGAIN_EXCHANGE,
    HEADER_AT,
    HEADER_CODE,
    HEADER_PARTY,
    Confirmed,
    Delivery,
    Link,
    Unconfirmed,
)
from gateway.ids import Lane
from gateway.payload import decode
from gateway.posting import Posting
from gateway.store import DeadLetter, Unit
from keys import Directory

OUTGOING_SOURCE = "outgoing:"
_MAY_PASS_LATER = frozenset(
    {
        "relay.no-mailbox",
        "relay.not-active",
        "relay.mailbox-full",
        DirectoryAheadError.code,
        FutureError.code,
        "keys.directory-expired",
    }
)


class RelayRefusedError(GatewayError):
    """The relay refused a message; ``code`` is the relay's reason."""

    def __init__(self, code: str, words: Words, *, at: datetime | None = None) -> None:
        """``at`` is when, by the relay's clock."""
        super().__init__(words.message, expected=words.expected, remedy=words.remedy)
        self.at = at
        self.code = code  # type: ignore[misc]  # the relay's code, known only at run time
        self.retryable = code in _MAY_PASS_LATER  # type: ignore[misc]  # likewise


class Replays:
    """The way back in for dead letters."""

    def __init__(self, link: Link) -> None:
        self._link = link
        self._on_the_way: dict[str, int] = {}  # token -> the letter that goes to the relay
        self._arrived: list[int] = []  # letters that the broker holds for the relay

    def asked(self, unit: Unit) -> Sequence[int]:
        """Letters that a person asked to have handled again, but for those on their way."""
        arrived, self._arrived = self._arrived, []
        for letter_id in arrived:
            # Should this be undone, the relay gets the letter once more, and a receiver knows it.
            unit.deadletters.handed_on(letter_id)
        going = set(self._on_the_way.values())
        return [letter_id for letter_id in unit.deadletters.asked() if letter_id not in going]

    def outcome(self, event: Confirmed | Unconfirmed) -> bool:
        """The broker's word on a letter for the relay; False when it is about something else.

        What it does not hold stays asked for, and goes again.
        """
        letter_id = self._on_the_way.pop(event.token, None)
        if letter_id is not None and isinstance(event, Confirmed):
            self._arrived.append(letter_id)
        return letter_id is not None

    def resend(self, letter: DeadLetter, outgoing: Outgoing) -> bool:
        """Hands on a letter that is not ours to open; tells whether it was one."""
        if letter.source.startswith(RELAY_SOURCE):
            token = f"again:{letter.id}"
            self._on_the_way[token] = letter.id
            self._link.publish(
                token=token,
                exchange=AGAIN_EXCHANGE,
                routing_key="",
                body=letter.octets,
                headers={HEADER_PARTY: letter.source.removeprefix(RELAY_SOURCE)},
            )
        elif letter.source.startswith(OUTGOING_SOURCE):
            recipient = letter.source.removeprefix(OUTGOING_SOURCE)
            payload = decode(letter.octets)
            # Marked first: what can still be sealed to nobody is set aside again by the post.
            outgoing.unit.deadletters.handed_on(letter.id)
            outgoing.post(Posting(to=recipient, payload=payload, lane=Lane.ROUTINE, answers=False))
        else:
            return False
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
        except (DirectoryAheadError, KeysNotHereError):
            return None

    @staticmethod
    def refused_by_relay(delivery: Delivery, directory: Directory) -> Arrival:
        """What the relay refused, with the sender that its signature proves, if any."""
        claimed = peek_header(delivery.body)
        header = None
        if claimed is not None:
            try:
                # At its own time: neither that it expired since nor that it was dated too late
                # unproves its sender.
                header = check_envelope(delivery.body, directory, now=claimed.created).header
            except EnvelopeError as error:
                header = proven_header(error.header, directory)
            except Exception:  # noqa: BLE001 - what broke the relay must not break us in turn
                header = None
        headers = _by_the_relay(delivery.headers)
        code = headers.get(HEADER_CODE, "relay.refused")
        party = headers.get(HEADER_PARTY, "?")
        return Arrival(
            delivery=delivery,
            octets=delivery.body,
            digest=base64.b64encode(hashlib.sha256(delivery.body).digest()).decode(),
            source=f"{RELAY_SOURCE}{party}",
            header=header,
            payload=None,
            error=RelayRefusedError(
                code,
                relay_words(code, party, header),
                at=_instant(headers.get(HEADER_AT)),
            ),
            relayed=False,
        )


def _instant(text: str | None) -> datetime | None:
    try:
        return None if text is None else datetime.fromisoformat(text)
    except ValueError:
        return None


def _by_the_relay(headers: Mapping[str, str]) -> Mapping[str, str]:
    """The headers, if the relay wrote them.

    What the broker buries by itself keeps the headers that its sender set, and gets the broker's
    own beside them (docs/spec/exchange.md 5.3); the relay writes none of those.
    """
    return {} if any(name.startswith("x-") for name in headers) else headers
