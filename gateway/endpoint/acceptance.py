"""Accepts each message once: first time its effect, again its first outcome, refused its reason.

Everything happens inside the transaction that it is given.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from gateway.endpoint.activity import not_active
from gateway.endpoint.arrivals import RELAY_SOURCE, Arrival
from gateway.endpoint.between import Between, octets_of
from gateway.endpoint.canonical import Fate
from gateway.endpoint.desk import Desk, EndpointError, Received, Refusal, TooOldError
from gateway.endpoint.faults import fault_of
from gateway.endpoint.handing import Handing
from gateway.endpoint.outgoing import LINK_TYPES, Outgoing
from gateway.endpoint.receipts import Outcome, Receipts
from gateway.endpoint.redating import Redating
from gateway.endpoint.replays import RelayRefusedError
from gateway.endpoint.staleness import Staleness, held
from gateway.endpoint.trustpost import TrustPost
from gateway.endpoint.witness import Witness
from gateway.envelope import EnvelopeRefusedError, FutureError, Header, peek_header
from gateway.errors import GatewayError
from gateway.ids import REGISTRY_PARTY
from gateway.payload import (
    DeliveryStatement,
    DirectoryAck,
    Fault,
    KeptMessages,
    Payload,
    Receipt,
    ReceiptOutcomeCode,
    ResendRequest,
    TrustDocuments,
)
from gateway.posting import Posting
from gateway.store import REFUSED, JournalLine, Taken, Unit

FAULT = "FAULT"
_UNANSWERED = (*sorted(LINK_TYPES), FAULT)  # a fault about a fault would never end


class Acceptance:
    """The rules of (3): at most one effect an id, one first answer, nothing lost."""

    def __init__(
        self,
        *,
        desk: Desk,
        party: str,
        between: Between,
        trust: TrustPost,
        handing: Handing,
        redating: Redating,
        remembers: timedelta,
        stale: Staleness,
        witness: Witness | None = None,
    ) -> None:
        """``remembers`` is how long the inbox knows what it took: more than a message lives."""
        self._remembers = remembers
        self._desk = desk
        self._stale = stale
        self._trust = trust
        self._handing = handing
        self._redating = redating
        self._between = between
        self._witness = witness
        self._party = party

    def accept(
        self, arrivals: Sequence[Arrival], outgoing: Outgoing, receipts: Receipts
    ) -> dict[int, Fate]:
        """Handles ``arrivals`` in order and posts what they lead to; notes the receipts owed.

        Returns what became of each, by its ``id``. Raises what the desk raises; the caller then
        takes the arrivals one by one.
        """
        unit = outgoing.unit
        replayed = [a.key for a in arrivals if a.delivery is None and a.key is not None]
        for key in replayed:
            self._reopen(unit, *key)
        known = unit.inbox.known([a.key for a in arrivals if a.key is not None])
        fates = dict.fromkeys(map(id, arrivals), Fate.SET_ASIDE)
        for arrival in arrivals:
            if not arrival.relayed:
                self._refused_by_relay(arrival, outgoing)
            elif arrival.key is None or arrival.header is None:
                self._set_aside(arrival, arrival.error, outgoing, proven=False)
            elif arrival.key in known:
                fates[id(arrival)] = Fate.REPEATED
                self._repeated(arrival.header, known[arrival.key], receipts, outgoing)
                if arrival.delivery is None:
                    unit.deadletters.done(arrival.digest)
            elif self._is_too_old(arrival.header, outgoing):
                # Its sender gave it up long ago, if it was not receipted: a fault now could only
                # contradict what was answered then.
                self._set_aside(arrival, _too_old(arrival.header), outgoing, proven=True)
            elif (waits := self._put_by(arrival.header, arrival, outgoing)) is not None:
                self._set_aside(arrival, waits, outgoing, proven=True)
            elif arrival.error is not None or arrival.payload is None:
                fates[id(arrival)] = Fate.REFUSED
                known[arrival.key] = self._refused(arrival, arrival.error, receipts, outgoing)
            else:
                fates[id(arrival)] = Fate.APPLIED
                known[arrival.key] = self._first(arrival, arrival.payload, receipts, outgoing)
        return fates

    def refuse(
        self, arrival: Arrival, error: GatewayError, outgoing: Outgoing, receipts: Receipts
    ) -> None:
        """Ends ``arrival``, whose handling failed with ``error``, in an explicit failure.

        Its sender is told, unless it was told before or is not proven: then it is set aside alone.
        """
        key = arrival.key
        if arrival.relayed and key is not None and not outgoing.unit.inbox.known([key]):
            self._refused(arrival, error, receipts, outgoing)
        else:
            self._set_aside(arrival, error, outgoing, proven=key is not None)

    def _put_by(self, header: Header, arrival: Arrival, outgoing: Outgoing) -> EndpointError | None:
        """Why a sound message waits: an old beacon, or a sender that has not proved its mailbox."""
        if arrival.payload is None:
            return None
        if self._stale.holds(header.message_type):
            return held()
        if self._trust.activity.holds(header.sender, header.message_type):
            self._trust.probe(header.sender, outgoing)
            if header.sender in outgoing.awaited:
                self._handing.lacks([header.sender], outgoing.frame.now)
            return not_active(header.sender)
        return None

    # --- one message --------------------------------------------------------------------------

    def _first(
        self, arrival: Arrival, payload: Payload, receipts: Receipts, outgoing: Outgoing
    ) -> Taken:
        header = _proven(arrival)
        unit, now = outgoing.unit, outgoing.frame.now
        if header.in_reply_to is not None and header.message_type not in _UNANSWERED:
            # An answer is the receipt of what it answers; only its addressee's word counts.
            unit.outbox.settle(header.in_reply_to, header.sender)
        answer_id: str | None = None
        if isinstance(payload, Receipt):
            self._settle(payload, header.sender, unit)
        elif isinstance(payload, DeliveryStatement | ResendRequest | KeptMessages):
            if isinstance(payload, KeptMessages):
                self._take_kept(header.sender, payload, outgoing)
            self._between.take(header.sender, payload, outgoing)
        elif isinstance(payload, DirectoryAck):
            self._trust.hear(header, payload, outgoing)
        elif isinstance(payload, TrustDocuments):
            self._handing.take(header, payload, outgoing)
        else:
            answer_id = self._effect(arrival, header, payload, outgoing)
            if answer_id is None:
                receipts.owe(
                    header.sender,
                    header.lane,
                    message_id=header.message_id,
                    outcome=Outcome.APPLIED,
                    received=now,
                    digest=arrival.digest,
                )
        if arrival.delivery is None:
            unit.deadletters.done(arrival.digest)
        return self._remember(arrival, Outcome.APPLIED, None, answer_id, outgoing)

    def _take_kept(self, sender: str, answer: KeptMessages, outgoing: Outgoing) -> None:
        """Takes in what never came, or was lost with an older database, as its sender kept it."""
        for kept in answer.kept_message:
            try:
                octets = octets_of(kept)
            except ValueError:
                continue  # it stays missing, and in sight
            arrival = outgoing.open_kept(octets, f"kept:{sender}")
            if arrival is None or (arrival.header and arrival.header.sender != sender):
                continue  # a party hands on its own messages, nobody else's
            key = arrival.key
            if key is not None and outgoing.unit.inbox.known([key]):
                continue
            if key is None or arrival.payload is None or arrival.error is not None:
                self._set_aside(arrival, arrival.error, outgoing, proven=key is not None)
                continue
            if self._is_too_old(_proven(arrival), outgoing):
                self._set_aside(arrival, _too_old(_proven(arrival)), outgoing, proven=True)
                continue
            try:
                self._again(arrival, arrival.payload, outgoing)
            except GatewayError as error:
                self._set_aside(arrival, error, outgoing, proven=True)

    def _again(self, arrival: Arrival, payload: Payload, outgoing: Outgoing) -> None:
        header = _proven(arrival)
        if header.in_reply_to is not None and header.message_type not in _UNANSWERED:
            outgoing.unit.outbox.settle(header.in_reply_to, header.sender)
        # Its sender settled it long ago: nobody waits for an answer any more (exchange 7.4).
        answer_id = self._effect(arrival, header, payload, outgoing, settled=True)
        self._remember(arrival, Outcome.APPLIED, None, answer_id, outgoing)

    def _effect(
        self,
        arrival: Arrival,
        header: Header,
        payload: Payload,
        outgoing: Outgoing,
        *,
        settled: bool = False,
    ) -> str | None:
        if isinstance(payload, Fault):
            self._take_fault(header, payload, outgoing)
            return None
        late = header.expires <= outgoing.frame.now
        received = Received(
            message_id=header.message_id,
            sender=header.sender,
            message_type=header.message_type,
            lane=header.lane,
            in_reply_to=header.in_reply_to,
            payload=payload,
            octets=arrival.octets,
            wrapper=arrival.wrapper,
            settled=settled,
            late=late,
        )
        answer_id: str | None = None
        for posting in self._desk.handle(received, outgoing.unit, outgoing.frame):
            if settled and (posting.answers or late):
                continue
            reply_to = header.message_id if posting.answers else None
            message_id = outgoing.post(posting, in_reply_to=reply_to)
            if posting.answers and posting.to == header.sender:
                answer_id = message_id
        if self._witness is not None:
            self._witness.taken(
                payload,
                message_id=header.message_id,
                sender=header.sender,
                in_reply_to=header.in_reply_to,
                unit=outgoing.unit,
                frame=outgoing.frame,
            )
        return answer_id

    def _take_fault(self, header: Header, fault: Fault, outgoing: Outgoing) -> None:
        refused = header.in_reply_to
        if refused is None and fault.message_id is not None:
            self._take_late_fault(header.sender, fault.message_id, fault, outgoing)
        if refused is None or (fault.message_id is not None and fault.message_id != refused):
            return
        unit = outgoing.unit
        if header.sender == REGISTRY_PARTY and fault.fault_code == FutureError.code:
            # Nothing is wrong with it but its date: it is no failure, and waits for our clock.
            self._redating.refused(refused, header.created, outgoing)
            return
        if header.sender == REGISTRY_PARTY or unit.outbox.waits(refused, header.sender):
            unit.pairs.ended(refused, REFUSED)
        if header.sender == REGISTRY_PARTY:
            # The relay refuses for every recipient, and the centre's hub speaks for the relay.
            unit.outbox.settle_all(refused)
        elif unit.outbox.waits(refused, header.sender):
            unit.outbox.settle(refused, header.sender)
        else:
            return  # nobody ends what was not addressed to it
        refusal = Refusal(message_id=refused, sender=header.sender, fault=fault)
        self._pass_on(refusal, outgoing)

    def _take_late_fault(
        self, sender: str, message_id: str, fault: Fault, outgoing: Outgoing
    ) -> None:
        """A message that was receipted is refused after all; only its addressee's word counts."""
        kept = outgoing.unit.evidence.sent([message_id]).get(message_id)
        ours = None if kept is None else peek_header(kept.octets)  # we sealed it ourselves
        if ours is None or sender not in {one.party for one in ours.to}:
            return
        refusal = Refusal(message_id=message_id, sender=sender, fault=fault, late=True)
        self._pass_on(refusal, outgoing)

    def _pass_on(self, refusal: Refusal, outgoing: Outgoing) -> None:
        unit, frame = outgoing.unit, outgoing.frame
        self._desk.refused(refusal, unit, frame)
        if self._witness is not None:
            self._witness.refused(refusal.message_id, sender=refusal.sender, unit=unit, frame=frame)

    @staticmethod
    def _settle(receipt: Receipt, sender: str, unit: Unit) -> None:
        for item in receipt.receipt_item:
            # A refusal's fault is on its way in the peer's outbox, and says why: wait for it.
            if item.outcome_code is not ReceiptOutcomeCode.REFUSED:
                unit.outbox.settle(item.message_id, sender)

    @staticmethod
    def _repeated(header: Header, taken: Taken, receipts: Receipts, outgoing: Outgoing) -> None:
        if taken.message_type in LINK_TYPES:
            return
        if taken.answer_id is not None and outgoing.unit.outbox.hurry(
            taken.answer_id, outgoing.frame.now
        ):
            # The answer is the receipt. Another one now would end the request at its sender, and
            # an answer that then expires on its way would leave it without any.
            return
        receipts.owe(
            taken.sender,
            header.lane,
            message_id=taken.message_id,
            outcome=Outcome(taken.outcome),
            received=taken.received,
            digest=taken.digest,
            fault_code=taken.fault_code,
        )

    def _refused(
        self,
        arrival: Arrival,
        error: GatewayError | None,
        receipts: Receipts,
        outgoing: Outgoing,
    ) -> Taken:
        header = _proven(arrival)
        error = error or GatewayError("the message was refused")
        answer_id: str | None = None
        if header.message_type in _UNANSWERED:
            if header.message_type == FAULT:
                receipts.owe(
                    header.sender,
                    header.lane,
                    message_id=header.message_id,
                    outcome=Outcome.APPLIED,
                    received=outgoing.frame.now,
                    digest=arrival.digest,
                )
        else:
            answer_id = self._post_fault(header, error, outgoing)
        self._set_aside(arrival, error, outgoing, proven=True)
        return self._remember(arrival, Outcome.REFUSED, error.code, answer_id, outgoing)

    def _refused_by_relay(self, arrival: Arrival, outgoing: Outgoing) -> None:
        if self._is_ours_and_early(arrival):
            self._dated_too_late(arrival, outgoing)
            return
        # Again is no news; for another reason it is: what might have passed may not any more.
        news = self._set_aside(arrival, arrival.error, outgoing, proven=arrival.header is not None)
        header = arrival.header
        if not news or header is None or arrival.error is None:
            return
        if arrival.error.retryable and arrival.error.code != FutureError.code:
            return  # what may pass later is sent again by its sender, until its time is over
        # Only what came over the sender's own line is the sender's doing: a member that sends
        # another's message as its own must not have that other told that it was refused.
        if arrival.source != f"{RELAY_SOURCE}{header.sender}":
            return
        # What was taken here stays answered as it was: only its repeat was not carried.
        was_taken = arrival.key is not None and bool(outgoing.unit.inbox.known([arrival.key]))
        if header.message_type in _UNANSWERED or header.sender == self._party or was_taken:
            return
        if self._is_too_old(header, outgoing):
            return  # it may have been taken: nobody here knows any more
        self._post_fault(header, arrival.error, outgoing)

    def _is_ours_and_early(self, arrival: Arrival) -> bool:
        return (
            arrival.header is not None
            and arrival.header.sender == self._party
            and arrival.source == f"{RELAY_SOURCE}{self._party}"
            and arrival.error is not None
            and arrival.error.code == FutureError.code
        )

    def _dated_too_late(self, arrival: Arrival, outgoing: Outgoing) -> None:
        """The centre's own clock is ahead. What nobody receipts is said anew when it is due."""
        header, error = _proven(arrival), arrival.error
        at = error.at if isinstance(error, RelayRefusedError) else None
        self._redating.refused(header.message_id, at or outgoing.frame.now, outgoing)

    # --- parts --------------------------------------------------------------------------------

    def _is_too_old(self, header: Header, outgoing: Outgoing) -> bool:
        """Whether the inbox may have forgotten that it took this message."""
        return header.created <= outgoing.frame.now - self._remembers

    @staticmethod
    def _post_fault(header: Header, error: GatewayError, outgoing: Outgoing) -> str:
        posting = Posting(
            to=header.sender,
            payload=fault_of(error, header.message_id),
            lane=header.lane,
            answers=True,
        )
        return outgoing.post(posting, in_reply_to=header.message_id)

    @staticmethod
    def _reopen(unit: Unit, sender: str, message_id: str) -> None:
        taken = unit.inbox.known([(sender, message_id)]).get((sender, message_id))
        if taken is not None and taken.outcome == Outcome.REFUSED:
            unit.inbox.forget(sender, message_id)

    @staticmethod
    def _set_aside(
        arrival: Arrival, error: GatewayError | None, outgoing: Outgoing, *, proven: bool
    ) -> bool:
        header, unit = arrival.header, outgoing.unit
        error = error or GatewayError("the message was refused")
        # The internal reason is for our operators only; it is never in the fault.
        detail = f" ({error.reason})" if isinstance(error, EnvelopeRefusedError) else ""
        unit.inbox.clear_failures(arrival.digest)
        return unit.deadletters.set_aside(
            arrival.octets,
            now=outgoing.frame.now,
            source=arrival.source,
            code=error.code,
            reason=f"{error}{detail}",
            proven=proven,
            sender=header.sender if header else None,
            message_id=header.message_id if header else None,
            message_type=header.message_type if header else None,
        )

    def _remember(
        self,
        arrival: Arrival,
        outcome: Outcome,
        fault_code: str | None,
        answer_id: str | None,
        outgoing: Outgoing,
    ) -> Taken:
        header = _proven(arrival)
        counted = header.to[0].seq if len(header.to) == 1 else 0
        taken = Taken(
            sender=header.sender,
            message_id=header.message_id,
            message_type=header.message_type,
            seq=counted,
            received=outgoing.frame.now,
            outcome=outcome.value,
            fault_code=fault_code,
            digest=arrival.digest,
            answer_id=answer_id,
        )
        outgoing.unit.inbox.add(taken, arrival.octets)
        if counted:
            self._between.touched(header.sender, outgoing.frame.now)
        if header.message_type not in LINK_TYPES:
            outgoing.unit.journal.add(
                JournalLine(
                    at=outgoing.frame.now,
                    event="message.applied" if outcome is Outcome.APPLIED else "message.refused",
                    peer=header.sender,
                    message_id=header.message_id,
                    message_type=header.message_type,
                    detail=fault_code,
                )
            )
        return taken


def _too_old(header: Header) -> TooOldError:
    return TooOldError(
        "the message is older than anything that is remembered here",
        place="Header/Created",
        value=header.created.isoformat(),
        expected="a message younger than keep_inbox_s",
        remedy="ask its sender for a new message, if it never had its effect",
    )


def _proven(arrival: Arrival) -> Header:
    if arrival.header is None:
        raise ValueError("only a message of a proven sender gets here")
    return arrival.header
