"""A mistake in an ``adapter.toml`` or a code table is refused at load, with its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from adapters.engine import DeclaredAdapter, fixed_frame
from adapters.engine.steps import STEP_NAMES
from gateway.adapter import AdapterError, UnknownAdapterError, find_adapter

SPEC = """
[adapter]
name = "trial"
version = "1"
title = "A trial"

[source]
form = "delimited"
suffix = ".csv"

[[kind]]
name = "search"
body = "Search"

[table]
type = { file = "codes/type.csv" }

[pattern.serial]
regex = "[A-Z0-9]+"
expected = "letters and digits"
remedy = "write it plainly"

[[field]]
to = "ReasonCode"
value = "THEFT"

[[field]]
to = "Firearm/FirearmTypeCode"
from = "Type"
steps = ["strip", "code:type"]

[[field]]
to = "Firearm/Marking[serial]/KindCode"
value = "SERIAL"

[[field]]
to = "Firearm/Marking[serial]/LegibilityCode"
value = "LEGIBLE"

[[field]]
to = "Firearm/Marking[serial]/TextAsMarked"
from = "Serial"
steps = ["upper", "match:serial"]

[reply]
column = [{ name = "Result", value = "result" }]
"""
TABLE = "local,standard,note\nP,PISTOL,\nR,REVOLVER,\n"


def adapter(folder: Path, spec: str = SPEC, table: str = TABLE) -> DeclaredAdapter:
    (folder / "codes").mkdir(exist_ok=True)
    (folder / "codes" / "type.csv").write_text(table)
    (folder / "adapter.toml").write_text(spec)
    return DeclaredAdapter(folder)


def refusal(folder: Path, spec: str = SPEC, table: str = TABLE) -> AdapterError:
    with pytest.raises(AdapterError) as caught:
        adapter(folder, spec, table).read(b"", fixed_frame())
    return caught.value


def test_the_trial_adapter_itself_is_sound(tmp_path: Path) -> None:
    reading = adapter(tmp_path).read(b"Type;Serial\nP;a 1\nP;A123\n", fixed_frame())
    assert [item.body is not None for item in reading.items] == [False, True]


def test_an_unknown_step_is_refused_with_the_known_ones_and_a_near_one(tmp_path: Path) -> None:
    error = refusal(tmp_path, SPEC.replace('"strip"', '"stripp"'))
    assert error.remedy == "did you mean 'strip'?"
    assert error.expected == "one of: " + ", ".join(STEP_NAMES)
    assert error.place == "[[field]] to = 'Firearm/FirearmTypeCode'"


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('"code:type"', '"code:typ"', "did you mean 'type'?"),
        ('"match:serial"', '"match:cereal"', "did you mean 'serial'?"),
        ('"upper"', '"date:%d/%m"', "%d, %m and %Y"),
        ('"upper"', '"extract:(a)(b)"', "exactly one group"),
        ('"upper"', '"extract:("', "cannot be used"),
        ('"upper"', '"max:many"', "cannot be used"),
        ('"upper"', '"eval:1+1"', "there is no step 'eval'"),
        ('"Firearm/FirearmTypeCode"', '"Firearm/FirearmTypCode"', "firearm_type_code"),
        ('"Firearm/FirearmTypeCode"', '"Firearm"', "elements of its own"),
        ('"Firearm/FirearmTypeCode"', '"Firearm/Fire arm"', "no path of the standard"),
        ('to = "ReasonCode"\nvalue = "THEFT"', 'to = "MaxResults"\nvalue = "2"', "reason_code"),
        ('"THEFT"', '"STEALING"', "does not fit"),
        ('value = "THEFT"', 'value = "THEFT"\nfrom = "Type"', "either 'from' or 'value'"),
        ('value = "result"', 'value = "reslut"', "did you mean 'result'?"),
        ('"result" }', '"result", table = "x" }', "no table 'x'"),
        ('column = [{ name = "Result", value = "result" }]', "", "writes nothing back"),
        ('suffix = ".csv"', 'suffix = ".csv"\nencoding = "utf-32"', "cannot be used"),
        ('suffix = ".csv"', 'suffix = ".csv"\nencodings = "x"', "encodings"),
        ('form = "delimited"', 'form = "parquet"', "parquet"),
        ('body = "Search"', 'body = "Seizures"', "Seizures"),
        ("[adapter]", "[adapter", "adapter.toml"),
    ],
)
def test_a_mistake_in_the_declaration_is_refused(
    tmp_path: Path, old: str, new: str, says: str
) -> None:
    assert old in SPEC
    error = refusal(tmp_path, SPEC.replace(old, new))
    assert says in f"{error} {error.expected} {error.remedy}"


@pytest.mark.parametrize(
    ("table", "says", "place"),
    [
        ("local;standard\n", "another header", "line 1"),
        (TABLE + "p,PISTOL,\n", "comes twice", "line 4"),
        (TABLE + "X\n", "incomplete", "line 4"),
        (TABLE + "X,PISTOLE,\n", "does not have", "[[field]]"),
    ],
)
def test_a_mistake_in_a_code_table_is_refused_with_its_line(
    tmp_path: Path, table: str, says: str, place: str
) -> None:
    error = refusal(tmp_path, table=table)
    assert says in str(error)
    assert place in (error.place or "")


def test_passing_as_another_needs_the_other(tmp_path: Path) -> None:
    spec = SPEC.replace('type.csv" }', 'type.csv", on_unknown = "pass-as-other" }')
    assert "without saying which" in str(refusal(tmp_path, spec))


def test_what_happens_to_an_unknown_code_is_declared(tmp_path: Path) -> None:
    native = b"Type;Serial\nX;A123\n"
    for policy in ('"pass-as-other", other = "OTHER"', '"drop"'):
        spec = SPEC.replace('type.csv" }', f'type.csv", on_unknown = {policy} }}')
        (item,) = adapter(tmp_path, spec).read(native, fixed_frame()).items
        assert item.body is not None
    (item,) = adapter(tmp_path).read(native, fixed_frame()).items
    assert [issue.code for issue in item.issues] == ["CODE"]


def test_the_version_changes_with_the_mapping_and_its_tables(tmp_path: Path) -> None:
    first = adapter(tmp_path).version
    assert adapter(tmp_path).version == first
    assert adapter(tmp_path, table=TABLE + "S,SHOTGUN,\n").version != first
    assert adapter(tmp_path, SPEC + "\n").version != first


def test_an_unknown_adapter_is_refused_with_the_known_ones_and_a_near_one() -> None:
    with pytest.raises(UnknownAdapterError) as caught:
        find_adapter("fr-polis-csv")
    assert caught.value.remedy == "did you mean 'fr-police-csv'?"
    assert "us-ncic-gun" in (caught.value.expected or "")
