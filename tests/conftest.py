"""What holds for every test: properties are drawn alike each time, and no clock judges them."""

from __future__ import annotations

import pytest
from drawn import examples
from hypothesis import settings
from run_end import RUN

# A busy machine is slow, not wrong; and a failure must be there again when somebody looks.
settings.register_profile("house", deadline=None, derandomize=True, max_examples=examples(60))
settings.load_profile("house")


def pytest_configure(config: pytest.Config) -> None:
    """What was made for all tests of a process ends with it."""
    config.add_cleanup(RUN.close)
