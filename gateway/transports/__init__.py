"""Ways in and out besides the folders: each carries native files to and from them.

The room's door. It knows no national format, no message and no key.
"""

from gateway.transports.courier import Courier
from gateway.transports.dock import DELIVERED, Dock, Serving, Taken
from gateway.transports.ledger import Ledger, Trouble
from gateway.transports.opening import check_transports, open_transport
from gateway.transports.running import FOLDER, carrying, open_ledger
from gateway.transports.seam import (
    ConflictError,
    Dispatch,
    DispatchKind,
    OversizedError,
    Parcel,
    Transport,
    TransportError,
    UnreachableError,
)

__all__ = [
    "DELIVERED",
    "FOLDER",
    "ConflictError",
    "Courier",
    "Dispatch",
    "DispatchKind",
    "Dock",
    "Ledger",
    "OversizedError",
    "Parcel",
    "Serving",
    "Taken",
    "Transport",
    "TransportError",
    "Trouble",
    "UnreachableError",
    "carrying",
    "check_transports",
    "open_ledger",
    "open_transport",
]
