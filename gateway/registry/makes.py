"""Reads a make as typed: which maker it names, by a table of aliases and small spelling errors.

It does not decide what a difference means (see ``matching``). The table is ``data/makes.csv``.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache

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
_APOSTROPHES = "'\u2019"
_UNKNOWN = frozenset({"UNKNOWN", "UNK", "ZZZ", "OTHER", "MISC", "HOMEMADE"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Make:
    """A make as read: ``text`` folded for comparison, ``code`` if the table knows it.

    ``group`` is shared by makers whose weapons pass for each other's; ``number`` is the table's,
    0 when unknown to it.
    """

    text: str
    code: str | None
    group: str | None
    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Table:
    aliases: dict[str, Make]
    crosswalk: dict[str, Make]
    prefixes: tuple[str, ...]
    by_length: dict[int, tuple[str, ...]]


@lru_cache(maxsize=16_384)
def read_make(text: str, scheme: str | None = None) -> Make | None:
    """The make that ``text`` names; None when it names none ("UNKNOWN", a dash).

    With ``scheme`` "NCIC" the text is a code of that list.
    """
    table = _table()
    if scheme == "NCIC":
        return table.crosswalk.get(text.strip().upper())
    words = _words(text)
    folded = "".join(words)
    if not folded or folded in _UNKNOWN or find_placeholder(text):
        return None
    core = [word for word in words if word not in _COMPANY]
    for candidate in (folded, "".join(core)):
        if found := table.aliases.get(candidate):
            return found
    found = _by_prefix(words, folded, table) or _by_spelling("".join(core) or folded, table)
    return found or Make(text=folded, code=None, group=None, number=0)


def fold_words(text: str) -> str:
    """``text`` as upper-case letters and digits only, accents gone: how names are compared."""
    return "".join(_words(text))


def _words(text: str) -> list[str]:
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
    for alias in table.prefixes:
        if folded.startswith(alias) and _is_model(folded[len(alias) :], alias):
            return table.aliases[alias]
    return None


def _is_model(tail: str, alias: str) -> bool:
    if _MODEL_TAIL.fullmatch(tail):
        return True
    return len(alias) >= _LETTER_TAIL_FROM and _LETTER_TAIL.fullmatch(tail) is not None


def _by_spelling(folded: str, table: _Table) -> Make | None:
    if len(folded) < ONE_EDIT_FROM:
        return None
    # The first letter is the one that typists get right, and the one that tells makers apart.
    initial = folded[0]
    allowed = 2 if len(folded) >= TWO_EDITS_FROM else 1
    best: tuple[int, str] | None = None
    for length in range(len(folded) - allowed, len(folded) + allowed + 1):
        for alias in table.by_length.get(length, ()):
            if alias[0] != initial or max(len(alias), len(folded)) < _READ_FROM:
                continue
            distance = OSA.distance(folded, alias, score_cutoff=allowed)
            if distance <= allowed and (best is None or (distance, alias) < best):
                best = (distance, alias)
    return table.aliases[best[1]] if best else None


@cache
def _table() -> _Table:
    aliases: dict[str, Make] = {}
    crosswalk: dict[str, Make] = {}
    for row in reference.rows("makes"):
        make = Make(
            text=fold_words(row["name"]),
            code=row["code"],
            group=row["group"] or None,
            number=int(row["number"]),
        )
        for alias in (row["name"], row["code"], *reference.several(row["aliases"])):
            aliases.setdefault(fold_words(alias), make)
        for code in reference.several(row["ncic"]):
            crosswalk[code] = make
    by_length: dict[int, list[str]] = {}
    for alias in aliases:
        # A short name is another word after one slip: only longer ones forgive it.
        if len(alias) >= ONE_EDIT_FROM:
            by_length.setdefault(len(alias), []).append(alias)
    return _Table(
        aliases=aliases,
        crosswalk=crosswalk,
        prefixes=tuple(sorted((a for a in aliases if len(a) >= _PREFIX_LEAST), key=len)[::-1]),
        by_length={length: tuple(found) for length, found in by_length.items()},
    )
