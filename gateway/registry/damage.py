"""Undoes what a spreadsheet did to a calibre: "9-Mar" was 9.3, "30-Jun" 30-06, "0.4" .40.

It knows dates and floats, no cartridge (see ``calibres``).
"""

# ruff: noqa: RUF001 - Cyrillic letters are meant

from __future__ import annotations

import re
from datetime import date, timedelta

_EPOCH = date(1899, 12, 30)  # day 0 of the spreadsheets' calendar
_SERIALS = range(7_000, 60_000)  # 1919 to 2064
_MONTHS = (
    ("JAN", "ENE", "GEN", "OCA", "ЯНВ"),
    ("FEB", "FEV", "SUB", "ФЕВ", "FEVR"),
    ("MAR", "MRZ", "МАР", "MARS"),
    ("APR", "ABR", "AVR", "NIS", "АПР"),
    ("MAY", "MAI", "MAG", "MEI", "МАЙ", "МАЯ"),
    ("JUN", "GIU", "HAZ", "ИЮН", "JUIN"),
    ("JUL", "LUG", "TEM", "ИЮЛ", "JUIL"),
    ("AUG", "AGO", "AOU", "ABG", "АВГ", "AOUT"),
    ("SEP", "SET", "EYL", "СЕН", "SEPT"),
    ("OCT", "OKT", "OUT", "OTT", "EKI", "ОКТ"),
    ("NOV", "KAS", "НОЯ"),
    ("DEC", "DEZ", "DIC", "ARA", "ДЕК"),
)
_NUMBER_OF = {name: number for number, names in enumerate(_MONTHS, start=1) for name in names}
_DAY_FIRST = re.compile(r"(\d{1,2})[-./ ]([^\W\d_]{3,4})\.?")
_MONTH_FIRST = re.compile(r"([^\W\d_]{3,4})\.?[-./ ](\d{1,2})")
_ISO = re.compile(r"(?:19|20)(\d\d)-(\d\d)-(\d\d)(?:[ T]00:00(?::00)?)?")
_FLOAT = re.compile(r"(\d{1,3})[.,]0+(?:\s*MM)?")
_FRACTION = re.compile(r"0?\.([345])")


def undamaged(text: str) -> tuple[str, ...]:  # noqa: PLR0911 - the table of damages
    """What ``text`` (upper case, decimal points) may have been before, likeliest first."""
    if whole := _FLOAT.fullmatch(text):
        return (whole[1],)
    if cut := _FRACTION.fullmatch(text):  # 0.40 came out as 0.4
        return (cut[1] + "0",)
    if found := _DAY_FIRST.fullmatch(text):
        return _of_day(int(found[1]), _NUMBER_OF.get(found[2]))
    if found := _MONTH_FIRST.fullmatch(text):
        month = _NUMBER_OF.get(found[1])
        return () if month is None else (f"{month}.{found[2]}", f"{month}-{found[2]}")
    if found := _ISO.fullmatch(text):
        month, day = int(found[2]), int(found[3])
        if day == 1:
            return (f"{month}.{found[1]}", *_of_day(day, month))
        return _of_day(day, month)
    if text.isdigit() and int(text) in _SERIALS:
        return _of_serial(int(text))
    return ()


def _of_day(day: int, month: int | None) -> tuple[str, ...]:
    if month is None:
        return ()
    # "30-Jun" was 30-06, "9-Mar" 9.3 and "5-Jul" 5.7; where months come first, 7-08 was "8-Jul".
    return (f"{day}-{month:02}", f"{day}.{month}", f"{month}-{day:02}", f"{month}.{day}")


def _of_serial(number: int) -> tuple[str, ...]:
    day = _EPOCH + timedelta(days=number)
    if day.day == 1:
        return (f"{day.month}.{day.year % 100:02}", f"{day.month}-{day.year % 100:02}")
    return _of_day(day.day, day.month)
