"""``iarms pair``: what this party and each peer hold of one another's messages."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

_HOME = click.option(
    "--home",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    required=True,
    help="The folder of a node or hub.",
)


@click.group()
def command() -> None:
    """Show how far this party is with each peer, and have it settled now."""


@command.command(name="list")
@_HOME
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
def list_(home: Path, *, as_json: bool) -> None:
    """List every pair: sent up to, held by the peer, missing, gone for good, and the verdict.

    AGREES: both hold all of it. SETTLING: something is on its way or was asked for. DIFFERS:
    numbers will never come, or a database was older than its peer's. Exit code 6 where one differs.
    """
    from gateway.cli.databases import open_database
    from gateway.cli.output import ExitCode, show_json

    with open_database(home) as store, store.unit() as unit:
        rows = [_facts(unit, one) for one in unit.pairs.all()]
    if as_json:
        show_json(rows)
    else:
        click.echo(
            f"{'PEER':<24}{'SENT':>9}{'THEY HOLD':>11}{'THEY MISS':>11}"
            f"{'WHOLE TO':>10}{'MISSING':>9}{'GONE':>6}  VERDICT"
        )
        for row in rows:
            hold = "?" if row["they_hold"] is None else row["they_hold"]
            miss = "?" if row["they_miss"] is None else row["they_miss"]
            click.echo(
                f"{row['peer']:<24}{row['sent']:>9}{hold:>11}{miss:>11}"
                f"{row['whole']:>10}{row['missing']:>9}{row['gone']:>6}  {row['verdict']}"
            )
    if any(row["verdict"] == "DIFFERS" for row in rows):
        click.get_current_context().exit(ExitCode.FINDINGS)


@command.command()
@_HOME
@click.option("--peer", help="Tell this peer alone.")
@click.option("--everybody", is_flag=True, help="Tell every party of the directory, known or not.")
def state(home: Path, *, peer: str | None, everybody: bool) -> None:
    """State now how far this party is, and ask each peer for its own statement.

    What is missing is then asked for and comes again by itself. With --everybody a registry whose
    database was lost is filled again from what the countries kept.
    """
    from gateway.cli.errands import run_errand

    answer = run_errand(home, "pair.state", {"peer": peer, "everybody": everybody})
    for one in answer["told"]:
        click.echo(one)


def _facts(unit: Any, one: Any) -> dict[str, Any]:
    whole, ranges = unit.pairs.missing(one)
    missing = sum(last - first + 1 for first, last in ranges)
    facts = {
        "peer": one.peer,
        "sent": unit.pairs.sent_up_to(one.peer),
        "they_hold": one.they_hold,
        "they_miss": one.they_miss,
        "they_lost": one.they_lost,
        "whole": whole,
        "missing": missing,
        "gone": unit.pairs.gone(one.peer),
        "stated_at": one.stated_at,
        "restored_at": one.restored_at,
    }
    return facts | {"verdict": _verdict(facts)}


def _verdict(facts: dict[str, Any]) -> str:
    if facts["gone"] or facts["they_lost"] or facts["restored_at"] is not None:
        return "DIFFERS"
    behind = facts["they_hold"] is not None and facts["they_hold"] < facts["sent"]
    return "SETTLING" if facts["missing"] or facts["they_miss"] or behind else "AGREES"
