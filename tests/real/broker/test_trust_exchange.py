"""On a real broker documents of trust reach parties and relay, and no party may send any."""

from __future__ import annotations

from contextlib import ExitStack
from datetime import timedelta

from link_waits import deliveries, outcomes, start
from real_broker import RunningBroker, fresh_party

from gateway.exchange import TRUST_EXCHANGE, Confirmed, RabbitLink, Unconfirmed, trust_queue
from gateway.ids import REGISTRY_PARTY, RELAY_USER


def test_the_centre_reaches_a_party_and_the_relay_and_a_party_reaches_nobody(
    real_broker: RunningBroker,
) -> None:
    party = fresh_party()
    hub = RabbitLink(real_broker.settings(REGISTRY_PARTY))
    readers = [
        RabbitLink(real_broker.settings(name), consume=[trust_queue(name)])
        for name in (party, RELAY_USER)
    ]
    with ExitStack() as ends:
        for link in (hub, *readers):
            ends.callback(link.stop, timedelta(seconds=2))
        start(hub, *readers)
        hub.publish(token="t", exchange=TRUST_EXCHANGE, routing_key="", body=b"a bundle")
        for reader in readers:
            taken = deliveries(reader, 1)
            assert taken[0].body == b"a bundle"
            reader.ack(taken)
        assert isinstance(outcomes(hub, 1)[0], Confirmed)
        readers[0].publish(token="f", exchange=TRUST_EXCHANGE, routing_key="", body=b"forged")
        assert isinstance(outcomes(readers[0], 1)[0], Unconfirmed)
