"""``iarms counterpart``: a simulated national system that works with a node's folders."""

from __future__ import annotations

from pathlib import Path

import click


@click.group()
def command() -> None:
    """Play a national system: file by a seed, at set rates, with errors, and read the answers."""


@command.command("run")
@click.option(
    "--home",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    required=True,
    help="The home of a running node, such as one of a demo that was kept.",
)
@click.option("--seed", type=int, default=1, show_default=True, help="Repeats a run.")
@click.option(
    "--files", type=click.IntRange(min=1), default=20, show_default=True, help="How many files."
)
@click.option(
    "--items", type=click.IntRange(1, 10_000), default=5, show_default=True, help="Rows a file."
)
@click.option(
    "--each-minute", type=click.FloatRange(min=0.1), default=60.0, show_default=True, help="Files."
)
@click.option(
    "--broken", type=click.FloatRange(0, 1), default=0.1, show_default=True, help="Share."
)
@click.option(
    "--repeated", type=click.FloatRange(0, 1), default=0.05, show_default=True, help="Share."
)
def run(  # noqa: PLR0917 - the options of a command come by name
    home: Path,
    seed: int,
    files: int,
    items: int,
    each_minute: float,
    broken: float,
    repeated: float,
) -> None:
    """File what the samples of the home's adapter show: records, searches or seizures.

    Each item has a reference of its own; a share of the files is damaged, a share comes twice.
    What the node answers in its folder `out` is told as it appears.
    """
    import time
    from random import Random

    from gateway.adapter import AdapterError, find_adapter
    from gateway.cli.adapter import trial_frame
    from gateway.cli.output import say
    from gateway.config import load_settings
    from gateway.counterpart import Counterpart, Habits
    from gateway.counterpart import run as run_counterpart
    from gateway.node import Folders

    settings = load_settings(home)
    if settings.files is None:
        raise AdapterError("this home has no folders for native files", place=str(home))
    counterpart = Counterpart(
        find_adapter(settings.files.adapter),
        Folders(root=home / settings.files.folder),
        Habits(items=items, broken=broken, repeated=repeated),
        Random(seed),  # noqa: S311 - a simulation, repeatable by its seed
        trial_frame(settings.party),
    )
    run_counterpart(
        counterpart,
        files,
        pause=lambda: time.sleep(60 / each_minute),
        told=lambda filed: say(f"in   {filed.name}  {filed.what}  {filed.octets} octets"),
        answered=lambda path: say(f"out  {path.name}  {path.stat().st_size} octets"),
    )
