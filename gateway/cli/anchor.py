"""``iarms anchor``: the trust anchor, and the certificates of the broker's own authority."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import click

_TRUST = click.option(
    "--trust",
    type=click.Path(path_type=Path, file_okay=False),
    required=True,
    help="The centre's trust folder.",
)
_PASSPHRASE_FILE = click.option(
    "--passphrase-file",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="File that holds the passphrase.",
)
_PASSPHRASE_FD = click.option(
    "--passphrase-fd", type=int, help="Open file descriptor that gives the passphrase."
)


@click.group()
def command() -> None:
    """Make the trust anchor that everybody pins."""


@command.command()
@_TRUST
@_PASSPHRASE_FILE
@_PASSPHRASE_FD
@click.option(
    "--enrolment-passphrase-file",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="Another passphrase for the enrolment desk, so that who enrols cannot publish.",
)
@click.option(
    "--cost",
    type=click.Choice(["interactive", "moderate", "sensitive"]),
    default="moderate",
    show_default=True,
    help="What one guess at the passphrase costs: 64 MiB, 256 MiB or 1 GiB.",
)
def init(
    trust: Path,
    passphrase_file: Path | None,
    passphrase_fd: int | None,
    enrolment_passphrase_file: Path | None,
    cost: str,
) -> None:
    """Make the anchor, the enrolment desk and the broker's authority; nothing is overwritten."""
    from gateway.cli.output import inform, read_passphrase
    from keys import COSTS, ceremony

    passphrase = read_passphrase(passphrase_file, passphrase_fd)
    enrolment = (
        None
        if enrolment_passphrase_file is None
        else read_passphrase(enrolment_passphrase_file, None)
    )
    anchor = ceremony.init_anchor(
        trust,
        passphrase,
        now=datetime.now(UTC),
        random=os.urandom,
        cost=COSTS[cost],
        enrolment_passphrase=enrolment,
    )
    click.echo(anchor.fingerprint)
    inform(f"The anchor is {trust / 'anchor.xml'}; above is its fingerprint.")
    inform("Hand the file to every party and read the fingerprint aloud by telephone.")
    inform(f"{trust / 'private'} never leaves the centre; keep a copy of it locked away.")


@command.command()
@_TRUST
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
def show(trust: Path, *, as_json: bool) -> None:
    """The anchor's keys and the fingerprint to compare by telephone."""
    from gateway.cli.output import show_json, show_table
    from keys import load_anchor

    anchor = load_anchor(trust / "anchor.xml")
    if as_json:
        show_json(
            {
                "version": anchor.version,
                "issued": anchor.issued.isoformat(),
                "fingerprint": anchor.fingerprint,
                "threshold": anchor.threshold,
                "keys": [kid for kid, _ in anchor.keys],
            }
        )
        return
    rows: list[tuple[str, object]] = [
        ("fingerprint", anchor.fingerprint),
        ("version", anchor.version),
        ("issued", f"{anchor.issued:%Y-%m-%d %H:%M:%S} UTC"),
        ("threshold", f"{anchor.threshold} of {len(anchor.keys)}"),
    ]
    show_table(("anchor", "value"), rows + [("key", kid) for kid, _ in anchor.keys])


@command.command()
@_TRUST
@_PASSPHRASE_FILE
@_PASSPHRASE_FD
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    required=True,
    help="Folder where the broker looks for its TLS files.",
)
@click.option("--name", "names", multiple=True, help="Host name or address; loopback if none.")
def server(
    trust: Path,
    passphrase_file: Path | None,
    passphrase_fd: int | None,
    out: Path,
    names: tuple[str, ...],
) -> None:
    """Make the broker's own TLS key and certificate."""
    from gateway.cli.output import inform, read_passphrase
    from keys import ceremony

    desk = ceremony.open_desk(trust, read_passphrase(passphrase_file, passphrase_fd))
    given = names or ceremony.SERVER_NAMES
    ceremony.issue_server(desk, out, now=datetime.now(UTC), names=given)
    click.echo(out / "server.pem")
    inform(f"For {', '.join(given)}. The key {out / 'server-key.pem'} is not encrypted: mode 0600.")


@command.command()
@_TRUST
@_PASSPHRASE_FILE
@_PASSPHRASE_FD
@click.option("--name", required=True, help="The broker user, such as XPO-RELAY.")
@click.option(
    "--home",
    type=click.Path(path_type=Path, file_okay=False),
    required=True,
    help="Home folder of the user's process on this machine.",
)
def user(
    trust: Path,
    passphrase_file: Path | None,
    passphrase_fd: int | None,
    name: str,
    home: Path,
) -> None:
    """Make TLS key and certificate of a broker user at the centre without message keys."""
    from gateway.cli.output import inform, read_passphrase
    from keys import ceremony

    desk = ceremony.open_desk(trust, read_passphrase(passphrase_file, passphrase_fd))
    ceremony.set_up_user(desk, home, name, now=datetime.now(UTC))
    click.echo(home / "broker" / "client.pem")
    inform(f"{name} may connect to the broker; it can neither sign nor open messages.")
