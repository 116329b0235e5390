"""The specification and the code number the same checks."""

import re
from pathlib import Path

import pytest

from gateway.payload import MESSAGE_TYPES

pytestmark = pytest.mark.unit

ROOT = Path(__file__).parents[3]
SPEC = (ROOT / "docs" / "spec" / "payload.md").read_text(encoding="utf-8")
ROOM = ROOT / "gateway" / "payload"


def test_every_check_of_the_specification_is_made_and_no_other() -> None:
    promised = re.findall(r"^\* \*\*\((\d+\.\d+)\)\*\*", SPEC, re.MULTILINE)
    code = "".join(
        (ROOM / name).read_text("utf-8")
        for name in ("parser.py", "codec.py", "rules.py", "trace_rules.py")
    )
    made = re.findall(r"# \((\d+\.\d+)\)", code)
    assert sorted(made) == promised


def test_the_specification_names_every_message_with_its_code() -> None:
    named = dict(re.findall(r"^\| `(\w+)` \| `([A-Z_]+)` \|", SPEC, re.MULTILINE))
    assert named == {kind.__name__: code.value for kind, code in MESSAGE_TYPES.items()}


def test_the_specification_names_every_code_of_an_issue() -> None:
    named = set(re.findall(r"^\| `([A-Z]+)` \|", SPEC, re.MULTILINE))
    code = "".join(
        path.read_text("utf-8") for path in ROOM.glob("*.py") if "generated" not in path.name
    )
    used = {name for name in named if f'"{name}"' in code}
    assert used == named
