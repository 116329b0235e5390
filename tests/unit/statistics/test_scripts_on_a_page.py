"""Text of any script is set in a face that has it, joined, and in the order in which it is seen."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.statistics.rendering.script import as_written, markup, one_face, runs_of, width_of

pytestmark = [pytest.mark.unit, pytest.mark.slow]
ARABIC = "\u0634\u0631\u0643\u0629"  # company


def test_what_a_page_knows_by_itself_stays_as_it_is():
    for text in ("Glock 17", "Manufacture d'armes à Saint-Étienne", "Größe < 9"):
        assert runs_of(text) == [("Helvetica", text)]
    assert markup("a < b & c") == "a &lt; b &amp; c"
    assert as_written(ARABIC) == ("Helvetica", ARABIC)


def test_cyrillic_and_greek_have_a_face():
    assert one_face("Ижевск") == ("NotoSans", "Ижевск")
    assert [face for face, _ in runs_of("ΑΒΓ 9")] == ["NotoSans", "Helvetica"]


def test_arabic_is_joined_and_turned_and_its_numbers_are_not():
    face, shown = one_face(f"{ARABIC} 471")
    assert face == "NotoSansArabic"
    assert shown.startswith("471 "), "what is read last stands left"
    assert [unicodedata.normalize("NFKC", each) for each in shown[4:]] == list(reversed(ARABIC))
    assert not set(shown[4:]) & set(ARABIC), "each letter in its joined form"
    assert one_face(f"{ARABIC} 12.5 {ARABIC}")[1].split()[1] == "12.5"


def test_a_letter_without_a_face_is_told_by_its_number():
    assert one_face("\U00020000") == ("Helvetica", "[U+20000]")


def test_hebrew_is_turned_and_its_brackets_and_numbers_are_not():
    assert one_face("(שלום) 12")[1] == "(םולש) 12"
    assert one_face("שלום (עולם) 12")[1] == "12 (םלוע) םולש"
    assert {face for face, _ in runs_of("שלום")} == {"KurintoSans"}


def test_what_china_japan_and_korea_write_has_a_face():
    for text in ("\u4e2d\u6587\u67aa", "\u65e5\u672c \u3042", "\ud55c\uad6d", "\u9f8d"):
        assert "U+" not in one_face(f"{text} Norinco")[1]
        assert "U+" not in markup(text)


@given(st.text(max_size=40))
def test_no_text_is_lost_or_stops_a_page(text):
    assert markup(text).count("<font") == markup(text).count("</font>")
    assert width_of(text, 7) >= 0
    letters = [c for c in text if c.isascii() and c.isalnum()]
    assert all(letter in "".join(run for _, run in runs_of(text)) for letter in letters)
