"""What shows the key log's growth against the recursive definition of RFC 6962, and its proofs."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keys.errors import KeyLogError
from keys.growth import Growth, grown, newest_part, read_growth, write_growth
from keys.merkle import consistent, frontier_of, leaf_hash, prove_consistency, root_of

LEAVES = st.lists(st.binary(max_size=4), min_size=1, max_size=40)


def by_definition(entries: list[bytes]) -> bytes:
    """MTH of RFC 6962 section 2.1, slow and obvious."""
    if len(entries) == 1:
        return hashlib.sha256(b"\x00" + entries[0]).digest()
    k = 1
    while k * 2 < len(entries):
        k *= 2
    return hashlib.sha256(
        b"\x01" + by_definition(entries[:k]) + by_definition(entries[k:])
    ).digest()


@given(LEAVES, st.data())
def test_a_growth_has_the_root_of_the_definition_at_every_length_and_as_the_proofs_say(
    entries: list[bytes], data: st.DataObject
) -> None:
    hashes = [leaf_hash(each) for each in entries]
    first = data.draw(st.integers(0, len(entries)))
    growth = read_growth(write_growth(grown(hashes, first=first)))
    whole = by_definition(entries)
    for size in range(1, len(entries) + 1):
        assert growth.covers(size) == (size >= first)
        if not growth.covers(size):
            continue
        assert growth.root_at(size) == by_definition(entries[:size])
        proof = prove_consistency(hashes, size)
        assert consistent(size, len(entries), growth.root_at(size), whole, proof)


@given(LEAVES, st.data())
def test_no_changed_hash_or_place_leads_to_both_roots(
    entries: list[bytes], data: st.DataObject
) -> None:
    hashes = [leaf_hash(each) for each in entries]
    first = data.draw(st.integers(0, len(entries)))
    size = data.draw(st.integers(max(first, 1), len(entries)))
    octets = bytearray(write_growth(grown(hashes, first=first)))
    place = data.draw(st.integers(0, len(octets) - 1))
    octets[place] ^= data.draw(st.integers(1, 255))
    try:
        changed = read_growth(bytes(octets))
    except KeyLogError:
        return
    before, now = root_of(hashes[:size]), root_of(hashes)
    leads = changed.size == len(hashes) and changed.covers(size) and changed.covers(len(hashes))
    assert not leads or (changed.root_at(size), changed.root_at(len(hashes))) != (before, now)


@given(st.binary(max_size=200))
def test_no_octets_are_taken_for_a_growth_but_those_of_one(octets: bytes) -> None:
    told = None
    try:
        assert write_growth(read_growth(octets)) == octets
    except KeyLogError as refusal:
        told = refusal
    assert told is None or (told.code == "keys.keylog" and told.place and told.remedy)


def test_a_frontier_that_cannot_stand_for_its_leaves_is_refused() -> None:
    hashes = [leaf_hash(bytes([each])) for each in range(7)]
    assert len(frontier_of(hashes)) == 3
    with pytest.raises(ValueError, match="cannot stand"):
        root_of(hashes[3:], first=3, frontier=frontier_of(hashes[:2]))
    with pytest.raises(IndexError):
        Growth(first=2, frontier=tuple(frontier_of(hashes[:2])), hashes=()).root_at(1)


def test_what_is_pushed_stays_small_and_is_whole_while_a_log_is_young() -> None:
    assert newest_part(1) == newest_part(1_023) == 0
    assert newest_part(1_024) == 512
    assert all(512 <= size - newest_part(size) < 1_024 for size in range(1_024, 5_000))
