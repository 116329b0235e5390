"""What the responder's officer does in a case, and what the national register would answer.

The node's clerk does it; these commands hand the order over.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from gateway.cli.trace_options import FILE, HOME, JSON, TEXT, TRACE, give_order, read_json


@click.command()
@HOME
@TRACE
@click.option("--number", "handler_reference", help="Your own number of the case.")
@click.option("--expected", help="Day by which you expect to answer.")
@TEXT
@JSON
def ack(home: Path, *, as_json: bool, **wish: Any) -> None:
    """Say that the office works on it."""
    give_order(home, "ack", wish, as_json=as_json)


@click.command()
@HOME
@TRACE
@click.option(
    "--reason",
    required=True,
    help="A TraceRejectionCode (`iarms schema explain`).",
)
@click.option("--better", "better_country", help="The country to ask instead.")
@TEXT
@JSON
def reject(home: Path, *, as_json: bool, **wish: Any) -> None:
    """Say that the office does not work on it, and why."""
    give_order(home, "reject", wish, as_json=as_json)


@click.command()
@HOME
@TRACE
@click.option("--missing", multiple=True, required=True, help="CODE or CODE=question.")
@click.option("--by", help="Day by which you need it.")
@JSON
def ask(home: Path, missing: tuple[str, ...], *, as_json: bool, **wish: Any) -> None:
    """Ask the requester for what is missing; your clock stops."""
    items = [
        {"missing_item_code": code, "question_text": text or None}
        for code, _, text in (one.partition("=") for one in missing)
    ]
    give_order(home, "ask", {**wish, "missing": items}, as_json=as_json)


@click.command()
@HOME
@TRACE
@click.option(
    "--file",
    "file",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    required=True,
    help="The answer as JSON: a TraceAnswer of the standard.",
)
@JSON
def answer(home: Path, trace_id: str, file: Path, *, as_json: bool) -> None:
    """Answer, for now or for good; say of every item what became of it."""
    give_order(home, "answer", {"trace_id": trace_id, "answer": read_json(file)}, as_json=as_json)


@click.command()
@HOME
@TRACE
@click.option("--country", required=True, help="The country that has to be asked next.")
@click.option("--to", help="Its office, where it has several.")
@FILE
@TEXT
@JSON
def forward(home: Path, file: Path | None, *, as_json: bool, **wish: Any) -> None:
    """Pass a request on, with the requester's consent; --file holds the links up to there."""
    links = {} if file is None else {"links": read_json(file)}
    give_order(home, "forward", {**wish, **links}, as_json=as_json)


@click.command(name="progress")
@HOME
@TRACE
@click.option(
    "--status",
    required=True,
    help="An InquiryStatusCode (`iarms schema explain`).",
)
@click.option("--expected", help="Day by which you expect to answer.")
@TEXT
@JSON
def progress(home: Path, *, as_json: bool, **wish: Any) -> None:
    """Say how far the inquiry is."""
    give_order(home, "status", wish, as_json=as_json)


@click.command()
@HOME
@JSON
def proposed(home: Path, *, as_json: bool) -> None:
    """Answers out of the national register that wait for a person's release, and why."""
    import json

    import msgspec

    from gateway.cli.databases import open_database
    from gateway.cli.output import show_json, show_table

    with open_database(home) as store, store.unit() as unit:
        found = [
            {
                "trace_id": row.trace_id,
                "made": f"{row.made:%Y-%m-%d %H:%M}",
                "because": json.loads(row.because),
                "answer": msgspec.json.decode(row.answer),
            }
            for row in unit.traces.proposals()
        ]
    if as_json:
        show_json(found)
        return
    show_table(
        ("trace", "made", "outcome", "links", "because"),
        [
            (
                row["trace_id"],
                row["made"],
                row["answer"]["trace_outcome_code"][0],
                len(row["answer"].get("trace_link", ())),
                "; ".join(row["because"]),
            )
            for row in found
        ],
    )


@click.command()
@HOME
@TRACE
@click.option(
    "--withhold", multiple=True, metavar="ITEM=REASON", help="Keep this back; repeatable."
)
@JSON
def release(home: Path, trace_id: str, withhold: tuple[str, ...], *, as_json: bool) -> None:
    """Send the answer of the national register that waits in a case."""
    kept: dict[str, str] = {}
    for one in withhold:
        item, equals, reason = one.partition("=")
        if not equals:
            raise click.BadParameter(f"{one!r} is not ITEM=REASON", param_hint="--withhold")
        kept[item] = reason
    give_order(home, "release", {"trace_id": trace_id, "withhold": kept}, as_json=as_json)


@click.command()
@HOME
@click.option("--make", required=True, help="The make, in any usual spelling.")
@click.option("--serial", required=True, help="The serial number.")
@JSON
def lookup(home: Path, make: str, serial: str, *, as_json: bool) -> None:
    """What the national register says of a firearm, as it would answer a request."""
    from dataclasses import asdict

    from gateway.cli.output import NotFoundError, inform, show_json, show_table
    from gateway.config import load_settings
    from gateway.node import open_register

    register = open_register(load_settings(home).register, home)
    if register is None:
        raise NotFoundError(
            "this node has no register",
            expected="a section [register] in its settings",
            remedy="docs/guides/register.md shows one",
        )
    found = register.dispositions(make, serial)
    if as_json:
        show_json([asdict(line) for line in found])
        return
    show_table(
        ("role", "country", "party", "from", "to", "document", "next"),
        [
            (
                line.role,
                line.country,
                line.party or "",
                line.from_date or "",
                line.to_date or "",
                " ".join(line.document or ()),
                line.next_country or "",
            )
            for line in found
        ],
    )
    inform(register.state)
