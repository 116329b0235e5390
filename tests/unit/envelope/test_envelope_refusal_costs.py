"""Refusing costs a forger's octets their hash at most, and never a second pass over them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from types import SimpleNamespace

import pytest
from envelope_world import NOW, exchange, manifest, octets_of, vector_directory

from gateway.envelope import (
    MAX_ENVELOPE_OCTETS,
    EnvelopeRefusedError,
    Reason,
    check_envelope,
    opening,
    peek_header,
)

ENVELOPE = exchange().seal()


def refusal(octets: bytes, directory: str | None = None) -> Reason:
    known = exchange().directory if directory is None else vector_directory(directory)
    with pytest.raises(EnvelopeRefusedError) as caught:
        check_envelope(octets, known, now=NOW)
    return caught.value.reason


class CountingHash:
    """SHA-256 that counts the octets it is fed, over all of its copies."""

    fed = 0

    def __init__(self, octets: bytes | memoryview = b"", _state: object = None) -> None:
        self._state = hashlib.sha256() if _state is None else _state
        self.update(octets)

    def update(self, octets: bytes | memoryview) -> None:
        CountingHash.fed += len(octets)
        self._state.update(octets)

    def copy(self) -> CountingHash:
        return CountingHash(b"", self._state.copy())

    def digest(self) -> bytes:
        return self._state.digest()


@pytest.fixture
def hashed(monkeypatch: pytest.MonkeyPatch) -> Callable[[], int]:
    """How many octets were hashed since the test began."""
    monkeypatch.setattr(opening, "hashlib", SimpleNamespace(sha256=CountingHash))
    monkeypatch.setattr(CountingHash, "fed", 0)
    return lambda: CountingHash.fed


def large(octets: bytes) -> bytes:
    at = octets.rindex(b"</xenc:CipherValue>")
    return octets[:at] + b"A" * (MAX_ENVELOPE_OCTETS - len(octets)) + octets[at:]


def test_eight_forged_megabytes_are_hashed_once(hashed: Callable[[], int]) -> None:
    octets = large(ENVELOPE)
    assert refusal(octets) is Reason.DIGEST
    assert len(octets) * 0.99 < hashed() <= len(octets)


def test_an_unknown_key_is_refused_before_hashing(hashed: Callable[[], int]) -> None:
    assert refusal(large(ENVELOPE), "without-sender") is Reason.UNKNOWN_KEY
    assert hashed() == 0


def test_too_many_octets_are_refused_before_anything(hashed: Callable[[], int]) -> None:
    assert refusal(large(ENVELOPE) + b"\n") is Reason.SIZE
    assert hashed() == 0


@pytest.mark.parametrize(
    "filler", [b"A", b"0", b"<", b'"', b"-", b'<env:To key="', b"</env:To>", b"urn:uuid:"]
)
@pytest.mark.parametrize(
    "place", [b"urn:uuid:", b'<env:To key="', b'party="', b'seq="', b"<env:Type>", b'schema="']
)
def test_a_stuffed_header_is_not_read(filler: bytes, place: bytes) -> None:
    # That refusing it takes linear time is a gate of the benchmark.
    at = ENVELOPE.index(place) + len(place)
    octets = ENVELOPE[:at] + filler * (200_000 // len(filler)) + ENVELOPE[at:]
    assert peek_header(octets) is None


def test_three_hundred_recipients_are_read_and_no_more() -> None:
    one = ENVELOPE.index(b"<env:To ")
    end = ENVELOPE.index(b"<env:Type>")
    for count in (299, 300, 301, 5000):
        octets = ENVELOPE[:end] + ENVELOPE[one:end] * (count - 1) + ENVELOPE[end:]
        found = peek_header(octets)
        assert (found is not None) == (count <= 300)


def test_the_forged_megabytes_of_the_vectors_are_eight_mebibytes() -> None:
    sizes = {
        case["name"]: len(octets_of(case)) for case in manifest()["hostile"] if "filler" in case
    }
    assert sizes == {
        "oversize": MAX_ENVELOPE_OCTETS + 1,
        "eight-mebibytes-forged": MAX_ENVELOPE_OCTETS,
        "eight-mebibytes-unknown": MAX_ENVELOPE_OCTETS,
    }
