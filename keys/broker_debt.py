"""What the broker was not told yet of the published directory, so that nobody forgets it.

The documents count without the broker; a party's user and queues do not come by themselves. One
file in the centre's private part, written before the broker is told and gone when it has taken
everything. It speaks to no broker (gateway/cli/party_broker.py).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

from keys.centre import CentreFolder
from keys.files import PRIVATE_MODE, replace
from keys.markup import instant, instant_text, whole_milliseconds

_FILE = "broker-owed.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class BrokerDebt:
    """The parties whose users and queues the broker may lack, since when, and why the last time."""

    parties: tuple[str, ...]
    since: datetime
    why: str


def broker_debt(folder: CentreFolder) -> BrokerDebt | None:
    """What is owed, or None. A damaged note counts as owed since ever: telling again harms none."""
    try:
        octets = (folder.private / _FILE).read_bytes()
    except OSError:
        return None
    try:
        facts = json.loads(octets)
        return BrokerDebt(
            parties=tuple(map(str, facts["parties"])),
            since=instant(str(facts["since"])),
            why=str(facts["why"]),
        )
    except (ValueError, TypeError, KeyError):
        never = instant("2000-01-01T00:00:00.000Z")
        return BrokerDebt(parties=("all",), since=never, why="its note is damaged")


def owe_broker(folder: CentreFolder, party: str, *, why: str, now: datetime) -> None:
    """Note durably that the broker has to be told of ``party``; what was owed before stays."""
    before = broker_debt(folder)
    parties = {party} if before is None else {*before.parties, party}
    since = whole_milliseconds(now) if before is None else before.since
    facts = {"parties": sorted(parties), "since": instant_text(since), "why": why}
    replace(folder.private / _FILE, json.dumps(facts).encode(), mode=PRIVATE_MODE)


def broker_told(folder: CentreFolder) -> None:
    """The broker has taken the definitions of everybody: nothing is owed."""
    (folder.private / _FILE).unlink(missing_ok=True)
