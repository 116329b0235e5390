"""A registry of invented weapons, the same for the same seed, and a fast way to load it.

Serials come in runs of letters and digits by maker, as real ones do, so that many weapons share
one (6-registry 6.6); formats are plausible, not verified maker by maker. It measures nothing.
"""

# ruff: noqa: S311 - numbers that can be drawn again are wanted, not secret ones

from __future__ import annotations

from bisect import bisect
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from itertools import accumulate
from random import Random
from typing import NamedTuple

from gateway.frame import Frame
from gateway.ids import IdSource, record_id
from gateway.payload import (
    ActionRequestedCode,
    Calibre,
    ContactPoint,
    CountryCode,
    Firearm,
    FirearmRecord,
    FirearmRecordSubmit,
    FirearmTypeCode,
    HandlingCode,
    LegibilityCode,
    Make,
    Marking,
    MarkingKindCode,
    MessageTypeCode,
    PurposeCode,
    RecordStatusCode,
    RecordTypeCode,
    SerialStatusCode,
)

CHUNK = 10_000  # records drawn from one random stream, so that a sample needs not draw them all
NOW = datetime(2024, 1, 15, 8, tzinfo=UTC)
_OWNERS = 196
_SMALL_MAKERS = 360
_CALIBRES = (
    *("9 mm", "9x19", ".40 S&W", ".45 ACP", ".380 ACP", ".22 LR", ".38 Special", ".357 Magnum"),
    *(".32 ACP", ".25 ACP", "7.62x25", "9x18", ".44 Magnum", "10 mm Auto", ".38", "5.7x28"),
    *("7.62x39", "5.56x45", ".223 Rem", ".308 Win", "7.62x54R", ".30-06", ".270 Win", "8x57"),
    *("12 GA", "20 GA", "16 GA", ".410", ".303 British", ".30-30"),
)
_TYPES = (
    (FirearmTypeCode.PISTOL, 16),
    (FirearmTypeCode.RIFLE, 24),
    (FirearmTypeCode.SHOTGUN, 28),
)
_NAMED = (
    ("Glock", 9, "LLLDDD .62 LLLLDDD .22 LLDDDUS .10 LLDDDD .06"),
    ("Smith & Wesson", 8, "LLLDDDD .55 LDDDDD .15 LDDDDDD .10 DDDDDD .12 LLDDDD .08"),
    ("Taurus", 6, "LLLDDDDDD .4 LLDDDDD .35 LDDDDDD .25"),
    ("Ruger", 6, "DDDDDDDD .7 DDDDDDD .2 LDDDDDDD .1"),
    ("Beretta", 6, "LDDDDDL .3 LDDDDDDL .3 LLDDDDDL .2 PXDDDDD .1 BERDDDDDDL .1"),
    ("Colt", 4, "DDDLLDDDDD .2 LDDDDDD .5 DDDDDL .3"),
    ("Springfield Armory", 3, "LLDDDDDD .6 LDDDDDD .4"),
    ("SIG Sauer", 4, "LDDDDDD .4 DDLDDDDDD .4 LLLDDDDDD .2"),
    ("Walther", 2, "LLDDDD .5 DDDDDDL .5"),
    ("Norinco", 2, "T1102DDLLDDDDD .5 DDDDDDD .5"),
    ("Heckler & Koch", 3, "DDDDDDDDD .5 DDDLLDDDDD .5"),
    ("CZ", 3, "LDDDDD .5 DDDDDL .3 LLDDDDD .2"),
    ("FN Herstal", 2, "DDDDDDDDDDD .4 LLDDDDDDD .6"),
    ("Zastava", 2, "DDDDDD .7 LDDDDDD .3"),
    ("Remington", 3, "LLDDDDDDL .4 LDDDDDDL .6"),
    ("Mossberg", 3, "LLDDDDDDD .3 LDDDDDD .7"),
    ("Winchester", 2, "LDDDDDDD .5 DDDDDDD .5"),
    ("Browning", 2, "DDDLLDDDDD .6 DDDLDDDDD .4"),
    ("Izhmash", 2, "DDDDDDDD .5 HDDDDDDDD .5"),
    ("Star", 1, "DDDDDDD .6 LDDDDDD .4"),
    ("Astra", 1, "DDDDDDD .5 LDDDDL .5"),
    ("Llama", 1, "DDDDDD .6 BDDDDDD .4"),
    ("Rossi", 2, "LDDDDDD .6 LLDDDDDD .4"),
    ("Bersa", 1, "DDDDDD .7 LDDDDD .3"),
)
_OTHERS = (
    *("Kel-Tec", "Hi-Point", "SCCY", "Canik", "Kimber", "Savage", "Marlin", "Jimenez", "Lorcin"),
    *("Bryco", "Raven", "Charter Arms", "Steyr", "Tanfoglio", "Benelli", "Franchi", "Imbel"),
    *("CBC", "Mauser", "Sarsilmaz", "Girsan"),
)
_UNNAMED = (
    ("UNKNOWN", 4, "DDD .1 DDDD .2 DDDDD .3 DDDDDD .4"),
    *((name, 1, "LLDDDD .4 DDDDDD .4 LDDDDD .2") for name in _OTHERS),
)
_GENERIC = (
    *("DDDDDD", "LDDDDD", "LLDDDD", "DDDDDDD", "LDDDDDD", "LLDDDDD", "LLLDDDD", "DDDDDDDD"),
    *("DDDDD", "DDDDDL", "LDDDDL", "DDLDDDDD", "LLLDDDDD", "DDDD", "LDDDDDDD", "LLDDDDDD"),
)


class Weapon(NamedTuple):
    """One invented record; ``number`` is its national number."""

    number: str
    owner: str
    make: str
    calibre: str
    type_code: str
    serial: str
    event_date: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Format:
    """A template whose letters run in a window and whose digits run from 1."""

    template: str
    letters: tuple[int, int]
    most: int
    digits: int

    def draw(self, random: Random) -> str:
        low, width = self.letters
        letters = _letters(low + int(random.random() * width), self.template.count("L"))
        number = f"{1 + int(random.random() * self.most):0{self.digits}d}"
        taken, filled, out = 0, 0, []
        for symbol in self.template:
            if symbol == "L":
                out.append(letters[taken])
                taken += 1
            elif symbol == "D":
                out.append(number[filled])
                filled += 1
            else:
                out.append(symbol)
        return "".join(out)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Maker:
    name: str
    formats: tuple[_Format, ...]
    shares: tuple[float, ...]
    calibres: tuple[float, ...]


def weapons(count: int, seed: int, owners: Sequence[str] = ()) -> Iterator[Weapon]:
    """The first ``count`` weapons of the registry ``seed``, filed by ``owners`` (a Zipf share)."""
    for chunk in range((count + CHUNK - 1) // CHUNK):
        yield from chunk_of(chunk, min(CHUNK, count - chunk * CHUNK), seed, owners)


def chunk_of(chunk: int, count: int, seed: int, owners: Sequence[str] = ()) -> Iterator[Weapon]:
    """The first ``count`` weapons of one chunk, without drawing the chunks before it."""
    owners = owners or default_owners()
    makers, weights = _makers()
    ranks = tuple(accumulate((rank + 1) ** -0.8 for rank in range(len(owners))))
    random = Random(f"{seed}:{chunk}")
    for number in range(count):
        maker = makers[bisect(weights, random.random() * weights[-1])]
        shares = maker.shares
        form = maker.formats[min(bisect(shares, random.random() * shares[-1]), len(shares) - 1)]
        calibre = bisect(maker.calibres, random.random() * maker.calibres[-1])
        calibre = min(calibre, len(_CALIBRES) - 1)
        yield Weapon(
            f"{seed}-{chunk * CHUNK + number}",
            owners[bisect(ranks, random.random() * ranks[-1])],
            maker.name,
            _CALIBRES[calibre],
            next((t for t, below in _TYPES if calibre < below), FirearmTypeCode.RIFLE).value,
            form.draw(random),
            f"20{10 + int(random.random() * 14):02}-{1 + int(random.random() * 12):02}",
        )


def default_owners() -> tuple[str, ...]:
    """The central bureaus of 196 countries."""
    codes = [code.value for code in CountryCode if code.value not in {"XXX", "XPO"}]
    return tuple(f"{code}-NCB" for code in codes[:_OWNERS])


def record_of(weapon: Weapon) -> FirearmRecordSubmit:
    """The weapon as its owner would file it."""
    frame = Frame(
        party=weapon.owner,
        country=weapon.owner[:3],
        system_id="synthetic",
        now=NOW,
        ids=IdSource(now=lambda: NOW, random=Random(0).randbytes),
        pseudonym="loader",
        contact=ContactPoint(
            contact_name=f"Duty office of {weapon.owner}", available_always_indicator=True
        ),
        test=True,
    )
    record = FirearmRecord(
        record_id=record_id(weapon.owner, weapon.number),
        national_record_id=weapon.number,
        owner_agency_id=weapon.owner,
        version=1,
        record_type_code=RecordTypeCode.STOLEN,
        status_code=RecordStatusCode.ACTIVE,
        firearm=Firearm(
            firearm_type_code=FirearmTypeCode(weapon.type_code),
            make_identified=Make(make_text=weapon.make),
            calibre=(Calibre(calibre_text=weapon.calibre),),
            serial_status_code=SerialStatusCode.PRESENT,
            marking=(
                Marking(
                    kind_code=MarkingKindCode.SERIAL,
                    legibility_code=LegibilityCode.LEGIBLE,
                    text_as_marked=weapon.serial,
                ),
            ),
        ),
        event_date=weapon.event_date,
        action_requested_code=ActionRequestedCode.SEIZE,
        contact_point=(frame.contact,),
        entered_timestamp=NOW,
        review_date=date(2029, 1, 15),
        handling_code=(HandlingCode.H0,),
    )
    context = frame.context(MessageTypeCode.REC_SUBMIT, purpose=PurposeCode.ALERT)
    return FirearmRecordSubmit(context=context, firearm_record=record)


def _letters(number: int, count: int) -> str:
    out = []
    for _ in range(count):
        number, letter = divmod(number, 26)
        out.append(chr(65 + letter))
    return "".join(reversed(out))


@cache
def _makers() -> tuple[tuple[_Maker, ...], tuple[float, ...]]:
    random = Random("families:99")
    makers: list[_Maker] = []
    weights: list[float] = []
    for name, weight, forms in (*_NAMED, *_UNNAMED):
        words = forms.split()
        makers.append(_maker(name, words[::2], [float(share) for share in words[1::2]], random))
        weights.append(float(weight))
    for number in range(_SMALL_MAKERS):
        forms_of = random.sample(_GENERIC, random.randint(1, 3))
        shares = [random.gammavariate(1, 1) for _ in forms_of]
        makers.append(_maker(f"Armeria {_letters(number, 2)}", forms_of, shares, random))
        weights.append(18 / (number + 6) ** 0.9)
    return tuple(makers), tuple(accumulate(weights))


def _maker(name: str, templates: Sequence[str], shares: Sequence[float], random: Random) -> _Maker:
    # Dirichlet(0.15): a maker has one or two usual calibres.
    calibres = [random.gammavariate(0.15, 1) for _ in _CALIBRES]
    return _Maker(
        name=name,
        formats=tuple(_format(template, random) for template in templates),
        shares=tuple(accumulate(shares)),
        calibres=tuple(accumulate(calibres)),
    )


def _format(template: str, random: Random) -> _Format:
    space = 26 ** template.count("L")
    width = max(1, int(space * random.uniform(0.15, 0.60)))
    digits = template.count("D")
    return _Format(
        template=template,
        letters=(random.randrange(space - width + 1), width),
        most=max(1, int((10**digits - 1) * random.uniform(0.45, 1.0))),
        digits=digits,
    )
