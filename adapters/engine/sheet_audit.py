"""Looks at what a spreadsheet shows and its reader does not say: merged cells, formulas, forms.

Of an XLSX file the sheet's own XML is looked at; ODS and XLS have modules of their own. It reads no
value and judges none.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator, Mapping
from io import BytesIO
from posixpath import basename, dirname, normpath

from lxml import etree

from adapters.engine.compound_file import NotCompound
from adapters.engine.sheet_audit_ods import CONTENT, shown_in_ods
from adapters.engine.sheet_audit_xls import shown_in_xls
from adapters.engine.sheet_shown import BUILT_IN, Place, Shown, forms_of
from adapters.engine.xml_tree import xml_parser

_LINK = re.compile(r"\{.*/relationships\}id")  # of either of the two families of namespaces
# A formula or an error, whatever prefix the writer gave the elements.
_SECOND_LOOK = re.compile(rb"""<(?:[\w.-]+:)?f[\s/>]|\bt\s*=\s*["']e["']""")
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
    parts = _Parts(archive)
    book = parts.of_kind("", "officeDocument") or "xl/workbook.xml"
    if not parts.has(book):
        return Shown(covered=covered)
    workbook = parts.parsed(book)
    part = _part_of(parts, book, workbook, sheet)
    if part is None or not parts.has(part):
        return Shown(covered=covered)
    styles = parts.of_kind(book, "styles") or "xl/styles.xml"
    padded, altered = _forms(parts.parsed(styles)) if parts.has(styles) else ({}, {})
    octets = parts.read(part)
    if not padded and not altered and _SECOND_LOOK.search(octets) is None:
        return Shown(covered=covered)
    untrusted = any(
        calc.get("fullCalcOnLoad") in {"1", "true"} for calc in workbook.iter("{*}calcPr")
    )
    return _cells(octets, covered, padded, altered, untrusted=untrusted)


class _Parts:
    """The parts of a package, by the names that its relationships give them (ECMA-376 part 2).

    Names do not differ in case, and some tools write them with the strokes of their own system.
    """

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self._names = {_plain(name): name for name in archive.namelist()}

    def has(self, name: str) -> bool:
        return _plain(name) in self._names

    def read(self, name: str) -> bytes:
        return self._archive.read(self._names[_plain(name)])

    def parsed(self, name: str) -> etree._Element:
        return etree.fromstring(self.read(name), xml_parser())

    def links(self, part: str) -> list[etree._Element]:
        """The relationships of ``part``, or of the package ("")."""
        name = f"{dirname(part)}/_rels/{basename(part)}.rels".lstrip("/")
        return list(self.parsed(name)) if self.has(name) else []

    def of_kind(self, part: str, kind: str) -> str | None:
        """The first part of a kind that ``part`` names; the kinds of both families end alike."""
        for link in self.links(part):
            if (link.get("Type") or "").endswith(f"/{kind}"):
                return self.named(part, link.get("Target") or "")
        return None

    @staticmethod
    def named(part: str, target: str) -> str:
        """What ``target`` names in a relationship of ``part``."""
        return normpath(target if target.startswith("/") else f"{dirname(part)}/{target}")


def _plain(name: str) -> str:
    return name.replace("\\", "/").lstrip("/").lower()


def _part_of(parts: _Parts, book: str, workbook: etree._Element, sheet: str) -> str | None:
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
    target = next(
        (each.get("Target") for each in parts.links(book) if each.get("Id") == link), None
    )
    return None if target is None else parts.named(book, target)


def _forms(styles: etree._Element) -> tuple[dict[str, int], dict[str, str]]:
    """By the number of a style: how many digits it shows at least, or the form that alters."""
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
    for at, cell in _placed(octets):
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
    return Shown(
        covered=covered, stale=frozenset(stale), failed=failed, padded=digits, altered=other
    )


def _placed(octets: bytes) -> Iterator[tuple[Place, etree._Element]]:
    """Each cell with its place: as it says itself, or behind the one before (ECMA-376 18.3.1.4)."""
    row = column = -1
    walk = etree.iterparse(
        BytesIO(octets),
        events=("start", "end"),
        tag=("{*}row", "{*}c"),
        resolve_entities=False,
        no_network=True,
    )
    for event, element in walk:
        is_row = etree.QName(element).localname == "row"
        if event == "start" and is_row:
            said = element.get("r") or ""
            row, column = (int(said) - 1 if said.isdecimal() else row + 1), -1
        elif event == "end" and not is_row:
            found = _ADDRESS.fullmatch(element.get("r") or "")
            row, column = (
                (row, column + 1) if found is None else (int(found[2]) - 1, _column(found[1]))
            )
            yield (row, column), element
            element.clear()


def _column(letters: str) -> int:
    index = 0
    for letter in letters:
        index = index * 26 + ord(letter) - ord("A") + 1
    return index - 1
