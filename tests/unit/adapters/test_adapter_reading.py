"""Hostile and broken native files: every line ends in one item, and nothing is silently wrong."""

from __future__ import annotations

import pytest

from adapters.engine import fixed_frame
from gateway.adapter import Issue, Reading, find_adapter
from gateway.payload import FirearmRecord, RecordUpdate, Search, Seizure, StatusChange

HEADER = (
    "Nº SINARM;Nº do BO;Data do fato;UF;Município;Situação;Patrimônio;Espécie;Marca;Modelo;Calibre;"
    "Número de Série;Capacidade;Cano (pol)"
)
GOOD = "{n};BO 1;03/05/2026;SP;São Paulo;FURTADA;PARTICULAR;PISTOLA;TAURUS;PT 92;9MM;TZL {n};17;5"


def read(text: str | bytes, name: str = "br-sinarm-csv") -> Reading:
    native = text if isinstance(text, bytes) else text.encode("latin-1")
    return find_adapter(name).read(native, fixed_frame("BRA-NCB"))


def rows(*lines: str) -> str:
    return "\r\n".join((HEADER, *lines, ""))


def good(number: int) -> str:
    return GOOD.format(n=100_000 + number)


def codes(issues: tuple[Issue, ...]) -> list[str]:
    return [issue.code for issue in issues]


@pytest.mark.parametrize("end", ["\r\n", "\n", "\r"])
def test_any_line_end_separates_rows(end: str) -> None:
    reading = read(rows(good(1), good(2)).replace("\r\n", end))
    assert [item.at for item in reading.items] == ["linha 2", "linha 3"]
    assert all(item.body is not None for item in reading.items)


@pytest.mark.parametrize("empty", [b"", b"\r\n\r\n", b"  \n"])
def test_an_empty_file_is_told_as_a_whole(empty: bytes) -> None:
    reading = read(empty)
    assert codes(reading.issues) == ["EMPTY"]
    assert reading.items == ()


def test_a_header_alone_is_a_feed_without_news() -> None:
    reading = read(rows())
    assert reading == Reading(items=(), issues=())


def test_a_missing_header_is_told_as_a_whole() -> None:
    assert set(codes(read(good(1)).issues)) == {"HEADER", "EXTRA"}


def test_another_delimiter_is_one_issue_that_names_both() -> None:
    (issue,) = read(rows(good(1)).replace(";", ",")).issues
    assert issue.code == "DELIMITER"
    assert "','" in issue.remedy
    assert "';'" in issue.expected


def test_utf8_where_latin1_is_declared_is_one_issue() -> None:
    assert codes(read(rows(good(1)).encode()).issues) == ["ENCODING"]
    assert codes(read(b"\xef\xbb\xbf" + rows(good(1)).encode()).issues) == ["ENCODING"]


def test_a_row_in_utf8_below_a_header_in_latin1_is_set_aside_alone() -> None:
    native = (
        (HEADER + "\n").encode("latin-1") + good(1).encode() + b"\n" + good(2).encode("latin-1")
    )
    first, second = read(native).items
    assert codes(first.issues) == ["ENCODING"]
    assert second.body is not None


def test_a_byte_order_mark_is_no_part_of_the_first_column() -> None:
    header = (
        "source_row,manufacturer_name,firearm_serial,firearm_caliber,crime_date,jurisdiction_state"
    )
    native = b"\xef\xbb\xbf" + header.encode() + b"\n7,GLOCK,TZZ10020,9mm,2021-01-01,DE\n"
    (item,) = read(native, "us-de-gunstat-csv").items
    assert item.body is not None
    assert item.reference == "7"


def test_an_undecodable_row_is_set_aside_with_its_byte() -> None:
    header = (
        "source_row,manufacturer_name,firearm_serial,firearm_caliber,crime_date,jurisdiction_state"
    )
    native = (
        header.encode() + b"\n7,GL\xffCK,T,9mm,2021-01-01,DE\n8,GLOCK,TZZ10020,9mm,2021-01-01,DE\n"
    )
    first, second = read(native, "us-de-gunstat-csv").items
    assert [(issue.code, issue.at) for issue in first.issues] == [("ENCODING", "line 2, byte 5")]
    assert second.body is not None


def test_unknown_and_doubled_columns_are_refused_with_the_column() -> None:
    text = rows(good(1) + ";x").replace("Cano (pol)", "Cano (pol);Cor")
    assert [(issue.code, issue.value) for issue in read(text).issues] == [("EXTRA", "Cor")]
    text = rows(good(1) + ";x").replace("Cano (pol)", "Cano (pol);Marca")
    assert [(issue.code, issue.value) for issue in read(text).issues] == [("DOUBLED", "Marca")]


def test_columns_may_come_in_any_order_and_case() -> None:
    names = [name.upper() for name in reversed(HEADER.split(";"))]
    cells = list(reversed(good(1).split(";")))
    (item,) = read(";".join(names) + "\n" + ";".join(cells)).items
    assert isinstance(item.body, FirearmRecord)
    assert item.body.national_record_id == "100001"


def test_short_long_and_blank_rows_each_end_in_one_item() -> None:
    reading = read(rows(good(1), "1;2;3", "", good(2) + ";more", ";" * 13, good(3)))
    assert [item.at for item in reading.items] == [f"linha {n}" for n in (2, 3, 5, 6, 7)]
    assert [item.body is not None for item in reading.items] == [True, False, False, False, True]
    assert codes(reading.items[1].issues) == ["COLUMNS"]
    assert codes(reading.items[2].issues) == ["COLUMNS"]


def test_a_quotation_mark_that_is_never_closed_spoils_its_own_row_alone() -> None:
    spoiled = good(2).replace("TAURUS", '"TAURUS')
    reading = read(rows(good(1), spoiled, good(3), good(4)))
    assert [item.body is not None for item in reading.items] == [True, False, True, True]
    assert codes(reading.items[1].issues) == ["QUOTE"]


def test_a_quoted_cell_over_several_lines_is_one_row_with_its_lines() -> None:
    joined = good(1).replace("São Paulo", '"São\r\nPaulo; ""capital"""')
    first, second = read(rows(joined, good(2))).items
    assert (first.at, second.at) == ("linhas 2-3", "linha 4")
    assert isinstance(first.body, FirearmRecord)
    assert first.body.event_location is not None
    assert first.body.event_location.locality_text == 'São Paulo; "capital"'


def test_control_characters_are_refused_where_they_stand() -> None:
    (item,) = read(rows(good(1).replace("São Paulo", "S\x00o\x9d Paulo"))).items
    assert [(issue.code, issue.at) for issue in item.issues] == [
        ("CHARACTER", "linha 2, coluna Município")
    ]
    assert item.issues[0].value == "S\\x00o\\x9d Paulo"


def test_a_huge_cell_is_refused_and_its_value_cut() -> None:
    (item,) = read(rows(good(1).replace("TAURUS", "T" * 200_000))).items
    assert item.body is None
    assert all(len(issue.value) <= 80 for issue in item.issues)
    assert "LENGTH" in codes(item.issues)


def test_what_the_schema_refuses_is_told_at_its_column() -> None:
    (item,) = read(rows(good(1).replace("PT 92", "P" * 101))).items
    assert [(issue.code, issue.at) for issue in item.issues] == [
        ("SCHEMA", "linha 2, coluna Modelo")
    ]
    assert item.issues[0].field == "Firearm/ModelIdentified"


def test_one_bad_row_among_many_is_found_at_its_own_line() -> None:
    lines = [good(n) for n in range(1, 1201)]
    lines[56] = lines[56].replace("PT 92", "P" * 101)
    reading = read(rows(*lines))
    assert [item.at for item in reading.items if item.issues] == ["linha 58"]


def test_all_errors_of_a_row_are_told_in_one_pass_with_a_near_code() -> None:
    bad = "1;BO;31/02/2026;XX;;PERDIDA;;PISTOLA;TAURRUS;;9MM;TZL 1;seis;4.5"
    (item,) = read(rows(bad)).items
    told = {issue.at.rpartition("coluna ")[2]: issue for issue in item.issues}
    assert {name: issue.code for name, issue in told.items()} == {
        "Data do fato": "DATE",
        "UF": "FORM",
        "Situação": "CODE",
        "Marca": "CODE",
        "Capacidade": "NUMBER",
        "Cano (pol)": "NUMBER",
    }
    assert told["Marca"].remedy.startswith("quis dizer 'TAURUS'?")
    assert all(issue.expected and issue.remedy for issue in item.issues)


def test_the_second_row_with_a_reference_is_set_aside_and_names_the_first() -> None:
    first, second = read(rows(good(1), good(1))).items
    assert first.body is not None
    assert codes(second.issues) == ["DUPLICATE"]
    assert "linha 2" in second.issues[0].expected


@pytest.mark.parametrize(
    ("name", "native"),
    [
        ("br-sinarm-csv", b"x" * (2 * 1024 * 1024 + 1)),
        ("br-sinarm-csv", b";" * 1_001),
        ("nl-customs-json", b" " * (16 * 1024 * 1024 + 1)),
        ("nl-customs-json", b'{"zaken": [' + b"1," * 10_000 + b"1]}"),
    ],
)
def test_a_file_beyond_a_limit_is_refused_as_a_whole(name: str, native: bytes) -> None:
    assert codes(read(native, name).issues) == ["SIZE"]


def test_a_message_that_never_ends_is_set_aside_without_a_look() -> None:
    text = b"EG.ORI/MD0300000" + b".ZZ/1" * 10_000 + b"\n\nQG.ORI/MD0300000.SER/TZP40118.\n"
    first, second = read(text, "us-ncic-gun").items
    assert codes(first.issues) == ["LENGTH"]
    assert second.body is not None


def test_a_date_after_tomorrow_is_refused() -> None:
    (item,) = read(rows(good(1).replace("03/05/2026", "17/06/2026"))).items
    assert codes(item.issues) == ["FUTURE"]
    # East of Greenwich it may already be tomorrow.
    (item,) = read(rows(good(1).replace("03/05/2026", "16/06/2026"))).items
    assert item.body is not None


def test_a_removed_serial_becomes_a_status_and_no_marking() -> None:
    (item,) = read(rows(good(1).replace("TZL 100001", "raspada"))).items
    assert isinstance(item.body, FirearmRecord)
    assert item.body.firearm.serial_status_code.value == "REMOVED_ABRADED"
    assert item.body.firearm.marking == ()


def test_the_same_national_reference_always_names_the_same_record() -> None:
    (one,) = read(rows(good(1))).items
    (other,) = read(rows(good(1).replace("PT 92", "PT 99"))).items
    assert isinstance(one.body, FirearmRecord)
    assert isinstance(other.body, FirearmRecord)
    assert one.body.record_id == other.body.record_id


def test_one_french_feed_holds_records_updates_changes_and_searches() -> None:
    adapter = find_adapter("fr-police-csv")
    folder = adapter.folder  # type: ignore[attr-defined] # ours is made of a folder
    native = (folder / "samples" / "ok" / "feed.csv").read_bytes()
    kinds = [type(item.body) for item in adapter.read(native, fixed_frame("FRA-NCB")).items]
    assert kinds == [FirearmRecord, FirearmRecord, RecordUpdate, StatusChange, Search]


def test_a_tag_that_nobody_knows_is_never_swallowed_into_the_value_before_it() -> None:
    text = b"QG.ORI/MD0300000.SER/TZP40118.MAKE/GLC.\n"
    (item,) = read(text, "us-ncic-gun").items
    assert [(issue.code, issue.at) for issue in item.issues] == [
        ("FIELD", "line 1, character 31, field MAKE")
    ]
    assert item.issues[0].remedy.startswith("did you mean 'MAK'?")


def test_a_free_text_may_hold_full_stops_and_strokes() -> None:
    text = (
        b"EG.ORI/MD0300000.SER/TZP40118.MAK/GLC.CAL/9.TYP/PI.DOT/20260503.OCA/1."
        b"MIS/BLACK. SEE A/2. FINISH WORN."
    )
    (item,) = read(text, "us-ncic-gun").items
    assert isinstance(item.body, FirearmRecord)
    assert item.body.circumstance_text == "BLACK. SEE A/2. FINISH WORN"


def test_every_line_of_tagged_text_belongs_to_a_message() -> None:
    text = b"stray\nEG.ORI/X\nmore\n\nagain stray\nQG.SER/1\n"
    reading = read(text, "us-ncic-gun")
    assert [item.raw for item in reading.items] == [
        b"stray",
        b"EG.ORI/X\nmore",
        b"again stray",
        b"QG.SER/1",
    ]


def test_json_issues_carry_pointers_into_the_entries() -> None:
    text = (
        b'{"zaken": [{"zaaknummer": "Z1", "tijdstip": "2026-06-03T23:15:00+02:00", "wijze": "IBN",'
        b'"grondslag": "wet", "vuurwapens": [{"stuk": "1", "soort": "REVOLVER", "serienummer": '
        b'"A1234567"}, {"stuk": "een twee", "soort": "REVOLVAR", "serienummer": "B1234567"}]}]}'
    )
    (item,) = read(text, "nl-customs-json").items
    assert [(issue.code, issue.at) for issue in item.issues] == [
        ("CODE", "/zaken/0/vuurwapens/1/soort")
    ]
    fixed = text.replace(b"REVOLVAR", b"REVOLVER")
    (item,) = read(fixed, "nl-customs-json").items
    assert [(issue.code, issue.at) for issue in item.issues] == [
        ("SCHEMA", "/zaken/0/vuurwapens/1/stuk")
    ]
    (item,) = read(fixed.replace(b"een twee", b"2"), "nl-customs-json").items
    assert isinstance(item.body, Seizure)
    assert item.body.seizure_timestamp.isoformat() == "2026-06-03T21:15:00+00:00"


@pytest.mark.parametrize(
    "native",
    [
        b'{"zaken": [',
        b'{"zaken": [], "zaken": []}',
        b"[" * 100_000,
        b"\xff\xfe[\x00",
        b'{"zaken": {}}',
        b"NaN",
        b'"text"',
    ],
)
def test_a_document_that_is_no_list_of_cases_is_told_as_a_whole(native: bytes) -> None:
    reading = read(native, "nl-customs-json")
    assert codes(reading.issues) == ["JSON"]
    assert reading.items == ()
