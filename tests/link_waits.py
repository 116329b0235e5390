"""Waiting for what a link tells, with a deadline instead of a sleep."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta
from weakref import WeakKeyDictionary

from gateway.exchange import Confirmed, Delivery, Event, Link, LinkState, Unconfirmed

DEADLINE_S = 120.0  # a busy machine is slow, not wrong

_left_over: WeakKeyDictionary[Link, list[Event]] = WeakKeyDictionary()


def take_until(
    link: Link, enough: Callable[[list[Event]], bool], *, deadline_s: float = DEADLINE_S
) -> list[Event]:
    """Events until ``enough`` holds for them; AssertionError that shows them when it never does."""
    deadline = time.monotonic() + deadline_s
    events: list[Event] = _left_over.pop(link, [])
    while not enough(events):
        left = deadline - time.monotonic()
        if left <= 0:
            raise AssertionError(f"not in {deadline_s} s; came: {events[-20:]}")
        events += link.take(limit=1000, timeout=timedelta(seconds=left))
    return events


def start(*links: Link) -> None:
    """Start links and wait until each is up."""
    for link in links:
        link.start()
    for link in links:
        events = take_until(link, _is_up)
        # A delivery may have come together with the news.
        _left_over[link] = [event for event in events if not isinstance(event, LinkState)]


def outcomes(link: Link, count: int) -> list[Confirmed | Unconfirmed]:
    """The next ``count`` outcomes of published messages."""
    events = take_until(link, lambda events: len(_outcomes(events)) >= count)
    return _outcomes(events)


def confirmed(link: Link, publish: Callable[[], None], token: str) -> None:
    """Publishes until the broker confirms it: what it cannot say in time is published again."""
    publish()
    while outcomes(link, 1) != [Confirmed(token=token)]:
        publish()


def deliveries(link: Link, count: int) -> list[Delivery]:
    """The next ``count`` deliveries."""
    events = take_until(link, lambda events: len(_deliveries(events)) >= count)
    return _deliveries(events)


def _is_up(events: list[Event]) -> bool:
    return any(isinstance(event, LinkState) and event.up for event in events)


def _outcomes(events: list[Event]) -> list[Confirmed | Unconfirmed]:
    return [event for event in events if isinstance(event, (Confirmed, Unconfirmed))]


def _deliveries(events: list[Event]) -> list[Delivery]:
    return [event for event in events if isinstance(event, Delivery)]
