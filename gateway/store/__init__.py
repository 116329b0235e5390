"""The store's door: a ``Store`` gives ``Unit``s, and a unit is one transaction with its queries.

Nothing outside this room knows SQLAlchemy, a table or a statement.
"""

from gateway.store.aggregates import Cell, StatQuestionRow, ToldTable
from gateway.store.batches import BatchPiece
from gateway.store.candidates import KeyFound, Spanned
from gateway.store.copying import copy_sqlite
from gateway.store.deadletters import ASKED, DISOWNED, DeadLetter
from gateway.store.derived import (
    DEFACED,
    MONTH_AND_YEAR,
    SHORT_TIME_TO_CRIME_DAYS,
    TRACED,
    days_between,
    derive_values,
    full_date,
    is_partial,
)
from gateway.store.direct import DirectStore
from gateway.store.engine import (
    SchemaLevel,
    Store,
    StoreConflictError,
    StoreDamagedError,
    StoreError,
    StoreReplacedError,
)
from gateway.store.errands import Errand, ErrandState
from gateway.store.evidence import SealedCopy
from gateway.store.fact_tables import Meets
from gateway.store.facts import (
    EMPTY_HEAD,
    FactLine,
    Facts,
    LoggedFacts,
    Narrowing,
    Span,
    chained,
    met,
    state_columns,
    state_kinds,
)
from gateway.store.findings import Judgement
from gateway.store.hits import HeldHit, HitEvent, HitRow
from gateway.store.inbox import Taken
from gateway.store.indexing import Indexed
from gateway.store.intake import NativeFile, NativeItem, NativeOut
from gateway.store.journal import JournalLine
from gateway.store.loads import LoadRow
from gateway.store.lookups import Found, KeptSearch, LookupRow
from gateway.store.node_hits import NodeHit
from gateway.store.offices import OfficeKept
from gateway.store.orders import Order
from gateway.store.outages import Outage, PeerOutage
from gateway.store.outbox import NOBODY_AWAITED, Awaited, Dated, OutboxRow, Undelivered
from gateway.store.overview import Heard, Kept, Letters, Overview, Waiting
from gateway.store.pairs import EXPIRED, REFUSED, Numbered, Pair
from gateway.store.recordlife import Access, Ageing, RecordEvent
from gateway.store.records import Holding, KeyRow, MarkingRow, StoredRecord
from gateway.store.registry_counts import RegistryCounts
from gateway.store.replica import ReplicaLook, look_at_replica
from gateway.store.restrictions import Asker, Restriction
from gateway.store.retention import PRUNED_AT_ONCE, BookEnd
from gateway.store.search_rows import RECORD_MASK
from gateway.store.timers import Timer
from gateway.store.traces import (
    TraceActRow,
    TraceCase,
    TraceFilter,
    TraceIntroductionRow,
    TraceItemRow,
    TraceLinkRow,
    TraceProposalRow,
)
from gateway.store.trust import LogWord, Probe, SentState, TrustAck
from gateway.store.unit import Unit

__all__ = [
    "ASKED",
    "DEFACED",
    "DISOWNED",
    "EMPTY_HEAD",
    "EXPIRED",
    "MONTH_AND_YEAR",
    "NOBODY_AWAITED",
    "PRUNED_AT_ONCE",
    "RECORD_MASK",
    "REFUSED",
    "SHORT_TIME_TO_CRIME_DAYS",
    "TRACED",
    "Access",
    "Ageing",
    "Asker",
    "Awaited",
    "BatchPiece",
    "BookEnd",
    "Cell",
    "Dated",
    "DeadLetter",
    "DirectStore",
    "Errand",
    "ErrandState",
    "FactLine",
    "Facts",
    "Found",
    "Heard",
    "HeldHit",
    "HitEvent",
    "HitRow",
    "Holding",
    "Indexed",
    "JournalLine",
    "Judgement",
    "Kept",
    "KeptSearch",
    "KeyFound",
    "KeyRow",
    "Letters",
    "LoadRow",
    "LogWord",
    "LoggedFacts",
    "LookupRow",
    "MarkingRow",
    "Meets",
    "Narrowing",
    "NativeFile",
    "NativeItem",
    "NativeOut",
    "NodeHit",
    "Numbered",
    "OfficeKept",
    "Order",
    "Outage",
    "OutboxRow",
    "Overview",
    "Pair",
    "PeerOutage",
    "Probe",
    "RecordEvent",
    "RegistryCounts",
    "ReplicaLook",
    "Restriction",
    "SchemaLevel",
    "SealedCopy",
    "SentState",
    "Span",
    "Spanned",
    "StatQuestionRow",
    "Store",
    "StoreConflictError",
    "StoreDamagedError",
    "StoreError",
    "StoreReplacedError",
    "StoredRecord",
    "Taken",
    "Timer",
    "ToldTable",
    "TraceActRow",
    "TraceCase",
    "TraceFilter",
    "TraceIntroductionRow",
    "TraceItemRow",
    "TraceLinkRow",
    "TraceProposalRow",
    "TrustAck",
    "Undelivered",
    "Unit",
    "Waiting",
    "chained",
    "copy_sqlite",
    "days_between",
    "derive_values",
    "full_date",
    "is_partial",
    "look_at_replica",
    "met",
    "state_columns",
    "state_kinds",
]
