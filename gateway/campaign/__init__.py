"""The delivery promise on real parts under fire: processes, a broker, databases, lines.

The room's door. Nothing in production imports it. docs/guides/proof.md says how to use it and how
to add a kind of fault; ADR 71 why it is built so.
"""

from gateway.campaign.faults import Fault, Injection
from gateway.campaign.kinds import KINDS, chosen
from gateway.campaign.mount import Disk
from gateway.campaign.mount import why_not as why_no_disk
from gateway.campaign.outcome import Outcome, together
from gateway.campaign.power import Cuts, cut_power
from gateway.campaign.proxy import Line, Lines, Weather
from gateway.campaign.report import as_json, table
from gateway.campaign.rounds import Campaign
from gateway.campaign.site import Place, Site

__all__ = [
    "KINDS",
    "Campaign",
    "Cuts",
    "Disk",
    "Fault",
    "Injection",
    "Line",
    "Lines",
    "Outcome",
    "Place",
    "Site",
    "Weather",
    "as_json",
    "chosen",
    "cut_power",
    "table",
    "together",
    "why_no_disk",
]
