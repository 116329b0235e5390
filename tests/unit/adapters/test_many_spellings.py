"""A national feed that says one maker in 64 ways, and calibres that a spreadsheet damaged.

Every row has one outcome: a record of the right maker, or all that is wrong with it.
"""

from __future__ import annotations

import unicodedata
from io import BytesIO
from itertools import islice, product

import pytest

from adapters.engine import DeclaredAdapter, fixed_frame
from gateway.adapter import find_adapter
from gateway.payload import FirearmRecord

pytestmark = pytest.mark.unit
HEADER = (
    "Nº SINARM;Nº do BO;Data do fato;UF;Município;Situação;Patrimônio;Espécie;Marca;Modelo;Calibre;"
    "Número de Série;Capacidade;Cano (pol)"
)
ROW = (
    "2026/{n:07d};BO {n}/2026;03/05/2026;SP;São Paulo;FURTADA;PARTICULAR;Revólver;{make};82;"
    "{calibre};LK {n};6;4"
)
DAMAGED = ("9-mar", "mars-09", "1,2E+11", "5.7000000000000002", "43834", "#REF!", "30/06/2006")


def spellings() -> list[str]:
    """Ways in which people and programs write one name."""
    cases = ("Forjas Taurus", "FORJAS TAURUS", "forjas taurus", "Forjás Taurus")
    gaps = (" ", "  ", "\u00a0", "\t")
    ends = ("{}", " {}", "{}  ", '"{}"')
    found = [end.format(name.replace(" ", gap)) for name, gap, end in product(cases, gaps, ends)]
    return list(islice(found, 64))


def read(makes: list[str], calibres: list[str]) -> list[tuple[str | None, set[str]]]:
    rows = [
        ROW.format(n=number, make=make, calibre=calibre)
        for number, (make, calibre) in enumerate(zip(makes, calibres, strict=True), start=1)
    ]
    native = "\r\n".join([HEADER, *rows, ""]).encode("iso-8859-1")
    reading = find_adapter("br-sinarm-csv").read(native, fixed_frame("BRA-NCB"))
    assert not reading.issues
    assert [item.number for item in reading.items] == list(range(1, len(rows) + 1))
    found: list[tuple[str | None, set[str]]] = []
    for item in reading.items:
        assert (item.body is None) == bool(item.issues)
        make = None
        if isinstance(item.body, FirearmRecord) and item.body.firearm.make_identified is not None:
            make = item.body.firearm.make_identified.make_text
        found.append((make, {issue.code for issue in item.issues}))
    return found


def test_sixty_four_spellings_of_one_maker_are_sixty_four_records_of_that_maker() -> None:
    makes = spellings()
    assert len(set(makes)) == 64
    found = read(makes, [".38"] * 64)
    plain = read(["Forjas Taurus"], [".38"])[0][0]
    assert plain is not None
    assert {codes for _, issues in found for codes in issues} == set()
    folded = {
        "".join(sign for sign in unicodedata.normalize("NFD", make or "") if sign.isalpha())
        for make, _ in found
    }
    assert len(folded) == 1, folded


def test_every_damaged_calibre_is_told_and_no_row_beside_it_suffers() -> None:
    calibres = [each for damaged in DAMAGED for each in (damaged, ".38")]
    found = read(["Forjas Taurus"] * len(calibres), calibres)
    for calibre, (make, issues) in zip(calibres, found, strict=True):
        if calibre == ".38":
            assert make is not None
        else:
            assert issues == {"DAMAGED"}, calibre


def test_what_only_the_reference_is_made_of_is_not_dropped_and_a_ready_item_is_ready() -> None:
    native = b"""<x:StolenFirearmReport xmlns:x="urn:rms" xmlns:nc="http://niem.gov/niem/niem-core/2.0">
      <nc:ActivityIdentification><nc:IdentificationID>C-1</nc:IdentificationID>
      </nc:ActivityIdentification><nc:ActivityDate><nc:Date>2026-05-03</nc:Date></nc:ActivityDate>
      <x:Firearm><nc:ItemSerialIdentification><nc:IdentificationID>12</nc:IdentificationID>
      </nc:ItemSerialIdentification><nc:FirearmBarrelLengthMeasure><nc:MeasureText>20</nc:MeasureText>
      </nc:FirearmBarrelLengthMeasure></x:Firearm></x:StolenFirearmReport>"""
    adapter = find_adapter("niem-firearm-xml")
    assert isinstance(adapter, DeclaredAdapter)
    (account,) = adapter.account(BytesIO(native), fixed_frame())
    assert account.ready
    assert "../ActivityIdentification/IdentificationID" not in {
        loss.column for loss in account.losses
    }
