"""Formats beside delimited text: sheets, EBCDIC, fixed width, XML, EDIFACT; both ways."""

from __future__ import annotations

import shutil
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from drawn import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from adapters.engine import DeclaredAdapter, fixed_frame
from adapters.engine.copybook import read_copybook
from adapters.engine.copybook_entry import Place
from adapters.engine.edifact_syntax import released, segments_of
from adapters.engine.record_values import number_text, packed
from adapters.engine.spec import read_spec
from adapters.engine.steps import Materials, find_pipeline
from adapters.engine.xml_tree import load_stylesheet
from gateway.adapter import (
    AdapterError,
    Answer,
    Item,
    Outcome,
    find_adapter,
    installed_adapters,
)

pytestmark = pytest.mark.unit
ADAPTERS = Path(__file__).parents[3] / "adapters"


def items(name: str, path: str) -> tuple[Item, ...]:
    native = (ADAPTERS / name.replace("-", "_") / "samples" / path).read_bytes()
    return find_adapter(name).read(native, fixed_frame()).items


def answers_to(found: tuple[Item, ...]) -> list[Answer]:
    return [
        Answer(
            number=item.number,
            reference=item.reference,
            raw=item.raw,
            outcome=Outcome.SET_ASIDE if item.issues else Outcome.APPLIED,
            answer=None,
            issues=item.issues,
        )
        for item in found
    ]


@pytest.mark.parametrize("name", sorted(installed_adapters()))
def test_every_adapter_answers_every_item_of_its_bad_samples(name: str) -> None:
    adapter = find_adapter(name)
    folder = ADAPTERS / name.replace("-", "_") / "samples" / "bad"
    for path in folder.iterdir():
        if ".expected." in path.name:
            continue
        found = adapter.read(path.read_bytes(), fixed_frame()).items
        if found:
            written = adapter.write(answers_to(found), fixed_frame())
            assert len(written) > 50 * len(found)


@pytest.mark.parametrize("name", sorted(installed_adapters()))
@given(octets=st.binary(max_size=400))
@settings(max_examples=examples(15), deadline=None)
def test_no_octets_make_any_adapter_fail(name: str, octets: bytes) -> None:
    reading = find_adapter(name).read(octets, fixed_frame())
    assert reading.issues or reading.items
    for item in reading.items:
        assert (item.body is None) != (not item.issues and not item.skipped)


@pytest.mark.parametrize("name", sorted(installed_adapters()))
def test_a_sample_cut_anywhere_gives_items_or_issues_and_never_fails(name: str) -> None:
    adapter = find_adapter(name)
    folder = ADAPTERS / name.replace("-", "_") / "samples" / "ok"
    sample = next(path for path in sorted(folder.iterdir()) if ".expected." not in path.name)
    whole = sample.read_bytes()
    for part in range(1, 12):
        reading = adapter.read(whole[: len(whole) * part // 12], fixed_frame())
        for item in reading.items:
            assert (item.body is None) == bool(item.issues)


def test_a_workbook_comes_back_with_its_wrong_cells_and_no_formula() -> None:
    found = items("xlsx-template", "bad/firearms.xlsx")
    written = find_adapter("xlsx-template").write(answers_to(found), fixed_frame())
    book = CalamineWorkbook.from_filelike(BytesIO(written))
    assert book.sheet_names == ["Answers", "Firearms"]
    rows = book.get_sheet_by_name("Firearms").to_python()
    assert rows[1][rows[0].index("Fact")] == "STOLE"
    assert rows[4][rows[0].index("Make")] == '=HYPERLINK("http://x")'
    answers = book.get_sheet_by_name("Answers").to_python()
    assert any("Firearms!J2" in row for row in answers)


def test_answers_of_a_mainframe_are_records_of_one_length_in_its_code_page() -> None:
    found = items("mainframe-ebcdic", "bad/extract.ebc")
    written = find_adapter("mainframe-ebcdic").write(answers_to(found), fixed_frame())
    assert b"SET ASIDE" not in written
    assert "SET ASIDE" in written.decode("cp1147")
    columns = read_spec(ADAPTERS / "mainframe_ebcdic").reply.column
    assert len(written) % sum(column.length or 0 for column in columns) == 0


def test_a_control_message_names_the_segments_that_are_wrong() -> None:
    found = items("edifact-customs", "bad/cuscar.edi")
    written = find_adapter("edifact-customs").write(answers_to(found), fixed_frame()).decode()
    segments = list(segments_of(written))
    assert [s.tag for s in segments[:3]] == ["UNB", "UNH", "UCI"]
    assert next(s.elements for s in segments if s.tag == "UCM")[-1] == ("4",)
    assert "12" in {s.value(1) for s in segments if s.tag == "UCS"}
    count = next(s for s in segments if s.tag == "UNZ").value(1)
    assert int(count) == sum(s.tag == "UNH" for s in segments) == 4


@pytest.mark.slow
@given(st.text(max_size=60).filter(lambda text: "\r" not in text and "\n" not in text))
def test_a_released_component_is_read_as_it_was(text: str) -> None:
    (segment,) = segments_of(f"FTX+AAO+{released(text)}'")
    assert segment.value(2) == text


@given(st.integers(0, 9_999_999), st.booleans())
def test_packed_decimals_are_read_as_they_are_written(number: int, negative: bool) -> None:
    place = Place(name="X", offset=0, length=4, kind="packed", digits=7, scale=2, sign="over")
    octets = bytes.fromhex(f"{number:07d}{'d' if negative else 'c'}")
    expected = number_text(negative, f"{number:07d}", place)
    assert packed(octets, place) == expected
    assert float(expected) == (-number if negative else number) / 100


def test_a_copybook_is_laid_out_as_cobol_does(tmp_path: Path) -> None:
    path = tmp_path / "a.cpy"
    path.write_text(
        "       01 R.\n          05 A PIC 9(4) COMP.\n          05 B PIC S9(5)V99 COMP-3.\n"
        "          05 N PIC 9.\n          05 T OCCURS 1 TO 3 DEPENDING ON N.\n"
        "             10 C PIC X(2).\n             10 D PIC S9(3) SIGN LEADING SEPARATE.\n"
        "          05 E PIC X(3).\n          05 F REDEFINES E PIC 9(3).\n"
    )
    layout = read_copybook(path)["R"]
    places, length = layout.places({"N": 2})
    assert length == 2 + 4 + 1 + 2 * 6 + 3
    at = {place.name: (place.offset, place.length) for place in places}
    assert at["C(2)"] == (13, 2)
    assert at["E"] == at["F"] == (19, 3)
    assert layout.fixed[1] == 28


@pytest.mark.parametrize(
    "entry", ["78 A VALUE 3.", "05 B PIC X.\n05 A PIC 9(4) COMP SYNC.", "05 A PIC X COMP-3."]
)
def test_a_copybook_that_is_not_read_rightly_is_refused(tmp_path: Path, entry: str) -> None:
    path = tmp_path / "a.cpy"
    path.write_text(f"01 R.\n{entry}\n")
    with pytest.raises(AdapterError):
        read_copybook(path)


@pytest.mark.parametrize("select", ["document('x.xml')", "document('http://127.0.0.1/')"])
def test_a_stylesheet_reads_nothing_but_its_input(tmp_path: Path, select: str) -> None:
    (tmp_path / "x.xml").write_text("<secret/>")
    folder = tmp_path / "umf"
    shutil.copytree(ADAPTERS / "umf_like_xml", folder)
    sheet = (folder / "in.xsl").read_text()
    (folder / "in.xsl").write_text(sheet.replace("local-name()", f"name({select}/*)"))
    load_stylesheet(folder / "in.xsl")
    native = (folder / "samples" / "ok" / "message.xml").read_bytes()
    reading = DeclaredAdapter(folder).read(native, fixed_frame())
    assert all(item.body is None for item in reading.items)
    assert "secret" not in repr(reading)


@pytest.mark.parametrize(
    ("value", "expected"), [("٢٠٢٦", "2026"), ("०१२", "012"), ("A\uff11", "A1"), ("12", "12")]
)
def test_digits_of_any_script_are_read(value: str, expected: str) -> None:
    run = find_pipeline(("digits",), Materials(tables={}, patterns={}))
    assert run(value, "2026-01-01") == expected


def test_a_json_value_of_another_type_is_told_as_that() -> None:
    adapter = find_adapter("nl-customs-json")
    native = (
        '{"zaken": [{"zaaknummer": "A", "zending": "x", "vuurwapens": {}, "vervoer": {"a": 1}}]}'
    )
    (item,) = adapter.read(native.encode(), fixed_frame()).items
    told = {issue.at: issue.code for issue in item.issues}
    assert told["/zaken/0/zending"] == "SYNTAX"
    assert told["/zaken/0/vuurwapens"] == "SYNTAX"
    assert told["/zaken/0/vervoer"] == "SYNTAX"


def test_a_held_item_goes_on_once_the_table_has_the_line(tmp_path: Path) -> None:
    folder = tmp_path / "fixed_width"
    shutil.copytree(ADAPTERS / "fixed_width", folder)
    adapter = DeclaredAdapter(folder)
    native = (folder / "samples" / "ok" / "lines.txt").read_bytes().replace(b"SG", b"XX")
    before = adapter.read(native, fixed_frame()).items
    assert [item.held for item in before] == [False, True]
    assert not adapter.renew()
    with (folder / "codes" / "type.csv").open("a") as table:
        table.write("XX,SHOTGUN,\n")
    assert adapter.renew()
    assert all(item.body for item in adapter.read(native, fixed_frame()).items)
    (folder / "codes" / "type.csv").write_text("local,standard,note\nXX,GUN,\n")
    with pytest.raises(AdapterError):
        adapter.renew()
    assert all(item.body for item in adapter.read(native, fixed_frame()).items)


def test_every_stage_of_an_item_can_be_shown() -> None:
    adapter = find_adapter("mainframe-ebcdic")
    with (ADAPTERS / "mainframe_ebcdic/samples/ok/extract.ebc").open("rb") as source:
        stages = adapter.trace(source, 2, replace(fixed_frame(), party="FRA-NCB"))  # type: ignore[attr-defined]  # it is traceable
    assert [stage.name for stage in stages] == [
        "raw", "split", "parsed", "filtered", "mapped", "canonical", "checked",
    ]  # fmt: skip
    assert any("LA-BARREL = '710.5' at record 3, byte" in line for line in stages[2].lines)
