"""A disownment: what a stolen key signed and receivers hold is nobody's, but for what is named.

It ends messages that wait and gives no key a power; which of them wait is for the endpoint to say.
Octets in, a value out; it reads no clock and no file.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from lxml import etree

from keys.directory import Directory, KeyEntry, PartyEntry
from keys.errors import QuorumError, RevocationError, TrustError
from keys.markup import (
    TRUST_NAMESPACE,
    attribute,
    children,
    escaped,
    instant,
    instant_text,
    octets_of,
    parse,
    text,
    text_of_octets,
)
from keys.points import Kid
from keys.quorum import check_holders, check_quorum, signature_valid, signed_file
from keys.root import RoleName, Root
from keys.signatures import SignatureFile

DISOWNMENT_LIMIT = 1024 * 1024
GENUINE_MOST = 10_000
_NAME = re.compile(r"disownment-[A-Z]{3}-[A-Z0-9]{1,20}-[0-9a-f]{16}\.xml")


@dataclass(frozen=True, slots=True, kw_only=True)
class Disownment:
    """Whose revoked keys, and the SHA-256 of each envelope that the party did sign with them."""

    party: str
    issued: datetime
    kids: tuple[str, ...]
    genuine: frozenset[bytes]
    why: str
    by: str
    digest: bytes


def disownment_file(party: str, octets: bytes) -> str:
    """The file name of a disownment: its party and the begin of its digest."""
    return f"disownment-{party}-{hashlib.sha256(octets).hexdigest()[:16]}.xml"


def is_disownment(name: str) -> bool:
    """Whether a file name is that of a disownment."""
    return _NAME.fullmatch(name) is not None


def write_disownment(
    party: str,
    kids: Collection[str],
    why: str,
    *,
    issued: datetime,
    genuine: Collection[bytes] = (),
) -> bytes:
    """The canonical octets; ``genuine`` are SHA-256 of envelopes, 10,000 at most."""
    return _octets(party, issued, sorted(set(kids)), sorted(set(genuine)), why)


def read_disownment(octets: bytes, *, by: str = "") -> Disownment:
    """What a disownment says, whoever signed it; RevocationError for what is none."""
    if len(octets) > DISOWNMENT_LIMIT:
        raise _refused("it is too large to be one")
    tree = parse(
        octets, "Disownment", error=RevocationError, place="disownment", namespace=TRUST_NAMESPACE
    )
    found = _read(tree, octets, by)
    again = _octets(found.party, found.issued, found.kids, sorted(found.genuine), found.why)
    if again != octets:
        raise _refused("it is not in canonical form")
    return found


def verify_disownment(
    octets: bytes, signature: bytes, root: Root, directory: Directory, *, kept: bool = False
) -> Disownment:
    """A disownment by the party itself, by its country's NCB, or by the directory's quorum.

    A party signs with a key in force, which a thief of the disowned one has not; only a party says
    what is genuine. ``kept`` is one that was accepted here before: its key may have retired since.
    Raises RevocationError.
    """
    if len(octets) > DISOWNMENT_LIMIT:
        raise _refused("it is too large to be one")
    try:
        signed = signed_file(octets, signature, place="disownment")
    except TrustError as problem:
        raise _refused(problem.message) from problem
    by_officers = root.holder(signed.signatures[0].kid, RoleName.DIRECTORY) is not None
    if by_officers:
        try:
            check_holders(signed, (root,), RoleName.DIRECTORY)
            check_quorum(signed, root, RoleName.DIRECTORY)
        except QuorumError as problem:
            raise _refused(problem.message) from problem
        by: tuple[PartyEntry, KeyEntry] | None = None
    else:
        by = _signer(signed, directory, kept=kept)
    found = read_disownment(octets, by="officers" if by is None else by[0].party)
    if signed.name != disownment_file(found.party, octets):
        raise _refused("it was signed under another name")
    if by is None:
        if found.genuine:
            raise _refused("officers cannot say which of a party's messages are genuine")
        return found
    owner, key = by
    of_country = owner.kind.value == "NCB" and owner.country == found.party[:3]
    if not (owner.party == found.party or of_country) or key.kid in found.kids:
        raise _refused(f"{owner.party} may not disown messages of {found.party} with this key")
    if found.genuine and owner.party != found.party:
        raise _refused("only the party itself says which of its messages are genuine")
    return found


def _signer(
    signed: SignatureFile, directory: Directory, *, kept: bool
) -> tuple[PartyEntry, KeyEntry]:
    by = signed.signatures[0]
    found = directory.signer(by.kid)
    if found is None or len(signed.signatures) != 1:
        raise _refused("it is signed by nobody who may")
    if not (kept or found[1].may_sign(directory.issued)):
        raise _refused("it is signed by a key that is not in force")
    if not signature_valid(by, found[1].public, signed):
        raise _refused("the signature is wrong")
    return found


def _read(tree: etree._Element, octets: bytes, by: str) -> Disownment:
    try:
        return Disownment(
            party=attribute(tree, "party"),
            issued=instant(text(tree, "Issued")),
            kids=tuple(Kid(str(node.text)) for node in children(tree, "Kid")),
            genuine=frozenset(octets_of(str(node.text)) for node in children(tree, "Genuine")),
            why=text(tree, "Why"),
            by=by,
            digest=hashlib.sha256(octets).digest(),
        )
    except ValueError as problem:
        raise _refused(str(problem)) from problem


def _octets(
    party: str, issued: datetime, kids: Collection[str], genuine: Collection[bytes], why: str
) -> bytes:
    listed = "".join(f"<Kid>{kid}</Kid>" for kid in kids)
    named = "".join(f"<Genuine>{text_of_octets(each)}</Genuine>" for each in genuine)
    return (
        f'<Disownment xmlns="{TRUST_NAMESPACE}" party="{party}">'
        f"<Issued>{instant_text(issued)}</Issued>{listed}{named}<Why>{escaped(why)}</Why>"
        "</Disownment>"
    ).encode()


def misnamed(name: str) -> RevocationError:
    """The refusal of a disownment under a name that is not its own."""
    return _refused(f"{name} is not its name")


def _refused(why: str) -> RevocationError:
    return RevocationError(
        f"The disownment is refused: {why}.",
        place="disownment",
        expected="a disownment by a key in force of the party or its NCB, or by two officers",
        remedy="Messages that are held stay held; ask the party by a number that you know.",
    )
