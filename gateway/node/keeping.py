"""Posts the bodies of some items and says how each item is to be kept: exactly one state each.

It opens no file and decides nothing that the adapter has decided already.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import msgspec

from gateway.adapter import Issue, Item
from gateway.endpoint import Outgoing
from gateway.ids import REGISTRY_PARTY
from gateway.node.messages import Sending, pack
from gateway.node.native_orders import Carried, carry_out, is_order
from gateway.node.traces import Traces
from gateway.payload import encode
from gateway.posting import Posting
from gateway.store import NativeItem

_WIDTH = 128
_UNSENT = (None, None)


def kept_rows(  # noqa: PLR0917 - all that a row is made of
    file_id: int,
    items: Sequence[Item],
    mapping: str,
    round_: int,
    outgoing: Outgoing,
    traces: Traces,
    *,
    batch_most: int,
) -> list[NativeItem]:
    """The rows of ``items`` of one file, those with a body posted; ``mapping`` read them.

    An order in a trace case ends at once: sent, or nothing was changed and the item says why.

    ``round_`` counts how often the file was gone back to, so that each time is answered once.
    """
    sent: dict[int, tuple[str, Sending]] = {}
    for sending in pack(items, outgoing.frame, batch_most=batch_most):
        message_id = outgoing.post(
            Posting(to=REGISTRY_PARTY, payload=sending.payload, lane=sending.lane, answers=False)
        )
        sent.update(dict.fromkeys(sending.numbers, (message_id, sending)))
    return [
        _ordered(file_id, item, carry_out(item, traces, outgoing), mapping, round_)
        if is_order(item)
        else _row(file_id, item, sent, mapping, round_)
        for item in items
    ]


def _ordered(file_id: int, item: Item, carried: Carried, mapping: str, round_: int) -> NativeItem:
    """The row of an order in a trace case."""
    issue = carried.issue
    row = _row(
        file_id,
        item if issue is None else replace(item, body=None, issues=(issue,)),
        {},
        mapping,
        round_,
    )
    if carried.payload is None:
        return row
    return row._replace(
        state="APPLIED", message_id=carried.message_id, answer=encode(carried.payload)
    )


def _row(
    file_id: int,
    item: Item,
    sent: Mapping[int, tuple[str, Sending]],
    mapping: str,
    round_: int,
) -> NativeItem:
    number = item.number
    message_id, sending = sent.get(number, _UNSENT)
    issues = item.issues or ((_skipped(item),) if item.skipped else ())
    return NativeItem(
        file_id,
        number,
        _storable(item.at),
        _storable(item.reference),
        item.raw,
        _state(item, message_id),
        message_id,
        str(number) if sending is not None and sending.batch else None,
        msgspec.json.encode(issues).decode() if issues else None,
        None,  # no answer yet
        mapping,
        round_,
    )


def _state(item: Item, message_id: str | None) -> str:
    if message_id is not None:
        return "SENT"
    if item.skipped:
        return "SKIPPED"
    return "HELD" if item.held else "SET_ASIDE"


def _skipped(item: Item) -> Issue:
    return Issue(code="SKIPPED", at=item.at, field="", value="", expected=item.skipped, remedy="")


def _storable(text: str) -> str:
    # PostgreSQL holds no NUL in a text, and a row that is set aside may have one in its reference.
    if len(text) <= _WIDTH and "\0" not in text:
        return text
    return text.replace("\0", "\N{REPLACEMENT CHARACTER}")[:_WIDTH]
