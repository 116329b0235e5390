"""Delimited text as offices hand it on: titles, totals, no header, UTF-16, signs that are not seen.

Every line that holds anything has one outcome.
"""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest

from adapters.engine import DeclaredAdapter, fixed_frame
from adapters.engine.reading import stream_native
from adapters.engine.steps import Materials, NotFitting, find_step
from adapters.engine.wide_text import narrow
from gateway.adapter import AdapterError, Answer, Item, Outcome, Reading
from gateway.payload import FirearmRecord

HEADER = "File;Fact;Day;Kind;Maker;Calibre;Number"
ROWS = ("A 1;STOLEN;04.05.2026;PISTOL;Glock;9 mm;TZZ 100", "A 2;STOLEN;5.5.2026;PISTOL;Glock;;X 7")
SOFTENED = ROWS[0].replace("TZZ", "TZ\u00adZ")
SPEC = """
[adapter]
name = "xx-list"
version = "1"
title = "A list"
[source]
form = "delimited"
suffix = ".csv"
reference = "File"
{source}
[[kind]]
name = "record"
body = "FirearmRecord"
once = true
[table]
type = {{ file = "codes/type.csv" }}
[[field]]
to = "NationalRecordId"
from = "File"
[[field]]
to = "RecordTypeCode"
from = "Fact"
[[field]]
to = "EventDate"
from = "Day"
steps = ["date:%-d.%-m.%Y", "not-future"]
[[field]]
to = "Firearm/FirearmTypeCode"
from = "Kind"
steps = ["code:type"]
[[field]]
to = "Firearm/MakeIdentified/MakeText"
from = "Maker"
[[field]]
to = "Firearm/Calibre[1]/CalibreText"
from = "Calibre"
steps = ["default:UNKNOWN"]
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
column = [ {{ name = "File", value = "reference" }}, {{ name = "Result", value = "result" }} ]
"""


def adapter(folder: Path, source: str = "") -> DeclaredAdapter:
    (folder / "codes").mkdir()
    (folder / "codes" / "type.csv").write_text("local,standard,note\nPISTOL,PISTOL,\n")
    (folder / "adapter.toml").write_text(SPEC.format(source=source))
    return DeclaredAdapter(folder)


def read(made: DeclaredAdapter, text: str, encoding: str = "utf-8") -> Reading:
    return made.read(text.encode(encoding), fixed_frame())


def outcomes(reading: Reading) -> list[str]:
    assert reading.issues == ()
    return [told(item) for item in reading.items]


def told(item: Item) -> str:
    if item.body is not None:
        return item.reference
    return item.skipped or ",".join(issue.code for issue in item.issues)


def firearm(item: Item) -> tuple[str, str]:
    assert isinstance(item.body, FirearmRecord)
    (marking,) = item.body.firearm.marking
    return item.body.record_id, marking.text_as_marked or ""


@pytest.mark.parametrize("above", ["Stolen in May\n", "Stolen;;;;;;\n;;;;;;\n", "a;b\nc\n", ""])
def test_lines_above_the_header_are_no_rows(above: str, tmp_path: Path) -> None:
    made = adapter(tmp_path, "above = 2")
    reading = read(made, f"{above}{HEADER}\n{ROWS[0]}\n{ROWS[1]}\n")
    assert outcomes(reading) == ["A 1", "A 2"]


def test_of_the_lines_above_the_one_most_like_the_header_is_told_of(tmp_path: Path) -> None:
    made = adapter(tmp_path, "above = 2")
    (issue,) = read(made, f"Stolen\n{HEADER.replace('Kind;', '')}\n{ROWS[0]}\n").issues
    assert (issue.code, issue.at) == ("HEADER", "line 2, header")


def test_a_title_is_no_header_where_none_is_declared(tmp_path: Path) -> None:
    assert {issue.code for issue in read(adapter(tmp_path), f"Title\n{HEADER}\n").issues} == {
        "HEADER",
        "EXTRA",
    }


@pytest.mark.parametrize("head", ["", HEADER + "\n", HEADER.upper() + "\n"])
def test_a_file_without_a_header_is_read_by_the_declared_columns(head: str, tmp_path: Path) -> None:
    columns = ", ".join(f'"{name}"' for name in HEADER.split(";"))
    made = adapter(tmp_path, f"columns = [{columns}]")
    assert outcomes(read(made, f"{head}{ROWS[0]}\n{ROWS[1]}\n")) == ["A 1", "A 2"]


def test_a_declared_column_that_is_not_mapped_is_told(tmp_path: Path) -> None:
    columns = ", ".join(f'"{name}"' for name in [*HEADER.split(";"), "Town"])
    made = adapter(tmp_path, f"columns = [{columns}]")
    assert [issue.code for issue in read(made, ROWS[0] + ";Paris\n").issues] == ["EXTRA"]


def test_a_heading_may_go_on_in_the_next_line(tmp_path: Path) -> None:
    head = HEADER.replace("Kind", '"Ki\nnd"').replace("Kind", "Ki nd")
    made = adapter(tmp_path)
    text = (tmp_path / "adapter.toml").read_text().replace('"Kind"', '"Ki nd"')
    (tmp_path / "adapter.toml").write_text(text)
    assert outcomes(read(made, f"{head}\n{ROWS[0]}\n")) == ["A 1"]


@pytest.mark.parametrize("row", [";;;;;;", ";;", ' ; "";;;; ;', '"";"";"";"";"";"";""'])
def test_a_row_of_empty_cells_has_one_outcome(row: str, tmp_path: Path) -> None:
    reading = read(adapter(tmp_path), f"{HEADER}\n{ROWS[0]}\n{row}\n{ROWS[1]}\n")
    assert outcomes(reading) == ["A 1", "the row is empty", "A 2"]


@pytest.mark.parametrize("row", ["Total: 2;;;;;;", ";;;;;TOTAL;2", "total;2", '"Total, in all";2'])
def test_a_row_of_totals_is_told_and_not_sent(row: str, tmp_path: Path) -> None:
    made = adapter(tmp_path, 'totals = ["Total"]')
    reading = read(made, f"{HEADER}\n{ROWS[0]}\n{row}\nTotality 3;{ROWS[1][4:]}\n")
    assert outcomes(reading) == ["A 1", "the row holds totals", "Totality 3"]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("marked", [True, False])
def test_utf_16_is_read_and_written_where_it_is_declared(
    encoding: str, marked: bool, tmp_path: Path
) -> None:
    made = adapter(tmp_path, f'encoding = "{encoding}"\nended = true')
    text = f"{HEADER}\r\n{ROWS[0].replace('Glock', 'كلوك')}\r\n"
    octets = text.encode(encoding)
    if encoding == "utf-16" and not marked:
        octets = octets[2:]
    elif encoding != "utf-16" and marked:
        octets = "\ufeff".encode(encoding) + octets
    reading = made.read(octets, fixed_frame())
    if encoding == "utf-16" and not marked:  # nothing says in which order its octets are
        assert [issue.code for issue in reading.issues] == ["ENCODING"]
        return
    assert outcomes(reading) == ["A 1"]
    assert reading.items[0].raw.decode().endswith("كلوك;9 mm;TZZ 100")
    assert [issue.code for issue in made.read(octets[:-4], fixed_frame()).issues] == ["TOTAL"]
    said = Answer(
        number=1, reference="A 1", raw=reading.items[0].raw, outcome=Outcome.SKIPPED, answer=None,
        issues=(),
    )  # fmt: skip
    lines = made.write([said], fixed_frame()).decode(encoding).splitlines()
    assert lines == ["File;Result", "A 1;SKIPPED"]


def test_utf_16_that_is_none_is_told(tmp_path: Path) -> None:
    made = adapter(tmp_path, 'encoding = "utf-16"')
    assert [issue.code for issue in read(made, HEADER + "\n" + ROWS[0]).issues] == ["ENCODING"]
    octets = f"{HEADER}\n{ROWS[0]}\n{ROWS[1]}".encode("utf-16")
    broken = octets.replace("Glock".encode("utf-16-le"), b"\x00\xd8G\x00l\x00o\x00c\x00", 1)
    assert outcomes(made.read(broken[:-1], fixed_frame())) == ["ENCODING", "ENCODING"]


def test_a_long_file_of_utf_16_is_read_in_pieces(tmp_path: Path) -> None:
    path = tmp_path / "long.txt"
    text = "".join(f"{number} \N{PISTOL}\r\n" for number in range(30_000))
    path.write_bytes(text.encode("utf-16"))
    with path.open("rb") as source:
        read = narrow(source, "utf-16")
        assert read is not None
        pieces = list(iter(lambda: read.read(1001), b""))
    assert b"".join(pieces).decode() == text
    assert max(map(len, pieces)) < 2_000


def test_records_of_a_fixed_width_are_not_read_in_utf_16(tmp_path: Path) -> None:
    text = SPEC.format(source='encoding = "utf-16"').replace("delimited", "fixed")
    (tmp_path / "codes").mkdir()
    (tmp_path / "codes" / "type.csv").write_text("local,standard,note\nPISTOL,PISTOL,\n")
    (tmp_path / "adapter.toml").write_text(text)
    with pytest.raises(AdapterError, match="utf-16"):
        read(DeclaredAdapter(tmp_path), "")


@pytest.mark.parametrize(
    "sign", ["\u200b", "\u200e", "\u202e", "\u2066", "\ufeff", "\ufe0f", "\u200d"]
)
def test_a_sign_that_nobody_sees_makes_no_other_number(sign: str, tmp_path: Path) -> None:
    made = adapter(tmp_path)
    plain = read(made, f"{HEADER}\n{ROWS[0]}\n").items[0]
    row = ROWS[0].replace("TZZ", f"T{sign}ZZ").replace("STOLEN", f"STO{sign}LEN")
    row = row if sign == "\u200d" else row.replace("A 1", f"A{sign} 1")
    if sign == "\u200d":  # in words it joins letters, and is left where it stands
        row = row.replace(f"STO{sign}LEN", "STOLEN")
    (item,) = read(made, f"{HEADER}\n{row}\n").items
    assert (item.reference, firearm(item)) == ("A 1", firearm(plain))


def test_a_sign_that_nobody_sees_is_none_by_either_way_of_reading(tmp_path: Path) -> None:
    made = adapter(tmp_path)
    rows = [ROWS[0].replace("A 1", f"A {at}").replace("Z", "Z\u034f") for at in range(40)]
    octets = "\n".join([HEADER, *rows]).encode()
    ways = [
        [firearm(item) for item in stream.items]
        for quick in (True, False)
        for stream in [
            stream_native(made._compiled.reader, BytesIO(octets), fixed_frame(), quick=quick)
        ]
    ]
    assert ways[0] == ways[1]
    assert {serial for _, serial in ways[0]} == {"TZZ 100"}


def test_a_soft_hyphen_in_a_number_is_told_and_not_guessed_at(tmp_path: Path) -> None:
    reading = read(adapter(tmp_path), f"{HEADER}\n{SOFTENED}\n")
    assert outcomes(reading) == ["HIDDEN"]


def test_a_declared_step_says_what_a_soft_hyphen_stands_for(tmp_path: Path) -> None:
    made = adapter(tmp_path)
    path = tmp_path / "adapter.toml"
    text = path.read_text().replace(
        'from = "Number"', 'from = "Number"\nsteps = ["replace:\u00ad=-", "undamaged"]'
    )
    path.write_text(text)
    (item,) = read(made, f"{HEADER}\n{SOFTENED}\n").items
    assert firearm(item)[1] == "TZ-Z 100"


@pytest.mark.parametrize(
    ("value", "day"), [("4.5.2026", "2026-05-04"), ("04.05.2026", "2026-05-04"), ("4.5.26", None)]
)
def test_a_day_may_lack_its_zeros_where_the_form_says_so(value: str, day: str | None) -> None:
    step = find_step("date:%-d.%-m.%Y", Materials(tables={}, patterns={}))
    if day is None:
        with pytest.raises(NotFitting):
            step(value)
    else:
        assert step(value) == day
