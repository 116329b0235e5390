"""What is misread is within the neighbourhood, and every pattern finds what it fits."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.registry.neighbours import (
    near,
    one_slip,
    two_slips,
    with_beginning,
    with_ending,
    without_affixes,
)
from gateway.registry.patterns import plan, read_pattern
from gateway.registry.skeleton import CLASSES, forward_key, reversed_key, skeleton
from gateway.registry.slips import Slip, read_as, reading_bits

SYMBOLS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
serials = st.text(SYMBOLS, min_size=4, max_size=12)


@given(serials, st.data())
def test_one_slip_away_is_in_the_neighbourhood(text: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(text) - 1))
    symbol = data.draw(st.sampled_from(SYMBOLS))
    kind = data.draw(st.sampled_from(["replace", "lose", "add", "exchange"]))
    match kind:
        case "replace":
            read = text[:place] + symbol + text[place + 1 :]
        case "lose":
            read = text[:place] + text[place + 1 :]
        case "add":
            read = text[:place] + symbol + text[place:]
        case _:
            read = text[:place] + text[place : place + 2][::-1] + text[place + 2 :]
    assert forward_key(skeleton(text)) in one_slip(skeleton(read))
    reading = read_as(read, text)
    assert reading is not None
    assert reading.slips <= 1


@given(st.text("VW0O17", min_size=1, max_size=5), st.text("VW0O17", min_size=1, max_size=5))
def test_two_letters_that_look_like_one_are_read_for_it(head: str, tail: str) -> None:
    one, two = f"{head}W{tail}5", f"{head}VV{tail}5"
    for read, held in ((one, two), (two, one)):
        assert forward_key(skeleton(held)) in near(skeleton(read)).keys
        reading = read_as(read, held)
        assert reading is not None
        assert reading.slips <= 1
        assert reading.bits == reading_bits(read, held)


@given(st.text(SYMBOLS, min_size=4, max_size=8), st.text(SYMBOLS, min_size=1, max_size=4))
def test_an_affix_more_or_less_is_met(core: str, affix: str) -> None:
    folded = skeleton(core)
    longer = skeleton(affix + core)
    rk, sk = reversed_key(longer), forward_key(skeleton(core + affix))
    assert any(span.low <= rk <= span.high for span in with_beginning(folded))
    assert any(span.low <= sk <= span.high for span in with_ending(folded))
    assert forward_key(folded) in without_affixes(longer)
    assert forward_key(folded) in without_affixes(skeleton(core + affix))


@given(serials, st.data())
def test_a_pattern_finds_every_serial_that_it_fits(text: str, data: st.DataObject) -> None:
    places = data.draw(st.sets(st.integers(0, len(text) - 1), min_size=1, max_size=3))
    asked = "".join("?" if place in places else symbol for place, symbol in enumerate(text))
    if data.draw(st.booleans()):
        asked = asked.replace("??", "*").replace("?", "*", 1)
    pattern = read_pattern(asked)
    if pattern is None:
        assert sum(symbol not in "?*" for symbol in asked) < 3
        return
    assert pattern.folds(text) == 0
    planned = plan(pattern, records=1_000_000)
    folded = skeleton(text)
    met = [
        span.low <= key <= span.high and key & span.mask == span.value
        for spans, key in (
            (planned.sk, forward_key(folded)),
            (planned.rk, reversed_key(folded)),
        )
        for span in spans
    ]
    assert any(met)


@pytest.mark.parametrize(
    ("asked", "recorded", "slip"),
    [
        ("ABC123", "ABC132", Slip.EXCHANGED),
        ("ABC123", "A8C123", Slip.LOOK_ALIKE),
        ("ABC423", "ABCA23", Slip.NEAR_PAIR),
        ("ABC12", "ABC123", Slip.LOST),
        ("ABCC123", "ABC123", Slip.ADDED),
        ("MOD1234567", "1234567", Slip.BEGINNING),
        ("0123456", "123456", Slip.ZEROS),
        ("VV12345", "W12345", Slip.NEAR_PAIR),
        ("12W345", "12VV345", Slip.NEAR_PAIR),
    ],
)
def test_a_reading_names_its_slip(asked: str, recorded: str, slip: Slip) -> None:
    reading = read_as(asked, recorded)
    assert reading is not None
    assert slip in {departure.slip for departure in reading.departures}


def test_sets_digits_and_letters_are_held_to() -> None:
    pattern = read_pattern("AB#[38]@1")
    assert pattern is not None
    assert pattern.folds("AB73X1") == 0
    assert pattern.folds("ABX3X1") is None
    assert pattern.folds("AB75X1") is None


@settings(max_examples=10)  # each makes some 20,000 keys
@given(st.text(CLASSES[:4], min_size=4, max_size=5), st.data())
def test_any_two_slips_are_sought(folded: str, data: st.DataObject) -> None:
    read = folded
    for _ in range(2):
        place = data.draw(st.integers(0, len(read) - 1))
        symbol = data.draw(st.sampled_from(CLASSES))
        head, here, behind = read[:place], read[place], read[place + 1 :]
        slips = [head + symbol + behind, head + behind, head + symbol + here + behind]
        if behind:
            slips.append(head + behind[0] + here + behind[1:])
        read = data.draw(st.sampled_from(slips))
    assert forward_key(read) in two_slips(folded)
