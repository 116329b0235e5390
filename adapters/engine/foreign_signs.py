"""Tells text that was written in another encoding than it is read in, and signs that nobody sees.

It changes and refuses nothing.
"""

from __future__ import annotations

import codecs
import re

from adapters.engine.rows import CONTROL

# A text that holds these pairs was written as UTF-8 and read as Latin-1, by us or before it came:
# the first byte of a two-byte sign of the Latin letters, read as a letter, before a sign that
# Latin-1 keeps for controls or symbols. Or somebody could not read a sign and wrote U+FFFD.
MOJIBAKE = re.compile("[\u00c2-\u00c5][\u0080-\u00bf]|\ufffd")
# Of UTF-8, in a text of one octet a sign: a byte order mark where files were joined, and U+FFFD.
_FOREIGN = (codecs.BOM_UTF8, "\ufffd".encode())
SOFT_HYPHEN = "\u00ad"
_JOINING = "\u200c\u200d"  # letters of Persian and Hindi are shown otherwise by them
# Of no width, or only turning the direction of what stands beside them: nothing that was typed.
_UNSEEN = (
    "\u034f\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufe00-\ufe0f\ufeff"
)
UNSEEN = re.compile(f"[{_UNSEEN}]")
_SECOND_LOOK = re.compile(f"{CONTROL.pattern[:-1]}{_UNSEEN}{_JOINING}{SOFT_HYPHEN}]")


def plain(text: str) -> bool:
    """Whether nothing in ``text`` needs a second look: no control, no sign of another encoding,
    none that nobody sees.
    """
    if text.isascii():
        return text.isprintable() or CONTROL.search(text) is None
    return _SECOND_LOOK.search(text) is None and MOJIBAKE.search(text) is None


def seen(text: str) -> str:
    """``text`` without the signs of no width and those that only turn its direction."""
    return text if text.isascii() or UNSEEN.search(text) is None else UNSEEN.sub("", text)


def as_marked(text: str) -> str:
    """The same of a number or a code, in which no letter joins another."""
    return text if text.isascii() else seen(text).translate(_UNJOINED)


_UNJOINED = dict.fromkeys(map(ord, _JOINING))


def is_foreign(raw: bytes) -> bool:
    """Whether octets that are to be a sign each were written in UTF-8, wholly or in part."""
    return not raw.isascii() and (any(mark in raw for mark in _FOREIGN) or holds_utf8(raw))


def holds_utf8(raw: bytes) -> bool:
    """Whether ``raw`` has other signs than ASCII's, all of them in UTF-8."""
    if raw.isascii():
        return False
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
