"""How text of any script is set on a page: the face that has its letters, joined and in the order
in which they are seen.

A PDF's own faces know Western Europe alone. Greek, Cyrillic, Hebrew, Arabic, Thai, Chinese,
Japanese, Korean and others have faces of their own; a letter that no face has is told by its
number, so that nothing is lost. Letters of India stand side by side, unjoined. It lays out no page.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from functools import cache
from importlib.resources import files
from itertools import groupby
from xml.sax.saxutils import escape

import fontpkg_noto_sans
import fontpkg_noto_sans_arabic
import weblate_fonts
from reportlab.pdfbase.pdfmetrics import registerFont, stringWidth
from reportlab.pdfbase.ttfonts import TTFont

PLAIN = "Helvetica"
_WIDE, _ARABIC = "NotoSans", "NotoSansArabic"
_KURINTO = "static/weblate_fonts/kurinto/ttf"
_FACES = {
    _WIDE: (fontpkg_noto_sans, "files/NotoSans[wdth,wght].ttf"),
    _ARABIC: (fontpkg_noto_sans_arabic, "files/NotoSansArabic[wdth,wght].ttf"),
    # Hebrew, Thai, Georgian, kana and many more; then what Chinese, Korean and Japanese write.
    "KurintoSans": (weblate_fonts, f"{_KURINTO}/KurintoSans-Rg.ttf"),
    "KurintoSansSC": (weblate_fonts, f"{_KURINTO}/KurintoSansSC-Rg.ttf"),
    "KurintoSansTC": (weblate_fonts, f"{_KURINTO}/KurintoSansTC-Rg.ttf"),
    "KurintoSansKR": (weblate_fonts, f"{_KURINTO}/KurintoSansKR-Rg.ttf"),
    "KurintoSansJP": (weblate_fonts, f"{_KURINTO}/KurintoSansJP-Rg.ttf"),
}
"""In the order in which they are asked for a letter; none is read before it is asked."""
_RIGHT_TO_LEFT = {"R", "AL"}
_DIGIT = r"[0-9\u0660-\u0669\u06f0-\u06f9]+"
_DIGITS = re.compile(rf"{_DIGIT}(?:[.,:/-]{_DIGIT})*")
_MIRRORED = str.maketrans("()[]{}<>«»", ")(][}{><»«")


Letter = Callable[[str], tuple[str, str]]
"""Gives a label its face and how it is set."""


def as_written(text: str) -> tuple[str, str]:
    """A label for a reader that finds faces and orders letters by itself, as browsers do."""
    return PLAIN, text


def runs_of(text: str) -> list[tuple[str, str]]:
    """``text`` as seen from left to right, cut into (face, characters)."""
    if _is_plain(text):
        return [(PLAIN, text)]
    seen = "".join(_shown(character) for character in _in_order(_joined(text)))
    found = [(_face(character), character) for character in seen]
    return [
        (face, "".join(character for _, character in run))
        for face, run in groupby(found, lambda each: each[0])
    ]


def markup(text: str) -> str:
    """``text`` as a paragraph takes it: escaped, each run in its face."""
    if _is_plain(text):
        return escape(text)
    return "".join(
        escape(run) if face == PLAIN else f'<font name="{face}">{escape(run)}</font>'
        for face, run in runs_of(text)
    )


def one_face(text: str) -> tuple[str, str]:
    """The face and the characters of a label, which can have but one face."""
    runs = runs_of(text)
    faces = {face for face, _ in runs}
    whole = "".join(run for _, run in runs)
    if len(faces) == 1:
        return runs[0]
    for face in _FACES:
        if all(_has(face, character) for character in whole):
            return face, whole
    best = max((face for face in _FACES if face in faces), key=[*_FACES].index, default=_WIDE)
    told = (c if _has(best, c) else f"[U+{ord(c):04X}]" for c in whole)
    return best, "".join(told)


def width_of(text: str, size: float) -> float:
    """How wide ``text`` is, in points."""
    return float(sum(stringWidth(run, face, size) for face, run in runs_of(text)))


def _is_plain(text: str) -> bool:
    return text.isascii() or not any(_beyond(character) for character in text)


def _beyond(character: str) -> bool:
    try:
        character.encode("cp1252")
    except UnicodeEncodeError:
        return True
    return False


def _face(character: str) -> str:
    if not _beyond(character):
        return PLAIN
    return next((face for face in _FACES if _has(face, character)), _WIDE)


def _has(face: str, character: str) -> bool:
    return ord(character) in _letters(face)


def _shown(character: str) -> str:
    known = not _beyond(character) or any(_has(face, character) for face in _FACES)
    if known or character in "\n\t":
        return character
    if unicodedata.category(character) in {"Cf", "Mn"}:
        return ""  # marks that steer or adorn and stand for no letter
    return f"[U+{ord(character):04X}]"


@cache
def _letters(face: str) -> frozenset[int]:
    """What ``face`` has; it is made known to the page the first time it is asked for."""
    package, name = _FACES[face]
    font = TTFont(face, str(files(package).joinpath(name)))
    registerFont(font)
    return frozenset(font.face.charToGlyph)


def _joined(text: str) -> str:
    if not any(unicodedata.bidirectional(character) == "AL" for character in text):
        return text
    from arabic_reshaper import reshape  # noqa: PLC0415 - 40 ms that Latin text need not wait for

    return str(reshape(text))


def _in_order(text: str) -> str:
    """Words from right to left turned, within a line from left to right; numbers stay as they are.

    What UAX 9 does for a line of names and numbers without marks that steer.
    """
    kinds = [unicodedata.bidirectional(character) for character in text]
    if not _RIGHT_TO_LEFT.intersection(kinds):
        return text
    parts, start = [], 0
    while start < len(text):
        if kinds[start] not in _RIGHT_TO_LEFT:
            parts.append(text[start])
            start += 1
            continue
        end = last = start
        within = 0
        while end < len(text) and kinds[end] not in {"L", "B"}:
            within += (text[end] in "([{") - (text[end] in ")]}")
            if within < 0:
                break  # it closes what was opened before: it stays where it is
            last = end if kinds[end] in _RIGHT_TO_LEFT | {"AN", "EN", "NSM"} else last
            end += 1
        parts.append(_turned(text[start : last + 1]))
        start = last + 1
    return "".join(parts)


def _turned(text: str) -> str:
    backwards = text[::-1].translate(_MIRRORED)
    return _DIGITS.sub(lambda found: found[0][::-1], backwards)
