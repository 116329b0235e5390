"""``iarms keylog``: prove, verify and audit what happened to keys, with files alone."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from gateway.cli.options import JSON

if TYPE_CHECKING:
    from keys.ceremony import KeyLog

_TRUST = click.option(
    "--trust",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    required=True,
    help="The trust folder; its pinned anchor decides.",
)


@click.group()
def command() -> None:
    """Prove, verify and audit the log of everything that happened to keys."""


@command.command()
@_TRUST
@click.option("--about", help="A key id, party, person or document.")
@JSON
def show(trust: Path, about: str | None, *, as_json: bool) -> None:
    """The log's events, the oldest first, after holding them against the signed checkpoint."""
    from gateway.cli.output import inform, show_json, show_table
    from keys import ceremony

    log = _log(trust)
    places = range(len(log.leaves)) if about is None else ceremony.find_leaves(log, about)
    found = [(index, ceremony.read_event(log.leaves[index])) for index in places]
    if as_json:
        show_json({**_head(log), "events": [{"index": index, **each} for index, each in found]})
        return
    inform(f"{log.checkpoint.origin}: {log.checkpoint.size} events, proven by the checkpoint")
    show_table(
        ("index", "at", "event", "whose", "state", "key", "document"),
        [
            (
                index,
                each["at"],
                each["event"],
                each.get("party") or each.get("person", ""),
                each.get("state", ""),
                each.get("kid", ""),
                each["document"],
            )
            for index, each in found
        ],
    )


@command.command()
@_TRUST
@click.option("--about", required=True, help="A key id, party, person or document.")
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    required=True,
    help="The folder for the .tlog-proof files.",
)
def prove(trust: Path, *, about: str, out: Path) -> None:
    """Write one .tlog-proof file for each event about a key, a party, a person or a document."""
    from gateway.cli.output import NotFoundError, inform
    from keys import ceremony

    log = _log(trust)
    places = ceremony.find_leaves(log, about)
    if not places:
        raise NotFoundError(
            "the key log has no event about this",
            value=about,
            expected="a key id, party, person or document that was published and sequenced",
            remedy="see `iarms keylog show`",
        )
    out.mkdir(parents=True, exist_ok=True)
    for index in places:
        path = out / f"event-{index}.tlog-proof"
        path.write_bytes(ceremony.write_proof(log.prove(index)))
        click.echo(path)
    inform("Anybody who has the anchor and the roots checks them: `iarms keylog verify`.")


@command.command()
@click.argument(
    "proofs",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    nargs=-1,
    required=True,
)
@_TRUST
@JSON
def verify(proofs: tuple[Path, ...], *, trust: Path, as_json: bool) -> None:
    """Check proofs offline by the pinned anchor and the roots beside it; say what they prove."""
    from gateway.cli.output import show_json, show_table
    from keys import ceremony

    found: list[dict[str, Any]] = []
    for path in proofs:
        proof = ceremony.read_proof(path.read_bytes())
        checkpoint = ceremony.check_proof(proof, trust)
        event = ceremony.read_event(proof.leaf)
        found.append({"index": proof.index, "size": checkpoint.size, **event})
    if as_json:
        show_json(found)
        return
    show_table(
        ("proven event", "index", "of", "at", "whose", "key", "document"),
        [
            (
                each["event"],
                each["index"],
                each["size"],
                each["at"],
                each.get("party") or each.get("person", ""),
                each.get("kid", ""),
                each["document"],
            )
            for each in found
        ],
    )


@command.command()
@click.argument("one", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.argument("other", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@_TRUST
@JSON
def compare(one: Path, other: Path, *, trust: Path, as_json: bool) -> None:
    """Hold two signed checkpoints against each other, such as those kept as evidence of a fork.

    What leads from one to the other is taken from the trust folder and from beside the first file.
    Exit code 6 where they contradict each other, or nothing leads from one to the other.
    """
    from gateway.cli.output import ExitCode, inform, show_json
    from keys import ceremony

    found = ceremony.compare(
        one.read_bytes(), other.read_bytes(), trust, beside=one.parent.absolute()
    )
    if as_json:
        show_json(
            {
                "relation": found.relation.value,
                "shorter": {"size": found.shorter.size, "root": found.shorter.root.hex()},
                "longer": {"size": found.longer.size, "root": found.longer.root.hex()},
            }
        )
    else:
        click.echo(found.relation.value)
        inform(_SAID[found.relation].format(found.shorter.size, found.longer.size))
    if found.relation not in (ceremony.Relation.SAME, ceremony.Relation.CONTINUES):
        click.get_current_context().exit(ExitCode.FINDINGS)


_SAID = {
    "SAME": "Both are of the same log with {0} events.",
    "CONTINUES": "The log of {0} events is the beginning of the one of {1}.",
    "CONTRADICTS": "The hub signed both, of {0} and {1} events, and no log has both: it is proven"
    " to have shown two logs.",
    "NOT_SHOWN": "Nothing here leads from {0} to {1} events: put the .growth file of whoever gave"
    " the checkpoints beside them.",
}


@command.command()
@_TRUST
def audit(trust: Path) -> None:
    """Hold the log against the documents in the folder. Exit code 6 where they differ."""
    from gateway.cli.output import ExitCode, inform
    from keys import ceremony

    findings = ceremony.audit(trust)
    for each in findings:
        click.echo(each)
    if findings:
        click.get_current_context().exit(ExitCode.FINDINGS)
    inform("The log says what the documents say.")


@command.command()
@_TRUST
@click.option(
    "--hub",
    type=click.Path(path_type=Path, dir_okay=False),
    required=True,
    help="The sealed officer.key of the hub; of a directory officer where there are no beacons.",
)
@click.option(
    "--passphrase-file",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="File that holds its passphrase.",
)
@click.option("--passphrase-fd", type=int, help="Open file descriptor that gives it.")
def sequence(
    trust: Path, *, hub: Path, passphrase_file: Path | None, passphrase_fd: int | None
) -> None:
    """Take up what was published since, and sign the checkpoint; each beacon does it too."""
    from gateway.cli.output import inform, read_passphrase
    from keys import ceremony

    signer = ceremony.load_signer(hub, read_passphrase(passphrase_file, passphrase_fd))
    checkpoint = ceremony.sequence(trust, signer)
    click.echo(trust / "keylog" / "checkpoint")
    inform(f"The key log has {checkpoint.size} events.")


def _log(trust: Path) -> KeyLog:
    from gateway.cli.output import NotFoundError
    from keys import ceremony

    log = ceremony.read_log(trust)
    if log is None:
        raise NotFoundError(
            "there is no key log in this folder yet",
            place=str(trust),
            remedy="the hub's next beacon begins it, or `iarms keylog sequence`",
        )
    return log


def _head(log: KeyLog) -> dict[str, Any]:
    return {
        "origin": log.checkpoint.origin,
        "size": log.checkpoint.size,
        "root": log.checkpoint.root.hex(),
    }
