"""The line of supply from several countries' answers, whom to ask, and what is likely to fail."""

import csv
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from lxml import etree
from memory_world import START
from trace_world import firearm

from gateway import registry
from gateway.payload import (
    CountryCode,
    Import,
    LegalityCode,
    ManufactureKindCode,
    TraceLink,
    TraceRoleCode,
    YearOfManufacture,
)
from gateway.registry import faults, forms_of_make, take_in, use_tables
from gateway.store import TraceCase, TraceLinkRow
from gateway.tracing import assemble, chain_text, drawing, proposals, warnings_of

pytestmark = pytest.mark.unit
TODAY = date(2026, 11, 22)
FORMS = Path(registry.__file__).parent / "data" / "serial_forms.csv"
CASE = dict.fromkeys(TraceCase.__slots__) | {
    "chain_id": "C-FRA-1",
    "side": "REQUESTER",
    "state": "ANSWERED",
    "make": "GLOCK",
    "model": "17",
    "calibre": "9x19",
    "serial": "KRX<471>",
    "recovery_country": "FRA",
    "recovery_date": "2026-11-20",
    "outcome": "EXPORTED",
}


def case(number, peer, **more):
    return TraceCase(
        **{
            **CASE,
            "trace_id": f"T{number}",
            "peer": peer,
            "sent": START + timedelta(days=number),
            **more,
        }
    )


def link(role, country, since=None, **more):
    values = {
        "sequence": 1,
        "party": None,
        "to_date": None,
        "next_country": None,
        "legality": "LICIT",
        "diversion": False,
        "documents": (("INVOICE", "7"),),
        "remark": None,
    }
    return TraceLinkRow(role=role, country=country, from_date=since, **{**values, **more})


def test_links_of_two_countries_become_one_line_up_to_the_diversion():
    cases = [case(1, "BEL-NCB"), case(2, "AUT-NCB")]
    chain = assemble(
        cases,
        {
            "T1": [
                link("IMPORTER", "BEL", "2021-03"),
                link("REPORTED_STOLEN", "BEL", "2024", legality="ILLICIT", diversion=True),
                link("HOLDER", "BEL", "2025", legality="ILLICIT"),
            ],
            "T2": [
                link("MANUFACTURER", "AUT", "2021-01"),
                link("EXPORTER", "AUT", "2021-02", next_country="BEL"),
            ],
        },
        {"T1": ["LAST_LEGAL_HOLDER REFUSED: ONGOING_INVESTIGATION"]},
    )
    roles = [leg.link.role for leg in chain.legs]
    assert roles == ["MANUFACTURER", "EXPORTER", "IMPORTER", "REPORTED_STOLEN"]
    assert chain.diversion is not None
    assert [leg.link.role for leg in chain.beyond] == ["HOLDER"]
    assert chain.gaps == chain.contradictions == ()
    assert "ONGOING_INVESTIGATION" in "\n".join(chain_text(chain))
    root = etree.fromstring(drawing(chain).encode())
    texts = "".join(root.itertext())
    assert "POINT OF DIVERSION" in texts
    assert "KRX<471>" in texts, "what countries write is text, never markup"


def test_a_gap_and_a_contradiction_are_shown():
    chain = assemble(
        [case(1, "AUT-NCB"), case(2, "BEL-NCB"), case(3, "NLD-NCB", outcome=None, state="SENT")],
        {
            "T1": [link("EXPORTER", "AUT", "2021-02-01", next_country="BEL")],
            "T2": [
                link("EXPORTER", "AUT", "2021-05-01", next_country="NLD"),
                link("RETAILER", "DEU", "2022"),
            ],
        },
        {},
    )
    gaps, contradictions = "\n".join(chain.gaps), "\n".join(chain.contradictions)
    assert "went to BEL, and the next link is in DEU" in gaps
    assert "NLD-NCB has not answered (SENT)" in gaps
    assert "AUT-NCB says 2021-02-01, BEL-NCB says 2021-05-01" in contradictions
    assert "AUT-NCB says BEL, BEL-NCB says NLD" in contradictions


def test_the_next_in_the_chain_comes_before_import_and_manufacture():
    weapon = replace(
        firearm(), import_=(Import(country=CountryCode.DEU, last_legal_import_indicator=True),)
    )
    onward = TraceLink(
        sequence_number=1,
        trace_role_code=TraceRoleCode.EXPORTER,
        country=CountryCode.AUT,
        next_country=CountryCode.BEL,
        legality_code=LegalityCode.LICIT,
    )
    found = proposals(weapon, links=(onward,))
    assert [p.country for p in found] == ["BEL", "DEU", "AUT"]
    assert [p.country for p in proposals(weapon, asked=frozenset({"DEU"}))] == ["AUT"]


def test_what_is_likely_to_fail_is_said_before_it_is_sent():
    glock = forms_of_make("Glock Ges.m.b.H.")
    assert warnings_of(firearm("ABC123"), "AUT", TODAY, glock) == {}
    old = replace(firearm("1234"), year_of_manufacture=YearOfManufacture(value=1944))
    assert set(warnings_of(old, "USA", TODAY, glock)) == {"TOO_OLD", "YEAR_IMPLAUSIBLE"}
    own = replace(firearm("ABC123"), manufacture_kind_code=ManufactureKindCode.PRIVATELY_MADE_3D)
    assert "PRIVATELY_MADE" in warnings_of(own, "AUT", TODAY)
    assert "SERIAL_IMPLAUSIBLE" in warnings_of(firearm("12X34Y56Z7"), "AUT", TODAY, glock)
    assert "SERIAL_WITHOUT_DIGITS" in warnings_of(firearm("PARABELLUM"), "AUT", TODAY)


@pytest.mark.parametrize(
    ("serial", "year", "doubted"),
    [("AF123US", 1984, True), ("AF123US", 1986, False), ("AF123", 1984, False)],
)
def test_a_form_that_came_later_is_doubted_in_an_earlier_year(serial, year, doubted):
    made = replace(firearm(serial), year_of_manufacture=YearOfManufacture(value=year))
    found = warnings_of(made, "AUT", TODAY, forms_of_make("Glock"))
    assert ("YEAR_IMPLAUSIBLE" in found) is doubted
    assert not doubted or "Small Arms Review" in found["YEAR_IMPLAUSIBLE"]


def test_every_form_that_came_with_the_program_is_sound_and_sourced():
    rows = [
        {name: value or "" for name, value in row.items()}
        for row in csv.DictReader(FORMS.read_text("utf-8").splitlines())
    ]
    assert faults("serial_forms", rows) == []
    assert all(forms_of_make(row["make"]) for row in rows)


def test_an_administrators_form_counts_and_a_wrong_one_is_told(tmp_path):
    row = dict.fromkeys(("since", "until", "pattern", "says", "source"), "")
    row |= {"make": "NORINCO", "until": "1993", "source": "our laboratory", "version": "1"}
    wrong = row | {"make": "NOBODY", "until": "93", "pattern": "[", "source": " "}
    columns = {fault.column for fault in faults("serial_forms", [wrong])}
    assert columns == {"make", "until", "pattern", "source"}
    take_in("serial_forms", [row], tmp_path)
    use_tables(tmp_path)
    try:
        (form,) = forms_of_make("Norinco")
        made = replace(firearm("1234567"), year_of_manufacture=YearOfManufacture(value=1999))
        assert "our laboratory" in warnings_of(made, "CHN", TODAY, [form])["YEAR_IMPLAUSIBLE"]
    finally:
        use_tables(None)
