"""A country that asks for everything, again and again, and takes away what it knows itself.

Random worlds of the country that answers: cases grow between the rounds, some come late, and the
one that asks knows every case that it has a hit or a trace request about. Its reckoning is its own:
it knows the answers and nothing of how they are made.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import chain, combinations, product
from random import Random
from types import SimpleNamespace
from typing import Any

import pytest
from drawn import examples

from gateway.config import Statistics, Told
from gateway.frame import Frame
from gateway.ids import IdSource
from gateway.payload import (
    PurposeCode,
    StatDimensionCode,
    StatFilter,
    StatMeasureCode,
    StatQuery,
    StatQuestion,
)
from gateway.statistics import Aggregates, FoldedFacts
from gateway.statistics.facts import HitTold, RecordFiled, Searched, Seized, TraceAsked
from gateway.statistics.projection import fold

pytestmark = [pytest.mark.unit, pytest.mark.slow]  # 20,000 questions
ME = "FRA"
SIDES = ("peer_country", "owner_country", "finder_country")
OTHERS = (ME, "NLD", "DEU")
ROUNDS = tuple(datetime(*day, tzinfo=UTC) for day in ((2025, 3, 1), (2026, 3, 1), (2027, 1, 1)))
YEARS = ("2024", "2025")
PERIODS = (*YEARS, *[f"{year}-Q{n}" for year in YEARS for n in range(1, 5)])
VALUES: dict[str, tuple[str, ...]] = {
    "firearm_type": ("PISTOL", "RIFLE"), "mode": ("SEIZED", "FOUND"), "country": ("BEL",),
    "record_type": ("STOLEN", "LOST"), "purpose": ("BORDER_CONTROL", "INVESTIGATION"),
    "peer_country": OTHERS, "direction": ("IN", "OUT"), "owner_country": (*OTHERS, "BEL"),
    "finder_country": (*OTHERS, "BEL"), "grade": ("A", "B"),
}  # fmt: skip
ABLE = {
    "seized": ("firearm_type", "mode", "country"), "records": ("firearm_type", "record_type"),
    "searches": ("purpose", "firearm_type"), "hits": ("owner_country", "finder_country", "grade"),
    "traces": ("peer_country", "direction", "firearm_type"),
}  # fmt: skip


class Case:
    """One case of the measure, who of the others knows it, and from which round on it is there."""

    def __init__(self, dice: Random, measure: str, number: int) -> None:
        self.round = dice.randrange(3)
        self.at = datetime(2024, 1, 1, tzinfo=UTC) + timedelta(days=dice.randrange(731))
        self.at = min(self.at, ROUNDS[self.round])
        self.values = {name: dice.choice(VALUES[name]) for name in ABLE[measure]}
        if dice.random() < 0.2:
            self.values["firearm_type"] = None
        self.knowers = set(dice.sample(OTHERS, dice.choice((0, 0, 1, 1, 2))))
        self.facts = list(self._facts(measure, number))
        if measure == "traces":
            self.knowers = {self.values["peer_country"]}
        if measure == "hits":
            self.knowers = {self.values["owner_country"], self.values["finder_country"]} - {"BEL"}

    def _facts(self, measure: str, number: int) -> Any:
        at, kind, one = self.at, self.values.get("firearm_type"), self.values
        match measure:
            case "seized":
                yield Seized(subject=f"Z{number}#1", at=at, seizure=f"Z{number}", mode=one["mode"],
                             country="BEL", firearm_type=kind)  # fmt: skip
            case "records":
                yield RecordFiled(subject=f"R{number}", at=at, record_type=one["record_type"],
                                  event_date="2024-01-01", entered=at, review_date="2030-01-01",
                                  status="ACTIVE", firearm_type=kind)  # fmt: skip
            case "searches":
                yield Searched(subject=f"Q{number}", at=at, purpose=one["purpose"], country="BEL",
                               firearm_type=kind)  # fmt: skip
            case "traces":
                yield TraceAsked(subject=f"T{number}", at=at, direction=one["direction"],
                                 peer_country=one["peer_country"], firearm_type=kind)  # fmt: skip
            case "hits":
                yield self._hit(number, 0, one["owner_country"], one["finder_country"])
        if measure in {"seized", "records", "searches"}:
            for n, party in enumerate(sorted(self.knowers)):
                if measure == "seized" and number % 2:
                    yield TraceAsked(subject=f"T{number}/{n}", at=at, direction="OUT",
                                     peer_country=party, seizure=f"Z{number}")  # fmt: skip
                elif measure == "records":
                    yield self._hit(number, n, "BEL", party)
                else:
                    yield self._hit(number, n, party, "BEL")

    def _hit(self, number: int, n: int, owner: str, finder: str) -> HitTold:
        return HitTold(subject=f"H{number}/{n}", at=self.at, role="OWNER", origin="SEARCH",
                       grade=self.values.get("grade", "A"), owner_country=owner,
                       finder_country=finder, record_type="STOLEN", record=f"R{number}",
                       search=f"Q{number}", seizure=f"Z{number}")  # fmt: skip


class KeptTables:
    """The tables that were told, as the store keeps them."""

    def __init__(self) -> None:
        self._tables: dict[tuple[str, str], Any] = {}
        self._asked: set[str] = set()

    def tables(self, measure: str) -> dict[str, Any]:
        return {p: table for (m, p), (table, _) in self._tables.items() if m == measure}

    def cells(self, measure: str, period: str) -> Any:
        return self._tables[measure, period][1]

    def keep(self, table: Any, cells: Any) -> None:
        self._tables[table.measure, table.period] = (table, cells)

    def find(self, query_id: str) -> str | None:
        return next((one for one in self._asked if one == query_id), None)

    def add(self, row: Any) -> None:
        pass

    def settle(self, *_: Any, **__: Any) -> None:
        pass


class Known(FoldedFacts):
    """Facts that are given, with a head that says nothing."""

    def __init__(self, facts: list[Any]) -> None:
        self._states = fold(facts)
        self._position = len(facts)

    def head(self) -> tuple[int, str]:
        return self._position, "A" * 43 + "="


def transcript(cases: list[Case], offer: Told, threshold: int) -> list[tuple[Any, Any]]:
    """Every question of every round with all of its answer that is seen."""
    desk, kept = Aggregates(Statistics(threshold=threshold, told=(offer,))), KeptTables()
    told: list[tuple[Any, Any]] = []
    for number, now in enumerate(ROUNDS):
        known = Known([fact for case in cases if case.round <= number for fact in case.facts])
        unit: Any = SimpleNamespace(aggregates=kept, facts=known)
        ids = IdSource(now=lambda now=now: now, random=Random(1).randbytes)
        frame = Frame(party="BEL-NCB", country="BEL", system_id="x", now=now, ids=ids,
                      pseudonym="u", contact=None, test=True)  # type: ignore[arg-type]  # fmt: skip
        for question in questions(offer):
            context = frame.context("STAT_QUERY", purpose=PurposeCode.THREAT_ANALYSIS)
            query = StatQuery(context=context, stat_question=question)
            received: Any = SimpleNamespace(payload=query, sender="FRA-NCB", message_id="m")
            (posting,) = desk.handle(received, unit, frame) or []
            told.append(((number, question), posting.payload))
    return told


def questions(offer: Told) -> list[StatQuestion]:
    """Every choice of dimensions and one filter, for each period and all years at once."""
    some = list(chain.from_iterable(combinations(offer.by, n) for n in range(len(offer.by) + 1)))
    narrowed = [(), *[((name, value),) for name in offer.by for value in (*VALUES[name], "(none)")]]
    asked = [
        StatQuestion(
            stat_query_id="S-FRA-01K7ZP4Q2M6T8V9W0X1Y3Z5A7D",
            stat_measure_code=StatMeasureCode(offer.measure.upper()),
            stat_period=periods,
            stat_dimension_code=tuple(StatDimensionCode(name.upper()) for name in by),
            stat_filter=tuple(
                StatFilter(stat_dimension_code=StatDimensionCode(name.upper()), value_text=(value,))
                for name, value in only
            ),
        )
        for periods in (*[(one,) for one in PERIODS], YEARS)
        for by, only in product(some, narrowed)
    ]
    beside = StatDimensionCode.MAKE
    first = asked[0]
    return [*asked, StatQuestion(stat_query_id=first.stat_query_id,
                                 stat_measure_code=first.stat_measure_code,
                                 stat_period=YEARS, stat_dimension_code=(beside,))]  # fmt: skip


def drawn(seed: int) -> tuple[list[Case], Told, int]:
    dice = Random(seed)
    measure = dice.choice(sorted(ABLE))
    by = tuple(dice.sample(ABLE[measure], dice.randrange(min(3, len(ABLE[measure]) + 1))))
    offer = Told(measure=measure, by=by, period=dice.choice(("YEAR", "QUARTER")),  # type: ignore[arg-type]
                 release="AUTOMATIC")  # fmt: skip
    many = dice.choice((12, 60, 120, 240))
    return [Case(dice, measure, n) for n in range(many)], offer, dice.choice((3, 4, 5))


def part_of(case: Case, offer: Told) -> tuple[Any, ...]:
    quarter = f"{case.at.year}-Q{(case.at.month + 2) // 3}"
    period = str(case.at.year) if offer.period == "YEAR" else quarter
    return (period, *[str(case.values[name] or "(none)") for name in offer.by])


def recovered(seed: int) -> list[str]:
    """What the adversary found out that nobody told it."""
    cases, offer, threshold = drawn(seed)
    told = transcript(cases, offer, threshold)
    found = list(from_answers(told, cases, offer, threshold))
    small: Counter[Any] = Counter()
    for case in cases:
        if ME not in case.knowers:
            small[part_of(case, offer)] += 1
    few = [cell for cell, count in small.items() if count < threshold]
    for cell in few[:3]:
        # Were it otherwise in the cases of others that are few, would anything look otherwise?
        fewer = [c for c in cases if ME in c.knowers or part_of(c, offer) != cell]
        if transcript(fewer, offer, threshold) != told:
            found.append(f"{cell}: {small[cell]} of others are told from none")
    return found


def from_answers(told: Any, cases: list[Case], offer: Told, threshold: int) -> Iterator[str]:
    """What follows from the answers as equations: cells, sums of cells, and the same later."""
    cells: dict[tuple[Any, ...], int] = {}
    when: dict[tuple[Any, ...], int] = {}
    for (number, question), answer in told:
        if answer.stat_origin is not None and answer.stat_origin.log_position is not None:
            yield "how many messages there were"
        if len(question.stat_dimension_code) == len(offer.by) and not question.stat_filter:
            for row in answer.stat_row:
                key = (row.stat_period, *row.value_text)
                if cells.setdefault(key, row.count_quantity) != row.count_quantity:
                    yield f"{key} was told twice otherwise"
                when.setdefault(key, number)
    shortest = len("2025-Q1") if offer.period == "QUARTER" else len("2025")
    parts = {key: n for key, n in cells.items() if len(key[0]) == shortest}
    yield from no_sums(told, parts, offer)
    yield from mine_taken_away(parts, when, cases, offer, threshold)


def no_sums(told: Any, parts: dict[tuple[Any, ...], int], offer: Told) -> Iterator[str]:
    for (_, question), answer in told:
        names = [code.lower() for code in question.stat_dimension_code]
        only = {one.stat_dimension_code.lower(): one.value_text[0] for one in question.stat_filter}
        for row in answer.stat_row:
            values = dict(zip(names, row.value_text, strict=True))
            if any(values.get(name, value) != value for name, value in only.items()):
                yield f"{row} is not what was asked for"
            wanted = {**only, **values}
            reckoned = sum(
                n
                for (period, *found), n in parts.items()
                if period.startswith(row.stat_period)
                and all(wanted.get(k, v) == v for k, v in zip(offer.by, found, strict=True))
            )
            if reckoned != row.count_quantity:
                yield f"{row} is no sum of cells that are told: {reckoned}"


def mine_taken_away(
    parts: dict[tuple[Any, ...], int], when: dict[tuple[Any, ...], int], cases: list[Case],
    offer: Told, threshold: int,
) -> Iterator[str]:  # fmt: skip
    for key, count in parts.items():
        known = [c for c in cases if ME in c.knowers and part_of(c, offer) == key]
        own = sum(c.round <= when[key] for c in known)
        named = zip(offer.by, key[1:], strict=True)
        all_mine = any(name in SIDES and value == ME for name, value in named)
        if count - own < threshold and not (all_mine and count == own):
            yield f"{key}: {count} less my own {own}"


@pytest.mark.parametrize("seed", range(examples(5)))
def test_nobody_recovers_a_small_count_from_any_answers_and_its_own_cases(seed):
    assert recovered(seed) == []
