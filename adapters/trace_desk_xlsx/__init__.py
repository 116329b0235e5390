"""The cases and hits of a tracing office as a spreadsheet, both ways; see its README."""

from pathlib import Path

from adapters.engine import DeclaredAdapter

ADAPTER = DeclaredAdapter(Path(__file__).parent)
