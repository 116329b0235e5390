"""``iarms simulate``: the delivery promise under faults, in one process and virtual time."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from gateway.simulation import History

_SPAN = re.compile(r"(\d+)(s|m)")


@click.group(invoke_without_command=True)
@click.option("--seed", type=int, default=0, show_default=True, help="The first seed.")
@click.option("--count", type=int, help="How many seeds; one if nothing else is said.")
@click.option("--for", "span", metavar="SPAN", help="Try seeds for so long: 60s, 5m.")
@click.option("--jobs", type=int, default=1, show_default=True, help="Processes that share them.")
@click.option("--replay", metavar="LINE", help="Do the world of a printed line again.")
@click.option("--shrink", is_flag=True, help="Leave out of a broken plan what does not matter.")
@click.option(
    "--ledgers",
    type=click.Path(path_type=Path, file_okay=False),
    help="Write every party's ledger (NDJSON) of a single world there.",
)
@click.pass_context
def command(
    context: click.Context,
    *,
    seed: int,
    count: int | None,
    span: str | None,
    jobs: int,
    replay: str | None,
    shrink: bool,
    ledgers: Path | None,
) -> None:
    """Prove the delivery promise under faults drawn from a seed.

    Each world is one line: seed, plan, faults injected, verdict. A broken one is printed whole,
    and can be done again with --replay.
    """
    if context.invoked_subcommand is not None:
        return
    if replay is not None:
        _one(_replayed(replay, ledgers), shrink=shrink)
    elif count is None and span is None:
        from gateway.simulation import draw, live

        _one(live(draw(seed), ledgers=ledgers), shrink=shrink)
    else:
        _many(seed, count, None if span is None else _seconds(span), jobs)


@command.command()
@click.argument("names", nargs=-1)
@click.option("--box", type=float, default=60.0, show_default=True, help="CPU seconds for each.")
@click.option("--seed", type=int, default=0, show_default=True, help="The first seed to try.")
def bugs(names: tuple[str, ...], *, box: float, seed: int) -> None:
    """Plant each known defect in the core and find it: seed, time and the promise it broke."""
    from statistics import median

    from gateway.cli.output import ExitCode, inform
    from gateway.simulation import DEFECTS, draw, hunt, live

    unknown = sorted(set(names) - set(DEFECTS))
    if unknown:
        raise click.UsageError(f"no such defect: {', '.join(unknown)}")
    live(draw(seed))  # what is made once is made before the first is timed
    found = []
    for name in names or DEFECTS:
        one = hunt(name, first=seed, seconds=box)
        found.append(one)
        where = "MISSED" if one.seed is None else f"seed {one.seed}"
        broken = "" if one.violation is None else f"{one.violation.invariant}.{one.violation.name}"
        click.echo(f"{one.name:<26}{where:>10}{one.seconds:>8.2f} s  {broken:<30}  {one.about}")
    times = [one.seconds for one in found if one.seed is not None]
    middle = f", median {median(times):.2f} s" if times else ""
    inform(f"{len(times)} of {len(found)} found{middle}")
    if len(times) < len(found):
        click.get_current_context().exit(ExitCode.FINDINGS)


@command.command()
@click.argument("path", type=click.Path(path_type=Path, exists=True))
@click.option("--centre", metavar="PARTY", help="What the centre is called there.")
@click.option(
    "--clocks-apart", is_flag=True, help="Put the parties' clocks right by their messages first."
)
def check(path: Path, *, centre: str | None, clocks_apart: bool) -> None:
    """Judge a ledger (NDJSON), whoever kept it: the file PATH, or all *.ndjson of a folder.

    docs/spec/ledger.md says how a line looks, and which may be left out.
    """
    from gateway.cli.output import ExitCode, inform
    from gateway.simulation import CENTRE, clocks_behind, read_ledgers
    from gateway.simulation import check as judge

    lines = read_ledgers(path, centre=centre or CENTRE, apart=clocks_apart)
    violations = judge(lines)
    for violation in violations:
        click.echo(str(violation))
    if violations and not clocks_apart:
        for party, ms in sorted(clocks_behind(lines).items()):
            inform(
                f"{party}'s clock seems to be {ms} ms behind: a message was taken before it was "
                "sent; --clocks-apart judges with that put right"
            )
    if violations:
        click.get_current_context().exit(ExitCode.FINDINGS)


def _replayed(line: str, ledgers: Path | None) -> History:
    from gateway.simulation import replay

    return replay(line, ledgers=ledgers)


def _one(history: History, *, shrink: bool) -> None:
    from gateway.cli.output import ExitCode
    from gateway.simulation import shrink as fewest

    click.echo(history.line())
    if history.holds:
        return
    for violation in history.violations:
        click.echo(f"  {violation}", err=True)
    if shrink:
        click.echo(fewest(history).line())
    click.get_current_context().exit(ExitCode.FINDINGS)


def _many(first: int, count: int | None, seconds: float | None, jobs: int) -> None:
    import time

    from gateway.cli.output import ExitCode, inform
    from gateway.simulation import run

    begun = time.monotonic()
    worlds = broken = messages = 0
    faults: Counter[str] = Counter()
    for tally in run(first=first, count=count, seconds=seconds, jobs=jobs):
        worlds += 1
        messages += tally.messages
        faults.update(tally.faults)
        if not tally.holds:
            broken += 1
            click.echo(tally.line)
    took = time.monotonic() - begun
    injected = ", ".join(f"{name} {number}" for name, number in faults.most_common())
    click.echo(
        f"worlds={worlds} seeds={first}..{first + worlds - 1} broken={broken} "
        f"messages={messages} seconds={took:.1f} a-second={worlds / took:.1f}"
    )
    inform(f"injected: {injected or 'nothing'}")
    if broken:
        click.get_current_context().exit(ExitCode.FINDINGS)


def _seconds(span: str) -> float:
    match = _SPAN.fullmatch(span)
    if match is None:
        raise click.UsageError(f"--for {span}: give seconds or minutes, such as 60s or 5m")
    return int(match[1]) * (60 if match[2] == "m" else 1)
