"""``iarms restore``: a home from a sealed file."""

from __future__ import annotations

from pathlib import Path

import click


@click.command()
@click.argument("archive", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.option(
    "--home",
    type=click.Path(path_type=Path, file_okay=False),
    required=True,
    help="Where to put it; no process may work there.",
)
@click.option("--replace", is_flag=True, help="What lies there is replaced, its database too.")
@click.option(
    "--passphrase-file", type=click.Path(path_type=Path, exists=True), help="Of the archive."
)
@click.option("--passphrase-fd", type=int, help="An open file descriptor instead.")
def command(
    archive: Path,
    home: Path,
    passphrase_file: Path | None,
    passphrase_fd: int | None,
    *,
    replace: bool,
) -> None:
    """Put a home back from a sealed file.

    Every octet is checked before anything is touched. Exit code 7 while a process works there.
    The store is marked as restored and sends all that it holds again at its start. Put the
    identity's passphrase file back yourself.
    """
    from datetime import UTC, datetime

    from gateway.cli.output import inform, read_passphrase
    from gateway.operations import restore

    secret = read_passphrase(passphrase_file, passphrase_fd)
    put = restore(home, archive, secret, now=datetime.now(UTC), replace=replace)
    inform(f"{put.party} is as it was at {put.made}; put its passphrase file back and start it")
