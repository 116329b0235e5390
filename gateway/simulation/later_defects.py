"""More defects, of what came after the first walk: pairs, kept searches, ends of books, lanes.

As in ``defects``: each is put over production code in this process and taken away again.
"""

# ruff: noqa: SLF001 - it is their purpose to break what nobody else may touch
from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from importlib import import_module
from typing import Any

from gateway.simulation.soil import Defect, Original, Soil, nothing


def _fault_ignored(soil: Soil) -> None:
    soil.over("endpoint.acceptance:Acceptance._take_fault", lambda _: nothing)


def _dedupe_in_memory(soil: Soil) -> None:
    taken: dict[int, set[Any]] = {}
    known: list[Original] = []

    def make_known(original: Original) -> Original:
        known.append(original)

        def of_this_process(self: Any, keys: Any) -> Any:
            mine = taken.setdefault(id(self._connection), set())
            return {key: one for key, one in original(self, keys).items() if key in mine}

        return of_this_process

    def make_add(original: Original) -> Original:
        def add(self: Any, one: Any, octets: bytes) -> None:
            key = (one.sender, one.message_id)
            taken.setdefault(id(self._connection), set()).add(key)
            if not known[0](self, [key]):
                original(self, one, octets)

        return add

    def make_end(original: Original) -> Original:
        def end(self: Any) -> None:
            taken.pop(id(self.disk._held()), None)
            original(self)

        return end

    soil.over("store.inbox:Inbox.known", make_known)
    soil.over("store.inbox:Inbox.add", make_add)
    soil.over("simulation.seats:Seat.end", make_end)


def _number_skipped_at_start(soil: Soil) -> None:
    begun: set[int] = set()

    def make(original: Original) -> Original:
        def posted(self: Any, posting: Any, **named: Any) -> str:
            process = id(self._station)
            if process not in begun and type(posting.payload).__name__ != "DeliveryStatement":
                begun.add(process)
                self.unit.outbox.next_seq(posting.to)
            sent: str = original(self, posting, **named)
            return sent

        return posted

    soil.over("endpoint.outgoing:Outgoing.post", make)


def _answers_in_bulk(soil: Soil) -> None:
    lane = import_module("gateway.ids").Lane.BULK

    def make(original: Original) -> Original:
        def post(self: Any, posting: Any, **named: Any) -> str:
            slow = replace(posting, lane=lane) if posting.answers else posting
            sent: str = original(self, slow, **named)
            return sent

        return post

    soil.over("endpoint.outgoing:Outgoing.post", make)


def _kept_search_forgotten(soil: Soil) -> None:
    soil.over("store.lookups:Lookups.kept", lambda _: lambda *_all, **_named: [])


def _expired_taken(soil: Soil) -> None:
    def make(original: Original) -> Original:
        def judge(header: Any, sender: Any, key: Any, directory: Any, now: Any) -> None:
            original(header, sender, key, directory, min(now, header.created))

        return judge

    soil.over("envelope.opening:_judge", make)


def _one_search_of_a_batch_logged(soil: Soil) -> None:
    soil.over(
        "store.lookups:Lookups.log", lambda original: lambda self, rows: original(self, rows[:1])
    )


def _inbox_forgotten_early(soil: Soil) -> None:
    soil.over(
        "store.retention:Retention.prune_inbox",
        lambda original: lambda self, before: original(self, before + timedelta(days=60)),
    )


def _journal_forgotten_early(soil: Soil) -> None:
    soil.over(
        "store.retention:Retention.prune_journal",
        lambda original: lambda self, before: original(self, before + timedelta(days=365)),
    )


def _any_mode_served(soil: Soil) -> None:
    soil.over("registry.desk:_same_mode", lambda _: nothing)


def _settles_another(soil: Soil) -> None:
    def make(original: Original) -> Original:
        def settle(self: Any, message_id: str, recipient: str) -> None:
            original(self, message_id, recipient)
            waiting = self.waiting_after("", most=9)
            if waiting:
                type(self).settle_all(self, waiting[0][0])

        return settle

    soil.over("store.outbox:Outbox.settle", make)


LATER: Mapping[str, Defect] = {
    "fault-ignored": Defect(about="nobody hears that it was refused", plant=_fault_ignored),
    "dedupe-in-memory": Defect(
        about="after a restart nobody knows what was taken", plant=_dedupe_in_memory
    ),
    "number-skipped-at-start": Defect(
        about="a process begins with a number too high", plant=_number_skipped_at_start
    ),
    "answers-in-bulk": Defect(
        about="an urgent question is answered in bulk", plant=_answers_in_bulk
    ),
    "kept-search-forgotten": Defect(
        about="a record does not find the searches that waited for it",
        plant=_kept_search_forgotten,
    ),
    "expired-taken": Defect(about="a message is taken after its time", plant=_expired_taken),
    "one-search-of-a-batch-logged": Defect(
        about="of searches made together the first is logged", plant=_one_search_of_a_batch_logged
    ),
    "inbox-forgotten-early": Defect(
        about="the ids of what was taken are forgotten at once", plant=_inbox_forgotten_early
    ),
    "journal-forgotten-early": Defect(
        about="the journal forgets at once", plant=_journal_forgotten_early
    ),
    "any-mode-served": Defect(
        about="a live message is served by a registry of tests", plant=_any_mode_served
    ),
    "settles-another": Defect(
        about="with one message another one is settled", plant=_settles_another
    ),
}
"""Each by its name."""
