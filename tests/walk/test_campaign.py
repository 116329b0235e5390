"""The campaign on the real parts runs, hits what it says it hits, and finds every promise kept."""

import json

import pytest
from click.testing import CliRunner

from gateway.campaign import KINDS, chosen
from gateway.cli import root
from gateway.exchange import BrokerInstallationError, find_scripts

pytestmark = pytest.mark.real

FEW = "relay-killed,line-reset,connections-closed,queue-purged"


def test_a_short_campaign_keeps_every_promise(tmp_path):
    try:
        find_scripts()
    except BrokerInstallationError as missing:
        pytest.skip(f"{missing}: {missing.remedy}")
    found = tmp_path / "found.json"
    words = ["campaign", "run", "--state", str(tmp_path / "w"), "--time", "3", "--seed", "4"]
    done = CliRunner().invoke(root, [*words, "--kinds", FEW, "--json", str(found)])
    assert done.exit_code == 0, done.output
    told = json.loads(found.read_text())
    assert told["holds"]
    assert told["messages"] > 0
    assert sum(row["times"] for row in told["kinds"]) >= len(FEW.split(",")) // 2
    assert all(row["lost"] == row["doubled"] == 0 for row in told["kinds"])


def test_an_unknown_kind_is_told_before_anything_starts(tmp_path):
    done = CliRunner().invoke(
        root, ["campaign", "run", "--state", str(tmp_path / "w"), "--kinds", "earthquake"]
    )
    assert done.exit_code == 2
    assert "earthquake" in done.output
    assert not (tmp_path / "w").exists()


def test_every_kind_has_a_name_of_its_own_and_says_what_it_does():
    names = [kind.name for kind in KINDS]
    assert len(set(names)) == len(names)
    assert all(kind.about and kind.touches for kind in KINDS)
    assert chosen([]) == KINDS
