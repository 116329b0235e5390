"""The store's door: a ``Store`` gives ``Unit``s, and a unit is one transaction with its queries.

Nothing outside this room knows SQLAlchemy, a table or a statement.
"""

from gateway.store.deadletters import DeadLetter
from gateway.store.engine import Store, StoreError
from gateway.store.inbox import Taken
from gateway.store.intake import NativeFile, NativeItem, NativeOut
from gateway.store.journal import JournalLine
from gateway.store.outbox import OutboxRow, Undelivered
from gateway.store.unit import Unit

__all__ = [
    "DeadLetter",
    "JournalLine",
    "NativeFile",
    "NativeItem",
    "NativeOut",
    "OutboxRow",
    "Store",
    "StoreError",
    "Taken",
    "Undelivered",
    "Unit",
]
