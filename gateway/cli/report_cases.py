"""``iarms report cases``: from a figure to the cases behind it, for who may see them.

Who looked, and how many were shown or withheld, is written into the journal.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from gateway.cli.options import HOME, JSON
from gateway.cli.report_scope import BEFORE, FROM, ONLY, scope_of

if TYPE_CHECKING:
    from gateway.statistics import Cases, Measure, Person, Scope
    from gateway.store import Unit


@click.command()
@HOME
@click.argument("measure")
@click.option("--by", multiple=True, help="With --row: as the figure was told apart; repeatable.")
@click.option(
    "--row", "row", type=click.IntRange(min=1),
    help="The cases behind this row of `report show`, counted from 1.",
)  # fmt: skip
@FROM
@BEFORE
@ONLY
@JSON
def cases(  # noqa: PLR0917 - one parameter an option, click passes them by name
    home: Path,
    measure: str,
    by: tuple[str, ...],
    row: int | None,
    start: datetime,
    end: datetime | None,
    only: tuple[str, ...],
    *,
    as_json: bool,
) -> None:
    """The cases behind a figure: those of MEASURE in the period that --only leaves, or those of one
    row.

    Who is not named as a reader in the settings is told how many there are, and whom to ask. The
    looking is written into the journal.
    """
    from gateway.cli.databases import open_database
    from gateway.cli.output import inform, show_json, show_table
    from gateway.cli.person import person_here
    from gateway.config import load_settings
    from gateway.statistics import measure_of, told_count, withheld

    rule = measure_of(measure)
    scope = scope_of(start, end, only, (rule.state,))
    settings = load_settings(home).statistics
    person = person_here(home)
    columns = ("subject", rule.time, *rule.dimensions)
    with open_database(home) as store, store.unit() as unit:
        behind = rule.cases(scope) if row is None else _behind(rule, scope, by, row, unit)
        found, count = _seen(behind, columns, person, settings.readers, unit)
        _note(f"{person.login}: {measure}, {len(found)} of {count} shown", scope.now, unit)
    if count and not found:
        raise withheld(person, count, settings.threshold, settings.cases_office)
    if as_json:
        show_json([dict(zip(columns, one, strict=True)) for one in found])
    else:
        show_table(columns, found)
    if len(found) < count:
        hidden = told_count(count - len(found), settings.threshold)
        whom = settings.cases_office or "the office that runs this node"
        inform(f"{hidden} more are not for {person.login}: ask {whom}")


def _behind(rule: Measure, scope: Scope, by: tuple[str, ...], row: int, unit: Unit) -> Cases:
    from gateway.statistics import UnknownMeasureError, compute

    table = compute(rule.name, unit.facts, scope, by or None)
    behind = table.rows[row - 1].cases if row <= len(table.rows) else None
    if behind is None:
        raise UnknownMeasureError(
            "no cases stand behind this row",
            value=str(row),
            expected=f"1 to {len(table.rows)}",
            remedy=f"`iarms report show {rule.name}` shows the rows",
        )
    return behind


def _seen(
    behind: Cases, columns: tuple[str, ...], person: Person, readers: Any, unit: Unit
) -> tuple[list[tuple[Any, ...]], int]:
    """The cases that the person may see, and how many there are in all."""
    from gateway.statistics import seen, sight_of

    sight = sight_of(person, readers, behind.state)
    rows = {
        line[0]: line
        for part in seen(behind, sight)
        for line in unit.facts.rows(behind.state, columns, part.narrowings)
    }
    found = [rows[subject] for subject in sorted(rows)]
    if sight.whole:
        return found, len(found)
    return found, unit.facts.count(behind.state, (), behind.narrowings).get((), 0)


def _note(detail: str, now: datetime, unit: Unit) -> None:
    from gateway.store import JournalLine

    unit.journal.add(JournalLine(at=now, event="cases.looked-at", detail=detail[:255]))
