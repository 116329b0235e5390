"""Every adapter gives, for its golden samples, the octets that its author read and believed."""

from __future__ import annotations

from pathlib import Path

import pytest

from adapters.engine import DeclaredAdapter
from gateway.adapter import Certifiable, find_adapter, installed_adapters

NAMES = sorted(installed_adapters())
OURS = {
    path.parent.name.replace("_", "-")
    for path in Path(__file__).parents[3].glob("adapters/*/adapter.toml")
}


def test_all_adapters_of_this_repository_are_installed() -> None:
    assert set(NAMES) >= OURS


@pytest.mark.parametrize("name", sorted(OURS))
def test_every_golden_sample_gives_what_is_expected(name: str) -> None:
    adapter = find_adapter(name)
    assert isinstance(adapter, Certifiable)
    outcomes = adapter.check_samples()
    assert {outcome.sample.partition("/")[0] for outcome in outcomes} == {"ok", "bad"}
    assert [outcome for outcome in outcomes if outcome.difference] == []


@pytest.mark.parametrize("name", sorted(OURS))
def test_an_adapter_is_installed_under_its_own_name_and_has_a_version(name: str) -> None:
    adapter = find_adapter(name)
    assert isinstance(adapter, DeclaredAdapter)
    assert adapter.name == name
    assert len(adapter.version) == 12
    assert adapter.suffix.startswith(".")
