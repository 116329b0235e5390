"""``iarms config``: a process's settings, checked and shown."""

from __future__ import annotations

from pathlib import Path

import click

_HOME = click.option(
    "--home",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    required=True,
    help="The folder with iarms.toml in it.",
)


@click.group()
def command() -> None:
    """Check and show a process's settings."""


@command.command()
@_HOME
def check(home: Path) -> None:
    """Exit code 0 when every setting is known and in its range."""
    from gateway.cli.output import inform
    from gateway.config import load_settings

    settings = load_settings(home)
    if settings.transport:
        from gateway.transports import check_transports

        check_transports(settings, home)
    inform(f"{home}: the settings of {settings.party} are whole")


@command.command()
@_HOME
def show(home: Path) -> None:
    """Every setting with the value in force, defaults included."""
    import msgspec

    from gateway.cli.output import show_json
    from gateway.config import load_settings

    show_json(msgspec.to_builtins(load_settings(home)))
