"""``iarms party recover``, ``renew``, ``certify``: a listed party's new keys and certificates."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import click

from gateway.cli.options import CENTRE_TRUST, PASSPHRASE_FD, PASSPHRASE_FILE

_REQUEST = click.argument("request_file", type=click.Path(path_type=Path, dir_okay=False))


@click.command()
@_REQUEST
@CENTRE_TRUST
@click.option("--why", required=True, help="The reason, for everybody to read.")
@click.option(
    "--hours",
    type=click.IntRange(1, 8784),
    help="Notice before the keys count; less than the policy's takes one officer more.",
)
@PASSPHRASE_FILE
@PASSPHRASE_FD
def recover(
    request_file: Path,
    *,
    trust: Path,
    why: str,
    hours: int | None,
    passphrase_file: Path | None,
    passphrase_fd: int | None,
) -> None:
    """At the centre: draw up a recovery for a party that has lost its keys, or had them stolen.

    The party made new ones in another folder (`iarms party request`). The root's officers sign the
    recovery, two directory officers the directory; everybody sees it for the notice, and only then
    the keys count. The passphrase is that of the enrolment desk.
    """
    from gateway.cli.acting import note_acting
    from gateway.cli.output import inform, read_passphrase
    from keys import ceremony

    note_acting(why)
    desk = ceremony.open_desk(trust, read_passphrase(passphrase_file, passphrase_fd))
    request = ceremony.check_request(desk, request_file)
    pending = ceremony.draw_up_recovery(
        desk,
        request,
        why,
        now=datetime.now(UTC),
        notice=None if hours is None else timedelta(hours=hours),
    )
    click.echo(pending.name)
    for line in ceremony.changes_of(trust, pending):
        click.echo(line)
    words = ceremony.words_of(bytes.fromhex(request.fingerprint.replace(" ", "")))
    inform(f"Call {request.party} by a number that you know; its screen must read: {words}")
    inform(f"{pending.name} waits for {pending.missing} officers: `iarms act sign`.")
    inform("Then `iarms directory propose`, two signatures, and `iarms party certify`.")


@click.command()
@click.option(
    "--home",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    required=True,
    help="The party's home folder.",
)
@click.option(
    "--identity",
    type=click.Path(path_type=Path, dir_okay=False),
    help="The party's sealed key file in use [default: HOME/identity.key].",
)
@click.option(
    "--anchor",
    "anchor_file",
    type=click.Path(path_type=Path, dir_okay=False),
    help="The pinned anchor [default: HOME/trust/anchor.xml].",
)
@PASSPHRASE_FILE
@PASSPHRASE_FD
def renew(
    *,
    home: Path,
    identity: Path | None,
    anchor_file: Path | None,
    passphrase_file: Path | None,
    passphrase_fd: int | None,
) -> None:
    """At the party: make the next TLS key, and the request for its certificate.

    The line goes on by the old certificate until `iarms party install` puts the new one in place.
    """
    from gateway.cli.output import inform, read_passphrase
    from keys import ceremony, load_anchor, load_identity

    own = load_identity(
        identity or home / "identity.key", read_passphrase(passphrase_file, passphrase_fd)
    )
    anchor = load_anchor(anchor_file or home / "trust" / "anchor.xml")
    click.echo(ceremony.renew_request(home, own, anchor=anchor, now=datetime.now(UTC)))
    inform("Hand it and its .sig to the centre: `iarms party certify`, which gives the certificate")
    inform("for `iarms party install`. The process takes it up when it next connects.")


@click.command()
@_REQUEST
@CENTRE_TRUST
@click.option("--why", help="The reason, for the trail of acts (`iarms act trail`).")
@PASSPHRASE_FILE
@PASSPHRASE_FD
def certify(
    request_file: Path,
    *,
    trust: Path,
    why: str | None,
    passphrase_file: Path | None,
    passphrase_fd: int | None,
) -> None:
    """At the centre: issue the TLS certificate that a party's listed keys ask for.

    A request by keys that the newest directory does not list is refused. The passphrase is that of
    the enrolment desk.
    """
    from gateway.cli.acting import note_acting
    from gateway.cli.output import inform, read_passphrase
    from keys import ceremony

    note_acting(why)
    desk = ceremony.open_desk(trust, read_passphrase(passphrase_file, passphrase_fd))
    request = ceremony.check_request(desk, request_file)
    ceremony.certify(desk, request, now=datetime.now(UTC))
    click.echo(desk.folder.issued / f"{request.party}.pem")
    inform("Hand it over with ca.pem. The old certificate ends by itself, within 397 days.")
