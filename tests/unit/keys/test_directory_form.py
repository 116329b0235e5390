"""The matching reader of a directory and the one by schema say the same of everything."""

from __future__ import annotations

import string
from datetime import UTC, datetime, timedelta

import nacl.bindings
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keys import (
    Directory,
    Identity,
    KeyEntry,
    KeyState,
    PartyEntry,
    PartyKind,
    Suite,
    TrustError,
    WeakKeyError,
    entry_for,
    kid_of,
    spki_ed25519,
)
from keys import documents as written
from keys.directory import Voucher
from keys.directory_form import match_directory
from keys.documents import read_directory, write_directory
from keys.hybrid import LATTICE_OCTETS, HybridKey, is_lattice_key
from keys.points import is_plain, is_sound

NOW = datetime(2026, 10, 30, 9, 26, 53, 120000, tzinfo=UTC)


def identity(number: int, *, hybrid: bool = False) -> Identity:
    seed = bytes([number])
    return Identity.from_secrets(
        f"{string.ascii_uppercase[number]}AA-NCB",
        signing_seed=seed * 32,
        encryption_secrets=[bytes([number + 100]) * 32],
        hybrid_seeds=[bytes([number + 200]) * 32] if hybrid else [],
    )


def full() -> bytes:
    """A directory in which everything that may stand somewhere stands once."""
    entries = []
    for number, name in enumerate(["Bureau & <Lyon> — مكتب", None, "Customs", "x"]):
        entry = entry_for(
            identity(number, hybrid=number % 2 == 0),
            sends=frozenset(["SEARCH_REQUEST", "RECEIPT", "FAULT"][: number + 1]) if number else
            frozenset(),
            valid_from=NOW, valid_until=NOW + timedelta(days=400) if number else None,
            kind=PartyKind.NCB, name=name,
        )  # fmt: skip
        voucher = Voucher(by=entry.keys[0].kid, value=bytes(range(64)))
        keys = [_with(entry.keys[0], state=KeyState.REVOKED, revoked_at=NOW), *entry.keys[1:]]
        keys[1] = _with(keys[1], endorsement=voucher)
        entries.append(
            PartyEntry(
                party=entry.party, country=entry.country, keys=tuple(keys), sends=entry.sends,
                kind=entry.kind, name=entry.name, mandate=voucher if number == 1 else None,
            )
        )  # fmt: skip
    return write_directory(
        version=7, issued=NOW, expires=NOW + timedelta(days=30), previous=bytes(range(32)),
        parties=entries, suite=Suite.HYBRID, suite_since=7,
    )  # fmt: skip


def _with(key: KeyEntry, **changes: object) -> KeyEntry:
    values = {
        name: getattr(key, name)
        for name in ("kid", "use", "public", "state", "valid_from", "valid_until", "revoked_at")
    }
    return KeyEntry(**(values | changes))


FULL = full()


def verdict(octets: bytes, *, matched: bool) -> Directory | type[TrustError]:
    try:
        if matched:
            return read_directory(octets, place="here")
        return written._read_slowly(octets, place="here")
    except TrustError as refused:
        return type(refused)


def test_both_readers_take_the_same_from_a_full_directory() -> None:
    form = match_directory(FULL)
    assert form is not None
    fast, slow = verdict(FULL, matched=True), verdict(FULL, matched=False)
    assert isinstance(fast, Directory)
    assert isinstance(slow, Directory)
    assert fast == slow
    assert dict(fast.parties) == dict(slow.parties)
    assert fast.suites == slow.suites
    for party, entry in slow.parties.items():
        assert fast.may_send(party, "RECEIPT") == slow.may_send(party, "RECEIPT")
        for key in entry.keys:
            assert fast.signer(key.kid) == slow.signer(key.kid)
    assert fast.signer("A" * 43) is None
    assert write_directory(
        version=fast.version, issued=fast.issued, expires=fast.expires, previous=fast.previous,
        parties=fast.parties.values(), suite=fast.suite, suite_since=fast.suite_since,
    ) == FULL  # fmt: skip


@settings(max_examples=250, deadline=None)
@given(
    at=st.integers(0, len(FULL) - 1),
    cut=st.integers(0, 3),
    put=st.one_of(
        st.binary(max_size=3),
        st.sampled_from([b" ", b"<", b">", b"&gt;", b"=", b"A", b"9", b"31", b"29", b"</Party>"]),
    ),
)
def test_both_readers_agree_on_every_mutant(at: int, cut: int, put: bytes) -> None:
    octets = FULL[:at] + put + FULL[at + cut :]
    assert verdict(octets, matched=True) == verdict(octets, matched=False)


@pytest.mark.parametrize("day", ["2026-02-28", "2028-02-29", "2026-04-30", "2026-12-31"])
def test_every_day_that_exists_is_read(day: str) -> None:
    octets = FULL.replace(b"2026-10-30T", f"{day}T".encode())
    fast = verdict(octets, matched=True)
    assert isinstance(fast, Directory)
    assert fast == verdict(octets, matched=False)


@pytest.mark.parametrize("day", ["2026-02-29", "2026-02-30", "2026-04-31", "2026-13-01"])
def test_no_day_that_does_not_exist_is_read(day: str) -> None:
    octets = FULL.replace(b"2026-10-30T", f"{day}T".encode())
    assert match_directory(octets) is None
    assert verdict(octets, matched=True) == verdict(octets, matched=False)


def test_a_key_outside_the_prime_order_subgroup_is_nobodys() -> None:
    torsion = bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05")
    honest = identity(3)
    mixed = nacl.bindings.crypto_core_ed25519_add(honest.signing_public, torsion)
    assert is_plain("sig", mixed)
    assert not is_sound("sig", mixed)
    entry = entry_for(honest, sends=frozenset(), valid_from=NOW)
    kid = kid_of(spki_ed25519(mixed))
    key = _with(next(each for each in entry.keys if each.use == "sig"), public=mixed, kid=kid)
    octets = write_directory(
        version=1, issued=NOW, expires=NOW + timedelta(days=1), previous=None,
        parties=[PartyEntry(party=entry.party, country="DAA", keys=(key,), sends=frozenset())],
    )  # fmt: skip
    directory = read_directory(octets, place="here")
    assert directory.signer(kid) is None
    with pytest.raises(WeakKeyError):
        directory.check_points()


def test_a_lattice_key_is_judged_number_by_number() -> None:
    lattice = HybridKey(b"h" * 32).public[:LATTICE_OCTETS]
    assert is_lattice_key(lattice)
    for number in (0, 1, 2, 383, 384, 766, 767):
        for value, allowed in ((0, True), (3328, True), (3329, False), (4095, False)):
            numbers = int.from_bytes(lattice[:1152], "little")
            numbers = numbers & ~(0xFFF << 12 * number) | value << 12 * number
            changed = numbers.to_bytes(1152, "little") + lattice[1152:]
            assert is_lattice_key(changed) is allowed, (number, value)
    assert not is_lattice_key(lattice[:-1])
    assert not is_lattice_key(lattice + b"x")
