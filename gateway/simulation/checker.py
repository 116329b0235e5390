"""Judges the ledgers of one world by the invariants of the promise; it sees nothing but the lines.

Each rule is a function from a ``Case`` to violations and stands for itself, so that a ledger can
be doctored against it alone. The invariants are those of docs/guides/proof.md. Here stand the
rules of delivery; those of what the registry decided are in ``decisions``, of what is kept as
evidence and of worlds without faults in ``evidence``.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from gateway.simulation.case import (
    ANSWERS,
    CENTRE,
    CHANGED,
    FAULT,
    FINDING,
    LINK_TYPES,
    Case,
    Key,
    Rule,
    Violation,
    effects,
    violation,
)
from gateway.simulation.decisions import DECISIONS
from gateway.simulation.evidence import EVIDENCE
from gateway.simulation.ledger import Entry, Kind
from gateway.simulation.pair_rules import PAIR_RULES
from gateway.simulation.try_rules import TRY_RULES

_TOO_MANY = 2
_ONE_COMMIT = 4
"""Lines that one refusal writes: they stand together, the word of it not always first."""
ENOUGH_MS = 180_000
"""Whole again for so long, every message has been tried twice at the longest interval."""


def check(entries: Iterable[Entry]) -> list[Violation]:
    """Everything that is wrong, the rules in their order."""
    case = Case(entries)
    return [broken for rule in RULES.values() for broken in rule(case)]


# --- I1: what is accepted has its effect, or ends in an explicit failure --------------------------


def lost(case: Case) -> Iterator[Violation]:
    """A committed message was taken by its receiver, or its sender was told that it failed."""
    for (party, message_id), sent in case.sent.items():
        if sent["type"] in LINK_TYPES:
            continue
        taken = (sent["to"], party, message_id) in case.took
        if not taken and (party, message_id) not in case.ended and case.at_rest:
            yield violation("I1", "lost", sent, message_id)


def promised(case: Case) -> Iterator[Violation]:
    """Only what was committed was promised, and what was promised has a message."""
    for line in case.of(Kind.OK):
        if line["op"] not in case.accepted:
            yield violation("I1", "promised-without-commit", line, line["op"])


def forgotten(case: Case) -> Iterator[Violation]:
    """A message leaves the outbox by its receiver's signed word, or by an explicit failure."""
    settled = {(e["party"], e["message_id"], e["by"]) for e in case.of(Kind.SETTLED)}
    waiting = {e["party"] for e in case.of(Kind.WAITS) if e["count"]}
    for (party, message_id), sent in case.sent.items():
        if sent["type"] in LINK_TYPES or party in waiting or not case.at_rest:
            continue
        told = (party, message_id, sent["to"]) in settled or (party, message_id, "*") in settled
        if not told and (party, message_id) not in case.ended:
            yield violation("I1", "forgotten", sent, message_id)


def acknowledged(case: Case) -> Iterator[Violation]:
    """The broker is told to forget only what is safe: committed, or confirmed to the relay."""
    safe: set[tuple[str, str]] = set()
    for line in _in_order(case):
        key = (line["party"], line["digest"])
        if line["kind"] == Kind.DURABLE:
            safe.add(key)
        elif key not in safe:
            yield violation("I1", "acknowledged-before-safe", line, line["digest"][:12])


def replayed(case: Case) -> Iterator[Violation]:
    """What an operator asked to have handled again was looked at again."""
    for asked in case.of(Kind.ASKED_AGAIN):
        if asked["message_id"] is None or not case.at_rest:
            continue
        later = (e for e in case.entries if e["n"] > asked["n"])
        if not any(_is_about(e, asked["message_id"]) for e in later):
            yield violation("I1", "not-replayed", asked, asked["message_id"])


# --- I2: at most one effect -----------------------------------------------------------------------


def doubled(case: Case) -> Iterator[Violation]:
    """One effect a message, and one message an op."""
    seen: Counter[tuple[str, str, str]] = Counter()
    ops: defaultdict[tuple[str, str, str], set[str]] = defaultdict(set)
    for line in case.of(Kind.EFFECT):
        key = (line["party"], line["sender"], line["message_id"])
        seen[key] += 1
        if seen[key] == _TOO_MANY:
            yield violation("I2", "doubled", line, f"{line['sender']}/{line['message_id']}")
        if line["op"] is not None and line["type"] not in ANSWERS and line["type"] != "HIT_NOTICE":
            ops[line["party"], line["sender"], line["op"]].add(line["message_id"])
    for (party, _, op), ids in ops.items():
        if len(ids) > 1:
            yield Violation(invariant="I2", name="doubled-op", party=party, what=op)


def unexpected(case: Case) -> Iterator[Violation]:
    """Nothing has an effect that its sender did not commit, or that it is not entitled to."""
    granted = any(case.of(Kind.GRANTED))
    may = {e["op"]: e["may"] or (e["grantable"] and granted) for e in case.of(Kind.INVOKE)}
    for line in case.of(Kind.TOOK):
        sent = case.sent.get((line["sender"], line["message_id"]))
        if sent is None or sent["n"] > line["n"] or sent["to"] != line["party"]:
            yield violation("I2", "unexpected", line, line["message_id"])
    for line in case.of(Kind.EFFECT):
        asked = line["op"] is not None and line["type"] not in ANSWERS
        if asked and not may.get(line["op"], True):
            yield violation("I2", "not-entitled", line, line["op"])


def hits_once(case: Case) -> Iterator[Violation]:
    """A record and a question make one hit, told once to each side."""
    ids: defaultdict[tuple[str, str, str | None], set[str]] = defaultdict(set)
    told: Counter[tuple[str, str, str]] = Counter()
    for line in effects(case, "HIT_NOTICE"):
        ids[line["record"], line["question"], line["item"]].add(line["hit"])
        told[line["party"], line["hit"], line["role"]] += 1
    for (record, question, _), hits in ids.items():
        if len(hits) > 1:
            yield Violation(invariant="I2", name="hit-twice", party=record, what=question)
    for (party, hit, _), times in told.items():
        if times > 1:
            yield Violation(invariant="I2", name="hit-told-twice", party=party, what=hit)


# --- I3: one final answer, or one explicit failure ------------------------------------------------


def answered(case: Case) -> Iterator[Violation]:
    """Every accepted op has one final answer, or an explicit failure; never two answers."""
    answers: Counter[Key] = Counter()
    for line in case.of(Kind.EFFECT):
        if line["type"] in ANSWERS and line["reply_to"] is not None:
            answers[line["party"], line["reply_to"]] += 1
    failed = _failed_answers(case)
    for op, accepted in case.accepted.items():
        key = (accepted["party"], accepted["message_id"])
        if answers[key] > 1:
            yield violation("I3", "answered-twice", accepted, op)
        open_still = not answers[key] and key not in case.ended and key not in failed
        if open_still and case.at_rest:
            yield violation("I3", "never-answered", accepted, op)


def told(case: Case) -> Iterator[Violation]:
    """What its receiver refused, its sender was told."""
    for line in case.of(Kind.TOOK):
        key = (line["sender"], line["message_id"])
        if line["outcome"] != "REFUSED" or line["type"] in {*LINK_TYPES, FAULT}:
            continue
        handled = any(
            e["sender"] == key[0] and e["message_id"] == key[1] and e["party"] == line["party"]
            for e in case.of(Kind.EFFECT)
        )
        if key not in case.ended and not handled and case.at_rest:
            yield violation("I3", "refusal-not-told", line, line["message_id"])


def entitled(case: Case) -> Iterator[Violation]:
    """A message is refused by its receiver or by the centre, and by nobody else."""
    for line in case.of(Kind.REFUSED):
        sent = case.sent.get((line["party"], line["message_id"]))
        if sent is None or line["by"] not in (sent["to"], CENTRE):
            yield violation("I3", "refused-by-stranger", line, f"{line['by']} {line['message_id']}")


def expired(case: Case) -> Iterator[Violation]:
    """What left the outbox because its time had passed, its client was told."""
    told = {(e["party"], e["message_id"]) for e in case.of(Kind.UNDELIVERED)}
    for line in case.of(Kind.GAVE_UP):
        sent = case.sent.get((line["party"], line["message_id"]))
        if sent is not None and sent["type"] in LINK_TYPES:
            continue  # said anew when it is due: no client waits for it
        if (line["party"], line["message_id"]) not in told:
            yield violation("I3", "expiry-not-told", line, line["message_id"])


def patient(case: Case) -> Iterator[Violation]:
    """Nothing is given up before its time has passed."""
    for line in case.of(Kind.UNDELIVERED):
        sent = case.sent.get((line["party"], line["message_id"]))
        if sent is not None and line["t"] - sent["t"] < sent["valid_ms"]:
            yield violation("I3", "given-up-early", line, line["message_id"])


def complete(case: Case) -> Iterator[Violation]:
    """An answer to many has an answer to each, under its item's id."""
    asked = {(e["party"], e["message_id"]): e for e in case.of(Kind.ACCEPTED)}
    for line in case.of(Kind.EFFECT):
        if line["type"] not in ("REC_BATCH_REPORT", "SEARCH_BATCH_REPORT"):
            continue
        question = asked.get((line["party"], line["reply_to"]))
        if question is not None and list(question["items"]) != list(line["items"]):
            yield violation("I3", "item-dropped", line, question["op"])


def hits_told(case: Case) -> Iterator[Violation]:
    """A strong candidate in an answer is a hit of both sides, unless its notice failed."""
    noticed = {(e["party"], e["record"], e["search"]) for e in effects(case, "HIT_NOTICE")}
    excused = {e["to"] for e in case.of(Kind.UNDELIVERED)}
    excused |= {e["party"] for e in case.of(Kind.TOOK) if e["outcome"] == "REFUSED"}
    for line in case.of(Kind.EFFECT):
        if line["type"] not in FINDING or not case.at_rest:
            continue
        for found in line["found"]:
            for strong in found["strong"]:
                for side in {strong["owner"], line["party"]} - excused:
                    if (side, strong["record"], found["question"]) not in noticed:
                        yield Violation(
                            invariant="I3",
                            name="hit-not-told",
                            party=side,
                            what=f"{strong['record']} {found['question']}",
                        )


# --- I5: order, and gaps in sight -----------------------------------------------------------------


def numbered(case: Case) -> Iterator[Violation]:
    """The messages of a pair are numbered from 1 without gap or repetition, as committed."""
    last: dict[Key, int] = defaultdict(int)
    for line in case.of(Kind.SENT):
        if line["type"] in LINK_TYPES:
            continue
        pair = (line["party"], line["to"])
        if line["seq"] != last[pair] + 1:
            yield violation("I5", "numbers", line, f"{line['seq']} after {last[pair]}")
        last[pair] = line["seq"]


def gaps(case: Case) -> Iterator[Violation]:
    """A number that never came is counted as missing, and nothing else is."""
    for line in case.of(Kind.MISSING):
        seqs = {
            e["seq"]
            for e in case.of(Kind.TOOK)
            if e["party"] == line["party"] and e["sender"] == line["sender"] and e["seq"]
        }
        missing = (max(seqs) - min(seqs) + 1 - len(seqs)) if seqs else 0
        if missing != line["count"]:
            yield violation("I5", "gap-unseen", line, f"{line['count']} for {missing}")


def versions(case: Case) -> Iterator[Violation]:
    """A record's versions follow one another: each change was made from the one that stood."""
    standing: dict[str, int] = {}
    for line in case.of(Kind.EFFECT):
        for base, result in zip(line.get("bases", ()), line.get("decided", ()), strict=False):
            if result["code"] not in CHANGED or result["version"] is None:
                continue
            before = standing.get(result["record"], 0)
            repeated = base and result["version"] == before and base == before - 1
            if not repeated and (base != before or result["version"] != before + 1):
                what = f"{result['record']} {before}->{result['version']} from {base}"
                yield violation("I5", "version-chain", line, what)
            standing[result["record"]] = result["version"]


# --- I6, as far as it applies without a log: receipts against effects -----------------------------


def receipts(case: Case) -> Iterator[Violation]:
    """A sender forgets a message only after its receiver committed it."""
    for line in case.of(Kind.SETTLED):
        sent = case.sent.get((line["party"], line["message_id"]))
        if sent is None or line["by"] != sent["to"]:
            continue
        took = case.took.get((sent["to"], line["party"], line["message_id"]))
        refused = case.ended.get((line["party"], line["message_id"]))
        if refused is not None and refused["n"] > line["n"] - _ONE_COMMIT:
            continue
        if took is None or took["n"] > line["n"]:
            yield violation("I6", "receipt-before-effect", line, line["message_id"])


# --- I10, I11, I12 --------------------------------------------------------------------------------


def rest(case: Case) -> Iterator[Violation]:
    """After the last fault everything drains in time, and no process ends by itself."""
    for line in case.of(Kind.QUIET):
        if not line["at_rest"]:
            yield violation("I10", "no-rest", line, f"after {line['after_ms']} ms")
    for line in case.of(Kind.LEFT):
        yield violation("I10", "left", line, f"{line['queue']} {line['ready']}+{line['lent']}")
    for line in case.of(Kind.CRASH):
        if line["own"]:
            yield violation("I10", "ended-by-itself", line, line["at"])


def patience(case: Case) -> Iterator[Violation]:
    """Once everything is whole again, no message runs out of its time any more."""
    healed = [line["t"] - line["after_ms"] for line in case.of(Kind.QUIET)]
    for line in case.of(Kind.UNDELIVERED):
        if healed and line["t"] - healed[0] > ENOUGH_MS:
            yield violation("I10", "given-up-in-calm", line, line["message_id"])


def bounded(case: Case) -> Iterator[Violation]:
    """What waits in memory is bounded."""
    for line in case.of(Kind.GAUGE):
        if line["most"] > line["limit"]:
            what = f"{line['name']} {line['most']} of {line['limit']}"
            yield violation("I11", "unbounded", line, what)


def agreed(case: Case) -> Iterator[Violation]:
    """What the observer saw committed is what the databases hold."""
    for line in case.of(Kind.BOOKS):
        party = line["party"]
        sent = Counter(
            f"{e['to']}/{e['message_id']}"
            for e in case.of(Kind.SENT)
            if e["party"] == party and e["type"] not in LINK_TYPES
        )
        took = Counter(
            f"{e['sender']}/{e['message_id']}"
            for e in case.of(Kind.TOOK)
            if e["party"] == party and e["type"] not in LINK_TYPES
        )
        if sent != Counter(line["posted"]):
            yield violation("I12", "posted", line, _difference(sent, line["posted"]))
        if took != Counter([*line["applied"], *line["refused"]]):
            both = [*line["applied"], *line["refused"]]
            yield violation("I12", "taken", line, _difference(took, both))
    yield from _records_agree(case)


def _records_agree(case: Case) -> Iterator[Violation]:
    decided: dict[str, int] = {}
    for line in case.of(Kind.EFFECT):
        for result in line.get("decided", ()):
            if result["code"] in CHANGED and result["version"] is not None:
                decided[result["record"]] = result["version"]
    held = {line["record"]: line["version"] for line in case.of(Kind.RECORD)}
    for record, version in decided.items():
        if held.get(record) != version and any(case.of(Kind.BOOKS)):
            what = f"{record} decided {version}, held {held.get(record)}"
            yield Violation(invariant="I12", name="records", party=CENTRE, what=what)


# --- parts ----------------------------------------------------------------------------------------


def _in_order(case: Case) -> Sequence[Entry]:
    return sorted(case.of(Kind.DURABLE, Kind.ACK), key=lambda line: int(line["n"]))


def _is_about(line: Entry, message_id: str) -> bool:
    return line["kind"] in {Kind.EFFECT, Kind.TOOK, Kind.SET_ASIDE} and (
        line["message_id"] == message_id
    )


def _failed_answers(case: Case) -> set[Key]:
    """Asked messages whose answer exists and could not be taken: set aside in sight, or expired."""
    failed: set[Key] = set()
    for (party, message_id), sent in case.sent.items():
        if sent["reply_to"] is None:
            continue
        took = case.took.get((sent["to"], party, message_id))
        refused = took is not None and took["outcome"] == "REFUSED"
        if refused or (party, message_id) in case.ended:
            failed.add((sent["to"], sent["reply_to"]))
    return failed


def _difference(seen: Counter[str], held: Iterable[str]) -> str:
    others = Counter(held)
    return f"not held {sorted(seen - others)[:2]}, not seen {sorted(others - seen)[:2]}"


RULES: Mapping[str, Rule] = {
    rule.__name__: rule
    for rule in (
        lost,
        promised,
        forgotten,
        acknowledged,
        replayed,
        doubled,
        unexpected,
        hits_once,
        answered,
        told,
        entitled,
        expired,
        patient,
        complete,
        hits_told,
        numbered,
        gaps,
        versions,
        receipts,
        rest,
        patience,
        bounded,
        agreed,
        *DECISIONS,
        *EVIDENCE,
        *PAIR_RULES,
        *TRY_RULES,
    )
}
"""Every rule by its name."""
