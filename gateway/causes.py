"""Says issues as a person reads them, and groups many into few causes.

The words are the adapter's; the same text stands in terminal, error file and log, but that a log
never shows a value.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from gateway.adapter import Issue

_PLACES = 3
_VALUES = 5
_VALUES_COUNTED = 10_000  # distinct values of one cause that are told apart
_MASK = "\N{BULLET}" * 4


@dataclass(slots=True, kw_only=True)
class Cause:
    """Issues of one kind in one column: how many, the first of them, and their commonest values."""

    first: Issue
    count: int = 0
    places: list[str] = field(default_factory=list)
    values: Counter[str] = field(default_factory=Counter)

    def add(self, issue: Issue) -> None:
        """Counts one more."""
        self.count += 1
        if len(self.places) < _PLACES:
            self.places.append(issue.at)
        if issue.value in self.values or len(self.values) < _VALUES_COUNTED:
            self.values[issue.value] += 1


class Causes:
    """Every issue of a file, however many, as its few causes."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, str], Cause] = {}

    def add(self, issues: Iterable[Issue]) -> None:
        """Counts ``issues`` by kind and column."""
        for issue in issues:
            key = (issue.code, issue.column or issue.field)
            if key not in self._found:
                self._found[key] = Cause(first=issue)
            self._found[key].add(issue)

    def __iter__(self) -> Iterator[Cause]:
        """The causes, the commonest first."""
        return iter(sorted(self._found.values(), key=lambda cause: -cause.count))

    def __len__(self) -> int:
        return len(self._found)


def told(issue: Issue, *, masked: bool = False) -> str:
    """One issue on four lines at most, the last without a line end."""
    value = ""
    if issue.value:
        value = f" '{_MASK if masked else issue.value}'"
    column = f" {issue.field}" if issue.field else ""
    lines = [f"{issue.at}: [{issue.code}]{column}{value}", f"    expected: {issue.expected}"]
    if issue.remedy:
        lines.append(f"    do:       {_unsaid(issue) if masked else issue.remedy}")
    return "\n".join(lines)


def _unsaid(issue: Issue) -> str:
    # A suggestion stands before the remedy and is as telling as the value it is near to.
    return issue.remedy.rpartition("? ")[2] if issue.value else issue.remedy


def told_cause(cause: Cause, *, masked: bool = False) -> str:
    """One cause: how often, its first places, its commonest values, what to do."""
    first = cause.first
    name = first.column or first.field
    more = ", ..." if cause.count > len(cause.places) else ""
    lines = [
        f"{cause.count} x [{first.code}]{' ' if name else ''}{name}",
        f"    first:    {'; '.join(cause.places)}{more}",
    ]
    if not masked and any(cause.values):
        common = cause.values.most_common(_VALUES)
        shown = [f"'{value}' {count}x" for value, count in common if value]
        distinct = len(cause.values)
        rest = f" and {distinct - len(shown)} more" if distinct > len(shown) else ""
        lines.append(f"    values:   {', '.join(shown)}{rest}")
    lines.append(f"    expected: {first.expected}")
    if first.remedy:
        several = cause.count > 1 or masked
        lines.append(f"    do:       {_unsaid(first) if several else first.remedy}")
    return "\n".join(lines)


def told_all(issues: Iterable[Issue]) -> str:
    """Every issue, and before them their causes where there are many."""
    held = list(issues)
    causes = Causes()
    causes.add(held)
    head = ""
    if len(causes) < len(held):
        head = "\n".join(told_cause(cause) for cause in causes) + "\n\n"
    return head + "".join(told(issue) + "\n" for issue in held)
