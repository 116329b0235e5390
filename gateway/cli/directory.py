"""``iarms directory``: lay out the next key directory, show one, hand it over."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from gateway.cli.options import HUB_HOME, TRUST

if TYPE_CHECKING:
    from collections.abc import Mapping

    from keys import Directory, KeyEntry


@click.group()
def command() -> None:
    """Lay out and show the signed key directory."""


@command.command()
@TRUST
@click.option(
    "--days", type=click.IntRange(1, 92), default=30, show_default=True, help="How long it lives."
)
@click.option("--renew", is_flag=True, help="The same parties again if nobody was enrolled.")
def propose(trust: Path, *, days: int, renew: bool) -> None:
    """Lay the draft out as the next version; it counts when the officers have signed it."""
    from gateway.cli.acting import note_acting
    from gateway.cli.output import inform
    from keys import ceremony

    note_acting()
    pending = ceremony.propose_directory(
        trust, now=datetime.now(UTC), life=timedelta(days=days), renew=renew
    )
    click.echo(pending.name)
    inform(
        f"{pending.name} waits for {pending.missing} officers: `iarms act show`, `iarms act sign`."
    )


@command.command()
@TRUST
@click.option(
    "--hub",
    type=click.Path(path_type=Path, dir_okay=False),
    required=True,
    help="The hub's sealed officer.key, which has the role BEACON.",
)
@click.option(
    "--passphrase-file",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="File that holds its passphrase.",
)
@click.option("--passphrase-fd", type=int, help="Open file descriptor that gives it.")
def beacon(trust: Path, hub: Path, passphrase_file: Path | None, passphrase_fd: int | None) -> None:
    """At the hub: say that root and directory are the newest; every minute and on every change."""
    from gateway.cli.output import inform, read_passphrase
    from keys import ceremony

    signer = ceremony.load_signer(hub, read_passphrase(passphrase_file, passphrase_fd))
    given = ceremony.give_beacon(trust, signer, now=datetime.now(UTC))
    click.echo(trust / "beacon.xml")
    inform(f"Beacon {given.version} names directory {given.directory.version}.")


@command.command()
@TRUST
@click.option("--version", type=click.IntRange(1), help="Another version than the newest.")
@click.option("--draft", is_flag=True, help="The next one, which is not signed yet.")
@click.option(
    "--home",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    help="A process's home: what it withholds of the newest one, as it remembers what was before.",
)
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
def show(
    trust: Path, version: int | None, *, draft: bool, home: Path | None, as_json: bool
) -> None:
    """Every party's keys, their states and days to expiry.

    Keys that nobody vouched for are marked: no process relies on them. Exit code 6 where there is
    one, and when the directory has expired.
    """
    from gateway.cli.output import ExitCode, inform, show_json, show_table

    now = datetime.now(UTC)
    directory = _find(trust, version, draft=draft)
    doubtful = _doubtful(trust, home, directory)
    if as_json:
        show_json(_facts(directory, now=now, draft=draft, doubtful=doubtful))
    else:
        state = "draft, not signed" if draft else "signed by the pinned anchor"
        inform(f"directory {directory.version}, {state}, SHA-256 {directory.digest.hex()}")
        inform(f"messages go by suite {directory.suite:d}")
        inform(f"issued {directory.issued:%Y-%m-%d %H:%M} UTC, {_expiry(directory, now)}")
        show_table(
            ("party", "kind", "use", "suite", "state", "days left", "key", "sends"),
            _rows(directory, now, doubtful),
        )
        for (party, kid), why in doubtful.items():
            inform(f"NOT RELIED ON: {party} {kid or '(all of it)'}: {why}")
    if doubtful or (now >= directory.expires and not draft):
        click.get_current_context().exit(ExitCode.FINDINGS)


@command.command()
@click.argument("number", type=click.IntRange(1, 2))
@TRUST
def suite(number: int, trust: Path) -> None:
    """Put into the draft by which algorithm suite messages go from the next version on.

    Refused where the root does not allow it, or where a party has no key for it.
    """
    from gateway.cli.output import inform
    from keys import Suite, ceremony

    draft = ceremony.choose_suite(trust, Suite(number), now=datetime.now(UTC))
    for line in ceremony.changes(ceremony.newest_directory(trust), draft):
        click.echo(line)
    inform("It counts after `iarms directory propose` and two officers' signatures. What is under")
    inform("way by the other suite still arrives.")


@command.command()
@HUB_HOME
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
def status(home: Path, *, as_json: bool) -> None:
    """At the hub: who relies on the newest root, directory and revocations, and who does not yet;
    and which key log each country sees, by its own word.

    Exit code 6 while somebody has not said so, or sees another log.
    """
    from gateway.cli.databases import open_database
    from gateway.cli.homes import signed_parties, trust_of
    from gateway.cli.output import ExitCode, inform, show_json, show_table
    from gateway.operations import log_spread_of, spread_of
    from keys import ceremony

    parties = signed_parties(home)
    with open_database(home, looking=True) as store, store.unit() as unit:
        spread = spread_of(unit.trust.newest(), unit.trust.acks(), parties)
        log = log_spread_of(ceremony.log_grown(trust_of(home)), unit.trust.logs(), parties)
    if as_json:
        show_json({**spread.facts(), "key_log": None if log is None else log.facts()})
    else:
        inform(spread.sentence())
        inform("key log: none yet." if log is None else log.sentence())
        show_table(
            ("party", "directory", "revocations", "after s", "key log"),
            [(*row, "" if log is None else log.column(str(row[0]))) for row in spread.rows()],
        )
    if spread.missing or (log is not None and log.alarming):
        click.get_current_context().exit(ExitCode.FINDINGS)


@command.command()
@HUB_HOME
def push(home: Path) -> None:
    """At the hub: have the running process send what changed in its trust folder, at once."""
    from gateway.cli.output import NotFoundError, inform
    from gateway.doorbell import ring_at

    if not ring_at(home):
        raise NotFoundError(
            "no process runs in this folder",
            place=str(home),
            remedy="start it: iarms hub run; it sends everything when it has reached the broker",
        )
    inform("The hub looks now: `iarms directory status` says who has it.")


@command.command()
@TRUST
@click.option(
    "--to",
    type=click.Path(path_type=Path, file_okay=False),
    required=True,
    help="The folder of whoever shall have it.",
)
def copy(trust: Path, to: Path) -> None:
    """Copy what everybody may have: anchor, authority, the newest directory and signatures."""
    from gateway.cli.output import inform
    from keys import ceremony, directory_file

    newest = ceremony.hand_over(trust, to)
    click.echo(to / directory_file(newest.version))
    inform("An anchor that is there already is never replaced.")


def _find(trust: Path, version: int | None, *, draft: bool) -> Directory:
    from keys import DirectoryMissingError, ceremony

    if draft and version is not None:
        raise click.UsageError("give either --version or --draft")
    if draft:
        found = ceremony.read_draft(ceremony.CentreFolder(trust))
    elif version is not None:
        found = ceremony.read_version(trust, version)
    else:
        found = ceremony.newest_directory(trust)
    if found is None:
        raise DirectoryMissingError(
            "There is no draft." if draft else "There is no directory.",
            place=str(trust),
            remedy="Run `iarms party enrol`"
            + ("." if draft else ", then `iarms directory propose`."),
        )
    return found


def _doubtful(
    trust: Path, home: Path | None, directory: Directory
) -> dict[tuple[str, str | None], str]:
    """Why a key, or a whole party, is listed and not relied on."""
    from keys import ceremony

    withheld = list(ceremony.unvouched(trust, directory))
    if home is not None:
        with ceremony.as_its_process(trust, home) as folder:
            folder.look(datetime.now(UTC))
            if folder.signed is not None and folder.signed.digest == directory.digest:
                withheld += folder.withheld
    return {(each.party, each.kid): each.why for each in withheld}


def _rows(
    directory: Directory, now: datetime, doubtful: Mapping[tuple[str, str | None], str]
) -> list[tuple[object, ...]]:
    return [
        (
            entry.party,
            entry.kind,
            key.use,
            int(key.suite) if key.use == "enc" else "",
            f"{key.state} WITHHELD" if _is_doubtful(doubtful, entry.party, key) else key.state,
            "no end" if key.valid_until is None else _days(key, now),
            key.kid,
            " ".join(sorted(entry.sends)) if number == 0 else "",
        )
        for entry in sorted(directory.parties.values(), key=lambda entry: entry.party)
        for number, key in enumerate(entry.keys)
    ]


def _is_doubtful(doubtful: Mapping[tuple[str, str | None], str], party: str, key: KeyEntry) -> bool:
    return (party, key.kid) in doubtful or (party, None) in doubtful


def _facts(
    directory: Directory,
    *,
    now: datetime,
    draft: bool,
    doubtful: Mapping[tuple[str, str | None], str],
) -> dict[str, Any]:
    return {
        "version": directory.version,
        "signed": not draft,
        "issued": directory.issued.isoformat(),
        "expires": directory.expires.isoformat(),
        "expired": now >= directory.expires,
        "suite": int(directory.suite),
        "suite_since": directory.suite_since,
        "digest": directory.digest.hex(),
        "parties": [
            {
                "party": entry.party,
                "country": entry.country,
                "kind": entry.kind,
                "name": entry.name,
                "sends": sorted(entry.sends),
                "keys": [
                    {
                        "kid": key.kid,
                        "use": key.use,
                        "suite": int(key.suite) if key.use == "enc" else None,
                        "state": key.state,
                        "withheld": _is_doubtful(doubtful, entry.party, key),
                        "valid_from": key.valid_from.isoformat(),
                        "valid_until": key.valid_until and key.valid_until.isoformat(),
                        "days_left": _days(key, now),
                    }
                    for key in entry.keys
                ],
            }
            for entry in sorted(directory.parties.values(), key=lambda entry: entry.party)
        ],
    }


def _days(key: KeyEntry, now: datetime) -> int | None:
    return None if key.valid_until is None else (key.valid_until - now).days


def _expiry(directory: Directory, now: datetime) -> str:
    if now >= directory.expires:
        return f"EXPIRED {directory.expires:%Y-%m-%d %H:%M} UTC"
    return f"expires in {(directory.expires - now).days} days"
