"""The centre's side of documents of trust: a beacon every minute, and every change to everybody.

It decides about no key: it sends out what lies in the hub's trust folder. Who relies on what is
told by each party's signed word (endpoint/trustpost.py).
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from gateway.endpoint import state_text
from gateway.exchange import TRUST_EXCHANGE, TRUST_ONE_EXCHANGE, Link
from gateway.ids import REGISTRY_PARTY, RELAY_USER
from gateway.log import Logger
from gateway.store import SentState, Store, StoreError
from keys import DirectoryFolder, Document, TrustError, documents_in, write_bundles

BEACON_EVERY = timedelta(seconds=60)
_RETRY = timedelta(seconds=1)
_NEWS_FIRST = timedelta(milliseconds=500)
"""How much later than a revocation the next beacon goes: a receiver refuses first."""
REPEAT_LONGEST = timedelta(hours=1)
"""Who has said nothing gets everything again after a minute, two, four, and so much at most."""
_BEACON = "beacon.xml"
_NOTES = ("revocation-", "recovery-", "disownment-", "objection-", "countersignature-")
"""What counts without a beacon that names it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Repeat:
    """When a party that has not said that it relies on ``state`` gets everything again."""

    state: str
    due: datetime
    wait: timedelta


class Repeating:
    """Who is to get everything again, and when: what was sent may never have arrived."""

    def __init__(self) -> None:
        self._waiting: dict[str, _Repeat] = {}

    def due(self, state: str, missing: Collection[str], now: datetime) -> list[str]:
        """Those of ``missing`` whose turn it is; each later than the last time."""
        known, self._waiting = self._waiting, {}
        found: list[str] = []
        for party in sorted(missing):
            last = known.get(party)
            if last is None or last.state != state or last.due - now > REPEAT_LONGEST:
                last = _Repeat(state=state, due=now + BEACON_EVERY, wait=BEACON_EVERY)
            elif now >= last.due:
                found.append(party)
                wait = min(2 * last.wait, REPEAT_LONGEST)
                last = _Repeat(state=state, due=now + wait, wait=wait)
            self._waiting[party] = last
        return found


class Spreading:
    """``advance`` is called between the hub's steps; it costs one look at the folder's time.

    ``give_beacon`` writes the next beacon into the folder, or is None where another machine gives
    them. ``up`` says whether the broker can be reached: what is sent while it is not is lost.
    """

    busy = False

    def __init__(
        self,
        *,
        trust: Path,
        directories: DirectoryFolder,
        link: Link,
        store: Store,
        clock: Callable[[], datetime],
        give_beacon: Callable[[datetime], None] | None,
        up: Callable[[], bool],
        log: Logger,
    ) -> None:
        self._trust = trust
        self._directories = directories
        self._link = link
        self._store = store
        self._clock = clock
        self._give_beacon = give_beacon
        self._up = up
        self._log = log
        self._numbers = itertools.count(1)
        self._stamp = 0
        self._due: datetime | None = None
        self._was_up = False
        self._sent: set[str] = set()
        self._beacon_owed = False
        self._repeating = Repeating()

    def advance(self) -> None:
        """Sends what has changed, and every minute a beacon; nothing while the broker is away."""
        now = self._clock()
        is_up, was_up = self._up(), self._was_up
        self._was_up = is_up
        if not is_up:
            return
        is_changed = not was_up or self._stamp != self._folder_stamp()
        wait = timedelta(0) if self._due is None else self._due - now
        if not is_changed and timedelta(0) < wait <= BEACON_EVERY:  # longer: the clock was set back
            return
        try:
            news = self._send_news() if was_up and is_changed else []
            if news and all(each.startswith(_NOTES) for each in news):
                self._note_sent(now)
                self._stamp, self._due = self._folder_stamp(), now + _NEWS_FIRST
                self._beacon_owed = True
                return
            self._spread(
                now, whole=is_changed and not news, beacon_alone=bool(news) or self._beacon_owed
            )
            self._beacon_owed = False
        except (TrustError, StoreError, OSError) as error:
            self._log.error("trust.not-spread", reason=str(error))
            self._stamp, self._due = self._folder_stamp(), now + _RETRY

    def _spread(self, now: datetime, *, whole: bool, beacon_alone: bool) -> None:
        if self._give_beacon is not None:
            self._give_beacon(now)
        self._stamp, self._due = self._folder_stamp(), now + BEACON_EVERY
        documents = documents_in(self._trust)
        told = self._note_sent(now)
        listed = self._directories.signed
        missing = set() if listed is None else set(listed.parties) - told - {REGISTRY_PARTY}
        # The relay says nothing of what it relies on: it gets everything again by the same clock.
        again = self._repeating.due(self._directories.held.state, missing | {RELAY_USER}, now)
        everything = documents
        if beacon_alone or not whole:
            # What was put there while the beacon was made has changed the folder's time for nobody.
            documents = [
                each for each in documents if each.name == _BEACON or each.name not in self._sent
            ]
        ahead = [each for each in documents if self._is_urgent(each)]
        self._sent |= {each.name for each in documents}
        if not documents:
            return
        if 0 < len(ahead) < len(documents):
            self._publish(ahead)  # a reader who has the directory refuses before it reads the rest
        self._publish(documents)
        if not whole:
            for party in again:
                self._publish(everything, to=party)
        self._log.info(
            "trust.spread",
            documents=len(documents),
            version=self._directories.held.version,
            again=len(again),
        )

    def _note_sent(self, now: datetime) -> set[str]:
        """Takes up what lies here ourselves and notes since when it is sent; who relies on it."""
        self._directories.look(now)
        held = self._directories.held
        state = state_text(held)
        with self._store.unit() as unit:
            if held.version:
                unit.trust.sent(
                    SentState(
                        state=state,
                        root_version=held.root_version,
                        version=held.version,
                        revocations=held.revocations,
                        sent_at=now,
                    )
                )
            return {each.party for each in unit.trust.acks() if each.state == state}

    def _send_news(self) -> list[str]:
        """What came since the last look goes out at once: a revocation waits for no beacon."""
        found = documents_in(self._trust)
        news = [each for each in found if each.name not in self._sent | {_BEACON}]
        if not news or not self._sent:
            return []
        names = [each.name for each in news]
        self._sent |= set(names)
        self._publish(news)
        return names

    def _is_urgent(self, document: Document) -> bool:
        return document.name.startswith("revocation-") and document.name not in self._sent

    def _publish(self, documents: list[Document], *, to: str | None = None) -> None:
        """The log's growth goes ahead alone: a program of before refuses what it does not know."""
        growths = [each for each in documents if each.name.endswith(".growth")]
        others = [each for each in documents if each not in growths]
        for body in (*write_bundles(growths), *write_bundles(others)):
            self._link.publish(
                token=f"trust:{next(self._numbers)}",
                exchange=TRUST_EXCHANGE if to is None else TRUST_ONE_EXCHANGE,
                routing_key=to or "",
                body=body,
            )

    def _folder_stamp(self) -> int:
        # Documents are put in place by renaming, which the folder's own time shows.
        return self._trust.stat().st_mtime_ns
