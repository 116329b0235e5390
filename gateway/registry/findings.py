"""Words for what is wrong with a filing or a search: code, place, value, expectation, remedy.

It does not decide what is wrong. Codes are listed in docs/spec/registry.md, section 8.
"""

from __future__ import annotations

from gateway.payload import Finding, SeverityCode
from gateway.registry.marks import Unusable
from gateway.registry.weapons import Mark

_LONGEST_VALUE = 200


def error(
    code: str,
    message: str,
    *,
    path: str | None = None,
    value: object = None,
    expected: str | None = None,
    remedy: str | None = None,
) -> Finding:
    """A finding for which the item is refused."""
    return _finding(
        SeverityCode.ERROR,
        code,
        message,
        path=path,
        value=value,
        expected=expected,
        remedy=remedy,
    )


def warning(
    code: str,
    message: str,
    *,
    path: str | None = None,
    value: object = None,
    expected: str | None = None,
    remedy: str | None = None,
) -> Finding:
    """A finding that the sender should look at; the item counts."""
    return _finding(
        SeverityCode.WARNING,
        code,
        message,
        path=path,
        value=value,
        expected=expected,
        remedy=remedy,
    )


def unusable_serial(mark: Mark, severity: SeverityCode) -> Finding:
    """Why a marking gives nothing to search by."""
    reason = mark.marks.unusable or Unusable.EMPTY
    message, expected, remedy = _UNUSABLE[reason] if mark.marks.partial is None else _PARTIAL
    if mark.marks.status:
        remedy = f"{remedy}; as SerialStatusCode, {mark.marks.status} fits these words"
    return _finding(
        severity,
        f"SERIAL_{reason.value}",
        message,
        path=f"{mark.path}/TextAsMarked",
        value=mark.text or None,
        expected=expected,
        remedy=remedy,
    )


_NUMBER = "a number of at least 3 characters, 2 of them digits"
_STATUS = "give the number, or leave it out and say why in SerialStatusCode"
_PARTIAL = (
    "characters of the serial are unknown: searches may find it as a candidate, never as a hit",
    "every character known",
    "give another number of the weapon too, or the whole serial when a laboratory restores it",
)
_UNUSABLE = {
    Unusable.EMPTY: ("the marking has no text", _NUMBER, _STATUS),
    Unusable.PLACEHOLDER: ("the words say that there is no readable serial", _NUMBER, _STATUS),
    Unusable.PATTERN: (
        "too few characters of the serial are known beside ? and *",
        "at least 3 known characters in a search, 5 and at most 4 unknown in a record",
        "give more of it, or another number of the weapon",
    ),
    Unusable.DAMAGED: (
        "a spreadsheet has turned the serial into a rounded number",
        "all digits of the serial",
        "export the column as text",
    ),
    Unusable.TOO_SHORT: ("the serial is too short to be searched by", _NUMBER, _STATUS),
    Unusable.TOO_LONG: (
        "the text is too long for a serial",
        "at most 32 letters and digits",
        _STATUS,
    ),
    Unusable.LETTERS_ONLY: ("the text has no digit", _NUMBER, _STATUS),
    Unusable.ONE_SYMBOL: ("one character repeated is a placeholder", _NUMBER, _STATUS),
}


def _finding(
    severity: SeverityCode,
    code: str,
    message: str,
    *,
    path: str | None,
    value: object,
    expected: str | None,
    remedy: str | None,
) -> Finding:
    return Finding(
        finding_code=code,
        severity_code=severity,
        field_path=path,
        value_text=None if value is None else str(value)[:_LONGEST_VALUE],
        expected_text=expected,
        message_text=message,
        remedy_text=remedy,
    )
