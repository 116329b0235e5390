"""``iarms evidence``: what a case's file proves, checked without node, network or database.

It makes no evidence; `iarms trace export` does.
"""

from __future__ import annotations

from pathlib import Path

import click


@click.group()
def command() -> None:
    """Check what others can prove, offline."""


@command.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.option(
    "--anchor",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="The trust anchor that you pinned yourself; else the file's own is believed.",
)
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
def verify(file: Path, anchor: Path | None, *, as_json: bool) -> None:
    """Check an evidence file offline: who signed what, and that both sides tell one story.

    Exit code 6 when anything in it does not hold.
    """
    from gateway.cli.output import ExitCode, show_json
    from gateway.cli.trace_files import verify_case

    report = verify_case(file.read_bytes(), None if anchor is None else anchor.read_bytes())
    if as_json:
        show_json(report)
    else:
        for line in report["lines"]:
            click.echo(line)
    if report["broken"]:
        click.get_current_context().exit(ExitCode.FINDINGS)
