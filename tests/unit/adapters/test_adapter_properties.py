"""Whatever the bytes: reading and writing end, and every line is accounted for."""

from __future__ import annotations

import json
import re

import pytest
from drawn import examples
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.engine import fixed_frame
from gateway.adapter import Answer, Outcome, Reading, find_adapter

pytestmark = pytest.mark.slow

NAMES = ("br-sinarm-csv", "fr-police-csv", "nl-customs-json", "us-de-gunstat-csv", "us-ncic-gun")
LINE_END = re.compile(rb"\r\n|\n|\r")
CELLS = st.text(
    st.sampled_from('";,\n\r\t AZaz09ÉéüÃ©\u0416./\\\x00\x7f\x85\u20ac{}[]:'), max_size=12
)
HEADERS = {
    "br-sinarm-csv": (
        "Nº SINARM;Nº do BO;Data do fato;UF;Município;Situação;Patrimônio;Espécie;Marca;Modelo;"
        "Calibre;Número de Série;Capacidade;Cano (pol)"
    ).encode("latin-1"),
    "us-de-gunstat-csv": b"source_row,manufacturer_name,firearm_serial,firearm_caliber,"
    b"crime_date,jurisdiction_state",
}


def check(reading: Reading) -> None:
    """The promises that hold for every reading of every file."""
    assert [item.number for item in reading.items] == list(range(1, len(reading.items) + 1))
    assert not (reading.issues and reading.items)
    for item in reading.items:
        # Of a body, issues and a reason to be skipped, each item has exactly one.
        assert (item.body is not None) + bool(item.issues) + bool(item.skipped) == 1
        for issue in item.issues:
            assert issue.at
            assert issue.expected
            assert issue.remedy
            assert len(issue.value) <= 80


@given(st.sampled_from(NAMES), st.binary(max_size=400))
def test_any_bytes_can_be_read_and_what_was_read_can_be_told(name: str, native: bytes) -> None:
    adapter = find_adapter(name)
    frame = fixed_frame()
    reading = adapter.read(native, frame)
    check(reading)
    answers = [
        Answer(
            number=item.number,
            reference=item.reference,
            raw=item.raw,
            outcome=Outcome.SET_ASIDE,
            answer=None,
            issues=item.issues,
        )
        for item in reading.items
    ]
    assert isinstance(adapter.write(answers, frame), bytes)


@settings(max_examples=examples(200))
@given(st.sampled_from(sorted(HEADERS)), st.binary(max_size=300))
def test_every_line_below_a_header_is_in_exactly_one_item(name: str, body: bytes) -> None:
    reading = find_adapter(name).read(HEADERS[name] + b"\n" + body, fixed_frame())
    check(reading)
    assert reading.issues == ()
    ended = body.removesuffix(b"\x1a")  # the end mark of an old system is part of no line
    lines = [line for line in LINE_END.split(ended) if line.strip()]
    held = [line for item in reading.items for line in item.raw.split(b"\n") if line.strip()]
    assert held == lines


@settings(max_examples=examples(200))
@given(st.sampled_from(sorted(HEADERS)), st.lists(st.lists(CELLS, max_size=16), max_size=6))
def test_rows_of_ugly_cells_are_accounted_for(name: str, cells: list[list[str]]) -> None:
    delimiter = ";" if name == "br-sinarm-csv" else ","
    body = "\n".join(delimiter.join(row) for row in cells).encode("utf-8")
    reading = find_adapter(name).read(HEADERS[name] + b"\n" + body, fixed_frame())
    check(reading)
    ended = body.removesuffix(b"\x1a")  # the end mark of an old system is part of no line
    lines = [line for line in LINE_END.split(ended) if line.strip()]
    held = [line for item in reading.items for line in item.raw.split(b"\n") if line.strip()]
    assert held == lines


@settings(max_examples=examples(200))
@given(st.text(st.sampled_from("EGQX.ORISAK/ 019\n\rÉ\x00"), max_size=120))
def test_every_line_of_tagged_text_is_in_exactly_one_item(text: str) -> None:
    native = text.encode()
    reading = find_adapter("us-ncic-gun").read(native, fixed_frame())
    check(reading)
    lines = [line for line in LINE_END.split(native) if line.strip()]
    held = [line for item in reading.items for line in item.raw.split(b"\n") if line.strip()]
    assert held == lines


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | CELLS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(CELLS, inner, max_size=3),
    max_leaves=12,
)
NAMES_OF_MEMBERS = st.sampled_from(
    ["zaaknummer", "tijdstip", "wijze", "plaats", "zending", "vuurwapens", "stuk", "soort", "x/~y"]
)


@settings(max_examples=examples(200))
@given(st.lists(st.dictionaries(NAMES_OF_MEMBERS, VALUES, max_size=6) | VALUES, max_size=3))
def test_every_case_of_any_document_is_one_item(cases: list[object]) -> None:
    native = json.dumps({"zaken": cases}).encode()
    reading = find_adapter("nl-customs-json").read(native, fixed_frame())
    check(reading)
    if not reading.issues:
        assert len(reading.items) == len(cases)
