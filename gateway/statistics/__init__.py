"""A country's analysis of its own data: facts of its messages, measures over them, reports.

The room's door. It sees what this party sent and took, and nothing else.
"""

from gateway.statistics.errors import (
    DefinitionError,
    NotReproducedError,
    StatisticsError,
    UnknownMeasureError,
)
from gateway.statistics.facts import TraceAnswered, TraceAsked, TraceClosed, pack
from gateway.statistics.folded import FoldedFacts
from gateway.statistics.measures import Measure, compute, measures
from gateway.statistics.projection import changes
from gateway.statistics.tables import Cases, Column, Kind, Row, Scope, Source, Table
from gateway.statistics.witness import FactWitness

__all__ = [
    "Cases",
    "Column",
    "DefinitionError",
    "FactWitness",
    "FoldedFacts",
    "Kind",
    "Measure",
    "NotReproducedError",
    "Row",
    "Scope",
    "Source",
    "StatisticsError",
    "Table",
    "TraceAnswered",
    "TraceAsked",
    "TraceClosed",
    "UnknownMeasureError",
    "changes",
    "compute",
    "measures",
    "pack",
]
