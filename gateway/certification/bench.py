"""What every check stands on: the adapter, its samples, a still frame, and what a sound item is."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from io import BytesIO
from random import Random

from gateway.adapter import Adapter, Item, Reading, message_of, stream_of
from gateway.frame import Frame
from gateway.ids import IdSource
from gateway.payload import ContactPoint, encode, validate

_INSTANT = datetime(2026, 6, 15, 12, 0, tzinfo=UTC)
_DRAWN = re.compile(r"<(SearchId|ConversationId|SentTimestamp|EnteredTimestamp)>[^<]*</\1>")
_VALUE_CHARACTERS = 80  # of a value that an issue repeats (gateway.adapter.Issue)


def still_frame(later: timedelta = timedelta(0)) -> Frame:
    """A frame whose clock stands, the same at each run; ``later`` moves its clock."""
    now = _INSTANT + later
    return Frame(
        party="XXX-CERTIFIED",
        country="XXX",
        system_id="certification",
        now=now,
        ids=IdSource(now=lambda: now, random=bytes),
        pseudonym="certification",
        contact=ContactPoint(contact_name="Certification", available_always_indicator=False),
        test=True,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Native:
    """One native file: the sample's name, its octets."""

    name: str
    octets: bytes


@dataclass(slots=True, kw_only=True)
class Bench:
    """One run; ``random`` is drawn from the seed, so that a run can be repeated.

    ``share`` is how much is tried of what is drawn by chance.
    """

    adapter: Adapter
    samples: Sequence[Native]
    random: Random
    share: float
    _read: dict[bytes, Reading] = field(default_factory=dict)

    def draws(self, most: int) -> int:
        """How many of at most ``most`` drawn cases are tried: the share, and one at least."""
        return max(1, round(most * self.share))

    def sound_samples(self) -> Iterator[tuple[Native, Reading]]:
        """The samples that give bodies, with what they give."""
        for sample in self.samples:
            reading = self.whole(sample.octets)
            if any(item.body is not None for item in reading.items):
                yield sample, reading

    def whole(self, octets: bytes) -> Reading:
        """What a sample gives, read once."""
        if octets not in self._read:
            self._read[octets] = self.adapter.read(octets, still_frame())
        return self._read[octets]


def said_by(item: Item) -> str | None:
    """An item's message without what is drawn anew at each reading; None without a body."""
    message = message_of(item, still_frame())
    return None if message is None else _DRAWN.sub(r"<\1/>", encode(message).decode())


def unsound(adapter: Adapter, octets: bytes) -> Iterator[str]:
    """What no file at all may bring an adapter to; nothing for a sound one."""
    try:
        stream = stream_of(adapter, BytesIO(octets), still_frame())
        items = list(stream.items)
    except Exception as error:  # noqa: BLE001 - that it raises is the finding
        yield f"reading raised {type(error).__name__}: {str(error)[:120]}"
        return
    if stream.issues and items:
        yield "a file with issues of its own gave items all the same"
    last = 0
    for item in items:
        yield from _unsound_item(item, last)
        last = item.number
    for issue in [*stream.issues, *(issue for item in items for issue in item.issues)]:
        if not (issue.code and issue.at and issue.expected):
            yield f"an issue without code, place or what was expected: {issue.code!r} {issue.at!r}"
        if len(issue.value) > _VALUE_CHARACTERS:
            yield f"an issue repeats {len(issue.value)} characters at {issue.at}"


def _unsound_item(item: Item, last: int) -> Iterator[str]:
    if item.number <= last:
        yield f"item {item.number} comes after item {last}"
    given = sum((item.body is not None, bool(item.issues), bool(item.skipped)))
    if given != 1:
        yield f"item {item.number} has {given} outcomes and not one"
    message = message_of(item, still_frame())
    if message is not None and (broken := validate(message)):
        yield f"item {item.number} breaks the standard at {broken[0].path}"
