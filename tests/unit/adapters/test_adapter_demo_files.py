"""The native files of the demo hold what its story needs."""

from __future__ import annotations

from pathlib import Path

import pytest

from adapters.engine import fixed_frame
from gateway.adapter import Item, find_adapter
from gateway.payload import FirearmRecord, Search, Seizure

DEMO = Path(__file__).parents[3] / "config" / "demo"


def items(party: str, name: str) -> tuple[Item, ...]:
    (path,) = (DEMO / party).iterdir()
    reading = find_adapter(name).read(path.read_bytes(), fixed_frame(party))
    assert reading.issues == ()
    return reading.items


def serials(found: tuple[Item, ...]) -> set[str]:
    return {
        marking.text_as_marked or ""
        for item in found
        if isinstance(item.body, FirearmRecord)
        for marking in item.body.firearm.marking
    }


def plain(serial: str) -> str:
    return "".join(sign for sign in serial.upper() if sign.isalnum())


@pytest.mark.parametrize(
    ("party", "name", "ready", "aside"),
    [
        ("FRA-NCB", "fr-police-csv", 11, 1),
        ("USA-NCB", "us-ncic-gun", 7, 0),
        ("BRA-NCB", "br-sinarm-csv", 8, 0),
        ("NLD-CUSTOMS", "nl-customs-json", 1, 0),
    ],
)
def test_the_files_have_the_rows_of_the_story(
    party: str, name: str, ready: int, aside: int
) -> None:
    found = items(party, name)
    assert sum(item.body is not None for item in found) == ready
    assert sum(bool(item.issues) for item in found) == aside


def test_the_french_row_that_cannot_be_read_has_three_instructive_faults() -> None:
    (bad,) = (item for item in items("FRA-NCB", "fr-police-csv") if item.issues)
    assert [issue.code for issue in bad.issues] == ["DATE", "CODE", "NUMBER"]


def test_the_american_file_ends_with_a_query() -> None:
    found = items("USA-NCB", "us-ncic-gun")
    assert isinstance(found[-1].body, Search)


def test_one_seized_firearm_is_a_french_record_and_one_almost_a_brazilian_one() -> None:
    (case,) = items("NLD-CUSTOMS", "nl-customs-json")
    assert isinstance(case.body, Seizure)
    assert case.urgent
    seized = [
        {marking.text_as_marked for marking in entry.firearm.marking}
        for entry in case.body.seized_firearm
    ]
    assert seized == [{"e47 1193k"}, {"TQ045817"}, {"D 774 0916"}, set()]
    french = {plain(serial) for serial in serials(items("FRA-NCB", "fr-police-csv"))}
    brazilian = {plain(serial) for serial in serials(items("BRA-NCB", "br-sinarm-csv"))}
    american = {plain(serial) for serial in serials(items("USA-NCB", "us-ncic-gun"))}
    everything = french | brazilian | american
    assert everything & {"E471193K", "TQ045817", "D7740916"} == {"E471193K"}
    assert "TQO45817" in brazilian
