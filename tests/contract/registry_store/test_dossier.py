"""Everything about one record can be given, and what was erased stays erased in restored copies."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from fresh_sqlite import put_fresh
from registry_world import (
    CUSTOMS,
    FRANCE,
    HUB,
    NOW,
    Centre,
    a_change,
    a_description,
    a_record,
    a_search,
    frame_of,
)

from gateway import registry
from gateway.payload import ClosureReasonCode, RecordStatusCode
from gateway.registry import Clocks, as_html, dossier_of, keep_reviewing
from gateway.store import Store


def test_a_dossier_tells_content_lookups_and_hits_with_their_steps(store: Store) -> None:
    record = a_record()
    with store.unit() as unit:
        centre = Centre(unit=unit)
        centre.submit(record)
        centre.search(a_search(a_description()))
    with store.unit() as unit:
        found = dossier_of(record.record_id, unit)
    assert found is not None
    assert json.loads(json.dumps(found)) == found
    assert found["record"]["owner_agency"] == FRANCE
    assert found["content"]["firearm"]["marking"][0]["text_as_marked"] == "ABC12345"
    assert [one["asker"] for one in found["lookups"]] == [CUSTOMS]
    (hit,) = found["hits"]
    assert (hit["finder_agency"], hit["state"]) == (CUSTOMS, "RAISED")


def test_a_dossier_on_paper_shows_what_others_wrote_as_text(centre: Centre) -> None:
    record = a_record(national_record_id="<script>alert(1)</script>")
    centre.submit(record)
    found = dossier_of(record.record_id, centre.unit)
    assert found is not None
    page = as_html(found)
    assert "<script" not in page
    assert "&lt;script&gt;" in page


def test_nobody_is_told_of_a_record_that_never_was(centre: Centre) -> None:
    assert dossier_of(a_record().record_id, centre.unit) is None


def test_what_was_erased_is_erased_in_a_restored_copy_by_its_first_sweep(tmp_path: Path) -> None:
    """(12.5) A copy from before the erasure knows when the record ended, so it erases it too."""
    record = a_record()
    live, copy = tmp_path / "live.db", tmp_path / "copy.db"
    put_fresh(live)
    with Store.open(f"sqlite:///{live}") as store, store.unit() as unit:
        centre = Centre(unit=unit)
        centre.submit(record)
        reason = ClosureReasonCode.ENTERED_IN_ERROR
        centre.change(a_change(record, RecordStatusCode.CANCELLED, reason=reason))
    shutil.copy(live, copy)
    for database in (live, copy):
        with Store.open(f"sqlite:///{database}") as store, store.unit() as unit:
            before = dossier_of(record.record_id, unit)
            assert before is not None
            assert before["content"] is not None
            frame = replace(frame_of(HUB), now=NOW + timedelta(days=31))
            keep_reviewing(unit, frame)  # as the hub does when it starts
            for timer in unit.timers.due(frame.now):
                unit.timers.take(timer)
                registry.due(timer, unit, frame, Clocks())
            after = dossier_of(record.record_id, unit)
            assert after is not None
            assert (after["content"], after["record"]["status"]) == (None, "PURGED")
            assert "ABC12345" not in json.dumps(after)
