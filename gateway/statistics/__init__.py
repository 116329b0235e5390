"""A country's analysis of its own data: facts of its messages, measures over them, reports.

The room's door. It sees what this party sent and took, and nothing else.
"""

from gateway.statistics.aggregates import (
    CENTRE_PARTIES,
    NODE_PARTIES,
    AggregateError,
    Aggregates,
    of_facts,
    of_registry,
)
from gateway.statistics.bases import verify_told
from gateway.statistics.cells import span_of, told_cells
from gateway.statistics.comparison import compare
from gateway.statistics.definition import Definition, built_in, find, load, states_of
from gateway.statistics.dossier import Wanted, make_dossier
from gateway.statistics.errors import (
    CasesWithheldError,
    DefinitionError,
    NotReproducedError,
    StatisticsError,
    UnknownMeasureError,
)
from gateway.statistics.establishing import note_origin
from gateway.statistics.facts import TraceAnswered, TraceAsked, TraceClosed, pack
from gateway.statistics.filters import narrowing_of
from gateway.statistics.folded import FoldedFacts
from gateway.statistics.importing import read_report
from gateway.statistics.judging import (
    FINDINGS,
    extent_of,
    figure_of,
    finding_of,
    labels_of,
    without_judged,
)
from gateway.statistics.measures import Measure, compute, measure_of, measures
from gateway.statistics.projection import bring, changes
from gateway.statistics.reading_rights import (
    Person,
    Reader,
    seen,
    sees_all,
    sight_of,
    told_count,
    withheld,
)
from gateway.statistics.rendering import Format, render
from gateway.statistics.reports import Origin, Report, make_report
from gateway.statistics.tables import Cases, Column, Kind, Row, Scope, Source, Table
from gateway.statistics.verification import verify_facts
from gateway.statistics.witness import FactWitness, note_intake

__all__ = [
    "CENTRE_PARTIES",
    "FINDINGS",
    "NODE_PARTIES",
    "AggregateError",
    "Aggregates",
    "Cases",
    "CasesWithheldError",
    "Column",
    "Definition",
    "DefinitionError",
    "FactWitness",
    "FoldedFacts",
    "Format",
    "Kind",
    "Measure",
    "NotReproducedError",
    "Origin",
    "Person",
    "Reader",
    "Report",
    "Row",
    "Scope",
    "Source",
    "StatisticsError",
    "Table",
    "TraceAnswered",
    "TraceAsked",
    "TraceClosed",
    "UnknownMeasureError",
    "Wanted",
    "bring",
    "built_in",
    "changes",
    "compare",
    "compute",
    "extent_of",
    "figure_of",
    "find",
    "finding_of",
    "labels_of",
    "load",
    "make_dossier",
    "make_report",
    "measure_of",
    "measures",
    "narrowing_of",
    "note_intake",
    "note_origin",
    "of_facts",
    "of_registry",
    "pack",
    "read_report",
    "render",
    "seen",
    "sees_all",
    "sight_of",
    "span_of",
    "states_of",
    "told_cells",
    "told_count",
    "verify_facts",
    "verify_told",
    "withheld",
    "without_judged",
]
