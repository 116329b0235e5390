"""The search table is held to the tables of words, on both databases, and figures are counted."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import replace
from hashlib import sha256

import pytest
from registry_world import (
    NOW,
    Centre,
    a_description,
    a_record,
    a_search,
    frame_of,
    pistol,
    serial,
)
from sqlalchemy import select, update

from gateway import registry
from gateway.payload import GradeCode, SearchResultCode
from gateway.registry import Clocks, derivation, keep_counted, keep_indexed, old_keys, upkeep
from gateway.registry.reference import KEYS_VERSION
from gateway.registry.upkeep import INDEX, reindex
from gateway.registry.weighing import figures_of, shape_of
from gateway.store import Store, Unit
from gateway.store import figures as store_figures
from gateway.store.registry_tables import marking_key


class _OneUnit(Store):
    """A store whose every unit is the one of the test."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    def unit(self):  # type: ignore[no-untyped-def,override] # a stand-in without a transaction
        return nullcontext(self._unit)


def test_a_key_that_is_not_as_derived_is_found_and_mended(centre: Centre) -> None:
    centre.submit(a_record("1", "ABC12345"))
    centre.submit(a_record("2", "DEF67890"))
    store = _OneUnit(centre.unit)
    assert reindex(store, write=False).differing == 0
    wrong = update(marking_key).where(marking_key.c.norm == "ABC12345").values(traits=999, sk=1)
    centre.unit.connection.execute(wrong)
    found = reindex(store, write=False)
    assert (found.records, found.differing, len(found.examples)) == (2, 1, 1)
    assert reindex(store).differing == 1
    assert reindex(store, write=False).differing == 0
    assert centre.search(a_search(a_description("ABC12345"))).result_code is SearchResultCode.HIT


def test_a_run_is_taken_up_where_it_stopped(centre: Centre) -> None:
    for number in range(3):
        centre.submit(a_record(str(number), f"ABC1234{number}"))
    store = _OneUnit(centre.unit)
    first = reindex(store, write=False, most=2)
    rest = reindex(store, write=False, after=first.last)
    assert (first.records, rest.records) == (2, 1)


def test_the_hub_derives_keys_anew_by_itself_after_its_tables_changed(centre: Centre) -> None:
    unit, frame = centre.unit, frame_of("XPO-REGISTRY")
    keep_indexed(unit, frame)
    assert unit.figures.derivation() == derivation(), "nothing was filed yet"
    for number in range(3):
        centre.submit(a_record(str(number), f"ABC1234{number}"))
    unit.figures.note_derivation(1)  # as other tables would have
    wrong = update(marking_key).where(marking_key.c.norm == "ABC12341").values(traits=999, sk=1)
    unit.connection.execute(wrong)
    keep_indexed(unit, frame)
    keep_indexed(unit, frame)  # another worker starts
    steps = 0
    now = NOW
    while waiting := unit.timers.of_kind(INDEX):
        (one,) = waiting
        assert unit.timers.take(one)
        now = max(now, one.due)
        assert registry.due(one, unit, replace(frame, now=now), Clocks()) == []
        steps += 1
    assert steps == 2, "three records, and nothing behind them"
    assert unit.figures.derivation() == derivation()
    assert centre.search(a_search(a_description("ABC12341"))).result_code is SearchResultCode.HIT


def test_a_worker_with_other_tables_leaves_the_run_to_the_others(centre: Centre) -> None:
    unit, frame = centre.unit, frame_of("XPO-REGISTRY")
    centre.submit(a_record("1", "ABC12345"))
    unit.timers.set(INDEX, "17:0", due=NOW, now=NOW)
    (one,) = unit.timers.of_kind(INDEX)
    assert unit.timers.take(one)
    registry.due(one, unit, frame, Clocks())
    (again,) = unit.timers.of_kind(INDEX)
    assert again.subject == one.subject
    assert again.due > NOW


def test_keys_are_derived_as_their_version_says(centre: Centre) -> None:
    """Where this fails, other keys are derived of the same records: count KEYS_VERSION up."""
    texts = ("AB 0123-X", "ВР 0457", "№ 123456", "XYZ123 (104-6535)", "٣٤٥٦٧٨", "SER. NO 00987")  # noqa: RUF001 - other scripts are meant
    for number, text in enumerate(texts):
        centre.submit(a_record(str(number), text))
    names = [marking_key.c[name] for name in ("id", "sk", "rk", "traits", "marks", "norm", "plain")]
    rows = centre.unit.connection.execute(select(*names).order_by(marking_key.c.id)).all()
    first = min(row.id for row in rows) - 1  # ids go on from test to test on PostgreSQL
    told = repr([(row.id - first, *row[1:]) for row in rows])
    assert (KEYS_VERSION, sha256(told.encode()).hexdigest()[:16]) == (6, "18df15052dcc5c47")


def test_figures_count_shapes_and_makes(centre: Centre) -> None:
    centre.submit(a_record("1", "ABC12345"))
    centre.unit.figures.refresh(shape_of)
    figures = centre.unit.figures.current(NOW, figures_of)
    assert figures.shapes == {"LLLDDDDD": 1}
    assert figures.keys >= 1


def test_figures_are_counted_again_as_the_registry_grows(
    centre: Centre, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(upkeep, "_GROWN_LEAST", 3)
    for number in range(3):
        centre.submit(a_record(str(number), f"ABC1234{number}"))
    centre.unit.figures.note_derivation(derivation())
    first = centre.unit.figures.keys() - centre.unit.figures.counted()
    assert keep_counted(centre.unit) is (first > 3)
    for number in range(3, 8):
        centre.submit(a_record(str(number), f"DE1234{number}"))
    assert keep_counted(centre.unit)
    figures = centre.unit.figures.current(NOW, figures_of)
    assert figures.shapes == {"LLLDDDDD": 3, "LLDDDDD": 5}
    assert centre.unit.figures.counted() == centre.unit.figures.keys()
    assert not keep_counted(centre.unit)


def test_a_large_table_is_counted_by_stretches(
    centre: Centre, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(40):
        centre.submit(a_record(str(number), f"{'AB' if number % 2 else 'ABC'}1234{number:02}"))
    newest = centre.unit.figures.keys()
    monkeypatch.setattr(store_figures, "SAMPLE", newest // 4)
    monkeypatch.setattr(store_figures, "STRETCHES", newest // 8)
    read = centre.unit.figures.refresh(shape_of)
    assert 0 < read < 40
    shapes = centre.unit.figures.current(NOW, figures_of).shapes
    assert set(shapes) == {"LLLDDDDDD", "LLDDDDDD"}
    assert 20 <= sum(shapes.values()) <= 60


def test_the_probe_is_told_while_older_tables_derived_some_keys(centre: Centre) -> None:
    centre.submit(a_record())
    assert old_keys(centre.unit) == {}
    centre.unit.figures.note_derivation(derivation() + 1)
    keep_indexed(centre.unit, frame_of("XPO-REGISTRY"))
    assert "may be missed" in old_keys(centre.unit)["keys"]


def test_a_misread_serial_is_a_candidate_with_its_reason_and_no_hit(centre: Centre) -> None:
    centre.submit(a_record("1", "ABC12345"))
    for text, code in (
        ("ABC12354", "SERIAL_MISREAD"),  # exchanged
        ("ABC1235", "SERIAL_MISREAD"),  # lost
        ("ABC122345", "SERIAL_MISREAD"),  # added
        ("ABC12346", "SERIAL_MISREAD"),  # replaced
        ("MOD ABC12345", "SERIAL_AFFIX"),
        ("ABC1?345", "SERIAL_PATTERN"),
        ("*12345", "SERIAL_PATTERN"),
        ("AB?12*", "SERIAL_PATTERN"),
        ("ABC#2@45", None),
    ):
        result = centre.search(a_search(a_description(text)))
        assert result.result_code is not SearchResultCode.HIT, text
        if code is None:
            assert result.candidate == ()
            continue
        (candidate,) = result.candidate or (None,)
        assert candidate is not None, text
        assert candidate.grade_code in {GradeCode.C, GradeCode.D}
        assert candidate.match_reason[0].reason_code == code


def test_a_lost_prefix_is_found(centre: Centre) -> None:
    firearm = replace(pistol("TAB123456"), marking=(serial("TAB123456"),))
    centre.submit(a_record("1", firearm=firearm))
    result = centre.search(a_search(a_description("123456")))
    assert [one.match_reason[0].reason_code for one in result.candidate] == ["SERIAL_AFFIX"]
