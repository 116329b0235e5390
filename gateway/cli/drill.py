"""``iarms drill``: play an act on keys on a private sandbox, or read its page."""

from __future__ import annotations

import os
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import click

_NAMES = (
    "lost-officer",
    "lost-quorum",
    "move-suite",
    "recover-country",
    "revoke-country",
    "rotate-country",
    "rotate-hub",
    "rotate-root",
    "stolen-key",
    "stolen-mid-flight",
)


@click.command()
@click.argument("name", type=click.Choice(_NAMES))
@click.option("--page", is_flag=True, help="Print the steps for real instead of playing them.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
def command(name: str, *, page: bool, as_json: bool) -> None:
    """Play the act NAME on keys on a private sandbox: steps, times, and whether each one held.

    Nothing outside a temporary folder is touched.
    """
    from gateway.cli.output import inform, show_json, show_table
    from keys import drills

    if page:
        click.echo(drills.page_of(name))
        return
    with tempfile.TemporaryDirectory() as folder:
        sandbox = drills.Sandbox(Path(folder), datetime.now(UTC), os.urandom)
        if drills.DRILLS[name].runs:
            from gateway.drill_line import RunningLine

            sandbox.line = RunningLine()
        played = drills.play(name, sandbox)
    if as_json:
        show_json(
            [
                {
                    "who": each.step.who,
                    "does": each.step.does,
                    "milliseconds": round(each.took.total_seconds() * 1000, 1),
                    "seen": each.seen,
                }
                for each in played
            ]
        )
        return
    show_table(
        ("who", "does", "took", *(["seen"] if any(each.seen for each in played) else [])),
        [
            (
                each.step.who,
                each.step.does,
                f"{each.took.total_seconds() * 1000:.0f} ms",
                *([each.seen] if any(one.seen for one in played) else []),
            )
            for each in played
        ],
    )
    inform("Every step ended as it must.")
