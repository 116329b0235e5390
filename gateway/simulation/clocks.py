"""The order of a ledger's lines: by its own numbers, else by its parties' clocks.

Clocks of several machines differ. How much at least is seen where a message was taken before it was
sent; that is told, and put right only where a person says so. It judges no promise.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from gateway.simulation.ledger import Kind

Line = Mapping[str, Any]
_RANK: Mapping[str, int] = {
    Kind.INVOKE: 0,
    Kind.TOOK: 2,
    Kind.EFFECT: 2,
    Kind.DURABLE: 3,
    Kind.ACK: 4,
    Kind.SETTLED: 4,
    Kind.WAITS: 8,
    Kind.BOOKS: 8,
    Kind.QUIET: 9,
}
"""Of lines of one millisecond: what is sent stands before what is taken, and the end last."""


def in_order(lines: Sequence[dict[str, Any]], *, apart: bool = False) -> list[dict[str, Any]]:
    """The lines by ``n`` where each has one, else by ``t``, numbered from 1.

    With ``apart`` each party's clock is first put forward or back by what its messages show.
    """
    if all("n" in line for line in lines):
        return sorted(lines, key=lambda line: int(line["n"]))
    late = clocks_behind(lines) if apart else {}
    moved = [{**line, "t": line["t"] + late.get(line["party"], 0)} for line in lines]
    ordered = sorted(moved, key=lambda line: (int(line["t"]), _RANK.get(line["kind"], 1)))
    return [{**line, "n": number} for number, line in enumerate(ordered, 1)]


def clocks_behind(lines: Sequence[Line]) -> dict[str, int]:
    """By how many ms each party's clock must be put forward so that nothing is taken unsent.

    Nor settled untaken, if that can be had as well. Empty where nothing is, and where no clock that
    only stands wrong can explain what is.
    """
    sent = _instants(lines, Kind.SENT)
    taken = {**_instants(lines, Kind.EFFECT), **_instants(lines, Kind.TOOK)}
    settled = _instants(lines, Kind.SETTLED)
    roads: list[tuple[str, str, int]] = []  # from whom, to whom, how long by their clocks
    words: list[tuple[str, str, int]] = []
    for (party, sender, message_id), at in taken.items():
        if sender == party:
            continue
        begun = sent.get((sender, "", message_id))
        if begun is not None:
            roads.append((sender, party, at - begun))
        ended = settled.get((sender, party, message_id))
        if ended is not None:
            words.append((party, sender, ended - at))
    both = _put_right([*roads, *words])
    return both if both is not None else _put_right(roads) or {}


def _instants(lines: Iterable[Line], kind: Kind) -> dict[tuple[str, str, str], int]:
    """When lines of ``kind`` were, the first of each: by party, by the other where one is named."""
    found: dict[tuple[str, str, str], int] = {}
    for line in lines:
        if line["kind"] == kind:
            other = "" if kind is Kind.SENT else str(line.get("sender", line.get("by")))
            found.setdefault((line["party"], other, line["message_id"]), line["t"])
    return found


def _put_right(roads: Sequence[tuple[str, str, int]]) -> dict[str, int] | None:
    """The smallest shifts by which no road takes less than no time; None where there are none."""
    late = {party: 0 for begin, end, _ in roads for party in (begin, end)}
    for _ in range(len(late) + 1):
        before = dict(late)
        for begin, end, ms in roads:
            late[end] = max(late[end], late[begin] - ms)
        if late == before:
            return {party: ms for party, ms in late.items() if ms}
    return None
