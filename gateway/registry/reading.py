"""The second step of a search: one whole record, for who may have it, with the reason written down.

The first step shows identifiers and description alone (see ``lookup``).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from gateway.frame import Frame
from gateway.ids import Lane, country_of
from gateway.payload import (
    Finding,
    FirearmRecord,
    HandlingCode,
    MessageTypeCode,
    PurposeCode,
    RecordExtract,
    RecordRead,
)
from gateway.posting import Posting
from gateway.registry.findings import error
from gateway.registry.policy import policy_in_force
from gateway.registry.storage import read_record
from gateway.store import Access, Asker, Holding, Unit

SHOWN_WITHIN = timedelta(days=90)
"""How long after a search that showed a record the whole of it may be asked for."""

PURPOSES = frozenset(
    {
        PurposeCode.OBJECT_OF_POLICE_INTEREST,
        PurposeCode.CRIMINAL_INVESTIGATION,
        PurposeCode.FORENSIC,
        PurposeCode.IDENTIFICATION,
        PurposeCode.WANTED_PERSON,
    }
)
"""Purposes for which a whole record is given; a check at a border needs the short form alone."""


def read_whole(message: RecordRead, *, sender: str, unit: Unit, frame: Frame) -> list[Posting]:
    """The answer to ``message``; the request is written down whatever the answer is."""
    asker = Asker(party=sender, country=country_of(sender))
    holding = next(iter(unit.records.held([message.record_id], asker)), None)
    findings = _findings(message, holding, sender, unit, frame)
    record = None
    if not findings and holding is not None:
        record = _content(holding, sender, unit)
        findings = _policy_findings(record, sender)
    context = message.context
    unit.lives.log_access(  # (13.3)
        Access(
            at=frame.now,
            asker=sender,
            system_id=context.sender_system_id,
            pseudonym=context.acting_user_pseudonym,
            purpose=context.purpose_code.value,
            reason=message.reason_code.value,
            case_reference=context.case_reference,
            justification=message.justification_text,
            record_id=message.record_id,
            granted=not findings,
        )
    )
    handling: tuple[HandlingCode, ...] = (HandlingCode.H0,)
    if findings:
        record = None
    elif record is not None:
        handling = record.handling_code
    answer = RecordExtract(
        context=frame.context(
            MessageTypeCode.REC_EXTRACT,
            purpose=context.purpose_code,
            handling=handling,
            case_reference=context.case_reference,
            conversation_id=context.conversation_id,
        ),
        record_id=message.record_id,
        firearm_record=record,
        finding=findings,
    )
    return [Posting(to=sender, payload=answer, lane=Lane.ROUTINE, answers=True)]


def _findings(
    message: RecordRead, holding: Holding | None, sender: str, unit: Unit, frame: Frame
) -> tuple[Finding, ...]:
    """Why the record is not given; none where it is."""
    own = holding is not None and holding.owner_agency == sender
    findings: list[Finding] = []
    if message.context.case_reference is None:  # (13.1)
        findings.append(
            error(
                "CASE_REQUIRED",
                "a whole record is given for a case only",
                path="Context/CaseReference",
                expected="the number of the case",
            )
        )
    if message.context.purpose_code not in PURPOSES and not own:
        findings.append(
            error(
                "PURPOSE_NOT_ENOUGH",
                "for this purpose the short form in the answer to a search is what is given",
                path="Context/PurposeCode",
                value=message.context.purpose_code,
                expected=", ".join(code for code in PurposeCode if code in PURPOSES),
            )
        )
    since = frame.now - SHOWN_WITHIN
    known = holding is not None and holding.visible and holding.status != "PURGED"
    if not known or not (own or unit.lives.was_shown(message.record_id, sender, since)):  # (13.2)
        findings.append(
            error(
                "RECORD_NOT_SHOWN",
                "no search of this agency showed such a record of late",
                path="RecordRead/RecordId",
                value=message.record_id,
                remedy="search for the firearm first, and ask for a record of the answer",
            )
        )
    return tuple(findings)


def _policy_findings(record: FirearmRecord, sender: str) -> tuple[Finding, ...]:
    if record.owner_agency_id == sender:
        return ()
    kind = MessageTypeCode.REC_READ
    ruling = policy_in_force().decide(sender, kind.value, record.record_type_code.value)
    if ruling.allowed:  # (14.5)
        return ()
    return (
        error(
            "NOT_PERMITTED",
            f"the centre's policy does not let {sender} have it whole: {ruling.because}",
            path="RecordRead/RecordId",
            value=record.record_id,
            expected=f"what rule {ruling.rule} allows",
            remedy="reach the owner through the contact point of the candidate",
        ),
    )


def _content(holding: Holding, sender: str, unit: Unit) -> FirearmRecord:
    record = read_record(unit.records.contents([holding.id])[holding.id])
    if holding.owner_agency == sender:
        return record
    # (13.4) who else may see it is between the owner and the registry
    return replace(record, access_restriction=())
