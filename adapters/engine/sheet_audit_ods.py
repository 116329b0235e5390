"""Looks at what a sheet of an ODS file (ISO/IEC 26300) shows otherwise than its reader says.

Beside each value the file holds the text that was shown: errors, covered cells, formulas without a
result, and numbers shown with other signs. It reads no value and judges none.
"""

from __future__ import annotations

import re
import zipfile
from dataclasses import dataclass, field
from io import BytesIO

from lxml import etree

from adapters.engine.sheet_shown import Place, Shown

CONTENT = "content.xml"
_ROWS_MOST, _COLUMNS_MOST = 1_048_576, 1_000  # what is repeated to the end of a sheet is empty
_PLACES_MOST = 1_000_000
_NUMBERS = frozenset({"float", "percentage", "currency"})
_PADDED = re.compile(r"0[0-9]{1,14}")
# Signs of a number in any country; others make a code of it, such as in 38 % or 12-34.
_PLAIN = re.compile(r"[-\u2212]?[0-9][0-9.,'\u2019 \u00a0\u202f]*(?:E[-+]?[0-9]+)?", re.IGNORECASE)
_ERROR = re.compile(r"#[A-Z0-9/]+[!?]?|Err:[0-9]{3}")


@dataclass(slots=True)
class _Found:
    covered: set[Place] = field(default_factory=set)
    stale: set[Place] = field(default_factory=set)
    failed: dict[Place, str] = field(default_factory=dict)
    padded: dict[Place, int] = field(default_factory=dict)
    altered: dict[Place, str] = field(default_factory=dict)

    def add(self, kind: str, at: Place, text: str) -> None:
        """Keeps what was found of one cell."""
        match kind:
            case "covered":
                self.covered.add(at)
            case "stale":
                self.stale.add(at)
            case "failed":
                self.failed[at] = text
            case "padded":
                self.padded[at] = len(text)
            case _:
                self.altered[at] = text

    def full(self) -> bool:
        """Whether more is found than can be of use."""
        held = (self.covered, self.stale, self.failed, self.padded, self.altered)
        return sum(map(len, held)) > _PLACES_MOST


def shown_in_ods(archive: zipfile.ZipFile, sheet: str) -> Shown:
    """What the sheet called ``sheet`` shows."""
    found = _Found()
    inside, row = False, 0
    walk = etree.iterparse(
        BytesIO(archive.read(CONTENT)),
        events=("start", "end"),
        tag=("{*}table", "{*}table-row"),
        resolve_entities=False,
        no_network=True,
    )
    for event, element in walk:
        if etree.QName(element).localname == "table":
            inside = event == "start" and _said(element, "name") == sheet
        elif event == "end":
            times = _times(element, "rows", _ROWS_MOST)
            if inside and not found.full():
                _look(element, row, times, found)
            row = row + times if inside else 0
            element.clear()
    return Shown(
        covered=frozenset(found.covered),
        stale=frozenset(found.stale),
        failed=found.failed,
        padded=found.padded,
        altered=found.altered,
    )


def _said(element: etree._Element, name: str) -> str:
    """An attribute, of whichever namespace."""
    for known, value in element.attrib.items():
        if str(known).endswith("}" + name):
            return str(value)
    return ""


def _times(element: etree._Element, of: str, most: int) -> int:
    said = _said(element, f"number-{of}-repeated")
    return min(int(said), most) if said.isdecimal() else 1


def _look(row: etree._Element, first: int, times: int, found: _Found) -> None:
    column = 0
    for cell in row.iterchildren("{*}table-cell", "{*}covered-table-cell"):
        wide = _times(cell, "columns", _COLUMNS_MOST)
        kind, text = _judged(cell)
        if kind:
            for number in range(first, first + times):
                for at in range(column, column + wide):
                    found.add(kind, (number, at), text)
                if found.full():
                    return
        column += wide


def _judged(cell: etree._Element) -> tuple[str, str]:
    """What is to be said of a cell, and what it shows; nothing of most."""
    if etree.QName(cell).localname == "covered-table-cell":
        return "covered", ""
    kinds = {str(value) for name, value in cell.attrib.items() if str(name).endswith("value-type")}
    formula = _said(cell, "formula")
    shown = "\n".join("".join(map(str, text.itertext())) for text in cell.iterchildren("{*}p"))
    if "error" in kinds or (formula and _ERROR.fullmatch(shown)):
        return "failed", shown or "#"
    if formula and not shown and not _said(cell, "value"):
        return "stale", ""
    if shown and _NUMBERS & kinds and _PADDED.fullmatch(shown):
        return "padded", shown
    altered = shown and _NUMBERS & kinds and not _PLAIN.fullmatch(shown)
    return ("altered", shown) if altered else ("", "")
