"""Whether enough different persons signed a document, by the roles of a root.

It parses no document; it sees a signature file, the digest that the octets have, and a root.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass

from keys.errors import QuorumError
from keys.root import RoleName, Root
from keys.signatures import ML_DSA_65, Signature, SignatureFile, holds, read_signatures


@dataclass(frozen=True, slots=True, kw_only=True)
class Quorum:
    """Who signed in a role, and how many persons and organisations are still missing."""

    persons: frozenset[str]
    missing: int
    organisations_missing: int

    @property
    def reached(self) -> bool:
        """Whether it is enough."""
        return self.missing == 0 and self.organisations_missing == 0


def signed_file(octets: bytes, signature: bytes, *, place: str) -> SignatureFile:
    """The signature file of these very octets; QuorumError if it is another's or in odd form."""
    signed = read_signatures(signature)
    if signed is None:
        raise _refused(place, "the signature file is not in its one form")
    if not hmac.compare_digest(hashlib.sha256(octets).digest(), signed.digest):
        raise _refused(place, "it has been altered, or the signature belongs to another")
    return signed


def count(signed: SignatureFile, root: Root, role: RoleName) -> Quorum:
    """Who of ``role`` signed with every key that the policy asks for; two keys are one person.

    Signatures by others are not counted here (``check_holders`` refuses them). Raises QuorumError
    where a signature of the role's does not hold or stands twice.
    """
    made: dict[str, set[str]] = {}
    for each in signed.signatures:
        found = root.holder(each.kid, role)
        if found is None:
            continue
        officer, public = found
        if not holds(each, public, name=signed.name, digest=signed.digest):
            raise _refused(signed.name, f"the signature of {each.kid} does not hold")
        if each.algorithm in made.setdefault(officer.person, set()):
            raise _refused(signed.name, f"{officer.person} signed twice")
        made[officer.person].add(each.algorithm)
    asked = 1 + (root.policy.quantum and role in (RoleName.ROOT, RoleName.DIRECTORY))
    persons = frozenset(
        person for person, algorithms in made.items()
        if len(algorithms - {ML_DSA_65}) == 1 and len(algorithms) >= asked
    )  # fmt: skip
    held = root.roles[role]
    places = {root.officers[person].organisation for person in persons}
    return Quorum(
        persons=persons,
        missing=max(0, held.threshold - len(persons)),
        organisations_missing=max(0, held.organisations - len(places)),
    )


def check_holders(signed: SignatureFile, roots: Sequence[Root], role: RoleName) -> None:
    """Every signature is by a holder of ``role`` in one of ``roots``; QuorumError."""
    for each in signed.signatures:
        if all(root.holder(each.kid, role) is None for root in roots):
            raise _refused(signed.name, f"the key {each.kid} has not the role {role}")


def check_quorum(signed: SignatureFile, root: Root, role: RoleName) -> Quorum:
    """The quorum of ``role``, which must be reached; QuorumError says who is missing."""
    quorum = count(signed, root, role)
    if not quorum.reached:
        held = root.roles[role]
        raise _refused(
            signed.name,
            f"{len(quorum.persons)} of {held.threshold} persons signed in the role {role}"
            + (f", {quorum.organisations_missing} more organisation needed"
               if quorum.organisations_missing else ""),
        )  # fmt: skip
    return quorum


def signature_valid(signature: Signature, public: bytes, signed: SignatureFile) -> bool:
    """Whether one signature of a file is that of a raw key."""
    return holds(signature, public, name=signed.name, digest=signed.digest)


def _refused(place: str, why: str) -> QuorumError:
    return QuorumError(
        f"This is not signed as it must be: {why}.",
        place=place,
        expected="octets and signatures as they were published, by the roles of the root in force",
        remedy="Get both files again; where persons are missing, let them sign: `iarms act sign`.",
    )
