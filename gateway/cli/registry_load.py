"""``iarms registry load``: files of records into the registry in bulk.

It tells nobody of hits; docs/guides/registry.md says what to do about those.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self, TextIO

import click

if TYPE_CHECKING:
    from gateway.frame import Frame
    from gateway.registry import Refused
    from gateway.store import LoadRow

_SHOWN = 12


@click.command()
@click.argument(
    "files",
    nargs=-1,
    required=True,
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
)
@click.option(
    "--home",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    required=True,
    help="The hub's folder.",
)
@click.option("--owner", "owners", multiple=True, help="A party to load for. Repeatable.")
@click.option("--any-owner", is_flag=True, help="Load for every owner that the files name.")
@click.option(
    "--refused",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Where records that are not filed go with the reasons; FILE.refused.jsonl unless given.",
)
@click.option(
    "--step",
    type=click.IntRange(1, 10_000),
    default=500,
    show_default=True,
    help="Records of one transaction; searches on SQLite wait for it.",
)
@click.option("--dry-run", is_flag=True, help="Judge everything, file nothing.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
def load(
    files: tuple[Path, ...],
    home: Path,
    *,
    owners: tuple[str, ...],
    any_owner: bool,
    refused: Path | None,
    step: int,
    dry_run: bool,
    as_json: bool,
) -> None:
    """File the records of FILES: JSON lines, or XML of RecordBatch and FirearmRecordSubmit.

    Each record is judged as its owner's filing would be. A load that was stopped goes on where it
    stood when it is started again with the same file. Exit code 6 when records were not filed.
    """
    from gateway.cli.databases import open_database
    from gateway.cli.output import ExitCode, show_json
    from gateway.registry import Loading, use_tables
    from gateway.registry import load as run

    if bool(owners) == any_owner:
        raise click.UsageError("say for whom: --owner PARTY, or --any-owner")
    use_tables(home / "tables")
    frame = _frames(home)
    told: list[dict[str, Any]] = []
    with open_database(home) as store:
        for path in files:
            aside = refused or path.with_name(f"{path.name}.refused.jsonl")
            sink = _Aside(aside, str(path), enabled=not dry_run)
            with path.open("rb") as source, sink:
                how = Loading(
                    store=store,
                    owners=None if any_owner else frozenset(owners),
                    frame=frame,
                    refused=sink.take,
                    progress=_progress(path.stat().st_size),
                    write=not dry_run,
                    step=step,
                )
                row = run(source, path.name, how)
            told.append(_facts(path, row, sink, dry_run=dry_run))
            if not as_json:
                _tell(told[-1], sink)
    if as_json:
        show_json(told)
    if any(one["refused"] for one in told):
        click.get_current_context().exit(ExitCode.FINDINGS)


class _Aside:
    """The file of what was not filed: one line each with the reasons and the record, 0600."""

    def __init__(self, path: Path, source: str, *, enabled: bool) -> None:
        self.path = path
        self.examples: dict[str, tuple[int, str, str]] = {}
        self._source = source
        self._enabled = enabled
        self._file: TextIO | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._file is not None:
            self._file.close()

    def take(self, items: Sequence[Refused]) -> None:
        """On the disk before the step is committed: none is lost, one may stand twice."""
        for one in items:
            for finding in one.findings:
                example = (one.number, finding.field_path or "", finding.value_text or "")
                self.examples.setdefault(finding.finding_code, example)
        if not items or not self._enabled:
            return
        if self._file is None:
            descriptor = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
            self._file = os.fdopen(descriptor, "a", encoding="utf-8")
        for one in items:
            self._file.write(json.dumps(self._line(one), ensure_ascii=False, default=str) + "\n")
        self._file.flush()
        os.fsync(self._file.fileno())

    def _line(self, one: Refused) -> dict[str, Any]:
        from gateway.registry import record_json

        line: dict[str, Any] = {
            "file": self._source,
            "item": one.number,
            "octets_before": one.item.place,
            "findings": [record_json(finding) for finding in one.findings],
        }
        if one.item.record is not None:
            line["record"] = record_json(one.item.record)
        else:
            line["text"] = one.item.raw.decode("utf-8", "backslashreplace")
        return line


def _frames(home: Path) -> Callable[[], Frame]:
    """The registry's party at each instant."""
    from gateway.compose import contact_point
    from gateway.config import load_settings
    from gateway.frame import Frame
    from gateway.ids import IdSource, country_of

    settings = load_settings(home)

    def frame() -> Frame:
        now = datetime.now(UTC)
        return Frame(
            party=settings.party,
            country=country_of(settings.party),
            system_id=settings.system_id,
            now=now,
            ids=IdSource(now=lambda: now, random=os.urandom),
            pseudonym=settings.system_id,
            contact=contact_point(settings),
            test=settings.test,
        )

    return frame


def _progress(size: int) -> Callable[[LoadRow], None]:
    began = time.monotonic()
    first: list[LoadRow] = []

    def show(row: LoadRow) -> None:
        first.append(row) if not first else None
        if not sys.stderr.isatty():
            return
        passed = max(time.monotonic() - began, 1e-6)
        share = row.place / max(size, 1)
        done = row.place - first[0].place
        left = (size - row.place) * passed / done if done else 0.0
        rate = (row.items - first[0].items) / passed
        words = f"{100 * share:5.1f} %  {row.items:,} records  {rate:,.0f} a second"
        click.echo(f"\r{words}  {left / 60:.0f} min left   ", err=True, nl=False)

    return show


def _facts(path: Path, row: LoadRow, sink: _Aside, *, dry_run: bool) -> dict[str, Any]:
    results = {
        name.removeprefix("result "): count
        for name, count in row.counts.items()
        if name.startswith("result ")
    }
    return {
        "file": str(path),
        "digest": row.digest,
        "dry_run": dry_run,
        "finished": row.finished,
        "items": row.items,
        "results": results,
        "findings": {n: c for n, c in row.counts.items() if not n.startswith("result ")},
        "refused": results.get("REJECTED", 0) + results.get("VERSION_CONFLICT", 0),
        "aside": str(sink.path) if not dry_run else None,
    }


def _tell(facts: dict[str, Any], sink: _Aside) -> None:
    from gateway.cli.output import inform, say, show_table

    if sys.stderr.isatty():
        click.echo(err=True)
    results = ", ".join(f"{count} {name}" for name, count in sorted(facts["results"].items()))
    say(f"{facts['file']}: {facts['items']} records: {results or 'none'}")
    commonest = sorted(facts["findings"].items(), key=lambda pair: -pair[1])[:_SHOWN]
    if commonest:
        rows = []
        for name, count in commonest:
            number, path, value = sink.examples.get(name.split(" ", 1)[1], ("", "", ""))
            rows.append((name, count, number, path, value))
        show_table(("finding", "how many", "first: item", "at", "value"), rows)
    if facts["refused"] and not facts["dry_run"]:
        inform(f"what was not filed stands in {facts['aside']}, with the reasons")
