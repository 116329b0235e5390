"""Makes texts of the octets of one field: text, zoned, packed, binary and floating numbers.

It knows no record and no field's meaning.
"""

from __future__ import annotations

import math
import re
import struct
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from adapters.engine.copybook_entry import Place
from adapters.engine.rows import CONTROL

# Controls, and what stands for an octet that the code page has no sign for.
UNREADABLE = re.compile(CONTROL.pattern[:-1] + "\ufffd]")
_NEGATIVE, _POSITIVE = frozenset("bd"), frozenset("acef")
_OVERPUNCH = {sign: digit for digit, sign in enumerate("{ABCDEFGHI")} | {
    sign: -digit - 1 for digit, sign in enumerate("}JKLMNOPQR")
}
# What compilers on machines that write ASCII make of a negative last digit.
_OVERPUNCH_ASCII = _OVERPUNCH | {sign: -digit - 1 for digit, sign in enumerate("pqrstuvwxy")}
_SIGNED_ZONES, _NEGATIVE_ZONES = range(0xA, 0x10), frozenset({0xB, 0xD})
_SHORT_FLOAT, _FLOAT_BITS = 4, {4: 24, 8: 56}
_EXCESS = 64  # of a floating number's exponent to the base 16


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldReader:
    """How the fields of one source are read. ``ascii`` says that its encoding holds ASCII."""

    encoding: str
    ascii: bool
    lines: bool  # whose last field may be cut short
    native: Literal["big", "little"] | None = None
    """The order of octets of a machine that is no mainframe: of COMP-5, and of IEEE 754 floats."""

    def value(self, place: Place, octets: bytes) -> str | None:
        """The text of one field, "" for a blank one; None for octets that are none of its kind."""
        return self.read(place, octets[place.offset : place.offset + place.length])

    def read(self, place: Place, held: bytes) -> str | None:
        """The same of the octets of the field alone."""
        if len(held) < place.length and not self.lines:
            return None
        match place.kind:
            case "text":
                return text_of(held, self.encoding)
            case "packed":
                return packed(held, place)
            case "binary":
                order = (self.native or "big") if place.native else "big"
                number = int.from_bytes(held, order, signed=bool(place.sign))
                return number_text(number < 0, str(abs(number)), place)
            case "float":
                return floating(held) if self.native is None else ieee(held, self.native)
            case _:
                return self._zoned(held, place)

    def _zoned(self, held: bytes, place: Place) -> str | None:
        text = held.decode(self.encoding, "replace")
        if not text.strip(" \0"):
            return ""
        negative = False
        if place.sign in {"before", "after"}:
            sign = text[0] if place.sign == "before" else text[-1]
            text = text[1:] if place.sign == "before" else text[:-1]
            if sign not in "+- ":
                return None
            negative = sign == "-"
        elif place.sign:
            at = 0 if place.sign == "leading" else len(held) - 1
            found = self._signed_digit(held[at], text[at])
            if found is None:
                return None
            negative, digit = found
            text = text[:at] + digit + text[at + 1 :]
        if not (text.isascii() and text.isdecimal()):
            return None
        return number_text(negative, text, place)

    def _signed_digit(self, octet: int, letter: str) -> tuple[bool, str] | None:
        if self.ascii:
            if letter in _OVERPUNCH_ASCII:
                value = _OVERPUNCH_ASCII[letter]
                return (value < 0, str(value if value >= 0 else -value - 1))
            return (False, letter) if letter.isdecimal() else None
        zone, digit = octet >> 4, octet & 0x0F
        if digit > 9 or zone not in _SIGNED_ZONES:  # noqa: PLR2004 - a digit
            return None
        return zone in _NEGATIVE_ZONES, str(digit)


def text_of(held: bytes, encoding: str) -> str:
    """Octets as text without the blanks around it; nothing for zeros alone."""
    return trimmed(held.decode(encoding, "replace"))


def trimmed(text: str) -> str:
    """``text`` without the blanks around it; nothing for zeros alone."""
    text = text.rstrip(" ")
    return text.lstrip(" ") if text.strip("\0") else ""


def packed(held: bytes, place: Place) -> str | None:
    """A packed decimal (COMP-3)."""
    if not held.strip(b"\0") or not held.strip(b"\x40"):
        return ""
    nibbles = held.hex()
    digits, sign = nibbles[:-1], nibbles[-1]
    if not digits.isdecimal() or sign not in _NEGATIVE | _POSITIVE:
        return None
    if len(digits) > place.digits and digits[0] != "0":
        return None  # the half octet that a number of even length does not use
    return number_text(sign in _NEGATIVE, digits, place)


def floating(held: bytes) -> str:
    """A hexadecimal floating number (COMP-1, COMP-2) with as many digits as it surely has."""
    number = int.from_bytes(held, "big")
    bits = _FLOAT_BITS[len(held)]
    power = (number >> bits & 0x7F) - _EXCESS
    fraction = number & ((1 << bits) - 1)
    value = Decimal(fraction) * Decimal(16) ** power / Decimal(1 << bits)
    sure = f"{value:.{6 if len(held) == _SHORT_FLOAT else 15}g}"
    text = format(Decimal(sure).normalize(), "f")
    return f"-{text}" if number >> (len(held) * 8 - 1) and value else text


def ieee(held: bytes, order: Literal["big", "little"]) -> str | None:
    """A binary floating number of IEEE 754 with as many digits as it surely has; None for none."""
    single = len(held) == _SHORT_FLOAT
    form = (">" if order == "big" else "<") + ("f" if single else "d")
    (number,) = struct.unpack(form, held)
    if not math.isfinite(number):
        return None
    return format(Decimal(f"{number:.{6 if single else 15}g}").normalize(), "f")


def number_text(negative: bool, digits: str, place: Place) -> str:
    """Digits as a decimal text; a whole number without a sign keeps the zeros of a code."""
    digits = digits[-place.digits :].zfill(max(place.digits, place.scale))
    if place.scale > 0:
        whole, part = digits[: -place.scale], digits[-place.scale :]
        digits = f"{whole.lstrip('0') or '0'}.{part}"
    elif place.sign or place.scale < 0:
        digits = (digits + "0" * -place.scale).lstrip("0") or "0"
    return f"-{digits}" if negative else digits
