"""What sealing and opening cost beyond the cryptography that nobody can avoid, and beside peers.

CPU time of one process; the two sides of a comparison run in turns, so that a busy machine slows
both, and a figure is the median of the pairs' ratios. It measures no broker and no database.

    python -m bench.envelope [--json]
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from statistics import median
from typing import Any

from lxml import etree

from bench.binding import record
from bench.envelope_floor import Floor
from bench.envelope_peers import peers
from gateway.envelope import (
    MAX_ENVELOPE_OCTETS,
    Draft,
    EnvelopeRefusedError,
    check_envelope,
    open_envelope,
    peek_header,
    seal,
)
from gateway.ids import Lane
from gateway.payload import decode, encode
from keys import Directory, Identity, Suite, entry_for
from schemas import schema_path

NOW = datetime(2026, 10, 20, 9, 26, 53, tzinfo=UTC)
SMALL, LARGE = 2_000, 200_000
ROUNDS = 151
Job = Callable[[], object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """A ratio with its target. ``ours`` and ``other`` are medians in microseconds of CPU time."""

    name: str
    ratio: float
    at_most: float | None = None
    at_least: float | None = None
    ours: float
    other: float

    @property
    def holds(self) -> bool:
        """Whether the target is met."""
        if self.at_most is not None:
            return self.ratio <= self.at_most
        return self.at_least is None or self.ratio >= self.at_least

    @property
    def target(self) -> str:
        """The target as text."""
        return f"≤ {self.at_most}" if self.at_most is not None else f"≥ {self.at_least}"


class World:
    """Two parties that know each other, one message of each size, and a forged large one."""

    def __init__(self) -> None:
        names = ["FRA-NCB", "DEU-NCB", *(f"AAA-P{number}" for number in range(20))]
        self.parties = {
            name: Identity.generate(name, random=os.urandom, hybrid=True) for name in names
        }
        self.directory = Directory(
            version=17,
            issued=NOW - timedelta(days=1),
            expires=NOW + timedelta(days=29),
            digest=bytes(32),
            parties={
                name: entry_for(
                    identity, sends=frozenset({"HIT_NOTICE"}), valid_from=NOW - timedelta(days=2)
                )
                for name, identity in self.parties.items()
            },
        )
        self.to = [(self.directory.recipient(name), 4711) for name in names[1:]]
        later = replace(self.directory, suite=Suite.HYBRID, suite_since=17)
        self.to_hybrid = [(later.recipient("DEU-NCB"), 4711)]
        self.draft = Draft(
            message_id="0197c0de-7a11-7d3a-9c52-2f6a4be1d001",
            message_type="HIT_NOTICE",
            created=NOW,
            expires=NOW + timedelta(days=1),
            lane=Lane.URGENT,
            in_reply_to=None,
            directory_version=17,
            schema="urn:iarms:exchange:payload:1",
        )

    def seal(self, content: bytes, recipients: int = 1) -> bytes:
        """One envelope to the first ``recipients`` parties."""
        return seal(
            content,
            self.draft,
            by=self.parties["FRA-NCB"],
            to=self.to[:recipients],
            random=os.urandom,
        )

    def seal_hybrid(self, content: bytes) -> bytes:
        """One envelope of suite 2 to the first recipient."""
        return seal(
            content, self.draft, by=self.parties["FRA-NCB"], to=self.to_hybrid, random=os.urandom
        )

    def open(self, octets: bytes) -> bytes:
        """The content as the first recipient finds it."""
        identity = self.parties["DEU-NCB"]
        return open_envelope(octets, identity, self.directory, now=NOW).content

    def refuse(self, octets: bytes) -> None:
        """Checks what must be refused."""
        try:
            check_envelope(octets, self.directory, now=NOW)
        except EnvelopeRefusedError:
            return
        raise AssertionError("a forged envelope was accepted")


def content_of(length: int) -> bytes:
    """A payload element that fills ``length`` octets with its wrapper."""
    start, end = b'<HitNotice xmlns="urn:iarms:exchange:payload:1">', b"</HitNotice>"
    return start + b"x" * (length - len(start) - len(end) - 110) + end


def forged(world: World) -> bytes:
    """A known sender's envelope, blown up to 8 MiB: the digest is wrong, the rest well-formed."""
    envelope = world.seal(content_of(SMALL))
    at = envelope.rindex(b"</xenc:CipherValue>")
    return envelope[:at] + b"A" * (MAX_ENVELOPE_OCTETS - len(envelope)) + envelope[at:]


def compare(ours: Job, other: Job, *, rounds: int = ROUNDS, calls: int = 5) -> tuple[float, ...]:
    """(median of ratios, median of ours, median of other), the latter in µs a call."""
    pairs = []
    for number in range(rounds + 3):
        first, second = (ours, other) if number % 2 else (other, ours)
        times = {first: _cpu(first, calls), second: _cpu(second, calls)}
        pairs.append((times[ours], times[other]))
    pairs = pairs[3:]  # the first ones warm caches up
    return (
        median(mine / theirs for mine, theirs in pairs),
        median(mine for mine, _ in pairs),
        median(theirs for _, theirs in pairs),
    )


def _cpu(job: Job, calls: int) -> float:
    start = time.process_time_ns()
    for _ in range(calls):
        job()
    return (time.process_time_ns() - start) / calls / 1000


def measure() -> dict[str, Any]:
    """Every gate of the envelope's cost, and which peers were absent."""
    world = World()
    gates = [
        *_against_floor(world), *_with_payload(world), *_large(world), *_recipients(world),
        *_refusal(world), *_stuffed(world), *_hybrid(world),
    ]  # fmt: skip
    small = encode(record())
    sealed = world.seal(small)
    found = peers(small, sealed)
    for peer in found.jobs:
        ours: Job = (
            (lambda: world.seal(small))
            if peer.counterpart == "seal"
            else lambda: world.open(sealed)
        )
        ratio, theirs_us, ours_us = compare(peer.job, ours, rounds=41, calls=3)
        gates.append(
            Gate(name=peer.name, ratio=ratio, at_least=peer.at_least, ours=ours_us, other=theirs_us)
        )
    return {
        "unit": "microseconds of CPU time",
        "gates": [_plain(gate) for gate in gates],
        "absent": found.absent,
        "holds": all(gate.holds for gate in gates),
    }


def _gate(name: str, at_most: float, ours: Job, other: Job, **how: int) -> Gate:
    ratio, ours_us, other_us = compare(ours, other, **how)
    return Gate(name=name, ratio=ratio, at_most=at_most, ours=ours_us, other=other_us)


def _against_floor(world: World) -> list[Gate]:
    content = content_of(SMALL)
    sealed = world.seal(content)
    floor = Floor(sealed)
    return [
        _gate("seal 2 kB / floor", 1.25, lambda: world.seal(content), floor.seal),
        _gate("open 2 kB / floor", 1.30, lambda: world.open(sealed), floor.open),
    ]


def _with_payload(world: World) -> list[Gate]:
    """From the typed value to the wire and back, with a record of about 2 kB."""
    payload = record()
    content = encode(payload)
    sealed = world.seal(content)
    floor = Floor(sealed)
    schema = etree.XMLSchema(etree.parse(str(schema_path("payload.xsd"))))

    def unavoidable() -> None:
        floor.open()
        schema.assertValid(etree.fromstring(content))

    return [
        _gate(
            "open, parse, XSD, typed value / floor, lxml, XSD", 1.6,
            lambda: decode(world.open(sealed)), unavoidable,
        ),
        _gate(
            "typed value, XML, sealed / seal alone", 1.45,
            lambda: world.seal(encode(payload)), lambda: world.seal(content),
        ),
    ]  # fmt: skip


def _large(world: World) -> list[Gate]:
    content = content_of(LARGE)
    sealed = world.seal(content)
    floor = Floor(sealed, standard_base64=True)
    return [
        _gate(
            "seal 200 kB / floor, stdlib base64", 0.85, lambda: world.seal(content), floor.seal,
            rounds=61, calls=3,
        ),
        _gate(
            "open 200 kB / floor, stdlib base64", 0.55, lambda: world.open(sealed), floor.open,
            rounds=61, calls=3,
        ),
    ]  # fmt: skip


def _recipients(world: World) -> list[Gate]:
    """The cost of one recipient more: (21 recipients - 1) / 20, over one."""
    content = content_of(SMALL)
    more = len(world.to) - 1
    ratio, many_us, one_us = compare(
        lambda: world.seal(content, more + 1), lambda: world.seal(content), rounds=81, calls=1
    )
    return [
        Gate(
            name="one recipient more / seal for one",
            ratio=(ratio - 1) / more,
            at_most=0.55,
            ours=(many_us - one_us) / more,
            other=one_us,
        )
    ]


def _hybrid(world: World) -> list[Gate]:
    """What suite 2 costs beside suite 1, for one recipient."""
    content = content_of(SMALL)
    plain, later = world.seal(content), world.seal_hybrid(content)
    return [
        _gate(
            "suite 2 / suite 1, seal 2 kB", 2.5, lambda: world.seal_hybrid(content),
            lambda: world.seal(content),
        ),
        _gate(
            "suite 2 / suite 1, open 2 kB", 2.5, lambda: world.open(later),
            lambda: world.open(plain),
        ),
        Gate(
            name="suite 2 / suite 1, octets of 2 kB", ratio=len(later) / len(plain), at_most=1.5,
            ours=len(later), other=len(plain),
        ),
    ]  # fmt: skip


def _refusal(world: World) -> list[Gate]:
    octets = forged(world)
    return [
        _gate(
            "refuse 8 MiB of a known sender / its SHA-256", 1.2, lambda: world.refuse(octets),
            lambda: hashlib.sha256(octets).digest(), rounds=31, calls=1,
        )
    ]  # fmt: skip


def _stuffed(world: World) -> list[Gate]:
    """A header stuffed with 200 kB at its worst place: reading must stay linear."""
    sealed = world.seal(content_of(SMALL))
    gates = []
    for place in (b'party="', b"<env:Type>", b'seq="'):
        for filler in (b"A", b"0", b'"', b'<env:To key="'):
            at = sealed.index(place) + len(place)
            octets = sealed[:at] + filler * (LARGE // len(filler)) + sealed[at:]
            gates.append(
                _gate(
                    "refuse the worst stuffed header / its SHA-256", 10.0,
                    partial(peek_header, octets), lambda o=octets: hashlib.sha256(o).digest(),  # type: ignore[misc]
                    rounds=11, calls=1,
                )
            )  # fmt: skip
    return [max(gates, key=lambda gate: gate.ratio)]


def _plain(gate: Gate) -> dict[str, Any]:
    return {
        "name": gate.name,
        "ratio": round(gate.ratio, 3),
        "target": gate.target,
        "holds": gate.holds,
        "ours_us": round(gate.ours, 1),
        "other_us": round(gate.other, 1),
    }


def show(measured: dict[str, Any]) -> None:
    """The table for a person."""
    print(f"{'gate':<50}{'ratio':>8}  {'target':<8}{'ours':>10}{'other':>13}")
    for gate in measured["gates"]:
        verdict = "" if gate["holds"] else "  MISSED"
        print(
            f"{gate['name']:<50}{gate['ratio']:>8.2f}  {gate['target']:<8}"
            f"{gate['ours_us']:>7.1f} µs{gate['other_us']:>10.1f} µs{verdict}"
        )
    for name, why in measured["absent"].items():
        print(f"absent: {name}: {why}")


def main() -> None:
    """Prints the table, or the JSON alone; exit code 6 where a gate does not hold."""
    measured = measure()
    if "--json" in sys.argv[1:]:
        print(json.dumps(measured, indent=2, ensure_ascii=False))
    else:
        show(measured)
    if not measured["holds"]:
        sys.exit(6)


if __name__ == "__main__":
    main()
