"""``iarms anchor``: the trust anchor, and the certificates of the broker's own authority."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click

from gateway.cli.anchor_next import propose, succeed
from gateway.cli.options import PASSPHRASE_FD, PASSPHRASE_FILE

_TRUST = click.option(
    "--trust",
    type=click.Path(path_type=Path, file_okay=False),
    required=True,
    help="The centre's trust folder.",
)


@click.group()
def command() -> None:
    """Make the trust anchor that everybody pins."""


@command.command()
@_TRUST
@PASSPHRASE_FILE
@PASSPHRASE_FD
@click.option(
    "--card",
    "cards",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    multiple=True,
    required=True,
    help="An officer's card, with its .sig beside it; five by usage.",
)
@click.option(
    "--hub-card",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="The card of the hub's beacon key; without one there are no beacons (a trial).",
)
@click.option("--directory", "directory_officers", multiple=True, help="Who signs directories.")
@click.option(
    "--root-threshold",
    type=click.IntRange(2, 16),
    default=3,
    show_default=True,
    help="How many persons must sign a root or a recovery.",
)
@click.option(
    "--directory-threshold",
    type=click.IntRange(2, 16),
    default=2,
    show_default=True,
    help="How many persons must sign a directory.",
)
@click.option(
    "--organisations",
    type=click.IntRange(1, 16),
    default=2,
    show_default=True,
    help="How many different organisations must be among those who sign.",
)
@click.option(
    "--recovery-hours",
    type=click.IntRange(1, 8784),
    default=72,
    show_default=True,
    help="How long a recovery is shown to all before its keys count.",
)
@click.option("--no-quantum", is_flag=True, help="Ask for no ML-DSA-65 signatures.")
@click.option(
    "--no-countersignatures",
    is_flag=True,
    help="Let nobody but the hub wait for a party's countersignature before it counts as active.",
)
@click.option(
    "--members-from",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="A directory-N.xml of an exchange with a single officer, whose members are taken over.",
)
@click.option(
    "--cost",
    type=click.Choice(["interactive", "moderate", "sensitive"]),
    default="moderate",
    show_default=True,
    help="What one guess at the passphrase costs: 64 MiB, 256 MiB or 1 GiB.",
)
def init(
    *,
    trust: Path,
    passphrase_file: Path | None,
    passphrase_fd: int | None,
    cards: tuple[Path, ...],
    hub_card: Path | None,
    directory_officers: tuple[str, ...],
    root_threshold: int,
    directory_threshold: int,
    organisations: int,
    recovery_hours: int,
    members_from: Path | None,
    cost: str,
    no_quantum: bool,
    no_countersignatures: bool,
) -> None:
    """Found the exchange: make the enrolment desk and draw up the first root for signing.

    The passphrase is that of the enrolment desk; officers have their own. Nothing is overwritten.
    """
    from gateway.cli.output import inform, read_passphrase
    from keys import COSTS, Policy, ceremony

    officers = [ceremony.read_card(card) for card in cards]
    hub = [] if hub_card is None else [ceremony.read_card(hub_card)]
    persons = [each.person for each in officers]
    pending = ceremony.found(
        trust,
        [*officers, *hub],
        ceremony.Roles(
            root=persons,
            directory=directory_officers or persons[:4],
            beacon=[each.person for each in hub],
            root_threshold=root_threshold,
            directory_threshold=directory_threshold,
            organisations=organisations,
        ),
        Policy(
            quantum=not no_quantum,
            beacon_fresh=timedelta(minutes=10) if hub else timedelta(0),
            recovery_notice=timedelta(hours=recovery_hours),
            countersigned=not no_countersignatures,
        ),
        read_passphrase(passphrase_file, passphrase_fd),
        now=datetime.now(UTC),
        random=os.urandom,
        cost=COSTS[cost],
        members_from=members_from,
    )
    click.echo(pending.name)
    inform(
        f"{pending.name} waits for {pending.missing} officers: `iarms act show`, `iarms act sign`."
    )
    inform(f"{trust / 'private'} never leaves the centre; keep a copy of it locked away.")


@command.command()
@click.argument("allowed", nargs=-1, required=True, type=click.IntRange(1, 2))
@_TRUST
def suites(allowed: tuple[int, ...], trust: Path) -> None:
    """Draw up root N+1, by which directories may use the algorithm suites ALLOWED (1, 2).

    Suite 1 is X25519, suite 2 X25519 and ML-KEM-768 together. The officers sign it: `iarms act`.
    """
    from gateway.cli.acting import note_acting
    from gateway.cli.output import inform
    from keys import Suite, ceremony

    note_acting()
    pending = ceremony.allow_suites(trust, [Suite(each) for each in allowed], now=datetime.now(UTC))
    click.echo(pending.name)
    for line in ceremony.changes_of(trust, pending):
        click.echo(line)
    inform(
        f"{pending.name} waits for {pending.missing} officers: `iarms act show`, `iarms act sign`."
    )


@command.command()
@_TRUST
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
def show(trust: Path, *, as_json: bool) -> None:
    """Roles, officers and the fingerprint of the pinned root to compare by telephone."""
    from gateway.cli.output import show_json, show_table
    from keys import ceremony, load_anchor

    pinned, root = load_anchor(trust / "anchor.xml"), ceremony.current_root(trust)
    if as_json:
        show_json(
            {
                "fingerprint": pinned.fingerprint,
                "pinned": pinned.version,
                "version": root.version,
                "issued": root.issued.isoformat(),
                "expires": root.expires.isoformat(),
                "quantum": root.policy.quantum,
                "roles": {
                    name: {
                        "threshold": role.threshold,
                        "organisations": role.organisations,
                        "persons": role.persons,
                    }
                    for name, role in sorted(root.roles.items())
                },
                "officers": {
                    each.person: {"organisation": each.organisation, "kid": each.kid}
                    for each in root.officers.values()
                },
            }
        )
        return
    rows: list[tuple[str, object]] = [
        ("fingerprint", pinned.fingerprint),
        ("version", f"{root.version}, pinned {pinned.version}"),
        ("issued", f"{root.issued:%Y-%m-%d %H:%M:%S} UTC"),
        ("expires", f"{root.expires:%Y-%m-%d %H:%M:%S} UTC"),
    ]
    rows += [
        (name, f"{role.threshold} of {', '.join(role.persons)}")
        for name, role in sorted(root.roles.items())
    ]
    rows += [
        (each.person, f"{each.organisation}, {each.kid}")
        for each in sorted(root.officers.values(), key=lambda each: each.person)
    ]
    show_table(("anchor", "value"), rows)


@command.command()
@_TRUST
@PASSPHRASE_FILE
@PASSPHRASE_FD
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
@PASSPHRASE_FILE
@PASSPHRASE_FD
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


command.add_command(propose)
command.add_command(succeed)
