"""The walk of messages through one endpoint, a batch at a time.

(1) take from the broker, (2) open, (3) one transaction: accept once, handle, post, (4) commit,
(5) acknowledge, (6) drain the outbox. A crash between any two leaves nothing done, or a
redelivery that (3) recognises. It does not know what a payload means.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Protocol, TypeVar

from gateway.endpoint.acceptance import Acceptance
from gateway.endpoint.arrivals import (
    Arrival,
    ClockBehindError,
    KeysNotHereError,
    begin,
    open_arrival,
)
from gateway.endpoint.between import Between
from gateway.endpoint.canonical import Fate, tell_posted, tell_received
from gateway.endpoint.chores import Chores, Clerk
from gateway.endpoint.departures import Departures
from gateway.endpoint.desk import Desk, EndpointError
from gateway.endpoint.disowning import Disowning
from gateway.endpoint.handing import Handing
from gateway.endpoint.holding import HoldingNews
from gateway.endpoint.large import Large, lots
from gateway.endpoint.orders import Orders
from gateway.endpoint.outgoing import LINK_TYPES, Outgoing
from gateway.endpoint.receipts import Receipts
from gateway.endpoint.redating import Redating
from gateway.endpoint.replays import Replays
from gateway.endpoint.resigning import Resigning
from gateway.endpoint.staleness import HeldError, Staleness
from gateway.endpoint.terms import Station, Terms
from gateway.endpoint.trustpost import TrustPost
from gateway.endpoint.witness import Witness
from gateway.envelope import DirectoryAheadError
from gateway.errors import GatewayError
from gateway.exchange import Delivery, Event, Link, LinkState, dead_queue
from gateway.log import Logger
from gateway.store import (
    EXPIRED,
    PRUNED_AT_ONCE,
    JournalLine,
    Store,
    StoreConflictError,
    StoreError,
    Undelivered,
    Unit,
)
from keys import Directory, Freshness, StaleBeaconError, TrustError

T = TypeVar("T")

_HOLD_RETRY = timedelta(seconds=1)
_LONGEST_WAIT = timedelta(seconds=5)
_PRUNE_EVERY = timedelta(hours=1)
_EXPIRED_AT_ONCE = 500
_SLEWED = timedelta(seconds=1)  # a clock that is only being disciplined goes back by less
_HELD_OCTETS = 1024 * 1024  # opened they take ten times as many


class Aside(Protocol):
    """Work in bounded pieces that the loop does between its steps."""

    @property
    def busy(self) -> bool:
        """Whether there is a next piece."""

    def advance(self) -> None:
        """Does the next piece, if there is one."""


_RACES_MOST = 5
"""Workers of a party that may have committed the same messages one after the other."""


class Endpoint:
    """One party's end of the exchange, driven by ``step`` (or ``run``) from a single thread."""

    def __init__(
        self,
        *,
        station: Station,
        store: Store,
        link: Link,
        desk: Desk,
        terms: Terms,
        log: Logger,
        clerk: Clerk | None = None,
        witness: Witness | None = None,
        large: Large | None = None,
    ) -> None:
        """Without ``large`` everything is read in its turn, on the thread that walks."""
        self._large = large
        self._station = station
        self._store = store
        self._link = link
        self._desk = desk
        self._terms = terms
        self._log = log
        self._between = Between(station.party, terms, log)
        self._trust = TrustPost(station.trust, station.party, log, countersign=station.countersign)
        self._handing = Handing(station.trust, station.party, log)
        self._disowning = Disowning(station.trust, log)
        self._stale = Staleness(log)
        self._departures = Departures(link, station.party, terms, station.random)
        self._redating = Redating(station, self._departures, log)
        self._holding = HoldingNews(log)
        self._acceptance = Acceptance(
            desk=desk,
            party=station.party,
            between=self._between,
            trust=self._trust,
            handing=self._handing,
            redating=self._redating,
            stale=self._stale,
            witness=witness,
            remembers=terms.keep_inbox,
        )
        self._witness = witness
        self._replays = Replays(link)
        self._receipts = Receipts()
        self._resigning = Resigning(station, log)
        self._undecided: dict[int, Delivery] = {}  # of this step: neither acknowledged nor held
        self._held: list[Delivery] = []  # lent to us, not yet decidable; unacknowledged
        self._hold_until: datetime | None = None
        self._upkeep_at: datetime | None = None
        self._pause_until: datetime | None = None  # nothing can be done before, so nothing is due
        self._prune_at: datetime | None = None
        self._untold: set[str] = set()  # expired, and the desk could not say so
        self._stepped_at: datetime | None = None
        self.up = False
        orders = Orders(self._between, clerk)
        self._chores = Chores(
            orders, store=store, transact=self.transact, clock=station.clock, log=log
        )

    def ring(self) -> None:
        """Somebody left an errand in the database: it is seen to at once. From any thread."""
        self._chores.ring()
        self._link.wake()

    # --- the loop -----------------------------------------------------------------------------

    def run(self, stopping: Callable[[], bool], aside: Aside | None = None) -> None:
        """Steps until ``stopping()``, with a piece of ``aside`` (a node's files) between steps."""
        while not stopping():
            if aside is not None:
                aside.advance()
            busy = aside is not None and aside.busy
            timeout = timedelta(0) if busy else self.wait()
            self.step(self._link.take(limit=self._terms.batch, timeout=timeout))

    def wait(self) -> timedelta:
        """How long nothing has to be done if nothing happens."""
        now = self._station.clock()
        since = self._receipts.since
        receipts_at = None if since is None else since + self._terms.receipt_linger
        marks = (self._upkeep_at, self._hold_until, self._departures.next_at, receipts_at)
        times = [mark for mark in marks if mark is not None]
        if not times:
            return timedelta(0)
        earliest = min(times)
        if self._pause_until is not None:
            earliest = max(earliest, self._pause_until)
        return min(max(earliest - now, timedelta(0)), _LONGEST_WAIT)

    def step(self, events: Sequence[Event]) -> None:
        """One round: everything that ``events`` and the clock ask for."""
        now = self._station.clock()
        self._see_clock(now)
        deliveries = self._take_trust(self._sort(events, now), now)
        if self._hold_until is not None and now >= self._hold_until:
            deliveries = [*self._take_trust(self._let_go(), now), *deliveries]
        self._undecided = {id(delivery): delivery for delivery in deliveries}
        try:
            directory = self._station.directory(now)
            self._stale.see(self._station.freshness(now))
            self._release(directory, now)
            self._see_who_is_active(directory, now)
            if self._resigning.follow(directory, self._store) and self._departures.room:
                self._departures.look_at(now)
            if self._redating.follow(directory, self._store, now):
                self._departures.look_at(now)
            self._walk(deliveries, directory, now)
            if self._receipts_due(now):
                self._transaction([], directory, now)
            rung = self._chores.rung
            if rung or self._upkeep_at is None or now >= self._upkeep_at:
                self._upkeep(directory, now)
            if self._between.due(now) and self._departures.room:
                self._transact(self._between.tend)
            if self._trust.owes_word and self._departures.room:
                self._transact(self._trust.tell)
            if (
                self._handing.is_due(now, degraded=self._stale.is_degraded)
                and self._departures.room
            ):
                self._transact(self._handing.see_to)
            self._departures.resend(self._store, now)
            self._pause_until = None
        except (TrustError, StoreError) as error:
            # Without a trusted directory or a database nothing is decided: hold, never drop.
            self._holding.tell(error, now)
            self._hold(list(self._undecided.values()), now)
            # What is due stays due meanwhile: without a pause the loop would only spin.
            self._upkeep_at = self._pause_until = now + _HOLD_RETRY

    def transact(self, work: Callable[[Outgoing], T]) -> T:
        """Runs ``work`` in one transaction with an outgoing side, commits and publishes.

        For what begins here and not with a delivery: a native file. Raises ``StaleBeaconError``
        while no new case is begun.
        """
        now = self._station.clock()
        self._station.directory(now)  # looks for what is newer
        if self._station.freshness(now) is Freshness.STOPPED:
            raise StaleBeaconError(
                "The newest beacon is so old that no new case is begun.",
                place="beacon",
                expected="a beacon of the last hours, as the root's policy says",
                remedy="Get a newer one from the hub or any peer; check this machine's clock.",
            )
        return self._transact(work)

    def _transact(self, work: Callable[[Outgoing], T]) -> T:
        now = self._station.clock()
        directory = self._station.directory(now)
        with self._store.unit() as unit:
            outgoing = self._outgoing(unit, directory, now)
            result = work(outgoing)
        self._go_on(outgoing.unit)
        self._publish(outgoing, now)
        return result

    # --- the steps ----------------------------------------------------------------------------

    def _walk(self, deliveries: Sequence[Delivery], directory: Directory, now: datetime) -> None:
        arrivals, behind = self._read_large(directory, now)
        fresh = [each for each in deliveries if not self._is_kept_as_large(each)]
        arrivals += self._open([*behind, *fresh], directory, now)  # (2)
        self._redating.saw(arrivals, now)
        for lot in lots(arrivals):
            self._decide(lot, directory, now)
        self._begin_large(directory, now)

    def _decide(self, arrivals: Sequence[Arrival], directory: Directory, now: datetime) -> None:
        try:
            self._commit(arrivals, directory, now)  # (3) (4)
        except Exception as error:
            if isinstance(error, StoreError) and not isinstance(error, StoreConflictError):
                raise
            # One bad message must not hold its neighbours.
            self._log.warning("endpoint.batch-split", size=len(arrivals), reason=repr(error))
            for arrival in arrivals:
                self._alone(arrival, directory, now)
            return
        self._acknowledge(arrivals)  # (5)

    def _commit(self, arrivals: Sequence[Arrival], directory: Directory, now: datetime) -> None:
        """The transaction, again when another worker of this party committed the same first.

        What that one took is known as a repeat then. StoreConflictError after some tries: what
        conflicts for ever is no race but a defect.
        """
        for _ in range(_RACES_MOST - 1):
            try:
                self._transaction(arrivals, directory, now)
            except StoreConflictError as error:
                self._log.info("endpoint.overtaken", size=len(arrivals), reason=str(error))
            else:
                return
        self._transaction(arrivals, directory, now)

    def _transaction(
        self, arrivals: Sequence[Arrival], directory: Directory, now: datetime
    ) -> None:
        owed, flushing = Receipts(), self._receipts_due(now)
        with self._store.unit() as unit:
            outgoing = self._outgoing(unit, directory, now)
            unit.outbox.confirmed(self._departures.confirmed_receipts())
            fates = self._acceptance.accept(arrivals, outgoing, owed)
            if flushing:
                self._receipts.post(outgoing)
        self._go_on(outgoing.unit)
        self._departures.receipts_gone()
        self._departures.receipted(unit.outbox.receipted, now)
        if flushing:
            self._receipts.clear()
        self._receipts.take_over(owed, now)
        self._publish(outgoing, now)  # (6)
        tell_received(self._log, arrivals, fates, begun=now, ended=self._station.clock())

    def _alone(self, arrival: Arrival, directory: Directory, now: datetime) -> None:
        try:
            self._commit([arrival], directory, now)
        except StoreConflictError as error:
            self._failed(arrival, error, directory, now)
            return
        except StoreError:
            raise
        except GatewayError as error:
            self._refuse(arrival, error, directory, now)
        except Exception as error:  # noqa: BLE001 - a poisoned message is bounded, then set aside
            self._failed(arrival, error, directory, now)
            return
        self._acknowledge([arrival])

    def _refuse(
        self, arrival: Arrival, error: GatewayError, directory: Directory, now: datetime
    ) -> None:
        owed = Receipts()
        with self._store.unit() as unit:
            outgoing = self._outgoing(unit, directory, now)
            self._acceptance.refuse(arrival, error, outgoing, owed)
        self._receipts.take_over(owed, now)
        self._publish(outgoing, now)
        told, fates = replace(arrival, error=error), Fate.REFUSED
        ended = self._station.clock()
        tell_received(self._log, [told], {id(told): fates}, begun=now, ended=ended)

    def _failed(
        self, arrival: Arrival, error: Exception, directory: Directory, now: datetime
    ) -> None:
        self._log.error("endpoint.failed", digest=arrival.digest, exc_info=error)
        with self._store.unit() as unit:
            times = unit.inbox.failed_again(arrival.digest)
        if times < self._terms.attempts_most:
            if arrival.delivery is not None:
                self._hold([arrival.delivery], now)
            return
        refusal = EndpointError(
            f"the message made its handler fail {times} times and was set aside",
            expected="a message that this version can process",
            remedy="the operator was told and can replay it after the fault is mended",
        )
        self._refuse(arrival, refusal, directory, now)
        self._acknowledge([arrival])

    def _upkeep(self, directory: Directory, now: datetime) -> None:
        self._upkeep_at = now + self._terms.upkeep
        self._disowning.follow(self._store, now)
        with self._store.unit() as unit:
            unit.outbox.confirmed(self._departures.confirmed_receipts())
            if self._prune_at is None or now >= self._prune_at:
                self._prune_at = now + _PRUNE_EVERY
                pieces = (
                    unit.outbox.prune(now - self._terms.keep_sealed),
                    unit.retention.prune_inbox(now - self._terms.keep_inbox),
                    unit.retention.prune_journal(now - self._terms.keep_journal),
                )
                if max(pieces) >= PRUNED_AT_ONCE:
                    self._prune_at = now  # there may be more: with the next upkeep
            if not self._stale.is_degraded:
                self._desk.tend(unit, self._station.frame(now))
            self._chores.look(
                unit,
                now,
                errands=not self._stale.is_stopped,
                clocks=not self._stale.is_degraded,
            )
            asked = self._replays.asked(unit)
            expired = unit.outbox.expired(now, but=self._untold, most=_EXPIRED_AT_ONCE)
            due = unit.outbox.next_try(now, self._departures.awaited)
        self._departures.receipts_gone()
        self._departures.look_at(due)
        self._give_up(expired, now)
        for letter_id in asked:
            self._replay(letter_id, directory, now)
        if self._chores.do(now):
            self._upkeep_at = now

    def _give_up(self, expired: Sequence[Undelivered], now: datetime) -> None:
        """Makes each message whose time has passed an explicit failure."""
        if not expired:
            return
        try:
            self._tell_undelivered(expired, now)
        except StoreError:
            raise
        except Exception:  # noqa: BLE001 - one that cannot be told must not hold the others
            for failure in expired:
                self._give_up_alone(failure, now)

    def _give_up_alone(self, failure: Undelivered, now: datetime) -> None:
        try:
            self._tell_undelivered([failure], now)
        except StoreError:
            raise
        except Exception as error:  # noqa: BLE001 - a defect of the desk
            # It stays in the outbox, and is told by a program that can: after the next start.
            self._untold.add(failure.message_id)
            self._log.error("endpoint.untold", message_id=failure.message_id, exc_info=error)

    def _tell_undelivered(self, expired: Sequence[Undelivered], now: datetime) -> None:
        with self._store.unit() as unit:
            frame = self._station.frame(now)
            for failure in expired:
                if unit.outbox.give_up(failure):
                    if failure.message_type in LINK_TYPES:
                        continue  # said anew when it is due: nobody waits for this one
                    unit.pairs.ended(failure.message_id, EXPIRED)
                    self._log.error("message.undelivered", message_id=failure.message_id)
                    unit.journal.add(
                        JournalLine(
                            at=now,
                            event="message.undelivered",
                            peer=failure.recipient,
                            message_id=failure.message_id,
                            message_type=failure.message_type,
                        )
                    )
                    self._desk.undelivered(failure, unit, frame)

    def _replay(self, letter_id: int, directory: Directory, now: datetime) -> None:
        with self._store.unit() as unit:
            letter = unit.deadletters.get(letter_id)
            if letter is None:
                return
            outgoing = self._outgoing(unit, directory, now)
            handed_on = self._replays.resend(letter, outgoing)
        self._publish(outgoing, now)
        if handed_on:
            return
        arrival = self._replays.again(letter, self._station, directory, now)
        if arrival is not None:
            self._alone(arrival, directory, now)

    def _release(self, directory: Directory, now: datetime) -> None:
        """Handles in their order what was put by while the directory was not fresh."""
        while self._stale.releases:  # asked first: a transaction for each step would cost as much
            with self._store.unit() as unit:
                waiting = self._stale.to_release(unit)
            if not waiting:
                return
            for letter_id in waiting:
                self._replay(letter_id, directory, now)
            with self._store.unit() as unit:
                if waiting == unit.deadletters.of_code(HeldError.code, most=len(waiting)):
                    return  # none could be opened yet: it comes again with the next step

    def _see_who_is_active(self, directory: Directory, now: datetime) -> None:
        """Holds what goes to who is not, and handles in its order what came from who now is."""
        if self._trust.activity.see(directory):
            awaited = self._station.awaited(directory)
            self._departures.wait_for(awaited, now)
            if awaited.parties:
                with self._store.unit() as unit:
                    lacking = unit.outbox.recipients() & awaited.parties
                self._handing.lacks(lacking, now)
            self._log.info("endpoint.awaits", parties=len(awaited.parties), we=awaited.everybody)
        if not self._trust.activity.releases:
            return
        with self._store.unit() as unit:
            waiting = self._trust.activity.to_release(unit)
        for letter_id in waiting:
            self._replay(letter_id, directory, now)

    def _go_on(self, unit: Unit) -> None:
        """What was put off only to let others pass goes on with the next step."""
        if unit.timers.at_once:
            self.ring()

    # --- parts --------------------------------------------------------------------------------

    def _sort(self, events: Sequence[Event], now: datetime) -> list[Delivery]:
        deliveries: list[Delivery] = []
        for event in events:
            if isinstance(event, Delivery):
                deliveries.append(event)
            elif isinstance(event, LinkState):
                self._link_changed(event, now)
            elif not self._replays.outcome(event):
                self._departures.outcome(event, now)
        return deliveries

    def _take_trust(self, deliveries: list[Delivery], now: datetime) -> list[Delivery]:
        """Takes in documents of trust before the messages that came with them; gives the others."""
        bundles = [each for each in deliveries if self._trust.is_ours(each)]
        if not bundles:
            return deliveries
        done = [each for each in bundles if self._trust.take(each, now)]
        self._link.ack(done)
        self._hold([each for each in bundles if each not in done], now)
        if done and self._held:
            self._hold_until = now  # what waited for a newer directory
        return [each for each in deliveries if not self._trust.is_ours(each)]

    def _see_clock(self, now: datetime) -> None:
        """Forgets what was planned by a clock that was since set back: it would wait as long."""
        before, self._stepped_at = self._stepped_at, now
        if before is None or now > before - _SLEWED:
            return
        self._log.warning("endpoint.clock-set-back", by_s=(before - now).total_seconds())
        self._upkeep_at = self._pause_until = self._prune_at = None
        self._hold_until = now if self._held else None
        self._receipts.clock_set_back(now)
        self._redating.clock_set_back(now)
        self._departures.clock_set_back(now)
        self._between.clock_set_back(now)
        self._trust.clock_set_back()

    def _receipts_due(self, now: datetime) -> bool:
        since = self._receipts.since
        return since is not None and now - since >= self._terms.receipt_linger

    def _link_changed(self, state: LinkState, now: datetime) -> None:
        facts = {"up": state.up, "blocked": state.blocked, "detail": state.detail}
        if state.is_well:
            self._log.info("link.state", **facts)
        else:
            self._log.warning("link.state", **facts)
        self.up = state.up
        if state.up:
            self._departures.link_is_up(now)
        else:
            # What was lent over the lost connection comes again; holding it would double work.
            # Where only the other connection was lost it is still lent, and must go back.
            large = [] if self._large is None else self._large.forget()
            for delivery in (*self._held, *large):
                self._link.reject(delivery, requeue=True)
            self._held = []
            self._departures.link_is_down()

    def _open(
        self, deliveries: Sequence[Delivery], directory: Directory, now: datetime
    ) -> list[Arrival]:
        arrivals: list[Arrival] = []
        for delivery in deliveries:
            try:
                arrival = self._open_one(delivery, directory, now)
            except (DirectoryAheadError, KeysNotHereError, ClockBehindError) as error:
                self._puts_off(delivery, error, now)
                continue
            self._tell_defect(arrival)
            arrivals.append(arrival)
        return arrivals

    def _puts_off(self, delivery: Delivery, error: GatewayError, now: datetime) -> None:
        """Holds what cannot be decided yet, and tells why."""
        if isinstance(error, DirectoryAheadError):
            peer = None if error.header is None else error.header.sender
            self._handing.behind(error.version, peer, now)
        else:
            self._holding.tell(error, now)
        self._hold([delivery], now)

    def _is_kept_as_large(self, delivery: Delivery) -> bool:
        if self._large is None or not self._large.keeps(delivery):
            return False
        self._undecided.pop(id(delivery), None)
        return True

    def _begin_large(self, directory: Directory, now: datetime) -> None:
        """Opens the envelope of the next large message and has its payload read."""
        delivery = None if self._large is None else self._large.next()
        if self._large is None or delivery is None:
            return
        try:
            opening = begin(
                delivery.body,
                delivery=delivery,
                source=delivery.queue,
                station=self._station,
                directory=directory,
                now=now,
            )
        except (DirectoryAheadError, KeysNotHereError, ClockBehindError) as error:
            self._puts_off(delivery, error, now)
            self._hold(self._large.let_pass(delivery), now)
            return
        self._large.read(opening, delivery, directory.version)

    def _read_large(
        self, directory: Directory, now: datetime
    ) -> tuple[list[Arrival], Sequence[Delivery]]:
        """A large message that was read since, and what waited behind it."""
        done = None if self._large is None else self._large.done()
        if self._large is None or done is None or done[0].delivery is None:
            return [], []
        (arrival, version), delivery = done, done[0].delivery
        behind = self._large.let_pass(delivery)
        self._undecided |= {id(each): each for each in (delivery, *behind)}
        if version != directory.version:
            # Its key may be revoked since: it is judged by what is known now.
            return self._open([delivery], directory, now), behind
        self._tell_defect(arrival)
        return [arrival], behind

    def _tell_defect(self, arrival: Arrival) -> None:
        if arrival.defect is not None:
            self._log.error("endpoint.failed", digest=arrival.digest, exc_info=arrival.defect)

    def _open_one(self, delivery: Delivery, directory: Directory, now: datetime) -> Arrival:
        if delivery.queue == dead_queue():
            return self._replays.refused_by_relay(delivery, directory)
        return open_arrival(
            delivery.body,
            delivery=delivery,
            source=delivery.queue,
            station=self._station,
            directory=directory,
            now=now,
        )

    def _hold(self, deliveries: Sequence[Delivery], now: datetime) -> None:
        for delivery in deliveries:
            self._undecided.pop(id(delivery), None)
        self._held.extend(deliveries)
        if self._held:
            self._hold_until = now + _HOLD_RETRY

    def _let_go(self) -> list[Delivery]:
        """Of what was held as much as a step may open; the rest is due at once."""
        octets, number = _HELD_OCTETS, 0
        while number < len(self._held) and number < self._terms.batch and octets > 0:
            octets -= len(self._held[number].body)
            number += 1
        free, self._held = self._held[:number], self._held[number:]
        if not self._held:
            self._hold_until = None
        return free

    def _acknowledge(self, arrivals: Sequence[Arrival]) -> None:
        done = [a.delivery for a in arrivals if a.delivery is not None]
        for delivery in done:
            self._undecided.pop(id(delivery), None)
        self._link.ack(done)

    def _publish(self, outgoing: Outgoing, now: datetime) -> None:
        self._departures.publish(outgoing.departing, now, more=outgoing.left_behind)
        if outgoing.waiting:
            self._handing.lacks(outgoing.waiting & outgoing.awaited, now)
        tell_posted(self._log, outgoing)

    def _outgoing(self, unit: Unit, directory: Directory, now: datetime) -> Outgoing:
        return Outgoing(
            unit,
            station=self._station,
            directory=directory,
            terms=self._terms,
            now=now,
            room=self._departures.room,
            first_wait=self._departures.first_wait,
            witness=self._witness,
            awaited=self._departures.awaited,
        )
