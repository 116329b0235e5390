"""npm's xml-crypto verifies the signature of our envelopes."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from envelope_world import VECTORS, manifest, octets_of, vector_identity

SOURCE = Path(__file__).resolve().parent / "npm"

pytestmark = pytest.mark.peer


@pytest.fixture(scope="module")
def peer(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if shutil.which("npm") is None or shutil.which("node") is None:
        pytest.skip("no npm here; install it with: apt-get install npm")
    folder = tmp_path_factory.mktemp("npm")
    for name in ("package.json", "package-lock.json", "verify.js"):
        shutil.copy(SOURCE / name, folder / name)
    done = subprocess.run(
        ["npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    if done.returncode != 0:
        pytest.skip(f"xml-crypto could not be installed: {done.stderr.strip()[-300:]}")
    return folder / "verify.js"


def judge(peer: Path, signer: str, files: list[Path]) -> list[str]:
    done = subprocess.run(
        ["node", str(peer), vector_identity(signer).signing_public.hex(), *map(str, files)],
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    return done.stdout.split()


def test_xml_crypto_verifies_every_good_envelope(peer: Path) -> None:
    by_signer: dict[str, list[Path]] = {}
    for case in manifest()["good"]:
        by_signer.setdefault(case["header"]["sender"], []).append(VECTORS / case["file"])
    for signer, files in by_signer.items():
        assert judge(peer, signer, files) == ["true"] * len(files), signer


def test_xml_crypto_refuses_what_was_changed(peer: Path, tmp_path: Path) -> None:
    octets = octets_of(manifest()["good"][0])
    changed = tmp_path / "changed.xml"
    changed.write_bytes(octets.replace(b"HIT_NOTICE", b"HIT_NOTICF"))
    assert judge(peer, "FRA-NCB", [changed]) == ["false"]
