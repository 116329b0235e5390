"""Ends what a stolen key signed and is held here, when its country or the officers disown it.

What the country names as its own is let go; the rest is marked as disowned and stays to be looked
at. It decides nothing about keys, and destroys nothing.
"""

from __future__ import annotations

import base64
from datetime import datetime, timedelta

from gateway.endpoint.terms import Trust
from gateway.envelope import EnvelopeRefusedError, signing_kid_of
from gateway.log import Logger
from gateway.store import ASKED, DISOWNED, DeadLetter, JournalLine, Store, Unit
from keys import Disownment

_AT_ONCE = 100
_FROM_THE_START_EVERY = timedelta(minutes=1)
"""A forged message that is sent again lies among the letters again, under its old number."""


class Disowning:
    """One endpoint's side of it; without ``trust`` there is nothing to disown."""

    def __init__(self, trust: Trust | None, log: Logger) -> None:
        self._trust = trust
        self._log = log
        self._after = 0
        self._known: frozenset[bytes] = frozenset()
        self._begun_at: datetime | None = None

    def follow(self, store: Store, now: datetime) -> None:
        """Looks at the next letters; nothing while no disownment is known. Raises StoreError."""
        held = () if self._trust is None else self._trust.disownments
        if not held:
            return
        known = frozenset(each.digest for each in held)
        begun = self._begun_at
        is_old = begun is None or not timedelta(0) <= now - begun < _FROM_THE_START_EVERY
        if known != self._known or is_old:
            self._known, self._after, self._begun_at = known, 0, now
        with store.unit() as unit:
            letters = unit.deadletters.of_code(
                EnvelopeRefusedError.code, most=_AT_ONCE, after=self._after
            )
            for letter_id in letters:
                letter = unit.deadletters.get(letter_id)
                if letter is not None:
                    self._judge(letter, held, unit, now)
        self._after = letters[-1] if letters else self._after

    def _judge(
        self, letter: DeadLetter, held: tuple[Disownment, ...], unit: Unit, now: datetime
    ) -> None:
        kid = signing_kid_of(letter.octets)
        said = [each for each in held if kid in each.kids]
        if not said:
            return
        digest = base64.b64decode(letter.digest)
        is_genuine = any(digest in each.genuine for each in said)
        unit.deadletters.mark(letter.id, ASKED if is_genuine else DISOWNED)
        event = "message.released" if is_genuine else "message.disowned"
        unit.journal.add(
            JournalLine(at=now, event=event, peer=said[0].party, message_id=letter.message_id)
        )
        self._log.warning(
            "message.released" if is_genuine else "message.disowned",
            letter=letter.id,
            party=said[0].party,
            by=said[0].by,
        )
