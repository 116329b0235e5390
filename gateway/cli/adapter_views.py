"""Shows items of a native file in three columns: the native cells, the canonical paths, the XML.

It reads nothing itself: the adapter's own trace says what became what.
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from itertools import zip_longest
from pathlib import Path

from gateway.adapter import Adapter, AdapterError, Item, Reading, Traceable
from gateway.cli.output import say, show_json
from gateway.frame import Frame

_FIRST = 5  # items, unless some are named: each is traced by itself
_NARROWEST = 96
_SHARES = (0.26, 0.42)  # of the width: native, canonical; the XML has the rest


def tell_side_by_side(
    adapter: Adapter,
    file: Path,
    reading: Reading,
    frame: Frame,
    *,
    numbers: Sequence[int],
    as_json: bool,
) -> None:
    """The items called ``numbers``, or the first few."""
    if not isinstance(adapter, Traceable):
        raise AdapterError(
            f"{adapter.name} does not show how it maps",
            expected="an adapter with a method trace",
            remedy="try it without --side",
        )
    shown = [item for item in reading.items if not numbers or item.number in numbers]
    shown = shown if numbers else shown[:_FIRST]
    told = []
    for item in shown:
        with file.open("rb") as source:
            stages = {s.name: s.lines for s in adapter.trace(source, item.number, frame)}
        native = tuple(line.partition(" at ")[0] for line in stages.get("parsed", ()))
        mapped = stages.get("mapped", ()) if item.body is not None else _what_is_wrong(item)
        xml = tuple(_pretty(stages.get("canonical", ()))) if item.body is not None else ()
        told.append((item, native or stages.get("raw", ()), mapped, xml))
    if as_json:
        show_json(
            [
                {"number": item.number, "at": item.at, "native": n, "canonical": m, "xml": x}
                for item, n, m, x in told
            ]
        )
        return
    for item, native, mapped, xml in told:
        say(f"{item.number}  {item.at}  {item.reference or '-'}")
        _columns(native, mapped, xml)
    if len(shown) < len(reading.items):
        say(f"{len(reading.items)} items; --item N shows another")


def _what_is_wrong(item: Item) -> tuple[str, ...]:
    if item.skipped:
        return (f"not sent: {item.skipped}",)
    return tuple(
        part
        for issue in item.issues
        for part in (f"[{issue.code}] {issue.column} {issue.value!r}", f"  do: {issue.remedy}")
    )


def _pretty(lines: Sequence[str]) -> list[str]:
    """The XML without its head, one element a line, indented."""
    from lxml import etree

    text = "".join(lines)
    if not text.startswith("<"):
        return list(lines)
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    root = etree.fromstring(text.encode(), parser)
    body = root[-1]
    etree.indent(body, " ")
    plain = etree.tostring(body, encoding="unicode")
    return [line.replace(f' xmlns="{root.nsmap.get(None)}"', "") for line in plain.splitlines()]


def _columns(*columns: Sequence[str]) -> None:
    width = max(shutil.get_terminal_size((160, 24)).columns, _NARROWEST)
    widths = [int(width * share) for share in _SHARES]
    widths.append(width - sum(widths) - 6)
    wrapped = [
        [part for line in lines for part in _folded(line, room)]
        for lines, room in zip(columns, widths, strict=True)
    ]
    for row in zip_longest(*wrapped, fillvalue=""):
        say(" | ".join(f"{c:<{w}}" for c, w in zip(row, widths, strict=True)).rstrip())
    say("")


def _folded(line: str, room: int) -> list[str]:
    """``line`` in pieces of ``room`` characters, those after the first set in."""
    pieces = [line[:room]]
    rest = line[room:]
    while rest:
        pieces.append("  " + rest[: room - 2])
        rest = rest[room - 2 :]
    return pieces
