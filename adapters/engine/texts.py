"""Makes a text one that an answer can hold: on one line, in its encoding, quoted, no formula.

It knows no answer.
"""

from __future__ import annotations

import unicodedata

from adapters.engine.rows import CONTROL

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def harmless(text: str) -> str:
    """``text`` that no spreadsheet takes for a formula."""
    return "'" + text if text.startswith(_FORMULA_STARTS) else text


def quoted(text: str, delimiter: str) -> str:
    """``text`` as a cell by RFC 4180."""
    if delimiter in text or '"' in text or text != text.strip():
        return '"' + text.replace('"', '""') + '"'
    return text


def one_line(text: str) -> str:
    """``text`` without line ends and control characters, in Unicode's composed form."""
    plain = " ".join(text.split()) if not text.isprintable() else text
    return unicodedata.normalize("NFC", CONTROL.sub("\N{REPLACEMENT CHARACTER}", plain))


def fitting(text: str, encoding: str) -> str:
    """``text`` that ``encoding`` can hold; other signs in plain letters, or as their number.

    Done before quoting: a full-width quotation mark becomes a plain one, and must be quoted.
    """
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return "".join(_sign(sign, encoding) for sign in text)
    return text


def _sign(sign: str, encoding: str) -> str:
    try:
        sign.encode(encoding)
    except UnicodeEncodeError:
        plain = unicodedata.normalize("NFKD", sign).encode("ascii", "ignore").decode("ascii")
        return plain or f"{{U+{ord(sign):04X}}}"
    return sign
