"""Guesses what a column means from its name, in several languages, and from what its cells hold.

It proposes; the code tables of the adapters that are here lend it their words.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from rapidfuzz import fuzz, process

from adapters.drafting.words import words_for
from adapters.engine.codes import folded
from adapters.engine.steps import Materials, NotFitting, Step, find_step
from gateway.payload import FirearmTypeCode, RecordTypeCode

_WORDS: dict[str, tuple[str, ...]] = {
    "NationalRecordId": (
        "file", "file no", "file number", "case", "case no", "case number", "record id",
        "record no",
        "reference", "ref", "id", "dossier", "n dossier", "no dossier", "numero dossier",
        "expediente", "processo", "numero de processo", "aktenzeichen", "az", "zaaknummer",
        "pratica", "oca", "incident number", "ocorrencia", "numero ocorrencia", "id no", "sagsnr",
        "رقم البلاغ", "رقم القضية",
        "crime ref", "crime reference", "n pv", "no pv", "numero pv", "n pratica", "numer sprawy",
        "dosya no", "esas no", "номер дела", "номер уд", "spisova znacka", "diarienummer",
    ),
    "RecordTypeCode": (
        "fact", "nature", "nature des faits", "offence", "status", "record type", "reason",
        "hecho", "situacao", "situacion", "estado", "tatbestand", "delikt", "feit", "reato",
        "lost stolen", "tipo ocorrencia", "event type", "الواقعة",
        "offense", "fait", "event", "evento", "suceso", "zdarzenie", "olay", "событие", "händelse",
    ),
    "EventDate": (
        "date", "day", "event date", "date of theft", "theft date", "date stolen", "date of loss",
        "incident date", "date vol", "date des faits", "fecha", "fecha robo", "data",
        "data do fato",
        "datum", "tatdatum", "tatzeit", "data furto", "dot", "تاريخ", "التاريخ",
        "date reported", "fecha del hecho", "data zdarzenia", "tarih", "olay tarihi", "дата",
        "дата события",
    ),
    "Firearm/FirearmTypeCode": (
        "kind", "type", "weapon type", "firearm type", "gun type", "type d arme", "type arme",
        "tipo", "tipo de arma", "tipo arma", "especie", "waffenart", "art", "soort", "typ",
        "category",
        "النوع", "نوع السلاح",
        "weapon", "gun", "arme", "arma", "waffe", "wapen", "rodzaj broni", "typ broni",
        "silah turu", "silah cinsi", "вид оружия", "тип оружия", "vapentyp",
    ),
    "Firearm/MakeIdentified/MakeText": (
        "maker", "make", "manufacturer", "brand", "marque", "fabricant", "marca", "fabricante",
        "hersteller", "merk", "fabrikant", "mak", "manufacturer name", "الصانع",
        "الماركة", "marka", "producent", "üretici", "марка", "производитель", "výrobce",
    ),
    "Firearm/ModelIdentified": (
        "model", "modele", "modelo", "modell", "modello", "mod", "الطراز", "модель",
    ),
    "Firearm/Calibre[1]/CalibreText": (
        "calibre", "caliber", "cal", "kaliber", "calibro", "gauge", "firearm caliber", "العيار",
        "bore", "çap", "калибр", "ráže",
    ),
    "Firearm/BarrelLengthMeasure": (
        "barrel", "barrel length", "barrel length mm", "canon", "canon cm", "longueur du canon",
        "cano", "cano pol", "comprimento do cano", "longitud del canon", "cañon", "lauflange",
        "lauflange mm", "lauflange cm", "looplengte", "canna", "lunghezza canna", "длина ствола",
        "namlu", "طول الماسورة",
    ),
    "Firearm/Marking[serial]/TextAsMarked": (
        "serial", "serial no", "serial number", "number", "n de serie", "no serie",
        "numero de serie",
        "numero serie", "seriennummer", "waffennummer", "serienummer", "matricola", "ser",
        "firearm serial", "matricule", "الرقم التسلسلي",
        "serial nbr", "numer fabryczny", "numer seryjny", "numer broni", "seri no",
        "seri numarasi", "серийный номер", "номер оружия", "заводской номер", "výrobní číslo",
        "tillverkningsnummer",
    ),
}  # fmt: skip
# Names that say little: a column whose name says more comes first.
_VAGUE = frozenset({"category", "type", "number", "id", "art", "typ", "tipo", "event", "status"})
_VAGUE_MOST = 90
_CODES_LIKELY = 60  # distinct values of a column of codes
_LIKE = 84  # rapidfuzz ratio of the folded names
_FORMS = ("%Y-%m-%d", "%d.%m.%Y", "%d/%m/%Y", "%m/%d/%Y", "%d-%m-%Y", "%Y/%m/%d", "%Y%m%d")
# Without the zeros before them, as spreadsheets write days; only where no other form does.
_LOOSE_FORMS = ("%-m/%-d/%Y", "%-d/%-m/%Y", "%-d.%-m.%Y", "%-d-%-m-%Y", "%Y-%-m-%-d", "%Y/%-m/%-d")
_CLOCK = re.compile(r"(\S+)[ T][0-9]{1,2}:[0-9]{2}.*")
BEFORE_A_CLOCK = r"extract:^(\S+?)[ T]"
_SERIAL = re.compile(r"(?=.*[0-9])[A-Z0-9 ./-]{3,20}", re.IGNORECASE)
_CALIBRE = re.compile(
    r"\.[0-9]{2,3}\b.*|(?:12|16|20|28|410)"
    r"|[0-9]{1,2}(?:[.,][0-9]{1,2})?(?: ?mm\b.*| ?[xX*\u00d7] ?[0-9]{2}.*)"
)
_CODED = {"RecordTypeCode": RecordTypeCode, "Firearm/FirearmTypeCode": FirearmTypeCode}


@dataclass(frozen=True, slots=True, kw_only=True)
class Guess:
    """A column and the path that it may fill, from 0 (a guess) to 100 (its name says so)."""

    column: int
    path: str
    sure: int


def guess_columns(header: Sequence[str]) -> list[Guess]:
    """The likeliest column of each path, each column at most once, the surest first."""
    rated = [
        Guess(column=at, path=path, sure=sure)
        for at, name in enumerate(header)
        for path, words in _WORDS.items()
        if (sure := _rate(name, words)) >= _LIKE
    ]
    rated.sort(key=lambda guess: -guess.sure)
    taken: set[int] = set()
    filled: set[str] = set()
    chosen = []
    for guess in rated:
        if guess.column not in taken and guess.path not in filled:
            chosen.append(guess)
            taken.add(guess.column)
            filled.add(guess.path)
    return chosen


def _rate(name: str, words: Iterable[str]) -> int:
    plain = re.sub(r"[\W_]+", " ", folded(name)).strip()
    if not plain:
        return 0
    found = max(fuzz.ratio(plain, re.sub(r"[\W_]+", " ", folded(word))) for word in words)
    return int(min(found, _VAGUE_MOST) if plain in _VAGUE else found)


def date_forms(cells: Sequence[str]) -> list[str]:
    """Every form that all of ``cells`` have; more than one means that only their owner knows."""
    strict = [form for form in _FORMS if cells and all(_has_form(cell, form) for cell in cells)]
    return strict or [
        form for form in _LOOSE_FORMS if cells and all(_has_form(cell, form) for cell in cells)
    ]


def without_clock(cells: Sequence[str]) -> list[str] | None:
    """The days of ``cells`` where all of them hold a time of day too, else None."""
    found = [_CLOCK.fullmatch(cell) for cell in cells]
    return [day[1] for day in found if day] if cells and all(found) else None


def most_have(cells: Sequence[str]) -> str | None:
    """The form that most of ``cells`` have, or None where hardly any has one."""
    counted = {
        form: sum(_has_form(cell, form) for cell in cells) for form in (*_FORMS, *_LOOSE_FORMS)
    }
    best = max(counted, key=lambda form: counted[form])
    return best if cells and counted[best] * 2 > len(cells) else None


def _has_form(cell: str, form: str) -> bool:
    try:
        _step(form)(cell)
    except NotFitting:
        return False
    return True


@cache
def _step(form: str) -> Step:
    return find_step(f"date:{form}", Materials(tables={}, patterns={}))


def guess_by_cells(columns: Sequence[Sequence[str]]) -> list[Guess]:
    """What the columns of a file without a header are likely to be, by their cells alone."""
    tests: dict[str, Callable[[Sequence[str]], bool]] = {
        "EventDate": lambda cells: bool(date_forms(cells) or without_clock(cells)),
        "RecordTypeCode": lambda cells: _mostly_known("RecordTypeCode", cells),
        "Firearm/FirearmTypeCode": lambda cells: _mostly_known("Firearm/FirearmTypeCode", cells),
        "Firearm/Calibre[1]/CalibreText": lambda cells: _most(_CALIBRE, cells),
        "Firearm/MakeIdentified/MakeText": _mostly_makes,
        "NationalRecordId": lambda cells: len(set(cells)) == len(cells) and "/" in "".join(cells),
        "Firearm/Marking[serial]/TextAsMarked": looks_like_serials,
    }
    chosen: dict[int, Guess] = {}
    for path, fits in tests.items():
        for at, cells in enumerate(columns):
            if at not in chosen and cells and fits(cells):
                chosen[at] = Guess(column=at, path=path, sure=50)
                break
    return list(chosen.values())


def _mostly_known(path: str, cells: Sequence[str]) -> bool:
    values = set(cells)
    return len(values) < _CODES_LIKELY and len(guess_codes(path, values)) * 2 >= len(values)


def _mostly_makes(cells: Sequence[str]) -> bool:
    return sum(folded(cell) in _known_makes() for cell in cells) * 2 >= len(cells)


@cache
def _known_makes() -> frozenset[str]:
    """Every make that the adapters' tables name, locally or as the standard does."""
    tables = Path(__file__).parent.parent.glob("*/codes/ma[kr]*.csv")
    lines = [line for table in tables for line in _lines_of(table)]
    return frozenset(folded(word) for line in lines for word in line[:2])


def _lines_of(table: Path) -> list[list[str]]:
    return list(csv.reader(table.read_text(encoding="utf-8").splitlines()))[1:]


def _most(grammar: re.Pattern[str], cells: Sequence[str]) -> bool:
    return sum(grammar.fullmatch(cell) is not None for cell in cells) * 2 > len(cells)


def looks_like_serials(cells: Sequence[str]) -> bool:
    """Whether most cells look like serial numbers and hardly two are alike."""
    fitting = sum(_SERIAL.fullmatch(cell) is not None for cell in cells)
    return len(cells) > 1 and fitting * 2 > len(cells) and len(set(cells)) * 2 > len(cells)


def guess_codes(path: str, values: Iterable[str]) -> dict[str, tuple[str, int]]:
    """For local values the likely standard value, with how sure it is; the rest are left out."""
    words = _known_words(path)
    guessed = {}
    for value in values:
        found = process.extractOne(folded(value), list(words), scorer=fuzz.ratio, score_cutoff=80)
        if found is not None:
            guessed[value] = (words[found[0]], int(found[1]))
    return guessed


@cache
def _known_words(path: str) -> dict[str, str]:
    """Words of the standard's list and of every adapter's tables that fill it."""
    kind = _CODED[path]
    standard = {member.value for member in kind}
    words: dict[str, str] = {}
    tables = sorted(Path(__file__).parent.parent.glob("*/codes/*.csv"))
    for table in tables:
        pairs = [(line[0], line[1]) for line in _lines_of(table) if len(line) > 1]
        if pairs and all(value in standard for _, value in pairs):
            for local, value in pairs:
                words.setdefault(folded(local), value)
    for word, value in words_for("fact" if kind is RecordTypeCode else "kind").items():
        words.setdefault(word, value)
    words.update({folded(value.replace("_", " ")): value for value in standard})
    return words
