"""What a serial can be found by: cleaning, placeholders, several numbers, scripts, keys."""

# ruff: noqa: RUF001 - letters of other scripts are meant

from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.registry import reference
from gateway.registry.marks import (
    Reading,
    Unusable,
    fold,
    read_serial,
    strip_zeros,
    zero_variants,
)
from gateway.registry.skeleton import LANES, LOOK_ALIKES, forward_key, reversed_key, skeleton

SYMBOLS = string.digits + string.ascii_uppercase
norms = st.text(SYMBOLS, min_size=1, max_size=16)
usable = norms.filter(lambda norm: read_serial(norm).unusable is None)


def norms_of(text: str) -> list[str]:
    return [key.norm for key in read_serial(text).keys]


@pytest.mark.parametrize(
    ("text", "norm"),
    [
        ("abc 123-45", "ABC12345"),
        (" A.B/C_12345 ", "ABC12345"),
        ("ＡＢＣ１２３４５", "ABC12345"),
        ("١٢٣٤٥٦٧", "1234567"),
        ("१२३४५", "12345"),
        ("É12345", "E12345"),
        ("Ø12345", "O12345"),
        ("straße-12345", "STRASSE12345"),
        ("№ 1234567", "1234567"),
        ("№1234567", "1234567"),
        ("N° 4456 B", "4456B"),
        ("Nr. 12345", "12345"),
        ("S/N: AB-12 34", "AB1234"),
        ("SERIAL NO. 55512A", "55512A"),
        ("#12345", "12345"),
        ("NO12345", "NO12345"),
        ("1,234,567", "1234567"),
        ("123456.0", "123456"),
        ("00012345", "00012345"),
    ],
)
def test_a_serial_is_freed_of_what_is_only_writing(text: str, norm: str) -> None:
    assert norms_of(text) == [norm]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("XYZ123 (104-6535)", ["XYZ123", "1046535"]),
        ("ABC1234; DEF5678", ["ABC1234", "DEF5678"]),
        ("ABC1234 and DEF5678", ["ABC1234", "DEF5678"]),
        ("ABC1234 (frame)", ["ABC1234"]),
        ("12 (34)", ["1234"]),
        ("123,456", ["123456"]),
    ],
)
def test_several_numbers_in_one_text_are_told_apart(text: str, found: list[str]) -> None:
    assert sorted(norms_of(text)) == sorted(found)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", Unusable.EMPTY),
        (" - ", Unusable.EMPTY),
        ("n/a", Unusable.PLACEHOLDER),
        ("S/N", Unusable.PLACEHOLDER),
        ("UNKNOWN", Unusable.PLACEHOLDER),
        ("obliterated 12", Unusable.PLACEHOLDER),
        ("RASPADA", Unusable.PLACEHOLDER),
        ("não consta", Unusable.PLACEHOLDER),
        ("sem numeração", Unusable.PLACEHOLDER),
        ("gelöscht", Unusable.PLACEHOLDER),
        ("effacé", Unusable.PLACEHOLDER),
        ("стёрт", Unusable.PLACEHOLDER),
        ("спилен", Unusable.PLACEHOLDER),
        ("немає", Unusable.PLACEHOLDER),
        ("بدون رقم", Unusable.PLACEHOLDER),
        ("AB12?45", Unusable.PATTERN),
        ("AB12**", Unusable.PATTERN),
        ("???", Unusable.PATTERN),
        ("1.23457E+11", Unusable.DAMAGED),
        ("A1", Unusable.TOO_SHORT),
        ("ABC1", Unusable.TOO_SHORT),
        ("7" * 40 + "1", Unusable.TOO_LONG),
        ("ABCDEF", Unusable.LETTERS_ONLY),
        ("0000", Unusable.ONE_SYMBOL),
        ("1111111", Unusable.ONE_SYMBOL),
    ],
)
def test_what_is_no_serial_gives_no_key_and_says_why(text: str, reason: Unusable) -> None:
    marks = read_serial(text)
    assert (marks.keys, marks.unusable) == ((), reason)


@pytest.mark.parametrize("text", ["REM123456", "NA123456", "SN1234", "FILED123", "LIMA1234"])
def test_a_serial_may_begin_like_a_placeholder(text: str) -> None:
    assert norms_of(text) == [text]


def test_the_words_of_a_placeholder_suggest_the_serial_status() -> None:
    assert read_serial("raspado").status == "REMOVED_ABRADED"
    assert read_serial("Picotada").status == "REMOVED_PUNCHED"
    assert read_serial("numeração remarcada").status == "ALTERED"


def test_another_script_is_read_by_its_shape_and_by_its_sound() -> None:
    keys = {key.reading: key for key in read_serial("ВР 0457").keys}
    assert keys[Reading.VISUAL].norm == "BP0457"
    assert keys[Reading.PHONETIC].norm == "VR0457"
    assert {key.plain for key in keys.values()} == {"ВР0457"}
    assert {key.norm for key in read_serial("ΧΡ 1234").keys} == {"XP1234", "CHR1234"}


def test_a_stated_transliteration_is_a_reading_too() -> None:
    keys = read_serial("ЩА 12345", stated=("SCHA12345",)).keys
    assert {key.norm: key.reading for key in keys} == {
        "WA12345": Reading.VISUAL,
        "SHCHA12345": Reading.PHONETIC,
        "SCHA12345": Reading.STATED,
    }


def test_a_transliteration_stands_for_an_original_that_was_not_given() -> None:
    (key,) = read_serial("", stated=("SCHA 12345",)).keys
    assert (key.norm, key.plain, key.reading) == ("SCHA12345", "SCHA12345", Reading.STATED)
    assert read_serial("", stated=("unreadable",)).unusable is Unusable.EMPTY


def test_a_letter_with_a_mark_is_another_letter_outside_latin() -> None:
    assert {k.plain for k in read_serial("Й12345").keys} != {
        k.plain for k in read_serial("И12345").keys
    }


@given(st.text(max_size=60))
def test_reading_never_fails_and_gives_keys_or_a_reason(text: str) -> None:
    marks = read_serial(text)
    assert bool(marks.keys) is (marks.unusable is None)
    for key in marks.keys:
        assert set(key.norm) <= set(SYMBOLS)
        assert len(key.norm) > 0
        assert (key.sk, key.rk) == (
            forward_key(skeleton(key.norm)),
            reversed_key(skeleton(key.norm)),
        )


@given(st.text(max_size=40))
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(usable)
def test_a_clean_serial_is_its_own_norm(norm: str) -> None:
    (key,) = read_serial(norm).keys
    assert (key.norm, key.plain, key.reading) == (norm, norm, Reading.DIRECT)


@given(usable, st.sampled_from(" -._"), st.data())
def test_case_and_separators_change_no_key(norm: str, separator: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(norm)))
    text = norm[:place].lower() + separator + norm[place:]
    if text.lower().startswith(("no ", "nr ", "sn ", "no.", "nr.", "sn.", "ser", "num")):
        return  # what looks like a label is one
    assert norms_of(text) == [norm]


# Keys


def test_look_alikes_share_a_class_and_27_classes_remain() -> None:
    assert len({skeleton(symbol) for symbol in SYMBOLS}) == 27
    for cls in LOOK_ALIKES:
        assert len({forward_key(skeleton(symbol)) for symbol in cls}) == 1
    assert skeleton("U") != skeleton("V")


@given(norms)
def test_keys_are_60_bit_numbers_that_sort_by_length(norm: str) -> None:
    for key in (forward_key(skeleton(norm)), reversed_key(skeleton(norm))):
        assert 0 < key < 2**60
        length = min(len(norm), LANES)
        assert 32 ** (length - 1) <= key < 32**length


@given(norms, norms)
def test_short_serials_share_a_key_only_when_their_skeletons_are_equal(
    one: str, other: str
) -> None:
    one, other = one[:LANES], other[:LANES]
    same = skeleton(one) == skeleton(other)
    assert (forward_key(skeleton(one)) == forward_key(skeleton(other))) is same
    assert (reversed_key(skeleton(one)) == reversed_key(skeleton(other))) is same


def test_the_reversed_key_groups_by_suffix() -> None:
    first, second, stranger = (reversed_key(skeleton(t)) for t in ("A7777", "B7777", "A7774"))
    assert abs(first - second) < abs(first - stranger)


@given(usable)
def test_zero_variants_meet_each_other(norm: str) -> None:
    assert norm in zero_variants(norm)
    for variant in zero_variants(norm):
        assert strip_zeros(variant) == strip_zeros(norm)


def test_stripping_zeros_leaves_a_number() -> None:
    assert strip_zeros("00123") == "123"
    assert strip_zeros("0012") == "0012"
    assert zero_variants("00012345") == ("00012345", "12345", "012345", "0012345")


# Tables


@pytest.mark.parametrize("name", ["placeholders", "scripts", "makes", "calibres"])
def test_every_row_of_a_table_names_its_source_and_version(name: str) -> None:
    rows = reference.rows(name)
    assert rows
    for row in rows:
        assert row["source"]
        assert row["version"].isdigit()
