"""The specification and the code carry the same numbers."""

from __future__ import annotations

import re
from pathlib import Path

import gateway.envelope
from gateway.envelope import Reason, limits

ROOM = Path(gateway.envelope.__file__).parent
SPEC = (ROOM.parents[1] / "docs" / "spec" / "envelope.md").read_text("utf-8")
ELSEWHERE = {8, 12, 13, 14}


def section(number: int) -> str:
    found = re.search(rf"^## {number} .*?(?=^## |\Z)", SPEC, re.MULTILINE | re.DOTALL)
    assert found, number
    return found[0]


def test_every_check_of_the_specification_is_in_the_code_once_and_in_order() -> None:
    specified = [int(n) for n in re.findall(r"^\((\d+)\) \*\*", section(5), re.MULTILINE)]
    assert specified == list(range(1, 15))
    source = (ROOM / "opening.py").read_text("utf-8")
    coded = [int(n) for n in re.findall(r"^ +# \((\d+)\) ", source, re.MULTILINE)]
    assert sorted(coded) == [number for number in specified if number not in ELSEWHERE]
    document = source.split('"""')[1]
    assert "(8)" in document
    assert "(12) to (14)" in document


def test_every_step_of_sealing_is_in_the_code() -> None:
    specified = [int(n) for n in re.findall(r"^(\d+)\. ", section(4), re.MULTILINE)]
    coded = re.findall(r"# step (\d+)", (ROOM / "sealing.py").read_text("utf-8"))
    assert sorted(map(int, coded)) == specified == list(range(1, 11))


def test_every_reason_is_specified_with_its_check() -> None:
    rows = re.findall(r"`([a-z0-9-]+)` \| ((?:\(\d+\)(?:, )?)+) ", section(7))
    assert {name for name, _ in rows} == {reason.value for reason in Reason}
    source = (ROOM / "errors.py").read_text("utf-8")
    coded = dict(re.findall(r'= "([a-z0-9-]+)"  # (\(.*\))$', source, re.MULTILINE))
    assert dict(rows) == coded


def test_every_error_code_is_specified() -> None:
    codes = set(re.findall(r"`(envelope\.[a-z-]+)`", section(7)))
    assert codes == {
        error.code
        for name in gateway.envelope.__all__
        if name.endswith("Error") and name != "EnvelopeError"
        for error in [getattr(gateway.envelope, name)]
    }


def test_the_limits_are_those_of_the_specification() -> None:
    text = section(6)
    assert f"| Envelope | {limits.MAX_ENVELOPE_OCTETS // 2**20} MiB |" in text
    assert f"| Payload | {limits.MAX_CONTENT_OCTETS // 2**20} MiB |" in text
    assert f"| Header | {limits.MAX_HEADER_OCTETS // 2**10} KiB |" in text
    assert f"| Recipients | {limits.MAX_RECIPIENTS} |" in text
    days = f"{limits.MAX_LIFE.days} days; {limits.LONG_LIFE.days} for TRACE_REQUEST"
    assert f"| {days} |" in text
    assert set(limits.LONG_LIVED_TYPES) == {"TRACE_REQUEST"}
    assert f"| {limits.CLOCK_SKEW.seconds // 60} minutes, both ways |" in text
    assert f"steps of {limits.PADDING_STEP_OCTETS} octets below 64 KiB" in text
    assert limits.PADDING_END_OCTETS == 64 * 1024
