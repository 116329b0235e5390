"""``iarms adapter``: list the installed formats, check one's samples, try one on a file.

It sends nothing: ``try`` shows what would be sent.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from gateway.cli import adapter_certify, adapter_tools
from gateway.cli.options import HOME

if TYPE_CHECKING:
    from gateway.adapter import Issue, Item, Reading, Stage
    from gateway.frame import Frame
    from gateway.store import NativeFile, NativeItem


@click.group()
def command() -> None:
    """Try, check and list adapters of national formats."""


for _tool in (
    adapter_certify.certify,
    adapter_certify.verify,
    adapter_tools.activate,
    adapter_tools.coverage,
    adapter_tools.diff,
    adapter_tools.expect,
    adapter_tools.init,
):
    command.add_command(_tool)


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
@click.option("--side", is_flag=True, help="Native, canonical and XML side by side, with lineage.")
@click.option("--item", "numbers", type=int, multiple=True, help="With --side: only these items.")
@click.pass_context
def try_file(
    context: click.Context,
    name: str,
    file: Path,
    party: str,
    *,
    as_json: bool,
    xml: bool,
    side: bool,
    numbers: tuple[int, ...],
) -> None:
    """Read FILE by the adapter NAME and show every item: its body, or all that is wrong with it.

    Nothing is sent. Leaves with 6 when any item or the file itself has issues.
    """
    from gateway.adapter import find_adapter
    from gateway.cli.output import ExitCode, show_json

    frame = trial_frame(party)
    adapter = find_adapter(name)
    reading = adapter.read(file.read_bytes(), frame)
    if side:
        from gateway.cli.adapter_views import tell_side_by_side

        tell_side_by_side(adapter, file, reading, frame, numbers=numbers, as_json=as_json)
    elif as_json:
        show_json(
            {
                "issues": [_issue(issue) for issue in reading.issues],
                "items": [_item(item, frame, xml=xml) for item in reading.items],
            }
        )
    else:
        _tell_reading(reading, frame, xml=xml)
    if reading.issues or any(item.issues for item in reading.items):
        context.exit(ExitCode.FINDINGS)


_TOLD_ONE_BY_ONE = 200  # items; above, only the causes are worth reading


def _tell_reading(reading: Reading, frame: Frame, *, xml: bool) -> None:
    from gateway.causes import Causes, told_cause
    from gateway.cli.output import say

    for issue in reading.issues:
        _tell_issue(issue)
    many = len(reading.items) > _TOLD_ONE_BY_ONE
    for item in () if many else reading.items:
        _tell_item(item, frame, xml=xml)
    causes = Causes()
    for item in reading.items:
        causes.add(item.issues)
    if len(causes) and (many or sum(cause.count for cause in causes) > len(causes)):
        say(f"\n{len(causes)} causes:")
        for cause in causes:
            say(told_cause(cause))
    good = sum(item.body is not None for item in reading.items)
    held = sum(item.held for item in reading.items)
    skipped = sum(bool(item.skipped) for item in reading.items)
    aside = len(reading.items) - good - held - skipped
    more = "".join(
        f", {count} {word}" for count, word in ((held, "held"), (skipped, "skipped")) if count
    )
    say(f"{len(reading.items)} items: {good} ready, {aside} set aside{more}")


@command.command("release")
@HOME
@click.argument("name", required=False)
@click.option("--file", "file_id", type=int, help="Only the items of this file.")
def release(home: Path, name: str | None, *, file_id: int | None) -> None:
    """Have held items go on, after their code tables have got the missing lines.

    All that wait, or only those that the adapter NAME read. The running node reads the originals
    anew within a second; what it still cannot code is held again.
    """
    _ask(home, ("HELD",), adapter=name, file_id=file_id, number=None)


@command.command("replay")
@HOME
@click.argument("file_id", type=int)
@click.option("--item", "number", type=int, help="Only this item.")
def replay(home: Path, file_id: int, *, number: int | None) -> None:
    """Read items of a file anew that were set aside, after their mapping was mended.

    What went out before does not go out again.
    """
    _ask(home, ("SET_ASIDE", "HELD", "SKIPPED"), adapter=None, file_id=file_id, number=number)


def _ask(
    home: Path,
    states: tuple[str, ...],
    *,
    adapter: str | None,
    file_id: int | None,
    number: int | None,
) -> None:
    from gateway.cli.databases import open_database
    from gateway.cli.output import NotFoundError, inform

    with open_database(home) as store, store.unit() as unit:
        asked = unit.intake.ask(states, adapter=adapter, file_id=file_id, number=number)
    if not asked:
        raise NotFoundError(
            f"no item is {' or '.join(states)} there",
            expected="an item of a file that was taken in whole",
            remedy=f"`iarms node files --home {home}` and `iarms node items` list them",
        )
    inform(f"{asked} items are asked for; the running node reads them anew in a second")


@command.command("trace")
@HOME
@click.argument("item")
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
def trace(home: Path, item: str, *, as_json: bool) -> None:
    """Every stage of ITEM (file/number, such as 3/57), from its octets to its answer.

    The mapping is that of now; the stage ``sealed`` says which mapping the message was made by.
    """
    from gateway.cli.output import say, show_json

    file_text, _, number_text = item.partition("/")
    if not (file_text.isdecimal() and number_text.isdecimal()):
        raise click.UsageError(f"{item!r} is no item: write file/number, such as 3/57")
    kept, file, journal = _kept(home, int(file_text), int(number_text))
    stages = [*_early_stages(home, kept, file), *_later_stages(kept, journal)]
    if as_json:
        show_json([{"stage": stage.name, "lines": list(stage.lines)} for stage in stages])
        return
    say(f"{file.name}, {kept.at}, {kept.reference or '-'}: {kept.state}")
    for stage in stages:
        say(stage.name)
        for line in stage.lines:
            say(f"    {line}")


def _kept(home: Path, file_id: int, number: int) -> tuple[NativeItem, NativeFile, list[str]]:
    from gateway.cli.databases import open_database
    from gateway.cli.output import NotFoundError

    with open_database(home) as store, store.unit() as unit:
        kept = unit.intake.item(file_id, number)
        if kept is None:
            raise NotFoundError(
                f"there is no item {file_id}/{number}",
                remedy=f"`iarms node files --home {home}` lists the files",
            )
        lines = unit.journal.lines(message_id=kept.message_id) if kept.message_id else []
        journal = [f"{line.at:%Y-%m-%d %H:%M:%S.%f}  {line.event}" for line in lines]
        return kept, unit.intake.file(file_id), journal


def _early_stages(home: Path, kept: NativeItem, file: NativeFile) -> list[Stage]:
    """From the octets to the checks, by reading the original anew."""
    from gateway.adapter import Stage, Traceable, find_adapter
    from gateway.config import load_settings

    adapter = find_adapter(file.adapter)
    settings = load_settings(home)
    folder = settings.files.folder if settings.files is not None else "files"
    originals = sorted((home / folder / "done").glob(f"{file.id}-*"))
    stages: list[Stage] = []
    if originals and isinstance(adapter, Traceable):
        with originals[0].open("rb") as source:
            stages += adapter.trace(source, kept.number, trial_frame(settings.party))
    return stages or [Stage(name="raw", lines=(repr(kept.raw),))]


def _later_stages(kept: NativeItem, journal: list[str]) -> list[Stage]:
    """What became of the item after the checks: sealed, sent, answered."""
    from gateway.adapter import Stage

    if kept.message_id is None:
        return [Stage(name="sealed", lines=("nothing was sent",))]
    mapping = kept.mapping or "unknown"
    sealed = f"message {kept.message_id}, made by the mapping {mapping}"
    answer = () if kept.answer is None else (kept.answer.decode(),)
    return [
        Stage(name="sealed", lines=(sealed,)),
        Stage(name="sent", lines=tuple(journal) or ("no journal line yet",)),
        Stage(name="answered", lines=(kept.state, *answer)),
    ]


def trial_frame(party: str) -> Frame:
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
        "column": issue.column,
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

    becomes = "set aside"
    if item.body is not None:
        becomes = type(item.body).__name__
    elif item.skipped or item.held:
        becomes = f"skipped: {item.skipped}" if item.skipped else "held"
    urgent = " (urgent)" if item.urgent else ""
    say(f"{item.number}  {item.at}  {item.reference or '-'}  {becomes}{urgent}")
    for issue in item.issues:
        _tell_issue(issue)
    canonical = _xml(item, frame) if xml else None
    if canonical is not None:
        say(f"    {canonical}")


def _tell_issue(issue: Issue) -> None:
    from gateway.causes import told
    from gateway.cli.output import say

    say("    " + told(issue).replace("\n", "\n    "))
