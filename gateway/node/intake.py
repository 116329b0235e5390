"""Turns a finished native file into messages, each item accounted for, once.

It reads no file and writes none but by ``Folders``; the adapter has read it already.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import msgspec

from gateway.adapter import Adapter, Issue, Item, Reading
from gateway.config import Files
from gateway.endpoint import Endpoint, Outgoing
from gateway.ids import REGISTRY_PARTY
from gateway.log import Logger
from gateway.node.desk import NodeDesk
from gateway.node.folders import FileState, Folders, fitting, give_back, move, write_durably
from gateway.node.messages import Sending, pack
from gateway.node.watch import FolderWatch, TakenFile
from gateway.posting import Posting
from gateway.store import JournalLine, NativeFile, NativeItem, StoreError, Unit
from keys import TrustError

_ITEMS_A_UNIT = 1_000  # keeps one transaction short, so that a hit need not wait for a big file
_WIDTH = 128
_DEFECT = Issue(
    code="NODE_DEFECT",
    at="the whole file",
    field="",
    value="",
    expected="bodies that the standard allows",
    remedy="report this with the node's log; items that went out before are answered",
)


class Intake:
    """What happens to the files that ``watch`` found finished."""

    def __init__(
        self,
        *,
        watch: FolderWatch,
        folders: Folders,
        adapter: Adapter,
        desk: NodeDesk,
        settings: Files,
        endpoint: Endpoint,
        log: Logger,
    ) -> None:
        self._watch = watch
        self._folders = folders
        self._adapter = adapter
        self._desk = desk
        self._settings = settings
        self._transact = endpoint.transact
        self._log = log
        self._open: tuple[TakenFile, int] | None = None  # a file half kept, and its number

    def advance(self) -> None:
        """Does the next bounded piece of work, if there is any.

        What the database or the trust folder prevents now comes again: nothing is lost.
        """
        try:
            if self._open is not None:
                self._go_on(*self._open)
            else:
                taken = self._watch.next()
                if taken is not None:
                    self._begin(taken)
            if self._desk.busy:
                self._transact(self._desk.go_on)
        except (StoreError, TrustError) as error:
            self._log.error("node.holding", code=error.code, reason=str(error))
        except Exception as error:  # noqa: BLE001 - one file must not stop the ones behind it
            self._log.error("node.intake-failed", exc_info=error)
            self._give_up()

    @property
    def busy(self) -> bool:
        """Whether there is a next piece already."""
        return self._open is not None or self._watch.waiting or self._desk.busy

    def _give_up(self) -> None:
        if self._open is None:
            return  # nothing of it was kept: it lies in the folder and is read again after a start
        (taken, number), self._open = self._open, None
        self._transact(lambda outgoing: outgoing.unit.intake.mark_file(number, "SET_ASIDE"))
        self._put_aside(replace(taken, reading=Reading(items=(), issues=(_DEFECT,))), number)

    # --- pieces -------------------------------------------------------------------------------

    def _begin(self, taken: TakenFile) -> None:
        try:
            number = self._transact(lambda outgoing: self._keep_file(taken, outgoing))
        except Exception:
            self._watch.read_later(taken.path)
            raise
        if number is None:
            self._log.info("file.repeated", file=_name(taken))
            self._move(taken, self._folders.done / f"again-{taken.digest[:8]}-{_name(taken)}")
        elif taken.reading.issues:
            self._put_aside(taken, number)
        else:
            self._open = (taken, number)

    def _keep_file(self, taken: TakenFile, outgoing: Outgoing) -> int | None:
        unit, now = outgoing.unit, outgoing.frame.now
        seen = unit.intake.seen(self._adapter.name, taken.digest)
        if seen is not None:
            if seen.state == "TAKING":
                return seen.id  # a crash came between two pieces: go on
            if seen.state == "SET_ASIDE":
                # Nothing came of it then; what the adapter says of it now counts.
                return self._keep_again(taken, seen, unit)
            unit.journal.add(JournalLine(at=now, event="file.repeated", detail=str(seen.id)))
            return None
        return unit.intake.add_file(
            adapter=self._adapter.name,
            digest=taken.digest,
            name=_name(taken),
            taken=now,
            modified=taken.modified,
            items=len(taken.reading.items),
            open_items=_bodies(taken.reading),
            state="SET_ASIDE" if taken.reading.issues else "TAKING",
        )

    @staticmethod
    def _keep_again(taken: TakenFile, seen: NativeFile, unit: Unit) -> int:
        if not taken.reading.issues:
            if unit.intake.items_kept(seen.id) == 0:
                reading = taken.reading
                unit.intake.count_again(seen.id, len(reading.items), _bodies(reading))
            unit.intake.mark_file(seen.id, "TAKING")
        return seen.id

    def _go_on(self, taken: TakenFile, number: int) -> None:
        reading = taken.reading

        def piece(outgoing: Outgoing) -> bool:
            start = outgoing.unit.intake.items_kept(number)
            items = reading.items[start : start + _ITEMS_A_UNIT]
            self._keep_items(number, items, reading, outgoing)
            if start + len(items) < len(reading.items):
                return False
            outgoing.unit.intake.mark_file(number, "ACCEPTED")
            self._desk.answer_when_complete(number, outgoing.unit, outgoing.frame)
            return True

        if self._transact(piece):
            self._open = None
            self._log.info("file.accepted", file_id=number, items=len(reading.items))
            self._move(taken, self._folders.done / f"{number}-{_name(taken)}")

    def _keep_items(
        self, file_id: int, items: Sequence[Item], reading: Reading, outgoing: Outgoing
    ) -> None:
        many = _bodies(reading)
        sendings = pack(
            items,
            outgoing.frame,
            batch_most=self._settings.batch_most if many >= self._settings.batch_from else 1,
        )
        sent: dict[int, tuple[str, Sending]] = {}
        for sending in sendings:
            message_id = outgoing.post(
                Posting(
                    to=REGISTRY_PARTY, payload=sending.payload, lane=sending.lane, answers=False
                )
            )
            sent.update(dict.fromkeys(sending.numbers, (message_id, sending)))
        outgoing.unit.intake.add_items([_row(file_id, item, sent) for item in items])

    def _put_aside(self, taken: TakenFile, number: int) -> None:
        self._log.warning(
            "file.set-aside", file_id=number, codes=sorted({i.code for i in taken.reading.issues})
        )
        target = self._folders.set_aside / f"{number}-{_name(taken)}"
        write_durably(
            target.with_name(target.name + ".issues.txt"), issues_text(taken.reading.issues)
        )
        self._move(taken, target)

    def _move(self, taken: TakenFile, target: Path) -> None:
        move(taken.path, target)
        if FileState.of(target.lstat()) != taken.state:
            # The national system put another file in its place meanwhile: that one is not read yet.
            self._log.warning("file.replaced", file=_name(taken))
            give_back(target, taken.path)
        self._watch.moved(taken.path)


def _name(taken: TakenFile) -> str:
    return fitting(taken.path.name)


def _bodies(reading: Reading) -> int:
    return sum(1 for item in reading.items if item.body is not None)


def issues_text(issues: Sequence[Issue]) -> bytes:
    """The issues of a file as a person reads them."""
    lines = [
        f"{issue.at}: [{issue.code}] {issue.field} {issue.value!r}\n"
        f"    expected: {issue.expected}\n"
        f"    do:       {issue.remedy}\n"
        for issue in issues
    ]
    return "".join(lines).encode()


def _row(file_id: int, item: Item, sent: Mapping[int, tuple[str, Sending]]) -> NativeItem:
    message_id, sending = sent.get(item.number, (None, None))
    return NativeItem(
        file_id=file_id,
        number=item.number,
        at=_storable(item.at),
        reference=_storable(item.reference),
        raw=item.raw,
        state="SET_ASIDE" if message_id is None else "SENT",
        message_id=message_id,
        item_id=str(item.number) if sending is not None and sending.batch else None,
        issues=msgspec.json.encode(item.issues).decode() if item.issues else None,
        answer=None,
    )


def _storable(text: str) -> str:
    # PostgreSQL holds no NUL in a text, and a row that is set aside may have one in its reference.
    return text.replace("\0", "\N{REPLACEMENT CHARACTER}")[:_WIDTH]
