"""Tells the words that people write where a weapon has no readable serial.

Without it "RASPADA" would be found for every "RASPADA". It judges words, not numbers.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache

from gateway.registry import reference

_WORD = re.compile(r"[^\W_]+")
_YEAR = re.compile(r"(?:18|19|20)[0-9]{2}")
# Words that stand before a number as well as in the place of one: "S/N 2019" may be a number.
_LABELS = frozenset({"SN", "SNO", "SNR", "N", "NO", "NR", "NUM", "SER", "SERNO", "SERIAL"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Placeholder:
    """A text that stands for "no serial"; ``status`` is the SerialStatusCode it suggests."""

    term: str
    status: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Vocabulary:
    whole: dict[str, Placeholder]
    models: frozenset[str]
    stems: dict[str, Placeholder]
    shortest: int
    longest: int


def find_placeholder(text: str) -> Placeholder | None:
    """The placeholder that ``text`` is or contains as a word, else None (6-registry 6.3 step 2).

    A word with a digit in it is never one: a serial may begin with the letters of a stem.
    """
    known = _vocabulary()
    if text.isascii() and text.isalnum() and not text.isalpha():  # nearly every serial: one word
        return known.whole.get(text.upper())
    words = _WORD.findall(_plain(text))
    if not words:
        return None
    if found := known.whole.get("".join(words)):
        return found
    rest = "".join(words[:-1]) if _YEAR.fullmatch(words[-1]) else ""
    if rest not in _LABELS and (found := known.whole.get(rest)):  # "N/A 2019"
        return found
    for word in words:
        if word.isalpha() and (found := _by_stem(word, known)):
            return found
    return None


def is_model(text: str) -> bool:
    """Whether ``text`` is the name of a model and no serial: "P226", "1911 A1"."""
    if text.isascii() and text.isalnum():
        return text.upper() in _vocabulary().models
    return "".join(_WORD.findall(_plain(text))) in _vocabulary().models


def _by_stem(word: str, known: _Vocabulary) -> Placeholder | None:
    for length in range(known.shortest, min(len(word), known.longest) + 1):
        if found := known.stems.get(word[:length]):
            return found
    return None


def _plain(text: str) -> str:
    if text.isascii():  # nearly every text; the rest of the function would give the same
        return text.upper()
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(c for c in decomposed if not unicodedata.combining(c)).upper()


@cache
def _vocabulary() -> _Vocabulary:
    whole: dict[str, Placeholder] = {}
    stems: dict[str, Placeholder] = {}
    models: set[str] = set()
    for row in reference.rows("placeholders"):
        term = _plain(row["term"])
        if row["match"] == "MODEL":
            models.add(term)
            continue
        kind = whole if row["match"] == "WHOLE" else stems
        kind[term] = Placeholder(term=term, status=row["status"])
    lengths = [len(stem) for stem in stems]
    return _Vocabulary(
        whole=whole,
        models=frozenset(models),
        stems=stems,
        shortest=min(lengths),
        longest=max(lengths),
    )


reference.forgets(_vocabulary.cache_clear)
