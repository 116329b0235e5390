"""What of a national item the standard did not take as it stood: dropped, defaulted, not coded.

It computes nothing: an adapter gives the account of its own files (``Accountable``), and this room
adds accounts up.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import BinaryIO, Protocol, runtime_checkable

from gateway.frame import Frame


class LossKind(StrEnum):
    """In which way a value did not come through."""

    DROPPED = "DROPPED"  # the source says something that no element of the message holds
    DEFAULTED = "DEFAULTED"  # the message says something that the source does not
    NOT_CODED = "NOT_CODED"  # a code table lacks the value, and its adapter lets it pass


@dataclass(frozen=True, slots=True, kw_only=True)
class Loss:
    """One value that did not come through; ``became`` is what stands in the message, if anything.

    ``field`` is the path in the standard, "" for a column that nothing reads.
    """

    kind: LossKind
    column: str
    field: str
    value: str
    became: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Lookup:
    """One value that was looked up in a code table; ``near`` is a local code that is like it."""

    table: str
    value: str
    found: bool
    near: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemAccount:
    """The account of one item; ``filled`` names the paths that it gave a value to."""

    number: int
    at: str
    reference: str
    ready: bool
    losses: tuple[Loss, ...]
    lookups: tuple[Lookup, ...]
    filled: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What an adapter says of every item alike, so that no item's account repeats it.

    ``unread`` are columns left unread by declaration, ``constants`` pairs of path and value,
    ``given`` the paths that the gateway fills, ``paths`` every path that a column may fill.
    """

    unread: tuple[str, ...]
    constants: tuple[tuple[str, str], ...]
    given: tuple[str, ...]
    paths: tuple[str, ...]


@runtime_checkable
class Accountable(Protocol):
    """An adapter that can say what its mapping loses."""

    def standing(self) -> Standing:
        """What holds for every item."""

    def account(self, source: BinaryIO, frame: Frame) -> Iterator[ItemAccount]:
        """The account of every item of ``source``; none where the file as a whole cannot be read.

        Memory does not grow with the file where its form is read item by item.
        """


@dataclass(slots=True, kw_only=True)
class Coverage:
    """Accounts added up: codes by table, fields by how often they are filled, losses by kind."""

    items: int = 0
    ready: int = 0
    known: Counter[str] = field(default_factory=Counter)
    unknown: Counter[tuple[str, str]] = field(default_factory=Counter)
    near: dict[tuple[str, str], str] = field(default_factory=dict)
    filled: Counter[str] = field(default_factory=Counter)
    losses: Counter[tuple[LossKind, str, str]] = field(default_factory=Counter)
    examples: dict[tuple[LossKind, str, str], Loss] = field(default_factory=dict)

    def add(self, accounts: Iterable[ItemAccount]) -> None:
        """Counts ``accounts``."""
        for account in accounts:
            self.items += 1
            self.ready += account.ready
            self.filled.update(account.filled)
            for lookup in account.lookups:
                self._add_lookup(lookup)
            for loss in account.losses:
                key = (loss.kind, loss.column, loss.field)
                self.losses[key] += 1
                self.examples.setdefault(key, loss)

    def _add_lookup(self, lookup: Lookup) -> None:
        if lookup.found:
            self.known[lookup.table] += 1
            return
        key = (lookup.table, lookup.value)
        self.unknown[key] += 1
        if lookup.near:
            self.near[key] = lookup.near

    def tables(self) -> Sequence[tuple[str, int, int]]:
        """Each code table that was asked: its name, how many values it knew, how many not."""
        missed: Counter[str] = Counter()
        for (table, _), count in self.unknown.items():
            missed[table] += count
        names = sorted({*self.known, *missed})
        return [(name, self.known[name], missed[name]) for name in names]
