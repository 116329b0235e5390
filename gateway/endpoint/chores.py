"""Does what people ask and what clocks ask, each in a transaction of its own.

It does not know what a kind of errand or clock means: a ``Clerk`` says.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Protocol

import msgspec

from gateway.endpoint.outgoing import Outgoing
from gateway.errors import GatewayError
from gateway.log import Logger
from gateway.store import Errand, ErrandState, Store, StoreError, Timer, Unit
from keys import TrustError

CHORES_AT_ONCE = 100
_TURN = timedelta(milliseconds=100)  # then the messages that came meanwhile have theirs
_TIMER_RETRY = timedelta(seconds=10)
_TIMER_RETRY_LONGEST = timedelta(hours=1)
_DOUBLINGS_MOST = 9
Work = Callable[[Outgoing], None]


class UnknownErrandError(GatewayError):
    """Nobody here does this kind of errand."""

    code = "endpoint.unknown-errand"


class Clerk(Protocol):
    """What this party does when a person or a clock asks. All inside the given transaction."""

    def carry_out(self, errand: Errand, outgoing: Outgoing) -> bytes:
        """Does ``errand`` and returns its answer, a JSON document.

        Raises a ``GatewayError`` for what cannot be done: the person is told so, and nothing of it
        stays.
        """

    def fire(self, timer: Timer, outgoing: Outgoing) -> None:
        """Does what is due; the clock has ended by then, and may be set anew.

        What it raises undoes everything and makes the clock due again later.
        """


class Chores:
    """Errands and clocks of one endpoint. ``ring`` may be called from any thread."""

    def __init__(
        self,
        clerk: Clerk,
        *,
        store: Store,
        transact: Callable[[Work], None],
        clock: Callable[[], datetime],
        log: Logger,
    ) -> None:
        self._clerk = clerk
        self._store = store
        self._transact = transact
        self._clock = clock
        self._log = log
        self._bell = threading.Event()
        self._errands: list[Errand] = []
        self._timers: list[Timer] = []

    def ring(self) -> None:
        """Somebody has asked for something."""
        self._bell.set()

    @property
    def rung(self) -> bool:
        """Whether somebody has since the last ``look``."""
        return self._bell.is_set()

    def look(self, unit: Unit, now: datetime, *, errands: bool = True, clocks: bool = True) -> None:
        """Reads what waits and what is due; what is not asked for waits on."""
        self._bell.clear()  # before reading: what is asked meanwhile rings again
        self._errands = unit.errands.asked(most=CHORES_AT_ONCE) if errands else []
        self._timers = unit.timers.due(now, most=CHORES_AT_ONCE) if clocks else []

    def do(self, now: datetime) -> bool:
        """Does what was read; tells whether there may be more.

        Raises ``StoreError`` and ``TrustError``: then nothing is lost, and it is done later.
        """
        errands, self._errands = self._errands, []
        timers, self._timers = self._timers, []
        for errand in errands:
            self._carry_out(errand, now)
        for done, timer in enumerate(timers, 1):
            self._fire(timer, now)
            if done < len(timers) and self._clock() - now > _TURN:
                return True  # what is left is read again, the longest due first
        return max(len(errands), len(timers)) >= CHORES_AT_ONCE

    def _carry_out(self, errand: Errand, now: datetime) -> None:
        def work(outgoing: Outgoing) -> None:
            errands = outgoing.unit.errands
            if errands.claim(errand.id):
                answer = self._clerk.carry_out(errand, outgoing)
                errands.end(errand.id, ErrandState.DONE, answer, now=now)

        try:
            self._transact(work)
        except (StoreError, TrustError):
            raise
        except GatewayError as error:
            self._log.info("errand.refused", errand=errand.id, kind=errand.kind, code=error.code)
            self._refuse(errand, refusal_of(error), now)
        except Exception as error:  # noqa: BLE001 - one errand must not hold the others
            self._log.error("errand.failed", errand=errand.id, kind=errand.kind, exc_info=error)
            self._refuse(errand, refusal_of(_defect()), now)
        else:
            self._log.info("errand.done", errand=errand.id, kind=errand.kind, actor=errand.actor)

    def _refuse(self, errand: Errand, answer: bytes, now: datetime) -> None:
        with self._store.unit() as unit:
            unit.errands.end(errand.id, ErrandState.REFUSED, answer, now=now)

    def _fire(self, timer: Timer, now: datetime) -> None:
        def work(outgoing: Outgoing) -> None:
            if outgoing.unit.timers.take(timer):
                self._clerk.fire(timer, outgoing)

        try:
            self._transact(work)
        except (StoreError, TrustError):
            raise
        except Exception as error:  # noqa: BLE001 - one clock must not stop the others
            self._log.error("timer.failed", kind=timer.kind, subject=timer.subject, exc_info=error)
            pause = _TIMER_RETRY * 2 ** min(timer.failures, _DOUBLINGS_MOST)
            with self._store.unit() as unit:
                unit.timers.postpone(timer, now + min(pause, _TIMER_RETRY_LONGEST))


def refusal_of(error: GatewayError) -> bytes:
    """The answer of an errand that ended in ``error``."""
    names = ("code", "place", "value", "expected", "remedy")
    facts = {name: getattr(error, name, None) for name in names}
    return msgspec.json.encode({**facts, "message": str(error)})


def _defect() -> GatewayError:
    return GatewayError(
        "the process failed to do this", remedy="the reason is in its log; nothing was changed"
    )


class Clerks:
    """One clerk made of several: the first word of a kind ("hit.confirm") names who does it."""

    def __init__(self, clerks: Mapping[str, Clerk]) -> None:
        self._clerks = clerks

    def carry_out(self, errand: Errand, outgoing: Outgoing) -> bytes:
        """See ``Clerk``."""
        return self._of(errand.kind).carry_out(errand, outgoing)

    def fire(self, timer: Timer, outgoing: Outgoing) -> None:
        """See ``Clerk``."""
        self._of(timer.kind).fire(timer, outgoing)

    def _of(self, kind: str) -> Clerk:
        clerk = self._clerks.get(kind.partition(".")[0])
        if clerk is None:
            raise UnknownErrandError(
                "this process does not do errands of this kind",
                value=kind,
                expected=", ".join(f"{word}.*" for word in sorted(self._clerks)) or "none at all",
                remedy="ask the process that does, or update this one",
            )
        return clerk
