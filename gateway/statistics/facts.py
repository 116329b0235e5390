"""The facts that analysis keeps of a message: coded, dated, without a person or free text.

Each kind names its state and what it brings there; how values meet says ``gateway.store``.
"""

from __future__ import annotations

from datetime import datetime

import msgspec

LONGEST_TEXT = 64


class Fact(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag=True):
    """What one message says about one subject."""

    subject: str


class FirearmFact(Fact, frozen=True, kw_only=True, omit_defaults=True):
    """A fact that describes a firearm."""

    firearm_type: str | None = None
    make: str | None = None
    model: str | None = None
    calibre: str | None = None
    serial_status: str | None = None


class RecoveredFact(FirearmFact, frozen=True, kw_only=True, omit_defaults=True):
    """A fact about a recovered firearm, whose serial number is kept as form and number."""

    serial_series: str | None = None
    serial_number: int | None = None


class RecordFiled(FirearmFact, frozen=True, kw_only=True, omit_defaults=True):
    """We filed a record, or its new content."""

    at: datetime
    record_type: str
    owner_category: str | None = None
    event_date: str
    entered: datetime
    review_date: str
    batch_theft: str | None = None
    status: str
    again: bool = False
    """It stands instead of the content before, in what it does not say, too."""


class RecordAnswered(Fact, frozen=True, kw_only=True, omit_defaults=True):
    """The registry answered a filing of ours."""

    filing: str


class RecordChanged(Fact, frozen=True, kw_only=True, omit_defaults=True):
    """The status or the time of a record of ours changed."""

    at: datetime
    status: str | None = None
    """None where the change leaves it as it is."""
    closure_reason: str | None = None
    recovery_date: str | None = None
    review_date: str | None = None
    extended: int | None = None
    """1 where its owner confirmed that it stands longer."""


class RecordWished(Fact, frozen=True, kw_only=True, omit_defaults=True):
    """We asked for a change of a record that stands; it has its effect when the registry did it."""

    wish: RecordFiled | RecordChanged


class RecordReopened(Fact, frozen=True, kw_only=True, omit_defaults=True):
    """A record that was closed, cancelled or expired stands again: what ended it is no more."""


class Searched(FirearmFact, frozen=True, kw_only=True, omit_defaults=True):
    """We searched."""

    at: datetime
    purpose: str
    reason: str | None = None
    country: str
    pseudonym: str | None = None
    """Who searched, as only its own country can resolve it."""


class SearchAnswered(Fact, frozen=True, kw_only=True, omit_defaults=True):
    """The registry answered a search of ours."""

    at: datetime
    result: str
    grade: str | None = None


class Seized(RecoveredFact, frozen=True, kw_only=True, omit_defaults=True):
    """We notified a seized, found or surrendered firearm; ``subject`` is seizure and item."""

    at: datetime
    seizure: str
    mode: str
    country: str
    place: str | None = None
    context: str | None = None
    ballistic: int | None = None
    """1 where ballistic evidence names another case."""
    several: int | None = None
    """1 where the notice lists other firearms, too."""
    antique: int | None = None
    """1 where it was made before 1899."""
    manufacture_place: str | None = None
    location_kind: str | None = None
    departure: str | None = None
    transit: str | None = None
    """The first country that it passed through."""
    destination: str | None = None


class OriginEstablished(Fact, frozen=True, kw_only=True, omit_defaults=True):
    """An authority of ours established where a seized firearm left lawful hands, or took that back;
    ``subject`` is seizure and item."""

    how: str | None = None
    """None where it is taken back."""
    country: str | None = None


class SeizureAnswered(Fact, frozen=True, kw_only=True, omit_defaults=True):
    """The registry answered for one firearm of a seizure of ours."""

    result: str
    grade: str | None = None


class HitTold(FirearmFact, frozen=True, kw_only=True, omit_defaults=True):
    """The registry told us of a hit."""

    at: datetime
    role: str
    origin: str
    grade: str
    owner_country: str
    finder_country: str
    found_country: str | None = None
    record_type: str
    record: str
    search: str | None = None
    seizure: str | None = None
    delayed: int | None = None
    """1 where the record came after the search or seizure."""


class HitConfirmation(Fact, frozen=True, kw_only=True, omit_defaults=True):
    """A step of a hit's confirmation: asked, answered or ended."""

    asked: datetime | None = None
    answered: datetime | None = None
    outcome: str | None = None


class TraceAsked(RecoveredFact, frozen=True, kw_only=True, omit_defaults=True):
    """A trace request went out or came in."""

    at: datetime
    direction: str
    chain: str | None = None
    peer_country: str
    priority: str | None = None
    recovery_date: str | None = None
    recovery_country: str | None = None
    recovery_place: str | None = None
    seizure: str | None = None
    manufacture_place: str | None = None
    import_place: str | None = None


class TraceDescribed(RecoveredFact, frozen=True, kw_only=True, omit_defaults=True):
    """The firearm of a trace request, described anew."""

    manufacture_place: str | None = None
    import_place: str | None = None
    instead: bool = False
    """It stands instead of the description before, in what it does not say, too."""


class TraceStep(Fact, frozen=True, kw_only=True, omit_defaults=True):
    """A later step of a trace request."""

    at: datetime
    stage: str | None = None
    acknowledged: bool = False
    rejection: str | None = None
    clock: int = 0
    """+1 where the clock stops, -1 where it runs again."""
    reminder: bool = False
    delivered: bool = False
    outcome: str | None = None


class FileRead(Fact, frozen=True, kw_only=True, omit_defaults=True):
    """What an adapter made of a piece of a native file of ours."""

    at: datetime
    adapter: str
    sent: int = 0
    held: int = 0
    skipped: int = 0
    set_aside: int = 0


class FileFlaw(Fact, frozen=True, kw_only=True, omit_defaults=True):
    """A reason that items of a native file gave, with the field that it is about."""

    at: datetime
    adapter: str
    reason: str
    field: str | None = None
    items: int


class TraceAnswered(Fact, frozen=True, kw_only=True, omit_defaults=True):
    """An answer to a trace request, with what its links lead to."""

    at: datetime
    final: bool
    outcome: str | None = None
    """What came of it; None while the case goes on."""
    last_transfer: str | None = None
    reported_days: int | None = None
    """The time to crime as the answer gave it, in days, where it kept the dates to itself."""
    corrects: bool = False
    """It stands instead of the answers before, in what it does not say, too."""
    dealer: str | None = None
    manufacture_place: str | None = None
    import_place: str | None = None
    diversion_place: str | None = None
    links: int | None = None
    countries: int | None = None


class TraceClosed(Fact, frozen=True, kw_only=True, omit_defaults=True):
    """A trace request ended."""

    at: datetime
    stage: str
    outcome: str | None = None


class TraceStands(Fact, frozen=True, kw_only=True, omit_defaults=True):
    """How a trace request stands after all its acts, where facts of single acts say otherwise: one
    of ours crossed and has no effect, or the case was reopened. What is absent is not there."""

    stage: str
    final_answer: datetime | None = None
    closed: datetime | None = None
    outcome: str | None = None
    stopped_us: int = 0
    stops_open: int = 0
    reminders: int = 0
    origins: tuple[str | None, str | None] | None = None
    """Where it was made and imported, where that is told anew."""


class CountedBasis(Fact, frozen=True, kw_only=True, omit_defaults=True):
    """What a table that the centre told was counted from; ``subject`` is measure and period.

    ``groups`` pairs the values of ``columns`` with the packed numbers of the registry's rows.
    """

    at: datetime
    columns: tuple[str, ...]
    groups: tuple[tuple[tuple[str | None, ...], bytes], ...]


AnyFact = (
    RecordFiled
    | RecordAnswered
    | RecordChanged
    | RecordWished
    | RecordReopened
    | Searched
    | SearchAnswered
    | Seized
    | SeizureAnswered
    | OriginEstablished
    | HitTold
    | HitConfirmation
    | TraceAsked
    | TraceDescribed
    | TraceStep
    | TraceAnswered
    | TraceClosed
    | TraceStands
    | FileRead
    | FileFlaw
    | CountedBasis
)

_ENCODER = msgspec.msgpack.Encoder()
_DECODER = msgspec.msgpack.Decoder(list[AnyFact])


def pack(facts: list[AnyFact]) -> bytes:
    """The facts of one message as the log keeps them."""
    return _ENCODER.encode(facts)


def unpack(octets: bytes) -> list[AnyFact]:
    """What ``pack`` made. Raises ``msgspec.DecodeError`` for anything else."""
    return _DECODER.decode(octets)
