"""The closed list of what the doctor finds by itself, and how bad each is.

Errors that other rooms raise keep their own codes (docs/reference/errors.md).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from gateway.errors import GatewayError
from keys import TrustError


class Severity(StrEnum):
    """``ERROR``: messages do not flow, or a secret is open. ``WARNING``: they will not, or soon."""

    ERROR = "error"
    WARNING = "warning"


class FindingCode(StrEnum):
    """Stable codes (docs/reference/findings.md), never reused for something else."""

    NOT_RUNNING = "doctor.not-running"
    PROCESS_HALTED = "doctor.process-halted"
    DATABASE_MISSING = "doctor.database-missing"
    SCHEMA_BEHIND = "doctor.schema-behind"
    SCHEMA_AHEAD = "doctor.schema-ahead"
    REPLICA_AWAY = "doctor.replica-away"
    REPLICA_BEHIND = "doctor.replica-behind"
    OLD_KEYS = "doctor.old-keys"
    DISK_LOW = "doctor.disk-low"
    OPEN_MODE = "doctor.open-mode"
    FOLDER_UNUSABLE = "doctor.folder-unusable"
    CERTIFICATE_ENDS = "doctor.certificate-ends"
    DIRECTORY_ENDS = "doctor.directory-ends"
    NOT_LISTED = "doctor.not-listed"
    OTHER_KEY = "doctor.other-key"
    KEY_WITHHELD = "doctor.key-withheld"
    OBJECTION = "doctor.objection"
    KEY_LOG = "doctor.key-log"
    HELD = "doctor.held"
    EXPIRES_SOON = "doctor.expires-soon"
    DEAD_LETTERS = "doctor.dead-letters"
    FAILING = "doctor.failing"
    GAP = "doctor.gap"
    CLOCK_AHEAD = "doctor.clock-ahead"
    MAILBOX_UNREAD = "doctor.mailbox-unread"
    QUEUE_MISSING = "doctor.queue-missing"
    FILES_SET_ASIDE = "doctor.files-set-aside"
    TRANSPORT_STOPPED = "doctor.transport-stopped"
    TRANSPORT_TROUBLE = "doctor.transport-trouble"


SEVERITIES = {
    FindingCode.NOT_RUNNING: Severity.ERROR,
    FindingCode.PROCESS_HALTED: Severity.ERROR,
    FindingCode.DATABASE_MISSING: Severity.WARNING,
    FindingCode.SCHEMA_BEHIND: Severity.WARNING,
    FindingCode.SCHEMA_AHEAD: Severity.ERROR,
    FindingCode.REPLICA_AWAY: Severity.WARNING,
    FindingCode.REPLICA_BEHIND: Severity.WARNING,
    FindingCode.OLD_KEYS: Severity.WARNING,
    FindingCode.DISK_LOW: Severity.ERROR,
    FindingCode.OPEN_MODE: Severity.ERROR,
    FindingCode.FOLDER_UNUSABLE: Severity.ERROR,
    FindingCode.CERTIFICATE_ENDS: Severity.WARNING,
    FindingCode.DIRECTORY_ENDS: Severity.WARNING,
    FindingCode.NOT_LISTED: Severity.ERROR,
    FindingCode.OTHER_KEY: Severity.ERROR,
    FindingCode.KEY_WITHHELD: Severity.ERROR,
    FindingCode.OBJECTION: Severity.ERROR,
    FindingCode.KEY_LOG: Severity.ERROR,
    FindingCode.HELD: Severity.WARNING,
    FindingCode.EXPIRES_SOON: Severity.ERROR,
    FindingCode.DEAD_LETTERS: Severity.WARNING,
    FindingCode.FAILING: Severity.WARNING,
    FindingCode.GAP: Severity.WARNING,
    FindingCode.CLOCK_AHEAD: Severity.ERROR,
    FindingCode.MAILBOX_UNREAD: Severity.ERROR,
    FindingCode.QUEUE_MISSING: Severity.ERROR,
    FindingCode.FILES_SET_ASIDE: Severity.WARNING,
    FindingCode.TRANSPORT_STOPPED: Severity.ERROR,
    FindingCode.TRANSPORT_TROUBLE: Severity.ERROR,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that wants a person: where, what, and what to do about it."""

    code: str
    severity: Severity
    message: str
    place: str
    value: str = ""
    expected: str = ""
    remedy: str


def found(code: FindingCode, message: str, *, place: str, remedy: str, value: str = "") -> Finding:
    """A finding of the doctor's own."""
    return Finding(
        code=code.value,
        severity=SEVERITIES[code],
        message=message,
        place=place,
        value=value,
        remedy=remedy,
    )


def from_error(error: GatewayError | TrustError, place: str) -> Finding:
    """What another room refused, as a finding."""
    return Finding(
        code=error.code,
        severity=Severity.ERROR,
        message=str(error),
        place=error.place or place,
        value=str(error.value or ""),
        expected=error.expected or "",
        remedy=error.remedy or "see docs/reference/errors.md",
    )
