"""What a campaign found: a row a kind, a line a round, and the whole.

It measures and judges nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from gateway.campaign.verdict import Verdict


@dataclass(slots=True, kw_only=True)
class Row:
    """What is known of one kind; times in seconds, one an injection."""

    kind: str
    about: str
    drawn: int = 0
    void: int = 0
    """Of those drawn, what could not take place after all."""
    in_flight: int = 0
    lost: int = 0
    doubled: int = 0
    noticed: list[float] = field(default_factory=list)
    gap: list[float] = field(default_factory=list)
    flow: list[float] = field(default_factory=list)
    quiet: list[float] = field(default_factory=list)
    left_out: str = ""

    @property
    def times(self) -> int:
        """How often it took place."""
        return self.drawn - self.void


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """One round's line."""

    number: int
    kinds: tuple[str, ...]
    """All that was injected, in its order."""
    in_flight: int
    flow_s: float
    quiet_s: float
    verdict: Verdict

    def line(self) -> str:
        """As it is told while the campaign runs."""
        v = self.verdict
        word = "ok" if not v.problems else "BROKEN"
        return (
            f"round {self.number:>3} {word:<6} in-flight={self.in_flight:<5} ops={v.ops:<6} "
            f"failed={v.failed:<4} messages={v.messages:<6} lost={v.lost} doubled={v.doubled} "
            f"flow={self.flow_s:.1f}s quiet={self.quiet_s:.1f}s "
            f"kinds={len(set(self.kinds))} injections={len(self.kinds)}"
        )


@dataclass(slots=True, kw_only=True)
class Outcome:
    """The whole campaign, or its part at one place."""

    seed: int
    rows: dict[str, Row]
    rounds: list[Round] = field(default_factory=list)
    messages: int = 0
    ops: int = 0
    seconds: float = 0.0

    @property
    def holds(self) -> bool:
        """Whether every promise was kept."""
        return not any(one.verdict.problems for one in self.rounds)


def together(outcomes: Sequence[Outcome]) -> Outcome:
    """Several parts as one campaign; rounds keep the numbers of their parts."""
    whole = Outcome(seed=outcomes[0].seed, rows={})
    for one in outcomes:
        whole.rows |= one.rows
        whole.rounds += one.rounds
        whole.messages += one.messages
        whole.ops += one.ops
        whole.seconds += one.seconds
    return whole
