"""``iarms message``: one message, wherever a home remembers it."""

from __future__ import annotations

from pathlib import Path

import click


@click.group()
def command() -> None:
    """Tell where one message is and what happened to it."""


@command.command()
@click.argument("message_id")
@click.option(
    "--home",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    required=True,
    help="The folder of a hub or node.",
)
@click.option(
    "--log",
    "log_files",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    multiple=True,
    help="A log to look through too: the process's, the relay's.",
)
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
def trace(message_id: str, home: Path, log_files: tuple[Path, ...], *, as_json: bool) -> None:
    """Where is it, and what happened to it: outbox, inbox, octets, dead letters, journal, log.

    Exit code 3 when nothing here remembers it.
    """
    from dataclasses import asdict

    from gateway.cli.databases import open_database
    from gateway.cli.output import NotFoundError, inform, show_json, show_table
    from gateway.operations import trace_message

    with open_database(home, looking=True) as store:
        found = trace_message(store, message_id)
    said = [line for path in log_files for line in _lines_about(path, message_id)]
    if not found.is_known and not said:
        raise NotFoundError(
            f"nothing here remembers the message {message_id}",
            place=str(home),
            remedy="give the whole id; it may be another party's, or older than keep_sealed_s",
        )
    if as_json:
        show_json({**asdict(found), "log": said})
        return
    inform(f"{message_id}: {found.verdict}")
    for title, rows in (
        ("waits for the receipt of", found.waiting_for),
        ("taken in", found.taken),
        ("sealed octets", [asdict(each) for each in found.sealed]),
        ("dead letters", found.dead_letters),
        ("native items", found.items),
        ("journal", found.journal),
        ("log", said),
    ):
        if rows:
            click.echo(f"\n{title}")
            columns = [name for name in rows[0] if any(row.get(name) is not None for row in rows)]
            show_table(columns, [[row.get(name) for name in columns] for row in rows])
    for answer in found.answers:
        click.echo(f"\nanswered by {answer}")


@command.command()
@click.option(
    "--home",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    required=True,
    help="The folder of a hub or node.",
)
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
def kept(home: Path, *, as_json: bool) -> None:
    """How far back the books of delivery go, and after how many days their rows are forgotten."""
    from gateway.cli.databases import open_database
    from gateway.cli.output import show_json, show_table
    from gateway.config import load_settings

    delivery = load_settings(home).delivery
    days = {
        "journal": delivery.keep_journal_s / 86_400,
        "inbox": delivery.keep_inbox_s / 86_400,
        "sealed": delivery.keep_sealed_s / 86_400,
        "outbox": None,
    }
    with open_database(home, looking=True) as store, store.unit() as unit:
        held = unit.retention.kept()
    rows = [
        {
            "what": one.what,
            "rows": one.rows,
            "oldest": None if one.oldest is None else one.oldest.isoformat(),
            "kept_days": days[one.what],
        }
        for one in held
    ]
    if as_json:
        show_json(rows)
        return
    show_table(tuple(rows[0]), [list(row.values()) for row in rows])


def _lines_about(path: Path, message_id: str) -> list[dict[str, object]]:
    """The lines of a log in which the id stands, with what one wants to see of each."""
    import json

    found: list[dict[str, object]] = []
    with path.open(encoding="utf-8", errors="replace") as source:
        for line in source:
            if message_id not in line:
                continue
            try:
                fields = json.loads(line)
            except ValueError:
                continue
            if isinstance(fields, dict):
                shown = ("timestamp", "program", "event", "peer", "party", "outcome", "code")
                found.append({"log": path.name} | {name: fields.get(name) for name in shown})
    return found
