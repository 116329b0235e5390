"""A proposal from a sample as offices hand it on: it compiles, and reads the sample's rows."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from adapters.drafting.sampling import understand
from adapters.engine import DeclaredAdapter, fixed_frame
from gateway.adapter import adapter_tool

HEADER = "N° dossier;Nature des faits;Date;Type d'arme;Marque;Calibre;N° de série;Canon (cm)"
ROWS = [
    f"V-{at:03}/26;{('Vol', 'Perte')[at % 2]};{at % 27 + 1:02}/0{at % 9 + 1}/2025;"
    f"{('Pistolet', 'Révolver')[at % 2]};{('Beretta', 'Glock')[at % 2]};"
    f"{('9 mm', '7,65 mm')[at % 2]};12{at * 37:04}X;{at + 10},5"
    for at in range(30)
]
LIST = "\r\n".join([HEADER, *ROWS]) + "\r\n"
ARABIC = "رقم البلاغ;الواقعة;التاريخ;نوع السلاح;الماركة;العيار;الرقم التسلسلي\n" + "".join(
    f"{100 + at}/2025;{('سرقة', 'فقدان')[at % 2]};{at % 27 + 1:02}/0{at % 9 + 1}/2025;"
    f"{('مسدس', 'بندقية')[at % 2]};بيريتا;9;4{at * 77:05}\n"
    for at in range(30)
)
QUOTED = "Case No,Status,Date,Weapon Type,Make,Caliber,Serial Number,Remarks\r\n" + "".join(
    f"{7000 + at},{('Stolen', 'Lost')[at % 2]},{at % 12 + 1}/{at % 28 + 1}/2025 10:{at:02},Pistol,"
    f'"Smith & Wesson, Inc.","9 mm ""Luger""",AB{at * 91:05},"found in\r\na car, ""blue"""\r\n'
    for at in range(30)
)
EASTERN = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")


@pytest.mark.parametrize(
    ("octets", "outcomes"),
    [
        (LIST.encode("cp1252"), {"body": 30}),
        (LIST.replace(";", "\t").encode("utf-16"), {"body": 30}),
        (ARABIC.encode("cp1256"), {"body": 30}),
        (ARABIC.translate(EASTERN).encode(), {"body": 30}),
        (QUOTED.encode(), {"body": 30}),
        ("\r\n".join(ROWS).encode("cp1252"), {"body": 30}),
        (f"Armes volées au 31/12/2025\r\n\r\n{LIST}".encode("cp1252"), {"body": 30}),
        (f"Armes volées;;;;;;;\r\n;;;;;;;\r\n{LIST}".encode("cp1252"), {"body": 30}),
        (f"{LIST}Total: 30 armes;;;;;;;\r\n".encode("cp1252"), {"body": 30, "skipped": 1}),
        (f"{LIST};;;;;;;\r\nTotal;30\r\n".encode("cp1252"), {"body": 30, "skipped": 2}),
    ],
    ids=[
        "latin-1", "utf-16", "cp1256", "local-digits", "quoted", "no-header", "title",
        "title-in-cells", "totals", "totals-alone",
    ],
)  # fmt: skip
def test_a_sample_as_offices_hand_it_on_is_read_by_its_proposal(
    octets: bytes, outcomes: dict[str, int], tmp_path: Path
) -> None:
    sample = tmp_path / "sample.csv"
    sample.write_bytes(octets)
    told = adapter_tool("draft")(sample, tmp_path / "new", name="new")
    assert (told.rows, told.ready) == (5, 5)
    made = DeclaredAdapter(tmp_path / "new")
    # A sample that is read and one that is not: it can be certified as it is.
    assert {one.sample: one.difference for one in made.check_samples()} == {
        "ok/first-rows.csv": "",
        "bad/first-rows.csv": "",
    }
    reading = made.read(octets, fixed_frame())
    assert reading.issues == ()
    assert outcomes == Counter(
        "body" if item.body else "skipped" if item.skipped else "issues" for item in reading.items
    )


def test_what_stands_around_a_table_is_told_as_a_doubt() -> None:
    sample = understand(f"Liste\n\n{LIST}Total;30\n".encode("cp1252"))
    assert (sample.above, sample.totals, sample.headed) == (1, ("Total",), True)
    assert any("above the header: 1" in doubt for doubt in sample.doubts)
    assert any("'Total'" in doubt for doubt in sample.doubts)


def test_days_without_leading_zeros_and_with_a_time_are_proposed_as_such(tmp_path: Path) -> None:
    sample = tmp_path / "sample.csv"
    sample.write_bytes(QUOTED.encode())
    told = adapter_tool("draft")(sample, tmp_path / "new", name="new")
    toml = (tmp_path / "new" / "adapter.toml").read_text()
    assert '"date:%-m/%-d/%Y"' in toml
    assert any("the time of day is left out" in doubt for doubt in told.doubts)


def test_years_of_two_digits_are_told_and_not_guessed_at(tmp_path: Path) -> None:
    sample = tmp_path / "sample.csv"
    sample.write_text("File;Date;Serial\nA1;01/02/26;X 100\nA2;03/04/26;X 200\n")
    doubts = adapter_tool("draft")(sample, tmp_path / "new", name="new").doubts
    assert any("years need four digits" in doubt for doubt in doubts)
