"""What the gateway asks of a national format: read its file, write its file, and be found by name.

It knows no format itself and imports no adapter: adapters come in by the entry point group
``iarms.adapters``, ours and third parties' alike.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from types import MappingProxyType
from typing import Any, BinaryIO, ClassVar, Protocol, runtime_checkable

from rapidfuzz import process

from gateway.errors import GatewayError
from gateway.frame import Frame
from gateway.payload import (
    Context,
    DispositionNotice,
    Fault,
    FirearmRecord,
    FirearmRecordStatusChange,
    FirearmRecordSubmit,
    FirearmRecordUpdate,
    Hit,
    HitClose,
    HitConfirmRequest,
    HitConfirmResponse,
    HitRevoke,
    HitSeizure,
    HitStatus,
    MessageTypeCode,
    Payload,
    PurposeCode,
    RecordResult,
    RecordUpdate,
    Search,
    SearchBatchReport,
    SearchRequest,
    SearchResult,
    Seizure,
    SeizureNotice,
    StatusChange,
    TraceAck,
    TraceAttachment,
    TraceCancel,
    TraceClarification,
    TraceClose,
    TraceComment,
    TraceCorrection,
    TraceForward,
    TraceInfo,
    TraceInfoRequest,
    TraceNoAnswer,
    TraceReceived,
    TraceReminder,
    TraceReopen,
    TraceRequest,
    TraceResponse,
    TraceStatus,
)

ENTRY_POINT_GROUP = "iarms.adapters"
TOOLS_GROUP = "iarms.adapter_tools"
"""Entry points of what works on folders: ``folder`` opens, ``draft`` proposes, ``expect`` fixes."""

_URGENT = "marked urgent by the national system"  # standard 2.4: said wherever urgency is

TraceOrder = (
    TraceRequest
    | TraceAck
    | TraceInfoRequest
    | TraceInfo
    | TraceResponse
    | TraceComment
    | TraceStatus
    | TraceCancel
    | TraceClose
    | TraceCorrection
    | TraceForward
    | TraceReopen
    | TraceClarification
)
"""What a national system may order in a trace case; the node gives its context and its place."""
HitOrder = (
    HitConfirmRequest | HitConfirmResponse | HitSeizure | DispositionNotice | HitRevoke | HitClose
)
"""A step on a hit that a national system may take; the node gives its context."""
Body = FirearmRecord | RecordUpdate | StatusChange | Search | Seizure | TraceOrder | HitOrder
TraceTold = TraceOrder | TraceReceived | TraceReminder | TraceNoAnswer | TraceAttachment
"""What the other side of a trace case may have done, or what was done for this one."""
Reply = RecordResult | SearchResult | SearchBatchReport | Hit | HitStatus | Fault | TraceTold


class AdapterError(GatewayError):
    """A national format, its mapping or its name is wrong."""

    code: ClassVar[str] = "adapter.invalid"
    answered: ClassVar[bool] = False


class UnknownAdapterError(AdapterError):
    """No adapter of this name is installed."""

    code: ClassVar[str] = "adapter.unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """One thing wrong with one value of a native file, said so that its author can mend it.

    ``code`` is a word of ``docs/guides/adapters.md`` (``CODE``, ``DATE``, ``REQUIRED``, ...);
    ``at`` is the place in the source's own terms (``line 3, column Marca``, a JSON pointer);
    ``field`` is the path in the standard, or "" when none is touched; ``column`` the source's own
    name of the cell, by which issues of one kind are counted together. ``value`` is cut to 80
    characters; mask it before it reaches a log.
    """

    code: str
    at: str
    field: str
    value: str
    expected: str
    remedy: str
    column: str = ""


_SUFFIXES = MappingProxyType(
    {f"image/{kind}": kind for kind in ("png", "tiff", "webp", "gif", "bmp", "heic")}
    | {"image/jpeg": "jpg", "application/pdf": "pdf", "text/plain": "txt", "text/csv": "csv"}
)


def attachment_name(attachment: TraceAttachment) -> str:
    """The file in which a national system is given an attachment, beside the act that tells of it.

    Nothing in it is what the other side wrote: its own name of the file is told as text.
    """
    act, suffix = attachment.trace_act, _SUFFIXES.get(attachment.media_type, "bin")
    return f"trace-{act.trace_id}-{act.act_number}-attachment.{suffix}"


HELD = "HELD"
"""The code of an issue that waits for a line of a code table, and is nobody's mistake."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One row, message or case of a native file: a body to send, or the issues that prevent it.

    Exactly one of ``body``, ``issues`` and ``skipped`` is given; ``skipped`` says why the adapter's
    author declared that such items are not to be sent. ``number`` counts from 1 over the items of
    the file; ``reference`` is the national reference, "" when there is none to be read; ``raw``
    holds the item's own octets.
    """

    number: int
    at: str
    reference: str
    raw: bytes
    body: Body | None
    issues: tuple[Issue, ...]
    urgent: bool
    purpose: PurposeCode
    case_reference: str | None
    skipped: str = ""
    in_spite: bool = False  # a trace request goes out unsearched, and though it may fail

    @property
    def held(self) -> bool:
        """Whether it only waits for lines of code tables."""
        return bool(self.issues) and all(issue.code == HELD for issue in self.issues)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """All there is in a native file; with file-level ``issues`` there are no items."""

    items: tuple[Item, ...]
    issues: tuple[Issue, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stream:
    """A native file item by item, in memory that does not grow with its length.

    With file-level ``issues`` there are no items. The source stays open while ``items`` is read.
    """

    items: Iterator[Item]
    issues: tuple[Issue, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """One stage of one item (``raw``, ``split``, ``parsed``, ...), as lines a person can read."""

    name: str
    lines: tuple[str, ...]


class Outcome(StrEnum):
    """What became of one item, or what an unsolicited answer is."""

    APPLIED = "APPLIED"
    REFUSED = "REFUSED"
    SET_ASIDE = "SET_ASIDE"
    HELD = "HELD"
    SKIPPED = "SKIPPED"
    FAILED = "FAILED"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What goes back into the national system about one item; ``number`` 0 is unsolicited."""

    number: int
    reference: str
    raw: bytes
    outcome: Outcome
    answer: Reply | None
    issues: tuple[Issue, ...]


class Adapter(Protocol):
    """A national format, both ways. Neither method raises for what a native file may hold."""

    @property
    def name(self) -> str:
        """The name it is installed under, such as ``fr-police-csv``."""

    @property
    def version(self) -> str:
        """The hash of its mapping and code tables: another hash, another meaning."""

    @property
    def suffix(self) -> str:
        """The ending of its native files, with the dot."""

    def read(self, native: bytes, frame: Frame) -> Reading:
        """Every item of ``native``, each with its body or all of its issues."""

    def write(self, answers: Sequence[Answer], frame: Frame) -> bytes:
        """One native file that tells ``answers`` in their order.

        Of a ``HitStatus`` that the format has no form for it is empty: the node then writes JSON.
        Of a ``TraceTold`` it is empty where the national system leads no cases: nothing is written.
        """


@runtime_checkable
class Streaming(Protocol):
    """An adapter that need not hold a whole file."""

    def stream(self, source: BinaryIO, frame: Frame) -> Stream:
        """Every item of ``source``, which can seek, from its beginning."""


@runtime_checkable
class Traceable(Protocol):
    """An adapter that shows how one item became what it is."""

    def trace(self, source: BinaryIO, number: int, frame: Frame) -> Sequence[Stage]:
        """The stages of item ``number`` up to the checks; none where the file has no such item."""


@runtime_checkable
class Renewable(Protocol):
    """An adapter whose declarations may change while a process runs."""

    def renew(self) -> bool:
        """Take the changed declarations if they are sound; whether anything changed.

        Raises ``AdapterError`` for declarations that are not, and goes on with the old ones.
        """


def stream_of(adapter: Adapter, source: BinaryIO, frame: Frame) -> Stream:
    """``source`` item by item, also through an adapter that only reads whole files."""
    if isinstance(adapter, Streaming):
        return adapter.stream(source, frame)
    reading = adapter.read(source.read(), frame)
    return Stream(items=iter(reading.items), issues=reading.issues)


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleOutcome:
    """One golden sample of an adapter; ``difference`` is "" when it gives what is expected."""

    sample: str
    difference: str


@runtime_checkable
class Certifiable(Protocol):
    """An adapter that carries golden samples and can hold itself against them."""

    def check_samples(self) -> Sequence[SampleOutcome]:
        """One outcome a sample; raises ``AdapterError`` when the mapping does not compile."""


@runtime_checkable
class Sampled(Protocol):
    """An adapter that hands its samples out, for a suite that its author did not write."""

    def samples(self) -> Sequence[tuple[str, bytes]]:
        """The name of each sample (``ok/feed.csv``) and its octets."""


def installed_adapters() -> Mapping[str, EntryPoint]:
    """The installed adapters by name, not yet loaded."""
    return {point.name: point for point in entry_points(group=ENTRY_POINT_GROUP)}


def find_adapter(name: str) -> Adapter:
    """The adapter installed as ``name``; raises ``UnknownAdapterError`` naming the known ones.

    A name with a stroke in it, as ``./xx_police``, is a folder with an ``adapter.toml``.
    """
    if "/" in name:
        opened: Adapter = adapter_tool("folder")(Path(name).expanduser().resolve())
        if not opened.name:
            raise UnknownAdapterError("the adapter in this folder has no name", place=name)
        return opened
    known = installed_adapters()
    if name not in known:
        near = process.extractOne(name, sorted(known), score_cutoff=60)
        raise UnknownAdapterError(
            f"no adapter is called {name!r}",
            value=name,
            expected="one of: " + ", ".join(sorted(known)),
            remedy=f"did you mean {near[0]!r}?" if near else "see 'iarms adapter list'",
        )
    adapter: Adapter = known[name].load()
    return adapter


def adapter_tool(name: str) -> Callable[..., Any]:
    """What is installed as the tool ``name``; raises ``UnknownAdapterError`` where nothing is."""
    for point in entry_points(group=TOOLS_GROUP, name=name):
        tool: Callable[..., Any] = point.load()
        return tool
    raise UnknownAdapterError(
        f"no adapter tool is called {name!r}",
        value=name,
        expected="an installed package with such an entry point",
        remedy="install this repository again: make setup",
    )


def message_of(item: Item, frame: Frame) -> Payload | None:  # noqa: PLR0911 - one return a body
    """The message that ``item``'s body makes when it is sent alone; None without a body."""

    def context(message_type: MessageTypeCode) -> Context:
        return frame.context(
            message_type,
            purpose=item.purpose,
            case_reference=item.case_reference,
            urgency=_URGENT if item.urgent else None,
        )

    match item.body:
        case FirearmRecord() as record:
            return FirearmRecordSubmit(
                context=context(MessageTypeCode.REC_SUBMIT), firearm_record=record
            )
        case RecordUpdate() as update:
            return FirearmRecordUpdate(
                context=context(MessageTypeCode.REC_UPDATE), record_update=update
            )
        case StatusChange() as change:
            return FirearmRecordStatusChange(
                context=context(MessageTypeCode.REC_STATUS), status_change=change
            )
        case Search() as search:
            return SearchRequest(context=context(MessageTypeCode.SEARCH_REQUEST), search=search)
        case Seizure() as seizure:
            return SeizureNotice(context=context(MessageTypeCode.SEIZURE_NOTICE), seizure=seizure)
        case None:
            return None
        case order:
            return order
