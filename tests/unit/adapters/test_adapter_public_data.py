"""Real data that the authors did not make: every row accounted for, every code a known one."""

from __future__ import annotations

import csv
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from adapters.engine import fixed_frame
from gateway.adapter import find_adapter
from gateway.payload import FirearmRecord, RecordTypeCode

REPOSITORY = Path(__file__).parents[3]
DATA = REPOSITORY.parent / "shared" / "data"
FIREARMS = DATA / "brady" / "de_gunstat_firearms_min.csv"
NCIC = DATA / "niem"

pytestmark = pytest.mark.public_data


def standard_codes(name: str) -> set[str]:
    path = NCIC / f"ncic-5.0.1-{name}.csv"
    if not path.exists():
        pytest.skip(f"the public data are not here: {path}")
    with path.open(encoding="utf-8", newline="") as lines:
        return {row["code"] for row in csv.DictReader(lines)}


def column(adapter: str, table: str, name: str) -> set[str]:
    path = REPOSITORY / "adapters" / adapter / "codes" / f"{table}.csv"
    with path.open(encoding="utf-8", newline="") as lines:
        return {row[name] for row in csv.DictReader(lines)}


def test_every_row_of_the_delaware_crime_guns_is_accepted_or_set_aside_with_its_reason() -> None:
    if not FIREARMS.exists():
        pytest.skip(f"the public data are not here: {FIREARMS}")
    frame = replace(fixed_frame("USA-NCB"), now=datetime(2026, 11, 22, 12, tzinfo=UTC))
    reading = find_adapter("us-de-gunstat-csv").read(FIREARMS.read_bytes(), frame)
    assert reading.issues == ()
    assert len(reading.items) == 635
    reasons = Counter(
        " + ".join(
            sorted(f"{issue.code} {issue.at.rpartition('column ')[2]}" for issue in item.issues)
        )
        or "accepted"
        for item in reading.items
    )
    assert reasons == {
        "accepted": 411,
        "REQUIRED crime_date": 170,
        "FORM firearm_serial": 39,
        "FORM firearm_serial + REQUIRED crime_date": 14,
        "FUTURE crime_date": 1,
    }
    records = [item.body for item in reading.items if isinstance(item.body, FirearmRecord)]
    assert {record.record_type_code for record in records} == {RecordTypeCode.RECOVERED_UNCLAIMED}
    assert len({record.record_id for record in records}) == 411


@pytest.mark.parametrize(
    ("table", "standard"), [("mak", "MAK"), ("cal", "CAL"), ("cal_text", "CAL")]
)
def test_every_ncic_code_that_we_read_is_one(table: str, standard: str) -> None:
    assert column("us_ncic_gun", table, "local") <= standard_codes(standard)


def test_every_ncic_type_that_we_read_is_one() -> None:
    codes = standard_codes("GTYP3") | standard_codes("GTYP")
    assert column("us_ncic_gun", "typ", "local") <= codes
    missing = standard_codes("GTYP3") - column("us_ncic_gun", "typ", "local")
    assert missing == set()


@pytest.mark.parametrize("adapter", ["fr_police_csv", "br_sinarm_csv", "us_de_gunstat_csv"])
def test_every_ncic_make_code_that_we_give_is_one(adapter: str) -> None:
    assert column(adapter, "make_ncic", "standard") <= standard_codes("MAK")


def test_every_reason_for_removal_that_we_read_is_one() -> None:
    assert column("us_ncic_gun", "rpp", "local") <= standard_codes("RPP")
