"""Settles what two parties hold of one another's messages: statements, gaps, what is sent again.

A number that never came is asked for again; what its sender settled long ago comes as it was
kept. It handles no message's effect: ``Acceptance`` does.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from gateway.endpoint.outgoing import Outgoing
from gateway.endpoint.terms import Terms
from gateway.ids import Lane
from gateway.log import Logger
from gateway.payload import (
    DeliveryStatement,
    KeptMessage,
    KeptMessages,
    NumberRange,
    ResendRequest,
)
from gateway.posting import Posting
from gateway.store import JournalLine, Numbered, Pair

OwnAffair = DeliveryStatement | ResendRequest | KeptMessages

RANGES_MOST = 100  # of one request; pair.xsd
KEPT_AT_ONCE = 50  # messages of one answer; pair.xsd
GONE_AT_ONCE = 1_000  # ranges of one answer; pair.xsd
KEPT_OCTETS = 2 * 1024 * 1024  # of one answer: sealed and in base64 they fit an envelope
_ONE_MOST = 3 * 1024 * 1024  # a single message that still fits an answer of its own
_PART = 65_536  # characters of base64; pair.xsd
_DAILY = timedelta(days=1)
_LINGER = timedelta(seconds=1)
_ASK_LONGEST = timedelta(hours=1)
_DOUBLINGS_MOST = 12


@dataclass(slots=True)
class _Gap:
    """What is missing of a peer: since when it is known, and when it is asked for next."""

    first: int
    ask_at: datetime
    asked: int = 0


class Between:
    """One endpoint's side of every pair. What it remembers in memory, a crash may forget."""

    def __init__(self, party: str, terms: Terms, log: Logger) -> None:
        self._party = party
        self._terms = terms
        self._log = log
        self._touched: set[str] = set()
        self._look_at: datetime | None = None  # when those that were touched are looked at
        self._gaps: dict[str, _Gap] = {}
        self._greet = True  # this process has not told anybody yet how far it is
        self._restored: set[str] = set()  # peers that know a newer database than this one
        self._daily_at: datetime | None = None

    # --- when ---------------------------------------------------------------------------------

    def touched(self, peer: str, now: datetime) -> None:
        """A numbered message of ``peer`` came. Many are looked at together: each is a commit."""
        self._touch(peer, now + _LINGER)

    def clock_set_back(self, now: datetime) -> None:
        """What was planned by the clock as it was would wait until that hour comes again."""
        self._daily_at = None
        self._greet = True  # what was said by that clock may have been refused as of the future
        if self._look_at is not None:
            self._look_at = now
        for gap in self._gaps.values():
            gap.ask_at = min(gap.ask_at, now + self._terms.gap_patience)

    def due(self, now: datetime) -> bool:
        """Whether ``tend`` has something to do."""
        asks = any(gap.ask_at <= now for gap in self._gaps.values())
        daily = self._daily_at is None or now >= self._daily_at
        return self._greet or daily or asks or (self._look_at is not None and now >= self._look_at)

    def tend(self, outgoing: Outgoing) -> None:
        """States what is due, looks for gaps, and asks for what did not come in its time."""
        now, unit = outgoing.frame.now, outgoing.unit
        if self._greet or self._daily_at is None or now >= self._daily_at:
            for one in unit.pairs.all() or self._strangers(outgoing):
                self._touched.add(one.peer)
                if one.told_at is None and one.restored_at is not None:
                    self._restored.add(one.peer)
                if self._greet or one.told_at is None or now - one.told_at >= _DAILY:
                    self.state(one.peer, outgoing, answer=True)
            self._daily_at = now + _DAILY / 24
            self._greet = False
        for peer in sorted({*self._touched, *self._due_peers(now)}):
            self._look(peer, outgoing)
        self._touched.clear()
        self._look_at = None

    def state(self, peer: str, outgoing: Outgoing, *, answer: bool) -> bool:
        """Posts a statement to ``peer``, if it may; with ``answer`` it is asked for its own."""
        pairs, now = outgoing.unit.pairs, outgoing.frame.now
        one = pairs.of(peer)
        whole, ranges = pairs.missing(one)
        statement = DeliveryStatement(
            stated_timestamp=now.replace(microsecond=now.microsecond // 1000 * 1000),
            sent_number=pairs.sent_up_to(peer),
            held_number=max(pairs.held_up_to(peer), whole),
            missing_quantity=sum(last - first + 1 for first, last in ranges),
            gone_quantity=pairs.gone(peer),
            answer_indicator=answer,
        )
        posted = self._post(peer, statement, Lane.ROUTINE, outgoing)
        if posted:
            pairs.keep(replace(one, whole=whole, told_at=now))
        return posted

    # --- what comes ---------------------------------------------------------------------------

    def take(self, sender: str, payload: OwnAffair, outgoing: Outgoing) -> None:
        """Does what a statement or a request of ``sender`` asks for."""
        match payload:
            case DeliveryStatement():
                self._stated(sender, payload, outgoing)
            case ResendRequest():
                self._asked(sender, payload, outgoing)
            case KeptMessages():
                self._kept(sender, payload, outgoing)

    def _stated(self, peer: str, statement: DeliveryStatement, outgoing: Outgoing) -> None:
        pairs, now = outgoing.unit.pairs, outgoing.frame.now
        one = pairs.of(peer)
        one = replace(
            one,
            expected=max(one.expected, statement.sent_number),
            stated_at=now,
            they_hold=statement.held_number,
            they_miss=statement.missing_quantity,
            they_lost=statement.gone_quantity,
        )
        pairs.keep(one)
        self._not_above(peer, statement.held_number, outgoing)
        self._touch(peer, now)
        if statement.answer_indicator:
            self.state(peer, outgoing, answer=False)

    def _asked(self, peer: str, request: ResendRequest, outgoing: Outgoing) -> None:
        pairs, unit = outgoing.unit.pairs, outgoing.unit
        sent = pairs.sent_up_to(peer)
        kept: list[KeptMessage] = []
        gone: list[int] = []
        room = KEPT_OCTETS
        for number_range in request.number_range:
            first, last = number_range.first_number, min(number_range.last_number, sent)
            for some in self._numbered(peer, first, last, outgoing):
                if len(kept) >= KEPT_AT_ONCE or room <= 0 or len(gone) >= GONE_AT_ONCE:
                    break
                octets = self._octets_of(some, peer, outgoing)
                if octets is None:
                    gone.append(some.seq)
                elif octets:
                    kept.append(KeptMessage(number=some.seq, envelope_part=_parts(octets)))
                    room -= len(octets)
        if not kept and not gone:
            return  # all of it is on its way, and is hurried
        answer = KeptMessages(
            sent_number=sent, kept_message=tuple(kept), number_range=_ranges(gone)
        )
        self._post(peer, answer, Lane.BULK, outgoing)
        unit.journal.add(
            JournalLine(
                at=outgoing.frame.now,
                event="pair.sent-again",
                peer=peer,
                detail=f"{len(kept)} again, {len(gone)} never",
            )
        )

    def _kept(self, peer: str, answer: KeptMessages, outgoing: Outgoing) -> None:
        pairs, now = outgoing.unit.pairs, outgoing.frame.now
        one = pairs.of(peer)
        if answer.sent_number > one.expected:
            pairs.keep(replace(one, expected=answer.sent_number))
        ranges = [
            (r.first_number, min(r.last_number, answer.sent_number)) for r in answer.number_range
        ]
        news = pairs.never_come(peer, _bounded(ranges), now)
        if news:
            self._log.warning("pair.never-come", peer=peer, numbers=news)
            detail = f"{news} numbers"
            line = JournalLine(at=now, event="pair.never-come", peer=peer, detail=detail)
            outgoing.unit.journal.add(line)
        self._touch(peer, now)

    # --- parts --------------------------------------------------------------------------------

    def _strangers(self, outgoing: Outgoing) -> list[Pair]:
        """Everybody, for a database that knows nobody: it is new, or everything was lost with it.

        Whoever sent something to the one before says so in its answer (docs/spec/exchange.md 7.8).
        """
        return [Pair(peer=each) for each in sorted(outgoing.others())] if self._greet else []

    def _touch(self, peer: str, at: datetime) -> None:
        self._touched.add(peer)
        self._look_at = at if self._look_at is None else min(self._look_at, at)

    def _due_peers(self, now: datetime) -> list[str]:
        return [peer for peer, gap in self._gaps.items() if gap.ask_at <= now]

    def _look(self, peer: str, outgoing: Outgoing) -> None:
        """Notes how far ``peer`` is whole, and asks for what is missing too long."""
        pairs, now = outgoing.unit.pairs, outgoing.frame.now
        one = pairs.of(peer)
        whole, ranges = pairs.missing(one)
        if whole != one.whole:
            pairs.keep(replace(one, whole=whole))
        if not ranges:
            self._gaps.pop(peer, None)
            return
        gap = self._gaps.get(peer)
        if gap is None:
            # What a restored database lacks was not overtaken: it is asked for at once.
            patience = timedelta(0) if peer in self._restored else self._terms.gap_patience
            gap = self._gaps[peer] = _Gap(first=ranges[0][0], ask_at=now + patience)
            self._restored.discard(peer)
        if gap.asked and ranges[0][0] > gap.first:
            gap.asked, gap.ask_at = 0, now  # what was asked for has come: the next piece at once
        gap.first = ranges[0][0]
        if now < gap.ask_at:
            return
        request = ResendRequest(
            number_range=tuple(
                NumberRange(first_number=first, last_number=last)
                for first, last in ranges[:RANGES_MOST]
            )
        )
        self._post(peer, request, Lane.ROUTINE, outgoing)
        self._log.warning("pair.gap", peer=peer, first=ranges[0][0], ranges=len(ranges))
        doubled = self._terms.gap_patience * 2 ** min(gap.asked, _DOUBLINGS_MOST)
        gap.asked, gap.ask_at = gap.asked + 1, now + min(doubled, _ASK_LONGEST)

    def _not_above(self, peer: str, held: int, outgoing: Outgoing) -> None:
        """A peer that holds what we do not know we sent: our database is older than it."""
        pairs, now = outgoing.unit.pairs, outgoing.frame.now
        sent = pairs.sent_up_to(peer)
        if held <= sent:
            return
        self._restored.add(peer)
        pairs.go_on_from(peer, held)
        pairs.keep(replace(pairs.of(peer), restored_at=now))
        self._log.error("pair.restored", peer=peer, sent=sent, held=held)
        detail = f"sent up to {sent}, the peer holds {held}"
        line = JournalLine(at=now, event="pair.restored", peer=peer, detail=detail)
        outgoing.unit.journal.add(line)

    def _numbered(self, peer: str, first: int, last: int, outgoing: Outgoing) -> Sequence[Numbered]:
        """Our messages of these numbers; those nobody knows any more have no message id."""
        if last < first:
            return ()
        last = min(last, first + GONE_AT_ONCE - 1)
        known = outgoing.unit.pairs.numbered(peer, first, last, most=GONE_AT_ONCE)
        by_number = {one.seq: one for one in known}
        nobody = Numbered(seq=0, message_id="", ended=None)
        return [by_number.get(n) or replace(nobody, seq=n) for n in range(first, last + 1)]

    def _octets_of(self, one: Numbered, peer: str, outgoing: Outgoing) -> bytes | None:
        """What is to be sent again; b"" when it is on its way anyway, None when never."""
        unit = outgoing.unit
        if one.ended is not None or not one.message_id:
            return None
        if unit.pairs.waiting(peer, [one.message_id]):
            unit.outbox.hurry(one.message_id, outgoing.frame.now)
            return b""
        kept = unit.evidence.sent([one.message_id]).get(one.message_id)
        return None if kept is None or len(kept.octets) > _ONE_MOST else kept.octets

    def _post(self, peer: str, payload: OwnAffair, lane: Lane, outgoing: Outgoing) -> bool:
        if not outgoing.may_send(peer, payload):
            return False
        outgoing.post(Posting(to=peer, payload=payload, lane=lane, answers=False))
        return True


def octets_of(kept: KeptMessage) -> bytes:
    """The envelope of ``kept``. Raises ``ValueError`` for what is no base64."""
    return base64.b64decode("".join(kept.envelope_part), validate=True)


def _parts(octets: bytes) -> tuple[str, ...]:
    text = base64.b64encode(octets).decode()
    return tuple(text[start : start + _PART] for start in range(0, len(text), _PART))


def _ranges(numbers: Sequence[int]) -> tuple[NumberRange, ...]:
    ranges: list[NumberRange] = []
    for number in sorted(numbers):
        if ranges and ranges[-1].last_number == number - 1:
            ranges[-1] = replace(ranges[-1], last_number=number)
        else:
            ranges.append(NumberRange(first_number=number, last_number=number))
    return tuple(ranges)


def _bounded(ranges: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """A peer may not have us write more rows than one answer can name."""
    room, left = GONE_AT_ONCE, list[tuple[int, int]]()
    for first, last in ranges:
        last_of = min(last, first + room - 1)
        if last_of >= first:
            left.append((first, last_of))
            room -= last_of - first + 1
    return left
