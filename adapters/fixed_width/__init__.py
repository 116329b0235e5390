"""Lines of fixed-width fields."""

from pathlib import Path

from adapters.engine import DeclaredAdapter

ADAPTER = DeclaredAdapter(Path(__file__).parent)
