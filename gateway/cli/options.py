"""Options that many commands share: ``--home``, ``--json``, how a passphrase comes in.

It holds no command, and no option that one command alone knows.
"""

from __future__ import annotations

from pathlib import Path

import click

JSON = click.option("--json", "as_json", is_flag=True, help="One JSON document.")
HOME = click.option(
    "--home",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    required=True,
    help="The node's folder, with iarms.toml in it.",
)
HUB_HOME = click.option(
    "--home",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    required=True,
    help="The hub's folder, with iarms.toml in it.",
)
CENTRE_TRUST = click.option(
    "--trust",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    required=True,
    help="The centre's trust folder.",
)
TRUST = click.option(
    "--trust",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    required=True,
    help="The trust folder.",
)
# A passphrase comes from a file or an open descriptor, never from argv or the environment.
PASSPHRASE_FILE = click.option(
    "--passphrase-file",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="File that holds the passphrase.",
)
PASSPHRASE_FD = click.option(
    "--passphrase-fd", type=int, help="Open file descriptor that gives the passphrase."
)
