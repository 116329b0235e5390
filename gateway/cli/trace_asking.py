"""What the requester's officer does in a case.

The node's clerk does it; these commands hand the order over.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from gateway.cli.trace_options import HOME, JSON, TEXT, TRACE, give_order, read_json


@click.command()
@HOME
@click.option(
    "--file",
    "file",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    required=True,
    help="The question as JSON, in the words of the standard (docs/guides/tracing.md).",
)
@click.option("--to", help="The office to ask; else the country's that the question names.")
@click.option("--continues", help="The case whose answer led here: the new one joins its chain.")
@click.option("--case", "case_reference", help="Your own number of the case.")
@click.option("--urgent", "urgency", help="Why it is urgent.")
@click.option("--search-message", help="Message id of the search that found nothing.")
@click.option("--without-search", is_flag=True, help="No search was possible.")
@click.option("--in-spite", is_flag=True, help="Send it in spite of warnings.")
@JSON
def submit(home: Path, file: Path, *, as_json: bool, **wish: Any) -> None:
    """Send a trace request; it is refused here while something makes it likely to fail."""
    question = read_json(file)
    question.setdefault("chain_id", "C-XXX-00000000000000000000000000")
    question.setdefault("contact_point", [])
    if wish["urgency"]:
        question["trace_priority_code"] = "URGENT"
    give_order(home, "submit", {"question": question, **wish}, as_json=as_json)


@click.command()
@HOME
@TRACE
@click.option("--supply", multiple=True, required=True, help="CODE or CODE=answer.")
@click.option("--consent", help="A ForwardConsentCode, where it was asked for.")
@click.option(
    "--firearm",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="The firearm as it is described now, as JSON.",
)
@JSON
def inform(
    home: Path, supply: tuple[str, ...], firearm: Path | None, *, as_json: bool, **wish: Any
) -> None:
    """Supply what the responder asked for; its clock runs again."""
    items = [
        {"missing_item_code": code, "answer_text": text or None}
        for code, _, text in (one.partition("=") for one in supply)
    ]
    more = {} if firearm is None else {"firearm": read_json(firearm)}
    give_order(home, "inform", {**wish, **more, "supplied": items}, as_json=as_json)


@click.command()
@HOME
@TRACE
@click.option("--text", required=True, help="The question.")
@JSON
def clarify(home: Path, *, as_json: bool, **wish: Any) -> None:
    """Ask for clarification of an answer."""
    give_order(home, "clarify", wish, as_json=as_json)


@click.command()
@HOME
@TRACE
@TEXT
@JSON
def remind(home: Path, *, as_json: bool, **wish: Any) -> None:
    """Remind of the term that runs, before the gateway does it."""
    give_order(home, "remind", wish, as_json=as_json)


@click.command()
@HOME
@TRACE
@click.option(
    "--reason",
    required=True,
    help="A TraceCancelCode (`iarms schema explain`).",
)
@TEXT
@JSON
def cancel(home: Path, *, as_json: bool, **wish: Any) -> None:
    """Take a request back."""
    give_order(home, "cancel", wish, as_json=as_json)


@click.command()
@HOME
@TRACE
@click.option(
    "--outcome",
    required=True,
    help="A TraceOutcomeCode (`iarms schema explain`).",
)
@TEXT
@JSON
def close(home: Path, *, as_json: bool, **wish: Any) -> None:
    """End a case and record what it led to."""
    give_order(home, "close", wish, as_json=as_json)
