"""Every measure of the program stands in every format with the same figures, and every report."""

from __future__ import annotations

import csv
import io
import json
import re

import pytest
from lxml import html
from python_calamine import CalamineWorkbook
from statistics_world import EVER, open_store, write

from gateway.statistics import (
    Format,
    Origin,
    TraceAnswered,
    TraceAsked,
    built_in,
    make_report,
    measures,
    render,
)
from gateway.statistics.definition import parse
from gateway.statistics.facts import (
    FileFlaw,
    FileRead,
    HitTold,
    RecordFiled,
    SearchAnswered,
    Searched,
    Seized,
)
from gateway.statistics.rendering import as_pdf
from gateway.statistics.rendering.words import words
from gateway.statistics.reports import Report

pytestmark = [pytest.mark.unit, pytest.mark.slow]  # every measure in five formats
AT = EVER.now.replace(month=3)
ORIGIN = Origin(party="NLD-NCB", position=3, head="head")
# The numbers of section 2.7 of the program, and of the reports of 2.8.
MEASURES = {str(number) for number in range(1, 22)}
REPORTS = {f"R{number}" for number in range(1, 13)}
ELSEWHERE = {"R9": "iarms report dossier"}  # of one firearm: no definition over a period


def test_every_measure_of_the_program_has_a_definition_and_is_listed():
    numbers = {measure.number.rstrip("abcdefgh") for measure in measures().values()}
    assert numbers == MEASURES
    assert all(len(measure.definition) > 40 for measure in measures().values())


def test_every_report_of_the_program_is_there():
    assert {report.number for report in built_in().values()} >= REPORTS - set(ELSEWHERE)


@pytest.fixture(scope="module")
def report(tmp_path_factory) -> Report:
    """Every measure in one report, over a little of everything."""
    sections = "".join(f'[[section]]\nmeasure = "{name}"\n' for name in measures())
    definition = parse(f'title = "All"\n{sections}', "all")
    firearm = {"make": "GLOCK", "firearm_type": "PISTOL", "serial_status": "PRESENT"}
    traces = [
        [
            TraceAsked(
                subject=f"T{n}", at=AT, direction="OUT", peer_country="USA", chain=f"C{n}",
                recovery_place="NLD", recovery_country="NLD", recovery_date=f"2026-02-0{n + 1}",
                seizure=f"Z{n}", serial_series="PX######", serial_number=100 + n, **firearm,
            ),
            TraceAnswered(
                subject=f"T{n}", at=AT, final=True, outcome="TRACED_RETAILER", dealer="=DEALER, 1",
                last_transfer="2025-02-28", import_place="USA", diversion_place="USA", links=2,
                countries=2,
            ),
            Seized(
                subject=f"Z{n}#1", at=AT, seizure=f"Z{n}", mode="SEIZED", country="NLD",
                serial_series="PX######", serial_number=100 + n, ballistic=1, **firearm,
            ),
        ]
        for n in range(6)
    ]  # fmt: skip
    others = [
        TraceAsked(subject="T9", at=AT, direction="IN", peer_country="BEL"),
        Searched(subject="Q", at=AT, purpose="BORDER_CONTROL", country="NLD", **firearm),
        SearchAnswered(subject="Q", at=AT, result="HIT", grade="A"),
        HitTold(
            subject="H", at=AT, role="OWNER", origin="RECORD", grade="A", owner_country="NLD",
            finder_country="FRA", record_type="STOLEN", record="R-1", **firearm,
        ),
        FileRead(subject="1/0", at=AT, adapter="br-csv", sent=3, set_aside=1),
        FileFlaw(subject="1/0 D", at=AT, adapter="br-csv", reason="DATE", field="Data", items=1),
    ]  # fmt: skip
    with open_store(tmp_path_factory.mktemp("formats")) as store, store.unit() as unit:
        write(unit, [[filed(n)] for n in range(4)])
        write(unit, [*traces, others])
        return make_report(definition, unit.facts, EVER, ORIGIN)


def filed(number: int) -> RecordFiled:
    return RecordFiled(
        subject=f"R-{number}", at=AT, record_type="STOLEN", event_date="2026-03-01", entered=AT,
        review_date="2031-01-01", status="OPEN", make="GLOCK", firearm_type="PISTOL",
    )  # fmt: skip


def plain(value):
    return None if value in {None, ""} else value


def test_no_measure_is_without_a_figure(report):
    empty = {table.name for table in report.tables if not table.rows}
    assert empty <= {"theft-clusters", "growing-routes", "confirmation"}


def test_json_and_csv_hold_every_figure(report):
    told = json.loads(render(report, Format.JSON))
    for table, kept in zip(report.tables, told["tables"], strict=True):
        assert [tuple(row) for row in kept["rows"]] == [row.values for row in table.rows]
        assert kept["definition"] == table.definition
    lines = list(csv.reader(io.StringIO(render(report, Format.CSV).decode())))
    for table in report.tables:
        at = lines.index([table.title])
        assert lines[at + 1] == ["definition", table.definition]
        head = lines.index([column.name for column in table.columns], at)
        for line, row in zip(lines[head + 1 :], table.rows, strict=False):
            for cell, value in zip(line, row.values, strict=True):
                if isinstance(value, str):
                    assert cell.removeprefix("'") == value
                else:
                    assert (float(cell) if cell else None) == value


def test_the_workbook_holds_every_figure(report):
    book = CalamineWorkbook.from_filelike(io.BytesIO(render(report, Format.XLSX)))
    for number, table in enumerate(report.tables, 1):
        sheet = next(n for n in book.sheet_names if n.startswith(f"{number} "))
        cells = book.get_sheet_by_name(sheet).to_python(skip_empty_area=False)
        head = 3 + len(table.notes)
        for line, row in zip(cells[head + 1 :], table.rows, strict=True):
            for cell, value in zip(line, row.values, strict=False):
                assert plain(cell) == (pytest.approx(value) if value else plain(value))


def test_page_and_print_hold_every_figure_as_people_read_it(report, monkeypatch):
    wanted = [
        [
            [words(v, c) for v, c in zip(row.values, table.columns, strict=True)]
            for row in table.rows
        ]
        for table in report.tables
    ]
    page = html.fromstring(render(report, Format.HTML).decode())
    found = []
    for section in page.iter("section"):
        rows = [[td.text_content() for td in tr.iter("td")] for tr in section.iter("tr")]
        found.append([row for row in rows if row])
    assert found[-len(wanted) :] == wanted
    printed: list[str] = []
    genuine = as_pdf._cell
    monkeypatch.setattr(
        as_pdf, "_cell", lambda text, *more: (printed.append(text), genuine(text, *more))[1]
    )
    assert render(report, Format.PDF).startswith(b"%PDF")
    cells = iter(printed)
    for figures in (cell for table in wanted for row in table for cell in row):
        assert figures in cells, "in their order, between what is printed beside them"


def test_no_picture_is_cut_to_the_size_of_another(report):
    page = render(report, Format.HTML).decode()
    names = re.findall(r'id="([^"]+)"', page)
    assert len(names) == len(set(names)) > 4
    assert {f"clip{name}" for name in re.findall(r"url\(#clip([^)]*)\)", page)} <= set(names)
