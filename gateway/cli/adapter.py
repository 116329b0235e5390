"""``iarms adapter``: list the installed formats, check one's samples, try one on a file.

It sends nothing: ``try`` shows what would be sent.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from gateway.adapter import Issue, Item
    from gateway.frame import Frame


@click.group()
def command() -> None:
    """Try, check and list adapters of national formats."""


@command.command("list")
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
def list_adapters(*, as_json: bool) -> None:
    """The installed adapters, with the hash of each mapping."""
    from gateway.adapter import find_adapter, installed_adapters
    from gateway.cli.output import show_json, show_table

    found = [find_adapter(name) for name in sorted(installed_adapters())]
    rows = [(adapter.name, adapter.suffix, adapter.version) for adapter in found]
    if as_json:
        show_json([dict(zip(("name", "suffix", "version"), row, strict=True)) for row in rows])
    else:
        show_table(("name", "suffix", "version"), rows)


@command.command("check")
@click.argument("name")
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
@click.pass_context
def check(context: click.Context, name: str, *, as_json: bool) -> None:
    """Compile the mapping of NAME and hold it against its golden samples.

    Leaves with 0 when every sample gives what is expected, 6 when one does not, 4 when the
    mapping does not compile.
    """
    from gateway.adapter import AdapterError, Certifiable, find_adapter
    from gateway.cli.output import ExitCode, inform, show_json, show_table

    adapter = find_adapter(name)
    if not isinstance(adapter, Certifiable):
        raise AdapterError(
            f"the adapter {name!r} carries no samples",
            expected="an adapter with a method check_samples",
            remedy="ask whoever keeps it",
        )
    outcomes = adapter.check_samples()
    if as_json:
        show_json(
            {
                "adapter": adapter.name,
                "version": adapter.version,
                "samples": [
                    {"sample": one.sample, "ok": not one.difference, "difference": one.difference}
                    for one in outcomes
                ],
            }
        )
    else:
        rows = [(one.sample, "differs" if one.difference else "ok") for one in outcomes]
        show_table(("sample", "outcome"), rows)
        for one in outcomes:
            if one.difference:
                inform(f"\n{one.sample}\n{one.difference}")
    if any(one.difference for one in outcomes):
        context.exit(ExitCode.FINDINGS)


@command.command("try")
@click.argument("name")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--party", default="XXX-TRIAL", show_default=True, help="As which party to read.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
@click.option("--xml/--no-xml", default=True, help="Show each body as canonical XML.")
@click.pass_context
def try_file(
    context: click.Context, name: str, file: Path, party: str, *, as_json: bool, xml: bool
) -> None:
    """Read FILE by the adapter NAME and show every item: its body, or all that is wrong with it.

    Nothing is sent. Leaves with 6 when any item or the file itself has issues.
    """
    from gateway.adapter import find_adapter
    from gateway.cli.output import ExitCode, show_json

    frame = _trial_frame(party)
    reading = find_adapter(name).read(file.read_bytes(), frame)
    if as_json:
        show_json(
            {
                "issues": [_issue(issue) for issue in reading.issues],
                "items": [_item(item, frame, xml=xml) for item in reading.items],
            }
        )
    else:
        for issue in reading.issues:
            _tell_issue(issue)
        for item in reading.items:
            _tell_item(item, frame, xml=xml)
        good = sum(item.body is not None for item in reading.items)
        click.echo(
            f"{len(reading.items)} items: {good} ready, {len(reading.items) - good} set aside"
        )
    if reading.issues or any(item.issues for item in reading.items):
        context.exit(ExitCode.FINDINGS)


def _trial_frame(party: str) -> Frame:
    """A frame of ``party`` now, marked as a test: what a node would read the file with."""
    import os
    from datetime import UTC, datetime

    from gateway.frame import Frame
    from gateway.ids import PARTY_PATTERN, IdSource, country_of
    from gateway.payload import ContactPoint, CountryCode

    known = {country.value for country in CountryCode}
    if not PARTY_PATTERN.fullmatch(party) or country_of(party) not in known:
        raise click.UsageError(f"{party!r} is no party: write it as FRA-NCB")
    now = datetime.now(UTC)
    return Frame(
        party=party,
        country=country_of(party),
        system_id="trial",
        now=now,
        ids=IdSource(now=lambda: now, random=os.urandom),
        pseudonym="trial",
        contact=ContactPoint(contact_name="Trial office", available_always_indicator=False),
        test=True,
    )


def _item(item: Item, frame: Frame, *, xml: bool) -> dict[str, object]:
    told: dict[str, object] = {
        "number": item.number,
        "at": item.at,
        "reference": item.reference,
        "becomes": type(item.body).__name__ if item.body is not None else None,
        "urgent": item.urgent,
        "purpose": item.purpose.value,
        "issues": [_issue(issue) for issue in item.issues],
    }
    return told | ({"xml": _xml(item, frame)} if xml else {})


def _issue(issue: Issue) -> dict[str, str]:
    return {
        "code": issue.code,
        "at": issue.at,
        "field": issue.field,
        "value": issue.value,
        "expected": issue.expected,
        "remedy": issue.remedy,
    }


def _xml(item: Item, frame: Frame) -> str | None:
    """The message that the item would make alone, as it would be sealed."""
    from gateway.adapter import message_of
    from gateway.payload import encode

    message = message_of(item, frame)
    return None if message is None else encode(message).decode()


def _tell_item(item: Item, frame: Frame, *, xml: bool) -> None:
    from gateway.cli.output import say

    becomes = type(item.body).__name__ if item.body is not None else "set aside"
    urgent = " (urgent)" if item.urgent else ""
    say(f"{item.number}  {item.at}  {item.reference or '-'}  {becomes}{urgent}")
    for issue in item.issues:
        _tell_issue(issue)
    canonical = _xml(item, frame) if xml else None
    if canonical is not None:
        say(f"    {canonical}")


def _tell_issue(issue: Issue) -> None:
    from gateway.cli.output import say

    value = f" '{issue.value}'" if issue.value else ""
    say(f"    {issue.at}  [{issue.code}]{value}")
    say(f"        expected: {issue.expected}")
    say(f"        do:       {issue.remedy}")
