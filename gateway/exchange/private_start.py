"""What a private broker was started with before, so that the next start needs no more words.

It starts nothing.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from gateway.exchange.node_files import NodeFiles, NodeTls
from gateway.exchange.private_cluster import CLUSTER_FILE


def kept_definitions(home: Path) -> dict[str, Any] | None:
    """The definitions of the last start or import in ``home``; None where there was none."""
    return _files(home).kept_definitions()


def kept_tls(home: Path) -> NodeTls | None:
    """The TLS files of the last start in ``home``; None where there was none."""
    known = _files(home).known()
    return None if known is None else known[1]


def _files(home: Path) -> NodeFiles:
    home = home.absolute()
    # A cluster's nodes all keep the same.
    return NodeFiles(home / "node-1" if (home / CLUSTER_FILE).exists() else home)
