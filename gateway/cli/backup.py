"""``iarms backup``: a home as one sealed file."""

from __future__ import annotations

from pathlib import Path

import click

_FILE = click.Path(path_type=Path, dir_okay=False)
_PASSPHRASE = click.option(
    "--passphrase-file", type=click.Path(path_type=Path, exists=True), help="Of the archive."
)
_DESCRIPTOR = click.option("--passphrase-fd", type=int, help="An open file descriptor instead.")


@click.group()
def command() -> None:
    """Copy a home into one sealed file, and check it."""


@command.command()
@click.option(
    "--home",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    required=True,
    help="The folder of a node, hub or relay; its process may run.",
)
@click.option("--out", type=_FILE, required=True, help="The archive to write.")
@_PASSPHRASE
@_DESCRIPTOR
def make(home: Path, out: Path, passphrase_file: Path | None, passphrase_fd: int | None) -> None:
    """Copy settings, sealed keys, directory and database while the process works.

    The file is sealed by the passphrase of the archive. Keep the identity's passphrase elsewhere:
    it is not in it, nor are native files and logs.
    """
    import os
    from datetime import UTC, datetime

    from gateway.cli.output import inform, read_passphrase
    from gateway.config import load_settings
    from gateway.operations import back_up
    from keys import MODERATE

    secret = read_passphrase(passphrase_file, passphrase_fd)
    settings = load_settings(home)
    made = back_up(
        home, settings, out, secret, cost=MODERATE, now=datetime.now(UTC), random=os.urandom
    )
    inform(f"{made.party}: {len(made.files)} files, tables at {made.level or 'none'}")
    click.echo(out)


@command.command()
@click.argument("archive", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@_PASSPHRASE
@_DESCRIPTOR
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
def verify(
    archive: Path, passphrase_file: Path | None, passphrase_fd: int | None, *, as_json: bool
) -> None:
    """Read all of an archive and check every octet, and the database inside."""
    from dataclasses import asdict

    from gateway.cli.output import inform, read_passphrase, show_json
    from gateway.operations import verify as verify_archive

    found = verify_archive(archive, read_passphrase(passphrase_file, passphrase_fd))
    if as_json:
        show_json(asdict(found))
    else:
        inform(f"whole: {found.party}, made {found.made}, {len(found.files)} files")
