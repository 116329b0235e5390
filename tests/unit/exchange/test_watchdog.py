"""Who keeps the broker's alarm on is found, and nobody else is disconnected for it."""

import pytest

from gateway.exchange import ConnectionState, Watchdog
from gateway.ids import REGISTRY_PARTY, RELAY_USER

pytestmark = pytest.mark.unit

BUDGET = 1_000


def seen(user: str, octets: int, state: str = "blocked", pid: str = "") -> ConnectionState:
    return ConnectionState(pid=pid or user, user=user, state=state, received_octets=octets)


def test_without_an_alarm_nobody_is_disconnected_however_much_it_sends():
    watchdog = Watchdog(BUDGET)
    assert watchdog.look([seen("FRA-NCB", 10**9, "running")]) is None


def test_who_sent_most_lately_is_disconnected_when_an_alarm_is_on():
    watchdog = Watchdog(BUDGET)
    honest = [seen("USA-NCB", 10**9, "running"), seen("FRA-NCB", 0, "running")]
    assert watchdog.look(honest) is None
    half_sent = [seen("USA-NCB", 10**9 + 100), seen("FRA-NCB", 400_000)]
    assert watchdog.look(half_sent) == "FRA-NCB"


def test_a_connection_nobody_has_seen_before_counts_whole_and_a_users_connections_together():
    watchdog = Watchdog(BUDGET)
    assert watchdog.look([seen("USA-NCB", 0)]) is None
    split = [seen("FRA-NCB", 600, pid="1"), seen("FRA-NCB", 600, pid="2"), seen("USA-NCB", 900)]
    assert watchdog.look(split) == "FRA-NCB"


def test_honest_publishers_that_an_alarm_stops_are_left_alone():
    watchdog = Watchdog(BUDGET)
    parties = [f"P{number:02}-NCB" for number in range(30)]
    for _ in range(5):
        assert watchdog.look([seen(party, 900) for party in parties]) is None


def test_the_centres_own_are_never_disconnected():
    watchdog = Watchdog(BUDGET)
    assert watchdog.look([seen(RELAY_USER, 10**9), seen(REGISTRY_PARTY, 10**9)]) is None
