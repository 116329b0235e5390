"""What is written is canonical, valid, and read back as the same value."""

import pytest
from drawn import QUICK
from hypothesis import HealthCheck, given, settings
from lxml import etree
from payload_strategies import messages, payloads

from gateway.payload import Payload, decode, encode, validate
from gateway.payload.catalogue import catalogue

pytestmark = pytest.mark.unit

# Deriving a whole record from the schema costs Hypothesis more than the default allows.
relaxed = settings(
    max_examples=2 if QUICK else 12,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


@pytest.mark.parametrize("name", sorted(catalogue().messages))
def test_every_message_is_read_back_as_it_was_written(name: str) -> None:
    @relaxed
    @given(messages(name))
    def holds(payload: Payload) -> None:
        assert decode(encode(payload)) == payload
        assert validate(payload) == ()

    holds()


@relaxed
@given(payloads())
def test_what_is_written_is_its_own_exclusive_canonical_form(payload: Payload) -> None:
    octets = encode(payload)
    root = etree.fromstring(octets)
    assert etree.tostring(root, method="c14n", exclusive=True, with_comments=False) == octets
