"""What a party keeps of its messages: a witness that keeps each as it was signed, and a reader.

It counts nothing. The reader knows XML and nothing of this program's types.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

from lxml import etree

from gateway.frame import Frame
from gateway.payload import Payload, encode
from gateway.statistics import FactWitness
from gateway.store import Unit


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """One message as this party signed it or took it; a refusal has no content of its own."""

    at: datetime
    outgoing: bool
    peer: str
    message_id: str
    in_reply_to: str | None
    octets: bytes | None

    def root(self) -> Part:
        """The content. A refusal has none: ValueError."""
        if self.octets is None:
            raise ValueError("a refusal has no content")
        return Part(etree.fromstring(self.octets))


class Part:
    """An element by the names of its children, without their namespace."""

    def __init__(self, element: etree._Element) -> None:
        self._element = element
        self.name = etree.QName(element).localname

    def text(self, path: str) -> str | None:
        """The text at ``path``; None where there is nothing."""
        found = next(self.every(path), None)
        return None if found is None else found._element.text

    def texts(self, path: str) -> list[str]:
        """Every text at ``path``."""
        return [found._element.text or "" for found in self.every(path)]

    def part(self, path: str) -> Part | None:
        """The first part at ``path``."""
        return next(self.every(path), None)

    def every(self, path: str) -> Iterator[Part]:
        """Every part at ``path``."""
        steps = path.split("/")
        parts = [self._element]
        for step in steps:
            parts = [c for p in parts for c in p if etree.QName(c).localname == step]
        return (Part(each) for each in parts)


def instant(text: str) -> datetime:
    """An instant of a message."""
    return datetime.fromisoformat(text).astimezone(UTC)


@dataclass
class KeepingWitness(FactWitness):
    """Keeps what passes and lets the facts be written."""

    kept: list[Kept] = field(default_factory=list)

    def posted(
        self, payload: Payload, *, message_id: str, to: str, unit: Unit, frame: Frame
    ) -> None:
        self._keep(payload, True, to, message_id, None, frame)
        super().posted(payload, message_id=message_id, to=to, unit=unit, frame=frame)

    def taken(
        self, payload: Payload, *, message_id: str, sender: str, in_reply_to: str | None,
        unit: Unit, frame: Frame,
    ) -> None:  # fmt: skip
        self._keep(payload, False, sender, message_id, in_reply_to, frame)
        super().taken(
            payload, message_id=message_id, sender=sender, in_reply_to=in_reply_to,
            unit=unit, frame=frame,
        )  # fmt: skip

    def refused(self, message_id: str, *, sender: str, unit: Unit, frame: Frame) -> None:
        self.kept.append(
            Kept(at=frame.now, outgoing=False, peer=sender, message_id="",
                 in_reply_to=message_id, octets=None)
        )  # fmt: skip
        super().refused(message_id, sender=sender, unit=unit, frame=frame)

    def _keep(
        self, payload: Payload, outgoing: bool, peer: str, message_id: str,
        in_reply_to: str | None, frame: Frame,
    ) -> None:  # fmt: skip
        self.kept.append(
            Kept(at=frame.now, outgoing=outgoing, peer=peer, message_id=message_id,
                 in_reply_to=in_reply_to, octets=encode(payload))
        )  # fmt: skip
