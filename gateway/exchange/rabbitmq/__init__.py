"""A ``Link`` to RabbitMQ: two connections (publish, consume) on one thread that never waits for us.

The only place that knows pika. It keeps no message: what was not confirmed is reported, not resent.
pika is not thread-safe, so everything but ``link`` runs on the link's own thread; the pitfalls that
shaped it are measured in docs/adr/0040-two-connections-on-one-thread.md.
"""

from gateway.exchange.rabbitmq.connection import probe_login
from gateway.exchange.rabbitmq.depths import QueueDepth, look_at_queues
from gateway.exchange.rabbitmq.link import RabbitLink

__all__ = ["QueueDepth", "RabbitLink", "look_at_queues", "probe_login"]
