"""What the commands of ``iarms trace`` share: options, and how an order is handed to the node.

It parses nothing of its own.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from gateway.store import TraceFilter

HOME = click.option(
    "--home",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    required=True,
    help="The node's folder, with iarms.toml in it.",
)
JSON = click.option("--json", "as_json", is_flag=True, help="One JSON document.")
TEXT = click.option("--text", help="More in words.")
TRACE = click.argument("trace_id")
FILE = click.option(
    "--file",
    "file",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="The order as JSON, in the words of the standard.",
)


def give_order(
    home: Path, order: str, wish: dict[str, Any], *, as_json: bool = False, quiet: bool = False
) -> None:
    from gateway.cli.errands import run_errand
    from gateway.cli.output import show_json

    body = {name: value for name, value in wish.items() if value is not None}
    case = run_errand(home, f"trace.{order}", body)
    if as_json:
        show_json(case)
    elif not quiet:
        click.echo(f"{case['trace_id']}  {case['state']}  with {case['peer']}")


def read_json(file: Path) -> Any:
    import msgspec

    from gateway.cli.output import FileUnusableError

    try:
        return msgspec.json.decode(file.read_bytes())
    except msgspec.DecodeError as error:
        raise FileUnusableError(
            f"the file is no JSON: {error}", place=str(file), remedy="mend it and try again"
        ) from error


def with_case(home: Path, trace_id: str, read_it: Any) -> Any:
    from gateway.cli.databases import open_database
    from gateway.cli.output import NotFoundError

    with open_database(home) as store, store.unit() as unit:
        if unit.traces.find(trace_id) is None:
            raise NotFoundError(
                "no trace case has this id here",
                value=trace_id,
                remedy=f"`iarms trace list --home {home}` shows them",
            )
        return read_it(trace_id, unit)


_FILTERS = (
    click.option(
        "--incoming", "side", flag_value="RESPONDER", help="Requests that others sent us."
    ),
    click.option("--outgoing", "side", flag_value="REQUESTER", help="Requests that we sent."),
    click.option("--state", help="Only cases in this state."),
    click.option("--with", "peer", help="Only cases with this party."),
    click.option("--urgent", is_flag=True, help="Only urgent ones."),
    click.option("--assignee", help="Only those of this person."),
    click.option("--serial", help="Only this serial number, as written in the request."),
    click.option("--open", "open_only", is_flag=True, help="Neither closed nor cancelled."),
    click.option("--unread", is_flag=True, help="Only those with something new."),
    click.option("--overdue", is_flag=True, help="Only those whose term has passed."),
    click.option("--older-than", "older_days", type=int, help="Sent more than so many days ago."),
)
FILTER_NAMES = (
    "side", "state", "peer", "urgent", "assignee", "serial", "open_only", "unread", "overdue",
    "older_days",
)  # fmt: skip


def filters(command: Callable[..., None]) -> Callable[..., None]:
    """Gives a command the filters of the work list, as keyword arguments of FILTER_NAMES."""
    for option in reversed(_FILTERS):
        command = option(command)
    return command


def filter_of(now: datetime, given: dict[str, Any]) -> TraceFilter:
    """The cases that the filters of a command ask for."""
    from datetime import timedelta

    from gateway.store import TraceFilter
    from gateway.tracing import State

    states = [state.value for state in State if state is not State.NEW]
    if given["state"] not in {None, *states}:
        raise click.BadParameter(
            f"{given['state']!r} is none of {', '.join(states)}", param_hint="--state"
        )
    older = given["older_days"]
    return TraceFilter(
        side=given["side"],
        state=given["state"],
        peer=given["peer"],
        priority="URGENT" if given["urgent"] else None,
        assignee=given["assignee"],
        serial=given["serial"],
        open_only=given["open_only"],
        unread_only=given["unread"],
        overdue_at=now if given["overdue"] else None,
        sent_before=None if older is None else now - timedelta(days=older),
    )
