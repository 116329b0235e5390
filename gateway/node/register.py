"""The seam to a national register: what became of a firearm of this make and serial number.

A manufacturer's or dealer's register stands behind it as a CSV file or an SQLite database, which is
only read. It decides nothing about an answer.
"""

from __future__ import annotations

import csv
import sqlite3
from collections.abc import Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

from gateway.config import Register as RegisterSettings
from gateway.errors import ConfigError, GatewayError
from gateway.payload import CountryCode, LegalityCode, TraceDocumentKindCode, TraceRoleCode
from gateway.registry import read_make

COLUMNS = (
    "make", "serial", "model", "calibre", "sequence", "role", "country", "party", "from_date",
    "to_date", "document_kind", "document_number", "next_country", "legality",
)  # fmt: skip
"""The columns of the file, or of the table or view ``disposition``; dates are ISO 8601."""
_LINKS_MOST = 100


class RegisterError(GatewayError):
    """The register cannot be read, or a line of it says what cannot be."""

    code = "node.register-unreadable"
    retryable = True
    answered = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Disposition:
    """One line of the register: who had the firearm, and on which paper it says so."""

    model: str
    calibre: str
    sequence: int
    role: TraceRoleCode
    country: CountryCode
    party: str | None
    from_date: str | None
    to_date: str | None
    document: tuple[TraceDocumentKindCode, str] | None
    next_country: CountryCode | None
    legality: LegalityCode


class Register(Protocol):
    """A national register."""

    @property
    def state(self) -> str:
        """Its name and how new it is, in at most 200 characters."""

    def dispositions(self, make: str, serial: str) -> list[Disposition]:
        """What became of the firearm, in order; nothing where it is not in the register.

        ``make`` and ``serial`` are as the request writes them. Raises ``RegisterError``.
        """


def open_register(settings: RegisterSettings | None, home: Path) -> Register | None:
    """The register that the settings name; None for none. Raises ``ConfigError``."""
    if settings is None:
        return None
    path = home / settings.file
    if not path.is_file():
        raise ConfigError(
            "the register is missing",
            place="register.file",
            value=str(path),
            expected="a CSV file or an SQLite database",
            remedy="put it there, or take the section [register] away",
        )
    kind = _CsvRegister if settings.kind == "CSV" else _SqliteRegister
    return kind(path, settings.name)


def plain_serial(text: str) -> str:
    """A serial number without blanks, dashes and case; no character is taken for another."""
    return "".join(c for c in text.upper() if c.isalnum())


def _plain_make(text: str) -> str:
    read = read_make(text)
    return text.strip().upper() if read is None else read.text


class _CsvRegister:
    """A CSV file, read anew when it was written anew."""

    def __init__(self, path: Path, name: str) -> None:
        self._path = path
        self._name = name
        self._read: tuple[int, dict[tuple[str, str], list[Disposition]]] | None = None

    @property
    def state(self) -> str:
        return _state(self._name, self._path)

    def dispositions(self, make: str, serial: str) -> list[Disposition]:
        try:
            written = self._path.stat().st_mtime_ns
            if self._read is None or self._read[0] != written:
                self._read = (written, self._lines())
        except OSError as error:
            raise RegisterError(
                "the register cannot be read", place=str(self._path), value=str(error)
            ) from error
        return self._read[1].get((_plain_make(make), plain_serial(serial)), [])

    def _lines(self) -> dict[tuple[str, str], list[Disposition]]:
        found: dict[tuple[str, str], list[Disposition]] = {}
        with self._path.open(encoding="utf-8-sig", newline="") as source:
            reader = csv.DictReader(source)
            if missing := set(COLUMNS) - set(reader.fieldnames or ()):
                raise RegisterError(
                    "the register lacks columns",
                    place=str(self._path),
                    value=", ".join(sorted(missing)),
                    expected=", ".join(COLUMNS),
                )
            for row in reader:
                key = (_plain_make(row["make"]), plain_serial(row["serial"]))
                place = f"{self._path} line {reader.line_num}"
                found.setdefault(key, []).append(_disposition(row, place))
        return {key: _ordered(lines) for key, lines in found.items()}


class _SqliteRegister:
    """An SQLite database with a table or view ``disposition``, opened for reading at each question.

    Its ``make`` is in capitals and its ``serial`` without blanks and dashes, so that an index over
    both finds a firearm.
    """

    def __init__(self, path: Path, name: str) -> None:
        self._path = path
        self._name = name

    @property
    def state(self) -> str:
        return _state(self._name, self._path)

    def dispositions(self, make: str, serial: str) -> list[Disposition]:
        wanted = f"SELECT {', '.join(COLUMNS)} FROM disposition WHERE make = ? AND serial = ?"  # noqa: S608 - names of ours
        try:
            opened = sqlite3.connect(f"file:{self._path}?mode=ro", uri=True, timeout=1)
            with closing(opened) as database:
                rows = database.execute(wanted, (_plain_make(make), plain_serial(serial)))
                found = [
                    {n: "" if v is None else str(v) for n, v in zip(COLUMNS, row, strict=True)}
                    for row in rows.fetchmany(_LINKS_MOST)
                ]
        except sqlite3.Error as error:
            raise RegisterError(
                "the register cannot be read", place=str(self._path), value=str(error)
            ) from error
        return _ordered(_disposition(row, f"{self._path} {make} {serial}") for row in found)


def _state(name: str, path: Path) -> str:
    try:
        written = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    except OSError:
        return name
    return f"{name}, state of {written:%Y-%m-%d}"


def _ordered(lines: Iterable[Disposition]) -> list[Disposition]:
    return sorted(lines, key=lambda line: line.sequence)


def _disposition(row: Mapping[str, str], place: str) -> Disposition:
    try:
        kind, number = row["document_kind"].strip(), row["document_number"].strip()
        return Disposition(
            model=row["model"].strip(),
            calibre=row["calibre"].strip(),
            sequence=int(row["sequence"]),
            role=TraceRoleCode(row["role"].strip()),
            country=CountryCode(row["country"].strip()),
            party=row["party"].strip() or None,
            from_date=row["from_date"].strip() or None,
            to_date=row["to_date"].strip() or None,
            document=(TraceDocumentKindCode(kind), number) if kind and number else None,
            next_country=CountryCode(row["next_country"].strip())
            if row["next_country"].strip()
            else None,
            legality=LegalityCode(row["legality"].strip() or "LICIT"),
        )
    except (ValueError, AttributeError) as error:
        raise RegisterError(
            "a line of the register says what cannot be",
            place=place,
            value=str(error),
            expected="codes of the standard (`iarms schema explain TraceLink`)",
        ) from error
