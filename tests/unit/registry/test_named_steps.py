"""What `iarms hit list` says you may do is a command that there is."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone
from types import SimpleNamespace

import pytest

from gateway.cli.hit import _open_commands, command
from gateway.cli.output import show_json
from gateway.payload import HitStateCode

pytestmark = pytest.mark.unit


@pytest.mark.parametrize("role", ["OWNER", "FINDER"])
def test_every_step_that_is_open_is_named_by_its_command(role):
    for state in HitStateCode:
        hit = SimpleNamespace(
            state=state.value, role=role, owner_agency="FRA-NCB", finder_agency="NLD-CUSTOMS"
        )
        named = _open_commands(hit)
        assert set(filter(None, named.split(", "))) <= set(command.commands)


def test_instants_in_json_are_those_of_rfc_3339(capsys):
    east = timezone(timedelta(hours=2))
    show_json([datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC), datetime(2026, 1, 2, tzinfo=east)])
    shown = json.loads(capsys.readouterr().out)
    assert shown == ["2026-01-02T03:04:05Z", "2026-01-02T00:00:00+02:00"]
