"""Faults of the broker: killed, frozen, restarted, full, wiped, meddled with by its operator."""

from __future__ import annotations

import shutil
import signal
import time

from gateway.campaign.faults import Fault, Injection
from gateway.campaign.site import CUSTOMS, FRANCE, Site
from gateway.exchange import VHOST, BrokerCommandError, ingress_queue, mailbox
from gateway.ids import REGISTRY_PARTY, Lane

_PROCESS = frozenset({"broker", "alarms", "connections", "queues"})
_ALARM, _CONNECTIONS, _QUEUES = (frozenset({each}) for each in ("alarms", "connections", "queues"))
_COMMAND_TRIES = 20


def _broker(site: Site) -> None:
    site.world.restart_broker()


def _restart(site: Site, injection: Injection) -> None:  # noqa: ARG001 - the shape of an act
    _broker(site)


def _kill(site: Site, injection: Injection) -> None:  # noqa: ARG001 - as above
    if site.world.broker is not None:
        site.world.broker.kill()


def _stop(site: Site, injection: Injection) -> None:  # noqa: ARG001 - as above
    if site.world.broker is not None:
        site.world.broker.stop()


def _wipe(site: Site, injection: Injection) -> None:
    _kill(site, injection)
    shutil.rmtree(site.root / "broker" / "data")


def _freeze(site: Site, injection: Injection) -> None:  # noqa: ARG001 - as above
    site.broker_signal(signal.SIGSTOP)


def _thaw(site: Site, injection: Injection) -> None:  # noqa: ARG001 - as above
    site.broker_signal(signal.SIGCONT)


def _memory_alarm(site: Site, injection: Injection) -> None:  # noqa: ARG001 - as above
    site.control("set_vm_memory_high_watermark", "0.00001")


def _memory_again(site: Site, injection: Injection) -> None:  # noqa: ARG001 - as above
    site.control("set_vm_memory_high_watermark", "absolute", "1GB")


def _disk_alarm(site: Site, injection: Injection) -> None:  # noqa: ARG001 - as above
    site.control("set_disk_free_limit", "900000GB")


def _disk_again(site: Site, injection: Injection) -> None:  # noqa: ARG001 - as above
    site.control("set_disk_free_limit", "200MB")


def _close_connections(site: Site, injection: Injection) -> None:  # noqa: ARG001 - as above
    site.control("close_all_connections", "--vhost", VHOST, "the campaign closes it")


def _purge(site: Site, injection: Injection) -> None:
    lane = injection.random.choice(list(Lane))
    for queue in (mailbox(FRANCE, lane), ingress_queue(FRANCE, lane)):
        site.control("purge_queue", "-p", VHOST, queue)


def _purge_registry(site: Site, injection: Injection) -> None:  # noqa: ARG001 - as above
    for lane in Lane:
        site.control("purge_queue", "-p", VHOST, mailbox(REGISTRY_PARTY, lane))


def _delete(site: Site, injection: Injection) -> None:
    lane = injection.random.choice((Lane.ROUTINE, Lane.URGENT))
    party = injection.random.choice((FRANCE, CUSTOMS))
    injection.keep["queue"] = queue = mailbox(party, lane)
    site.control("delete_queue", "-p", VHOST, queue)


def _declare_again(site: Site, injection: Injection) -> None:  # noqa: ARG001 - as above
    # The operator imports the definitions again. The name is the same one, against our own rule,
    # because nobody can be kept from doing it by hand.
    _broker(site)


def _stop_application(site: Site, injection: Injection) -> None:  # noqa: ARG001 - as above
    site.control("stop_app")


def _start_application(site: Site, injection: Injection) -> None:  # noqa: ARG001 - as above
    for attempt in range(_COMMAND_TRIES):
        try:
            site.control("start_app")
        except BrokerCommandError:
            if attempt == _COMMAND_TRIES - 1:
                raise
            time.sleep(0.5)
        else:
            return


def _fault(name: str, about: str, touches: frozenset[str] = _PROCESS, **more: object) -> Fault:
    return Fault(name=name, about=about, touches=touches, **more)  # type: ignore[arg-type] # the fields of Fault


KINDS = (
    _fault("broker-killed", "kill -9 of RabbitMQ", inject=_kill, heal=_restart, holds_s=0.2),
    _fault("broker-stopped", "RabbitMQ ended and started", inject=_stop, heal=_restart),
    _fault("broker-frozen", "SIGSTOP of RabbitMQ", inject=_freeze, heal=_thaw, holds_s=3.0),
    _fault(
        "broker-wiped",
        "RabbitMQ killed under load and all of its data gone",
        inject=_wipe,
        heal=_restart,
        holds_s=0.2,
    ),
    _fault(
        "memory-alarm",
        "RabbitMQ's memory watermark: publishers are blocked",
        touches=_ALARM,
        inject=_memory_alarm,
        heal=_memory_again,
        holds_s=2.0,
        notice="blocked",
    ),
    _fault(
        "disk-alarm",
        "RabbitMQ's disk limit: publishers are blocked",
        touches=_ALARM,
        inject=_disk_alarm,
        heal=_disk_again,
        holds_s=2.0,
        notice="blocked",
    ),
    _fault(
        "connections-closed", "an operator closes every connection", touches=_CONNECTIONS,
        inject=_close_connections,
        holds_s=0.1, notice="down",
    ),
    _fault("queue-purged", "a country's queues are purged", touches=_QUEUES,
        inject=_purge, holds_s=0.1),
    _fault(
        "registry-purged", "the registry's mailboxes are purged", touches=_QUEUES,
        inject=_purge_registry,
        holds_s=0.1,
    ),
    _fault(
        "queue-deleted",
        "a mailbox is deleted, later made again under its name",
        touches=_QUEUES,
        inject=_delete,
        heal=_declare_again,
        holds_s=1.0,
    ),
    _fault(
        "application-stopped",
        "rabbitmqctl stop_app and start_app",
        inject=_stop_application,
        heal=_start_application,
        holds_s=0.5,
    ),
)  # fmt: skip
