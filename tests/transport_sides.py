"""The other side of each kind of transport: a real database, server or mailbox of a test's own."""

from __future__ import annotations

import atexit
import sqlite3
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import Any, ClassVar

import psycopg
from real_postgres import private_postgres
from transport_bench import Bench

from gateway.transport_settings import Sql
from gateway.transports import Transport, open_transport

MOST_OCTETS = 4_096


class Side(ABC):
    """A national system as a test plays it."""

    fetches: ClassVar[bool] = True
    settings: Any
    bench: Bench

    def __init__(self, home: Path) -> None:
        self.home = home
        self.is_down = False

    def open(self) -> Transport:
        """The transport on it."""
        return open_transport(self.settings, self.home)

    @abstractmethod
    def offer(self, name: str, octets: bytes) -> None:
        """Offers a new item."""

    @abstractmethod
    def offer_again(self, name: str, octets: bytes) -> None:
        """Offers an item that it offered before."""

    @abstractmethod
    def offer_partly(self, name: str, octets: bytes) -> Callable[[], object]:
        """Begins to offer an item; what is given ends it."""

    @abstractmethod
    def answers(self) -> list[bytes]:
        """Every answer and notice that it has."""

    @abstractmethod
    def refusals(self) -> list[bytes]:
        """What it was told of items that were not taken."""

    @abstractmethod
    def goes_down(self) -> None:
        """Nobody reaches it."""

    @abstractmethod
    def comes_up(self) -> None:
        """It is reached again."""

    def dies_while(self, work: Callable[[], object]) -> None:
        """Does what ends the transport's process."""
        with suppress(KeyError):
            work()


class SqliteSide(Side):
    """A SQLite file with a table of rows and an outbox."""

    def __init__(self, home: Path) -> None:
        super().__init__(home)
        self.file = home / "police.db"
        self.db = sqlite3.connect(self.file, isolation_level=None, timeout=20)
        self.db.execute("pragma journal_mode=wal")
        self.db.execute("create table guns (id integer primary key, name text, text text)")
        self.db.execute(
            "create table outbox (answer_id text, line integer, kind text, source_row text,"
            " made text, told text, result text, primary key (answer_id, line))"
        )
        self.settings = Sql(
            name="police",
            notices=True,
            most_octets=MOST_OCTETS,
            url="sqlite:///police.db",
            table="guns",
            columns=("name", "text"),
            row="id",
            sequence="id",
            rows_most=1,
            outbox="outbox",
        )

    def offer(self, name: str, octets: bytes) -> None:
        self.db.execute("insert into guns (name, text) values (?, ?)", (name, octets.decode()))

    def offer_again(self, name: str, octets: bytes) -> None:
        self.db.execute("update guns set text = ? where name = ?", (octets.decode(), name))

    def offer_partly(self, name: str, octets: bytes) -> Callable[[], object]:
        self.db.execute("begin immediate")
        self.offer(name, octets)
        return lambda: self.db.execute("commit")

    def answers(self) -> list[bytes]:
        found = self.db.execute("select told from outbox where kind <> 'SET_ASIDE'")
        return [str(row[0]).encode() for row in found]

    def refusals(self) -> list[bytes]:
        found = self.db.execute("select told from outbox where kind = 'SET_ASIDE'")
        return [str(row[0]).encode() for row in found]

    def goes_down(self) -> None:
        self.is_down = True
        self.db.execute("pragma wal_checkpoint(truncate)")
        self.file.rename(self.home / "gone.db")

    def comes_up(self) -> None:
        self.is_down = False
        (self.home / "gone.db").rename(self.file)


@contextmanager
def sqlite_side(home: Path) -> Iterator[Side]:
    side = SqliteSide(home)
    try:
        yield side
    finally:
        side.db.close()


class PostgresSide(SqliteSide):
    """A table with a change column and an outbox in a real PostgreSQL."""

    def __init__(self, home: Path, url: str, admin: psycopg.Connection[Any]) -> None:
        Side.__init__(self, home)
        self.admin = admin
        self.admin.execute("drop schema if exists police cascade")
        self.admin.execute("create schema police")
        self.admin.execute(
            "create table police.guns (id bigserial primary key, name text, text text,"
            " changed timestamptz not null default clock_timestamp())"
        )
        self.admin.execute(
            "create table police.outbox (answer_id text, line integer, kind text, source_row text,"
            " made text, told text, result text, primary key (answer_id, line))"
        )
        self.admin.execute("drop role if exists transport")
        self.admin.execute("create role transport login")
        self.admin.execute("grant usage on schema police to transport")
        self.admin.execute("grant select on police.guns to transport")
        self.admin.execute("grant select, insert on police.outbox to transport")
        self.settings = Sql(
            name="police",
            notices=True,
            most_octets=MOST_OCTETS,
            url=url.replace("//test@", "//transport@"),
            table="police.guns",
            columns=("name", "text"),
            row="id",
            change="changed",
            rows_most=1,
            outbox="police.outbox",
            notify="guns_changed",
        )

    def offer(self, name: str, octets: bytes) -> None:
        self.admin.execute(
            "insert into police.guns (name, text) values (%s, %s)", (name, octets.decode())
        )

    def offer_again(self, name: str, octets: bytes) -> None:
        query = "update police.guns set text = %s where name = %s"  # changed stays: no new item
        self.admin.execute(query, (octets.decode(), name))

    def offer_partly(self, name: str, octets: bytes) -> Callable[[], object]:
        self.admin.execute("begin")
        self.offer(name, octets)
        return lambda: self.admin.execute("commit")

    def answers(self) -> list[bytes]:
        return self._told("<>")

    def refusals(self) -> list[bytes]:
        return self._told("=")

    def _told(self, which: str) -> list[bytes]:
        query = f"select told from police.outbox where kind {which} 'SET_ASIDE'"  # noqa: S608 - a test's own word
        return [str(row[0]).encode() for row in self.admin.execute(query)]

    def goes_down(self) -> None:
        self.is_down = True
        self.admin.execute("alter role transport nologin")
        self.admin.execute(
            "select pg_terminate_backend(pid, 5000) from pg_stat_activity"
            " where usename = 'transport'"
        )

    def comes_up(self) -> None:
        self.is_down = False
        self.admin.execute("alter role transport login")


@cache
def _postgres() -> tuple[str, ExitStack]:
    stack = ExitStack()
    atexit.register(stack.close)
    return stack.enter_context(private_postgres()), stack


@contextmanager
def postgres_side(home: Path) -> Iterator[PostgresSide]:
    url, _ = _postgres()
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as admin:
        yield PostgresSide(home, url, admin)


SIDES: dict[str, Callable[[Path], AbstractContextManager[Side]]] = {
    "sqlite": sqlite_side,
    "postgres": postgres_side,
}
