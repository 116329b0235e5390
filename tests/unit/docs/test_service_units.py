"""The service units are whole, hardened, and ask for nothing newer than systemd 252."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
from pathlib import Path

import click
import pytest

from gateway.cli import root

pytestmark = pytest.mark.unit

FOLDER = Path(__file__).parents[3] / "config" / "systemd"
UNITS = sorted(FOLDER.glob("*.service"))
PROGRAM = "/opt/iarms/.venv/bin/iarms"
# Directives of systemd 253 and later that a unit like these might be tempted to use.
TOO_NEW = {
    "ImportCredential", "MemoryKSM", "OpenFile", "RestartMode", "RestartSteps",
    "RestartMaxDelaySec", "SetLoginEnvironment", "MemoryZSwapWriteback", "ProtectHostnameEx",
    "PrivatePIDs", "SurviveFinalKillSignal", "ConditionVersion",
}  # fmt: skip
DEMANDED = {
    "DynamicUser": "yes", "NoNewPrivileges": "yes", "CapabilityBoundingSet": "",
    "ProtectSystem": "strict", "MemoryDenyWriteExecute": "yes", "LimitCORE": "0",
    "RestrictNamespaces": "yes", "StateDirectoryMode": "0700",
}  # fmt: skip
EXPOSURE_MOST = "15"  # tenths; `systemd-analyze security` counts from 0 (none) to 100


def directives(unit: Path) -> dict[str, str]:
    lines = unit.read_text(encoding="utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines if re.match(r"[A-Z]\w*=", line))


@pytest.fixture
def checked(tmp_path: Path) -> list[Path]:
    """The units as this machine can check them: with a program and folders that exist."""
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd-analyze is not installed")
    made = []
    for unit in UNITS:
        text = unit.read_text(encoding="utf-8").replace(PROGRAM, "/bin/true")
        target = tmp_path / unit.name.replace("@", "@FRA-NCB")
        target.write_text(re.sub(r"ReadWritePaths=.*", "ReadWritePaths=/srv", text))
        made.append(target)
    return made


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_a_unit_is_hardened_and_asks_for_nothing_newer(unit: Path) -> None:
    found = directives(unit)
    assert DEMANDED.items() <= found.items()
    assert TOO_NEW.isdisjoint(found)


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_a_unit_starts_a_command_that_exists(unit: Path) -> None:
    program, noun, verb, *options = shlex.split(directives(unit)["ExecStart"])
    assert program == PROGRAM
    context = click.Context(root)
    group = root.get_command(context, noun)
    assert isinstance(group, click.Group)
    command = group.get_command(context, verb)
    assert command is not None
    _, left, _ = command.make_parser(click.Context(command)).parse_args(options)
    assert not left


def test_only_who_holds_message_keys_is_given_a_passphrase() -> None:
    given = {unit.name for unit in UNITS if "LoadCredential" in directives(unit)}
    assert given == {"iarms-agent@.service", "iarms-hub.service", "iarms-node@.service"}


def test_systemd_finds_nothing_wrong(checked: list[Path]) -> None:
    for unit in checked:
        told = subprocess.run(
            ["systemd-analyze", "verify", "--man=no", str(unit)],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert [line for line in told.stderr.splitlines() if unit.name in line] == []


def test_the_exposure_stays_low(checked: list[Path]) -> None:
    for unit in checked:
        told = subprocess.run(
            ["systemd-analyze", "security", "--offline=true", "--no-pager",
             f"--threshold={EXPOSURE_MOST}", str(unit)],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert told.returncode == 0, told.stdout.splitlines()[-1]
