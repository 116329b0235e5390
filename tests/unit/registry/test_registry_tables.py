"""An administrator's rows are checked, taken in once and read; thresholds can be tried on pairs."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from gateway.cli import root
from gateway.registry.makes import read_make
from gateway.registry.reference import use_tables

MAKES = """code,name,group,ncic,aliases,source,version
GLOCK,Glock,,,GLOKE DE FERRO,local register,1
EXAMPLE_ARMS,Example & Daughters,,,EXAMPLE|EXMPL,local register,1
"""


@pytest.fixture(autouse=True)
def shipped_tables_only() -> Iterator[None]:
    yield
    use_tables(None)


def _run(*words: str) -> tuple[int, str]:
    result = CliRunner().invoke(root, ["registry", *words])
    return result.exit_code, result.output


@pytest.mark.slow
def test_own_rows_add_spellings_and_makes(tmp_path: Path) -> None:
    file = tmp_path / "own.csv"
    file.write_text(MAKES, encoding="utf-8")
    assert _run("tables", "check", "makes", str(file))[0] == 0
    for _ in range(2):  # the second time nothing is new
        assert _run("tables", "import", "makes", str(file), "--home", str(tmp_path))[0] == 0
    with (tmp_path / "tables" / "makes.csv").open(encoding="utf-8") as written:
        assert len(list(csv.DictReader(written))) == 2
    use_tables(tmp_path / "tables")
    glock, example = read_make("gloke de ferro"), read_make("EXMPL")
    assert glock is not None
    assert example is not None
    assert (glock.code, example.code) == ("GLOCK", "EXAMPLE_ARMS")
    assert example.number > 20_000
    code, text = _run("tables", "list", "--home", str(tmp_path), "--json")
    assert code == 0
    assert {row["table"]: row["own"] for row in json.loads(text)}["makes"] == 2


def test_everything_wrong_with_a_file_is_told_at_once(tmp_path: Path) -> None:
    file = tmp_path / "own.csv"
    file.write_text(
        "code,name,group,ncic,aliases,source,version\nOTHER_ARMS,Beretta,,,,,x\n", encoding="utf-8"
    )
    code, text = _run("tables", "check", "makes", str(file), "--json")
    assert code == 6
    assert {fault["column"] for fault in json.loads(text)} == {"source", "version", "aliases"}


def test_other_thresholds_are_tried_on_judged_pairs(tmp_path: Path) -> None:
    file = tmp_path / "pairs.csv"
    columns = (
        "asked_serial,asked_make,asked_calibre,asked_type,"
        "recorded_serial,recorded_make,recorded_calibre,recorded_type,same"
    )
    rows = (
        "ABC12345,Glock,9mm,PISTOL,ABC12345,Glock,9x19,PISTOL,yes",
        "ABC123,Glock,9mm,PISTOL,ABC123,Glock,9x19,PISTOL,no",
        "XYZ99999,Glock,9mm,PISTOL,ABC123,Glock,9x19,PISTOL,no",
    )
    file.write_text("\n".join((columns, *rows)) + "\n", encoding="utf-8")
    code, text = _run("thresholds", "--pairs", str(file), "--set", "key_alone=5", "--json")
    assert code == 0
    told = json.loads(text)
    assert (told["now"]["other"], told["then"]["other"]) == ({"B": 1, "-": 1}, {"A": 1, "-": 1})
    assert _run("thresholds", "--pairs", str(file), "--set", "nothing=1")[0] == 2
