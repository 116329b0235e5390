"""The Merkle tree against the recursive definition of RFC 6962, and proofs against every change."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keys.merkle import (
    EMPTY_ROOT,
    consistent,
    leaf_hash,
    node_hash,
    prove_consistency,
    prove_inclusion,
    root_by_inclusion,
    root_of,
)

LEAVES = st.lists(st.binary(max_size=8), min_size=1, max_size=70)


def by_definition(entries: list[bytes]) -> bytes:
    """MTH of RFC 6962 section 2.1, word for word."""
    if not entries:
        return hashlib.sha256(b"").digest()
    if len(entries) == 1:
        return hashlib.sha256(b"\x00" + entries[0]).digest()
    k = 1
    while k * 2 < len(entries):
        k *= 2
    return hashlib.sha256(
        b"\x01" + by_definition(entries[:k]) + by_definition(entries[k:])
    ).digest()


@given(LEAVES)
def test_the_root_is_that_of_the_definition(entries: list[bytes]) -> None:
    assert root_of([leaf_hash(each) for each in entries]) == by_definition(entries)


def test_the_roots_are_those_that_other_logs_publish() -> None:
    # The eight leaves of the test data of certificate-transparency-go and their known roots.
    leaves = [
        "", "00", "10", "2021", "3031", "40414243", "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    ]  # fmt: skip
    hashes = [leaf_hash(bytes.fromhex(each)) for each in leaves]
    assert root_of([]) == EMPTY_ROOT
    assert root_of(hashes[:1]).hex() == (
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
    )
    assert root_of(hashes).hex() == (
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"
    )


@given(LEAVES, st.data())
def test_every_leaf_is_proven_and_no_other(entries: list[bytes], data: st.DataObject) -> None:
    hashes = [leaf_hash(each) for each in entries]
    index = data.draw(st.integers(0, len(hashes) - 1))
    path, root = prove_inclusion(hashes, index), root_of(hashes)
    assert root_by_inclusion(hashes[index], index, len(hashes), path) == root
    assert root_by_inclusion(leaf_hash(b"something else"), index, len(hashes), path) != root
    assert root_by_inclusion(hashes[index], index, len(hashes), [*path, root]) is None
    if path:
        assert root_by_inclusion(hashes[index], index, len(hashes), path[:-1]) != root
        changed = [*path[:-1], bytes(32)]
        assert root_by_inclusion(hashes[index], index, len(hashes), changed) != root
    assert root_by_inclusion(hashes[index], len(hashes), len(hashes), path) is None


@given(LEAVES, st.data())
def test_a_tree_that_grew_is_proven_and_a_rewritten_one_is_not(
    entries: list[bytes], data: st.DataObject
) -> None:
    hashes = [leaf_hash(each) for each in entries]
    size = len(hashes)
    before = data.draw(st.integers(1, size))
    old, new = root_of(hashes[:before]), root_of(hashes)
    proof = prove_consistency(hashes, before)
    assert consistent(before, size, old, new, proof)
    place = data.draw(st.integers(0, before - 1))
    rewritten = [*hashes[:place], leaf_hash(b"rewritten"), *hashes[place + 1 :]]
    other = root_of(rewritten)
    assert not consistent(before, size, old, other, prove_consistency(rewritten, before))
    assert not consistent(before, size, old, new, [*proof, new])
    if proof:
        assert not consistent(before, size, old, new, proof[:-1])


def test_wrong_sizes_are_never_consistent() -> None:
    one, two = leaf_hash(b"1"), leaf_hash(b"2")
    both = node_hash(one, two)
    assert consistent(1, 2, one, both, [two])
    assert not consistent(0, 2, EMPTY_ROOT, both, [])
    assert not consistent(3, 2, both, both, [])
    assert not consistent(1, 2, one, both, [])
    with pytest.raises(IndexError):
        prove_inclusion([one], 1)
    with pytest.raises(IndexError):
        prove_consistency([one], 0)
