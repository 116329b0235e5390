"""``iarms party``: a party makes its keys where they stay; the centre enrols it."""

from __future__ import annotations

import os
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click

from gateway.cli.acting import WHY
from gateway.cli.options import PASSPHRASE_FD, PASSPHRASE_FILE, spelled
from gateway.cli.party_keys import certify, recover, renew
from gateway.cli.party_owed import broker_again

_HOME = click.option(
    "--home",
    type=click.Path(path_type=Path, file_okay=False),
    required=True,
    help="The party's home folder, where its keys stay.",
)


@click.group()
def command() -> None:
    """Make a party's keys and enrol it."""


@command.command()
@click.argument("party")
@_HOME
@click.option(
    "--anchor",
    "anchor_file",
    type=click.Path(path_type=Path, dir_okay=False),
    required=True,
    help="The anchor.xml that the centre handed over.",
)
@PASSPHRASE_FILE
@PASSPHRASE_FD
@click.option(
    "--cost",
    type=click.Choice(["interactive", "moderate", "sensitive"]),
    default="moderate",
    show_default=True,
    help="What one guess at the passphrase costs: 64 MiB, 256 MiB or 1 GiB.",
)
@click.option(
    "--language",
    multiple=True,
    default=("english",),
    show_default=True,
    help="Language of the 12 words: english, french, spanish, russian, chinese_simplified …",
)
@click.option("--qr", is_flag=True, help="Draw the fingerprint as a QR code too.")
@click.option(
    "--token", help="Label of a PKCS#11 token in which the keys are made; the PIN is asked for."
)
@click.option(
    "--module",
    type=click.Path(path_type=Path, dir_okay=False),
    help="The token's PKCS#11 library, such as the libsofthsm2.so of SoftHSM.",
)
def request(
    party: str,
    home: Path,
    anchor_file: Path,
    passphrase_file: Path | None,
    passphrase_fd: int | None,
    *,
    cost: str,
    language: tuple[str, ...],
    qr: bool,
    token: str | None,
    module: Path | None,
) -> None:
    """Make the keys of PARTY in its home folder, and the request to hand to the centre.

    With --token they are made in that token and never leave it; identity.key then says where they
    are, and what reads it takes the token's PIN for the passphrase.
    """
    from gateway.cli.output import inform, read_passphrase
    from keys import COSTS, TokenPlace, ceremony, load_anchor

    if (token is None) != (module is None):
        raise click.UsageError("--token and --module belong together")
    place = None if token is None else TokenPlace(module=str(module), label=token)
    anchor = load_anchor(anchor_file)
    made = ceremony.make_request(
        home,
        party,
        read_passphrase(passphrase_file, passphrase_fd),
        anchor=anchor,
        now=datetime.now(UTC),
        random=os.urandom,
        cost=COSTS[cost],
        token=place,
    )
    click.echo(made.request)
    inform(f"Hand {made.request.name} and {made.request.name}.sig to the centre.")
    octets = bytes.fromhex(made.fingerprint.replace(" ", ""))
    for each in language:
        inform(f"words of {party} ({each}): {ceremony.words_of(octets, each)}")
    inform(f"fingerprint of {party}:   {made.fingerprint}")
    if qr:
        inform(ceremony.qr_of(f"{party} {made.fingerprint}"))
    inform(f"fingerprint of the anchor: {anchor.fingerprint}")
    inform("Read both aloud when the centre calls; hang up if the anchor's is another there.")


@command.command()
@click.argument("request_file", type=click.Path(path_type=Path, dir_okay=False))
@click.option(
    "--trust",
    type=click.Path(path_type=Path, file_okay=False),
    required=True,
    help="The centre's trust folder.",
)
@click.option(
    "--sends",
    multiple=True,
    required=True,
    help="What it may send: ncb, customs or registry for the usual types, or codes, with commas.",
)
@click.option(
    "--kind",
    type=click.Choice(["NCB", "AGENCY", "REGISTRY"]),
    help="What the party is; its name tells if left out.",
)
@click.option("--name", help="What people call the party.")
@click.option(
    "--heard",
    callback=spelled,
    help="What the party read aloud, 12 words or 8 hex groups; another one is refused.",
)
@click.option(
    "--key-days", type=click.IntRange(31, 3650), help="End the keys' validity; no end if left out."
)
@WHY
@PASSPHRASE_FILE
@PASSPHRASE_FD
def enrol(
    request_file: Path,
    *,
    trust: Path,
    sends: tuple[str, ...],
    kind: str | None,
    name: str | None,
    heard: str | None,
    key_days: int | None,
    why: str | None,
    passphrase_file: Path | None,
    passphrase_fd: int | None,
) -> None:
    """Check a request, put its party into the next directory, issue its TLS certificate."""
    from gateway.cli.acting import note_acting
    from gateway.cli.output import inform, read_passphrase
    from gateway.exchange import CENTRE_USERS
    from gateway.grants import sends_of
    from keys import EnrolmentError, PartyKind, ceremony

    note_acting(why)
    desk = ceremony.open_desk(trust, read_passphrase(passphrase_file, passphrase_fd))
    checked = ceremony.check_request(desk, request_file)
    if checked.party in CENTRE_USERS:
        raise EnrolmentError(
            "The name belongs to a user of the centre's own.",
            place=str(request_file),
            value=checked.party,
            expected="a name that no user of the broker has: its certificate would give its rights",
            remedy="Let the party choose another name.",
        )
    enrolled = ceremony.enrol(
        desk,
        checked,
        sends=sends_of(sends),
        now=datetime.now(UTC),
        kind=None if kind is None else PartyKind(kind),
        name=name,
        heard=heard,
        key_life=None if key_days is None else timedelta(days=key_days),
    )
    party = enrolled.entry.party
    click.echo(enrolled.fingerprint)
    inform(f"{party}: {'in the draft' if enrolled.changed else 'listed like this already'}.")
    inform(f"sends {', '.join(sorted(enrolled.entry.sends))}")
    inform(f"Certificate: {desk.folder.issued / f'{party}.pem'}; hand it over with ca.pem.")
    if heard is None:
        inform("The fingerprint was NOT compared. Call the party before you publish.")
    if enrolled.changed:
        inform("Nobody trusts the entry before two officers signed: `iarms directory propose`.")


@command.command()
@click.argument("request_file", type=click.Path(path_type=Path, dir_okay=False))
@click.option(
    "--trust",
    type=click.Path(path_type=Path, file_okay=False),
    required=True,
    help="The centre's trust folder.",
)
@click.option(
    "--sends",
    multiple=True,
    required=True,
    help="What it may send: ncb, customs or registry for the usual types, or codes, with commas.",
)
@click.option(
    "--kind",
    type=click.Choice(["NCB", "AGENCY", "REGISTRY"]),
    help="What the party is; its name tells if left out.",
)
@click.option("--name", help="What people call the party.")
@click.option(
    "--mandate",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="For an agency: the file that its NCB made with `iarms key mandate`.",
)
@click.option(
    "--officer",
    type=click.Path(path_type=Path, dir_okay=False),
    required=True,
    help="The officer's sealed officer.key.",
)
@click.option(
    "--words",
    callback=spelled,
    help="The party's 12 words, or 8 hex groups; asked for if left out.",
)
@click.option(
    "--officer-passphrase-file",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    required=True,
    help="File that holds the officer's passphrase.",
)
@click.option(
    "--broker",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    help="Home of a private broker node: its user, queues and permissions are made at once.",
)
@click.option(
    "--rabbitmqctl",
    metavar="COMMAND",
    help="The same at a RabbitMQ service, such as 'sudo rabbitmqctl'.",
)
@click.option(
    "--hub",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    help="The hub's trust folder: its process sends the directory to everybody at once.",
)
@WHY
@PASSPHRASE_FILE
@PASSPHRASE_FD
def approve(
    request_file: Path,
    *,
    trust: Path,
    sends: tuple[str, ...],
    kind: str | None,
    name: str | None,
    mandate: Path | None,
    officer: Path,
    words: str | None,
    officer_passphrase_file: Path,
    broker: Path | None,
    rabbitmqctl: str | None,
    hub: Path | None,
    why: str | None,
    passphrase_file: Path | None,
    passphrase_fd: int | None,
) -> None:
    """Approve an enrolment as one officer; the second officer's approval makes all of it.

    Made then are the directory, the party's certificate, and at the broker its user, queues and
    permissions. The other passphrase is that of the enrolment desk. `iarms party status` tells
    when the party has proved its mailbox and keys and is active.
    """
    from gateway.cli.acting import note_acting
    from gateway.cli.options import ask_words
    from gateway.cli.output import inform, read_passphrase
    from gateway.cli.party_broker import tell
    from gateway.exchange import CENTRE_USERS
    from gateway.grants import sends_of
    from keys import EnrolmentError, PartyKind, ceremony

    note_acting(why)
    desk = ceremony.open_desk(trust, read_passphrase(passphrase_file, passphrase_fd))
    asking = ceremony.check_request(desk, request_file).party
    if asking in CENTRE_USERS:
        raise EnrolmentError(
            "The name belongs to a user of the centre's own.",
            place=str(request_file),
            expected="a name that no user of the broker has: its certificate would give its rights",
            remedy="Let the party choose another name.",
        )
    signer = ceremony.load_signer(officer, read_passphrase(officer_passphrase_file, None))
    done = ceremony.approve(
        desk,
        request_file,
        signer,
        words or ask_words(f"The words that {asking} reads to you by telephone"),
        sends=sends_of(sends),
        now=datetime.now(UTC),
        kind=None if kind is None else PartyKind(kind),
        name=name,
        mandate=None if mandate is None else ceremony.read_voucher(mandate),
    )
    party, pending = done.entry.party, done.pending
    if pending.published is None:
        click.echo(pending.name)
        inform(f"{party} is approved by {', '.join(sorted(pending.persons))}.")
        inform(f"It takes {pending.still}, with the same options.")
        return
    click.echo(pending.published)
    by = f" by {', '.join(sorted(pending.persons))}" if pending.persons else " like this already"
    inform(f"{party} is enrolled{by}.")
    inform(f"Certificate: {desk.folder.issued / f'{party}.pem'}; hand it over with ca.pem.")
    if hub is not None:
        ceremony.hand_over(trust, hub)
        inform(f"Directory: in {hub}; the hub sends it to everybody.")
    inform(
        tell(
            trust,
            party,
            broker=broker,
            rabbitmqctl=rabbitmqctl,
            pause=time.sleep,
            now=datetime.now(UTC),
        )
    )
    inform("It is active when its process has answered the probe: `iarms party status`.")


@command.command()
@_HOME
@click.option(
    "--certificate",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    required=True,
    help="The certificate that the centre issued.",
)
@click.option(
    "--authority",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    required=True,
    help="The centre's ca.pem.",
)
def install(home: Path, certificate: Path, authority: Path) -> None:
    """Put the issued TLS certificate where the party's process looks for it."""
    from gateway.cli.output import inform
    from keys import ceremony

    ceremony.install_client(home, certificate.read_bytes(), authority.read_bytes())
    click.echo(home / "broker" / "client.pem")
    inform("The certificate belongs to the key in this folder and comes from this authority.")


@command.command()
@click.argument("party", required=False)
@click.option(
    "--home",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    required=True,
    help="The hub's folder, with iarms.toml in it.",
)
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
def status(party: str | None, home: Path, *, as_json: bool) -> None:
    """At the hub: who is listed, who answered the probe of its mailbox and is active.

    Exit code 6 while somebody who is listed is not active, 3 for a PARTY that is not listed.
    """
    from dataclasses import asdict

    from gateway.cli.databases import open_database
    from gateway.cli.homes import signed_parties
    from gateway.cli.output import ExitCode, NotFoundError, show_json, show_table
    from gateway.config import load_settings
    from gateway.operations import MemberState, members_of
    from keys import ceremony

    listed = signed_parties(home)
    if party is not None and party not in listed:
        raise NotFoundError(
            "the directory does not list this party",
            value=party,
            remedy="approve its request: iarms party approve",
        )
    awaited = ceremony.awaited(home / load_settings(home).keys.trust_folder, home)
    with open_database(home, looking=True) as store, store.unit() as unit:
        found = members_of(
            listed if party is None else {party},
            unit.trust.acks(),
            unit.trust.probes(),
            awaited,
        )
    if as_json:
        show_json([asdict(each) | {"waits_for": each.waits_for} for each in found])
    else:
        show_table(
            ("party", "state", "since", "directory", "waits for"),
            [
                (
                    each.party,
                    each.state,
                    "" if each.active_since is None else f"{each.active_since:%Y-%m-%d %H:%M:%S}",
                    each.version or "",
                    each.waits_for,
                )
                for each in found
            ],
        )
    if any(each.state is not MemberState.ACTIVE for each in found):
        click.get_current_context().exit(ExitCode.FINDINGS)


for _each in (recover, renew, certify, broker_again):
    command.add_command(_each)
