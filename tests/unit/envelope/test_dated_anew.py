"""A sealed message with another date is the same message, and only its sender can make it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from envelope_world import CONTENT, NOW, draft_of, draws, exchange
from msgspec import structs

from gateway.envelope import FutureError, check_envelope, date_anew, open_envelope, seal
from keys import Recipient

PARTIES = exchange(3)
FRANCE, GERMANY = PARTIES.parties["FRA-NCB"], PARTIES.parties["DEU-NCB"]
HOUR = timedelta(hours=1)


def sealed_ahead() -> tuple[bytes, bytes]:
    """An envelope to Germany that was made an hour from now, and its content key."""
    kept: list[bytes] = []
    ahead = replace(draft_of(), created=NOW + HOUR, expires=NOW + 9 * HOUR)
    octets = seal(
        CONTENT, ahead, by=FRANCE, to=[(germany(), 7)], random=draws("a"), hold=kept.append
    )
    return octets, kept[0]


def germany() -> Recipient:
    return PARTIES.directory.recipient("DEU-NCB")


def dated(octets: bytes, content_key: bytes) -> tuple[bytes, bytes]:
    return date_anew(
        octets,
        content_key=content_key,
        created=NOW,
        directory_version=PARTIES.directory.version,
        by=FRANCE,
        to=germany(),
        random=draws("b"),
    )


def test_what_was_of_the_future_opens_as_the_same_message_now() -> None:
    octets, content_key = sealed_ahead()
    with pytest.raises(FutureError) as early:
        check_envelope(octets, PARTIES.directory, now=NOW)
    before = early.value.header
    assert before is not None
    assert early.value.answered
    fresh, _ = dated(octets, content_key)
    opened = open_envelope(fresh, GERMANY, PARTIES.directory, now=NOW)
    assert opened.content == CONTENT
    assert opened.header == structs.replace(before, created=NOW, expires=NOW + 8 * HOUR)


def test_nothing_that_hides_the_content_is_used_twice() -> None:
    octets, content_key = sealed_ahead()
    fresh, fresh_key = dated(octets, content_key)
    assert fresh_key != content_key
    shared = {fresh[at : at + 40] for at in range(len(fresh) - 40)}
    cipher = octets[octets.rindex(b"<xenc:CipherValue>") + 18 :][:40]
    assert cipher not in shared
    again, _ = dated(fresh, fresh_key)  # the new key reads the new octets
    assert open_envelope(again, GERMANY, PARTIES.directory, now=NOW).content == CONTENT


def test_without_its_content_key_nobody_dates_it_anew() -> None:
    octets, content_key = sealed_ahead()
    for wrong in (bytes(32), content_key[::-1]):
        with pytest.raises(ValueError, match="this key"):
            dated(octets, wrong)
    with pytest.raises(ValueError, match="no envelope"):
        dated(b"<a></a>", content_key)
