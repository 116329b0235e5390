"""``iarms adapter certify`` and ``verify``: the suite that an adapter's author did not write.

It works offline and sends nothing.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from keys import Identity


@click.command("certify")
@click.argument("name")
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    help="The result file; by default NAME.certificate.json here. Its signature lies beside it.",
)
@click.option(
    "--home",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    help="Sign with the keys of this node's home.",
)
@click.option(
    "--key-folder",
    type=click.Path(path_type=Path, file_okay=False),
    help="Sign with a local key of this folder, made at the first use; ~/.local/state/iarms else.",
)
@click.option("--seed", type=int, default=1, show_default=True, help="Repeats a run.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
@click.pass_context
def certify(
    context: click.Context,
    name: str,
    *,
    out: Path | None,
    home: Path | None,
    key_folder: Path | None,
    seed: int,
    as_json: bool,
) -> None:
    """Put the adapter NAME (installed, or a folder ./NAME) through the certification suite.

    Samples, empty, resend, duplicates, oversized, wrong charset, truncation, unknown code, rows
    made by chance, answers of every kind, a misbehaving counterpart, 10,000 rows in time. Leaves
    with 6 when a check fails; the signed result is written either way.
    """
    from datetime import UTC, datetime

    import msgspec

    from gateway import certification
    from gateway.adapter import find_adapter
    from gateway.cli.output import ExitCode, inform, show_json, show_table

    adapter = find_adapter(name)
    signer = _signer(home, key_folder)
    checks = certification.certify(adapter, seed=seed)
    path = out or Path(f"{adapter.name}.certificate.json")
    certificate = certification.write_certificate(
        path, adapter, checks, signer, seed=seed, now=datetime.now(UTC)
    )
    if as_json:
        show_json(msgspec.to_builtins(certificate))
    else:
        show_table(
            ("check", "outcome", "CPU s", "detail"),
            [(one.name, one.outcome.value, one.cpu_s, one.detail) for one in certificate.checks],
        )
        outcome = "certified" if certificate.passed else "NOT certified"
        inform(
            f"{adapter.name} {adapter.version}: {outcome}; {path}, signed by {signer.signing_kid}"
        )
    if not certificate.passed:
        context.exit(ExitCode.FINDINGS)


def _signer(home: Path | None, key_folder: Path | None) -> Identity:
    import os

    from gateway.certification import local_signer

    if home is None:
        folder = key_folder or Path("~/.local/state/iarms").expanduser()
        return local_signer(folder, random=os.urandom)
    from gateway.compose import own_identity
    from gateway.config import load_settings

    return own_identity(home, load_settings(home))


@click.command("verify")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--kid", help="The id of the key that must have signed it.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
def verify(file: Path, *, kid: str | None, as_json: bool) -> None:
    """Verify the signed result FILE of a certification, and say who signed what.

    Without --kid it says that the file is unchanged since that key signed it, not whose key it is.
    """
    import msgspec

    from gateway.certification import check_certificate
    from gateway.cli.output import say, show_json

    certificate, signer = check_certificate(file, kid=kid)
    if as_json:
        show_json({"kid": signer, "certificate": msgspec.to_builtins(certificate)})
        return
    outcome = "certified" if certificate.passed else "NOT certified"
    say(f"{certificate.adapter} {certificate.version}: {outcome} by suite {certificate.suite}")
    say(f"signed {certificate.at:%Y-%m-%d %H:%M} UTC by {certificate.signer}, key {signer}")
