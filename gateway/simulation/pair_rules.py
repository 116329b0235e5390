"""The rules of what endpoints do by themselves: statements, receipts, tries, holding, giving up.

A defect here is repaired by the next round of the same game, so it shows in no outcome.
"""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from collections.abc import Iterator

from gateway.simulation.case import FAULT, LINK_TYPES, Case, Rule, Violation, violation
from gateway.simulation.ledger import Kind

_TRANSPORT = frozenset({"RECEIPT", "DELIVERY_STATEMENT", "RESEND_REQUEST", "DIRECTORY_ACK"})
_POISONED = "endpoint.cannot-process"
_AFTERWARDS_MS = 1_000
"""A message may be on its way from the outbox to the line while its time ends."""
_TRIES_MOST, _SHORT_MS = 15, 10_000
"""A line that says no is asked again after 250 ms, then half as often each time."""
_ONE_SPAN_MS = 90_000
"""The longest interval between two tries of a world's terms, with its jitter and its road."""


def stated(case: Case) -> Iterator[Violation]:
    """I5: a statement says how far both sides are, no more and no less."""
    sent: defaultdict[tuple[str, str], list[tuple[int, int]]] = defaultdict(list)
    held: defaultdict[tuple[str, str], list[tuple[int, int]]] = defaultdict(list)
    for line in sorted(case.of(Kind.SENT, Kind.TOOK, Kind.STATED), key=lambda line: int(line["n"])):
        if line["kind"] == Kind.SENT:
            if line["type"] not in LINK_TYPES:
                sent[line["party"], line["to"]].append((line["t"], line["seq"]))
        elif line["kind"] == Kind.TOOK:
            held[line["party"], line["sender"]].append((line["t"], line["seq"]))
        else:
            pair = line["party"], line["to"]
            least, most = _between(sent[pair], line["t"])
            if not least <= line["sent"] <= most:
                what = f"to {line['to']}: {line['sent']} for {most} sent"
                yield violation("I5", "misstated", line, what)
            # Numbers that will never come count as settled, and may lie above what is held.
            least, most = _between(held[pair], line["t"])
            if not least <= line["held"] <= most + line["gone"]:
                what = f"to {line['to']}: {line['held']} for {most} held"
                yield violation("I5", "misstated", line, what)


def _between(numbers: list[tuple[int, int]], at: int) -> tuple[int, int]:
    """The highest number before ``at``, and with what the same transaction may have added."""
    before = [number for t, number in numbers if t < at]
    return max(before, default=0), max((number for _, number in numbers), default=0)


def receipted(case: Case) -> Iterator[Violation]:
    """I6: a receipt names what was taken, with its outcome; without faults each once."""
    lies = {(e["party"], e["message_id"]) for e in case.of(Kind.LIED)}
    times: Counter[tuple[str, str, str]] = Counter()
    without_faults = not any(case.of(Kind.INJECTED)) and any(case.of(Kind.QUIET))
    for line in case.of(Kind.RECEIPTED):
        for message_id, outcome, digest in line["items"]:
            key = (line["party"], line["to"], message_id)
            times[key] += 1
            if (line["party"], message_id) in lies:
                continue
            took = case.took.get(key)
            if took is None or (None not in (took["digest"], digest) and took["digest"] != digest):
                yield violation("I6", "receipt-for-another", line, message_id)
            elif (outcome, took["outcome"]) == ("APPLIED", "REFUSED") and took["type"] != FAULT:
                yield violation("I6", "receipt-says-otherwise", line, message_id)
            if without_faults and times[key] == 1 + 1:
                yield violation("I6", "receipted-twice", line, message_id)


def tried_enough(case: Case) -> Iterator[Violation]:
    """I11: a message is set aside for its handler's failures when its own are enough."""
    failures = Counter((e["party"], e["message_id"]) for e in case.of(Kind.FAILED))
    most = {e["party"]: e["most"] for e in case.of(Kind.FAILED)}
    for line in case.of(Kind.SET_ASIDE):
        key = (line["party"], line.get("message_id"))
        if line["code"] != _POISONED or key not in failures:
            continue
        if failures[key] < most[line["party"]]:
            what = f"{line['message_id']} after {failures[key]} of {most[line['party']]}"
            yield violation("I11", "set-aside-early", line, what)


def held_back(case: Case) -> Iterator[Violation]:
    """I8: under a directory that may be old a party changes nothing; stopped, it begins nothing."""
    stale: dict[str, str] = {}
    kinds = (Kind.STALE, Kind.TOOK, Kind.ACCEPTED)
    for line in sorted(case.of(*kinds), key=lambda line: int(line["n"])):
        how = stale.get(line["party"], "FRESH")
        if line["kind"] == Kind.STALE:
            stale[line["party"]] = line["how"]
        elif line["kind"] == Kind.ACCEPTED:
            if how == "STOPPED":
                yield violation("I8", "begun-while-stopped", line, line["op"])
        elif how != "FRESH" and line["outcome"] == "APPLIED" and line["type"] not in _TRANSPORT:
            yield violation("I8", "applied-while-stale", line, line["message_id"])


def let_go(case: Case) -> Iterator[Violation]:
    """I10: what was put by under an old directory is handled when there is a fresh one."""
    for line in case.of(Kind.LETTER):
        if case.at_rest and (line["code"], line["state"]) == ("endpoint.held", "SET_ASIDE"):
            yield violation("I10", "still-put-by", line, line["digest"][:12])


def no_longer(case: Case) -> Iterator[Violation]:
    """I10: what has expired is not sent any more."""
    sent = {(e["party"], e["digest"]): e for e in case.of(Kind.SENT)}
    for line in case.of(Kind.PUBLISHED):
        row = sent.get((line["party"], line["digest"]))
        if row is not None and line["t"] > row["t"] + row["valid_ms"] + _AFTERWARDS_MS:
            yield violation("I10", "sent-after-its-time", line, row["message_id"])


def last_try(case: Case) -> Iterator[Violation]:
    """I10: what is whole again for one interval has been tried before it is given up."""
    healed = [line["t"] - line["after_ms"] for line in case.of(Kind.QUIET)]
    tries: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
    for line in case.of(Kind.PUBLISHED):
        tries[line["party"], line["digest"]].append(line["t"])
    for line in case.of(Kind.UNDELIVERED):
        sent = case.sent.get((line["party"], line["message_id"]))
        if sent is None or not healed:
            continue
        end = sent["t"] + sent["valid_ms"]
        since = max(healed[0], end - _ONE_SPAN_MS)
        if end - since < _ONE_SPAN_MS or line["t"] < end:
            continue
        if not any(since <= at <= end for at in tries[line["party"], sent["digest"]]):
            yield violation("I10", "not-tried-in-the-end", line, line["message_id"])


def unhurried(case: Case) -> Iterator[Violation]:
    """I10: what nobody takes is not sent as fast as the line allows, whatever goes wrong."""
    recent: defaultdict[tuple[str, str], deque[int]] = defaultdict(
        lambda: deque(maxlen=_TRIES_MOST + 1)
    )
    told: set[tuple[str, str]] = set()
    for line in case.of(Kind.PUBLISHED):
        key = line["party"], line["digest"]
        tries = recent[key]
        tries.append(line["t"])
        is_many = len(tries) > _TRIES_MOST and tries[-1] - tries[0] < _SHORT_MS
        if is_many and key not in told:
            told.add(key)
            yield violation("I10", "sent-too-often", line, line["digest"][:12])


PAIR_RULES: tuple[Rule, ...] = (
    stated,
    receipted,
    tried_enough,
    held_back,
    let_go,
    no_longer,
    last_try,
    unhurried,
)
