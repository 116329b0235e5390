"""What the schema cannot say: what one column asks of another, and a serial where one is promised.

It holds no rule of one nation: those stand in its ``adapter.toml``.
"""

from __future__ import annotations

from collections.abc import Callable

from adapters.engine.codes import folded
from adapters.engine.rows import Cell, Row
from adapters.engine.spec import Rule
from adapters.engine.speech import Speech
from gateway.adapter import Issue
from gateway.payload import (
    Firearm,
    FirearmDescription,
    MarkingKindCode,
    Search,
    SerialStatusCode,
)

Check = Callable[[Row, list[Issue]], None]

# Standard 2.5, Firearm: these promise that at least a part of the serial number can be read.
_PROMISING = frozenset(
    {
        SerialStatusCode.PRESENT,
        SerialStatusCode.PARTIAL,
        SerialStatusCode.RESTORED,
        SerialStatusCode.ALTERED,
    }
)


def compile_rule(rule: Rule, speech: Speech) -> Check:
    """One ``[[rule]]``: with ``if``, it holds where that column has one of the values ``is``."""
    asked = frozenset(folded(value) for value in rule.is_)

    def check(row: Row, issues: list[Issue]) -> None:
        given = _text(row.cells.get(rule.if_)) if rule.if_ is not None else ""
        if rule.if_ is not None and folded(given) not in asked:
            return
        for column in rule.need:
            if not _text(row.cells.get(column)).strip():
                code, at = "REQUIRED" if rule.if_ is None else "RULE", row.place(column)
                if not any(issue.at == at and issue.code == "REQUIRED" for issue in issues):
                    issues.append(
                        speech.issue(code, at=at, cell=column, column=rule.if_, given=given)
                    )
        for column in rule.refuse:
            held = _text(row.cells.get(column)).strip()
            if held:
                code = "UNWANTED" if rule.if_ is None else "REFUSED"
                issues.append(
                    speech.issue(
                        "BARRED" if column == rule.if_ else code,
                        at=row.place(column),
                        value=held,
                        cell=column,
                        column=rule.if_,
                        given=given or row.kind,
                    )
                )

    return check


def _text(cell: Cell | None) -> str:
    return "; ".join(cell) if isinstance(cell, tuple) else cell or ""


def lacks_serial(firearm: Firearm | FirearmDescription, *, searching: bool) -> bool:
    """Whether ``firearm`` promises a serial number, or is searched by one, and has none."""
    if not searching and firearm.serial_status_code not in _PROMISING:
        return False
    for marking in firearm.marking:
        if marking.kind_code is MarkingKindCode.SERIAL and not (
            marking.text_as_marked is None and marking.text_pattern is None
        ):
            return False
    return True


def firearm_in(body: object) -> tuple[Firearm | FirearmDescription | None, bool]:
    """The one firearm that ``body`` is about, and whether it is searched for."""
    inner = getattr(body, "firearm_record", getattr(body, "trace_question", body))
    firearm = getattr(inner, "firearm", None)
    if isinstance(firearm, Firearm | FirearmDescription):
        return firearm, isinstance(body, Search)
    return None, False
