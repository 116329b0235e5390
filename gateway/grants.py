"""The usual lists of message types that a party is granted, by what it is.

They are proposals for ``iarms party approve --sends``: what counts is the signed directory. What
the line itself needs (receipts and the like) is granted to everybody and stands in no list.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

_SEARCHES = ("SEARCH_REQUEST", "SEARCH_BATCH", "SEIZURE_NOTICE", "HIT_RECEIPT")
_TRACES = (
    "TRACE_REQUEST",
    "TRACE_RECEIVED",
    "TRACE_ACK",
    "TRACE_INFO_REQUEST",
    "TRACE_INFO",
    "TRACE_RESPONSE",
    "TRACE_FORWARD",
    "TRACE_INTRODUCTION",
    "TRACE_CLARIFICATION",
    "TRACE_COMMENT",
    "TRACE_STATUS",
    "TRACE_REMINDER",
    "TRACE_NO_ANSWER",
    "TRACE_CANCEL",
    "TRACE_CORRECTION",
    "TRACE_CLOSE",
    "TRACE_REOPEN",
    "TRACE_ATTACHMENT",
)
_HITS = (
    "HIT_CONFIRM_REQUEST",
    "HIT_CONFIRM_RESPONSE",
    "HIT_REVOKE",
    "HIT_SEIZURE",
    "DISPOSITION_NOTICE",
    "HIT_CLOSE",
)
_OFFICE = ("AVAILABILITY", "OFFICE_HOURS")
_RECORDS = ("REC_SUBMIT", "REC_UPDATE", "REC_STATUS", "REC_BATCH", "REC_READ", "REVIEW_CONFIRM")
_FIGURES = ("STAT_QUERY", "STAT_REPORT")
NCB_SENDS = (*_SEARCHES, "SEARCH_WIDE", *_HITS, *_RECORDS, *_TRACES, *_FIGURES, *_OFFICE)
CUSTOMS_SENDS = (*_SEARCHES, *_HITS)
REGISTRY_SENDS = (
    "REC_RESULT",
    "REC_BATCH_REPORT",
    "SEARCH_RESPONSE",
    "SEARCH_BATCH_REPORT",
    "HIT_NOTICE",
    "HIT_STATUS",
    "REC_EXTRACT",
    "REVIEW_DUE",
    *_FIGURES,
)

GROUPS: Mapping[str, tuple[str, ...]] = {
    "ncb": NCB_SENDS,
    "customs": CUSTOMS_SENDS,
    "registry": REGISTRY_SENDS,
}
"""The lists by the names that people may write in place of codes."""


def sends_of(given: Iterable[str]) -> tuple[str, ...]:
    """The codes in what a person wrote: codes and names of groups, with commas or several times."""
    words = [word.strip() for each in given for word in each.split(",") if word.strip()]
    codes = [code for word in words for code in GROUPS.get(word, (word,))]
    return tuple(dict.fromkeys(codes))
