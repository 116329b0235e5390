"""What either side's officer does in a case: remark, correct, reopen, attach, assign, mark as read.

The node's clerk does it; these commands hand the order over.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from gateway.cli.trace_options import (
    FILE,
    HOME,
    JSON,
    TEXT,
    TRACE,
    give_order,
    read_json,
    with_case,
)


@click.command()
@HOME
@TRACE
@click.option("--text", required=True, help="The remark.")
@JSON
def comment(home: Path, *, as_json: bool, **wish: Any) -> None:
    """Say something that changes nothing."""
    give_order(home, "comment", wish, as_json=as_json)


@click.command()
@HOME
@TRACE
@click.option("--text", required=True, help="What was wrong.")
@click.option("--circumstances", help="The circumstances as they are described now.")
@FILE
@JSON
def correct(home: Path, file: Path | None, *, as_json: bool, **wish: Any) -> None:
    """Correct a request or an answer; --file holds {"firearm": ...} or {"answer": ...}."""
    more = {} if file is None else read_json(file)
    give_order(home, "correct", {**wish, **more}, as_json=as_json)


@click.command()
@HOME
@TRACE
@click.option("--text", required=True, help="The new facts.")
@JSON
def reopen(home: Path, *, as_json: bool, **wish: Any) -> None:
    """Take a closed case up again, within a year."""
    give_order(home, "reopen", wish, as_json=as_json)


@click.command()
@HOME
@TRACE
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.option("--type", "media_type", required=True, help="Such as image/jpeg.")
@click.option("--view", help="An ImageViewCode (`iarms schema explain`).")
@TEXT
@JSON
def attach(home: Path, file: Path, *, as_json: bool, **wish: Any) -> None:
    """Add an image or document of at most 3 MiB, in a message of its own."""
    import base64

    content = base64.b64encode(file.read_bytes()).decode()
    give_order(home, "attach", {**wish, "name": file.name, "content": content}, as_json=as_json)


@click.command()
@HOME
@TRACE
@click.option(
    "--out",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    help="Write each to this folder, named by its act; what its sender called it is told.",
)
@JSON
def attachments(home: Path, trace_id: str, folder: Path | None, *, as_json: bool) -> None:
    """What was attached to a case by either side; --out writes the files."""
    from gateway.cli.output import show_json, show_table
    from gateway.cli.trace_attached import attached, write_attached

    found = with_case(home, trace_id, attached)
    if folder is not None:
        write_attached(found, folder)
    rows = [{name: value for name, value in one.items() if name != "content"} for one in found]
    if as_json:
        show_json(rows)
        return
    show_table(
        ("file", "from", "type", "octets", "SHA-256 (base64)", "called", "says"),
        [tuple(row.values()) for row in rows],
    )


@click.command()
@HOME
@click.argument("trace_ids", nargs=-1, required=True)
@click.option("--to", "assignee", help="The person; nobody where it is left out.")
def assign(home: Path, trace_ids: tuple[str, ...], assignee: str | None) -> None:
    """Give cases to a person here; the other side does not see it."""
    for trace_id in trace_ids:
        give_order(home, "assign", {"trace_id": trace_id, "assignee": assignee}, quiet=True)


@click.command()
@HOME
@click.argument("trace_ids", nargs=-1, required=True)
def read(home: Path, trace_ids: tuple[str, ...]) -> None:
    """Mark cases as read."""
    for trace_id in trace_ids:
        give_order(home, "read", {"trace_id": trace_id}, quiet=True)
