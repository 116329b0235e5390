"""NCIC-style gun file messages as tagged text, both ways; see its README."""

from pathlib import Path

from adapters.engine import DeclaredAdapter

ADAPTER = DeclaredAdapter(Path(__file__).parent)
