"""Whoever installs the package alone gets all that it imports, and nothing that it does not."""

import importlib.metadata
import re
import sys
import tomllib
from functools import cache
from pathlib import Path

import pytest

pytestmark = pytest.mark.unit

ROOT = Path(__file__).parents[3]
SHIPPED = ("adapters", "gateway", "keys", "schemas")
IMPORT = re.compile(r"^ *(?:import|from) ([a-z]\w*)(?:\.\w+)*(?: import| as|,| *#|$)", re.MULTILINE)


@cache
def imported() -> set[str]:
    """The top-level names of other people's modules that the shipped packages import anywhere."""
    names: set[str] = set()
    for package in SHIPPED:
        for path in (ROOT / package).rglob("*.py"):
            names.update(IMPORT.findall(path.read_text(encoding="utf-8")))
    return names - set(SHIPPED) - set(sys.stdlib_module_names)


@cache
def owners() -> dict[str, set[str]]:
    """The distributions that each installed module comes from."""
    found = importlib.metadata.packages_distributions()
    return {name: {plain(one) for one in found.get(name, ())} for name in imported()}


def plain(name: str) -> str:
    """A distribution's name in its normal form."""
    return re.sub(r"[-_.]+", "-", re.split(r"[\[<>=!~; ]", name)[0]).lower()


def declared() -> set[str]:
    """The distributions that the package asks for, those of its extras included."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project.get("optional-dependencies", {})
    return {plain(one) for part in (project["dependencies"], *extras.values()) for one in part}


def test_every_import_is_of_a_declared_package() -> None:
    assert {name for name, those in owners().items() if not those & declared()} == set()


def test_every_declared_package_is_imported_or_needed_by_name() -> None:
    # SQLAlchemy finds the driver of PostgreSQL by its name.
    by_name = {"psycopg"}
    assert declared() - set().union(*owners().values()) - by_name == set()


def test_every_declared_package_is_in_the_locked_list() -> None:
    locked = (ROOT / "setup" / "requirements.in").read_text(encoding="utf-8").splitlines()
    assert declared() <= {plain(line) for line in locked if line and not line.startswith("#")}
