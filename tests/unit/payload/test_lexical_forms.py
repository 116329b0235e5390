"""Every simple type takes and refuses the same texts in libxml2, in xmlschema and in Python."""

from datetime import date, datetime, timedelta

import pytest
from lxml import etree
from xmlschema import XMLSchema10

from gateway.payload.catalogue import TypeNote, catalogue
from gateway.payload.forms import broken_form
from schemas import schema_path

pytestmark = pytest.mark.unit

NAMESPACE = "urn:iarms:exchange:payload:1"
SIMPLE = [note for note in catalogue().types.values() if note.base is not None]

PLAIN = [
    "fr",
    "x",
    "X",
    "0",
    "7",
    "true",
    "PISTOL",
    "FRA",
    "1.0",
    "FR-59",
    "NLRTM",
    "Latn",
    "image/png",
]
NUMBERS = ["00", "-0", "-1", "+1", "1.", ".5", "0.50", "1e3", "20", "21", "999999999", "1000000000"]
NUMBERS += ["-90", "90.000001", "90.0", "-180", "180.0", "181", "99999.9", "INF", "NaN", "1,5", "٣"]
DATES = ["2026", "0999", "3000", "2026-1", "2026-00", "2026-13", "2026-02-28", "2026-02-29"]
DATES += [
    "2024-02-29",
    "1900-02-29",
    "2000-02-29",
    "2026-04-31",
    "2026-12-31",
    "2026-10-20Z",
    "-2026",
]
INSTANTS = [
    f"{day}T09:26:53{tail}" for day in DATES for tail in ("Z", ".120Z", ".12Z", "", "+00:00")
]
INSTANTS += ["2026-10-20T24:00:00Z", "2026-10-20T23:59:60Z", "2026-10-20t09:26:53z"]
IDS = [f"{kind}-NLD-01K7ZP4Q2M6T8V9W0X1Y3Z5A7B" for kind in "QHZTCS"]
IDS += [
    "R-FRA-7ZXQ4T1M8N2P6R9S0V3W5Y1A4B",
    "R-FRA-8ZXQ4T1M8N2P6R9S0V3W5Y1A4B",
    "FRA-NCB",
    "fra-NCB",
]
IDS += ["0197c0de-7a11-7d3a-9c52-2f6a4be1d001", "0197C0DE-7a11-7d3a-9c52-2f6a4be1d001", "AB?*"]
IDS += [
    "2eZ3RhnuNEMou8idGAfgquzbTAoJucUH+QYPsIz5X9A=",
    "2eZ3RhnuNEMou8idGAfgquzbTAoJucUH+QYPsIz5X9B=",
]
IDS += [
    "2025",
    "2025-Q3",
    "2025-Q5",
    "payload.schema",
    "a.b",
    "image/jpeg",
    "application/pdf",
    "application/zip",
    "text/csv",
    "1-5 08:00-18:00",
    "8 08:00-24:00",
    "+31 10 200 0000",
    "+31  10",
    "a@b.example",
    "a@b",
    "930200",
]
LENGTHS = [
    c * n for n in (40, 48, 64, 65, 100, 101, 200, 201, 400, 1000, 1001, 4000, 4001) for c in "Aé中"
]
BLANKS = ["", " ", "\t", "\n", "\u00a0", "\u0085", "\u2028", "\u3000", "\u200b", "\ufeff"]
TEXTS = [
    "Ünïcødé",
    "БГ 41",
    "中文",
    "سلاح",
    "\U0001f52b",
    "\U000e0001",
    "e\u0301",
    "a\u202eb",
    "a\u2066b",
]
TEXTS += ["\ufffd", "a\u0085b", "a\ufff9b", "]]>", "<&>\"'", "a\u200fb"]
BASES = [*PLAIN, *NUMBERS, *DATES, *INSTANTS, *IDS, *LENGTHS, *BLANKS, *TEXTS]
# A pattern that is not anchored, or white space that is collapsed, shows at the ends.
VALUES = BASES + [
    f"{text}{end}" for text in [*PLAIN, *DATES, *IDS] for end in (" ", "\n", "\u00a0")
]
VALUES += [f"{start}{text}" for text in [*PLAIN, *DATES, *IDS] for start in (" ", "\n")]


@pytest.fixture(scope="module")
def wrapper() -> str:
    """A schema with one element for every simple type."""
    elements = "".join(f'<xs:element name="v.{n.name}" type="{n.name}"/>' for n in SIMPLE)
    return (
        f'<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns="{NAMESPACE}" '
        f'targetNamespace="{NAMESPACE}" elementFormDefault="qualified">'
        f'<xs:include schemaLocation="{schema_path("payload.xsd").as_uri()}"/>'
        f"{elements}</xs:schema>"
    )


@pytest.mark.slow
def test_three_judges_agree_on_every_form_of_every_type(wrapper: str) -> None:
    gate = etree.XMLSchema(etree.fromstring(wrapper))
    second = XMLSchema10(wrapper)
    for note in SIMPLE:
        opinion = second.maps.types[f"{{{NAMESPACE}}}{note.name}"]
        taken = 0
        # A code list has no form to disagree about, only its ends.
        for value in [*PLAIN, *BLANKS, "PISTOL ", "PISTOL\n"] if note.codes else VALUES:
            element = etree.Element(f"{{{NAMESPACE}}}v.{note.name}", nsmap={None: NAMESPACE})
            element.text = value
            verdict = gate.validate(element)
            assert opinion.is_valid(value) == verdict, (note.name, value)
            assert (broken_form(value, note.name) is None) == verdict, (note.name, value)
            taken += verdict
        assert note.codes or taken, f"no value of the list tries {note.name}"


def accepted(note: TypeNote, value: str) -> bool:
    return broken_form(value, note.name) is None


def test_the_patterns_know_the_calendar() -> None:
    notes = catalogue().types
    day = date(1896, 1, 1)
    while day < date(1905, 1, 1):
        assert accepted(notes["Date"], day.isoformat())
        day += timedelta(days=1)
    for year in (1900, 2000, 2023, 2024, 2100, 2400):
        for month in range(1, 13):
            for number in range(1, 32):
                text = f"{year}-{month:02}-{number:02}"
                assert accepted(notes["Date"], text) == _exists(text)
                assert accepted(notes["Timestamp"], f"{text}T00:00:00Z") == _exists(text)


def _exists(text: str) -> bool:
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True
