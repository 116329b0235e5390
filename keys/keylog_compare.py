"""Two signed checkpoints of the key log held against each other, with files alone.

For whoever is shown what a country kept as evidence: it asks nobody and remembers nothing.
docs/spec/trust.md, clause 7.9.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from keys.checkpoint import Checkpoint
from keys.growth import Growth, grown
from keys.keylog import verify_by_any
from keys.keylog_files import newest_growth, read_growth_file, read_leaves
from keys.merkle import leaf_hash


class Relation(StrEnum):
    """What one of two checkpoints is to the other."""

    SAME = "SAME"
    CONTINUES = "CONTINUES"
    CONTRADICTS = "CONTRADICTS"
    NOT_SHOWN = "NOT_SHOWN"
    """Nothing that lies here leads from one to the other."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """Two checkpoints that were both signed by keys which may, and how they stand."""

    shorter: Checkpoint
    longer: Checkpoint
    relation: Relation


def compare(one: bytes, other: bytes, trust: Path, *, beside: Path) -> Compared:
    """How the notes ``one`` and ``other`` stand, by the roots of ``trust``; KeyLogError.

    What leads from one to the other is looked for in ``trust``, and in the folder ``beside`` the
    notes, where evidence is kept.
    """
    shorter, longer = sorted(
        (verify_by_any(each, trust) for each in (one, other)), key=lambda each: each.size
    )
    if shorter.size == longer.size:
        relation = Relation.SAME if shorter == longer else Relation.CONTRADICTS
        return Compared(shorter=shorter, longer=longer, relation=relation)
    relation = Relation.NOT_SHOWN
    for each in _growths(trust, beside):
        covers = each.covers(shorter.size) and each.covers(longer.size)
        if covers and each.root_at(longer.size) == longer.root:
            is_same = each.root_at(shorter.size) == shorter.root
            relation = Relation.CONTINUES if is_same else Relation.CONTRADICTS
            break
    return Compared(shorter=shorter, longer=longer, relation=relation)


def log_grown(trust: Path) -> Growth | None:
    """How the log of a trust folder grew, from its first leaf where the leaves are there."""
    leaves = read_leaves(trust)
    if leaves:
        return grown(list(map(leaf_hash, leaves)))
    name = newest_growth(trust)
    return None if name is None else read_growth_file(trust, name)


def _growths(trust: Path, beside: Path) -> Iterator[Growth]:
    found = log_grown(trust)
    if found is not None:
        yield found
    for path in sorted(beside.glob("*.growth")):
        growth = read_growth_file(beside, path.name)
        if growth is not None:
            yield growth
