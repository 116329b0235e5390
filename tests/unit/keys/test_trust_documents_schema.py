"""The rules as written, the checks in code and the schema say the same."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import xmlschema
from drawn import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

import keys.errors
from keys import Identity, TrustError, entry_for
from keys.documents import write_directory

ROOT = Path(__file__).resolve().parents[3]
XSD = ROOT / "schemas" / "xsd" / "directory.xsd"
GOVERNANCE = ROOT / "docs" / "spec" / "trust.md"
SPECIFICATION = ROOT / "docs" / "spec" / "directory.md"
XS = "{http://www.w3.org/2001/XMLSchema}"
NOW = datetime(2026, 10, 20, tzinfo=UTC)
SAMPLE = write_directory(
    version=2,
    issued=NOW,
    expires=NOW + timedelta(days=30),
    previous=bytes(32),
    parties=[
        entry_for(
            Identity.from_secrets(
                "FRA-NCB", signing_seed=b"f" * 32, encryption_secrets=[b"r" * 32]
            ),
            sends=frozenset({"REC_SUBMIT"}),
            valid_from=NOW,
            valid_until=NOW,
            name="Lyon",
        )
    ],
)


def clause_text(heading: str) -> str:
    written = SPECIFICATION.read_text() + "\n" + GOVERNANCE.read_text()
    section = re.search(rf"^## {heading}$(.*?)(?=^## |\Z)", written, re.MULTILINE | re.DOTALL)
    assert section is not None
    return section[1]


@pytest.mark.parametrize(
    ("heading", "files"),
    [
        ("3 Accepting a directory", ["trusted.py", "documents.py"]),
        ("4 Accepting an enrolment request", ["request.py"]),
        ("3 Accepting the next root", ["chain.py"]),
        ("5 Accepting a beacon", ["beacon.py", "trust_set.py"]),
    ],
)
def test_every_numbered_rule_has_its_check_and_every_check_its_rule(
    heading: str, files: list[str]
) -> None:
    written = {
        int(number) for number in re.findall(r"^(\d+)\. ", clause_text(heading), re.MULTILINE)
    }
    checked: set[int] = set()
    for name in files:
        for line in (ROOT / "keys" / name).read_text().splitlines():
            comment = line.partition("  # (")[2]
            if comment:
                checked |= {int(number) for number in re.findall(r"\d+", comment)}
    assert written == checked


def test_every_error_code_is_documented_and_used_once() -> None:
    classes = [
        each
        for each in vars(keys.errors).values()
        if isinstance(each, type) and issubclass(each, TrustError)
    ]
    codes = [each.code for each in classes]
    assert len(set(codes)) == len(codes)
    documented = set(re.findall(r"`(keys\.[a-z-]+)`", SPECIFICATION.read_text()))
    abstract = {"keys.failed", "keys.directory"}
    assert documented == set(codes) - abstract


def test_everything_in_the_schema_is_explained_and_bounded() -> None:
    tree = etree.parse(XSD)
    for kind in ("element", "attribute", "complexType", "simpleType", "enumeration"):
        for node in tree.iter(f"{XS}{kind}"):
            explained = node.find(f"{XS}annotation/{XS}documentation")
            assert explained is not None, etree.tostring(node)[:200]
    for node in tree.iter(f"{XS}restriction"):
        assert node.get("base") == "xs:string"
        assert node.find(f"{XS}maxLength") is not None
        patterns = [each.get("value", "") for each in node.iter(f"{XS}pattern")]
        assert patterns or node.find(f"{XS}enumeration") is not None
        assert not any(re.search(r"\\[wdsic]", pattern) for pattern in patterns)


SECOND = xmlschema.XMLSchema(str(XSD))
FIRST = etree.XMLSchema(etree.parse(XSD))


@given(st.data())
@settings(max_examples=examples(150), deadline=None)
def test_both_validators_agree_on_mutants(data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(SAMPLE) - 1))
    end = min(len(SAMPLE), start + data.draw(st.integers(0, 6)))
    inserted = data.draw(st.text(st.characters(max_codepoint=0x2FF), max_size=4)).encode()
    mutant = SAMPLE[:start] + inserted + SAMPLE[end:]
    try:
        tree = etree.fromstring(mutant)
    except etree.XMLSyntaxError:
        return
    assert FIRST.validate(tree) == SECOND.is_valid(etree.ElementTree(tree))
