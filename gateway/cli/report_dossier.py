"""``iarms report dossier``: everything that this node holds about one firearm (R9).

Who asked, and why, is written down; who may ask say the settings (`[[statistics.readers]]`).
"""

from __future__ import annotations

from pathlib import Path

import click

from gateway.cli.options import HOME

_KINDS = ("records", "searches", "hits", "seized", "traces")


@click.command()
@HOME
@click.argument("ids", nargs=-1)
@click.option("--serial", help="The serial number as marked.")
@click.option("--make", help="The make, in any usual spelling; with --serial.")
@click.option("--why", required=True, help="The reason, as it is written down: a case's number.")
@click.option(
    "--format", "form", type=click.Choice(["txt", "csv", "json", "xlsx", "html", "pdf"]),
    help="How it is written; by the name of the file unless given, else txt.",
)  # fmt: skip
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="Into this file.")
def dossier(  # noqa: PLR0917 - one parameter an option, click passes them by name
    home: Path,
    ids: tuple[str, ...],
    serial: str | None,
    make: str | None,
    why: str,
    form: str | None,
    out: Path | None,
) -> None:
    """All that is held about one firearm, by its serial number or the IDS of anything about it.

    Ids are those of records, searches, seizures, hits, trace requests and chains, and your own
    number of a trace case. The asking is written into the journal.
    """
    from datetime import UTC, datetime

    from gateway.cli.databases import open_database
    from gateway.cli.person import person_here
    from gateway.cli.report_writing import chosen_format, write_report
    from gateway.config import load_settings
    from gateway.statistics import (
        CasesWithheldError,
        Origin,
        Wanted,
        make_dossier,
        sees_all,
    )
    from gateway.store import JournalLine

    if not ids and serial is None:
        raise click.UsageError("give an id, or --serial")
    wanted, now = chosen_format(form, out), datetime.now(UTC)
    settings, person = load_settings(home), person_here(home)
    allowed = sees_all(person, settings.statistics.readers, _KINDS)
    event = "dossier.made" if allowed else "dossier.refused"
    with open_database(home) as store:
        with store.unit() as unit:
            line = JournalLine(at=now, event=event, detail=f"{person.login}: {why}"[:255])
            unit.journal.add(line)
        if not allowed:
            office = settings.statistics.cases_office or "the office that runs this node"
            raise CasesWithheldError(
                f"what is held about a firearm is not for {person.login}",
                place="statistics.readers",
                value=person.login,
                expected="a person whom the settings name as a reader of all kinds of cases",
                remedy=f"ask {office} for the dossier, or for the right",
            )
        with store.unit() as unit:
            position, head = unit.facts.head()
            origin = Origin(party=settings.party, position=position, head=head)
            report = make_dossier(Wanted(ids=ids, serial=serial, make=make), unit, origin, now)
    write_report(report, wanted, out)
