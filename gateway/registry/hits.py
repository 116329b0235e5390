"""Raises hits for candidates of grade A and B and tells both sides at once.

A receipt of both sides makes a hit NOTIFIED; how it goes on is ``hitsteps``. Who is told what is
docs/spec/registry.md 9.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from gateway.frame import Frame
from gateway.ids import Lane, country_of
from gateway.ids import hit_id as hit_id_of
from gateway.payload import (
    ContactPoint,
    Context,
    HandlingCode,
    Hit,
    HitNotice,
    HitOriginCode,
    HitReceipt,
    HitRoleCode,
    MatchReason,
    MessageTypeCode,
)
from gateway.posting import Posting
from gateway.registry.explanation import explain
from gateway.registry.hitlife import Clocks
from gateway.registry.hitrecords import raised_on
from gateway.registry.hitsteps import HitLife
from gateway.registry.lookup import Answered, Asked, Recognised
from gateway.registry.storage import describe
from gateway.store import HitRow, Unit

URGENCY = "A recorded firearm has been found; the finder may still have it in sight."
_THOUSAND = 1000


def raise_hits(
    answers: Iterable[Answered],
    *,
    sender: str,
    context: Context,
    unit: Unit,
    frame: Frame,
) -> list[Posting]:
    """The notices for every hit that was not raised before by the same question."""
    desk = _HitDesk(sender=sender, context=context, unit=unit, frame=frame)
    return [
        posting
        for answer in answers
        for recognised in answer.hits
        for posting in desk.notices(answer.asked, recognised)
    ]


def note_receipt(
    receipt: HitReceipt, *, sender: str, unit: Unit, frame: Frame, clocks: Clocks
) -> None:
    """Remembers that a side has its notice; a receipt from any other party has no effect."""
    held = unit.hits.find(receipt.hit_id)
    if held is None:
        return
    owner = receipt.hit_role_code is HitRoleCode.OWNER
    if sender != (held.owner_agency if owner else held.finder_agency):  # (9.7)
        return
    now = frame.now
    held = replace(
        held,
        owner_received=held.owner_received or (now if owner else None),
        finder_received=held.finder_received or (None if owner else now),
    )
    # An owner that found its own weapon gets one notice, and its receipt stands for both.
    alone = held.owner_agency == held.finder_agency
    complete = held.owner_received and (alone or held.finder_received)
    if complete:
        HitLife(unit=unit, frame=frame, clocks=clocks).received(held)
    else:
        unit.hits.write(held)


@dataclass(frozen=True, slots=True, kw_only=True)
class _HitDesk:
    sender: str
    context: Context
    unit: Unit
    frame: Frame

    def notices(self, asked: Asked, recognised: Recognised) -> list[Posting]:
        reasons = explain(recognised.match)
        hit_id = self._hit_id(asked, recognised)
        # (9.5) once a record and question
        if not self.unit.hits.raise_once(self._row(hit_id, asked, recognised, reasons)):
            return []
        raised_on(recognised.row.id, self.unit, self.frame)
        hit = self._hit(hit_id, asked, recognised, reasons)
        owner = recognised.row.owner_agency
        to_owner = self._for_owner(hit, recognised, asked.contact)
        postings = [self._post(owner, to_owner, self.context.handling_code)]
        if owner != self.sender:  # (9.6)
            postings.append(self._post(self.sender, hit, recognised.record.handling_code))
        return postings

    def _hit_id(self, asked: Asked, recognised: Recognised) -> str:
        facts = (recognised.record.record_id, self.sender, asked.origin.value, asked.reference)
        item = asked.item_id if asked.item_id and _is_seizure(asked) else ""
        return hit_id_of(country_of(self.frame.party), *facts, item)

    def _row(
        self,
        hit_id: str,
        asked: Asked,
        recognised: Recognised,
        reasons: tuple[MatchReason, ...],
    ) -> HitRow:
        match = recognised.match
        return HitRow(
            hit_id=hit_id,
            firearm_id=recognised.row.id,
            record_version=recognised.row.version,
            owner_agency=recognised.row.owner_agency,
            finder_agency=self.sender,
            origin=asked.origin.value,
            reference=asked.reference,
            item_id=asked.item_id if asked.item_id and _is_seizure(asked) else "",
            grade=match.grade.value,
            score_thousandths=int(match.score * _THOUSAND),
            reasons=tuple((reason.reason_code, reason.outcome_code.value) for reason in reasons),
            raised=self.frame.now,
            always=any(p.available_always_indicator for p in recognised.record.contact_point),
            conversation_id=self.context.conversation_id,
        )

    def _hit(
        self,
        hit_id: str,
        asked: Asked,
        recognised: Recognised,
        reasons: tuple[MatchReason, ...],
    ) -> Hit:
        """The hit as the finder is told of it: without the owner's national number."""
        record, match = recognised.record, recognised.match
        seizure = _is_seizure(asked)
        return Hit(
            hit_id=hit_id,
            hit_role_code=HitRoleCode.FINDER,
            hit_origin_code=asked.origin,
            grade_code=match.grade,
            score_decimal=match.score,
            match_reason=reasons,
            record_id=record.record_id,
            record_version=recognised.row.version,
            owner_agency_id=recognised.row.owner_agency,
            finder_agency_id=self.sender,
            search_id=asked.search_id if asked.search_id.startswith("Q-") else None,
            seizure_id=asked.reference if seizure else None,
            item_id=asked.item_id,
            raised_timestamp=self.frame.now,
            recorded_firearm=describe(record.firearm),
            found_firearm=describe(asked.firearm),
            record_type_code=record.record_type_code,
            event_date=record.event_date,
            found_location=asked.location,
            found_timestamp=asked.found,
            exhibit_reference=asked.exhibit,
            caution_code=record.caution_code,
            action_requested_code=record.action_requested_code,
            contact_point=record.contact_point,
            delayed_indicator=asked.late or None,
        )

    def _for_owner(
        self, hit: Hit, recognised: Recognised, contact: tuple[ContactPoint, ...]
    ) -> Hit:
        return replace(
            hit,
            hit_role_code=HitRoleCode.OWNER,
            national_record_id=recognised.record.national_record_id,
            contact_point=contact or (_office(self.sender),),
        )

    def _post(self, party: str, hit: Hit, handling: tuple[HandlingCode, ...]) -> Posting:
        context = self.frame.context(
            MessageTypeCode.HIT_NOTICE,
            purpose=self.context.purpose_code,
            handling=handling,
            case_reference=self.context.case_reference if party == self.sender else None,
            conversation_id=self.context.conversation_id,
            urgency=URGENCY,
        )
        notice = HitNotice(context=context, hit=hit)
        return Posting(to=party, payload=notice, lane=Lane.URGENT, answers=False)


def _is_seizure(asked: Asked) -> bool:
    return asked.origin is HitOriginCode.SEIZURE


def _office(party: str) -> ContactPoint:
    # The message named no office; its party answers through this exchange.
    return ContactPoint(contact_name=party, available_always_indicator=False)
