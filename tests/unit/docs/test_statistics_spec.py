"""The specification of statistics holds every measure's definition as the program prints it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from gateway.statistics import measures

pytestmark = pytest.mark.unit
PAGE = Path(__file__).parents[3] / "docs" / "spec" / "statistics.md"
TEXT = PAGE.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", list(measures()))
def test_the_page_defines_the_measure_word_for_word(name):
    measure = measures()[name]
    assert f"### {measure.number} {measure.title}\n\n`{name}`. {measure.definition} " in TEXT


def test_the_page_defines_no_other_measure():
    assert set(re.findall(r"^`([a-z0-9-]+)`\. ", TEXT, re.MULTILINE)) == set(measures())
