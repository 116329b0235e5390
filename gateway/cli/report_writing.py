"""How a report is written: the format by the file's name, to the file or to standard output."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from gateway.statistics import Format, Report


def chosen_format(form: str | None, out: Path | None) -> Format:
    """``form``, else what the name of ``out`` says, else text."""
    from gateway.statistics import Format

    wanted = form or (out.suffix.lstrip(".") if out is not None else "txt")
    if wanted not in [each.value for each in Format]:
        raise click.BadParameter(f"{wanted} is no format", param_hint="--format")
    return Format(wanted)


def write_report(report: Report, form: Format, out: Path | None) -> None:
    """Writes ``report`` into ``out``, or to standard output."""
    from gateway.cli.output import inform
    from gateway.statistics import render

    octets = render(report, form)
    if out is None:
        sys.stdout.buffer.write(octets)
        return
    out.write_bytes(octets)
    inform(f"{report.title}: {out}")
