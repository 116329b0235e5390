"""An act that was sealed anew, once or often: the other side may have taken any envelope of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from statistics_world import open_store

from gateway.store import TraceActRow
from gateway.tracing import Side
from gateway.tracing.case_taking import _hold_numbers
from gateway.tracing.errors import ActMismatchError

pytestmark = pytest.mark.unit
AT = datetime(2026, 11, 22, 12, tzinfo=UTC)
ACT = TraceActRow(
    id=None, trace_id="T-BEL-1", sender="AUT-NCB", side="RESPONDER", number=1, seen=1,
    deed="RECEIVED", consent=None, at=AT, kept=AT, actor="u", message_id=None,
    message_type="TRACE_RECEIVED", digest=None, prior_digest=None, earlier_digests=None,
    standing="TAKEN", void=False, content=b"<x/>", envelope=None, wrapper=None,
)  # fmt: skip


def step(digest: str) -> Any:
    return SimpleNamespace(act_number=2, seen_act_number=1, seen_digest=digest)


def test_whatever_envelope_of_an_act_was_taken_is_known_by_its_digest(tmp_path):
    with open_store(tmp_path) as store, store.unit() as unit:
        number = unit.traces.add_act(ACT)
        for digest in ("first", "second", "third", "fourth"):
            unit.traces.seal_act(
                number, message_id=f"m-{digest}", digest=digest, envelope=b"", wrapper=b""
            )
        (ours,) = unit.traces.acts("T-BEL-1")
        assert (ours.digest, ours.prior_digest) == ("fourth", "third")
        theirs = replace(ours, side="REQUESTER", number=1)
        for digest in ("first", "second", "third", "fourth"):
            _hold_numbers(step(digest), [ours, theirs], Side.REQUESTER, 1)
        with pytest.raises(ActMismatchError):
            _hold_numbers(step("fifth"), [ours, theirs], Side.REQUESTER, 1)
