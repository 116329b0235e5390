"""What a reader trusts, and the only order in which it may change (TUF section 5).

Octets and the time come in; the set moves forward or refuses. It touches no file and no clock:
whoever drives it stores each accepted step durably before the next (folder.py).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from keys.beacon import Beacon, beacon_refused, verify_beacon
from keys.chain import check_root_unexpired, next_root
from keys.directory import Directory
from keys.errors import StaleBeaconError, TrustError
from keys.root import RoleName, Root
from keys.trusted import CLOCK_SKEW, Seen, check_unexpired, load_directory, verify_directory

SignedOctets = tuple[bytes, bytes]
"""A document's octets and its signature file's."""


class Freshness(StrEnum):
    """How much may be done on what is trusted now."""

    FRESH = "FRESH"
    DEGRADED = "DEGRADED"
    """The beacon is old: transport goes on, what changes state is held."""
    STOPPED = "STOPPED"
    """It is so old that no new case is begun."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """What came from the hub, a folder or any peer; signed, so the carrier does not matter."""

    roots: Sequence[SignedOctets] = ()
    beacon: SignedOctets | None = None
    directory: SignedOctets | None = None


class TrustSet:
    """The root, beacon and directory in force; none of them ever goes back."""

    def __init__(
        self,
        root: Root,
        *,
        seen: Seen | None = None,
    ) -> None:
        self.root = root
        self.beacon: Beacon | None = None
        self.directory: Directory | None = None
        self.seen = seen
        self._beacon_held: SignedOctets | None = None
        self._directory_held: SignedOctets | None = None
        self.alarms: list[TrustError] = []

    @property
    def beacons_given(self) -> bool:
        """Whether this exchange has a beacon at all."""
        return RoleName.BEACON in self.root.roles and bool(self.root.policy.beacon_fresh)

    def refresh(self, offer: Offer, now: datetime) -> None:
        """One pass in the one order: roots, beacon, directory; ``now`` is fixed for all of it.

        What was accepted before a refusal stays accepted. Raises the first TrustError.
        """
        for octets, signature in offer.roots:
            self.update_root(octets, signature)
        check_root_unexpired(self.root, now)
        if self.beacons_given:
            if offer.beacon is not None:
                self.update_beacon(*offer.beacon, now=now)
            if self.beacon is None:
                raise beacon_refused("there is none yet")
            self.check_fresh(now)
        if not self.is_named(self.directory):
            if offer.directory is None:
                raise beacon_refused("the directory that it names is not here")
            self.update_directory(*offer.directory, now=now)
        elif self.directory is not None:
            check_unexpired(self.directory, now)

    def update_root(self, octets: bytes, signature: bytes) -> Root:
        """Follow to root N+1; what its roles would not have signed is forgotten.

        A beacon by a key that was replaced no longer binds (fast-forward recovery, TUF 5.3.11),
        and a directory by officers who left must be signed anew.
        """
        self.root = next_root(self.root, octets, signature)
        if not _holds(self._beacon_held, self.root, verify_beacon):
            self.beacon = self._beacon_held = None
        if not _holds(self._directory_held, self.root, verify_directory):
            self.directory = self._directory_held = None
        return self.root

    def update_beacon(self, octets: bytes, signature: bytes, *, now: datetime) -> Beacon:
        """Take a newer beacon; the same number again changes nothing, and another one is told.

        Raises BeaconError for one that goes back or names a root that is not followed.
        """
        beacon = verify_beacon(octets, signature, self.root)
        self._check_root_named(beacon)  # (5)
        last = self.beacon
        if last is not None:
            if beacon.version < last.version:  # (6)
                raise beacon_refused(f"it is older than number {last.version}")
            if beacon.version == last.version:
                if beacon.digest != last.digest:
                    self.alarms.append(
                        beacon_refused(f"the hub gave two beacons of number {last.version}")
                    )
                return last
            if beacon.directory.version < last.directory.version:  # (7)
                raise beacon_refused("it names an older directory than the one before")
        if now < beacon.issued - CLOCK_SKEW:  # (8)
            raise beacon_refused("by this machine's clock it comes from the future")
        if now - beacon.issued > self.root.policy.beacon_fresh:  # (9)
            raise stale_beacon(self.root)
        self.beacon, self._beacon_held = beacon, (octets, signature)
        return beacon

    def remember_beacon(self, octets: bytes, signature: bytes) -> None:
        """Go on from the beacon that was accepted last before a restart, however old it is now.

        One that the root followed since would not have signed is forgotten (TUF 5.3.11). Raises
        BeaconError for what is no such beacon.
        """
        self.beacon = verify_beacon(octets, signature, self.root)
        self._beacon_held = (octets, signature)

    def update_directory(self, octets: bytes, signature: bytes, *, now: datetime) -> Directory:
        """Take the directory that the beacon names, or the next one where there are no beacons."""
        directory = load_directory(
            octets, signature, self.root, now=now, minimum_version=0, seen=self.seen
        )
        if not self.is_named(directory):
            raise beacon_refused(f"it does not name directory {directory.version} of these octets")
        self.directory, self._directory_held = directory, (octets, signature)
        self.seen = Seen(version=directory.version, digest=directory.digest)
        return directory

    def freshness(self, now: datetime) -> Freshness:
        """What may be done at ``now``; always fresh where no beacons are given."""
        if not self.beacons_given:
            return Freshness.FRESH
        age = None if self.beacon is None else now - self.beacon.issued
        return freshness_at(self.root, age)

    def is_named(self, directory: Directory | None) -> bool:
        """Whether the beacon names this directory; any will do where no beacons are given."""
        if directory is None:
            return False
        if not self.beacons_given or self.beacon is None:
            return True
        named = self.beacon.directory
        return (named.version, named.digest) == (directory.version, directory.digest)

    def _check_root_named(self, beacon: Beacon) -> None:
        named = beacon.root
        other = named.version == self.root.version and named.digest != self.root.digest
        if named.version > self.root.version or other:
            raise beacon_refused(f"it names root {named.version}, which is not the one followed")

    def check_fresh(self, now: datetime) -> None:
        """Raises StaleBeaconError where the newest beacon is too old, or there is none."""
        if self.beacon is None or now - self.beacon.issued > self.root.policy.beacon_fresh:
            raise stale_beacon(self.root)


def _holds(
    held: SignedOctets | None, root: Root, verify: Callable[[bytes, bytes, Root], object]
) -> bool:
    try:
        return held is not None and verify(*held, root) is not None
    except TrustError:
        return False


def stale_beacon(root: Root, *, unnamed: int | None = None) -> StaleBeaconError:
    """What is told when nothing fresh says that the directory is the newest.

    ``unnamed`` is the version of a directory that lies here and the beacon does not name.
    """
    if unnamed is not None:
        return StaleBeaconError(
            f"No fresh beacon names directory {unnamed}, which lies here; it is not relied on.",
            place=f"directory-{unnamed}.xml",
            expected="a beacon that names this version and its octets",
            remedy="The hub gives one within a minute; if it stays so, ask the centre by telephone"
            " which version and SHA-256 it published.",
        )
    return StaleBeaconError(
        "The newest beacon is old; what changes state is held.",
        place="beacon",
        expected=f"one of the last {root.policy.beacon_fresh}",
        remedy="Get a newer one from the hub or any peer; check this machine's clock.",
    )


def freshness_at(root: Root, age: timedelta | None) -> Freshness:
    """What may be done with a beacon of this age, None for none at all."""
    if age is None or age > root.policy.stop_after:
        return Freshness.STOPPED
    return Freshness.DEGRADED if age > root.policy.beacon_fresh else Freshness.FRESH
