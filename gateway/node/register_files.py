"""Reads a national register out of a CSV file or an SQLite database, and never writes to one.

Whatever such a file holds, it either gives lines or raises ``RegisterError``. It decides nothing
about an answer.
"""

from __future__ import annotations

import csv
import io
import os
import sqlite3
import stat
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

from gateway.node.register_lines import (
    COLUMNS,
    LINKS_MOST,
    Disposition,
    RegisterError,
    disposition,
    ordered,
)
from gateway.registry import read_make

CSV_OCTETS_MOST = 16 * 1024 * 1024
"""A larger register is a database: a file is held in memory, and read while a request waits."""
_STEPS_BETWEEN = 1_000_000
_LOOKS_MOST = 300  # so many times a million steps of SQLite: some seconds
_PARTED = "\0"

_Key = tuple[str, str]
_Written = tuple[int, int, int]


def plain_serial(text: str) -> str:
    """A serial number without blanks, dashes and case; no character is taken for another."""
    return "".join(c for c in text.upper() if c.isalnum())


def plain_make(text: str) -> str:
    """A make as a database's column has it: the code that the gateway knows, in capitals."""
    read = read_make(text)
    return text.strip().upper() if read is None else read.text


class CsvRegister:
    """A CSV file, read anew when it was written anew.

    A line that says what cannot be stops the answers about its firearm; a line with a column too
    many or too few, after which no column can be relied on, those about all.
    """

    def __init__(self, path: Path, name: str) -> None:
        self._path = path
        self._name = name
        self._read: tuple[_Written, dict[_Key, list[tuple[int, str]]]] | None = None

    @property
    def state(self) -> str:
        return _state(self._name, self._path)

    def dispositions(self, make: str, serial: str) -> list[Disposition]:
        return self._of(self._lines(), (plain_make(make), plain_serial(serial)))

    def check(self) -> None:
        found = self._lines()
        for key in found:
            self._of(found, key)

    def _of(self, lines: dict[_Key, list[tuple[int, str]]], key: _Key) -> list[Disposition]:
        held = lines.get(key, [])
        return ordered(
            [
                disposition(
                    dict(zip(COLUMNS, line.split(_PARTED), strict=True)),
                    f"{self._path} line {number}",
                )
                for number, line in held[: LINKS_MOST + 1]
            ],
            f"{self._path} line {held[0][0]}" if held else str(self._path),
        )

    def _lines(self) -> dict[_Key, list[tuple[int, str]]]:
        try:
            written = _written(_regular(self._path))
            if self._read is None or self._read[0] != written:
                self._read = None
                written, octets = self._octets()
                self._read = (written, self._indexed(octets))
        except (OSError, ValueError, csv.Error) as error:
            raise _unreadable(self._path, error) from error
        return self._read[1]

    def _octets(self) -> tuple[_Written, bytes]:
        """The file as it was at one moment."""
        with self._path.open("rb") as source:
            before = os.fstat(source.fileno())
            octets = source.read(CSV_OCTETS_MOST + 1)
            after = os.fstat(source.fileno())
        if len(octets) > CSV_OCTETS_MOST:
            raise RegisterError(
                "the register is too large for a CSV file",
                place=str(self._path),
                value=f"{after.st_size} octets",
                expected=f"at most {CSV_OCTETS_MOST} octets",
                remedy='make it an SQLite database (kind = "SQLITE")',
            )
        if _written(before) != _written(after) or len(octets) != after.st_size:
            raise RegisterError(
                "the register was written while it was read",
                place=str(self._path),
                expected="a new file beside it that is renamed into its place",
            )
        return _written(after), octets

    def _indexed(self, octets: bytes) -> dict[_Key, list[tuple[int, str]]]:
        reader = csv.reader(io.StringIO(octets.decode("utf-8-sig"), newline=""), strict=True)
        header = next(reader, [])
        if wrong := [name for name in COLUMNS if header.count(name) != 1]:
            raise RegisterError(
                "the register lacks columns, or has them twice",
                place=str(self._path),
                value=", ".join(wrong),
                expected=", ".join(COLUMNS),
            )
        places = [header.index(name) for name in COLUMNS]
        makes: dict[str, str] = {}
        found: dict[_Key, list[tuple[int, str]]] = {}
        for row in reader:
            if not row:
                continue
            line = _PARTED.join([row[place] for place in places]) if len(row) == len(header) else ""
            if line.count(_PARTED) != len(COLUMNS) - 1:
                raise RegisterError(
                    "a line of the register has another number of columns than its first",
                    place=f"{self._path} line {reader.line_num}",
                    value=str(len(row)),
                    expected=str(len(header)),
                )
            written = row[places[0]]
            make = makes.get(written)
            if make is None:
                make = makes[written] = plain_make(written)
            key = (make, plain_serial(row[places[1]]))
            found.setdefault(key, []).append((reader.line_num, line))
        return found


class SqliteRegister:
    """An SQLite database with a table or view ``disposition``, opened for reading at each question.

    Its ``make`` is in capitals and its ``serial`` without blanks and dashes, so that an index over
    both finds a firearm. What takes many seconds without one is broken off.
    """

    def __init__(self, path: Path, name: str) -> None:
        self._path = path
        self._name = name

    @property
    def state(self) -> str:
        return _state(self._name, self._path)

    def dispositions(self, make: str, serial: str) -> list[Disposition]:
        key = (plain_make(make), plain_serial(serial))
        place = f"{self._path} {make} {serial}"
        return ordered(self._rows("WHERE make = ? AND serial = ?", key, place), place)

    def check(self) -> None:
        self._rows("", (), str(self._path))

    def _rows(self, where: str, values: tuple[str, ...], place: str) -> list[Disposition]:
        wanted = f"SELECT {', '.join(COLUMNS)} FROM disposition {where} LIMIT {LINKS_MOST + 1}"  # noqa: S608 - names of ours
        looks = iter(range(_LOOKS_MOST))
        try:
            _regular(self._path)
            address = f"file:{quote(str(self._path))}?mode=ro"
            with closing(sqlite3.connect(address, uri=True, timeout=1)) as database:
                database.set_progress_handler(lambda: next(looks, None) is None, _STEPS_BETWEEN)
                rows = database.execute(wanted, values).fetchall()
        except (OSError, ValueError, sqlite3.Error) as error:
            raise _unreadable(self._path, error) from error
        return [
            disposition(
                {n: "" if v is None else str(v) for n, v in zip(COLUMNS, row, strict=True)}, place
            )
            for row in rows
        ]


def _regular(path: Path) -> os.stat_result:
    """The state of the file; a pipe or a folder in its place, which would never end, is none."""
    found = path.stat()
    if not stat.S_ISREG(found.st_mode):
        raise OSError("it is not a file")
    return found


def _written(found: os.stat_result) -> _Written:
    return found.st_ino, found.st_mtime_ns, found.st_size


def _unreadable(path: Path, error: Exception) -> RegisterError:
    why = "octets that are not UTF-8" if isinstance(error, UnicodeDecodeError) else str(error)
    return RegisterError("the register cannot be read", place=str(path), value=why)


def _state(name: str, path: Path) -> str:
    try:
        written = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    except (OSError, ValueError, OverflowError):
        return name
    return f"{name}, state of {written:%Y-%m-%d}"
