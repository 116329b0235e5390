"""Counts between countries over the walk: asked, released, told alike for ever, refused."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
from trace_world import TraceWorld

from gateway.config import Statistics, Told
from gateway.endpoint import Clerks
from gateway.errors import ConfigError
from gateway.payload import StatAnswerCode, StatRefusalCode, StatReport, decode
from gateway.statistics import Aggregates
from gateway.statistics.facts import Seized
from gateway.statistics.projection import bring

pytestmark = [pytest.mark.unit, pytest.mark.slow]  # through whole endpoints

JULY = datetime(2025, 7, 1, tzinfo=UTC)


def offering(**more: Any) -> Statistics:
    offer = {"measure": "seized", "by": ("firearm_type",), "release": "AUTOMATIC", **more}
    return Statistics(threshold=3, told=(Told(**offer),))


class FigureWorld(TraceWorld):
    """Belgium tells what ``settings`` let it; France asks."""

    def __init__(self, folder, settings: Statistics) -> None:
        super().__init__(folder, ("FRA-NCB", "BEL-NCB"))
        for party in ("FRA-NCB", "BEL-NCB"):
            self.use(party, settings if party == "BEL-NCB" else Statistics())

    def use(self, party: str, settings: Statistics) -> None:
        aggregates = Aggregates(settings)
        seat = self.seats[party]
        inner = seat.desk.traces  # type: ignore[attr-defined]

        class Desk(type(seat.desk)):  # type: ignore[misc]
            def handle(self, received, unit, frame):
                told = aggregates.handle(received, unit, frame)
                return super().handle(received, unit, frame) if told is None else told

        seat.desk = Desk(inner)
        seat.clerk = Clerks({"trace": inner, "stat": aggregates})
        self.crash(seat)
        self.settle()

    def seize(self, *types: str) -> None:
        def write(unit):
            self._seized = getattr(self, "_seized", 0)
            for each in types:
                self._seized += 1
                fact = Seized(
                    subject=f"Z{self._seized}#1", at=JULY, seizure=f"Z{self._seized}",
                    mode="SEIZED", country="BEL", firearm_type=each,
                )  # fmt: skip
                bring([fact], unit.facts)
            unit.facts.flush()

        self.look("BEL-NCB", write)

    def do(self, party: str, kind: str, **body: Any) -> dict[str, Any]:
        octets = msgspec.json.encode(body)
        number = self.look(
            party, lambda u: u.errands.ask(kind, octets, actor="a.dupont", now=self.now)
        )
        self.seats[party].endpoint.ring()
        self.settle()
        return msgspec.json.decode(self.look(party, lambda u: u.errands.get(number)).answer)

    def ask(self, *periods: str, **more: Any) -> StatReport:
        wish = {"to": "BEL-NCB", "measure": "seized", "periods": periods, **more}
        found = self.do("FRA-NCB", "stat.ask", **wish)
        self.query_id = found["query_id"]
        return self.answer()

    def answer(self) -> StatReport:
        row = self.look("FRA-NCB", lambda u: u.aggregates.find(self.query_id))
        report = decode(row.answer)
        assert isinstance(report, StatReport)
        return report


def counts(report: StatReport) -> dict[tuple[str, ...], int]:
    return {(row.stat_period, *row.value_text): row.count_quantity for row in report.stat_row}


def test_a_country_is_told_what_is_not_small(tmp_path):
    world = FigureWorld(tmp_path, offering())
    world.seize("PISTOL", "PISTOL", "PISTOL", "RIFLE", "RIFLE")
    report = world.ask("2025", by=("firearm_type",))
    assert counts(report) == {("2025", "PISTOL"): 3}
    assert report.stat_origin is not None
    assert report.stat_origin.automatic_indicator
    # The sum is of told cells: taking the pistols away leaves nothing.
    assert counts(world.ask("2025")) == {("2025",): 3}


def test_what_was_told_is_told_alike_after_a_late_case(tmp_path):
    world = FigureWorld(tmp_path, offering())
    world.seize("PISTOL", "PISTOL", "PISTOL")
    before = counts(world.ask("2025", by=("firearm_type",)))
    world.seize("PISTOL")
    assert counts(world.ask("2025", by=("firearm_type",))) == before
    world.use("BEL-NCB", offering(by=("mode",)))
    report = world.ask("2025", by=("mode",))
    assert report.stat_refusal_code is StatRefusalCode.OTHER_TABLE
    world.use("BEL-NCB", offering(period="QUARTER"))
    report = world.ask("2025-Q3", by=("firearm_type",))
    assert report.stat_refusal_code is StatRefusalCode.OTHER_TABLE


def test_a_person_releases_or_refuses(tmp_path):
    world = FigureWorld(tmp_path, offering(release="PERSON"))
    world.seize(*["PISTOL"] * 4)
    assert world.ask("2025").stat_answer_code is StatAnswerCode.WAITS
    world.do("BEL-NCB", "stat.answer", query_id=world.query_id)
    report = world.answer()
    assert counts(report) == {("2025",): 4}
    assert report.stat_origin is not None
    assert not report.stat_origin.automatic_indicator
    assert world.do("BEL-NCB", "stat.answer", query_id=world.query_id)["code"] == (
        "statistics.aggregate-refused"
    )
    world.ask("2025")
    world.do("BEL-NCB", "stat.answer", query_id=world.query_id, refuse="not this year")
    assert world.answer().stat_refusal_code is StatRefusalCode.DECIDED


@pytest.mark.parametrize(
    ("settings", "period", "reason"),
    [
        (Statistics(), "2025", StatRefusalCode.NOT_OFFERED),
        (offering(to=("NLD",)), "2025", StatRefusalCode.NOT_TO_YOU),
        (offering(), "2026", StatRefusalCode.PERIOD_OPEN),
        (offering(), "2025-Q1", StatRefusalCode.OTHER_TABLE),
    ],
)
def test_what_is_not_told_is_refused_with_its_reason(tmp_path, settings, period, reason):
    world = FigureWorld(tmp_path, settings)
    world.seize(*["PISTOL"] * 9)
    report = world.ask(period)
    assert (report.stat_answer_code, report.stat_refusal_code) == (StatAnswerCode.REFUSED, reason)
    assert not report.stat_row


def test_an_offer_that_cannot_be_stops_the_start():
    told = Told(measure="seized", by=("mode",))
    with pytest.raises(ConfigError, match="two tables"):
        Aggregates(Statistics(told=(told, Told(measure="seized"))))
    with pytest.raises(ConfigError, match="told apart"):
        Aggregates(Statistics(told=(Told(measure="seized", by=("dealer",)),)))
