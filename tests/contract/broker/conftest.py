"""The two worlds in which every link test runs: a broker in memory, and RabbitMQ."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from datetime import timedelta
from typing import Protocol

import pytest
from real_broker import RunningBroker, fresh_party, real_broker

from gateway.exchange import Link, MemoryBroker, RabbitLink, definitions

__all__ = ["real_broker"]

QUICKLY = timedelta(seconds=2)


class World(Protocol):
    """A broker with parties, whatever it is made of."""

    def party(self) -> str:
        """A party whose queues are empty."""

    def link(self, user: str, consume: Sequence[str] = ()) -> Link:
        """A link that is not started; it is stopped at the end."""

    def cut(self, user: str) -> None:
        """Break the user's connections; they may come back at once."""


class MemoryWorld:
    """A broker in memory."""

    def __init__(self, ends: ExitStack) -> None:
        self._parties = iter(("FRA-NCB", "USA-NCB", "BRA-NCB"))
        self._broker = MemoryBroker(definitions(["FRA-NCB", "USA-NCB", "BRA-NCB"]))
        self._ends = ends

    def party(self) -> str:
        return next(self._parties)

    def link(self, user: str, consume: Sequence[str] = ()) -> Link:
        link = self._broker.link(user, consume=consume)
        self._ends.callback(link.stop, QUICKLY)
        return link

    def cut(self, user: str) -> None:
        self._broker.cut(user)
        self._broker.mend(user)


class RabbitWorld:
    """A private RabbitMQ node."""

    def __init__(self, broker: RunningBroker, ends: ExitStack) -> None:
        self._broker = broker
        self._ends = ends

    def party(self) -> str:
        return fresh_party()

    def link(self, user: str, consume: Sequence[str] = ()) -> Link:
        link = RabbitLink(self._broker.settings(user), consume=consume)
        self._ends.callback(link.stop, QUICKLY)
        return link

    def cut(self, user: str) -> None:
        self._broker.node.control("close_all_user_connections", user, "test")


def _memory(_request: pytest.FixtureRequest, ends: ExitStack) -> World:
    return MemoryWorld(ends)


def _rabbit(request: pytest.FixtureRequest, ends: ExitStack) -> World:
    return RabbitWorld(request.getfixturevalue("real_broker"), ends)


@pytest.fixture(
    params=[
        pytest.param(_memory, id="memory"),
        pytest.param(_rabbit, id="rabbit", marks=pytest.mark.real),
    ]
)
def world(request: pytest.FixtureRequest) -> Iterator[World]:
    """Each test runs once in memory and once on RabbitMQ."""
    make: Callable[[pytest.FixtureRequest, ExitStack], World] = request.param
    with ExitStack() as ends:
        yield make(request, ends)
