"""Histories of updates are judged as python-tuf judges them, step by step.

Roots, beacons and directories are drawn from a pool that exists twice: as our documents, and as
TUF metadata of the same versions, keys, thresholds, times and references (beacon: timestamp and
snapshot; directory: targets). python-tuf's own client is the judge.
"""

from __future__ import annotations

import hashlib
import os
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from unittest import mock

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from securesystemslib.signer import CryptoSigner  # type: ignore[attr-defined] # it re-exports
from tuf.api.exceptions import DownloadError, DownloadHTTPError, RepositoryError
from tuf.api.metadata import (  # type: ignore[attr-defined] # it re-exports without saying so
    Key,
    Metadata,
    MetaFile,
    Snapshot,
    Targets,
    Timestamp,
)
from tuf.api.metadata import Role as TufRole  # type: ignore[attr-defined] # as above
from tuf.api.metadata import Root as TufRoot  # type: ignore[attr-defined] # as above
from tuf.ngclient import FetcherInterface, Updater, UpdaterConfig  # type: ignore[attr-defined] # as above

from keys import Directory, Officer, Policy, Role, RoleName, TrustError, directory_file
from keys.beacon import Named, sign_beacon, write_beacon
from keys.chain import root_file
from keys.documents import write_directory
from keys.officer import Signer, make_signer
from keys.root_document import read_root, write_root
from keys.signatures import write_signatures
from keys.trust_set import Offer, TrustSet

START = datetime(2026, 1, 1, tzinfo=UTC)
FRESH = timedelta(minutes=10)
HISTORIES = int(os.environ.get("IARMS_HISTORIES", "40"))
"""The full figure is ``IARMS_HISTORIES=2000``, some minutes; the check takes a sample."""


@dataclass
class Hand:
    """One person's key in both worlds."""

    ours: Signer
    theirs: CryptoSigner
    key: Key = field(init=False)

    def __post_init__(self) -> None:
        self.key = self.theirs.public_key


def hand(name: str, seed: int) -> Hand:
    octets = hashlib.sha256(f"{name}{seed}".encode()).digest()
    signer = make_signer(name, "Office", random=lambda _: octets, quantum=False)
    return Hand(ours=signer, theirs=CryptoSigner(Ed25519PrivateKey.from_private_bytes(octets)))


PEOPLE = {name: hand(name, 1) for name in ("anna", "boris", "chen", "dina", "emil", "fay")}
HUBS = {name: hand(name, 2) for name in ("hub-a", "hub-b")}
ALL = {**PEOPLE, **HUBS}


@dataclass(frozen=True)
class Shape:
    """Who has which role in a root."""

    root: tuple[str, ...]
    root_of: int
    officers: tuple[str, ...]
    hub: str
    expires: timedelta


SHAPES = (
    Shape(("anna", "boris", "chen"), 2, ("anna", "boris"), "hub-a", timedelta(days=100)),
    Shape(("anna", "boris", "dina"), 2, ("anna", "dina"), "hub-a", timedelta(days=1)),
    Shape(("boris", "dina", "emil"), 3, ("dina", "emil"), "hub-b", timedelta(days=200)),
    Shape(("dina", "emil", "fay"), 2, ("emil", "fay"), "hub-b", timedelta(days=300)),
)


@dataclass(frozen=True)
class Both:
    """One document in both worlds; ``theirs`` are the files by name."""

    label: str
    ours: tuple[bytes, bytes]
    theirs: dict[str, bytes]
    version: int


def signature(name: str, octets: bytes, by: tuple[str, ...]) -> bytes:
    made = [s for person in by for s in ALL[person].ours.sign(name, octets)]
    return write_signatures(name, hashlib.sha256(octets).digest(), made)


def root_both(version: int, shape: Shape, previous: bytes | None, by: tuple[str, ...]) -> Both:
    issued = START + timedelta(minutes=version)
    people = sorted({*shape.root, *shape.officers, shape.hub})
    octets = write_root(
        version=version,
        issued=issued,
        expires=START + shape.expires,
        previous=previous,
        policy=Policy(quantum=False, beacon_fresh=FRESH),
        officers={
            p: Officer(
                person=p, organisation="Office", signing=ALL[p].ours.public.signing, quantum=None
            )
            for p in people
        },
        roles={
            RoleName.ROOT: role(RoleName.ROOT, shape.root, shape.root_of),
            RoleName.DIRECTORY: role(RoleName.DIRECTORY, shape.officers, 2),
            RoleName.BEACON: role(RoleName.BEACON, (shape.hub,), 1),
        },
        enrolment=bytes([9, *bytes(31)]),
    )
    root = TufRoot(version=version, expires=START + shape.expires, consistent_snapshot=False)
    for name, persons, threshold in (
        ("root", shape.root, shape.root_of),
        ("targets", shape.officers, 2),
        ("timestamp", (shape.hub,), 1),
        ("snapshot", (shape.hub,), 1),
    ):
        root.roles[name] = TufRole([], threshold)
        for person in persons:
            root.add_key(ALL[person].key, name)
    return Both(
        label=f"root {version} by {by}",
        ours=(octets, signature(root_file(version), octets, by)),
        theirs={f"{version}.root.json": tuf_octets(root, by)},
        version=version,
    )


def role(name: RoleName, persons: tuple[str, ...], threshold: int) -> Role:
    return Role(name=name, threshold=threshold, organisations=1, persons=tuple(sorted(persons)))


def tuf_octets(signed: object, by: tuple[str, ...]) -> bytes:
    metadata = Metadata(signed)  # type: ignore[type-var] # one of the four roles
    for person in by:
        metadata.sign(ALL[person].theirs, append=True)
    return metadata.to_bytes()


def directory_both(
    version: int, previous: bytes | None, expires: datetime, by: tuple[str, ...]
) -> Both:
    octets = write_directory(
        version=version,
        issued=START,
        expires=expires,
        previous=previous,
        parties=(),
    )
    return Both(
        label=f"directory {version} by {by}",
        ours=(octets, signature(directory_file(version), octets, by)),
        theirs={"targets.json": tuf_octets(Targets(version=version, expires=expires), by)},
        version=version,
    )


def beacon_both(number: int, minutes: int, directory: Both, hub: str) -> Both:
    issued = START + timedelta(minutes=minutes)
    octets = write_beacon(
        version=number,
        issued=issued,
        root=Named(version=1, digest=hashlib.sha256(POOL_ROOT_1.ours[0]).digest()),
        directory=Named(
            version=directory.version, digest=hashlib.sha256(directory.ours[0]).digest()
        ),
    )
    snapshot = Snapshot(
        version=directory.version,
        expires=START + timedelta(days=3000),
        meta={"targets.json": MetaFile(directory.version)},
    )
    snapshot_octets = tuf_octets(snapshot, (hub,))
    timestamp = Timestamp(
        version=number,
        expires=issued + FRESH + timedelta(seconds=1),
        snapshot_meta=MetaFile(directory.version),
    )
    return Both(
        label=f"beacon {number} at +{minutes} min naming directory {directory.version} by {hub}",
        ours=(octets, sign_beacon(octets, HUBS[hub].ours)),
        theirs={"timestamp.json": tuf_octets(timestamp, (hub,)), "snapshot.json": snapshot_octets},
        version=number,
    )


POOL_ROOT_1 = root_both(1, SHAPES[0], None, ("anna", "boris"))


def make_roots() -> dict[int, list[Both]]:
    """For each next version the true root, and ones that miss a threshold or a step."""
    roots: dict[int, list[Both]] = {}
    previous = hashlib.sha256(POOL_ROOT_1.ours[0]).digest()
    old = SHAPES[0]
    for version, shape in enumerate(SHAPES[1:], start=2):
        signers = tuple(sorted({*old.root, *shape.root}))
        only_new = tuple(p for p in shape.root if p not in old.root)
        candidates = [signers, old.root, (*only_new, old.root[0]), shape.root]
        roots[version] = [root_both(version, shape, previous, by) for by in candidates]
        previous = hashlib.sha256(roots[version][0].ours[0]).digest()
        old = shape
    return roots


def make_directories() -> list[Both]:
    made: list[Both] = []
    previous: bytes | None = None
    quorums = (("anna", "boris"), ("anna", "dina"), ("dina", "emil"), ("emil", "fay"))
    for version in range(1, 5):
        expires = START + timedelta(days=80 if version != 2 else 1)
        made += [
            directory_both(version, previous, expires, by) for by in (*quorums, quorums[0][:1])
        ]
        previous = hashlib.sha256(made[-1].ours[0]).digest()
    return made


ROOTS = make_roots()
DIRECTORIES = make_directories()
MINUTES = (0, 1, 2, 30, 60, 1439, 1450, 3000, 200 * 1440)
BEACONS = [
    beacon_both(number, minutes, directory, hub)
    for number, minutes in zip((1, 2, 3, 5, 8, 9, 10, 11, 999), MINUTES, strict=True)
    for directory in DIRECTORIES[::5]
    for hub in HUBS
]


class Shelf(FetcherInterface):
    """python-tuf's network: a table of files."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}

    def _fetch(self, url: str) -> Iterator[bytes]:
        octets = self.files.get(url.rsplit("/", 1)[1])
        if octets is None:
            raise DownloadHTTPError("absent", 404)
        yield octets


class Judge:
    """python-tuf's client with its folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.shelf = Shelf()
        self.started = False

    def refresh(self, files: dict[str, bytes], now: datetime) -> bool:
        self.shelf.files = files
        first = None if self.started else POOL_ROOT_1.theirs["1.root.json"]
        self.started = True
        with mock.patch("tuf.ngclient._internal.trusted_metadata_set.datetime") as clock:
            clock.datetime.now.return_value = now
            try:
                Updater(
                    str(self.folder),
                    "https://hub/",
                    fetcher=self.shelf,
                    bootstrap=first,
                    config=UpdaterConfig(),
                ).refresh()
            except (RepositoryError, DownloadError):
                return False
        return True

    def version(self, name: str) -> int:
        path = self.folder / f"{name}.json"
        return Metadata.from_file(str(path)).signed.version if path.exists() else 0


def compare(seed: int, folder: Path) -> int:
    """Drives both through one history; the number of steps. Fails at the first difference."""
    draw = random.Random(seed)
    ours = TrustSet(read_root(POOL_ROOT_1.ours[0], place="pinned"))
    judge = Judge(folder)
    now, told = START + timedelta(minutes=5), []
    newest = 1
    for _ in range(draw.randint(3, 9)):
        now += draw.choice([timedelta(minutes=m) for m in (0, 1, 3, 20, 1440)])
        roots: list[Both] = []
        while newest < len(SHAPES) and draw.random() < 0.4:
            true = draw.random() < 0.8
            offered = ROOTS[newest + 1][0] if true else draw.choice(ROOTS[newest + 1])
            roots.append(offered)
            newest += 1
            if draw.random() < 0.5:
                break
        minutes = (now - START) // timedelta(minutes=1)
        past = [each for each in BEACONS if beacon_minutes(each) <= minutes + 3]
        near = [each for each in past if beacon_minutes(each) >= minutes - 12]
        beacon = draw.choice(near if near and draw.random() < 0.8 else past)
        right = [each for each in DIRECTORIES if f"directory {each.version} " in beacon.label]
        directory = draw.choice(right if draw.random() < 0.8 else DIRECTORIES)
        told.append(f"{now} {[r.label for r in roots]} {beacon.label} {directory.label}")
        theirs = judge.refresh(
            {
                **{name: octets for r in roots for name, octets in r.theirs.items()},
                **beacon.theirs,
                **directory.theirs,
            },
            now,
        )
        mine = refresh(ours, roots, beacon, directory, now)
        newest = ours.root.version
        assert ours.root.version == judge.version("root"), told
        goes_back = (
            not mine
            and theirs
            and judge.version("targets") < (0 if ours.seen is None else ours.seen.version)
        )
        if goes_back:  # the one rule we have beyond TUF: a directory never goes back
            return len(told)
        assert mine == theirs, told
        if mine:
            directory_now = ours.directory
            assert isinstance(directory_now, Directory)
            assert directory_now.version == judge.version("targets"), told
            assert ours.beacon is not None
            assert ours.beacon.version == judge.version("timestamp"), told
    return len(told)


def beacon_minutes(beacon: Both) -> int:
    return int(beacon.label.split("+")[1].split(" ")[0])


def refresh(
    ours: TrustSet, roots: list[Both], beacon: Both, directory: Both, now: datetime
) -> bool:
    offer = Offer(roots=[r.ours for r in roots], beacon=beacon.ours, directory=directory.ours)
    try:
        ours.refresh(offer, now)
    except TrustError:
        return False
    return True


@pytest.mark.slow
def test_histories_of_updates_are_judged_as_python_tuf_judges_them(tmp_path: Path) -> None:
    steps = 0
    for seed in range(HISTORIES):
        folder = tmp_path / str(seed)
        folder.mkdir()
        steps += compare(seed, folder)
    assert steps > HISTORIES * 2


def test_a_beacon_that_ran_ahead_is_forgotten_when_its_key_is_replaced() -> None:
    ours = TrustSet(read_root(POOL_ROOT_1.ours[0], place="pinned"))
    now = START + timedelta(minutes=2)
    good = next(d for d in DIRECTORIES if d.version == 1)
    far = beacon_both(999_999, 1, good, "hub-a")
    ours.refresh(Offer(beacon=far.ours, directory=good.ours), now)
    true = beacon_both(3, 2, good, "hub-a")
    with pytest.raises(TrustError, match="older"):
        ours.refresh(Offer(beacon=true.ours), now)
    after = [ROOTS[2][0].ours, ROOTS[3][0].ours]
    # Officers left with these roots: the directory has to be signed anew before it counts again.
    with pytest.raises(TrustError, match="not here"):
        ours.refresh(Offer(roots=after, beacon=beacon_both(4, 2, good, "hub-b").ours), now)
    assert ours.beacon is not None
    assert ours.beacon.version == 4


def test_two_beacons_of_one_number_are_told_and_the_first_stays() -> None:
    ours = TrustSet(read_root(POOL_ROOT_1.ours[0], place="pinned"))
    now = START + timedelta(minutes=2)
    good = next(d for d in DIRECTORIES if d.version == 1)
    first, second = (beacon_both(3, minute, good, "hub-a").ours for minute in (1, 2))
    ours.refresh(Offer(beacon=first, directory=good.ours), now)
    ours.refresh(Offer(beacon=first), now)
    assert ours.alarms == []
    held = ours.beacon
    ours.refresh(Offer(beacon=second), now)
    assert ours.beacon == held
    assert ["two beacons of number 3" in str(each) for each in ours.alarms] == [True]


@pytest.mark.slow
def test_only_the_directory_that_the_beacon_names_is_taken() -> None:
    triples = 0
    now = START + timedelta(minutes=2)
    for beacon in BEACONS[:24:2]:
        for directory in DIRECTORIES[1:]:
            for roots in ([], [ROOTS[2][0]], [ROOTS[2][0], ROOTS[3][0]]):
                ours = TrustSet(read_root(POOL_ROOT_1.ours[0], place="pinned"))
                taken = refresh(ours, roots, beacon, directory, now)
                shape = SHAPES[len(roots)]
                true = (
                    f"directory {directory.version} " in beacon.label
                    and f"by {shape.hub}" in beacon.label
                    and str(shape.officers) in directory.label
                    and beacon_minutes(beacon) <= 5
                )
                assert taken == true, (beacon.label, directory.label, len(roots))
                triples += 1
    assert triples > 600


def test_the_newest_root_alone_must_not_have_expired() -> None:
    ours = TrustSet(read_root(POOL_ROOT_1.ours[0], place="pinned"))
    now = START + timedelta(days=2)  # root 2 lives one day only
    with pytest.raises(TrustError, match="expired"):
        ours.refresh(Offer(roots=[ROOTS[2][0].ours]), now)
    with pytest.raises(TrustError, match="none yet"):
        ours.refresh(Offer(roots=[ROOTS[3][0].ours]), now)
    assert ours.root.version == 3
