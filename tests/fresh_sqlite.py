"""A migrated SQLite file in no time: migrated once a process, copied from then on."""

from __future__ import annotations

import shutil
import tempfile
from functools import cache
from pathlib import Path

from run_end import RUN

from gateway.store import Store


def put_fresh(path: Path) -> None:
    """Puts an empty database at the newest level at ``path``, where nothing is yet."""
    if not path.exists():
        shutil.copyfile(_template(), path)


@cache
def _template() -> Path:
    folder = RUN.enter_context(tempfile.TemporaryDirectory(prefix="iarms-template-"))
    path = Path(folder) / "template.db"
    with Store.open(f"sqlite:///{path}") as store:
        store.migrate()
    return path
