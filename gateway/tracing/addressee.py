"""Whom to ask first about a firearm, and what will make a request fail; each with its reason.

It is pure and knows no register: it goes by what is marked and what is known of makes.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from gateway.payload import (
    AddressReasonCode,
    Firearm,
    ManufactureKindCode,
    MarkingKindCode,
    SerialStatusCode,
    TraceLink,
)

MANUFACTURING_RECORDS_YEARS = 30
"""How long records of manufacture are kept at least (International Tracing Instrument, 12 a)."""

OTHER_RECORDS_YEARS = 20
"""How long all other records are kept at least (12 b)."""

TRACING_SINCE = 1946
"""MOSAIC 05.31 leaves out what was made before."""

_US_RECORDS_SINCE = 1968
"""The Gun Control Act made dealers' records mandatory; older ones are "too old" (NAP 10881, 39)."""

_NO_SERIAL = frozenset(
    {
        SerialStatusCode.NEVER_MARKED,
        SerialStatusCode.NOT_RECORDED,
        SerialStatusCode.REMOVED_ABRADED,
        SerialStatusCode.REMOVED_PUNCHED,
        SerialStatusCode.REMOVED_OTHER,
    }
)
_PRIVATE = frozenset(
    {
        ManufactureKindCode.CRAFT,
        ManufactureKindCode.PRIVATELY_MADE_3D,
        ManufactureKindCode.PRIVATELY_MADE_KIT,
    }
)
_LONGEST_SERIAL = 15
# Where a maker's works stand: only makers with works in one country.
_MAKER_COUNTRY = {
    "GLOCK": "AUT",
    "STEYR": "AUT",
    "STEYR MANNLICHER": "AUT",
    "BERETTA": "ITA",
    "TAURUS": "BRA",
    "CZ": "CZE",
    "CESKA ZBROJOVKA": "CZE",
    "HECKLER & KOCH": "DEU",
    "WALTHER": "DEU",
    "SMITH & WESSON": "USA",
    "COLT": "USA",
    "RUGER": "USA",
    "STURM RUGER": "USA",
    "FN": "BEL",
    "FN HERSTAL": "BEL",
    "NORINCO": "CHN",
    "ZASTAVA": "SRB",
    "ARSENAL": "BGR",
    "IZHMASH": "RUS",
}


class KnownForm(Protocol):
    """What is known of how a maker numbered: numbers of the form ``pattern`` (every one where it is
    None) were made from ``since`` to ``until``; ``says`` puts it in words, ``source`` tells from
    where it is known."""

    @property
    def since(self) -> int | None: ...
    @property
    def until(self) -> int | None: ...
    @property
    def pattern(self) -> re.Pattern[str] | None: ...
    @property
    def says(self) -> str: ...
    @property
    def source(self) -> str: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A country to ask, the code of the reason, and the reason in words."""

    country: str
    reason: AddressReasonCode
    text: str


def proposals(
    firearm: Firearm, *, links: tuple[TraceLink, ...] = (), asked: frozenset[str] = frozenset()
) -> list[Proposal]:
    """Countries to ask, the most promising first; those in ``asked`` are left out."""
    found: list[Proposal] = []
    nexts = [link for link in links if link.next_country is not None]
    if nexts and nexts[-1].next_country is not None:
        found.append(
            Proposal(
                country=nexts[-1].next_country,
                reason=AddressReasonCode.NEXT_IN_CHAIN,
                text=f"{nexts[-1].country} answered that it went there",
            )
        )
    legal = [i for i in firearm.import_ if i.last_legal_import_indicator] or firearm.import_[-1:]
    found.extend(
        Proposal(
            country=one.country,
            reason=AddressReasonCode.COUNTRY_OF_LAST_LEGAL_IMPORT,
            text="an import mark names it" + (f" ({one.year})" if one.year else ""),
        )
        for one in legal
    )
    make = firearm.make_identified.make_text.upper()
    made = firearm.country_of_manufacture
    if made is not None:
        found.append(
            Proposal(
                country=made,
                reason=AddressReasonCode.COUNTRY_OF_MANUFACTURE,
                text="the description names it as the country of manufacture",
            )
        )
    elif make in _MAKER_COUNTRY:
        found.append(
            Proposal(
                country=_MAKER_COUNTRY[make],
                reason=AddressReasonCode.COUNTRY_OF_MANUFACTURE,
                text=f"{make} manufactures there",
            )
        )
    seen = set(asked)
    return [p for p in found if not (p.country in seen or seen.add(p.country))]  # type: ignore[func-returns-value]  # adds while it looks


def warnings_of(
    firearm: Firearm, country: str, today: date, forms: Sequence[KnownForm] = ()
) -> dict[str, str]:
    """What is likely to make a request to ``country`` fail: code and words.

    ``forms`` is what is known of the make's serial numbers.
    """
    found: dict[str, str] = {}
    if firearm.manufacture_kind_code in _PRIVATE:
        found["PRIVATELY_MADE"] = "a privately made firearm has no records with a manufacturer"
    year = None if firearm.year_of_manufacture is None else firearm.year_of_manufacture.value
    if year is not None:
        found.update(_year_warnings(year, country, today))
    if firearm.serial_status_code in _NO_SERIAL:
        found["NO_SERIAL"] = "without a serial number only other unique markings can be traced"
    make = firearm.make_identified.make_text.upper()
    if make == "UNKNOWN":
        found["MAKE_UNKNOWN"] = "nobody can be asked for a serial number without its make"
    for marking in firearm.marking:
        if marking.kind_code is MarkingKindCode.SERIAL and marking.text_as_marked:
            found.update(_serial_warnings(marking.text_as_marked))
            found.update(_form_warnings(marking.text_as_marked, make, year, forms))
    return found


def _year_warnings(year: int, country: str, today: date) -> dict[str, str]:
    if year > today.year:
        return {"YEAR_IN_THE_FUTURE": f"it cannot have been made in {year}"}
    if year < TRACING_SINCE:
        return {"TOO_OLD": f"made before {TRACING_SINCE}: tracing standards leave it out"}
    if country == "USA" and year < _US_RECORDS_SINCE:
        return {"TOO_OLD": f"made before {_US_RECORDS_SINCE}: no dealer had to keep records"}
    if today.year - year > MANUFACTURING_RECORDS_YEARS:
        return {
            "RECORDS_MAY_BE_GONE": "made more than 30 years ago: records of manufacture need not "
            "be kept longer"
        }
    return {}


def _form_warnings(
    serial: str, make: str, year: int | None, forms: Sequence[KnownForm]
) -> dict[str, str]:
    """Where a serial number is not as its make numbered, or not in its year."""
    plain = _plain(serial)
    found: dict[str, str] = {}
    shapes = [one for one in forms if one.pattern and one.since is None and one.until is None]
    if shapes and not any(one.pattern.fullmatch(plain) for one in shapes if one.pattern):
        said = "; ".join(f"{one.says} ({one.source})" for one in shapes)
        found["SERIAL_IMPLAUSIBLE"] = f"{make} does not number like {serial!r}: {said}"
    for one in forms if year is not None else ():
        if one.pattern is not None and one.pattern.fullmatch(plain) is None:
            continue
        early = one.since is not None and year is not None and year < one.since
        late = one.until is not None and year is not None and year > one.until
        if early or late:
            what = make if one.pattern is None else f"{make} {serial!r}"
            found["YEAR_IMPLAUSIBLE"] = f"{what} of {year}: {one.says} ({one.source})"
    return found


def _plain(serial: str) -> str:
    return re.sub(r"[^0-9A-Z]", "", serial.upper())


def _serial_warnings(serial: str) -> dict[str, str]:
    plain = _plain(serial)
    found: dict[str, str] = {}
    if not any(c.isdigit() for c in plain):
        found["SERIAL_WITHOUT_DIGITS"] = f"{serial!r} has no digit: it may be a model or a patent"
    elif len(plain) > _LONGEST_SERIAL:
        found["SERIAL_TOO_LONG"] = f"{serial!r} is longer than serial numbers are"
    elif len(plain) > 2 and len(set(plain)) == 1:  # noqa: PLR2004 - one or two digits may be alike
        found["SERIAL_PLACEHOLDER"] = f"{serial!r} looks like a placeholder"
    return found
