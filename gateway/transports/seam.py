"""What a transport is: the one interface between a national system and the node's folders.

It knows no protocol, no folder and no database.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import ClassVar, Protocol

from gateway.errors import GatewayError


class TransportError(GatewayError):
    """A transport cannot do its work, and waiting alone does not help."""

    code: ClassVar[str] = "transport.failed"
    answered: ClassVar[bool] = False


class UnreachableError(TransportError):
    """The other side cannot be reached or does not serve now; ``after`` is what it asked for."""

    code: ClassVar[str] = "transport.unreachable"
    retryable: ClassVar[bool] = True

    def __init__(
        self,
        message: str,
        *,
        place: str | None = None,
        value: str | None = None,
        expected: str | None = None,
        remedy: str | None = None,
        after: timedelta | None = None,
    ) -> None:
        super().__init__(message, place=place, value=value, expected=expected, remedy=remedy)
        self.after = after


class ConflictError(TransportError):
    """An item comes a second time under the same identity with other octets."""

    code: ClassVar[str] = "transport.conflict"


class OversizedError(TransportError):
    """An item has more octets than this transport takes."""

    code: ClassVar[str] = "transport.oversized"


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """One native item on its way in, whole.

    ``identity`` is the other side's own name of it: the same identity is the same item for ever,
    and ``label`` says it shortly for people. ``parts`` are the identities of what is inside, in
    their order, where the other side offers single rows. ``mark`` says how far the other side is
    read with this item; None where it keeps that itself. ``address`` is what the transport needs to
    lead the answer back. ``refused`` says why an item was not fetched whole and never will be: its
    octets are empty then.
    """

    identity: str
    label: str
    octets: bytes = field(repr=False)
    parts: tuple[tuple[str, float], ...] = ()
    mark: str | None = None
    address: str = ""
    refused: str = ""


class DispatchKind(StrEnum):
    """What goes back: to a question, about a file that could not be read, or unasked."""

    ANSWER = "ANSWER"
    LATE = "LATE"
    SET_ASIDE = "SET_ASIDE"
    NOTICE = "NOTICE"


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispatch:
    """One native file on its way back.

    ``id`` is the same at every try, so that the other side can tell a repetition; ``identity``,
    ``parts`` and ``address`` are those of the parcel that it answers, empty for a notice, and
    ``taken`` is when that was taken. ``path`` holds the octets.
    """

    number: int
    id: str
    kind: DispatchKind
    made: datetime
    path: Path
    identity: str = ""
    parts: tuple[str, ...] = ()
    address: str = ""
    taken: datetime | None = None

    def octets(self) -> bytes:
        """What is to be delivered; OSError when the file was taken away."""
        return self.path.read_bytes()


class Memory(Protocol):
    """What a transport remembers of the other side between two starts."""

    def mark(self) -> str | None:
        """How far the other side was read; kept in one transaction with the parcel."""

    def known_parts(self, parts: list[str]) -> frozenset[str]:
        """Those of ``parts`` that came in a parcel before."""

    def keep_mark(self, mark: str, forget_below: float | None = None) -> None:
        """Nothing new up to here; parts ranked below ``forget_below`` will not be asked for."""


class NotPermittedError(TransportError):
    """The other side does not know us, or does not let us do this."""

    code: ClassVar[str] = "transport.not-permitted"


class MisspokenError(TransportError):
    """What the other side sent is not of the form that was agreed."""

    code: ClassVar[str] = "transport.misspoken"


class Transport(Protocol):
    """One way in and out. Each method may be called again after a crash came in between.

    ``fetch`` and ``settle`` are called from one thread, ``deliver`` from another.
    """

    @property
    def name(self) -> str:
        """As the settings call it."""

    def fetch(self, memory: Memory) -> Iterator[Parcel]:
        """What is new at the other side, in its order; a part of an item is never given.

        Raises ``UnreachableError``, ``TransportError``.
        """

    def settle(self, parcel: Parcel) -> None:
        """Tells the other side that the parcel is kept here; may be told more than once."""

    def deliver(self, dispatch: Dispatch) -> None:
        """Hands ``dispatch`` over; a second time it has no second effect there.

        Raises ``UnreachableError``, ``TransportError``.
        """

    def wait(self, longest: timedelta) -> None:
        """Until the other side may have something new, ``wake`` is called or the time is over."""

    def wake(self) -> None:
        """Ends ``wait``; from any thread."""

    def check(self) -> None:
        """Looks whether the other side is as it must be; changes nothing there.

        Raises ``UnreachableError``, ``TransportError`` with the remedy.
        """

    @property
    def look_each(self) -> timedelta:
        """The longest time between two looks."""

    def close(self) -> None:
        """Lets go of the other side."""
