"""Firearms in a spreadsheet that people fill in."""

from pathlib import Path

from adapters.engine import DeclaredAdapter

ADAPTER = DeclaredAdapter(Path(__file__).parent)
