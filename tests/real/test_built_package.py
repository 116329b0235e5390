"""The package that is built carries everything it reads, away from the checkout."""

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

pytestmark = pytest.mark.real

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The built wheel's files, in a folder of their own."""
    folder = tmp_path_factory.mktemp("built")
    words = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(words, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "files")
    return folder / "files"


def run(unpacked: Path, *words: str) -> str:
    """What a command of the unpacked package prints; its modules come before the checkout's."""
    done = subprocess.run(
        [sys.executable, *words],
        cwd=unpacked,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(unpacked)},
        check=True,
        capture_output=True,
        text=True,
    )
    return done.stdout


def test_its_commands_find_their_schemas_adapters_and_measures(unpacked: Path) -> None:
    where = run(unpacked, "-c", "import gateway; print(gateway.__file__)")
    assert Path(where.strip()).is_relative_to(unpacked)
    iarms = ("-m", "gateway.cli")
    known = {one["name"] for one in json.loads(run(unpacked, *iarms, "adapter", "list", "--json"))}
    assert {"fr-police-csv", "mainframe-ebcdic", "trace-desk-xlsx"} <= known
    assert "SearchRequest" in run(unpacked, *iarms, "schema", "list")
    assert "time-to-crime" in run(unpacked, *iarms, "report", "list")


def test_it_carries_the_demo_and_the_samples_of_settings(unpacked: Path) -> None:
    inputs = run(unpacked, "-c", "from gateway.demo.story import INPUTS; print(INPUTS)").strip()
    carried = sorted(p.name for p in Path(inputs).rglob("*") if p.is_file())
    asked = sorted(p.name for p in (ROOT / "config" / "demo").rglob("*") if p.is_file())
    assert Path(inputs).is_relative_to(unpacked)
    assert carried == asked
    samples = {path.name for path in unpacked.glob("*.data/data/share/iarms-gateway/config/*")}
    assert {"alerts", "node.toml", "policy.toml", "systemd"} <= samples
