"""``iarms report establish``: what an authority of this country found out about a seized firearm.

It is written into the log of facts, and who said so and why into the journal.
"""

from __future__ import annotations

from pathlib import Path

import click

from gateway.cli.options import HOME


@click.command()
@HOME
@click.argument("seizure")
@click.option("--item", help="One firearm of it, by its item id; all of them unless given.")
@click.option(
    "--how", type=click.Choice(["BY_AUTHORITY", "BY_TRACING"]), default="BY_AUTHORITY",
    show_default=True, help="By intelligence or papers, or by a trace outside this gateway.",
)  # fmt: skip
@click.option("--country", help="Where it left lawful hands (ISO 3166-1 alpha-3), if known.")
@click.option("--reason", required=True, help="From what it is known; kept in the journal.")
@click.option("--withdraw", is_flag=True, help="Take back what was said before.")
def establish(  # noqa: PLR0917 - one parameter an option, click passes them by name
    home: Path, seizure: str, item: str | None, how: str, country: str | None, reason: str,
    *, withdraw: bool,
) -> None:  # fmt: skip
    """Say that the illicit origin of the firearms of SEIZURE is established, for SDG 16.4.2.

    What traces of this gateway established counts by itself.
    """
    from datetime import UTC, datetime

    from gateway.cli.databases import open_database
    from gateway.cli.output import inform
    from gateway.cli.person import person_here
    from gateway.config import load_settings
    from gateway.payload import CountryCode
    from gateway.statistics import note_origin, sight_of, withheld
    from gateway.store import JournalLine

    if country is not None and country not in set(CountryCode):
        raise click.BadParameter(f"{country} is no country", param_hint="--country")
    settings, person, now = load_settings(home).statistics, person_here(home), datetime.now(UTC)
    if not sight_of(person, settings.readers, "seized").whole:
        raise withheld(person, 1, settings.threshold, settings.cases_office)
    with open_database(home) as store, store.unit() as unit:
        found = note_origin(
            seizure,
            item,
            how=None if withdraw else how,
            country=None if withdraw else country,
            unit=unit,
            now=now,
        )
        word = "withdrawn" if withdraw else how
        detail = f"{person.login}: {seizure} {item or 'all'} {word}: {reason}"
        unit.journal.add(JournalLine(at=now, event="origin.established", detail=detail[:255]))
    inform(f"{len(found)} firearms: {word.lower().replace('_', ' ')}")
