"""Makes the answer to a trace request out of a register's lines, as far as the settings let it.

Pure: it looks nothing up and sends nothing. What it makes says of itself that a register answered.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gateway.config import Release
from gateway.ids import country_of
from gateway.node.register_lines import Disposition
from gateway.payload import (
    ItemStatus,
    ItemStatusCode,
    RequestedInformationCode,
    ResponseKindCode,
    RestrictionReasonCode,
    SerialStatusCode,
    TraceAnswer,
    TraceDocument,
    TraceLink,
    TraceOutcomeCode,
    TraceQuestion,
    TraceRoleCode,
)

_Item = RequestedInformationCode
_Role = TraceRoleCode
_OF_ITEM: Mapping[_Item, frozenset[_Role]] = {
    _Item.MANUFACTURE: frozenset({_Role.MANUFACTURER}),
    _Item.EXPORT: frozenset({_Role.EXPORTER}),
    _Item.IMPORT: frozenset({_Role.IMPORTER}),
    _Item.FIRST_SALE: frozenset({_Role.WHOLESALER, _Role.RETAILER, _Role.FIRST_PURCHASER}),
    _Item.LAST_LEGAL_HOLDER: frozenset({_Role.FIRST_PURCHASER, _Role.HOLDER, _Role.STATE_STOCK}),
    _Item.STOLEN_LOST_STATUS: frozenset({_Role.REPORTED_LOST, _Role.REPORTED_STOLEN}),
    _Item.CURRENT_STATUS: frozenset(_Role),
    _Item.TRANSFER_HISTORY: frozenset(_Role),
}
_WHOLE = (_Item.CURRENT_STATUS, _Item.TRANSFER_HISTORY)
_OUTCOME: Mapping[_Role, TraceOutcomeCode] = {
    _Role.MANUFACTURER: TraceOutcomeCode.TRACED_MANUFACTURER_ONLY,
    _Role.EXPORTER: TraceOutcomeCode.EXPORTED,
    _Role.IMPORTER: TraceOutcomeCode.IMPORTED_NO_FURTHER,
    _Role.WHOLESALER: TraceOutcomeCode.TRACED_WHOLESALER,
    _Role.RETAILER: TraceOutcomeCode.TRACED_RETAILER,
    _Role.FIRST_PURCHASER: TraceOutcomeCode.TRACED_FIRST_PURCHASER,
    _Role.HOLDER: TraceOutcomeCode.TRACED_LAST_LEGAL_HOLDER,
    _Role.STATE_STOCK: TraceOutcomeCode.STATE_STOCK,
    _Role.DEACTIVATOR: TraceOutcomeCode.DEACTIVATED_ON_RECORD,
    _Role.DESTROYER: TraceOutcomeCode.DESTROYED_ON_RECORD,
    _Role.REPORTED_LOST: TraceOutcomeCode.REPORTED_LOST,
    _Role.REPORTED_STOLEN: TraceOutcomeCode.REPORTED_STOLEN,
}
_SENTENCES = {True: "answered automatically", False: "released by a person"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposed:
    """An answer out of a register; ``because`` says why a person must look first, or is empty."""

    answer: TraceAnswer
    because: tuple[str, ...]


def rule_for(item: _Item, requester: str, rules: Sequence[Release]) -> Release | None:
    """The first rule for ``item`` and ``requester``; None leaves it to a person."""
    for rule in rules:
        asked = not rule.to or requester in rule.to or country_of(requester) in rule.to
        if asked and (not rule.items or item in rule.items):
            return rule
    return None


def proposed(
    question: TraceQuestion,
    lines: Sequence[Disposition],
    *,
    requester: str,
    rules: Sequence[Release],
    register: str,
    withhold: Mapping[_Item, RestrictionReasonCode] | None = None,
) -> Proposed:
    """The answer that ``lines`` give to ``question``.

    ``withhold`` is what a person who releases it keeps back, by item with its reason; the rules
    are done with then.
    """
    because = [] if withhold is not None else list(_doubts(question, lines))
    kept_back: dict[_Item, RestrictionReasonCode] = {}
    for item in question.requested_information_code:
        if withhold is not None:
            if item in withhold:
                kept_back[item] = withhold[item]
            continue
        rule = rule_for(item, requester, rules)
        if rule is not None and rule.how == "WITHHOLD":
            kept_back[item] = RestrictionReasonCode(rule.reason)
        elif rule is None or rule.how == "PERSON":
            because.append(f"{item} is released by a person")
    given = [i for i in question.requested_information_code if i not in kept_back]
    shown = [line for line in lines if _may_be_shown(line.role, given, kept_back)]
    automatic = withhold is None and not because
    answer = TraceAnswer(
        response_kind_code=ResponseKindCode.FINAL,
        trace_outcome_code=(_outcome(shown),),
        item_status=tuple(
            _status(item, kept_back.get(item), shown)
            for item in question.requested_information_code
        ),
        trace_link=tuple(_link(n, line) for n, line in enumerate(shown, 1)),
        next_country=shown[-1].next_country if shown else None,
        explanation_text=f"From a register ({register}), {_SENTENCES[automatic]}.",
        automatic_indicator=automatic,
    )
    return Proposed(answer=answer, because=tuple(because))


def _doubts(question: TraceQuestion, lines: Sequence[Disposition]) -> list[str]:
    found = []
    if question.firearm.serial_status_code is not SerialStatusCode.PRESENT:
        found.append("the serial number was not read whole from the firearm")
    if len({(line.model, line.calibre) for line in lines}) > 1:
        found.append("the register holds more than one firearm of this make and number")
    model = question.firearm.model_identified
    there = {line.model.upper() for line in lines if line.model}
    if model and there and not any(_alike(model.upper(), one) for one in there):
        found.append("the register names another model")
    return found


def _alike(one: str, other: str) -> bool:
    return one in other or other in one


def _may_be_shown(
    role: _Role, given: Sequence[_Item], kept_back: Mapping[_Item, RestrictionReasonCode]
) -> bool:
    # What is kept back by name is not shown under "all transfers".
    named = any(role in _OF_ITEM[item] for item in kept_back if item not in _WHOLE)
    return not named and any(role in _OF_ITEM[item] for item in given)


def _status(
    item: _Item, reason: RestrictionReasonCode | None, shown: Sequence[Disposition]
) -> ItemStatus:
    if reason is not None:
        return ItemStatus(
            requested_information_code=item,
            item_status_code=ItemStatusCode.WITHHELD,
            restriction_reason_code=(reason,),
        )
    there = any(line.role in _OF_ITEM[item] for line in shown)
    status = ItemStatusCode.PROVIDED if there else ItemStatusCode.NOT_AVAILABLE
    return ItemStatus(requested_information_code=item, item_status_code=status)


def _outcome(shown: Sequence[Disposition]) -> TraceOutcomeCode:
    if not shown:
        return TraceOutcomeCode.WITHHELD
    last = shown[-1]
    if last.next_country not in {None, last.country}:
        return TraceOutcomeCode.EXPORTED
    return _OUTCOME.get(last.role, TraceOutcomeCode.TRACED_MANUFACTURER_ONLY)


def _link(number: int, line: Disposition) -> TraceLink:
    document = line.document
    return TraceLink(
        sequence_number=number,
        trace_role_code=line.role,
        country=line.country,
        party_name=line.party,
        from_date=line.from_date,
        to_date=line.to_date,
        next_country=line.next_country,
        trace_document=()
        if document is None
        else (TraceDocument(kind=document[0], value=document[1]),),
        legality_code=line.legality,
    )
