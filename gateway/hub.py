"""The centre's desk: which handler answers which payload.

It knows no rule of the registry; it only leads there.
"""

from __future__ import annotations

from gateway import registry
from gateway.endpoint import Outgoing, Received, Refusal
from gateway.frame import Frame
from gateway.log import Logger
from gateway.payload import AddresseeCode, HitStatusNotice
from gateway.posting import Posting
from gateway.registry import Clocks, Wanted
from gateway.statistics import Aggregates
from gateway.store import Errand, Timer, Undelivered, Unit


def _wanted(received: Received) -> Wanted:
    if not received.settled:
        return Wanted.ALL
    return Wanted.NOTHING if received.late else Wanted.NOTICES


class HubDesk:
    """The registry's side of an endpoint."""

    def __init__(
        self, log: Logger, clocks: Clocks | None = None, aggregates: Aggregates | None = None
    ) -> None:
        self._log = log
        self._clocks = clocks or Clocks()
        self._aggregates = aggregates
        self._reviewing = False

    def handle(self, received: Received, unit: Unit, frame: Frame) -> list[Posting]:
        """The registry's effect and answers."""
        counted = None
        if self._aggregates is not None:
            counted = self._aggregates.handle(received, unit, frame)
        if counted is not None:
            return counted
        return registry.handle(
            received.payload,
            sender=received.sender,
            unit=unit,
            frame=frame,
            clocks=self._clocks,
            message_id=received.message_id,
            wanted=_wanted(received),
        )

    def refused(self, refusal: Refusal, unit: Unit, frame: Frame) -> None:  # noqa: ARG002 - the desk's protocol
        """A party refused an answer or a notice of ours: for the operator to see."""
        self._log.error(
            "hub.refused",
            message_id=refusal.message_id,
            peer=refusal.sender,
            code=refusal.fault.fault_code,
        )

    def undelivered(self, failure: Undelivered, unit: Unit, frame: Frame) -> None:  # noqa: ARG002 - the desk's protocol
        """A party never receipted an answer or a notice of ours: for the operator to see."""
        self._log.error(
            "hub.undelivered",
            message_id=failure.message_id,
            peer=failure.recipient,
            type=failure.message_type,
        )

    def tend(self, unit: Unit, frame: Frame) -> None:
        """Sees once that reviews go on and keys are derived by today's tables.

        What clocks ask for is the ``RegistryClerk``'s.
        """
        if not self._reviewing:
            registry.keep_reviewing(unit, frame)
            registry.keep_indexed(unit, frame)
            unit.after_commit(self._reviews_run)

    def _reviews_run(self) -> None:
        self._reviewing = True


class RegistryClerk:
    """What the registry does when one of its clocks has run out."""

    def __init__(self, log: Logger, clocks: Clocks | None = None) -> None:
        self._log = log
        self._clocks = clocks or Clocks()

    def carry_out(self, errand: Errand, outgoing: Outgoing) -> bytes:  # noqa: ARG002 - the clerk's protocol
        """Nobody asks the registry for an errand of this kind."""
        raise LookupError(f"nobody does errands of the kind {errand.kind}")

    def fire(self, timer: Timer, outgoing: Outgoing) -> None:
        """Posts what is due; a third request is for the operator of the registry to see too."""
        for posting in registry.due(timer, outgoing.unit, outgoing.frame, self._clocks):
            outgoing.post(posting)
            match posting.payload:
                case HitStatusNotice(hit_status=status) if (
                    status.addressee_code is AddresseeCode.DUTY_OFFICER
                ):
                    self._log.warning("hit.escalated", hit_id=status.hit_id, owner=posting.to)
                case _:
                    pass
