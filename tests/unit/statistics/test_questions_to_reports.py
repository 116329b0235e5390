"""What is asked of a report and how: filters, the instant it counts to, its sums, two periods."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from types import SimpleNamespace

import pytest
from click.testing import CliRunner
from python_calamine import CalamineWorkbook
from statistics_world import EVER, open_store, write

from gateway.cli.report import command
from gateway.config import Statistics
from gateway.statistics import (
    DefinitionError,
    FoldedFacts,
    Format,
    Origin,
    Scope,
    UnknownMeasureError,
    compare,
    compute,
    load,
    make_report,
    measures,
    narrowing_of,
    render,
)
from gateway.statistics.facts import Seized, TraceAnswered, TraceAsked

pytestmark = pytest.mark.unit
MAY = datetime(2026, 5, 1, tzinfo=UTC)
ORIGIN = Origin(party="NLD-NCB", position=3, head="head")


def asked(number: int, at: datetime = MAY, **more) -> TraceAsked:
    told = {"direction": "OUT", "peer_country": "USA", **more}
    return TraceAsked(subject=f"T{number}", at=at, **told)


def seized(number: int, at: datetime = MAY, country: str | None = "NLD") -> Seized:
    return Seized(subject=f"Z{number}#1", at=at, seizure=f"Z{number}", mode="SEIZED",
                  country=country, firearm_type="PISTOL")  # fmt: skip


@pytest.fixture
def store(tmp_path):
    with open_store(tmp_path) as opened:
        yield opened


@pytest.fixture
def run(store, tmp_path, monkeypatch):
    monkeypatch.setattr("gateway.cli.databases.open_database", lambda _home: store)
    monkeypatch.setattr(type(store), "close", lambda _: None)
    settings = SimpleNamespace(party="NLD-NCB", statistics=Statistics())
    monkeypatch.setattr("gateway.config.load_settings", lambda _home: settings)

    def command_of(name, *words):
        return CliRunner().invoke(command, [name, "--home", str(tmp_path), *words])

    return command_of


def figures(source, name, by=None, scope=EVER):
    return compute(name, source, scope, by)


def test_the_cases_of_open_requests_without_a_priority_are_those_alone(store):
    with store.unit() as unit:
        write(unit, [[asked(1, priority="URGENT"), asked(2), asked(3)]])
        table = figures(unit.facts, "trace-ageing", ("priority",))
        for row in table.rows:
            behind = unit.facts.rows("traces", ("subject",), row.cases.narrowings)
            assert len(behind) == row.values[-1]


def test_a_filter_that_filters_nothing_is_refused_with_its_neighbour(run):
    for words in (("show", "seized"), ("cases", "seized"), ("run", "national")):
        refused = run(*words, "--only", "maek=GLOCK")
        assert isinstance(refused.exception, UnknownMeasureError), words
        assert "did you mean 'make'" in str(refused.exception)
    assert "instant" in str(run("show", "seized", "--only", "seized=2026").exception)
    assert "whole number" in str(run("show", "traces", "--only", "links=two").exception)
    assert (
        "begins on"
        in run("show", "seized", "--from", "2026-01-02", "--before", "2026-01-01").output
    )


def test_a_number_is_filtered_alike_from_tables_and_log(store):
    answer = TraceAnswered(subject="T1", at=MAY, final=True, outcome="NO_RECORD", links=2)
    with store.unit() as unit:
        write(unit, [[asked(1), answer, asked(2)]])
        scope = replace(EVER, narrowings=(narrowing_of("links", ("2",), ("traces",)),))
        for source in (unit.facts, FoldedFacts(unit.facts.log())):
            assert figures(source, "traces", ("direction",), scope).values("count") == [1]


def test_a_report_of_an_earlier_position_counts_to_the_instant_that_it_named(store, run):
    with store.unit() as unit:
        write(unit, [[asked(1, priority="ROUTINE")]])
    day = MAY + timedelta(days=10)
    words = ("trace-ageing", "--at", "1", "--as-of", f"{day:%Y-%m-%dT%H:%M:%SZ}", "--json")
    (first,) = json.loads(run("show", *words).stdout)
    assert first["8 to 30 days"] == 1
    with store.unit() as unit:
        done = TraceAnswered(subject="T1", at=day, final=True, outcome="NO_RECORD")
        write(unit, [[done], [asked(2)]])
    assert json.loads(run("show", *words).stdout) == [first]
    words = ("traces", "--at", "1", "--as-of", f"{day:%Y-%m-%dT%H:%M:%SZ}", "--format", "json")
    assert run("run", *words).stdout == run("run", *words).stdout


def test_a_sum_of_all_is_no_row_among_the_others(store, tmp_path):
    path = tmp_path / "top.toml"
    path.write_text(
        'title = "x"\n[[section]]\nmeasure = "sdg-16-4-2"\nby = ["country"]\ntop = 2\n'
        '[[section]]\nmeasure = "chain-length"\ntop = 1\n'
    )
    with store.unit() as unit:
        write(unit, [[seized(n, country=c) for n, c in enumerate(["BEL", "FRA", "NLD", None])]])
        for n in range(3):
            answer = TraceAnswered(subject=f"T{n}", at=MAY, final=True, outcome="NO_RECORD",
                                   links=n + 1, countries=1)  # fmt: skip
            write(unit, [[asked(n), answer]])
        report = make_report(load(path), unit.facts, EVER, ORIGIN)
    sdg, chains = report.tables
    assert [row.values[:2] for row in sdg.rows] == [
        ("BEL", 1),
        ("FRA", 1),
        ("others", 2),
        ("all", 4),
    ]
    assert [row.values for row in chains.rows] == [(1, 1, 1), ("others", None, 2)]


def test_two_periods_are_compared_before_rows_are_summed_up(store, tmp_path):
    path = tmp_path / "top.toml"
    path.write_text(
        'title = "x"\n[[section]]\nmeasure = "seized"\nby = ["country"]\ntop = 1\n'
        '[[section]]\nmeasure = "chain-length"\n'
    )
    year = timedelta(days=365)
    with store.unit() as unit:
        old = [seized(n, MAY - year, c) for n, c in enumerate(["BEL", "BEL", "FRA"])]
        new = [seized(n + 9, MAY, c) for n, c in enumerate(["FRA", "FRA", "BEL", "NLD"])]
        answer = TraceAnswered(subject="T1", at=MAY, final=True, outcome="NO_RECORD", links=2)
        write(unit, [[*old, *new, asked(1), answer]])
        periods = (datetime(2025, 1, 1, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC),
                   datetime(2026, 6, 1, tzinfo=UTC))  # fmt: skip
        earlier, later = (
            make_report(load(path), unit.facts,
                        Scope(start=start, end=end, now=EVER.now), ORIGIN, whole=True)
            for start, end in pairwise(periods)
        )  # fmt: skip
    made = compare(earlier, later, (1, None))
    assert [row.values for row in made.tables[0].rows] == [("FRA", 1, 2, 1), ("others", 2, 2, -1)]
    assert [row.values for row in made.tables[1].rows] == [(2, None, None, 1, None)]
    assert "365 days, the later 151" in made.about


def test_a_definition_names_what_cannot_be_drawn_filtered_or_named(tmp_path):
    path = tmp_path / "mine (2).toml"
    path.write_text('title = "x"\n[[section]]\nmeasure = "records"\n')
    assert load(path).name == "mine -2"
    path.write_text(
        'title = "x"\nname = "../mine"\n[filters]\nlinks = ["two"]\nasked = ["2026"]\nmake = []\n'
        "model = [[1]]\ngrade = ['A']\n"
        '[[section]]\nmeasure = "records"\nby = ["maek"]\ntop = true\npicture = "map"\ntitle = 3\n'
        '[[section]]\nmeasure = "traces"\nby = ["make", "make", ["x"]]\n'
    )
    with pytest.raises(DefinitionError) as caught:
        load(path)
    text = str(caught.value)
    for piece in (
        "'../mine'", "'links' is a whole number, not 'two'", "'asked' is an instant",
        "'make' has no value", "'model' are texts", "filtered by 'grade'",
        "'maek'; did you mean 'make'", "top is a number", "a map draws", "title is a text",
        "'make' twice", "by \"['x']\"",
    ):  # fmt: skip
        assert piece in text, piece


def test_no_cell_of_a_csv_file_is_a_formula_whatever_its_place(store, tmp_path):
    path = tmp_path / "evil.toml"
    path.write_text(
        "title = \"=1+1'\"\n[filters]\nmake = ['@SUM(A1)']\n"
        "[[section]]\nmeasure = 'seized'\nby = ['country']\ntitle = \"+Glock 'x'\"\n"
    )
    with store.unit() as unit:
        made = [
            seized(n, country=c) for n, c in enumerate(["\uff1d1", "\uff0b", "\uff0d", "\uff20"])
        ]
        write(unit, [made])
        report = make_report(load(path), unit.facts, EVER, ORIGIN)
    report = replace(report, tables=(replace(report.tables[0], notes=("\t=2",)),))
    for line in csv.reader(io.StringIO(render(report, Format.CSV).decode())):
        for cell in line:
            assert cell[:1] not in {*"=+-@\t\r\n\uff1d\uff0b\uff0d\uff20"}, cell
    book = CalamineWorkbook.from_filelike(io.BytesIO(render(report, Format.XLSX)))
    assert book.sheet_names[1] == "1 +Glock 'x"


def test_every_measure_can_be_asked_by_its_own_name_alone():
    assert all(one.name == name for name, one in measures().items())
