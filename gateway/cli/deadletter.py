"""``iarms deadletter``: what was set aside, and what to do about it."""

from __future__ import annotations

import sys
from dataclasses import asdict, fields
from pathlib import Path
from typing import TYPE_CHECKING

import click

from gateway.cli.options import JSON

if TYPE_CHECKING:
    from gateway.store import DeadLetter, Store, Unit

_HOME = click.option(
    "--home",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    required=True,
    help="The folder of the hub or node that set it aside.",
)


@click.group()
def command() -> None:
    """List, show, replay or drop what was set aside."""


@command.command(name="list")
@_HOME
@click.option("--all", "everything", is_flag=True, help="Replayed and dropped ones too.")
@JSON
def list_(home: Path, *, everything: bool, as_json: bool) -> None:
    """Set-aside messages, newest last. Exit code 6 when there are any."""
    from gateway.cli.output import ExitCode, show_json, show_table

    with _open(home) as store, store.unit() as unit:
        letters = unit.deadletters.heads(state=None if everything else "SET_ASIDE")
    if as_json:
        show_json([asdict(letter) for letter in letters])
    else:
        show_table(
            ("id", "last seen", "times", "source", "code", "sender", "type", "state"),
            [
                (
                    x.id,
                    f"{x.last_seen:%Y-%m-%d %H:%M:%S}",
                    x.times,
                    x.source,
                    x.code,
                    (x.sender or "") + ("" if x.proven else " (unproven)"),
                    x.message_type,
                    x.state,
                )
                for x in letters
            ],
        )
    if letters:
        click.get_current_context().exit(ExitCode.FINDINGS)


@command.command()
@_HOME
@click.argument("letter_id", type=int)
@click.option("--octets", is_flag=True, help="The message itself, octet for octet, on stdout.")
def show(home: Path, letter_id: int, *, octets: bool) -> None:
    """Everything that is known of one set-aside message."""
    from gateway.cli.output import show_json

    with _open(home) as store, store.unit() as unit:
        letter = _get(unit, letter_id)
    if octets:
        sys.stdout.buffer.write(letter.octets)
        return
    show_json(_facts(letter))


@command.command()
@_HOME
@click.argument("letter_id", type=int)
def replay(home: Path, letter_id: int) -> None:
    """Have the running process handle it again, as if it came now.

    It is checked like any other message; what fails again is set aside again.
    """
    from gateway.cli.output import inform

    with _open(home) as store, store.unit() as unit:
        _get(unit, letter_id)
        unit.deadletters.mark(letter_id, "ASKED")
    inform(f"dead letter {letter_id} is asked for again; the running process takes it in a second")


@command.command()
@_HOME
@click.argument("letter_id", type=int)
@click.option("--yes", is_flag=True, help="Do not ask.")
def drop(home: Path, letter_id: int, *, yes: bool) -> None:
    """Take it out of the list; its octets are kept and can still be shown and replayed."""
    from gateway.cli.output import inform

    with _open(home) as store, store.unit() as unit:
        letter = _get(unit, letter_id)
        if not yes:
            click.confirm(f"Drop the message of {letter.sender or 'nobody proven'}?", abort=True)
        unit.deadletters.mark(letter_id, "DROPPED")
    inform(f"dead letter {letter_id} is dropped")


def _open(home: Path) -> Store:
    from gateway.cli.databases import open_database

    return open_database(home)


def _get(unit: Unit, letter_id: int) -> DeadLetter:
    from gateway.cli.output import NotFoundError

    letter = unit.deadletters.get(letter_id)
    if letter is None:
        raise NotFoundError(
            f"there is no dead letter {letter_id}", remedy="see iarms deadletter list --all"
        )
    return letter


def _facts(letter: DeadLetter) -> dict[str, object]:
    facts: dict[str, object] = {each.name: getattr(letter, each.name) for each in fields(letter)}
    del facts["octets"]
    return {**facts, "size_octets": len(letter.octets)}
