"""A line is cut for silence that we were there to hear, not for looks that came late."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from gateway.exchange import Address
from gateway.exchange.rabbitmq.line import Line

pytestmark = pytest.mark.unit

MOST = 9


class HeardLine(Line):
    """A line that stands, over a connection that counts octets and can be cut."""

    def __init__(self) -> None:
        session: Any = SimpleNamespace(
            backoff=lambda: None, addresses=lambda: (Address("localhost", 1),)
        )
        super().__init__(session)
        self.ready = True
        self.connection = SimpleNamespace(bytes_received=1, is_closed=False)
        self.cuts = 0
        self.listen(MOST, on_time=True)

    def abort(self, why: str) -> None:  # noqa: ARG002 - the line's own shape
        self.cuts += 1


def test_silence_in_looks_on_time_cuts_the_line():
    line = HeardLine()
    for _ in range(MOST - 1):
        line.listen(MOST, on_time=True)
    assert line.cuts == 0
    line.listen(MOST, on_time=True)
    assert line.cuts == 1


def test_looks_that_came_late_prove_no_silence():
    line = HeardLine()
    for _ in range(10 * MOST):
        line.listen(MOST, on_time=False)
    assert line.cuts == 0


def test_whatever_came_begins_the_count_anew():
    line = HeardLine()
    for number in range(5 * MOST):
        line.connection.bytes_received += number % (MOST - 1) == 0
        line.listen(MOST, on_time=True)
    assert line.cuts == 0
