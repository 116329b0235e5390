"""What a process of tests makes once for all of them goes here to be taken away at its end."""

from __future__ import annotations

import atexit
from contextlib import ExitStack

RUN = ExitStack()
"""Closed by the run's own end (``conftest``); Python's comes never to a worker of pytest-xdist."""

atexit.register(RUN.close)  # for benchmarks, which use these parts without pytest
