"""Sorts UN/EDIFACT segments into interchanges, functional groups and messages (ISO 9735-1, 8).

What is wrong with an envelope spoils the whole file. It reads no message.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from adapters.engine.edifact_syntax import Segment
from adapters.engine.speech import Speech
from gateway.adapter import Issue


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    header: Segment
    segments: tuple[Segment, ...]
    trailer: Segment | None
    envelope: str  # the segments UNB and, where it stands in a group, UNG as they were written


def messages_of(
    segments: Sequence[Segment], messages: list[Message], speech: Speech
) -> Iterator[Issue]:
    """Sorts segments into messages; what is wrong with their envelopes spoils the whole file."""
    sorter = _Sorter(messages, speech)
    for segment in segments:
        yield from sorter.take(segment)
    if sorter.open:
        last = segments[-1]
        yield speech.issue("SYNTAX", at=sorter.place(last), value=last.raw, detail="UNT, UNZ")


class _Sorter:
    """Interchange, functional groups and messages, by their service segments (ISO 9735-1, 8)."""

    def __init__(self, messages: list[Message], speech: Speech) -> None:
        self._messages = messages
        self._speech = speech
        self._interchange: Segment | None = None
        self._group: Segment | None = None
        self._header: Segment | None = None
        self._held: list[Segment] = []
        self._begun = self._begun_group = self._groups = 0

    @property
    def open(self) -> bool:
        """Whether something was begun and not ended."""
        return (self._interchange or self._group or self._header) is not None

    def place(self, segment: Segment) -> str:
        """Where a service segment stands."""
        return self._speech.place(
            "segment", message="-", number=1, tag=segment.tag, byte=segment.start
        )

    def take(self, segment: Segment) -> Iterator[Issue]:
        """Sorts in one segment."""
        match segment.tag:
            case "UNB" if not self.open:
                self._interchange = segment
                self._begun, self._groups = len(self._messages), 0
            case "UNG" if self._header is None and self._group is None:
                self._group, self._begun_group = segment, len(self._messages)
                self._groups += 1
            case "UNH" if self._header is None:
                self._header, self._held = segment, []
            case "UNT" if self._header is not None:
                self._end_message(self._header, segment)
            case "UNE" if self._header is None and self._group is not None:
                count = len(self._messages) - self._begun_group
                yield from self._ended(segment, self._group, count, ("UNE 0060", "UNE 0048"))
                self._group = None
            case "UNZ" if self._header is None and self._group is None:
                # Where messages are grouped, it is the groups that are counted.
                count = self._groups or len(self._messages) - self._begun
                if self._interchange is not None:
                    names = ("UNZ 0036", "UNZ 0020")
                    yield from self._ended(segment, self._interchange, count, names)
                self._interchange = None
            case "UNB" | "UNG" | "UNE" | "UNZ":
                yield self._out_of_order(segment)
            case _ if self._header is not None:
                self._held.append(segment)
            case _:
                yield self._speech.issue(
                    "SYNTAX", at=self.place(segment), value=segment.raw, detail="UNH"
                )

    def _out_of_order(self, segment: Segment) -> Issue:
        wanted = "UNT" if self._header else "UNE" if self._group else "UNG, UNH, UNZ"
        self._header = self._group = None  # told once, and not again by what follows
        if segment.tag == "UNZ":
            self._interchange = None
        return self._speech.issue(
            "SYNTAX", at=self.place(segment), value=segment.tag, detail=wanted
        )

    def _end_message(self, header: Segment, trailer: Segment) -> None:
        self._messages.append(
            Message(
                header=header,
                segments=tuple(self._held),
                trailer=trailer,
                envelope="\n".join(
                    begun.raw for begun in (self._interchange, self._group) if begun is not None
                ),
            )
        )
        self._header = None

    def _ended(
        self, segment: Segment, begun: Segment, count: int, names: tuple[str, str]
    ) -> Iterator[Issue]:
        """What a trailer says and its envelope does not hold: a count, and the reference."""
        given = segment.value(1)
        pairs = [
            (names[0], given, str(count), given.lstrip("0") == str(count).lstrip("0")),
            (names[1], segment.value(2), begun.value(5), segment.value(2) == begun.value(5)),
        ]
        for what, said, found, true in pairs:
            if not true:
                yield self._speech.issue(
                    "TOTAL", at=self.place(segment), value=said, what=what, given=said, found=found
                )
