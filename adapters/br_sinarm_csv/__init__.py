"""Brazilian records, SINARM-like: semicolon CSV in Latin-1, both ways; see its README."""

from pathlib import Path

from adapters.engine import DeclaredAdapter

ADAPTER = DeclaredAdapter(Path(__file__).parent)
