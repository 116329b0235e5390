"""Who speaks, at what instant, with which new ids: what every payload's head is made from.

It seals and sends nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from gateway.ids import IdSource, record_id
from gateway.payload import ContactPoint, Context, HandlingCode, MessageTypeCode, PurposeCode

SCHEMA_VERSION = "1.0"


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """One party at one instant; ``now`` is fixed for the whole of a step."""

    party: str
    country: str
    system_id: str
    now: datetime
    ids: IdSource
    pseudonym: str
    contact: ContactPoint
    test: bool

    def context(
        self,
        message_type: MessageTypeCode | str,
        *,
        purpose: PurposeCode,
        handling: Sequence[HandlingCode] = (HandlingCode.H0,),
        case_reference: str | None = None,
        conversation_id: str | None = None,
        urgency: str | None = None,
        language: str | None = None,
    ) -> Context:
        """The encrypted head of a payload (2.4); its conversation is new if none is given."""
        return Context(
            schema_version=SCHEMA_VERSION,
            message_type_code=MessageTypeCode(message_type),
            conversation_id=conversation_id or self.ids.message_id(),
            sent_timestamp=self.now.replace(microsecond=self.now.microsecond // 1000 * 1000),
            urgency_justification_text=urgency,
            sender_agency_id=self.party,
            sender_system_id=self.system_id,
            acting_user_pseudonym=self.pseudonym,
            purpose_code=purpose,
            case_reference=case_reference,
            handling_code=tuple(handling),
            test_indicator=self.test,
            language_code=language,
        )

    def record_id(self, national_record_id: str) -> str:
        """The id that this party always gives to the national record."""
        return record_id(self.party, national_record_id)
