"""What monitoring sees of a process: numbers, whether it lives, whether it is ready.

The room's door. Numbers are counted from the log's own lines, so that log and metrics cannot
disagree; it takes no part in the exchange.
"""

from gateway.telemetry.catalogue import METRICS, TRANSPORT_METRICS, Kind, Metric
from gateway.telemetry.counting import Numbers
from gateway.telemetry.pulse import Pulse
from gateway.telemetry.server import Probe, serving

__all__ = ["METRICS", "TRANSPORT_METRICS", "Kind", "Metric", "Numbers", "Probe", "Pulse", "serving"]
