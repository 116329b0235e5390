"""Every drill ends as it must, and its page is made from the steps that were played."""

from __future__ import annotations

import hashlib
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner

from gateway.cli import drill as command
from gateway.drill_line import RunningLine
from keys import Cost, drills, sealed

ROOT = Path(__file__).resolve().parents[3]
NOW = datetime(2026, 10, 20, 9, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _quick_derivation(monkeypatch: pytest.MonkeyPatch) -> None:
    def derive(passphrase: bytes, salt: bytes, cost: Cost) -> tuple[bytes, bytes]:
        octets = hashlib.shake_256(repr((passphrase, salt, cost)).encode()).digest(64)
        return octets[:32], octets[32:]

    monkeypatch.setattr(sealed, "_derive", derive)


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(drills.DRILLS))
def test_every_step_of_a_drill_ends_as_it_must(tmp_path: Path, name: str) -> None:
    box = drills.Sandbox(tmp_path, NOW, os.urandom, line=RunningLine())
    played = drills.play(name, box)
    assert [each.step for each in played] == list(drills.DRILLS[name].steps)


def test_the_command_knows_every_drill() -> None:
    assert set(command._NAMES) == set(drills.DRILLS)
    done = CliRunner().invoke(command.command, ["rotate-root"])
    assert done.exit_code == 0, done.output
    assert "Third officer" in done.output


def test_the_written_pages_are_those_of_the_drills() -> None:
    page = ROOT / "docs" / "guides" / "drills.md"
    assert page.read_text(encoding="utf-8") == drills.all_pages()
