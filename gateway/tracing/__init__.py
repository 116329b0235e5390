"""Trace requests: the case of two countries about where a firearm came from.

The same table of states, deadlines and rules on both sides; the case keeps each side's signed acts
and proves itself. It seals and sends nothing, and the centre has no part in it.
"""

from gateway.office_hours import OfficeHours, read_hours
from gateway.tracing.addressee import Proposal, proposals, warnings_of
from gateway.tracing.case_keeping import CLOCK, standing_of_case
from gateway.tracing.case_rows import (
    HELD,
    REFUSED,
    TAKEN,
    Arrived,
    acts_of,
    digest_of,
    firearm_columns,
    reminded,
)
from gateway.tracing.cases import Cases
from gateway.tracing.chain import Chain, Leg, assemble, chain_text, drawing
from gateway.tracing.deadlines import NextStep, Running, Terms, next_step, running
from gateway.tracing.deeds import TracePayload, consent_of, deed_of, is_act
from gateway.tracing.errors import (
    ActMismatchError,
    IllegalTransitionError,
    IncompleteOrderError,
    NotAPartyError,
    TracingError,
    UnknownCaseError,
)
from gateway.tracing.machine import (
    TABLE,
    Act,
    Deed,
    Side,
    Standing,
    State,
    allowed,
    diagram,
    judge,
    ordered,
    standing_of,
)
from gateway.tracing.office import (
    ALWAYS_OPEN,
    OfficeNow,
    announcement,
    calendar_said,
    office_now,
    taken_back,
)
from gateway.tracing.office_calendar import calendar_of, in_words, says_otherwise
from gateway.tracing.promised import Promise, promises

__all__ = [
    "ALWAYS_OPEN",
    "CLOCK",
    "HELD",
    "REFUSED",
    "TABLE",
    "TAKEN",
    "Act",
    "ActMismatchError",
    "Arrived",
    "Cases",
    "Chain",
    "Deed",
    "IllegalTransitionError",
    "IncompleteOrderError",
    "Leg",
    "NextStep",
    "NotAPartyError",
    "OfficeHours",
    "OfficeNow",
    "Promise",
    "Proposal",
    "Running",
    "Side",
    "Standing",
    "State",
    "Terms",
    "TracePayload",
    "TracingError",
    "UnknownCaseError",
    "acts_of",
    "allowed",
    "announcement",
    "assemble",
    "calendar_of",
    "calendar_said",
    "chain_text",
    "consent_of",
    "deed_of",
    "diagram",
    "digest_of",
    "drawing",
    "firearm_columns",
    "in_words",
    "is_act",
    "judge",
    "next_step",
    "office_now",
    "ordered",
    "promises",
    "proposals",
    "read_hours",
    "reminded",
    "running",
    "says_otherwise",
    "standing_of",
    "standing_of_case",
    "taken_back",
    "warnings_of",
]
