"""A record that is only tried says what the registry would find in it, before it is sent."""

from __future__ import annotations

import json

import pytest
from registry_world import FRANCE, a_record, frame_of

from gateway.cli.officers import _show_dry_run
from gateway.payload import FirearmRecordSubmit, PurposeCode, encode


def tried(text: str, date: str) -> FirearmRecordSubmit:
    context = frame_of(FRANCE).context("REC_SUBMIT", purpose=PurposeCode.ALERT)
    return FirearmRecordSubmit(context=context, firearm_record=a_record("1", text, event_date=date))


def test_a_dry_run_tells_what_the_registry_would_find(capsys: pytest.CaptureFixture[str]) -> None:
    message = tried("QX?", "2999-01-01")
    _show_dry_run(message, encode(message), as_json=False)
    told = capsys.readouterr()
    assert told.out.startswith("<FirearmRecordSubmit")
    assert "error: the event lies in the future" in told.err
    assert "warning: too few characters" in told.err
    assert "the registry would refuse it; nothing was sent" in told.err


def test_a_dry_run_as_json_is_one_document(capsys: pytest.CaptureFixture[str]) -> None:
    message = tried("AB12345", "2024-04-01")
    _show_dry_run(message, encode(message), as_json=True)
    told = json.loads(capsys.readouterr().out)
    assert (told["sent"], told["findings"]) == (False, [])
    assert told["message"].startswith("<FirearmRecordSubmit")
