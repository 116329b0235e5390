"""How the key log grew, as one small file: from it follows the root at every length that it covers.

It stands for the RFC 6962 consistency proofs between all those lengths at once: hashes of full
subtrees for the leaves before its first one, then every leaf's hash. It says nothing of what the
leaves contain and proves nothing of who signed; whoever reads it holds its roots against signed
checkpoints (keylog_watch.py). docs/spec/trust.md, clause 7.7.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from keys.errors import KeyLogError
from keys.merkle import HASH_OCTETS, frontier_of, root_of

GROWTH_LIMIT = 4 * 1024 * 1024
"""Octets; the hashes of 131,000 leaves, and a log has about 1,600 a year."""
_PAGE = 512
"""A file that is pushed begins at a multiple of it, and holds as many hashes at least."""
_HEAD = re.compile(rb"iarms\.keylog-growth@v1\n(0|[1-9][0-9]{0,17}) ([1-9][0-9]{0,17})\n")
_NAME = re.compile(r"keylog-([1-9][0-9]{0,17})\.growth")


@dataclass(frozen=True, slots=True, kw_only=True)
class Growth:
    """Leaf ``hashes`` from leaf ``first`` on; ``frontier`` stands for the leaves before it."""

    first: int
    frontier: tuple[bytes, ...]
    hashes: tuple[bytes, ...]

    @property
    def size(self) -> int:
        """How many leaves the log has at the end."""
        return self.first + len(self.hashes)

    def covers(self, size: int) -> bool:
        """Whether ``root_at`` can be told."""
        return max(self.first, 1) <= size <= self.size

    def root_at(self, size: int) -> bytes:
        """The root of the log when it had ``size`` leaves; IndexError if it is not covered."""
        if not self.covers(size):
            raise IndexError(f"covers {self.first} to {self.size} leaves, not {size}")
        return root_of(self.hashes[: size - self.first], first=self.first, frontier=self.frontier)


def grown(hashes: Sequence[bytes], *, first: int = 0) -> Growth:
    """The growth from leaf ``first`` on of a log whose leaf hashes these are."""
    return Growth(
        first=first, frontier=tuple(frontier_of(hashes[:first])), hashes=tuple(hashes[first:])
    )


def newest_part(size: int) -> int:
    """Where a file that is pushed to everybody begins; who needs more of it asks."""
    return max(0, (size - _PAGE) // _PAGE * _PAGE)


def growth_file(size: int) -> str:
    """The file name of a growth to ``size``; the checkpoint of that size lies under ``.sig``."""
    return f"keylog-{size}.growth"


def growth_size_in(name: str) -> int | None:
    """The size in a growth's file name, or None if it is no such name."""
    match = _NAME.fullmatch(name)
    return None if match is None else int(match[1])


def write_growth(growth: Growth) -> bytes:
    """The octets of a growth."""
    head = f"iarms.keylog-growth@v1\n{growth.first} {growth.size}\n".encode("ascii")
    return head + b"".join((*growth.frontier, *growth.hashes))


def read_growth(octets: bytes) -> Growth:
    """The growth in these octets; KeyLogError for what is none. It proves nothing yet."""
    head = _HEAD.match(octets[:128])
    if len(octets) > GROWTH_LIMIT or head is None:
        raise _no_growth("its form")
    first, size, body = int(head[1]), int(head[2]), octets[head.end() :]
    before = first.bit_count()
    if first > size or len(body) != HASH_OCTETS * (before + size - first):
        raise _no_growth(f"{len(body)} octets from {first} to {size} leaves")
    hashes = tuple(body[at : at + HASH_OCTETS] for at in range(0, len(body), HASH_OCTETS))
    return Growth(first=first, frontier=hashes[:before], hashes=hashes[before:])


def _no_growth(value: str) -> KeyLogError:
    return KeyLogError(
        "This does not show how the key log grew.",
        place="keylog-N.growth",
        value=value,
        expected="a head of two lines, then 32 octets for each hash that it promises",
        remedy="Get it again from the hub or any peer; nothing of it was used.",
    )
