"""Every good envelope: what it shows, who opens it, and what must come out."""

from __future__ import annotations

from dataclasses import dataclass

import cast
from cast import BRA, BRA_HYBRID, DEU, DEU_HYBRID, FRA, LISTED, NLD, honest
from forge import Recipe, write


@dataclass(frozen=True, slots=True, kw_only=True)
class Good:
    """One envelope that every recipient in ``recipients`` must open."""

    name: str
    about: str
    recipe: Recipe
    recipients: tuple[str, ...] = ("DEU-NCB",)
    now: str = cast.NOW
    directory: str = "17"

    @property
    def octets(self) -> bytes:
        """The envelope."""
        return write(self.recipe)


def goods() -> list[Good]:
    """The whole catalogue."""
    everybody = tuple(member for member in LISTED if member is not FRA)
    text = '<Text xmlns="urn:iarms:exchange:payload:1">Ярослав 東京 ﷺ 🔫 &amp; é</Text>'.encode()
    return [
        Good(name="plain", about="one recipient", recipe=honest()),
        Good(
            name="two-recipients", about="two recipients, one body",
            recipe=honest(to=((BRA, 1), (DEU, 2))), recipients=("BRA-NCB", "DEU-NCB"),
        ),
        Good(
            name="many-recipients", about="every party of the directory but the sender",
            recipe=honest(to=tuple((member, number) for number, member in enumerate(everybody))),
            recipients=tuple(member.party for member in everybody),
        ),
        Good(
            name="reply", about="an answer, not counted, in the routine lane",
            recipe=honest(
                sender=NLD, in_reply_to="0197c0de-7a11-7d3a-9c52-2f6a4be1d000", lane="ROUTINE",
                to=((DEU, 0),), message_type="RECEIPT",
            ),
        ),
        Good(
            name="utf-8", about="a payload beyond ASCII", recipe=honest(payload=text, lane="BULK"),
        ),
        Good(name="small", about="the smallest payload", recipe=honest(payload=b"<a/>")),
        Good(
            name="exact", about="a payload that needs no padding",
            recipe=honest(payload=_sized(1024 - 109)),
        ),
        Good(
            name="last-padded", about="a wrapper of 65,535 octets becomes one of 65,536",
            recipe=honest(payload=_sized(65535 - 109)),
        ),
        Good(
            name="first-unpadded", about="a wrapper of 65,537 octets is not padded",
            recipe=honest(payload=_sized(65537 - 109)),
        ),
        Good(
            name="trace-request", about="the only type that lives 30 days",
            recipe=honest(message_type="TRACE_REQUEST", expires="2026-11-19T09:26:53.120Z"),
        ),
        Good(
            name="fourteen-days", about="the longest life of the other types",
            recipe=honest(expires="2026-11-03T09:26:53.120Z"),
        ),
        Good(
            name="fast-clock", about="made five minutes in the receiver's future",
            recipe=honest(created="2026-10-20T09:35:00.000Z"),
        ),
        Good(
            name="slow-clock", about="expired, but within the clock skew", recipe=honest(),
            now="2026-10-21T09:31:53.119Z",
        ),
        Good(
            name="older-directory", about="the sender used directory 16", recipe=honest(version=16),
        ),
        Good(
            name="retiring-key", about="signed by a retiring key while it was valid",
            recipe=honest(sender=cast.RETIRING),
        ),
        Good(
            name="hybrid", about="one recipient, suite 2, under a directory that asks for it",
            recipe=honest(to=((DEU_HYBRID, 4711),), version=18), directory="hybrid",
        ),
        Good(
            name="hybrid-two", about="two recipients of suite 2", directory="both-suites",
            recipe=honest(to=((BRA_HYBRID, 1), (DEU_HYBRID, 2))),
            recipients=("BRA-NCB", "DEU-NCB"),
        ),
        Good(
            name="mixed-suites", about="a recipient of suite 2 between two of suite 1",
            recipe=honest(to=((BRA, 1), (DEU_HYBRID, 2), (NLD, 3))), directory="both-suites",
            recipients=("BRA-NCB", "DEU-NCB", "NLD-CUSTOMS"),
        ),
        Good(
            name="under-way", about="suite 1, made before the directory asked for suite 2",
            recipe=honest(version=17), directory="hybrid",
        ),
    ]  # fmt: skip


def _sized(length: int) -> bytes:
    """An element of ``length`` octets; the wrapper adds 109."""
    start, end = b'<Text xmlns="urn:iarms:exchange:payload:1">', b"</Text>"
    return start + b"x" * (length - len(start) - len(end)) + end
