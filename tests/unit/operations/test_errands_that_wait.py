"""What a person is told whose errand waits: start the process, or see what holds it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from fresh_sqlite import put_fresh

from gateway.cli.errands import ErrandWaitsError, run_errand
from gateway.config import database_url, load_settings
from gateway.occupancy import working_in


def test_who_waits_for_a_held_process_is_not_told_to_start_it(tmp_path: Path) -> None:
    (tmp_path / "iarms.toml").write_text(
        'party = "FRA-NCB"\n[broker]\nhost = "localhost"\nport = 5671\n'
    )
    url = database_url(load_settings(tmp_path), tmp_path)
    put_fresh(Path(url.removeprefix("sqlite:///")))

    def told() -> str:
        with pytest.raises(ErrandWaitsError) as waits:
            run_errand(tmp_path, "trace.submit", {}, patience=timedelta(0))
        return waits.value.remedy or ""

    assert "start it" in told()
    with working_in(tmp_path):
        assert "iarms doctor" in told()
    assert "start it" in told()
