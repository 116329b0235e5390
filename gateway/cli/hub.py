"""``iarms hub``: the registry's endpoint at the centre."""

from __future__ import annotations

from pathlib import Path

import click

from gateway.cli.options import HUB_HOME


@click.group()
def command() -> None:
    """Run the registry's endpoint at the centre."""


@command.command()
@HUB_HOME
def run(home: Path) -> None:
    """Answer records, searches and seizures until SIGTERM."""
    from gateway.compose import hit_clocks, parts, policy_of, stop_signals
    from gateway.doorbell import doorbell
    from gateway.endpoint import Clerks
    from gateway.exchange import dead_queue, mailboxes
    from gateway.hub import HubDesk, RegistryClerk
    from gateway.registry import use_policy, use_tables
    from gateway.statistics import Aggregates, of_registry

    use_policy(policy_of(home))
    use_tables(home / "tables")  # an administrator's spellings (`iarms registry tables import`)

    with (
        parts(home, program="hub", queues=lambda party: (*mailboxes(party), dead_queue())) as made,
        stop_signals(made.link.wake) as stopping,
    ):
        clocks = hit_clocks(made.settings)
        aggregates = Aggregates(made.settings.statistics, of_registry())
        endpoint = made.endpoint(
            HubDesk(made.log, clocks, aggregates),
            Clerks({"registry": RegistryClerk(made.log, clocks), "stat": aggregates}),
        )
        with doorbell(home, endpoint.ring), made.monitored(stopping.is_set) as asked:
            made.log.info("process.started")
            endpoint.run(asked, made.spreading(lambda: endpoint.up))
