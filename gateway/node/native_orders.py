"""Carries out what a national system orders in trace cases, one native item at a time.

It knows no format and no rule of a case: the adapter has read the order, ``traces`` judges it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import get_args

from gateway.adapter import Issue, Item, TraceOrder
from gateway.endpoint import Outgoing
from gateway.errors import GatewayError
from gateway.node.traces import Traces
from gateway.payload import Payload
from keys import TrustError

_SHOWN = 80
_ORDERS = frozenset(get_args(TraceOrder))


@dataclass(frozen=True, slots=True, kw_only=True)
class Carried:
    """What became of an order: the message that was sent, or why nothing was."""

    message_id: str | None
    payload: Payload | None
    issue: Issue | None


def is_order(item: Item) -> bool:
    """Whether ``item`` is an order in a trace case."""
    return type(item.body) in _ORDERS


def carry_out(item: Item, traces: Traces, outgoing: Outgoing) -> Carried:
    """Does what ``item`` orders, or changes nothing and says why."""
    body = item.body
    if not isinstance(body, get_args(TraceOrder)):
        raise TypeError("an item without a trace order was given")
    try:
        message_id, payload = traces.file(
            body,
            outgoing,
            case_reference=item.case_reference or item.reference or None,
            in_spite=item.in_spite,
            urgent=item.urgent,
        )
    except TrustError:
        raise  # the trust folder prevents it now: the piece comes again
    except GatewayError as error:
        return Carried(message_id=None, payload=None, issue=_issue(item, error))
    return Carried(message_id=message_id, payload=payload, issue=None)


def _issue(item: Item, error: GatewayError) -> Issue:
    return Issue(
        code=error.code,
        at=item.at,
        field=str(getattr(error, "place", None) or ""),
        value=str(getattr(error, "value", None) or "")[:_SHOWN],
        expected=str(getattr(error, "expected", None) or error),
        remedy=f"{error}; {getattr(error, 'remedy', None) or ''}".rstrip("; "),
    )
