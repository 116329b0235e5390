"""Fingerprints and digests as people compare them: words in several languages, hex groups, QR.

It decides nothing but whether what was typed is a fingerprint.
"""

from __future__ import annotations

import difflib
import functools
import hashlib
import io
import re
import unicodedata
from dataclasses import dataclass

from mnemonic import Mnemonic

from keys.errors import EnrolmentError

LANGUAGES = (
    "english", "french", "spanish", "portuguese", "russian", "italian", "czech", "turkish",
    "korean", "japanese", "chinese_simplified", "chinese_traditional",
)  # fmt: skip
"""The word lists of BIP 39; there is none for Arabic, which the hex groups serve."""
FINGERPRINT_OCTETS = 16
WORDS = 12
_VOICE_MARKS = "\u3099\u309a"
_BETWEEN = re.compile(r"[\s:.-]")
_SHOWN = 32  # characters of a typed word
_HEX = re.compile(r"[0-9a-f]{32}")


def words_of(digest: bytes, language: str = "english") -> str:
    """The first 128 bits of a digest as 12 words (BIP 39: 128 bits and 4 of checksum)."""
    return str(_list(language).to_mnemonic(digest[:FINGERPRINT_OCTETS]))


def octets_heard(typed: str) -> bytes | None:
    """The 16 octets of typed words, in whatever language, or of typed hex groups; None if neither.

    Case, accents and blanks do not matter. A mistyped word shows by the checksum or by no list
    having it; which one it was is not told, so that nobody is led to the right words.
    """
    digits = _BETWEEN.sub("", typed.lower())
    if _HEX.fullmatch(digits):
        return bytes.fromhex(digits)
    typed_words = [_plain(word) for word in _split(typed)]
    if len(typed_words) != WORDS:
        return None
    for language in LANGUAGES:
        places = _places(language)
        found = [places.get(word) for word in typed_words]
        octets = _octets([place for place in found if place is not None])
        if None not in found and octets is not None:
            return octets
    return None


def _octets(places: list[int]) -> bytes | None:
    """What words at these places of a list say (BIP 39); None where their checksum is wrong."""
    number = 0
    for place in places:
        number = number << 11 | place
    octets = (number >> 4 & (1 << 8 * FINGERPRINT_OCTETS) - 1).to_bytes(FINGERPRINT_OCTETS)
    return octets if hashlib.sha256(octets).digest()[0] >> 4 == number & 15 else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Misspelt:
    """A typed word that is in no list, its place from 1, and words of the list near to it."""

    place: int
    word: str
    near: tuple[str, ...]

    def __str__(self) -> str:
        near = f"; near it: {', '.join(self.near)}" if self.near else ""
        return f"word {self.place}, {self.word!r}, is in no list{near}"


def misspelt(typed: str) -> tuple[Misspelt, ...]:
    """The typed words that stand in no list of the language that most of them are of.

    It looks at the lists alone and never at what is to be compared, so that nobody is led to the
    right words: a word of the list, right or wrong, is passed over. Hex groups have none.
    """
    written = _split(typed)
    words = [_plain(word) for word in written]
    if re.fullmatch(r"[0-9a-f]*", _BETWEEN.sub("", typed.lower())):
        return ()  # hex groups, too many or too few perhaps
    language = max(LANGUAGES, key=lambda each: sum(word in _places(each) for word in words))
    places, listed = _places(language), _list(language).wordlist
    return tuple(
        Misspelt(
            place=at,
            word=written[at - 1][:_SHOWN],
            near=tuple(
                listed[places[each]] for each in difflib.get_close_matches(word, places, n=3)
            ),
        )
        for at, word in enumerate(words, 1)
        if word not in places
    )


def miscounted(typed: str) -> str | None:
    """How many words or hex digits were typed, where nothing that is read aloud has so many."""
    digits = _BETWEEN.sub("", typed.lower())
    if re.fullmatch(r"[0-9a-f]+", digits):
        return None if len(digits) == 2 * FINGERPRINT_OCTETS else (
            f"{len(digits)} hex digits; there are 8 groups of 4"
        )  # fmt: skip
    count = len(_split(typed))
    return None if count == WORDS else f"{count} words; there are {WORDS}"


def check_heard(typed: str, digest: bytes, *, place: str) -> None:
    """What was typed is this digest's fingerprint; EnrolmentError says no more than that not."""
    if octets_heard(typed) != digest[:FINGERPRINT_OCTETS]:
        wrong = [str(each) for each in misspelt(typed)]
        raise EnrolmentError(
            "What was typed is not the fingerprint of this document.",
            place=place,
            value="; ".join(wrong) or f"{len(typed.split())} words or groups",
            expected="the 12 words, or 8 groups of 4, as the other side reads them",
            remedy="Do not go on. Call by a number that you know, and type what you hear again.",
        )


def qr_of(text: str) -> str:
    """A QR code as lines of block characters for a terminal."""
    import segno  # noqa: PLC0415 - only who asks for a picture pays for it

    drawn = io.StringIO()
    segno.make(text, error="m", micro=False).terminal(out=drawn, compact=True)
    return drawn.getvalue()


@functools.cache
def _list(language: str) -> Mnemonic:
    return Mnemonic(language)


@functools.cache
def _places(language: str) -> dict[str, int]:
    return {_plain(word): place for place, word in enumerate(_list(language).wordlist)}


def _split(typed: str) -> list[str]:
    """The typed words; Chinese ones are of one character, and may be typed without blanks."""
    words, characters = typed.split(), "".join(typed.split())
    if len(characters) == WORDS and all(unicodedata.category(each) == "Lo" for each in characters):
        return list(characters)
    return words


def _plain(word: str) -> str:
    """Folded so that accents and case, which a keyboard may lack, do not matter.

    The voice marks of kana stay: without them two words of the Japanese list would be one.
    """
    parts = unicodedata.normalize("NFKD", word.casefold().replace("\u0131", "i"))
    return "".join(
        part for part in parts if part in _VOICE_MARKS or not unicodedata.combining(part)
    )
