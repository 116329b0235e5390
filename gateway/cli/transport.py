"""``iarms transport``: the ways in and out besides the folders."""

from __future__ import annotations

from pathlib import Path

import click

from gateway.cli.options import HOME, JSON


@click.group()
def command() -> None:
    """Carry native files between a national system and a node's folders."""


@command.command()
@HOME
def run(home: Path) -> None:
    """Carry by every [[transport]] of the settings until SIGTERM; the node runs beside it."""
    import threading

    from gateway.compose import stop_signals, utc_now
    from gateway.config import load_settings
    from gateway.log import open_log
    from gateway.telemetry import TRANSPORT_METRICS, Numbers
    from gateway.transports import carrying

    settings = load_settings(home)
    numbers = Numbers(TRANSPORT_METRICS)
    log = open_log(program="transports", party=settings.party, count=numbers)
    over = threading.Event()
    with (
        stop_signals(over.set),
        carrying(home, settings, clock=utc_now, log=log, numbers=numbers),
    ):
        log.info("process.started", transports=[each.name for each in settings.transport])
        over.wait()
    log.info("process.stopped")


@command.command()
@HOME
@JSON
def check(home: Path, *, as_json: bool) -> None:
    """Reach the other side of each transport; exit code 6 when one is not as it must be."""
    from gateway.cli.output import ExitCode, inform, show_json
    from gateway.config import load_settings
    from gateway.errors import GatewayError
    from gateway.transports import check_transports, open_transport

    settings = load_settings(home)
    check_transports(settings, home)
    found: list[dict[str, str | None]] = []
    for each in settings.transport:
        transport = open_transport(each, home)
        line: dict[str, str | None] = {"transport": each.name}
        try:
            transport.check()
        except GatewayError as error:
            line |= {"code": error.code, "message": str(error), "place": error.place}
            line |= {"value": error.value, "expected": error.expected, "remedy": error.remedy}
        finally:
            transport.close()
        found.append(line)
    if as_json:
        show_json(found)
    for line in () if as_json else found:
        if "code" not in line:
            inform(f"{line['transport']}: as it must be")
            continue
        inform(f"{line['transport']} [{line['code']}]: {line['message']}")
        for name, label in (("place", "at"), ("value", "value"), ("expected", "expected")):
            if line[name]:
                inform(f"  {label + ':':<10}{line[name]}")
        inform(f"  {'do:':<10}{line['remedy']}")
    if any("code" in line for line in found):
        click.get_current_context().exit(ExitCode.FINDINGS)


@command.command()
@HOME
@JSON
def status(home: Path, *, as_json: bool) -> None:
    """What each transport brought in and took back, and what keeps it from its work."""
    from gateway.cli.output import show_json, show_table
    from gateway.config import load_settings
    from gateway.transports import open_ledger

    settings = load_settings(home)
    ledger = open_ledger(home)
    try:
        troubles = {trouble.transport: trouble for trouble in ledger.troubles()}
        rows = []
        for each in settings.transport:
            ways = (troubles.get(f"{each.name} {way}") for way in ("in", "out"))
            wrong = [f"{t.code} since {t.since:%Y-%m-%d %H:%M} UTC" for t in ways if t]
            rows.append(
                {"name": each.name, **ledger.counts(each.name), "trouble": "; ".join(wrong)}
            )
    finally:
        ledger.close()
    if as_json:
        show_json(rows)
        return
    names = ("name", "taken", "refused", "delivered", "waiting", "trouble")
    show_table(names, [tuple(row[name] for name in names) for row in rows])


@command.command("mail-key")
@HOME
@click.option("--address", required=True, help="The mail address of our own mailbox.")
@click.option("--name", default="smime", show_default=True, help="NAME.key and NAME.pem are made.")
def mail_key(home: Path, address: str, name: str) -> None:
    """Make the key and certificate by which our mailbox signs and opens mails (S/MIME)."""
    from gateway.cli.output import inform
    from gateway.compose import utc_now
    from keys.files import PRIVATE_MODE, PUBLIC_MODE, write_new
    from keys.mail_keys import make_mail_key, read_mail_certificates

    secret, certificate = make_mail_key(address, now=utc_now())
    write_new(home / f"{name}.key", secret, mode=PRIVATE_MODE)
    write_new(home / f"{name}.pem", certificate, mode=PUBLIC_MODE)
    (made,) = read_mail_certificates(certificate, place=f"{name}.pem")
    inform(f"{home / name}.key: the secret key, for this process alone")
    inform(f"{home / name}.pem: the certificate, for all who write to {address}")
    inform(f"until {made.ends:%Y-%m-%d}, SHA-256 {made.fingerprint}")
