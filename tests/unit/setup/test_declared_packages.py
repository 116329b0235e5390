"""Whoever installs the package alone gets all that it imports, and nothing that it does not."""

import ast
import importlib.metadata
import re
import sys
import tomllib
from pathlib import Path

import pytest

pytestmark = pytest.mark.unit

ROOT = Path(__file__).parents[3]
SHIPPED = ("adapters", "gateway", "keys", "schemas")


def imported() -> set[str]:
    """The top-level names of other people's modules that the shipped packages import anywhere."""
    names: set[str] = set()
    for package in SHIPPED:
        for path in (ROOT / package).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Import):
                    names.update(alias.name.split(".")[0] for alias in node.names)
                elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                    names.add(node.module.split(".")[0])
    return names - set(SHIPPED) - set(sys.stdlib_module_names)


def plain(name: str) -> str:
    """A distribution's name in its normal form."""
    return re.sub(r"[-_.]+", "-", re.split(r"[\[<>=!~; ]", name)[0]).lower()


def declared() -> set[str]:
    """The distributions that the package asks for, those of its extras included."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project.get("optional-dependencies", {})
    return {plain(one) for part in (project["dependencies"], *extras.values()) for one in part}


def test_every_import_is_of_a_declared_package() -> None:
    owners = importlib.metadata.packages_distributions()
    missing = {name for name in imported() if not {plain(one) for one in owners[name]} & declared()}
    assert missing == set()


def test_every_declared_package_is_imported_or_needed_by_name() -> None:
    # SQLAlchemy finds the driver of PostgreSQL by its name.
    by_name = {"psycopg"}
    owners = importlib.metadata.packages_distributions()
    used = {plain(one) for name in imported() for one in owners[name]}
    assert declared() - used - by_name == set()


def test_every_declared_package_is_in_the_locked_list() -> None:
    locked = (ROOT / "setup" / "requirements.in").read_text(encoding="utf-8").splitlines()
    assert declared() <= {plain(line) for line in locked if line and not line.startswith("#")}
