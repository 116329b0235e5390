"""Revocations and recoveries: taking keys out of use at once, and announcing new ones.

A revocation only removes, so one officer or the country itself is enough; a recovery gives, so it
takes the root's threshold and waits. Octets in, values out; it reads no clock and no file.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from keys.directory import Directory
from keys.errors import QuorumError, RevocationError, TrustError
from keys.identity import Identity
from keys.markup import (
    TRUST_NAMESPACE,
    attribute,
    children,
    escaped,
    instant,
    instant_text,
    parse,
    text,
)
from keys.officer import Signer
from keys.points import Kid
from keys.quorum import check_holders, check_quorum, signature_valid, signed_file
from keys.root import RoleName, Root
from keys.signatures import Signature, SignatureFile, signed_octets, write_signatures

NOTE_LIMIT = 32 * 1024
_RECOVERY_NAME = re.compile(r"recovery-[A-Z]{3}-[A-Z0-9]{1,20}-[0-9a-f]{16}\.xml")
Kind = Literal["Revocation", "Recovery"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Revocation:
    """Keys of one party that no longer count, from ``issued`` on, and who said so."""

    party: str
    issued: datetime
    kids: tuple[str, ...]
    why: str
    by: str
    digest: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Recovery:
    """New keys of a party that cannot vouch for them; they count ``notice`` after it was seen."""

    party: str
    issued: datetime
    kids: tuple[str, ...]
    why: str
    notice: timedelta
    digest: bytes


def revocation_file(party: str, octets: bytes) -> str:
    """The file name of a revocation: its party and the begin of its digest."""
    return f"revocation-{party}-{hashlib.sha256(octets).hexdigest()[:16]}.xml"


def recovery_file(party: str, octets: bytes) -> str:
    """The file name of a recovery."""
    return f"recovery-{party}-{hashlib.sha256(octets).hexdigest()[:16]}.xml"


def is_recovery(name: str) -> bool:
    """Whether a file name is that of a recovery."""
    return _RECOVERY_NAME.fullmatch(name) is not None


def read_recovery(octets: bytes) -> Recovery:
    """What a recovery says, whoever signed it; RevocationError for what is none."""
    tree = parse(octets, "Recovery", error=RevocationError, place="recovery",
                 namespace=TRUST_NAMESPACE)  # fmt: skip
    try:
        notice = timedelta(seconds=int(attribute(tree, "noticeSeconds")))
        issued = instant(text(tree, "Issued"))
        kids = tuple(Kid(str(node.text)) for node in children(tree, "Kid"))
        return Recovery(
            party=attribute(tree, "party"),
            issued=issued,
            kids=kids,
            why=text(tree, "Why"),
            notice=notice,
            digest=hashlib.sha256(octets).digest(),
        )
    except ValueError as problem:
        raise _refused(str(problem)) from problem


def read_revocation(octets: bytes) -> Revocation:
    """What a revocation says, whoever signed it; RevocationError for what is none."""
    tree = parse(octets, "Revocation", error=RevocationError, place="revocation",
                 namespace=TRUST_NAMESPACE)  # fmt: skip
    try:
        return Revocation(
            party=attribute(tree, "party"),
            issued=instant(text(tree, "Issued")),
            kids=tuple(Kid(str(node.text)) for node in children(tree, "Kid")),
            why=text(tree, "Why"),
            by="",
            digest=hashlib.sha256(octets).digest(),
        )
    except ValueError as problem:
        raise _refused(str(problem)) from problem


def persons_needed(recovery: Recovery, root: Root) -> int:
    """How many of the root's officers must sign it; a shorter notice takes one more."""
    usual = root.roles[RoleName.ROOT].threshold
    return usual + (recovery.notice < root.policy.recovery_notice)


def write_revocation(party: str, kids: Sequence[str], why: str, *, issued: datetime) -> bytes:
    """The canonical octets of a revocation."""
    return _octets("Revocation", party, kids, why, issued, "")


def write_recovery(
    party: str, kids: Sequence[str], why: str, *, issued: datetime, notice: timedelta
) -> bytes:
    """The canonical octets of a recovery."""
    seconds = f' noticeSeconds="{notice // timedelta(seconds=1)}"'
    return _octets("Recovery", party, kids, why, issued, seconds)


def sign_by_officers(name: str, octets: bytes, signers: Sequence[Signer]) -> bytes:
    """The signature file of officers over a document."""
    made = [each for signer in signers for each in signer.sign(name, octets)]
    return write_signatures(name, hashlib.sha256(octets).digest(), made)


def sign_by_party(name: str, octets: bytes, identity: Identity) -> bytes:
    """The signature file of a party's own key over a document."""
    digest = hashlib.sha256(octets).digest()
    value = identity.sign(signed_octets(name, digest))
    return write_signatures(name, digest, [Signature(kid=identity.signing_kid, value=value)])


def verify_revocation(
    octets: bytes, signature: bytes, root: Root, directory: Directory
) -> Revocation:
    """A revocation by one officer, by the party itself or by its country's NCB.

    A key may revoke itself even after it was revoked: whoever holds a stolen one gains nothing by
    it. Raises RevocationError.
    """
    party, issued, kids, why, signed = _read("Revocation", octets, signature)
    if signed.name != revocation_file(party, octets):
        raise _refused("it was signed under another name")
    officer = root.holder(signed.signatures[0].kid, RoleName.REVOKER)
    try:
        if officer is not None:
            check_holders(signed, (root,), RoleName.REVOKER)
            check_quorum(signed, root, RoleName.REVOKER)
            by = officer[0].person
        else:
            by = _by_country(signed, party, directory)
    except QuorumError as problem:
        raise _refused(problem.message) from problem
    digest = hashlib.sha256(octets).digest()
    return Revocation(party=party, issued=issued, kids=kids, why=why, by=by, digest=digest)


def verify_recovery(octets: bytes, signature: bytes, root: Root) -> Recovery:
    """A recovery by the root's threshold; a shorter notice takes one person more.

    Raises RevocationError.
    """
    party, issued, kids, why, signed = _read("Recovery", octets, signature)
    if signed.name != recovery_file(party, octets):
        raise _refused("it was signed under another name")
    tree = parse(
        octets, "Recovery", error=RevocationError, place=signed.name, namespace=TRUST_NAMESPACE
    )
    notice = timedelta(seconds=int(attribute(tree, "noticeSeconds")))
    try:
        check_holders(signed, (root,), RoleName.ROOT)
        persons = check_quorum(signed, root, RoleName.ROOT).persons
    except QuorumError as problem:
        raise _refused(problem.message) from problem
    digest = hashlib.sha256(octets).digest()
    found = Recovery(party=party, issued=issued, kids=kids, why=why, notice=notice, digest=digest)
    needed = persons_needed(found, root)
    if len(persons) < needed:
        raise _refused(f"a shorter notice takes {needed} persons, and {len(persons)} signed")
    return found


def _read(
    kind: Kind, octets: bytes, signature: bytes
) -> tuple[str, datetime, tuple[str, ...], str, SignatureFile]:
    if len(octets) > NOTE_LIMIT:
        raise _refused("it is too large to be one")
    try:
        signed = signed_file(octets, signature, place=kind)
    except TrustError as problem:
        raise _refused(problem.message) from problem
    tree = parse(octets, kind, error=RevocationError, place=signed.name, namespace=TRUST_NAMESPACE)
    try:
        party, why = attribute(tree, "party"), text(tree, "Why")
        issued = instant(text(tree, "Issued"))
        kids = tuple(Kid(str(node.text)) for node in children(tree, "Kid"))
    except ValueError as problem:
        raise _refused(str(problem)) from problem
    seconds = tree.attrib.get("noticeSeconds")
    more = "" if seconds is None else f' noticeSeconds="{seconds}"'
    if _octets(kind, party, kids, why, issued, more) != octets:
        raise _refused("it is not in canonical form")
    return party, issued, kids, why, signed


def _octets(  # noqa: PLR0917 - the parts in the order of the document
    kind: Kind, party: str, kids: Sequence[str], why: str, issued: datetime, more: str
) -> bytes:
    listed = "".join(f"<Kid>{kid}</Kid>" for kid in sorted(set(kids)))
    return (
        f'<{kind} xmlns="{TRUST_NAMESPACE}"{more} party="{party}">'
        f"<Issued>{instant_text(issued)}</Issued>{listed}<Why>{escaped(why)}</Why></{kind}>"
    ).encode()


def _by_country(signed: SignatureFile, party: str, directory: Directory) -> str:
    by = signed.signatures[0]
    found = directory.signer(by.kid)
    if found is None or len(signed.signatures) != 1:
        raise _refused("it is signed by nobody who may")
    owner, key = found
    own = owner.party == party
    of_country = owner.kind.value == "NCB" and owner.country == party[:3]
    if not (own or of_country) or not signature_valid(by, key.public, signed):
        raise _refused(f"{owner.party} may not revoke keys of {party}, or the signature is wrong")
    return owner.party


def _refused(why: str) -> RevocationError:
    return RevocationError(
        f"This is refused: {why}.",
        place="revocation or recovery",
        expected="a revocation by an officer or the party; a recovery by the root's threshold",
        remedy="Find out who made it; keys stay as they are.",
    )
