"""A party with a valid certificate and bad intent, with a client of its own making.

The rows are those of the proof matrix of 5-delivery 5.3, with the permissions of this exchange.
"""

from __future__ import annotations

import contextlib
import socket
import ssl
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pika
import pika.exceptions
import pytest
from link_waits import deliveries, outcomes, start
from real_broker import RunningBroker, fresh_party

from gateway.exchange import (
    BrokerSettings,
    BrokerUnreachableError,
    CertificateRefusedError,
    Confirmed,
    RabbitLink,
    ServerNotTrustedError,
    ingress_exchange,
    ingress_queue,
    mailbox,
    mailbox_key,
    probe_login,
)
from gateway.ids import RELAY_USER, Lane

pytestmark = [
    pytest.mark.real,
    pytest.mark.filterwarnings("ignore:BlockingConnection:DeprecationWarning"),
]

SOON = timedelta(seconds=30)
Attack = Callable[[Any, str, str], object]


@pytest.fixture(scope="module")
def parties(real_broker: RunningBroker) -> tuple[str, str]:  # noqa: ARG001 - needs its names
    """The hostile party and its victim."""
    return fresh_party(), fresh_party()


def parameters(settings: BrokerSettings, **changes: Any) -> pika.ConnectionParameters:
    context = ssl.create_default_context(cafile=settings.ca_file)
    context.load_cert_chain(settings.certificate_file, settings.key_file)
    values = {
        "host": settings.host,
        "port": settings.port,
        "virtual_host": settings.vhost,
        "credentials": pika.credentials.ExternalCredentials(),
        "ssl_options": pika.SSLOptions(context, settings.host),
        "stack_timeout": 60,
    }
    return pika.ConnectionParameters(**(values | changes))


@pytest.fixture(scope="module")
def connection(real_broker: RunningBroker, parties: tuple[str, str]) -> Iterator[Any]:
    """One connection of the hostile party: each attack costs it a channel, not its connection.

    A connection for each would run into the few that a user may have, since the broker counts one
    that was closed for a while longer.
    """
    settings = real_broker.settings(parties[0])
    opened = pika.BlockingConnection(parameters(settings, heartbeat=0))
    yield opened
    with contextlib.suppress(pika.exceptions.AMQPError):
        opened.close()


@pytest.fixture
def channel(connection: Any) -> Any:
    """A raw channel of the hostile party, in confirm mode."""
    opened = connection.channel()
    opened.confirm_delivery()
    return opened


def publish(channel: Any, exchange: str, key: str = "", **properties: Any) -> None:
    channel.basic_publish(
        exchange, key, b"forged", pika.BasicProperties(**properties), mandatory=True
    )


FORBIDDEN: dict[str, Attack] = {
    "publish to the mailboxes": lambda c, _, v: publish(c, "out", mailbox_key(v, Lane.URGENT)),
    "publish into another ingress": lambda c, _, v: publish(c, ingress_exchange(v, Lane.URGENT)),
    "publish to the dead letters": lambda c, *_: publish(c, "dead"),
    "publish a replay": lambda c, *_: publish(c, "again"),
    "publish by the default exchange": lambda c, _, v: publish(c, "", mailbox(v, Lane.URGENT)),
    "publish to amq.fanout": lambda c, *_: publish(c, "amq.fanout"),
    "publish to amq.direct": lambda c, *_: publish(c, "amq.direct", "x"),
    "publish to amq.topic": lambda c, *_: publish(c, "amq.topic", "x"),
    "publish to amq.rabbitmq.trace": lambda c, *_: publish(c, "amq.rabbitmq.trace", "x"),
    "get from another mailbox": lambda c, _, v: c.basic_get(mailbox(v, Lane.URGENT)),
    "get from another ingress": lambda c, _, v: c.basic_get(ingress_queue(v, Lane.URGENT)),
    "get from its own ingress": lambda c, p, _: c.basic_get(ingress_queue(p, Lane.URGENT)),
    "get from the dead letters": lambda c, *_: c.basic_get("dead.1"),
    "consume another mailbox": lambda c, _, v: c.basic_consume(
        mailbox(v, Lane.URGENT), lambda *_: None
    ),
    "consume the dead letters": lambda c, *_: c.basic_consume("dead.1", lambda *_: None),
    "purge another mailbox": lambda c, _, v: c.queue_purge(mailbox(v, Lane.URGENT)),
    "purge its own ingress": lambda c, p, _: c.queue_purge(ingress_queue(p, Lane.URGENT)),
    "purge the dead letters": lambda c, *_: c.queue_purge("dead.1"),
    "declare a queue": lambda c, *_: c.queue_declare("mine", durable=True),
    "declare a server-named queue": lambda c, *_: c.queue_declare("", exclusive=True),
    "declare a victim's mailbox anew": lambda c, _, v: c.queue_declare(
        mailbox(v, Lane.URGENT), durable=True, arguments={"x-queue-type": "quorum"}
    ),
    "declare an exchange": lambda c, *_: c.exchange_declare("mine", "fanout"),
    "delete its own mailbox": lambda c, p, _: c.queue_delete(mailbox(p, Lane.URGENT)),
    "delete another mailbox": lambda c, _, v: c.queue_delete(mailbox(v, Lane.URGENT)),
    "delete another ingress": lambda c, _, v: c.queue_delete(ingress_queue(v, Lane.URGENT)),
    "delete its own ingress exchange": lambda c, p, _: c.exchange_delete(
        ingress_exchange(p, Lane.URGENT)
    ),
    "delete the mailboxes' exchange": lambda c, *_: c.exchange_delete("out"),
    "bind its mailbox to another's key": lambda c, p, v: c.queue_bind(
        mailbox(p, Lane.URGENT), "out", mailbox_key(v, Lane.URGENT)
    ),
    "bind its mailbox to another's ingress": lambda c, p, v: c.queue_bind(
        mailbox(p, Lane.URGENT), ingress_exchange(v, Lane.URGENT)
    ),
    "unbind a victim": lambda c, _, v: c.queue_unbind(
        mailbox(v, Lane.URGENT), "out", mailbox_key(v, Lane.URGENT)
    ),
    "bind exchange to exchange": lambda c, p, _: c.exchange_bind(
        ingress_exchange(p, Lane.URGENT), "out", "#"
    ),
}


@pytest.mark.parametrize("attack", FORBIDDEN.values(), ids=FORBIDDEN)
def test_a_party_cannot(attack, channel, parties):
    with pytest.raises(pika.exceptions.ChannelClosedByBroker) as caught:
        attack(channel, *parties)
    assert caught.value.reply_code == 403, caught.value.reply_text


def test_copies_to_others_by_header_are_not_made(real_broker):
    """CC and BCC pass a topic permission on 3.10.8; a fanout ingress knows no keys (5.3)."""
    party, victim = fresh_party(), fresh_party()
    connection = pika.BlockingConnection(parameters(real_broker.settings(party)))
    hostile = connection.channel()
    hostile.confirm_delivery()
    keys = [mailbox_key(victim, Lane.URGENT), mailbox(victim, Lane.URGENT), "#"]
    publish(hostile, ingress_exchange(party, Lane.URGENT), headers={"CC": keys, "BCC": keys})
    connection.close()
    relay = RabbitLink(
        real_broker.settings(RELAY_USER),
        consume=[ingress_queue(party, Lane.URGENT), ingress_queue(victim, Lane.URGENT)],
    )
    reader = RabbitLink(real_broker.settings(victim), consume=[mailbox(victim, Lane.URGENT)])
    try:
        start(relay, reader)
        lent = deliveries(relay, 1)
        # A later message of the relay's is the first that the victim sees.
        relay.publish(
            token="1",
            exchange="out",
            routing_key=mailbox_key(victim, Lane.URGENT),
            body=b"genuine",
        )
        got = deliveries(reader, 1)
        relay.ack(lent)
        reader.ack(got)
    finally:
        relay.stop(SOON)
        reader.stop(SOON)
    assert [each.queue for each in lent] == [ingress_queue(party, Lane.URGENT)]
    assert [each.body for each in got] == [b"genuine"]


def test_a_wrong_user_id_is_refused(channel, parties):
    party, victim = parties
    with pytest.raises(pika.exceptions.ChannelClosedByBroker) as caught:
        publish(channel, ingress_exchange(party, Lane.BULK), user_id=victim)
    assert caught.value.reply_code == 406


def test_a_party_may_only_enter_its_own_vhost(real_broker, parties):
    with pytest.raises(pika.exceptions.AMQPError):
        pika.BlockingConnection(
            parameters(real_broker.settings(parties[0]), virtual_host="/")
        ).close()


def test_a_party_gets_no_more_connections_than_its_limit(real_broker):
    """The broker counts a connection a moment after it is open: one too many may come in first."""
    settings = real_broker.settings(fresh_party())
    open_ones = [pika.BlockingConnection(parameters(settings, heartbeat=0)) for _ in range(4)]

    def open_more() -> None:
        for _ in range(200):
            pika.BlockingConnection(parameters(settings)).close()

    try:
        with pytest.raises(pika.exceptions.AMQPError, match="limit"):
            open_more()
    finally:
        for connection in open_ones:
            connection.close()


def test_a_full_ingress_refuses_its_own_party_and_nobody_else(real_broker):
    flooder, other = fresh_party(), fresh_party()
    flood = RabbitLink(real_broker.settings(flooder))
    calm = RabbitLink(real_broker.settings(other))
    try:
        start(flood, calm)
        for number in range(6000):
            flood.publish(
                token=str(number),
                exchange=ingress_exchange(flooder, Lane.BULK),
                routing_key="",
                body=b"x",
            )
        told = outcomes(flood, 6000)
        assert 4900 < sum(isinstance(each, Confirmed) for each in told) < 5600
        calm.publish(
            token="1",
            exchange=ingress_exchange(other, Lane.BULK),
            routing_key="",
            body=b"x",
        )
        assert outcomes(calm, 1) == [Confirmed(token="1")]
    finally:
        flood.stop(SOON)
        calm.stop(SOON)


class TestComingIn:
    """Who gets a connection at all."""

    @pytest.fixture(scope="class")
    @classmethod
    def parties(cls, real_broker: RunningBroker) -> tuple[str, str]:  # noqa: ARG003 - needs its names
        """Parties of this class alone.

        A broker counts a connection for a while after its end, so that those of the attacks above
        would use up the few that a user may have.
        """
        return fresh_party(), fresh_party()

    def test_a_party_with_its_certificate_gets_in(self, real_broker, parties):
        probe_login(real_broker.settings(parties[0]), timeout=SOON)

    def test_a_certificate_of_another_authority_is_refused(self, real_broker, parties):
        real_broker.tls.make_authority("other")
        certificate = real_broker.tls.make_certificate(parties[0], file="impostor", ca="other")
        settings = replace(
            real_broker.settings(parties[0]),
            certificate_file=certificate,
            key_file=certificate.with_suffix(".key"),
        )
        with pytest.raises(CertificateRefusedError):
            probe_login(settings, timeout=SOON)

    def test_a_certificate_for_nobody_is_refused(self, real_broker):
        with pytest.raises(CertificateRefusedError):
            probe_login(real_broker.settings("NOB-ODY"), timeout=SOON)

    def test_a_link_says_that_its_certificate_is_refused_and_does_not_hang(self, real_broker):
        link = RabbitLink(real_broker.settings("NOB-ODY"))
        link.start()
        seen: list[Any] = []
        while not any("exchange.certificate-refused" in event.detail for event in seen):
            seen += link.take(limit=10, timeout=SOON)
        link.stop(timedelta(seconds=1))

    def test_without_a_certificate_nobody_gets_in(self, real_broker, parties):
        context = ssl.create_default_context(cafile=real_broker.settings(parties[0]).ca_file)
        with pytest.raises(pika.exceptions.AMQPError):
            pika.BlockingConnection(
                parameters(
                    real_broker.settings(parties[0]),
                    ssl_options=pika.SSLOptions(context, "localhost"),
                )
            ).close()

    @pytest.mark.parametrize("password", ["", "guest", "FRA-NCB"])
    def test_a_password_is_refused(self, real_broker, parties, password):
        credentials = pika.PlainCredentials(parties[0], password)
        with pytest.raises(pika.exceptions.AMQPError):
            pika.BlockingConnection(
                parameters(real_broker.settings(parties[0]), credentials=credentials)
            ).close()

    def test_plain_text_is_refused(self, real_broker, parties):
        with pytest.raises(pika.exceptions.AMQPError):
            pika.BlockingConnection(
                parameters(real_broker.settings(parties[0]), ssl_options=None)
            ).close()

    def test_an_older_tls_is_refused(self, real_broker, parties):
        settings = real_broker.settings(parties[0])
        context = ssl.create_default_context(cafile=settings.ca_file)
        context.load_cert_chain(settings.certificate_file, settings.key_file)
        context.maximum_version = ssl.TLSVersion.TLSv1_2
        with (
            pytest.raises(ssl.SSLError),
            socket.create_connection((settings.host, settings.port), timeout=60) as raw,
            context.wrap_socket(raw, server_hostname=settings.host),
        ):
            pass

    def test_a_broker_of_another_authority_is_not_spoken_to(self, real_broker, parties):
        settings = replace(
            real_broker.settings(parties[0]), ca_file=real_broker.tls.make_authority("pinned")
        )
        with pytest.raises(ServerNotTrustedError):
            probe_login(settings, timeout=SOON)

    def test_an_address_where_nobody_is_says_so(self, real_broker, parties):
        with socket.socket() as unused:
            unused.bind(("127.0.0.1", 0))
            settings = replace(real_broker.settings(parties[0]), port=unused.getsockname()[1])
            with pytest.raises(BrokerUnreachableError):
                probe_login(settings, timeout=SOON)
