"""``iarms doctor``: everything in a home that keeps messages from flowing, or soon will."""

from __future__ import annotations

from pathlib import Path

import click


@click.command()
@click.option(
    "--home",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    required=True,
    help="The folder of a node, hub or relay.",
)
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
def command(home: Path, *, as_json: bool) -> None:
    """Find what keeps messages from flowing, each with its remedy.

    Looks at settings, keys, modes, certificates, directory, disk, database, broker and what
    waits; changes nothing. Exit code 6 when anything is found.
    """
    from dataclasses import asdict
    from datetime import UTC, datetime

    from gateway.cli.homes import checked_home
    from gateway.cli.output import ExitCode, inform, show_json
    from gateway.operations import diagnose

    now = datetime.now(UTC)
    findings = diagnose(checked_home(home, now), now)
    if as_json:
        show_json({"home": str(home), "at": now, "findings": [asdict(each) for each in findings]})
    for each in () if as_json else findings:
        inform(f"{each.severity} [{each.code}]: {each.message}")
        for label, text in (
            ("at", each.place),
            ("value", each.value),
            ("expected", each.expected),
            ("do", each.remedy),
        ):
            if text:
                inform(f"  {label + ':':<10}{text}")
    if findings:
        click.get_current_context().exit(ExitCode.FINDINGS)
    if not as_json:
        inform("nothing found")
