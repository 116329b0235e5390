"""``iarms report dismiss|dismissed|restore``: what an analyst says of findings."""

from __future__ import annotations

from pathlib import Path

import click

from gateway.cli.options import HOME, JSON


@click.command()
@HOME
@click.argument("measure")
@click.argument("labels", nargs=-1, required=True)
@click.option("--by", help="What the finding is told apart by, where it can be several.")
@click.option("--reason", required=True, help="Why it is not so.")
def dismiss(home: Path, measure: str, labels: tuple[str, ...], by: str | None, reason: str) -> None:
    """Say that a finding of MEASURE, named by its first columns, is not so.

    Reports leave it out, and say so, until it stands on more cases than now.
    """
    import getpass
    from datetime import UTC, datetime

    from gateway.cli.databases import open_database
    from gateway.cli.output import NotFoundError, inform
    from gateway.statistics import (
        FINDINGS,
        Scope,
        compute,
        extent_of,
        figure_of,
        finding_of,
        labels_of,
    )
    from gateway.store import Judgement

    if measure not in FINDINGS:
        raise NotFoundError(
            "this measure finds nothing that could be dismissed",
            value=measure,
            expected=", ".join(FINDINGS),
        )
    now = datetime.now(UTC)
    scope = Scope(start=datetime(1900, 1, 1, tzinfo=UTC), end=now, now=now)
    with open_database(home) as store, store.unit() as unit:
        table = compute(measure, unit.facts, scope, None if by is None else (by,))
        found = [row for row in table.rows if labels_of(table, row) == labels]
        if not found:
            raise NotFoundError(
                "there is no such finding",
                value=", ".join(labels),
                expected="the first columns of a row",
                remedy=f"`iarms report show {measure} --home {home}` lists them",
            )
        figure = figure_of(table, found[0])
        number = unit.findings.judge(
            Judgement(
                id=None,
                measure=finding_of(table),
                labels=extent_of(table, found[0]),
                figure=figure,
                reason=reason,
                actor=getpass.getuser()[:64],
                at=now,
            )
        )
    click.echo(number)
    inform(f"left out of reports until there are more than {figure} cases")


@click.command()
@HOME
@JSON
def dismissed(home: Path, *, as_json: bool) -> None:
    """Every finding that somebody said is not so, with the reason; those taken back, too."""
    from dataclasses import asdict

    from gateway.cli.databases import open_database
    from gateway.cli.output import show_json, show_table

    with open_database(home) as store, store.unit() as unit:
        found = unit.findings.all()
    if as_json:
        show_json([asdict(one) for one in found])
        return
    show_table(
        ("number", "measure", "finding", "cases", "reason", "by", "on", "taken back"),
        [
            (
                one.id,
                one.measure,
                ", ".join(one.labels),
                one.figure,
                one.reason,
                one.actor,
                f"{one.at:%Y-%m-%d}",
                "" if one.taken_back is None else f"{one.taken_back:%Y-%m-%d}",
            )
            for one in found
        ],
    )


@click.command()
@HOME
@click.argument("number", type=int)
def restore(home: Path, number: int) -> None:
    """Take back what `report dismiss` said: the finding stands in reports again."""
    from datetime import UTC, datetime

    from gateway.cli.databases import open_database
    from gateway.cli.output import NotFoundError, inform

    with open_database(home) as store, store.unit() as unit:
        if not unit.findings.take_back(number, datetime.now(UTC)):
            raise NotFoundError(
                "no judgement of this number holds",
                value=str(number),
                remedy=f"`iarms report dismissed --home {home}` lists them",
            )
    inform("it stands in reports again")
