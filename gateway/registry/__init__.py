"""The registry's door: what the centre does with each payload it serves.

It opens no envelope and knows no broker; effects and answers share one transaction.
"""

from gateway.registry.calibres import read_calibre
from gateway.registry.clocks import CLOCK_KINDS, due, keep_reviewing
from gateway.registry.desk import handle
from gateway.registry.errors import ModeError, RegistryError
from gateway.registry.hitlife import Clocks, HitActor, hit_steps, hit_transition
from gateway.registry.makes import read_make

__all__ = [
    "CLOCK_KINDS",
    "Clocks",
    "HitActor",
    "ModeError",
    "RegistryError",
    "due",
    "handle",
    "hit_steps",
    "hit_transition",
    "keep_reviewing",
    "read_calibre",
    "read_make",
]
