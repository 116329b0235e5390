"""Figures over public data, held against plain arithmetic over the raw files."""

import csv
from collections import Counter, defaultdict
from datetime import UTC, date, datetime
from pathlib import Path
from statistics import mean, median

import pytest
from statistics_world import both, kept, open_store, write

from gateway.statistics import TraceAnswered, TraceAsked

pytestmark = [pytest.mark.unit, pytest.mark.slow]
DATA = Path(__file__).parents[3].parent / "shared" / "data"
ATF = DATA / "atf" / "2011_recovered_in_x_originated_in.csv"
BRADY = DATA / "brady" / "de_gunstat_firearms_min.csv"
SENT = datetime(2012, 1, 1, tzinfo=UTC)


def rows_of(path):
    if not path.is_file():
        pytest.skip(f"the public data is not here: {path.name}")
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def answered(number, *, asked=None, given=None):
    subject = f"T-{number:06}"
    return [
        TraceAsked(subject=subject, at=SENT, direction="OUT", peer_country="USA", **(asked or {})),
        TraceAnswered(
            subject=subject, at=SENT, final=True, outcome="TRACED_RETAILER", **(given or {})
        ),
    ]


@pytest.fixture(scope="module")
def atf(tmp_path_factory):
    rows = rows_of(ATF)
    flows = Counter()
    for row in rows:
        flows[row["recovered-in"].strip(), row["originated-in"].strip()] += int(
            row["Number"].strip() or 0
        )
    with open_store(tmp_path_factory.mktemp("atf")) as store:
        with store.unit() as unit:
            number = 0
            for (recovered, origin), count in flows.items():
                for _ in range(count):
                    number += 1
                    place = {"recovery_place": recovered[:16]}
                    write(
                        unit,
                        [answered(number, asked=place, given={"diversion_place": origin[:16]})],
                    )
        cut = Counter()
        for (recovered, origin), count in flows.items():
            if count:
                cut[recovered[:16], origin[:16]] += count
        yield store, cut


def test_the_flow_table_of_148566_traces_comes_out_exactly(atf):
    store, flows = atf
    table = kept(store, "flows")
    assert {row.values[:2]: row.values[2] for row in table.rows} == dict(flows)
    assert sum(flows.values()) == 148_566
    recovered = defaultdict(int)
    for (place, _), count in flows.items():
        recovered[place] += count
    for row in table.rows:
        assert row.values[3] == pytest.approx(flows[row.values[:2]] / recovered[row.values[0]])


def test_local_shares_and_net_sources_come_out_exactly(atf):
    store, flows = atf
    table = kept(store, "flow-balance")
    places = {place for pair in flows for place in pair}
    assert set(table.values("place")) == places
    for place, total, local, local_share, out, coming, ratio in (r.values for r in table.rows):
        here = sum(n for (r, _), n in flows.items() if r == place)
        assert total == here
        assert local == flows[place, place]
        assert out == sum(n for (r, o), n in flows.items() if o == place != r)
        assert coming == here - local
        assert local_share == (pytest.approx(local / here) if here else None)
        assert ratio == (pytest.approx(out / coming) if coming else None)


@pytest.fixture
def brady(tmp_path):
    rows = rows_of(BRADY)
    with open_store(tmp_path) as store:
        with store.unit() as unit:
            write(
                unit,
                (
                    answered(
                        number,
                        asked={"recovery_date": row["crime_date"] or None},
                        given={
                            "last_transfer": row["sale_date"] or None,
                            "reported_days": int(float(row["time_to_crime"]))
                            if row["time_to_crime"]
                            else None,
                        },
                    )
                    for number, row in enumerate(rows)
                ),
            )
        yield store, rows


def test_the_time_to_crime_of_489_cases_comes_out_exactly(brady):
    store, rows = brady
    days = [int(float(r["time_to_crime"])) for r in rows if r["time_to_crime"]]
    dated = [r for r in rows if r["crime_date"] and r["sale_date"]]
    for row in dated:
        span = date.fromisoformat(row["crime_date"]) - date.fromisoformat(row["sale_date"])
        assert span.days == float(row["time_to_crime"])
    assert (len(days), len(dated)) == (489, 451)
    table = both(store, "time-to-crime")
    (row,) = table.rows
    got = dict(zip([c.name for c in table.columns], row.values, strict=True))
    assert got["cases"] == 489
    assert got["mean"] == pytest.approx(mean(days))
    assert got["median"] == median(days)
    assert got["short"] == pytest.approx(sum(d <= 3 * 365 for d in days) / 489)
    assert got["up to 3 months"] == sum(d <= 91 for d in days)
    assert got["1 to 2 years"] == sum(365 < d <= 730 for d in days)
    assert got["over 3 years"] == sum(d > 1095 for d in days)
