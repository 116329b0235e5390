"""The invented registry of the benchmarks stands in the tables as if it had been filed."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest
from fresh_sqlite import put_fresh
from registry_world import HUB, frame_of
from sqlalchemy import select

from gateway import registry
from gateway.store import Store
from gateway.store.registry_tables import firearm_record, marking, marking_key, record_content

sys.path.append(str(Path(__file__).parents[3]))  # benchmarks are not installed
from bench.bulk import load_synthetic
from bench.synthetic import chunk_of, record_of, weapons

COUNT = 60
TABLES = (firearm_record, record_content, marking, marking_key)


def test_loading_in_bulk_writes_what_filing_writes(store: Store, tmp_path: Path) -> None:
    load_synthetic(store, COUNT, 7)
    put_fresh(tmp_path / "filed.db")
    with Store.open(f"sqlite:///{tmp_path / 'filed.db'}") as filed:
        with filed.unit() as unit:
            for weapon in weapons(COUNT, 7):
                registry.handle(
                    record_of(weapon), sender=weapon.owner, unit=unit, frame=frame_of(HUB)
                )
        assert _rows(store) == _rows(filed)


def test_a_loaded_record_can_be_changed_and_more_can_be_filed(store: Store) -> None:
    load_synthetic(store, COUNT, 7)
    load_synthetic(store, COUNT, 8)
    (weapon,) = weapons(1, 9)
    with store.unit() as unit:
        (posting,) = registry.handle(
            record_of(weapon), sender=weapon.owner, unit=unit, frame=frame_of(HUB)
        )
        assert posting.payload.record_result.result_code == "ACCEPTED"  # type: ignore[union-attr] # a filing's answer
        assert unit.records.count() == {"ACTIVE": 2 * COUNT + 1}


def test_a_part_of_the_registry_can_be_drawn_without_the_rest() -> None:
    whole = list(weapons(10_020, 7))
    assert list(chunk_of(1, 20, 7)) == whole[10_000:]
    assert len({weapon.serial for weapon in whole}) > 9_000


def _rows(store: Store) -> dict[str, list[Any]]:
    with store.unit() as unit:
        return {
            table.name: sorted(
                tuple(row)
                for row in unit.connection.execute(
                    select(*(c for c in table.c if c.name not in {"filed", "changed"}))
                )
            )
            for table in TABLES
        }


@pytest.mark.parametrize("count", [0, 1])
def test_an_empty_and_a_single_registry_can_be_loaded(store: Store, count: int) -> None:
    load_synthetic(store, count, 7)
    with store.unit() as unit:
        assert sum(unit.records.count().values()) == count
