"""The guide says what the engine does: its adapter works, its tables name every step and code."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from adapters.engine import DeclaredAdapter, fixed_frame
from adapters.engine.lines import LINE_NAMES
from adapters.engine.steps import STEP_NAMES
from gateway.adapter import Answer, Outcome

REPOSITORY = Path(__file__).parents[3]
GUIDE = (REPOSITORY / "docs" / "guides" / "adapters.md").read_text(encoding="utf-8")
PHRASES = sorted((REPOSITORY / "adapters" / "engine" / "phrases").glob("*.toml"))
SLOT = re.compile(r"\{[a-z]+\}")


def block(kind: str, number: int = 0) -> str:
    return re.findall(rf"```{kind}\n(.*?)```", GUIDE, re.DOTALL)[number]


def section(title: str) -> str:
    found = re.search(rf"^## {title}\n(.*?)(?=^## |\Z)", GUIDE, re.DOTALL | re.MULTILINE)
    assert found
    return found[1]


def test_the_guides_adapter_works_and_has_at_most_sixty_lines(tmp_path: Path) -> None:
    spec = block("toml")
    assert len([line for line in spec.splitlines() if line]) <= 60
    (tmp_path / "codes").mkdir()
    (tmp_path / "adapter.toml").write_text(spec)
    (tmp_path / "codes" / "fact.csv").write_text(block("csv"))
    (tmp_path / "codes" / "type.csv").write_text("local,standard,note\nPISTOL,PISTOL,\n")
    (tmp_path / "codes" / "none.csv").write_text("local,standard,note\nNONE,NEVER_MARKED,\n")
    adapter = DeclaredAdapter(tmp_path)
    first, second = adapter.read(block("csv", 1).encode(), fixed_frame()).items
    assert first.body is not None
    assert [(issue.code, issue.at) for issue in second.issues] == [("DATE", "line 3, column Day")]
    told = Answer(
        number=2,
        reference=second.reference,
        raw=second.raw,
        outcome=Outcome.SET_ASIDE,
        answer=None,
        issues=second.issues,
    )
    assert adapter.write([told], fixed_frame()).decode().splitlines() == [
        "File;Result;Place;Do;Number;Found by",
        "A 18;SET_ASIDE;line 3, column Day;write day, month and year as DD.MM.YYYY;;",
    ]


def test_the_guide_names_every_step() -> None:
    named = re.findall(r"^\| `([a-z-]+)[:`]", section("Steps"), re.MULTILINE)
    assert tuple(named) == STEP_NAMES


def test_the_guide_names_every_value_of_an_answer() -> None:
    listed = section("Answers").partition("Values that a line may have:")[2].partition("\n\n")[0]
    assert set(re.findall(r"`([a-z]+)`", listed)) == LINE_NAMES


@pytest.mark.parametrize("path", PHRASES, ids=lambda path: path.stem)
def test_every_language_says_every_code_of_the_guide(path: Path) -> None:
    phrases = tomllib.loads(path.read_text(encoding="utf-8"))
    english = tomllib.loads((path.parent / "en.toml").read_text(encoding="utf-8"))
    codes = re.findall(r"^\| `([A-Z]+)`", section("What can be wrong"), re.MULTILINE)
    assert set(phrases["expected"]) == set(phrases["remedy"]) == set(codes)
    for part in ("expected", "remedy", "place", "reason", "outcome", "size", "skipped"):
        assert set(phrases[part]) == set(english[part])
    for code in codes:
        # A translation may say less, but never asks for a slot that is not there.
        both = english["expected"][code] + english["remedy"][code]
        assert set(SLOT.findall(phrases["expected"][code])) <= set(SLOT.findall(both))
