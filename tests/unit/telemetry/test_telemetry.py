"""What monitoring sees: numbers from log lines, probes, and that rules and runbooks fit them."""

from __future__ import annotations

import http.client
import json
import re
import socket
from pathlib import Path

import pytest

from gateway.errors import ConfigError
from gateway.telemetry import METRICS, TRANSPORT_METRICS, Kind, Numbers, Probe, Pulse, serving

pytestmark = [pytest.mark.unit, pytest.mark.slow]

REPOSITORY = Path(__file__).parents[3]
RULES = (REPOSITORY / "config" / "alerts" / "iarms.yml").read_text()
RUNBOOKS = REPOSITORY / "docs" / "runbooks"
LINE = re.compile(r'^[a-z_]+(\{([a-z]+="([^"\\]|\\.)*",?)+\})? [0-9.e+-]+$')


def received(**changes):
    line = {"event": "message.received", "lane": "URGENT", "outcome": "APPLIED", "took_ms": 30.0}
    return line | {"age_ms": 400.0} | changes


def rendered(numbers, gauges=None):
    text = numbers.render(gauges or {}).decode()
    return dict(
        line.rsplit(" ", 1) for line in text.splitlines() if line and not line.startswith("#")
    )


def test_a_line_of_the_log_is_a_number():
    numbers = Numbers()
    for _ in range(3):
        numbers(None, "info", received())
    numbers(None, "info", received(outcome="REFUSED"))
    seen = rendered(numbers)
    assert seen['iarms_messages_received_total{lane="urgent",outcome="applied"}'] == "3"
    assert seen['iarms_messages_received_total{lane="urgent",outcome="refused"}'] == "1"
    assert seen['iarms_message_seconds_bucket{lane="urgent",le="0.025"}'] == "0"
    assert seen['iarms_message_seconds_bucket{lane="urgent",le="0.05"}'] == "4"
    assert seen['iarms_message_seconds_count{lane="urgent"}'] == "4"
    assert seen['iarms_message_age_seconds_sum{lane="urgent"}'] == "1.600000"


def test_what_transports_carry_is_counted_by_their_names():
    numbers = Numbers(TRANSPORT_METRICS)
    numbers.begin("iarms_transport_refused_total", ("guns",))
    numbers(None, "info", {"event": "transport.taken", "transport": "guns"})
    line = {"event": "transport.delivered", "transport": "guns", "kind": "ANSWER"}
    numbers(None, "info", line | {"after_ms": 400})
    numbers(None, "info", line | {"kind": "NOTICE", "after_ms": None})
    numbers(None, "info", {"event": "link.state", "up": True})
    seen = rendered(numbers)
    assert seen['iarms_transport_refused_total{transport="guns"}'] == "0"
    assert seen['iarms_transport_taken_total{transport="guns"}'] == "1"
    assert seen['iarms_transport_delivered_total{transport="guns",kind="notice"}'] == "1"
    assert seen['iarms_transport_answer_seconds_count{transport="guns"}'] == "1"
    assert not [name for name in seen if "link" in name or "relay" in name]


def test_counting_leaves_the_line_as_it_is():
    line = received()
    assert Numbers()(None, "info", line) is line
    assert line == received()


def test_every_rendered_line_has_the_form():
    numbers = Numbers()
    numbers(None, "error", {"event": "relay.refused", "code": 'a"b\\c\nd'})
    numbers(None, "info", received())
    for line in numbers.render({("iarms_dead_letters", ()): 2}).decode().splitlines():
        assert line.startswith("# ") or LINE.match(line), line


def test_the_line_to_the_broker_is_up_only_while_it_takes_messages():
    numbers = Numbers()
    assert not numbers.link_is_up
    numbers(None, "info", {"event": "link.state", "up": True, "blocked": False})
    assert numbers.link_is_up
    numbers(None, "info", {"event": "link.state", "up": True, "blocked": True})
    assert not numbers.link_is_up


def test_what_is_held_is_told_for_a_while():
    numbers = Numbers()
    assert not numbers.holding(60)
    numbers(None, "error", {"event": "endpoint.holding", "code": "store.unavailable"})
    assert numbers.holding(60) == "store.unavailable"
    assert not numbers.holding(0)


def test_a_line_that_is_up_without_its_mailboxes_says_so():
    numbers = Numbers()
    line = {"event": "link.state", "up": True, "blocked": False}
    numbers(None, "warning", line | {"detail": "4 queues cannot be read"})
    assert numbers.link_is_up
    assert numbers.link_detail == "4 queues cannot be read"
    numbers(None, "info", line | {"detail": ""})
    assert not numbers.link_detail


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


def test_a_loop_that_no_longer_turns_is_not_alive():
    clock = Clock()
    pulse = Pulse(clock)
    asked = pulse.beating(lambda: False)
    clock.now = 59
    assert pulse.is_alive
    clock.now = 61
    assert not pulse.is_alive
    assert asked() is False
    assert pulse.is_alive


def ask(port, path):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("GET", path)
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    return answer.status, body


def test_probes_answer_on_loopback_and_say_what_is_missing(tmp_path):
    wrong: dict[str, str] = {}
    behind: dict[str, str] = {}
    probe = Probe(
        alive=dict, ready=lambda: wrong, metrics=lambda: b"x 1\n", degraded=lambda: behind
    )
    with serving("127.0.0.1:0", probe, home=tmp_path) as place:
        assert place is not None
        port = int(place.rpartition(":")[2])
        assert ask(port, "/livez")[0] == 200
        assert ask(port, "/readyz")[0] == 200
        behind["keys"] = "half of them"
        status, body = ask(port, "/readyz")  # it answers, and says what is worse than it should be
        assert (status, json.loads(body)["degraded"]) == (200, behind)
        wrong["link"] = "down"
        status, body = ask(port, "/readyz")
        assert (status, json.loads(body)["wrong"]) == (503, {"link": "down"})
        assert ask(port, "/metrics") == (200, b"x 1\n")
        assert ask(port, "/")[0] == 404
        with pytest.raises(ConfigError), serving(place, probe, home=tmp_path):
            pass


def test_a_unix_socket_answers_and_is_gone_afterwards(tmp_path):
    probe = Probe(alive=dict, ready=dict, metrics=lambda: b"")
    stale = socket.socket(socket.AF_UNIX)
    stale.bind(str(tmp_path / "t.sock"))
    stale.close()  # a killed process leaves its socket behind
    with serving("unix:t.sock", probe, home=tmp_path), socket.socket(socket.AF_UNIX) as client:
        client.settimeout(5)
        client.connect(str(tmp_path / "t.sock"))
        client.sendall(b"GET /livez HTTP/1.0\r\n\r\n")
        assert b" 200 " in client.recv(100)
    assert not (tmp_path / "t.sock").exists()


def test_nobody_is_answered_unless_it_is_asked_for(tmp_path):
    probe = Probe(alive=dict, ready=dict, metrics=lambda: b"")
    with serving(None, probe, home=tmp_path) as place:
        assert place is None


class TestRulesAndRunbooks:
    def test_every_metric_of_a_rule_exists_with_its_labels(self):
        known = {metric.name: metric for metric in METRICS}
        for name in set(re.findall(r"\biarms_[a-z_]+", RULES)):
            stem = name.removesuffix("_bucket")
            assert stem in known, name
            assert (stem == name) is (known[stem].kind is not Kind.HISTOGRAM)
        for name, label in re.findall(r"(iarms_[a-z_]+)\{([a-z]+)=", RULES):
            assert label in known[name].labels

    def test_every_alert_has_its_runbook_and_every_runbook_its_alert(self):
        alerts = re.findall(r"- alert: (\w+)", RULES)
        pages = re.findall(r"runbook: (docs/runbooks/\S+)", RULES)
        assert len(alerts) == len(pages) == len(set(alerts))
        for alert, page in zip(alerts, pages, strict=True):
            text = (REPOSITORY / page).read_text()
            assert text.startswith(f"# {alert}\n")
            assert "**Do.**" in text
        there = {path.name for path in RUNBOOKS.glob("*.md")} - {"README.md"}
        assert there == {Path(page).name for page in pages}
        assert set(
            re.findall(r"^\| \[(\w+)\]", (RUNBOOKS / "README.md").read_text(), re.MULTILINE)
        ) == set(alerts)

    def test_every_metric_is_in_the_reference_as_it_is(self):
        page = (REPOSITORY / "docs" / "reference" / "metrics.md").read_text()
        rows = re.findall(r"^\| `(iarms_\w+)` \| (\w+) \| (.*?) \| (.*?) \|$", page, re.MULTILINE)
        assert [(name, kind, meaning) for name, kind, _, meaning in rows] == [
            (m.name, m.kind.value, m.meaning) for m in METRICS
        ]

    def test_every_fault_that_is_counted_has_an_alert_or_is_only_for_graphs(self):
        for_graphs = {
            "iarms_messages_received_total", "iarms_messages_posted_total",
            "iarms_message_age_seconds", "iarms_relay_carried_total", "iarms_relay_refused_total",
            "iarms_relay_seconds", "iarms_link_changes_total", "iarms_directory_version",
            "iarms_database_octets", "iarms_outbox_messages",
            "iarms_transport_taken_total", "iarms_transport_repeated_total",
            "iarms_transport_delivered_total", "iarms_transport_answer_seconds",
            "iarms_transport_troubles_total", "iarms_transport_waiting",
        }  # fmt: skip
        named = set(re.findall(r"iarms_[a-z_]+", RULES.replace("_bucket", "")))
        assert {m.name for m in METRICS} - named == for_graphs
