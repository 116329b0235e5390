"""A line on which nothing comes any more is noticed within 5 s, and used again soon after."""

import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from link_waits import start, take_until
from real_broker import fresh_party

from gateway.campaign import Line, Lines
from gateway.exchange import Confirmed, LinkState, RabbitLink, ingress_exchange
from gateway.ids import Lane

pytestmark = pytest.mark.real

NOTICED_S = 5.0
FLOWS_S = 3.0
GRACE_S = 30.0  # the machine may be busy; that it was our look which noticed it, the words tell


@pytest.fixture
def lines() -> Iterator[Lines]:
    made = Lines()
    yield made
    made.close()


def is_noticed(event: object) -> bool:
    return isinstance(event, LinkState) and not event.up and "fallen silent" in event.detail


@pytest.mark.parametrize(
    "weather",
    [{"stops_out": True, "stops_back": True}, {"stops_back": True}],
    ids=["jammed", "one way"],
)
def test_a_silent_line_is_noticed_and_used_again(real_broker, lines, weather):
    party = fresh_party()
    line: Line = lines.of(party, real_broker.node.port)
    link = RabbitLink(replace(real_broker.settings(party), port=line.port))
    start(link)
    try:
        lines.do(lambda: line.change(**weather))
        begun = time.monotonic()
        take_until(link, lambda events: any(is_noticed(event) for event in events))
        assert time.monotonic() - begun < NOTICED_S + GRACE_S
        lines.do(line.change)
        healed = time.monotonic()
        take_until(link, lambda events: any(isinstance(e, LinkState) and e.up for e in events))
        exchange = ingress_exchange(party, Lane.ROUTINE)
        link.publish(token="t", exchange=exchange, routing_key="", body=b"flows")
        take_until(link, lambda events: Confirmed(token="t") in events)
        assert time.monotonic() - healed < FLOWS_S + GRACE_S
    finally:
        link.stop(timedelta(seconds=2))


def test_a_quiet_line_stays(real_broker, lines):
    party = fresh_party()
    link = RabbitLink(
        replace(real_broker.settings(party), port=lines.of(party, real_broker.node.port).port)
    )
    start(link)
    try:
        # Longer than silence is borne: heartbeats alone must keep it.
        assert link.take(limit=1, timeout=timedelta(seconds=6)) == []
    finally:
        link.stop(timedelta(seconds=2))
