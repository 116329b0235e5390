"""What other tools make of files: nothing that they changed is taken for what was typed."""

from __future__ import annotations

import json
from datetime import date
from io import BytesIO
from pathlib import Path

import pytest
import xlsxwriter

from adapters.engine import DeclaredAdapter, fixed_frame
from adapters.engine.copybook import read_copybook
from adapters.engine.edifact import parse_edifact
from adapters.engine.spec import Source
from adapters.engine.speech import speech
from adapters.engine.steps import Materials, NotFitting, find_pipeline
from gateway.adapter import AdapterError, Item, find_adapter
from gateway.payload import FirearmRecord, Search, Seizure

pytestmark = pytest.mark.unit
ADAPTERS = Path(__file__).parents[3] / "adapters"
HEADER = (
    "Reference", "Fact", "Date", "Country", "Place", "Type", "Make", "Model", "Calibre",
    "Serial number", "Remarks",
)  # fmt: skip
ROW = ("A-1", "STOLEN", date(2026, 5, 3), "FRA", "Lille", "PISTOL", "Glock", "19", "9mm", "TZZ100")


def book(
    *rows: tuple[object, ...], formats: dict[int, str] | None = None, **options: object
) -> bytes:
    """A workbook as xlsxwriter writes it; ``formats`` are forms of numbers by column."""
    made = BytesIO()
    workbook = xlsxwriter.Workbook(made, {"in_memory": True, **options})
    sheet = workbook.add_worksheet("Firearms")
    day = workbook.add_format({"num_format": "yyyy-mm-dd"})
    forms = {at: workbook.add_format({"num_format": form}) for at, form in (formats or {}).items()}
    sheet.write_row(0, 0, HEADER)
    for number, row in enumerate(rows, start=1):
        for column, value in enumerate(row):
            if isinstance(value, date):
                sheet.write_datetime(number, column, value, forms.get(column, day))
            elif isinstance(value, str) and value.startswith("="):
                sheet.write_formula(number, column, value)
            elif value is not None:
                sheet.write(number, column, value, forms.get(column))
    workbook.close()
    return made.getvalue()


def read(native: bytes) -> tuple[Item, ...]:
    reading = find_adapter("xlsx-template").read(native, fixed_frame())
    assert not reading.issues
    return reading.items


def changed(at: int, value: object) -> tuple[object, ...]:
    return (*ROW[:at], value, *ROW[at + 1 :])


def record(item: Item) -> FirearmRecord:
    assert isinstance(item.body, FirearmRecord), item.issues
    return item.body


def codes(item: Item) -> dict[str, str]:
    return {issue.at: issue.code for issue in item.issues}


@pytest.mark.parametrize(
    "value",
    [
        "9-Mar", "9. Mrz", "09-mars", "mars-09", "30-Jun", "30/06/2006", "30.06.2006", "2006-06-30",
        "1905-06-30 00:00:00", "5.7000000000000002", "0,38000000000000000", "7.6199999999999992",
        "1.2E+11", "9:19:00", "#N/A", "1e+05", "1,23E11", "May-62", "9-gen", "62. Mai", "5-май",
        "9-يناير", "12/jul", "9 de mai", "dez/70", "set/38", "mai-62", "fev 45", "#BEZUG!",
        "#NOME?", "#¡REF!", "#¿NOMBRE?", "#DIV/0!", "#N/D", "#NV", "Err:502",
    ],
)  # fmt: skip
def test_what_a_spreadsheet_made_of_a_calibre_is_refused(value: str) -> None:
    run = find_pipeline(("undamaged",), Materials(tables={}, patterns={}))
    with pytest.raises(NotFitting):
        run(value, "2026-01-01")


@pytest.mark.parametrize(
    "value",
    [
        "9mm", ".380", "0.38", "5.7", "45", ".45-70", "44-40", "30-06", "7.62x39", "9,3x74R",
        "336 Marlin", "8E1234", "12E45", "MAG-62", "20-62",
        "LUG 08", "SET-22", "#1234?", "#AB12", "12/70", "1234/MAR",
        "1911-A1", "K77-4021", "2019-045512", "M4 Mara", "12/76", "870 Express", "98-1204-77",
    ],
)  # fmt: skip
def test_what_was_typed_is_left_alone(value: str) -> None:
    run = find_pipeline(("undamaged",), Materials(tables={}, patterns={}))
    assert run(value, "2026-01-01") == value


def test_a_number_that_counts_a_day_is_no_calibre_and_a_kept_text_is_what_it_shows() -> None:
    run = find_pipeline(("undamaged:calibre",), Materials(tables={}, patterns={}))
    for value in ("43834", "22798", "12:70", "9/5/26", "09-05-26"):
        with pytest.raises(NotFitting):
            run(value, "2026-01-01")
    for value in ("12", "357", "5566", '="010"'):
        assert run(value, "2026-01-01") == value.strip('="')


INVENTED = """
[adapter]
name = "xx-any"
version = "1"
title = "A feed whose author never thought of spreadsheets"
[source]
form = "delimited"
suffix = ".csv"
[[kind]]
name = "search"
body = "Search"
[[field]]
to = "/ReasonCode"
value = "TRAFFIC"
[[field]]
to = "/ObjectInSightIndicator"
value = "true"
[[field]]
to = "Firearm/FirearmTypeCode"
value = "PISTOL"
[[field]]
to = "Firearm/MakeIdentified/MakeText"
value = "GLOCK"
[[field]]
to = "Firearm/Calibre[1]/CalibreText"
from = "Cal"
[[field]]
to = "Firearm/SerialStatusCode"
value = "PRESENT"
[[field]]
to = "Firearm/Marking[serial]/KindCode"
value = "SERIAL"
[[field]]
to = "Firearm/Marking[serial]/LegibilityCode"
value = "LEGIBLE"
[[field]]
to = "Firearm/Marking[serial]/TextAsMarked"
from = "Number"
[reply]
column = [{ name = "Result", value = "result" }]
"""


def test_codes_and_numbers_are_guarded_though_the_author_never_asked_for_it(tmp_path: Path) -> None:
    (tmp_path / "adapter.toml").write_text(INVENTED)
    native = b'sep=;\r\nCal;Number\r\n9-Jan;T1\r\n9 mm;1.23E+05\r\n9 mm;="0012"\r\n9 mm;8E1234\r\n'
    items = list(DeclaredAdapter(tmp_path).read(native, fixed_frame()).items)
    assert [codes(item) for item in items] == [
        {"line 3, column Cal": "DAMAGED"}, {"line 4, column Number": "DAMAGED"}, {}, {},
    ]  # fmt: skip
    beside = b"Cal;;Number\r\n9 mm;;T1\r\n9 mm;lost?;T2\r\n"
    items = list(DeclaredAdapter(tmp_path).read(beside, fixed_frame()).items)
    assert [codes(item) for item in items] == [{}, {"line 3": "EXTRA"}]
    (tmp_path / "adapter.toml").write_text(
        INVENTED.replace('from = "Number"', 'from = "Number"\nsteps = ["as-typed"]')
    )
    items = list(DeclaredAdapter(tmp_path).read(native, fixed_frame()).items)
    assert [codes(item) for item in items][1:] == [{}, {}, {}]


def test_a_date_of_either_epoch_is_the_day_that_the_sheet_shows() -> None:
    for native in (book(ROW), book(ROW, date_1904=True)):
        (item,) = read(native)
        assert str(record(item).event_date) == "2026-05-03"


def test_a_number_is_read_with_the_zeros_that_the_sheet_shows() -> None:
    (item,) = read(book(changed(9, 417), formats={9: "00000"}))
    assert record(item).firearm.marking[0].text_as_marked == "00417"


@pytest.mark.parametrize("form", ["000-0000", '"TZZ "000', "\\A000"])
def test_a_number_shown_with_other_signs_is_damaged(form: str) -> None:
    (item,) = read(book(changed(9, 417), formats={9: form}))
    assert codes(item) == {"Firearms!J2": "DAMAGED"}


def test_a_formula_that_nobody_computed_is_damaged() -> None:
    (item,) = read(book(changed(9, '="TZZ"&100')))
    assert codes(item)["Firearms!J2"] == "DAMAGED"


def test_an_error_is_no_empty_cell_and_a_value_without_a_heading_is_told() -> None:
    made = BytesIO()
    workbook = xlsxwriter.Workbook(made, {"in_memory": True})
    sheet = workbook.add_worksheet("Firearms")
    sheet.write_row(0, 0, ["", *HEADER])
    for number in (1, 2, 3):
        row = [str(value) for value in changed(0, f"A-{number}")]
        sheet.write_row(number, 1, row)
    sheet.write_formula(1, 10, "=NA()", None, "#N/A")
    sheet.write_boolean(2, 10, True)
    sheet.write_number(3, 0, 7)
    workbook.close()
    first, second, third = read(made.getvalue())
    assert codes(first) == {"Firearms!K2": "DAMAGED"}
    assert codes(second) == {"Firearms!K3": "DAMAGED"}
    assert codes(third) == {"Firearms!A4": "EXTRA"}


def test_a_cell_under_a_merged_one_is_told() -> None:
    made = BytesIO()
    workbook = xlsxwriter.Workbook(made, {"in_memory": True})
    sheet = workbook.add_worksheet("Firearms")
    sheet.write_row(0, 0, HEADER)
    for number in (1, 2):
        row = [str(value) for value in changed(0, f"A-{number}")]
        sheet.write_row(number, 0, row)
        sheet.write_blank(number, 6, None)
    sheet.merge_range(1, 6, 2, 6, "Glock")
    workbook.close()
    first, second = read(made.getvalue())
    assert record(first).firearm.make_identified.make_text == "GLOCK"  # type: ignore[union-attr]  # it has one
    assert codes(second) == {"Firearms!G3": "MERGED"}


def test_rows_that_the_sheet_hides_are_read() -> None:
    made = BytesIO()
    workbook = xlsxwriter.Workbook(made, {"in_memory": True})
    sheet = workbook.add_worksheet("Firearms")
    sheet.write_row(0, 0, HEADER)
    sheet.write_row(1, 0, [str(value) for value in ROW])
    sheet.set_row(1, None, None, {"hidden": True})
    workbook.close()
    assert len(read(made.getvalue())) == 1


COPYBOOK = """\
       01  GUN-REC.
           05  HEAD-PART COMP-3.
               10  CASE-NO         PIC S9(7).
               10  PARTS-NO        PIC 9(3), .
           05  KIND                PIC X(2).
               88  IS-PISTOL       VALUE 'P' 'PI'.
               88  IS-LONG         VALUE 'R' THRU 'S'.
           05  PRICE               PIC ZZ,ZZ9.99-.
           05  WEIGHT              PIC ZZ9V99.
           05  YEARS               PIC S9(4) COMP-5.
           05  OWNER OCCURS 2 TIMES.
               10  NAME            PIC X(4).
               10  PHONE           PIC 9(3) OCCURS 2 TIMES.
           05  ANY-PART            PIC X(6).
           05  LONG-PART REDEFINES ANY-PART.
               10  BARREL          PIC S9(4)V9 PACKED-DECIMAL.
               10  FILLER          PIC X(3).
           05  TAIL                PIC X.
"""


def test_a_copybook_of_groups_names_of_values_and_edited_numbers_is_laid_out(
    tmp_path: Path,
) -> None:
    path = tmp_path / "gun.cpy"
    path.write_text(COPYBOOK)
    places, length = read_copybook(path)["GUN-REC"].fixed
    at = {place.name: (place.offset, place.length, place.kind) for place in places}
    assert at["CASE-NO"] == (0, 4, "packed")  # the group says COMP-3
    assert at["PARTS-NO"] == (4, 2, "packed")
    assert at["KIND"] == (6, 2, "text")
    assert at["PRICE"] == (8, 10, "text")
    assert at["WEIGHT"] == (18, 5, "text")  # V takes no octet
    assert at["YEARS"] == (23, 2, "binary")
    assert at["PHONE(2,1)"] == (39, 3, "zoned")
    assert at["BARREL"] == (45, 3, "packed")
    assert at["TAIL"] == (51, 1, "text")
    assert length == 52


@pytest.mark.parametrize("picture", ["N(5)", "G(5)", "9PP9", "S9.99"])
def test_a_picture_of_another_width_than_its_signs_is_refused(tmp_path: Path, picture: str) -> None:
    path = tmp_path / "a.cpy"
    path.write_text(f"       01 R.\n           05 A PIC {picture}.\n")
    with pytest.raises(AdapterError, match="picture"):
        read_copybook(path)


def edifact(text: str) -> tuple[list[dict[str, object]], list[str]]:
    source = Source(form="edifact", suffix=".edi", qualified=("RFF",))
    wanted = {"": frozenset({"RFF[MDL]/1.2", "BGM/2.1"})}
    parsed = parse_edifact(text.encode(), source, wanted, speech("en"))
    return [dict(row.cells) for row in parsed.rows], [issue.code for issue in parsed.issues]


def interchange(unb: str, body: str, *, una: str = "", count: str = "1") -> str:
    return f"{una}UNB+{unb}+A+B+260503:1200+R1'UNH+1+CUSCAR:D:96B:UN'{body}UNT+3+1'UNZ+{count}+R1'"


def test_service_signs_are_those_that_una_names() -> None:
    text = (
        interchange("UNOC:3", "RFF+MDL:A?:1'").replace("+", "|").replace(":", "^").replace("'", "~")
    )
    cells, issues = edifact("UNA^|.? ~\r\n" + text)
    assert not issues
    assert cells == [{"RFF[MDL]/1.2": "A^1"}]


def test_a_repeated_element_of_syntax_4_is_not_read_as_one_value() -> None:
    assert edifact(interchange("UNOC:4", "RFF+MDL:A*B'"))[1] == ["SYNTAX"]
    assert edifact(interchange("UNOC:4", "RFF+MDL:A?*B'"))[0] == [{"RFF[MDL]/1.2": "A*B"}]
    assert edifact(interchange("UNOC:3", "RFF+MDL:A*B'"))[0] == [{"RFF[MDL]/1.2": "A*B"}]


def test_an_interchange_that_says_another_count_is_refused_as_a_whole() -> None:
    assert edifact(interchange("UNOC:3", "RFF+MDL:A'", count="2"))[1] == ["TOTAL"]


GROUPED = (
    "UNB+UNOA:4+A:ZZ+B:ZZ+20260503:1200+15++ACE'UNG+CUSCAR+A+B+20260503:1200+7+UN+D:03B'"
    "UNH+1+CUSCAR:D:03B:UN'RFF+MDL:A'UNT+3+1'UNH+2+CUSCAR:D:03B:UN'RFF+MDL:B'UNT+3+2'UNE+2+7'"
    "UNG+CUSCAR+A+B+20260503:1200+8+UN+D:03B'UNH+1+CUSCAR:D:03B:UN'RFF+MDL:C'UNT+3+1'UNE+1+8'"
    "UNZ+2+15'"
)


def test_messages_in_functional_groups_are_read_and_their_groups_counted() -> None:
    cells, issues = edifact(f"\ufeff\r\n{GROUPED}\r\n")
    assert not issues
    assert [each["RFF[MDL]/1.2"] for each in cells] == ["A", "B", "C"]


@pytest.mark.parametrize(
    ("old", "new", "codes"),
    [
        ("UNE+2+7'", "UNE+3+7'", ["TOTAL"]),
        ("UNE+2+7'", "UNE+2+9'", ["TOTAL"]),
        ("UNZ+2+15'", "UNZ+3+15'", ["TOTAL"]),  # of groups, not of messages
        ("UNE+1+8'", "", ["SYNTAX"]),
        ("UNT+3+2'", "", ["SYNTAX"]),
        ("UNB+", "UNB+", []),
    ],
)
def test_a_functional_group_that_is_not_whole_refuses_the_interchange(
    old: str, new: str, codes: list[str]
) -> None:
    assert edifact(GROUPED.replace(old, new))[1] == codes


def niem(root: str, status: str = "") -> Item:
    text = f"""<x:{root} xmlns:x="urn:county:rms:7" xmlns:nc="http://niem.gov/niem/niem-core/2.0">
      <nc:ActivityIdentification><nc:IdentificationID>26-1</nc:IdentificationID>
      </nc:ActivityIdentification>
      <nc:ActivityDate><nc:Date>2026-05-03</nc:Date></nc:ActivityDate>
      <x:Firearm><nc:ItemSerialIdentification><nc:IdentificationID>TZZ100</nc:IdentificationID>
      </nc:ItemSerialIdentification>{status}</x:Firearm></x:{root}>"""
    (item,) = find_adapter("niem-firearm-xml").read(text.encode(), fixed_frame()).items
    return item


def test_a_firearm_in_any_report_is_not_taken_for_stolen() -> None:
    assert niem("StolenFirearmReport").body is not None
    (issue,) = niem("PawnTransactionReport").issues
    assert (issue.code, issue.field) == ("REQUIRED", "RecordTypeCode")
    said = (
        "<nc:ItemStatus><nc:StatusDescriptionText>LOST</nc:StatusDescriptionText></nc:ItemStatus>"
    )
    assert record(niem("PropertyReport", said)).record_type_code == "LOST"


def test_a_doctype_is_refused_in_utf_16_too() -> None:
    text = '<?xml version="1.0" encoding="utf-16"?><!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'
    reading = find_adapter("niem-firearm-xml").read(text.encode("utf-16"), fixed_frame())
    assert [issue.value for issue in reading.issues] == ["DOCTYPE"]


@pytest.mark.parametrize(
    "octets",
    [
        "a;b\n1;2\n".encode("utf-16"), "a;b\n1;2\n".encode("utf-16-le"), "a;b\n".encode("utf-32"),
        b"\xef\xbb\xbf" + "Référence;Fait\n".encode(),
    ],
)  # fmt: skip
def test_a_file_in_another_encoding_is_told_as_a_whole(octets: bytes) -> None:
    reading = find_adapter("br-sinarm-csv").read(octets, fixed_frame())
    assert reading.issues
    assert not reading.items


def short_form(**changed: object) -> Item:
    text = (ADAPTERS / "nl_customs_json" / "samples" / "ok" / "kort.json").read_text()
    case = {**json.loads(text)["zaken"][0], **changed}
    native = json.dumps({"zaken": [case]}).encode()
    (item,) = find_adapter("nl-customs-json").read(native, fixed_frame()).items
    return item


def test_the_short_form_of_a_seizure_counts_firearms_and_names_none() -> None:
    seizure = short_form().body
    assert isinstance(seizure, Seizure)
    assert [one.item_id for one in seizure.seized_firearm] == ["1.1", "1.2", "1.3", "2.1", "2.2"]
    assert {one.firearm.serial_status_code for one in seizure.seized_firearm} == {"NOT_RECORDED"}
    assert not any(one.firearm.marking for one in seizure.seized_firearm)


def test_what_the_schema_refuses_in_a_count_is_told_at_its_entry() -> None:
    counts = [{"stuk": "1", "soort": "KAST", "aantal": 3}]
    item = short_form(tellingen=[*counts, {"stuk": "2 2", "soort": "KAST", "aantal": 2}])
    assert {issue.at for issue in item.issues} == {"/zaken/0/tellingen/1/stuk"}


def test_no_cut_inside_the_last_line_passes_where_every_line_ends(tmp_path: Path) -> None:
    spec = INVENTED.replace('suffix = ".csv"', 'suffix = ".csv"\nended = true')
    (tmp_path / "adapter.toml").write_text(spec)
    adapter = DeclaredAdapter(tmp_path)
    whole = b"Cal;Number\r\n9 mm;T1\r\n9 mm;T22222\r\n"
    assert len(adapter.read(whole, fixed_frame()).items) == 2
    for cut in range(len(whole) - 10, len(whole) - 2):
        reading = adapter.read(whole[:cut], fixed_frame())
        assert ([issue.code for issue in reading.issues], reading.items) == (["TOTAL"], ())


def bare(encoding: str, tmp_path: Path) -> DeclaredAdapter:
    folder = tmp_path / "bare"
    folder.mkdir()
    source = f'suffix = ".csv"\nencoding = "{encoding}"'
    (folder / "adapter.toml").write_text(INVENTED.replace('suffix = ".csv"', source))
    return DeclaredAdapter(folder)


def found_in(lines: list[bytes], encoding: str, tmp_path: Path) -> list[str]:
    """What becomes of each line under a header: its codes, or the serial number that it holds."""
    native = b"\r\n".join([b"Cal;Number", *lines])
    reading = bare(encoding, tmp_path).read(native, fixed_frame())
    assert not reading.issues
    found = []
    for item in reading.items:
        assert (item.body is None) == bool(item.issues)
        if isinstance(item.body, Search) and item.body.firearm is not None:
            found.append(str(item.body.firearm.marking[0].text_as_marked))
        else:
            found.append(" ".join(issue.code for issue in item.issues))
    return found


@pytest.mark.parametrize("encoding", ["iso-8859-1", "cp1252", "cp1256"])
def test_a_row_of_another_file_that_was_joined_is_told_by_its_mark(
    encoding: str, tmp_path: Path
) -> None:
    joined = "\ufeff9mm;A2".encode() + "é".encode(encoding)
    assert found_in([b"9mm;A1", joined, b"9mm;A3"], encoding, tmp_path) == ["A1", "ENCODING", "A3"]


@pytest.mark.parametrize("encoding", ["utf-8", "iso-8859-1", "cp1252"])
def test_a_sign_that_was_lost_before_it_came_is_told(encoding: str, tmp_path: Path) -> None:
    lost = "9mm;A\ufffd2".encode() + "é".encode(encoding)
    assert found_in([b"9mm;A1", lost, b"9mm;A3"], encoding, tmp_path) == ["A1", "ENCODING", "A3"]


def test_text_that_was_encoded_twice_is_told(tmp_path: Path) -> None:
    twice = "9mm;São".encode().decode("iso-8859-1").encode()
    assert found_in([twice, "9mm;São".encode()], "utf-8", tmp_path) == ["ENCODING", "São"]


@pytest.mark.parametrize("line", ["sep=;", "SEP=;", '"sep=;"', "sep=;;", "sep=;;;;;"])
def test_a_line_that_tells_the_delimiter_is_no_header(line: str, tmp_path: Path) -> None:
    native = f"{line}\r\nCal;Number\r\n9mm;A1\r\n".encode()
    reading = bare("utf-8", tmp_path).read(native, fixed_frame())
    assert not reading.issues
    assert [item.at for item in reading.items] == ["line 3"]


def test_a_line_that_tells_another_delimiter_is_refused(tmp_path: Path) -> None:
    native = b"sep=,\r\nCal;Number\r\n9mm;A1\r\n"
    reading = bare("utf-8", tmp_path).read(native, fixed_frame())
    assert [issue.code for issue in reading.issues] == ["DELIMITER"]


@pytest.mark.parametrize("end", [b"\x1a", b"\r\n\x1a"])
def test_the_end_mark_of_an_old_system_is_part_of_no_row(end: bytes, tmp_path: Path) -> None:
    assert found_in([b"9mm;A1", b"9mm;A2" + end], "iso-8859-1", tmp_path) == ["A1", "A2"]
    inside = [b"9mm;A\x1a1", b"9mm;A2"]
    (tmp_path / "bare").rename(tmp_path / "before")
    assert found_in(inside, "iso-8859-1", tmp_path) == ["CHARACTER", "A2"]
