"""The rules of what is kept and shown: octets, logs, dead letters, and worlds without any fault.

A defect that the end-to-end receipts repair shows in no outcome; it shows here.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator

from gateway.simulation.case import ANSWERS, CENTRE, RECEIPT, Case, Rule, Violation, violation
from gateway.simulation.ledger import Kind

PROMPT_MS = 10_000
"""In a world without any fault every question has its answer within this time."""
_SKEW_MS = 300_000
"""By so much two clocks may differ (envelope, CLOCK_SKEW); those of a world do not."""
_MISADDRESSED = frozenset({"misaddressed", "wrong-mode"})
_POISONED = "endpoint.cannot-process"
_EXCUSED = frozenset(
    {"envelope.expired", "relay.no-mailbox", "relay.mailbox-full", "relay.not-active"}
)
"""Reasons for which a message that its sender may send can be refused all the same."""


def untouched(case: Case) -> Iterator[Violation]:
    """I4: what is taken under an id are the octets that its sender committed, to the last bit."""
    for line in case.of(Kind.TOOK):
        sent = case.sent.get((line["sender"], line["message_id"]))
        if sent is None or None in (sent["digest"], line["digest"]):
            continue  # what a ledger leaves out is not judged
        if sent["digest"] != line["digest"]:
            yield violation("I4", "other-octets", line, f"{line['sender']}/{line['message_id']}")


def sealed_as_posted(case: Case) -> Iterator[Violation]:
    """I12: the signed header says what the outbox's row says."""
    for line in case.of(Kind.SENT):
        if line["differs"]:
            yield violation(
                "I12", "header-differs", line, f"{line['message_id']} {line['differs']}"
            )


def log_grows(case: Case) -> Iterator[Violation]:
    """I7: a log only grows, and what stood in it once stands there for ever."""
    last: dict[str, int] = {}
    heads: dict[tuple[str, int], str] = {}
    for line in case.of(Kind.CHECKPOINT):
        if line["size"] < last.get(line["party"], 0):
            yield violation("I7", "log-shrank", line, f"{line['size']} lines")
        last[line["party"]] = line["size"]
        heads[line["party"], line["size"]] = line["head"]
    for line in case.of(Kind.REREAD):
        if heads.get((line["party"], line["size"]), line["head"]) != line["head"]:
            yield violation("I7", "log-rewritten", line, f"the first {line['size']} lines")


def revoked(case: Case) -> Iterator[Violation]:
    """I8: what a revoked key signed has no effect at a party that trusts the revocation."""
    trusts: dict[str, set[str]] = {}
    lines = sorted(case.of(Kind.TRUSTS, Kind.TOOK), key=lambda line: int(line["n"]))
    for line in lines:
        if line["kind"] == Kind.TRUSTS:
            trusts[line["party"]] = set(line["revoked"])
        elif line["outcome"] == "APPLIED" and line["kid"] in trusts.get(line["party"], ()):
            yield violation("I8", "revoked-key", line, line["message_id"])


def sealed_only(case: Case) -> Iterator[Violation]:
    """I9: nothing readable crosses the broker."""
    for line in case.of(Kind.CLEARTEXT):
        yield violation("I9", "readable", line, line["what"])


def evidence(case: Case) -> Iterator[Violation]:
    """I12: the sealed octets of all that was sent and taken are kept as they were."""
    kept: defaultdict[str, dict[tuple[str, str], str]] = defaultdict(dict)
    books = {line["party"] for line in case.of(Kind.BOOKS)}
    for line in case.of(Kind.KEPT):
        kept[line["party"]][line["peer"], line["message_id"]] = line["digest"]
    for line in case.of(Kind.SENT, Kind.TOOK):
        peer = line["sender"] if line["kind"] == Kind.TOOK else ""
        held = kept[line["party"]].get((peer, line["message_id"]))
        if line["party"] in books and held != line["digest"]:
            name = "evidence-gone" if held is None else "evidence-other"
            yield violation("I12", name, line, f"{peer}/{line['message_id']}")


def synced(case: Case) -> Iterator[Violation]:
    """I1: a commit that is told of survives a power cut: the database syncs before it tells."""
    for line in case.of(Kind.SYNCS):
        if not line["does"]:
            yield violation("I1", "not-synced", line, "commits can be lost with the power")


def aside(case: Case) -> Iterator[Violation]:
    """I1: what was set aside is still in sight at the end, whatever became of it."""
    books = {line["party"] for line in case.of(Kind.BOOKS)}
    held = {(line["party"], line["digest"]) for line in case.of(Kind.LETTER)}
    for line in case.of(Kind.SET_ASIDE):
        if line["party"] in books and (line["party"], line["digest"]) not in held:
            yield violation("I1", "aside-gone", line, line["digest"][:12])


def refused_rightly(case: Case) -> Iterator[Violation]:
    """I3: nothing is refused that its sender may send to whom it was sent."""
    granted = any(case.of(Kind.GRANTED))
    poisoned = any(line["act"] == "poison" for line in case.of(Kind.INJECTED))
    excused = _EXCUSED | {_POISONED} if poisoned else _EXCUSED
    may = {line["op"]: line["may"] and line["what"] not in _MISADDRESSED for line in _asked(case)}
    ops = {(line["party"], line["message_id"]): line["op"] for line in case.accepted.values()}
    for line in case.of(Kind.REFUSED):
        op = ops.get((line["party"], line["message_id"]))
        sent = case.sent.get((line["party"], line["message_id"]))
        own = line["party"] == CENTRE or op is None
        if own or sent is None or line["by"] not in (sent["to"], CENTRE):
            continue  # another rule judges who may refuse
        if granted or not may.get(op or "", False) or line["code"] in excused:
            continue
        yield violation("I3", "refused-wrongly", line, f"{op} {line['code']}")


def calm(case: Case) -> Iterator[Violation]:
    """I10: where nothing went wrong, nothing is sent twice, and answers come at once."""
    if any(case.of(Kind.INJECTED)) or not any(case.of(Kind.QUIET)):
        return
    published: Counter[tuple[str, str]] = Counter()
    for line in case.of(Kind.PUBLISHED):
        key = (line["party"], line["digest"])
        published[key] += 1
        if published[key] == 1 + 1:
            yield violation("I10", "sent-again-in-calm", line, line["digest"][:12])
    asked = {line["message_id"]: line for line in case.of(Kind.ACCEPTED)}
    for line in case.of(Kind.EFFECT):
        question = asked.get(line["reply_to"])
        if question is None or line["type"] not in ANSWERS or question["party"] != line["party"]:
            continue
        if line["t"] - question["t"] > PROMPT_MS:
            yield violation("I10", "slow-in-calm", line, f"{line['t'] - question['t']} ms")


def few_receipts(case: Case) -> Iterator[Violation]:
    """I10: where nothing went wrong, no answer is receipted to him who asked, and no receipt is."""
    if any(case.of(Kind.INJECTED)):
        return
    receipts = Counter(line["party"] for line in case.of(Kind.SENT) if line["type"] == RECEIPT)
    counted = Counter(line["party"] for line in case.of(Kind.TOOK) if line["type"] != RECEIPT)
    for party, number in receipts.items():
        if number > counted[party]:
            yield Violation(
                invariant="I10",
                name="receipts-in-excess",
                party=party,
                what=f"{number} for {counted[party]} messages",
            )


def same_lane(case: Case) -> Iterator[Violation]:
    """I10: an answer leaves in the lane of its question: nothing urgent waits behind bulk."""
    for line in case.of(Kind.SENT):
        if line["type"] not in ANSWERS or line["reply_to"] is None:
            continue
        asked = case.sent.get((line["to"], line["reply_to"]))
        if asked is None or asked["to"] != line["party"]:
            continue  # somebody lies about another's question
        if None not in (asked["lane"], line["lane"]) and asked["lane"] != line["lane"]:
            yield violation("I10", "other-lane", line, f"{asked['lane']} answered {line['lane']}")


def in_time(case: Case) -> Iterator[Violation]:
    """I3: nothing has its effect after its time, when its sender was told that it failed."""
    for line in case.of(Kind.TOOK):
        sent = case.sent.get((line["sender"], line["message_id"]))
        if sent is None or line["outcome"] != "APPLIED":
            continue
        if line["t"] - sent["t"] > sent["valid_ms"] + _SKEW_MS:
            yield violation("I3", "taken-after-its-time", line, line["message_id"])


def _asked(case: Case) -> Iterator[dict[str, object]]:
    return (dict(line) for line in case.of(Kind.INVOKE))


EVIDENCE: tuple[Rule, ...] = (
    untouched,
    sealed_as_posted,
    log_grows,
    revoked,
    sealed_only,
    evidence,
    synced,
    aside,
    refused_rightly,
    calm,
    few_receipts,
    same_lane,
    in_time,
)
