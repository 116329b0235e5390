"""``iarms report``: a country's analysis of its own data."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from gateway.cli.options import HOME, JSON
from gateway.cli.report_cases import cases
from gateway.cli.report_dossier import dossier
from gateway.cli.report_establish import establish
from gateway.cli.report_exchange import answer, ask, asked, told
from gateway.cli.report_findings import dismiss, dismissed, restore
from gateway.cli.report_scope import AS_OF, BEFORE, FROM, ONLY, instant_of, scope_of
from gateway.cli.report_writing import chosen_format, write_report

if TYPE_CHECKING:
    from gateway.statistics import Origin, Source
    from gateway.store import Unit

_AT = click.option(
    "--at", "position", type=click.IntRange(min=1),
    help="As it was at this position of the log of facts (slow: everything is computed anew).",
)  # fmt: skip


_FORMAT = click.option(
    "--format", "form", type=click.Choice(["txt", "csv", "json", "xlsx", "html", "pdf"]),
    help="How it is written; by the name of the file unless given, else txt.",
)  # fmt: skip
_OUT = click.option(
    "--out", type=click.Path(path_type=Path, dir_okay=False), help="Into this file."
)


@click.group()
def command() -> None:
    """Measure, report and drill into what this party exchanged."""


@command.command(name="list")
@JSON
def list_(*, as_json: bool) -> None:
    """The reports that come with the gateway; a definition's file is one as well."""
    from gateway.cli.output import show_json, show_table
    from gateway.statistics import built_in

    found = list(built_in().values())
    if as_json:
        show_json([{"name": d.name, "number": d.number, "title": d.title} for d in found])
        return
    show_table(("number", "name", "title", "about"),
               [(d.number, d.name, d.title, d.about) for d in found])  # fmt: skip


@command.command(name="measures")
@JSON
def measures_(*, as_json: bool) -> None:
    """Every measure with its definition and what it can be told apart by."""
    from gateway.cli.output import inform, show_json
    from gateway.statistics import measures

    found = list(measures().values())
    if as_json:
        show_json(
            [
                {
                    "name": m.name,
                    "number": m.number,
                    "title": m.title,
                    "definition": m.definition,
                    "by": list(m.dimensions),
                }
                for m in found
            ]
        )
        return
    for m in found:
        click.echo(f"{m.name}: {m.title} ({m.number})\n  {m.definition}")
        click.echo(f"  by: {', '.join(m.dimensions) or '-'}\n")
    inform(f"{len(found)} measures")


@command.command()
@HOME
@click.argument("name")
@FROM
@BEFORE
@ONLY
@_AT
@AS_OF
@_FORMAT
@_OUT
def run(  # noqa: PLR0917 - one parameter an option, click passes them by name
    home: Path,
    name: str,
    start: datetime,
    end: datetime | None,
    only: tuple[str, ...],
    position: int | None,
    as_of: datetime | None,
    form: str | None,
    out: Path | None,
) -> None:
    """Make the report NAME: one that `report list` names, or a definition's file."""
    from gateway.cli.databases import open_database
    from gateway.statistics import find, make_report, states_of

    definition, wanted = find(name), chosen_format(form, out)
    scope = scope_of(start, end, only, states_of(definition), as_of)
    with open_database(home) as store, store.unit() as unit:
        source, origin = _source(unit, home, position)
        judged = unit.findings.holding(instant_of(as_of))
        report = make_report(definition, source, scope, origin, judged)
    write_report(report, wanted, out)


@command.command()
@HOME
@click.argument("name")
@FROM
@BEFORE
@click.option(
    "--with-from",
    "earlier_start",
    type=click.DateTime(["%Y-%m-%d"]),
    required=True,
    help="The first day of the other period, UTC.",
)
@click.option(
    "--with-before",
    "earlier_end",
    type=click.DateTime(["%Y-%m-%d"]),
    required=True,
    help="The day after its last, UTC.",
)
@ONLY
@_FORMAT
@_OUT
def diff(  # noqa: PLR0917 - one parameter an option, click passes them by name
    home: Path,
    name: str,
    start: datetime,
    end: datetime | None,
    earlier_start: datetime,
    earlier_end: datetime,
    only: tuple[str, ...],
    form: str | None,
    out: Path | None,
) -> None:
    """Make the report NAME for a period and hold it against another period."""
    from gateway.cli.databases import open_database
    from gateway.statistics import compare, find, make_report, states_of

    definition, wanted, now = find(name), chosen_format(form, out), instant_of(None)
    scope = scope_of(start, end, only, states_of(definition), now)
    with open_database(home) as store, store.unit() as unit:
        source, origin = _source(unit, home, None)
        judged = unit.findings.holding(now)
        later = make_report(definition, source, scope, origin, judged, whole=True)
        scope = scope_of(earlier_start, earlier_end, only, states_of(definition), now)
        earlier = make_report(definition, source, scope, origin, judged, whole=True)
    tops = [section.top for section in definition.sections]
    write_report(compare(earlier, later, tops), wanted, out)


@command.command(name="compare")
@click.argument("earlier", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.argument("later", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@_FORMAT
@_OUT
def compare_(earlier: Path, later: Path, form: str | None, out: Path | None) -> None:
    """Hold the report in the file LATER against that in EARLIER: both as JSON, of anybody's."""
    from gateway.statistics import DefinitionError, compare, read_report

    wanted = chosen_format(form, out)
    first, second = (read_report(path.read_bytes(), path) for path in (earlier, later))
    if first.name != second.name or len(first.tables) != len(second.tables):
        raise DefinitionError(
            "only two reports of one definition can be compared",
            value=f"{first.name}, {second.name}",
            expected="the same report of two periods or parties",
        )
    write_report(compare(first, second), wanted, out)


@command.command()
@HOME
@click.argument("measure")
@click.option("--by", multiple=True, help="Told apart by this; repeatable.")
@FROM
@BEFORE
@ONLY
@_AT
@AS_OF
@JSON
def show(  # noqa: PLR0917 - one parameter an option, click passes them by name
    home: Path,
    measure: str,
    by: tuple[str, ...],
    start: datetime,
    end: datetime | None,
    only: tuple[str, ...],
    position: int | None,
    as_of: datetime | None,
    *,
    as_json: bool,
) -> None:
    """One measure's figures; or a question for counts and its answer, by its id (S-...)."""
    if measure.startswith("S-"):
        from gateway.cli.report_exchange import show_question

        show_question(home, measure, as_json=as_json)
        return
    from gateway.cli.databases import open_database
    from gateway.cli.output import inform, show_json, show_table
    from gateway.statistics import compute, measure_of
    from gateway.statistics.rendering.words import words

    scope = scope_of(start, end, only, (measure_of(measure).state,), as_of)
    with open_database(home) as store, store.unit() as unit:
        source, _ = _source(unit, home, position)
        table = compute(measure, source, scope, by or None)
    if as_json:
        names = [column.name for column in table.columns]
        show_json([dict(zip(names, row.values, strict=True)) for row in table.rows])
        return
    show_table(
        tuple(column.title for column in table.columns),
        [
            tuple(words(v, c) for v, c in zip(row.values, table.columns, strict=True))
            for row in table.rows
        ],
    )
    for note in (table.definition, *table.notes):
        inform(note)


@command.command()
@HOME
def verify(home: Path) -> None:
    """Check the chain of the log, and that every table, and each that was told, follows from it."""
    from gateway.cli.databases import open_database
    from gateway.cli.output import inform
    from gateway.config import load_settings
    from gateway.ids import REGISTRY_PARTY, country_of
    from gateway.statistics import CENTRE_PARTIES, NODE_PARTIES, verify_facts, verify_told

    with open_database(home) as store, store.unit() as unit:
        position, head = verify_facts(unit)
        party = load_settings(home).party
        parties = CENTRE_PARTIES if party == REGISTRY_PARTY else NODE_PARTIES
        told = verify_told(unit, parties, country_of(party))
    inform(f"{position} messages' facts are chained to {head}, and every table follows from them")
    inform(f"{told} tables that were told can be reckoned again")


for _one in (cases, establish, ask, asked, answer, told, dismiss, dismissed, restore, dossier):
    command.add_command(_one)


def _source(unit: Unit, home: Path, position: int | None) -> tuple[Source, Origin]:
    from gateway.config import load_settings
    from gateway.statistics import FoldedFacts, Origin

    party = load_settings(home).party
    at, head = unit.facts.head()
    if position is None or position == at:
        return unit.facts, Origin(party=party, position=at, head=head)
    entries = list(unit.facts.log(upto=position))
    last = entries[-1] if entries else None
    origin = Origin(
        party=party,
        position=0 if last is None else last.position,
        head=head if last is None else last.head,
    )
    return FoldedFacts(entries), origin
