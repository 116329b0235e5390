"""The root as a value: who decides about keys, in which role, and how many of them it takes.

It reads and writes no document (root_document.py) and verifies no signature (quorum.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from keys.errors import RootError
from keys.fingerprint import grouped
from keys.points import Kid, kid_of, quantum_kid, spki_ed25519


class RoleName(StrEnum):
    """What somebody may sign (TUF section 2.1: root, targets, timestamp and snapshot)."""

    ROOT = "ROOT"
    DIRECTORY = "DIRECTORY"
    BEACON = "BEACON"
    REVOKER = "REVOKER"


LEAST_PERSONS: Mapping[RoleName, int] = {RoleName.ROOT: 2, RoleName.DIRECTORY: 2}
"""Nobody is trusted alone with what gives power; a revoker only removes, a beacon gives nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Officer:
    """One person, or the hub's machine, with its raw public keys; a person stands here once."""

    person: str
    organisation: str
    signing: bytes
    quantum: bytes | None

    @property
    def kid(self) -> Kid:
        """Id of the Ed25519 key."""
        return kid_of(spki_ed25519(self.signing))

    @property
    def keys(self) -> tuple[tuple[Kid, bytes], ...]:
        """Every key of the officer by its id."""
        own = ((self.kid, self.signing),)
        return own if self.quantum is None else (*own, (quantum_kid(self.quantum), self.quantum))


@dataclass(frozen=True, slots=True, kw_only=True)
class Role:
    """``threshold`` different persons of ``organisations`` different organisations must sign."""

    name: RoleName
    threshold: int
    organisations: int
    persons: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """Spans and algorithms that everybody keeps.

    ``mandates``: an agency counts only by its country's NCB. ``countersigned``: a party is active
    only by its own countersignature, for everybody and not for the hub alone. ``beacon_fresh`` is
    zero where the exchange has no beacon (a trial on one machine).
    """

    quantum: bool
    mandates: bool = True
    beacon_fresh: timedelta = timedelta(minutes=10)
    stop_after: timedelta = timedelta(hours=24)
    recovery_notice: timedelta = timedelta(hours=72)
    suites: tuple[int, ...] = (1,)
    countersigned: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Root:
    """One version of the root; ``digest`` is the SHA-256 of its octets.

    Making one refuses thresholds that cannot be reached or that one person could reach, a person
    or a key at two places, and a machine among the persons (RootError).
    """

    version: int
    issued: datetime
    expires: datetime
    previous: bytes | None
    policy: Policy
    officers: Mapping[str, Officer]
    roles: Mapping[RoleName, Role]
    enrolment: bytes
    digest: bytes
    _by_kid: Mapping[Kid, tuple[Officer, bytes]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        by_kid = {kid: (each, key) for each in self.officers.values() for kid, key in each.keys}
        if len(by_kid) != sum(len(each.keys) for each in self.officers.values()):
            raise unsound("one key stands at two places")
        _check_roles(self.roles, self.officers, quantum=self.policy.quantum)
        object.__setattr__(self, "_by_kid", by_kid)

    @property
    def fingerprint(self) -> str:
        """The first 128 bits of the digest as 8 groups of 4 hex digits, to be read aloud."""
        return grouped(self.digest)

    def holder(self, kid: str, role: RoleName) -> tuple[Officer, bytes] | None:
        """The officer whose key this is and its raw key, if the officer has the role."""
        found = self._by_kid.get(Kid(kid))
        held = self.roles.get(role)
        if found is None or held is None or found[0].person not in held.persons:
            return None
        return found

    def owner(self, kid: str) -> Officer | None:
        """The officer whose key this is, whatever the role."""
        found = self._by_kid.get(Kid(kid))
        return None if found is None else found[0]

    def keys_of(self, role: RoleName) -> frozenset[Kid]:
        """The ids of every key that may sign in a role."""
        held = self.roles.get(role)
        persons: Iterable[str] = () if held is None else held.persons
        return frozenset(kid for person in persons for kid, _ in self.officers[person].keys)


def _check_roles(
    roles: Mapping[RoleName, Role], officers: Mapping[str, Officer], *, quantum: bool
) -> None:
    machines = set(roles[RoleName.BEACON].persons) if RoleName.BEACON in roles else set()
    for needed in (RoleName.ROOT, RoleName.DIRECTORY):
        if needed not in roles:
            raise unsound(f"it has no role {needed}")
    for role in roles.values():
        if len(set(role.persons)) != len(role.persons) or not set(role.persons) <= set(officers):
            raise unsound(f"the role {role.name} names somebody twice or nobody's id")
        if role.name is not RoleName.BEACON and machines & set(role.persons):
            raise unsound(f"the hub's machine has the role {role.name} of a person")
        if not LEAST_PERSONS.get(role.name, 1) <= role.threshold <= len(role.persons):
            raise unsound(
                f"the role {role.name} takes {role.threshold} of {len(role.persons)} persons"
            )
        places = {officers[person].organisation for person in role.persons}
        if not 1 <= role.organisations <= min(role.threshold, len(places)):
            raise unsound(
                f"the role {role.name} takes {role.organisations} of {len(places)} organisations"
            )
        if quantum and role.name in LEAST_PERSONS:
            bare = [person for person in role.persons if officers[person].quantum is None]
            if bare:
                raise unsound(f"{', '.join(bare)} has no ML-DSA-65 key, which the policy asks for")


def unsound(why: str) -> RootError:
    """The refusal of a root whose content cannot be relied on."""
    return RootError(
        f"The root cannot be used: {why}.",
        place="root",
        expected="docs/spec/trust.md, clause 2",
        remedy="Draw it up again; keep the root in use.",
    )
