"""Of a run of everything only a selection here: the whole is ``make transports``."""

from __future__ import annotations

import pytest

_SELECTED = ("[sqlite", "[push", "test_settings", "test_the_same_key_again", "test_a_row_that_is")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leaves the rest to runs that name this folder."""
    if any("transports" in str(arg) for arg in config.args):
        return
    rest = [
        item
        for item in items
        if "contract/transports" in item.nodeid and not any(s in item.nodeid for s in _SELECTED)
    ]
    if rest:
        config.hook.pytest_deselected(items=rest)
        left = set(rest)
        items[:] = [item for item in items if item not in left]
