"""What a directory answers about keys in each of their states."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime, timedelta

import pytest

from keys import (
    Directory,
    Identity,
    KeyEntry,
    KeyState,
    NoUsableKeyError,
    PartyEntry,
    UnknownPartyError,
    entry_for,
)

NOW = datetime(2026, 10, 20, tzinfo=UTC)
DAY = timedelta(days=1)
FRANCE = Identity.from_secrets(
    "FRA-NCB", signing_seed=b"f" * 32, encryption_secrets=[b"r" * 32, b"s" * 32]
)
NEWER, OLDER = FRANCE.encryption_kids


def directory(*keys: KeyEntry) -> Directory:
    party = PartyEntry(party="FRA-NCB", country="FRA", keys=keys, sends=frozenset())
    return Directory(
        version=1,
        issued=NOW,
        expires=NOW + 30 * DAY,
        digest=bytes(32),
        parties={"FRA-NCB": party},
    )


def key(kid: str, **changes: object) -> KeyEntry:
    entry = entry_for(FRANCE, sends=frozenset(), valid_from=NOW - DAY).keys[1]
    made = dataclasses.replace(
        entry,
        kid=next(each for each in FRANCE.encryption_kids if each == kid),
        public=FRANCE.encryption_public(next(e for e in FRANCE.encryption_kids if e == kid)),
    )
    return dataclasses.replace(made, **changes)  # type: ignore[arg-type] # fields by name in a test


def signing(**changes: object) -> KeyEntry:
    entry = entry_for(FRANCE, sends=frozenset(), valid_from=NOW - DAY).keys[0]
    return dataclasses.replace(entry, **changes)  # type: ignore[arg-type] # fields by name in a test


@pytest.mark.parametrize("state", list(KeyState))
def test_only_current_and_retiring_keys_may_sign(state: KeyState) -> None:
    expected = state in {KeyState.CURRENT, KeyState.RETIRING}
    assert signing(state=state).may_sign(NOW) is expected


def test_a_revoked_key_does_not_sign_even_before_its_revocation() -> None:
    assert not signing(revoked_at=NOW).may_sign(NOW - DAY / 2)
    assert not signing(state=KeyState.COMPROMISED, revoked_at=NOW).may_sign(NOW - DAY / 2)


def test_validity_includes_its_start_and_excludes_its_end() -> None:
    entry = signing(valid_from=NOW, valid_until=NOW + DAY)
    assert entry.may_sign(NOW)
    assert not entry.may_sign(NOW - timedelta(milliseconds=1))
    assert entry.may_sign(NOW + DAY - timedelta(milliseconds=1))
    assert not entry.may_sign(NOW + DAY)


def test_an_encryption_key_never_signs() -> None:
    assert not key(NEWER).may_sign(NOW)


def test_messages_go_to_the_newest_current_key() -> None:
    both = directory(key(OLDER, valid_from=NOW - 2 * DAY), key(NEWER, valid_from=NOW - DAY))
    assert both.recipient("FRA-NCB").kid == NEWER
    announced = directory(key(OLDER), key(NEWER, state=KeyState.NEXT))
    assert announced.recipient("FRA-NCB").kid == OLDER
    later = directory(key(OLDER), key(NEWER, valid_from=NOW + DAY))
    assert later.recipient("FRA-NCB").kid == OLDER


@pytest.mark.parametrize("state", sorted(set(KeyState) - {KeyState.CURRENT}))
def test_a_party_without_a_current_key_gets_no_messages(state: KeyState) -> None:
    with pytest.raises(NoUsableKeyError):
        directory(signing(), key(NEWER, state=state)).recipient("FRA-NCB")


def test_an_unknown_party_is_named_with_those_that_are_listed() -> None:
    with pytest.raises(UnknownPartyError) as refused:
        directory(signing()).recipient("FRA-NBC")
    assert refused.value.value == "FRA-NBC"
    assert "FRA-NCB" in str(refused.value.expected)


def test_the_parties_of_a_directory_cannot_be_changed() -> None:
    with pytest.raises(TypeError):
        directory(signing()).parties["USA-NCB"] = None  # type: ignore[index] # that is the point


def test_every_listed_party_may_send_what_the_line_needs_and_nothing_else_unasked() -> None:
    entry = entry_for(FRANCE, sends=frozenset({"SEARCH_REQUEST"}), valid_from=NOW - DAY)
    listed = dataclasses.replace(directory(), parties={"FRA-NCB": entry})
    for needed in ("RECEIPT", "FAULT", "DIRECTORY_ACK", "RESEND_REQUEST", "KEPT_MESSAGES"):
        assert listed.may_send("FRA-NCB", needed)
        assert not listed.may_send("BRA-NCB", needed)
    assert listed.may_send("FRA-NCB", "SEARCH_REQUEST")
    assert not listed.may_send("FRA-NCB", "REC_SUBMIT")


@pytest.mark.parametrize("state", list(KeyState))
def test_a_party_is_reached_exactly_where_a_message_can_be_sealed_to_it(state: KeyState) -> None:
    listed = directory(signing(), key(NEWER, state=state))
    assert listed.reaches("FRA-NCB") is (state is KeyState.CURRENT)
    assert not listed.reaches("NLD-NCB")
