"""What a letter of another script looks like, and what it sounds like, in A-Z and 0-9.

It does not decide which reading is right: both are offered, and both only raise candidates. The
table is ``data/scripts.csv``.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from gateway.registry import reference


@dataclass(frozen=True, slots=True, kw_only=True)
class Scripts:
    """``latin`` unfolds letters that decomposition leaves whole (Ø); the others read a letter of
    another script by its shape and by its sound."""

    latin: dict[str, str]
    visual: dict[str, str]
    phonetic: dict[str, str]


@cache
def scripts() -> Scripts:
    """The table, read once."""
    rows = reference.rows("scripts")
    others = [row for row in rows if row["script"] != "Latn"]
    return Scripts(
        latin={row["letter"]: row["visual"] for row in rows if row["script"] == "Latn"},
        visual={row["letter"]: row["visual"] for row in others if row["visual"]},
        phonetic={row["letter"]: row["phonetic"] for row in others},
    )


reference.forgets(scripts.cache_clear)
