"""Seeds whose worlds found a defect that few others find: they are lived before fresh ones.

They hold for one ``GENERATION`` of plans, and are chosen anew with the next. It lives nothing.
"""

from __future__ import annotations

from collections.abc import Iterator

CORPUS: tuple[int, ...] = (
    0,
    8,
    17,
    14,
    11,
    43,
    45,
    4,
    5,
    15,
    30,
    49,
    32,
    86,
    132,
    260,
    309,
    355,
    447,
)
"""Of a rare thing each: a member's lie, a message taken late, a line that comes back, a poison."""


def seeds_of_a_hunt(first: int, most: int) -> Iterator[int]:
    """The corpus, then ``most`` seeds from ``first`` on that are not in it."""
    yield from CORPUS
    for seed in range(first, first + most):
        if seed not in CORPUS:
            yield seed
