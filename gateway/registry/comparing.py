"""Compares what is known of two weapons beside the serial: make, calibre, type and model.

It does not grade (see ``matching``). The rules are docs/spec/registry.md, section 4.2.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache
from itertools import product

from rapidfuzz.distance import OSA

from gateway.payload import FirearmTypeCode
from gateway.registry import reference
from gateway.registry.calibres import Calibre
from gateway.registry.makes import ONE_EDIT_FROM, TWO_EDITS_FROM, Make
from gateway.registry.weapons import (
    Texts,
    Traits,
    bore_of_type,
    read_calibres,
    read_makes,
    read_models,
    type_of,
)


class Comparison(IntEnum):
    """How one trait compares; a higher value never makes a grade worse."""

    DIFFERS = 0
    NOT_GIVEN = 1
    NEAR = 2  # agrees after folding: another spelling, one bore family, a related type
    EQUAL = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """How what is compared beside the serial compares."""

    make: Comparison
    calibre: Comparison
    type: Comparison
    model: Comparison


_RELATED_TYPES = (
    {
        FirearmTypeCode.PISTOL,
        FirearmTypeCode.PISTOL_OTHER,
        FirearmTypeCode.ALARM_SIGNAL,
        FirearmTypeCode.GAS_IRRITANT,
    },
    {FirearmTypeCode.REVOLVER, FirearmTypeCode.ALARM_SIGNAL, FirearmTypeCode.GAS_IRRITANT},
    {FirearmTypeCode.DERRINGER, FirearmTypeCode.PISTOL_OTHER},
    {FirearmTypeCode.RIFLE, FirearmTypeCode.CARBINE, FirearmTypeCode.ASSAULT_RIFLE},
    {FirearmTypeCode.RIFLE, FirearmTypeCode.COMBINATION},
    {FirearmTypeCode.SHOTGUN, FirearmTypeCode.COMBINATION, FirearmTypeCode.SHOTGUN_PISTOL},
    {
        FirearmTypeCode.SUBMACHINE_GUN,
        FirearmTypeCode.MACHINE_GUN,
        FirearmTypeCode.ASSAULT_RIFLE,
    },
)
# These say how a weapon came to be or that nobody knows: they agree with nothing and contradict
# nothing.
_UNTELLING_TYPES = frozenset(
    {
        FirearmTypeCode.UNKNOWN,
        FirearmTypeCode.OTHER,
        FirearmTypeCode.CRAFT,
        FirearmTypeCode.DISGUISED,
        FirearmTypeCode.FRAME_RECEIVER,
    }
)


def compare_traits(asked: Traits, recorded: Traits) -> Agreement:
    """How make, calibre, type and model of two weapons compare."""
    return Agreement(
        make=compare_makes(asked.makes, recorded.makes),
        calibre=compare_calibres(asked.calibres, recorded.calibres),
        type=compare_types(asked.type_code, recorded.type_code),
        model=compare_models(asked.models, recorded.models),
    )


_AGREEMENTS = tuple(
    Agreement(make=make, calibre=calibre, type=type_, model=model)
    for make, calibre, type_, model in product(Comparison, repeat=4)
)


def compare_texts(asked: Texts, recorded: Texts) -> Agreement:
    """``compare_traits`` of what the tables read in the words of two weapons.

    Most searches name makes and calibres that were just compared: each pair of words is kept by
    itself, for few weapons have all their words in common.
    """
    types = asked.type_code, recorded.type_code
    models = Comparison.NOT_GIVEN
    if asked.model and recorded.model:
        models = compare_models(read_models(asked.model), read_models(recorded.model))
    makes = _makes_compared(asked.make, recorded.make)
    calibres = _calibres_compared(asked.calibre, recorded.calibre, *types)
    return _AGREEMENTS[makes << 6 | calibres << 4 | _types_compared(*types) << 2 | models]


@lru_cache(maxsize=16_384)
def _makes_compared(asked: str, recorded: str) -> Comparison:
    return compare_makes(read_makes(asked), read_makes(recorded))


@lru_cache(maxsize=16_384)
def _calibres_compared(
    asked: str, recorded: str, type_asked: str | None, type_recorded: str | None
) -> Comparison:
    return compare_calibres(
        read_calibres(asked, bore_of_type(type_asked)),
        read_calibres(recorded, bore_of_type(type_recorded)),
    )


@lru_cache(maxsize=4_096)
def _types_compared(asked: str | None, recorded: str | None) -> Comparison:
    return compare_types(type_of(asked), type_of(recorded))


def compare_makes(asked: Iterable[Make], recorded: Iterable[Make]) -> Comparison:
    """The best comparison of any two makes; a make that neither knows is compared by spelling."""
    known = tuple(recorded)
    return max((_makes(a, b) for a in asked for b in known), default=Comparison.NOT_GIVEN)


def compare_calibres(asked: Iterable[Calibre], recorded: Iterable[Calibre]) -> Comparison:
    """The best comparison of any two calibres; one that no table resolves contradicts nothing."""
    known = tuple(recorded)
    return max((_calibres(a, b) for a in asked for b in known), default=Comparison.NOT_GIVEN)


def compare_types(asked: FirearmTypeCode | None, recorded: FirearmTypeCode | None) -> Comparison:
    """How two types compare; UNKNOWN and its like count as not given."""
    if asked is None or recorded is None or {asked, recorded} & _UNTELLING_TYPES:
        return Comparison.NOT_GIVEN
    if asked is recorded:
        return Comparison.EQUAL
    related = any(asked in group and recorded in group for group in _RELATED_TYPES)
    return Comparison.NEAR if related else Comparison.DIFFERS


def compare_models(asked: Iterable[str], recorded: Iterable[str]) -> Comparison:
    """How two models compare, as folded texts; "17" is near "GLOCK17"."""
    known = tuple(recorded)
    return max((_models(a, b) for a in asked for b in known), default=Comparison.NOT_GIVEN)


def _makes(asked: Make, recorded: Make) -> Comparison:
    if asked.code is not None and asked.code == recorded.code:
        return Comparison.EQUAL
    if asked.text == recorded.text:
        return Comparison.EQUAL
    if asked.code is not None and recorded.code is not None:
        same = asked.group is not None and asked.group == recorded.group
        return Comparison.NEAR if same else Comparison.DIFFERS
    shorter = min(len(asked.text), len(recorded.text))
    if shorter < ONE_EDIT_FROM:
        return Comparison.DIFFERS
    allowed = 2 if shorter >= TWO_EDITS_FROM else 1
    near = OSA.distance(asked.text, recorded.text, score_cutoff=allowed) <= allowed
    return Comparison.NEAR if near else Comparison.DIFFERS


def _calibres(asked: Calibre, recorded: Calibre) -> Comparison:
    if asked.text == recorded.text:
        return Comparison.EQUAL
    if not asked.cartridges or not recorded.cartridges:
        return Comparison.NOT_GIVEN
    if asked.cartridges & recorded.cartridges or asked.compatible & recorded.compatible:
        return Comparison.NEAR
    return Comparison.DIFFERS


def _models(asked: str, recorded: str) -> Comparison:
    if asked == recorded:
        return Comparison.EQUAL
    near = asked.startswith(recorded) or recorded.startswith(asked)
    near = near or asked.endswith(recorded) or recorded.endswith(asked)
    return Comparison.NEAR if near else Comparison.DIFFERS


reference.forgets(_makes_compared.cache_clear)
reference.forgets(_calibres_compared.cache_clear)
