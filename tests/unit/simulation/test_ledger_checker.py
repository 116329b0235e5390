"""The checker against ledgers made by hand: a sound one, and one for each rule that breaks it."""

import itertools

import pytest

from gateway.simulation import RULES, Case, Kind, check

pytestmark = pytest.mark.unit

FRANCE, OTHER, CENTRE, RELAY = "FRA-NCB", "USA-NCB", "XPO-REGISTRY", "XPO-RELAY"
OP, RECORD = "FRA-NCB/1", "R-FRA-1"
FILED = [{"weapon": "w0", "make": "Glock", "remark": None, "status": "ACTIVE"}]
FOUND = [{"question": "Q-1", "code": "HIT", "strong": [{"record": RECORD, "owner": FRANCE}]}]

NOT_FOUND = [{"question": "Q-1", "code": "NO_HIT", "strong": []}]


def sound():
    """France files a record, finds it again, and is told of the hit."""
    return [
        line(FRANCE, Kind.INVOKE, op=OP, what="submit", may=True, grantable=True),
        sent(FRANCE, CENTRE, "m1", "REC_SUBMIT", 1),
        line(FRANCE, Kind.ACCEPTED, op=OP, message_id="m1", items=[]),
        line(FRANCE, Kind.OK, op=OP, message_id="m1"),
        line(RELAY, Kind.DURABLE, digest="d1"),
        line(RELAY, Kind.ACK, digest="d1"),
        effect(
            CENTRE, FRANCE, "m1", "REC_SUBMIT", op=OP, decided=[decided(1)], bases=[0], filed=FILED
        ),
        sent(CENTRE, FRANCE, "a1", "REC_RESULT", 1, reply_to="m1"),
        line(CENTRE, Kind.DURABLE, digest="d1"),
        took(CENTRE, FRANCE, "m1", "REC_SUBMIT", 1),
        line(CENTRE, Kind.ACK, digest="d1"),
        line(FRANCE, Kind.SETTLED, message_id="m1", by=CENTRE),
        effect(FRANCE, CENTRE, "a1", "REC_RESULT", reply_to="m1", results=[decided(1)]),
        took(FRANCE, CENTRE, "a1", "REC_RESULT", 1),
        line(CENTRE, Kind.SETTLED, message_id="a1", by=FRANCE),
        # the search
        line(FRANCE, Kind.INVOKE, op="FRA-NCB/2", what="search", may=True, grantable=True),
        sent(FRANCE, CENTRE, "m2", "SEARCH_BATCH", 2),
        line(FRANCE, Kind.ACCEPTED, op="FRA-NCB/2", message_id="m2", items=["q0", "q1"]),
        line(FRANCE, Kind.OK, op="FRA-NCB/2", message_id="m2"),
        effect(CENTRE, FRANCE, "m2", "SEARCH_BATCH", op="FRA-NCB/2", sought=["w0"], answered=FOUND),
        sent(CENTRE, FRANCE, "a2", "SEARCH_BATCH_REPORT", 2, reply_to="m2"),
        sent(CENTRE, FRANCE, "h1", "HIT_NOTICE", 3),
        took(CENTRE, FRANCE, "m2", "SEARCH_BATCH", 2),
        line(FRANCE, Kind.SETTLED, message_id="m2", by=CENTRE),
        effect(
            FRANCE,
            CENTRE,
            "a2",
            "SEARCH_BATCH_REPORT",
            reply_to="m2",
            items=["q0", "q1"],
            found=FOUND,
        ),
        took(FRANCE, CENTRE, "a2", "SEARCH_BATCH_REPORT", 2),
        hit_notice("h1", "H-1"),
        took(FRANCE, CENTRE, "h1", "HIT_NOTICE", 3),
        line(CENTRE, Kind.SETTLED, message_id="a2", by=FRANCE),
        line(CENTRE, Kind.SETTLED, message_id="h1", by=FRANCE),
        # the end
        line(RELAY, Kind.QUIET, at_rest=True, after_ms=1_000),
        line(FRANCE, Kind.WAITS, count=0),
        line(FRANCE, Kind.MISSING, sender=CENTRE, count=0),
        line(FRANCE, Kind.GAUGE, name="in-flight", most=2, limit=3),
        books(FRANCE, posted=["m1", "m2"], applied=["a1", "a2", "h1"], peer=CENTRE),
        books(CENTRE, posted=["a1", "a2", "h1"], applied=["m1", "m2"], peer=FRANCE),
        line(CENTRE, Kind.RECORD, record=RECORD, version=1, **FILED[0]),
        line(CENTRE, Kind.HIT, hit="H-1", state="RAISED"),
        line(CENTRE, Kind.SEARCHES, count=1),
        line(FRANCE, Kind.CHECKPOINT, size=2, head="c2"),
        line(FRANCE, Kind.CHECKPOINT, size=5, head="c5"),
        line(FRANCE, Kind.REREAD, size=2, head="c2"),
        line(FRANCE, Kind.REREAD, size=5, head="c5"),
        line(CENTRE, Kind.TRUSTS, version=2, revoked=["stolen"]),
        *(kept(FRANCE, "", one) for one in ("m1", "m2")),
        *(kept(FRANCE, CENTRE, one) for one in ("a1", "a2", "h1")),
        *(kept(CENTRE, FRANCE, one) for one in ("m1", "m2")),
        *(kept(CENTRE, "", one) for one in ("a1", "a2", "h1")),
    ]


def line(party, kind, **facts):
    return {"t": 1_000, "party": party, "kind": kind.value, **facts}


def sent(party, to, message_id, kind, seq, reply_to=None):
    return line(
        party,
        Kind.SENT,
        message_id=message_id,
        to=to,
        type=kind,
        seq=seq,
        reply_to=reply_to,
        lane="ROUTINE",
        valid_ms=300_000,
        digest=f"of {message_id}",
        differs=[],
    )


def took(party, sender, message_id, kind, seq, outcome="APPLIED"):
    return line(
        party,
        Kind.TOOK,
        sender=sender,
        message_id=message_id,
        type=kind,
        seq=seq,
        outcome=outcome,
        digest=f"of {message_id}",
        kid="of-fra",
    )


def kept(party, peer, message_id):
    direction = "in" if peer else "out"
    facts = {"peer": peer, "message_id": message_id, "digest": f"of {message_id}"}
    return line(party, Kind.KEPT, direction=direction, **facts)


def effect(party, sender, message_id, kind, *, op=None, reply_to=None, **facts):
    return line(
        party,
        Kind.EFFECT,
        sender=sender,
        message_id=message_id,
        type=kind,
        op=op,
        reply_to=reply_to,
        **facts,
    )


def hit_notice(message_id, hit):
    return effect(
        FRANCE,
        CENTRE,
        message_id,
        "HIT_NOTICE",
        hit=hit,
        role="OWNER",
        record=RECORD,
        owner=FRANCE,
        finder=FRANCE,
        question="Q-1",
        item=None,
        search="Q-1",
    )


def decided(version, code="ACCEPTED"):
    return {"record": RECORD, "code": code, "version": version}


def books(party, *, posted, applied, peer):
    return line(
        party,
        Kind.BOOKS,
        posted=[f"{peer}/{m}" for m in posted],
        applied=[f"{peer}/{m}" for m in applied],
        refused=[],
    )


def numbered(lines):
    for number, entry in zip(itertools.count(1), lines, strict=False):
        entry["n"] = number
    return lines


def without(lines, kind, **facts):
    found = [
        e
        for e in lines
        if e["kind"] == kind and all(e.get(name) == value for name, value in facts.items())
    ]
    assert found, f"the sound ledger has no {kind} {facts}"
    return [e for e in lines if e not in found]


def changed(lines, of, about, **facts):
    index = next(
        number
        for number, e in enumerate(lines)
        if e["kind"] == of and all(e.get(name) == value for name, value in about.items())
    )
    return [*lines[:index], {**lines[index], **facts}, *lines[index + 1 :]]


def filed_after_the_search(lines):
    """The record comes when its finder has asked already, and nobody tells the finder."""
    filing = next(e for e in lines if e["kind"] == "effect" and e["message_id"] == "m1")
    lines = [e for e in lines if e is not filing]
    lines = changed(lines, "effect", {"message_id": "m2"}, answered=NOT_FOUND)
    lines = changed(lines, "effect", {"message_id": "a2"}, found=NOT_FOUND)
    lines = changed(lines, "effect", {"type": "HIT_NOTICE"}, search="Q-9", question="Q-9")
    return before(lines, filing, "took", message_id="m2")


def before(lines, entry, kind, **facts):
    index = next(
        number
        for number, e in enumerate(lines)
        if e["kind"] == kind and all(e.get(name) == value for name, value in facts.items())
    )
    return [*lines[:index], entry, *lines[index:]]


def lost(lines):
    lines = [*lines[:-7], sent(FRANCE, CENTRE, "m3", "HIT_RECEIPT", 3), *lines[-7:]]
    lines.append(line(FRANCE, Kind.SETTLED, message_id="m3", by="*"))
    lines.append(kept(FRANCE, "", "m3"))
    return changed(
        lines, "books", {"party": FRANCE}, posted=[f"{CENTRE}/{m}" for m in ("m1", "m2", "m3")]
    )


def no_rest(lines):
    return changed(lines, "quiet", {}, at_rest=False)


DOCTORED = {
    "lost": lost,
    "promised": lambda lines: before(
        lines, line(FRANCE, Kind.OK, op="FRA-NCB/9", message_id="m9"), "quiet"
    ),
    "forgotten": lambda lines: without(lines, "settled", message_id="h1"),
    "acknowledged": lambda lines: before(
        lines, line(CENTRE, Kind.ACK, digest="d1"), "durable", party=CENTRE
    ),
    "replayed": lambda lines: before(
        lines,
        line(CENTRE, Kind.ASKED_AGAIN, sender=FRANCE, message_id="m1", code="x"),
        "quiet",
    ),
    "doubled": lambda lines: before(
        lines, effect(CENTRE, FRANCE, "m2", "SEARCH_BATCH", op="FRA-NCB/2"), "quiet"
    ),
    "unexpected": lambda lines: changed(lines, "invoke", {"op": OP}, may=False, grantable=False),
    "hits_once": lambda lines: before(lines, hit_notice("h1b", "H-2"), "quiet"),
    "answered": lambda lines: without(lines, "effect", message_id="a1"),
    "told": lambda lines: without(
        changed(lines, "took", {"message_id": "h1"}, outcome="REFUSED"),
        "effect",
        message_id="h1",
    ),
    "entitled": lambda lines: before(
        lines,
        line(FRANCE, Kind.REFUSED, message_id="m1", by="USA-NCB", code="x"),
        "quiet",
    ),
    "same_lane": lambda lines: changed(lines, "sent", {"message_id": "a2"}, lane="BULK"),
    "in_time": lambda lines: changed(lines, "took", {"message_id": "h1"}, t=900_000),
    "waited_for": filed_after_the_search,
    "expired": lambda lines: before(
        lines, line(CENTRE, Kind.GAVE_UP, message_id="h1", to=FRANCE), "quiet"
    ),
    "patient": lambda lines: before(
        lines, line(CENTRE, Kind.UNDELIVERED, message_id="h1", to=FRANCE), "quiet"
    ),
    "complete": lambda lines: changed(
        lines, "effect", {"type": "SEARCH_BATCH_REPORT"}, items=["q0"]
    ),
    "hits_told": lambda lines: without(lines, "effect", type="HIT_NOTICE"),
    "numbered": lambda lines: changed(lines, "sent", {"message_id": "h1"}, seq=9),
    "gaps": lambda lines: changed(lines, "missing", {}, count=1),
    "versions": lambda lines: changed(lines, "effect", {"message_id": "m1"}, bases=[1]),
    "receipts": lambda lines: before(
        lines, line(FRANCE, Kind.SETTLED, message_id="m1", by=CENTRE), "took", message_id="m1"
    ),
    "rest": lambda lines: before(lines, line(FRANCE, Kind.CRASH, at="a defect", own=True), "quiet"),
    "patience": lambda lines: before(
        changed(lines, "sent", {"message_id": "h1"}, valid_ms=0),
        {**line(CENTRE, Kind.UNDELIVERED, message_id="h1", to=FRANCE), "t": 400_000},
        "quiet",
    ),
    "bounded": lambda lines: changed(lines, "gauge", {}, most=4),
    "as_decided": lambda lines: changed(
        lines, "effect", {"message_id": "a1"}, results=[decided(7)]
    ),
    "owned": lambda lines: changed(
        before(
            lines,
            effect(CENTRE, OTHER, "u1", "REC_UPDATE", filed=[{}], decided=[decided(2)], bases=[1]),
            "quiet",
        ),
        "record",
        {},
        version=2,
    ),
    "contents": lambda lines: changed(lines, "record", {}, weapon="w1"),
    "found": lambda lines: changed(
        changed(lines, "effect", {"message_id": "m2"}, answered=NOT_FOUND),
        "effect",
        {"message_id": "a2"},
        found=NOT_FOUND,
    ),
    "hits_kept": lambda lines: changed(lines, "hit", {}, state=None),
    "logged": lambda lines: changed(lines, "searches", {}, count=0),
    "untouched": lambda lines: changed(
        changed(lines, "took", {"party": FRANCE, "message_id": "h1"}, digest="else"),
        "kept",
        {"party": FRANCE, "message_id": "h1"},
        digest="else",
    ),
    "sealed_as_posted": lambda lines: changed(
        lines, "sent", {"message_id": "h1"}, differs=["expires"]
    ),
    "log_grows": lambda lines: changed(lines, "reread", {"size": 2}, head="other"),
    "revoked": lambda lines: before(
        changed(lines, "took", {"party": CENTRE, "message_id": "m2"}, kid="stolen"),
        line(CENTRE, Kind.TRUSTS, version=1, revoked=["stolen"]),
        "took",
        party=CENTRE,
        message_id="m2",
    ),
    "sealed_only": lambda lines: before(
        lines, line(FRANCE, Kind.CLEARTEXT, what="a serial"), "quiet"
    ),
    "evidence": lambda lines: without(lines, "kept", party=CENTRE, message_id="m1"),
    "synced": lambda lines: before(lines, line(CENTRE, Kind.SYNCS, does=False), "quiet"),
    "aside": lambda lines: before(
        lines,
        line(CENTRE, Kind.SET_ASIDE, digest="d9", source="x", code="x"),
        "quiet",
    ),
    "refused_rightly": lambda lines: before(
        lines,
        line(FRANCE, Kind.REFUSED, message_id="m1", by=CENTRE, code="relay.wrong-lane"),
        "quiet",
    ),
    "calm": lambda lines: [
        line(FRANCE, Kind.PUBLISHED, digest="d1"),
        line(FRANCE, Kind.PUBLISHED, digest="d1"),
        *lines,
    ],
    "few_receipts": lambda lines: [
        *(sent(CENTRE, FRANCE, f"r{n}", "RECEIPT", 0) for n in range(3)),
        *(kept(CENTRE, "", f"r{n}") for n in range(3)),
        *lines,
    ],
    "agreed": lambda lines: changed(lines, "record", {}, version=2),
    "stated": lambda lines: before(
        lines,
        line(FRANCE, Kind.STATED, to=CENTRE, sent=3, held=3, missing=0, gone=0),
        "quiet",
    ),
    "receipted": lambda lines: before(
        lines,
        line(CENTRE, Kind.RECEIPTED, to=FRANCE, items=[["m1", "APPLIED", "of m2"]]),
        "quiet",
    ),
    "tried_enough": lambda lines: [
        line(CENTRE, Kind.FAILED, sender=FRANCE, message_id="m1", most=3),
        line(
            CENTRE,
            Kind.SET_ASIDE,
            digest="d9",
            source="x",
            code="endpoint.cannot-process",
            message_id="m1",
        ),
        line(CENTRE, Kind.LETTER, digest="d9", state="REPLAYED", code="x"),
        *lines,
    ],
    "held_back": lambda lines: [line(CENTRE, Kind.STALE, how="DEGRADED"), *lines],
    "let_go": lambda lines: [
        line(CENTRE, Kind.LETTER, digest="d9", state="SET_ASIDE", code="endpoint.held"),
        *lines,
    ],
    "no_longer": lambda lines: before(
        lines, {**line(FRANCE, Kind.PUBLISHED, digest="of m1"), "t": 400_000}, "quiet"
    ),
    "last_try": lambda lines: before(
        changed(lines, "sent", {"message_id": "h1"}, valid_ms=120_000),
        {**line(CENTRE, Kind.UNDELIVERED, message_id="h1", to=FRANCE), "t": 125_000},
        "quiet",
    ),
    "at_once": lambda lines: [
        {**line(FRANCE, Kind.UP), "t": 40_000},
        *changed(lines, "settled", {"message_id": "m1"}, t=60_000),
    ],
    "steady": lambda lines: [
        line(FRANCE, Kind.PUBLISHED, digest="of m1"),
        *changed(lines, "settled", {"message_id": "m1"}, t=290_000),
    ],
    "unhurried": lambda lines: [
        line(RELAY, Kind.INJECTED, act="storm"),
        *(line(FRANCE, Kind.PUBLISHED, digest="of m1") for _ in range(16)),
        *lines,
    ],
}


def broken_rules(lines):
    case_lines = numbered(lines)
    named = {(v.invariant, v.name) for v in check(case_lines)}
    case = Case(case_lines)
    return {name for name, rule in RULES.items() if list(rule(case))}, named


def test_a_sound_ledger_breaks_no_rule():
    assert broken_rules(sound()) == (set(), set())


def test_every_rule_has_a_ledger_that_breaks_it():
    assert set(DOCTORED) == set(RULES)


@pytest.mark.parametrize("rule", DOCTORED)
def test_a_doctored_ledger_breaks_its_rule_and_it_alone(rule):
    broken, _ = broken_rules(DOCTORED[rule](sound()))
    assert broken == {rule}


def test_a_world_that_does_not_come_to_rest_is_told_and_what_is_open_is_not_judged():
    lines = no_rest(without(sound(), "settled", message_id="h1"))
    _, named = broken_rules(lines)
    assert named == {("I10", "no-rest")}


@pytest.mark.parametrize(
    ("own", "told"), [(False, set()), (True, {("I10", "ended-by-itself")})], ids=["killed", "own"]
)
def test_only_a_process_that_ends_by_itself_is_a_defect(own, told):
    lines = before(sound(), line(FRANCE, Kind.CRASH, at="x", own=own), "quiet")
    assert broken_rules(lines)[1] == told


def test_an_answer_that_came_late_after_an_explicit_failure_is_kept_and_no_defect():
    lines = without(sound(), "effect", message_id="a1")
    late = line(FRANCE, Kind.UNDELIVERED, message_id="m1", to=CENTRE)
    late["t"] = 170_000
    lines = changed(before(lines, late, "quiet"), "sent", {"message_id": "m1"}, valid_ms=0)
    assert broken_rules(lines) == (set(), set())


def test_an_op_whose_fate_its_client_never_learned_must_end_all_the_same():
    lines = changed(sound(), "ok", {"op": OP}, kind="info", why="after-commit")
    assert broken_rules(lines) == (set(), set())
    _, named = broken_rules(without(lines, "effect", message_id="a1"))
    assert named == {("I3", "never-answered")}
