"""Writes down the facts of each message that passes, with its effect or not at all.

It counts nothing; measures do.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

import msgspec

from gateway.adapter import Issue
from gateway.frame import Frame
from gateway.payload import (
    Payload,
    SearchBatchReport,
    TraceAttachment,
    TraceComment,
    TraceReceived,
    TraceRequest,
    decode,
    message_type,
)
from gateway.statistics.facts import (
    LONGEST_TEXT,
    AnyFact,
    FileFlaw,
    FileRead,
    RecordAnswered,
    RecordChanged,
    Seized,
    pack,
    unpack,
)
from gateway.statistics.filings import begun, settled
from gateway.statistics.projection import bring
from gateway.statistics.reading import Said, facts_of
from gateway.statistics.standing import restated
from gateway.store import FactLine, NativeItem, TraceActRow, Unit
from gateway.tracing import TAKEN

_SUBJECT_MOST = 255
_REASON_MOST = 48


class FactWitness:
    """See ``gateway.endpoint.Witness``."""

    def posted(
        self, payload: Payload, *, message_id: str, to: str, unit: Unit, frame: Frame
    ) -> None:
        """Facts of what we said."""
        if not _first_effect(payload, message_id, unit):
            return
        said = Said(payload=payload, outgoing=True, peer=to, at=frame.now)
        _keep(said, message_id, begun(facts_of(said), unit), unit)
        self._restate(said, message_id, unit)

    def taken(
        self,
        payload: Payload,
        *,
        message_id: str,
        sender: str,
        in_reply_to: str | None,
        unit: Unit,
        frame: Frame,
    ) -> None:
        """Facts of what we were told."""
        if not _first_effect(payload, message_id, unit):
            return
        seizure = None
        if isinstance(payload, SearchBatchReport) and in_reply_to is not None:
            seizure = _seizure_of(unit.facts.of_message(in_reply_to))
        said = Said(
            payload=payload, outgoing=False, peer=sender, at=frame.now, answered_seizure=seizure
        )
        facts = facts_of(said)
        if any(isinstance(fact, RecordAnswered | RecordChanged) for fact in facts):
            asked = None if in_reply_to is None else unit.facts.of_message(in_reply_to)
            facts = settled(facts, [] if asked is None else unpack(asked), unit)
        _keep(said, message_id, facts, unit)
        for row in _waited_for(payload, unit):
            later = replace(said, payload=decode(row.content))
            _keep(later, row.message_id or "", facts_of(later), unit)
        self._restate(said, message_id, unit)

    def refused(self, message_id: str, *, sender: str, unit: Unit, frame: Frame) -> None:
        """An act of ours that was refused has no effect: what it counted is taken back."""
        act = unit.traces.act_of_message(message_id)
        if act is not None and act.sender == frame.party:
            payload = decode(act.content)
            said = Said(payload=payload, outgoing=True, peer=sender, at=frame.now)
            self._restate(said, message_id, unit)

    @staticmethod
    def _restate(said: Said, message_id: str, unit: Unit) -> None:
        act = getattr(said.payload, "trace_act", None)
        if act is not None and not isinstance(said.payload, _CHANGES_NO_STANDING):
            _keep(said, message_id, restated(act, unit), unit)


_CHANGES_NO_STANDING = (TraceAttachment, TraceComment, TraceReceived, TraceRequest)


def _keep(said: Said, message_id: str, facts: list[AnyFact], unit: Unit) -> None:
    if not facts:
        return
    unit.facts.add(
        FactLine(
            at=said.at,
            direction="out" if said.outgoing else "in",
            peer=said.peer,
            message_id=message_id,
            message_type=message_type(said.payload),
            facts=pack(facts),
        )
    )
    bring(facts, unit.facts)


def note_intake(
    items: Sequence[NativeItem],
    *,
    adapter: str,
    file_id: int,
    round_: int,
    unit: Unit,
    now: datetime,
) -> None:
    """Writes down what an adapter made of a piece of a native file."""
    subject = f"{file_id}/{round_}"
    states = Counter(item.state for item in items)
    flaws: Counter[tuple[str, str]] = Counter()
    for item in items:
        if item.issues is not None:
            found = msgspec.json.decode(item.issues, type=list[Issue])
            flaws.update({(one.code, one.column or one.field) for one in found})
    facts: list[AnyFact] = [
        FileRead(
            subject=subject,
            at=now,
            adapter=adapter,
            sent=states["SENT"] + states["APPLIED"],
            held=states["HELD"],
            skipped=states["SKIPPED"],
            set_aside=states["SET_ASIDE"],
        )
    ]
    facts += [
        FileFlaw(
            subject=f"{subject} {code} {field}"[:_SUBJECT_MOST],
            at=now,
            adapter=adapter,
            reason=code[:_REASON_MOST],
            field=field[:LONGEST_TEXT] or None,
            items=count,
        )
        for (code, field), count in sorted(flaws.items())
    ]
    unit.facts.add(
        FactLine(
            at=now,
            direction="own",
            peer="",
            message_id=f"file {subject}",
            message_type="NATIVE_FILE",
            facts=pack(facts),
        )
    )
    bring(facts, unit.facts)


def _first_effect(payload: Payload, message_id: str, unit: Unit) -> bool:
    """Whether a message changes what is counted: an act of a trace case that was refused, crossed
    with another or was taken before changes nothing (docs/spec/tracing.md 2)."""
    if getattr(payload, "trace_act", None) is None:
        return True
    act = unit.traces.act_of_message(message_id)
    if act is None or act.prior_digest is not None:
        return False  # the same act, sealed anew
    return act.standing == TAKEN and not act.void


def _waited_for(payload: Payload, unit: Unit) -> list[TraceActRow]:
    """The acts that came before ``payload``, which comes before them: they count from now on."""
    place = getattr(payload, "trace_act", None)
    case = None if place is None else unit.traces.find(place.trace_id)
    if place is None or case is None:
        return []
    return [
        row
        for row in unit.traces.acts(case.trace_id)
        if row.side != case.side
        and row.number > place.act_number
        and row.standing == TAKEN
        and not row.void
    ]


def _seizure_of(facts: bytes | None) -> str | None:
    if facts is None:
        return None
    first = unpack(facts)[0]
    return first.seizure if isinstance(first, Seized) else None
