"""The quick way and the explaining way give the same items for any row, and only valid ones."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import fields, replace
from io import BytesIO
from typing import Any

import pytest
from drawn import examples
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.engine import DeclaredAdapter, fixed_frame
from adapters.engine import quick as quick_room
from adapters.engine.codes import folded
from adapters.engine.mapping import BODIES
from adapters.engine.plain_values import PLAIN
from adapters.engine.reading import stream_native
from adapters.engine.rows import Cut
from adapters.engine.steps import _DAMAGED, Materials, damaged, find_step
from gateway.adapter import Item, find_adapter, message_of
from gateway.payload import PurposeCode, decode, element_text, encode, twin_of
from gateway.payload.generated_writer import write_part

pytestmark = pytest.mark.unit
SIGNS = '";,|\t AZaz09-/.%ÉéüÃ©Å\u0416\u0663\u0634\x00\x7f\x85\xa0\u20ac{}[]:#E+'
UGLY = st.text(st.sampled_from(SIGNS), max_size=14) | st.sampled_from(
    [
        "",
        " ",
        "9-Mar",
        "1.23E+11",
        "31/02/2026",
        "05/03/2099",
        "RASPADA",
        "LK 123",
        "9A",
        "2026/12",
        "12/05/2026",
        "AB12/7",
        "MAR 05",
        "X" * 90,
        "Taurus ",
        "0,0",
    ]
)
DELIMITED = ("br-sinarm-csv", "fr-police-csv", "ar-police-csv", "us-de-gunstat-csv")


def opened(name: str) -> DeclaredAdapter:
    adapter = find_adapter(name)
    assert isinstance(adapter, DeclaredAdapter)
    return adapter


def both_ways(name: str, native: bytes) -> list[Item]:
    """The items of ``native``, the same by both ways."""
    reader = opened(name)._compiled.reader
    frame = fixed_frame("XXX-NCB")
    items, explained = (
        list(stream_native(reader, BytesIO(native), frame, quick=quick).items)
        for quick in (True, False)
    )
    for item, other in zip(items, explained, strict=True):
        assert item == other
        message, same = message_of(item, frame), message_of(other, frame)
        if message is not None and same is not None:
            assert encode(message) == encode(same)
            assert decode(encode(message)) == message
    return items


def cells_of(name: str) -> tuple[str, str, list[str], list[list[str]]]:
    """Encoding, delimiter, header and rows of an adapter's good samples."""
    adapter = opened(name)
    source = adapter._compiled.spec.source
    rows: list[list[str]] = []
    header = ""
    for path, native in adapter.samples():
        first, *lines = native.decode(source.encoding).splitlines()
        if path.startswith("ok/") and (not header or header == first):
            header = first
            cut = [line.split(source.delimiter) for line in lines if '"' not in line]
            rows += [row for row in cut if len(row) == header.count(source.delimiter) + 1]
    return source.encoding, source.delimiter, header.split(source.delimiter), rows


def counted_takes(monkeypatch: pytest.MonkeyPatch) -> Callable[[], int]:
    """How many items came the quick way since."""
    made = 0
    real = quick_room.Quick.take

    def take(quick: quick_room.Quick) -> quick_room.Take:
        inner = real(quick)

        def counting(cut: Cut) -> tuple[Item, bool]:
            nonlocal made
            found = inner(cut)
            made += 1
            return found

        return counting

    monkeypatch.setattr(quick_room.Quick, "take", take)
    return lambda: made


@pytest.mark.parametrize("name", DELIMITED)
def test_most_good_rows_go_the_quick_way(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    encoding, delimiter, header, rows = cells_of(name)
    made = counted_takes(monkeypatch)
    lines = [delimiter.join(cells) for cells in (header, *(rows * 20))]
    items = both_ways(name, "\r\n".join(lines).encode(encoding))
    assert made() > len(items) / 2


@pytest.mark.slow
@settings(max_examples=examples(30), deadline=None)
@given(st.data())
def test_both_ways_give_the_same_item_for_any_row(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(DELIMITED))
    encoding, delimiter, header, good = cells_of(name)
    rows = [list(row) for row in good * (12 // len(good) + 1)]
    known = sorted({cell for row in good for cell in row})
    for number, row in enumerate(rows):  # so that each has a reference of its own
        row[:2] = [re.sub("[0-9]+$", str(number), cell) for cell in row[:2]]
    for _ in range(data.draw(st.integers(1, 8))):
        row = list(data.draw(st.sampled_from(good)))
        for _ in range(data.draw(st.integers(0, 3))):
            at = data.draw(st.integers(0, len(header) - 1))
            row[at] = data.draw(UGLY | st.sampled_from(known))
        rows.append(row)
    end = data.draw(st.sampled_from(["\n", "\r\n", "\r"]))
    order = data.draw(st.permutations(range(len(header))))
    lines = [delimiter.join(cells[at] for at in order) for cells in (header, *rows)]
    both_ways(name, end.join(lines).encode(encoding, "replace"))


@pytest.mark.parametrize("name", [*DELIMITED, "fixed-width", "mainframe-ebcdic", "xlsx-template"])
def test_both_ways_give_the_same_items_for_every_sample(name: str) -> None:
    for _, native in opened(name).samples():
        both_ways(name, native)


@pytest.mark.parametrize("kind", BODIES.values())
def test_a_value_that_was_filled_by_its_twin_is_of_its_own_type(kind: type) -> None:
    value: Any = object.__new__(twin_of(kind))
    for field in fields(kind):
        setattr(value, field.name, field.name)
    value.__class__ = kind
    assert type(value) is kind
    assert value == kind(**{field.name: field.name for field in fields(kind)})
    with pytest.raises(AttributeError):
        setattr(value, fields(kind)[0].name, "another")


@settings(max_examples=examples(300))
@given(st.text(st.sampled_from("0123456789.,-/:#EeN!A? marMAR\u017f\u212a\xb2٣x"), max_size=14))
def test_what_is_plainly_undamaged_is_undamaged(value: str) -> None:
    assert damaged(value) == bool(_DAMAGED.fullmatch(value))


def records_of(name: str) -> tuple[bytes, list[bytes], int]:
    """The first octets of a good sample, its records and the length of one; no trailer."""
    adapter = opened(name)
    records = adapter._compiled.reader.records
    assert records is not None
    native = next(octets for path, octets in adapter.samples() if path.startswith("ok/"))
    if records.lines:
        head, *rest = native.splitlines(keepends=True)
        return head, rest, 0
    length = records.octets
    whole = [native[at : at + length] for at in range(0, len(native), length)]
    return whole[0], whole[1:], length


def with_totals_true(name: str, native: bytes, monkeypatch: pytest.MonkeyPatch) -> list[Item]:
    """The items by both ways, whatever the trailer says."""
    monkeypatch.setattr("adapters.engine.record_source.totals", lambda *_: [])
    return both_ways(name, native)


@pytest.mark.parametrize("name", ["fixed-width", "mainframe-ebcdic"])
def test_most_good_records_go_the_quick_way(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    head, records, _ = records_of(name)
    made = counted_takes(monkeypatch)
    items = with_totals_true(name, head + b"".join(records[:-1] * 40), monkeypatch)
    assert made() > len(items) / 2


@pytest.mark.slow
@pytest.mark.parametrize("name", ["fixed-width", "mainframe-ebcdic"])
@settings(max_examples=examples(40), deadline=None)
@given(data=st.data())
def test_both_ways_give_the_same_item_for_any_record(name: str, data: st.DataObject) -> None:
    head, records, _ = records_of(name)
    made = records[:-1] * 4
    for _ in range(data.draw(st.integers(1, 8))):
        octets = bytearray(data.draw(st.sampled_from(records)))
        other = data.draw(st.sampled_from(records))
        for _ in range(data.draw(st.integers(0, 4))):
            at = data.draw(st.integers(0, len(octets) - 1))
            octets[at] = data.draw(st.integers(0, 255) | st.sampled_from(sorted({*other})))
        made.append(bytes(octets))
    with pytest.MonkeyPatch.context() as patch:
        with_totals_true(name, head + b"".join(made), patch)


@given(st.from_regex(PLAIN, fullmatch=True))
def test_what_is_read_plainly_is_what_every_step_leaves_as_it_is(value: str) -> None:
    materials = Materials(tables={}, patterns={})
    for words in ("as-typed", "strip", "collapse", "upper", "digits", "undamaged", "default:X"):
        assert find_step(words, materials)(value) == value
    assert element_text("Text", value) == f"<Text>{value}</Text>"
    assert folded(value) == value


@pytest.mark.parametrize("value", ["TRUE", "9-MAR", "1E+11", "12/05/2026", "MAR 05", " A1", "A  1"])
def test_what_a_spreadsheet_made_is_never_read_plainly(value: str) -> None:
    assert PLAIN.fullmatch(value) is None


@given(
    case=st.none() | st.text(st.characters(codec="utf-8", min_codepoint=32), max_size=20),
    urgency=st.none() | st.text(st.characters(codec="utf-8", min_codepoint=32), max_size=20),
)
def test_a_head_holds_the_text_that_its_writer_makes(case: str | None, urgency: str | None) -> None:
    frame = fixed_frame("XXX-NCB")
    for _ in range(2):  # made, and made again from what is alike
        made = frame.context(
            "REC_SUBMIT",
            purpose=PurposeCode.CRIMINAL_INVESTIGATION,
            case_reference=case,
            urgency=urgency,
        )
        plain = replace(made)  # which holds no text
        assert (made, made.held_text) == (plain, write_part(plain))
        assert getattr(plain, "held_text", None) is None
