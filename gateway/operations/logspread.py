"""Which key log each country sees, by its own word, held against the log that lies at the hub.

It sends nothing; parties say so by themselves (docs/spec/trust.md 7.8).
"""

from __future__ import annotations

import base64
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from gateway.store import LogWord
from keys import ceremony


class LogState(StrEnum):
    """How a country's checkpoint stands to the hub's log."""

    SAME = "same"
    BEHIND = "behind"
    AHEAD = "ahead"
    """It holds more than lies here: this log was put back to an older copy, or is another."""
    CONTRADICTS = "contradicts"
    SILENT = "not heard of"


ALARMING = frozenset({LogState.AHEAD, LogState.CONTRADICTS})


@dataclass(frozen=True, slots=True, kw_only=True)
class LogSpread:
    """``size`` leaves lie here; of each party how many it holds, None where it never said so."""

    size: int
    states: dict[str, tuple[int | None, LogState]]

    @property
    def alarming(self) -> tuple[str, ...]:
        """The parties whose log is not an earlier state of this one."""
        return tuple(party for party, (_, state) in self.states.items() if state in ALARMING)

    def sentence(self) -> str:
        """One line for people."""
        same = sum(state is LogState.SAME for _, state in self.states.values())
        head = f"key log: {self.size} events, {same} of {len(self.states)} hold all of it"
        if not self.alarming:
            return f"{head}."
        named = ", ".join(
            f"{party} {state} ({size} events)"
            for party, (size, state) in self.states.items()
            if state in ALARMING
        )
        return f"{head}; NOT THE SAME LOG: {named}. See docs/runbooks/key-log-forked.md."

    def column(self, party: str) -> str:
        """What a party's row says."""
        size, state = self.states.get(party, (None, LogState.SILENT))
        return str(state) if size is None else f"{size} {state}"

    def facts(self) -> dict[str, Any]:
        """For machines."""
        return {
            "size": self.size,
            "parties": {
                party: {"size": size, "state": state.value}
                for party, (size, state) in self.states.items()
            },
        }


def log_spread_of(
    log: ceremony.Growth | None, words: Sequence[LogWord], parties: Collection[str]
) -> LogSpread | None:
    """How the words of ``parties`` stand to ``log``; None where the hub has none."""
    if log is None:
        return None
    said = {each.party: each for each in words}
    states: dict[str, tuple[int | None, LogState]] = {}
    for party in sorted(parties):
        word = said.get(party)
        states[party] = (None, LogState.SILENT) if word is None else (word.size, _state(log, word))
    return LogSpread(size=log.size, states=states)


def _state(log: ceremony.Growth, word: LogWord) -> LogState:
    if word.size > log.size:
        return LogState.AHEAD
    if not log.covers(word.size):
        return LogState.BEHIND
    if base64.b64encode(log.root_at(word.size)).decode() != word.root:
        return LogState.CONTRADICTS
    return LogState.SAME if word.size == log.size else LogState.BEHIND
