"""Code tables of an adapter: local value to standard value and back, and the nearest code.

It does not know which element of the standard a code stands in: ``mapping`` checks that.
"""

from __future__ import annotations

import csv
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from rapidfuzz import fuzz, process

from adapters.engine.rows import SHORT_CHARACTERS
from adapters.engine.spec import Table
from gateway.adapter import AdapterError

_NEAR = 70.0  # rapidfuzz ratio: TAURRUS finds TAURUS, and PISTOLET does not find FUSIL


def folded(text: str) -> str:
    """``text`` without case, accents, doubled blanks and what is not seen: how local values are
    compared.
    """
    if text.isascii():
        return " ".join(text.upper().split())
    plain = unicodedata.normalize("NFKD", text)
    plain = "".join(
        sign
        for sign in plain
        if not unicodedata.combining(sign) and unicodedata.category(sign) != "Cf"
    )
    return " ".join(plain.upper().split())


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeTable:
    """One ``codes/*.csv``: ``standard`` by folded local value; ``local`` by standard value."""

    name: str
    declared: Table
    locals_: tuple[str, ...]
    standard: Mapping[str, str]
    local: Mapping[str, str]
    asked: dict[str, str | None] = field(default_factory=dict, repr=False, compare=False)

    def find(self, value: str) -> str | None:
        """The standard value of ``value``, or None where the table does not list it.

        Values come again and again, so each is folded once.
        """
        try:
            return self.asked[value]
        except KeyError:
            found = self.standard.get(folded(value))
            if len(self.asked) < _REMEMBERED and len(value) <= SHORT_CHARACTERS:
                self.asked[value] = found
            return found

    def near(self, value: str) -> str | None:
        """The local value most like ``value``, if one is like it at all."""
        if len(value) > SHORT_CHARACTERS:
            return None
        found = process.extractOne(
            folded(value), self.locals_, scorer=fuzz.ratio, processor=folded, score_cutoff=_NEAR
        )
        return found[0] if found else None

    @property
    def examples(self) -> str:
        """A few local values, to show what the table holds."""
        return ", ".join(self.locals_[:_EXAMPLES])


_EXAMPLES = 4
_NEEDED_CELLS = 2  # the note may be left out
_REMEMBERED = 10_000


def load_table(folder: Path, name: str, declared: Table) -> CodeTable:
    """The table ``name`` of the adapter in ``folder``; ``AdapterError`` says its file and line.

    The file is UTF-8 CSV with the header ``local,standard,note``. The first line that gives a
    standard value is how that value is said in the national format.
    """
    place = f"{folder.name}/{declared.file}"
    try:
        text = (folder / declared.file).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise AdapterError(
            f"the code table {place} cannot be read: {error}", place=place
        ) from error
    lines = csv.reader(text.splitlines())
    header = next(lines, [])
    if header != ["local", "standard", "note"]:
        raise AdapterError(
            "a code table has another header",
            place=f"{place}, line 1",
            value=",".join(header),
            expected="local,standard,note",
        )
    standard: dict[str, str] = {}
    local: dict[str, str] = {}
    names: list[str] = []
    for row in lines:
        _take_line(row, f"{place}, line {lines.line_num}", standard, local, names)
    if declared.on_unknown == "pass-as-other" and declared.other is None:
        raise AdapterError(
            f"table {name!r} passes unknown values as another without saying which",
            place=f"{folder.name}/adapter.toml, [table.{name}]",
            expected="other = the standard value that unknown ones become",
        )
    return CodeTable(
        name=declared.file, declared=declared, locals_=tuple(names), standard=standard, local=local
    )


def _take_line(
    row: list[str], place: str, standard: dict[str, str], local: dict[str, str], names: list[str]
) -> None:
    """Add one line of a table; a second line for the same local value is refused."""
    if not row:
        return
    if len(row) < _NEEDED_CELLS or not row[0].strip() or not row[1].strip():
        raise AdapterError(
            "a line of a code table is incomplete",
            place=place,
            value=",".join(row),
            expected="local,standard,note",
        )
    key = folded(row[0])
    if key in standard:
        raise AdapterError(
            "a local value comes twice in a code table",
            place=place,
            value=row[0],
            expected="each local value once (case, accents and blanks do not count)",
            remedy="remove one of the lines",
        )
    standard[key] = row[1].strip()
    names.append(row[0].strip())
    local.setdefault(row[1].strip(), row[0].strip())
