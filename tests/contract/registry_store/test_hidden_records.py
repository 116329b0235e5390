"""A record that a party may not see is absent from its answer: in body, in size and in work."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from unittest.mock import patch

from registry_world import CUSTOMS, Centre, a_description, a_record, a_search, frame_of
from sqlalchemy import Connection, event

from gateway.payload import (
    AccessModeCode,
    AccessRestriction,
    CountryCode,
    MessageTypeCode,
    PurposeCode,
    SearchResponse,
    SearchResult,
    encode,
)
from gateway.store import candidates, lookups
from gateway.store.driver import driver_rows

SEARCH = a_search(a_description("QK48813X"))
HIDDEN = (AccessRestriction(access_mode_code=AccessModeCode.DENY, country_code=CountryCode.NLD),)


def answered(centre: Centre) -> tuple[SearchResult, list[str]]:
    """The answer to the one search, and the statements that it took."""
    said: list[str] = []

    def note(_conn: Any, _cursor: Any, statement: str, *_: Any) -> None:
        said.append(statement)

    def noted(connection: Connection, statement: str, values: Mapping[str, Any]) -> Sequence[Any]:
        said.append(statement)
        return driver_rows(connection, statement, values)

    connection = centre.unit.connection
    event.listen(connection, "before_cursor_execute", note)
    try:
        with (
            patch.object(candidates, "driver_rows", noted),
            patch.object(lookups, "driver_rows", noted),
        ):
            result, notices = centre.search_all(SEARCH, CUSTOMS)
    finally:
        event.remove(connection, "before_cursor_execute", note)
    assert notices == []
    return result, said


def test_a_hidden_record_changes_neither_the_answer_nor_its_size_nor_the_statements(
    centre: Centre,
) -> None:
    centre.submit(a_record("1", "ABC12345"))
    answered(centre)  # the figures are read once an hour
    without, statements_without = answered(centre)
    centre.submit(a_record("2", "QK48813X", access_restriction=HIDDEN))
    answered(centre)
    hidden, statements_hidden = answered(centre)
    assert hidden == replace(without, registry_timestamp=hidden.registry_timestamp)
    assert statements_hidden == statements_without
    context = frame_of("XPO-REGISTRY").context(
        MessageTypeCode.SEARCH_RESPONSE, purpose=PurposeCode.BORDER_CONTROL
    )
    sizes = {
        len(encode(SearchResponse(context=context, search_result=one))) for one in (without, hidden)
    }
    assert len(sizes) == 1


def test_a_search_with_nothing_found_asks_the_database_once(centre: Centre) -> None:
    centre.submit(a_record("1", "ABC12345"))
    answered(centre)
    _, statements = answered(centre)
    assert len(statements) == 1
