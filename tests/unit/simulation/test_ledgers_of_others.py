"""Ledgers that somebody else kept: the smallest of the specification, read, doctored and judged."""

import json
import re
import tempfile
from functools import cache
from pathlib import Path

import msgspec
import pytest
from drawn import examples
from hypothesis import given, settings, strategies

from gateway.simulation import (
    Kind,
    LedgerError,
    check,
    clocks_behind,
    draw,
    perform,
    read_ledgers,
)
from gateway.simulation.reading import REQUIRED, USUAL

pytestmark = [pytest.mark.unit, pytest.mark.slow]

SPEC = Path(__file__).parents[3] / "docs" / "spec" / "ledger.md"


@pytest.fixture
def smallest():
    (block,) = re.findall(r"```\n(.*?)```", SPEC.read_text(), re.DOTALL)
    return block.splitlines()


def judged(folder, lines):
    file = folder / "theirs.ndjson"
    file.write_text("\n".join(lines))
    return {f"{one.invariant}.{one.name}" for one in check(read_ledgers(file))}


def test_the_smallest_ledger_of_the_specification_breaks_no_rule(tmp_path, smallest):
    assert judged(tmp_path, smallest) == set()


@pytest.mark.parametrize(
    ("left_out", "broken"),
    [
        (r'"kind":"took","sender":"FRA', {"I1.lost", "I2.unexpected", "I6.receipt-before-effect"}),
        (r'"kind":"settled","message_id":"m"', {"I1.forgotten"}),
        (r'"kind":"accepted"', {"I1.promised-without-commit"}),
        (r'"kind":"effect","sender":"USA', {"I3.never-answered"}),
    ],
)
def test_what_is_missing_in_it_breaks_its_promise(tmp_path, smallest, left_out, broken):
    found = judged(tmp_path, [line for line in smallest if left_out not in line])
    assert found
    assert found <= broken


def test_an_effect_that_stands_twice_is_doubled(tmp_path, smallest):
    assert judged(tmp_path, [*smallest, smallest[4]]) == {"I2.doubled"}


def test_a_file_and_a_folder_of_one_file_a_party_are_the_same(tmp_path, smallest):
    whole = tmp_path / "all.ndjson"
    whole.write_text("\n".join(smallest))
    folder = tmp_path / "each"
    folder.mkdir()
    for party in ("FRA-NCB", "USA-NCB"):
        own = [one for one in smallest if f'"party":"{party}"' in one]
        (folder / f"{party}.ndjson").write_text("\n".join(own))
    one, other = read_ledgers(whole), read_ledgers(folder)
    assert sorted((e["t"], e["party"], e["kind"]) for e in one) == sorted(
        (e["t"], e["party"], e["kind"]) for e in other
    )
    assert check(other) == []


def test_everything_that_is_wrong_is_told_at_once_and_nothing_is_judged(tmp_path, smallest):
    bad = ["{", "[]", '{"t":1,"party":"A","kind":"sung"}', '{"t":1,"party":"A","kind":"ok"}']
    with pytest.raises(LedgerError) as told:
        judged(tmp_path, [*smallest, *bad])
    for part in ("12 is no JSON", "13 is no JSON object", "sung", "ok without message_id, op"):
        assert part in str(told.value.value)


def test_an_empty_folder_is_no_ledger(tmp_path):
    with pytest.raises(LedgerError, match="cannot be read"):
        read_ledgers(tmp_path)


@pytest.mark.parametrize("kind", Kind)
def test_a_line_with_what_its_kind_requires_is_read_and_no_rule_stumbles_over_it(tmp_path, kind):
    values = {"items": [], "posted": [], "applied": [], "refused": [], "revoked": []}
    values |= {"does": True, "at_rest": True}
    texts = {"type": "RECEIPT", "outcome": "APPLIED", "how": "FRESH", "state": "RAISED"}
    facts = {name: values.get(name, texts.get(name, 1)) for name in REQUIRED.get(kind, ())}
    facts = {name: str(v) if name in ("digest", "by", "to") else v for name, v in facts.items()}
    line = {"t": 1, "party": "FRA-NCB", "kind": kind.value, **facts}
    file = tmp_path / "one.ndjson"
    file.write_bytes(msgspec.json.encode(line))
    (entry,) = read_ledgers(file)
    assert set(USUAL.get(kind, {})) <= set(entry)
    check([entry])


# --- what strangers' ledgers look like ------------------------------------------------------------


def told(folder, octets, name="theirs.ndjson"):
    """What the reader says is wrong with a file of these octets."""
    (folder / name).write_bytes(octets)
    with pytest.raises(LedgerError) as refusal:
        read_ledgers(folder)
    assert refusal.value.remedy
    return str(refusal.value.value)


def with_facts(lines, change):
    return [json.dumps(change(json.loads(line))) for line in lines]


def test_the_order_of_facts_the_ends_of_lines_and_a_mark_of_utf8_do_not_matter(tmp_path, smallest):
    turned = with_facts(smallest, lambda line: dict(reversed(line.items())))
    (tmp_path / "theirs.ndjson").write_bytes(
        b"\xef\xbb\xbf" + "\r\n\r\n".join(turned).encode() + b"\r\n"
    )
    assert check(read_ledgers(tmp_path)) == []


def test_other_names_of_parties_are_judged_alike_and_the_centre_may_have_its_own(
    tmp_path, smallest
):
    refused = {"t": 12, "party": "FRA", "kind": "refused", "message_id": "m", "by": "HUB"}
    settled = {"t": 12, "party": "FRA", "kind": "settled", "message_id": "m", "by": "*"}
    lines = [
        line.replace("FRA-NCB", "FRA").replace("USA-NCB", "member 7")
        for line in smallest[:4]  # asked and promised, and never taken
    ] + [json.dumps({**refused, "code": "relay.no-mailbox"}), json.dumps(settled)]
    assert judged(tmp_path, lines) == {"I3.refused-by-stranger"}
    assert check(read_ledgers(tmp_path / "theirs.ndjson", centre="HUB")) == []


def test_two_askers_may_call_their_questions_alike_and_each_is_judged(tmp_path, smallest):
    other = [
        line.replace("FRA-NCB", "BRA-NCB").replace('"m"', '"o"').replace('"a"', '"p"')
        for line in smallest
    ]
    assert judged(tmp_path, [*smallest, *other]) == set()
    without_its_answer = [line for line in other if '"p"' not in line]
    for lines in ([*smallest, *without_its_answer], [*without_its_answer, *smallest]):
        assert "I3.never-answered" in judged(tmp_path, lines)


def test_names_that_are_whole_numbers_are_names(tmp_path, smallest):
    numbers = {"m": 17, "a": 18}
    lines = with_facts(
        smallest,
        lambda line: {
            name: numbers.get(value, value) if name in ("message_id", "reply_to") else value
            for name, value in line.items()
        },
    )
    assert judged(tmp_path, lines) == set()
    assert judged(tmp_path, [line for line in lines if '"settled"' not in line]) == {"I1.forgotten"}


def test_a_receipt_has_no_number_and_what_is_left_out_on_one_side_is_not_judged(tmp_path, smallest):
    receipt = {"t": 13, "party": "FRA-NCB", "kind": "sent", "message_id": "r", "to": "USA-NCB"}
    receipt |= {"type": "RECEIPT", "valid_ms": 60_000}
    lines = with_facts(
        smallest,
        lambda line: line | {"digest": "d", "lane": "ROUTINE"} if line.get("seq") else line,
    )
    lane = [line for line in lines if '"reply_to"' not in line or '"sent"' not in line]
    bare = [line for line in smallest if '"reply_to"' in line and '"sent"' in line]
    assert judged(tmp_path, [*lane, *bare, json.dumps(receipt)]) == set()


def test_clocks_that_differ_are_told_and_put_right_when_somebody_says_so(tmp_path, smallest):
    lines = with_facts(
        smallest,
        lambda line: line | {"t": line["t"] - 5_000 * (line["party"] == "USA-NCB")},
    )
    (tmp_path / "theirs.ndjson").write_text("\n".join(lines))
    found = read_ledgers(tmp_path)
    assert {one.name for one in check(found)} == {"unexpected", "receipt-before-effect"}
    assert clocks_behind(found) == {"USA-NCB": 4_997}
    assert check(read_ledgers(tmp_path, apart=True)) == []
    ahead = with_facts(
        smallest, lambda line: line | {"t": line["t"] + 5_000 * (line["party"] == "USA-NCB")}
    )
    (tmp_path / "theirs.ndjson").write_text("\n".join(ahead))
    assert check(read_ledgers(tmp_path, apart=True)) == []


def test_what_no_clock_explains_stays_a_violation(tmp_path, smallest):
    early = [line.replace('"t":9', '"t":0') for line in smallest]
    late = [line.replace('"t":12', '"t":-50') for line in early]
    (tmp_path / "theirs.ndjson").write_text("\n".join(late))
    assert clocks_behind(read_ledgers(tmp_path)) == {}
    assert "unexpected" in {one.name for one in check(read_ledgers(tmp_path, apart=True))}


def test_of_one_millisecond_what_is_sent_stands_before_what_is_taken(tmp_path, smallest):
    for party in ("FRA-NCB", "USA-NCB"):
        own = [re.sub(r'"t":\d+', '"t":1', one) for one in smallest if f'"party":"{party}"' in one]
        # The receiver's file comes first.
        name = {"USA-NCB": "a", "FRA-NCB": "b"}[party]
        (tmp_path / f"{name}.ndjson").write_text("\n".join(own))
    assert check(read_ledgers(tmp_path)) == []


def test_a_last_line_that_was_not_ended_is_told_by_its_place(tmp_path, smallest):
    cut = "\n".join(smallest).encode()[:-20]
    assert "theirs.ndjson:11 is cut short" in told(tmp_path, cut)


def test_two_files_that_number_for_themselves_or_hold_the_same_line_are_told(tmp_path, smallest):
    numbered = with_facts(smallest[:3], lambda line: line | {"n": 1 + smallest.index(json.dumps(
        line, separators=(",", ":")))})  # fmt: skip
    (tmp_path / "one.ndjson").write_text("\n".join(numbered))
    assert "theirs.ndjson:1 has the n 1 of one.ndjson:1" in told(tmp_path, numbered[0].encode())
    (tmp_path / "one.ndjson").write_text("\n".join(smallest))
    again = told(tmp_path, smallest[8].encode())
    assert "theirs.ndjson:1 is the line one.ndjson:9 again" in again


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('{"t":true,"party":"A","kind":"up"}', "has no t"),
        ('{"t":1.5,"party":"A","kind":"up"}', "has no t"),
        (
            '{"t":1,"party":"A","kind":"waits","count":"3"}',
            "waits with count: Expected `int | null`",
        ),
        ('{"t":1,"party":"A","kind":"quiet","at_rest":"yes","after_ms":1}', "quiet with at_rest"),
        ('{"t":1,"party":"A","kind":"receipted","to":"B","items":["m"]}', "receipted with items"),
        (
            '{"t":1,"party":"A","kind":"set-aside","digest":"d","code":["x"]}',
            "set-aside with code",
        ),
        (
            '{"t":1,"party":"A","kind":"settled","message_id":"m","by":null}',
            "settled with by is null",
        ),
    ],
)
def test_a_fact_of_another_form_is_told_with_its_line(tmp_path, line, said):
    assert f"theirs.ndjson:1 {said}" in told(tmp_path, line.encode())


def test_another_encoding_is_told(tmp_path, smallest):
    assert "UTF-16" in told(tmp_path, "\n".join(smallest).encode("utf-16"))
    assert "is no JSON" in told(tmp_path, b'{"t":1,"party":"\xff","kind":"up"}\n')


@cache
def lines_of_a_world():
    """Of a world with filings, searches, hits, refusals and faults."""
    world = perform(draw(14))
    world.settle()
    return [
        line for ledger in world.shelf.ledgers.values() for line in ledger.octets().splitlines()
    ]


@given(data=strategies.data())
@settings(max_examples=examples(40))
def test_however_a_ledger_is_bent_it_is_judged_or_its_line_is_told(data):
    lines = list(lines_of_a_world())
    for _ in range(data.draw(strategies.integers(1, 3))):
        at = data.draw(strategies.integers(0, len(lines) - 1))
        line = json.loads(lines[at])
        name = data.draw(strategies.sampled_from(sorted(line)))
        odd = (None, 1, -1, True, "x", [], {}, [None], [{}], {"a": 1}, 1e300)
        bent = data.draw(strategies.sampled_from((*odd, "left out")))
        line.pop(name) if bent == "left out" else line.update({name: bent})
        lines[at] = json.dumps(line).encode()
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "bent.ndjson").write_bytes(b"\n".join(lines))
        try:
            check(read_ledgers(Path(folder)))
        except LedgerError as refusal:
            if "bent.ndjson:" not in str(refusal.value):
                raise
