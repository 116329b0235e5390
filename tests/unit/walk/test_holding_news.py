"""What waits is told when it begins and each half minute, not message by message."""

from datetime import UTC, datetime, timedelta

import pytest
from structlog.testing import CapturingLogger

from gateway.endpoint.arrivals import ClockBehindError, KeysNotHereError
from gateway.endpoint.holding import HoldingNews

pytestmark = pytest.mark.unit

START = datetime(2026, 11, 22, 12, tzinfo=UTC)


def told(log: CapturingLogger) -> list[tuple[str, int]]:
    return [(call.kwargs["code"], call.kwargs["times"]) for call in log.calls]


def test_a_hundred_messages_that_wait_a_minute_are_three_lines() -> None:
    log = CapturingLogger()
    news = HoldingNews(log)
    for second in range(61):
        for _ in range(100):
            news.tell(ClockBehindError("early"), START + timedelta(seconds=second))
    code = ClockBehindError.code
    assert told(log) == [(code, 1), (code, 3000), (code, 3000)]


def test_another_reason_is_told_at_once() -> None:
    log = CapturingLogger()
    news = HoldingNews(log)
    news.tell(ClockBehindError("early"), START)
    news.tell(KeysNotHereError("no key"), START)
    assert told(log) == [(ClockBehindError.code, 1), (KeysNotHereError.code, 1)]


def test_a_clock_that_is_set_back_silences_nothing() -> None:
    log = CapturingLogger()
    news = HoldingNews(log)
    news.tell(ClockBehindError("early"), START)
    news.tell(ClockBehindError("early"), START - timedelta(hours=1))
    assert len(told(log)) == 2
