"""The generated code is what the schemas say, and the schemas say what everything means."""

from pathlib import Path

import pytest
from lxml import etree

from gateway.payload.catalogue import catalogue
from gateway.payload.generate import generated_files, main, stale_files
from gateway.payload.schema_model import Kind, read_standard
from schemas import schema_path

pytestmark = pytest.mark.unit

XS = "{http://www.w3.org/2001/XMLSchema}"
DOCUMENTED = ("element", "complexType", "simpleType", "enumeration", "attribute")
# Types whose lexical forms validators disagree about; xs:string with a pattern takes their place.
BARE = {"string", "token", "decimal", "integer", "date", "dateTime", "base64Binary", "boolean"}
SCHEMAS = ["codes", "common", "firearm", "record", "search", "seizure", "hit", "receipt", "payload"]
SCHEMAS += ["envelope", "profile-xmldsig", "profile-xmldsig11", "profile-xmldsig-more"]
SCHEMAS += ["profile-xmlenc", "profile-xmlenc11"]


def roots() -> list[etree._Element]:
    return [etree.parse(str(schema_path(f"{name}.xsd"))).getroot() for name in SCHEMAS]


@pytest.mark.slow  # the fast check generates by itself
def test_regenerating_changes_nothing() -> None:
    assert stale_files() == []
    assert main(["--check"]) == 0


@pytest.mark.slow  # the fast check generates by itself
def test_a_changed_generated_file_is_found(tmp_path: Path) -> None:
    files = generated_files()
    for name, text in files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    (tmp_path / "generated_types.py").write_text("", encoding="utf-8")
    assert stale_files(tmp_path) == ["generated_types.py"]


def test_every_element_type_attribute_and_code_is_explained() -> None:
    mute = [
        (each.tag, each.get("name") or each.get("value"))
        for root in roots()
        for kind in DOCUMENTED
        for each in root.iter(f"{XS}{kind}")
        if not (each.findtext(f"{XS}annotation/{XS}documentation") or "").strip()
    ]
    assert mute == []


def test_no_element_has_a_bare_built_in_type() -> None:
    for root in roots():
        for each in root.iter(f"{XS}element", f"{XS}attribute", f"{XS}extension"):
            kind = each.get("type") or each.get("base") or ""
            assert not kind.startswith("xs:"), each.get("name")


def test_every_restriction_of_a_string_has_an_end() -> None:
    for root in roots():
        for each in root.iter(f"{XS}restriction"):
            if each.get("base") == "xs:string":
                assert (
                    each.find(f"{XS}maxLength") is not None
                    or each.find(f"{XS}enumeration") is not None
                )
            else:
                assert each.get("base") not in {f"xs:{name}" for name in BARE}


def test_no_pattern_uses_a_class_that_validators_read_differently() -> None:
    patterns = [each.get("value", "") for root in roots() for each in root.iter(f"{XS}pattern")]
    assert patterns
    assert not [p for p in patterns if any(f"\\{c}" in p for c in "wWdDsSiIcCpP")]


def test_every_list_has_an_id_and_a_version() -> None:
    lists = [note.list_version for note in catalogue().types.values() if note.codes]
    assert len(set(lists)) == len(lists)
    assert all(len(name.split()) == 2 for name in lists)


@pytest.mark.slow  # the fast check generates by itself
def test_the_catalogue_and_the_generator_read_the_same_standard() -> None:
    standard, notes = read_standard(schema_path("payload.xsd")), catalogue()
    assert dict(standard.messages) == {m.name: m.type_code for m in notes.messages.values()}
    for each in standard.composites:
        named = [f.tag for f in each.children + each.attributes]
        assert named == [member.name for member in notes.types[each.name].members]
    for each_list in standard.enumerations:
        assert dict(each_list.values) == notes.codes(each_list.name)


@pytest.mark.slow
def test_no_field_is_left_without_a_kind() -> None:
    standard = read_standard(schema_path("payload.xsd"))
    held = {field.kind for each in standard.composites for field in each.fields}
    assert held == set(Kind)
