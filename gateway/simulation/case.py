"""What a rule sees of a world: the lines of its ledgers, in order and by kind.

It judges nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from gateway.simulation.ledger import Entry, Kind

Key = tuple[str, str]  # sender, message id

ANSWERS = frozenset({"REC_RESULT", "REC_BATCH_REPORT", "SEARCH_RESPONSE", "SEARCH_BATCH_REPORT"})
RECEIPT, FAULT = "RECEIPT", "FAULT"
LINK_TYPES = frozenset(
    {
        RECEIPT,
        "DELIVERY_STATEMENT",
        "RESEND_REQUEST",
        "KEPT_MESSAGES",
        "DIRECTORY_ACK",
        "TRUST_DOCUMENTS",
    }
)
"""What endpoints tell one another: neither numbered nor receipted."""
CENTRE = "XPO-REGISTRY"
FINDING = frozenset({"SEARCH_RESPONSE", "SEARCH_BATCH_REPORT"})
CHANGED = ("ACCEPTED", "ACCEPTED_WITH_WARNINGS")


@dataclass(frozen=True, slots=True, kw_only=True)
class Violation:
    """One broken promise: which invariant, in which way, whose, and about what."""

    invariant: str
    name: str
    party: str
    what: str

    def __str__(self) -> str:
        """As a verdict tells it."""
        return f"{self.invariant}.{self.name} {self.party} {self.what}"


class Case:
    """The lines of one world, in order and by kind."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self.entries = sorted(entries, key=lambda line: int(line["n"]))
        self._kinds: defaultdict[str, list[Entry]] = defaultdict(list)
        for line in self.entries:
            self._kinds[line["kind"]].append(line)
        self.sent: dict[Key, Entry] = {(e["party"], e["message_id"]): e for e in self.of(Kind.SENT)}
        self.took: dict[tuple[str, str, str], Entry] = {
            (e["party"], e["sender"], e["message_id"]): e for e in self.of(Kind.TOOK)
        }
        """By receiver, sender and message id."""
        self.accepted: dict[str, Entry] = {e["op"]: e for e in self.of(Kind.ACCEPTED)}
        self.ended: dict[Key, Entry] = {
            (e["party"], e["message_id"]): e
            for kind in (Kind.REFUSED, Kind.UNDELIVERED)
            for e in self.of(kind)
        }
        """Explicit failures, by the sender and the id of the message that failed."""

    def of(self, *kinds: Kind) -> Iterator[Entry]:
        """The lines of these kinds, in order."""
        for kind in kinds:
            yield from self._kinds[kind.value]

    @property
    def at_rest(self) -> bool:
        """Whether the world came to rest; if not, what is open may still come."""
        return all(line["at_rest"] for line in self.of(Kind.QUIET))


Rule = Callable[[Case], Iterator[Violation]]


def violation(invariant: str, name: str, line: Entry, what: str) -> Violation:
    """``line``'s party broke ``invariant``."""
    return Violation(invariant=invariant, name=name, party=line["party"], what=what)


def effects(case: Case, *kinds: str) -> Iterator[Entry]:
    """The effects of messages of these types."""
    return (line for line in case.of(Kind.EFFECT) if line["type"] in kinds)
