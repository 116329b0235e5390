"""UMF-like XML through XSLT."""

from pathlib import Path

from adapters.engine import DeclaredAdapter

ADAPTER = DeclaredAdapter(Path(__file__).parent)
