"""The usual lists of message types are codes of the standard, and people may name them."""

from __future__ import annotations

from gateway.grants import GROUPS, sends_of
from gateway.payload import MessageTypeCode
from keys.directory import GRANTED_TO_ALL


def test_every_code_in_the_usual_lists_is_one_of_the_standard() -> None:
    codes = {code.value for code in MessageTypeCode}
    assert all(set(group) <= codes for group in GROUPS.values())
    assert codes >= GRANTED_TO_ALL
    assert not any(set(group) & GRANTED_TO_ALL for group in GROUPS.values())


def test_groups_and_codes_may_be_mixed_and_stand_once() -> None:
    assert sends_of(["customs,REC_READ", "REC_READ"]) == (*GROUPS["customs"], "REC_READ")
    assert sends_of([" SEARCH_REQUEST , "]) == ("SEARCH_REQUEST",)
