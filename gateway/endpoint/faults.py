"""Turns an error into the signed fault that its sender gets.

It never tells which cryptographic check failed: the error's own text does not either.
"""

from __future__ import annotations

from gateway.errors import GatewayError
from gateway.payload import Fault, Finding, PayloadError, SeverityCode

_TEXT_MAX = 1_000
_SHORT_MAX = 200
_FINDINGS_MAX = 100


def fault_of(error: GatewayError, message_id: str | None) -> Fault:
    """The fault that tells the sender of ``message_id`` about ``error``."""
    return Fault(
        message_id=message_id,
        fault_code=error.code,
        retryable_indicator=error.retryable,
        message_text=_clean(error.message, _TEXT_MAX) or "the message was refused",
        field_path=_clean(error.place, _SHORT_MAX),
        expected_text=_clean(error.expected, _TEXT_MAX),
        remedy_text=_clean(error.remedy, _TEXT_MAX),
        finding=_findings(error),
    )


def _findings(error: GatewayError) -> tuple[Finding, ...]:
    if not isinstance(error, PayloadError):
        return ()
    return tuple(
        Finding(
            finding_code="SCHEMA",
            severity_code=SeverityCode.ERROR,
            field_path=_clean(issue.path, _SHORT_MAX),
            value_text=_clean(issue.value, _SHORT_MAX),
            expected_text=_clean(issue.expected, _SHORT_MAX),
            message_text=_clean(issue.message, _TEXT_MAX) or "not as the standard says",
        )
        for issue in error.issues[:_FINDINGS_MAX]
    )


def _clean(text: str | None, most: int) -> str | None:
    if not text:
        return None
    # What a peer sent may hold characters that the standard's texts may not.
    kept = "".join(c if c.isprintable() else " " for c in text)
    return " ".join(kept.split())[:most].strip() or None
