"""Seals what handlers post into the outbox, inside the transaction that decided it.

It does not publish: the walk does, after the commit.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from gateway.endpoint.arrivals import Arrival, open_kept
from gateway.endpoint.terms import Station, Terms
from gateway.endpoint.witness import Witness
from gateway.envelope import Draft, seal
from gateway.frame import Frame
from gateway.ids import Lane, country_of
from gateway.payload import PAYLOAD_SCHEMA, Payload, encode, message_type
from gateway.posting import Posting, Sealed
from gateway.store import NOBODY_AWAITED, Awaited, JournalLine, OutboxRow, Unit
from keys import Directory, TrustError

RECEIPT = "RECEIPT"
LINK_TYPES = frozenset(
    {
        RECEIPT,
        "DELIVERY_STATEMENT",
        "RESEND_REQUEST",
        "KEPT_MESSAGES",
        "DIRECTORY_ACK",
        "TRUST_DOCUMENTS",
    }
)
"""What two endpoints tell one another: neither numbered nor receipted (docs/spec/exchange.md 7)."""
_NOT_COUNTED = (
    0  # receipts are repeated, never resent: a lost one is no gap (docs/spec/exchange.md)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Departing:
    """A sealed message, committed and ready to be published."""

    message_id: str
    lane: Lane
    receipt: bool
    octets: bytes


class Outgoing:
    """The outgoing side of one transaction."""

    def __init__(
        self,
        unit: Unit,
        *,
        station: Station,
        directory: Directory,
        terms: Terms,
        now: datetime,
        room: int,
        first_wait: timedelta,
        witness: Witness | None = None,
        awaited: Awaited = NOBODY_AWAITED,
    ) -> None:
        self.unit = unit
        self.frame: Frame = station.frame(now)
        self.departing: list[Departing] = []
        self.posted: list[OutboxRow] = []
        self._station = station
        self._directory = directory
        self._terms = terms
        self._room = room
        self._first_wait = first_wait
        self._witness = witness
        self._awaited = awaited
        self.waiting: set[str] = set()  # to whom something was posted that stays here
        self.left_behind = False  # the window was full: the outbox holds more than departs now

    def office_of(self, country: str, message_type: str) -> str | None:
        """The party of ``country`` that may send ``message_type``; its NCB where there are more."""
        able = sorted(
            name
            for name in self._directory.parties
            if country_of(name) == country and self._directory.may_send(name, message_type)
        )
        national = f"{country}-NCB"
        return national if national in able else next(iter(able), None)

    def able(self, message_type: str) -> list[str]:
        """Every other party that may send ``message_type``, in the order of their names."""
        return sorted(
            name for name in self.others() if self._directory.may_send(name, message_type)
        )

    def knows(self, party: str) -> bool:
        """Whether something can be sealed to ``party``."""
        return party in self._directory.parties

    def post(self, posting: Posting, *, in_reply_to: str | None = None) -> str:
        """Seals ``posting`` and keeps it until its receipt; returns its message id."""
        in_reply_to = in_reply_to or posting.reply_to
        kind = message_type(posting.payload)
        message_id = self.frame.ids.message_id()
        content = encode(posting.payload)
        try:
            recipient = self._directory.recipient(posting.to)
        except TrustError as error:
            self._keep_unsendable(posting, message_id, kind, content, error)
            return message_id
        now = self.frame.now
        counted = kind not in LINK_TYPES
        seq = self.unit.outbox.next_seq(posting.to) if counted else _NOT_COUNTED
        wrappers: list[bytes] = []
        keys: list[bytes] = []
        octets = seal(
            content,
            Draft(
                message_id=message_id,
                message_type=kind,
                created=now,
                expires=now + self._terms.valid,
                lane=posting.lane,
                in_reply_to=in_reply_to,
                directory_version=self._directory.version,
                schema=PAYLOAD_SCHEMA,
            ),
            by=self._station.signer(self._directory),
            to=[(recipient, seq)],
            random=self._station.random,
            commit=wrappers.append,
            hold=keys.append,
        )
        if posting.keep is not None:
            posting.keep(Sealed(message_id=message_id, octets=octets, wrapper=wrappers[0]))
        waits = self._awaited.holds(posting.to, needs_receipt=counted)
        has_room = len(self.departing) < self._room
        self.left_behind = self.left_behind or not (has_room or waits)
        at_once = has_room and not waits
        row = OutboxRow(
            message_id=message_id,
            recipient=posting.to,
            message_type=kind,
            lane=posting.lane,
            needs_receipt=counted,
            in_reply_to=in_reply_to,
            created=now,
            expires=now + self._terms.valid,
            attempts=1 if at_once else 0,
            next_try=now + (self._first_wait if at_once else timedelta(0)),
            octets=octets,
            seq=seq,
            content_key=keys[0],
        )
        self.unit.outbox.add(row)
        self.posted.append(row)
        if at_once:
            self.departing.append(
                Departing(
                    message_id=message_id, lane=posting.lane, receipt=not counted, octets=octets
                )
            )
        if counted:
            self.unit.pairs.number(posting.to, seq, message_id)
            self._note("message.posted", posting.to, message_id, kind)
            if waits:
                self.waiting.add(posting.to)
                self._note("message.waits", posting.to, message_id, kind)
        if self._witness is not None:
            self._witness.posted(
                posting.payload,
                message_id=message_id,
                to=posting.to,
                unit=self.unit,
                frame=self.frame,
            )
        return message_id

    def open_kept(self, octets: bytes, source: str) -> Arrival | None:
        """A message that a peer kept, opened; see ``arrivals.open_kept``."""
        return open_kept(
            octets,
            source=source,
            station=self._station,
            directory=self._directory,
            now=self.frame.now,
        )

    def others(self) -> set[str]:
        """Every other party of the directory in force to which something can be sealed."""
        directory = self._directory
        everybody = set(directory.parties) - {self._station.party}
        return {each for each in everybody if directory.reaches(each)}

    @property
    def awaited(self) -> frozenset[str]:
        """The parties of the directory in force that are not active yet."""
        return self._directory.awaited

    def may_send(self, recipient: str, payload: Payload) -> bool:
        """Whether the directory in force knows ``recipient`` and lets us send such a payload."""
        directory = self._directory
        return recipient in directory.parties and directory.may_send(
            self._station.party, message_type(payload)
        )

    def _keep_unsendable(
        self, posting: Posting, message_id: str, kind: str, content: bytes, error: TrustError
    ) -> None:
        # The effect that led here stands; what cannot be sealed to anybody is kept in sight.
        self.unit.deadletters.set_aside(
            content,
            now=self.frame.now,
            source=f"outgoing:{posting.to}",
            code="endpoint.no-recipient",
            reason=f"nothing can be sealed to {posting.to}: {error}",
            proven=True,
            sender=self._station.party,
            message_id=message_id,
            message_type=kind,
        )
        self._note("message.unsendable", posting.to, message_id, kind)

    def _note(self, event: str, peer: str, message_id: str, kind: str) -> None:
        self.unit.journal.add(
            JournalLine(
                at=self.frame.now,
                event=event,
                peer=peer,
                message_id=message_id,
                message_type=kind,
            )
        )
