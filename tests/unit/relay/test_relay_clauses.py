"""The relay's checks and the specification's list are the same."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

pytestmark = pytest.mark.unit

ROOT = Path(__file__).parents[3]
SPEC = (ROOT / "docs/spec/exchange.md").read_text()
CODE = "".join(path.read_text() for path in sorted((ROOT / "gateway/relay").glob("*.py")))


def test_every_check_of_the_specification_is_in_the_code_and_no_other():
    section = SPEC.partition("## 4 ")[2].partition("## 5 ")[0]
    specified = set(re.findall(r"^\* \((\d)\)", section, re.MULTILINE))
    assert specified == set(re.findall(r'(?:#|""") ?\((\d)\)', CODE))


def test_every_code_that_the_relay_gives_is_specified():
    given = set(re.findall(r'code = "(relay\.[a-z-]+)"', CODE)) - {"relay.refused"}
    assert given == set(re.findall(r"^\| `(relay\.[a-z-]+)`", SPEC, re.MULTILINE))
