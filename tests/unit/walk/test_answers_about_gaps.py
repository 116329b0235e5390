"""What an answer about a gap may hold: numbers that never come, and messages in parts."""

import pytest

from gateway.endpoint.between import GONE_AT_ONCE, _bounded, _parts, octets_of
from gateway.payload import KeptMessage

pytestmark = pytest.mark.unit


def numbers_of(ranges):
    return [number for first, last in ranges for number in range(first, last + 1)]


@pytest.mark.parametrize(
    "ranges",
    [
        [(1, GONE_AT_ONCE + 5)],
        [(1, 600), (700, 1_400)],
        [(n * 10, n * 10 + 3) for n in range(GONE_AT_ONCE)],
        [(1, 10**9), (2 * 10**9, 3 * 10**9)],
    ],
)
def test_a_peer_cannot_have_more_numbers_written_than_one_answer_may_name(ranges):
    kept = numbers_of(_bounded(ranges))
    assert len(kept) == GONE_AT_ONCE
    assert kept == sorted(kept)
    assert all(any(first <= one <= last for first, last in ranges) for one in kept)


def test_what_fits_is_written_whole_and_an_empty_range_is_left_out():
    assert _bounded([(5, 5), (9, 8), (12, 14)]) == [(5, 5), (12, 14)]


@pytest.mark.parametrize("size", [1, 49_151, 49_152, 49_153, 200_000])
def test_a_kept_message_travels_in_parts_that_the_schema_takes(size):
    octets = bytes(number % 251 for number in range(size))
    parts = _parts(octets)
    assert all(0 < len(part) <= 65_536 for part in parts)  # pair.xsd, EnvelopePart
    assert octets_of(KeptMessage(number=1, envelope_part=parts)) == octets
