"""Ids have the forms that they promise, whatever the octets that they are made of."""

from datetime import UTC, datetime
from hashlib import sha256
from uuid import UUID

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from ulid import ULID

from gateway.ids import IdSource, hit_id, record_id

pytestmark = pytest.mark.unit
NOW = datetime(2026, 6, 15, 12, 0, 0, 123456, tzinfo=UTC)


@given(st.binary(min_size=10, max_size=10))
@example(b"\xff" * 10)
@example(bytes(10))
def test_message_ids_are_uuids_of_version_7_and_case_ids_are_ulids(octets: bytes) -> None:
    ids = IdSource(now=lambda: NOW, random=lambda _: octets)
    message_id = UUID(ids.message_id())
    assert str(message_id) == ids.message_id()
    assert (message_id.version, message_id.variant) == (7, "specified in RFC 4122")
    found = ULID.from_str(ids.search_id("FRA").removeprefix("Q-FRA-"))
    assert found.bytes == int(NOW.timestamp() * 1000).to_bytes(6, "big") + octets


@given(st.text(st.characters(codec="utf-8"), max_size=40))
def test_a_record_id_is_the_hash_of_the_party_and_its_own_key_as_a_ulid(national: str) -> None:
    seed = sha256(f"FRA-NCB\n{national}".encode()).digest()[:16]
    assert record_id("FRA-NCB", national) == f"R-FRA-{ULID(seed)}"


@given(st.lists(st.text(st.characters(codec="utf-8"), max_size=20), min_size=1, max_size=5))
def test_a_hit_has_one_id_for_the_same_record_and_question(facts: list[str]) -> None:
    found = hit_id("XPO", *facts)
    assert found == hit_id("XPO", *facts)
    assert found != hit_id("XPO", *facts, "another item")
    seed = sha256("\n".join(facts).encode()).digest()[:16]
    assert found == f"H-XPO-{ULID(seed)}"
