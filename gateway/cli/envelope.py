"""``iarms envelope``: seal, open, verify and inspect envelopes in files.

It sends nothing and keeps no memory of message ids, so it does not notice a replay.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from gateway.cli.options import JSON, PASSPHRASE_FD, PASSPHRASE_FILE
from gateway.ids import Lane

if TYPE_CHECKING:
    from gateway.envelope import Header
    from keys import Directory, Identity

_IN = click.Path(path_type=Path, dir_okay=False, exists=True, allow_dash=True)
_TRUST = click.option(
    "--trust",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    required=True,
    help="The trust folder: anchor.xml and the newest directory-N.xml.",
)
_IDENTITY = click.option(
    "--identity",
    "identity_file",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    required=True,
    help="The party's sealed key file (identity.key).",
)
_OUTPUT = click.option(
    "--output",
    type=click.Path(path_type=Path, dir_okay=False, allow_dash=True),
    default="-",
    help="Where to; default stdout.",
)


@click.group()
def command() -> None:
    """Seal, open, verify and inspect envelopes in files ('-' is stdin)."""


@command.command("seal")
@click.argument("payload", type=_IN)
@_IDENTITY
@PASSPHRASE_FILE
@PASSPHRASE_FD
@_TRUST
@click.option("--to", "parties", multiple=True, required=True, help="A recipient; repeatable.")
@click.option(
    "--type", "message_type", help="Message type; by default the payload is read and tells it."
)
@click.option(
    "--lane",
    type=click.Choice(Lane, case_sensitive=False),
    default=Lane.ROUTINE,
    show_default=True,
    help="How soon it is worth the line.",
)
@click.option(
    "--seq", type=click.IntRange(0), default=0, help="Number in the pair's sequence; 0: none."
)
@click.option(
    "--hours", type=click.IntRange(1), default=24, show_default=True, help="How long it lives."
)
@click.option("--message-id", type=click.UUID, help="The message's id; by default a new one.")
@click.option("--in-reply-to", type=click.UUID, help="The id of the message that is answered.")
@_OUTPUT
def seal_command(  # noqa: PLR0917 - click passes them by name
    payload: Path,
    identity_file: Path,
    passphrase_file: Path | None,
    passphrase_fd: int | None,
    trust: Path,
    parties: tuple[str, ...],
    message_type: str | None,
    lane: Lane,
    seq: int,
    hours: int,
    message_id: object,
    in_reply_to: object,
    output: Path,
) -> None:
    """Sign and encrypt a payload element to one or several parties."""
    import os

    from gateway.cli.output import inform
    from gateway.envelope import MAX_CONTENT_OCTETS, Draft, seal
    from gateway.ids import IdSource
    from gateway.payload import PAYLOAD_SCHEMA

    content = _read(payload, MAX_CONTENT_OCTETS + 2).strip()
    now = datetime.now(UTC)
    directory = _directory(trust, now)
    ids = IdSource(now=lambda: now, random=os.urandom)
    identity = _identity(identity_file, passphrase_file, passphrase_fd)
    try:
        draft = Draft(
            message_id=str(message_id) if message_id else ids.message_id(),
            message_type=message_type or _type_of(content),
            created=now,
            expires=now + timedelta(hours=hours),
            lane=lane,
            in_reply_to=str(in_reply_to) if in_reply_to else None,
            directory_version=directory.version,
            schema=PAYLOAD_SCHEMA,
        )
        to = [(directory.recipient(party), seq) for party in parties]
        octets = seal(content, draft, by=identity, to=to, random=os.urandom)
    except ValueError as error:
        raise click.UsageError(str(error)) from error
    _write(output, octets)
    inform(f"{draft.message_type} {draft.message_id} from {identity.party} to {', '.join(parties)}")
    if not directory.may_send(identity.party, draft.message_type):
        inform(f"The relay will refuse it: {identity.party} may not send {draft.message_type}.")


@command.command("open")
@click.argument("envelope", type=_IN)
@_IDENTITY
@PASSPHRASE_FILE
@PASSPHRASE_FD
@_TRUST
@_OUTPUT
def open_command(  # noqa: PLR0917 - click passes them by name
    envelope: Path,
    identity_file: Path,
    passphrase_file: Path | None,
    passphrase_fd: int | None,
    trust: Path,
    output: Path,
) -> None:
    """Verify and decrypt an envelope; the payload goes to stdout."""
    from gateway.cli.output import inform
    from gateway.envelope import open_envelope

    now = datetime.now(UTC)
    directory = _directory(trust, now)
    identity = _identity(identity_file, passphrase_file, passphrase_fd)
    opened = open_envelope(_read(envelope), identity, directory, now=now)
    _write(output, opened.content)
    inform(f"\nverified and decrypted: {_summary(opened.header)}")


@command.command("verify")
@click.argument("envelope", type=_IN)
@_TRUST
@JSON
def verify_command(envelope: Path, trust: Path, *, as_json: bool) -> None:
    """Say who signed an envelope, when and with which key; exit code 5 where it is refused."""
    from gateway.cli.output import inform
    from gateway.envelope import EnvelopeRefusedError, check_envelope

    now = datetime.now(UTC)
    directory = _directory(trust, now)
    try:
        checked = check_envelope(_read(envelope), directory, now=now)
    except EnvelopeRefusedError as error:
        inform(f"reason, for our own eyes: {error.reason.value}")
        raise
    facts = {
        "verified": True,
        "sha256": checked.octets_digest.hex(),
        "by_directory": directory.version,
        "may_send": directory.may_send(checked.header.sender, checked.header.message_type),
    }
    _show(facts | _facts(checked.header), as_json=as_json)
    inform(f"verified: {_summary(checked.header)}")


@command.command("inspect")
@click.argument("envelope", type=_IN)
@JSON
def inspect_command(envelope: Path, *, as_json: bool) -> None:
    """Show what an envelope CLAIMS to be. UNVERIFIED: anybody may have written it."""
    import hashlib

    from gateway.cli.output import ExitCode, inform
    from gateway.envelope import peek_header

    octets = _read(envelope)
    header = peek_header(octets)
    inform("UNVERIFIED: nothing below is proven; `iarms envelope verify` proves it.")
    facts = {
        "verified": False,
        "octets": len(octets),
        "sha256": hashlib.sha256(octets).hexdigest(),
        "envelope": header is not None,
    }
    _show(facts | ({} if header is None else _facts(header)), as_json=as_json)
    if header is None:
        inform("These octets have not the form of an envelope.")
        click.get_current_context().exit(ExitCode.VALIDATION)


def _read(file: Path, most: int | None = None) -> bytes:
    from gateway.envelope import MAX_ENVELOPE_OCTETS

    with click.open_file(str(file), "rb") as source:
        octets: bytes = source.read(most or MAX_ENVELOPE_OCTETS + 1)
    return octets


def _write(file: Path, octets: bytes) -> None:
    with click.open_file(str(file), "wb") as target:
        target.write(octets)


def _identity(file: Path, passphrase_file: Path | None, passphrase_fd: int | None) -> Identity:
    from gateway.cli.output import read_passphrase
    from keys import load_identity

    return load_identity(file, read_passphrase(passphrase_file, passphrase_fd))


def _directory(trust: Path, now: datetime) -> Directory:
    from keys import DirectoryFolder, load_anchor

    return DirectoryFolder(trust, load_anchor(trust / "anchor.xml")).current(now)


def _type_of(content: bytes) -> str:
    from gateway.payload import decode, message_type

    return message_type(decode(content))


def _summary(header: Header) -> str:
    created = header.created.isoformat(timespec="milliseconds")
    return f"{header.message_type} of {header.sender}, {created}, key {header.sender_kid}"


def _facts(header: Header) -> dict[str, Any]:
    return {
        "message_id": header.message_id,
        "from": header.sender,
        "key": header.sender_kid,
        "to": [
            {"party": to.party, "key": to.kid, "seq": to.seq, "suite": int(to.suite)}
            for to in header.to
        ],
        "type": header.message_type,
        "created": header.created.isoformat(timespec="milliseconds"),
        "expires": header.expires.isoformat(timespec="milliseconds"),
        "priority": header.lane.value,
        "in_reply_to": header.in_reply_to,
        "directory": header.directory_version,
        "content_sha256": header.digest.hex(),
        "content_octets": header.length,
        "schema": header.schema,
    }


def _show(facts: dict[str, Any], *, as_json: bool) -> None:
    from gateway.cli.output import show_json, show_table

    if as_json:
        show_json(facts)
        return
    rows = []
    for name, value in facts.items():
        if name == "to":
            rows += [
                ("to", f"{to['party']} (key {to['key']}, seq {to['seq']}, suite {to['suite']})")
                for to in value
            ]
        else:
            rows.append((name, str(value)))
    show_table(("what", "verified" if facts["verified"] else "UNVERIFIED claim"), rows)
