"""A root that the countries give themselves when the officers' quorum is lost.

The officers cannot sign root N+1 any more, so two thirds of the countries say, each in a note of
its own, which root shall follow. It counts after a notice, in which a root by the old quorum still
wins. Octets in, values out; it reads no clock and no file (succession_folder.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from lxml import etree

from keys.beacon import Named, named_markup, read_named
from keys.chain import root_file
from keys.directory import Directory, PartyKind
from keys.errors import SuccessionError, TrustError
from keys.markup import (
    TRUST_NAMESPACE,
    attribute,
    escaped,
    instant,
    instant_text,
    parse,
    text,
    whole_milliseconds,
)
from keys.quorum import check_holders, check_quorum, signature_valid, signed_file
from keys.revocation import NOTE_LIMIT
from keys.root import RoleName, Root
from keys.root_document import ROOT_LIMIT, read_root

SUCCESSION_NOTICE = timedelta(days=30)
"""From when a reader first saw that enough countries agree (4-trust 4.1, loss of officers)."""
_NAME = re.compile(r"succession-([A-Z]{3}-[A-Z0-9]{1,20})-([1-9][0-9]{0,8})\.xml")


@dataclass(frozen=True, slots=True, kw_only=True)
class Succession:
    """One country's word that this root shall follow."""

    party: str
    issued: datetime
    root: Named
    why: str


def succession_file(party: str, version: int) -> str:
    """The file name of a country's note about root ``version``."""
    return f"succession-{party}-{version}.xml"


def is_succession(name: str) -> bool:
    """Whether a file name is that of such a note."""
    return _NAME.fullmatch(name) is not None


def write_succession(party: str, root: Named, why: str, *, issued: datetime) -> bytes:
    """The canonical octets of a country's note."""
    return _octets(party, whole_milliseconds(issued), root, why)


def verify_succession(octets: bytes, signature: bytes, directory: Directory) -> Succession:
    """A note signed by a key in force of the NCB that it names; SuccessionError."""
    if len(octets) > NOTE_LIMIT:
        raise _refused("it is too large to be one")
    try:
        signed = signed_file(octets, signature, place="succession")
    except TrustError as problem:
        raise _refused(problem.message) from problem
    by = signed.signatures[0]
    found = directory.signer(by.kid)
    if (
        found is None
        or len(signed.signatures) != 1
        or found[0].kind is not PartyKind.NCB
        or not found[1].may_sign(directory.issued)
        or not signature_valid(by, found[1].public, signed)
    ):
        raise _refused("it is not signed by a key in force of a country's NCB")
    tree = parse(
        octets, "Succession", error=SuccessionError, place=signed.name, namespace=TRUST_NAMESPACE
    )
    note = _read(tree)
    if _octets(note.party, note.issued, note.root, note.why) != octets:
        raise _refused("it is not in canonical form")
    if found[0].party != note.party or signed.name != succession_file(
        note.party, note.root.version
    ):
        raise _refused("it is signed by another party, or under another name")
    return note


def countries_needed(directory: Directory) -> int:
    """How many NCBs two thirds of those listed are, rounded up, and never below two."""
    listed = sum(entry.kind is PartyKind.NCB for entry in directory.parties.values())
    return max(2, -(-2 * listed // 3))


def countries_for(digest: bytes, notes: Iterable[Succession]) -> frozenset[str]:
    """The parties that name the root with this SHA-256."""
    return frozenset(each.party for each in notes if each.root.digest == digest)


def succeeding_root(current: Root, octets: bytes, signature: bytes) -> Root:
    """Root N+1 with its own threshold's signatures alone; RootError, QuorumError.

    Whether it may follow is for the countries to say, and for whoever counts their notes.
    """
    name = root_file(current.version + 1)
    if len(octets) > ROOT_LIMIT:
        raise _refused("it is too large to be a root")
    signed = signed_file(octets, signature, place=name)
    root = read_root(octets, place=name)
    follows = root.version == current.version + 1 and root.previous == current.digest
    if signed.name != name or not follows:
        raise _refused(f"it does not follow version {current.version}")
    check_quorum(signed, root, RoleName.ROOT)
    check_holders(signed, (current, root), RoleName.ROOT)
    return root


def announced(root: Root, countries: int, needed: int, counts_from: datetime) -> SuccessionError:
    """What everybody is told while the notice runs."""
    return SuccessionError(
        f"{countries} countries give the exchange a new root, because its officers are lost.",
        place=root_file(root.version),
        value=f"SHA-256 {root.digest.hex()}, counts from {instant_text(counts_from)}",
        expected=f"at least {needed} countries, and no root by the old officers until then",
        remedy="Call other countries. If the officers are there, let them sign a root: it wins.",
    )


def _read(tree: etree._Element) -> Succession:
    try:
        return Succession(
            party=attribute(tree, "party"),
            issued=instant(text(tree, "Issued")),
            root=read_named(tree, "Root"),
            why=text(tree, "Why"),
        )
    except ValueError as problem:
        raise _refused(str(problem)) from problem


def _octets(party: str, issued: datetime, root: Named, why: str) -> bytes:
    return (
        f'<Succession xmlns="{TRUST_NAMESPACE}" party="{party}">'
        f"<Issued>{instant_text(issued)}</Issued>{named_markup('Root', root)}"
        f"<Why>{escaped(why)}</Why></Succession>"
    ).encode()


def _refused(why: str) -> SuccessionError:
    return SuccessionError(
        f"This is no country's word about the next root: {why}.",
        place="succession",
        expected="a note that an NCB signed, and a root with its own officers' quorum",
        remedy="Get both files again from the country that made them.",
    )
