"""The specification and the code name the same clauses, reasons and findings."""

from __future__ import annotations

import re
from itertools import product
from pathlib import Path

ROOT = Path(__file__).parents[3]
SPEC = (ROOT / "docs" / "spec" / "registry.md").read_text(encoding="utf-8")
FILES = [
    *sorted((ROOT / "gateway" / "registry").glob("*.py")),
    *(ROOT / "gateway" / "store" / name for name in ("restrictions.py", "lookups.py")),
]
CODE = "\n".join(path.read_text(encoding="utf-8") for path in FILES)


def test_every_clause_stands_at_its_check() -> None:
    stated = set(re.findall(r"\*\*\((\d+(?:\.\d+)+)\)\*\*", SPEC))
    comments = re.findall(r"#(?: \(\d+(?:\.\d+)+\),?)+", CODE)
    checked = {clause for line in comments for clause in re.findall(r"\d+(?:\.\d+)+", line)}
    assert len(stated) > 40
    assert stated == checked


def test_every_finding_is_listed() -> None:
    listed = set(re.findall(r"`([A-Z][A-Z_]+)`", _section(8)))
    used = set(re.findall(r"(?:error|warning)\(\s*\"([A-Z_]+)\"", CODE))
    used |= {f"SERIAL_{name}" for name in re.findall(r"Unusable\.([A-Z_]+): \(", CODE)}
    used |= set(re.findall(r"\"(CLOSURE_REASON_[A-Z]+)\"", CODE))
    assert listed == used


def test_every_reason_is_listed() -> None:
    section = _section(5)
    listed = set(re.findall(r"`(SERIAL_[A-Z_]+)`", section))
    endings = re.findall(r"`…(_[A-Z_]+)`", section)
    listed |= {"".join(pair) for pair in product(("MAKE", "CALIBRE", "TYPE", "MODEL"), endings)}
    explanation = (ROOT / "gateway" / "registry" / "explanation.py").read_text(encoding="utf-8")
    used = set(re.findall(r"\"(SERIAL_[A-Z_]+)\"", explanation))
    pairs = product(
        re.findall(r"\(\"([A-Z]+)\", agreement\.", explanation),
        re.findall(r"Comparison\.[A-Z_]+: \"([A-Z_]+)\",", explanation),
    )
    used |= {"_".join(pair) for pair in pairs}
    assert listed == used


def test_every_threshold_is_listed_with_its_value() -> None:
    listed = dict(re.findall(r"^\| `([a-z_]+)` \| ([0-9.]+) \|", _section(4), re.MULTILINE))
    matching = (ROOT / "gateway" / "registry" / "matching.py").read_text(encoding="utf-8")
    thresholds = matching.split("class Thresholds")[1].split("\nclass ")[0]
    used = dict(re.findall(r"^    ([a-z_]+): (?:int|float) = ([0-9.]+)$", thresholds, re.MULTILINE))
    assert listed == used


def _section(number: int) -> str:
    return SPEC.split(f"\n## {number} ")[1].split("\n## ")[0]
