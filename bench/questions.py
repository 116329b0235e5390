"""Readings of invented weapons as officers would type them, with the errors that people make.

The classes and shares are those of the registry's error model (6-registry 6.7), the first part:
format, leading zeros and look-alikes. It asks nobody.
"""

# ruff: noqa: S311 - numbers that can be drawn again are wanted, not secret ones

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from random import Random

from bench.synthetic import CHUNK, Weapon, chunk_of, weapons
from gateway.payload import (
    Calibre,
    FirearmDescription,
    FirearmTypeCode,
    LegibilityCode,
    Make,
    Marking,
    MarkingKindCode,
)
from gateway.registry.skeleton import LOOK_ALIKES

SHORTEST = 5  # the error model draws serials of at least five characters
_ALIKE = {symbol: cls.replace(symbol, "") for cls in LOOK_ALIKES for symbol in cls}


class Flaw(StrEnum):
    """What is wrong with a reading."""

    FORMAT = "format"  # case, separators, a leading zero more or less
    LOOK_ALIKE = "look-alike"  # one character read as one that looks like it
    UNREGISTERED = "unregistered"  # a weapon that nobody filed


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A reading and the weapon it was made of."""

    flaw: Flaw
    weapon: Weapon
    description: FirearmDescription


def questions(count: int, records: int, *, seed: int, other: int) -> Iterator[Question]:
    """Readings of the registry ``seed`` of ``records`` weapons and of strangers of ``other``."""
    random = Random(f"questions:{seed}")
    chunks = max(1, records // CHUNK)
    picked = [random.randrange(chunks) for _ in range(min(chunks, 20))]
    known = [w for chunk in picked for w in chunk_of(chunk, min(CHUNK, records), seed)]
    strangers = list(weapons(CHUNK, other))
    for _ in range(count):
        draw = random.random()
        if draw < 0.5:
            yield _question(Flaw.FORMAT, known, random)
        elif draw < 0.7:
            yield _question(Flaw.LOOK_ALIKE, known, random)
        else:
            yield _question(Flaw.UNREGISTERED, strangers, random)


def _question(flaw: Flaw, source: list[Weapon], random: Random) -> Question:
    while True:
        weapon = random.choice(source)
        text = weapon.serial
        if len(text) < SHORTEST:
            continue
        if flaw is not Flaw.LOOK_ALIKE:
            text = _formatted(text, random)
            break
        places = [place for place, symbol in enumerate(text) if symbol in _ALIKE]
        if places:
            place = random.choice(places)
            text = text[:place] + random.choice(_ALIKE[text[place]]) + text[place + 1 :]
            break
    return Question(flaw=flaw, weapon=weapon, description=_described(weapon, text, random))


def _formatted(text: str, random: Random) -> str:
    if random.random() < 0.15:
        text = text[1:] if text[0] == "0" else f"0{text}" if text[0].isdigit() else text
    if random.random() < 0.5:
        borders = [
            place
            for place in range(1, len(text))
            if text[place - 1].isalpha() != text[place].isalpha()
        ]
        if borders:
            place = random.choice(borders)
            text = text[:place] + random.choice("- ./") + text[place:]
    return text.lower() if random.random() < 0.25 else text


def _described(weapon: Weapon, text: str, random: Random) -> FirearmDescription:
    make = weapon.make if random.random() < 0.94 else "Webley"
    calibre = weapon.calibre if random.random() < 0.95 else "4.6x30"
    return FirearmDescription(
        firearm_type_code=FirearmTypeCode(weapon.type_code) if random.random() < 0.8 else None,
        make_identified=Make(make_text=make) if random.random() < 0.9 else None,
        calibre=(Calibre(calibre_text=calibre),) if random.random() < 0.85 else (),
        marking=(
            Marking(
                kind_code=MarkingKindCode.SERIAL,
                legibility_code=LegibilityCode.LEGIBLE,
                text_as_marked=text,
            ),
        ),
    )
