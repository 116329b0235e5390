"""Running transports are seen: readiness, troubles and counts at an address of their own."""

from __future__ import annotations

import http.client
import json
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from transport_bench import until
from transport_sides import SqliteSide, sqlite_side

from gateway.config import Broker, Files, Settings, Telemetry
from gateway.log import open_log
from gateway.node import Folders
from gateway.telemetry import TRANSPORT_METRICS, Numbers
from gateway.transports import carrying
from gateway.transports.courier import Turn

pytestmark = pytest.mark.real


class Line(http.client.HTTPConnection):
    def __init__(self, path: Path) -> None:
        super().__init__("localhost", timeout=60)
        self._path = str(path)

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(5)
        self.sock.connect(self._path)


class Seen:
    def __init__(self, home: Path) -> None:
        self._place = home / "t.sock"

    def ask(self, path: str) -> tuple[int, str]:
        line = Line(self._place)
        line.request("GET", path)
        answer = line.getresponse()
        try:
            return answer.status, answer.read().decode()
        finally:
            line.close()

    def number(self, name: str) -> str:
        lines = self.ask("/metrics")[1].splitlines()
        return next((line.rpartition(" ")[2] for line in lines if line.startswith(name)), "")


@contextmanager
def running(side: SqliteSide) -> Iterator[Seen]:
    settings = Settings(
        party="XXX-TRIAL",
        broker=Broker(port=1),
        files=Files(adapter="sql-table"),
        telemetry=Telemetry(transports="unix:t.sock"),
        transport=(side.settings,),
    )
    numbers = Numbers(TRANSPORT_METRICS)
    log = open_log(program="transports", party="XXX-TRIAL", count=numbers)
    clock = lambda: datetime.now(UTC)  # noqa: E731 - one line
    with carrying(side.home, settings, clock=clock, log=log, numbers=numbers):
        yield Seen(side.home)


def test_what_came_what_went_and_what_is_wrong_is_seen(tmp_path: Path) -> None:
    folders = Folders(root=tmp_path / "files")
    folders.make()
    with sqlite_side(tmp_path) as side, running(side) as seen:
        assert seen.ask("/livez")[0] == 200
        assert seen.number('iarms_transport_refused_total{transport="police"}') == "0"
        side.offer("one", b"text")
        until(lambda: seen.number('iarms_transport_taken_total{transport="police"}') == "1")
        (taken,) = folders.candidates()
        taken.unlink()
        folders.put(f"{taken.stem}.1.answer.json", b'{"rows": []}')
        until(
            lambda: (
                seen.number('iarms_transport_delivered_total{transport="police",kind="answer"}')
                == "1"
            )
        )
        assert seen.number('iarms_transport_answer_seconds_count{transport="police"}') == "1"
        assert seen.number('iarms_transport_waiting{transport="police"}') == "0"
        until(lambda: seen.ask("/readyz")[0] == 200)
        side.db.execute("alter table outbox rename to gone")
        folders.put("hit-1.json", b'{"rows": [{"told": "x"}]}')
        until(lambda: seen.ask("/readyz")[0] == 503)
        assert "police out" in json.loads(seen.ask("/readyz")[1])["wrong"]
        trouble = 'iarms_transport_in_trouble{transport="police",way="out"}'
        assert seen.number(trouble) == "1"
        assert seen.number('iarms_transport_waiting{transport="police"}') == "1"
        side.db.execute("alter table gone rename to outbox")
        until(lambda: seen.number(trouble) == "0")
        assert "iarms_link" not in seen.ask("/metrics")[1]


def test_a_round_that_does_not_end_is_overdue() -> None:
    now = [0.0]
    turn = Turn(lambda: now[0])
    turn.begun()
    now[0] = 599.0
    assert turn.overdue_s == 0
    now[0] = 661.0
    assert turn.overdue_s == 61
