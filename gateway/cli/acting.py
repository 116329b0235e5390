"""Notes under whose login, when and why a command at the centre acts on keys."""

from __future__ import annotations

import getpass
from datetime import UTC, datetime

import click

WHY = click.option("--why", help="The reason, for the trail of acts (`iarms act trail`).")


def note_acting(why: str | None = None) -> None:
    """Everything that the running command does is noted with its user, time and ``why``."""
    from keys import ceremony

    context = click.get_current_context()
    context.with_resource(ceremony.acting(at=datetime.now(UTC), user=getpass.getuser(), why=why))
