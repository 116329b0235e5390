"""What both reference pages share: the notice on top, and the text of one cell of a table."""

from __future__ import annotations

NOTICE = "<!-- Written by `python -m gateway.cli.reference`: change the program, not this page. -->"


def cell(text: str) -> str:
    """``text`` on one line and without a sign that ends a cell."""
    return " ".join(text.split()).replace("|", "\\|")
