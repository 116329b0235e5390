"""Writes the reference of commands and settings from what the program itself says.

``python -m gateway.cli.reference`` writes ``docs/reference/cli.md`` and ``settings.md``; with
``--check`` it only tells whether they are up to date.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from gateway.cli.reference.commands import LEAVES_WITH, cli_page, commands
from gateway.cli.reference.settings import settings_page

__all__ = ["FOLDER", "LEAVES_WITH", "commands", "pages", "stale"]

FOLDER = Path(__file__).parents[3] / "docs" / "reference"


def pages() -> dict[Path, str]:
    """What every generated page must hold."""
    return {FOLDER / "cli.md": cli_page(), FOLDER / "settings.md": settings_page()}


def stale() -> Sequence[Path]:
    """Pages that are not what the program says."""
    return [
        path
        for path, text in pages().items()
        if not path.exists() or path.read_text(encoding="utf-8") != text
    ]
