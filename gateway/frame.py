"""Who speaks, at what instant, with which new ids: what every payload's head is made from.

It seals and sends nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from gateway.ids import IdSource, record_id, record_ids
from gateway.payload import (
    ContactPoint,
    Context,
    HandlingCode,
    MessageTypeCode,
    PurposeCode,
    element_text,
    twin_of,
)

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
    heads: dict[Any, Callable[[str, str | None], Context]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )
    """What makes the heads of one kind of message: in a file of a million they are alike."""

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
        key = (message_type, purpose, tuple(handling), urgency, language)
        make = self.heads.get(key)
        if make is None:
            make = self.heads[key] = _maker(
                Context(
                    schema_version=SCHEMA_VERSION,
                    message_type_code=MessageTypeCode(message_type),
                    conversation_id=_THERE,
                    sent_timestamp=self.now.replace(
                        microsecond=self.now.microsecond // 1000 * 1000
                    ),
                    urgency_justification_text=urgency,
                    sender_agency_id=self.party,
                    sender_system_id=self.system_id,
                    acting_user_pseudonym=self.pseudonym,
                    purpose_code=purpose,
                    case_reference=_THERE,
                    handling_code=tuple(handling),
                    test_indicator=self.test,
                    language_code=language,
                )
            )
        return make(conversation_id or self.ids.message_id(), case_reference)

    def record_ids(self) -> Callable[[str], str]:
        """``record_id``, for the many records of a file."""
        return record_ids(self.party)

    def record_id(self, national_record_id: str) -> str:
        """The id that this party always gives to the national record."""
        return record_id(self.party, national_record_id)


_THERE = "\N{REPLACEMENT CHARACTER}\N{INVISIBLE TIMES}"  # stands for what is another in each head


def _maker(alike: Context) -> Callable[[str, str | None], Context]:
    """What makes contexts that differ from ``alike`` in conversation and case alone.

    Each holds its canonical text, put together of what the writer makes of ``alike``.
    """
    text = element_text("Context", alike).removeprefix("<Context>").removesuffix("</Context>")
    before, _, rest = text.partition(element_text("ConversationId", _THERE))
    between, _, after = rest.partition(element_text("CaseReference", _THERE))
    twin: Any = twin_of(Context)

    def make(conversation_id: str, case_reference: str | None) -> Context:
        made = twin()
        made.schema_version = alike.schema_version
        made.message_type_code = alike.message_type_code
        made.conversation_id = conversation_id
        made.sent_timestamp = alike.sent_timestamp
        made.urgency_justification_text = alike.urgency_justification_text
        made.sender_agency_id = alike.sender_agency_id
        made.sender_system_id = alike.sender_system_id
        made.acting_user_pseudonym = alike.acting_user_pseudonym
        made.purpose_code = alike.purpose_code
        made.case_reference = case_reference
        made.handling_code = alike.handling_code
        made.test_indicator = alike.test_indicator
        made.language_code = alike.language_code
        made.held_text = (
            f"{before}{element_text('ConversationId', conversation_id)}"
            f"{between}{element_text('CaseReference', case_reference)}{after}"
        )
        made.__class__ = Context
        whole: Context = made
        return whole

    return make
