"""``iarms campaign``: the delivery promise on the real parts, under faults."""

from __future__ import annotations

import json
from pathlib import Path

import click

_SHARES = {"one": 0.65, "several": 0.35}
"""Of the time: fewer kinds with several machines, and a broker's node takes long to start."""
_STATE = click.option(
    "--state",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path(".state/campaign"),
    show_default=True,
    help="The folder of its world; made anew at each run.",
)


@click.group()
def command() -> None:
    """Break real brokers, databases, lines and processes under load, and judge what came of it."""


@command.command()
@_STATE
@click.option("--time", "seconds", type=float, default=300.0, show_default=True, help="Seconds.")
@click.option("--seed", type=int, help="Draws the same faults again; drawn itself when not given.")
@click.option("--kinds", default="", help="Only these, separated by commas; see `campaign kinds`.")
@click.option(
    "--together",
    type=int,
    default=24,
    show_default=True,
    help="Faults that stand at once, at most.",
)
@click.option(
    "--rows",
    type=click.IntRange(1, 49),
    default=10,
    show_default=True,
    help="Rows of a national system's file: each is a message of its own.",
)
@click.option(
    "--files",
    type=click.IntRange(min=1),
    default=2,
    show_default=True,
    help="Files that a national system has on their way at once.",
)
@click.option(
    "--countersigned",
    is_flag=True,
    help="Under the root's policy by which everybody asks for everybody's countersignature.",
)
@click.option(
    "--json",
    "json_file",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write all that was measured there.",
)
def run(
    state: Path,
    *,
    seconds: float,
    seed: int | None,
    kinds: str,
    together: int,
    rows: int,
    files: int,
    countersigned: bool,
    json_file: Path | None,
) -> None:
    """Rounds of load, a stream of faults, quiet and judgement; a table a kind at the end.

    First with one broker, then with a broker of three nodes and several workers, by the kinds that
    are wanted. Starting either is not counted in the time.
    """
    import secrets

    from gateway.campaign import Campaign, Place, Site, as_json, chosen, table
    from gateway.campaign import together as as_one
    from gateway.campaign.report import COLUMNS
    from gateway.cli.demo import stop_when_asked
    from gateway.cli.output import ExitCode, inform, show_table
    from gateway.demo import world_folder

    try:
        wanted = chosen([name for name in kinds.split(",") if name])
    except KeyError as unknown:
        raise click.UsageError(f"no such kind: {unknown}; see `iarms campaign kinds`") from unknown
    seed = secrets.randbelow(1_000_000) if seed is None else seed
    folder = world_folder(state)
    stop_when_asked()
    inform(f"seed={seed} kinds={len(wanted)} seconds={seconds:g}")
    outcomes = []
    parts = {place: [kind for kind in wanted if kind.place is place] for place in Place}
    for place, here in parts.items():
        if not here:
            continue
        share = _SHARES[place] if all(parts.values()) else 1.0
        keep = folder.with_name(f"{folder.name}-kept") / place
        site = Site(
            folder / place, place, rows=rows, outstanding=files, countersigned=countersigned
        )
        inform(f"{place}: {len(here)} kinds")
        try:
            site.open()
            campaign = Campaign(site, here, seed=seed, keep=keep, say=click.echo, together=together)
            outcomes.append(campaign.run(seconds * share))
        finally:
            site.close()
    outcome = as_one(outcomes)
    show_table(COLUMNS, table(outcome))
    found = as_json(outcome)
    (json_file or folder / "campaign.json").write_text(json.dumps(found, indent=1, default=str))
    click.echo(
        f"seed={seed} kinds={found['kinds_injected']} of {len(wanted)} "
        f"three-times={found['kinds_three_times']} injections={found['injections']} "
        f"rounds={len(outcome.rounds)} rows={outcome.ops} messages={outcome.messages} "
        f"lost={found['lost']} doubled={found['doubled']} "
        f"seconds={outcome.seconds:.0f} {'held' if outcome.holds else 'BROKEN'}"
    )
    if not outcome.holds:
        inform(f"what was broken is kept; `--seed {seed}` draws the same faults again")
        click.get_current_context().exit(ExitCode.FINDINGS)


@command.command("power-cuts")
@_STATE
@click.option(
    "--count",
    type=click.IntRange(min=1),
    default=500,
    show_default=True,
    help="How many times the power fails.",
)
@click.option("--seed", type=int, default=0, show_default=True, help="Draws the same moments.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
def power_cuts(state: Path, *, count: int, seed: int, as_json: bool) -> None:
    """Cut the power under a writer again and again: what was acknowledged must be there."""
    import shutil
    from dataclasses import asdict

    from gateway.campaign import cut_power, why_no_disk
    from gateway.cli.demo import stop_when_asked
    from gateway.cli.output import ExitCode, inform, show_json

    reason = why_no_disk()
    if reason is not None:
        inform(f"no power can be cut here: {reason}")
        click.get_current_context().exit(ExitCode.UNAVAILABLE)
    stop_when_asked()
    folder = state.absolute() / "power-cuts"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    cuts = cut_power(folder, count=count, seed=seed, say=inform)
    if as_json:
        show_json(asdict(cuts) | {"holds": cuts.holds})
    else:
        click.echo(
            f"cuts={cuts.count} acknowledged={cuts.acknowledged} lost={cuts.lost} "
            f"torn={cuts.torn} damaged={cuts.damaged} seconds={cuts.seconds:.0f}; a careless "
            f"writer lost {cuts.careless_lost} of {cuts.careless_acknowledged}"
        )
    if not cuts.holds:
        click.get_current_context().exit(ExitCode.FINDINGS)


@command.command()
def kinds() -> None:
    """Every kind of fault and what it does."""
    from gateway.campaign import KINDS
    from gateway.cli.output import show_table

    show_table(
        ("kind", "what it does", "what must come of it"),
        [(kind.name, kind.about, kind.expects) for kind in KINDS],
    )
