"""Documents of trust from one party to another: a fresh directory may come from any peer.

They prove themselves, so it does not matter who hands them on; the trust folder judges them. What
the centre sends to everybody at once goes another way (trustpost.py).
"""

from __future__ import annotations

import base64
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from gateway.endpoint.gossip import BEHIND_FOR, LogGossip
from gateway.endpoint.outgoing import Outgoing
from gateway.endpoint.terms import Taken, Trust
from gateway.envelope import Header
from gateway.ids import REGISTRY_PARTY, Lane
from gateway.log import Logger
from gateway.payload import TrustDocuments
from gateway.posting import Posting
from keys import (
    DirectoryMemoryError,
    Document,
    Held,
    KeyLogError,
    TrustError,
    read_bundle,
    write_bundle,
)

ASK_BEHIND_EVERY = timedelta(seconds=6)
ASK_DEGRADED_EVERY = timedelta(seconds=30)
ANSWER_EVERY = timedelta(seconds=5)
"""To one asker; who asks more often is not answered."""
LOOK_EVERY = timedelta(seconds=1)
_ASK_WORD_LONGEST = timedelta(hours=1)
_PART = 65_536  # characters of base64; trustcarry.xsd
_PARTS_MOST = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class _Lack:
    """When a party is asked next for its countersignature, and how long after that again."""

    at: datetime
    wait: timedelta

    def later(self, now: datetime) -> _Lack:
        return _Lack(at=now + self.wait, wait=min(2 * self.wait, _ASK_WORD_LONGEST))


def _is_quiet(document: Document) -> bool:
    return document.name.startswith("countersignature-")


class Handing:
    """One endpoint's side of it; without ``trust`` nothing is asked and nothing is handed on."""

    def __init__(self, trust: Trust | None, party: str, log: Logger) -> None:
        self._trust = trust
        self._party = party
        self._log = log
        self._needed = 0  # the newest directory version that a peer's message named
        self._behind_since: datetime | None = None
        self._degraded_since: datetime | None = None
        self._named_by: str | None = None
        self._asked_at: datetime | None = None
        self._looked_at: datetime | None = None
        self._turn = zlib.crc32(party.encode())  # not everybody asks the same peer first
        self._answered: dict[str, datetime] = {}
        self._told: set[str] = set()
        self._to_tell: list[Document] = []
        self._asks = False
        self._gossip = LogGossip(trust, party, log)
        self._lacks: dict[str, _Lack] = {}  # whose countersignature something waits for

    def lacks(self, parties: Iterable[str], now: datetime) -> None:
        """Something waits until these are active; who has said so is asked for its word."""
        for party in parties:
            self._lacks.setdefault(party, _Lack(at=now + BEHIND_FOR, wait=ASK_DEGRADED_EVERY))

    def behind(self, version: int, peer: str | None, now: datetime) -> None:
        """A message names a newer directory than ours; ``peer`` where its sender is proven."""
        self._needed = max(self._needed, version)
        self._named_by = self._named_by if peer is None else peer
        self._behind_since = self._behind_since or now

    def is_due(self, now: datetime, *, degraded: bool) -> bool:
        """Whether there is something to tell everybody, or somebody to ask."""
        trust = self._trust
        if trust is None:
            return False
        looked = self._looked_at
        if looked is not None and timedelta(0) <= now - looked < LOOK_EVERY:
            return False
        self._looked_at = now
        self._to_tell = [each for each in trust.announcements() if each.name not in self._told]
        self._asks = self._is_to_ask(trust.held, now, degraded=degraded)
        self._gossip.look(now)
        lacking = any(now >= each.at for each in self._lacks.values())
        of_the_log = self._gossip.is_due(now) or self._gossip.asks(now)
        return self._asks or lacking or of_the_log or bool(self._to_tell)

    def _is_to_ask(self, held: Held, now: datetime, *, degraded: bool) -> bool:
        if held.version >= self._needed:
            self._behind_since = None
        self._degraded_since = (self._degraded_since or now) if degraded else None
        if self._party == REGISTRY_PARTY or not held.version:
            return False
        asked = None if self._asked_at is None else now - self._asked_at
        for since, every in (
            (self._behind_since, ASK_BEHIND_EVERY),
            (self._degraded_since, ASK_DEGRADED_EVERY),
        ):
            is_late = since is not None and now - since >= BEHIND_FOR
            if is_late and (asked is None or not timedelta(0) <= asked < every):
                return True
        return False

    def see_to(self, outgoing: Outgoing) -> None:
        """Tells everybody what this party has signed, and asks a peer for what is newer."""
        if self._trust is None:
            return
        if self._to_tell:
            # The centre spreads a countersignature; who misses it asks its party (lacks).
            loud = [each for each in self._to_tell if not _is_quiet(each)]
            for each in sorted(outgoing.others()):
                told = self._to_tell if each == REGISTRY_PARTY else loud
                if told:
                    self._hand(each, told, outgoing)
            names = [each.name for each in self._to_tell]
            self._told.update(names)
            self._to_tell = []
            self._log.warning("trust.announced", documents=names)
        self._ask_for_word(outgoing)
        self._see_to_log(outgoing)
        if self._asks:
            self._asks, self._asked_at = False, outgoing.frame.now
            peer = self._next_peer(outgoing)
            if peer is not None and self._hand(peer, [], outgoing, wanted=True):
                self._log.info("trust.asked", peer=peer)

    def _see_to_log(self, outgoing: Outgoing) -> None:
        now, others = outgoing.frame.now, outgoing.others()
        if self._gossip.is_due(now):
            for peer in self._gossip.to_tell(others):
                self._hand(peer, [], outgoing, of_the_log=True)
        if self._gossip.asks(now):
            asked = self._gossip.whom_to_ask(others, now)
            if asked is not None and self._hand(asked, [], outgoing, wanted=True, of_the_log=True):
                self._log.info("trust.asked", peer=asked)

    def _ask_for_word(self, outgoing: Outgoing) -> None:
        now, awaited = outgoing.frame.now, outgoing.awaited
        self._lacks = {party: each for party, each in self._lacks.items() if party in awaited}
        for party, each in self._lacks.items():
            if now >= each.at or each.at - now > each.wait:  # the clock was set back
                self._lacks[party] = each.later(now)
                if self._hand(party, [], outgoing, wanted=True):
                    self._log.info("trust.asked", peer=party)

    def take(self, header: Header, word: TrustDocuments, outgoing: Outgoing) -> None:
        """Takes in what a peer handed on, and gives it what it asks for.

        Raises DirectoryMemoryError if it cannot be kept: it comes again.
        """
        if self._trust is None:
            return
        now = outgoing.frame.now
        if word.bundle_part:
            self._offer(header, word, now)
        self._gossip.hear(header, word, outgoing)
        if not word.wanted_indicator or not self._may_answer(header.sender, now):
            return
        newer = self._trust.newer_than(
            root_version=word.root_version,
            version=word.directory_version,
            beacon=word.beacon_number,
            state=base64.b64decode(word.state_digest).hex(),
            log_note=_first_note(word),
        )
        # Our own word that we are active: the asker may be waiting for it alone.
        newer += [each for each in self._trust.announcements() if _is_quiet(each)]
        if newer and self._hand(header.sender, newer, outgoing, reply_to=header.message_id):
            self._log.info("trust.handed-on", peer=header.sender, documents=len(newer))

    def _offer(self, header: Header, word: TrustDocuments, now: datetime) -> None:
        if self._trust is None:
            return
        try:
            octets = base64.b64decode("".join(word.bundle_part), validate=True)
            taken = self._trust.offer(read_bundle(octets), now)
        except DirectoryMemoryError:
            raise
        except (TrustError, ValueError) as error:
            self._log.error("trust.refused", peer=header.sender, reason=str(error))
            return
        tell_taken(taken, self._log)
        if taken.news:
            self._asked_at = self._looked_at = None  # there may be more to be had

    def _may_answer(self, peer: str, now: datetime) -> bool:
        last = self._answered.get(peer)
        if last is not None and timedelta(0) <= now - last < ANSWER_EVERY:
            return False
        self._answered[peer] = now
        return True

    def _next_peer(self, outgoing: Outgoing) -> str | None:
        """Who named a newer one, once; then the centre, and the others in turn."""
        named = self._named_by
        self._named_by = None
        if named is not None and outgoing.knows(named):
            return named
        peers = sorted(outgoing.others(), key=lambda each: (each != REGISTRY_PARTY, each))
        if not peers:
            return None
        self._turn += 1
        return peers[self._turn % len(peers)]

    def _hand(
        self,
        peer: str,
        documents: Sequence[Document],
        outgoing: Outgoing,
        *,
        wanted: bool = False,
        reply_to: str | None = None,
        of_the_log: bool = False,
    ) -> bool:
        """``of_the_log`` is left out otherwise: a program of before does not know the element."""
        if self._trust is None:
            return False
        held = self._trust.held
        word = TrustDocuments(
            root_version=held.root_version,
            directory_version=held.version,
            beacon_number=held.beacon,
            state_digest=base64.b64encode(bytes.fromhex(held.state)).decode(),
            wanted_indicator=wanted,
            key_log_checkpoint=self._gossip.words if of_the_log else (),
            bundle_part=_parts(documents),
        )
        if not outgoing.may_send(peer, word):
            return False
        outgoing.post(
            Posting(to=peer, payload=word, lane=Lane.URGENT, answers=False, reply_to=reply_to)
        )
        return True


def _first_note(word: TrustDocuments) -> bytes | None:
    """What the asker holds of the key log."""
    return base64.b64decode(word.key_log_checkpoint[0]) if word.key_log_checkpoint else None


def tell_refused(refusal: TrustError, log: Logger) -> None:
    """Says in the log which document or key is not relied on, and what a person does about it."""
    log.error(
        "keylog.refused" if isinstance(refusal, KeyLogError) else "directory.refused",
        code=refusal.code,
        reason=str(refusal),
        place=refusal.place,
        value=refusal.value,
        remedy=refusal.remedy,
    )


def tell_taken(taken: Taken, log: Logger) -> None:
    """Says in the log what became of documents that came, an objection loudest."""
    for refusal in taken.refusals:
        log.warning("trust.refused", code=refusal.code, reason=str(refusal))
    for each in taken.objections:
        log.error(
            "trust.objection",
            objector=each.party,
            version=each.directory.version,
            kids=list(each.kids),
            remedy=f"call {each.party} and the officers: somebody listed keys in its name",
        )
    if taken.news:
        log.info("trust.taken", documents=taken.news)


def _parts(documents: Sequence[Document]) -> tuple[str, ...]:
    """As many of the first documents as one message holds; what is left is asked for again."""
    chosen = list(documents)
    while chosen:
        text = base64.b64encode(write_bundle(chosen)).decode()
        if len(text) <= _PART * _PARTS_MOST:
            return tuple(text[start : start + _PART] for start in range(0, len(text), _PART))
        chosen.pop()
    return ()
