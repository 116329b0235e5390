"""Defects of the registry: filings, answers, hits, and what is written down of them.

Each is put over production code in this process and taken away again; it is found elsewhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from gateway.simulation.soil import Defect, Original, Soil, nothing


def _version_off_by_one(soil: Soil) -> None:
    def make(original: Original) -> Original:
        def update(self: Any, change: Any) -> Any:
            held = self._states.get(change.firearm_record.record_id)
            if held is not None and change.base_version == held.version - 1:
                record = replace(change.firearm_record, version=held.version + 1)
                change = replace(change, base_version=held.version, firearm_record=record)
            return original(self, change)

        return update

    soil.over("registry.records:Filing._update", make)


def _last_item_unwritten(soil: Soil) -> None:
    def make(original: Original) -> Original:
        def write(self: Any) -> None:
            dirty = [state for state in self._states.values() if state.dirty]
            if len(dirty) > 1:
                dirty[-1].dirty = False
            original(self)

        return write

    soil.over("registry.records:Filing._write", make)


def _last_item_unanswered(soil: Soil) -> None:
    def make(original: Original) -> Original:
        return lambda asked, results, frame: original(asked, results[:-1] or results, frame)

    soil.over("registry.batches:_report", make)


def _hit_raised_again(soil: Soil) -> None:
    def make(original: Original) -> Original:
        def raise_once(self: Any, row: Any) -> bool:
            original(self, row)
            return True

        return raise_once

    soil.over("store.hits:Hits.raise_once", make)


def _anybody_may_change(soil: Soil) -> None:
    soil.over("registry.records:Filing._may_change", lambda _: lambda _self, _held: True)


def _status_not_led(soil: Soil) -> None:
    def make(original: Original) -> Original:
        def lead(self: Any, held: Any, change: Any, **named: Any) -> None:
            original(self, held, replace(change, status_code=held.status), **named)

        return lead

    soil.over("registry.records:Filing._lead", make)


def _content_not_replaced(soil: Soil) -> None:
    def make(original: Original) -> Original:
        def replace_(self: Any, held: Any, record: Any) -> None:
            remark = self._content(held).circumstance_text
            original(self, held, replace(record, circumstance_text=remark))

        return replace_

    soil.over("registry.records:Filing._replace", make)


def _search_finds_one(soil: Soil) -> None:
    def make(original: Original) -> Original:
        def candidates(*all_: Any, **named: Any) -> Any:
            found = original(*all_, **named)
            return [key for key in found if key.row != found[-1].row]

        return candidates

    soil.over("store.lookups:Lookups.candidates", make)


def _search_unlogged(soil: Soil) -> None:
    soil.over("store.lookups:Lookups.log", lambda _: nothing)


def _one_search_of_a_batch_logged(soil: Soil) -> None:
    soil.over(
        "store.lookups:Lookups.log", lambda original: lambda self, rows: original(self, rows[:1])
    )


def _kept_search_forgotten(soil: Soil) -> None:
    soil.over("store.lookups:Lookups.kept", lambda _: lambda *_all, **_named: [])


def _hit_receipt_unnoted(soil: Soil) -> None:
    soil.over("registry.hitsteps:HitLife.received", lambda _: nothing)


def _results_in_other_order(soil: Soil) -> None:
    def make(original: Original) -> Original:
        def file(self: Any, items: Any) -> Any:
            return original(self, items)[::-1]

        return file

    soil.over("registry.records:Filing.file", make)


def _owner_untold(soil: Soil) -> None:
    def make(original: Original) -> Original:
        def notices(self: Any, asked: Any, recognised: Any) -> Any:
            return original(self, asked, recognised)[1:]

        return notices

    soil.over("registry.hits:_HitDesk.notices", make)


def _any_mode_served(soil: Soil) -> None:
    soil.over("registry.desk:_same_mode", lambda _: nothing)


DECIDING: Mapping[str, Defect] = {
    "version-off-by-one": Defect(
        about="an update from the version before is taken", plant=_version_off_by_one
    ),
    "last-item-unwritten": Defect(
        about="the last filing of a batch is accepted and not written", plant=_last_item_unwritten
    ),
    "last-item-unanswered": Defect(
        about="the last filing of a batch has no result", plant=_last_item_unanswered
    ),
    "hit-raised-again": Defect(
        about="the same question raises its hit again", plant=_hit_raised_again
    ),
    "anybody-may-change": Defect(
        about="a party changes another's record", plant=_anybody_may_change
    ),
    "status-not-led": Defect(
        about="a change of status is accepted and changes nothing", plant=_status_not_led
    ),
    "content-not-replaced": Defect(
        about="an update is accepted and its text is not kept", plant=_content_not_replaced
    ),
    "search-misses-one": Defect(
        about="a search overlooks the last of the records", plant=_search_finds_one
    ),
    "search-unlogged": Defect(about="a search is not logged", plant=_search_unlogged),
    "one-search-of-a-batch-logged": Defect(
        about="of searches made together the first is logged", plant=_one_search_of_a_batch_logged
    ),
    "kept-search-forgotten": Defect(
        about="a record does not find the searches that waited for it", plant=_kept_search_forgotten
    ),
    "hit-receipt-unnoted": Defect(
        about="a side's receipt of its hit changes nothing", plant=_hit_receipt_unnoted
    ),
    "results-in-other-order": Defect(
        about="the results of a batch stand with other items", plant=_results_in_other_order
    ),
    "owner-untold": Defect(about="only the finder learns of a hit", plant=_owner_untold),
    "any-mode-served": Defect(
        about="a live message is served by a registry of tests", plant=_any_mode_served
    ),
}
"""Each by its name."""
