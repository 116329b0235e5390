"""Refusing costs a forger's octets their hash at most, and never a second pass over them."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from functools import partial
from statistics import median

import pytest
from envelope_world import NOW, exchange, manifest, octets_of, vector_directory

from gateway.envelope import (
    MAX_ENVELOPE_OCTETS,
    EnvelopeRefusedError,
    Reason,
    check_envelope,
    peek_header,
)

ENVELOPE = exchange().seal()


def refusal(octets: bytes, directory: str | None = None) -> Reason:
    known = exchange().directory if directory is None else vector_directory(directory)
    with pytest.raises(EnvelopeRefusedError) as caught:
        check_envelope(octets, known, now=NOW)
    return caught.value.reason


def cpu(job: Callable[[], object]) -> int:
    start = time.process_time_ns()
    job()
    return time.process_time_ns() - start


def ratio(job: Callable[[], object], other: Callable[[], object]) -> float:
    """The median over pairs in turns, so that a busy machine slows both."""
    return median(cpu(job) / max(cpu(other), 1) for _ in range(15))


def large(octets: bytes) -> bytes:
    at = octets.rindex(b"</xenc:CipherValue>")
    return octets[:at] + b"A" * (MAX_ENVELOPE_OCTETS - len(octets)) + octets[at:]


def test_eight_forged_megabytes_cost_their_hash() -> None:
    octets = large(ENVELOPE)
    assert refusal(octets) is Reason.DIGEST
    # The gate is 1.2 (bench); a test on a busy machine allows noise but no second pass.
    assert ratio(lambda: refusal(octets), lambda: hashlib.sha256(octets).digest()) < 1.6


def test_an_unknown_key_is_refused_before_hashing() -> None:
    octets = large(ENVELOPE)
    assert refusal(octets, "without-sender") is Reason.UNKNOWN_KEY
    cost = ratio(lambda: refusal(octets, "without-sender"), lambda: hashlib.sha256(octets).digest())
    assert cost < 0.2


def test_too_many_octets_are_refused_before_anything() -> None:
    octets = large(ENVELOPE) + b"\n"
    assert refusal(octets) is Reason.SIZE
    assert ratio(lambda: refusal(octets), lambda: hashlib.sha256(octets).digest()) < 0.2


@pytest.mark.parametrize(
    "filler", [b"A", b"0", b"<", b'"', b"-", b'<env:To key="', b"</env:To>", b"urn:uuid:"]
)
@pytest.mark.parametrize(
    "place", [b"urn:uuid:", b'<env:To key="', b'party="', b'seq="', b"<env:Type>", b'schema="']
)
def test_no_header_makes_the_grammar_slow(filler: bytes, place: bytes) -> None:
    at = ENVELOPE.index(place) + len(place)
    octets = ENVELOPE[:at] + filler * (200_000 // len(filler)) + ENVELOPE[at:]
    assert cpu(lambda: peek_header(octets)) < 50_000_000


def test_three_hundred_recipients_are_read_in_linear_time() -> None:
    one = ENVELOPE.index(b"<env:To ")
    end = ENVELOPE.index(b"<env:Type>")
    for count in (299, 300, 301, 5000):
        octets = ENVELOPE[:end] + ENVELOPE[one:end] * (count - 1) + ENVELOPE[end:]
        assert cpu(partial(peek_header, octets)) < 50_000_000
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
