"""``iarms status``: how a home stands."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from gateway.operations import Standing
    from gateway.store import ReplicaLook


@click.command()
@click.option(
    "--home",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    required=True,
    help="The folder of a node, hub or relay.",
)
@click.option("--broker/--no-broker", default=True, help="Ask the broker for the mailboxes too.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
def command(home: Path, *, broker: bool, as_json: bool) -> None:
    """Show how a home stands: lanes, ages, peers, dead letters, directory, database.

    Changes nothing and waits for nobody. `iarms doctor` judges the same. Exit code 6 when there
    is no directory in force, or the broker cannot be asked.
    """
    from datetime import UTC

    from gateway.cli.homes import directory_of, queues_of, standing_of
    from gateway.cli.output import ExitCode, show_json, tell
    from gateway.config import load_settings
    from gateway.exchange import ExchangeError
    from keys import TrustError

    now = datetime.now(UTC)
    settings = load_settings(home)
    troubles: list[Exception] = []
    directory = None
    try:
        directory = directory_of(home, settings, now)
    except TrustError as error:
        troubles.append(error)
    queues: Any = ()
    try:
        queues = queues_of(home, settings) if broker else ()
    except ExchangeError as error:
        troubles.append(error)
    standing = standing_of(home, settings, directory, queues, now)
    if as_json:
        show_json(_facts(standing, troubles))
    else:
        _show(standing)
        for trouble in troubles:
            tell(trouble)
    if troubles:
        click.get_current_context().exit(ExitCode.FINDINGS)


def _show(standing: Standing) -> None:
    from gateway.cli.output import show_table

    now, directory, database = standing.at, standing.directory, standing.database
    head: list[tuple[str, object]] = [
        ("party", standing.party),
        ("process", _process(standing)),
        (
            "directory",
            "none in force"
            if directory is None
            else f"version {directory.version}, issued {directory.issued:%Y-%m-%d}, "
            f"ends in {_span(directory.expires - now)}",
        ),
    ]
    if database is not None:
        level = database.level
        fits = "" if level.fits else f", but this program needs {level.needed}"
        head += [
            (
                "database",
                f"{database.kind}, {database.size_octets:,} octets, at {level.found}{fits}",
            ),
            *_replica(database.replica),
            ("last sent", _ago(standing.last_sent, now)),
            ("last received", _ago(standing.last_received, now)),
            ("failing", standing.failing),
        ]
        if standing.ahead:
            by = f"{standing.ahead_by.total_seconds():,.0f} s"
            head.append(("dated ahead", f"{standing.ahead} messages: the clock was {by} ahead"))
    head += [(f"items {state}", count) for state, count in standing.items.items()]
    head += [(f"files {state}", count) for state, count in standing.files.items()]
    show_table(("what", "how"), head)
    if database is None:
        return
    click.echo()
    show_table(
        ("lane", "without receipt", "oldest", "tries", "first expires in"),
        [
            (
                lane.lane,
                lane.waiting,
                _ago(lane.oldest, now),
                lane.attempts,
                "" if lane.expires_first is None else _span(lane.expires_first - now),
            )
            for lane in standing.lanes
        ],
    )
    click.echo()
    show_table(
        ("peer", "without receipt", "oldest", "received in 24 h", "last", "never arrived"),
        [
            (
                peer.party,
                peer.waiting,
                _ago(peer.oldest, now),
                peer.received,
                _ago(peer.last_received, now),
                peer.missing,
            )
            for peer in standing.peers
        ],
    )
    if standing.letters:
        click.echo()
        show_table(
            ("dead letters", "code", "source", "last seen"),
            [(x.letters, x.code, x.source, _ago(x.last_seen, now)) for x in standing.letters],
        )
    if standing.queues:
        click.echo()
        show_table(
            ("mailbox", "waiting", "readers", "not to be seen"),
            [
                (queue.name, queue.waiting, queue.consumers, queue.absent)
                for queue in standing.queues
            ],
        )


def _replica(replica: ReplicaLook | None) -> list[tuple[str, object]]:
    if replica is None:
        return []
    return [("replica", replica.away or f"{replica.behind_octets:,} octets behind")]


def _process(standing: Standing) -> str:
    if standing.halted:
        return f"halted: {', '.join(map(str, standing.halted))}"
    return "running" if standing.is_running else "not running"


def _facts(standing: Standing, troubles: list[Exception]) -> dict[str, Any]:
    from dataclasses import asdict, fields

    facts = {
        each.name: getattr(standing, each.name)
        for each in fields(standing)
        if each.name not in {"directory", "lanes", "peers", "letters", "queues", "database"}
    }
    directory, database = standing.directory, standing.database
    facts["directory"] = (
        None
        if directory is None
        else {
            "version": directory.version,
            "issued": directory.issued,
            "expires": directory.expires,
            "parties": sorted(directory.parties),
        }
    )
    facts["database"] = (
        None
        if database is None
        else {**asdict(database), "level": {**asdict(database.level), "fits": database.level.fits}}
    )
    for name in ("lanes", "peers", "letters", "queues"):
        facts[name] = [_with_age(asdict(each), standing.at) for each in getattr(standing, name)]
    facts["troubles"] = [
        {"code": getattr(error, "code", "?"), "message": str(error)} for error in troubles
    ]
    return facts


def _with_age(row: dict[str, Any], now: datetime) -> dict[str, Any]:
    oldest = row.get("oldest")
    if isinstance(oldest, datetime):
        row["oldest_age_s"] = round((now - oldest).total_seconds(), 3)
    return row


def _ago(at: datetime | None, now: datetime) -> str:
    return "" if at is None else f"{_span(now - at)} ago"


def _span(span: timedelta) -> str:
    """In the two largest units: a person compares ages, not seconds."""
    seconds = int(span.total_seconds())
    sign, seconds = ("-", -seconds) if seconds < 0 else ("", seconds)
    units = (("d", 86_400), ("h", 3_600), ("min", 60), ("s", 1))
    parts: list[str] = []
    for name, size in units:
        count, seconds = divmod(seconds, size)
        if count or (name == "s" and not parts):
            parts.append(f"{count} {name}")
    return sign + " ".join(parts[:2])
