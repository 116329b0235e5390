"""Reads a calibre as typed: which cartridges it can mean, by a table of aliases and a parser.

It does not decide what a difference means (see ``matching``). The table is ``data/calibres.csv``.
"""

# ruff: noqa: RUF001 - Cyrillic letters are meant

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, lru_cache
from itertools import permutations

from rapidfuzz.distance import OSA

from gateway.registry import reference
from gateway.registry.damage import undamaged
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
class _Family:
    """What the calibres of one bore family can be, together."""

    cartridges: frozenset[str]
    compatible: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Table:
    aliases: dict[tuple[str, str], Calibre]
    prefixes: tuple[str, ...]
    words: frozenset[str]
    families: dict[int, _Family]


_WORDS = (
    (re.compile(r"SMITH\s*(?:&|AND|E|ET|UND|Y|\+)?\s*WESSON|S\s*(?:&|\+|/|AND)\s*W\b"), "SW"),
    (re.compile(r"PARAB\w*|PARRA\w*|LUGER|ПАРАБЕЛЛУМ|ЛЮГЕР|ПАРА\b|PARA\b|\bPB\b"), " PARA"),
    (
        re.compile(r"SPECIAL|ESPECIAL|SPEZIAL|\bSPCL\b|\bSPEC\b|\bSPC\b|\bSPE\b|\bSP\b|\bESP\b"),
        "SPL",
    ),
    (re.compile(r"MAGNUM|МАГНУМ"), "MAG"),
    (re.compile(r"AUTOMATIC"), "AUTO"),
    (re.compile(r"LONG\s+RIFLE"), "LR"),
    (re.compile(r"REMINGTON"), "REM"),
    (re.compile(r"WINCHESTER"), "WIN"),
    (re.compile(r"CORTO|CORTA|COURT|SHORT|KURZ|CURTO|CURTA|KISA|KRATAK|KRATKI"), "KURZ"),
    (re.compile(r"GAUGES?|GUAGE|GUAUGE|GAGE|GAUG\b|BORE|\bGU?A\b"), "GA"),
    (re.compile(r"MAKAROVA?|МАКАРОВА?|\bMAK\b|\bПМ\b"), "MAKAROV"),
    (
        re.compile(
            "MILL?IM[EÈ]T\\w*|МИЛЛИМЕТР\\w*|\\bM{2,4}\\b|(?<=\\d)M{2,4}\\b|ММ|毫米|ملم|مم|ΧΙΛ\\w*"
        ),
        "MM",
    ),
    (re.compile(r"(?<=\d)\s*(?:NM|MN|MMM|M M|M/M|M\.M\.?)(?![A-Z0-9])"), "MM"),
    (re.compile(r"CALIB\w*|KALIB\w*|КАЛИБР\w*|\bКАЛ\b\.?|口径|عيار|ΔΙΑΜ\w*|ÇAPI?\b|CAPI?\b"), " "),
    (re.compile(r"\b[CK]AL(?=\d|\b)\.?|(?<=\d)[CK]AL\b\.?|^[CP](?=\s*[.\d])"), " "),
    (
        re.compile(
            r"\b(?:PISTOL|REVOLVER|RIFLE(?! LR)|AMMO|AMMUNITION|CARTRIDGES?|ROUNDS?|FMJ|INCH)\b"
        ),
        " ",
    ),
)
# The signs and the Cyrillic letter that stand for X; decimal signs; an O typed for a zero.
_TIMES = str.maketrans(
    {"\u00d7": "X", "\u0425": "X", "*": "X", ",": ".", "\u066b": ".", "\u066c": ".", "\u2022": "."}
)
_CYRILLIC = str.maketrans("АВСЕКМОРТ", "ABCEKMOPT")
_O_FOR_ZERO = re.compile(r"(?<=\d)O(?=[\d\s]|$)|(?<=\.)O(?=\d)")
_LONG_SHELL = re.compile(r"(\d\s*GA)\s+(?:[23](?:[\s.-]+(?:\d/\d|\d+))?)\s*(?:\"|IN|''|MAG|$).*")
_METRIC = re.compile(
    r"(\d{1,2}(?:\.\d{1,2})?)\s*(?:MM)?\s*[X/-]\s*\.?(\d{2})\s*(?:MM)?\s*(R|SR)?(?![\d])"
)
_MILLIMETRES = re.compile(r"(\d{3,})MM")
_NUMBER = re.compile(r"\d+(?:\.\d+)?(?:X\d+)?")
_WORD = re.compile(r"[^\W\d_]+")
_UNKNOWN = frozenset({"UNKNOWN", "UNK", "", "N/K", "NK", "ND", "N/D", "NI", "N/I"})
_LONG_FORMS = {
    "SPECIAL": "SPL",
    "MAGNUM": "MAG",
    "PARABELLUM": "PARA",
    "LUGER": "PARA",
    "REMINGTON": "REM",
    "WINCHESTER": "WIN",
    "GAUGE": "GA",
    "MAKAROV": "MAKAROV",
}
_SLIP_FROM = 4  # letters of a word from which one slip is read away
_PREFIX_LEAST = 2


@lru_cache(maxsize=16_384)
def read_calibre(text: str, bore: BoreClass = BoreClass.ANY) -> Calibre | None:
    """The calibre that ``text`` names for a weapon of class ``bore``; None when it names none.

    A text that the table cannot resolve gives a calibre without cartridges.
    """
    if text.strip().upper() in _UNKNOWN or find_placeholder(text):
        return None
    spaced = _normal(text)
    key = _compact(spaced)
    if not key:
        return None
    for candidate in _candidates(spaced, key):
        if found := _lookup(candidate, bore):
            return found
    return Calibre(text=key, cartridges=frozenset(), compatible=frozenset(), family=0)


def may_agree(calibre: Calibre, family: int) -> bool:
    """Whether a calibre of the bore family with this number may be one with ``calibre``, or
    contradict it in nothing: False where every one of that family contradicts it."""
    within = _table().families.get(family)
    if within is None or not calibre.cartridges:
        return True
    return not calibre.cartridges.isdisjoint(within.cartridges) or not (
        calibre.compatible.isdisjoint(within.compatible)
    )


def _candidates(spaced: str, key: str) -> list[str]:
    # "9 LUG" is July the 9th to an Italian spreadsheet, and 9 mm Luger to an officer.
    found = [key] if not key.isdigit() and (key, "") in _table().aliases else []
    found += [_compact(was) for was in undamaged(spaced)]
    found.append(key)
    if metric := _METRIC.search(spaced):
        found.append(_compact(f"{metric[1]}X{metric[2]}{metric[3] or ''}"))
        found.append(_compact(f"{metric[1]}X{metric[2]}"))
    if millimetres := _MILLIMETRES.fullmatch(key):
        found.append(millimetres[1])
    for part in re.split(r"[(/);]|\bOR\b", spaced) if re.search(r"[(/;]|\bOR\b", spaced) else ():
        found.extend(_rearranged(part))
    found.extend(_rearranged(spaced))
    found.extend(prefix for prefix in _table().prefixes if _begins(key, prefix))
    found.extend(_bare_numbers(spaced))
    return found


def _rearranged(spaced: str) -> list[str]:
    """The number with the words that cartridges have, wherever they stand, spelling forgiven.

    "S&W .38SPL", "TAURUS .38 SPECAIL" and "38 SPL S&W" are one.
    """
    numbers = _NUMBER.findall(spaced)
    if not numbers:
        return []
    known = _table().words
    words = [word for text in _WORD.findall(spaced) if (word := _known_word(text, known))]
    words = [word for word in dict.fromkeys(words) if word not in {"X", "MM"}]
    found = []
    for number in numbers:
        for count in range(len(words), 0, -1):
            found += [number + "".join(some) for some in permutations(words[:4], min(count, 4))]
        found.append(number + "MM" if "MM" in spaced else number)
    return [_compact(text) for text in found]


def _bare_numbers(spaced: str) -> list[str]:
    return [_compact(number) for number in _NUMBER.findall(spaced)]


def _known_word(word: str, known: frozenset[str]) -> str | None:
    if word in known:
        return word
    if len(word) == _SLIP_FROM - 1:  # SLP for SPL
        return next((one for one in sorted(known) if sorted(one) == sorted(word)), None)
    if len(word) < _SLIP_FROM:
        return None
    for whole, short in _LONG_FORMS.items():
        if word[0] == whole[0] and OSA.distance(word, whole, score_cutoff=2) <= min(
            2, len(word) // 3
        ):
            return short
    near = (one for one in sorted(known) if len(one) >= _SLIP_FROM - 1 and one[0] == word[0])
    return next((one for one in near if OSA.distance(word, one, score_cutoff=1) <= 1), None)


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
    spaced = "".join(map(_digit, unicodedata.normalize("NFKC", text))).upper().translate(_TIMES)
    for pattern, word in _WORDS:
        spaced = pattern.sub(word, spaced)
    spaced = _O_FOR_ZERO.sub("0", spaced.translate(_CYRILLIC))
    return _LONG_SHELL.sub(r"\1", spaced).strip().strip("'\"")


def _digit(symbol: str) -> str:
    value = unicodedata.digit(symbol, None)
    return symbol if value is None else str(value)


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
            compatible=frozenset({row["compat"]} - {""} if single else sets.get(row["code"], ())),
            family=number[family],
        )
        for alias in (row["code"], *reference.several(row["aliases"])):
            text, _, bore = alias.partition("@")
            aliases.setdefault((_compact(_normal(text)), bore), calibre)
    words = {word for text, _ in aliases for word in _WORD.findall(text)}
    texts = {text for text, bore in aliases if not bore and len(text) >= _PREFIX_LEAST}
    return _Table(
        aliases=aliases,
        prefixes=tuple(sorted(texts, key=len, reverse=True)),
        words=frozenset(words),
        families=_families(aliases.values()),
    )


def _families(calibres: Iterable[Calibre]) -> dict[int, _Family]:
    """By number; one of which a calibre has no cartridge contradicts nothing, and is left out."""
    within: dict[int, list[Calibre]] = {}
    for calibre in calibres:
        within.setdefault(calibre.family, []).append(calibre)
    return {
        number: _Family(
            cartridges=frozenset().union(*(one.cartridges for one in of)),
            compatible=frozenset().union(*(one.compatible for one in of)),
        )
        for number, of in within.items()
        if all(one.cartridges for one in of)
    }


reference.forgets(_table.cache_clear)
reference.forgets(read_calibre.cache_clear)
