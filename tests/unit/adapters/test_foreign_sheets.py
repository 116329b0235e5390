"""XLS and ODS as other tools write them: what the sheet shows is told as it is of XLSX.

Both files are made here octet by octet, in the shape that office programs give them.
"""

from __future__ import annotations

import struct
import zipfile
from datetime import date
from io import BytesIO
from typing import Any
from xml.sax.saxutils import escape

import pytest

from adapters.engine import fixed_frame
from adapters.engine.sheet_audit import audit
from adapters.engine.sheet_shown import Shown
from gateway.adapter import Item, find_adapter
from gateway.payload import FirearmRecord

pytestmark = pytest.mark.unit
HEADER = (
    "Reference", "Fact", "Date", "Country", "Place", "Type", "Make", "Model", "Calibre",
    "Serial number",
)  # fmt: skip
ROW = ("A-1", "STOLEN", date(2026, 5, 3), "FRA", "Lille", "PISTOL", "Glock", "19", "9mm", "TZZ100")
SERIAL, MODEL = 9, 7
ERROR, STALE, PADDED, PERCENT, MERGED = "error", "stale", "00000", "0%", "merged"
"""What is written otherwise than a plain value: ``(value, one of these)``."""


def _record(kind: int, held: bytes) -> bytes:
    return struct.pack("<HH", kind, len(held)) + held


def _cell(row: int, column: int, value: Any) -> bytes:
    at = struct.pack("<HH", row, column)
    match value:
        case (text, "error"):
            return _record(0x205, at + struct.pack("<HBB", 15, {"#N/A": 0x2A}[text], 1))
        case ("=#N/A", _):
            return _record(
                0x06, at + struct.pack("<HB", 15, 2) + b"\0\x2a\0\0\0\xff\xff" + b"\0" * 8
            )
        case (_, "stale"):
            return _record(
                0x06, at + struct.pack("<HB", 15, 3) + b"\0" * 5 + b"\xff\xff" + b"\0" * 8
            )
        case (number, "00000" | "0%" as form):
            return _record(0x203, at + struct.pack("<Hd", 16 if form == PADDED else 17, number))
        case date():
            return _record(0x203, at + struct.pack("<Hd", 18, (value - date(1899, 12, 30)).days))
        case _:
            text = str(value[0] if isinstance(value, tuple) else value)
            head = struct.pack("<HHB", 15, len(text), 0)
            return _record(0x204, at + head + text.encode("latin-1"))


def xls(*rows: tuple[Any, ...]) -> bytes:
    """A workbook in BIFF8, in a compound file of one stream."""
    name = b"Firearms"
    head = _record(0x809, struct.pack("<HHHHII", 0x600, 5, 0, 0, 0, 0))
    head += _record(0x41E, struct.pack("<HHB", 164, 5, 0) + b"00000")
    head += _record(0x41E, struct.pack("<HHB", 165, 10, 0) + b"yyyy-mm-dd")
    for form in [0] * 16 + [164, 9, 165]:
        head += _record(0xE0, struct.pack("<HH", 0, form) + b"\0" * 16)
    length = len(head) + 4 + 8 + len(name) + 4
    head += _record(0x85, struct.pack("<IBBBB", length, 0, 0, len(name), 0) + name)
    head += _record(0x0A, b"")
    body = _record(0x809, struct.pack("<HHHHII", 0x600, 0x10, 0, 0, 0, 0))
    body += _record(0x200, struct.pack("<IIHHH", 0, len(rows) + 1, 0, len(HEADER), 0))
    for number, row in enumerate((HEADER, *rows)):
        body += b"".join(_cell(number, at, value) for at, value in enumerate(row))
    return _compound(head + body + _record(0x0A, b""))


def _compound(stream: bytes) -> bytes:
    stream = stream.ljust(4096, b"\0")  # as long as takes it out of the small sectors
    sectors = -(-len(stream) // 512)
    chain = [0xFFFFFFFD, 0xFFFFFFFE, *range(3, sectors + 2), 0xFFFFFFFE]
    table = struct.pack("<128I", *chain, *[0xFFFFFFFF] * (128 - len(chain)))

    def entry(name: str, kind: int, child: int, start: int, size: int) -> bytes:
        held = name.encode("utf-16-le")
        tail = struct.pack("<IIII", 0xFFFFFFFF, 0xFFFFFFFF, child, 0)
        head = held.ljust(64, b"\0") + struct.pack("<HBB", len(held) + 2, kind, 1) + tail
        return head.ljust(116, b"\0") + struct.pack("<IQ", start, size)

    directory = entry("Root Entry", 5, 1, 0xFFFFFFFE, 0)
    directory += entry("Workbook", 2, 0xFFFFFFFF, 2, len(stream))
    header = bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 16
    header += struct.pack("<HHHHH6x", 0x3E, 3, 0xFFFE, 9, 6)
    header += struct.pack("<10I", 0, 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0, 0)
    header = header[:76] + struct.pack("<109I", 0, *[0xFFFFFFFF] * 108)
    return header + table + directory.ljust(512, b"\0") + stream.ljust(sectors * 512, b"\0")


def _ods_cell(value: Any) -> str:
    error = 't:formula="of:=NA()" o:value-type="string" o:string-value=""'
    match value:
        case (_, "merged"):
            return "<t:covered-table-cell/>"
        case ("=#N/A", _):  # an error is a number to some programs
            said = 't:formula="of:=NA()" o:value-type="float" o:value="0" c:value-type="error"'
            shown = "#N/A"
        case (text, "error"):
            said, shown = error, text
        case (_, "stale"):
            said, shown = 't:formula="of:=A1" o:value-type="string"', ""
        case (number, "00000"):
            said, shown = f'o:value-type="float" o:value="{number}"', f"{number:05}"
        case (number, "0%"):
            said, shown = f'o:value-type="percentage" o:value="{number}"', f"{number:.0%}"
        case date():
            said, shown = f'o:value-type="date" o:date-value="{value}"', ""
        case _:
            said, shown = 'o:value-type="string"', escape(str(value))
    text = f"<x:p>{shown}</x:p>" if shown else ""
    return f"<t:table-cell {said}>{text}</t:table-cell>"


def ods(*rows: tuple[Any, ...]) -> bytes:
    """A workbook as office programs write it, down to the last empty row of the sheet."""
    lines = "".join(
        "<t:table-row>" + "".join(map(_ods_cell, row)) + "</t:table-row>" for row in (HEADER, *rows)
    )
    urn = "urn:oasis:names:tc:opendocument:xmlns"
    content = (
        (
            f'<o:document-content xmlns:o="{urn}:office:1.0" xmlns:t="{urn}:table:1.0"'
            f' xmlns:x="{urn}:text:1.0" xmlns:c="urn:of:calcext" o:version="1.2"><o:body>'
            '<o:spreadsheet><t:table t:name="Other"/><t:table t:name="Firearms">'
            f'{lines}<t:table-row t:number-rows-repeated="1048570" t:style-name="e">'
            '<t:table-cell t:number-columns-repeated="16384" t:style-name="e"/></t:table-row>'
            "</t:table></o:spreadsheet></o:body></o:document-content>"
        )
        .replace("<t:", "<table:")
        .replace("</t:", "</table:")
    )
    # The reader knows elements by the prefixes that everybody writes.
    for short, long in (("o", "office"), ("x", "text"), ("c", "calcext"), ("t", "table")):
        content = content.replace(f"<{short}:", f"<{long}:").replace(f"</{short}:", f"</{long}:")
        content = content.replace(f" {short}:", f" {long}:").replace(
            f"xmlns:{short}=", f"xmlns:{long}="
        )
    made = BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", f'<m:manifest xmlns:m="{urn}:manifest:1.0"/>')
        archive.writestr("content.xml", content)
    return made.getvalue()


def changed(at: int, value: Any) -> tuple[Any, ...]:
    return (*ROW[:at], value, *ROW[at + 1 :])


def read(native: bytes) -> tuple[Item, ...]:
    reading = find_adapter("xlsx-template").read(native, fixed_frame())
    assert not reading.issues
    return reading.items


@pytest.mark.parametrize("write", [xls, ods])
def test_a_plain_sheet_is_read_as_it_stands(write: Any) -> None:
    first, second = read(write(ROW, changed(0, "A-2")))
    assert isinstance(first.body, FirearmRecord), first.issues
    assert first.body.firearm.marking[0].text_as_marked == "TZZ100"
    assert isinstance(second.body, FirearmRecord), second.issues


@pytest.mark.parametrize("write", [xls, ods])
@pytest.mark.parametrize("value", [("#N/A", ERROR), ("=#N/A", ERROR), ("", STALE), (0.38, PERCENT)])
def test_what_the_sheet_shows_otherwise_is_told_and_not_taken_for_an_empty_cell(
    write: Any, value: Any
) -> None:
    if value[0] == "=#N/A" and write is xls:
        value = ("=#N/A", "formula")
    (item,) = read(write(changed(MODEL, value)))
    assert {issue.at: issue.code for issue in item.issues} == {"Firearms!H2": "DAMAGED"}


@pytest.mark.parametrize("write", [xls, ods])
def test_a_number_is_read_with_the_zeros_that_the_sheet_shows(write: Any) -> None:
    (item,) = read(write(changed(SERIAL, (417, PADDED))))
    assert isinstance(item.body, FirearmRecord), item.issues
    assert item.body.firearm.marking[0].text_as_marked == "00417"


def test_a_cell_under_a_merged_one_is_told_in_ods() -> None:
    (item,) = read(ods(changed(MODEL, ("", MERGED))))
    assert {issue.at: issue.code for issue in item.issues} == {"Firearms!H2": "MERGED"}


@pytest.mark.parametrize("write", [xls, ods])
def test_a_file_that_was_cut_off_or_changed_anywhere_is_read_or_told(write: Any) -> None:
    native = write(ROW, changed(MODEL, ("#N/A", ERROR)))
    for at in range(0, len(native), 97):
        assert isinstance(audit(native[:at], "Firearms", frozenset()), Shown)
        flipped = native[:at] + bytes([native[at] ^ 0xFF]) + native[at + 1 :]
        assert isinstance(audit(flipped, "Firearms", frozenset()), Shown)
