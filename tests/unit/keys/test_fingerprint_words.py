"""Fingerprints as they are typed: in every language, and a typing error gets near words."""

from __future__ import annotations

import click
import pytest
from click.testing import CliRunner

from gateway.cli.options import spelled
from keys import EnrolmentError, ceremony, words

DIGEST = bytes(range(7, 39))


@pytest.mark.parametrize("language", ceremony.LANGUAGES)
def test_the_words_of_every_language_are_taken_in_any_case_and_without_accents(
    language: str,
) -> None:
    shown = ceremony.words_of(DIGEST, language)
    for typed in (shown, shown.upper(), f"  {shown}\n"):
        assert ceremony.octets_heard(typed) == DIGEST[:16]
        assert ceremony.misspelt(typed) == ()
        ceremony.check_heard(typed, DIGEST, place="FRA-NCB")


@pytest.mark.parametrize("language", ceremony.LANGUAGES)
def test_no_two_words_of_a_list_are_one_when_they_are_folded(language: str) -> None:
    assert len(words._places(language)) == 2_048


@pytest.mark.parametrize("language", ["chinese_simplified", "chinese_traditional"])
def test_chinese_words_need_no_blanks(language: str) -> None:
    typed = "".join(ceremony.words_of(DIGEST, language).split())
    assert ceremony.octets_heard(typed) == DIGEST[:16]


@pytest.mark.parametrize(
    "language",
    ["english", "french", "spanish", "portuguese", "russian", "italian", "czech", "turkish"],
)
def test_a_word_with_a_typing_error_is_named_with_what_is_near(language: str) -> None:
    shown = ceremony.words_of(DIGEST, language).split()
    right, shown[4] = shown[4], f"{shown[4]}w"
    (found,) = ceremony.misspelt(" ".join(shown))
    assert (found.place, found.word) == (5, shown[4])
    assert right in found.near
    with pytest.raises(EnrolmentError) as refusal:
        ceremony.check_heard(" ".join(shown), DIGEST, place="FRA-NCB")
    assert "word 5" in str(refusal.value.value)


def test_a_word_of_the_list_that_is_the_wrong_one_is_not_told() -> None:
    shown = ceremony.words_of(DIGEST).split()
    shown[4] = "zoo" if shown[4] != "zoo" else "zone"
    assert ceremony.misspelt(" ".join(shown)) == ()
    with pytest.raises(EnrolmentError) as refusal:
        ceremony.check_heard(" ".join(shown), DIGEST, place="FRA-NCB")
    assert "zoo" not in str(refusal.value.value)
    assert "word 5" not in str(refusal.value.value)


def test_hex_groups_are_taken_and_never_corrected() -> None:
    groups = DIGEST[:16].hex(" ", 2)
    assert ceremony.octets_heard(groups.upper()) == DIGEST[:16]
    assert ceremony.misspelt(groups) == ceremony.misspelt(groups[:-1]) == ()


def test_who_mistypes_is_asked_again_and_shown_what_is_near() -> None:
    @click.command()
    @click.option("--words", prompt="The words", callback=spelled)
    def approve(words: str) -> None:
        click.echo(words.split(maxsplit=1)[0])

    shown = ceremony.words_of(DIGEST)
    first, *rest = shown.split()
    mistyped = " ".join([f"{first}x", *rest])
    done = CliRunner().invoke(approve, input=f"{mistyped}\n{shown}\n")
    assert done.exit_code == 0
    assert f"word 1, '{first}x', is in no list; near it: {first}" in done.output
