"""What operators do with a home folder from outside: look, find faults, trace, back up, restore.

The room's door. It takes no part in the exchange and needs no running process.
"""

from gateway.operations.backup import BackupError, Manifest, back_up, restore, verify
from gateway.operations.diagnosis import Checked, TransportsStanding, diagnose
from gateway.operations.draining import OwnDrain, not_relying, own_drain, own_waits
from gateway.operations.findings import SEVERITIES, Finding, FindingCode, Severity
from gateway.operations.logspread import LogSpread, log_spread_of
from gateway.operations.members import Member, MemberState, members_of
from gateway.operations.spread import Spread, spread_of
from gateway.operations.standing import (
    DatabaseStanding,
    LaneStanding,
    PeerStanding,
    Standing,
    take_standing,
)
from gateway.operations.tracing import Trace, trace_message

__all__ = [
    "SEVERITIES",
    "BackupError",
    "Checked",
    "DatabaseStanding",
    "Finding",
    "FindingCode",
    "LaneStanding",
    "LogSpread",
    "Manifest",
    "Member",
    "MemberState",
    "OwnDrain",
    "PeerStanding",
    "Severity",
    "Spread",
    "Standing",
    "Trace",
    "TransportsStanding",
    "back_up",
    "diagnose",
    "log_spread_of",
    "members_of",
    "not_relying",
    "own_drain",
    "own_waits",
    "restore",
    "spread_of",
    "take_standing",
    "trace_message",
    "verify",
]
