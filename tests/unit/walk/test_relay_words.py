"""A party whose message the relay refused reads what was wrong with that message."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from gateway.endpoint.relay_words import relay_words
from gateway.envelope import Addressee, Header
from gateway.ids import Lane
from keys import Suite

pytestmark = pytest.mark.unit
NOW = datetime(2026, 1, 1, tzinfo=UTC)
HEADER = Header(
    message_id="0197c0de-7a11-7d3a-9c52-2f6a4be1d001",
    sender="NLD-CUSTOMS",
    sender_kid="k",
    to=(Addressee(party="BEL-NCB", kid="k", seq=1, suite=Suite.CLASSICAL),),
    message_type="REC_READ",
    created=NOW,
    expires=NOW + timedelta(days=1),
    lane=Lane.ROUTINE,
    in_reply_to=None,
    directory_version=1,
    digest=bytes(32),
    length=0,
    schema="1.0",
)


def test_who_may_not_send_a_type_reads_which_type_and_whom_to_ask():
    words = relay_words("relay.not-permitted", "NLD-CUSTOMS", HEADER)
    assert words.message == (
        "NLD-CUSTOMS may not send REC_READ: the key directory does not grant it"
    )
    assert "its country's key administrator" in words.remedy


@pytest.mark.parametrize(
    "code", ["relay.unknown-recipient", "relay.no-mailbox", "relay.mailbox-full"]
)
def test_what_failed_for_its_recipient_names_the_recipient(code):
    assert "BEL-NCB" in relay_words(code, "NLD-CUSTOMS", HEADER).message


@pytest.mark.parametrize("code", ["relay.not-permitted", "relay.unknown-recipient", "?", ""])
def test_of_a_message_that_nobody_proves_no_more_is_said_than_where_it_came_from(code):
    words = relay_words(code, "NLD-CUSTOMS", None)
    assert words.message == "the relay refused the message that came from NLD-CUSTOMS"


def test_a_message_of_the_future_is_told_the_clock_header_or_not():
    for header in (HEADER, None):
        assert "clock" in relay_words("envelope.future", "NLD-CUSTOMS", header).remedy
