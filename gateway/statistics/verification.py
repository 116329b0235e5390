"""Holds the log of facts against its chain, and the tables against the log."""

from __future__ import annotations

from gateway.statistics.errors import NotReproducedError
from gateway.statistics.folded import FoldedFacts
from gateway.store import EMPTY_HEAD, Unit, chained, state_columns

_STATES = ("records", "searches", "hits", "seized", "traces", "intake")
_REMEDY = "restore the node from its backup, and keep the database for whoever looks into it"


def verify_facts(unit: Unit) -> tuple[int, str]:
    """How far the log is and the chain's digest, when all of it holds.

    Raises ``NotReproducedError`` that says where it does not.
    """
    head, position = EMPTY_HEAD, 0
    entries = list(unit.facts.log())
    for entry in entries:
        head = chained(head, entry.line)
        if entry.position != position + 1 or entry.head != head:
            raise NotReproducedError(
                "the log of facts was changed: its chain breaks here",
                place=f"position {entry.position}",
                value=entry.head,
                expected=head,
                remedy=_REMEDY,
            )
        position = entry.position
    if unit.facts.head() != (position, head):
        raise NotReproducedError(
            "the log of facts ends elsewhere than its head says",
            place=f"position {position}",
            value=str(unit.facts.head()),
            expected=str((position, head)),
            remedy=_REMEDY,
        )
    folded = FoldedFacts(entries)
    for state in _STATES:
        columns = ("subject", *state_columns(state))
        for kept, made in zip(
            unit.facts.rows(state, columns), folded.rows(state, columns), strict=False
        ):
            if kept != made:
                raise NotReproducedError(
                    "a table of the analysis does not follow from the log of facts",
                    place=f"{state} {made[0]}",
                    value=str(kept),
                    expected=str(made),
                    remedy=_REMEDY,
                )
        if len(unit.facts.rows(state, ("subject",))) != len(folded.rows(state, ("subject",))):
            raise NotReproducedError(
                "a table of the analysis has other cases than the log of facts",
                place=state,
                remedy=_REMEDY,
            )
    return position, head
