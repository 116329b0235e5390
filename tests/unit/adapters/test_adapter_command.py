"""``iarms adapter`` lists, checks and tries formats, and leaves with the documented codes."""

from __future__ import annotations

import json
from pathlib import Path

from click.testing import CliRunner

from gateway.cli.adapter import command

DEMO = Path(__file__).parents[3] / "config" / "demo"


def test_the_list_names_every_adapter_with_its_version() -> None:
    outcome = CliRunner().invoke(command, ["list", "--json"])
    assert outcome.exit_code == 0
    listed = {adapter["name"]: adapter["suffix"] for adapter in json.loads(outcome.output)}
    assert listed["us-ncic-gun"] == ".txt"
    assert listed["mainframe-ebcdic"] == ".ebc"


def test_a_sound_adapter_passes_its_check() -> None:
    outcome = CliRunner().invoke(command, ["check", "us-ncic-gun"])
    assert outcome.exit_code == 0
    assert "ok/messages.txt" in outcome.output


def test_a_try_shows_bodies_and_issues_and_leaves_with_findings() -> None:
    (path,) = (DEMO / "FRA-NCB").iterdir()
    outcome = CliRunner().invoke(command, ["try", "fr-police-csv", str(path), "--party", "FRA-NCB"])
    assert outcome.exit_code == 6
    assert "12 items: 11 ready, 1 set aside" in outcome.output
    assert "<OwnerAgencyId>FRA-NCB</OwnerAgencyId>" in outcome.output
    assert "ligne 9, colonne Type d'arme: [CODE] Firearm/Fire" in outcome.output


def test_a_try_in_json_holds_the_canonical_xml() -> None:
    (path,) = (DEMO / "NLD-CUSTOMS").iterdir()
    outcome = CliRunner().invoke(command, ["try", "nl-customs-json", str(path), "--json"])
    assert outcome.exit_code == 0
    (item,) = json.loads(outcome.output)["items"]
    assert item["becomes"] == "Seizure"
    assert item["xml"].startswith('<SeizureNotice xmlns="urn:iarms:exchange:payload:1">')


def test_a_party_that_cannot_be_is_refused() -> None:
    (path,) = (DEMO / "FRA-NCB").iterdir()
    outcome = CliRunner().invoke(command, ["try", "fr-police-csv", str(path), "--party", "France"])
    assert outcome.exit_code == 2
