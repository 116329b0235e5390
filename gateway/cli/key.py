"""``iarms key``: an officer's keys, and how keys stand."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import click


@click.group()
def command() -> None:
    """Make an officer's keys and see how keys stand."""


@command.command()
@click.argument("person")
@click.option("--organisation", required=True, help="Whom the officer answers to.")
@click.option(
    "--home",
    type=click.Path(path_type=Path, file_okay=False),
    required=True,
    help="Folder on the officer's own medium, where the keys stay.",
)
@click.option(
    "--passphrase-file",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="File that holds the passphrase.",
)
@click.option("--passphrase-fd", type=int, help="Open file descriptor that gives the passphrase.")
@click.option("--no-quantum", is_flag=True, help="No ML-DSA-65 key (for the hub's beacon).")
@click.option(
    "--cost",
    type=click.Choice(["interactive", "moderate", "sensitive"]),
    default="moderate",
    show_default=True,
    help="What one guess at the passphrase costs: 64 MiB, 256 MiB or 1 GiB.",
)
def officer(
    *,
    person: str,
    organisation: str,
    home: Path,
    passphrase_file: Path | None,
    passphrase_fd: int | None,
    cost: str,
    no_quantum: bool,
) -> None:
    """Make the keys of officer PERSON, and the card to hand to the founding."""
    from gateway.cli.output import inform, read_passphrase
    from keys import COSTS, ceremony

    card = ceremony.make_officer(
        home,
        person,
        organisation,
        read_passphrase(passphrase_file, passphrase_fd),
        now=datetime.now(UTC),
        random=os.urandom,
        cost=COSTS[cost],
        quantum=not no_quantum,
    )
    click.echo(card)
    inform(f"Hand {card.name} and {card.name}.sig over; {home / 'officer.key'} stays with you.")
