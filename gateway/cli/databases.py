"""Opens the database of a hub or node for a command that looks into it.

It makes none: a command that found nothing must not leave an empty database behind.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from gateway.cli.output import NotFoundError

if TYPE_CHECKING:
    from gateway.store import Store

_SQLITE = "sqlite:///"


def open_database(home: Path, *, looking: bool = False) -> Store:
    """The database that the settings in ``home`` name; ``looking``: for reading alone.

    Raises ``ConfigError`` for wrong settings, ``NotFoundError`` where no process ever ran.
    """
    from gateway.config import database_url, load_settings
    from gateway.store import Store

    url = database_url(load_settings(home), home)
    if url.startswith(_SQLITE) and not Path(url.removeprefix(_SQLITE)).exists():
        raise NotFoundError(
            "there is no database yet",
            place=url.removeprefix(_SQLITE),
            expected="the database of a hub or node that has run in this folder",
            remedy="start the process once: it makes its database itself",
        )
    return Store.open(url, looking=looking)
