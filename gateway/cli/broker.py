"""``iarms broker``: a private RabbitMQ on loopback, of one node or several; settings of any."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from gateway.exchange import NodeTls, PrivateCluster, PrivateNode

_Command = TypeVar("_Command", bound=Callable[..., Any])

_HOME = click.option(
    "--home",
    type=click.Path(path_type=Path, file_okay=False),
    required=True,
    help="The broker's own folder: settings, data, log, PID files.",
)


def _members(function: _Command) -> _Command:
    """The two ways to say who gets queues: a list of names, or the key directory."""
    trust = click.option(
        "--trust",
        type=click.Path(path_type=Path, file_okay=False, exists=True),
        help="Trust folder: every party of the newest published directory.",
    )
    party = click.option("--party", "parties", multiple=True, help="A party; may be repeated.")
    return trust(party(function))


@click.group()
def command() -> None:
    """Start, stop and look at a private RabbitMQ, of one node or of several."""


@command.command()
@_HOME
@click.option(
    "--tls",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder with ca.pem, server.pem and server-key.pem "
    "[default: as at the last start, or HOME/tls].",
)
@click.option(
    "--probe",
    type=click.Path(path_type=Path, file_okay=False),
    help="Home of the user XPO-BROKER, with broker/client.pem in it "
    "[default: as at the last start, or HOME/probe].",
)
@click.option("--port", type=click.IntRange(1, 65535), help="Port on loopback [default: free].")
@click.option(
    "--nodes",
    type=click.IntRange(1, 7),
    default=1,
    show_default=True,
    help="An odd number from 3 makes a cluster; its nodes take the ports from --port on.",
)
@_members
def start(
    *,
    home: Path,
    tls: Path | None,
    probe: Path | None,
    port: int | None,
    nodes: int,
    trust: Path | None,
    parties: tuple[str, ...],
) -> None:
    """Start the broker and wait until a client can log in; prints the port of each node.

    What was started before is started again as it was: without --trust or --party with the
    definitions that it had, as a cluster where it was one; nodes that run are left alone.

    Certificates are made with `iarms anchor server` and `iarms anchor user --name XPO-BROKER`.
    """
    from gateway.cli.output import inform
    from gateway.exchange import CLUSTER_FILE, PrivateCluster, PrivateNode, kept_definitions

    made = (None if trust or parties else kept_definitions(home)) or _definitions(
        trust, parties, home
    )
    files = _tls(home, tls, probe)
    if nodes > 1 or (home / CLUSTER_FILE).exists():
        if nodes % 2 == 0:
            raise click.UsageError("an even number loses its majority no later; take an odd one")
        cluster = (
            PrivateCluster.at(home)
            if (home / CLUSTER_FILE).exists()
            else PrivateCluster(home, tls=files, size=nodes, port=port)
        )
        inform(f"starting {len(cluster.nodes)} RabbitMQ nodes (about 30 s the first time)")
        cluster.start(made)
        inform(f"running; stop them with: iarms broker stop --home {home}")
        for address in cluster.addresses:
            click.echo(address.port)
        return
    node = PrivateNode(home, tls=files, port=port)
    inform("starting RabbitMQ (about 10 s the first time)")
    node.start(made)
    inform(f"running as process {node.pid}; stop it with: iarms broker stop --home {home}")
    click.echo(node.port)


@command.command()
@_HOME
def stop(home: Path) -> None:
    """Stop the broker and its name server; nothing happens where none runs."""
    from gateway.cli.output import inform
    from gateway.exchange import BrokerUnreachableError

    try:
        broker = _at(home)
    except BrokerUnreachableError:
        inform("no broker was started here")
        return
    broker.stop()
    inform("stopped")


@command.command()
@_HOME
@click.option("--node", type=click.IntRange(min=1), required=True, help="Its number, from 1.")
@_members
def replace(home: Path, node: int, trust: Path | None, parties: tuple[str, ...]) -> None:
    """Put an empty node in the place of one of a cluster whose data is lost or broken.

    The others forget the old one, the new one joins, and gets its copy of every queue. Exit code 7
    when no other node runs.
    """
    from gateway.cli.output import inform
    from gateway.exchange import PrivateCluster

    made = _definitions(trust, parties, home)
    cluster = PrivateCluster.at(home)
    if node > len(cluster.nodes):
        raise click.UsageError(f"the cluster has {len(cluster.nodes)} nodes")
    inform(f"replacing {cluster.names[node - 1]} (about 15 s)")
    cluster.replace(node, made)
    click.echo(cluster.nodes[node - 1].port)


@command.command()
@click.argument("members", nargs=-1, required=True, metavar="NODE…")
def settings(members: tuple[str, ...]) -> None:
    """Print what each node of a cluster of yours adds to its rabbitmq.conf.

    A NODE is its name, such as rabbit@broker-1.example.
    """
    from gateway.exchange import cluster_configuration

    if len(members) < 3 or len(members) % 2 == 0:  # noqa: PLR2004 - a majority must outlive one
        raise click.UsageError("give an odd number of nodes, three at least")
    if any("@" not in member for member in members):
        raise click.UsageError("a node's name has an @ in it, such as rabbit@broker-1.example")
    click.echo(cluster_configuration(members), nl=False)


@command.command()
@_HOME
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
def status(home: Path, *, as_json: bool) -> None:
    """Process, alarms and queues. The broker counts every 5 s, so the numbers lag.

    Exit code 7 when it does not run, 6 when an alarm stops all publishers, a node of a cluster is
    away, or something is missing that its definitions name.
    """
    from dataclasses import asdict

    from gateway.cli.output import ExitCode, inform, show_json, show_table
    from gateway.exchange import PrivateCluster

    broker = _at(home)
    found = broker.status()
    away: list[str] = []
    if isinstance(broker, PrivateCluster):
        pids = [(name, node.pid) for name, node in zip(broker.names, broker.nodes, strict=True)]
        away = [name for name, pid in pids if pid is None]
    if as_json:
        show_json(asdict(found) | {"away": away})
    else:
        inform(f"RabbitMQ {found.version}, process {found.pid}, port {found.port}")
        show_table(
            ("queue", "waiting", "lent", "consumers"),
            [(queue.name, queue.ready, queue.lent, queue.consumers) for queue in found.queues],
        )
    for alarm in found.alarms:
        inform(f"ALARM: {alarm}")
    for name in away:
        inform(f"AWAY: {name}")
    for words in found.missing:
        inform(f"MISSING: {words}")
    if found.missing:
        inform(f"  do:       iarms broker start --home {home} gives a running broker all of it")
    if found.alarms or away or found.missing:
        click.get_current_context().exit(ExitCode.FINDINGS)


@command.command()
@_HOME
@click.option("--every", "every_s", type=float, default=5.0, show_default=True, help="Seconds.")
@click.option(
    "--budget",
    "budget_octets",
    type=click.IntRange(min=1),
    help="Octets that a party may have sent lately while an alarm is on [default: 32 MiB].",
)
def guard(home: Path, every_s: float, budget_octets: int | None) -> None:
    """Disconnect who keeps the broker's alarm on by a message that never ends, until SIGTERM.

    An alarm stops every publisher; nobody but this ends it while one party sends half a giant
    message. Looks every few seconds; closes one party at a time, never the centre's own.
    """
    from gateway.compose import stop_signals
    from gateway.exchange import BUDGET_OCTETS, ExchangeError, Watchdog
    from gateway.log import open_log

    node = _at(home)
    log = open_log(program="guard", party="XPO-BROKER")
    watchdog = Watchdog(budget_octets or BUDGET_OCTETS)
    with stop_signals(lambda: None) as stopping:
        log.info("process.started")
        while not stopping.is_set():
            try:
                user = watchdog.look(node.connections())
                if user is not None:
                    node.disconnect(user, "it kept the broker's alarm on")
                    log.error("broker.disconnected", user=user)
            except ExchangeError as error:
                log.warning("broker.not-seen", code=error.code, reason=str(error))
            stopping.wait(every_s)
        log.info("process.stopped")


@command.command(name="import")
@_HOME
@_members
def import_(home: Path, trust: Path | None, parties: tuple[str, ...]) -> None:
    """Give a running broker the queues and users of newly enrolled parties.

    Users who are no longer among them are disconnected and deleted; their queues stay.
    """
    from gateway.cli.output import inform
    from keys import ceremony

    made = _definitions(trust, parties, home)
    _at(home).import_definitions(made)
    if trust is not None:
        ceremony.broker_told(ceremony.CentreFolder(trust))
    inform(f"{len(made['users'])} users, {len(made['queues'])} queues")


@command.command()
@_members
def definitions(trust: Path | None, parties: tuple[str, ...]) -> None:
    """Print the definitions file for any broker: users, permissions, policies, queues."""
    from gateway.cli.output import show_json

    show_json(_definitions(trust, parties, None))


def _at(home: Path) -> PrivateNode | PrivateCluster:
    """What was started in ``home``; BrokerUnreachableError when nothing was."""
    from gateway.exchange import CLUSTER_FILE, PrivateCluster, PrivateNode

    if (home / CLUSTER_FILE).exists():
        return PrivateCluster.at(home)
    return PrivateNode.at(home)


def _definitions(trust: Path | None, parties: tuple[str, ...], home: Path | None) -> dict[str, Any]:
    from gateway.exchange import definitions as definitions_for

    if bool(trust) == bool(parties):
        raise click.UsageError("give either --trust or --party")
    names = parties if trust is None else _parties_in(trust, home)
    try:
        return definitions_for(names)
    except ValueError as error:
        raise click.UsageError(str(error)) from error


def _parties_in(trust: Path, home: Path | None) -> tuple[str, ...]:
    from datetime import UTC, datetime

    from keys import DirectoryFolder, StaleBeaconError, ceremony, load_anchor

    if home is not None:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder = DirectoryFolder(trust, load_anchor(trust / "anchor.xml"), home=home)
    try:
        directory = folder.current(datetime.now(UTC))
    except StaleBeaconError:
        # Who gets queues follows from what the officers signed; before the first beacon too.
        directory = ceremony.newest_directory(trust) or folder.current(datetime.now(UTC))
    return tuple(sorted(directory.parties))


def _tls(home: Path, server: Path | None, probe: Path | None) -> NodeTls:
    from gateway.exchange import NodeTls, kept_tls

    known = kept_tls(home)
    if known is not None and server is None and probe is None:
        return known
    server, probe = server or home / "tls", probe or home / "probe"
    return NodeTls(
        ca_file=server / "ca.pem",
        certificate_file=server / "server.pem",
        key_file=server / "server-key.pem",
        probe_certificate_file=probe / "broker" / "client.pem",
        probe_key_file=probe / "broker" / "client-key.pem",
    )
