"""A party's database put back to an old copy: what it lost, its peers send again.

The copy is made and put back while the world is at rest, by the operator's own commands: what a
party had accepted and told nobody of is on no other machine, and no exchange can bring it back.
What was sent to it since, is: each message must be taken again, and is looked for.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from gateway.campaign.evidence import Marks
from gateway.campaign.site import Site
from gateway.config import load_settings
from gateway.operations import back_up, restore
from gateway.simulation import Kind, Shelf
from keys.sealed import INTERACTIVE

_UNNUMBERED = frozenset(
    {
        "RECEIPT",
        "DELIVERY_STATEMENT",
        "RESEND_REQUEST",
        "KEPT_MESSAGES",
        "DIRECTORY_ACK",
        "TRUST_DOCUMENTS",
    }
)
"""Nobody asks for these again (docs/spec/exchange.md, pairs)."""
_SECRET = b"of a campaign, and gone with it"


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """What a party was at one instant, and how far its journal was read then."""

    party: str
    archive: Path
    mark: int


def take_copy(site: Site, party: str, marks: Marks) -> Copy:
    """A copy while the party works."""
    archive = site.root / f"copy-{party}"
    archive.unlink(missing_ok=True)
    home = site.world.home(party)
    back_up(
        home,
        load_settings(home),
        archive,
        _SECRET,
        cost=INTERACTIVE,
        now=datetime.now(UTC),
        random=os.urandom,
    )
    return Copy(party=party, archive=archive, mark=marks.journal.get(party, 0))


def put_back(site: Site, copy: Copy, marks: Marks) -> None:
    """The party is as it was, and starts."""
    site.world.kill_process(copy.party)
    home = site.world.home(copy.party)
    restore(home, copy.archive, _SECRET, now=datetime.now(UTC), replace=True)
    marks.journal[copy.party] = copy.mark
    site.world.start(copy.party)


def sent_to(party: str, entries: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Messages to ``party`` that it must take again: those that have a number."""
    return [
        entry
        for entry in entries
        if entry["kind"] == Kind.SENT and entry["to"] == party and entry["type"] not in _UNNUMBERED
    ]


def expect_again(sent: Iterable[Mapping[str, Any]], shelf: Shelf) -> None:
    """Writes them as sent in this round too."""
    for entry in sent:
        facts = {name: entry[name] for name in ("message_id", "to", "type", "reply_to")}
        shelf.open(str(entry["party"])).write(Kind.SENT, **facts)


def still_missing(site: Site, party: str) -> bool:
    """Whether it waits for numbers that its peers gave."""
    with site.world.store(party) as store, store.unit() as unit:
        return any(unit.pairs.missing(one)[1] for one in unit.pairs.all())
