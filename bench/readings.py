"""Readings of invented weapons with the errors that people make, in the shares of an operation.

The error model of 6-registry 6.7, whole: each flaw by itself and the mix. A serial is drawn with at
least five characters, and of one that loses an affix at least four must stay, or nobody could say
which weapon was meant. It asks nobody.
"""

# ruff: noqa: S311 - numbers that can be drawn again are wanted, not secret ones

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from random import Random

from bench.synthetic import CHUNK, Weapon, chunk_of, weapons
from gateway.payload import Calibre, FirearmDescription, LegibilityCode, Make, Marking
from gateway.payload import MarkingKindCode as Kind
from gateway.registry.skeleton import LOOK_ALIKES

SHORTEST = 5
LEAST_LEFT = 4


class Flaw(StrEnum):
    """What is wrong with a reading (6-registry 6.7)."""

    FORMAT = "F"  # case, separators, a leading zero, letters of another script
    LOOK_ALIKE = "K1"
    TWO_LOOK_ALIKES = "K2"
    REPLACED = "S1"
    EXCHANGED = "T1"
    LOST = "D1"
    ADDED = "I1"
    TWO_EDITS = "E2"
    ONE_UNKNOWN = "Q1"
    TWO_UNKNOWN = "Q2"
    THREE_UNKNOWN = "Q3"
    RUN = "QR"  # two to four unknown as a star
    AFFIX = "P"


SHARES = {
    Flaw.FORMAT: 0.70,
    Flaw.LOOK_ALIKE: 0.10,
    Flaw.TWO_LOOK_ALIKES: 0.015,
    Flaw.REPLACED: 0.04,
    Flaw.EXCHANGED: 0.02,
    Flaw.LOST: 0.025,
    Flaw.ADDED: 0.015,
    Flaw.TWO_EDITS: 0.01,
    Flaw.ONE_UNKNOWN: 0.03,
    Flaw.TWO_UNKNOWN: 0.01,
    Flaw.THREE_UNKNOWN: 0.005,
    Flaw.RUN: 0.01,
    Flaw.AFFIX: 0.02,
}
_PAIRS = (
    *("38", "17", "4A", "08", "56", "35", "68", "94", "90", "EF", "MN", "VY", "PR", "CG", "7T"),
    *("7Z", "YX", "HN", "KX", "PB", "RB", "DB", "WV", "CO", "13"),
)
_NEAR: dict[str, str] = {}
for _a, _b in _PAIRS:
    _NEAR[_a] = _NEAR.get(_a, "") + _b
    _NEAR[_b] = _NEAR.get(_b, "") + _a
_ALIKE = {symbol: cls.replace(symbol, "") for cls in LOOK_ALIKES for symbol in cls}
_DIGITS, _LETTERS = "0123456789", "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_CYRILLIC = dict(zip("ABEKMHOPCTX", "АВЕКМНОРСТХ", strict=True))  # noqa: RUF001 - homoglyphs are meant
_FOREIGN = ("CAT", "MOD", "NR", "P", "X", "AB")
_MODELS = ("T1102", "PX", "BER", "B", "H")


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """A reading and the weapon it was made of; ``known`` tells whether that one is registered."""

    flaw: Flaw
    known: bool
    weapon: Weapon
    text: str
    description: FirearmDescription


def mix(count: int, records: int, *, seed: int, drawn: int | None = None) -> Iterator[Read]:
    """Readings of weapons of the registry ``seed``, flawed as in operation.

    ``drawn`` is the seed of the readings, that of the registry unless given.
    """
    random, known = _drawn(f"mix:{seed if drawn is None else drawn}", records, seed)
    flaws, shares = list(SHARES), list(SHARES.values())
    for _ in range(count):
        yield _read(random.choices(flaws, shares)[0], known, True, random)


def of_class(
    flaw: Flaw, count: int, records: int, *, seed: int, drawn: int | None = None
) -> Iterator[Read]:
    """The same, all with one flaw."""
    random, known = _drawn(f"{flaw}:{seed if drawn is None else drawn}", records, seed)
    for _ in range(count):
        yield _read(flaw, known, True, random)


def strangers(count: int, *, seed: int) -> Iterator[Read]:
    """Readings of weapons that nobody filed, written cleanly."""
    random = Random(f"strangers:{seed}")
    unknown = list(weapons(CHUNK, seed))
    for _ in range(count):
        yield _read(Flaw.FORMAT, unknown, False, random)


def _drawn(name: str, records: int, seed: int) -> tuple[Random, list[Weapon]]:
    random = Random(name)
    chunks = max(1, records // CHUNK)
    picked = {random.randrange(chunks) for _ in range(min(chunks, 20))}
    return random, [
        weapon for chunk in sorted(picked) for weapon in chunk_of(chunk, min(CHUNK, records), seed)
    ]


def _read(flaw: Flaw, source: list[Weapon], known: bool, random: Random) -> Read:
    while True:
        weapon = random.choice(source)
        if len(weapon.serial) < SHORTEST:
            continue
        text = _flawed(flaw, weapon.serial, random)
        if text is not None:
            return Read(
                flaw=flaw,
                known=known,
                weapon=weapon,
                text=text,
                description=_described(weapon, text, random),
            )


def _flawed(flaw: Flaw, text: str, random: Random) -> str | None:  # noqa: PLR0911 - the table of flaws
    match flaw:
        case Flaw.FORMAT:
            return _formatted(text, random)
        case Flaw.LOOK_ALIKE:
            return _look_alikes(text, 1, random)
        case Flaw.TWO_LOOK_ALIKES:
            return _look_alikes(text, 2, random)
        case Flaw.TWO_EDITS:
            once = _edited(random.choice(_EDITS), text, random)
            return None if once is None else _edited(random.choice(_EDITS), once, random)
        case Flaw.ONE_UNKNOWN | Flaw.TWO_UNKNOWN | Flaw.THREE_UNKNOWN:
            return _unknown(text, int(flaw[1]), random)
        case Flaw.RUN:
            return _starred(text, random)
        case Flaw.AFFIX:
            return _affix(text, random)
        case _:
            return _edited(flaw, text, random)


_EDITS = (Flaw.REPLACED, Flaw.EXCHANGED, Flaw.LOST, Flaw.ADDED)


def _edited(flaw: Flaw, text: str, random: Random) -> str | None:
    place = random.randrange(len(text))
    match flaw:
        case Flaw.REPLACED:
            same = random.random() < 0.8
            kind = _DIGITS if text[place].isdigit() is same else _LETTERS
            return text[:place] + random.choice(kind.replace(text[place], "")) + text[place + 1 :]
        case Flaw.EXCHANGED:
            places = [p for p in range(len(text) - 1) if text[p] != text[p + 1]]
            if not places:
                return None
            place = random.choice(places)
            return text[:place] + text[place + 1] + text[place] + text[place + 2 :]
        case Flaw.LOST:
            return text[:place] + text[place + 1 :]
        case _:
            added = text[place] if random.random() < 0.6 else random.choice(_DIGITS + _LETTERS)
            return text[:place] + added + text[place:]


def _look_alikes(text: str, count: int, random: Random) -> str | None:
    places = list(range(len(text)))
    random.shuffle(places)
    symbols = list(text)
    for place in places:
        table = _ALIKE if random.random() < 0.85 else _NEAR
        if count and (others := table.get(text[place])):
            symbols[place] = random.choice(others)
            count -= 1
    return None if count else "".join(symbols)


def _unknown(text: str, count: int, random: Random) -> str:
    places = set(random.sample(range(len(text)), count))
    return "".join("?" if place in places else symbol for place, symbol in enumerate(text))


def _starred(text: str, random: Random) -> str | None:
    run = random.randint(2, 4)
    left = len(text) - run
    if left < LEAST_LEFT:
        return None
    draw = random.random()
    place = 0 if draw < 0.4 else left if draw < 0.8 else random.randint(1, left - 1)
    return text[:place] + "*" + text[place + run :]


def _affix(text: str, random: Random) -> str | None:
    """Letters or a model code lost before or behind, or a foreign beginning."""
    if random.random() < 0.4:
        return random.choice(_FOREIGN) + random.choice(("", "-", " ")) + text
    model = next((m for m in _MODELS if text.startswith(m)), "")
    head = model or (re.match(r"[A-Z]*", text) or [""])[0]
    tail = (re.search(r"[A-Z]*$", text) or [""])[0]
    parts = (text[len(head) :] if head else "", text[: -len(tail) or None])
    left = [part for part in parts if LEAST_LEFT <= len(part) < len(text)]
    return random.choice(left) if left else None


def _formatted(text: str, random: Random) -> str:
    if random.random() < 0.15:
        text = text[1:] if text[0] == "0" else f"0{text}"
    if random.random() < 0.5:
        borders = [
            place
            for place in range(1, len(text))
            if text[place - 1].isalpha() != text[place].isalpha()
        ]
        if borders:
            place = random.choice(borders)
            text = text[:place] + random.choice("- ./") + text[place:]
    if random.random() < 0.06:
        text = "".join(
            _CYRILLIC[symbol] if symbol in _CYRILLIC and random.random() < 0.7 else symbol
            for symbol in text
        )
    return text.lower() if random.random() < 0.25 else text


def _described(weapon: Weapon, text: str, random: Random) -> FirearmDescription:
    make = weapon.make if random.random() < 0.94 else "Webley"
    calibre = weapon.calibre if random.random() < 0.95 else "4.6x30"
    return FirearmDescription(
        firearm_type_code=None,
        make_identified=Make(make_text=make) if random.random() < 0.9 else None,
        calibre=(Calibre(calibre_text=calibre),) if random.random() < 0.85 else (),
        marking=(
            Marking(
                kind_code=Kind.SERIAL, legibility_code=LegibilityCode.LEGIBLE, text_as_marked=text
            ),
        ),
    )
