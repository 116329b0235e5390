"""The hub's beacon: what is newest, said every minute and on every change.

It gives nobody a key: it binds a reader to the newest root, directory and revocations, so that an
old one cannot be passed for new. Octets in, a value out; it reads no clock and no file.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from lxml import etree

from keys.errors import BeaconError, QuorumError
from keys.markup import (
    TRUST_NAMESPACE,
    attribute,
    child,
    children,
    instant,
    instant_text,
    octets_of,
    optional_text,
    parse,
    text,
    text_of_octets,
)
from keys.officer import Signer
from keys.quorum import check_holders, check_quorum, signed_file
from keys.root import RoleName, Root
from keys.signatures import write_signatures

BEACON_FILE = "beacon.xml"
BEACON_LIMIT = 64 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """One version of a document, by number and SHA-256."""

    version: int
    digest: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Beacon:
    """One beacon; ``revocations`` are the SHA-256 of those in force, ``digest`` its own."""

    version: int
    issued: datetime
    root: Named
    directory: Named
    revocations: tuple[bytes, ...]
    checkpoint: bytes | None
    digest: bytes


def write_beacon(
    *,
    version: int,
    issued: datetime,
    root: Named,
    directory: Named,
    revocations: Sequence[bytes] = (),
    checkpoint: bytes | None = None,
) -> bytes:
    """The canonical octets of a beacon."""
    revoked = "".join(
        f"<Revocation>{text_of_octets(each)}</Revocation>" for each in sorted(revocations)
    )
    log = "" if checkpoint is None else f"<Checkpoint>{text_of_octets(checkpoint)}</Checkpoint>"
    return (
        f'<Beacon xmlns="{TRUST_NAMESPACE}" version="{version}">'
        f"<Issued>{instant_text(issued)}</Issued>{named_markup('Root', root)}"
        f"{named_markup('Directory', directory)}{revoked}{log}</Beacon>"
    ).encode("ascii")


def sign_beacon(octets: bytes, signer: Signer) -> bytes:
    """The signature file of a beacon."""
    made = signer.sign(BEACON_FILE, octets)
    return write_signatures(BEACON_FILE, hashlib.sha256(octets).digest(), made)


def verify_beacon(octets: bytes, signature: bytes, root: Root) -> Beacon:
    """The beacon in these octets, signed by a key that has the role in ``root``; BeaconError."""
    if len(octets) > BEACON_LIMIT:  # (1)
        raise beacon_refused("it is too large to be one")
    try:
        signed = signed_file(octets, signature, place=BEACON_FILE)  # (2)
        if signed.name != BEACON_FILE or RoleName.BEACON not in root.roles:
            raise beacon_refused("it is signed under another name, or nobody may give beacons")
        check_holders(signed, (root,), RoleName.BEACON)
        check_quorum(signed, root, RoleName.BEACON)  # (3)
    except QuorumError as problem:
        raise beacon_refused(problem.message) from problem
    tree = parse(
        octets, "Beacon", error=BeaconError, place=BEACON_FILE, namespace=TRUST_NAMESPACE
    )  # (4)
    try:
        log = optional_text(tree, "Checkpoint")
        beacon = Beacon(
            version=int(attribute(tree, "version")),
            issued=instant(text(tree, "Issued")),
            root=read_named(tree, "Root"),
            directory=read_named(tree, "Directory"),
            revocations=tuple(octets_of(str(n.text)) for n in children(tree, "Revocation")),
            checkpoint=None if log is None else octets_of(log),
            digest=hashlib.sha256(octets).digest(),
        )
    except ValueError as problem:
        raise beacon_refused(str(problem)) from problem
    again = write_beacon(
        version=beacon.version,
        issued=beacon.issued,
        root=beacon.root,
        directory=beacon.directory,
        revocations=beacon.revocations,
        checkpoint=beacon.checkpoint,
    )
    if again != octets:
        raise beacon_refused("it is not in canonical form")
    return beacon


def named_markup(element: str, named: Named) -> str:
    """An element that names a version."""
    digest = text_of_octets(named.digest)
    return f'<{element} sha256="{digest}" version="{named.version}"></{element}>'


def read_named(tree: etree._Element, element: str) -> Named:
    """The version that a child names; ValueError if it is missing."""
    node = child(tree, element)
    if node is None:
        raise ValueError(f"{element} is missing")
    return Named(
        version=int(attribute(node, "version")), digest=octets_of(attribute(node, "sha256"))
    )


def beacon_refused(why: str) -> BeaconError:
    """The refusal of a beacon."""
    return BeaconError(
        f"The beacon is refused: {why}",
        place=BEACON_FILE,
        expected="the hub's newest beacon, going forward",
        remedy="Get the newest root, directory and beacon from the hub or from any peer.",
    )
