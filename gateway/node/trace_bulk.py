"""One order over many trace cases: what it would do in each, and that a run does it once in a case.

It carries nothing out: ``Traces`` does, each case in a transaction of its own.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Annotated, Any, Literal

import msgspec

from gateway.node.trace_orders import BUILDERS, decoded
from gateway.store import TraceCase, Unit
from gateway.tracing import Deed, Side, Terms, allowed, running, standing_of_case

BULK_MOST = 10_000
"""Cases that one order may name."""

BulkKind = Literal["assign", "read", "comment", "status", "remind", "close", "ack", "cancel"]
_URGENT = "URGENT"
_DEEDS: Mapping[str, Deed] = MappingProxyType(
    {
        "comment": Deed.COMMENT,
        "status": Deed.STATUS,
        "remind": Deed.REMIND,
        "close": Deed.CLOSE,
        "ack": Deed.ACCEPT,
        "cancel": Deed.CANCEL,
    }
)


class BulkOrder(msgspec.Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """``order`` with ``wish`` in a case, as part of ``run``: once and never again."""

    run: Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
    order: BulkKind
    trace_id: str
    wish: dict[str, Any] = {}


class Verdict(StrEnum):
    """What the order would do in a case."""

    READY = "READY"
    ALREADY = "ALREADY"
    REFUSED = "REFUSED"


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkCheck:
    """What the order would do in one case, and why not; nothing was changed."""

    trace_id: str
    peer: str
    state: str
    verdict: Verdict
    because: str = ""


def run_name(order: str, wish: Mapping[str, Any], now: datetime) -> str:
    """The name of a run that nobody named: the same order on the same day (UTC) is the same run."""
    told = msgspec.json.encode([order, sorted(wish.items()), f"{now:%Y-%m-%d}"])
    return f"{order}-{now:%Y%m%d}-{hashlib.sha256(told).hexdigest()[:8]}"


def check_bulk(
    bulk: Sequence[BulkOrder], unit: Unit, now: datetime, terms: Terms
) -> list[BulkCheck]:
    """What each order would do now; it changes nothing.

    Raises ``IncompleteOrderError`` where the words of the order itself are wrong: then no case
    would take it.
    """
    for one in bulk[:1]:
        if one.order in BUILDERS:
            decoded(
                msgspec.json.encode({**one.wish, "trace_id": one.trace_id}), BUILDERS[one.order][0]
            )
    return [_checked(one, unit, now, terms) for one in bulk]


def _checked(one: BulkOrder, unit: Unit, now: datetime, terms: Terms) -> BulkCheck:
    case = unit.traces.find(one.trace_id)
    if case is None:
        return BulkCheck(
            trace_id=one.trace_id,
            peer="",
            state="",
            verdict=Verdict.REFUSED,
            because="no trace case has this id here",
        )
    done = unit.traces.bulk_done(one.run, one.trace_id)
    if done is not None:
        verdict, because = Verdict.ALREADY, f"done {done:%Y-%m-%d %H:%M} UTC"
    else:
        because = _hindrance(one.order, case, unit, now, terms)
        verdict = Verdict.REFUSED if because else Verdict.READY
    return BulkCheck(
        trace_id=case.trace_id,
        peer=case.peer,
        state=case.state,
        verdict=verdict,
        because=because,
    )


def _hindrance(order: str, case: TraceCase, unit: Unit, now: datetime, terms: Terms) -> str:
    deed = _DEEDS.get(order)
    if deed is None:
        return ""  # a note of our own desk: it stands in every state
    standing, side = standing_of_case(case.trace_id, unit), Side(case.side)
    open_to = allowed(standing, side, now)
    if deed not in open_to:
        may = ", ".join(open_to) or "nothing any more"
        return (
            f"the {side.lower()} may not do {deed} when the case is {standing.state}; it may: {may}"
        )
    if (
        deed is Deed.REMIND
        and running(standing, urgent=case.priority == _URGENT, terms=terms) is None
    ):
        return "nothing is owed now: no term runs"
    return ""
