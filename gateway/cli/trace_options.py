"""What the commands of ``iarms trace`` share: options, and how an order is handed to the node.

It parses nothing of its own.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

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
