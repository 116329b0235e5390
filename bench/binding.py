"""What typed payloads cost beside a bare parse, and beside other bindings of XML to Python.

CPU time of one process; the sides of a comparison run in turns, so that a busy machine slows
all of them, and a figure is the median of the pairs' ratios. It measures no cryptography.

    python -m bench.binding [--json]
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from importlib.util import find_spec
from pathlib import Path
from statistics import median
from typing import Any

from lxml import etree
from xmlschema import XMLSchema10

from gateway.payload import PAYLOAD_SCHEMA, Firearm, FirearmRecordSubmit, decode, encode
from gateway.payload.generated_reader import read_payload
from gateway.payload.generated_writer import write_payload
from schemas import schema_path

SAMPLE = Path(__file__).parents[1] / "tests" / "vectors" / "payload" / "REC_SUBMIT.xml"
ROUNDS = 41
REPEATS = 25
SLOW_REPEATS = 3
Job = Callable[[Any], object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One comparison: medians in microseconds of CPU time, and the median ratio of the pairs."""

    name: str
    ours: float
    other: float
    ratio: float
    target: str = ""
    holds: bool = True


def record() -> FirearmRecordSubmit:
    """A record of about 2 kB: one pistol with its serial number, as most records are."""
    whole = decode(SAMPLE.read_bytes())
    assert isinstance(whole, FirearmRecordSubmit)
    filed = whole.firearm_record
    firearm = Firearm(
        firearm_type_code=filed.firearm.firearm_type_code,
        make_identified=filed.firearm.make_identified,
        model_identified=filed.firearm.model_identified,
        calibre=filed.firearm.calibre,
        serial_status_code=filed.firearm.serial_status_code,
        marking=filed.firearm.marking[:1],
        country_of_manufacture=filed.firearm.country_of_manufacture,
    )
    filed = replace(filed, firearm=firearm, access_restriction=(), circumstance_text=None)
    return replace(whole, firearm_record=filed)


def measure() -> dict[str, Any]:
    """Every row, and the size of the record that they speak of."""
    payload = record()
    octets = encode(payload)
    schema = etree.XMLSchema(etree.parse(str(schema_path("payload.xsd"))))
    rows = [*_reading(octets, schema), *_writing(payload, octets), *_peers(payload, octets)]
    return {
        "octets": len(octets),
        "elements": sum(1 for _ in etree.fromstring(octets).iter()),
        "rows": [_plain(row) for row in rows],
    }


def _reading(octets: bytes, schema: etree.XMLSchema) -> Iterable[Row]:
    def bare(_: None) -> object:
        return etree.fromstring(octets)

    def whole(_: None) -> object:
        return decode(octets)

    def validated(_: None) -> object:
        return schema.validate(etree.fromstring(octets))

    yield _row("decode (parse + XSD + reader) / bare parse", whole, bare)
    yield _row("decode / parse + XSD", whole, validated)
    yield _row(
        "reader alone / bare parse",
        read_payload,
        bare,
        ours_prepares=lambda: etree.fromstring(octets),
        at_most=2.5,
        quiet_us=60,
    )


def _writing(payload: FirearmRecordSubmit, octets: bytes) -> Iterable[Row]:
    root = etree.fromstring(octets)
    plan = _planned(root)
    yield _row(
        "writer / etree: build a tree and serialise it",
        lambda _: encode(payload),
        lambda _: etree.tostring(_built(plan)),
        at_most=0.5,
        quiet_us=34,
    )
    yield _row(
        "writer / libxml2's exclusive C14N of a ready tree",
        lambda _: write_payload(payload).encode(),
        lambda _: etree.tostring(root, method="c14n", exclusive=True),
    )


def _planned(element: etree._Element) -> tuple[Any, ...]:
    return element.tag, element.text, dict(element.attrib), [_planned(each) for each in element]


def _built(plan: tuple[Any, ...], parent: etree._Element | None = None) -> etree._Element:
    tag, text, attributes, children = plan
    if parent is None:
        element = etree.Element(tag, attributes, nsmap={None: PAYLOAD_SCHEMA})
    else:
        element = etree.SubElement(parent, tag, attributes)
    element.text = text
    for child in children:
        _built(child, element)
    return element


def _peers(payload: FirearmRecordSubmit, octets: bytes) -> Iterable[Row]:
    peer = XMLSchema10(str(schema_path("payload.xsd")))
    yield _row(
        "xmlschema: decode / ours",
        lambda _: peer.decode(etree.fromstring(octets)),
        lambda _: decode(octets),
        repeats=SLOW_REPEATS,
    )
    if find_spec("xsdata") is None:
        return
    from bench.binding_xsdata import xsdata_binding  # noqa: PLC0415 - xsdata may be absent

    parse, serialise, value = xsdata_binding(octets)
    yield _row(
        "xsdata: parse without XSD / parse + reader",
        lambda _: parse(octets),
        lambda _: read_payload(etree.fromstring(octets)),
        repeats=SLOW_REPEATS,
    )
    yield _row(
        "xsdata: write / ours",
        lambda _: serialise(value),
        lambda _: encode(payload),
        repeats=SLOW_REPEATS,
    )


def _row(
    name: str,
    ours: Job,
    other: Job,
    *,
    ours_prepares: Callable[[], Any] = lambda: None,
    repeats: int = REPEATS,
    at_most: float | None = None,
    quiet_us: float | None = None,
) -> Row:
    pairs = []
    for _ in range(ROUNDS):
        mine = _microseconds(ours, [ours_prepares() for _ in range(repeats)])
        pairs.append((mine, _microseconds(other, [None] * repeats)))
    mine, theirs = median(p[0] for p in pairs), median(p[1] for p in pairs)
    ratio = median(a / b for a, b in pairs)
    target = "" if at_most is None else f"≤ {at_most}"
    # A busy machine slows everything: the absolute figure is told, the ratio is held.
    target += "" if quiet_us is None else f" (ours about {quiet_us} µs where nothing else runs)"
    holds = at_most is None or ratio <= at_most
    return Row(name=name, ours=mine, other=theirs, ratio=ratio, target=target, holds=holds)


def _microseconds(job: Job, inputs: list[Any]) -> float:
    start = time.process_time_ns()
    for each in inputs:
        job(each)
    return (time.process_time_ns() - start) / len(inputs) / 1000


def _plain(row: Row) -> dict[str, Any]:
    return {
        "name": row.name,
        "ours_us": round(row.ours, 1),
        "other_us": round(row.other, 1),
        "ratio": round(row.ratio, 2),
        "target": row.target,
        "holds": row.holds,
    }


def show(measured: dict[str, Any]) -> None:
    """The table for a person."""
    print(f"a record of {measured['octets']} octets in {measured['elements']} elements")
    print(f"{'':<55} {'first':>9} {'second':>9} {'ratio':>7}  target")
    for row in measured["rows"]:
        verdict = f"{row['target']} {'ok' if row['holds'] else 'MISSED'}" if row["target"] else ""
        print(
            f"{row['name']:<55} {row['ours_us']:>6.1f} µs {row['other_us']:>6.1f} µs"
            f" {row['ratio']:>7.2f}  {verdict}"
        )


if __name__ == "__main__":
    figures = measure()
    if "--json" in sys.argv[1:]:
        print(json.dumps(figures, indent=2, ensure_ascii=False))
    else:
        show(figures)
