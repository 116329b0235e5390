"""``iarms key succeed``, ``withdraw`` and ``disown``: what a country says under its signature.

The running process hands it on; the file may be carried by any way as well.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from gateway.cli.options import PASSPHRASE_FD, PASSPHRASE_FILE, spelled

_IDENTITY = click.option(
    "--identity",
    type=click.Path(path_type=Path, dir_okay=False),
    required=True,
    help="The party's key file in use.",
)
_HOME = click.option(
    "--home",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    required=True,
    help="The party's home: its process hands the note to everybody.",
)


@click.command()
@click.argument("root", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@_IDENTITY
@_HOME
@click.option("--why", required=True, help="What happened to the officers, for everybody to read.")
@click.option(
    "--words",
    callback=spelled,
    prompt="The root's words, as its new officers read them on the telephone",
    help="Its digest in 12 words or 8 hex groups; asked for if left out.",
)
@PASSPHRASE_FILE
@PASSPHRASE_FD
def succeed(
    root: Path,
    *,
    identity: Path,
    home: Path,
    why: str,
    words: str,
    passphrase_file: Path | None,
    passphrase_fd: int | None,
) -> None:
    """At an NCB: say that ROOT shall follow, because the root's officers are lost.

    It follows 30 days after two thirds of the countries have said so, unless the old officers sign
    a root meanwhile.
    """
    import hashlib

    from gateway.cli.output import inform, read_passphrase
    from keys import ANNOUNCED_FOLDER, ceremony, load_identity

    octets = root.read_bytes()
    ceremony.check_heard(words, hashlib.sha256(octets).digest(), place=root.name)
    own = load_identity(identity, read_passphrase(passphrase_file, passphrase_fd))
    folder = home / ANNOUNCED_FOLDER
    path = ceremony.give_succession(own, octets, folder, why, now=datetime.now(UTC))
    click.echo(path)
    inform("The running process hands it to everybody; or carry it and its .sig to the centre.")


@click.command()
@click.argument("note", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@_HOME
@click.option(
    "--party",
    prompt="Its keys stop counting everywhere, for good. Type the party's name to go on",
    help="The party whose keys end, for whoever is not asked.",
)
def withdraw(note: Path, *, home: Path, party: str) -> None:
    """At the party: take its own keys out of use everywhere, by the NOTE from the safe.

    The running process hands the note to every party and to the centre. It takes no passphrase.
    """
    from gateway.cli.output import inform
    from gateway.doorbell import ring_at
    from keys import ANNOUNCED_FOLDER, ceremony

    if f"revocation-{party}-" not in note.name:
        raise click.BadParameter(f"{note.name} is not of {party!r}", param_hint="NOTE")
    click.echo(ceremony.withdraw(note, home / "trust", home / ANNOUNCED_FOLDER))
    ring_at(home)
    inform("The running process hands it to everybody within a second; `iarms key status` shows it")
    inform("at any party. Without a process, carry it and its .sig to the centre.")
    inform("New keys: a successor that the old ones vouched for, or a recovery.")


@click.command()
@click.option("--kid", "kids", multiple=True, required=True, help="A stolen key; may be repeated.")
@_IDENTITY
@_HOME
@click.option("--why", required=True, help="The reason, for everybody to read.")
@PASSPHRASE_FILE
@PASSPHRASE_FD
def disown(
    *,
    kids: tuple[str, ...],
    identity: Path,
    home: Path,
    why: str,
    passphrase_file: Path | None,
    passphrase_fd: int | None,
) -> None:
    """At the party: end everywhere what its revoked keys signed, but for what it did send itself.

    What is its own is told by the sealed copies that it keeps: receivers let that go, and mark the
    rest as disowned. The identity is the successor's, whose key is in force.
    """
    import hashlib

    from gateway.cli.databases import open_database
    from gateway.cli.output import inform, read_passphrase
    from gateway.envelope import signing_kid_of
    from keys import ANNOUNCED_FOLDER, ceremony, load_identity

    own = load_identity(identity, read_passphrase(passphrase_file, passphrase_fd))
    with open_database(home, looking=True) as store, store.unit() as unit:
        genuine = {
            hashlib.sha256(each.octets).digest()
            for each in unit.evidence.every("out")
            if signing_kid_of(each.octets) in kids
        }
    path = ceremony.disown(
        own, kids, why, home / ANNOUNCED_FOLDER, genuine=genuine, now=datetime.now(UTC)
    )
    click.echo(path)
    inform(f"{len(genuine)} messages are named as our own; whatever else these keys signed is not.")
    inform("The running process hands it to everybody; or carry it and its .sig to the centre.")
