"""``iarms key``: an officer's keys, and how keys stand."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from gateway.cli.acting import WHY, note_acting
from gateway.cli.key_ends import drained, retire, settle
from gateway.cli.key_words import disown, succeed, withdraw
from gateway.cli.options import PASSPHRASE_FD, PASSPHRASE_FILE, TRUST

if TYPE_CHECKING:
    from keys import Identity

_IDENTITY = click.option(
    "--identity",
    type=click.Path(path_type=Path, dir_okay=False),
    required=True,
    help="The party's sealed identity.key.",
)


@click.group()
def command() -> None:
    """Make an officer's keys and see how keys stand."""


@command.command()
@click.argument("person")
@click.option("--organisation", required=True, help="Whom the officer answers to.")
@click.option(
    "--home",
    type=click.Path(path_type=Path, file_okay=False),
    required=True,
    help="Folder on the officer's own medium, where the keys stay.",
)
@click.option(
    "--passphrase-file",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="File that holds the passphrase.",
)
@click.option("--passphrase-fd", type=int, help="Open file descriptor that gives the passphrase.")
@click.option("--no-quantum", is_flag=True, help="No ML-DSA-65 key (for the hub's beacon).")
@click.option("--token", help="Make the keys in the PKCS#11 token of this label; asks for its PIN.")
@click.option(
    "--module",
    type=click.Path(dir_okay=False, exists=True),
    help="The token's PKCS#11 library; needed with --token.",
)
@click.option(
    "--cost",
    type=click.Choice(["interactive", "moderate", "sensitive"]),
    default="moderate",
    show_default=True,
    help="What one guess at the passphrase costs: 64 MiB, 256 MiB or 1 GiB.",
)
def officer(
    *,
    person: str,
    organisation: str,
    home: Path,
    passphrase_file: Path | None,
    passphrase_fd: int | None,
    cost: str,
    no_quantum: bool,
    token: str | None,
    module: str | None,
) -> None:
    """Make the keys of officer PERSON, and the card to hand to the founding.

    With a token the passphrase is its PIN; `officer.key` then says where the keys are.
    """
    from gateway.cli.output import inform, read_passphrase
    from keys import COSTS, TokenPlace, ceremony

    if (token is None) != (module is None):
        raise click.UsageError("--token and --module go together")
    card = ceremony.make_officer(
        home,
        person,
        organisation,
        read_passphrase(passphrase_file, passphrase_fd),
        now=datetime.now(UTC),
        random=os.urandom,
        cost=COSTS[cost],
        quantum=not no_quantum,
        token=None if token is None else TokenPlace(module=module or "", label=token),
    )
    click.echo(card)
    inform(f"Hand {card.name} and {card.name}.sig over; {home / 'officer.key'} stays with you.")


@command.command()
@_IDENTITY
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    required=True,
    help="Where the successor's sealed key file is made; the old one stays.",
)
@PASSPHRASE_FILE
@PASSPHRASE_FD
def rotate(
    identity: Path, out: Path, passphrase_file: Path | None, passphrase_fd: int | None
) -> None:
    """At the party: make the successor's keys; the note on stdout goes to the centre."""
    from gateway.cli.output import inform, read_passphrase
    from keys import ceremony, load_identity

    passphrase = read_passphrase(passphrase_file, passphrase_fd)
    old = load_identity(identity, passphrase)
    _, note = ceremony.prepare_rotation(old, out, passphrase, random=os.urandom)
    click.echo(note.decode())
    inform(f"The old key vouches for the new ones. When the directory lists them, let {out}")
    inform(f"take the place of {identity}; it opens what was sealed to the old key too.")


@command.command()
@_IDENTITY
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    required=True,
    help="Where the key file with the hybrid key is made; the old one stays.",
)
@PASSPHRASE_FILE
@PASSPHRASE_FD
def hybrid(
    identity: Path, out: Path, passphrase_file: Path | None, passphrase_fd: int | None
) -> None:
    """At the party: make a key of suite 2 beside the others; the note on stdout goes to the centre.

    It is X25519 and ML-KEM-768 together (X-Wing). The other keys stay as they are.
    """
    from gateway.cli.output import inform, read_passphrase
    from keys import ceremony, load_identity

    passphrase = read_passphrase(passphrase_file, passphrase_fd)
    old = load_identity(identity, passphrase)
    _, note = ceremony.prepare_hybrid(old, out, passphrase, random=os.urandom)
    click.echo(note.decode())
    inform(
        f"The signing key vouches for it. {out} opens messages of both suites: a running process"
    )
    inform("takes it up as next.key in its home; a key agent is started anew with it. When the")
    inform("directory lists the key, `iarms key settle` lets it take the place of identity.key.")


@command.command()
@click.argument("note", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@TRUST
@WHY
def take(note: Path, trust: Path, why: str | None) -> None:
    """At the centre: put a party's successor keys of NOTE into the draft."""
    from gateway.cli.output import inform
    from keys import ceremony

    note_acting(why)
    draft = ceremony.take_rotation(trust, note.read_bytes(), now=datetime.now(UTC))
    for line in ceremony.changes(ceremony.newest_directory(trust), draft):
        click.echo(line)
    inform("Nobody trusts it before `iarms directory propose` and two officers' signatures.")


@command.command()
@click.argument("party")
@click.argument("kid")
@click.argument(
    "state", type=click.Choice(["CURRENT", "RETIRING", "RETIRED", "REVOKED", "COMPROMISED"])
)
@TRUST
@WHY
def move(party: str, kid: str, state: str, trust: Path, why: str | None) -> None:
    """At the centre: put the key KID of PARTY into another STATE in the draft."""
    from gateway.cli.output import inform
    from keys import KeyState, ceremony

    note_acting(why)
    draft = ceremony.move_key(trust, party, kid, KeyState(state), now=datetime.now(UTC))
    for line in ceremony.changes(ceremony.newest_directory(trust), draft):
        click.echo(line)
    inform("Nobody trusts it before `iarms directory propose` and two officers' signatures.")


@command.command()
@click.argument("party")
@click.option("--kid", "kids", multiple=True, required=True, help="Key id; may be repeated.")
@click.option("--why", required=True, help="The reason, for everybody to read.")
@click.option(
    "--officer",
    type=click.Path(path_type=Path, dir_okay=False),
    help="One officer's sealed officer.key.",
)
@click.option(
    "--identity",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Or the party's own identity.key.",
)
@TRUST
@PASSPHRASE_FILE
@PASSPHRASE_FD
def revoke(
    party: str,
    *,
    kids: tuple[str, ...],
    why: str,
    officer: Path | None,
    identity: Path | None,
    trust: Path,
    passphrase_file: Path | None,
    passphrase_fd: int | None,
) -> None:
    """Take keys of PARTY out of use at once: one officer, or the party itself."""
    from gateway.cli.output import inform, read_passphrase
    from keys import ceremony, load_identity

    if (officer is None) == (identity is None):
        raise click.UsageError("give either --officer or --identity")
    passphrase = read_passphrase(passphrase_file, passphrase_fd)
    by: ceremony.Signer | Identity
    if officer is not None:
        by = ceremony.load_signer(officer, passphrase)
    else:
        by = load_identity(identity or Path(), passphrase)
    note_acting(why)
    path = ceremony.revoke(trust, party, kids, why, by, now=datetime.now(UTC))
    click.echo(path)
    inform("It counts wherever it is copied to: `iarms directory copy`, the .sig first.")
    inform("It only removes. New keys take a rotation, or a recovery by the root's officers.")


@command.command()
@_IDENTITY
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    required=True,
    help="Folder on a medium that is locked away afterwards.",
)
@PASSPHRASE_FILE
@PASSPHRASE_FD
def note(
    identity: Path, out: Path, passphrase_file: Path | None, passphrase_fd: int | None
) -> None:
    """At the party: sign a revocation of its own keys beforehand, for the safe."""
    from gateway.cli.output import inform, read_passphrase
    from keys import ceremony, load_identity

    own = load_identity(identity, read_passphrase(passphrase_file, passphrase_fd))
    click.echo(ceremony.write_revocation_note(own, out, now=datetime.now(UTC)))
    inform("Lock both files away. Whoever puts them into a trust folder revokes these keys.")


@command.command()
@click.argument("agency")
@click.option(
    "--sends",
    multiple=True,
    required=True,
    help="Codes with commas, or customs for the usual ones.",
)
@_IDENTITY
@PASSPHRASE_FILE
@PASSPHRASE_FD
def mandate(
    agency: str,
    *,
    sends: tuple[str, ...],
    identity: Path,
    passphrase_file: Path | None,
    passphrase_fd: int | None,
) -> None:
    """At an NCB: authorise AGENCY of its country to send these types; the file on stdout."""
    from gateway.cli.output import read_passphrase
    from gateway.grants import sends_of
    from keys import ceremony, load_identity

    ncb = load_identity(identity, read_passphrase(passphrase_file, passphrase_fd))
    click.echo(ceremony.write_mandate(ncb, agency, sends_of(sends)).decode())


@command.command()
@TRUST
@click.option(
    "--home",
    type=click.Path(path_type=Path, file_okay=False),
    help="A process's home: what it remembers and withholds, and what a retiring key waits for.",
)
@click.option("--all", "every", is_flag=True, help="Every key, also those that want nobody.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
def status(trust: Path, home: Path | None, *, every: bool, as_json: bool) -> None:
    """Root, directory and every key that wants a person. Exit code 6 where one does."""
    from dataclasses import asdict

    from gateway.cli.output import ExitCode, inform, show_json, show_table
    from keys import ceremony

    findings = ceremony.standing(trust, home, now=datetime.now(UTC), every=every)
    if home is not None and any(each.party for each in findings):
        from gateway.cli.key_waits import with_waits

        findings = with_waits(findings, home)
    if as_json:
        show_json([asdict(each) for each in findings])
    elif findings:
        rows = [(each.what, each.state, "; ".join(each.waits), each.remedy) for each in findings]
        show_table(("what", "state", "waits for", "what to do"), rows)
    if not any(each.wants_person for each in findings):
        if not as_json:
            inform("Root, directory and every key are in order.")
    else:
        click.get_current_context().exit(ExitCode.FINDINGS)


@command.command()
@_IDENTITY
@PASSPHRASE_FILE
@PASSPHRASE_FD
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
def check(
    identity: Path, passphrase_file: Path | None, passphrase_fd: int | None, *, as_json: bool
) -> None:
    """Open a key file, sealed or of a token, use each key once, and say which there are."""
    from gateway.cli.output import inform, read_passphrase, show_json, show_table
    from keys import load_identity

    own = load_identity(identity, read_passphrase(passphrase_file, passphrase_fd))
    own.sign(b"iarms key check")
    rows = [("sig", "", str(own.signing_kid))]
    rows += [("enc", str(int(own.suite(kid) or 0)), str(kid)) for kid in own.encryption_kids]
    where = "in a token" if own.grower is not None else "in the sealed file"
    if as_json:
        keys = [{"use": use, "suite": suite or None, "kid": kid} for use, suite, kid in rows]
        show_json({"party": own.party, "where": where, "keys": keys})
        return
    show_table(("use", "suite", "key"), rows)
    inform(f"The keys of {own.party} are {where}, and each of them works.")


@command.command()
@_IDENTITY
@PASSPHRASE_FILE
@PASSPHRASE_FD
@click.option(
    "--socket",
    "path",
    type=click.Path(path_type=Path, dir_okay=False),
    required=True,
    help="Where to answer; the same as [keys] agent_socket of the process that asks.",
)
@click.option("--group", help="A group whose processes may ask too; else only this user's.")
def agent(
    identity: Path,
    passphrase_file: Path | None,
    passphrase_fd: int | None,
    *,
    path: Path,
    group: str | None,
) -> None:
    """Hold a party's keys and sign and open for its process until SIGTERM; shows no key."""
    import grp
    import threading

    from gateway.cli.output import read_passphrase
    from gateway.compose import stop_signals
    from gateway.errors import ConfigError
    from gateway.log import open_log
    from keys import load_identity
    from keys.agent import Agent, forbid_tracing, lock_memory

    undumpable = forbid_tracing()  # before a secret is read
    try:
        gid = None if group is None else grp.getgrnam(group).gr_gid
    except KeyError as error:
        raise ConfigError(
            "there is no such group on this machine", value=group, remedy="make it with sysusers"
        ) from error
    held = load_identity(identity, read_passphrase(passphrase_file, passphrase_fd))
    log = open_log(program="agent", party=held.party)
    locked = lock_memory()
    ended = threading.Event()
    with (
        Agent(
            path, held, group=gid, refused=lambda user: log.warning("agent.refused", user=user)
        ) as server,
        stop_signals(ended.set),
    ):
        serving = threading.Thread(target=server.serve_forever, name="agent", daemon=True)
        serving.start()
        log.info(
            "agent.started", socket=str(path), kid=str(held.signing_kid),
            undumpable=undumpable, locked=locked,
        )  # fmt: skip
        ended.wait()
        server.shutdown()
    path.unlink(missing_ok=True)
    log.info("process.stopped")


for _each in (drained, retire, settle, succeed, withdraw, disown):
    command.add_command(_each)
