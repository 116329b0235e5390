"""Where one message is and what happened to it, from everything that a home remembers.

It asks no peer: what the other side did is known here by its receipt, its answer or its fault.
"""

from __future__ import annotations

from dataclasses import dataclass

from gateway.store import Kept, Store

Rows = list[dict[str, object]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """What is known of one message; ``verdict`` says in a sentence where it is."""

    message_id: str
    verdict: str
    waiting_for: Rows
    taken: Rows
    sealed: tuple[Kept, ...]
    dead_letters: Rows
    journal: Rows
    items: Rows
    answers: list[str]

    @property
    def is_known(self) -> bool:
        """Whether anything here remembers it."""
        return bool(
            self.waiting_for or self.taken or self.sealed or self.dead_letters or self.journal
        )


def trace_message(store: Store, message_id: str) -> Trace:
    """The trace of ``message_id``; raises ``StoreError`` where the database cannot be read."""
    with store.unit() as unit:
        seen = unit.overview
        waiting, taken = seen.waits_for(message_id), seen.taken(message_id)
        kept = tuple(seen.kept(message_id))
        letters = seen.set_aside(message_id)
        happened = seen.happened(message_id)
        items, answers = seen.items(message_id), seen.answers(message_id)
    return Trace(
        message_id=message_id,
        verdict=_verdict(waiting, taken, kept, letters, happened),
        waiting_for=waiting,
        taken=taken,
        sealed=kept,
        dead_letters=letters,
        journal=happened,
        items=items,
        answers=answers,
    )


def _verdict(
    waiting: Rows, taken: Rows, kept: tuple[Kept, ...], letters: Rows, happened: Rows
) -> str:
    if waiting:
        names = ", ".join(sorted(str(row["recipient"]) for row in waiting))
        return f"sent, and waiting for the receipt of {names}"
    if any(row["state"] in ("SET_ASIDE", "ASKED") for row in letters):
        code = next(str(row["code"]) for row in letters)
        return f"set aside as a dead letter: {code}"
    if taken:
        row = taken[0]
        code = f" ({row['fault_code']})" if row["fault_code"] else ""
        return f"received from {row['sender']} and {str(row['outcome']).lower()}{code}"
    events = [str(row["event"]) for row in happened]
    if "message.undelivered" in events:
        return "sent, and given up: no receipt came in its life"
    if any(each.direction == "out" for each in kept) or events:
        return "sent, and settled by the receiver's receipt, answer or fault"
    return "nothing here remembers it"
