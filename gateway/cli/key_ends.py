"""``iarms key drained``, ``retire``, ``settle``: how a rotation ends, by counters."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import click

from gateway.cli.options import PASSPHRASE_FD, PASSPHRASE_FILE

_HOME = click.option(
    "--home",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    required=True,
    help="The party's home folder, with iarms.toml in it.",
)


@click.command()
@_HOME
@PASSPHRASE_FILE
@PASSPHRASE_FD
def drained(home: Path, passphrase_file: Path | None, passphrase_fd: int | None) -> None:
    """At the party: count what still waits for the old keys; the signed note on stdout if nothing.

    Exit code 6 while something waits: messages that the old key signed and nobody receipted,
    numbers of peers that never came, messages in the mailboxes.
    """
    from gateway.cli.databases import open_database
    from gateway.cli.homes import directory_of, queues_of
    from gateway.cli.output import ExitCode, inform, read_passphrase
    from gateway.config import load_settings
    from gateway.exchange import ExchangeError
    from gateway.operations import own_drain
    from gateway.succession import NEXT_FILE
    from keys import ceremony, load_identity

    settings, now = load_settings(home), datetime.now(UTC)
    directory = directory_of(home, settings, now)
    successor = load_identity(home / NEXT_FILE, read_passphrase(passphrase_file, passphrase_fd))
    note = ceremony.write_drained(successor, directory)
    try:
        depths = queues_of(home, settings)
        in_mailboxes: int | None = sum(each.waiting for each in depths)
    except ExchangeError:
        in_mailboxes = None
    old = set(ceremony.retiring_kids(directory, settings.party))
    with open_database(home, looking=True) as store, store.unit() as unit:
        waits = own_drain(unit, old, in_mailboxes)
    for sentence in waits.sentences():
        inform(sentence)
    if not waits.is_drained:
        click.get_current_context().exit(ExitCode.FINDINGS)
    click.echo(note.decode())
    inform("Nothing waits here for the old keys. The note goes to the centre: `iarms key retire`.")


@click.command()
@click.argument("note", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.option(
    "--trust",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    required=True,
    help="The centre's trust folder.",
)
@click.option(
    "--hub",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    required=True,
    help="The hub's folder: who relies on which directory.",
)
@click.option("--why", help="The reason, for the trail of acts (`iarms act trail`).")
def retire(note: Path, *, trust: Path, hub: Path, why: str | None) -> None:
    """At the centre: end the keys of a party's NOTE once everybody relies on their successors.

    Exit code 6 while a listed party has not said so; nothing is changed then.
    """
    from gateway.cli.acting import note_acting
    from gateway.cli.databases import open_database
    from gateway.cli.homes import signed_parties
    from gateway.cli.output import ExitCode, inform
    from gateway.operations import not_relying
    from keys import DirectoryMissingError, ceremony

    note_acting(why)
    newest = ceremony.newest_directory(trust)
    if newest is None:
        raise DirectoryMissingError("There is no directory.", place=str(trust))
    word = ceremony.read_drained(note.read_bytes(), newest)
    with open_database(hub, looking=True) as store, store.unit() as unit:
        behind = not_relying(unit.trust.acks(), signed_parties(hub) - {word.party}, word.version)
    if behind:
        inform(f"not relying on directory {word.version} yet: {', '.join(behind)}")
        click.get_current_context().exit(ExitCode.FINDINGS)
    draft = ceremony.retire(trust, word, now=datetime.now(UTC))
    for line in ceremony.changes(newest, draft):
        click.echo(line)
    inform("Nobody trusts it before `iarms directory propose` and two officers' signatures.")


@click.command()
@_HOME
@PASSPHRASE_FILE
@PASSPHRASE_FD
def settle(home: Path, passphrase_file: Path | None, passphrase_fd: int | None) -> None:
    """At the party: let next.key take identity.key's place, and destroy the keys that are over.

    Refused while the directory still lists an old key as RETIRING.
    """
    from gateway.cli.homes import directory_of
    from gateway.cli.output import inform, read_passphrase
    from gateway.config import load_settings
    from gateway.succession import NEXT_FILE
    from keys import ceremony, load_identity

    settings = load_settings(home)
    secret = read_passphrase(passphrase_file, passphrase_fd)
    kept = ceremony.settle(
        home,
        load_identity(home / NEXT_FILE, secret),
        directory_of(home, settings, datetime.now(UTC)),
        secret,
        random=os.urandom,
        file=settings.keys.identity_file,
        next_file=NEXT_FILE,
    )
    click.echo(home / settings.keys.identity_file)
    inform(f"{kept.party} has its {len(kept.encryption_kids) + 1} keys in use and no other.")
    inform("A running process goes on; it reads the file at its next start.")
