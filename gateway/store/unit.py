"""One transaction and the queries of every aggregate in it.

It does not open or commit: ``Store.unit`` does.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Generic, Self, TypeVar, overload

from sqlalchemy import Connection

from gateway.store.aggregates import Aggregates
from gateway.store.batches import Batches
from gateway.store.deadletters import DeadLetters
from gateway.store.errands import Errands
from gateway.store.evidence import Evidence
from gateway.store.facts import Facts
from gateway.store.figures import FiguresKept
from gateway.store.findings import Findings
from gateway.store.hits import Hits
from gateway.store.inbox import Inbox
from gateway.store.indexing import Indexing
from gateway.store.intake import Intake
from gateway.store.journal import Journal
from gateway.store.loads import Loads
from gateway.store.lookups import Lookups
from gateway.store.node_hits import NodeHits
from gateway.store.offices import Offices
from gateway.store.orders import Orders
from gateway.store.outages import Outages
from gateway.store.outbox import Outbox
from gateway.store.overview import Overview
from gateway.store.pairs import Pairs
from gateway.store.recordlife import RecordLives
from gateway.store.records import Records
from gateway.store.registry_counts import RegistryCounts
from gateway.store.retention import Retention
from gateway.store.timers import Timers
from gateway.store.traces import Traces
from gateway.store.trust import TrustKept

if TYPE_CHECKING:
    from gateway.store.replica import Replica

T = TypeVar("T")


class _once(Generic[T]):  # noqa: N801 - a decorator, as functools' own
    """As ``cached_property``, which in Python 3.11 takes a lock: a unit has one thread."""

    def __init__(self, make: Callable[[Any], T]) -> None:
        self._make = make
        self.__doc__ = make.__doc__

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    @overload
    def __get__(self, unit: None, owner: type) -> Self: ...

    @overload
    def __get__(self, unit: Unit, owner: type) -> T: ...

    def __get__(self, unit: Unit | None, owner: type) -> Self | T:
        if unit is None:
            return self
        made = unit.__dict__[self._name] = self._make(unit)
        return made


class Unit:
    """Everything inside happens together or not at all."""

    def __init__(self, connection: Connection, replica: Replica | None = None) -> None:
        self.connection = connection
        self._replica = replica
        self._replica_serves: bool | None = None
        self._after_commit: list[Callable[[], None]] = []

    def read(self, question: Callable[[Connection], T]) -> T:
        """What a search reads: from the replica, where there is one that has everything.

        It has what was committed before this transaction's first search; what this transaction
        itself wrote only the primary knows.
        """
        if self._replica is None or ("records" in self.__dict__ and self.records.changed):
            return question(self.connection)
        if self._replica_serves is None:
            self._replica_serves = self._replica.caught_up(self.connection)
        answer = self._replica.ask(question) if self._replica_serves else None
        if answer is None:
            self._replica_serves = False
            return question(self.connection)
        return answer

    def after_commit(self, act: Callable[[], None]) -> None:
        """Does ``act`` once everything here is durable, and never if it is undone."""
        self._after_commit.append(act)

    def committed(self) -> None:
        """Does what waited for the commit."""
        for act in self._after_commit:
            act()

    @_once
    def outbox(self) -> Outbox:
        """What waits for a receiver's receipt."""
        return Outbox(self.connection)

    @_once
    def inbox(self) -> Inbox:
        """What had its effect."""
        return Inbox(self.connection)

    @_once
    def deadletters(self) -> DeadLetters:
        """What was set aside."""
        return DeadLetters(self.connection)

    @_once
    def errands(self) -> Errands:
        """What people asked this party's process to do."""
        return Errands(self.connection)

    @_once
    def timers(self) -> Timers:
        """Clocks that outlive the process."""
        return Timers(self.connection)

    @_once
    def pairs(self) -> Pairs:
        """What this party and each peer know of the messages between them."""
        return Pairs(self.connection)

    @_once
    def evidence(self) -> Evidence:
        """The sealed octets that are kept."""
        return Evidence(self.connection)

    @_once
    def retention(self) -> Retention:
        """How far back the books go."""
        return Retention(self.connection)

    @_once
    def intake(self) -> Intake:
        """Native files and their items."""
        return Intake(self.connection)

    @_once
    def journal(self) -> Journal:
        """What happened when."""
        return Journal(self.connection)

    @_once
    def records(self) -> Records:
        """The registry's firearms."""
        return Records(self.connection)

    @_once
    def batches(self) -> Batches:
        """Large batches that are under way."""
        return Batches(self.connection)

    @_once
    def lookups(self) -> Lookups:
        """Searches that were made."""
        return Lookups(self.connection, self.read)

    @_once
    def indexing(self) -> Indexing:
        """The search table's upkeep."""
        return Indexing(self.connection)

    @_once
    def loads(self) -> Loads:
        """Files that were loaded in bulk."""
        return Loads(self.connection)

    @_once
    def figures(self) -> FiguresKept:
        """What the registry holds, counted."""
        return FiguresKept(self.connection)

    @_once
    def hits(self) -> Hits:
        """Hits that were raised."""
        return Hits(self.connection)

    @_once
    def findings(self) -> Findings:
        """Findings that a person said are not so."""
        return Findings(self.connection)

    @_once
    def aggregates(self) -> Aggregates:
        """What was told to others in counts."""
        return Aggregates(self.connection)

    @_once
    def registry_counts(self) -> RegistryCounts:
        """The registry's own tables, counted."""
        return RegistryCounts(self.connection)

    @_once
    def facts(self) -> Facts:
        """What this party's messages said, for its analysis."""
        return Facts(self.connection)

    @_once
    def overview(self) -> Overview:
        """What operators look at."""
        return Overview(self.connection)

    @_once
    def orders(self) -> Orders:
        """What officers told this node to send."""
        return Orders(self.connection)

    @_once
    def node_hits(self) -> NodeHits:
        """Hits as this node knows them."""
        return NodeHits(self.connection)

    @_once
    def offices(self) -> Offices:
        """The hours that offices announced."""
        return Offices(self.connection)

    @_once
    def outages(self) -> Outages:
        """When this party's office announced to be out of service."""
        return Outages(self.connection)

    @_once
    def traces(self) -> Traces:
        """Trace cases."""
        return Traces(self.connection)

    @_once
    def trust(self) -> TrustKept:
        """Who relies on which keys."""
        return TrustKept(self.connection)

    @_once
    def lives(self) -> RecordLives:
        """What time does to records, and who read them whole."""
        return RecordLives(self.connection)

    def flush(self) -> None:
        """Writes what was gathered row by row in one statement a table."""
        for name in ("outbox", "pairs", "inbox", "journal", "lookups", "facts"):
            # What was made once stands in __dict__ once it was used; others have nothing to write.
            if name in self.__dict__:
                self.__dict__[name].flush()
