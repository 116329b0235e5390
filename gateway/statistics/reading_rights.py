"""Who may see the cases behind a figure: what a country's settings say of a person.

It judges; it reads no case and knows no operating system.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Protocol

from gateway.statistics.errors import CasesWithheldError
from gateway.statistics.tables import Cases
from gateway.store import Narrowing, state_columns


class Reader(Protocol):
    """Somebody who may see cases: a login or a group of this machine, and which cases."""

    @property
    def user(self) -> str | None:
        """A login."""

    @property
    def group(self) -> str | None:
        """Or a group of logins."""

    @property
    def cases(self) -> tuple[str, ...]:
        """States; without any all."""

    @property
    def only(self) -> dict[str, tuple[str, ...]]:
        """Values of columns that a case must have; without any all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Whoever asks, as the operating system knows them."""

    login: str
    groups: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """What one person may see of the cases of a state: those that meet any of ``among``.

    An empty condition is met by every case; without any condition nothing may be seen.
    """

    among: tuple[tuple[Narrowing, ...], ...]

    @property
    def whole(self) -> bool:
        """Whether every case may be seen."""
        return any(not condition for condition in self.among)


_EVERYTHING = Sight(among=((),))


def sight_of(person: Person, readers: Sequence[Reader], state: str) -> Sight:
    """What ``person`` may see of the cases of ``state``; everything where nobody is named, for then
    whoever reads the database's file is meant to."""
    if not readers:
        return _EVERYTHING
    columns = {"subject", *state_columns(state)}
    among = [
        tuple(Narrowing(column=name, among=tuple(values)) for name, values in reader.only.items())
        for reader in readers
        if _is(person, reader)
        and (not reader.cases or state in reader.cases)
        and columns >= set(reader.only)  # a case without that column is none of those
    ]
    return Sight(among=tuple(among))


def sees_all(person: Person, readers: Sequence[Reader], states: Collection[str]) -> bool:
    """Whether ``person`` may see every case of every one of ``states``."""
    return all(sight_of(person, readers, state).whole for state in states)


def seen(behind: Cases, sight: Sight) -> list[Cases]:
    """The cases of ``behind`` that may be seen, as questions whose answers may overlap."""
    return [
        Cases(state=behind.state, narrowings=(*behind.narrowings, *condition))
        for condition in sight.among
    ]


def told_count(count: int, threshold: int) -> str:
    """A count as it is told to who may not see what is behind it."""
    return str(count) if count == 0 or count >= threshold else f"fewer than {threshold}"


def withheld(person: Person, count: int, threshold: int, ask: str | None) -> CasesWithheldError:
    """The refusal of ``count`` cases, which says whom to ask."""
    told = told_count(count, threshold)
    return CasesWithheldError(
        f"{told} cases behind this figure are not for {person.login}",
        place="statistics.readers",
        value=person.login,
        expected="a person whom the settings name as a reader of these cases",
        remedy=f"ask {ask or 'the office that runs this node'} for the cases, or for the right",
    )


def _is(person: Person, reader: Reader) -> bool:
    return reader.user == person.login or (
        reader.group is not None and reader.group in person.groups
    )
