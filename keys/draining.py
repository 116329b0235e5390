"""How a rotation ends: the party's signed word that nothing waits for its old keys, and their end.

What waits is counted by whoever knows the messages (gateway/operations); here is only what that
count leads to (docs/spec/trust.md 11).
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import nacl.bindings
import nacl.exceptions
from pybase64 import b64decode, b64encode

from keys.centre import CentreFolder
from keys.directory import Directory, KeyState, PartyEntry
from keys.errors import CeremonyError
from keys.identity import Identity
from keys.keystore import save_identity
from keys.publishing import newest_directory, read_draft, write_draft
from keys.sealed import MODERATE, Cost
from keys.trail import note_act

_DOMAIN = b"iarms-key-drained-1\x00"
_OVER = frozenset({KeyState.RETIRED, KeyState.REVOKED, KeyState.COMPROMISED})
_NOTE_LIMIT = 16 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Drained:
    """A party's word that nothing waits there for these keys since directory ``version``."""

    party: str
    version: int
    kids: tuple[str, ...]


def retiring_kids(directory: Directory, party: str) -> tuple[str, ...]:
    """The ids of a party's keys that wait for their end."""
    entry = directory.parties.get(party)
    keys = () if entry is None else entry.keys
    return tuple(sorted(str(key.kid) for key in keys if key.state is KeyState.RETIRING))


def write_drained(by: Identity, directory: Directory) -> bytes:
    """The note for the centre, signed by the successor; CeremonyError where nothing retires."""
    kids = retiring_kids(directory, by.party)
    listed = directory.signer(by.signing_kid)
    if not kids or listed is None or listed[1].state is not KeyState.CURRENT:
        raise CeremonyError(
            "No key of this party waits for its end, or the successor is not listed yet.",
            place=f"directory version {directory.version}",
            value=by.signing_kid,
            expected="a rotation that the directory lists: new keys CURRENT, old ones RETIRING",
            remedy="See `iarms directory show`; take the rotation to the centre first.",
        )
    word = Drained(party=by.party, version=directory.version, kids=kids)
    facts = {
        "party": word.party,
        "version": word.version,
        "kids": list(kids),
        "by": str(by.signing_kid),
        "value": b64encode(by.sign(_covered(word))).decode("ascii"),
    }
    return json.dumps(facts, indent=1).encode()


def read_drained(octets: bytes, directory: Directory) -> Drained:
    """The note, once it is by a current key of its party; CeremonyError for anything else."""
    try:
        facts = json.loads(octets[:_NOTE_LIMIT])
        word = Drained(
            party=str(facts["party"]),
            version=int(facts["version"]),
            kids=tuple(str(kid) for kid in facts["kids"]),
        )
        by, value = str(facts["by"]), b64decode(facts["value"], validate=True)
        covered = _covered(word)
    except (ValueError, KeyError, TypeError) as problem:
        raise _no_word("it is not in the form of one") from problem
    listed = directory.signer(by)
    if listed is None or listed[0].party != word.party or listed[1].state is not KeyState.CURRENT:
        raise _no_word("it is not by the party's current key")
    try:
        nacl.bindings.crypto_sign_open(value + covered, listed[1].public)
    except nacl.exceptions.CryptoError as problem:
        raise _no_word("its signature does not hold") from problem
    return word


def retire(trust: Path, word: Drained, *, now: datetime) -> Directory:
    """Put the drained keys into ``RETIRED`` in the draft; CeremonyError if they are not retiring.

    That everybody relies on the directory that lists the successor is the caller's to count.
    """
    folder = CentreFolder(trust)
    with folder.alone():
        base = read_draft(folder) or newest_directory(trust)
        if base is None or not set(word.kids) <= set(retiring_kids(base, word.party)):
            raise CeremonyError(
                "These keys are not waiting for their end.",
                place=word.party,
                value=", ".join(word.kids),
                expected="keys in the state RETIRING",
                remedy="See `iarms directory show` for how they stand.",
            )
        entry = _ended(base.parties[word.party], word.kids)
        write_draft(folder, {**base.parties, word.party: entry}, now=now)
        note_act(folder, "retire", party=word.party, kids=list(word.kids))
        draft = read_draft(folder)
    if draft is None:
        raise CeremonyError("The draft was not written.", place=str(folder.draft))
    return draft


def settle(
    home: Path,
    successor: Identity,
    directory: Directory,
    passphrase: bytes,
    *,
    random: Callable[[int], bytes],
    cost: Cost = MODERATE,
    file: str = "identity.key",
    next_file: str = "next.key",
) -> Identity:
    """Let the successor take the old keys' place for good, and destroy those that are over.

    Raises CeremonyError while a key that would be destroyed is still in use.
    """
    entry = directory.parties.get(successor.party)
    listed = {} if entry is None else {str(key.kid): key.state for key in entry.keys}
    own = listed.get(str(successor.signing_kid))
    waiting = [kid for kid, state in listed.items() if state is KeyState.RETIRING]
    if own is not KeyState.CURRENT or waiting:
        raise CeremonyError(
            "The old keys are still in use, so they are not destroyed.",
            place=f"directory version {directory.version}",
            value=", ".join(waiting) or "the successor is not CURRENT",
            expected="the successor CURRENT and every older key RETIRED or REVOKED",
            remedy="`iarms key drained`, then `iarms key retire` at the centre, then this.",
        )
    over = {kid for kid, state in listed.items() if state in _OVER}
    fresh = home / f"{file}.new"
    fresh.unlink(missing_ok=True)
    if successor.grower is not None:
        kept = successor.grower.shed(fresh, over)
    else:
        kept = _without(successor, over)
        save_identity(kept, fresh, passphrase, random=random, cost=cost)
    fresh.replace(home / file)
    (home / next_file).unlink(missing_ok=True)
    return kept


def _without(identity: Identity, over: set[str]) -> Identity:
    seed, scalars = identity.export_secrets()
    hybrids = identity.export_hybrid()

    def lives(*, scalar: bytes | None = None, hybrid: bytes | None = None) -> bool:
        one = Identity.from_secrets(
            identity.party,
            signing_seed=seed,
            encryption_secrets=[] if scalar is None else [scalar],
            hybrid_seeds=[] if hybrid is None else [hybrid],
        )
        return not set(map(str, one.encryption_kids)) & over

    return Identity.from_secrets(
        identity.party,
        signing_seed=seed,
        encryption_secrets=[each for each in scalars if lives(scalar=each)],
        hybrid_seeds=[each for each in hybrids if lives(hybrid=each)],
    )


def _no_word(why: str) -> CeremonyError:
    return CeremonyError(
        f"This is not a party's word that its old keys are drained: {why}.",
        expected="the file of `iarms key drained`, by the party's current key",
        remedy="Ask the party for it again.",
    )


def _ended(entry: PartyEntry, kids: tuple[str, ...]) -> PartyEntry:
    return replace(
        entry,
        keys=tuple(
            replace(key, state=KeyState.RETIRED) if str(key.kid) in kids else key
            for key in entry.keys
        ),
    )


def _covered(word: Drained) -> bytes:
    parts = (word.party, str(word.version), *sorted(word.kids))
    return _DOMAIN + "\n".join(parts).encode("ascii")
