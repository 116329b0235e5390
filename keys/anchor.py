"""The trust anchor: the public keys that everybody pins and from which all trust starts.

It is read from the reader's own disk and is therefore unsigned; how it got there is a matter of
people (docs/guides/keys.md). It does not sign (ceremony.py).
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

from keys.errors import AnchorError, WeakKeyError
from keys.fingerprint import grouped
from keys.markup import (
    NAMESPACE,
    anchor_key_markup,
    attribute,
    child,
    children,
    instant,
    instant_text,
    parse,
    public_key,
    text,
)
from keys.points import Kid, check_point, kid_of, spki_of

ANCHOR_FILE = "anchor.xml"
ANCHOR_LIMIT = 64 * 1024
"""Octets of an anchor; one has about 800."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrustAnchor:
    """The pinned keys: ``threshold`` different keys of ``keys`` (raw Ed25519 by id) must sign.

    ``enrolment`` is the raw X25519 key of the enrolment desk, ``digest`` the SHA-256 of the file.
    """

    version: int
    issued: datetime
    threshold: int
    keys: tuple[tuple[Kid, bytes], ...]
    enrolment: bytes
    digest: bytes

    def public(self, kid: str) -> bytes | None:
        """The raw Ed25519 key of this id, or None if it does not belong to the anchor."""
        return dict(self.keys).get(Kid(kid))

    @property
    def fingerprint(self) -> str:
        """The first 128 bits of the digest as 8 groups of 4 hex digits, to be read aloud."""
        return grouped(self.digest)


def write_anchor(
    *, version: int, issued: datetime, threshold: int, signing: tuple[bytes, ...], enrolment: bytes
) -> bytes:
    """The octets of an anchor with these raw Ed25519 keys and this raw X25519 key."""
    keys = "".join(anchor_key_markup("Key", "sig", public) for public in signing)
    return (
        f'<TrustAnchor xmlns="{NAMESPACE}" version="{version}">'
        f"<Issued>{instant_text(issued)}</Issued>"
        f'<Role name="DIRECTORY" threshold="{threshold}">{keys}</Role>'
        f"{anchor_key_markup('EnrolmentKey', 'enc', enrolment)}</TrustAnchor>"
    ).encode("ascii")


def read_anchor(octets: bytes, *, place: str = ANCHOR_FILE) -> TrustAnchor:
    """The anchor in these octets; AnchorError if they are no anchor in its one form."""
    if len(octets) > ANCHOR_LIMIT:
        raise _unusable(place, "it is too large")
    root = parse(octets, "TrustAnchor", error=AnchorError, place=place)
    try:
        role, desk = child(root, "Role"), child(root, "EnrolmentKey")
        if role is None or desk is None or len(children(root, "Role")) != 1:
            raise _unusable(place, "it does not have exactly one DIRECTORY role")
        keys = tuple(_key(node, "sig", place) for node in children(role, "Key"))
        _, enrolment = _key(desk, "enc", place)
        anchor = TrustAnchor(
            version=int(attribute(root, "version")),
            issued=instant(text(root, "Issued")),
            threshold=int(attribute(role, "threshold")),
            keys=keys,
            enrolment=enrolment,
            digest=hashlib.sha256(octets).digest(),
        )
    except (ValueError, WeakKeyError) as problem:
        raise _unusable(place, str(problem)) from problem
    if anchor.threshold > len(keys) or len(dict(keys)) != len(keys):
        raise _unusable(place, "its threshold cannot be reached by different keys")
    again = write_anchor(
        version=anchor.version,
        issued=anchor.issued,
        threshold=anchor.threshold,
        signing=tuple(public for _, public in keys),
        enrolment=enrolment,
    )
    if again != octets:
        raise _unusable(place, "it is not in canonical form")
    return anchor


def load_anchor(path: Path) -> TrustAnchor:
    """The anchor in a file, which must be the copy that was checked by its fingerprint.

    Raises AnchorError.
    """
    try:
        with path.open("rb") as file:
            octets = file.read(ANCHOR_LIMIT + 1)
    except OSError as problem:
        raise AnchorError(
            "The trust anchor cannot be read.",
            place=str(path),
            value=problem.strerror,
            expected="the anchor.xml that the centre handed over",
            remedy="Copy it there and compare its fingerprint with the centre's by telephone.",
        ) from problem
    return read_anchor(octets, place=str(path))


def _key(node: object, use: Literal["sig", "enc"], place: str) -> tuple[Kid, bytes]:
    kid, public = public_key(node, use)  # type: ignore[arg-type] # lxml's stubs name no element class
    check_point(use, public, place=place)
    if kid_of(spki_of(use, public)) != kid:
        raise _unusable(place, "a key stands under the id of another")
    return kid, public


def _unusable(place: str, why: str) -> AnchorError:
    return AnchorError(
        f"The trust anchor cannot be used: {why}.",
        place=place,
        expected="the anchor.xml that the centre handed over",
        remedy="Copy it again and compare its fingerprint with the centre's by telephone.",
    )
