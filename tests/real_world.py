"""A world of real processes for tests: broker, relay, hub, nodes; and files of national systems.

It decides nothing about what is tested.
"""

from __future__ import annotations

import csv
import io
import json
import shutil
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path
from unittest.mock import patch

import pytest
from fused_world import FusedWorld, fork_fused, skip_without_a_broker

from gateway.cli import main
from gateway.demo import CUSTOMS_SENDS, Member, World, start_countries, wait_until
from gateway.ids import REGISTRY_PARTY

FRANCE = Member(party="FRA-NCB", adapter="fr-police-csv", office="Paris desk")
DUTCH_CUSTOMS = Member(
    party="NLD-CUSTOMS", adapter="nl-customs-json", office="Rotterdam desk", sends=CUSTOMS_SENDS
)
DEADLINE_S = 240.0

_COLUMNS = (
    "Opération;N° procédure;Urgent;Date du fait;Nature du fait;Département;Commune;Propriétaire;"
    "Type d'arme;Marque;Modèle;Calibre;N° de série;Longueur canon (cm);Version;Nouvel état;Motif;"
    "Date de découverte;Observations;Saisi par"
)


@contextmanager
def running_world(
    root: Path, members: Sequence[Member] = (FRANCE, DUTCH_CUSTOMS), **options: object
) -> Iterator[World]:
    """Everything started; ended whatever happens. ``options`` as of ``World``."""
    skip_without_a_broker()
    world = World(root, members, resend_first_s=1.0, **options)  # type: ignore[arg-type]
    try:
        world.make()
        world.start_broker()
        world.start_all()
        yield world
    finally:
        world.stop()


def command(*words: str) -> tuple[int, str, str]:
    """Exit code, output and errors of ``iarms``; in this process, for starting one takes long."""
    out, errors = io.TextIOWrapper(io.BytesIO(), "utf-8"), io.StringIO()
    with (
        patch.object(sys, "argv", ["iarms", *words]),
        redirect_stdout(out),
        redirect_stderr(errors),
        pytest.raises(SystemExit) as left,
    ):
        main()
    out.flush()
    return int(left.value.code or 0), out.buffer.getvalue().decode(), errors.getvalue()


def thefts(numbers: Sequence[int], *, prefix: str = "KX") -> bytes:
    """A French file with one stolen pistol a number; serials and references follow the number."""
    rows = [
        f"CREATION;2025/TST/{n:05};;14/01/2025;VOL;69;Lyon;PARTICULIER;PISTOLET;Beretta;92 FS;"
        f"9 MM PARABELLUM;{prefix} {n:05}-A;;;;;;;"
        for n in numbers
    ]
    return ("\r\n".join([_COLUMNS, *rows]) + "\r\n").encode("latin-1")


def seizure(case: str, serials: Sequence[str]) -> bytes:
    """A Dutch customs file: one seizure, a pistol a serial."""
    return json.dumps(
        {
            "zaken": [
                {
                    "zaaknummer": case,
                    "spoed": True,
                    "tijdstip": "2025-04-02T06:42:00+02:00",
                    "wijze": "INBESLAGGENOMEN",
                    "plaats": {"locode": "NLRTM", "naam": "Rotterdam", "soort": "ZEEHAVEN"},
                    "vervoer": "ZEE",
                    "ontdekking": "SCAN",
                    "grondslag": "Algemene douanewet",
                    "vuurwapens": [
                        {
                            "stuk": f"A-{number}",
                            "soort": "PISTOOL",
                            "werking": "HALFAUTOMATISCH",
                            "merk": "Beretta",
                            "model": "92 FS",
                            "kaliber": "9 x 19",
                            "serienummer": serial,
                        }
                        for number, serial in enumerate(serials, 1)
                    ],
                }
            ]
        }
    ).encode()


def drop(world: World, party: str, name: str, octets: bytes) -> None:
    """The national system puts a file there as it should: under another name first."""
    part = world.incoming(party) / f"{name}.part"
    part.write_bytes(octets)
    part.replace(world.incoming(party) / name)


def await_answer(world: World, party: str, stem: str, *, deadline_s: float = DEADLINE_S) -> Path:
    """The answer file to a dropped one."""

    def answers() -> list[Path]:
        return sorted(world.outgoing(party).glob(f"{stem}.*.answer*"))

    try:
        wait_until(lambda: bool(answers()), f"the answer to {stem}", deadline_s)
    except TimeoutError as late:
        raise AssertionError(f"{late}\n{world.log_tail(party)}") from late
    return answers()[0]


def rows_of(path: Path) -> list[dict[str, str]]:
    """The rows of a French answer file."""
    return list(csv.DictReader(io.StringIO(path.read_text("latin-1")), delimiter=";"))


def hit_files(world: World, party: str) -> list[Path]:
    """Hit notices in the party's own format."""
    return sorted(world.outgoing(party).glob("hit-*"))


def records_held(world: World) -> int:
    """How many records the registry holds."""
    with world.store(REGISTRY_PARTY) as store, store.unit() as unit:
        return sum(unit.records.count().values())


def await_quiet(world: World, *, deadline_s: float = DEADLINE_S) -> None:
    """Until nobody waits for a receipt."""
    parties = (REGISTRY_PARTY, *(m.party for m in world.members))

    def quiet() -> bool:
        for party in parties:
            with world.store(party) as store, store.unit() as unit:
                if unit.outbox.depth():
                    return False
        return True

    wait_until(quiet, "every receipt", deadline_s)


def wipe_broker_data(world: World) -> None:
    """The broker dies and its data folder is gone; definitions and certificates stay."""
    assert world.broker is not None
    world.broker.kill()
    shutil.rmtree(world.root / "broker" / "data")


REPOSITORY_CONFIG = Path(__file__).parents[1] / "config"


@contextmanager
def trace_world(root: Path) -> Iterator[FusedWorld]:
    """Three countries whose terms of trace requests last seconds; ended whatever happens."""
    skip_without_a_broker()
    world = start_countries(root, ("FRA", "BEL", "AUT"), hurried=True, launch=fork_fused)
    try:
        yield FusedWorld(world)
    finally:
        world.stop()
