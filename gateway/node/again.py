"""Goes back to items that were held or set aside, when somebody asks for it after a mending.

The original is read anew by the mapping of now; only the items that were asked for are looked at,
and nothing that went out before goes out again.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from gateway.adapter import Adapter, AdapterError, Item, Renewable, stream_of
from gateway.config import Files
from gateway.endpoint import Outgoing
from gateway.log import Logger
from gateway.node.desk import NodeDesk
from gateway.node.feed import ItemFeed
from gateway.node.folders import Folders, open_regular
from gateway.node.keeping import kept_rows
from gateway.statistics import note_intake


@dataclass(slots=True, kw_only=True)
class _Going:
    """One file that is gone back to."""

    file_id: int
    feed: ItemFeed
    round_: int
    asked: int
    found: int = 0
    piece: list[Item] | None = field(default=None)


class Again:
    """Files with items that were asked for, one file at a time."""

    def __init__(
        self,
        *,
        adapter: Adapter,
        folders: Folders,
        desk: NodeDesk,
        settings: Files,
        log: Logger,
    ) -> None:
        self._adapter = adapter
        self._folders = folders
        self._desk = desk
        self._settings = settings
        self._log = log
        self._going: _Going | None = None

    @property
    def wanted(self) -> bool:
        """Whether anything was asked for, or is being gone back to."""
        return self._going is not None or bool(self._desk.asked_files)

    @property
    def busy(self) -> bool:
        """Whether there is a next piece already."""
        if self._going is not None:
            return self._going.piece is not None or self._going.feed.ready
        return bool(self._desk.asked_files)

    def advance(self, transact: Callable[[Callable[[Outgoing], Any]], Any]) -> None:
        """Does the next piece."""
        if self._going is None:
            transact(self._begin)
            return
        going = self._going
        piece = going.piece if going.piece is not None else going.feed.take()
        if piece is None:
            return
        going.piece = piece
        transact(lambda outgoing: self._keep(going, piece, outgoing))
        going.piece = None
        going.found += len(piece)
        if not piece:
            self._going = None
            self._log.info("file.gone-back-to", file_id=going.file_id, items=going.found)

    def _begin(self, outgoing: Outgoing) -> None:
        file_id = self._desk.asked_files.pop()
        unit = outgoing.unit
        numbers = unit.intake.asked_numbers(file_id)
        file = unit.intake.file(file_id)
        if not numbers or file.state not in {"ACCEPTED", "ANSWERED"}:
            return  # done already, or still being taken: asked for again at the next look
        if isinstance(self._adapter, Renewable):
            try:
                self._adapter.renew()
            except AdapterError as error:
                self._log.error("adapter.not-renewed", code=error.code, reason=str(error))
                unit.intake.not_asked(file_id)
                return
        source_path = self._original(file_id)
        if source_path is None:
            self._log.error("file.original-gone", file_id=file_id)
            unit.intake.not_asked(file_id)
            return
        round_ = file.round + 1 if file.state == "ANSWERED" else file.round
        unit.intake.go_back(file_id, round_)
        source = open_regular(source_path)
        stream = stream_of(self._adapter, source, outgoing.frame)
        wanted = frozenset(numbers)
        self._going = _Going(
            file_id=file_id,
            feed=ItemFeed(
                (item for item in stream.items if item.number in wanted),
                wake=self._desk.wake,
                close=source.close,
            ),
            round_=round_,
            asked=len(numbers),
        )

    def _keep(self, going: _Going, piece: list[Item], outgoing: Outgoing) -> None:
        unit = outgoing.unit
        if piece:
            many = going.asked >= self._settings.batch_from
            rows = kept_rows(
                going.file_id,
                piece,
                self._adapter.version,
                going.round_,
                outgoing,
                self._desk.traces,
                batch_most=self._settings.batch_most if many else 1,
            )
            unit.intake.keep_again(rows)
            note_intake(
                rows,
                adapter=self._adapter.name,
                file_id=going.file_id,
                round_=going.round_,
                unit=unit,
                now=outgoing.frame.now,
            )
            unit.intake.count_more(
                going.file_id, items=0, open_items=sum(row.state == "SENT" for row in rows)
            )
            return
        unit.intake.not_asked(going.file_id)
        self._desk.answer_when_complete(going.file_id, unit, outgoing.frame)

    def _original(self, file_id: int) -> Path | None:
        return next(iter(sorted(self._folders.done.glob(f"{file_id}-*"))), None)
