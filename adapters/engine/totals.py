"""Tells a row of totals below a table from its items, by how its first cell begins.

It adds nothing up.
"""

from __future__ import annotations

import re
from collections.abc import Callable

Totals = Callable[[str, str], bool]


def totals_of(words: tuple[str, ...]) -> Totals | None:
    """Whether a row's text, cut by a delimiter, begins with one of ``words``, blank cells aside."""
    if not words:
        return None
    begins = re.compile(rf"(?:{'|'.join(map(re.escape, words))})\b", re.IGNORECASE).match

    def holds(text: str, delimiter: str) -> bool:
        return begins(text.lstrip(f'{delimiter}" \t\n')) is not None

    return holds
