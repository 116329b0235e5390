"""Java's own XML Signature and cryptography opens our envelopes, and we open Java's.

The peer (java/Peer.java) is written from docs/spec/envelope.md and compiled when the test runs.
"""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from envelope_world import VECTORS, manifest, octets_of, vector_directory, vector_identity
from lxml import etree

from gateway.envelope import open_envelope

SOURCE = Path(__file__).resolve().parent / "java" / "Peer.java"
INSTALL = "install it with: apt-get install openjdk-17-jdk-headless"
SECRETS = manifest()["identities"]

pytestmark = pytest.mark.peer


@dataclass(frozen=True, slots=True, kw_only=True)
class Java:
    """The compiled peer."""

    classes: Path

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        command = [
            "java",
            # Java breaks base64 at 76 characters unless it is told that XML needs no such thing.
            "-Dcom.sun.org.apache.xml.internal.security.ignoreLineBreaks=true",
            "-cp", str(self.classes), "Peer", *words,
        ]  # fmt: skip
        return subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)


@pytest.fixture(scope="module")
def java(tmp_path_factory: pytest.TempPathFactory) -> Java:
    if shutil.which("javac") is None or shutil.which("java") is None:
        pytest.skip(f"no Java compiler here; {INSTALL}")
    classes = tmp_path_factory.mktemp("classes")
    done = subprocess.run(
        ["javac", "-d", str(classes), str(SOURCE)],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return Java(classes=classes)


def opening(case: dict[str, Any], recipient: str, envelope: Path, payload: Path) -> tuple[str, ...]:
    sender = vector_identity(case["header"]["sender"])
    return (
        "open", str(envelope), sender.signing_public.hex(),
        SECRETS[recipient]["encryption_secret"], vector_identity(recipient).encryption_kids[0],
        str(payload),
    )  # fmt: skip


def test_java_verifies_and_decrypts_every_good_envelope(java: Java, tmp_path: Path) -> None:
    lines, expected = [], {}
    for case in manifest()["good"]:
        later = {to["party"] for to in case["header"]["to"] if "suite" in to}
        for recipient in set(case["recipients"]) - later:  # its classes know no X-Wing
            payload = tmp_path / f"{case['name']}-{recipient}"
            lines.append("\t".join(opening(case, recipient, VECTORS / case["file"], payload)))
            expected[payload] = (VECTORS / case["payload"]).read_bytes()
    commands = tmp_path / "commands"
    commands.write_text("\n".join(lines))
    done = java.run("all", str(commands))
    assert done.returncode == 0, done.stderr
    assert {path: path.read_bytes() for path in expected} == expected
    assert len(expected) > len(manifest()["good"])


@pytest.mark.parametrize("element", ["env:Type", "ds:SignatureValue", "dsig-more:Info"])
def test_java_refuses_what_was_changed(java: Java, tmp_path: Path, element: str) -> None:
    case = manifest()["good"][0]
    octets = octets_of(case)
    at = octets.index(f"<{element}>".encode()) + len(element) + 2
    other = b"A" if octets[at : at + 1] != b"A" else b"B"
    (tmp_path / "changed.xml").write_bytes(octets[:at] + other + octets[at + 1 :])
    words = opening(case, "DEU-NCB", tmp_path / "changed.xml", tmp_path / "payload")
    assert java.run(*words).returncode != 0
    assert not (tmp_path / "payload").exists()


def test_we_open_what_java_sealed(java: Java, tmp_path: Path) -> None:
    france, germany = vector_identity("FRA-NCB"), vector_identity("DEU-NCB")
    kid = germany.encryption_kids[0]
    payload = VECTORS / "good" / "utf-8.payload.xml"
    envelope = tmp_path / "envelope.xml"
    done = java.run(
        "seal", str(payload), SECRETS["FRA-NCB"]["signing_seed"], france.signing_kid, "FRA-NCB",
        germany.encryption_public(kid).hex(), kid, "DEU-NCB", str(envelope),
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    octets = envelope.read_bytes()
    now = datetime.fromisoformat(manifest()["hostile"][0]["now"])
    opened = open_envelope(octets, germany, vector_directory("17"), now=now)
    assert opened.content == payload.read_bytes()
    assert opened.header.sender == "FRA-NCB"
    tree = etree.fromstring(octets).getroottree()
    assert etree.tostring(tree, method="c14n", exclusive=True) == octets
