"""The carrier: sealed octets from a party to the broker and from the broker to a party.

It cannot read what it carries: no key, no envelope and no cipher is reachable from here.
"""

from gateway.exchange.backoff import Backoff
from gateway.exchange.broker import (
    REFUSED_BY_QUEUE,
    RETURNED,
    BrokerSettings,
    Confirmed,
    Delivery,
    Event,
    Link,
    LinkState,
    Unconfirmed,
)
from gateway.exchange.definitions import definitions
from gateway.exchange.errors import (
    BrokerCommandError,
    BrokerInstallationError,
    BrokerStartError,
    BrokerUnreachableError,
    CertificateRefusedError,
    ExchangeError,
    LimitReachedError,
    ServerNotTrustedError,
)
from gateway.exchange.memory import MemoryBroker, MemoryLink
from gateway.exchange.node_files import NodeTls, find_scripts
from gateway.exchange.private_node import NodeStatus, PrivateNode, QueueStatus
from gateway.exchange.rabbitmq import RabbitLink, probe_login
from gateway.exchange.topology import (
    AGAIN_EXCHANGE,
    DEAD_EXCHANGE,
    MAX_MESSAGE_OCTETS,
    OUT_EXCHANGE,
    PROBE_USER,
    VHOST,
    again_queue,
    dead_queue,
    ingress_exchange,
    ingress_of,
    ingress_queue,
    lane_of,
    mailbox,
    mailbox_key,
    mailboxes,
    relay_queues,
)

__all__ = [
    "AGAIN_EXCHANGE",
    "DEAD_EXCHANGE",
    "MAX_MESSAGE_OCTETS",
    "OUT_EXCHANGE",
    "PROBE_USER",
    "REFUSED_BY_QUEUE",
    "RETURNED",
    "VHOST",
    "Backoff",
    "BrokerCommandError",
    "BrokerInstallationError",
    "BrokerSettings",
    "BrokerStartError",
    "BrokerUnreachableError",
    "CertificateRefusedError",
    "Confirmed",
    "Delivery",
    "Event",
    "ExchangeError",
    "LimitReachedError",
    "Link",
    "LinkState",
    "MemoryBroker",
    "MemoryLink",
    "NodeStatus",
    "NodeTls",
    "PrivateNode",
    "QueueStatus",
    "RabbitLink",
    "ServerNotTrustedError",
    "Unconfirmed",
    "again_queue",
    "dead_queue",
    "definitions",
    "find_scripts",
    "ingress_exchange",
    "ingress_of",
    "ingress_queue",
    "lane_of",
    "mailbox",
    "mailbox_key",
    "mailboxes",
    "probe_login",
    "relay_queues",
]
