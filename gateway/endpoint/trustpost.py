"""Documents of trust that come over the broker, and our signed word that they are in use.

It judges none: the trust folder does. It does not decide what is sent out; the centre does.
"""

from __future__ import annotations

import base64
from collections.abc import Callable
from datetime import datetime, timedelta

from gateway.endpoint.activity import Activity
from gateway.endpoint.handing import tell_taken
from gateway.endpoint.outgoing import Outgoing
from gateway.endpoint.terms import Trust
from gateway.envelope import Header
from gateway.exchange import TRUST_EXCHANGE, Delivery
from gateway.ids import REGISTRY_PARTY, Lane
from gateway.log import Logger
from gateway.payload import DirectoryAck
from gateway.posting import Posting
from gateway.store import JournalLine, TrustAck, Unit
from keys import DirectoryMemoryError, Held, TrustError, read_bundle

_PROBE_AGAIN = timedelta(minutes=1)


def _signs_nothing(now: datetime) -> str | None:  # noqa: ARG001 - the shape of what signs
    return None


class TrustPost:
    """One endpoint's side of it; without ``trust`` nothing comes and nothing is said."""

    def __init__(
        self,
        trust: Trust | None,
        party: str,
        log: Logger,
        *,
        countersign: Callable[[datetime], str | None] = _signs_nothing,
    ) -> None:
        """``countersign`` writes our word that we are active, for everybody; its file name."""
        self._trust = trust
        self._party = party
        self._log = log
        self._countersign = countersign
        self._told = ""
        self._reminded: dict[str, datetime] = {}
        self.activity = Activity(asked=trust is not None and party == REGISTRY_PARTY)

    @staticmethod
    def is_ours(delivery: Delivery) -> bool:
        """Whether documents of trust came by it."""
        return delivery.queue.startswith(f"{TRUST_EXCHANGE}.")

    def take(self, delivery: Delivery, now: datetime) -> bool:
        """Takes in a bundle; False when it cannot be kept now and has to come again."""
        if self._trust is None:
            return True
        try:
            taken = self._trust.offer(read_bundle(delivery.body), now)
        except DirectoryMemoryError as error:
            self._log.error("trust.not-kept", code=error.code, reason=str(error))
            return False
        except TrustError as error:
            self._log.error("trust.refused", code=error.code, reason=str(error))
            return True
        tell_taken(taken, self._log)
        return True

    @property
    def owes_word(self) -> bool:
        """Whether what is relied on has changed since the centre was told."""
        if self._trust is None or self._party == REGISTRY_PARTY:
            return False
        held = self._trust.held
        return bool(held.version) and held.state != self._told

    def clock_set_back(self) -> None:
        """Our word may have been refused as of the future: it is said again."""
        self._told = ""

    def tell(self, outgoing: Outgoing) -> None:
        """Posts our word to the centre, if the directory lets us."""
        if self._trust is None:
            return
        self._told = self._trust.held.state
        self._say(REGISTRY_PARTY, outgoing, reply_to=None)

    def hear(self, header: Header, word: DirectoryAck, outgoing: Outgoing) -> None:
        """Takes in another's word: the centre notes and probes, a party countersigns the probe."""
        if self._party == REGISTRY_PARTY:
            keep_ack(outgoing.unit, header.sender, word, outgoing.frame.now)
            self._see_active(header, outgoing)
        elif header.sender == REGISTRY_PARTY and self._trust is not None:
            self._say(REGISTRY_PARTY, outgoing, reply_to=header.message_id)
            written = self._countersign(outgoing.frame.now)
            self._log.info(
                "trust.countersigned", message_id=header.message_id, document=written or ""
            )

    def _see_active(self, header: Header, outgoing: Outgoing) -> None:
        """A party is active when it has answered what was sealed to it (trust 10)."""
        unit, party, now = outgoing.unit, header.sender, outgoing.frame.now
        if header.in_reply_to is not None:
            # A word to an older probe brings no new one: two probes under way at once, as after a
            # new line, would otherwise be answered by two more, for ever.
            if unit.trust.answered(party, header.in_reply_to, now):
                unit.journal.add(
                    JournalLine(
                        at=now, event="party.active", peer=party, message_id=header.in_reply_to
                    )
                )
                self._log.info("party.active", party=party)
            self.activity.became()
            return
        self.probe(party, outgoing, again=timedelta(0))

    def probe(self, party: str, outgoing: Outgoing, *, again: timedelta = _PROBE_AGAIN) -> None:
        """Asks a party that is not active for an answer; not ``again`` so soon after the last."""
        unit, now = outgoing.unit, outgoing.frame.now
        before = unit.trust.probe(party)
        if self._trust is None or self._party != REGISTRY_PARTY:
            return
        if before is not None and before.answered_at is not None:
            self._remind(party, outgoing)
            return
        if before is not None and timedelta(0) <= now - before.sent_at < again:
            return
        message_id = self._say(party, outgoing, reply_to=None)
        if message_id is not None:
            unit.trust.probed(party, message_id, now)

    def _remind(self, party: str, outgoing: Outgoing) -> None:
        """Its mailbox is proved for good; its countersignature never came, or is lost."""
        now, last = outgoing.frame.now, self._reminded.get(party)
        due = last is None or not timedelta(0) <= now - last < _PROBE_AGAIN
        if due and self.activity.awaits(party):
            self._reminded[party] = now
            self._say(party, outgoing, reply_to=None)

    def _say(self, to: str, outgoing: Outgoing, *, reply_to: str | None) -> str | None:
        if self._trust is None:
            return None
        word = _word_of(self._trust.held, outgoing.frame.now)
        if not outgoing.may_send(to, word):
            return None
        posting = Posting(to=to, payload=word, lane=Lane.URGENT, answers=False, reply_to=reply_to)
        return outgoing.post(posting)


def _word_of(held: Held, now: datetime) -> DirectoryAck:
    return DirectoryAck(
        taken_timestamp=now.replace(microsecond=now.microsecond // 1000 * 1000),
        root_version=held.root_version,
        directory_version=held.version,
        revocation_quantity=held.revocations,
        state_digest=state_text(held),
    )


def state_text(held: Held) -> str:
    """The state's digest as messages and tables carry it: base64."""
    return base64.b64encode(bytes.fromhex(held.state)).decode()


def keep_ack(unit: Unit, sender: str, word: DirectoryAck, now: datetime) -> None:
    """Notes at the centre what ``sender`` relies on."""
    unit.trust.keep(
        TrustAck(
            party=sender,
            state=word.state_digest,
            root_version=word.root_version,
            version=word.directory_version,
            revocations=word.revocation_quantity,
            taken_at=word.taken_timestamp,
            heard_at=now,
        )
    )
