"""``iarms act``: what waits for the officers, and their signatures."""

from __future__ import annotations

from pathlib import Path

import click

from gateway.cli.acting import WHY
from gateway.cli.options import CENTRE_TRUST, spelled


@click.group()
def command() -> None:
    """Show and sign what waits for the officers."""


@command.command()
@CENTRE_TRUST
@click.option("--language", default="english", show_default=True, help="Language of the words.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
def show(trust: Path, language: str, *, as_json: bool) -> None:
    """Every document that waits, with its digest in words and who has signed."""
    from gateway.cli.output import inform, show_json, show_table
    from keys import ceremony

    found = ceremony.waiting(ceremony.CentreFolder(trust))
    if as_json:
        show_json(
            [
                {
                    "document": each.name,
                    "sha256": each.digest.hex(),
                    "words": ceremony.words_of(each.digest, language),
                    "signed": sorted(each.persons),
                    "missing": each.missing,
                    "changes": ceremony.changes_of(trust, each),
                }
                for each in found
            ]
        )
        return
    show_table(
        ("document", "signed by", "missing", "words"),
        [
            (
                each.name,
                ", ".join(sorted(each.persons)),
                each.missing,
                ceremony.words_of(each.digest, language),
            )
            for each in found
        ],
    )
    for each in found:
        for line in ceremony.changes_of(trust, each):
            inform(f"{each.name}: {line}")
    if not found:
        inform("Nothing waits for signatures.")


@command.command()
@click.argument("document")
@CENTRE_TRUST
@click.option(
    "--officer",
    type=click.Path(path_type=Path, dir_okay=False),
    required=True,
    help="The officer's sealed officer.key.",
)
@click.option(
    "--words",
    callback=spelled,
    prompt="The document's words, as the other officers read them",
    help="Its digest in 12 words or 8 hex groups; asked for if left out.",
)
@click.option(
    "--passphrase-file",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="File that holds the officer's passphrase.",
)
@click.option("--passphrase-fd", type=int, help="Open file descriptor that gives it.")
@WHY
def sign(
    document: str,
    *,
    trust: Path,
    officer: Path,
    words: str,
    passphrase_file: Path | None,
    passphrase_fd: int | None,
    why: str | None,
) -> None:
    """Sign DOCUMENT, such as directory-7.xml; it is published when enough persons have."""
    from gateway.cli.acting import note_acting
    from gateway.cli.output import inform, read_passphrase
    from keys import ceremony

    note_acting(why)
    folder = ceremony.CentreFolder(trust)
    ceremony.check_heard(words, ceremony.look(folder, document).digest, place=document)
    signer = ceremony.load_signer(officer, read_passphrase(passphrase_file, passphrase_fd))
    pending = ceremony.sign_document(trust, document, signer)
    if pending.published is None:
        click.echo(pending.name)
        inform(f"Signed by {', '.join(sorted(pending.persons))}; it takes {pending.still}.")
        return
    click.echo(pending.published)
    inform(f"Signed by {', '.join(sorted(pending.persons))} and published.")


@command.command()
@CENTRE_TRUST
@click.option("--about", help="Only acts on this party or document, or by this person.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
def trail(trust: Path, about: str | None, *, as_json: bool) -> None:
    """Every act on keys at this centre: when, who, what and why; the oldest first."""
    from gateway.cli.output import show_json, show_table
    from keys import ceremony

    found = [
        each
        for each in ceremony.read_trail(ceremony.CentreFolder(trust))
        if about is None or about in {each.get("party"), each.get("document"), each.get("person")}
    ]
    if as_json:
        show_json(found)
        return
    show_table(
        ("when", "act", "on", "person", "login", "why"),
        [
            (
                str(each.get("at", ""))[:19].replace("T", " "),
                each.get("act", ""),
                each.get("party") or each.get("document") or "",
                each.get("person") or ", ".join(each.get("persons", ())),
                each.get("user", ""),
                each.get("why", ""),
            )
            for each in found
        ],
    )


@command.command()
@click.argument("party")
@click.option("--kid", "kids", multiple=True, required=True, help="A stolen key; may be repeated.")
@CENTRE_TRUST
@click.option("--why", required=True, help="The reason, for everybody to read.")
def disown(party: str, *, kids: tuple[str, ...], trust: Path, why: str) -> None:
    """Lay out that what revoked keys of PARTY signed is nobody's; two directory officers sign it.

    For a country that cannot say so itself yet. What it honestly has to send is signed anew by its
    own process and arrives; held messages end everywhere.
    """
    from datetime import UTC, datetime

    from gateway.cli.acting import note_acting
    from gateway.cli.output import inform
    from keys import ceremony

    note_acting(why)
    pending = ceremony.propose_disownment(trust, party, kids, why, now=datetime.now(UTC))
    click.echo(pending.name)
    inform(f"{pending.name} waits for {pending.missing} officers: `iarms act sign`.")
