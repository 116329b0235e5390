"""The overview of commands starts without anything heavy, and errors end as the reference says."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from gateway.cli import main, root
from gateway.cli.databases import open_database
from gateway.cli.output import ExitCode, NotFoundError, exit_code_of, read_passphrase
from keys import CeremonyError, KeyFileModeError

pytestmark = pytest.mark.unit

REPOSITORY = Path(__file__).parents[3]
HEAVY = {
    "alembic", "cryptography", "lxml", "nacl", "pika", "psycopg", "rapidfuzz", "rich",
    "sqlalchemy", "structlog", "watchfiles", "xmlschema",
}  # fmt: skip
MODULES_MOST = 160  # with Python's own and click's; 109 when this was written

OVERVIEW = """
import json, sys
from gateway.cli import root
root.main(["--help"], standalone_mode=False)
print(json.dumps(sorted(sys.modules)), file=sys.stderr)
"""
SETTINGS = 'party = "FRA-NCB"\n[broker]\nport = 5671\n'


def test_the_overview_imports_nothing_heavy() -> None:
    told = subprocess.run(
        [
            sys.executable, "-c",
            OVERVIEW,
        ],
        cwd=REPOSITORY, capture_output=True, text=True, check=True,
    )  # fmt: skip
    modules = json.loads(told.stderr)
    assert "Commands" in told.stdout
    assert HEAVY.isdisjoint(name.partition(".")[0] for name in modules)
    assert len(modules) < MODULES_MOST


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o601])
def test_a_passphrase_that_others_may_use_is_refused(tmp_path: Path, mode: int) -> None:
    secret = tmp_path / "pass"
    secret.write_bytes(b"a good passphrase\n")
    secret.chmod(mode)
    with pytest.raises(KeyFileModeError) as refused:
        read_passphrase(secret, None)
    assert refused.value.place == str(secret)
    assert "chmod 600" in (refused.value.remedy or "")
    assert exit_code_of(refused.value) is ExitCode.PERMISSION


def test_a_passphrase_of_its_owner_is_taken_without_its_line_end(tmp_path: Path) -> None:
    secret = tmp_path / "pass"
    secret.write_bytes(b"a good passphrase\r\n")
    secret.chmod(0o400)
    assert read_passphrase(secret, None) == b"a good passphrase"


def test_a_passphrase_from_a_descriptor_has_no_mode(tmp_path: Path) -> None:
    secret = tmp_path / "pass"
    secret.write_bytes(b"a good passphrase")
    secret.chmod(0o644)
    with secret.open("rb") as source:
        assert read_passphrase(None, source.fileno()) == b"a good passphrase"


def test_a_descriptor_that_is_not_open_is_a_usage_error() -> None:
    reader, writer = os.pipe()
    os.close(reader)
    os.close(writer)
    with pytest.raises(click.UsageError, match="cannot be read"):
        read_passphrase(None, reader)


def test_a_step_that_was_done_already_is_a_failure_and_no_refusal() -> None:
    assert exit_code_of(CeremonyError("done")) is ExitCode.FAILURE


def test_looking_into_a_home_where_nothing_ran_makes_no_database(tmp_path: Path) -> None:
    (tmp_path / "iarms.toml").write_text(SETTINGS)
    with pytest.raises(NotFoundError) as refused:
        open_database(tmp_path)
    assert exit_code_of(refused.value) is ExitCode.NOT_FOUND
    assert [path.name for path in tmp_path.iterdir()] == ["iarms.toml"]


def test_stopping_a_broker_that_never_ran_does_nothing(tmp_path: Path) -> None:
    result = CliRunner().invoke(root, ["broker", "stop", "--home", str(tmp_path)])
    assert result.exit_code == ExitCode.OK
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_the_machine_refuses_is_told_and_not_traced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "iarms.toml").mkdir()
    monkeypatch.setattr(sys, "argv", ["iarms", "config", "check", "--home", str(tmp_path)])
    with pytest.raises(SystemExit) as left:
        main()
    assert left.value.code == ExitCode.FAILURE
    assert f"at:       {tmp_path}/iarms.toml" in capsys.readouterr().err
