"""What an endpoint holds while its directory may be an old one, and lets go when it is fresh.

Degraded, transport goes on: what the line itself needs is taken, everything else is acknowledged to
the broker and put by, sealed and in sight, until a fresh directory confirms its sender. Stopped, no
new case is begun either (docs/spec/trust.md 5).
"""

from __future__ import annotations

from typing import ClassVar

from gateway.endpoint.desk import EndpointError
from gateway.log import Logger
from gateway.store import Unit
from keys import Freshness

TRANSPORT = frozenset(
    {"RECEIPT", "DELIVERY_STATEMENT", "RESEND_REQUEST", "DIRECTORY_ACK", "TRUST_DOCUMENTS"}
)
"""What goes on degraded; it changes no state but that of the line."""
AT_ONCE = 200


class HeldError(EndpointError):
    """It came while the directory might be an old one: it waits, and nothing is wrong with it."""

    code: ClassVar[str] = "endpoint.held"
    retryable = True
    answered = False


def held() -> HeldError:
    """Why a message is put by."""
    return HeldError(
        "the newest beacon is old, so what changes state waits",
        expected="a fresh directory",
        remedy="nothing: it is handled when a fresh directory has come from the hub or any peer",
    )


class Staleness:
    """One endpoint's memory of how fresh its directory was."""

    def __init__(self, log: Logger) -> None:
        self._log = log
        self._now = Freshness.FRESH
        self._releasing = True  # what an earlier process put by

    @property
    def is_degraded(self) -> bool:
        """Whether what changes state is held."""
        return self._now is not Freshness.FRESH

    @property
    def is_stopped(self) -> bool:
        """Whether no new case is begun."""
        return self._now is Freshness.STOPPED

    def see(self, freshness: Freshness) -> None:
        """Notes how fresh the directory is now; a change is told."""
        if freshness is self._now:
            return
        self._now = freshness
        self._releasing = self._releasing or freshness is Freshness.FRESH
        if freshness is Freshness.FRESH:
            self._log.info("endpoint.fresh")
        else:
            self._log.error("endpoint.degraded", freshness=freshness)

    @property
    def releases(self) -> bool:
        """Whether messages may be left that were put by, and can go on now."""
        return self._releasing and not self.is_degraded

    def to_release(self, unit: Unit) -> list[int]:
        """The next messages that were put by, the oldest first; empty when there are none."""
        found = unit.deadletters.of_code(HeldError.code, most=AT_ONCE)
        self._releasing = bool(found)
        return found

    def holds(self, message_type: str) -> bool:
        """Whether a message of this type is put by."""
        return self.is_degraded and message_type not in TRANSPORT
