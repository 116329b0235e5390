"""``iarms demo``: the main job, told as it happens."""

from __future__ import annotations

import signal
from pathlib import Path

import click

_STATE = click.option(
    "--state",
    type=click.Path(path_type=Path, file_okay=False),
    required=True,
    help="The folder that everything of the demo lies in; made anew at each run.",
)


@click.group()
def command() -> None:
    """Run the main job from native file to native file."""


@command.command()
@_STATE
@click.option("--keep", is_flag=True, help="Leave everything running at the end.")
@click.option(
    "--input",
    "input_file",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="A native file of yours, filed as records of one country.",
)
@click.option("--adapter", help="The adapter that reads it; see `iarms adapter list`.")
def run(state: Path, *, keep: bool, input_file: Path | None, adapter: str | None) -> None:
    """Set a world up, file records, seize a stolen firearm, refuse a forgery."""
    from gateway.adapter import find_adapter
    from gateway.cli.output import ExitCode, inform
    from gateway.demo import tell_story, world_folder

    stop_when_asked()
    if adapter is not None:
        find_adapter(adapter)  # an unknown name is told before anything starts
    if adapter is not None and input_file is None:
        raise click.UsageError("--adapter goes with --input: which file is it to read?")
    root = world_folder(state)
    try:
        all_read = tell_story(
            root, say=click.echo, input_file=input_file, adapter=adapter, keep=keep
        )
    except (RuntimeError, TimeoutError) as error:
        inform(f"error [demo.failed]: {error}\n  look:     {root}/logs")
        click.get_current_context().exit(ExitCode.FAILURE)
    if not all_read:
        click.get_current_context().exit(ExitCode.FINDINGS)


@command.command()
@_STATE
@click.argument("countries", nargs=-1, required=True)
@click.option("--hurried", is_flag=True, help="Terms of trace requests last seconds, not days.")
def countries(state: Path, countries: tuple[str, ...], *, hurried: bool) -> None:
    """Start a centre and a node for each of COUNTRIES (FRA BEL AUT), and leave them running."""
    from gateway.demo import start_countries, world_folder

    stop_when_asked()
    world = start_countries(world_folder(state), countries, hurried=hurried)
    for member in world.members:
        click.echo(f"{member.party}  {world.home(member.party)}")


def stop_when_asked() -> None:
    """Being ended in any way stops what was started, and a second Ctrl-C does not stop that."""
    endings = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

    def interrupt(number: int, frame: object) -> None:  # noqa: ARG001 - the signal handler's shape
        for ending in endings:
            signal.signal(ending, signal.SIG_IGN)
        click.echo("\nstopping what was started ...", err=True)
        raise KeyboardInterrupt

    for ending in endings:
        signal.signal(ending, interrupt)


@command.command()
@_STATE
@click.option("--remove", is_flag=True, help="Remove its files too.")
def stop(state: Path, *, remove: bool) -> None:
    """End a demo that was left running."""
    import shutil

    from gateway.cli.output import inform
    from gateway.demo import stop_world, world_folder

    folder = world_folder(state)
    stopped = stop_world(folder)
    if remove:
        shutil.rmtree(folder, ignore_errors=True)
    elif stopped:
        inform("the demo is stopped; its files stay until the next run")
    else:
        inform("no demo was left running here")
