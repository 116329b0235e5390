"""Sends what a hostile member would: another's message altered, and another's message as its own.

For the demo and the tests of refusal; nothing in production imports it.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from gateway.exchange import (
    BrokerSettings,
    Confirmed,
    Event,
    LinkState,
    RabbitLink,
    Unconfirmed,
    ingress_exchange,
)
from gateway.ids import Lane

_WAIT = timedelta(seconds=20)


def send_forged(settings: BrokerSettings, party: str, genuine: bytes) -> None:
    """Publishes two forgeries through ``party``'s own ingress, with its own valid certificate.

    ``genuine`` is an envelope of another party. Raises ``RuntimeError`` when the broker does not
    take them (it cannot know; the relay does).
    """
    middle = len(genuine) // 2
    altered = genuine[:middle] + bytes([genuine[middle] ^ 1]) + genuine[middle + 1 :]
    link = RabbitLink(settings)
    link.start()
    try:
        _await(link, lambda event: isinstance(event, LinkState) and event.up)
        for name, octets in (("altered", altered), ("borrowed", genuine)):
            _send(link, party, name, octets)
            _await(link, lambda event: isinstance(event, Confirmed))
    finally:
        link.stop(_WAIT)


def _await(link: RabbitLink, wanted: Callable[[Event], bool]) -> None:
    while True:
        events = link.take(limit=10, timeout=_WAIT)
        if any(wanted(event) for event in events):
            return
        refused = [event.reason for event in events if isinstance(event, Unconfirmed)]
        if refused or not events:
            raise RuntimeError(f"the broker did not take a message: {refused or 'no answer'}")


def _send(link: RabbitLink, party: str, token: str, octets: bytes) -> None:
    link.publish(
        token=token,
        exchange=ingress_exchange(party, Lane.ROUTINE),
        routing_key="",
        body=octets,
    )
