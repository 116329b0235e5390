"""What a party says of keys in a directory: its canonical octets, and how they are read.

Two documents are of this form: a countersignature and an objection. It proves no signature.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from keys.beacon import Named, named_markup, read_named
from keys.directory import Directory
from keys.errors import TrustError
from keys.markup import (
    TRUST_NAMESPACE,
    attribute,
    children,
    instant,
    instant_text,
    parse,
    text,
    whole_milliseconds,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class WordOnKeys:
    """Whose word, of when, about which directory, and the ids of keys in it, in their order."""

    party: str
    issued: datetime
    directory: Named
    kids: tuple[str, ...]


def write_word(
    root: str, party: str, directory: Directory, kids: Iterable[str], *, issued: datetime
) -> bytes:
    """The canonical octets of a word under the element ``root``."""
    named = Named(version=directory.version, digest=directory.digest)
    return _octets(root, party, whole_milliseconds(issued), named, kids)


def read_word(root: str, octets: bytes, *, place: str, error: type[TrustError]) -> WordOnKeys:
    """The word in ``octets``; ``error`` where it is none, ValueError where it is misspelt."""
    tree = parse(octets, root, error=error, place=place, namespace=TRUST_NAMESPACE)
    found = WordOnKeys(
        party=attribute(tree, "party"),
        issued=instant(text(tree, "Issued")),
        directory=read_named(tree, "Directory"),
        kids=tuple(str(node.text) for node in children(tree, "Kid")),
    )
    if _octets(root, found.party, found.issued, found.directory, set(found.kids)) != octets:
        raise ValueError("it is not in canonical form")
    return found


def _octets(
    root: str, party: str, issued: datetime, directory: Named, kids: Iterable[str]
) -> bytes:
    listed = "".join(f"<Kid>{kid}</Kid>" for kid in sorted(kids))
    return (
        f'<{root} xmlns="{TRUST_NAMESPACE}" party="{party}">'
        f"<Issued>{instant_text(issued)}</Issued>{named_markup('Directory', directory)}"
        f"{listed}</{root}>"
    ).encode("ascii")
