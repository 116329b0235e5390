"""Turns a finished native file into messages, each item accounted for, once.

It reads no file and writes none but by ``Folders``; the adapter has read it already.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import msgspec

from gateway.adapter import Adapter, Issue, Item, Outcome
from gateway.causes import Causes, told_all, told_cause
from gateway.config import Files
from gateway.endpoint import Endpoint, Outgoing
from gateway.log import Logger
from gateway.node.again import Again
from gateway.node.desk import NodeDesk
from gateway.node.folders import FileState, Folders, fitting, give_back, move, write_durably
from gateway.node.keeping import kept_rows
from gateway.node.watch import FolderWatch, TakenFile
from gateway.statistics import note_intake
from gateway.store import JournalLine, NativeFile, NativeItem, StoreError, Unit
from keys import TrustError

_ITEMS_AT_ONCE = 1_000
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
        self._open: _Open | None = None  # a file half kept
        self._long: deque[_Open] = deque()  # long ones, each a piece at a time behind the short
        self._again = Again(adapter=adapter, folders=folders, desk=desk, settings=settings, log=log)

    def advance(self) -> None:
        """Does the next bounded piece of work, if there is any.

        What the database or the trust folder prevents now comes again: nothing is lost.
        """
        try:
            self._next_piece()
            if self._desk.busy:
                self._transact(self._desk.go_on)
        except (StoreError, TrustError) as error:
            self._log.error("node.holding", code=error.code, reason=str(error))
        except MemoryError:  # the machine's want, not the file's fault: it is tried again
            self._log.error("node.holding", code="node.no-memory", reason="out of memory")
            self._put_off()
        except Exception as error:  # noqa: BLE001 - one file must not stop the ones behind it
            self._log.error("node.intake-failed", exc_info=error)
            self._give_up()

    def _next_piece(self) -> None:
        if self._open is not None:
            self._go_on(self._open)
        elif self._watch.waiting:
            taken = self._watch.next()
            if taken is not None:
                self._begin(taken)
        elif self._long:
            self._open = self._long.popleft()
            self._go_on(self._open)
            if self._open is not None:  # the short ones come before its next piece
                self._long.appendleft(self._open)
                self._open = None
        elif self._again.wanted:
            self._again.advance(self._transact)

    @property
    def busy(self) -> bool:
        """Whether there is a next piece already."""
        return (
            self._open is not None
            or self._watch.waiting
            or (bool(self._long) and self._long[0].ready)
            or self._again.busy
            or self._desk.busy
        )

    def _put_off(self) -> None:
        """Reads the file again after a while; what was kept of it stays, others go first."""
        if self._open is not None:
            begun, self._open = self._open, None
            begun.taken.feed.stop()
            self._watch.read_later(begun.taken.path)

    def _give_up(self) -> None:
        if self._open is None:
            return  # nothing of it was kept: it lies in the folder and is read again after a start
        begun, self._open = self._open, None
        begun.taken.feed.stop()

        def set_aside(outgoing: Outgoing) -> bool:
            ours = outgoing.unit.intake.is_being_taken(begun.number)
            if ours:
                outgoing.unit.intake.mark_file(begun.number, "SET_ASIDE")
            return ours

        if self._transact(set_aside):
            self._put_aside(replace(begun.taken, issues=(_DEFECT,)), begun.number)

    # --- pieces -------------------------------------------------------------------------------

    def _begin(self, taken: TakenFile) -> None:
        try:
            number = self._transact(lambda outgoing: self._keep_file(taken, outgoing))
        except Exception:
            taken.feed.stop()
            self._watch.read_later(taken.path)
            raise
        if isinstance(number, _Ended):
            taken.feed.stop()
            self._put_away(taken, number)
        elif number is None:
            taken.feed.stop()
            self._log.info("file.repeated", file=_name(taken))
            self._move(taken, self._folders.done / f"again-{taken.digest[:8]}-{_name(taken)}")
        elif taken.issues:
            self._put_aside(taken, number)
        else:
            begun = _Open(taken=taken, number=number)
            if taken.bodies is None:
                self._long.append(begun)
            else:
                self._open = begun

    def _keep_file(self, taken: TakenFile, outgoing: Outgoing) -> int | _Ended | None:
        unit, now = outgoing.unit, outgoing.frame.now
        seen = unit.intake.seen(self._adapter.name, taken.digest)
        if seen is not None:
            if seen.state == "TAKING":
                return seen.id  # a crash came between two pieces: go on
            if seen.state == "SET_ASIDE":
                # Nothing came of it then; what the adapter says of it now counts.
                if not taken.issues:
                    unit.intake.mark_file(seen.id, "TAKING")
                return seen.id
            if self._lies_here_still(taken, seen):
                return _Ended(number=seen.id, causes=_causes_of(seen.id, unit))
            unit.journal.add(JournalLine(at=now, event="file.repeated", detail=str(seen.id)))
            return None
        return unit.intake.add_file(
            adapter=self._adapter.name,
            digest=taken.digest,
            name=_name(taken),
            taken=now,
            modified=taken.modified,
            items=0,
            open_items=0,
            state="SET_ASIDE" if taken.issues else "TAKING",
        )

    def _lies_here_still(self, taken: TakenFile, seen: NativeFile) -> bool:
        """Whether it is the very file that was kept, and a crash came before it was put away."""
        name = _name(taken)
        return (seen.name, seen.modified) == (name, taken.modified) and not (
            self._folders.done / f"{seen.id}-{name}"
        ).exists()

    def _put_away(self, taken: TakenFile, ended: _Ended) -> None:
        """The last of a file that is kept whole: its causes are told, its original moved."""
        target = self._folders.done / f"{ended.number}-{_name(taken)}"
        if ended.causes:
            self._tell_causes(ended, target)
        self._move(taken, target)

    def _go_on(self, begun: _Open) -> None:
        """Keeps the next piece of a file; a piece that could not be kept is kept the next time."""
        piece = begun.piece if begun.piece is not None else begun.taken.feed.take()
        if piece is None:
            return  # not read yet: the reader wakes the walk
        begun.piece = piece
        number = begun.number

        def keep(outgoing: Outgoing) -> bool:
            unit = outgoing.unit
            if not unit.intake.is_being_taken(number):
                return False  # the party's other gateway came to its end first
            # Asked at each piece: a crash, or the other gateway, may have kept some of it.
            kept = unit.intake.items_kept(number)
            fresh = [item for item in piece if item.number > kept]
            begun.resumed = begun.resumed or len(fresh) < len(piece)
            begun.rows = self._keep_items(number, fresh, begun.taken, outgoing)
            if not piece:
                unit.intake.mark_file(number, "ACCEPTED")
                self._desk.answer_when_complete(number, unit, outgoing.frame)
                if begun.resumed:  # of what was kept before, only the database knows
                    begun.causes = _causes_of(number, unit)
            return True

        if not self._transact(keep):
            begun.taken.feed.stop()
            self._open = None
            self._log.info("file.taken-by-another", file_id=number)
            self._watch.moved(begun.taken.path)
            return
        begun.piece = None
        begun.items += len(piece)
        if not begun.resumed:
            _add_causes(begun.causes, begun.rows)
        if not piece:
            self._open = None
            self._log.info("file.accepted", file_id=number, items=begun.items)
            self._put_away(begun.taken, _Ended(number=number, causes=begun.causes))

    def _tell_causes(self, begun: _Ended, target: Path) -> None:
        """What was wrong with how many items: beside the original, and masked in the log."""
        self._log.warning(
            "file.issues",
            file_id=begun.number,
            causes=[told_cause(cause, masked=True) for cause in begun.causes],
        )
        text = "".join(told_cause(cause) + "\n" for cause in begun.causes)
        write_durably(target.with_name(target.name + ".issues.txt"), text.encode())

    def _keep_items(
        self, file_id: int, items: Sequence[Item], taken: TakenFile, outgoing: Outgoing
    ) -> Sequence[NativeItem]:
        """The items as they were kept."""
        many = taken.bodies is None or taken.bodies >= self._settings.batch_from
        most = self._settings.batch_most if many else 1
        mapping = taken.mapping or self._adapter.version
        rows = kept_rows(file_id, items, mapping, 0, outgoing, self._desk.traces, batch_most=most)
        outgoing.unit.intake.add_items(rows)
        note_intake(
            rows,
            adapter=self._adapter.name,
            file_id=file_id,
            round_=0,
            unit=outgoing.unit,
            now=outgoing.frame.now,
        )
        outgoing.unit.intake.count_more(
            file_id, items=len(rows), open_items=sum(row.state == "SENT" for row in rows)
        )
        return rows

    def _put_aside(self, taken: TakenFile, number: int) -> None:
        self._log.warning(
            "file.set-aside", file_id=number, codes=sorted({issue.code for issue in taken.issues})
        )
        target = self._folders.set_aside / f"{number}-{_name(taken)}"
        write_durably(
            target.with_name(target.name + ".issues.txt"), told_all(taken.issues).encode()
        )
        self._move(taken, target)

    def _move(self, taken: TakenFile, target: Path) -> None:
        try:
            move(taken.path, target)
        except FileNotFoundError:
            # The party's other gateway moved it, or somebody took it away: it is kept all the same.
            self._log.warning("file.gone", file=_name(taken))
            self._watch.moved(taken.path)
            return
        if FileState.of(target.lstat()) != taken.state:
            # The national system put another file in its place meanwhile: that one is not read yet.
            self._log.warning("file.replaced", file=_name(taken))
            give_back(target, taken.path)
        self._watch.moved(taken.path)


def _name(taken: TakenFile) -> str:
    return fitting(taken.path.name)


def _add_causes(causes: Causes, rows: Iterable[NativeItem]) -> None:
    """What was wrong with items as they were kept: also what a trace case or a hit refused."""
    for row in rows:
        if row.issues is not None and row.state != Outcome.SKIPPED:
            causes.add(msgspec.json.decode(row.issues, type=tuple[Issue, ...]))


def _causes_of(file_id: int, unit: Unit) -> Causes:
    """What was wrong with the items of a file that is kept, as when they were."""
    causes = Causes()
    after = 0
    while items := unit.intake.items_of_file(file_id, after=after, most=_ITEMS_AT_ONCE):
        _add_causes(causes, items)
        after = items[-1].number
    return causes


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ended:
    """A file that is kept whole, and the causes of its issues."""

    number: int
    causes: Causes


@dataclass(slots=True, kw_only=True)
class _Open:
    """A file half kept: how far, and the piece that is being kept."""

    taken: TakenFile
    number: int
    items: int = 0
    piece: list[Item] | None = None
    causes: Causes = field(default_factory=Causes)
    rows: Sequence[NativeItem] = ()  # of the piece that was kept last
    resumed: bool = False  # some of it was kept by a process that came to its end

    @property
    def ready(self) -> bool:
        return self.piece is not None or self.taken.feed.ready
