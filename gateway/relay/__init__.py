"""The centre's relay: reads nothing of a message but its signed header, and carries it.

The room's door. It opens no envelope: it has no key to do so.
"""

from gateway.relay.carrier import PATIENCE, Relay
from gateway.relay.errors import (
    MailboxFullError,
    NoMailboxError,
    NotActiveYetError,
    NotPermittedError,
    RelayError,
    UnknownPlaceError,
    UnknownRecipientError,
    WrongIngressError,
    WrongLaneError,
)
from gateway.relay.judgement import judge
from gateway.relay.quota import REFUSAL_COSTS, Allowance, Quota, Quotas, Resource
from gateway.relay.service import serve

__all__ = [
    "PATIENCE",
    "REFUSAL_COSTS",
    "Allowance",
    "MailboxFullError",
    "NoMailboxError",
    "NotActiveYetError",
    "NotPermittedError",
    "Quota",
    "Quotas",
    "Relay",
    "RelayError",
    "Resource",
    "UnknownPlaceError",
    "UnknownRecipientError",
    "WrongIngressError",
    "WrongLaneError",
    "judge",
    "serve",
]
