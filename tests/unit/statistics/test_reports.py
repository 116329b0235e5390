"""Reports: the same figures in every format, definitions that say all that is wrong, and drill."""

import csv
import io
import json
import zipfile
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from click.testing import CliRunner
from lxml import html
from python_calamine import CalamineWorkbook
from statistics_world import EVER, open_store, write

from gateway.cli.output import ExitCode, exit_code_of
from gateway.cli.person import person_here
from gateway.cli.report import command
from gateway.config import Reader, Statistics
from gateway.statistics import (
    CasesWithheldError,
    DefinitionError,
    Format,
    NotReproducedError,
    Origin,
    Person,
    TraceAnswered,
    TraceAsked,
    UnknownMeasureError,
    built_in,
    find,
    load,
    make_report,
    render,
    verify_facts,
)
from gateway.statistics.facts import RecordFiled, Seized

pytestmark = pytest.mark.unit
AT = datetime(2026, 3, 4, tzinfo=UTC)
ORIGIN = Origin(party="NLD-NCB", position=3, head="head")


def filed(number, make="GLOCK", at=AT):
    return RecordFiled(
        subject=f"R-{number}", at=at, record_type="STOLEN", event_date="2026-03-01", entered=at,
        review_date="2031-01-01", status="OPEN", make=make, firearm_type="PISTOL",
    )  # fmt: skip


@pytest.fixture
def store(tmp_path):
    with open_store(tmp_path) as opened:
        with opened.unit() as unit:
            write(unit, [[filed(n, make=["GLOCK", "BERETTA"][n % 2])] for n in range(5)])
            write(unit, [[filed(9, make="=cmd|'/c calc'!A1")]])
            write(
                unit,
                [
                    [
                        Seized(
                            subject="Z#1", at=AT, seizure="Z", mode="SEIZED", country="NLD",
                            make="GLOCK", serial_status="PRESENT",
                        ),
                        TraceAsked(
                            subject="T", at=AT, direction="OUT", peer_country="USA", seizure="Z",
                            recovery_place="NLD", recovery_date="2026-03-01",
                        ),
                        TraceAnswered(
                            subject="T", at=AT, final=True, outcome="TRACED_RETAILER",
                            last_transfer="2025-03-01", diversion_place="USA",
                        ),
                    ]
                ],
            )  # fmt: skip
        yield opened


def report_of(store, name):
    with store.unit() as unit:
        return make_report(find(name), unit.facts, EVER, ORIGIN)


@pytest.mark.slow
@pytest.mark.parametrize("name", list(built_in()))
def test_every_report_is_written_in_every_format_and_twice_alike(store, name):
    report = report_of(store, name)
    for form in Format:
        octets = render(report, form)
        assert len(octets) > 200
        assert octets == render(report, form)


def test_the_same_figures_stand_in_every_format(store):
    report = report_of(store, "ranking")
    makes = next(t for t in report.tables if t.title == "Makes recorded")
    wanted = {str(row.values[0]): row.values[1] for row in makes.rows}
    assert wanted == {"GLOCK": 3, "BERETTA": 2, "=cmd|'/c calc'!A1": 1}

    told = json.loads(render(report, Format.JSON))
    table = next(t for t in told["tables"] if t["title"] == "Makes recorded")
    assert dict(table["rows"]) == wanted

    lines = list(csv.reader(io.StringIO(render(report, Format.CSV).decode())))
    first = lines.index(["Makes recorded"])
    rows = lines[first + 3 : first + 6]
    assert {name.removeprefix("'"): int(n) for name, n in rows} == wanted
    assert not any(cell.startswith("=") for line in lines for cell in line)

    page = html.fromstring(render(report, Format.HTML).decode())
    section = next(s for s in page.iter("section") if s.findtext("h2") == "Makes recorded")
    cells = [[td.text for td in tr.iter("td")] for tr in section.find("table").iter("tr")][1:]
    assert {name: int(n) for name, n in cells} == wanted

    octets = render(report, Format.XLSX)
    book = CalamineWorkbook.from_filelike(io.BytesIO(octets))
    sheet = next(n for n in book.sheet_names if n.endswith("Makes recorded"))
    found = {r[0]: int(r[1]) for r in book.get_sheet_by_name(sheet).to_python()[4:]}
    assert found == wanted
    with zipfile.ZipFile(io.BytesIO(octets)) as archive:
        sheets = [n for n in archive.namelist() if "worksheets/sheet" in n]
        assert not any(b"<f>" in archive.read(n) for n in sheets)

    text = render(report, Format.TEXT).decode()
    assert "GLOCK" in text
    assert render(report, Format.PDF).startswith(b"%PDF")


def test_every_format_says_period_origin_and_caveat(store):
    report = report_of(store, "national")
    for form in (Format.TEXT, Format.CSV, Format.JSON, Format.HTML):
        text = render(report, form).decode()
        assert "not a random sample" in text
        assert "head" in text
        assert "1900-01-01" in text


def test_a_page_holds_no_script_and_asks_nobody(store):
    page = render(report_of(store, "national"), Format.HTML).decode()
    assert "<script" not in page
    assert "http://" not in page.replace("http://www.w3.org", "")


def test_the_sdg_counts_a_traced_seizure_as_established(store):
    report = report_of(store, "national")
    table = next(t for t in report.tables if t.name == "sdg-16-4-2")
    assert table.rows[-1].values == ("all", 1, 1, 0, 1.0)


def test_a_definition_says_everything_that_is_wrong_at_once(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text(
        'titel = "x"\n[filters]\nmak = ["GLOCK"]\n[[section]]\nmeasure = "record"\n'
        '[[section]]\nmeasure = "records"\nby = ["dealer"]\ntop = 0\npicture = "pie"\n'
    )
    with pytest.raises(DefinitionError) as caught:
        load(path)
    text = str(caught.value)
    for piece in ("'titel'; did you mean 'title'", "title is missing", "'mak'; did you mean 'make'",
                  "did you mean 'records'", "'dealer'", "top is", "'pie'"):  # fmt: skip
        assert piece in text
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(DefinitionError):
        load(path)
    path.write_text("[[")
    with pytest.raises(DefinitionError):
        load(path)


def test_a_tailored_report_is_a_file(store, tmp_path):
    path = tmp_path / "glocks.toml"
    path.write_text(
        'title = "Glocks"\n[filters]\nmake = ["GLOCK"]\n'
        '[[section]]\nmeasure = "records"\nby = ["make"]\n'
    )
    report = report_of(store, str(path))
    assert [row.values for row in report.tables[0].rows] == [("GLOCK", 3)]


def test_a_report_that_is_not_there_is_told_with_its_neighbour():
    with pytest.raises(UnknownMeasureError, match="national"):
        find("natonal")


def test_a_changed_log_and_a_changed_table_are_found(store):
    with store.unit() as unit:
        position, _ = verify_facts(unit)
        assert position == 7
        unit.facts.meet("records", "R-1", {"changes": 1})
        with pytest.raises(NotReproducedError, match="does not follow"):
            verify_facts(unit)


@pytest.fixture
def report_command(store, tmp_path, monkeypatch):
    """``iarms report`` at a node with these readers."""
    monkeypatch.setattr("gateway.cli.databases.open_database", lambda _home: store)
    monkeypatch.setattr(type(store), "close", lambda _: None)

    def run(*words, readers=(), person=None):
        settings = SimpleNamespace(
            party="NLD-NCB",
            statistics=Statistics(readers=readers, cases_office="the case desk"),
        )
        monkeypatch.setattr("gateway.config.load_settings", lambda _home: settings)
        if person is not None:
            monkeypatch.setattr("gateway.cli.person.person_here", lambda _home: person)
        command_name, *more = words
        return CliRunner().invoke(command, [command_name, "--home", str(tmp_path), *more])

    return run


def test_commands_show_figures_and_the_cases_behind_them(report_command, tmp_path):
    shown = report_command("show", "records", "--by", "make", "--json")
    assert {"make": "BERETTA", "count": 2} in json.loads(shown.stdout)
    behind = report_command("cases", "records", "--only", "make=BERETTA", "--json")
    assert [case["subject"] for case in json.loads(behind.stdout)] == ["R-1", "R-3"]
    out = tmp_path / "r.pdf"
    made = report_command("run", "R1", "--out", str(out))
    assert made.exit_code == 0, made.output
    assert out.read_bytes().startswith(b"%PDF")


def test_a_row_leads_to_exactly_its_cases(report_command):
    told = json.loads(report_command("show", "records", "--by", "make", "--json").stdout)
    for number, row in enumerate(told, 1):
        words = ("cases", "records", "--by", "make", "--row", str(number), "--json")
        found = json.loads(report_command(*words).stdout)
        assert len(found) == row["count"]
        assert {case["make"] for case in found} == {row["make"]}
    assert report_command("cases", "records", "--row", "99").exit_code != 0
    crime = json.loads(report_command("cases", "time-to-crime", "--row", "1", "--json").stdout)
    assert [case["subject"] for case in crime] == ["T"]


ANALYST = Person(login="a.analyst", groups=frozenset({"analysts"}))
CLERK = Person(login="c.clerk", groups=frozenset({"case-desk"}))


def test_who_is_no_reader_is_told_the_count_and_whom_to_ask(store, report_command):
    readers = (Reader(group="case-desk"),)
    refused = report_command("cases", "records", readers=readers, person=ANALYST)
    assert isinstance(refused.exception, CasesWithheldError)
    assert exit_code_of(refused.exception) is ExitCode.PERMISSION
    assert "6 cases" in str(refused.exception)
    assert "the case desk" in refused.exception.remedy
    assert "R-1" not in refused.output
    words = ("cases", "records", "--only", "make=BERETTA")
    few = report_command(*words, readers=readers, person=ANALYST)
    assert "fewer than 5 cases" in str(few.exception), "a small count is not told"
    none = report_command("cases", "hits", readers=readers, person=ANALYST)
    assert none.exit_code == 0
    dossier = ("dossier", "R-1", "--why", "x")
    assert isinstance(
        report_command(*dossier, readers=readers, person=ANALYST).exception, CasesWithheldError
    )
    shown = report_command("cases", "records", "--json", readers=readers, person=CLERK)
    assert len(json.loads(shown.stdout)) == 6
    with store.unit() as unit:
        lines = [line.detail for line in unit.journal.lines() if "looked" in line.event]
    assert "a.analyst: records, 0 of 6 shown" in lines
    assert "c.clerk: records, 6 of 6 shown" in lines


def test_a_reader_of_some_cases_sees_those_and_how_many_others_there_are(report_command):
    readers = (
        Reader(user="a.analyst", cases=("records",), only={"make": ("BERETTA",)}),
        Reader(user="c.clerk", cases=("traces",)),
    )
    some = report_command("cases", "records", "--json", readers=readers, person=ANALYST)
    assert [one["subject"] for one in json.loads(some.stdout)] == ["R-1", "R-3"]
    assert "fewer than 5 more are not for a.analyst: ask the case desk" in some.stderr
    refused = report_command("cases", "traces", readers=readers, person=ANALYST)
    assert isinstance(refused.exception, CasesWithheldError)
    words = ("dossier", "R-1", "--why", "x")
    refused = report_command(*words, readers=readers, person=ANALYST)
    assert isinstance(refused.exception, CasesWithheldError)


def test_nobody_says_of_themselves_who_they_are(tmp_path, monkeypatch):
    monkeypatch.setenv("LOGNAME", "boss")
    monkeypatch.setenv("USER", "boss")
    assert person_here(tmp_path).login != "boss"
    monkeypatch.setenv("SUDO_UID", "54321")
    assert person_here(tmp_path).login == "54321", "the node's own account: sudo is believed"
    monkeypatch.setattr("os.getuid", lambda: 65_000)
    assert person_here(tmp_path).login == "65000", "another account is who it is"
