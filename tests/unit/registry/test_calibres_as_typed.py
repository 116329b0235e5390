"""Calibres and makes as officers and spreadsheets write them."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from gateway.payload import FirearmTypeCode
from gateway.registry.calibres import read_calibre
from gateway.registry.makes import read_make
from gateway.registry.weapons import bore_class

BRADY = Path(__file__).parents[3] / ".." / "shared" / "data" / "brady"
VECTORS = Path(__file__).parents[2] / "vectors" / "registry" / "calibres.txt"


def _cases(path: Path) -> list[tuple[str, ...]]:
    lines = path.read_text(encoding="utf-8").splitlines()
    return [tuple(line.rsplit("=", 1)) for line in lines if line]


def _misread_calibre(text: str, code: str) -> str | None:
    """What is wrong with the reading; NONE is a text that names no calibre of the table."""
    calibre = read_calibre(text)
    if code == "None":
        right = calibre is None
    elif code == "NONE":
        right = calibre is not None and not calibre.cartridges
    else:
        right = calibre is not None and calibre.text == code
    return None if right else f"{text} is read as {calibre and calibre.text}, not as {code}"


def test_calibres_are_read_as_they_were_typed() -> None:
    assert [said for case in _cases(VECTORS) if (said := _misread_calibre(*case))] == []


def test_calibres_of_seizure_lists_are_read_by_the_type_of_the_weapon() -> None:
    wrong = []
    for left, code in _cases(VECTORS.with_name("calibres_of_types.txt")):
        text, type_code = left.rsplit(";", 1)
        calibre = read_calibre(text, bore_class(FirearmTypeCode(type_code) if type_code else None))
        meant = set() if code == "NONE" else set(code.split("|"))
        found = {calibre.text, *calibre.cartridges} if calibre and calibre.cartridges else set()
        if not (found & meant if meant else not found):
            wrong.append(f"{text} of a {type_code} is read as {sorted(found)}, not as {code}")
    assert wrong == []


@pytest.mark.parametrize("name", ["makes.txt", "makes_of_lists.txt"])
def test_makes_are_read_as_they_were_typed(name: str) -> None:
    wrong = []
    for text, code in _cases(VECTORS.with_name(name)):
        make = read_make(text)
        if (None if make is None else make.code) != (None if code == "None" else code):
            wrong.append(f"{text} is read as {make and (make.code or make.text)}, not as {code}")
    assert wrong == []


def test_real_fields_are_resolved() -> None:
    path = BRADY / "de_gunstat_firearms_min.csv"
    if not path.exists():
        pytest.skip("the public data of court records is not here")
    with path.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    makes = [read_make(row["manufacturer_name"]) for row in rows if row["manufacturer_name"]]
    calibres = [read_calibre(row["firearm_caliber"]) for row in rows if row["firearm_caliber"]]
    assert sum(make is not None and make.code is not None for make in makes) >= 0.95 * len(makes)
    assert sum(bool(c and c.cartridges) for c in calibres) >= 0.99 * len(calibres)
