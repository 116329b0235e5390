"""What `iarms policy explain` says of a party is what relay and registry do."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from gateway.cli.policy import explained
from gateway.payload import MessageTypeCode, RecordTypeCode
from gateway.registry import Policy, read_policy
from keys import Directory, PartyEntry

pytestmark = pytest.mark.unit
NOW = datetime(2026, 1, 1, tzinfo=UTC)
PARTY = "NLD-CUSTOMS"
SENDS = frozenset({"SEARCH_REQUEST", "SEIZURE_NOTICE"})
DIRECTORY = Directory(
    version=1,
    issued=NOW,
    expires=NOW + timedelta(days=1),
    digest=bytes(32),
    parties={PARTY: PartyEntry(party=PARTY, country="NLD", keys=(), sends=SENDS)},
)
NO_SEIZURES = read_policy(
    b'[[rule]]\nname = "no-seizures"\nparties = ["NLD-*"]\nmessages = ["SEIZURE_NOTICE"]\n'
    b'allow = false\nbecause = "they go through the police"\n',
    "policy.toml",
)


def test_the_types_that_are_allowed_are_those_that_the_relay_lets_pass():
    rows = explained(Policy(), PARTY, None, DIRECTORY)
    passes = {code.value for code in MessageTypeCode if DIRECTORY.may_send(PARTY, code.value)}
    assert {message for message, _, allowed, *_ in rows if allowed} == passes > SENDS


def test_a_receipt_is_every_members_to_send_and_is_explained_so():
    ((_, _, allowed, _, because),) = explained(Policy(), PARTY, "RECEIPT", DIRECTORY)
    assert allowed
    assert "every member" in because


def test_of_a_record_class_only_messages_about_records_are_told():
    rows = explained(Policy(), PARTY, RecordTypeCode.STOLEN.value, DIRECTORY)
    assert {message for message, *_ in rows} == SENDS


def test_the_rule_that_forbids_is_named_with_its_reason():
    ((_, _, allowed, by, because),) = explained(NO_SEIZURES, PARTY, "SEIZURE_NOTICE", DIRECTORY)
    assert (allowed, by, because) == (False, "rule no-seizures", "they go through the police")
