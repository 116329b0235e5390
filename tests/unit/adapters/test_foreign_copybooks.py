"""Copybooks in the shapes that other tools' users have: none is laid out otherwise than COBOL does.

The copybooks are our own; their traits are those of public ones (cb2xml, JRecord, Cobrix).
"""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from adapters.engine import DeclaredAdapter, fixed_frame
from adapters.engine.copybook import Layout, read_copybook
from adapters.engine.copybook_entry import Place
from adapters.engine.record_values import FieldReader
from gateway.adapter import AdapterError

pytestmark = pytest.mark.unit
EBCDIC = FieldReader(encoding="cp037", ascii=False, lines=False)
ASCII = FieldReader(encoding="iso8859-1", ascii=True, lines=False)


def layout(tmp_path: Path, text: str, name: str = "GUN") -> Layout:
    path = tmp_path / "gun.cpy"
    path.write_text(text)
    return read_copybook(path)[name]


def offsets(found: Layout) -> dict[str, tuple[int, int]]:
    return {place.name: (place.offset, place.length) for place in found.fixed[0]}


def test_columns_one_to_six_and_the_last_eight_are_no_code(tmp_path: Path) -> None:
    found = layout(
        tmp_path,
        "000100* LENGTH IS 9                                                     00010000\n"
        "TK0200 01  GUN.                                                         00020000\n"
        "TK0300     05  CASE-NO   PIC X(5).                                      05  B PIC\n"
        "CHG9  *    05  GONE      PIC X(5).                                      00040000\n"
        "000500     05  CODE-1    PIC XX VALUE                                   00050000\n"
        "000600         'A LITERAL THAT GOES ON TO THE VERY LAST COLUMN OF ITS LI00060000\n"
        "000700-        'NE. AND ON'.                                            00070000\n"
        "000800D    05  DEBUGGED  PIC X.                                         00080000\n"
        "000900/    05  COMMENT   PIC X.                                         00090000\n"
        "       EJECT\n"
        "001000     05  CODE-2    PIC XX.                                        00100000\n",
    )
    assert offsets(found) == {"CASE-NO": (0, 5), "CODE-1": (5, 2), "CODE-2": (7, 2)}


def test_free_format_and_tabs_are_read(tmp_path: Path) -> None:
    found = layout(
        tmp_path,
        " *** of our own\n  01 gun.  *> the record\n   03 dealer pic x(3).\n"
        "\t03 double\n\t\tpic s9(3)\tsign is\n\t\t\tleading separate character.\n   03 z pic x.\n",
    )
    assert offsets(found) == {"DEALER": (0, 3), "DOUBLE": (3, 4), "Z": (7, 1)}


def test_a_copybook_without_an_01_entry_is_the_record_of_its_file(tmp_path: Path) -> None:
    found = layout(tmp_path, "        03  A.\n            05 B PIC 9(2).\n        03  C PIC X.\n")
    assert offsets(found) == {"B": (0, 2), "C": (2, 1)}


def test_copied_entries_stand_in_their_place_with_what_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "PERSON.CPY").write_text(
        "           10  :TAG:-NAME  PIC X(4).\n           10  OLD-ID PIC 9.\n"
        "           10  BOLD-ID PIC 9.\n           88 :TAG:-NONE VALUE 'OLD-ID'.\n"
    )
    found = layout(
        tmp_path,
        "       01  GUN.\n           05  A PIC X.\n           05  OWNER.\n"
        "123456 COPY person REPLACING ==:TAG:== BY ==OWNER==\n"
        "                             LEADING ==OLD== BY ==NEW==.\n           05  Z PIC X.\n",
    )
    assert offsets(found) == {
        "A": (0, 1), "OWNER-NAME": (1, 4), "NEW-ID": (5, 1), "BOLD-ID": (6, 1), "Z": (7, 1),
    }  # fmt: skip


def test_fields_of_one_name_are_told_apart_by_their_groups(tmp_path: Path) -> None:
    found = layout(
        tmp_path,
        "01 GUN.\n 05 SERIAL.\n  10 TEXT-1 PIC X(3).\n  10 KIND PIC X.\n 05 FRAME.\n"
        "  10 TEXT-1 PIC X(3).\n  10 PART OCCURS 2.\n   15 KIND PIC X.\n 05 MAKE PIC X.\n"
        " 05 FILLER REDEFINES MAKE.\n  10 FILLER PIC X.\n 05 REDEFINES MAKE PIC 9.\n"
        " 05 TWICE PIC X.\n 05 TWICE PIC X.\n",
    )
    assert offsets(found) == {
        "TEXT-1 OF SERIAL": (0, 3), "KIND OF SERIAL": (3, 1), "TEXT-1 OF FRAME": (4, 3),
        "KIND OF PART(1)": (7, 1), "KIND OF PART(2)": (8, 1), "MAKE": (9, 1),
    }  # fmt: skip


def test_values_tables_and_keys_may_have_many_words(tmp_path: Path) -> None:
    found = layout(
        tmp_path,
        "01 GUN.\n 05 KIND PIC XX VALUE 'it''s. so', \"b\".\n 88 NO-1 VALUES 1 THRU 5, 7 'X. '.\n"
        "66 AGAIN RENAMES KIND.\n 05 PART OCCURS 2 TIMES ASCENDING KEY IS P-1 INDEXED BY I-1 I-2.\n"
        "  10 P-1 PIC ZZZ9.99- VALUE ZERO.\n  10 P-2 PIC 9(2) USAGE IS COMP-5 SYNC.\n .\n",
    )
    assert offsets(found) == {
        "KIND": (0, 2), "P-1(1)": (2, 8), "P-2(1)": (10, 2), "P-1(2)": (12, 8), "P-2(2)": (20, 2),
    }  # fmt: skip


def test_a_count_behind_another_table_is_looked_for_where_it_is(tmp_path: Path) -> None:
    found = layout(
        tmp_path,
        "01 GUN.\n 05 MONTHS PIC S9.\n 05 SALE OCCURS 0 TO 3 DEPENDING ON MONTHS PIC X(2).\n"
        " 05 WEEKS PIC 9.\n 05 BUY OCCURS 1 TO 4 TIMES DEPENDING ON WEEKS PIC X.\n 05 Z PIC X.\n",
    )
    octets = "1AA3BCDZ".encode("cp037")
    counts: dict[str, int] = {}
    for name in found.depending:
        place = found.counter(name, counts)
        assert place is not None
        counts[name] = int(EBCDIC.value(place, octets) or "")
    assert counts == {"MONTHS": 1, "WEEKS": 3}
    places, length = found.places(counts)
    assert length == len(octets)
    assert [EBCDIC.value(place, octets) for place in places if place.name == "Z"] == ["Z"]


@pytest.mark.parametrize(
    "text",
    [
        "01 GUN.\n 05 A PIC X OCCURS 2 DEPENDING ON N.\n 05 N PIC 9.",  # the count comes after
        "01 GUN.\n 05 G.\n 05 A PIC X.",  # a group without fields takes no octet
        "01 GUN.\n 05 A PIC X.\n  10 B PIC X.",
        "01 GUN.\n 05 B REDEFINES A PIC X.",
        "01 GUN.\n 05 A PIC X OCCURS 1 TO UNBOUNDED DEPENDING ON N.",
        "01 GUN.\n 05 A PIC 9 SIGN LEADING SEPARATE.",
        "01 GUN.\n 05 A PIC S9.99.",
        "01 GUN.\n 05 A PIC N(3).",
        "01 GUN.\n 05 A POINTER.",
        "01 GUN.\n 05 X PIC X.\n 05 A COMP-2 SYNC.",
        "01 GUN.\n 05 N PIC 99.\n 05 T PIC X OCCURS 2 DEPENDING ON N.\n 05 A PIC 9(4) COMP SYNC.",
        "01 GUN.\n COPY NOWHERE.",
        "01 GUN.\n COPY GUN.",
        "03 A PIC X.\n01 GUN.\n 05 B PIC X.",
        "01 GUN.\n 05 A PIC X.\n01 GUN.\n 05 A PIC X.",
    ],
)
def test_what_would_be_laid_out_wrongly_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(AdapterError):
        layout(tmp_path, text)


def field(tmp_path: Path, clauses: str) -> Place:
    (place,) = layout(tmp_path, f"01 GUN.\n 05 F {clauses}.\n").fixed[0]
    return place


@pytest.mark.parametrize(
    ("clauses", "octets", "expected"),
    [
        ("PIC S9(3)V9 COMP-3", "01234D", "-123.4"),
        ("PIC S9(4) COMP-3", "12345C", None),  # a digit in the half octet that it has not
        ("PIC VPPP999", "F1F2F3", "0.000123"),
        ("PIC 999PP", "F1F2F3", "12300"),
        ("PIC SPP99 COMP-3", "012D", "-0.0012"),
        ("PIC S9(4) BINARY", "FFFE", "-2"),
        ("PIC 9(4) COMP-5", "0007", "0007"),
        ("PIC S99 SIGN LEADING", "D1F2", "-12"),
        ("PIC S99 SIGN TRAILING SEPARATE", "F1F260", "-12"),
        ("COMP-1", "42640000", "100"),
        ("COMP-1", "C1180000", "-1.5"),
        ("COMP-2", "401999999999999A", "0.1"),
        ("PIC 9(3)", "F1C2F3", None),
        ("PIC 9(3)", "404040", ""),
    ],
)
def test_numbers_are_what_cobol_wrote(
    tmp_path: Path, clauses: str, octets: str, expected: str | None
) -> None:
    assert EBCDIC.value(field(tmp_path, clauses), bytes.fromhex(octets)) == expected


@pytest.mark.parametrize(
    ("text", "expected"), [("12C", "123"), ("12}", "-120"), ("12s", "-123"), ("123", "123")]
)
def test_a_sign_over_a_digit_is_read_in_ascii(tmp_path: Path, text: str, expected: str) -> None:
    assert ASCII.value(field(tmp_path, "PIC S9(3)"), text.encode()) == expected


SPEC = """
[adapter]
name = "xx-gun"
version = "1"
title = "Of a mainframe"
language = "en"
[source]
form = "copybook"
suffix = ".dat"
encoding = "{encoding}"
copybook = "gun.cpy"
records = "{records}"
reference = "CASE-NO"
[[kind]]
name = "record"
body = "FirearmRecord"
[[field]]
to = "NationalRecordId"
from = "CASE-NO"
[[field]]
to = "RecordTypeCode"
value = "STOLEN"
[[field]]
to = "EventDate"
from = "DAY-1"
steps = ["date:%Y%m%d"]
[[field]]
to = "Firearm/FirearmTypeCode"
value = "PISTOL"
[[field]]
to = "Firearm/MakeIdentified/MakeText"
from = "MAKE OF ARM"
[[field]]
to = "Firearm/Calibre[1]/CalibreText"
value = "9 mm"
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
from = "SERIAL-NO"
[reply]
column = [{{ name = "reference", value = "reference", length = 8 }}]
"""
COPYBOOK = (
    "       01  GUN-REC.\n           05  CASE-NO    PIC 9(4).\n           05  DAY-1 PIC 9(8).\n"
    "           05  ARM.\n               10  MAKE   PIC X(6).\n"
    "           05  HOLDER.\n               10  MAKE   PIC X(2).\n"
    "           05  SERIAL-NO  PIC X(5).\n"
)
LINES = ["000720260105GLOCKAAAB1234", "000820260105GLOCK AB1235 ", "00092026"]


def read(tmp_path: Path, *, copybook: str, records: str, encoding: str, native: bytes) -> list[Any]:
    folder = tmp_path / "xx_gun"
    folder.mkdir()
    (folder / "gun.cpy").write_text(copybook)
    (folder / "adapter.toml").write_text(SPEC.format(records=records, encoding=encoding))
    stream = DeclaredAdapter(folder).stream(BytesIO(native), fixed_frame("FRA-NCB"))
    assert not stream.issues
    return list(stream.items)


def test_a_text_file_by_a_copybook_is_read_line_by_line(tmp_path: Path) -> None:
    lines = [line.ljust(25) for line in LINES[:2]] + LINES[2:]
    native = "\r\n".join(lines).encode() + b"\r\n"
    items = read(tmp_path, copybook=COPYBOOK, records="lines", encoding="cp1252", native=native)
    assert [item.reference for item in items][:2] == ["0007", "0008"]
    assert [item.body is not None for item in items] == [True, True, False]
    assert items[2].issues[0].at == "line 3"


def test_octets_behind_a_described_record_are_told(tmp_path: Path) -> None:
    def described(text: str) -> bytes:
        octets = text.encode("cp037")
        return (len(octets) + 4).to_bytes(2, "big") + b"\0\0" + octets

    whole = LINES[0].ljust(25)
    native = described(whole) + described(whole + "MORE") + described(whole + "    ")
    items = read(tmp_path, copybook=COPYBOOK, records="rdw", encoding="cp037", native=native)
    assert [[issue.code for issue in item.issues] for item in items] == [[], ["SYNTAX"], []]


def test_several_records_of_which_nothing_says_which_one_is_are_refused(tmp_path: Path) -> None:
    two = COPYBOOK + COPYBOOK.replace("GUN-REC", "OTHER-REC")
    with pytest.raises(AdapterError, match="several records"):
        read(tmp_path, copybook=two, records="fixed", encoding="cp037", native=b"")


def test_numbers_that_are_no_text_are_refused_in_lines(tmp_path: Path) -> None:
    binary = COPYBOOK.replace("PIC 9(4).", "PIC 9(4) COMP.")
    with pytest.raises(AdapterError, match="no line can hold"):
        read(tmp_path, copybook=binary, records="lines", encoding="cp1252", native=b"")


def described(text: str, part: int = 0) -> bytes:
    octets = text.encode("cp037")
    return (len(octets) + 4).to_bytes(2, "big") + bytes([part, 0]) + octets


def block(*records: bytes, long: bool = False) -> bytes:
    octets = b"".join(records)
    if long:
        return (len(octets) + 4 | 0x80000000).to_bytes(4, "big") + octets
    return (len(octets) + 4).to_bytes(2, "big") + b"\0\0" + octets


ONE, TWO = LINES[0].ljust(25), LINES[1].ljust(25)


@pytest.mark.parametrize(
    ("native", "outcomes"),
    [
        (block(described(ONE)) + block(described(TWO)), ["0007", "0008"]),
        (block(described(ONE), described(TWO), long=True), ["0007", "0008"]),
        (
            block(described(ONE[:9], 1)) + block(described(ONE[9:], 2), described(TWO)),
            ["0007", "0008"],
        ),
        (
            block(described(ONE[:4], 1), described(ONE[4:20], 3), described(ONE[20:], 2)),
            ["0007"],
        ),
        (block(described(ONE), described(TWO, 2)), ["0007", "SYNTAX"]),  # with no first part
        (block(described(ONE), described(TWO[:9], 1)), ["0007", "SYNTAX"]),
        (block(described(ONE))[:-3], ["SYNTAX"]),
        (block(described(ONE)) + b"\0", ["0007", "SYNTAX"]),
        (described(ONE) + described(TWO), ["SYNTAX"]),  # in no block
    ],
)
def test_records_in_blocks_and_segments_are_put_together(
    tmp_path: Path, native: bytes, outcomes: list[str]
) -> None:
    items = read(tmp_path, copybook=COPYBOOK, records="blocked", encoding="cp037", native=native)
    assert [item.reference if item.body else item.issues[0].code for item in items] == outcomes


def test_a_segment_without_its_record_is_told_where_no_blocks_are(tmp_path: Path) -> None:
    native = described(ONE) + described(TWO[:9], 1) + described(TWO[9:], 2) + described(TWO, 3)
    items = read(tmp_path, copybook=COPYBOOK, records="rdw", encoding="cp037", native=native)
    assert [item.reference if item.body else item.issues[0].code for item in items] == [
        "0007", "0008", "SYNTAX",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("clauses", "octets", "expected"),
    [
        ("PIC S9(4) COMP-5", "FEFF", "-2"),
        ("PIC 9(9) COMPUTATIONAL-5", "01000000", "000000001"),
        ("PIC S9(4) COMP", "FFFE", "-2"),  # which compilers write alike everywhere
        ("COMP-1", "0000C8C2", "-100"),
        ("COMP-2", "9A9999999999B93F", "0.1"),
        ("COMP-2", "000000000000F07F", None),
    ],
)
def test_numbers_of_a_machine_that_is_no_mainframe_are_read_in_its_order(
    tmp_path: Path, clauses: str, octets: str, expected: str | None
) -> None:
    reader = FieldReader(encoding="cp1252", ascii=True, lines=False, native="little")
    assert reader.value(field(tmp_path, clauses), bytes.fromhex(octets)) == expected


@pytest.mark.parametrize("usage", ["PIC 9(4) COMP-5.", "COMP-1."])
def test_the_order_of_such_numbers_is_declared_and_not_guessed(tmp_path: Path, usage: str) -> None:
    own = COPYBOOK.replace("PIC 9(4).", usage)
    with pytest.raises(AdapterError, match="own order"):
        read(tmp_path, copybook=own, records="fixed", encoding="cp1252", native=b"")
