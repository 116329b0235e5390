"""Reads a described firearm into what is compared: serial keys, makes, calibres, type and models.

It does not compare (see ``matching``) and stores nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from gateway.payload import (
    Firearm,
    FirearmDescription,
    FirearmTypeCode,
    LegibilityCode,
    MakeSchemeCode,
    Marking,
    MarkingKindCode,
    SerialStatusCode,
)
from gateway.registry import reference
from gateway.registry.calibres import BoreClass, Calibre, read_calibre
from gateway.registry.makes import Make, fold_words, read_make
from gateway.registry.marks import Key, Marks, read_serial

# 6-registry 6.2: the maker's number, and other numbers that are one weapon's alone.
_MAIN_KINDS = frozenset({MarkingKindCode.SERIAL})
_OTHER_KINDS = frozenset(
    {
        MarkingKindCode.SERIAL_COMPONENT,
        MarkingKindCode.ALTERNATIVE_UNIQUE,
        MarkingKindCode.OWNER_APPLIED,
        MarkingKindCode.OWNER_STATE,
    }
)
_UNCLEAR = frozenset(LegibilityCode) - {LegibilityCode.LEGIBLE, LegibilityCode.RESTORED}
_UNCLEAR_SERIALS = frozenset({SerialStatusCode.PARTIAL, SerialStatusCode.ALTERED})
_SMOOTH = frozenset({FirearmTypeCode.SHOTGUN, FirearmTypeCode.SHOTGUN_PISTOL})
_MACHINE = frozenset({FirearmTypeCode.MACHINE_GUN, FirearmTypeCode.CANNON})
_EITHER_BORE = frozenset(
    {
        FirearmTypeCode.COMBINATION,
        FirearmTypeCode.CRAFT,
        FirearmTypeCode.DISGUISED,
        FirearmTypeCode.FRAME_RECEIVER,
        FirearmTypeCode.OTHER,
        FirearmTypeCode.UNKNOWN,
    }
)


_TYPES = {code.value: code for code in FirearmTypeCode}


class Serial(NamedTuple):
    """A key and where it stands: ``main`` is the weapon's serial, not a component's or another
    number; ``clear`` means nothing says that characters are missing or changed."""

    key: Key
    main: bool
    clear: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Traits:
    """What is compared beside the serial, as read by the tables."""

    makes: tuple[Make, ...]
    calibres: tuple[Calibre, ...]
    type_code: FirearmTypeCode | None
    models: tuple[str, ...]

    @property
    def make_number(self) -> int:
        """What the search table holds: the one make's number, 0 for none and for several."""
        return _only(make.number for make in self.makes)

    @property
    def bore_number(self) -> int:
        """The same of the bore family."""
        return _only(calibre.family for calibre in self.calibres)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """One marking that should hold a number: its place in the payload and what was read.

    ``clear``: nothing says that characters are missing or changed.
    """

    path: str
    marking: Marking
    main: bool
    clear: bool
    marks: Marks

    @property
    def text(self) -> str:
        """What the marking says."""
        return self.marking.text_as_marked or self.marking.text_pattern or ""


class Texts(NamedTuple):
    """The words of a firearm that ``Traits`` are read from; several joined by line ends."""

    make: str
    calibre: str
    model: str
    type_code: str | None


def numbered_markings(firearm: Firearm | FirearmDescription) -> tuple[Mark, ...]:
    """The markings of ``firearm`` and its components that may hold a number, read."""
    doubted = firearm.serial_status_code in _UNCLEAR_SERIALS
    found: list[Mark] = []
    for path, marking, main in _markings(firearm):
        marks = _marks(marking)
        clear = marking.legibility_code not in _UNCLEAR and not (main and doubted)
        clear = clear and marks.status is None  # "SAT45512, partly filed"
        found.append(Mark(path=path, marking=marking, main=main, clear=clear, marks=marks))
    return tuple(found)


def serials_of(marks: tuple[Mark, ...]) -> tuple[Serial, ...]:
    """The keys of ``marks``, each once, the weapon's own serial first."""
    if len(marks) == 1 and len(marks[0].marks.keys) == 1:  # nearly every weapon
        (mark,) = marks
        return (Serial(mark.marks.keys[0], mark.main, mark.clear),)
    found: dict[tuple[str, str], Serial] = {}
    for mark in sorted(marks, key=lambda mark: not mark.main):
        for key in mark.marks.keys:
            found.setdefault((key.norm, key.plain), Serial(key, mark.main, mark.clear))
    return tuple(found.values())


def texts_of(firearm: Firearm | FirearmDescription) -> Texts:
    """The words of ``firearm`` that tell its make, calibre, model and type."""
    identified, marked = firearm.model_identified, firearm.model_marked
    model = identified or marked or ""
    if identified and marked and identified != marked:
        model = f"{identified}\n{marked}"
    return Texts(
        "\n".join(dict.fromkeys(_make_texts(firearm))),
        "\n".join(dict.fromkeys(_calibre_texts(firearm))),
        model,
        None if firearm.firearm_type_code is None else firearm.firearm_type_code.value,
    )


@lru_cache(maxsize=4_096)
def read_traits(texts: Texts) -> Traits:
    """``texts`` as the tables of makes and calibres read them."""
    return Traits(
        makes=read_makes(texts.make),
        calibres=read_calibres(texts.calibre, bore_of_type(texts.type_code)),
        type_code=type_of(texts.type_code),
        models=read_models(texts.model),
    )


@lru_cache(maxsize=16_384)
def read_makes(text: str) -> tuple[Make, ...]:
    """The makes that the lines of ``text`` name, each once."""
    makes = (read_make(line) for line in text.splitlines())
    return tuple(dict.fromkeys(make for make in makes if make))


@lru_cache(maxsize=16_384)
def read_calibres(text: str, bore: BoreClass) -> tuple[Calibre, ...]:
    """The calibres that the lines of ``text`` name, each once."""
    calibres = (read_calibre(line, bore) for line in text.splitlines())
    return tuple(dict.fromkeys(calibre for calibre in calibres if calibre))


@lru_cache(maxsize=16_384)
def read_models(text: str) -> tuple[str, ...]:
    """The models in the lines of ``text``, folded as names are compared, each once."""
    return tuple(dict.fromkeys(filter(None, map(fold_words, text.splitlines()))))


def type_of(code: str | None) -> FirearmTypeCode | None:
    """The type with this ``code``; None where none is given."""
    return _TYPES[code] if code else None


def bore_of_type(code: str | None) -> BoreClass:
    """``bore_class`` of the type with this ``code``."""
    return _BORES[code or None]


def bore_class(type_code: FirearmTypeCode | None) -> BoreClass:
    """Whether "12" and "32" are gauges for a weapon of this type (2-standard 2.5.1 CA)."""
    if type_code is None or type_code in _EITHER_BORE:
        return BoreClass.ANY
    if type_code in _SMOOTH:
        return BoreClass.SMOOTH
    return BoreClass.MACHINE if type_code in _MACHINE else BoreClass.RIFLED


_BORES: dict[str | None, BoreClass] = {
    None: bore_class(None),
    **{code.value: bore_class(code) for code in FirearmTypeCode},
}


def _only(numbers: Iterable[int]) -> int:
    """The number that all of them are; 0, which contradicts none, where there are several."""
    found = set(numbers)
    return found.pop() if len(found) == 1 else 0


def _markings(firearm: Firearm | FirearmDescription) -> Iterator[tuple[str, Marking, bool]]:
    for number, marking in enumerate(firearm.marking, start=1):
        if marking.kind_code in _MAIN_KINDS or marking.kind_code in _OTHER_KINDS:
            yield f"Firearm/Marking[{number}]", marking, marking.kind_code in _MAIN_KINDS
    for place, component in enumerate(firearm.component, start=1):
        for number, marking in enumerate(component.marking, start=1):
            if marking.kind_code in _MAIN_KINDS or marking.kind_code in _OTHER_KINDS:
                yield f"Firearm/Component[{place}]/Marking[{number}]", marking, False


def _marks(marking: Marking) -> Marks:
    text = marking.text_as_marked or marking.text_pattern or ""
    return read_serial(text, stated=[other.value for other in marking.transliterated_text])


def _make_texts(firearm: Firearm | FirearmDescription) -> Iterator[str]:
    for make in (firearm.make_identified, firearm.make_marked):
        if make is None:
            continue
        code = make.make_code
        if code is not None and code.scheme is MakeSchemeCode.NCIC:
            known = read_make(code.value, "NCIC")
            if known is not None and known.code is not None:
                yield known.code
        yield make.make_text


def _calibre_texts(firearm: Firearm | FirearmDescription) -> Iterator[str]:
    for calibre in firearm.calibre:
        coded = read_calibre(calibre.calibre_code) if calibre.calibre_code else None
        known = coded is not None and bool(coded.cartridges)
        yield calibre.calibre_code if known and calibre.calibre_code else calibre.calibre_text


for _kept in (read_traits, read_makes, read_calibres, read_models):
    reference.forgets(_kept.cache_clear)
