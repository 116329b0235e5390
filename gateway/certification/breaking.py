"""Makes worse files out of good ones, octet by octet: cut, recoded, swollen, doubled, mixed.

It judges nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from random import Random

from gateway.adapter import Item

ENCODINGS = ("utf-8", "cp1252", "cp1256", "cp1251", "cp037", "cp500", "cp1140", "cp273")
_COUNTED = 6  # characters of a reference that a copy's number takes
_CUTS = 48


def cuts(octets: bytes) -> Iterator[bytes]:
    """``octets`` cut off at many places, among them one octet before the end."""
    length = len(octets)
    places = {length - 1, length - 2, *(length * n // _CUTS for n in range(1, _CUTS))}
    for place in sorted(place for place in places if 0 < place < length):
        yield octets[:place]


def recoded(octets: bytes) -> Iterator[tuple[str, bytes]]:
    """``octets`` as another system would have written the same text, by name."""
    yield "UTF-16", octets.decode("latin-1").encode("utf-16")
    try:
        text = octets.decode("utf-8")
    except UnicodeDecodeError:
        yield "UTF-8", octets.decode("latin-1").encode("utf-8")
        return
    if not octets.isascii():
        yield "CP1252", text.encode("cp1252", "replace")


def replaced(octets: bytes, old: str, new: str) -> Iterator[bytes]:
    """``octets`` with one place of ``old`` made ``new``, one after the other, in any encoding."""
    for encoding in ENCODINGS:
        try:
            before, after = old.encode(encoding), new.encode(encoding)
        except UnicodeEncodeError:
            continue
        at = octets.find(before)
        tried = 0
        while at >= 0 and tried < 4:  # noqa: PLR2004 - the first places are enough
            yield octets[:at] + after + octets[at + len(before) :]
            at = octets.find(before, at + 1)
            tried += 1


def multiplied(
    octets: bytes, items: tuple[Item, ...], count: int, *, first: int = 0
) -> bytes | None:
    """A file of ``count`` items out of one with some, each copy with a reference of its own.

    References end in numbers from ``first``.

    None where the items do not lie one after the other in the file, as in a packed spreadsheet.
    """
    places: list[tuple[int, int]] = []
    at = 0
    for item in items:
        # A line end inside an item may be told in another way than the file has it.
        for raw in (item.raw, item.raw.replace(b"\n", b"\r\n")):
            found = octets.find(raw, at) if raw else -1
            if found >= 0:
                break
        else:
            return None
        at = found + len(raw)
        places.append((found, at))
    if not places:
        return None
    head, tail = octets[: places[0][0]], octets[places[-1][1] :]
    gaps = [octets[end:start] for (_, end), (start, _) in pairwise(places)]
    gap = gaps[0] if gaps else (tail if 0 < len(tail) < 3 else b"\n")  # noqa: PLR2004 - a line end
    raws = [octets[start:end] for start, end in places]
    pieces = [
        _numbered(items[n % len(items)].reference, raws[n % len(items)], first + n)
        for n in range(count)
    ]
    return head + gap.join(pieces) + tail


def _numbered(reference: str, raw: bytes, number: int) -> bytes:
    """``raw`` with a number in the place of the end of its ``reference``, as long as before."""
    for encoding in ENCODINGS:
        if not reference:
            break
        try:
            before = reference.encode(encoding)
            size = min(_COUNTED, len(reference))
            new = reference[: len(reference) - size] + f"{number:0{size}d}"[-size:]
            after = new.encode(encoding)
        except UnicodeEncodeError:
            continue
        if before in raw:
            return raw.replace(before, after, 1)
    return raw


def mixed(octets: bytes, random: Random) -> bytes:
    """``octets`` with a few of its octets changed, lost, doubled or moved."""
    made = bytearray(octets)
    for _ in range(random.randint(1, 4)):
        if not made:
            break
        at = random.randrange(len(made))
        end = min(len(made), at + random.randint(1, 40))
        match random.randrange(6):
            case 0:
                made[at] = random.randrange(256)
            case 1:
                del made[at:end]
            case 2:
                made[at:at] = made[at:end]
            case 3:
                made[at:at] = random.choice((b"\n", b"\r\n", b'"', b";", b",", b"\x00", b"\xff"))
            case 4:
                other = random.randrange(len(made))
                made[at], made[other] = made[other], made[at]
            case _:
                lines = bytes(made).split(b"\n")
                random.shuffle(lines)
                made = bytearray(b"\n".join(lines))
    return bytes(made)
