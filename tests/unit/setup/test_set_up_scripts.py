"""The Makefile and the set-up scripts where paths, terminals and rights are not as usual."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest

from gateway.demo import world_folder

pytestmark = pytest.mark.unit

ROOT = Path(__file__).parents[3]
BASH, MAKE = shutil.which("bash"), shutil.which("make")


def run(*words: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": os.environ["PATH"]}
    return subprocess.run(
        words, cwd=cwd, env=environment, capture_output=True, text=True, timeout=120, check=False
    )


@pytest.mark.skipif(MAKE is None, reason="make is not installed")
@pytest.mark.parametrize("name", ["plain", "two  words", "arrêt"])
def test_make_finds_its_folder_whatever_it_is_called(tmp_path, name):
    folder = tmp_path / name
    folder.mkdir()
    shutil.copy(ROOT / "Makefile", folder)
    for words in (["-C", str(folder)], ["-f", str(folder / "Makefile")]):
        done = run(str(MAKE), *words, "help", cwd=tmp_path)
        assert done.returncode == 0, done.stderr
        assert "make demo" in done.stdout
        assert done.stderr == ""


def test_set_up_colours_nothing_outside_a_terminal(tmp_path):
    script = f'source "{ROOT}/setup/shared.sh"; say hello'
    assert run(str(BASH), "-c", script, cwd=tmp_path).stderr == "[setup] hello\n"


def test_set_up_says_what_to_install_where_it_may_not(tmp_path):
    script = (
        f'source "{ROOT}/setup/shared.sh"; PATH={tmp_path}; id() {{ echo 1000; }}; '
        "command() { [ $2 = apt-get ]; }; install_packages rabbitmq-server"
    )
    done = run(str(BASH), "-c", script, cwd=tmp_path)
    assert done.returncode == 1
    assert "as root: apt-get install rabbitmq-server" in done.stderr


def test_a_demo_in_a_path_that_the_broker_cannot_take_lies_elsewhere(tmp_path):
    plain, odd = tmp_path / "state", tmp_path / "my state"
    assert world_folder(plain) == plain
    assert world_folder(odd).parent == Path(tempfile.gettempdir())
    assert world_folder(odd) != world_folder(tmp_path / "your state")


def test_a_demo_takes_no_folder_of_another(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "gettempdir", lambda: str(tmp_path))
    (tmp_path / "elsewhere").mkdir()
    world_folder(tmp_path / "my state").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(RuntimeError, match="another user"):
        world_folder(tmp_path / "my state")
