"""Every octet of an envelope counts: changed, taken out, put in, at every position."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest
from envelope_world import NOW, exchange

from gateway.envelope import EnvelopeRefusedError, check_envelope, open_envelope

ENVELOPE = exchange().seal()
DIRECTORY = exchange().directory


def refused(octets: bytes) -> bool:
    try:
        check_envelope(octets, DIRECTORY, now=NOW)
    except EnvelopeRefusedError:
        return True
    return False


def changed(at: int) -> Iterator[bytes]:
    """Other values of the octet at ``at``: each single bit, and what means something in XML."""
    old = ENVELOPE[at]
    values = {old ^ (1 << bit) for bit in range(8)} | {0, 0x0A, 0x20, 0x26, 0x3C, 0x41, 0xFF}
    for value in sorted(values - {old}):
        yield ENVELOPE[:at] + bytes([value]) + ENVELOPE[at + 1 :]


def test_the_envelope_itself_is_accepted() -> None:
    assert not refused(ENVELOPE)


def test_a_flipped_byte_anywhere_is_refused() -> None:
    accepted = [at for at in range(len(ENVELOPE)) for octets in changed(at) if not refused(octets)]
    assert accepted == []


def test_a_missing_byte_anywhere_is_refused() -> None:
    cut = (ENVELOPE[:at] + ENVELOPE[at + 1 :] for at in range(len(ENVELOPE)))
    assert all(map(refused, cut))


def test_a_byte_too_many_anywhere_is_refused() -> None:
    for octet in (b" ", b"\n", b"A", b"<", b"\0", b"<!---->", b"<?a?>"):
        grown = (ENVELOPE[:at] + octet + ENVELOPE[at:] for at in range(len(ENVELOPE) + 1))
        assert all(map(refused, grown)), octet


def test_every_truncation_is_refused() -> None:
    assert all(refused(ENVELOPE[:length]) for length in range(len(ENVELOPE)))
    assert all(refused(ENVELOPE[start:]) for start in range(1, len(ENVELOPE)))


@pytest.mark.parametrize("seed", range(4))
def test_random_splices_of_two_envelopes_are_refused(seed: int) -> None:
    other = exchange().seal(
        draws_of="other", message_id="0197c0de-7a11-7d3a-9c52-2f6a4be1d002", seq=2
    )
    dice = random.Random(seed)
    for _ in range(500):
        cut = dice.randrange(1, len(ENVELOPE))
        spliced = ENVELOPE[:cut] + other[cut:]
        if spliced not in (ENVELOPE, other):
            assert refused(spliced)


def test_a_flipped_byte_never_reaches_the_content() -> None:
    identity = exchange().parties["DEU-NCB"]
    for at in range(0, len(ENVELOPE), 7):
        octets = ENVELOPE[:at] + bytes([ENVELOPE[at] ^ 0x01]) + ENVELOPE[at + 1 :]
        with pytest.raises(EnvelopeRefusedError):
            open_envelope(octets, identity, DIRECTORY, now=NOW)
