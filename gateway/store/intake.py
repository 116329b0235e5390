"""Native files taken in, their items, and native files that go back.

It reads and writes no file.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import Connection, Dialect, bindparam, func, insert, select, update

from gateway.store.tables import native_file, native_item, native_out

# Item states. SENT and ASKED (somebody asked to go back to it) are the ones that are no outcome.
SENT, APPLIED, REFUSED, SET_ASIDE, FAILED = "SENT", "APPLIED", "REFUSED", "SET_ASIDE", "FAILED"
ASKED = "ASKED"


@dataclass(frozen=True, slots=True, kw_only=True)
class NativeFile:
    """A file that was taken in; ``open_items`` have no outcome yet."""

    id: int
    adapter: str
    digest: str
    name: str
    taken: datetime
    modified: datetime
    items: int
    open_items: int
    state: str
    round: int = 0


class NativeItem(NamedTuple):
    """One row, message or weapon of a file.

    A tuple in the order of the table's columns: a long file has millions, and each goes into the
    database as it is.
    """

    file_id: int
    number: int
    at: str
    reference: str
    raw: bytes
    state: str
    message_id: str | None
    item_id: str | None
    issues: str | None
    answer: bytes | None
    mapping: str | None = None
    round: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class NativeOut:
    """A native file that goes back; ``written`` is None until it lies in the folder."""

    id: int
    name: str
    octets: bytes
    decided: datetime
    written: datetime | None


_ITEMS = select(native_item).order_by(native_item.c.number)
_OF_MESSAGE = _ITEMS.where(native_item.c.message_id == bindparam("b_id"))
_OF_FILE = _ITEMS.where(native_item.c.file_id == bindparam("b_file"))
_SOME_OF_FILE = _OF_FILE.where(native_item.c.number > bindparam("b_after")).limit(
    bindparam("b_most")
)
_COMPLETE = select(native_file.c.id).where(
    native_file.c.state == "ACCEPTED", native_file.c.open_items == 0
)
_END_ITEM = (
    update(native_item)
    .where(
        native_item.c.file_id == bindparam("b_file"),
        native_item.c.number == bindparam("b_number"),
        native_item.c.state == SENT,
    )
    .values(state=bindparam("b_state"), answer=bindparam("b_answer"))
)
_CLOSE_SOME = (
    update(native_file)
    .where(native_file.c.id == bindparam("b_file"))
    .values(open_items=native_file.c.open_items - bindparam("b_ended"))
)
_UNWRITTEN = select(native_out).where(native_out.c.written.is_(None)).order_by(native_out.c.id)
_WRITTEN = (
    update(native_out).where(native_out.c.id == bindparam("b_id")).values(written=bindparam("b_at"))
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Inserting:
    """The insertion of an item, in the words of one database."""

    statement: str
    positional: bool


@lru_cache(maxsize=8)
def _inserting(dialect: Dialect) -> _Inserting:
    """Compiled once: a file of a million rows would have it looked at for each of them."""
    compiled = insert(native_item).compile(dialect=dialect, column_keys=list(NativeItem._fields))
    order = getattr(compiled, "positiontup", None)
    if order is not None and tuple(order) != NativeItem._fields:
        raise TypeError("the columns of an item are in another order than its fields")
    return _Inserting(statement=str(compiled), positional=order is not None)


class Intake:
    """Native files inside one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def seen(self, adapter: str, digest: str) -> NativeFile | None:
        """The file with the same octets that came through the same adapter before."""
        row = self._connection.execute(
            select(native_file).where(
                native_file.c.adapter == adapter, native_file.c.digest == digest
            )
        ).one_or_none()
        return None if row is None else NativeFile(**row._mapping)  # noqa: SLF001 - a Row's documented mapping

    def add_file(
        self,
        *,
        adapter: str,
        digest: str,
        name: str,
        taken: datetime,
        modified: datetime,
        items: int,
        open_items: int,
        state: str,
    ) -> int:
        """Keeps a file and returns its number."""
        result = self._connection.execute(
            insert(native_file).returning(native_file.c.id),
            {
                "adapter": adapter,
                "digest": digest,
                "name": name,
                "taken": taken,
                "modified": modified,
                "items": items,
                "open_items": open_items,
                "state": state,
            },
        )
        return int(result.scalar_one())

    def add_items(self, items: Sequence[NativeItem]) -> None:
        """Keeps the items of a file."""
        if items:
            written = _inserting(self._connection.dialect)
            self._connection.exec_driver_sql(
                written.statement,
                list(items) if written.positional else [each._asdict() for each in items],
            )

    def file(self, file_id: int) -> NativeFile:
        """The file with this number."""
        row = self._connection.execute(select(native_file).where(native_file.c.id == file_id)).one()
        return NativeFile(**row._mapping)  # noqa: SLF001 - as above

    def files(self, *, most: int = 1_000) -> list[NativeFile]:
        """Files, newest last."""
        rows = self._connection.execute(
            select(native_file).order_by(native_file.c.id.desc()).limit(most)
        )
        return [NativeFile(**r._mapping) for r in rows][::-1]  # noqa: SLF001 - as above

    def items_of_message(self, message_id: str) -> list[NativeItem]:
        """The items that went out in this message."""
        return self._items(self._connection.execute(_OF_MESSAGE, {"b_id": message_id}))

    def items_of_file(
        self,
        file_id: int,
        *,
        after: int = 0,
        most: int | None = None,
        round_: int | None = None,
    ) -> list[NativeItem]:
        """Every item of a file, in its order; or ``most`` of them, those behind ``after``.

        With ``round_`` only those that were looked at last in that round.
        """
        if most is None:
            wanted, values = _OF_FILE, {"b_file": file_id}
        else:
            wanted, values = _SOME_OF_FILE, {"b_file": file_id, "b_after": after, "b_most": most}
        if round_ is not None:
            wanted = wanted.where(native_item.c.round == round_)
        return self._items(self._connection.execute(wanted, values))

    def item(self, file_id: int, number: int) -> NativeItem | None:
        """One item."""
        found = self._items(
            self._connection.execute(
                _OF_FILE.where(native_item.c.number == number), {"b_file": file_id}
            )
        )
        return found[0] if found else None

    def ask(
        self,
        states: Sequence[str],
        *,
        adapter: str | None = None,
        file_id: int | None = None,
        number: int | None = None,
    ) -> int:
        """Asks to go back to the items in ``states`` of accepted files; returns how many."""
        files = select(native_file.c.id).where(native_file.c.state.in_(("ACCEPTED", "ANSWERED")))
        if adapter is not None:
            files = files.where(native_file.c.adapter == adapter)
        wanted = update(native_item).where(
            native_item.c.state.in_(tuple(states)), native_item.c.file_id.in_(files)
        )
        if file_id is not None:
            wanted = wanted.where(native_item.c.file_id == file_id)
        if number is not None:
            wanted = wanted.where(native_item.c.number == number)
        return self._connection.execute(wanted.values(state=ASKED)).rowcount

    def asked_files(self) -> list[int]:
        """Files with items that were asked for."""
        return list(
            self._connection.execute(
                select(native_item.c.file_id).where(native_item.c.state == ASKED).distinct()
            ).scalars()
        )

    def asked_numbers(self, file_id: int) -> list[int]:
        """The items of a file that were asked for."""
        return list(
            self._connection.execute(
                select(native_item.c.number).where(
                    native_item.c.file_id == file_id, native_item.c.state == ASKED
                )
            ).scalars()
        )

    def not_asked(self, file_id: int) -> None:
        """What was asked for and could not be read again is set aside as before."""
        self._connection.execute(
            update(native_item)
            .where(native_item.c.file_id == file_id, native_item.c.state == ASKED)
            .values(state=SET_ASIDE)
        )

    def go_back(self, file_id: int, round_: int) -> None:
        """The file is open again, in this round."""
        self._connection.execute(
            update(native_file)
            .where(native_file.c.id == file_id)
            .values(state="ACCEPTED", round=round_)
        )
        self._connection.execute(
            update(native_item)
            .where(native_item.c.file_id == file_id, native_item.c.state == ASKED)
            .values(round=round_)
        )

    def keep_again(self, items: Sequence[NativeItem]) -> None:
        """What became of items that were asked for."""
        for item in items:
            self._connection.execute(
                update(native_item)
                .where(
                    native_item.c.file_id == item.file_id,
                    native_item.c.number == item.number,
                    native_item.c.state == ASKED,
                )
                .values(
                    state=item.state,
                    message_id=item.message_id,
                    item_id=item.item_id,
                    issues=item.issues,
                    answer=None,
                    mapping=item.mapping,
                    round=item.round,
                )
            )

    def complete(self) -> list[int]:
        """Accepted files whose every item has its outcome, and which are not answered yet."""
        return list(self._connection.execute(_COMPLETE).scalars())

    def end(self, file_id: int, ends: Sequence[tuple[int, str, bytes | None]]) -> int:
        """Gives items ``(number, state, answer)`` their outcome; returns how many stay open.

        An item that has an outcome keeps it: the first one counts.
        """
        ended = 0
        for number, state, answer in ends:
            ended += self._connection.execute(
                _END_ITEM,
                {"b_file": file_id, "b_number": number, "b_state": state, "b_answer": answer},
            ).rowcount
        if ended:
            self._connection.execute(_CLOSE_SOME, {"b_file": file_id, "b_ended": ended})
        return self.file(file_id).open_items

    def mark_file(self, file_id: int, state: str) -> None:
        """``TAKING`` until every item is kept, ``ACCEPTED``, then ``ANSWERED``."""
        self._connection.execute(
            update(native_file).where(native_file.c.id == file_id).values(state=state)
        )

    def count_more(self, file_id: int, *, items: int, open_items: int) -> None:
        """Counts items of a file that are kept now."""
        self._connection.execute(
            update(native_file)
            .where(native_file.c.id == file_id)
            .values(
                items=native_file.c["items"] + items,
                open_items=native_file.c.open_items + open_items,
            )
        )

    def items_kept(self, file_id: int) -> int:
        """Up to which number the file's items are kept: where a broken intake goes on."""
        last = select(func.max(native_item.c.number)).where(native_item.c.file_id == file_id)
        return self._connection.execute(last).scalar_one() or 0

    def is_being_taken(self, file_id: int) -> bool:
        """Whether items of the file are still to be kept; no other gateway keeps one meanwhile."""
        wanted = select(native_file.c.state).where(native_file.c.id == file_id).with_for_update()
        return str(self._connection.execute(wanted).scalar_one()) == "TAKING"

    def counts(self) -> dict[str, int]:
        """How many items are in each state."""
        rows = self._connection.execute(
            select(native_item.c.state, func.count()).group_by(native_item.c.state)
        )
        return {state: count for state, count in rows}  # noqa: C416 - Row is no tuple to mypy

    def put_out(self, name: str, octets: bytes, now: datetime) -> NativeOut | None:
        """Decides a native file, to be written after the commit; None when the name is taken."""
        known = self._connection.execute(
            select(native_out.c.id).where(native_out.c.name == name)
        ).one_or_none()
        if known is not None:
            return None
        values = {"name": name, "octets": octets, "decided": now, "written": None}
        result = self._connection.execute(insert(native_out).returning(native_out.c.id), values)
        return NativeOut(
            id=int(result.scalar_one()), name=name, octets=octets, decided=now, written=None
        )

    def unwritten(self) -> list[NativeOut]:
        """Decided files that do not lie in the folder yet."""
        return [NativeOut(**r._mapping) for r in self._connection.execute(_UNWRITTEN)]  # noqa: SLF001 - as above

    def written(self, out_ids: Sequence[int], now: datetime) -> None:
        """They lie in the folder, synced."""
        if out_ids:
            self._connection.execute(_WRITTEN, [{"b_id": i, "b_at": now} for i in out_ids])

    @staticmethod
    def _items(rows: Any) -> list[NativeItem]:
        return [NativeItem(**r._mapping) for r in rows]  # noqa: SLF001 - as above
