"""The centre's relay: takes sealed messages from ingress queues and puts them into mailboxes.

It reads nothing of a message but its signed header, holds no decryption key and no database, and
keeps no state that a restart would miss: several may run. What it refuses goes to the dead letters
with the reason; the registry's hub tells the sender (docs/spec/exchange.md 4 and 5).
"""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from gateway.envelope import DirectoryAheadError, EnvelopeError, Header, check_envelope
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
from gateway.log import Logger
from keys import Directory, TrustError

BATCH = 500
_FIRST_RETRY = timedelta(milliseconds=100)
_LONGEST_RETRY = timedelta(seconds=5)
_LOOK_AT_DIRECTORY = timedelta(seconds=1)
DRAIN = timedelta(seconds=5)
PATIENCE = timedelta(seconds=30)
"""How long a message may hold its place while its mailbox refuses it, or our directory is old.

Short, because what is held counts against its sender's prefetch; the sender's outbox sends again.
"""


class RelayError(GatewayError):
    """The relay does not carry this message."""

    code = "relay.refused"


class WrongIngressError(RelayError):
    """(3) Signed by another party than the one whose ingress it came through.

    Nobody is told: the signer did not send it here.
    """

    code = "relay.wrong-ingress"
    answered = False


class UnknownPlaceError(RelayError):
    """(1) It lay in no party's ingress, or was handed back without a party's name."""

    code = "relay.unknown-place"
    answered = False


class WrongLaneError(RelayError):
    """(4) The signed priority is not the lane it came through."""

    code = "relay.wrong-lane"


class NotPermittedError(RelayError):
    """(5) The key directory does not let the sender send this type of message."""

    code = "relay.not-permitted"


class UnknownRecipientError(RelayError):
    """(6) A recipient is not in the key directory."""

    code = "relay.unknown-recipient"


class NoMailboxError(RelayError):
    """(7) A recipient is in the key directory, but the broker has no mailbox for it (yet)."""

    code = "relay.no-mailbox"
    retryable = True


class MailboxFullError(RelayError):
    """(7) A recipient's mailbox took nothing for too long."""

    code = "relay.mailbox-full"
    retryable = True


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


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class _Retry:
    due: datetime
    number: int
    what: _Copy | _Carried = field(compare=False)


class Relay:
    """``step`` takes events and an instant; everything else goes out through the link.

    ``directory`` gives the key directory in force (it may raise TrustError: then everything waits);
    ``jitter`` gives numbers from 0 to 1.
    """

    def __init__(
        self,
        link: Link,
        *,
        directory: Callable[[datetime], Directory],
        jitter: Callable[[], float],
        log: Logger,
    ) -> None:
        self._link = link
        self._directory = directory
        self._jitter = jitter
        self._log = log
        self._numbers = itertools.count(1)
        self._copies: dict[str, _Copy] = {}
        self._retries: list[_Retry] = []
        self._done: list[Delivery] = []
        self._followed = 0

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
        for event in events:
            match event:
                case Delivery():
                    self._receive(event, now)
                case Confirmed() | Unconfirmed():
                    self._settle(event, now)
                case LinkState():
                    self._log.info(
                        "link.state", up=event.up, blocked=event.blocked, detail=event.detail
                    )
        while self._retries and self._retries[0].due <= now:
            what = heapq.heappop(self._retries).what
            if isinstance(what, _Copy):
                self._publish(what, now)
            else:
                self._check(what, now)
        if self._done:
            self._link.ack(self._done)
            self._done = []

    def _receive(self, delivery: Delivery, now: datetime) -> None:
        place = ingress_of(delivery.queue)
        party = delivery.headers.get(HEADER_PARTY, "") if place is None else place[0]
        self._check(_Carried(delivery=delivery, party=party, since=now), now)

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
                self._bury(carried, error, now)
        except (EnvelopeError, RelayError) as error:
            self._bury(carried, error, now)
        else:
            carried.header = header
            carried.owed = len(header.to)
            for addressee in header.to:
                key = mailbox_key(addressee.party, header.lane)
                self._publish(_Copy(of=carried, exchange=OUT_EXCHANGE, routing_key=key), now)

    def _check_later(self, carried: _Carried, now: datetime) -> None:
        self._later(carried, carried.failures, now)
        carried.failures += 1

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
        failed = replace(
            copy,
            failures=copy.failures + 1,
            full_since=(copy.full_since or now) if is_full else None,
        )
        refusal = _hopeless(event, failed, now) if copy.exchange == OUT_EXCHANGE else None
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
            )

    def _later(self, what: _Copy | _Carried, failures: int, now: datetime) -> None:
        bound = full_jitter_bound(failures, first=_FIRST_RETRY, most=_LONGEST_RETRY)
        due = now + bound * self._jitter()
        heapq.heappush(self._retries, _Retry(due=due, number=next(self._numbers), what=what))


def judge(delivery: Delivery, party: str, directory: Directory, now: datetime) -> Header:
    """The header of a message that may be carried; the numbers are docs/spec/exchange.md 4.

    Raises EnvelopeError and RelayError.
    """
    place = ingress_of(delivery.queue)
    # (1) the queue proves which broker user sent it
    if not party:
        raise UnknownPlaceError("the message lay in no party's ingress", place=delivery.queue)
    # (2) all that can be checked without a decryption key
    header = check_envelope(delivery.body, directory, now=now).header
    # (3) a party carries its own messages in, nobody else's
    if header.sender != party:
        raise WrongIngressError(
            "the signer is not the party that sent it here",
            place=delivery.queue,
            value=header.sender,
            expected=party,
        )
    # (4) what comes as urgent is signed as urgent
    if place is not None and header.lane != place[1]:
        raise WrongLaneError(
            "the signed priority is not the lane of the queue",
            place=delivery.queue,
            value=header.lane,
            expected=place[1],
            remedy="publish to the ingress exchange of the header's Priority",
        )
    # (5) the directory says who may send what
    if not directory.may_send(party, header.message_type):
        raise NotPermittedError(
            "the key directory does not let this party send this type",
            place="Header/Type",
            value=header.message_type,
            expected=f"a type that directory version {directory.version} grants {party}",
            remedy="ask the centre to grant the type",
        )
    # (6) and who there is to send to
    for addressee in header.to:
        if addressee.party not in directory.parties:
            raise UnknownRecipientError(
                "the recipient is not in the key directory",
                place="Header/To",
                value=addressee.party,
                remedy="check the name; `iarms directory show` lists the members",
            )
    return header


def serve(
    relay: Relay, link: Link, *, clock: Callable[[], datetime], stopping: Callable[[], bool]
) -> None:
    """Carry until ``stopping``; then wait (at most ``DRAIN``) for what is on the way.

    ``link.wake()`` makes it look at ``stopping`` at once.
    """
    while not stopping():
        now = clock()
        relay.follow_directory(now)
        due = relay.due()
        wait = _LOOK_AT_DIRECTORY if due is None else min(_LOOK_AT_DIRECTORY, due - now)
        events = link.take(limit=BATCH, timeout=max(wait, timedelta(0)))
        relay.step(events, clock())
    deadline = clock() + DRAIN
    while not relay.is_idle and clock() < deadline:
        events = link.take(limit=BATCH, timeout=deadline - clock())
        # What is not begun goes back to its queue when the link ends.
        relay.step([event for event in events if not isinstance(event, Delivery)], clock())


def _hopeless(event: Unconfirmed, copy: _Copy, now: datetime) -> RelayError | None:
    """Why a copy is given up, or None when it is worth another try."""
    recipient = copy.routing_key.partition(".")[0]
    if event.reason.startswith(RETURNED):
        return NoMailboxError(
            "the broker has no mailbox for a recipient",
            value=recipient,
            remedy="import the broker's definitions after enrolling a party",
        )
    if copy.full_since is not None and now - copy.full_since >= PATIENCE:
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
