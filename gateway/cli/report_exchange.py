"""``iarms report ask|asked|answer|told``: counts between parties."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from gateway.cli.options import JSON

if TYPE_CHECKING:
    from gateway.payload import StatQuestion
    from gateway.store import StatQuestionRow

_HOME = click.option(
    "--home",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    required=True,
    help="The folder of the node or hub, with iarms.toml in it.",
)


@click.command()
@_HOME
@click.option("--to", required=True, help="The party to ask, such as BEL-NCB or XPO-REGISTRY.")
@click.option("--measure", required=True, help="records, searches, hits, seized or traces.")
@click.option(
    "--period", "periods", multiple=True, required=True,
    help="A year (2025) or a quarter (2025-Q3); repeatable.",
)  # fmt: skip
@click.option("--by", multiple=True, help="Told apart by this; repeatable.")
@click.option("--only", multiple=True, metavar="DIMENSION=VALUE", help="Only these; repeatable.")
@click.option("--use", help="What the counts are for.")
@JSON
def ask(  # noqa: PLR0917 - one parameter an option, click passes them by name
    home: Path,
    to: str,
    measure: str,
    periods: tuple[str, ...],
    by: tuple[str, ...],
    only: tuple[str, ...],
    use: str | None,
    *,
    as_json: bool,
) -> None:
    """Ask another party for counts over its own data."""
    from gateway.cli.errands import run_errand

    narrowed: dict[str, list[str]] = {}
    for one in only:
        name, equals, value = one.partition("=")
        if not equals or not value:
            raise click.BadParameter(f"{one!r} is not DIMENSION=VALUE", param_hint="--only")
        narrowed.setdefault(name, []).append(value)
    body = {
        "to": to,
        "measure": measure,
        "periods": periods,
        "by": by,
        "only": narrowed,
        "use": use,
    }
    _done(run_errand(home, "stat.ask", body), as_json=as_json)


@click.command()
@_HOME
@JSON
def asked(home: Path, *, as_json: bool) -> None:
    """Questions for counts, ours and those of others, the newest first."""
    from gateway.cli.databases import open_database
    from gateway.cli.output import show_json, show_table

    with open_database(home) as store, store.unit() as unit:
        rows = [_line(row) for row in unit.aggregates.questions()]
    if as_json:
        show_json(rows)
        return
    show_table(
        ("question", "side", "party", "state", "measure", "periods", "by", "asked"),
        [tuple(str(value) for value in row.values()) for row in rows],
    )


@click.command()
@_HOME
@click.argument("query_id")
@click.option("--refuse", help="Tell nothing, and say why.")
@JSON
def answer(home: Path, query_id: str, refuse: str | None, *, as_json: bool) -> None:
    """Answer a question for counts that waits: tell them, or refuse."""
    from gateway.cli.errands import run_errand

    body = {"query_id": query_id, "refuse": refuse}
    _done(run_errand(home, "stat.answer", body), as_json=as_json)


@click.command()
@_HOME
@click.argument("measure")
@JSON
def told(home: Path, measure: str, *, as_json: bool) -> None:
    """Every table of MEASURE that was told to others, cell by cell: it is never told otherwise."""
    from gateway.cli.databases import open_database
    from gateway.cli.output import inform, show_json, show_table

    found: list[dict[str, Any]] = []
    with open_database(home) as store, store.unit() as unit:
        for table in unit.aggregates.tables(measure).values():
            cells = unit.aggregates.cells(measure, table.period)
            found += [
                {
                    "period": table.period,
                    "by": list(table.dimensions),
                    "cell": list(cell),
                    "count": count,
                    "counted": table.counted.isoformat(),
                    "log_position": table.position,
                }
                for cell, count in cells.items()
            ]
    if as_json:
        show_json(found)
        return
    show_table(
        ("period", "by", "cell", "count", "counted", "log"),
        [
            (
                row["period"],
                ", ".join(row["by"]),
                ", ".join(str(value) for value in row["cell"]),
                row["count"],
                row["counted"][:10],
                row["log_position"],
            )
            for row in found
        ],
    )
    inform(f"{len(found)} cells")


def show_question(home: Path, query_id: str, *, as_json: bool) -> None:
    """One question with its answer, and at home the way to the cases behind each count."""
    import msgspec

    from gateway.cli.databases import open_database
    from gateway.cli.output import NotFoundError, inform, show_json, show_table
    from gateway.payload import StatQuery, StatReport, decode

    with open_database(home) as store, store.unit() as unit:
        row = unit.aggregates.find(query_id)
    if row is None:
        raise NotFoundError(
            "no question for counts has this id here",
            value=query_id,
            remedy=f"`iarms report asked --home {home}` lists them",
        )
    query, report = decode(row.question), None if row.answer is None else decode(row.answer)
    if not isinstance(query, StatQuery) or not isinstance(report, StatReport | None):
        raise TypeError(type(report).__name__)
    if as_json:
        found = {**_line(row), "question": query.stat_question, "answer": report}
        show_json(msgspec.to_builtins(found))
        return
    for name, value in _line(row).items():
        click.echo(f"{name}: {value}")
    if report is None:
        inform("no answer yet")
        return
    if report.explanation_text is not None:
        click.echo(f"says: {report.explanation_text}")
    if report.stat_refusal_code is not None:
        click.echo(f"reason: {report.stat_refusal_code}")
    if report.stat_origin is None:
        return
    by = [code.lower() for code in query.stat_question.stat_dimension_code]
    show_table(
        ("period", *by, "count"),
        [(one.stat_period, *one.value_text, one.count_quantity) for one in report.stat_row],
    )
    origin = report.stat_origin
    who = "by no person" if origin.automatic_indicator else "by a person"
    inform(f"released {who}; cells of {origin.threshold_quantity} or more alone are told")
    inform(f"digest of the log that was counted from: {origin.log_digest}")
    inform(origin.definition_text)
    inform(origin.caveat_text)
    if row.direction == "IN":
        _behind(home, query.stat_question, [(r.stat_period, r.value_text) for r in report.stat_row])


def _behind(home: Path, question: StatQuestion, rows: list[tuple[str, tuple[str, ...]]]) -> None:
    from gateway.cli.output import inform
    from gateway.statistics import span_of

    by = [code.lower() for code in question.stat_dimension_code]
    for period, values in rows[:20]:
        start, end = span_of(period)
        only = " ".join(
            f"--only '{name}={'' if value == '(none)' else value}'"
            for name, value in zip(by, values, strict=True)
        )
        inform(
            f"behind it: iarms report cases {question.stat_measure_code.lower()} --home {home} "
            f"--from {start:%Y-%m-%d} --before {end:%Y-%m-%d} {only}".rstrip()
        )


def _line(row: StatQuestionRow) -> dict[str, Any]:
    from gateway.payload import StatQuery, decode

    query = decode(row.question)
    if not isinstance(query, StatQuery):
        raise TypeError(type(query).__name__)
    question = query.stat_question
    return {
        "question_id": row.query_id,
        "side": "ours" if row.direction == "OUT" else "theirs",
        "party": row.peer,
        "state": row.state,
        "measure": question.stat_measure_code.lower(),
        "periods": ", ".join(question.stat_period),
        "by": ", ".join(code.lower() for code in question.stat_dimension_code),
        "asked": f"{row.asked:%Y-%m-%d %H:%M}",
    }


def _done(found: dict[str, Any], *, as_json: bool) -> None:
    from gateway.cli.output import inform, show_json

    if as_json:
        show_json(found)
        return
    click.echo(found["query_id"])
    inform(f"{found['state']}: {found['to']}")
