"""Defects of what is kept: commits, octets, letters, the journal, and how long.

Each is put over production code in this process and taken away again; it is found elsewhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from gateway.simulation.soil import Defect, Original, Soil


def _not_synced(soil: Soil) -> None:
    def make(original: Original) -> Original:
        def settings(connection: Any, record: Any) -> None:
            original(connection, record)
            connection.execute("PRAGMA synchronous = NORMAL")

        return settings

    soil.over("store.engine:_sqlite_settings", make)
    soil.forget("simulation.world:_disk")


def _evidence_pruned(soil: Soil) -> None:
    def make(original: Original) -> Original:
        return lambda self, before: original(self, before + timedelta(days=365))

    soil.over("store.outbox:Outbox.prune", make)


def _evidence_cut_short(soil: Soil) -> None:
    def make(original: Original) -> Original:
        return lambda self, taken, octets: original(self, taken, octets[:-1])

    soil.over("store.inbox:Inbox.add", make)


def _letter_not_kept(soil: Soil) -> None:
    soil.over("store.deadletters:DeadLetters.set_aside", lambda _: lambda *_all, **_named: True)


_TIDY = "UPDATE journal SET detail = 'tidied' WHERE id <= (SELECT max(id) FROM journal) - 3"


def _log_rewritten(soil: Soil) -> None:
    def make(original: Original) -> Original:
        def flush(self: Any) -> None:
            original(self)
            self._connection.exec_driver_sql(_TIDY)

        return flush

    soil.over("store.journal:Journal.flush", make)


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


def _expiry_unlike_header(soil: Soil) -> None:
    def make(original: Original) -> Original:
        def row(**columns: Any) -> Any:
            columns["expires"] += timedelta(minutes=1)
            return original(**columns)

        return row

    soil.over("endpoint.outgoing:OutboxRow", make)


KEEPING: Mapping[str, Defect] = {
    "not-synced": Defect(about="a commit is told of before it is synced", plant=_not_synced),
    "evidence-pruned": Defect(
        about="sealed octets are forgotten before their time", plant=_evidence_pruned
    ),
    "evidence-cut-short": Defect(
        about="the octets kept are not those that came", plant=_evidence_cut_short
    ),
    "letter-not-kept": Defect(about="what is set aside is gone", plant=_letter_not_kept),
    "log-rewritten": Defect(about="a line of the journal is changed", plant=_log_rewritten),
    "inbox-forgotten-early": Defect(
        about="the ids of what was taken are forgotten at once", plant=_inbox_forgotten_early
    ),
    "journal-forgotten-early": Defect(
        about="the journal forgets at once", plant=_journal_forgotten_early
    ),
    "expiry-unlike-header": Defect(
        about="the outbox gives up at another time than the header says",
        plant=_expiry_unlike_header,
    ),
}
"""Each by its name."""
