"""What came in by which transport and what went back: a small SQLite file in the node's home.

It is no part of the node's database and holds no message. Lost, it costs repetitions and no item:
the node tells the same item by the identity in its name.
"""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from gateway.transports.seam import DispatchKind, Parcel

_SCHEMA = """
create table if not exists parcel (
  transport text not null, key text not null, identity text not null, digest text not null,
  name text not null, address text not null, parts text not null, taken text not null,
  state text not null, primary key (transport, key));
create index if not exists parcel_taken on parcel (transport, taken);
create table if not exists part (
  transport text not null, part text not null, rank real not null,
  primary key (transport, part)) without rowid;
create table if not exists mark (transport text primary key, mark text not null);
create table if not exists dispatch (
  number integer primary key autoincrement, transport text not null, id text not null,
  kind text not null, key text, file text not null, made text not null, delivered text,
  unique (transport, id));
create index if not exists dispatch_open on dispatch (transport) where delivered is null;
create table if not exists trouble (
  transport text primary key, code text not null, message text not null, remedy text not null,
  since text not null);
"""
_PARTS_ASKED = 500
STAGED, PLACED, REFUSED = "STAGED", "PLACED", "REFUSED"


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptParcel:
    """A parcel as the ledger remembers it; ``state`` is STAGED, PLACED or REFUSED."""

    key: str
    identity: str
    digest: str
    name: str
    address: str
    parts: tuple[str, ...]
    taken: datetime
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptDispatch:
    """A file that goes back; ``file`` is its path relative to the shared folder."""

    number: int
    id: str
    kind: DispatchKind
    key: str | None
    file: str
    made: datetime
    delivered: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """What keeps a transport from its work, and since when."""

    transport: str
    code: str
    message: str
    remedy: str
    since: datetime


class Ledger:
    """One file for all transports of a node; safe between threads."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._lock = threading.RLock()
        self._db = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._db.execute("pragma journal_mode=wal")
        self._db.execute("pragma synchronous=full")
        self._db.executescript(_SCHEMA)

    def close(self) -> None:
        """Lets go of the file."""
        with self._lock:
            self._db.close()

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            self._db.execute("begin immediate")
            try:
                yield self._db
            except BaseException:
                self._db.execute("rollback")
                raise
            self._db.execute("commit")

    def _all(self, query: str, *values: object) -> list[tuple[object, ...]]:
        with self._lock:
            return self._db.execute(query, values).fetchall()

    # --- in -----------------------------------------------------------------------------------

    def parcel(self, transport: str, key: str) -> KeptParcel | None:
        """The parcel of this key, if it came before."""
        found = self._parcels("transport = ? and key = ?", transport, key)
        return found[0] if found else None

    def staged(self, transport: str) -> list[KeptParcel]:
        """Parcels that are kept and may not lie in ``in`` yet."""
        return self._parcels("transport = ? and state = ?", transport, STAGED)

    def parcels(self, transport: str, most: int) -> list[KeptParcel]:
        """The newest parcels."""
        return self._parcels("transport = ? order by taken desc limit ?", transport, most)

    def _parcels(self, which: str, *values: object) -> list[KeptParcel]:
        rows = self._all(
            "select key, identity, digest, name, address, parts, taken, state from parcel"  # noqa: S608 - constants of this class
            f" where {which}",
            *values,
        )
        return [
            KeptParcel(
                key=str(key),
                identity=str(identity),
                digest=str(digest),
                name=str(name),
                address=str(address),
                parts=tuple(json.loads(str(parts))),
                taken=_instant(taken),
                state=str(state),
            )
            for key, identity, digest, name, address, parts, taken, state in rows
        ]

    def keep(
        self, transport: str, parcel: Parcel, kept: KeptParcel, *, state: str = STAGED
    ) -> None:
        """Remembers a parcel, its parts and how far the other side is read, at once."""
        with self._writing() as db:
            db.execute(
                "insert into parcel values (?,?,?,?,?,?,?,?,?)",
                (
                    transport,
                    kept.key,
                    kept.identity,
                    kept.digest,
                    kept.name,
                    kept.address,
                    json.dumps(kept.parts),
                    _text(kept.taken),
                    state,
                ),
            )
            db.executemany(
                "insert or ignore into part values (?,?,?)",
                [(transport, part, rank) for part, rank in parcel.parts],
            )
            if parcel.mark is not None:
                db.execute("insert or replace into mark values (?,?)", (transport, parcel.mark))

    def placed(self, transport: str, key: str) -> None:
        """The parcel lies in ``in``, or was taken from there already."""
        with self._writing() as db:
            db.execute(
                "update parcel set state = ? where transport = ? and key = ? and state = ?",
                (PLACED, transport, key, STAGED),
            )

    def mark(self, transport: str) -> str | None:
        """How far the other side is read."""
        rows = self._all("select mark from mark where transport = ?", transport)
        return str(rows[0][0]) if rows else None

    def keep_mark(self, transport: str, mark: str, forget_below: float | None) -> None:
        """Nothing new up to ``mark``."""
        with self._writing() as db:
            db.execute("insert or replace into mark values (?,?)", (transport, mark))
            if forget_below is not None:
                db.execute(
                    "delete from part where transport = ? and rank < ?", (transport, forget_below)
                )

    def known_parts(self, transport: str, parts: list[str]) -> frozenset[str]:
        """Those of ``parts`` that came before."""
        known: set[str] = set()
        for first in range(0, len(parts), _PARTS_ASKED):
            some = parts[first : first + _PARTS_ASKED]
            marks = ",".join("?" * len(some))
            rows = self._all(
                f"select part from part where transport = ? and part in ({marks})",  # noqa: S608 - question marks
                transport,
                *some,
            )
            known.update(str(row[0]) for row in rows)
        return frozenset(known)

    # --- back ---------------------------------------------------------------------------------

    def announce(
        self,
        transport: str,
        id_: str,
        *,
        kind: DispatchKind,
        key: str | None,
        file: str,
        now: datetime,
    ) -> bool:
        """Remembers a file that goes back; False when it is known."""
        with self._writing() as db:
            done = db.execute(
                "insert or ignore into dispatch (transport, id, kind, key, file, made)"
                " values (?,?,?,?,?,?)",
                (transport, id_, kind.value, key, file, _text(now)),
            )
            return done.rowcount == 1

    def open_dispatches(self, transport: str) -> list[KeptDispatch]:
        """What is still to be delivered, in the order in which it came."""
        return self._dispatches("transport = ? and delivered is null order by number", transport)

    def dispatches(self, transport: str, *, after: int, most: int) -> list[KeptDispatch]:
        """What goes or went back, from the one behind ``after`` on."""
        return self._dispatches(
            "transport = ? and number > ? order by number limit ?", transport, after, most
        )

    def of_parcel(self, transport: str, key: str) -> list[KeptDispatch]:
        """What goes or went back about one parcel."""
        return self._dispatches("transport = ? and key = ? order by number", transport, key)

    def dispatch(self, transport: str, id_: str) -> KeptDispatch | None:
        """One by its id."""
        found = self._dispatches("transport = ? and id = ?", transport, id_)
        return found[0] if found else None

    def _dispatches(self, which: str, *values: object) -> list[KeptDispatch]:
        rows = self._all(
            "select number, id, kind, key, file, made, delivered from dispatch"  # noqa: S608 - constants of this class
            f" where {which}",
            *values,
        )
        return [
            KeptDispatch(
                number=int(str(number)),
                id=str(id_),
                kind=DispatchKind(str(kind)),
                key=None if key is None else str(key),
                file=str(file),
                made=_instant(made),
                delivered=None if delivered is None else _instant(delivered),
            )
            for number, id_, kind, key, file, made, delivered in rows
        ]

    def delivered(self, transport: str, id_: str, file: str, now: datetime) -> None:
        """The other side has it; from now on it lies at ``file``."""
        with self._writing() as db:
            db.execute(
                "update dispatch set delivered = coalesce(delivered, ?), file = ?"
                " where transport = ? and id = ?",
                (_text(now), file, transport, id_),
            )

    def still_wanted(self, id_: str) -> bool:
        """Whether any transport has not delivered the file of this id yet."""
        return bool(self._all("select 1 from dispatch where id = ? and delivered is null", id_))

    def forget(self, transport: str, before: datetime) -> list[str]:
        """Forgets what was delivered before an instant; gives the files of it."""
        gone = [
            each.file
            for each in self._dispatches(
                "transport = ? and delivered < ?", transport, _text(before)
            )
        ]
        with self._writing() as db:
            db.execute(
                "delete from dispatch where transport = ? and delivered < ?",
                (transport, _text(before)),
            )
        return gone

    # --- trouble ------------------------------------------------------------------------------

    def in_trouble(
        self, transport: str, code: str, *, message: str, remedy: str, now: datetime
    ) -> bool:
        """Remembers what is wrong; whether that is news."""
        with self._writing() as db:
            done = db.execute(
                "insert into trouble values (?,?,?,?,?) on conflict (transport) do update"
                " set code = excluded.code, message = excluded.message, remedy = excluded.remedy"
                " where code <> excluded.code or message <> excluded.message",
                (transport, code, message, remedy, _text(now)),
            )
            return done.rowcount == 1

    def out_of_trouble(self, transport: str) -> bool:
        """Nothing is wrong any more; whether that is news."""
        with self._writing() as db:
            done = db.execute("delete from trouble where transport = ?", (transport,))
            return done.rowcount == 1

    def troubles(self) -> list[Trouble]:
        """What keeps transports from their work."""
        rows = self._all("select transport, code, message, remedy, since from trouble")
        return [
            Trouble(
                transport=str(transport),
                code=str(code),
                message=str(message),
                remedy=str(remedy),
                since=_instant(since),
            )
            for transport, code, message, remedy, since in rows
        ]

    def oldest_waiting(self, transport: str) -> datetime | None:
        """When the oldest of what is still to be delivered was found; None for none."""
        query = "select min(made) from dispatch where transport = ? and delivered is null"
        found = self._all(query, transport)[0][0]
        return None if found is None else _instant(found)

    def counts(self, transport: str) -> dict[str, int]:
        """How many parcels came and how many dispatches went, and wait."""
        query = (
            "select (select count(*) from parcel where transport = ?1),"
            " (select count(*) from parcel where transport = ?1 and state = 'REFUSED'),"
            " (select count(*) from dispatch where transport = ?1 and delivered is not null),"
            " (select count(*) from dispatch where transport = ?1 and delivered is null)"
        )
        taken, refused, went, waits = self._all(query, transport)[0]
        return {
            "taken": int(str(taken)),
            "refused": int(str(refused)),
            "delivered": int(str(went)),
            "waiting": int(str(waits)),
        }


def _text(instant: datetime) -> str:
    return instant.astimezone(UTC).isoformat(timespec="milliseconds")


def _instant(text: object) -> datetime:
    return datetime.fromisoformat(str(text))
