"""Checks tables of makes, calibres and placeholders and takes in an administrator's rows.

It reads no make itself (see ``makes``).
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from gateway.registry import serial_forms
from gateway.registry.makes import fold_words
from gateway.registry.reference import TABLES, rows, several, shipped

_OWN_NUMBERS = 20_000
"""Numbers from which an administrator's makes and calibres count; a SMALLINT ends at 32,767."""
_LAST_NUMBER = 32_767


@dataclass(frozen=True, slots=True, kw_only=True)
class TableFault:
    """What is wrong with a row; ``line`` counts from 2, behind the head."""

    table: str
    line: int
    column: str
    value: str
    expected: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TableState:
    """A table: rows that came with the program, an administrator's, and the newest version."""

    table: str
    shipped: int
    own: int
    version: int


def table_states() -> list[TableState]:
    """Every table."""
    found = []
    for table in TABLES:
        base, all_ = shipped(table), rows(table)
        version = max(int(row["version"]) for row in all_)
        found.append(
            TableState(table=table, shipped=len(base), own=len(all_) - len(base), version=version)
        )
    return found


def faults(table: str, own: Sequence[Mapping[str, str]]) -> list[TableFault]:
    """Everything wrong with ``own`` rows of ``table``; an empty list when they can be taken in."""
    return list(_faults(table, own))


def read_rows(path: Path, table: str) -> list[dict[str, str]]:
    """The rows of an administrator's file.

    Raises ``ValueError`` for columns that are not those of ``table``.
    """
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        expected = list(shipped(table)[0])
        missing = [name for name in expected if name not in (reader.fieldnames or [])]
        needed = [name for name in missing if name != "number"]
        if needed:
            raise ValueError(f"columns are missing: {', '.join(needed)}")
        return [{name: row.get(name) or "" for name in expected} for row in reader]


def take_in(table: str, own: Sequence[Mapping[str, str]], folder: Path) -> int:
    """Writes ``own`` rows behind those that stand in ``folder``; how many were new.

    Rows get numbers of their own; a row that stands already, word for word but for its number, is
    not written twice.
    """
    path = folder / f"{table}.csv"
    standing: list[dict[str, str]] = []
    if path.exists():
        with path.open(encoding="utf-8", newline="") as file:
            standing = list(csv.DictReader(file))
    known = {_content(row) for row in standing}
    number = max(
        [_OWN_NUMBERS, *(int(row["number"]) for row in standing if row.get("number"))], default=0
    )
    codes = {row["code"]: row["number"] for row in (*shipped(table), *standing) if "code" in row}
    new: list[dict[str, str]] = []
    for row in own:
        if _content(row) in known:
            continue
        known.add(_content(row))
        taken = dict(row)
        if "number" in taken:
            if (code := taken["code"]) not in codes:
                number += 1
                codes[code] = str(number)
            taken["number"] = codes[taken["code"]]
        new.append(taken)
    if number > _LAST_NUMBER:
        raise ValueError(f"more than {_LAST_NUMBER - _OWN_NUMBERS} own rows")
    folder.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(shipped(table)[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows([*standing, *new])
    return len(new)


def _content(row: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    return tuple((name, value) for name, value in sorted(row.items()) if name != "number")


def _faults(table: str, own: Sequence[Mapping[str, str]]) -> Iterator[TableFault]:
    standing = rows(table)
    owner_of = {
        fold_words(alias): row["code"]
        for row in standing
        if "code" in row
        for alias in (row["name"], *several(row.get("aliases", "")))
    }
    for line, row in enumerate(own, start=2):
        if not row["source"].strip():
            yield TableFault(
                table=table, line=line, column="source", value="", expected="where it is known from"
            )
        if not row["version"].isdigit():
            yield TableFault(
                table=table,
                line=line,
                column="version",
                value=row["version"],
                expected="a whole number",
            )
        if table == serial_forms.TABLE:
            yield from _form_faults(line, row)
        code = row.get("code")
        if code is None or table == "calibres":  # calibres share spellings by the type of weapon
            continue
        if not code:
            yield TableFault(
                table=table, line=line, column="code", value="", expected="a code, in capitals"
            )
        for alias in (row["name"], *several(row["aliases"])):
            other = owner_of.get(fold_words(alias))
            if other is not None and other != code:
                yield TableFault(
                    table=table,
                    line=line,
                    column="aliases",
                    value=alias,
                    expected=f"a spelling that is not {other}'s",
                )


def _form_faults(line: int, row: Mapping[str, str]) -> Iterator[TableFault]:
    wrong = []
    codes = {known["code"] for name in ("makes", "makes_ncic") for known in rows(name)}
    if row["make"] not in codes:
        wrong.append(("make", "the code of a make that the tables know"))
    wrong += [
        (name, "a year of four digits, or nothing")
        for name in ("since", "until")
        if row[name] and re.fullmatch(r"1[6-9]\d\d|2\d\d\d", row[name]) is None
    ]
    if not (row["since"] or row["until"] or row["pattern"]):
        wrong.append(("since", "a year, or a pattern of serial numbers"))
    try:
        re.compile(row["pattern"])
    except re.error as error:
        wrong.append(("pattern", f"a regular expression over A-Z and 0-9 ({error})"))
    for column, expected in wrong:
        yield TableFault(
            table=serial_forms.TABLE,
            line=line,
            column=column,
            value=row[column],
            expected=expected,
        )
