"""Reads a calibre as typed: which cartridges it can mean, by a table of aliases and a parser.

It does not decide what a difference means (see ``matching``). The table is ``data/calibres.csv``.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, lru_cache

from gateway.registry import reference
from gateway.registry.placeholders import find_placeholder


class BoreClass(StrEnum):
    """What resolves "12" and "32": a gauge in a smooth bore, hundredths or millimetres else."""

    SMOOTH = "SMOOTH"
    RIFLED = "RIFLED"
    MACHINE = "MACHINE"
    ANY = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibre:
    """A calibre as read: every cartridge code that it can mean, none when the table fails.

    ``family`` is the number of the bore family in the table, 0 when unknown to it; ``compatible``
    holds the names of the sets of cartridges that pass for each other.
    """

    text: str
    cartridges: frozenset[str]
    compatible: frozenset[str]
    family: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Table:
    aliases: dict[tuple[str, str], Calibre]
    prefixes: tuple[str, ...]


_WORDS = (
    (re.compile(r"SMITH\s*(?:&|AND|E|ET|UND)?\s*WESSON|S\s*&\s*W"), "SW"),
    (re.compile(r"PARABELLUM|LUGER|PARA\b|\bPB\b"), "PARA"),
    (re.compile(r"SPECIAL|\bSPCL\b|\bSPEC\b|\bSPC\b|\bSP\b"), "SPL"),
    (re.compile(r"MAGNUM"), "MAG"),
    (re.compile(r"AUTOMATIC"), "AUTO"),
    (re.compile(r"LONG\s+RIFLE"), "LR"),
    (re.compile(r"REMINGTON"), "REM"),
    (re.compile(r"WINCHESTER"), "WIN"),
    (re.compile(r"CORTO|CORTA|COURT|SHORT|KURZ|CURTO|CURTA"), "KURZ"),
    (re.compile(r"(?:GAUGE|GUAGE|GAGE|BORE)"), "GA"),
    (re.compile(r"MAKAROVA|\bMAK\b"), "MAKAROV"),
    # \u041c\u041c is MM in Cyrillic letters, as on Soviet markings
    (re.compile("MILLIMET(?:ER|RE|RES|ERS)|\\bMM\\b|\u041c\u041c"), "MM"),
    (re.compile(r"CALIB(?:RE|ER|RO)|KALIBER|\b[CK]AL\b\.?|^[CP](?=\s*[.\d])"), " "),
)
# The multiplication sign and the Cyrillic letter that stand for X; the decimal comma.
_TIMES = str.maketrans({"\u00d7": "X", "\u0425": "X", ",": "."})
_SPREADSHEET = re.compile(r"0?\.(\d)")  # 0.40 came out of a spreadsheet as 0.4
_FLOAT = re.compile(r"(\d{1,3})\.0+")
_METRIC = re.compile(r"(\d{1,2}(?:\.\d{1,2})?)\s*(?:MM)?\s*[X*/]\s*(\d{2})\s*(?:MM)?\s*(R|SR)?\b")
_MILLIMETRES = re.compile(r"(\d{3,})MM")
_PREFIX_LEAST = 2


@lru_cache(maxsize=16_384)
def read_calibre(text: str, bore: BoreClass = BoreClass.ANY) -> Calibre | None:
    """The calibre that ``text`` names for a weapon of class ``bore``; None when it names none.

    A text that the table cannot resolve gives a calibre without cartridges.
    """
    if text.strip().upper() in {"UNKNOWN", "UNK", ""} or find_placeholder(text):
        return None
    spaced = _normal(text)
    key = _compact(spaced)
    if not key:
        return None
    for candidate in _candidates(spaced, key):
        if found := _lookup(candidate, bore):
            return found
    return Calibre(text=key, cartridges=frozenset(), compatible=frozenset(), family=0)


def _candidates(spaced: str, key: str) -> list[str]:
    found = [key]
    if metric := _METRIC.search(spaced):
        found.append(_compact(f"{metric[1]}X{metric[2]}{metric[3] or ''}"))
    if millimetres := _MILLIMETRES.fullmatch(key):
        found.append(millimetres[1])
    found.extend(prefix for prefix in _table().prefixes if _begins(key, prefix))
    return found


def _begins(key: str, prefix: str) -> bool:
    # "38TPC" is a .38; "380" is not a "38" with a zero behind it.
    return key.startswith(prefix) and key[len(prefix) : len(prefix) + 1].isalpha()


def _lookup(key: str, bore: BoreClass) -> Calibre | None:
    aliases = _table().aliases
    classes = [bore, BoreClass.ANY]
    if bore is BoreClass.MACHINE:
        classes.insert(1, BoreClass.RIFLED)
    for cls in classes:
        if found := aliases.get((key, cls)):
            return found
    return None


def _normal(text: str) -> str:
    spaced = unicodedata.normalize("NFKC", text).upper().translate(_TIMES)
    for pattern, word in _WORDS:
        spaced = pattern.sub(word, spaced)
    spaced = spaced.strip()
    if damaged := _SPREADSHEET.fullmatch(spaced):
        return damaged[1] + "0"
    if whole := _FLOAT.fullmatch(spaced):
        return whole[1]
    return spaced


def _compact(spaced: str) -> str:
    return re.sub(r"[\W_]+", "", spaced).lstrip("0")


@cache
def _table() -> _Table:
    rows = reference.rows("calibres")
    members: dict[str, set[str]] = {}
    sets: dict[str, set[str]] = {}
    number = {row["code"]: int(row["number"]) for row in rows}
    for row in rows:
        if row["kind"] == "CARTRIDGE":
            for family in reference.several(row["bore"]):
                members.setdefault(family, set()).add(row["code"])
                sets.setdefault(family, set()).update({row["compat"]} - {""})
    aliases: dict[tuple[str, str], Calibre] = {}
    for row in rows:
        family = reference.several(row["bore"])[0]
        single = row["kind"] == "CARTRIDGE"
        calibre = Calibre(
            text=row["code"],
            cartridges=frozenset({row["code"]} if single else members.get(row["code"], ())),
            compatible=frozenset({row["compat"]} - {""} if single else sets.get(family, ())),
            family=number[family],
        )
        for alias in (row["code"], *reference.several(row["aliases"])):
            text, _, bore = alias.partition("@")
            aliases.setdefault((_compact(_normal(text)), bore), calibre)
    texts = {text for text, bore in aliases if not bore and len(text) >= _PREFIX_LEAST}
    return _Table(aliases=aliases, prefixes=tuple(sorted(texts, key=len, reverse=True)))
