"""Starts a world's processes as forks of one server, which imported everything once for all tests.

A process that is started anew spends its first second on imports, and these worlds start many. It
runs the same program with the same words.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

from run_end import RUN

from gateway.campaign.nursery import Child, Nursery


@cache
def nursery() -> Nursery:
    """The one server of this process of tests; what it starts may import from this folder."""
    here = str(Path(__file__).parent)
    places = os.pathsep.join(filter(None, (here, os.environ.get("PYTHONPATH"))))
    made = Nursery({"PYTHONPATH": places})
    RUN.callback(made.close)
    return made


def fork(name: str, words: Sequence[str], log: Path, more: Mapping[str, str]) -> Child:  # noqa: ARG001 - the shape of a launch
    """A process of the world as it is."""
    return nursery().start(words, log)
