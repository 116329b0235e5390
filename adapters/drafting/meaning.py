"""Guesses what a column means from its name, in several languages, and from what its cells hold.

It proposes; the code tables of the adapters that are here lend it their words.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path

from rapidfuzz import fuzz, process

from adapters.engine.codes import folded
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
_LIKE = 84  # rapidfuzz ratio of the folded names
_FORMS = ("%Y-%m-%d", "%d.%m.%Y", "%d/%m/%Y", "%m/%d/%Y", "%d-%m-%Y", "%Y/%m/%d", "%Y%m%d")
_SERIAL = re.compile(r"(?=.*[0-9])[A-Z0-9 ./-]{3,20}", re.IGNORECASE)
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
    return [form for form in _FORMS if cells and all(_has_form(cell, form) for cell in cells)]


def most_have(cells: Sequence[str]) -> str | None:
    """The form that most of ``cells`` have, or None where hardly any has one."""
    counted = {form: sum(_has_form(cell, form) for cell in cells) for form in _FORMS}
    best = max(_FORMS, key=lambda form: counted[form])
    return best if cells and counted[best] * 2 > len(cells) else None


def _has_form(cell: str, form: str) -> bool:
    try:
        found = datetime.strptime(cell, form)  # noqa: DTZ007 - a day, looked at and thrown away
    except ValueError:
        return False
    return found.strftime(form) == cell


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
        lines = list(csv.reader(table.read_text(encoding="utf-8").splitlines()))[1:]
        pairs = [(line[0], line[1]) for line in lines if len(line) > 1]
        if pairs and all(value in standard for _, value in pairs):
            for local, value in pairs:
                words.setdefault(folded(local), value)
    words.update({folded(value.replace("_", " ")): value for value in standard})
    return words
