"""The words of ``words.toml``: what systems call facts, kinds of firearms and rows of totals.

It knows no column and decides nothing.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from adapters.engine.codes import folded


@cache
def _held() -> Mapping[str, Mapping[str, list[str]]]:
    return tomllib.loads(Path(__file__).with_name("words.toml").read_text(encoding="utf-8"))


def words_for(what: str) -> Mapping[str, str]:
    """Each folded word with the standard code that it likely means: of ``fact`` or ``kind``."""
    return {folded(word): code for code, words in _held()[what].items() for word in words}


@cache
def words_of_totals() -> frozenset[str]:
    """The folded words that rows of totals begin with."""
    return frozenset(map(folded, _held()["total"]["words"]))
