"""``iarms party broker``: tell the broker what an approval left owed."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from pathlib import Path

import click

from gateway.cli.options import CENTRE_TRUST


@click.command(name="broker")
@CENTRE_TRUST
@click.option(
    "--broker",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    help="Home of a private broker node.",
)
@click.option(
    "--rabbitmqctl",
    metavar="COMMAND",
    help="The command of a RabbitMQ service, such as 'sudo rabbitmqctl'.",
)
def broker_again(trust: Path, *, broker: Path | None, rabbitmqctl: str | None) -> None:
    """At the centre: tell the broker of everybody who is published, as after an approval.

    For what an approval left owed because the broker was away, or another machine has it.
    """
    from gateway.cli.output import inform
    from gateway.cli.party_broker import tell
    from keys import ceremony

    if (broker is None) == (rabbitmqctl is None):
        raise click.UsageError("give either --broker or --rabbitmqctl")
    debt = ceremony.broker_debt(ceremony.CentreFolder(trust))
    inform(
        tell(
            trust,
            ", ".join(debt.parties) if debt else "everybody",
            broker=broker,
            rabbitmqctl=rabbitmqctl,
            pause=time.sleep,
            now=datetime.now(UTC),
        )
    )
