"""XLSX as other writers put it together: prefixes, cells without addresses, names of their own.

What a sheet shows otherwise than it holds is told of all of them.
"""

from __future__ import annotations

import re
import zipfile
from io import BytesIO

import pytest

from adapters.engine import fixed_frame
from gateway.adapter import Item, find_adapter

HEADER = (
    "Reference", "Fact", "Date", "Country", "Place", "Type", "Make", "Model", "Calibre",
    "Serial number", "Remarks",
)  # fmt: skip
ROW = ("S-1", "STOLEN", "", "FRA", "Lyon", "PISTOL", "Glock", "17", "9 mm", "", "x")
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
KINDS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
LINKS = "http://schemas.openxmlformats.org/package/2006/relationships"
TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="xml" ContentType="application/xml"/></Types>'
)
STYLES = (
    f'<styleSheet xmlns="{MAIN}"><numFmts><numFmt numFmtId="164" formatCode="dd/mm/yyyy"/>'
    '<numFmt numFmtId="165" formatCode="00000000"/></numFmts><cellXfs><xf numFmtId="0"/>'
    '<xf numFmtId="164"/><xf numFmtId="165"/></cellXfs></styleSheet>'
)


def cell(column: int, row: int, serial: str) -> str:
    at = f"{chr(ord('A') + column)}{row}"
    if row == 1:
        return f'<c r="{at}" t="inlineStr"><is><t>{HEADER[column]}</t></is></c>'
    if HEADER[column] == "Date":
        return f'<c r="{at}" s="1"><v>46145</v></c>'
    if HEADER[column] == "Serial number":
        return serial.replace("<c", f'<c r="{at}"', 1)
    return f'<c r="{at}" t="inlineStr"><is><t>{ROW[column]}</t></is></c>'


def written(serial: str, *, prefixed: bool, addressed: bool, absolute: bool) -> bytes:
    rows = "".join(
        f'<row r="{row}">{"".join(cell(at, row, serial) for at in range(len(HEADER)))}</row>'
        for row in (1, 2)
    )
    sheet = f'<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData></worksheet>'
    if prefixed:
        sheet = re.sub(r"<(/?)(\w)", r"<\1x:\2", sheet).replace("xmlns=", "xmlns:x=")
    if not addressed:
        sheet = re.sub(r' r="[A-Z]*[0-9]+"', "", sheet)
    book = (
        f'<workbook xmlns="{MAIN}" xmlns:r="{KINDS}"><sheets>'
        '<sheet name="Firearms" sheetId="1" r:id="R1"/></sheets></workbook>'
    )
    top, below = ("/xl/", "/xl/") if absolute else ("xl/", "")
    held = BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr("[Content_Types].xml", TYPES)
        archive.writestr("_rels/.rels", links(("R0", "officeDocument", f"{top}workbook.xml")))
        archive.writestr("xl/workbook.xml", book)
        archive.writestr(
            "xl/_rels/workbook.xml.rels",
            links(
                ("R1", "worksheet", f"{below}worksheets/page.xml"),
                ("R2", "styles", f"{below}styles.xml"),
            ),
        )
        archive.writestr("xl/worksheets/page.xml", sheet)
        archive.writestr("xl/styles.xml", STYLES)
    return held.getvalue()


def links(*each: tuple[str, str, str]) -> str:
    told = (
        f'<Relationship Id="{one}" Type="{KINDS}/{kind}" Target="{target}"/>'
        for one, kind, target in each
    )
    return f'<Relationships xmlns="{LINKS}">{"".join(told)}</Relationships>'


def outcome(item: Item) -> str:
    if item.body is None:
        return ",".join(issue.code for issue in item.issues)
    return str(getattr(item.body, "firearm").marking[0].text_as_marked)  # noqa: B009 - a record has it


@pytest.mark.parametrize("prefixed", [True, False])
@pytest.mark.parametrize("addressed", [True, False])
@pytest.mark.parametrize("absolute", [True, False])
@pytest.mark.parametrize(
    ("serial", "expected"),
    [
        ('<c t="str"><f>A1</f><v>TZZ 9</v></c>', "TZZ 9"),
        ("<c><f>A1</f></c>", "DAMAGED"),  # a formula that nobody computed
        ('<c t="e"><v>#N/A</v></c>', "DAMAGED"),
        ('<c s="2"><v>12345</v></c>', "00012345"),
    ],
)
def test_what_a_sheet_shows_is_told_whoever_wrote_it(
    serial: str, expected: str, prefixed: bool, addressed: bool, absolute: bool
) -> None:
    native = written(serial, prefixed=prefixed, addressed=addressed, absolute=absolute)
    reading = find_adapter("xlsx-template").read(native, fixed_frame())
    assert reading.issues == ()
    assert [outcome(item) for item in reading.items] == [expected]
