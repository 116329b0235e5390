"""Our code against the vectors, and the vectors against their generator."""

from __future__ import annotations

import ast
import hashlib
import subprocess
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from envelope_world import (
    VECTORS,
    manifest,
    octets_of,
    vector_directory,
    vector_identity,
)

import gateway.envelope
from gateway.envelope import (
    EnvelopeError,
    EnvelopeRefusedError,
    check_envelope,
    open_envelope,
    peek_header,
)

GOOD = manifest()["good"]
HOSTILE = manifest()["hostile"]


def opening(case: dict[str, Any], recipient: str) -> Any:
    return open_envelope(
        octets_of(case),
        vector_identity(recipient),
        vector_directory(case["directory"]),
        now=datetime.fromisoformat(case["now"]),
    )


@pytest.mark.parametrize("case", GOOD, ids=lambda case: case["name"])
def test_a_good_envelope_opens_for_each_recipient(case: dict[str, Any]) -> None:
    octets = octets_of(case)
    payload = (VECTORS / case["payload"]).read_bytes()
    for recipient in case["recipients"]:
        opened = opening(case, recipient)
        assert opened.content == payload
        assert opened.octets_digest == hashlib.sha256(octets).digest()
        assert opened.octets_digest.hex() == case["sha256"]


@pytest.mark.parametrize("case", GOOD, ids=lambda case: case["name"])
def test_a_good_envelope_says_what_its_header_says(case: dict[str, Any]) -> None:
    octets, expected = octets_of(case), case["header"]
    now = datetime.fromisoformat(case["now"])
    checked = check_envelope(octets, vector_directory(case["directory"]), now=now)
    header = checked.header
    assert peek_header(octets) == header
    assert {
        "message_id": header.message_id,
        "sender": header.sender,
        "sender_kid": header.sender_kid,
        "to": [
            {
                "party": to.party,
                "kid": to.kid,
                "seq": to.seq,
                **({"suite": to.suite} if to.suite > 1 else {}),
            }
            for to in header.to
        ],
        "type": header.message_type,
        "created": header.created.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "expires": header.expires.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "in_reply_to": header.in_reply_to,
        "lane": header.lane.value,
        "directory_version": header.directory_version,
        "schema": header.schema,
    } == expected


@pytest.mark.parametrize("case", HOSTILE, ids=lambda case: case["name"])
def test_a_hostile_envelope_is_refused_for_its_reason(case: dict[str, Any]) -> None:
    with pytest.raises(EnvelopeError) as caught:
        opening(case, case["recipient"])
    error = caught.value
    assert error.code == f"envelope.{case['outcome']}"
    if isinstance(error, EnvelopeRefusedError):
        assert error.reason.value == case["reason"]


def test_every_refusal_tells_a_peer_the_same() -> None:
    told = set()
    for case in HOSTILE:
        if case["outcome"] != "refused":
            continue
        with pytest.raises(EnvelopeRefusedError) as caught:
            opening(case, case["recipient"])
        error = caught.value
        told.add((type(error), str(error), error.code, error.answered, error.retryable))
        assert (error.place, error.value, error.expected, error.remedy) == (None,) * 4
        assert error.__cause__ is None
    assert len(told) == 1


def test_every_reason_has_a_hostile_envelope() -> None:
    shown = {case.get("reason") for case in HOSTILE} - {None}
    assert shown == {reason.value for reason in gateway.envelope.Reason}
    assert len(HOSTILE) >= 70


def test_the_vectors_are_what_their_generator_writes() -> None:
    done = subprocess.run(
        [sys.executable, str(VECTORS / "make.py"), "--check"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_second_writer_knows_nothing_of_the_gateway() -> None:
    for path in VECTORS.glob("*.py"):
        assert "gateway" not in _imports(path), path.name


def test_the_envelope_imports_no_parser() -> None:
    folder = Path(gateway.envelope.__file__).parent
    for path in folder.glob("*.py"):
        assert not _imports(path) & {"lxml", "xml", "xmlschema", "html"}, path.name


def _imports(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module.split(".")[0])
    return names
