"""Looks at a change as one who edits the file does: an interpreter that reads it with the change.

It takes longer than planting into a running program, and misses nothing that was made at the
import: prepared statements, tables, defaults. It changes no file, and no other process sees it.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import CodeType
from typing import Any

from bench.mutants.hunting import failed_test, worlds_broken
from bench.mutants.reach import silence
from bench.mutants.rooms import ROOT, path_of

_WALL_SECONDS = 600


def noticed_when_edited(
    file: str, before: str, after: str, *, tests: Sequence[str], seeds: Sequence[int]
) -> str:
    """The first of ``tests`` that fails, or promise that a world of ``seeds`` breaks, or ""."""
    asked = {"file": file, "before": before, "after": after, "tests": tests, "seeds": seeds}
    try:
        done = subprocess.run(
            [sys.executable, "-m", "bench.mutants.edited"],
            input=json.dumps(asked),
            capture_output=True,
            text=True,
            cwd=ROOT,
            timeout=_WALL_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return "it did not end"
    lines = done.stdout.splitlines()
    return str(json.loads(lines[-1])) if lines else f"it ended with {done.returncode}"


def read_with_change(path: Path, before: str, after: str) -> None:
    """From now on an import of ``path`` in this process reads ``after`` for ``before``."""
    original = SourceFileLoader.get_code

    def get_code(self: SourceFileLoader, fullname: str) -> CodeType | None:
        if Path(self.path) != path:
            return original(self, fullname)
        source = path.read_text().replace(before, after)
        code: CodeType = self.source_to_code(source.encode(), str(path))
        return code

    loader: Any = SourceFileLoader
    loader.get_code = get_code


def _main() -> None:
    asked = json.load(sys.stdin)
    read_with_change(path_of(asked["file"]), asked["before"], asked["after"])
    with os.fdopen(os.dup(1), "w") as answer:
        silence()
        try:
            found = failed_test(asked["tests"]) or worlds_broken(asked["seeds"])
        except Exception as error:  # noqa: BLE001 - noticed, if rudely
            found = repr(error)
        answer.write(json.dumps(found) + "\n")


if __name__ == "__main__":
    _main()
