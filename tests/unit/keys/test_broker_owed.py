"""A broker that does not take an enrolment is told again, and nobody forgets what it lacks."""

from __future__ import annotations

import json
import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner

from gateway.cli import party_broker
from gateway.cli import root as iarms
from gateway.cli.party_broker import BrokerNotToldError, tell
from keys import ceremony

NOW = datetime(2026, 10, 20, 9, 0, tzinfo=UTC)


@pytest.fixture
def centre(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "private").mkdir()

    def definitions(trust: Path) -> Path:
        (trust / "definitions.json").write_text("{}")
        return trust / "definitions.json"

    monkeypatch.setattr(party_broker, "write_definitions", definitions)
    return tmp_path


def control(folder: Path, failures: int) -> str:
    """A rabbitmqctl that fails so many times first."""
    script = folder / "ctl"
    script.write_text(
        f"#!/bin/sh\necho x >> {folder}/calls\n"
        f'test "$(wc -l < {folder}/calls)" -gt {failures} || {{ echo "no broker" >&2; exit 69; }}\n'
    )
    script.chmod(script.stat().st_mode | stat.S_IXUSR)
    return str(script)


def debt(centre: Path) -> ceremony.BrokerDebt | None:
    return ceremony.broker_debt(ceremony.CentreFolder(centre))


def test_a_broker_that_is_starting_is_told_again_and_nothing_is_owed_then(centre: Path) -> None:
    pauses: list[float] = []
    told = tell(
        centre, "FRA-NCB", broker=None, rabbitmqctl=control(centre, 2), pause=pauses.append, now=NOW
    )
    assert "it took" in told
    assert pauses == [2.0, 5.0]
    assert debt(centre) is None


def test_what_a_broker_that_stays_away_lacks_is_noted_until_it_was_told(centre: Path) -> None:
    away, pauses = control(centre, 99), [0.0]
    for party in ("FRA-NCB", "BRA-NCB"):
        with pytest.raises(BrokerNotToldError) as refused:
            tell(
                centre, party, broker=None, rabbitmqctl=away, pause=pauses.append, now=NOW
            )  # fmt: skip
        assert "iarms party broker" in str(refused.value.remedy)
    owed = debt(centre)
    assert owed is not None
    assert (owed.parties, owed.since, owed.why) == (("BRA-NCB", "FRA-NCB"), NOW, "no broker")
    (centre / "calls").unlink()
    made = CliRunner().invoke(
        iarms, ["party", "broker", "--trust", str(centre), "--rabbitmqctl", control(centre, 0)]
    )
    assert made.exit_code == 0, made.output
    assert "BRA-NCB, FRA-NCB" in made.output
    assert debt(centre) is None


def test_whoever_names_no_broker_owes_it_too_and_a_damaged_note_is_owed(centre: Path) -> None:
    said = tell(centre, "FRA-NCB", broker=None, rabbitmqctl=None, pause=[0.0].append, now=NOW)
    assert "it is owed" in said
    assert debt(centre) is not None
    (centre / "private" / "broker-owed.json").write_text(json.dumps([]))
    owed = debt(centre)
    assert owed is not None
    assert owed.parties == ("all",)
