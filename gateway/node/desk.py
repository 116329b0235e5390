"""A node's desk: what the centre answers and announces becomes native files again.

It knows no national format; the adapter writes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import ClassVar

from gateway.adapter import Adapter, Answer, Outcome, attachment_name
from gateway.endpoint import Outgoing, Received, Refusal, UnservedError
from gateway.errors import GatewayError
from gateway.frame import Frame
from gateway.ids import REGISTRY_PARTY, Lane
from gateway.log import Logger
from gateway.node.folders import Folders
from gateway.node.hits import file_name, keep_notice, keep_status, plain_json
from gateway.node.large_answers import LARGE, LargeAnswers
from gateway.node.results import compose, ends_of, fault_message, late_answer
from gateway.node.traces import Traces
from gateway.payload import (
    Fault,
    FirearmRecordResult,
    HitNotice,
    HitReceipt,
    HitStatusNotice,
    Payload,
    PurposeCode,
    RecordBatchReport,
    RecordExtract,
    ReviewDue,
    SearchBatchReport,
    SearchResponse,
    TraceAttachment,
    content_of,
    encode,
    message_type,
)
from gateway.posting import Posting
from gateway.statistics import Aggregates
from gateway.store import NativeFile, NativeItem, NativeOut, Undelivered, Unit
from gateway.tracing import TracePayload


class NodeError(GatewayError):
    """A message is not one that a node takes, or not from whom it may come."""

    code: ClassVar[str] = "node.refused"


class NotFromRegistryError(NodeError):
    """Only the registry answers records and searches and announces hits."""

    code: ClassVar[str] = "node.not-from-registry"


class NodeDesk:
    """One national system's side of an endpoint."""

    def __init__(
        self,
        *,
        adapter: Adapter,
        folders: Folders,
        log: Logger,
        traces: Traces | None = None,
        aggregates: Aggregates | None = None,
    ) -> None:
        self.traces = traces or Traces()
        """The party's trace cases."""
        self._aggregates = aggregates or Aggregates()
        self._adapter = adapter
        self._folders = folders
        self._log = log
        self._written: list[int] = []  # lie in the folder; marked with the next unit
        self._writing: set[int] = set()
        self._large = LargeAnswers(adapter, log)
        self.asked_files: set[int] = set()
        """Files with items that somebody asked to go back to."""
        self.wake: Callable[[], None] = lambda: None
        """Wakes the walk; set by whoever runs it."""

    # --- what comes ---------------------------------------------------------------------------

    def handle(self, received: Received, unit: Unit, frame: Frame) -> list[Posting]:
        """An answer ends the items that asked; a hit becomes a native file at once."""
        payload = received.payload
        traced = self.traces.handle(received, unit, frame)
        if traced is not None:
            for reference, act in self.traces.taken(payload, unit):
                self._tell_case(reference, act, unit, frame)
            return traced
        counted = self._aggregates.handle(received, unit, frame)
        if counted is not None:
            return counted
        if not isinstance(
            payload,
            (
                FirearmRecordResult,
                RecordBatchReport,
                SearchResponse,
                SearchBatchReport,
                HitNotice,
                HitStatusNotice,
                RecordExtract,
                ReviewDue,
            ),
        ):
            raise UnservedError(
                "a national node does not take this kind of message",
                place="Header/Type",
                value=received.message_type,
                expected="an answer or a hit notice of the registry",
                remedy="send it to the registry",
            )
        if received.sender != REGISTRY_PARTY:
            raise NotFromRegistryError(
                "only the registry answers and announces hits",
                place="Header/From",
                value=received.sender,
                expected=REGISTRY_PARTY,
                remedy="address the registry; it notifies this party",
            )
        if isinstance(payload, HitNotice):
            return [self._hit(received, payload, unit, frame)]
        if isinstance(payload, HitStatusNotice):
            self._hit_stands(received, payload, unit, frame)
            return []
        if isinstance(payload, ReviewDue):
            name = f"review-{received.message_id}.json"
            self._put(name, plain_json(payload), unit, frame)
            return []
        self._answered(received.in_reply_to, payload, unit, frame)
        return []

    def refused(self, refusal: Refusal, unit: Unit, frame: Frame) -> None:
        """Every item of the refused message ends as refused, with the fault's reason."""
        self.traces.refused(refusal.message_id, refusal.sender, unit, frame)
        if refusal.late:
            return  # its items ended with the receipt
        self._end_all(refusal.message_id, Outcome.REFUSED, refusal.fault, unit, frame)

    def undelivered(self, failure: Undelivered, unit: Unit, frame: Frame) -> None:
        """Every item of the message ends as failed: nobody receipted it in its time."""
        self.traces.undelivered(failure.message_id, unit, frame)
        fault = fault_message(failure)
        self._end_all(failure.message_id, Outcome.FAILED, fault, unit, frame)

    def tend(self, unit: Unit, frame: Frame) -> None:
        """Marks what was written, and writes what a crash or a full disk left unwritten."""
        marked = tuple(self._written)
        unit.intake.written(marked, frame.now)
        unit.after_commit(lambda: self._marked(marked))
        for out in unit.intake.unwritten():
            self._write_later(out, unit)
        self.asked_files.update(unit.intake.asked_files())
        for file_id in unit.intake.complete():
            self._large.want(file_id)

    @property
    def busy(self) -> bool:
        """Whether the answer to a large file can go on at once."""
        return self._large.busy

    def go_on(self, outgoing: Outgoing) -> None:
        """The next piece of the answer to a large file."""
        made = self._large.advance(outgoing)
        if made is not None:
            file_id, octets = made
            unit = outgoing.unit
            self._put_answer(unit.intake.file(file_id), octets, unit, outgoing.frame)
            unit.after_commit(lambda: self._large.kept(file_id))

    def _marked(self, written: tuple[int, ...]) -> None:
        # Only now: a mark that was undone must not have the file written a second time.
        self._writing.difference_update(written)
        self._written = [out_id for out_id in self._written if out_id not in written]

    # --- parts --------------------------------------------------------------------------------

    def _hit(self, received: Received, notice: HitNotice, unit: Unit, frame: Frame) -> Posting:
        hit = notice.hit
        if keep_notice(notice, unit):
            answer = Answer(
                number=0,
                reference=hit.national_record_id or "",
                raw=b"",
                outcome=Outcome.APPLIED,
                answer=hit,
                issues=(),
            )
            name = f"hit-{hit.hit_id}-{hit.hit_role_code.lower()}{self._adapter.suffix}"
            self._put(name, self._adapter.write([answer], frame), unit, frame)
        receipt = HitReceipt(
            context=frame.context(
                "HIT_RECEIPT",
                purpose=PurposeCode.OBJECT_OF_POLICE_INTEREST,
                conversation_id=notice.context.conversation_id,
            ),
            hit_id=hit.hit_id,
            hit_role_code=hit.hit_role_code,
            received_timestamp=frame.now.replace(microsecond=frame.now.microsecond // 1000 * 1000),
        )
        return Posting(to=received.sender, payload=receipt, lane=Lane.URGENT, answers=True)

    def _hit_stands(
        self, received: Received, notice: HitStatusNotice, unit: Unit, frame: Frame
    ) -> None:
        """A hit was led on: the national system is told, and the officer who asked for it."""
        keep_status(notice, unit)
        if received.in_reply_to is not None:
            asked = unit.intake.items_of_message(received.in_reply_to)
            if asked:
                self._end(asked[0].file_id, ends_of(asked, notice), unit, frame)
        self._end_order(received.in_reply_to, "ANSWERED", notice, unit, frame)
        status = notice.hit_status
        answer = Answer(
            number=0,
            reference=status.national_record_id or "",
            raw=b"",
            outcome=Outcome.APPLIED,
            answer=status,
            issues=(),
        )
        octets, suffix = self._adapter.write([answer], frame), self._adapter.suffix
        if not octets:
            octets, suffix = plain_json(status), ".json"
        self._put(file_name(status) + suffix, octets, unit, frame)

    def _tell_case(
        self, reference: str | None, act: TracePayload, unit: Unit, frame: Frame
    ) -> None:
        """The other side of a case acted: told once, where the national system leads cases."""
        answer = Answer(
            number=0,
            reference=reference or "",
            raw=b"",
            outcome=Outcome.APPLIED,
            answer=act,
            issues=(),
        )
        octets = self._adapter.write([answer], frame)
        if octets:
            if isinstance(act, TraceAttachment):
                # Before the act that names it: whoever reads that finds the file.
                self._put(attachment_name(act), content_of(act), unit, frame)
            deed = message_type(act).removeprefix("TRACE_").lower()
            name = f"trace-{act.trace_act.trace_id}-{act.trace_act.act_number}-{deed}"
            self._put(name + self._adapter.suffix, octets, unit, frame)

    @staticmethod
    def _end_order(
        message_id: str | None, state: str, answer: Payload, unit: Unit, frame: Frame
    ) -> bool:
        """What came of an officer's order; False where the message was none."""
        order = unit.orders.of_message(message_id) if message_id else None
        if order is None:
            return False
        unit.orders.end(order.id, state, encode(answer), frame.now)
        return True

    def _answered(self, message_id: str | None, payload: Payload, unit: Unit, frame: Frame) -> None:
        items = unit.intake.items_of_message(message_id) if message_id else []
        if not items:
            if self._end_order(message_id, "ANSWERED", payload, unit, frame):
                return
            self._log.warning("node.answer-unasked", in_reply_to=message_id)
            return
        ends = ends_of(items, payload)
        late = [item for item in items if item.state != "SENT" and item.number in ends]
        for item in late:
            self._tell_late(item, ends[item.number][1], unit, frame)
        self._end(items[0].file_id, ends, unit, frame)

    def _end_all(
        self, message_id: str, outcome: Outcome, fault: Fault, unit: Unit, frame: Frame
    ) -> None:
        items = unit.intake.items_of_message(message_id)
        if items:
            ends = {item.number: (outcome, fault) for item in items}
            self._end(items[0].file_id, ends, unit, frame)
        else:
            self._end_order(message_id, outcome.value, fault, unit, frame)

    def _end(
        self,
        file_id: int,
        ends: Mapping[int, tuple[Outcome, Payload]],
        unit: Unit,
        frame: Frame,
    ) -> None:
        still_open = unit.intake.end(
            file_id,
            [(number, outcome.value, encode(answer)) for number, (outcome, answer) in ends.items()],
        )
        if still_open == 0:
            self.answer_when_complete(file_id, unit, frame)

    def answer_when_complete(self, file_id: int, unit: Unit, frame: Frame) -> None:
        """Writes the answer file once every item of an accepted file has its outcome."""
        file = unit.intake.file(file_id)
        if file.open_items or file.state != "ACCEPTED":
            return
        if file.items >= LARGE:
            self._large.want(file_id)
            return
        items = unit.intake.items_of_file(file_id, round_=file.round)
        answers = [compose(item) for item in items]
        self._put_answer(file, self._adapter.write(answers, frame), unit, frame)

    def _put_answer(self, file: NativeFile, octets: bytes, unit: Unit, frame: Frame) -> None:
        again = f"-{file.round}" if file.round else ""
        name = f"{Path(file.name).stem}.{file.id}.answer{again}{self._adapter.suffix}"
        self._put(name, octets, unit, frame)
        unit.intake.mark_file(file.id, "ANSWERED")

    def _tell_late(self, item: NativeItem, answer: Payload, unit: Unit, frame: Frame) -> None:
        # The national system was told otherwise before: it must learn that this came after all.
        name = f"late-{item.file_id}-{item.number}-{item.message_id}{self._adapter.suffix}"
        octets = self._adapter.write([late_answer(item, answer)], frame)
        self._put(name, octets, unit, frame)

    def _put(self, name: str, octets: bytes, unit: Unit, frame: Frame) -> None:
        out = unit.intake.put_out(name, octets, frame.now)
        if out is not None:
            self._write_later(out, unit)

    def _write_later(self, out: NativeOut, unit: Unit) -> None:
        if out.id not in self._writing:
            unit.after_commit(lambda: self._write(out))

    def _write(self, out: NativeOut) -> None:
        try:
            self._folders.put(out.name, out.octets)
        except OSError as error:
            # Decided and kept: it is written when the folder can be written again.
            self._log.error("node.cannot-write", file=out.name, reason=str(error))
            return
        self._writing.add(out.id)
        self._written.append(out.id)
        self._log.info("file.written", file=out.name)
