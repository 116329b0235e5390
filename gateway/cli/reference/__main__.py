"""``python -m gateway.cli.reference`` writes the reference pages."""

import click

from gateway.cli.output import ExitCode
from gateway.cli.reference import pages, stale


@click.command()
@click.option("--check", is_flag=True, help="Write nothing; leave with 6 when a page is old.")
@click.pass_context
def write(context: click.Context, *, check: bool) -> None:
    """Write the reference pages anew."""
    old = stale()
    for path in old:
        click.echo(f"{path.name} is not up to date", err=True)
        if not check:
            path.write_text(pages()[path], encoding="utf-8")
    if old and check:
        context.exit(ExitCode.FINDINGS)


write()
