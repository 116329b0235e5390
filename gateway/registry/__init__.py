"""The registry's door: what the centre does with each payload it serves.

It opens no envelope and knows no broker; effects and answers share one transaction.
"""

from gateway.registry.desk import handle
from gateway.registry.errors import ModeError, RegistryError

__all__ = ["ModeError", "RegistryError", "handle"]
