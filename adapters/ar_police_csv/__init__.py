"""An Arabic police feed in cp1256."""

from pathlib import Path

from adapters.engine import DeclaredAdapter

ADAPTER = DeclaredAdapter(Path(__file__).parent)
