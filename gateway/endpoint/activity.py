"""What is put by of a party that has not proved itself over the line yet, and let go when it has.

The centre waits for the answer to its probe, everybody for the party's countersignature where the
root's policy asks for one (docs/spec/trust.md 10). It gives no probe (trustpost.py) and judges no
message.
"""

from __future__ import annotations

from typing import ClassVar

from gateway.endpoint.desk import EndpointError
from gateway.endpoint.staleness import TRANSPORT
from gateway.store import Unit
from keys import Directory

_AT_ONCE = 200


class NotActiveError(EndpointError):
    """Its sender is listed and has not proved itself over the line: it waits."""

    code: ClassVar[str] = "endpoint.not-active"
    retryable = True
    answered = False


def not_active(party: str) -> NotActiveError:
    """Why a message is put by."""
    return NotActiveError(
        f"{party} is listed and not active yet: nothing has been opened from its mailbox",
        place=party,
        expected="an answer to the centre's probe, and its countersignature",
        remedy="nothing here: it is handled when the party's process has answered. If that does not"
        " come, the party looks at its line and its keys: `iarms party status`, `iarms doctor`",
    )


class Activity:
    """Which parties are active. The centre alone is ``asked`` for the answers to its probes."""

    def __init__(self, *, asked: bool) -> None:
        self._asked = asked
        self._active: frozenset[str] = frozenset()
        self._awaited: frozenset[str] = frozenset()
        self.releases = True  # whether somebody became active; what an earlier process put by

    def see(self, directory: Directory) -> bool:
        """Notes who is waited for by ``directory``; whether that has changed."""
        if directory.awaited == self._awaited:
            return False
        self._awaited = directory.awaited
        self.releases = True
        return True

    def awaits(self, party: str) -> bool:
        """Whether the party's countersignature is not here yet."""
        return party in self._awaited

    def holds(self, party: str, message_type: str) -> bool:
        """Whether a message of this type from ``party`` is put by.

        Who became active a moment ago is let go with the next step, so that its order is kept.
        """
        return message_type not in TRANSPORT and self._waits(party)

    def became(self) -> None:
        """Somebody answered its probe: what it sent is let go."""
        self.releases = True

    def to_release(self, unit: Unit) -> list[int]:
        """The messages that were put by and wait no longer, the oldest first."""
        self.releases = False
        if self._asked:
            self._active = frozenset(
                each.party for each in unit.trust.probes() if each.answered_at is not None
            )
        found: list[int] = []
        after = 0
        while letters := unit.deadletters.of_code(NotActiveError.code, most=_AT_ONCE, after=after):
            after = letters[-1]
            for letter_id in letters:
                letter = unit.deadletters.get(letter_id)
                if letter is not None and letter.sender and not self._waits(letter.sender):
                    found.append(letter_id)
        return found

    def _waits(self, party: str) -> bool:
        return party in self._awaited or (self._asked and party not in self._active)
