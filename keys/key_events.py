"""What a signed document changes about keys, as leaves of the key log.

The leaves follow from the documents alone, so that everybody who has those can tell whether one is
missing or made up. It reads no file and verifies no signature.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from enum import StrEnum

from keys.directory import Directory, KeyEntry, PartyEntry
from keys.markup import instant_text
from keys.revocation import Recovery, Revocation
from keys.root import Officer, Root


class KeyEvent(StrEnum):
    """What happened to a key; each has one leaf."""

    ROOT = "ROOT"
    OFFICER_KEY = "OFFICER_KEY"
    OFFICER_KEY_GONE = "OFFICER_KEY_GONE"
    DIRECTORY = "DIRECTORY"
    KEY_LISTED = "KEY_LISTED"
    KEY_STATE = "KEY_STATE"
    KEY_GONE = "KEY_GONE"
    REVOCATION = "REVOCATION"
    RECOVERY = "RECOVERY"


def events_of_root(name: str, before: Root | None, root: Root) -> list[bytes]:
    """The leaves of a root: the document, then each officer's key that is new or gone."""
    old = {} if before is None else _officer_keys(before.officers)
    new = _officer_keys(root.officers)
    found = [_leaf(KeyEvent.ROOT, name, root.digest, root.issued)]
    found += [
        _leaf(KeyEvent.OFFICER_KEY, name, root.digest, root.issued, kid=kid, person=new[kid])
        for kid in sorted(new.keys() - old.keys())
    ]
    return found + [
        _leaf(KeyEvent.OFFICER_KEY_GONE, name, root.digest, root.issued, kid=kid, person=old[kid])
        for kid in sorted(old.keys() - new.keys())
    ]


def events_of_directory(name: str, before: Directory | None, after: Directory) -> list[bytes]:
    """The leaves of a directory: the document, then each key that is new, changed or gone."""
    old = {} if before is None else dict(_party_keys(before.parties))
    new = dict(_party_keys(after.parties))
    found = [_leaf(KeyEvent.DIRECTORY, name, after.digest, after.issued)]
    for place in sorted(old.keys() | new.keys()):
        party, kid = place
        was, now = old.get(place), new.get(place)
        if now is None:
            event, facts = KeyEvent.KEY_GONE, {}
        elif was is None or _standing(was) != _standing(now):
            event = KeyEvent.KEY_LISTED if was is None else KeyEvent.KEY_STATE
            facts = _standing(now)
        else:
            continue
        found.append(_leaf(event, name, after.digest, after.issued, kid=kid, party=party, **facts))
    return found


def events_of_note(name: str, note: Revocation | Recovery) -> list[bytes]:
    """The leaves of a revocation or recovery: one for each key that it names."""
    event = KeyEvent.REVOCATION if isinstance(note, Revocation) else KeyEvent.RECOVERY
    return [
        _leaf(event, name, note.digest, note.issued, kid=kid, party=note.party)
        for kid in sorted(note.kids)
    ]


def read_event(leaf: bytes) -> Mapping[str, str]:
    """The facts of a leaf; ValueError if it is none."""
    facts = json.loads(leaf)
    if not isinstance(facts, dict) or _octets(facts) != leaf:
        raise ValueError("not a leaf of the key log")
    return {str(key): str(value) for key, value in facts.items()}


def _officer_keys(officers: Mapping[str, Officer]) -> dict[str, str]:
    return {str(kid): each.person for each in officers.values() for kid, _ in each.keys}


def _party_keys(
    parties: Mapping[str, PartyEntry],
) -> Iterator[tuple[tuple[str, str], KeyEntry]]:
    for party in parties.values():
        for key in party.keys:
            yield (party.party, str(key.kid)), key


def _standing(key: KeyEntry) -> dict[str, str]:
    """All of an entry that decides about its use."""
    facts = {"from": instant_text(key.valid_from), "state": key.state.value, "use": str(key.use)}
    if key.valid_until is not None:
        facts["until"] = instant_text(key.valid_until)
    if key.revoked_at is not None:
        facts["revoked"] = instant_text(key.revoked_at)
    if key.endorsement is not None:
        facts["vouched"] = str(key.endorsement.by)
    return facts


def _leaf(event: KeyEvent, name: str, digest: bytes, at: datetime, **facts: str) -> bytes:
    head = {"at": instant_text(at), "document": name, "event": event.value}
    return _octets({**head, "sha256": digest.hex(), **facts})


def _octets(facts: Mapping[str, str]) -> bytes:
    return json.dumps(facts, sort_keys=True, separators=(",", ":")).encode("ascii")
