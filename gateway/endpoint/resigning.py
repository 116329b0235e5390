"""Signs anew what waits for receipts under a key of ours that is out of use, under the same ids.

It sends nothing: the outbox's rows become due. Their receivers know each message by its id, so
one that had arrived before has no second effect.
"""

from __future__ import annotations

from gateway.endpoint.terms import Station
from gateway.envelope import sign_anew, signing_kid_of
from gateway.log import Logger
from gateway.store import JournalLine, Store
from keys import Directory, Identity, KeyState

_AT_ONCE = 200
_GONE = frozenset({KeyState.REVOKED, KeyState.COMPROMISED, KeyState.RETIRED})


class Resigning:
    """Looks once for each directory that comes into force, and once for each process."""

    def __init__(self, station: Station, log: Logger) -> None:
        self._station = station
        self._log = log
        self._done_for: Directory | None = None

    def follow(self, directory: Directory, store: Store) -> bool:
        """Does what ``directory`` asks for; whether rows were made due. Raises ``StoreError``."""
        if directory is self._done_for:
            return False
        own = self._station.signer(directory)
        gone = self._revoked(directory, own)
        signed = self._sign_all(store, gone, own) if gone else 0
        self._done_for = directory
        if signed:
            self._log.warning("outbox.signed-anew", messages=signed, kids=sorted(gone))
        return bool(signed)

    def _revoked(self, directory: Directory, own: Identity) -> frozenset[str]:
        """Our signing keys that are revoked or retired, if ``own`` counts."""
        listed = directory.signer(str(own.signing_kid))
        if listed is None or listed[0].party != self._station.party or listed[1].state in _GONE:
            return frozenset()
        return frozenset(
            str(key.kid)
            for key in listed[0].keys
            if key.use == "sig" and (key.state in _GONE or key.revoked_at is not None)
        ) - {str(own.signing_kid)}

    def _sign_all(self, store: Store, gone: frozenset[str], own: Identity) -> int:
        number, after = 0, ""
        while True:
            with store.unit() as unit:
                rows = unit.outbox.waiting_after(after, most=_AT_ONCE)
                if not rows:
                    return number
                after = rows[-1][0]
                now = self._station.clock()
                for message_id, octets in rows:
                    if signing_kid_of(octets) not in gone:
                        continue
                    fresh = sign_anew(octets, by=own)
                    unit.outbox.signed_anew(message_id, fresh, now)
                    unit.journal.add(
                        JournalLine(at=now, event="message.signed-anew", message_id=message_id)
                    )
                    number += 1
