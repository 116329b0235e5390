"""The rules of the standard that XML Schema cannot hold (docs/spec/payload.md, clause 7).

It knows nothing of the registry's own judgement, such as who may change a record.
"""

from collections.abc import Iterable, Iterator, Sequence

from gateway.payload.errors import SchemaIssue
from gateway.payload.generated_types import (
    MESSAGE_TYPES,
    DeliveryStatement,
    DirectoryAck,
    Fault,
    KeptMessages,
    Payload,
    Receipt,
    RecordBatch,
    RecordBatchReport,
    ResendRequest,
    SearchBatch,
    SearchBatchReport,
    SeizureNotice,
    TrustDocuments,
)
from gateway.payload.trace_rules import broken_trace_rules


def broken_rules(payload: Payload) -> list[SchemaIssue]:
    """Every rule that ``payload``, valid by the schema, breaks."""
    return [*_type_rule(payload), *_item_rule(payload), *broken_trace_rules(payload)]


def _type_rule(payload: Payload) -> Iterator[SchemaIssue]:
    # (7.1) the context names the message that it stands in
    if isinstance(
        payload,
        Receipt
        | Fault
        | DeliveryStatement
        | ResendRequest
        | KeptMessages
        | DirectoryAck
        | TrustDocuments,
    ):
        return
    stated, actual = payload.context.message_type_code, MESSAGE_TYPES[type(payload)]
    if stated is not actual:
        yield SchemaIssue(
            code="TYPE",
            path=f"{type(payload).__name__}/Context/MessageTypeCode",
            value=stated,
            expected=actual,
            line=0,
            remedy="name the message that the context stands in",
            message="the context names another message",
        )


def _item_rule(payload: Payload) -> Iterator[SchemaIssue]:
    # (7.2) no two items of a message share a name
    match payload:
        case RecordBatch():
            yield from _repeated("RecordBatch/RecordBatchItem", payload.record_batch_item)
        case RecordBatchReport():
            yield from _repeated("RecordBatchReport/RecordBatchResult", payload.record_batch_result)
        case SearchBatch():
            yield from _repeated("SearchBatch/SearchBatchItem", payload.search_batch_item)
        case SearchBatchReport():
            yield from _repeated("SearchBatchReport/SearchBatchResult", payload.search_batch_result)
        case SeizureNotice():
            yield from _repeated(
                "SeizureNotice/Seizure/SeizedFirearm", payload.seizure.seized_firearm
            )
        case _:
            return


def _repeated(path: str, items: Sequence[object]) -> Iterable[SchemaIssue]:
    names: set[str] = set()
    for number, item in enumerate(items, start=1):
        name: str = item.item_id  # type: ignore[attr-defined] # every item type has one
        if name in names:
            yield SchemaIssue(
                code="REPEATED",
                path=f"{path}[{number}]/ItemId",
                value=name,
                expected="a name that no other item of the message has",
                line=0,
                remedy="number the items",
                message="the item's name has been used before",
            )
        names.add(name)
