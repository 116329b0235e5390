"""Crime guns of a Delaware court data set as records of the USA; see its README."""

from pathlib import Path

from adapters.engine import DeclaredAdapter

ADAPTER = DeclaredAdapter(Path(__file__).parent)
