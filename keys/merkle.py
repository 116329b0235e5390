"""An append-only Merkle tree: its root, and proofs that a leaf is in it or that it only grew.

RFC 6962 section 2.1 (hashing, proofs) and RFC 9162 sections 2.1.3.2 and 2.1.4.2 (verification).
It keeps nothing and knows nothing of what the leaves say.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

HASH_OCTETS = 32
EMPTY_ROOT = hashlib.sha256(b"").digest()


def leaf_hash(leaf: bytes) -> bytes:
    """The 32-octet hash of a leaf; its prefix keeps it apart from every inner node."""
    return hashlib.sha256(b"\x00" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of an inner node."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def root_of(leaves: Sequence[bytes], *, first: int = 0, frontier: Sequence[bytes] = ()) -> bytes:
    """The root over leaf hashes, in one pass that keeps one hash a level.

    Where ``leaves`` begin at ``first``, ``frontier`` stands for those before (``frontier_of``).
    ValueError if it cannot.
    """
    if len(frontier) != first.bit_count():
        raise ValueError(f"{len(frontier)} hashes cannot stand for {first} leaves")
    stack = list(frontier)
    for number, leaf in enumerate(leaves, first):
        stack.append(leaf)
        while number & 1:
            right = stack.pop()
            stack.append(node_hash(stack.pop(), right))
            number >>= 1  # noqa: PLW2901 - the bits that carry are those of the place
    if not stack:
        return EMPTY_ROOT
    root = stack.pop()
    while stack:
        root = node_hash(stack.pop(), root)
    return root


def frontier_of(leaves: Sequence[bytes]) -> list[bytes]:
    """The roots of the full subtrees that leaf hashes make, the largest first."""
    found: list[bytes] = []
    start = 0
    for level in reversed(range(len(leaves).bit_length())):
        if len(leaves) >> level & 1:
            found.append(root_of(leaves[start : start + (1 << level)]))
            start += 1 << level
    return found


def prove_inclusion(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """The audit path of leaf ``index``, from the leaf up; IndexError if there is no such leaf."""
    if not 0 <= index < len(leaves):
        raise IndexError(f"the tree has {len(leaves)} leaves, and none at {index}")
    if len(leaves) == 1:
        return []
    split = _split(len(leaves))
    if index < split:
        return [*prove_inclusion(leaves[:split], index), root_of(leaves[split:])]
    return [*prove_inclusion(leaves[split:], index - split), root_of(leaves[:split])]


def root_by_inclusion(leaf: bytes, index: int, size: int, path: Sequence[bytes]) -> bytes | None:
    """The root that a leaf hash and its path lead to, or None if no tree of ``size`` has it so."""
    if not 0 <= index < size:
        return None
    place, last, found = index, size - 1, leaf
    for each in path:
        if last == 0:
            return None
        if place & 1 or place == last:
            found = node_hash(each, found)
            while place and not place & 1:
                place, last = place >> 1, last >> 1
        else:
            found = node_hash(found, each)
        place, last = place >> 1, last >> 1
    return found if last == 0 else None


def prove_consistency(leaves: Sequence[bytes], before: int) -> list[bytes]:
    """The proof that the tree of the first ``before`` leaves is the beginning of this one."""
    if not 0 < before <= len(leaves):
        raise IndexError(f"the tree has {len(leaves)} leaves, and no beginning of {before}")
    return _consistency(leaves, before, whole=True)


def consistent(
    before: int, size: int, root_before: bytes, root: bytes, proof: Sequence[bytes]
) -> bool:
    """Whether ``proof`` shows that the tree of ``before`` leaves is the beginning of ``size``."""
    if not 0 < before <= size:
        return False
    if before == size:
        return not proof and root_before == root
    path = [root_before, *proof] if before & (before - 1) == 0 else list(proof)
    if not path:
        return False
    place, last = before - 1, size - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    old = new = path[0]
    for each in path[1:]:
        if last == 0:
            return False
        if place & 1 or place == last:
            old, new = node_hash(each, old), node_hash(each, new)
            while place and not place & 1:
                place, last = place >> 1, last >> 1
        else:
            new = node_hash(new, each)
        place, last = place >> 1, last >> 1
    return last == 0 and old == root_before and new == root


def _consistency(leaves: Sequence[bytes], before: int, *, whole: bool) -> list[bytes]:
    if before == len(leaves):
        return [] if whole else [root_of(leaves)]
    split = _split(len(leaves))
    if before <= split:
        return [*_consistency(leaves[:split], before, whole=whole), root_of(leaves[split:])]
    return [
        *_consistency(leaves[split:], before - split, whole=False),
        root_of(leaves[:split]),
    ]


def _split(size: int) -> int:
    """The largest power of two below ``size``."""
    return 1 << ((size - 1).bit_length() - 1)
