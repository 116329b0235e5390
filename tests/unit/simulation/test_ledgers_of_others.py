"""Ledgers that somebody else kept: the smallest of the specification, read, doctored and judged."""

import re
from pathlib import Path

import msgspec
import pytest

from gateway.simulation import Kind, LedgerError, check, read_ledgers
from gateway.simulation.reading import REQUIRED, USUAL

pytestmark = pytest.mark.unit

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
    texts = {"type": "RECEIPT", "outcome": "APPLIED", "how": "FRESH", "state": "RAISED"}
    facts = {name: values.get(name, texts.get(name, 1)) for name in REQUIRED.get(kind, ())}
    facts = {name: str(v) if name in ("digest", "by", "to") else v for name, v in facts.items()}
    line = {"t": 1, "party": "FRA-NCB", "kind": kind.value, **facts}
    file = tmp_path / "one.ndjson"
    file.write_bytes(msgspec.json.encode(line))
    (entry,) = read_ledgers(file)
    assert set(USUAL.get(kind, {})) <= set(entry)
    check([entry])
