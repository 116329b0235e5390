"""The clients of a simulated world: what they ask of their own gateway, and how they are told.

A client stands outside of its process and survives its crashes; all that it knows it has from its
own ledger. It judges nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from random import Random
from typing import ClassVar
from uuid import UUID

from gateway.endpoint import EndpointError, Outgoing
from gateway.errors import GatewayError
from gateway.frame import Frame
from gateway.ids import REGISTRY_PARTY, IdSource, Lane
from gateway.payload import (
    Context,
    Fault,
    FirearmRecord,
    FirearmRecordStatusChange,
    FirearmRecordSubmit,
    FirearmRecordUpdate,
    Payload,
    PurposeCode,
    Receipt,
    ReceiptItem,
    ReceiptLevelCode,
    ReceiptOutcomeCode,
    RecordBatch,
    RecordBatchItem,
    RecordUpdate,
    SearchBatch,
    SearchBatchItem,
    SearchRequest,
    SearchResponse,
    SearchResult,
    SearchResultCode,
    SeizureNotice,
)
from gateway.posting import Posting
from gateway.simulation import firearms
from gateway.simulation.case import LINK_TYPES
from gateway.simulation.crash import CrashError
from gateway.simulation.ledger import Kind, Ledger
from gateway.simulation.seats import Seat
from keys import TrustError


class What(StrEnum):
    """What a client can ask for; a new one gets a name here and a line in ``Client.TABLE``."""

    SUBMIT = "submit"
    UPDATE = "update"
    STATUS = "status"
    FOREIGN = "foreign"  # a change of another party's record: the registry must reject it
    BATCH = "batch"
    SEARCH = "search"
    SEARCH_URGENT = "search-urgent"
    SEARCH_AGAIN = "search-again"  # the same question a second time: its hits are raised once
    SEARCHES = "searches"
    SEIZURE = "seizure"
    MISADDRESSED = "misaddressed"  # a search to a country, which serves nobody
    WRONG_MODE = "wrong-mode"  # a live message to a registry of test messages
    TWIN_ID = "twin-id"  # under the id of another party's message


class Lie(StrEnum):
    """What a member with valid keys can say of a message that was not addressed to it."""

    RECEIPT = "receipt"
    FAULT = "fault"
    ANSWER = "answer"


FILINGS = frozenset({What.SUBMIT, What.UPDATE, What.STATUS, What.FOREIGN, What.BATCH})
_REFUSED_ANYWAY = frozenset({What.MISADDRESSED, What.WRONG_MODE})
_DIGEST = "A" * 43 + "="


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A payload for ``to``, and what it asks about."""

    payload: Payload
    to: str = REGISTRY_PARTY
    lane: Lane = Lane.ROUTINE
    message_id: str | None = None
    items: tuple[str, ...] = ()


Builder = Callable[["Client", Frame, Context, Random], Question]


class Client:
    """One party's national system, as its gateway meets it."""

    def __init__(self, seat: Seat, *, may_file: bool, others: Callable[[], list[Client]]) -> None:
        self.party = seat.name
        self.asked = 0
        self._seat = seat
        self._ledger: Ledger = seat.ledger
        self._may_file = may_file
        self._others = others
        self._records: dict[str, FirearmRecord] = {}
        self._versions: dict[str, int] = {}
        self._searches: list[tuple[str, str]] = []
        self._read = 0

    def ask(self, what: What, random: Random) -> None:
        """Asks, and writes down what came of it; a crash of its process is carried out."""
        self.asked += 1
        op = f"{self.party}/{self.asked}"
        grantable = what not in _REFUSED_ANYWAY
        may = grantable and (self._may_file or what not in FILINGS)
        self._ledger.write(Kind.INVOKE, op=op, what=what.value, may=may, grantable=grantable)

        def work(outgoing: Outgoing) -> str:
            question = self._question(what, op, outgoing.frame, random)
            if question.message_id is not None:
                outgoing.frame = replace(
                    outgoing.frame, ids=_ids_with(question.message_id, outgoing.frame.ids)
                )
            posting = Posting(
                to=question.to, payload=question.payload, lane=question.lane, answers=False
            )
            message_id = outgoing.post(posting)
            self._seat.disk.note(
                Kind.ACCEPTED, op=op, message_id=message_id, items=list(question.items)
            )
            return message_id

        try:
            message_id = self._seat.transact(work)
        except CrashError as crash:
            self._ledger.write(Kind.INFO, op=op, why=str(crash))
            self._seat.crash(str(crash))
        except (GatewayError, TrustError, ProcessLookupError) as error:
            self._ledger.write(Kind.FAIL, op=op, why=type(error).__name__)
        else:
            self._ledger.write(Kind.OK, op=op, message_id=message_id)

    def lie(self, lie: Lie, victim: Client) -> None:
        """Speaks of the newest message of ``victim`` to a third party as if it were its own."""
        about = victim.newest_message_not_to(self.party)
        if about is None or not self._seat.alive:
            return

        def work(outgoing: Outgoing) -> None:
            payload, reply_to = _lie(lie, about, outgoing.frame)
            posting = Posting(to=victim.party, payload=payload, lane=Lane.URGENT, answers=True)
            self._seat.disk.note(Kind.LIED, message_id=about)
            outgoing.post(posting, in_reply_to=reply_to)

        try:
            self._seat.transact(work)
        except CrashError as crash:
            self._seat.crash(str(crash))
        except (GatewayError, TrustError):
            return

    def newest_message_not_to(self, party: str) -> str | None:
        """The message id of what this party sent last to somebody else than ``party``."""
        for line in reversed(self._ledger.lines):
            if line["kind"] == Kind.SENT and line["to"] != party and line["type"] not in LINK_TYPES:
                return str(line["message_id"])
        return None

    def known_records(self) -> list[tuple[FirearmRecord, int]]:
        """Its records that the registry answered for, with the versions that it was told."""
        self._read_ledger()
        return [(self._records[one], self._versions[one]) for one in sorted(self._versions)]

    # --- what it asks -------------------------------------------------------------------------

    def _question(self, what: What, op: str, frame: Frame, random: Random) -> Question:
        self._read_ledger()
        kind, build = self.TABLE[what]
        urgent = what in (What.SEARCH_URGENT, What.SEIZURE)
        context = frame.context(
            kind,
            purpose=PurposeCode.OBJECT_OF_POLICE_INTEREST,
            case_reference=op,
            urgency="object in sight" if urgent else None,
        )
        return build(self, frame, context, random)

    def _read_ledger(self) -> None:
        for line in self._ledger.lines[self._read :]:
            for result in line.get("results", ()):
                if result["version"] is not None and result["record"] in self._records:
                    known = self._versions.get(result["record"], 0)
                    self._versions[result["record"]] = max(known, result["version"])
        self._read = len(self._ledger.lines)

    def _new_record(self, frame: Frame, random: Random) -> FirearmRecord:
        number = str(random.randint(1, 20))
        record = firearms.a_record(frame, number, firearms.serial_of(random), random)
        self._records.setdefault(record.record_id, record)
        return record

    def _known_record(self, frame: Frame, random: Random) -> tuple[FirearmRecord, int]:
        if not self._versions:
            return self._new_record(frame, random), 1  # not filed yet: the registry says so
        record_id = random.choice(sorted(self._versions))
        return self._records[record_id], self._versions[record_id]

    def _submit(self, frame: Frame, context: Context, random: Random) -> Question:
        record = self._new_record(frame, random)
        return Question(payload=FirearmRecordSubmit(context=context, firearm_record=record))

    def _update(self, frame: Frame, context: Context, random: Random) -> Question:
        record, base = self._known_record(frame, random)
        base = max(base - random.choice((0, 0, 0, 1)), 1)  # now and then from an old version
        update = RecordUpdate(
            base_version=base,
            firearm_record=firearms.a_next_version(record, base, context.case_reference or ""),
        )
        return Question(payload=FirearmRecordUpdate(context=context, record_update=update))

    def _foreign(self, frame: Frame, context: Context, random: Random) -> Question:
        known = [
            one for other in self._others() if other is not self for one in other.known_records()
        ]
        if not known:
            return self._status(frame, context, random)
        theirs, base = random.choice(known)
        # An update names its owner, who is checked too; a change of status names nobody.
        change = firearms.a_status_change(theirs, base)
        return Question(payload=FirearmRecordStatusChange(context=context, status_change=change))

    def _status(self, frame: Frame, context: Context, random: Random) -> Question:
        record, base = self._known_record(frame, random)
        change = firearms.a_status_change(record, base)
        return Question(payload=FirearmRecordStatusChange(context=context, status_change=change))

    def _batch(self, frame: Frame, context: Context, random: Random) -> Question:
        items = [
            RecordBatchItem(item_id=f"r{number}", firearm_record=self._new_record(frame, random))
            for number in range(random.randint(1, 4))
        ]
        record, base = self._known_record(frame, random)
        change = firearms.a_status_change(record, base)
        items.append(RecordBatchItem(item_id="s", status_change=change))
        return Question(
            payload=RecordBatch(context=context, record_batch_item=tuple(items)),
            lane=Lane.BULK,
            items=tuple(item.item_id for item in items),
        )

    def _search(self, frame: Frame, context: Context, random: Random) -> Question:
        serial = firearms.serial_of(random)
        search = firearms.a_search(frame, serial)
        self._searches.append((search.search_id, serial))
        lane = Lane.URGENT if context.urgency_justification_text else Lane.ROUTINE
        return Question(payload=SearchRequest(context=context, search=search), lane=lane)

    def _search_again(self, frame: Frame, context: Context, random: Random) -> Question:
        if not self._searches:
            return self._search(frame, context, random)
        search_id, serial = random.choice(self._searches)
        search = firearms.a_search(frame, serial, search_id)
        return Question(payload=SearchRequest(context=context, search=search))

    def _searches_many(self, frame: Frame, context: Context, random: Random) -> Question:
        items = tuple(
            SearchBatchItem(
                item_id=f"q{number}",
                search=firearms.a_search(frame, firearms.serial_of(random)),
            )
            for number in range(random.randint(1, 4))
        )
        return Question(
            payload=SearchBatch(context=context, search_batch_item=items),
            lane=Lane.BULK,
            items=tuple(item.item_id for item in items),
        )

    def _seizure(self, frame: Frame, context: Context, random: Random) -> Question:
        serials = tuple(firearms.serial_of(random) for _ in range(random.randint(1, 2)))
        seizure = firearms.a_seizure(frame, serials)
        return Question(
            payload=SeizureNotice(context=context, seizure=seizure),
            lane=Lane.URGENT,
            items=tuple(item.item_id for item in seizure.seized_firearm),
        )

    def _misaddressed(self, frame: Frame, context: Context, random: Random) -> Question:
        to = random.choice([other.party for other in self._others() if other is not self])
        return replace(self._search(frame, context, random), to=to)

    def _wrong_mode(self, frame: Frame, context: Context, random: Random) -> Question:
        return self._search(frame, replace(context, test_indicator=False), random)

    def _twin_id(self, frame: Frame, context: Context, random: Random) -> Question:
        own = {line.get("message_id") for line in self._ledger.lines}
        taken = [other.newest_message_not_to("") for other in self._others() if other is not self]
        free = [message_id for message_id in taken if message_id and message_id not in own]
        question = self._search(frame, context, random)
        return replace(question, message_id=random.choice(free)) if free else question

    TABLE: ClassVar[Mapping[What, tuple[str, Builder]]] = {
        What.SUBMIT: ("REC_SUBMIT", _submit),
        What.UPDATE: ("REC_UPDATE", _update),
        What.STATUS: ("REC_STATUS", _status),
        What.FOREIGN: ("REC_STATUS", _foreign),
        What.BATCH: ("REC_BATCH", _batch),
        What.SEARCH: ("SEARCH_REQUEST", _search),
        What.SEARCH_URGENT: ("SEARCH_REQUEST", _search),
        What.SEARCH_AGAIN: ("SEARCH_REQUEST", _search_again),
        What.SEARCHES: ("SEARCH_BATCH", _searches_many),
        What.SEIZURE: ("SEIZURE_NOTICE", _seizure),
        What.MISADDRESSED: ("SEARCH_REQUEST", _misaddressed),
        What.WRONG_MODE: ("SEARCH_REQUEST", _wrong_mode),
        What.TWIN_ID: ("SEARCH_REQUEST", _twin_id),
    }


def _ids_with(message_id: str, ids: IdSource) -> IdSource:
    """Ids whose next message id is ``message_id``: 48 bits of time and 74 of chance, as given."""
    octets = UUID(message_id).bytes
    milliseconds = int.from_bytes(octets[:6], "big")
    # In the middle of its millisecond, so that no rounding leads to the one before.
    instant = datetime.fromtimestamp((milliseconds + 0.5) / 1000, UTC)
    return replace(ids, now=lambda: instant, random=lambda count: octets[6 : 6 + count])


def _lie(lie: Lie, about: str, frame: Frame) -> tuple[Payload, str | None]:
    now = frame.now.replace(microsecond=frame.now.microsecond // 1000 * 1000)
    match lie:
        case Lie.RECEIPT:
            item = ReceiptItem(
                message_id=about,
                outcome_code=ReceiptOutcomeCode.APPLIED,
                level_code=ReceiptLevelCode.APPLICATION,
                received_timestamp=now,
                envelope_digest=_DIGEST,
            )
            return Receipt(receipt_item=(item,)), None
        case Lie.FAULT:
            fault = Fault(
                message_id=about,
                fault_code=EndpointError.code,
                retryable_indicator=False,
                message_text="no",
            )
            return fault, about
        case Lie.ANSWER:
            answer = SearchResponse(
                context=frame.context(
                    "SEARCH_RESPONSE", purpose=PurposeCode.OBJECT_OF_POLICE_INTEREST
                ),
                search_result=SearchResult(
                    search_id=frame.ids.search_id(frame.country),
                    result_code=SearchResultCode.NO_HIT,
                    registry_timestamp=now,
                ),
            )
            return answer, about
