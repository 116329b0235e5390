"""Fingerprints and digests as people compare them: words in several languages, hex groups, QR.

It decides nothing; who typed what is compared in ``heard_as``.
"""

from __future__ import annotations

import functools
import io
import re
import unicodedata

from mnemonic import Mnemonic

from keys.errors import EnrolmentError

LANGUAGES = (
    "english", "french", "spanish", "portuguese", "russian", "italian", "czech", "turkish",
    "korean", "japanese", "chinese_simplified", "chinese_traditional",
)  # fmt: skip
"""The word lists of BIP 39; there is none for Arabic, which the hex groups serve."""
FINGERPRINT_OCTETS = 16
WORDS = 12
_HEX = re.compile(r"[0-9a-f]{32}")


def words_of(digest: bytes, language: str = "english") -> str:
    """The first 128 bits of a digest as 12 words (BIP 39: 128 bits and 4 of checksum)."""
    return str(_list(language).to_mnemonic(digest[:FINGERPRINT_OCTETS]))


def octets_heard(typed: str) -> bytes | None:
    """The 16 octets of typed words, in whatever language, or of typed hex groups; None if neither.

    Case, accents and blanks do not matter. A mistyped word shows by the checksum or by no list
    having it; which one it was is not told, so that nobody is led to the right words.
    """
    digits = "".join(typed.lower().split())
    if _HEX.fullmatch(digits):
        return bytes.fromhex(digits)
    typed_words = [_plain(word) for word in typed.split()]
    if len(typed_words) != WORDS:
        return None
    for language in LANGUAGES:
        places = _places(language)
        found = [places.get(word) for word in typed_words]
        if None not in found:
            words = [_list(language).wordlist[place] for place in found if place is not None]
            joined = _list(language).delimiter.join(words)
            if _list(language).check(joined):
                return bytes(_list(language).to_entropy(joined))
    return None


def check_heard(typed: str, digest: bytes, *, place: str) -> None:
    """What was typed is this digest's fingerprint; EnrolmentError says no more than that not."""
    if octets_heard(typed) != digest[:FINGERPRINT_OCTETS]:
        raise EnrolmentError(
            "What was typed is not the fingerprint of this document.",
            place=place,
            value=f"{len(typed.split())} words or groups",
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


def _plain(word: str) -> str:
    """Folded so that accents and case, which a keyboard may lack, do not matter."""
    parts = unicodedata.normalize("NFKD", word.casefold())
    return "".join(part for part in parts if not unicodedata.combining(part))
