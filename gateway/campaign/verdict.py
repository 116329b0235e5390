"""Judges one round: what clients asked and got, what the databases say, and the invariants.

Two witnesses that know nothing of each other: the national systems' files, and the journals of all
databases, which the rules of the simulation's checker judge.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from gateway.campaign.clients import SUCCESS, Asking
from gateway.campaign.evidence import Holding
from gateway.simulation import RULES, Case, Entry

_RULES = ("lost", "doubled", "unexpected", "rest")
"""Rules that need no order between parties; the others are the simulation's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What one round did; ``problems`` is empty when every promise was kept."""

    ops: int
    succeeded: int
    failed: int
    messages: int
    lost: int
    doubled: int
    problems: tuple[str, ...]


def judge(
    clients: Iterable[Asking], holding: Holding, records_before: int, entries: Iterable[Entry]
) -> Verdict:
    """The verdict on what happened since the last one; the world must have been at rest before."""
    problems: list[str] = []
    ops = succeeded = failed = lost = doubled = filed = 0
    for client in clients:
        asked, outcomes, accepted = client.settle()
        ops += len(asked)
        for op in asked:
            found = outcomes.get(op, [])
            if not found:
                word = "accepted" if op in accepted else "never accepted"
                problems.append(f"I3.never-answered {op} ({word})")
                lost += 1
            elif len(found) > 1:
                problems.append(f"I3.answered-twice {op}: {found}")
                doubled += 1
            good = any(each in SUCCESS for each in found)
            succeeded += good
            failed += bool(found) and not good
            filed += good and client.files_records
        for op in set(outcomes) - set(asked):
            problems.append(f"I2.answer-unasked {op}")
            doubled += 1
    more = holding.records - records_before - filed
    if more > failed:
        problems.append(f"I2.doubled {more} more records than were answered as filed")
        doubled += more
    elif more < 0:
        problems.append(f"I1.lost {-more} fewer records than were answered as filed")
        lost -= more
    case = Case(entries)
    counts: Counter[str] = Counter()
    for name in _RULES:
        for violation in RULES[name](case):
            counts[name] += 1
            problems.append(str(violation))
    return Verdict(
        ops=ops,
        succeeded=succeeded,
        failed=failed,
        messages=holding.messages,
        lost=lost + counts["lost"],
        doubled=doubled + counts["doubled"] + counts["unexpected"],
        problems=tuple(problems),
    )
