"""What the centre puts by of a party that has not proved its mailbox yet, and lets go when it has.

It gives no probe (trustpost.py) and judges no message (docs/spec/trust.md 10).
"""

from __future__ import annotations

from typing import ClassVar

from gateway.endpoint.desk import EndpointError
from gateway.endpoint.staleness import TRANSPORT
from gateway.store import Unit

_AT_ONCE = 200


class NotActiveError(EndpointError):
    """Its sender is listed and has not answered the centre's probe: it waits."""

    code: ClassVar[str] = "endpoint.not-active"
    retryable = True
    answered = False


def not_active(party: str) -> NotActiveError:
    """Why a message is put by."""
    return NotActiveError(
        f"{party} is listed and not active yet: nothing has been opened from its mailbox",
        place=party,
        expected="an answer to the centre's probe",
        remedy="nothing here: it is handled when the party's process has answered. If that does not"
        " come, the party looks at its line and its keys: `iarms party status`, `iarms doctor`",
    )


class Activity:
    """Which parties are active, as far as the centre knows; elsewhere nobody is asked."""

    def __init__(self, *, asked: bool) -> None:
        self._asked = asked
        self._active: frozenset[str] = frozenset()
        self.releases = asked  # whether somebody became active; what an earlier process put by

    def holds(self, party: str, message_type: str) -> bool:
        """Whether a message of this type from ``party`` is put by.

        Who became active a moment ago is let go with the next step, so that its order is kept.
        """
        return self._asked and message_type not in TRANSPORT and party not in self._active

    def became(self) -> None:
        """Somebody answered its probe: what it sent is let go."""
        self.releases = self._asked

    def to_release(self, unit: Unit) -> list[int]:
        """The messages that were put by and wait no longer, the oldest first."""
        self.releases = False
        self._active = frozenset(
            each.party for each in unit.trust.probes() if each.answered_at is not None
        )
        found: list[int] = []
        after = 0
        while letters := unit.deadletters.of_code(NotActiveError.code, most=_AT_ONCE, after=after):
            after = letters[-1]
            for letter_id in letters:
                letter = unit.deadletters.get(letter_id)
                if letter is not None and letter.sender in self._active:
                    found.append(letter_id)
        return found
