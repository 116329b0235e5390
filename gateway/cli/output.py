"""How commands speak: what they found on stdout, what they say about it on stderr.

It formats; it fetches nothing.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from enum import IntEnum
from pathlib import Path
from typing import IO, Any

import click


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


_ROOM_CODES = {
    "payload": ExitCode.VALIDATION,
    "adapter": ExitCode.VALIDATION,
    "config": ExitCode.VALIDATION,
    "envelope": ExitCode.PERMISSION,
    "keys": ExitCode.PERMISSION,
    "trust": ExitCode.PERMISSION,
}


def exit_code_of(error: Exception) -> ExitCode | None:
    """The exit code of an error that a person can act on; None for a defect of ours."""
    code = getattr(error, "code", None)
    if not isinstance(code, str) or not hasattr(error, "answered"):
        return None
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


def inform(text: str) -> None:
    """A line for the person at the terminal."""
    click.echo(text, err=True)


def show_json(value: object) -> None:
    """One JSON document on stdout."""
    click.echo(json.dumps(value, indent=2, ensure_ascii=False, default=str))


def show_table(columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """A table on stdout; plain text with two spaces between columns where it is no terminal."""
    texts = [[_cell(value) for value in row] for row in rows]
    if sys.stdout.isatty():
        from rich.console import Console
        from rich.table import Table

        table = Table(*columns, box=None, header_style="bold", pad_edge=False)
        for text in texts:
            table.add_row(*text)
        Console().print(table)
        return
    widths = [max(map(len, column)) for column in zip(columns, *texts, strict=True)]
    for line in (list(columns), *texts):
        padded = (text.ljust(width) for text, width in zip(line, widths, strict=True))
        click.echo("  ".join(padded).rstrip())


def read_passphrase(file: Path | None, descriptor: int | None) -> bytes:
    """A passphrase from a file or an open file descriptor, never from argv or environment.

    Raises ``click.UsageError`` when neither or both are given, or it is empty.
    """
    if (file is None) == (descriptor is None):
        raise click.UsageError("give either --passphrase-file or --passphrase-fd")
    if file is not None:
        secret = file.read_bytes()
    else:
        source: IO[Any] = open(descriptor or 0, "rb", closefd=False)  # noqa: SIM115 - not ours to close
        secret = source.read()
    secret = secret.rstrip(b"\r\n")
    if not secret:
        raise click.UsageError("the passphrase is empty")
    return secret


def _cell(value: object) -> str:
    return "" if value is None else str(value)
