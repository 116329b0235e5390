"""The trust anchor: the root that a party pins and from which all its trust starts.

It is read from the reader's own disk, and its fingerprint was compared by people
(docs/guides/keys.md); later roots follow it by their signatures (chain.py).
"""

from __future__ import annotations

from pathlib import Path

from keys.errors import AnchorError, TrustError
from keys.root import Root
from keys.root_document import ROOT_LIMIT, read_root

ANCHOR_FILE = "anchor.xml"
_ONE_OFFICER = b"<TrustAnchor "
"""How an anchor of one officer began, which no longer counts: one person could change any key."""


def read_anchor(octets: bytes, *, place: str = ANCHOR_FILE) -> Root:
    """The pinned root in these octets; AnchorError if they are none in its one form."""
    if octets.startswith(_ONE_OFFICER):
        raise AnchorError(
            "This anchor was made for a single officer, who could change any key alone.",
            place=place,
            expected="the first root of the exchange, with its roles and thresholds",
            remedy="Let the centre found the roles (`iarms anchor init`, which takes over the"
            " members of the old folder with --members-from) and compare the new fingerprint.",
        )
    try:
        return read_root(octets, place=place)
    except TrustError as problem:
        raise AnchorError(
            f"The trust anchor cannot be used: {problem.message}",
            place=place,
            value=problem.value,
            expected="the anchor.xml that the centre handed over",
            remedy="Copy it again and compare its fingerprint with the centre's by telephone.",
        ) from problem


def load_anchor(path: Path) -> Root:
    """The pinned root in a file, which must be the copy that was checked by its fingerprint.

    Raises AnchorError.
    """
    try:
        with path.open("rb") as file:
            octets = file.read(ROOT_LIMIT + 1)
    except OSError as problem:
        raise AnchorError(
            "The trust anchor cannot be read.",
            place=str(path),
            value=problem.strerror,
            expected="the anchor.xml that the centre handed over",
            remedy="Copy it there and compare its fingerprint with the centre's by telephone.",
        ) from problem
    return read_anchor(octets, place=str(path))
