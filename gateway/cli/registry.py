"""``iarms registry``: the upkeep of the centre's search table and of its tables of words."""

from __future__ import annotations

import csv
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from gateway.cli.options import JSON
from gateway.cli.registry_load import load

if TYPE_CHECKING:
    from datetime import datetime

    from gateway.registry import Judged, Upkeep
    from gateway.store import Store

_HOME = click.option(
    "--home",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    required=True,
    help="The hub's folder.",
)
_OWN_TABLES = "tables"


@click.group()
def command() -> None:
    """Load, re-index, verify and count the registry; look after its makes and calibres."""


command.add_command(load)


@command.command()
@_HOME
@click.option("--after", default=0, help="The number of the record to begin behind.")
@click.option("--dry-run", is_flag=True, help="Say what would change; change nothing.")
@JSON
def reindex(home: Path, *, after: int, dry_run: bool, as_json: bool) -> None:
    """Derive every key anew by today's tables, beside running searches; 500 records a step.

    A stopped run says behind which record it is taken up.
    """
    from gateway.registry import reindex as run

    with _open(home) as store:
        seen = run(store, after=after, write=not dry_run, progress=_progress(store))
    _tell(seen, as_json=as_json, done="would be changed" if dry_run else "changed")


@command.command()
@_HOME
@click.option("--after", default=0, help="The number of the record to begin behind.")
@click.option("--most", type=int, help="Records to look at; all unless given.")
@JSON
def verify(home: Path, *, after: int, most: int | None, as_json: bool) -> None:
    """Hold the keys of every record to what its text derives. Exit code 6 when any differ."""
    from gateway.cli.output import ExitCode
    from gateway.registry import reindex as run

    with _open(home) as store:
        seen = run(store, after=after, write=False, most=most, progress=_progress(store))
    mend = "; `iarms registry reindex` mends them" if seen.differing else ""
    _tell(seen, as_json=as_json, done=f"differ{mend}")
    if seen.differing:
        click.get_current_context().exit(ExitCode.FINDINGS)


@command.command()
@_HOME
@click.option("--refresh", is_flag=True, help="Count shapes, makes and calibres anew first.")
@JSON
def statistics(home: Path, *, refresh: bool, as_json: bool) -> None:
    """Records by status, keys, and how common each shape of serial and each make is.

    From these figures searches reckon how likely a match is by chance.
    """
    from datetime import UTC, datetime

    from gateway.cli.output import show_json, show_table
    from gateway.registry import shape_of

    with _open(home) as store:
        if refresh:
            with store.unit() as unit:
                unit.figures.refresh(shape_of)
        with store.unit() as unit:
            records = unit.records.count()
            keys = unit.figures.keys()
            counted = unit.figures.current(datetime.now(UTC), list)
    commonest = sorted(counted, key=lambda row: (row[0], -row[2]))
    shapes = [(name, count) for kind, name, count in commonest if kind == "SHAPE"]
    if as_json:
        show_json({"records": records, "keys": keys, "shapes": dict(shapes)})
        return
    rows = [(f"records {status}", count) for status, count in records.items()]
    rows += [("keys", keys)]
    rows += [(f"serials like {name}", count) for name, count in shapes[:15]]
    show_table(("what", "how many"), rows)


@command.command()
@click.option(
    "--pairs",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    required=True,
    help="CSV of pairs that people have judged.",
)
@click.option("--set", "changes", multiple=True, metavar="NAME=VALUE", help="Repeatable.")
@JSON
def thresholds(pairs: Path, *, changes: tuple[str, ...], as_json: bool) -> None:
    """What changing the thresholds of matching would do on a file of judged pairs.

    Columns: asked_serial, asked_make, asked_calibre, asked_type, recorded_… the same, and same
    (yes or no). Without --set the present thresholds are shown.
    """
    from gateway.cli.output import show_json, show_table
    from gateway.registry import report, threshold_names

    known = threshold_names()
    changed = _changes(changes, known)
    now, then = report(_pairs(pairs), changed)
    grades = ("A", "B", "C", "D")
    if as_json:
        show_json(
            {
                "thresholds": known,
                "changed": changed,
                "now": asdict(now),
                "then": asdict(then),
                "recall": {g: [now.recall(g), then.recall(g)] for g in grades},
                "precision": {g: [now.precision(g), then.precision(g)] for g in grades},
            }
        )
        return
    show_table(("threshold", "now", "then"), [(n, v, changed.get(n, v)) for n, v in known.items()])
    rows = [
        (
            f"{grade} or better",
            *(f"{100 * share:.2f} %" for share in (now.recall(grade), then.recall(grade))),
            *(f"{100 * share:.2f} %" for share in (now.precision(grade), then.precision(grade))),
        )
        for grade in grades
    ]
    show_table(("grade", "recall now", "then", "precision now", "then"), rows)


@command.command()
@click.argument("action", type=click.Choice(["list", "check", "import"]))
@click.argument("table", required=False)
@click.argument(
    "file", required=False, type=click.Path(path_type=Path, dir_okay=False, exists=True)
)
@click.option(
    "--home",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    help="The hub's or node's folder; an administrator's rows stand in its folder `tables`.",
)
@click.option("--dry-run", is_flag=True, help="Check only.")
@JSON
def tables(
    action: str,
    table: str | None,
    file: Path | None,
    home: Path | None,
    *,
    dry_run: bool,
    as_json: bool,
) -> None:
    """The tables of makes, calibres, placeholders, scripts and serial forms: list, check or import.

    `list` shows every table with its rows and version, with --home (a hub's or node's) an
    administrator's rows too. `check TABLE FILE` tells everything wrong with a CSV file of rows.
    `import TABLE FILE --home HOME` adds them; a row of a known code adds spellings to it. They are
    read at the next start; `iarms registry reindex` brings a hub's keys to them.
    """
    _use(home)
    if action == "list":
        _list_tables(as_json=as_json)
        return
    if table is None or file is None or (action == "import" and home is None):
        raise click.UsageError(f"{action} needs TABLE and FILE, and import --home")
    _take(table, file, home if action == "import" and not dry_run else None, as_json=as_json)


def _list_tables(*, as_json: bool) -> None:
    from gateway.cli.output import show_json, show_table
    from gateway.registry import table_states

    states = table_states()
    if as_json:
        show_json([asdict(state) for state in states])
    else:
        names = ("table", "shipped", "own", "version")
        show_table(names, [tuple(asdict(state).values()) for state in states])


def _take(table: str, file: Path, home: Path | None, *, as_json: bool) -> None:
    from gateway.cli.output import ExitCode, say
    from gateway.registry import read_rows, take_in

    if not _sound(table, file, as_json=as_json):
        click.get_current_context().exit(ExitCode.FINDINGS)
    if home is not None:
        new = take_in(table, read_rows(file, table), home / _OWN_TABLES)
        say(f"{new} rows were added to {home / _OWN_TABLES / table}.csv")


def _sound(table: str, file: Path, *, as_json: bool) -> bool:
    from gateway.cli.output import inform, show_json, show_table
    from gateway.registry import TABLES, faults, read_rows

    if table not in TABLES:
        raise click.BadParameter(f"one of {', '.join(TABLES)}", param_hint="TABLE")
    try:
        found = faults(table, read_rows(file, table))
    except (ValueError, UnicodeDecodeError) as error:
        raise click.BadParameter(str(error), param_hint="FILE") from error
    if as_json:
        show_json([asdict(fault) for fault in found])
    elif found:
        rows = [(x.line, x.column, x.value, x.expected) for x in found]
        show_table(("line", "column", "value", "expected"), rows)
    else:
        inform("nothing is wrong with it")
    return not found


def _changes(changes: tuple[str, ...], known: dict[str, float]) -> dict[str, float]:
    found: dict[str, float] = {}
    for change in changes:
        name, _, value = change.partition("=")
        if name not in known:
            raise click.BadParameter(f"thresholds are {', '.join(known)}", param_hint="--set")
        try:
            found[name] = float(value)
        except ValueError as error:
            raise click.BadParameter(f"{change}: {error}", param_hint="--set") from error
    return found


@command.command(name="export-record")
@_HOME
@click.argument("record_id")
@click.option("--why", required=True, help="The reason, as it is written down: a request's number.")
@click.option("--html", "as_page", is_flag=True, help="A page to print, instead of JSON.")
def export_record(home: Path, record_id: str, *, why: str, as_page: bool) -> None:
    """Everything that is held about one record: content, lookups, who read it and why, hits.

    The export is itself written down among those who read the record. Exit code 3: no such record.
    """
    import getpass
    from datetime import UTC, datetime

    from gateway.cli.output import NotFoundError, show_json
    from gateway.config import load_settings
    from gateway.registry import as_html, dossier_of
    from gateway.store import Access

    party = load_settings(home).party
    with _open(home) as store, store.unit() as unit:
        if dossier_of(record_id, unit) is None:
            raise NotFoundError(
                "there is and was no such record",
                value=record_id,
                remedy="give the id as in R-FRA-…; a purged record still has its stub",
            )
        unit.lives.log_access(
            Access(
                at=datetime.now(UTC),
                asker=party,
                system_id="iarms registry",
                pseudonym=getpass.getuser(),
                purpose="DATA_PROTECTION",
                reason="EXPORT",
                case_reference=None,
                justification=why,
                record_id=record_id,
                granted=True,
            )
        )
        found = dossier_of(record_id, unit)
    if found is None:
        raise LookupError("a record went away within a transaction")
    if as_page:
        click.echo(as_html(found), nl=False)
    else:
        show_json(found)


@command.command()
@_HOME
@click.option("--record", "record_id", help="Of this record alone.")
@click.option("--party", help="By this party alone, such as NLD-CUSTOMS.")
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), help="From this day on (UTC).")
@click.option(
    "--most",
    default=100,
    show_default=True,
    type=click.IntRange(1, 10_000),
    help="Accesses to show, the newest first.",
)
@JSON
def accesses(
    home: Path,
    *,
    record_id: str | None,
    party: str | None,
    since: datetime | None,
    most: int,
    as_json: bool,
) -> None:
    """Who asked for whole records, when and why: granted or not, the newest first.

    Searches show identifiers and description alone; who searched and why is `iarms report run
    R12`. Exit code 3: nobody asked.
    """
    from datetime import UTC

    from gateway.cli.output import ExitCode, inform, show_json, show_table

    begin = None if since is None else since.replace(tzinfo=UTC)
    with _open(home) as store, store.unit() as unit:
        if record_id is None:
            found = unit.lives.read_log(since=begin, asker=party, most=most)
        else:
            of_record = unit.lives.accesses(record_id)[::-1]
            found = [
                one
                for one in of_record
                if party in (None, one.asker) and (begin is None or one.at >= begin)
            ][:most]
    if as_json:
        show_json([asdict(one) for one in found])
    elif found:
        names = ("at", "by", "user", "purpose", "reason", "case", "why", "record", "given")
        show_table(
            names,
            [
                (
                    f"{one.at:%Y-%m-%dT%H:%M:%SZ}",
                    one.asker,
                    one.pseudonym,
                    one.purpose,
                    one.reason,
                    one.case_reference or "-",
                    one.justification,
                    one.record_id,
                    "yes" if one.granted else "no",
                )
                for one in found
            ],
        )
    if not found:
        inform("nobody asked for a whole record")
        click.get_current_context().exit(ExitCode.NOT_FOUND)


def _pairs(path: Path) -> list[Judged]:
    from gateway.registry import PAIR_COLUMNS, pair_of

    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        missing = [name for name in PAIR_COLUMNS if name not in (reader.fieldnames or [])]
        rows = list(reader)
    if missing:
        raise click.BadParameter(f"columns are missing: {', '.join(missing)}")
    found: list[Judged] = []
    for line, row in enumerate(rows, start=2):
        try:
            found.append(pair_of(row))
        except ValueError as error:
            raise click.BadParameter(f"line {line}: {error}") from error
    return found


@contextmanager
def _open(home: Path) -> Iterator[Store]:
    from gateway.cli.databases import open_database

    _use(home)
    with open_database(home) as store:
        yield store


def _use(home: Path | None) -> None:
    from gateway.registry import use_tables

    use_tables(None if home is None else home / _OWN_TABLES)


def _progress(store: Store) -> Callable[[Upkeep], None]:
    with store.unit() as unit:
        total = unit.indexing.records()

    def show(seen: Upkeep) -> None:
        if sys.stderr.isatty():
            share = 100 * seen.records / max(total, 1)
            click.echo(f"\r{share:5.1f} %  {seen.records:,} of {total:,}", err=True, nl=False)

    return show


def _tell(seen: Upkeep, *, as_json: bool, done: str) -> None:
    from gateway.cli.output import say, show_json

    if sys.stderr.isatty():
        click.echo(err=True)
    if as_json:
        show_json(asdict(seen))
        return
    say(f"{seen.records} records were looked at, {seen.differing} {done}; last: {seen.last}")
    for example in seen.examples:
        say(f"  {example}")
