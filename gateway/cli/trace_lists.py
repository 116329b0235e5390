"""Cases as a person or program looks them up: the work list, one case, its chain, its file.

They change nothing.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from gateway.cli.trace_options import HOME, JSON, TRACE, filter_of, filters, with_case


@click.command(name="list")
@HOME
@filters
@click.option("--most", default=50, show_default=True, help="Cases a page.")
@click.option("--skip", default=0, help="Cases to pass over.")
@JSON
def list_(home: Path, *, as_json: bool, most: int, skip: int, **wanted: Any) -> None:
    """The work list: what changed last first. Exit code 6 with --overdue when there is any."""
    from dataclasses import asdict
    from datetime import UTC, datetime

    from gateway.cli.databases import open_database
    from gateway.cli.output import ExitCode, show_json, show_table

    now = datetime.now(UTC)
    with open_database(home) as store, store.unit() as unit:
        cases = unit.traces.page(filter_of(now, wanted), most=most, skip=skip)
    if as_json:
        show_json([{**asdict(case), "age_days": (now - case.sent).days} for case in cases])
    else:
        show_table(
            ("trace", "side", "with", "state", "firearm", "days", "due", "new", "assignee"),
            [
                (
                    case.trace_id,
                    case.side.lower(),
                    case.peer,
                    case.state,
                    f"{case.make} {case.model} {case.serial}"[:32],
                    (now - case.sent).days,
                    _due(case.deadline, case.due, now),
                    case.unread or "",
                    case.assignee,
                )
                for case in cases
            ],
        )
    if wanted["overdue"] and cases:
        click.get_current_context().exit(ExitCode.FINDINGS)


@click.command()
@HOME
@TRACE
@JSON
def show(home: Path, trace_id: str, *, as_json: bool) -> None:
    """One case: where it stands, every signed act, what was asked and what was found."""
    import msgspec

    from gateway.cli.output import show_json
    from gateway.cli.trace_views import case_lines, case_view

    view = with_case(home, trace_id, case_view)
    if as_json:
        show_json(msgspec.to_builtins(view))
        return
    for line in case_lines(view):
        click.echo(line)


@click.command()
@HOME
@click.option("--with", "peer", help="Only cases with this party.")
@JSON
def status(home: Path, peer: str | None, *, as_json: bool) -> None:
    """How many cases stand where, by age, and how many are overdue."""
    from datetime import UTC, datetime

    from gateway.cli.databases import open_database
    from gateway.cli.output import show_json, show_table
    from gateway.store import TraceFilter

    now = datetime.now(UTC)
    with open_database(home) as store, store.unit() as unit:
        counts = unit.traces.counts(TraceFilter(peer=peer))
        late = unit.traces.counts(TraceFilter(peer=peer, overdue_at=now))
    rows = [
        {"side": side, "state": state, "cases": n, "overdue": late.get((side, state), 0)}
        for (side, state), n in sorted(counts.items())
    ]
    if as_json:
        show_json(rows)
        return
    show_table(("side", "state", "cases", "overdue"), [tuple(row.values()) for row in rows])


@click.command()
@HOME
@TRACE
@click.option("--svg", type=click.Path(path_type=Path, dir_okay=False), help="Draw it there.")
@JSON
def chain(home: Path, trace_id: str, svg: Path | None, *, as_json: bool) -> None:
    """The line of supply that all answers of the case's chain give, with gaps and contradictions.

    Exit code 6 when there are any.
    """
    import msgspec

    from gateway.cli.output import ExitCode, inform, show_json
    from gateway.cli.trace_views import chain_of
    from gateway.tracing import chain_text, drawing

    found = with_case(home, trace_id, chain_of)
    if svg is not None:
        svg.write_text(drawing(found), "utf-8")
        inform(f"drawn to {svg}")
    if as_json:
        show_json(msgspec.to_builtins(found))
    else:
        for line in chain_text(found):
            click.echo(line)
    if found.gaps or found.contradictions:
        click.get_current_context().exit(ExitCode.FINDINGS)


@click.command()
@HOME
@TRACE
@JSON
def propose(home: Path, trace_id: str, *, as_json: bool) -> None:
    """Whom to ask next in this case's chain, with the reason."""
    from dataclasses import asdict

    from gateway.cli.output import inform, show_json, show_table
    from gateway.cli.trace_views import proposals_of

    found = with_case(home, trace_id, proposals_of)
    if as_json:
        show_json([asdict(one) for one in found])
        return
    if not found:
        inform("nobody is left to ask: the answers name no country that was not asked")
        return
    show_table(("country", "reason", "because"), [(p.country, p.reason, p.text) for p in found])


@click.command()
@HOME
@TRACE
@click.option(
    "--as",
    "form",
    type=click.Choice(["zip", "xml", "json", "csv", "xlsx", "html", "pdf"]),
    default="zip",
    show_default=True,
    help="zip and xml hold the signed messages, for `iarms evidence verify`.",
)
@click.option(
    "--out", type=click.Path(path_type=Path, dir_okay=False), required=True, help="Where to."
)
def export(home: Path, trace_id: str, form: str, out: Path) -> None:
    """Write a case to a file; the person who gets an evidence file needs nothing of this node."""
    from gateway.cli.output import inform
    from gateway.cli.trace_files import write_case

    octets = with_case(home, trace_id, lambda t, unit: write_case(t, unit, form, home))
    out.write_bytes(octets)
    inform(f"{len(octets)} octets written to {out}")


def _due(deadline: str | None, due: Any, now: Any) -> str:
    if due is None:
        return ""
    late = "OVERDUE " if due < now else ""
    return f"{late}{(deadline or '').lower()} {due:%Y-%m-%d %H:%M}"
