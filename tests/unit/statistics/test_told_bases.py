"""A told table is reckoned again: the centre's from what it wrote down, a node's from its log."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import insert, update
from statistics_world import NOW, open_store, write

from gateway.config import Statistics, Told
from gateway.statistics import (
    CENTRE_PARTIES,
    NODE_PARTIES,
    Aggregates,
    NotReproducedError,
    of_registry,
    verify_facts,
    verify_told,
)
from gateway.statistics.bases import _packed, numbers_of
from gateway.statistics.facts import Seized
from gateway.store.aggregate_tables import told_cell
from gateway.store.registry_tables import firearm_record

pytestmark = pytest.mark.unit
JULY = datetime(2025, 7, 1, tzinfo=UTC)


class Frame:
    country = "XPO"
    now = NOW


@pytest.fixture
def store(tmp_path):
    with open_store(tmp_path) as opened:
        yield opened


def file_records(unit, *types):
    rows = [
        {
            "id": number, "record_id": f"R-{number}", "owner_agency": f"{owner}-NCB",
            "owner_country": owner, "national_record_id": str(number), "version": 1,
            "status": "ACTIVE", "record_type": kind, "serial_status": "PRESENT",
            "make_text": "GLOCK", "calibre_text": "9X19", "model_text": "17",
            "event_date": "2025-06-01", "review_date": date(2030, 1, 1), "filed": JULY,
            "changed": JULY, "visibility_id": 0,
        }
        for number, (kind, owner) in enumerate(types, 1)
    ]  # fmt: skip
    unit.connection.execute(insert(firearm_record), rows)


def made(unit, measure, by, counted=None):
    offer = Told(measure=measure, by=by, to=(), release="AUTOMATIC")
    aggregates = Aggregates(Statistics(threshold=3, told=(offer,)), counted)
    return aggregates._table(offer, "2025", unit, Frame())


def test_the_centre_names_a_place_of_its_log_and_its_table_is_reckoned_again(store):
    kinds = [("STOLEN", "FRA"), ("STOLEN", "BEL"), ("STOLEN", "AUT"), ("LOST", "FRA")]
    with store.unit() as unit:
        file_records(unit, *[kind for kind in kinds for _ in range(4)])
        table = made(unit, "records", ("record_type",), of_registry())
        assert (table.position, table.head) == unit.facts.head() == (1, table.head)
        assert unit.aggregates.cells("records", "2025") == {("STOLEN",): 12}
        again = unit.registry_counts.count("records", ("record_type",), JULY, NOW)
        basis = unit.registry_counts.basis("records", ("record_type",), JULY, NOW)
        assert {values: len(numbers) for values, numbers in basis.items()} == again
    with store.unit() as unit:
        # What became of the records later changes nothing of what was told.
        unit.connection.execute(update(firearm_record).values(record_type="LOST"))
        assert verify_told(unit, CENTRE_PARTIES, "XPO") == 1
        assert verify_facts(unit)[0] == 1
        unit.connection.execute(update(told_cell).values(count=11))
        with pytest.raises(NotReproducedError):
            verify_told(unit, CENTRE_PARTIES, "XPO")


def test_a_nodes_table_is_reckoned_again_from_its_log_up_to_its_place(store):
    def seized(number):
        return [Seized(subject=f"Z{number}#1", at=JULY, seizure=f"Z{number}", mode="SEIZED",
                       country="BEL", firearm_type="PISTOL")]  # fmt: skip

    with store.unit() as unit:
        write(unit, [seized(number) for number in range(5)])
        assert made(unit, "seized", ("firearm_type",)).position == 5
        write(unit, [seized(9)])
        assert verify_told(unit, NODE_PARTIES, "BEL") == 1


@given(st.sets(st.integers(1, 10**12)))
def test_numbers_are_packed_without_loss(numbers):
    assert numbers_of(_packed(sorted(numbers))) == sorted(numbers)
