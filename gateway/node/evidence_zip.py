"""The one form of an evidence file's .zip: nothing compressed, nothing dated, nothing beside it.

Equal files give equal octets, so every octet of the container counts, and a small file never
becomes a large one. It knows nothing of what the files hold.
"""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Mapping

from gateway.node.evidence_flaws import Broken, Flaw, UnreadableEvidenceError

MOST_OCTETS = 512 * 1024 * 1024
_LOCAL = struct.Struct("<IHHHHHIIIHH")
_CENTRAL = struct.Struct("<IHHHHHHIIIHHHHHII")
_END = struct.Struct("<IHHHHIIH")
_VERSION = 20
_BY_UNIX = 3 << 8 | _VERSION
_JANUARY_1980 = 1 << 5 | 1
_OWNER_READS_AND_WRITES = 0o600 << 16
_NAME = re.compile(
    r"case\.json"
    r"|messages/([0-9]{3,6}-(requester|responder)-[0-9]{1,9}-[A-Z_]{1,32}"
    r"|introduction-[0-9a-f-]{36})\.(envelope|content)\.xml"
    r"|trust/(anchor\.xml"
    r"|(root-[1-9][0-9]{0,8}|directory-[1-9][0-9]{0,8}|succession-[A-Z0-9-]{1,40})\.xml(\.sig)?)"
)


def packed(files: Mapping[str, bytes]) -> bytes:
    """The .zip of ``files``, in the order of their names (APPNOTE 6.3, method 0)."""
    bodies, entries, at = [], [], 0
    for name in sorted(files):
        octets, title = files[name], name.encode("ascii")
        facts = (0, 0, 0, _JANUARY_1980, zlib.crc32(octets), len(octets), len(octets), len(title))
        bodies.append(_LOCAL.pack(0x04034B50, _VERSION, *facts, 0) + title + octets)
        more = (0, 0, 0, 0, _OWNER_READS_AND_WRITES, at)
        entries.append(_CENTRAL.pack(0x02014B50, _BY_UNIX, _VERSION, *facts, *more) + title)
        at += len(bodies[-1])
    listing = b"".join(entries)
    count = len(entries)
    end = _END.pack(0x06054B50, 0, 0, count, count, len(listing), at, 0)
    return b"".join([*bodies, listing, end])


def unpacked(octets: bytes, broken: list[Broken]) -> dict[str, bytes]:
    """The files in a .zip; adds to ``broken`` where it is not the very one that they give.

    Raises ``UnreadableEvidenceError`` where it cannot be read without doubt: another form, a
    name that no evidence file has, one name twice.
    """
    if len(octets) > MOST_OCTETS:
        raise _unreadable(Flaw.FORM, "the file", f"it has more than {MOST_OCTETS} octets")
    files: dict[str, bytes] = {}
    at = 0
    while octets[at : at + 4] == b"PK\x03\x04":
        name, content, at = _entry(octets, at)
        if name in files:
            raise _unreadable(Flaw.DUPLICATE, name, "two files have this name")
        files[name] = content
    if not files:
        raise _unreadable(Flaw.FORM, "the file", "it is neither a .zip nor an XML of evidence")
    again = packed(files)
    if again != octets:
        here = next(
            (n for n, (a, b) in enumerate(zip(again, octets, strict=False)) if a != b),
            min(len(again), len(octets)),
        )
        text = "the .zip holds other octets than its files give: it was cut, added to or repacked"
        broken.append(Broken(flaw=Flaw.PACKING, place=f"octet {here}", text=text))
    return files


def known_name(name: str) -> bool:
    """Whether a file of an evidence file may be called so; no such name leads out of a folder."""
    return _NAME.fullmatch(name) is not None


def _entry(octets: bytes, at: int) -> tuple[str, bytes, int]:
    place = f"octet {at}"
    try:
        _, _, flags, method, _, _, crc, size, full, length, extra = _LOCAL.unpack_from(octets, at)
    except struct.error:
        raise _unreadable(Flaw.PACKING, place, "the .zip ends within a file") from None
    begin = at + _LOCAL.size + length
    name = octets[at + _LOCAL.size : begin].decode("latin-1")
    if not known_name(name):
        raise _unreadable(Flaw.NAME, place, f"no evidence file holds a file called {name!r:.100}")
    if flags or method or size != full:
        raise _unreadable(Flaw.PACKING, name, "it is compressed, encrypted or of no stated size")
    content = octets[begin + extra : begin + extra + size]
    if len(content) != size:
        raise _unreadable(Flaw.PACKING, name, "the .zip ends within this file")
    if zlib.crc32(content) != crc:
        raise _unreadable(Flaw.PACKING, name, "its checksum does not hold")
    return name, content, begin + extra + size


def _unreadable(flaw: Flaw, place: str, text: str) -> UnreadableEvidenceError:
    return UnreadableEvidenceError(flaw, place, text)
