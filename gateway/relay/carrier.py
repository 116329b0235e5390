"""Takes sealed messages from ingress queues and puts them into mailboxes, copy by copy.

It holds no decryption key and no database, and keeps no state that a restart would miss: several
may run. What is refused goes to the dead letters with the reason (docs/spec/exchange.md 5).
"""

from __future__ import annotations

import heapq
import itertools
from collections import Counter, deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from gateway.envelope import DirectoryAheadError, EnvelopeError, Header
from gateway.errors import GatewayError
from gateway.exchange import (
    DEAD_EXCHANGE,
    HEADER_AT,
    HEADER_CODE,
    HEADER_LANE,
    HEADER_PARTY,
    HEADER_PROVEN,
    OUT_EXCHANGE,
    REFUSED_BY_QUEUE,
    RETURNED,
    Confirmed,
    Delivery,
    Event,
    Link,
    LinkState,
    Unconfirmed,
    full_jitter_bound,
    ingress_of,
    lane_of,
    mailbox_key,
    relay_queues,
)
from gateway.ids import Lane
from gateway.log import Logger
from gateway.relay.errors import (
    MailboxFullError,
    NoMailboxError,
    NotActiveYetError,
    RelayError,
)
from gateway.relay.judgement import judge
from gateway.relay.quota import Quota, Quotas, Resource
from keys import Directory, TrustError

_FIRST_RETRY = timedelta(milliseconds=100)
_LONGEST_RETRY = timedelta(seconds=5)
PATIENCE = timedelta(seconds=30)
"""How long a message may hold its place while its mailbox refuses it, or our directory is old.

Short, because what is held counts against its sender's prefetch; the sender's outbox sends again.
"""

_ACTIVE_PATIENCE = timedelta(seconds=2)
"""How much later than its party's first message a countersignature may come here."""
_WAITING_MOST = 50
_RETURNED_PATIENCE = timedelta(seconds=5)
"""A broker that takes its definitions anew has its exchanges a moment before its bindings."""
"""Copies that may wait for one mailbox: a quarter of what is lent of one ingress, so that a member
that reads nothing does not hold what its correspondents, the registry first, send to others."""


@dataclass(slots=True, kw_only=True, eq=False)
class _Carried:
    """A delivery that is not acknowledged yet, and the copies that the broker still owes us."""

    delivery: Delivery
    party: str
    since: datetime
    header: Header | None = None
    owed: int = 0
    failures: int = 0
    refusal: GatewayError | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Copy:
    """One publication: what it belongs to, where it goes, how often it failed."""

    of: _Carried
    exchange: str
    routing_key: str
    failures: int = 0
    full_since: datetime | None = None
    returned_since: datetime | None = None

    def earlier(self, by: timedelta) -> _Copy:
        """The same by a clock that was set back ``by`` so much."""
        return replace(
            self,
            full_since=self.full_since and self.full_since - by,
            returned_since=self.returned_since and self.returned_since - by,
        )


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class _Retry:
    due: datetime
    number: int
    what: _Copy | _Carried | tuple[str, Lane] = field(compare=False)


class Relay:
    """``step`` takes events and an instant; everything else goes out through the link.

    ``directory`` gives the key directory in force (it may raise TrustError: then everything waits);
    ``jitter`` gives numbers from 0 to 1. ``quota`` is what each party may have carried in a lane;
    ``stopwatch`` counts seconds of this thread's CPU.
    """

    def __init__(
        self,
        link: Link,
        *,
        directory: Callable[[datetime], Directory],
        jitter: Callable[[], float],
        log: Logger,
        quota: Quota | None = None,
        stopwatch: Callable[[], float] = lambda: 0.0,
    ) -> None:
        self._link = link
        self._quotas = None if quota is None else Quotas(quota)
        self._stopwatch = stopwatch
        self._slowed: dict[tuple[str, Lane], deque[_Carried]] = {}
        self._directory = directory
        self._jitter = jitter
        self._log = log
        self._numbers = itertools.count(1)
        self._copies: dict[str, _Copy] = {}
        self._retries: list[_Retry] = []
        self._waiting: Counter[str] = Counter()  # copies among the retries, by mailbox
        self._done: list[Delivery] = []
        self._followed = 0
        self._now = datetime.min.replace(tzinfo=UTC)

    @property
    def is_idle(self) -> bool:
        """Nothing is on the way to the broker."""
        return not self._copies

    def due(self) -> datetime | None:
        """When ``step`` has something to do without an event."""
        return self._retries[0].due if self._retries else None

    def follow_directory(self, now: datetime) -> None:
        """Read the ingress queues of parties that a newer directory names."""
        try:
            directory = self._directory(now)
        except TrustError as error:
            self._log.warning("relay.no-directory", code=error.code)
            return
        if directory.version != self._followed:
            self._followed = directory.version
            self._link.subscribe(relay_queues(sorted(directory.parties)))

    def step(self, events: Sequence[Event], now: datetime) -> None:
        """Handle ``events`` and what has become due; acknowledge what is wholly delivered."""
        self._read_clock(now)
        for event in events:
            match event:
                case Delivery():
                    self._receive(event, now)
                case Confirmed() | Unconfirmed():
                    self._settle(event, now)
                case LinkState():
                    self._forget_stale()
                    facts = {"up": event.up, "blocked": event.blocked, "detail": event.detail}
                    if event.is_well:
                        self._log.info("link.state", **facts)
                    else:
                        self._log.warning("link.state", **facts)
        while self._retries and self._retries[0].due <= now:
            what = heapq.heappop(self._retries).what
            if isinstance(what, _Copy):
                self._waiting[what.routing_key] -= 1
                self._publish(what, now)
            elif isinstance(what, tuple):
                self._go_on(what, now)
            else:
                self._check(what, now)
        if self._done:
            self._link.ack(self._done)
            self._done = []

    def _forget_stale(self) -> None:
        """What a lost connection lent comes again: its copies and places here would be doubles."""
        for place, waiting in self._slowed.items():
            self._slowed[place] = deque(c for c in waiting if self._link.is_lent(c.delivery))
        kept: list[_Retry] = []
        for each in self._retries:
            match each.what:
                case _Copy() if not self._link.is_lent(each.what.of.delivery):
                    self._waiting[each.what.routing_key] -= 1
                case _Carried() if not self._link.is_lent(each.what.delivery):
                    pass
                case _:
                    kept.append(each)
        self._retries = kept
        heapq.heapify(self._retries)

    def _receive(self, delivery: Delivery, now: datetime) -> None:
        place = ingress_of(delivery.queue)
        party = delivery.headers.get(HEADER_PARTY, "") if place is None else place[0]
        carried = _Carried(delivery=delivery, party=party, since=now)
        if self._quotas is None or place is None:
            self._check(carried, now)
            return
        behind = self._slowed.get(place)
        if behind is not None:
            behind.append(carried)  # the broker lends no more of this ingress than its prefetch
            return
        over = self._quotas.over(party, place[1], now)
        if over is None:
            self._judge_and_charge(carried, place, now)
        else:
            self._slow_down(carried, place, over, now)

    def _slow_down(
        self,
        carried: _Carried,
        place: tuple[str, Lane],
        over: tuple[Resource, datetime],
        now: datetime,  # noqa: ARG002 - the line's time is the log's own
    ) -> None:
        resource, until = over
        self._slowed[place] = deque([carried])
        self._log.warning("relay.slowed", party=place[0], lane=place[1], quota=resource)
        self._again_at(until, place)

    def _go_on(self, place: tuple[str, Lane], now: datetime) -> None:
        """Judges what waited for its party's quota, as far as it goes now."""
        waiting = self._slowed[place]
        while waiting and self._quotas is not None:
            over = self._quotas.over(*place, now)
            if over is not None:
                self._again_at(over[1], place)
                return
            self._judge_and_charge(waiting.popleft(), place, now)
        del self._slowed[place]

    def _judge_and_charge(self, carried: _Carried, place: tuple[str, Lane], now: datetime) -> None:
        begun = self._stopwatch()
        self._check(carried, now)
        if self._quotas is not None:
            self._quotas.spend(
                *place,
                now,
                octets=len(carried.delivery.body),
                cpu=timedelta(seconds=self._stopwatch() - begun),
            )

    def _again_at(self, due: datetime, place: tuple[str, Lane]) -> None:
        heapq.heappush(self._retries, _Retry(due=due, number=next(self._numbers), what=place))

    def _check(self, carried: _Carried, now: datetime) -> None:
        try:
            header = judge(carried.delivery, carried.party, self._directory(now), now)
        except TrustError:
            # No directory is in force: that is no fault of the message. It waits.
            self._check_later(carried, now)
        except DirectoryAheadError as error:
            if now - carried.since < PATIENCE:
                self._check_later(carried, now)
            else:
                self._refuse(carried, error, now)
        except NotActiveYetError as error:
            if now - carried.since < _ACTIVE_PATIENCE:
                self._check_later(carried, now)
            else:
                self._bury(carried, error, now)  # no fault of its sender: it costs it nothing
        except (EnvelopeError, RelayError) as error:
            self._refuse(carried, error, now)
        except Exception as defect:  # noqa: BLE001 - raised, it would end the relay each time
            self._log.error("relay.failed", party=carried.party, exc_info=defect)
            self._refuse(carried, RelayError("the message made its judge fail"), now)
        else:
            carried.header = header
            carried.owed = len(header.to)
            for addressee in header.to:
                key = mailbox_key(addressee.party, header.lane)
                self._publish(_Copy(of=carried, exchange=OUT_EXCHANGE, routing_key=key), now)

    def _check_later(self, carried: _Carried, now: datetime) -> None:
        self._later(carried, carried.failures, now)
        carried.failures += 1

    def _refuse(self, carried: _Carried, error: GatewayError, now: datetime) -> None:
        """Its sender's own doing: it is buried, and its sender pays for that."""
        place = ingress_of(carried.delivery.queue)
        if self._quotas is not None and place is not None:
            self._quotas.refused(*place, now)
        self._bury(carried, error, now)

    def _bury(self, carried: _Carried, error: GatewayError, now: datetime) -> None:
        if carried.refusal is not None:
            return
        carried.refusal = error
        carried.owed += 1
        self._log.warning(
            "relay.refused",
            code=error.code,
            reason=str(getattr(error, "reason", error)),
            party=carried.party,
            octets=len(carried.delivery.body),
        )
        self._publish(_Copy(of=carried, exchange=DEAD_EXCHANGE, routing_key=""), now)

    def _publish(self, copy: _Copy, now: datetime) -> None:
        refusal = copy.of.refusal
        is_dead = copy.exchange == DEAD_EXCHANGE
        if refusal is not None and not is_dead:
            self._no_longer_owed(copy.of)
            return
        token = str(next(self._numbers))
        self._copies[token] = copy
        self._link.publish(
            token=token,
            exchange=copy.exchange,
            routing_key=copy.routing_key,
            body=copy.of.delivery.body,
            headers=_dead_headers(copy.of, refusal, now) if refusal is not None else {},
        )

    def _settle(self, event: Confirmed | Unconfirmed, now: datetime) -> None:
        copy = self._copies.pop(event.token, None)
        if copy is None:
            return
        carried = copy.of
        if isinstance(event, Confirmed) or (
            carried.refusal is not None and copy.exchange != DEAD_EXCHANGE
        ):
            self._no_longer_owed(carried)
            return
        is_full = event.reason.startswith(REFUSED_BY_QUEUE)
        is_returned = event.reason.startswith(RETURNED)
        failed = replace(
            copy,
            failures=copy.failures + 1,
            full_since=(copy.full_since or now) if is_full else None,
            returned_since=(copy.returned_since or now) if is_returned else None,
        )
        refusal = None
        if copy.exchange == OUT_EXCHANGE:
            refusal = _hopeless(event, failed, now, others=self._waiting[copy.routing_key])
        if refusal is None:
            self._later(failed, copy.failures, now)
        else:
            self._bury(carried, refusal, now)
            self._no_longer_owed(carried)

    def _no_longer_owed(self, carried: _Carried) -> None:
        carried.owed -= 1
        if carried.owed:
            return
        self._done.append(carried.delivery)
        now = self._now
        header = carried.header
        if carried.refusal is None and header is not None:
            self._log.info(
                "relay.carried",
                message_id=header.message_id,
                type=header.message_type,
                party=carried.party,
                lane=header.lane,
                to=[addressee.party for addressee in header.to],
                octets=len(carried.delivery.body),
                outcome="CARRIED",
                redelivered=carried.delivery.redelivered,
                age_ms=_ms(now - header.created),
                took_ms=_ms(now - carried.since),
            )

    def _read_clock(self, now: datetime) -> None:
        """What waits was told by a clock that was ahead: it waits no longer than it would have."""
        by, self._now = self._now - now, now
        if by <= timedelta(0):
            return
        carried = {id(one.of): one.of for one in self._copies.values()}
        for each in self._retries:
            if not isinstance(each.what, tuple):
                one = each.what.of if isinstance(each.what, _Copy) else each.what
                carried[id(one)] = one
        for one in carried.values():
            one.since -= by
        self._copies = {key: one.earlier(by) for key, one in self._copies.items()}
        self._retries = [  # all by as much, so that it stays a heap
            replace(
                each,
                due=each.due - by,
                what=each.what.earlier(by) if isinstance(each.what, _Copy) else each.what,
            )
            for each in self._retries
        ]

    def _later(self, what: _Copy | _Carried, failures: int, now: datetime) -> None:
        bound = full_jitter_bound(failures, first=_FIRST_RETRY, most=_LONGEST_RETRY)
        due = now + bound * self._jitter()
        if isinstance(what, _Copy):
            self._waiting[what.routing_key] += 1
        heapq.heappush(self._retries, _Retry(due=due, number=next(self._numbers), what=what))


def _ms(span: timedelta) -> float:
    return round(span / timedelta(milliseconds=1), 1)


def _hopeless(event: Unconfirmed, copy: _Copy, now: datetime, *, others: int) -> RelayError | None:
    """Why a copy is given up, or None when it is worth another try beside ``others``."""
    recipient = copy.routing_key.partition(".")[0]
    if copy.returned_since is not None and (
        others >= _WAITING_MOST or now - copy.returned_since >= _RETURNED_PATIENCE
    ):
        return NoMailboxError(
            "the broker has no mailbox for a recipient",
            value=recipient,
            remedy="import the broker's definitions after enrolling a party",
        )
    if copy.full_since is not None and (
        others >= _WAITING_MOST or now - copy.full_since >= PATIENCE
    ):
        return MailboxFullError(
            "a recipient's mailbox took nothing",
            value=f"{recipient}: {event.reason}",
            remedy="is the recipient's node running?",
        )
    return None


def _dead_headers(carried: _Carried, refusal: GatewayError, now: datetime) -> dict[str, str]:
    return {
        HEADER_PARTY: carried.party,
        HEADER_CODE: refusal.code,
        HEADER_PROVEN: "yes" if _may_be_told(carried, refusal) else "no",
        HEADER_LANE: lane_of(carried.delivery.queue),
        HEADER_AT: now.isoformat(),
    }


def _may_be_told(carried: _Carried, refusal: GatewayError) -> bool:
    if isinstance(refusal, EnvelopeError):
        # A proven sender whose message came through another's ingress did not send it.
        return (
            refusal.answered
            and refusal.header is not None
            and refusal.header.sender == carried.party
        )
    return refusal.answered
