"""Grades, scores and reasons: the rules, and what must hold for any two weapons."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from registry_world import serial

from gateway.payload import (
    Calibre,
    FirearmDescription,
    FirearmTypeCode,
    GradeCode,
    LegibilityCode,
    Make,
    MakeCode,
    MakeSchemeCode,
    MarkingKindCode,
    MatchOutcomeCode,
    SerialStatusCode,
)
from gateway.registry.calibres import read_calibre
from gateway.registry.comparing import (
    Comparison,
    compare_calibres,
    compare_makes,
    compare_models,
    compare_types,
)
from gateway.registry.explanation import explain
from gateway.registry.makes import read_make
from gateway.registry.matching import (
    Likeness,
    Match,
    Thresholds,
    judge,
)
from gateway.registry.weapons import numbered_markings, read_traits, serials_of, texts_of

A, B, C, D, E = GradeCode
RANK = {grade: number for number, grade in enumerate(GradeCode)}


def match_of(
    asked: FirearmDescription,
    recorded: FirearmDescription,
    thresholds: Thresholds | None = None,
) -> Match | None:
    return judge(
        serials_of(numbered_markings(asked)),
        read_traits(texts_of(asked)),
        serials_of(numbered_markings(recorded)),
        read_traits(texts_of(recorded)),
        thresholds=thresholds or Thresholds(),
    )


def grade_of(asked: FirearmDescription, recorded: FirearmDescription) -> GradeCode | None:
    match = match_of(asked, recorded)
    return None if match is None else match.grade


def weapon(
    text: str,
    make: str | None = "Glock",
    calibre: str | None = "9x19",
    kind: FirearmTypeCode | None = FirearmTypeCode.PISTOL,
) -> FirearmDescription:
    return FirearmDescription(
        firearm_type_code=kind,
        make_identified=None if make is None else Make(make_text=make),
        calibre=() if calibre is None else (Calibre(calibre_text=calibre),),
        marking=(serial(text),),
    )


REVOLVER = FirearmTypeCode.REVOLVER


@pytest.mark.parametrize(
    ("asked", "recorded", "grade"),
    [
        # the text is equal
        (weapon("ABC12345"), weapon("abc-123 45"), A),
        (weapon("0012345678"), weapon("12345678"), A),
        (weapon("ABC12345", calibre=None, kind=None), weapon("ABC12345"), A),
        (weapon("ABC12345", calibre="9 mm"), weapon("ABC12345"), A),
        (weapon("ABC12345", make="glok"), weapon("ABC12345"), A),
        (weapon("AB1234"), weapon("AB1234"), B),
        (weapon("AB1234", calibre=None, kind=None), weapon("AB1234"), B),
        (weapon("123"), weapon("123"), C),
        (weapon("ABC12345", make=None), weapon("ABC12345"), B),
        (weapon("ABC12345", make="UNKNOWN"), weapon("ABC12345"), B),
        (weapon("AB1234", make=None), weapon("AB1234"), C),
        (weapon("ABC12345", make=None, calibre=None, kind=None), weapon("ABC12345"), C),
        (weapon("AB1234", make=None, calibre=None, kind=None), weapon("AB1234"), D),
        # something contradicts
        (weapon("ABC12345", calibre=".45 ACP"), weapon("ABC12345"), C),
        (weapon("ABC12345", kind=REVOLVER), weapon("ABC12345"), C),
        (weapon("ABC12345", calibre=".45 ACP", kind=REVOLVER), weapon("ABC12345"), D),
        (weapon("ABC12345", make="Beretta"), weapon("ABC12345"), D),
        (weapon("ABC12345", make="Beretta", calibre=".45 ACP"), weapon("ABC12345"), E),
        (weapon("AB1234", make="Beretta"), weapon("AB1234"), E),
        # something was folded
        (weapon("A8C12345"), weapon("ABC12345"), C),
        (weapon("ABO12345"), weapon("AB012345"), C),
        (weapon("AB0234"), weapon("ABO234"), C),
        (weapon("ABO12345", make=None), weapon("AB012345"), C),
        (weapon("ABO12345", make=None, calibre=None, kind=None), weapon("AB012345"), D),
        (weapon("ABO12345", make="Beretta"), weapon("AB012345"), E),
        (weapon("AQ1I1D"), weapon("A0LL10"), D),
        # nothing resembles
        (weapon("ABC12345"), weapon("ABC12346"), None),
        (weapon("ABC12345"), weapon("XABC12345"), None),
    ],
)
def test_the_rules_of_grading(
    asked: FirearmDescription, recorded: FirearmDescription, grade: GradeCode | None
) -> None:
    assert grade_of(asked, recorded) == grade


def test_cyrillic_text_is_equal_to_itself_and_a_candidate_for_latin() -> None:
    cyrillic = weapon("ВР 04571")  # noqa: RUF001 - Cyrillic letters are meant
    assert grade_of(cyrillic, weapon("вр-04571")) == A
    for latin in ("BP04571", "VR04571"):
        assert grade_of(weapon(latin), cyrillic) == C


def test_any_of_several_numbers_of_a_weapon_may_match() -> None:
    recorded = replace(weapon("1111222"), marking=(serial("1111222"), serial("3333444")))
    assert grade_of(weapon("3333444"), recorded) == A


def test_a_number_of_a_component_is_worth_less_than_the_serial() -> None:
    other = serial("ABC12345", kind_code=MarkingKindCode.SERIAL_COMPONENT)
    recorded = replace(weapon("1111222"), marking=(serial("1111222"), other))
    assert grade_of(weapon("ABC12345"), recorded) == B


def test_a_partly_legible_number_is_worth_less() -> None:
    unclear = serial("ABC12345", legibility_code=LegibilityCode.PARTIAL)
    assert grade_of(weapon("ABC12345"), replace(weapon(""), marking=(unclear,))) == B


def test_an_altered_serial_is_worth_less_on_either_side() -> None:
    altered = replace(weapon("ABC12345"), serial_status_code=SerialStatusCode.ALTERED)
    assert grade_of(weapon("ABC12345"), altered) == grade_of(altered, weapon("ABC12345")) == B


def test_a_marked_make_agrees_as_well_as_an_identified_one() -> None:
    recorded = replace(weapon("ABC12345", make="Pietro B."), make_marked=Make(make_text="BERETTA"))
    assert grade_of(weapon("ABC12345", make="Beretta"), recorded) == A


def test_a_make_code_of_ncic_agrees_with_the_name() -> None:
    code = MakeCode(value="GLC", scheme=MakeSchemeCode.NCIC)
    asked = replace(weapon("ABC12345"), make_identified=Make(make_code=code, make_text="see code"))
    assert grade_of(asked, weapon("ABC12345")) == A


def test_12_means_a_gauge_for_a_shotgun_only() -> None:
    gauge = weapon("ABC12345", calibre="12 GA", kind=FirearmTypeCode.SHOTGUN)
    assert grade_of(weapon("ABC12345", calibre="12", kind=FirearmTypeCode.SHOTGUN), gauge) == A
    heavy = weapon("ABC12345", calibre="12", kind=FirearmTypeCode.MACHINE_GUN)
    recorded = weapon("ABC12345", calibre="12.7x99", kind=FirearmTypeCode.MACHINE_GUN)
    assert grade_of(heavy, recorded) == A


@pytest.mark.parametrize(
    ("asked", "recorded", "comparison"),
    [
        ("9x19", "9 mm Luger", Comparison.EQUAL),
        ("9 mm", "9x19", Comparison.NEAR),
        (".223 Rem", "5.56x45", Comparison.NEAR),
        (".308 Win", "7.62x51", Comparison.NEAR),
        (".38 Special", ".357 Magnum", Comparison.NEAR),
        ("9x19", "9x17", Comparison.DIFFERS),
        ("7.62x39", "7.62x51", Comparison.DIFFERS),
        (".45 ACP", "9 mm", Comparison.DIFFERS),
        ("9x19", "14.5x114", Comparison.NOT_GIVEN),
        ("14.5x114", "14,5X114", Comparison.EQUAL),
    ],
)
def test_calibres_compare(asked: str, recorded: str, comparison: Comparison) -> None:
    one, other = read_calibre(asked), read_calibre(recorded)
    assert one is not None
    assert other is not None
    assert compare_calibres((one,), (other,)) is comparison
    assert compare_calibres((other,), (one,)) is comparison


@pytest.mark.parametrize(
    ("asked", "recorded", "comparison"),
    [
        ("Glock", "GLOCK GES", Comparison.EQUAL),
        ("FN Herstal", "Browning", Comparison.NEAR),
        ("Armeria Bagheera", "Armeria Baghera", Comparison.NEAR),
        ("Glock", "Beretta", Comparison.DIFFERS),
        ("Acme", "Acne", Comparison.DIFFERS),
    ],
)
def test_makes_compare(asked: str, recorded: str, comparison: Comparison) -> None:
    one, other = read_make(asked), read_make(recorded)
    assert one is not None
    assert other is not None
    assert compare_makes((one,), (other,)) is comparison
    assert compare_makes((other,), (one,)) is comparison


def test_types_compare() -> None:
    types = FirearmTypeCode
    assert compare_types(types.PISTOL, types.PISTOL) is Comparison.EQUAL
    assert compare_types(types.RIFLE, types.CARBINE) is Comparison.NEAR
    assert compare_types(types.PISTOL, types.SHOTGUN) is Comparison.DIFFERS
    assert compare_types(types.UNKNOWN, types.PISTOL) is Comparison.NOT_GIVEN
    assert compare_types(None, types.PISTOL) is Comparison.NOT_GIVEN


def test_models_compare() -> None:
    assert compare_models(("GLOCK17",), ("17",)) is Comparison.NEAR
    assert compare_models(("17",), ("17",)) is Comparison.EQUAL
    assert compare_models(("17",), ("19",)) is Comparison.DIFFERS
    assert compare_models((), ("19",)) is Comparison.NOT_GIVEN


# What holds for any two weapons

TEXTS = ["ABC12345", "abc 12345", "A8C12345", "0ABC12345", "AB1234", "A81234", "12345", "0012345"]
weapons = st.builds(
    weapon,
    st.sampled_from([*TEXTS, "123", "ВР04571", "BP04571"]),  # noqa: RUF001 - Cyrillic letters are meant
    st.sampled_from([None, "Glock", "Beretta", "FN", "Browning", "Armeria AB", "UNKNOWN"]),
    st.sampled_from([None, "9 mm", "9x19", "9x17", ".45", ".223", "5.56x45", "oddity"]),
    st.sampled_from([None, *list(FirearmTypeCode)[:8], FirearmTypeCode.UNKNOWN]),
)


@given(weapons, weapons)
def test_it_does_not_matter_which_side_asks(
    one: FirearmDescription, other: FirearmDescription
) -> None:
    there, back = match_of(one, other), match_of(other, one)
    assert (there is None) == (back is None)
    if there is not None and back is not None:
        assert (there.grade, there.score) == (back.grade, back.score)


@given(weapons, weapons)
def test_only_equal_text_without_contradiction_is_a_hit(
    one: FirearmDescription, other: FirearmDescription
) -> None:
    match = match_of(one, other)
    if match is not None and match.grade in {A, B}:
        assert match.pair.likeness >= Likeness.ZEROS
        agreement = match.agreement
        assert Comparison.DIFFERS not in {agreement.make, agreement.calibre, agreement.type}
        if match.grade is A:
            assert agreement.make >= Comparison.NEAR
            assert match.pair.symbols >= Thresholds().key_alone


@given(weapons, weapons)
def test_scores_keep_the_order_of_grades_and_stay_between_0_and_1(
    one: FirearmDescription, other: FirearmDescription
) -> None:
    bands = {A: ("0.900", "0.999"), B: ("0.750", "0.899"), C: ("0.500", "0.749")}
    bands |= {D: ("0.200", "0.499"), E: ("0.000", "0.199")}
    match = match_of(one, other)
    if match is not None:
        low, high = bands[match.grade]
        assert Decimal(low) <= match.score <= Decimal(high)
        exponent = match.score.as_tuple().exponent
        assert exponent == -3


@given(weapons, weapons, st.sampled_from(["make_identified", "calibre", "firearm_type_code"]))
def test_agreement_never_lowers_and_contradiction_never_raises_a_grade(
    one: FirearmDescription, other: FirearmDescription, trait: str
) -> None:
    without: dict[str, Any] = {trait: () if trait == "calibre" else None}
    silent = match_of(replace(one, **without), other)
    spoken = match_of(one, other)
    if silent is None or spoken is None:
        assert silent is spoken
        return
    name = {"make_identified": "make", "firearm_type_code": "type"}.get(trait, trait)
    comparison = getattr(spoken.agreement, name)
    if comparison >= Comparison.NEAR:
        assert RANK[spoken.grade] <= RANK[silent.grade]
        assert spoken.score >= silent.score
    elif comparison is Comparison.DIFFERS:
        assert RANK[spoken.grade] >= RANK[silent.grade]
        assert spoken.score <= silent.score


@given(weapons)
def test_a_weapon_always_resembles_itself(one: FirearmDescription) -> None:
    match = match_of(one, one)
    assert match is not None
    assert match.pair.likeness is Likeness.EXACT


@given(weapons, weapons)
def test_stricter_thresholds_never_raise_a_grade(
    one: FirearmDescription, other: FirearmDescription
) -> None:
    usual, strict = match_of(one, other), match_of(one, other, Thresholds(key_alone=9, folds=0))
    if usual is not None and strict is not None:
        assert RANK[strict.grade] >= RANK[usual.grade]


# Reasons


def test_every_comparison_has_a_reason_in_words_and_codes() -> None:
    match = match_of(weapon("ABC12345", calibre=None), weapon("ABC12345"))
    assert match is not None
    reasons = explain(match)
    assert [(r.reason_code, r.outcome_code) for r in reasons] == [
        ("SERIAL_AGREES", MatchOutcomeCode.AGREES),
        ("MAKE_AGREES", MatchOutcomeCode.AGREES),
        ("CALIBRE_NOT_GIVEN", MatchOutcomeCode.NOT_GIVEN),
        ("TYPE_AGREES", MatchOutcomeCode.AGREES),
        ("MODEL_NOT_GIVEN", MatchOutcomeCode.NOT_GIVEN),
    ]
    assert all(reason.message_text and reason.field_path for reason in reasons)


@pytest.mark.parametrize(
    ("asked", "recorded", "code", "words"),
    [
        ("ABC12345", "A8C12345", "SERIAL_LOOK_ALIKE", "position 2: asked B, recorded 8"),
        ("0ABC12345", "A8C12345", "SERIAL_LOOK_ALIKE", "leading zeros apart"),
        ("012345678", "12345678", "SERIAL_LEADING_ZEROS", "leading zeros"),
        ("BP04571", "ВР04571", "SERIAL_OTHER_SCRIPT", "recorded ВР04571"),  # noqa: RUF001 - Cyrillic letters are meant
        ("AB1234", "AB1234", "SERIAL_SHORT", "6 characters"),
    ],
)
def test_what_was_folded_is_named(asked: str, recorded: str, code: str, words: str) -> None:
    match = match_of(weapon(asked), weapon(recorded))
    assert match is not None
    reasons = {reason.reason_code: reason.message_text for reason in explain(match)}
    assert words in reasons[code]
