"""A line of a national register: who had a firearm, on which paper, and what no line may say.

It reads no file.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from gateway.errors import GatewayError
from gateway.payload import CountryCode, LegalityCode, TraceDocumentKindCode, TraceRoleCode

COLUMNS = (
    "make", "serial", "model", "calibre", "sequence", "role", "country", "party", "from_date",
    "to_date", "document_kind", "document_number", "next_country", "legality",
)  # fmt: skip
"""The columns of the file, or of the table or view ``disposition``; dates are ISO 8601."""

_PARTIAL = re.compile(r"[0-9]{4}(-[0-9]{2}){0,2}")
_WHOLE_DAY = len("2021-02-11")

LINKS_MOST = 50
"""Of one firearm, as many as an answer holds (``TraceLink`` in trace.xsd)."""


class RegisterError(GatewayError):
    """The register cannot be read, or a line of it says what cannot be."""

    code = "node.register-unreadable"
    retryable = True
    answered = False

    def __init__(
        self,
        message: str,
        *,
        remedy: str = "mend the file there, or put a right one in its place; people answer "
        "trace requests meanwhile",
        **where: str,
    ) -> None:
        super().__init__(message, remedy=remedy, **where)


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


def disposition(row: Mapping[str, str], place: str) -> Disposition:
    """The line that ``row`` holds by ``COLUMNS``. Raises ``RegisterError`` at ``place``."""
    try:
        kind, number = row["document_kind"].strip(), row["document_number"].strip()
        return Disposition(
            model=row["model"].strip(),
            calibre=row["calibre"].strip(),
            sequence=int(row["sequence"]),
            role=TraceRoleCode(row["role"].strip()),
            country=CountryCode(row["country"].strip()),
            party=row["party"].strip() or None,
            from_date=_day(row["from_date"]),
            to_date=_day(row["to_date"]),
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
            expected="codes of the standard (`iarms schema explain TraceLink`), days of the "
            "calendar, and a whole number for the sequence",
        ) from error


def ordered(lines: Iterable[Disposition], place: str) -> list[Disposition]:
    """The lines of one firearm from its first to its last.

    Raises ``RegisterError`` at ``place`` for more than an answer holds.
    """
    found = sorted(lines, key=lambda line: line.sequence)
    if len(found) > LINKS_MOST:
        raise RegisterError(
            "the register has more lines of one firearm than an answer holds",
            place=place,
            value=f"more than {LINKS_MOST}",
            expected=f"at most {LINKS_MOST}",
        )
    return found


def _day(text: str) -> str | None:
    """A year, month or day as it is written; None for none. Raises ``ValueError``."""
    told = text.strip()
    if not told:
        return None
    if _PARTIAL.fullmatch(told) is None:
        raise ValueError(f"{told!r} is not a year, month or day")
    date.fromisoformat(f"{told}-01-01"[:10] if len(told) < _WHOLE_DAY else told)
    return told
