"""How commands speak: what they found on stdout, what they say about it on stderr.

It formats; it fetches nothing.
"""

from __future__ import annotations

import json
import os
import stat
import sys
from collections.abc import Sequence
from datetime import datetime
from enum import IntEnum
from pathlib import Path

import click

from gateway.errors import GatewayError


class ExitCode(IntEnum):
    """The exit codes of every command (docs/reference/cli.md)."""

    OK = 0
    FAILURE = 1
    USAGE = 2
    NOT_FOUND = 3
    VALIDATION = 4
    PERMISSION = 5
    FINDINGS = 6
    UNAVAILABLE = 7


MEANINGS = {
    ExitCode.OK: "done",
    ExitCode.FAILURE: "it went wrong in a way that no other code names, "
    "or the step was done already",
    ExitCode.USAGE: "the command line is wrong; nothing was tried",
    ExitCode.NOT_FOUND: "what was named does not exist",
    ExitCode.VALIDATION: "a file, setting or mapping is not as it must be",
    ExitCode.PERMISSION: "a key, signature, certificate, passphrase or file mode is refused",
    ExitCode.FINDINGS: "the command ran and found something that wants a person",
    ExitCode.UNAVAILABLE: "broker, database or directory is out of reach; the same may work later",
}
INTERRUPTED = 130

# What a code says goes before what its room says.
_OWN_CODES = {
    "keys.ceremony": ExitCode.FAILURE,  # done already or not due: nobody was refused anything
    "keys.unknown-party": ExitCode.NOT_FOUND,
    "statistics.cases-withheld": ExitCode.PERMISSION,
    "exchange.certificate-refused": ExitCode.PERMISSION,
    "exchange.server-not-trusted": ExitCode.PERMISSION,
}
_ROOM_CODES = {
    "payload": ExitCode.VALIDATION,
    "adapter": ExitCode.VALIDATION,
    "config": ExitCode.VALIDATION,
    "envelope": ExitCode.PERMISSION,
    "keys": ExitCode.PERMISSION,
    "tracing": ExitCode.VALIDATION,
}
_OPEN_TO_OTHERS = 0o077
_OPEN_TO_ALL = 0o007
_CREDENTIALS = Path("/run/credentials")


class NotFoundError(GatewayError):
    """What a command was asked for does not exist."""

    code = "cli.not-found"
    answered = False


class FileUnusableError(GatewayError):
    """The machine refused to read or write a file: rights, room or an impossible path."""

    code = "cli.file-unusable"
    answered = False


def as_told(error: Exception) -> Exception:
    """``error``, or what a person can do about it where the machine refused a file."""
    if not isinstance(error, OSError) or error.filename is None:
        return error
    return FileUnusableError(
        error.strerror or "the file cannot be used",
        place=str(error.filename),
        remedy="see to rights, room and path; nothing else is known to be wrong",
    )


def exit_code_of(error: Exception) -> ExitCode | None:
    """The exit code of an error that a person can act on; None for a defect of ours."""
    code = getattr(error, "code", None)
    if not isinstance(code, str) or not hasattr(error, "answered"):
        return None
    if code in _OWN_CODES:
        return _OWN_CODES[code]
    if code.endswith(("not-found", ".unknown")):
        return ExitCode.NOT_FOUND
    if getattr(error, "retryable", False):
        return ExitCode.UNAVAILABLE
    return _ROOM_CODES.get(code.split(".", 1)[0], ExitCode.FAILURE)


def tell(error: Exception) -> None:
    """Writes an error with its code, place, value, expectation and remedy to stderr."""
    inform(f"error [{getattr(error, 'code', '?')}]: {error}")
    for label, name in (
        ("at", "place"),
        ("value", "value"),
        ("expected", "expected"),
        ("do", "remedy"),
    ):
        text = getattr(error, name, None)
        if text:
            inform(f"  {label + ':':<10}{text}")


def say(text: str) -> None:
    """Lines of what was found, on stdout, that may hold what others wrote."""
    click.echo("\n".join(visible(line) for line in text.split("\n")))


def inform(text: str) -> None:
    """Lines for the person at the terminal."""
    click.echo("\n".join(visible(line) for line in text.split("\n")), err=True)


def show_json(value: object) -> None:
    """One JSON document on stdout."""
    text = json.dumps(value, indent=2, ensure_ascii=False, default=_as_text)
    # JSON escapes what ASCII calls a control character; a terminal obeys more than those.
    click.echo("".join(c if c == "\n" or c.isprintable() else _json_escaped(c) for c in text))


def _as_text(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")  # RFC 3339
    return str(value)


def _json_escaped(character: str) -> str:
    return json.dumps(character)[1:-1]


def show_table(columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """A table on stdout; plain text with two spaces between columns where it is no terminal."""
    texts = [[_cell(value) for value in row] for row in rows]
    if sys.stdout.isatty():
        from rich.console import Console
        from rich.table import Table
        from rich.text import Text

        table = Table(*columns, box=None, header_style="bold", pad_edge=False)
        for text in texts:
            table.add_row(*map(Text, text))  # as it stands: brackets are no markup
        Console().print(table)
        return
    widths = [max(map(len, column)) for column in zip(columns, *texts, strict=True)]
    for line in (list(columns), *texts):
        padded = (text.ljust(width) for text, width in zip(line, widths, strict=True))
        click.echo("  ".join(padded).rstrip())


def read_passphrase(file: Path | None, descriptor: int | None) -> bytes:
    """A passphrase from a file or an open file descriptor, never from argv or environment.

    Where neither is given it is asked of the person at the terminal. Raises ``click.UsageError``
    when both are given, or neither without a terminal, the descriptor is not open, or the
    passphrase is empty; ``KeyFileModeError`` when others than its owner may use the file.
    """
    if file is None and descriptor is None and sys.stdin.isatty():
        asked: str = click.prompt("Passphrase or PIN", hide_input=True, err=True)
        return asked.encode()
    if (file is None) == (descriptor is None):
        raise click.UsageError("give either --passphrase-file or --passphrase-fd")
    secret = _from_file(file) if file is not None else _from_descriptor(descriptor or 0)
    secret = secret.rstrip(b"\r\n")
    if not secret:
        raise click.UsageError("the passphrase is empty")
    return secret


def _from_file(file: Path) -> bytes:
    with file.open("rb") as source:
        status = os.fstat(source.fileno())
        # A pipe (`<(command)`) has no name that others could open it by.
        # systemd grants its credentials by an access list, which shows as group bits.
        others = _OPEN_TO_ALL if file.parent.parent == _CREDENTIALS else _OPEN_TO_OTHERS
        if stat.S_ISREG(status.st_mode) and status.st_mode & others:
            from keys import KeyFileModeError

            raise KeyFileModeError(
                "the passphrase file can be read by others",
                place=str(file),
                value=f"mode {stat.S_IMODE(status.st_mode):04o}",
                expected="mode 0600",
                remedy=f"chmod 600 {file}; choose another passphrase if others had access",
            )
        return source.read()


def _from_descriptor(descriptor: int) -> bytes:
    try:
        with open(descriptor, "rb", closefd=False) as source:
            octets: bytes = source.read()
    except OSError as error:
        raise click.UsageError(
            f"--passphrase-fd {descriptor} cannot be read: {error.strerror}"
        ) from error
    return octets


def _cell(value: object) -> str:
    return "" if value is None else visible(str(value))


def visible(text: str) -> str:
    """``text`` with what a terminal would obey, or show elsewhere, written out as an escape.

    A file's name, an issue's value and an error's words hold what others wrote: control
    characters, bidirectional marks and lone surrogates (Unicode categories C* and Z*, but a blank).
    """
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else _escaped(c) for c in text)


def _escaped(character: str) -> str:
    return character.encode("unicode_escape", "surrogatepass").decode("ascii")
