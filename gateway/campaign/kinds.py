"""Every kind of fault of a campaign, from the tables of the parts."""

from __future__ import annotations

from collections.abc import Sequence

from gateway.campaign import (
    faults_of_clocks,
    faults_of_databases,
    faults_of_disks,
    faults_of_lines,
    faults_of_machines,
    faults_of_messages,
    faults_of_processes,
    faults_of_the_broker,
    faults_of_trust,
)
from gateway.campaign.faults import Fault

KINDS: tuple[Fault, ...] = (
    *faults_of_processes.KINDS,
    *faults_of_the_broker.KINDS,
    *faults_of_lines.KINDS,
    *faults_of_databases.KINDS,
    *faults_of_disks.KINDS,
    *faults_of_clocks.KINDS,
    *faults_of_messages.KINDS,
    *faults_of_trust.KINDS,
    *faults_of_machines.KINDS,
)


def chosen(names: Sequence[str]) -> tuple[Fault, ...]:
    """The kinds of these names, all for none; KeyError names the first that is unknown."""
    known = {kind.name: kind for kind in KINDS}
    return tuple(known[name] for name in names) if names else KINDS
