"""Turns a serial as marked or typed into the keys it can be found by.

The text itself is never changed: keys stand beside it. It does not compare (see ``matching``) and
does no I/O but the reading of its word tables.
"""

# ruff: noqa: RUF001 - Cyrillic letters are meant

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from functools import lru_cache
from typing import NamedTuple

from gateway.registry import reference
from gateway.registry.placeholders import find_placeholder, is_model
from gateway.registry.scripts import scripts
from gateway.registry.skeleton import (
    KEY_MASK,
    LANE_BITS,
    LANES,
    ZERO_LANE,
    both_keys,
    lanes,
    skeleton,
)

LONGEST = 32  # a longer text is prose: real serials end at 14 symbols (6-registry 6.9)
LEAST_SYMBOLS = 3  # 6-registry 6.3 step 2
LEAST_DIGITS = 2  # the same
PART_SYMBOLS = 4  # a part of "XYZ123 (104-6535)" shorter than this is no number of its own
ADDED_ZEROS = 2  # 6-registry 6.4 tier 1: "strip, then add 0 to 2"


class Reading(IntEnum):
    """How a key came from the text; the number is what the search table stores."""

    DIRECT = 0  # the text is in A-Z and 0-9 but for case, width, accents and separators
    VISUAL = 1  # letters of another script by their shape
    PHONETIC = 2  # by their sound
    STATED = 3  # a transliteration that came with the marking


class Unusable(StrEnum):
    """Why a text gives no key."""

    EMPTY = "EMPTY"
    PLACEHOLDER = "PLACEHOLDER"
    PATTERN = "PATTERN"
    DAMAGED = "DAMAGED"
    TOO_SHORT = "TOO_SHORT"
    TOO_LONG = "TOO_LONG"
    LETTERS_ONLY = "LETTERS_ONLY"
    ONE_SYMBOL = "ONE_SYMBOL"


class Key(NamedTuple):
    """One way to find a serial.

    ``norm`` is A-Z and 0-9; ``plain`` keeps the letters of the original script, so that equality
    of text can be told from equality after a fold. ``sk`` and ``rk`` as in ``skeleton``.
    """

    norm: str
    plain: str
    reading: Reading
    sk: int
    rk: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Marks:
    """What a text gives: keys, or the reason why none; ``status`` if its words suggest one.

    ``partial`` is the key of a recorded serial with unknown characters: its norm keeps ``?`` in
    their places, ``sk`` and ``rk`` are of the others, so that near searches meet it.
    """

    keys: tuple[Key, ...]
    unusable: Unusable | None = None
    status: str | None = None
    partial: Key | None = None


# The numbers are the steps of docs/spec/registry.md, section 2.
_SPREADSHEET = re.compile(r"\d[.,]?\d*E\+\d{1,3}", re.IGNORECASE)
_THOUSANDS = re.compile(r"\d{1,3}(?:,\d{3})+")
_FLOAT = re.compile(r"(\d{4,})[.,]0")
_NUMBER_WORD = (
    r"NUMBER|NUMMER|NUMERO|NÚMERO|NUMÉRO|NUM|NRO|NR|NO|N(?=\s*[.°º])|НОМЕР|ARMA(?=\W)|№|N[°º]"
)
_LABEL_WORD = (
    r"SERIAL|SERIENNUMMER|SERIENNR|SERIENR|SERIE|SÉRIE|SERI|SERNO|SER|S/N|S\.N\.|SN|MATRICOLA"
    r"|MATRICULE|MATRÍCULA|MATRICULA|MATR|WAFFENNUMMER|WAFFENNR|WAFFEN-?\s?NR|FABRIKNUMMER|FABR"
    r"|ЗАВОДСКОЙ|ЗАВ|СЕРИЙНЫЙ|СЕРИЯ|СЕР|الرقم\s+التسلسلي|رقم\s+السلاح|رقم|شماره\s+سریال|شماره"
    r"|מספר|序列号|枪号|编号|製造番号|일련번호|क्रमांक"
    r"|SERIA|BROJ|БРОЈ|ΑΡ(?=\.)|TVORNIČKI|TVORNICKI|SERIJSKI|СЕРИЈСКИ|ФАБРИЧКИ"
    r"|ΑΡΙΘΜ[ΟΌ]Σ|ΑΡΙΘ|ΣΕΙΡΙΑΚ[ΟΌ]Σ|ΣΕΙΡ[ΑΆ]Σ"
    r"|[ΟΌ]ΠΛΟΥ|SILAH|ČÍSLO|CISLO|VÝROBNÍ|VYROBNI|VÝROBNÉ|ZBRANĚ|ZBRANE|FABRYCZNY|SERYJNY|BRONI|NUMER"
    r"|NÚM|NUMERAÇÃO|NUMERACAO|SZÁM|SZAM|GYÁRI|GYARI|VAPENNUMMER|VÅPENNUMMER|WAFFE"
    r"|ОРЪЖИЕТО|ОРЪЖИЕ|ОРУЖИЯ|ОРУЖЈА|ORUŽJA|ORUZJA|HERSTELLER|HERST|FEGYVER|OPLOU|НОМЕРЪ|НОМЕРА"
)
# Too short to be told from a prefix of the number: read with and without it ("br. 123456").
_SHORT_LABEL = re.compile(
    r"(?:(?:TV|SER|FAB|ТВ|СЕР|ФАБ|VÝR|VYR|GY)\.\s*)?(?:BR|БР|Č|SZ|INV|ИНВ)\.\s*(?:[№:]\s*)?(?=.*\d)",
    re.IGNORECASE,
)
# "seria AB nr. 1234": letters of the series, and the number behind a label of its own.
_SERIES_AND_NUMBER = re.compile(
    r"([^\W\d_]{1,4})[\s-]+(?:NR|NO|N[°º]|НОМЕР|BR|БР)[.:\s]+(\d{3,})", re.IGNORECASE
)
_MODEL_BEHIND = re.compile(
    r"\s+(?:MOD|MODEL|MODELL|MODELO|MODELE|MODÈLE|MODELLO|МОД|МОДЕЛЬ|МОДЕЛ)\b\.?\s*\S+(?:\s\S+)?$",
    re.IGNORECASE,
)
_DOUBTED = re.compile(r"(?<=\w)\s*\(\?\)$")
_RESTORED = re.compile(
    r"(?:RESTORED|RAISED|RECOVERED|RESTAURAD[OA]|RESTAUR[ÉE]E?|RIPRISTINAT[OA]|WIEDERHERGESTELLT"
    r"|ВОССТАНОВЛЕН\w*|ODTWORZONY|OBNOVLJEN)[\s:.-]+(?=\S*\d)",
    re.IGNORECASE,
)
# What is stamped beside the number and typed in its place: a cartridge, a gauge.
_CARTRIDGE = re.compile(
    r"(?:[CK]AL(?:IB(?:ER|RE))?[.:\s]*)?(?:"
    r"(?:[4-9](?:[.,]\d{1,2})?|1[0-4][.,]\d{1,2}|762|545|556|763|765|635|792)\s*(?:MM)?\s*"
    r"[X\u00d7Х]\s*\d{2}(?:[.,]5)?\s*(?:MM|S?R)?"
    r"|(?:12|16|20|24|28|32|36|410)\s*[X/\u00d7Х]\s*(?:63|65|67|70|73|76|89)\s*(?:MM)?"
    r"|[.,]?(?:9|10|12|16|20|22|25|28|30|32|38|40|41|44|45|50|357|380|410|454|500)\s*"
    r"(?:ACP|AUTO|SPL|SPECIAL|MAG|MAGNUM|LR|GA|GAUGE|LUGER|PARA|PARABELLUM|MM))"
    r"|[CK]AL(?:IB(?:ER|RE))?[.:\s]*(?:12|16|20|22|25|28|32|38|40|44|45|357|380|410)",
    re.IGNORECASE,
)
_LONGEST_CARTRIDGE = 16
# Parts of a weapon that stand before their own number: "frame BGKZ774 slide HJL998".
_PART_WORD = (
    r"FRAME|SLIDE|BARREL|RECEIVER|REC|RCVR|BBL|CYL"
    r"|CYLINDER|BOLT|RAHMEN|GRIFFSTÜCK|VERSCHLUSS|LAUF|TROMMEL|CARCASSE"
    r"|CULASSE|CANON|BARILLET|ARMAZÓN|CORREDERA|CAÑÓN|TAMBOR|ARMAÇÃO|FERROLHO|CANO|FUSTO|CARRELLO"
    r"|CANNA|SZKIELET|ZAMEK|LUFA|РАМКА|ЗАТВОР|СТВОЛ|БАРАБАН"
)
# A word for "serial number" and what parts it from the number; "№" needs nothing behind it.
_LABEL = re.compile(
    rf"\s*(?:№\s*|N[°º]\s*|\#\s*|(?:{_LABEL_WORD}|{_NUMBER_WORD})"
    rf"(?:\s+(?:DE|DI|D')\s+(?={_LABEL_WORD}|{_NUMBER_WORD}|FAB)|\s*[:.=\#\uff1a]+[\s-]*|\s+|(?=№)))(?=.*\w)",
    re.IGNORECASE,
)
_JOINING = re.compile(
    rf"(?:DE|DER|DI|DU|OF|НА)\s+(?={_LABEL_WORD}|{_NUMBER_WORD}|FAB)", re.IGNORECASE
)
_BETWEEN = re.compile(
    rf"[()\[\]{{}};,|&\n\r\t]|\s(?:AND|OR|ET|UND|/|(?:{_PART_WORD})[:=]?)\s", re.IGNORECASE
)
_PART_AHEAD = re.compile(rf"(?:{_PART_WORD})[\s:.=]+", re.IGNORECASE)
_MAKER_AHEAD = re.compile(r"[A-Z]\s?&\s?[A-Z]\s+(?=.*\d)", re.IGNORECASE)  # H&K, S&W
# A catalogue number of weapons (NATO stock number): one for all of a kind.
_STOCK_NUMBER = re.compile(r"(?:NSN\W*)?10\d\d-\d\d-\d{3}-\d{4}", re.IGNORECASE)
_WORDLIKE = re.compile(r"[A-Z]{5}")
_YEAR = r"(?:18|19|20)\d\d"
_YEAR_BEHIND = re.compile(
    rf"(?<=\S)\s+(?:{_YEAR}\s?(?:R|G|ROKU?|YILI?|ГОДА?|РОКУ|ГОД|GOD|[ГР](?:\.\s?В)?)\.?"
    rf"|(?:BJ|BAUJAHR|AÑO|ANO|ANNO|ANUL|AN|ANNÉE|YEAR|MFG|DATED|GODINA|ROČNÍK|R|ROK|Г)\.?\s+{_YEAR})$",
    re.IGNORECASE,
)
# "II8" for 118: typewriters had no 1.
_TYPED_AS_LETTERS = re.compile("[IO]*[0-9][IO]{2}|[IO]{2}[0-9]|[IO][0-9][IO]")
# What makers in Turkey stamp before year, letters and number: a code of the maker, T6472.
_CODE_AHEAD = re.compile(r"(T\d{3,4})[\s-]+(\d{2}[\s-]*[A-Z]{1,2}[\s-]*\d{4,6})", re.IGNORECASE)
_UNKNOWN_MOST, _KNOWN_LEAST = 4, 5  # characters of a recorded serial
_STATE_LEAST = 4  # digits of a number that words about its state stand behind: no calibre has them
_WORDS_IN_A_ROW = 3  # short words in a row that are no suffix: "CAI ST ALB VT"
_LONG_WORD = 5  # letters: a maker's, an importer's or a country's name, no prefix of a number


def read_serial(text: str, *, stated: Iterable[str] = ()) -> Marks:
    """The keys of a serial ``text``; ``stated`` are transliterations that came with it.

    Never raises; a text without a usable number gives no key and says why
    (docs/spec/registry.md 2).
    """
    return _marks(text, tuple(stated))


# A record's serial is read to judge it, to look for its twin and to store it, in three passes
# over batches of up to 10,000.
@lru_cache(maxsize=32_768)
def _marks(text: str, stated: tuple[str, ...]) -> Marks:
    text = unicodedata.normalize("NFC", text).strip()  # (2.1)
    text, state = _with_state(text)
    if refused := _refused(text):  # (2.2)
        return refused if text else _only_stated(stated) or refused
    # A text without a separator holds one number and no label.
    whole = text.isascii() and text.isalnum()
    readings = [_read(part) for part in ((text,) if whole else _numbers(text))]  # (2.3)
    if len(readings) == 1 and len(readings[0].keys) == 1 and not (stated or state):  # nearly all
        return readings[0]
    keys = {key.norm: key for reading in readings for key in reversed(reading.keys)}
    if not keys:
        return readings[0]
    plain = next(iter(keys.values())).plain
    for other in stated:
        norm = fold(other)
        if _flaw(norm) is None:
            keys.setdefault(norm, _key(norm, plain, Reading.STATED))
    return Marks(keys=tuple(sorted(keys.values(), key=lambda key: key.reading)), status=state)


def fold(text: str) -> str:
    """``text`` in A-Z and 0-9: accents, case, width, separators and other letters gone."""
    return _latin_only(_plain(text))


def zero_variants(norm: str) -> tuple[str, ...]:
    """``norm``, and the same with its leading zeros dropped and one or two put before it."""
    bare = strip_zeros(norm)  # (2.10)
    if bare.startswith("0"):  # all but zeros is too little to be sought without them
        return (norm,)
    return tuple(dict.fromkeys((norm, *("0" * n + bare for n in range(ADDED_ZEROS + 1)))))


def zero_keys(key: Key) -> set[int]:
    """``sk`` of each of ``zero_variants`` of the key's norm."""
    if key.norm[0] != "0" and len(key.norm) + ADDED_ZEROS <= LANES:  # nearly every serial
        place = LANE_BITS * len(key.norm)
        one = key.sk | ZERO_LANE << place
        return {key.sk, one, one | ZERO_LANE << place + LANE_BITS}
    bare = strip_zeros(key.norm)
    if bare.startswith("0"):
        return {key.sk}
    whole, found = lanes(skeleton(bare)), {key.sk}
    for zeros in range(ADDED_ZEROS + 1):
        found.add(whole & KEY_MASK)
        whole |= ZERO_LANE << LANE_BITS * (len(bare) + zeros)
    return found


def strip_zeros(norm: str) -> str:
    """``norm`` without leading zeros, unless too little would be left of it to be a number."""
    bare = norm.lstrip("0")
    return norm if len(bare) < LEAST_SYMBOLS else bare


def _only_stated(stated: Iterable[str]) -> Marks | None:
    """The keys of transliterations whose original was not given."""
    norms = dict.fromkeys(norm for norm in map(fold, stated) if _flaw(norm) is None)
    keys = tuple(_key(norm, norm, Reading.STATED) for norm in norms)
    return Marks(keys=keys) if keys else None


def _partial(text: str) -> Key | None:
    """The key of a serial of which at most ``_UNKNOWN_MOST`` characters are unknown."""
    norm = "".join(c for c in _unlabelled(text).upper().strip(" *") if c.isalnum() or c in "?*")
    norm = norm.replace("*", "?")
    known = norm.replace("?", "")
    if not known.isascii() or norm.count("?") > _UNKNOWN_MOST or len(known) < _KNOWN_LEAST:
        return None
    if _flaw(known) is not None or len(norm) > LONGEST:
        return None
    return Key(norm, norm, Reading.DIRECT, *both_keys(known))


def _with_state(text: str) -> tuple[str, str | None]:
    """``text`` without words behind its number that say it is damaged, and the status they mean:
    "SAT45512 - partly filed" still has a number."""
    if text.isalnum() or sum(map(str.isdigit, text)) < _STATE_LEAST:
        return text, None
    if doubted := _DOUBTED.search(text):  # (2.3)
        return text[: doubted.start()], "WORN"
    if restored := _RESTORED.match(text):
        return text[restored.end() :], None
    for word in re.finditer(r"[^\W\d_]+", text):
        if (found := find_placeholder(word[0])) is None:
            continue
        ahead, behind = text[: word.start()].strip(" -\u2013(,.:;"), text[word.start() :]
        number = _bare(ahead)
        whole = not any(map(str.isdigit, behind)) and _is_number(number)
        if whole and sum(map(str.isdigit, number)) >= _STATE_LEAST:
            return ahead, found.status
        break
    return text, None


def _refused(text: str) -> Marks | None:
    if not any(map(str.isalnum, text)):
        reason = Unusable.PATTERN if "?" in text or "*" in text else Unusable.EMPTY
        return Marks(keys=(), unusable=reason)
    if found := find_placeholder(text):
        return Marks(keys=(), unusable=Unusable.PLACEHOLDER, status=found.status)
    if "?" in text or "*" in text:
        return Marks(keys=(), unusable=Unusable.PATTERN, partial=_partial(text))  # (4.7.5)
    if _is_no_number(text):
        return Marks(keys=(), unusable=Unusable.PLACEHOLDER, status="NOT_RECORDED")
    if not text.isalnum() and _SPREADSHEET.fullmatch(text):
        return Marks(keys=(), unusable=Unusable.DAMAGED)
    return None


def _is_no_number(text: str) -> bool:
    """Whether it is the name of a model, a catalogue's number or a cartridge."""
    if len(text) <= _LONGEST_CARTRIDGE and not text.isdigit() and _CARTRIDGE.fullmatch(text):
        return True
    return is_model(text) or (not text.isalnum() and _STOCK_NUMBER.fullmatch(text) is not None)


def _numbers(text: str) -> list[str]:
    """The several numbers that one text may hold; the text itself when it holds one."""
    if _THOUSANDS.fullmatch(text):
        return [text]
    if whole := _FLOAT.fullmatch(text):
        return [whole[1]]
    if coded := _CODE_AHEAD.fullmatch(text):
        return [text, coded[2]]
    if (short := _SHORT_LABEL.match(text)) and _is_number(_bare(text[short.end() :])):
        return [_bare(text[short.end() :]), text]
    parts = [_bare(part) for part in _BETWEEN.split(_MAKER_AHEAD.sub("", text, count=1))]
    numbers = [part for part in parts if _is_number(part)]
    return numbers or [_bare(text)]


def _bare(text: str) -> str:
    """``text`` without labels, a year that says it is one, and words before or behind."""
    text = _MODEL_BEHIND.sub("", _YEAR_BEHIND.sub("", _unlabelled(text)))
    if series := _SERIES_AND_NUMBER.fullmatch(text):
        return series[1] + series[2]
    words = text.split()
    first, last = 0, len(words)
    while first < last and words[first].isalpha():
        first += 1
    while last > first and words[last - 1].strip(".,").isalpha():
        last -= 1
    if first == last:
        return text
    ahead, behind = words[:first], words[last:]
    if _names(ahead):
        ahead = []
    if _names(behind):
        behind = []
    return " ".join([*ahead, *words[first:last], *behind])


def _names(words: Sequence[str]) -> bool:
    """Whether these words name a maker, an importer or a country, and are no part of a number."""
    row = len(words) >= _WORDS_IN_A_ROW and min(map(len, words)) > 1
    return row or any(len(word) >= _LONG_WORD for word in words)


def _unlabelled(text: str) -> str:
    text = _PART_AHEAD.sub("", text.lstrip(), count=1) if _PART_AHEAD.match(text.lstrip()) else text
    while (label := _LABEL.match(text)) is not None:  # (2.4)
        text = text[label.end() :]
        if (joining := _JOINING.match(text)) is not None:
            text = text[joining.end() :]
    return text


def _is_number(part: str) -> bool:
    plain = _plain(part)
    return len(plain) >= PART_SYMBOLS and _flaw(plain) is None and not _WORDLIKE.search(plain)


def _read(text: str) -> Marks:
    plain = _plain(text)
    if (flaw := _flaw(plain)) is not None:
        return Marks(keys=(), unusable=flaw)
    if plain.isascii() or _latin_only(plain) == plain:
        return Marks(keys=(_key(plain, plain, Reading.DIRECT),))
    norms = (  # (2.6)
        (_latin_only(_replaced(plain, scripts().visual)), Reading.VISUAL),
        (_latin_only(_replaced(plain, scripts().phonetic)), Reading.PHONETIC),
    )
    keys = tuple(_key(norm, plain, how) for norm, how in norms if _flaw(norm) is None)
    return Marks(keys=keys, unusable=None if keys else Unusable.TOO_SHORT)


def _plain(text: str) -> str:
    """Upper-case letters of any script and ASCII digits, nothing else."""
    if text.isascii():  # nearly every text; the rest of the function would give the same
        return text.upper() if text.isalnum() else "".join(filter(str.isalnum, text.upper()))
    latin = scripts().latin
    symbols: list[str] = []
    text = text.replace("№", " ")  # its compatibility form has letters: "No"
    for c in unicodedata.normalize("NFKC", text).upper():  # (2.5)
        if (digit := unicodedata.digit(c, None)) is not None:
            symbols.append(str(digit))
        elif c.isalpha():
            symbols.append(latin.get(c) or _unaccented(c))
    return "".join(symbols)


def _unaccented(letter: str) -> str:
    # Only Latin loses its marks: Й is another letter than И.
    first = unicodedata.normalize("NFKD", letter)[0].upper()
    return first if first.isascii() and first.isalpha() else letter


def _replaced(plain: str, table: dict[str, str]) -> str:
    return "".join(table.get(c, c) for c in plain)


def _latin_only(plain: str) -> str:
    if plain.isascii():
        return "".join(filter(str.isalnum, plain))
    return "".join(c for c in plain if c.isascii() and c.isalnum())


def _flaw(plain: str) -> Unusable | None:  # (2.7)
    digits = sum(map(str.isdigit, plain))
    if digits == 1 and len(plain) >= _LONG_WORD and (run := _TYPED_AS_LETTERS.search(plain)):
        digits = len(run[0])
    if not plain:
        return Unusable.EMPTY
    if digits == 0:
        return Unusable.LETTERS_ONLY
    if len(plain) < LEAST_SYMBOLS or digits < LEAST_DIGITS:
        return Unusable.TOO_SHORT
    if len(plain) > LONGEST:
        return Unusable.TOO_LONG
    if len(set(plain)) == 1:
        return Unusable.ONE_SYMBOL
    return None


def _key(norm: str, plain: str, reading: Reading) -> Key:
    return Key(norm, plain, reading, *both_keys(norm))


reference.forgets(_marks.cache_clear)
