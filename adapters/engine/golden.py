"""Holds an adapter against its golden samples: native file in, canonical XML and issues out.

``samples/ok/NAME`` and ``samples/bad/NAME`` stand beside ``NAME.expected.xml`` (every body in
canonical form) and ``NAME.expected.json`` (every issue). All is read under one fixed frame, so that
the same input gives the same octets for ever.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from difflib import unified_diff
from pathlib import Path

import msgspec

from gateway.adapter import Adapter, Item, Reading, SampleOutcome, message_of
from gateway.frame import Frame
from gateway.ids import IdSource
from gateway.payload import ContactPoint, encode

_INSTANT = datetime(2026, 6, 15, 12, 0, tzinfo=UTC)
_SHOWN_LINES = 40
_EXPECTED = (".expected.xml", ".expected.json")


def fixed_frame(party: str = "XXX-SAMPLE") -> Frame:
    """A frame whose clock stands and whose ids are always the same."""
    return Frame(
        party=party,
        country=party[:3],
        system_id="samples",
        now=_INSTANT,
        ids=IdSource(now=lambda: _INSTANT, random=bytes),
        pseudonym="sample-user",
        contact=ContactPoint(
            contact_name="Sample duty office",
            telephone="+1 555 0100",
            email="duty.office@example.org",
            available_always_indicator=True,
        ),
        test=True,
    )


def canonical(item: Item, frame: Frame) -> bytes | None:
    """The message that ``item``'s body makes alone, in canonical XML; None without a body."""
    message = message_of(item, frame)
    return None if message is None else encode(message)


def produced(reading: Reading, frame: Frame) -> tuple[bytes, bytes]:
    """The two golden files of ``reading``: its bodies, one a line, and its issues."""
    bodies = [xml for item in reading.items if (xml := canonical(item, frame)) is not None]
    issues = [
        {"item": item.number} | msgspec.to_builtins(issue)
        for item in reading.items
        for issue in item.issues
    ]
    issues = [{"item": 0} | msgspec.to_builtins(issue) for issue in reading.issues] + issues
    told = msgspec.json.format(msgspec.json.encode(issues), indent=2)
    return b"".join(xml + b"\n" for xml in bodies), told + b"\n"


def samples_of(folder: Path) -> Iterator[Path]:
    """The native sample files of an adapter's folder."""
    for part in ("ok", "bad"):
        for path in sorted((folder / "samples" / part).glob("*")):
            if not path.name.endswith(_EXPECTED):
                yield path


def check_samples(adapter: Adapter, folder: Path) -> Sequence[SampleOutcome]:
    """One outcome for each sample: "" or the first lines of what is different."""
    outcomes = []
    for path in samples_of(folder):
        frame = fixed_frame()
        reading = adapter.read(path.read_bytes(), frame)
        difference = "".join(
            _difference(path.with_name(path.name + suffix), octets)
            for suffix, octets in zip(_EXPECTED, produced(reading, frame), strict=True)
        )
        if path.parent.name == "ok" and (
            reading.issues or any(item.issues for item in reading.items)
        ):
            difference += "a sample in 'ok' has issues\n"
        outcomes.append(
            SampleOutcome(sample=f"{path.parent.name}/{path.name}", difference=difference)
        )
    return outcomes


def write_expected(adapter: Adapter, folder: Path) -> None:
    """Write the golden files anew, for their author to read before they are believed."""
    for path in samples_of(folder):
        frame = fixed_frame()
        reading = adapter.read(path.read_bytes(), frame)
        for suffix, octets in zip(_EXPECTED, produced(reading, frame), strict=True):
            path.with_name(path.name + suffix).write_bytes(octets)


def _difference(expected: Path, octets: bytes) -> str:
    held = expected.read_bytes() if expected.exists() else b""
    if held == octets:
        return ""
    lines = unified_diff(
        held.decode().replace("><", ">\n<").splitlines(),
        octets.decode().replace("><", ">\n<").splitlines(),
        fromfile=expected.name,
        tofile="produced",
        lineterm="",
        n=1,
    )
    return "".join(f"{line}\n" for line, _ in zip(lines, range(_SHOWN_LINES), strict=False))
