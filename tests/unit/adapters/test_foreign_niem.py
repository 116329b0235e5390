"""NIEM instances as deployed systems write them: references, nilled elements, other prefixes.

A firearm that is only referred to is filed once, and a number that lies elsewhere is not lost.
"""

from __future__ import annotations

import pytest

from adapters.engine import fixed_frame
from gateway.adapter import Item, find_adapter
from gateway.payload import FirearmRecord

SERIAL = (
    "<c:ItemSerialIdentification><c:IdentificationID>TZZ100</c:IdentificationID>"
    "</c:ItemSerialIdentification>"
)
SPACES = {
    "2": ("http://niem.gov/niem/niem-core/2.0", "http://niem.gov/niem/structures/2.0"),
    "4": (
        "http://release.niem.gov/niem/niem-core/4.0/",
        "http://release.niem.gov/niem/structures/4.0/",
    ),
    "6": (
        "https://docs.oasis-open.org/niemopen/ns/model/niem-core/6.0/",
        "https://docs.oasis-open.org/niemopen/ns/model/structures/6.0/",
    ),
}


def items(firearm: str, more: str = "", release: str = "2") -> list[Item]:
    core, structures = SPACES[release]
    text = f"""<e:StolenFirearmReport xmlns:e="urn:county:rms:7" xmlns:c="{core}"
        xmlns:t="{structures}" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
        xsi:schemaLocation="urn:county:rms:7 report.xsd">
      <c:ActivityIdentification><c:IdentificationID>26-1</c:IdentificationID>
      </c:ActivityIdentification>
      <c:ActivityDate><c:Date>2026-05-03</c:Date></c:ActivityDate>
      <c:Firearm t:id="F1">{firearm}</c:Firearm>{more}</e:StolenFirearmReport>"""
    reading = find_adapter("niem-firearm-xml").read(text.encode(), fixed_frame())
    assert reading.issues == ()
    return list(reading.items)


def serials(found: list[Item]) -> list[str | None]:
    told: list[str | None] = []
    for item in found:
        assert isinstance(item.body, FirearmRecord), item.issues
        told += [marking.text_as_marked for marking in item.body.firearm.marking] or [None]
    return told


@pytest.mark.parametrize("release", SPACES)
@pytest.mark.parametrize("reference", ['t:ref="F1"', 't:uri="#F1"', 't:ref="F1" xsi:nil="true"'])
def test_a_firearm_that_is_referred_to_again_is_no_second_one(release: str, reference: str) -> None:
    first, again = items(SERIAL, f"<e:Found><c:Firearm {reference}/></e:Found>", release)
    assert serials([first]) == ["TZZ100"]
    assert (again.body, again.issues) == (None, ())
    assert "where it stands" in again.skipped


def test_a_number_that_lies_elsewhere_is_read_from_there() -> None:
    elsewhere = SERIAL.replace(
        "<c:ItemSerialIdentification>", '<c:ItemSerialIdentification t:id="S">', 1
    )
    found = items('<c:ItemSerialIdentification t:ref="S"/>', f"<e:Numbers>{elsewhere}</e:Numbers>")
    assert serials(found) == ["TZZ100"]


@pytest.mark.parametrize("to", ["S9", "F1", ""])
def test_a_reference_to_nothing_or_to_itself_is_told(to: str) -> None:
    (item,) = items(f'<c:ItemSerialIdentification t:ref="{to}"/>')
    if to:
        assert item.body is None
        assert item.issues
    else:
        assert serials([item]) == [None]


def test_what_is_referred_to_is_never_larger_than_a_part() -> None:
    much = "<e:All t:id='ALL'>" + "<e:X>1</e:X>" * 300 + "</e:All>"
    (item,) = items('<c:ItemSerialIdentification t:ref="ALL"/>', much)
    assert [issue.code for issue in item.issues] == ["SYNTAX"]


def test_a_nilled_element_has_no_value_and_one_that_is_filled_is_told() -> None:
    assert serials(items('<c:ItemSerialIdentification xsi:nil="true"/>')) == [None]
    (item,) = items(SERIAL.replace("<c:IdentificationID>", '<c:IdentificationID xsi:nil="true">'))
    assert [issue.code for issue in item.issues] == ["FIELD"]


def test_an_element_that_nobody_knows_is_told_wherever_it_stands() -> None:
    augmented = "<e:FirearmAugmentation><e:Length>4</e:Length></e:FirearmAugmentation>"
    (item,) = items(SERIAL + augmented)
    assert [issue.code for issue in item.issues] == ["FIELD"]
