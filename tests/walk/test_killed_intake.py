"""What comes of native files is the same, whenever the process that takes them in is killed."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.real
ROOT = Path(__file__).parents[2]
FORMS = ("edifact-customs", "mainframe-ebcdic", "xlsx-template")


def test_an_intake_killed_at_random_ends_as_one_that_was_not() -> None:
    """All formats, and for as long as one likes: ``make killed-intake``."""
    run = subprocess.run(
        [sys.executable, "-m", "bench.killed_intake", "--seconds", "0", "--seed", "6", *FORMS],
        cwd=ROOT,
        capture_output=True,
        check=False,
        timeout=300,
    )
    assert run.returncode == 0, run.stderr.decode()
    tried = json.loads(run.stdout)
    assert set(tried) == set(FORMS)
    assert sum(each["kills"] for each in tried.values()) > 0
