"""Shapes a record of the standard into what the store keeps of it, and back.

It judges nothing and runs no query.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields, replace
from datetime import datetime

from gateway.ids import country_of
from gateway.payload import (
    AccessModeCode,
    Context,
    Firearm,
    FirearmDescription,
    FirearmRecord,
    FirearmRecordSubmit,
    HandlingCode,
    MessageTypeCode,
    decode,
    encode,
)
from gateway.registry.lifecycle import SEARCHABLE
from gateway.registry.marks import Key, Reading
from gateway.registry.weapons import (
    Mark,
    Serial,
    Texts,
    Traits,
    numbered_markings,
    read_traits,
    texts_of,
)
from gateway.store import Found, KeyRow, MarkingRow, Restriction, StoredRecord

_READINGS = tuple(Reading)
_DESCRIBED = tuple(field.name for field in fields(FirearmDescription))


def stored(
    record: FirearmRecord, context: Context, *, now: datetime, recovery_date: str | None
) -> StoredRecord:
    """``record`` as it is to stand in the store; its keys only while it can be found."""
    marks = numbered_markings(record.firearm)
    texts = texts_of(record.firearm)
    traits = read_traits(texts)
    searchable = record.status_code in SEARCHABLE
    return StoredRecord(
        record_id=record.record_id,
        owner_agency=record.owner_agency_id,
        owner_country=country_of(record.owner_agency_id),
        national_record_id=record.national_record_id,
        version=record.version,
        status=record.status_code.value,
        record_type=record.record_type_code.value,
        type_code=texts.type_code,
        serial_status=record.firearm.serial_status_code.value,
        make_text=texts.make,
        calibre_text=texts.calibre,
        model_text=texts.model,
        make_number=traits.make_number,
        bore_number=traits.bore_number,
        event_date=record.event_date,
        review_date=record.review_date,
        changed=now,
        closure_reason=record.closure_reason_code,
        recovery_date=recovery_date,
        restriction=restriction_of(record),
        octets=_octets(record, context),
        markings=tuple(_marking_row(number, mark) for number, mark in enumerate(marks, start=1)),
        keys=key_rows(marks) if searchable else (),
    )


def read_record(octets: bytes) -> FirearmRecord:
    """The record in the ``octets`` that ``stored`` made."""
    submit = decode(octets)
    if not isinstance(submit, FirearmRecordSubmit):
        raise TypeError(f"stored as {type(submit).__name__}, not as a record")
    return submit.firearm_record


def restriction_of(record: FirearmRecord) -> Restriction | None:
    """Who may see ``record``; None when everyone may (docs/spec/registry.md 6)."""
    named = {AccessModeCode.ALLOW: set[str](), AccessModeCode.DENY: set[str]()}
    for rule in record.access_restriction:
        grantee = rule.agency_id or rule.country_code
        if grantee is not None:
            named[rule.access_mode_code].add(str(grantee))
    allowed, denied = named[AccessModeCode.ALLOW], named[AccessModeCode.DENY]
    only_own = HandlingCode.OWNER_COUNTRY_ONLY in record.handling_code
    if not (allowed or denied or only_own):
        return None
    return Restriction(
        owner_agency=record.owner_agency_id,
        owner_country=country_of(record.owner_agency_id),
        open=not (allowed or only_own),
        allowed=frozenset(allowed),
        denied=frozenset(denied),
    )


def describe(firearm: Firearm | FirearmDescription) -> FirearmDescription:
    """``firearm`` in the form of a description, which has the same fields."""
    if isinstance(firearm, FirearmDescription):
        return firearm
    return FirearmDescription(**{name: getattr(firearm, name) for name in _DESCRIBED})


def serial_found(row: Found) -> Serial:
    """The serial of a found key, as matching takes it."""
    sk, norm, plain, rk = row[:4]
    key = Key(norm, norm if plain is None else plain, _READINGS[row.reading], sk, rk)
    return Serial(key, row.main, row.clear)


def traits_found(row: Found) -> Traits:
    """Make, calibre, type and model of a found record."""
    return read_traits(texts_found(row))


def texts_found(row: Found) -> Texts:
    """The words that they are read from."""
    return Texts(row.make_text, row.calibre_text, row.model_text, row.type_code)


def _octets(record: FirearmRecord, context: Context) -> bytes:
    # Whatever message brought it, it is kept as the message that would file it whole.
    context = replace(context, message_type_code=MessageTypeCode.REC_SUBMIT)
    return encode(FirearmRecordSubmit(context=context, firearm_record=record))


def _marking_row(position: int, mark: Mark) -> MarkingRow:
    marking = mark.marking
    return MarkingRow(
        position=position,
        kind=marking.kind_code.value,
        part=None if marking.location_code is None else marking.location_code.value,
        raw_text=mark.text,
        legibility=marking.legibility_code.value,
        method=None if marking.method_code is None else marking.method_code.value,
        unusable=None if mark.marks.unusable is None else mark.marks.unusable.value,
    )


def key_rows(marks: Iterable[Mark]) -> tuple[KeyRow, ...]:
    """The keys of a weapon's markings as the search table holds them, each once."""
    numbered = sorted(enumerate(marks, start=1), key=lambda pair: not pair[1].main)
    rows: dict[tuple[str, str], KeyRow] = {}
    for position, mark in numbered:
        partial = mark.marks.partial
        for key in mark.marks.keys if partial is None else (partial,):
            row = KeyRow(
                position=position,
                reading=key.reading.value,
                main=mark.main,
                clear=mark.clear and partial is None,
                norm=key.norm,
                plain=None if key.plain == key.norm else key.plain,
                sk=key.sk,
                rk=key.rk,
            )
            rows.setdefault((key.norm, key.plain), row)
    return tuple(rows.values())
