"""The registry's door: what the centre does with each payload it serves.

It opens no envelope and knows no broker; effects and answers share one transaction.
"""

from gateway.registry.calibres import read_calibre
from gateway.registry.clocks import CLOCK_KINDS, due, keep_reviewing
from gateway.registry.consulting import Verdict, consult
from gateway.registry.delayed import KEPT_FOR
from gateway.registry.desk import handle
from gateway.registry.dossier import as_html, dossier_of
from gateway.registry.errors import (
    CaseRequiredError,
    ModeError,
    PolicyError,
    PolicyFileError,
    RegistryError,
)
from gateway.registry.filings import would_find
from gateway.registry.hitlife import Clocks, HitActor, hit_steps, hit_transition
from gateway.registry.loadfiles import record_json
from gateway.registry.loading import Loading, Refused, load
from gateway.registry.makes import read_make
from gateway.registry.marks import read_serial
from gateway.registry.policy import Policy, Rule, Ruling, read_policy, use_policy
from gateway.registry.reference import TABLES, derivation, use_tables
from gateway.registry.serial_forms import SerialForm, forms_of_make
from gateway.registry.tables import TableFault, TableState, faults, read_rows, table_states, take_in
from gateway.registry.turn import Wanted
from gateway.registry.upkeep import (
    Upkeep,
    indexed_to,
    keep_counted,
    keep_indexed,
    old_keys,
    reindex,
)
from gateway.registry.weighing import shape_of
from gateway.registry.whatif import COLUMNS as PAIR_COLUMNS
from gateway.registry.whatif import Judged, Report, pair_of, report, threshold_names

__all__ = [
    "CLOCK_KINDS",
    "KEPT_FOR",
    "PAIR_COLUMNS",
    "TABLES",
    "CaseRequiredError",
    "Clocks",
    "HitActor",
    "Judged",
    "Loading",
    "ModeError",
    "Policy",
    "PolicyError",
    "PolicyFileError",
    "Refused",
    "RegistryError",
    "Report",
    "Rule",
    "Ruling",
    "SerialForm",
    "TableFault",
    "TableState",
    "Upkeep",
    "Verdict",
    "Wanted",
    "as_html",
    "consult",
    "derivation",
    "dossier_of",
    "due",
    "faults",
    "forms_of_make",
    "handle",
    "hit_steps",
    "hit_transition",
    "indexed_to",
    "keep_counted",
    "keep_indexed",
    "keep_reviewing",
    "load",
    "old_keys",
    "pair_of",
    "read_calibre",
    "read_make",
    "read_policy",
    "read_rows",
    "read_serial",
    "record_json",
    "reindex",
    "report",
    "shape_of",
    "table_states",
    "take_in",
    "threshold_names",
    "use_policy",
    "use_tables",
    "would_find",
]
