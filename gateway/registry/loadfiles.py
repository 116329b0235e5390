"""Reads files of records to be loaded in bulk: JSON lines, or canonical XML documents.

One item at a time, with its place, so that a stopped load goes on there; it files nothing. A line
of JSON is a record as ``iarms record show --json`` writes it (the record alone, or under
``record``); a document of XML is a ``RecordBatch`` or a ``FirearmRecordSubmit`` of the standard.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO

import msgspec

from gateway.payload import (
    MAX_PAYLOAD_OCTETS,
    Context,
    Finding,
    FirearmRecord,
    FirearmRecordSubmit,
    PayloadError,
    RecordBatch,
    SchemaIssue,
    decode,
)
from gateway.registry.findings import error

_ENDS = (b"</RecordBatch>", b"</FirearmRecordSubmit>")
_MOST_FINDINGS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One record of a file, or why it is none.

    ``place`` is the octets before its document (a line of JSON, a document of XML), ``within``
    counts the items of that document from 1. ``context`` is that of the XML document.
    """

    place: int
    within: int
    record: FirearmRecord | None
    context: Context | None
    findings: tuple[Finding, ...]
    raw: bytes


def items(source: BinaryIO, *, place: int = 0, within: int = 0) -> Iterator[Item]:
    """The records of ``source`` behind item ``within`` of the document at ``place``."""
    source.seek(0)
    xml = source.read(64).lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<")
    source.seek(place)
    for start, octets in _documents(source, place) if xml else _lines(source, place):
        for number, item in enumerate(_of_xml(start, octets) if xml else _of_json(start, octets)):
            if start > place or number >= within:
                yield item


def record_json(value: FirearmRecord | Finding) -> Any:
    """A record as a line of such a file holds it, or a finding in the same form."""
    return _given(msgspec.to_builtins(value))


def issue_finding(issue: SchemaIssue) -> Finding:
    """What a schema says of a record, as a finding."""
    return error(
        issue.code, issue.message, path=issue.path, value=issue.value, expected=issue.expected
    )


def _lines(source: BinaryIO, place: int) -> Iterator[tuple[int, bytes]]:
    while line := source.readline(MAX_PAYLOAD_OCTETS + 1):
        if len(line) > MAX_PAYLOAD_OCTETS and not line.endswith(b"\n"):
            line, end = b"", place + len(line)
            while rest := source.readline(MAX_PAYLOAD_OCTETS):
                end += len(rest)
                if rest.endswith(b"\n"):
                    break
            yield place, line
            place = end
            continue
        if line.strip(b"\xef\xbb\xbf \t\r\n"):
            yield place, line
        place += len(line)


def _documents(source: BinaryIO, place: int) -> Iterator[tuple[int, bytes]]:
    """Documents of the standard one behind the other; text in them may hold line ends."""
    held = bytearray()
    start = place
    too_long = False
    while line := source.readline(MAX_PAYLOAD_OCTETS):
        place += len(line)
        held += line
        if len(held) > MAX_PAYLOAD_OCTETS:
            too_long, held = True, held[-64:]
        if held.rstrip().endswith(_ENDS):
            yield start, b"" if too_long else bytes(held)
            start, too_long, held = place, False, bytearray()
    if held.strip():
        yield start, bytes(held)


def _of_json(place: int, line: bytes) -> Iterator[Item]:
    record: FirearmRecord | None = None
    findings: tuple[Finding, ...] = ()
    try:
        given = msgspec.json.decode(line.lstrip(b"\xef\xbb\xbf"))
        if isinstance(given, dict) and isinstance(given.get("record"), dict):
            given = given["record"]
        record = msgspec.convert(given, FirearmRecord, strict=False)
        findings = tuple(_strange(given, msgspec.to_builtins(record), "FirearmRecord"))
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as fault:
        findings = (_unreadable(fault, line),)
    yield Item(
        place=place,
        within=1,
        record=None if findings else record,
        context=None,
        findings=findings[:_MOST_FINDINGS],
        raw=line,
    )


def _of_xml(place: int, octets: bytes) -> Iterator[Item]:
    try:
        payload = decode(octets.strip(b"\xef\xbb\xbf \t\r\n"))
    except PayloadError as fault:
        findings = tuple(issue_finding(issue) for issue in fault.issues[:_MOST_FINDINGS])
        yield _fault(place, 1, findings, octets)
        return
    match payload:
        case FirearmRecordSubmit(context=context, firearm_record=record):
            records: list[FirearmRecord | None] = [record]
        case RecordBatch(context=context, record_batch_item=held):
            records = [item.firearm_record for item in held]
        case _:
            yield _fault(place, 1, (_no_record(type(payload).__name__),), octets)
            return
    for number, one in enumerate(records, start=1):
        yield Item(
            place=place,
            within=number,
            record=one,
            context=context,
            findings=() if one else (_no_record("an update or a change of status"),),
            raw=b"",
        )


def _fault(place: int, within: int, findings: tuple[Finding, ...], raw: bytes) -> Item:
    return Item(place=place, within=within, record=None, context=None, findings=findings, raw=raw)


def _no_record(found: str) -> Finding:
    return error(
        "NOT_A_RECORD",
        "a load files new records only",
        path="FirearmRecord",
        value=found,
        expected="RecordBatch of records, or FirearmRecordSubmit",
        remedy="send what changes records as messages",
    )


def _unreadable(fault: Exception, line: bytes) -> Finding:
    if not line:
        expected = f"at most {MAX_PAYLOAD_OCTETS} octets a line"
        return error("SIZE", "the line is too long", path="FirearmRecord", expected=expected)
    message, _, path = str(fault).partition(" - at `")
    return error(
        "JSON",
        message,
        path="FirearmRecord" + path.rstrip("`").removeprefix("$").replace(".", "/"),
        expected="a record as `iarms record show --json` writes it",
    )


def _strange(given: Any, made: Any, path: str) -> Iterator[Finding]:
    """What a line says that no record has a place for; nothing is dropped unseen."""
    if isinstance(given, dict) and isinstance(made, dict):
        for name, value in given.items():
            if name in made:
                yield from _strange(value, made[name], f"{path}/{name}")
            else:
                yield error("UNEXPECTED", "a record has no such field", path=f"{path}/{name}"[:200])
    elif isinstance(given, list) and isinstance(made, list | tuple):
        for number, (one, other) in enumerate(zip(given, made, strict=False), start=1):
            yield from _strange(one, other, f"{path}[{number}]")


def _given(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _given(one) for name, one in value.items() if one not in (None, [], ())}
    if isinstance(value, list | tuple):
        return [_given(one) for one in value]
    return value
