"""The reference of errors names every code of the program, and no other."""

from __future__ import annotations

import ast
import importlib
import pkgutil
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import adapters
import gateway
import keys
from gateway.cli.output import ExitCode, exit_code_of
from gateway.errors import GatewayError
from gateway.registry.marks import Unusable
from gateway.store.deadletters import OVERFLOW
from keys import TrustError

pytestmark = pytest.mark.unit

REPOSITORY = Path(__file__).parents[3]
PAGE = (REPOSITORY / "docs" / "reference" / "errors.md").read_text(encoding="utf-8")
PATTERN = re.compile(r"[a-z]+\.[a-z]+(-[a-z]+)*")
YES_NO = {True: "yes", False: "no"}
# Codes that no class carries: a fault of our own making, a kept answer, the demo's failure.
WITHOUT_A_CLASS = {
    "delivery.expired",
    "demo.failed",
    "endpoint.no-recipient",
    "node.no-memory",
    "store.letters-full",
}

Error = type[GatewayError] | type[TrustError]


def modules(*packages: ModuleType) -> Iterator[str]:
    for package in packages:
        for module in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
            if "__main__" not in module.name and ".migrations." not in module.name:
                yield module.name


def below(kind: Any) -> Iterator[Any]:
    yield kind
    for child in kind.__subclasses__():
        yield from below(child)


@pytest.fixture(scope="module")
def errors() -> dict[str, Error]:
    for name in modules(gateway, keys, adapters):
        importlib.import_module(name)
    kinds = {
        kind
        for root in (GatewayError, TrustError)
        for kind in below(root)
        if "code" in vars(kind) and kind.__module__.partition(".")[0] in {"gateway", "keys"}
    }
    repeated = [c for c, n in Counter(kind.code for kind in kinds).items() if n > 1]
    assert not repeated, "a code belongs to one class"
    return {kind.code: kind for kind in kinds}


def rows(columns: int) -> dict[str, list[str]]:
    """The tables of so many columns, by their first cell without its quotes."""
    found = {}
    for line in PAGE.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if line.startswith("| `") and len(cells) == columns:
            name = cells[0].strip("`")
            assert name not in found, f"{name} stands twice"
            found[name] = cells[1:]
    return found


def section(title: str) -> str:
    found = re.search(rf"^(#+) {title}\n(.*?)(?=^#{{1,2}} |\Z)", PAGE, re.DOTALL | re.MULTILINE)
    assert found
    return found[2]


def named_in(title: str) -> set[str]:
    return set(re.findall(r"^\| `([^`]+)`", section(title), re.MULTILINE))


@cache
def calls_in(folder: str) -> tuple[ast.Call, ...]:
    """Every call in the sources of ``folder``."""
    return tuple(
        node
        for path in sorted((REPOSITORY / folder).rglob("*.py"))
        if not path.name.startswith("generated_")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
    )


def codes_given_in(folder: str) -> set[str]:
    """What is passed as ``code=`` or ``fault_code=``."""
    return {
        text
        for call in calls_in(folder)
        for keyword in call.keywords
        if keyword.arg in {"code", "fault_code"}
        for text in texts(keyword.value)
    }


def texts(node: ast.AST) -> Iterator[str]:
    """The texts that an expression can be: itself, or either side of a choice."""
    match node:
        case ast.Constant(value=str(text)):
            yield text
        case ast.IfExp():
            yield from (*texts(node.body), *texts(node.orelse))
        case _:
            pass


def test_every_code_has_its_form(errors: dict[str, Error]) -> None:
    assert [code for code in errors if not PATTERN.fullmatch(code)] == []


def test_the_page_names_every_code_and_no_other(errors: dict[str, Error]) -> None:
    assert set(rows(5)) == set(errors) | WITHOUT_A_CLASS


def test_the_page_says_what_may_pass_and_who_is_told(errors: dict[str, Error]) -> None:
    said = {code: tuple(rows(5)[code][:2]) for code in errors}
    assert said == {
        code: (YES_NO[kind.retryable], YES_NO[kind.answered]) for code, kind in errors.items()
    }


def test_every_code_says_what_to_do() -> None:
    assert [code for code, cells in rows(5).items() if not all(cells)] == []


@pytest.mark.slow
def test_codes_without_a_class_are_those_in_the_sources() -> None:
    written = codes_given_in("gateway") | codes_given_in("keys")
    assert {c for c in written if PATTERN.fullmatch(c)} | {
        "demo.failed",
        OVERFLOW,
    } == WITHOUT_A_CLASS


def test_the_page_names_every_finding_of_the_registry() -> None:
    written = {f"SERIAL_{reason}" for reason in Unusable}
    for call in calls_in("gateway/registry"):
        if getattr(call.func, "id", "") in {"error", "warning"}:
            written.update(texts(call.args[0]))
    assert named_in("Of the registry") == written


def test_the_page_names_every_issue_of_the_node() -> None:
    issues = {code for code in codes_given_in("gateway/node") if code.isupper()}
    assert named_in("Of adapters and nodes") == issues


@pytest.mark.slow
def test_the_page_names_every_event_of_the_log() -> None:
    written = {
        text
        for call in calls_in("gateway")
        if getattr(call.func, "attr", "") in {"info", "warning", "error"} and call.args
        for text in texts(call.args[0])
        if PATTERN.fullmatch(text)
    }
    assert named_in("Log events") == written


def test_the_page_tells_the_exit_code_of_every_error(errors: dict[str, Error]) -> None:
    def expected(code: str, kind: Error) -> ExitCode:  # the sentence at the top of the page
        if code == "keys.ceremony":
            return ExitCode.FAILURE
        if code.endswith((".unknown", ".not-found")) or code == "keys.unknown-party":
            return ExitCode.NOT_FOUND
        if kind.retryable:
            return ExitCode.UNAVAILABLE
        room = code.partition(".")[0]
        if room in {"adapter", "config", "payload", "tracing"}:
            return ExitCode.VALIDATION
        refused = {
            "exchange.certificate-refused",
            "exchange.server-not-trusted",
            "statistics.cases-withheld",
        }
        if room in {"envelope", "keys"} or code in refused:
            return ExitCode.PERMISSION
        return ExitCode.FAILURE

    for code, kind in errors.items():
        made = kind.__new__(kind)
        assert exit_code_of(made) is expected(code, kind), code


def test_an_error_without_a_code_is_a_defect_and_is_traced() -> None:
    assert exit_code_of(ValueError("a wrong call")) is None
