"""The rules of when what nobody receipted is sent again: on a new line at once, else in time.

In the end every message arrives or expires, so a try that never came shows in no outcome.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from gateway.simulation.case import LINK_TYPES, Case, Rule, Violation, violation
from gateway.simulation.ledger import Entry, Kind

_AT_ONCE_MS = 5_000
_FIRST_MS = 205_000
"""Eight times the first wait of a world's terms: what the endpoint may have learned to wait."""
_NEXT_MS = 95_000
"""The longest interval of a world's terms with its jitter, and a confirm that never came."""
_OF_THE_LINE = frozenset({"cut", "wipe", "absence", "lie", "refusal"})
_OF_MESSAGES = frozenset({"fates", "storm", "lie", "refusal"})

_Row = tuple[Entry, int]  # what was sent, and when it was settled or given up


def at_once(case: Case) -> Iterator[Violation]:
    """I10: a new line has everything tried that waits: the broker may have lost all of it."""
    if not _acts(case) <= _OF_THE_LINE or not any(case.of(Kind.QUIET)):
        return
    windows = {e["party"]: e["limit"] for e in case.of(Kind.GAUGE) if e["name"] == "in-flight"}
    rows, tries = _rows(case), _tries(case)
    for line in case.of(Kind.UP):
        begun, end = line["t"], line["t"] + _AT_ONCE_MS
        if any(begun <= other["t"] <= end for other in case.of(Kind.INJECTED)):
            continue
        if any(begun < other["t"] <= end for other in case.of(Kind.UP)):
            continue
        waiting = [
            sent
            for sent, closed in rows[line["party"]]
            if sent["t"] < begun and closed > end and sent["t"] + sent["valid_ms"] > end
        ]
        if len(waiting) >= windows.get(line["party"], 0):
            continue
        for sent in waiting:
            if not any(begun <= at <= end for at in tries[line["party"], sent["digest"]]):
                yield violation("I10", "not-tried-on-a-new-line", line, sent["message_id"])


def steady(case: Case) -> Iterator[Violation]:
    """I10: what waits is tried again in time, as long as it is worth it."""
    if not _acts(case) <= _OF_MESSAGES or not any(case.of(Kind.QUIET)):
        return
    tries = _tries(case)
    last = max((line["t"] for line in case.entries), default=0)
    for party, rows in _rows(case).items():
        for sent, closed in rows:
            end = min(closed, sent["t"] + sent["valid_ms"], last)
            instants = [at for at in tries[party, sent["digest"]] if at <= end]
            most = _FIRST_MS
            # What never left at all waits behind the window, or for its process.
            for before, after in zip(instants, [*instants, end][1:], strict=True):
                if after - before > most:
                    what = f"{sent['message_id']} for {after - before} ms"
                    yield violation("I10", "not-tried-again", sent, what)
                most = _NEXT_MS


TRY_RULES: tuple[Rule, ...] = (at_once, steady)


def _acts(case: Case) -> frozenset[str]:
    return frozenset(line["act"] for line in case.of(Kind.INJECTED))


def _tries(case: Case) -> Mapping[tuple[str, str], Sequence[int]]:
    tries: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
    for line in case.of(Kind.PUBLISHED):
        tries[line["party"], line["digest"]].append(line["t"])
    return tries


def _rows(case: Case) -> Mapping[str, Sequence[_Row]]:
    """By party, what it sent to be receipted, and until when it waited for that."""
    closed: dict[tuple[str, str], int] = {}
    for line in case.of(Kind.SETTLED, Kind.GAVE_UP, Kind.UNDELIVERED, Kind.REFUSED):
        key = (line["party"], line["message_id"])
        closed[key] = min(closed.get(key, line["t"]), line["t"])
    rows: defaultdict[str, list[_Row]] = defaultdict(list)
    for (party, message_id), sent in case.sent.items():
        if sent["type"] not in LINK_TYPES:
            rows[party].append((sent, closed.get((party, message_id), 1 << 62)))
    return rows
