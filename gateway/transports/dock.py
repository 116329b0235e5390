"""Where one transport meets the node's folders: parcels are kept and placed, answers are found.

It speaks no protocol and reads no content. Every step may be cut off by a crash: what was kept is
placed at the next start, what was not kept is fetched again.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Protocol, runtime_checkable

from gateway.log import Logger
from gateway.node import Folders, carried_name, carried_of, key_of, write_durably
from gateway.transport_settings import TransportSettings
from gateway.transports.ledger import REFUSED, STAGED, KeptDispatch, KeptParcel, Ledger
from gateway.transports.seam import (
    ConflictError,
    Dispatch,
    DispatchKind,
    OversizedError,
    Parcel,
    TransportError,
)


@runtime_checkable
class Serving(Protocol):
    """A transport that is called and does not ask."""

    def serve(self, dock: Dock) -> None:
        """Answers callers from now on; raises ``ConfigError`` where it cannot listen."""


_TOLD = ".issues.txt"
DELIVERED = "delivered"


class Taken(StrEnum):
    """What became of a parcel at the dock."""

    NEW = "NEW"
    KNOWN = "KNOWN"
    REFUSED = "REFUSED"


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """An item at the dock: RECEIVED, READ by the node, ANSWERED or SET_ASIDE, and its answers."""

    parcel: KeptParcel | None
    state: str
    dispatches: tuple[Dispatch, ...]


class Dock:
    """One transport's side of the folders."""

    def __init__(
        self,
        *,
        settings: TransportSettings,
        folders: Folders,
        ledger: Ledger,
        suffix: str,
        clock: Callable[[], datetime],
        log: Logger,
    ) -> None:
        self.settings = settings
        self._name = settings.name
        self._folders = folders
        self._ledger = ledger
        self._suffix = suffix
        self._clock = clock
        self._log = log
        folders.make()
        self._delivered = folders.root / DELIVERED
        self._delivered.mkdir(exist_ok=True)

    # --- in -----------------------------------------------------------------------------------

    def recover(self) -> None:
        """Places what was kept before a crash, and takes away what was not."""
        for kept in self._ledger.staged(self._name):
            self._place(kept)
        for forms in (f".{self._name}_*.staged", f"..{self._name}_*.staged.part"):
            for left in self._folders.incoming.glob(forms):
                left.unlink()

    def take(self, parcel: Parcel) -> Taken:
        """Keeps and places a parcel once, however often it comes.

        Raises ``ConflictError`` for other octets under a known identity, and ``OversizedError``.
        """
        key = key_of(parcel.identity)
        digest = hashlib.sha256(parcel.octets).hexdigest()
        known = self._ledger.parcel(self._name, key)
        if known is not None:
            if known.digest != digest and not parcel.refused:
                raise ConflictError(
                    "this item came before with other content",
                    place=f"{self._name}: {parcel.label}",
                    value=digest[:16],
                    expected=f"{known.digest[:16]}, as taken {known.taken:%Y-%m-%d %H:%M} UTC",
                    remedy="give changed content an identity of its own",
                )
            self._log.info("transport.repeated", transport=self._name, key=key)
            self._marked(parcel)
            return Taken.KNOWN
        if parcel.refused:
            self._refuse(parcel, key, parcel.refused)
            return Taken.REFUSED
        if len(parcel.octets) > self.settings.most_octets:
            raise self.oversized(parcel.label, len(parcel.octets))
        name = carried_name(self._name, key, parcel.label, self._suffix)
        kept = self._kept(parcel, key, digest, name)
        write_durably(self._staging(kept), parcel.octets)
        self._ledger.keep(self._name, parcel, kept)
        self._place(kept)
        self._log.info("transport.taken", transport=self._name, key=key, octets=len(parcel.octets))
        return Taken.NEW

    def refuse(self, parcel: Parcel, error: TransportError) -> None:
        """Keeps what cannot be taken as set aside, so that the other side is told once."""
        key = key_of(f"{error.code}\0{parcel.identity}\0{len(parcel.octets)}")
        if self._ledger.parcel(self._name, key) is not None:
            self._marked(parcel)
        else:
            told = f"{error.code}: {error}"
            more = [("at", error.place), ("value", error.value), ("expected", error.expected)]
            more.append(("do", error.remedy))
            told += "".join(f"\n  {word + ':':<10}{text}" for word, text in more if text)
            self._refuse(parcel, key, told)

    def oversized(self, label: str, octets: int) -> OversizedError:
        """What is said of an item that is too large."""
        return OversizedError(
            "the item is larger than this transport takes",
            place=f"{self._name}: {label}",
            value=f"{octets:,} octets or more",
            expected=f"at most {self.settings.most_octets:,}",
            remedy="send it in parts, or by the folder; most_octets in [[transport]] is the limit",
        )

    def _marked(self, parcel: Parcel) -> None:
        if parcel.mark is not None:
            self.keep_mark(parcel.mark)

    def _refuse(self, parcel: Parcel, key: str, told: str) -> None:
        name = carried_name(self._name, key, parcel.label, self._suffix)
        kept = self._kept(parcel, key, hashlib.sha256(parcel.octets).hexdigest(), name)
        if parcel.octets and len(parcel.octets) <= self.settings.most_octets:
            write_durably(self._folders.set_aside / f"0-{name}", parcel.octets)
        write_durably(self._folders.set_aside / f"0-{name}{_TOLD}", (told + "\n").encode())
        self._ledger.keep(self._name, parcel, kept, state=REFUSED)
        self._log.warning("transport.refused", transport=self._name, key=key)

    def _kept(self, parcel: Parcel, key: str, digest: str, name: str) -> KeptParcel:
        return KeptParcel(
            key=key,
            identity=parcel.identity,
            digest=digest,
            name=name,
            address=parcel.address,
            parts=tuple(part for part, _ in parcel.parts),
            taken=self._clock(),
            state=STAGED,
        )

    def _staging(self, kept: KeptParcel) -> Path:
        return self._folders.incoming / f".{kept.name}.staged"

    def _place(self, kept: KeptParcel) -> None:
        # Gone already: a crash came between this and the next line.
        with suppress(FileNotFoundError):
            self._staging(kept).replace(self._folders.incoming / kept.name)
        _synced(self._folders.incoming)
        self._ledger.placed(self._name, kept.key)

    # --- memory of the other side -------------------------------------------------------------

    def mark(self) -> str | None:
        """How far the other side is read."""
        return self._ledger.mark(self._name)

    def known_parts(self, parts: list[str]) -> frozenset[str]:
        """Those of ``parts`` that came before."""
        return self._ledger.known_parts(self._name, parts)

    def keep_mark(self, mark: str, forget_below: float | None = None) -> None:
        """Nothing new up to here."""
        self._ledger.keep_mark(self._name, mark, forget_below)

    # --- back ---------------------------------------------------------------------------------

    def dispatches(self) -> list[Dispatch]:
        """What is to be delivered now, in the order in which it appeared."""
        self._find()
        return [self.told(each) for each in self._ledger.open_dispatches(self._name)]

    def told(self, kept: KeptDispatch) -> Dispatch:
        """A dispatch with what is known of the parcel that it answers."""
        parcel = None if kept.key is None else self._ledger.parcel(self._name, kept.key)
        return Dispatch(
            number=kept.number,
            id=kept.id,
            kind=kept.kind,
            made=kept.made,
            path=self._folders.root / kept.file,
            identity="" if parcel is None else parcel.identity,
            parts=() if parcel is None else parcel.parts,
            address="" if parcel is None else parcel.address,
            taken=None if parcel is None else parcel.taken,
        )

    def delivered(self, dispatch: Dispatch) -> None:
        """The other side has it: it goes to ``delivered``, unless another is still to get it."""
        source = dispatch.path
        file = str(source.relative_to(self._folders.root))
        if source.parent == self._folders.outgoing:
            file = f"{DELIVERED}/{source.name}"
        now = self._clock()
        self._ledger.delivered(self._name, dispatch.id, file, now)
        if source.parent == self._folders.outgoing and not self._ledger.still_wanted(dispatch.id):
            with suppress(FileNotFoundError):
                source.replace(self._delivered / source.name)
        self._log.info(
            "transport.delivered",
            transport=self._name,
            kind=dispatch.kind.value,
            file=dispatch.path.name,
            after_ms=_after_ms(dispatch, now),
        )

    def forget_old(self) -> None:
        """Takes away what was delivered longer ago than it is kept."""
        before = self._clock() - timedelta(days=self.settings.keep_days)
        for file in self._ledger.forget(self._name, before):
            if file.startswith(f"{DELIVERED}/"):
                (self._folders.root / file).unlink(missing_ok=True)

    def _find(self) -> None:
        now = self._clock()
        for name in _names(self._folders.outgoing):
            found = self._whose(name)
            if found is not None:
                kind, key = found
                self._ledger.announce(
                    self._name, name, kind=kind, key=key, file=f"out/{name}", now=now
                )
                self._tidy(name)
        for name in _names(self._folders.set_aside):
            carried = carried_of(name)
            if name.endswith(_TOLD) and carried is not None and carried.transport == self._name:
                file = f"set-aside/{name}"
                kind = DispatchKind.SET_ASIDE
                self._ledger.announce(
                    self._name, name, kind=kind, key=carried.key, file=file, now=now
                )

    def _tidy(self, name: str) -> None:
        # A node that crashed writes an answer again that was delivered in between.
        kept = self._ledger.dispatch(self._name, name)
        if kept is not None and kept.delivered and not self._ledger.still_wanted(name):
            with suppress(FileNotFoundError):
                (self._folders.outgoing / name).replace(self._delivered / name)

    def _whose(self, name: str) -> tuple[DispatchKind, str | None] | None:
        """What a file in ``out`` is to this transport; None for nothing."""
        carried = carried_of(name)
        if carried is not None:
            return (DispatchKind.ANSWER, carried.key) if carried.transport == self._name else None
        if name.startswith("late-"):
            asked = self._original_of(name)
            if asked is not None:
                carried = carried_of(asked)
                if carried is None:
                    return None  # it was dropped into the folder, and is answered there
                ours = carried.transport == self._name
                return (DispatchKind.LATE, carried.key) if ours else None
        dropped = _ANSWER.search(name) is not None
        return (DispatchKind.NOTICE, None) if self.settings.notices and not dropped else None

    def _original_of(self, late: str) -> str | None:
        number = late.split("-")[1]
        found = next(iter(self._folders.done.glob(f"{number}-*")), None)
        return None if found is None else found.name.partition("-")[2]

    # --- what a server tells ------------------------------------------------------------------

    def standing(self, identity: str) -> Standing:
        """How the item of this identity stands."""
        return self.standing_of_key(key_of(identity))

    def standing_of_key(self, key: str) -> Standing:
        """How the item of this key stands."""
        parcel = self._ledger.parcel(self._name, key)
        found = [self.told(each) for each in self._ledger.of_parcel(self._name, key)]
        kinds = {each.kind for each in found}
        state = "RECEIVED"
        if DispatchKind.ANSWER in kinds:
            state = "ANSWERED"
        elif kinds:
            state = "SET_ASIDE"
        elif parcel is not None and not (self._folders.incoming / parcel.name).exists():
            state = "READ"
        return Standing(parcel=parcel, state=state, dispatches=tuple(found))

    def octets_of(self, dispatch: Dispatch) -> bytes | None:
        """What a dispatch holds, wherever it lies by now; None when it is kept no longer."""
        for path in (dispatch.path, self._delivered / dispatch.path.name):
            with suppress(FileNotFoundError):
                return path.read_bytes()
        return None

    def list_from(self, after: int, most: int) -> list[Dispatch]:
        """What goes back, from the one behind ``after`` on."""
        found = self._ledger.dispatches(self._name, after=after, most=most)
        return [self.told(each) for each in found]


# What goes back about a file that somebody dropped into the folder stays there.
_ANSWER = re.compile(r"\.\d+\.answer(-\d+)?(\.[^.]+)?$")


# What a person released comes days later, and says nothing of how long an answer takes.
_RELEASED = re.compile(r"\.answer-\d+(\.[^.]+)?$")


def _after_ms(dispatch: Dispatch, now: datetime) -> int | None:
    """From the taking of an item to the delivery of its first answer."""
    first = dispatch.kind is DispatchKind.ANSWER and not _RELEASED.search(dispatch.id)
    if dispatch.taken is None or not first:
        return None
    return round((now - dispatch.taken).total_seconds() * 1000)


def _names(folder: Path) -> list[str]:
    """Whole files, in the order in which they were written."""
    found: list[tuple[int, str]] = []
    with os.scandir(folder) as entries:
        for entry in entries:
            if not entry.name.startswith("."):
                with suppress(FileNotFoundError):
                    found.append((entry.stat(follow_symlinks=False).st_mtime_ns, entry.name))
    return [name for _, name in sorted(found)]


def _synced(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
