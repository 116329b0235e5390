"""Looks at what a spreadsheet shows and its reader does not say: merged cells, formulas, forms.

Of an XLSX file the sheet's own XML is looked at; ODS and XLS have modules of their own. It reads no
value and judges none.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Mapping
from io import BytesIO
from posixpath import normpath

from lxml import etree

from adapters.engine.compound_file import NotCompound
from adapters.engine.sheet_audit_ods import CONTENT, shown_in_ods
from adapters.engine.sheet_audit_xls import shown_in_xls
from adapters.engine.sheet_shown import BUILT_IN, Place, Shown, forms_of
from adapters.engine.xml_tree import xml_parser

_LINK = re.compile(r"\{.*/relationships\}id")  # of either of the two families of namespaces
_ADDRESS = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")


def audit(native: bytes, sheet: str, covered: frozenset[Place]) -> Shown:
    """What the sheet called ``sheet`` shows; of a file that is none of the three ``covered``."""
    try:
        if not zipfile.is_zipfile(BytesIO(native)):
            return shown_in_xls(native, sheet, covered)
        with zipfile.ZipFile(BytesIO(native)) as archive:
            if CONTENT in archive.namelist():
                return shown_in_ods(archive, sheet)
            return _shown_in_xlsx(archive, sheet, covered)
    except (NotCompound, zipfile.BadZipFile, etree.XMLSyntaxError, KeyError, ValueError):
        return Shown(covered=covered)


def _shown_in_xlsx(archive: zipfile.ZipFile, sheet: str, covered: frozenset[Place]) -> Shown:
    names = set(archive.namelist())
    if "xl/workbook.xml" not in names:
        return Shown(covered=covered)
    workbook = _parsed(archive, "xl/workbook.xml")
    part = _part_of(archive, workbook, sheet)
    if part is None or part not in names:
        return Shown(covered=covered)
    padded, altered = _forms(archive) if "xl/styles.xml" in names else ({}, {})
    octets = archive.read(part)
    if b"<f" not in octets and b't="e"' not in octets and not padded and not altered:
        return Shown(covered=covered)
    untrusted = any(
        calc.get("fullCalcOnLoad") in {"1", "true"} for calc in workbook.iter("{*}calcPr")
    )
    return _cells(octets, covered, padded, altered, untrusted=untrusted)


def _parsed(archive: zipfile.ZipFile, name: str) -> etree._Element:
    return etree.fromstring(archive.read(name), xml_parser())


def _part_of(archive: zipfile.ZipFile, workbook: etree._Element, sheet: str) -> str | None:
    link = next(
        (
            value
            for each in workbook.iter("{*}sheet")
            if each.get("name") == sheet
            for name, value in each.attrib.items()
            if _LINK.fullmatch(str(name))
        ),
        None,
    )
    links = _parsed(archive, "xl/_rels/workbook.xml.rels")
    target = next((each.get("Target") for each in links if each.get("Id") == link), None)
    if target is None:
        return None
    return target[1:] if target.startswith("/") else normpath(f"xl/{target}")


def _forms(archive: zipfile.ZipFile) -> tuple[dict[str, int], dict[str, str]]:
    """By the number of a style: how many digits it shows at least, or the form that alters."""
    styles = _parsed(archive, "xl/styles.xml")
    forms = dict(BUILT_IN)
    for each in styles.iter("{*}numFmt"):
        forms[int(each.get("numFmtId") or 0)] = each.get("formatCode") or ""
    padded, altered = forms_of(
        forms.get(int(style.get("numFmtId") or 0), "")
        for style in styles.iterfind("{*}cellXfs/{*}xf")
    )
    return (
        {str(number): digits for number, digits in padded.items()},
        {str(number): form for number, form in altered.items()},
    )


def _cells(
    octets: bytes,
    covered: frozenset[Place],
    padded: Mapping[str, int],
    altered: Mapping[str, str],
    *,
    untrusted: bool,
) -> Shown:
    stale: set[Place] = set()
    failed: dict[Place, str] = {}
    digits: dict[Place, int] = {}
    other: dict[Place, str] = {}
    walk = etree.iterparse(
        BytesIO(octets), events=("end",), tag="{*}c", resolve_entities=False, no_network=True
    )
    for _, cell in walk:
        found = _ADDRESS.fullmatch(cell.get("r") or "")
        if found is not None:
            at = (int(found[2]) - 1, _column(found[1]))
            style = cell.get("s") or ""
            if cell.find("{*}f") is not None:
                value = cell.find("{*}v")
                if untrusted or value is None or value.text is None:
                    stale.add(at)
            if cell.get("t") == "e":
                failed[at] = cell.findtext("{*}v") or "#"
            if cell.get("t", "n") == "n":
                if style in padded:
                    digits[at] = padded[style]
                elif style in altered:
                    other[at] = altered[style]
        cell.clear()
    return Shown(
        covered=covered, stale=frozenset(stale), failed=failed, padded=digits, altered=other
    )


def _column(letters: str) -> int:
    index = 0
    for letter in letters:
        index = index * 26 + ord(letter) - ord("A") + 1
    return index - 1
