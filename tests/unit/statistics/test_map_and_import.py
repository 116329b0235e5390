"""Flows on a map, and reports read back from their files."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from gateway.statistics import (
    Column,
    DefinitionError,
    Format,
    Kind,
    Origin,
    Report,
    Row,
    Table,
    compare,
    read_report,
    render,
)
from gateway.statistics.rendering.map import centroids, country_in, map_of
from gateway.statistics.rendering.pictures import svg_of

AT = datetime(2026, 1, 1, tzinfo=UTC)


def flows(*rows) -> Table:
    titles = (("recovered_in", Kind.LABEL), ("came_from", Kind.LABEL), ("count", Kind.COUNT))
    return Table(
        name="flows",
        title="Flows",
        definition="F",
        columns=tuple(Column(name=name, title=name, kind=kind) for name, kind in titles),
        rows=tuple(Row(values=row) for row in rows),
        picture="map",
    )


def report(table: Table) -> Report:
    return Report(
        name="flows", number="R5", title="Flows", about="", start=AT, end=AT, extracted=AT,
        filters=(("make", ("GLOCK",)),), standard="1.0", tables=(table,),
        origin=Origin(party="FRA-NCB", position=3, head="h"),
    )  # fmt: skip


def test_a_map_draws_routes_between_countries_and_counts_what_is_not_on_it():
    drawing = map_of(flows(("FR-59", "BEL", 7), ("FRA", "ZZZ", 2), ("FRA", "FR-13", 9)))
    assert drawing is not None
    text = svg_of(drawing, 1)
    assert "BEL" in text
    assert "2 of places not on this map" in text
    assert map_of(flows(("FRA", "FR-13", 9))) is None


def test_every_country_of_the_map_is_where_a_country_can_be():
    assert len(centroids()) > 300
    assert all(-180 <= x <= 180 and -90 <= y <= 90 for x, y in centroids().values())
    assert country_in("FR-59") == "FR"


@pytest.mark.parametrize("form", [Format.HTML, Format.PDF])
def test_a_report_with_a_map_is_rendered(form):
    assert len(render(report(flows(("FRA", "BEL", 7))), form)) > 1_000


def test_a_report_is_read_back_as_it_was_written_and_compared():
    earlier, later = report(flows(("FRA", "BEL", 7))), report(flows(("FRA", "BEL", 9)))
    first, second = (
        read_report(render(each, Format.JSON), Path("x.json")) for each in (earlier, later)
    )
    assert render(first, Format.JSON) == render(earlier, Format.JSON)
    assert compare(first, second).tables[0].rows[0].values == ("FRA", "BEL", 7, 9, 2)


@pytest.mark.parametrize("octets", [b"", b"{}", b"[]", b'{"name": 1}'])
def test_what_is_no_report_is_refused(octets):
    with pytest.raises(DefinitionError):
        read_report(octets, Path("x.json"))
