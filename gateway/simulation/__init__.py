"""The delivery promise under faults: the real parts in one process, a clock that we move, a seed.

The room's door. Nothing in production imports it. ADR 70 says why it is built so,
docs/guides/proof.md how to use it and how to add to it.
"""

from gateway.simulation.campaign import Found, Tally, hunt, run
from gateway.simulation.case import CENTRE, Case, Violation
from gateway.simulation.checker import RULES, check
from gateway.simulation.clients import Lie, What
from gateway.simulation.clocks import clocks_behind
from gateway.simulation.corpus import CORPUS
from gateway.simulation.defects import DEFECTS, planted
from gateway.simulation.faults import FAULTS
from gateway.simulation.history import History, ReplayError, live, replay, shrink
from gateway.simulation.ledger import Entry, Kind, Ledger, Shelf
from gateway.simulation.plan import ASK, Plan, Step, act, draw, perform
from gateway.simulation.reading import LedgerError, read_ledgers
from gateway.simulation.world import Setting, World

__all__ = [
    "ASK",
    "CENTRE",
    "CORPUS",
    "DEFECTS",
    "FAULTS",
    "RULES",
    "Case",
    "Entry",
    "Found",
    "History",
    "Kind",
    "Ledger",
    "LedgerError",
    "Lie",
    "Plan",
    "ReplayError",
    "Setting",
    "Shelf",
    "Step",
    "Tally",
    "Violation",
    "What",
    "World",
    "act",
    "check",
    "clocks_behind",
    "draw",
    "hunt",
    "live",
    "perform",
    "planted",
    "read_ledgers",
    "replay",
    "run",
    "shrink",
]
