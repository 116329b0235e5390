"""What is wrong with a payload, all of it at once.

It does not look for problems: ``parser`` does.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from gateway.errors import GatewayError

_SHOWN_ISSUES = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class SchemaIssue:
    """One place where a payload does not hold to the standard.

    ``code`` is one of ``MARKUP``, ``SIZE``, ``UNEXPECTED``, ``MISSING``, ``ATTRIBUTE``, ``CODE``,
    ``PATTERN``, ``LENGTH``, ``EMPTY``, ``TYPE``, ``REPEATED``, ``INVALID`` (docs/spec/payload.md,
    clause 8). ``path`` is made of element names with a position where an element repeats;
    ``line`` counts from 1 and is 0 where there is none.
    """

    code: str
    path: str
    value: str
    expected: str
    line: int
    remedy: str
    message: str

    def __str__(self) -> str:
        place = f"line {self.line}: " if self.line else ""
        found = f" (found: {self.value})" if self.value else ""
        return f"{place}{self.path}: {self.message}{found}. Expected: {self.expected}."


class PayloadError(GatewayError):
    """A payload does not hold to the standard; ``issues`` lists every problem found."""

    code: ClassVar[str] = "payload.schema"

    def __init__(self, issues: Sequence[SchemaIssue]) -> None:
        first = issues[0]
        count = len(issues)
        problems = "one problem" if count == 1 else f"{count} problems"
        listed = "; ".join(str(issue) for issue in issues[:_SHOWN_ISSUES])
        more = f"; and {count - _SHOWN_ISSUES} more" if count > _SHOWN_ISSUES else ""
        super().__init__(
            f"the payload has {problems}: {listed}{more}",
            place=first.path or None,
            value=first.value or None,
            expected=first.expected or None,
            remedy=first.remedy or None,
        )
        self.issues = tuple(issues)


class PayloadMarkupError(PayloadError):
    """The octets are not XML of the allowed form; nothing in them was interpreted."""

    code: ClassVar[str] = "payload.markup"


class PayloadSizeError(PayloadError):
    """The payload has more octets than a message may carry."""

    code: ClassVar[str] = "payload.size"
