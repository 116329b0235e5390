"""Every behaviour of a hostile member that the page names is shown by a test that exists."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

pytestmark = pytest.mark.unit

REPOSITORY = Path(__file__).parents[3]
PAGE = (REPOSITORY / "docs" / "spec" / "hostile-member.md").read_text()


def test_at_least_twenty_behaviours_are_shown_by_tests_that_exist() -> None:
    named = re.findall(r"^\| .* \| .* \| `(test_\w+)` \|$", PAGE, re.MULTILINE)
    written = "\n".join(p.read_text() for p in (REPOSITORY / "tests").rglob("test_*.py"))
    there = set(re.findall(r"def (test_\w+)", written))
    assert len(named) >= 20
    assert set(named) <= there
