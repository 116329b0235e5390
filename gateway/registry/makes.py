"""Reads a make as typed: which maker it names, by a table of aliases and small spelling errors.

It does not decide what a difference means (see ``matching``). The tables are
``data/makes.csv`` and, for rare names, ``data/makes_ncic.csv``.
"""

# ruff: noqa: RUF001 - Cyrillic letters are meant

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from zlib import crc32

from rapidfuzz.distance import OSA

from gateway.registry import reference
from gateway.registry.placeholders import find_placeholder
from gateway.registry.scripts import scripts

ONE_EDIT_FROM = 5  # letters from which two names one slip apart are near (6-registry, makes)
TWO_EDITS_FROM = 9  # letters from which two are (6-registry has 8: Standard would be Stallard)
_READ_FROM = 6  # letters of the longer name from which a slip is read away: Roger is not Ruger
_PREFIX_LEAST = 4  # "CZ" begins too many words; "TAURUSPT" can only be a Taurus
# "GLOCKG22" and "TAURUSPT" carry a model; "COLTON" is another maker than Colt.
_MODEL_TAIL = re.compile(r"[A-Z]{0,3}[0-9]{1,4}[A-Z]{0,2}")
_LETTER_TAIL = re.compile(r"[A-Z]{1,2}")
_LETTER_TAIL_FROM = 6
_COMPANY = frozenset(
    {"INC", "LLC", "LTD", "CO", "COMPANY", "CORP", "CORPORATION", "GMBH", "AG", "SA", "SPA", "SRL"}
    | {"AB", "AS", "BV", "PTY", "MFG", "MANUFACTURING", "INTERNATIONAL", "INTL", "USA", "THE", "OF"}
    | {"ARMS", "FIREARMS", "WAFFEN", "ARMI", "ARMAS", "INDUSTRIES", "GUN", "GUNS"}
)
_COUNTRY = "COUNTRY_"
# These name a pattern that many made, or nothing.
_PATTERN_NAME = re.compile(
    r"(?:AK|АК|M|AR|MP|MAG|TYPE|VZ)(?:15|4|16|47|74|1911|1911A1|56S?)M?S?|1911A?1?|NOTVISIBLE"
)
_JOINED = re.compile(r"[^\W\d_]+|\d+")
# "Canik (Century Arms)", "Walther/Interarms": the maker stands first, who sold it behind.
_ONE_OF_SEVERAL = re.compile(r"[(/;]|\bOR\b", re.IGNORECASE)
_VOWELS = frozenset("AEIOU")
# Models that only one maker gives such names.
_MODELS = (
    (re.compile(r"PT\d{2,4}[A-Z]{0,3}"), "TAURUS"),
    (
        re.compile(r"P(?:22[0-9]|23[0289]|32[02]|365|938)[A-Z]{0,3}"),
        "SIG",
    ),
    (re.compile(r"92(?:FS|F|G|S|SB)"), "BERETTA"),
    (re.compile(r"(?:USP|MP5|G36|HK416|VP9|VP40)[A-Z]{0,2}"), "HK"),
    (re.compile(r"DESERTEAGLE[A-Z0-9]{0,4}"), "MAGNUMRESEARCH"),
    (re.compile(r"CZ\d{2,4}[A-Z]{0,3}"), "CZ"),
    (re.compile(r"PPKS?"), "WALTHER"),
)
_WORDS_OF_A_NAME = 4
_INSIDE_LEAST = 5
_A_SURNAME = frozenset({"SMITH", "JOHNSON", "WILSON", "DAVIS", "PARKER", "HENRY", "STEVENS"})
_SHORT_BUT_SURE = frozenset({"COLT", "SIG", "CZ", "HK", "FN", "STAR", "FEG", "SCCY", "SAKO", "SW"})
# Words that many makers' names share: two "Armerias" are not near for that.
_GENERIC = frozenset(
    {"ARMERIA", "ARMURERIE", "FABRICA", "FABRIQUE", "FABBRICA", "FABRIK", "MANUFACTURE", "SILAH"}
    | {"SANAYI", "TICARET", "DE", "DI", "DU", "DES", "D", "UND", "AND", "Y", "E", "ET", "LA", "EL"}
    | {"ARMES", "ARMA", "ORUZHIE", "ЗАВОД", "OY", "SRO", "DOO", "LTDA", "SONS", "BROS", "FILS"}
)
_ASCII_WORDS = re.compile("[A-Z0-9]+")
_APOSTROPHES = "'\u2019"
_UNLISTED = range(5_000, 20_000)  # between the numbers of the tables and an administrator's own
# Folded words that name no maker, in the languages of the tables.
_UNKNOWN = frozenset(
    (
        *("UNKNOWN", "UNK", "ZZZ", "OTHER", "MISC", "HOMEMADE", "UNBRANDED", "NOBRAND", "NOMAKE"),
        *("NOTKNOWN", "DESCONOCIDA", "DESCONOCIDO", "DESCONHECIDA", "DESCONHECIDO", "IGNOTA"),
        *("IGNOTO", "SINMARCA", "SEMMARCA", "OTRA", "OUTRA", "INCONNU", "INCONNUE", "SANSMARQUE"),
        *("AUTRE", "UNBEKANNT", "OHNE", "OHNEMARKE", "SONSTIGE", "SCONOSCIUTA", "SCONOSCIUTO"),
        *("ONBEKEND", "BILINMIYOR", "BELIRSIZ", "НЕИЗВЕСТНО", "НЕИЗВЕСТЕН", "НЕВІДОМО"),
    )
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Make:
    """A make as read: ``text`` folded for comparison, ``code`` if the table knows it.

    ``group`` is shared by makers whose weapons pass for each other's; ``number`` is the table's,
    or made of the name where no table knows it.
    """

    text: str
    code: str | None
    group: str | None
    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Table:
    aliases: dict[str, Make]
    rare: dict[str, Make]
    """Names of the NCIC list: no spelling forgiven, so that they draw nothing."""
    crosswalk: dict[str, Make]
    codes: dict[str, Make]
    """Codes of the NCIC list that people type in the place of a name, of makers of our own list."""
    longest: int
    """Characters of the longest alias."""
    by_shape: dict[tuple[int, str], tuple[str, ...]]
    """Aliases by their length and first letter."""


@lru_cache(maxsize=16_384)
def read_make(text: str, scheme: str | None = None) -> Make | None:
    """The make that ``text`` names; None when it names none ("UNKNOWN", a dash, a country).

    With ``scheme`` "NCIC" the text is a code of that list.
    """
    table = _table()
    if scheme == "NCIC":
        return table.crosswalk.get(text.strip().upper())
    words = _words(text)
    folded = "".join(words)
    if (
        not folded
        or folded in _UNKNOWN
        or _PATTERN_NAME.fullmatch(folded)
        or find_placeholder(text)
    ):
        return None
    found = _first_named(text, folded, table) or _found(words, folded, table)
    if found is not None:
        return None if found.code and found.code.startswith(_COUNTRY) else found
    if folded.isdigit():
        return None
    own = "".join(word for word in words if word not in _COMPANY | _GENERIC) or folded
    return Make(text=own, code=None, group=None, number=_unlisted_number(own))


def is_unlisted(number: int) -> bool:
    """Whether it is the number of a make that no table knows."""
    return number in _UNLISTED


def _unlisted_number(text: str) -> int:
    """A number made of the name, so that such makes are told apart and counted as well; two names
    may share one, which costs no more than a share reckoned too high."""
    return _UNLISTED.start + crc32(text.encode()) % len(_UNLISTED)


def _first_named(text: str, folded: str, table: _Table) -> Make | None:
    """The first maker of a text that names several, each in full."""
    if folded in table.aliases or not _ONE_OF_SEVERAL.search(text):
        return None
    for part in _ONE_OF_SEVERAL.split(text):
        name = fold_words(part)
        sure = len(name) >= _INSIDE_LEAST or name in _SHORT_BUT_SURE
        if sure and (found := table.aliases.get(name)):
            return found
    return None


def _found(words: list[str], folded: str, table: _Table) -> Make | None:
    """The surest of several ways to meet a name of the table, or None."""
    core = [word for word in words if word not in _COMPANY]
    for candidate in (folded, "".join(core)):
        if found := table.aliases.get(candidate):
            return found
    split = [part for word in words for part in _JOINED.findall(word)]
    return (
        _by_prefix(words, folded, table)
        or (_by_prefix(split, folded, table) if len(split) > len(words) else None)
        or _by_model(folded, table)
        or _inside(core, table)
        or table.rare.get(folded)
        or table.rare.get("".join(core))
        or table.codes.get(folded)
        or _by_lost_letter(folded, table)
        or _by_vowel(folded, table)
        or _by_spelling("".join(core) or folded, table)
        or _by_word(core, table)
    )


def fold_words(text: str) -> str:
    """``text`` as upper-case letters and digits only, accents gone: how names are compared."""
    return "".join(_words(text))


def _words(text: str) -> list[str]:
    if text.isascii():  # nearly every text; the rest of the function would give the same
        return _ASCII_WORDS.findall(text.upper().replace("'", ""))
    decomposed = unicodedata.normalize("NFKD", text)
    bare = "".join(c for c in decomposed if not unicodedata.combining(c)).upper()
    latin = scripts().latin
    # An apostrophe joins: COLT'S is one word.
    letters = "".join(latin.get(c, c) for c in bare if c not in _APOSTROPHES)
    return re.findall(r"[^\W_]+", letters)


def _by_prefix(words: list[str], folded: str, table: _Table) -> Make | None:
    for count in range(len(words) - 1, 0, -1):
        rest = words[count]
        model = len(rest) < _PREFIX_LEAST or any(c.isdigit() for c in rest)
        if (count > 1 or model) and (found := table.aliases.get("".join(words[:count]))):
            return found
    for length in range(min(len(folded) - 1, table.longest), _PREFIX_LEAST - 1, -1):
        found = table.aliases.get(alias := folded[:length])
        if found is not None and _is_model(folded[length:], alias):
            return found
    return None


def _by_model(folded: str, table: _Table) -> Make | None:
    """A model that says its maker: "PT92" is a Taurus."""
    for shape, code in _MODELS:
        if shape.fullmatch(folded):
            return table.aliases.get(code)
    return None


def _inside(words: list[str], table: _Table) -> Make | None:
    """A name among other words: "PISTOLA TAURUS", "9MM BERETTA USA"; the longest counts."""
    best: tuple[int, Make] | None = None
    for first in range(len(words)):
        for last in range(first + 1, min(first + _WORDS_OF_A_NAME, len(words)) + 1):
            name = "".join(words[first:last])
            if len(name) < _INSIDE_LEAST and name not in _SHORT_BUT_SURE:
                continue
            found = None if name in _A_SURNAME else table.aliases.get(name)
            if found is not None and (best is None or len(name) > best[0]):
                best = (len(name), found)
    return best[1] if best else None


def _by_word(words: list[str], table: _Table) -> Make | None:
    """A misspelt name before a model: "TAURSU PT92"."""
    for word in words[:2]:
        if len(word) >= _READ_FROM - 1 and word.isalpha() and word not in _A_SURNAME:
            found = _by_spelling(word, table)
            if found is not None:
                return found
    return None


def _is_model(tail: str, alias: str) -> bool:
    if _MODEL_TAIL.fullmatch(tail):
        return True
    return len(alias) >= _LETTER_TAIL_FROM and _LETTER_TAIL.fullmatch(tail) is not None


def _by_spelling(folded: str, table: _Table) -> Make | None:
    if len(folded) < ONE_EDIT_FROM:
        return None
    allowed = 2 if len(folded) >= TWO_EDITS_FROM else 1
    best: tuple[int, str] | None = None
    for length in range(len(folded) - allowed, len(folded) + allowed + 1):
        for alias in _like(folded, length, table):
            distance = OSA.distance(folded, alias, score_cutoff=allowed)
            if distance <= allowed and (best is None or (distance, alias) < best):
                best = (distance, alias)
    return table.aliases[best[1]] if best else None


def _by_lost_letter(folded: str, table: _Table) -> Make | None:
    """A name of five letters with one of them lost: "Gloc", "Ruge"; only where one fits."""
    if len(folded) != ONE_EDIT_FROM - 1 or not folded.isalpha():
        return None
    fitting = {
        table.aliases[alias].number: table.aliases[alias]
        for alias in table.by_shape.get((ONE_EDIT_FROM, folded[0]), ())
        if any(alias[:at] + alias[at + 1 :] == folded for at in range(1, ONE_EDIT_FROM))
    }
    return next(iter(fitting.values())) if len(fitting) == 1 else None


def _by_vowel(folded: str, table: _Table) -> Make | None:
    """A name of five letters whose second vowel was heard as another: "Rugar"; only where one
    fits. The first is stressed, and tells makers apart: Roger is not Ruger."""
    if len(folded) != ONE_EDIT_FROM:
        return None
    fitting: dict[int, Make] = {}
    for alias in table.by_shape.get((ONE_EDIT_FROM, folded[0]), ()):
        at, *more = [at for at in range(ONE_EDIT_FROM) if alias[at] != folded[at]]
        stressed = _VOWELS.isdisjoint(alias[:at])
        if not more and not stressed and {alias[at], folded[at]} <= _VOWELS:
            fitting[table.aliases[alias].number] = table.aliases[alias]
    return next(iter(fitting.values())) if len(fitting) == 1 else None


def _like(folded: str, length: int, table: _Table) -> Iterator[str]:
    """The names of this length that may be meant."""
    # The first letter is the one that typists get right, and the one that tells makers apart; two
    # letters in the wrong order are no other maker.
    swapped = folded[1::-1]
    every = max(length, len(folded)) >= _READ_FROM
    for first in dict.fromkeys(swapped[::-1]):
        for alias in table.by_shape.get((length, first), ()):
            if first != folded[0] and alias[:2] != swapped:
                continue
            if every or sorted(alias) == sorted(folded):
                yield alias


@cache
def _table() -> _Table:
    aliases: dict[str, Make] = {}
    crosswalk: dict[str, Make] = {}
    by_code: dict[str, Make] = {}  # a second row of a code adds spellings
    for row in reference.rows("makes"):
        make = by_code.get(row["code"]) or Make(
            text=fold_words(row["name"]),
            code=row["code"],
            group=row["group"] or None,
            number=int(row["number"]),
        )
        by_code[row["code"]] = make
        for alias in (row["name"], row["code"], *reference.several(row["aliases"])):
            aliases.setdefault(fold_words(alias), make)
        for code in reference.several(row["ncic"]):
            crosswalk[code] = make
    codes = dict(crosswalk)
    by_shape: dict[tuple[int, str], list[str]] = {}
    for alias in aliases:
        # A short name is another word after one slip: only longer ones forgive it.
        if len(alias) >= ONE_EDIT_FROM:
            by_shape.setdefault((len(alias), alias[0]), []).append(alias)
    rare: dict[str, Make] = {}
    for row in reference.rows("makes_ncic"):
        make = Make(
            text=fold_words(row["name"]), code=row["code"], group=None, number=int(row["number"])
        )
        words = _words(row["name"])
        core = "".join(word for word in words if word not in _COMPANY)
        names = ["".join(words), *map(fold_words, reference.several(row["aliases"]))]
        for name in (*names, core) if len(core) >= ONE_EDIT_FROM else names:
            if name not in aliases:
                rare.setdefault(name, make)
        for code in reference.several(row["ncic"]):
            crosswalk.setdefault(code, make)
    return _Table(
        aliases=aliases,
        rare=rare,
        crosswalk=crosswalk,
        codes=codes,
        longest=max(map(len, aliases)),
        by_shape={shape: tuple(found) for shape, found in by_shape.items()},
    )


reference.forgets(_table.cache_clear)
reference.forgets(read_make.cache_clear)
