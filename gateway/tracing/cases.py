"""The case on either side: takes the other side's acts, makes ours, and keeps the proof of both.

Everything happens inside the transaction that it is given. It seals nothing: it hands out postings
and keeps what they were sealed to. The clauses are those of docs/spec/tracing.md.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from gateway.frame import Frame
from gateway.ids import Lane
from gateway.payload import Payload, PurposeCode, TraceIntroduction, TraceQuestion
from gateway.posting import Posting
from gateway.store import TraceCase, Unit
from gateway.tracing.case_acting import Build, CaseActing
from gateway.tracing.case_keeping import CaseKeeping, case_of, question_of
from gateway.tracing.case_replying import CaseReplying
from gateway.tracing.case_rows import Arrived
from gateway.tracing.case_taking import CaseTaking
from gateway.tracing.deadlines import Terms
from gateway.tracing.deeds import TracePayload
from gateway.tracing.office import OfficeNow


class Cases:
    """Trace cases of one party."""

    def __init__(
        self,
        terms: Terms,
        office: Callable[[datetime, Unit], OfficeNow],
    ) -> None:
        keeping = CaseKeeping(terms)
        self._acting = CaseActing(keeping)
        self._taking = CaseTaking(keeping, CaseReplying(keeping, self._acting, office))

    def take(
        self, payload: TracePayload, arrived: Arrived, unit: Unit, frame: Frame
    ) -> list[Posting]:
        """The effect of the other side's act, and what goes back for it.

        An act that its sender may not do changes nothing and is answered with a fault. Raises
        ``NotAPartyError``, ``UnknownCaseError`` and ``ActMismatchError``.
        """
        return self._taking.take(payload, arrived, unit, frame)

    def introduced(
        self, payload: TraceIntroduction, arrived: Arrived, unit: Unit, frame: Frame
    ) -> None:
        """A third country announces a request that it passed on to us; the request follows."""
        self._taking.introduced(payload, arrived, unit, frame)

    def refused(self, message_id: str, sender: str, unit: Unit, frame: Frame) -> None:
        """The other side refused an act of ours: it keeps its number and has no effect."""
        self._taking.refused(message_id, sender, unit, frame)

    def ask(
        self,
        question: TraceQuestion,
        *,
        to: str,
        trace_id: str,
        unit: Unit,
        frame: Frame,
        case_reference: str | None = None,
        urgency: str | None = None,
    ) -> list[Posting]:
        """Opens a case of ours with its request. Raises ``IncompleteOrderError``."""
        return self._acting.ask(
            question,
            to=to,
            trace_id=trace_id,
            unit=unit,
            frame=frame,
            case_reference=case_reference,
            urgency=urgency,
        )

    def act(
        self,
        trace_id: str,
        build: Build,
        *,
        message: str,
        unit: Unit,
        frame: Frame,
        actor: str,
    ) -> list[Posting]:
        """Makes our next act in a case; ``build`` gives its payload from context and place.

        Raises ``UnknownCaseError`` and ``IllegalTransitionError``; nothing was changed then.
        """
        return self._acting.act(
            trace_id, build, message=message, unit=unit, frame=frame, actor=actor
        )

    def resend(self, message_id: str, unit: Unit) -> Posting | None:
        """An act of ours that nobody receipted, to be sealed anew; None when there is none."""
        return self._acting.resend(message_id, unit)

    @staticmethod
    def case(trace_id: str, unit: Unit) -> TraceCase:
        """The case of this id; raises ``UnknownCaseError``."""
        return case_of(trace_id, unit)

    @staticmethod
    def question(trace_id: str, unit: Unit) -> TraceQuestion:
        """What the case asks, with the firearm as it was last described."""
        return question_of(case_of(trace_id, unit), unit)

    @property
    def purpose(self) -> PurposeCode:
        """The purpose for which traces are made."""
        return PurposeCode.CRIMINAL_INVESTIGATION

    @staticmethod
    def aside(payload: Payload, to: str) -> Posting:
        """A message about a case to a country that has no part in it yet."""
        return Posting(to=to, payload=payload, lane=Lane.ROUTINE, answers=False)
