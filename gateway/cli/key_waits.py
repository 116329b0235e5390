"""What a retiring key waits for, by the counters of the home that one looks at.

A party's home knows its own messages, numbers and mailboxes; the hub's knows who relies on what.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

_NAMED = 5
_NEVER_RAN = "no process ever ran here: what waits cannot be counted yet"

if TYPE_CHECKING:
    from gateway.config import Settings
    from keys.ceremony import Finding


def with_waits(findings: Sequence[Finding], home: Path) -> tuple[Finding, ...]:
    """The findings, those of retiring keys with what they wait for.

    A home without settings gives them back as they are; one in which no process ever ran says so.
    """
    from gateway.config import load_settings
    from gateway.errors import ConfigError
    from gateway.ids import REGISTRY_PARTY

    try:
        settings = load_settings(home)
    except ConfigError:
        return tuple(findings)
    retiring = {each.party for each in findings if each.party}
    own = _own(home, settings) if settings.party in retiring else ()
    return tuple(
        replace(
            each,
            waits=(
                *(_others(home, each) if settings.party == REGISTRY_PARTY else ()),
                *(own if each.party == settings.party else ()),
            ),
        )
        if each.party
        else each
        for each in findings
    )


def _own(home: Path, settings: Settings) -> tuple[str, ...]:
    from gateway.cli.databases import open_database
    from gateway.cli.homes import directory_of, queues_of
    from gateway.cli.output import NotFoundError
    from gateway.exchange import ExchangeError
    from gateway.operations import own_drain
    from keys import ceremony

    directory = directory_of(home, settings, datetime.now(UTC))
    kids = set(ceremony.retiring_kids(directory, settings.party))
    try:
        in_mailboxes: int | None = sum(each.waiting for each in queues_of(home, settings))
    except ExchangeError:
        in_mailboxes = None
    try:
        with open_database(home, looking=True) as store, store.unit() as unit:
            found = own_drain(unit, kids, in_mailboxes)
    except NotFoundError:
        return (_NEVER_RAN,)
    return found.sentences() or ("nothing here: `iarms key drained` says so to the centre",)


def _others(home: Path, finding: Finding) -> tuple[str, ...]:
    from gateway.cli.databases import open_database
    from gateway.cli.homes import signed_parties
    from gateway.cli.output import NotFoundError
    from gateway.operations import not_relying

    parties = signed_parties(home) - {finding.party}
    try:
        with open_database(home, looking=True) as store, store.unit() as unit:
            behind = not_relying(unit.trust.acks(), parties, finding.since)
    except NotFoundError:
        return (_NEVER_RAN,)
    number = f"{len(parties) - len(behind)} of {len(parties)} rely on directory {finding.since}"
    if not behind:
        return (f"{number} or later",)
    named = ", ".join(behind[:_NAMED]) + (" …" if len(behind) > _NAMED else "")
    return (f"{number} or later, not yet {named}",)
