"""When a tracing office is out of service: announced, ended, and those of others.

Office hours are settings.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from gateway.cli.trace_options import HOME, JSON


def _instant(_context: click.Context, _option: click.Parameter, text: str | None) -> str | None:
    """An instant as orders write it; whoever types one leaves the seconds out."""
    from datetime import datetime

    if text is None:
        return None
    try:
        at = datetime.fromisoformat(text)
    except ValueError as error:
        raise click.BadParameter(f"{text!r} is not like 2026-12-24T18:00+01:00") from error
    if at.tzinfo is None:
        raise click.BadParameter(f"{text!r} does not say its time zone: add Z, or +01:00")
    return at.isoformat()


@click.command()
@HOME
@click.option(
    "--from", "starts", callback=_instant, help="Such as 2026-12-24T18:00+01:00; now if left out."
)
@click.option("--until", "ends", required=True, callback=_instant, help="When the office is back.")
@click.option(
    "--will-forward/--will-not-forward",
    "will_forward",
    required=True,
    default=None,
    help="Whether what comes then is taken up later, or rejected at once.",
)
@click.option("--reason", help="Why, for others to read.")
@JSON
def outage(home: Path, *, as_json: bool, **wish: Any) -> None:
    """Announce an outage; everybody who waits for an answer of ours is told at once."""
    from gateway.cli.errands import run_errand
    from gateway.cli.output import show_json

    body = {name: value for name, value in wish.items() if value is not None}
    done = run_errand(home, "trace.outage", body)
    if as_json:
        show_json(done)
    else:
        click.echo(f"outage {done['number']} announced; {done['told']} open cases told")


@click.command(name="outage-end")
@HOME
@click.argument("number", type=int)
def outage_end(home: Path, number: int) -> None:
    """End an outage now, or take back one that has not begun."""
    from gateway.cli.errands import run_errand

    run_errand(home, "trace.outage", {"end": number})


@click.command(name="outages")
@HOME
@JSON
def outages(home: Path, *, as_json: bool) -> None:
    """Outages that are not over: of this office, and of others as they told."""
    from dataclasses import asdict
    from datetime import UTC, datetime

    from gateway.cli.databases import open_database
    from gateway.cli.output import show_json, show_table

    with open_database(home) as store, store.unit() as unit:
        found = unit.outages.ahead(datetime.now(UTC))
        others = unit.outages.of_others(datetime.now(UTC))
    if as_json:
        ours = [{**asdict(one), "peer": None} for one in found]
        show_json([*ours, *[asdict(one) for one in others]])
        return
    show_table(
        ("office", "number", "from (UTC)", "until (UTC)", "requests", "reason"),
        [
            (
                "",
                one.id,
                f"{one.starts:%Y-%m-%d %H:%M}",
                f"{one.ends:%Y-%m-%d %H:%M}",
                "kept" if one.will_forward else "rejected",
                one.reason or "",
            )
            for one in found
        ]
        + [
            (
                one.peer,
                one.reference,
                f"{one.starts:%Y-%m-%d %H:%M}",
                f"{one.ends:%Y-%m-%d %H:%M}",
                "kept" if one.will_forward else "rejected",
                one.reason or "",
            )
            for one in others
        ],
    )
