"""``iarms schema`` tells what the words of the standard mean."""

import json
import subprocess
import sys

import pytest
from click.testing import CliRunner

from gateway.cli.schema import command
from gateway.payload import SerialStatusCode, UnknownNameError, explain, listing
from gateway.payload.catalogue import catalogue

pytestmark = pytest.mark.unit


def spoken(*arguments: str) -> str:
    result = CliRunner().invoke(command, list(arguments), catch_exceptions=False)
    assert result.exit_code == 0
    return result.output


@pytest.mark.parametrize(
    "path",
    [
        "FirearmRecord.Firearm.SerialStatusCode",
        "FirearmRecord/Firearm/SerialStatusCode",
        "FirearmRecord.serial_status",
        "firearm_record.serial_status_code",
        "FirearmRecordSubmit.SerialStatusCode",
    ],
)
def test_a_path_may_leave_steps_and_endings_out(path: str) -> None:
    (found,) = explain(path)
    assert found.name.endswith("Firearm.SerialStatusCode")
    assert found.cardinality == "1"
    assert set(found.codes) == set(SerialStatusCode)


def test_a_path_as_an_error_writes_it_is_understood() -> None:
    (found,) = explain("SearchRequest/Search/Firearm/MakeIdentified[2]/MakeCode/@scheme")
    assert (found.kind, found.type_name) == ("attribute", "MakeSchemeCode")


def test_an_element_with_two_meanings_gets_both() -> None:
    found = {each.type_name for each in explain("OutcomeCode")}
    assert found == {"ReceiptOutcomeCode", "MatchOutcomeCode"}


def test_a_code_is_found_in_every_list_that_has_it() -> None:
    found = {each.type_name for each in explain("FRAME")}
    assert found == {"MarkingLocationCode", "ComponentCode"}


def test_a_type_says_where_it_is_used() -> None:
    (found,) = explain("FirearmDescription")
    assert "Search.Firearm" in found.used_in
    assert "Hit.FoundFirearm" in found.used_in


@pytest.mark.slow
def test_every_name_of_the_standard_can_be_explained() -> None:
    for note in catalogue().types.values():
        assert explain(note.name)
        for member in note.members:
            assert explain(member.name)
            assert explain(f"{note.name}.{member.name}")[0].meaning == member.documentation
        for code in note.codes or ():
            assert explain(code)


@pytest.mark.parametrize(
    ("typed", "proposal"),
    [
        ("FirearmRecrd", "did you mean FirearmRecord?"),
        ("FirearmRecord.SerialStatsCode", "did you mean SerialStatusCode?"),
        ("REMOVED_PUNCH", "did you mean REMOVED_PUNCHED?"),
        ("qqqqqqqqqqqq", "see `iarms schema list`"),
        ("", "see `iarms schema list`"),
        ("..", "see `iarms schema list`"),
    ],
)
def test_an_unknown_name_gets_the_nearest_known_one(typed: str, proposal: str) -> None:
    with pytest.raises(UnknownNameError) as caught:
        explain(typed)
    assert caught.value.remedy == proposal


def test_the_command_prints_type_cardinality_and_codes() -> None:
    text = spoken("explain", "FirearmRecord.serial_status")
    assert "FirearmRecord.Firearm.SerialStatusCode: element" in text
    assert "times:    1" in text
    assert "REMOVED_PUNCHED  Removed by punching" in text


def test_the_command_prints_what_an_object_holds() -> None:
    text = spoken("explain", "FirearmRecord")
    assert "RelatedRecordId" in text
    assert "0..50" in text


def test_the_json_holds_the_same() -> None:
    (found,) = json.loads(spoken("explain", "RecordBatchItem", "--json"))
    times = {member["name"]: member["cardinality"] for member in found["members"]}
    assert times["ItemId"] == "1"
    assert times["FirearmRecord"] == "1 of FirearmRecord, RecordUpdate, StatusChange"


def test_the_list_names_every_message_and_type() -> None:
    names = {each["name"] for each in json.loads(spoken("list", "--json"))}
    assert names == set(catalogue().types) == {each.name for each in listing()}
    assert "SearchRequest" not in spoken("list", "--kind", "code list")


def test_an_unknown_name_leaves_with_code_three_and_a_proposal() -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "gateway.cli", "schema", "explain", "FirearmRecrd"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 3
    assert ended.stdout == ""
    assert "did you mean FirearmRecord?" in ended.stderr
