"""``iarms policy``: what a party may send and see, and by which rule."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from gateway.cli.options import JSON

if TYPE_CHECKING:
    from gateway.registry import Policy
    from keys import Directory

_HOME = click.option(
    "--home",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    required=True,
    help="The hub's folder, with policy.toml in it where there is one.",
)
_ALL = "-"
_EVERY_MEMBER = "every member may: the exchange itself rests on it"


@click.group()
def command() -> None:
    """Explain who may send and see what, by the directory and the centre's policy."""


@command.command()
@_HOME
@click.argument("party")
@click.argument("what", required=False)
@JSON
def explain(home: Path, party: str, what: str | None, *, as_json: bool) -> None:
    """What PARTY may do, each line with the rule that says so.

    WHAT is a message type (REC_SUBMIT) or a record class (STOLEN); everything if absent. It reads
    the same directory and the same table that the registry holds the party to. Exit code 3: the
    directory lists no such party.
    """
    from datetime import UTC, datetime

    from gateway.cli.homes import directory_of
    from gateway.cli.output import NotFoundError, show_json, show_table
    from gateway.compose import policy_of
    from gateway.config import load_settings

    policy = policy_of(home)
    directory = directory_of(home, load_settings(home), datetime.now(UTC))
    if party not in directory.parties:
        raise NotFoundError(
            f"the directory lists no party {party}",
            expected=", ".join(sorted(directory.parties)),
            remedy="give the name as the directory has it",
        )
    rows = explained(policy, party, what, directory)
    if as_json:
        names = ("message", "class", "allowed", "by", "because")
        show_json([dict(zip(names, row, strict=True)) for row in rows])
        return
    show_table(
        ("message", "class", "allowed", "by", "because"),
        [(*row[:2], "yes" if row[2] else "no", *row[3:]) for row in rows],
    )


def explained(
    policy: Policy, party: str, what: str | None, directory: Directory
) -> list[tuple[str, str, bool, str, str]]:
    """Each message type, and under it the classes for which another rule speaks."""
    from gateway.payload import MessageTypeCode, RecordTypeCode

    messages = [code.value for code in MessageTypeCode]
    classes = [code.value for code in RecordTypeCode]
    if what is not None and what not in messages and what not in classes:
        raise click.BadParameter(
            f"{what} is neither a message type nor a record class", param_hint="WHAT"
        )
    rows: list[tuple[str, str, bool, str, str]] = []
    for message in messages if what is None or what in classes else [what]:
        if not directory.may_send(party, message):
            if what is None or what == message:
                listed = "the signed directory does not list it for the party"
                rows.append((message, _ALL, False, "directory", listed))
            continue
        granted = message in directory.parties[party].sends
        if what in classes and not granted:
            continue  # what the line itself needs is about no record
        general = policy.decide(party, message)
        if what not in classes:
            because = general.because if granted or general.rule else _EVERY_MEMBER
            rows.append((message, _ALL, general.allowed, *_source(general.rule, because)))
        for record_class in classes if what not in classes else [str(what)]:
            ruling = policy.decide(party, message, record_class)
            if what in classes or ruling.rule != general.rule:
                source = _source(ruling.rule, ruling.because)
                rows.append((message, record_class, ruling.allowed and general.allowed, *source))
    return rows


def _source(rule: str | None, because: str) -> tuple[str, str]:
    return ("directory" if rule is None else f"rule {rule}", because)
