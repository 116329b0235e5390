"""Calibres and makes as officers and spreadsheets write them."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from gateway.registry.calibres import read_calibre
from gateway.registry.makes import read_make

BRADY = Path(__file__).parents[3] / ".." / "shared" / "data" / "brady"
VECTORS = Path(__file__).parents[2] / "vectors" / "registry" / "calibres.txt"
MAKES = VECTORS.with_name("makes.txt")


def _cases(path: Path) -> list[tuple[str, ...]]:
    lines = path.read_text(encoding="utf-8").splitlines()
    return [tuple(line.rsplit("=", 1)) for line in lines if line]


CASES = _cases(VECTORS)


@pytest.mark.parametrize(("text", "code"), CASES)
def test_a_calibre_is_read_as_it_was_typed(text: str, code: str) -> None:
    calibre = read_calibre(text)
    if code == "None":
        assert calibre is None
    elif code == "NONE":  # a text that names no calibre of the table
        assert calibre is not None
        assert not calibre.cartridges
    else:
        assert calibre is not None
        assert calibre.text == code


@pytest.mark.parametrize(("text", "code"), _cases(MAKES))
def test_a_make_is_read_as_it_was_typed(text: str, code: str) -> None:
    make = read_make(text)
    assert (None if make is None else make.code) == (None if code == "None" else code)


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
