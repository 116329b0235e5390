"""What a spreadsheet shows and its reader does not say: merged cells, formulas, forms of numbers.

Of an XLSX file the sheet's own XML is looked at; of XLS and ODS only merged cells are known. It
reads no value and judges none.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from io import BytesIO
from posixpath import normpath

from lxml import etree

from adapters.engine.xml_tree import xml_parser

Place = tuple[int, int]
"""Row and column, both counted from 0."""

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_LINK = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_ADDRESS = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
_MERGED_MOST = 100_000  # cells: a merged whole column is told by its first ones
_ZEROS = re.compile(r"0{2,15}")
# ECMA-376 part 1, 18.8.30: forms of numbers that are in no file, by which a code looks otherwise.
_BUILT_IN = {9: "0%", 10: "0.00%", 12: "# ?/?", 13: "# ??/??"}
# Signs that stand for no digit: what the sheet shows is not the number that it holds.
_ALTERING = re.compile(r'["\\%/]|[0#]-[0#]')
_DATES = re.compile(r"[dmyhs]", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What the sheet shows otherwise than it holds.

    ``covered`` are cells that lie under a merged one, ``stale`` formulas without a result of their
    own time, ``failed`` results that are errors (``#N/A``), ``padded`` numbers with the digits that
    they are shown with, ``altered`` numbers shown with other signs, by the form.
    """

    covered: frozenset[Place] = frozenset()
    stale: frozenset[Place] = frozenset()
    failed: Mapping[Place, str] = field(default_factory=dict)
    padded: Mapping[Place, int] = field(default_factory=dict)
    altered: Mapping[Place, str] = field(default_factory=dict)


def covered_by(ranges: Iterable[tuple[Place, Place]]) -> frozenset[Place]:
    """The cells of merged ``ranges`` that are not their first one."""
    found: set[Place] = set()
    for (top, left), (bottom, right) in ranges:
        for row in range(top, bottom + 1):
            for column in range(left, right + 1):
                if (row, column) != (top, left):
                    found.add((row, column))
                if len(found) >= _MERGED_MOST:
                    return frozenset(found)
    return frozenset(found)


def audit(native: bytes, sheet: str, covered: frozenset[Place]) -> Shown:
    """What the sheet called ``sheet`` shows; of other files than XLSX ``covered`` alone."""
    try:
        with zipfile.ZipFile(BytesIO(native)) as archive:
            names = set(archive.namelist())
            if "xl/workbook.xml" not in names:
                return Shown(covered=covered)
            workbook = _parsed(archive, "xl/workbook.xml")
            part = _part_of(archive, workbook, sheet)
            if part is None or part not in names:
                return Shown(covered=covered)
            padded, altered = _forms(archive) if "xl/styles.xml" in names else ({}, {})
            octets = archive.read(part)
    except (zipfile.BadZipFile, etree.XMLSyntaxError, KeyError, ValueError):
        return Shown(covered=covered)
    if b"<f" not in octets and b't="e"' not in octets and not padded and not altered:
        return Shown(covered=covered)
    untrusted = any(
        calc.get("fullCalcOnLoad") in {"1", "true"} for calc in workbook.iter(f"{_MAIN}calcPr")
    )
    return _cells(octets, covered, padded, altered, untrusted=untrusted)


def _parsed(archive: zipfile.ZipFile, name: str) -> etree._Element:
    return etree.fromstring(archive.read(name), xml_parser())


def _part_of(archive: zipfile.ZipFile, workbook: etree._Element, sheet: str) -> str | None:
    link = next(
        (each.get(_LINK) for each in workbook.iter(f"{_MAIN}sheet") if each.get("name") == sheet),
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
    forms = dict(_BUILT_IN)
    for each in styles.iter(f"{_MAIN}numFmt"):
        forms[int(each.get("numFmtId") or 0)] = each.get("formatCode") or ""
    padded: dict[str, int] = {}
    altered: dict[str, str] = {}
    for number, style in enumerate(styles.iterfind(f"{_MAIN}cellXfs/{_MAIN}xf")):
        form = forms.get(int(style.get("numFmtId") or 0), "").partition(";")[0]
        if _ZEROS.fullmatch(form):
            padded[str(number)] = len(form)
        elif _ALTERING.search(form) and not _DATES.search(re.sub(r'"[^"]*"|\\.', "", form)):
            altered[str(number)] = form
    return padded, altered


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
        BytesIO(octets), events=("end",), tag=f"{_MAIN}c", resolve_entities=False, no_network=True
    )
    for _, cell in walk:
        found = _ADDRESS.fullmatch(cell.get("r") or "")
        if found is not None:
            at = (int(found[2]) - 1, _column(found[1]))
            style = cell.get("s") or ""
            if cell.find(f"{_MAIN}f") is not None:
                value = cell.find(f"{_MAIN}v")
                if untrusted or value is None or value.text is None:
                    stale.add(at)
            if cell.get("t") == "e":
                failed[at] = cell.findtext(f"{_MAIN}v") or "#"
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
