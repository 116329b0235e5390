"""What holds for every test: properties are drawn alike each time, and no clock judges them."""

from __future__ import annotations

import pytest
from drawn import examples
from hypothesis import settings
from run_end import RUN

# A busy machine is slow, not wrong; and a failure must be there again when somebody looks.
settings.register_profile("house", deadline=None, derandomize=True, max_examples=examples(60))
settings.load_profile("house")


LONGEST = (
    "walk/test_killed_processes.py",
    "walk/test_campaign.py",
    "real/broker/test_private_node.py",
    "real/broker/test_broker_faults.py",
    "walk/test_hit_clocks.py",
    "contract/store/test_rolling_upgrade.py",
    "walk/test_tracing.py",
    "walk/test_main_job.py",
    "walk/test_crash_points.py",
    "walk/test_killed_intake.py",
    "real/database/test_streaming_replica.py",
)
"""Files of minutes and half minutes, the longest first: what begins last must be short, or one of
two processes waits for the other."""


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest files first; else as they were collected."""
    items.sort(key=_turn)


def _turn(item: pytest.Item) -> int:
    file = item.nodeid.partition("::")[0].removeprefix("tests/")
    return LONGEST.index(file) if file in LONGEST else len(LONGEST)


def pytest_configure(config: pytest.Config) -> None:
    """What was made for all tests of a process ends with it."""
    config.add_cleanup(RUN.close)
