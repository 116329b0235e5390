"""A national node: native files in, messages out, and answers back as native files.

It knows no national format (an adapter does) and no rule of the registry.
"""

from gateway.node.carried import Carried, carried_name, carried_of, key_of
from gateway.node.desk import NodeDesk, NodeError
from gateway.node.errands import SEND, Letter, SendClerk
from gateway.node.evidence_check import check_evidence
from gateway.node.folders import Folders, fitting, write_durably
from gateway.node.hours import OfficeClerk
from gateway.node.intake import Intake
from gateway.node.register import Register, open_register
from gateway.node.register_clerk import RegisterClerk
from gateway.node.register_lines import COLUMNS as REGISTER_COLUMNS
from gateway.node.register_lines import Disposition, RegisterError
from gateway.node.reporting import ReportClerk
from gateway.node.trace_bulk import BULK_MOST, BulkCheck, BulkOrder, Verdict, check_bulk, run_name
from gateway.node.trace_evidence import evidence_of
from gateway.node.trace_hours import hours_of
from gateway.node.traces import Traces, terms_of
from gateway.node.watch import FolderWatch, TakenFile

__all__ = [
    "BULK_MOST",
    "REGISTER_COLUMNS",
    "SEND",
    "BulkCheck",
    "BulkOrder",
    "Carried",
    "Disposition",
    "FolderWatch",
    "Folders",
    "Intake",
    "Letter",
    "NodeDesk",
    "NodeError",
    "OfficeClerk",
    "Register",
    "RegisterClerk",
    "RegisterError",
    "ReportClerk",
    "SendClerk",
    "TakenFile",
    "Traces",
    "Verdict",
    "carried_name",
    "carried_of",
    "check_bulk",
    "check_evidence",
    "evidence_of",
    "fitting",
    "hours_of",
    "key_of",
    "open_register",
    "run_name",
    "terms_of",
    "write_durably",
]
