"""Dutch customs seizures of several firearms as JSON, both ways; see its README."""

from pathlib import Path

from adapters.engine import DeclaredAdapter

ADAPTER = DeclaredAdapter(Path(__file__).parent)
