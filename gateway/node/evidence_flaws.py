"""What may be wrong with an evidence file: a closed list of codes, one for each kind of flaw.

It finds none; the codes are those of docs/spec/tracing.md 7, and a test holds both equal.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Flaw(StrEnum):
    """A kind of flaw; stable and never reused for another."""

    FORM = "evidence.form"
    PACKING = "evidence.packing"
    NAME = "evidence.name"
    DUPLICATE = "evidence.duplicate"
    LIST = "evidence.list"
    MISSING = "evidence.missing"
    EXTRA = "evidence.extra"
    ANCHOR = "evidence.anchor"
    KEYS = "evidence.keys"
    SIGNATURE = "evidence.signature"
    CONTENT = "evidence.content"
    PAYLOAD = "evidence.payload"
    PARTY = "evidence.party"
    CASE = "evidence.case"
    NUMBER = "evidence.number"
    SEEN = "evidence.seen"
    STATE = "evidence.state"


@dataclass(frozen=True, slots=True, kw_only=True)
class Broken:
    """One thing in an evidence file that does not hold, and where."""

    flaw: Flaw
    place: str
    text: str

    def __str__(self) -> str:
        return f"[{self.flaw}] {self.place}: {self.text}"


class UnreadableEvidenceError(ValueError):
    """Nothing more can be looked at; ``broken`` says why."""

    def __init__(self, flaw: Flaw, place: str, text: str) -> None:
        super().__init__(text)
        self.broken = Broken(flaw=flaw, place=place, text=text)
