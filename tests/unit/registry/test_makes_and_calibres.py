"""Makes and calibres as officers type them."""

from __future__ import annotations

from collections import Counter

import pytest

from gateway.registry import reference
from gateway.registry.calibres import BoreClass, read_calibre
from gateway.registry.makes import fold_words, read_make


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("GLOCK", "GLOCK"),
        ("Glock, Inc.", "GLOCK"),
        ("glockg22", "GLOCK"),
        ("tauros", "TAURUS"),
        ("tauruspt", "TAURUS"),
        ("bereta", "BERETTA"),
        ("Fabbrica d'Armi Pietro Beretta", "BERETTA"),
        ("TAURSU PT92", "TAURUS"),
        ("PT92", "TAURUS"),
        ("Pistola Taurus", "TAURUS"),
        ("LGOCK", "GLOCK"),
        ("Глок", "GLOCK"),
        ("غلوك", "GLOCK"),
        ("ΜΠΕΡΕΤΑ", "BERETTA"),
        ("CZ75B", "CZ"),
        ("REVOLVER SMITH & WESON", "SMITH_WESSON"),
        ("Huğlu", "HUGLU"),
        ("Pietro Beretta", "BERETTA"),
        ("smithwess", "SMITH_WESSON"),
        ("smith&we", "SMITH_WESSON"),
        ("S&W", "SMITH_WESSON"),
        ("Smith and Wesson Corp", "SMITH_WESSON"),
        ("STURM, RUGER & CO., INC.", "RUGER"),
        ("Colt's", "COLT"),
        ("Colton", None),
        ("Roger", None),
        ("Sanderson", None),
        ("Standard Arms", "STANDARD_ARMS"),
        ("TD Industries, LLC", None),
        ("Smith Enterprises", None),
        ("Raven Arms MP-25", "RAVEN"),
        ("H&K", "HECKLER_KOCH"),
        ("Heckler und Koch GmbH", "HECKLER_KOCH"),
        ("CZ 75", "CZ"),
        ("Česká zbrojovka", "CZ"),
        ("ИЖМАШ", "IZHMASH"),
        ("Springfield Armory XD", "SPRINGFIELD"),
        ("HI-POINT", "HI_POINT"),
        ("KEL-TEC", "KEL_TEC"),
    ],
)
def test_a_make_is_read_through_its_spellings(text: str, code: str | None) -> None:
    make = read_make(text)
    assert make is not None
    # A rare name of the NCIC list is a maker of its own, not one of those it resembles.
    assert (None if (make.code or "").startswith("NCIC_") else make.code) == code


@pytest.mark.parametrize(
    "text", ["", "-", "UNKNOWN", "unbekannt", "N/C", "Other", "ITALY", "AK-47"]
)
def test_no_make_is_none(text: str) -> None:
    assert read_make(text) is None


def test_a_code_of_ncic_is_a_make() -> None:
    austrian, american = read_make("GLC", "NCIC"), read_make("GLD", "NCIC")
    assert austrian == american
    assert austrian is not None
    assert austrian.code == "GLOCK"
    assert read_make("QQQ", "NCIC") is None


def test_no_two_makes_share_a_name_number_or_code_of_ncic() -> None:
    rows = reference.rows("makes")
    for column in ("number", "code", "name"):
        assert len({row[column] for row in rows}) == len(rows)
    codes = Counter(code for row in rows for code in reference.several(row["ncic"]))
    assert [code for code, times in codes.items() if times > 1] == []
    names = Counter(
        name
        for row in rows
        for name in {fold_words(n) for n in (row["name"], *reference.several(row["aliases"]))}
    )
    assert [name for name, times in names.items() if times > 1] == []


@pytest.mark.parametrize(
    ("text", "cartridges"),
    [
        ("9x19", {"9X19"}),
        ("9 mm Luger", {"9X19"}),
        ("9mm Para", {"9X19"}),
        ("9×19 Parabellum", {"9X19"}),  # noqa: RUF001 - the multiplication sign is meant
        ("9 mm Makarov", {"9X18"}),
        (".380", {"9X17"}),
        ("380 ACP", {"9X17"}),
        ("9 mm kurz", {"9X17"}),
        ("38 SPL", {"38SPL"}),
        (".38 Special", {"38SPL"}),
        ("357 Magnum", {"357MAG"}),
        (".40", {"40SW"}),
        ("0.4", {"40SW"}),
        (".45 ACP", {"45ACP"}),
        ("11.43x23", {"45ACP"}),
        ("7,65 Browning", {"765X17SR"}),
        ("762X39", {"762X39"}),
        ("7.62x39mm", {"762X39"}),
        ("5,56x45", {"556X45"}),
        ("22LR", {"22LR"}),
        (".22 long rifle", {"22LR"}),
        ("12 GA", {"G12"}),
        ("12 gauge", {"G12"}),
        ("12/70", {"G12"}),
        (".410", {"G36_410"}),
        ("10mm", {"10AUTO"}),
        ("5.7", {"57X28"}),
        ("CAL .357", {"357MAG"}),
        ("P380", {"9X17"}),
    ],
)
def test_a_calibre_is_read_as_one_cartridge(text: str, cartridges: set[str]) -> None:
    calibre = read_calibre(text)
    assert calibre is not None
    assert calibre.cartridges == cartridges


@pytest.mark.parametrize(
    ("text", "some", "none"),
    [
        ("9 mm", {"9X19", "9X18", "9X17"}, {"38SPL"}),
        ("9MM", {"9X19", "9X21"}, {"45ACP"}),
        (".38", {"38SPL", "38SW"}, {"9X17"}),
        ("0.38", {"38SPL"}, {"9X19"}),
        ("7.65", {"765X17SR", "765X21"}, {"32SWL"}),
        (".22", {"22LR", "22WMR"}, {"25ACP"}),
        ("45", {"45ACP", "45COLT"}, {"44MAG"}),
    ],
)
def test_a_bare_number_means_every_cartridge_of_its_bore(
    text: str, some: set[str], none: set[str]
) -> None:
    calibre = read_calibre(text)
    assert calibre is not None
    assert some <= calibre.cartridges
    assert not none & calibre.cartridges


def test_12_and_32_are_resolved_by_the_weapon() -> None:
    def cartridges(text: str, bore: BoreClass) -> frozenset[str]:
        calibre = read_calibre(text, bore)
        assert calibre is not None
        return calibre.cartridges

    assert cartridges("12", BoreClass.SMOOTH) == {"G12"}
    assert cartridges("32", BoreClass.SMOOTH) == {"G32"}
    assert "G32" not in cartridges("32", BoreClass.RIFLED)
    assert "765X17SR" in cartridges("32", BoreClass.RIFLED)
    assert cartridges("12", BoreClass.MACHINE) == {"50BMG"}
    assert {"G12", "50BMG"} <= cartridges("12", BoreClass.ANY)
    assert {"G32", "765X17SR"} <= cartridges("32", BoreClass.ANY)


@pytest.mark.parametrize("text", ["", "unknown", "N/C", "não consta"])
def test_no_calibre_is_none(text: str) -> None:
    assert read_calibre(text) is None


def test_a_calibre_beyond_the_table_keeps_its_text() -> None:
    calibre = read_calibre("14.5x114")
    assert calibre is not None
    assert (calibre.text, calibre.cartridges) == ("145X114", frozenset())


def test_no_two_calibres_share_a_code_or_a_number() -> None:
    rows = reference.rows("calibres")
    for column in ("number", "code"):
        assert len({row[column] for row in rows}) == len(rows)
    assert sum(row["kind"] == "CARTRIDGE" for row in rows) >= 60
