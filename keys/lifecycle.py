"""The life of a party's keys: a successor that the old key vouches for, retiring, revoking.

A party prepares its own part where its keys are; the centre takes it into the draft, which counts
when the officers have signed it. It publishes nothing.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from pybase64 import b64decode, b64encode

from keys.beacon import Named
from keys.bundle import read_document
from keys.centre import CentreFolder, current_root
from keys.directory import Directory, KeyEntry, KeyState, PartyEntry, Voucher
from keys.disownment import GENUINE_MOST, disownment_file, write_disownment
from keys.errors import CeremonyError, KeyFileError, UnknownPartyError
from keys.files import PUBLIC_MODE, make_folder, replace_signed, write_new
from keys.files import replace as write_over
from keys.identity import Identity
from keys.keystore import save_identity
from keys.markup import whole_milliseconds
from keys.officer import Signer
from keys.pending import Pending, propose
from keys.points import Kid, Use, kid_of, spki_of
from keys.publishing import newest_directory, read_draft, write_draft
from keys.revocation import (
    read_revocation,
    revocation_file,
    sign_by_officers,
    sign_by_party,
    verify_revocation,
    write_revocation,
)
from keys.root_document import read_root
from keys.sealed import MODERATE, Cost
from keys.succession import succession_file, write_succession
from keys.suites import Suite
from keys.trail import note_act
from keys.trusted import CLOCK_SKEW
from keys.vouching import endorse, mandate

_END = frozenset({KeyState.RETIRED, KeyState.REVOKED, KeyState.COMPROMISED})
_NEXT_STATES = {
    KeyState.NEXT: {KeyState.CURRENT, *_END},
    KeyState.CURRENT: {KeyState.RETIRING, *_END},
    KeyState.RETIRING: {KeyState.CURRENT, *_END},
    KeyState.RETIRED: {KeyState.REVOKED, KeyState.COMPROMISED},
    KeyState.REVOKED: {KeyState.COMPROMISED},
    KeyState.COMPROMISED: set(),
}
"""What may follow what; a retiring key comes back only to undo a rotation that went wrong."""


def prepare_rotation(
    old: Identity,
    file: Path,
    passphrase: bytes,
    *,
    random: Callable[[int], bytes],
    cost: Cost = MODERATE,
) -> tuple[Identity, bytes]:
    """Make the successor's keys in ``file`` and the note by which the old key vouches for them.

    The successor keeps the old encryption secrets, so that nothing sealed to them is lost; the
    old file stays until the old keys are retired. The note goes to the centre.
    """
    hybrid = old.newest(Suite.HYBRID) is not None
    if old.grower is not None:
        successor = old.grower.grow(file, signing=True, hybrid=hybrid)
    else:
        successor = _successor(old, Identity.generate(old.party, random=random, hybrid=hybrid))
        save_identity(successor, file, passphrase, random=random, cost=cost)
    newest = (kid for suite in Suite if (kid := successor.newest(suite)) is not None)
    keys: tuple[tuple[Use, bytes], ...] = (
        ("sig", successor.signing_public),
        *(("enc", successor.encryption_public(kid)) for kid in newest),
    )
    note = {
        "party": old.party,
        "keys": [
            {"use": use, "public": _text(public), **_voucher(endorse(old, old.party, use, public))}
            for use, public in keys
        ],
    }
    return successor, json.dumps(note, indent=1).encode()


def _successor(old: Identity, fresh: Identity) -> Identity:
    """The fresh keys with the old encryption keys behind them."""
    seed, scalars = fresh.export_secrets()
    _, old_scalars = old.export_secrets()
    return Identity.from_secrets(
        old.party,
        signing_seed=seed,
        encryption_secrets=[*scalars, *old_scalars],
        hybrid_seeds=[*fresh.export_hybrid(), *old.export_hybrid()],
    )


def take_rotation(trust: Path, note: bytes, *, now: datetime) -> Directory:
    """Put a party's successor keys into the draft: the old ones retiring, the new ones current.

    A new key follows those of its own use and suite; a first hybrid key stands beside the others.
    Raises UnknownPartyError, CeremonyError.
    """
    facts = json.loads(note)
    folder = CentreFolder(trust)
    with folder.alone():
        entry = _listed(folder, facts["party"])
        fresh = [_fresh_key(each, now) for each in facts["keys"]]
        if {key.kid for key in fresh} & {key.kid for key in entry.keys}:
            raise CeremonyError("These keys are listed already.", place=entry.party)
        followed = {(key.use, key.suite) for key in fresh}
        old = [
            replace(key, state=KeyState.RETIRING)
            if key.state is KeyState.CURRENT and (key.use, key.suite) in followed
            else key
            for key in entry.keys
        ]
        note_act(folder, "take", party=entry.party, kids=sorted(key.kid for key in fresh))
        return _write(folder, replace(entry, keys=(*old, *fresh)), now)


def move_key(trust: Path, party: str, kid: str, state: KeyState, *, now: datetime) -> Directory:
    """Put a listed key into another state in the draft; CeremonyError if it may not follow."""
    folder = CentreFolder(trust)
    with folder.alone():
        entry = _listed(folder, party)
        found = next((key for key in entry.keys if key.kid == kid), None)
        if found is None or state not in _NEXT_STATES[found.state]:
            raise CeremonyError(
                "This key cannot come into that state.",
                place=f"{party} {kid}",
                value="not listed" if found is None else f"{found.state} to {state}",
                expected="a listed key, going forward",
                remedy="See `iarms directory show` for how its keys stand.",
            )
        at = whole_milliseconds(now) if state in _END - {KeyState.RETIRED} else found.revoked_at
        moved = replace(found, state=state, revoked_at=at)
        keys = tuple(moved if key.kid == kid else key for key in entry.keys)
        note_act(folder, "move", party=party, kids=[kid], state=state)
        return _write(folder, replace(entry, keys=keys), now)


def revoke(
    trust: Path,
    party: str,
    kids: Collection[str],
    why: str,
    by: Signer | Identity,
    *,
    now: datetime,
) -> Path:
    """Publish a revocation by one officer or by the party; the path of the document.

    It counts at once wherever it is copied to; the next directory carries it on. Raises
    RevocationError.
    """
    octets = write_revocation(party, sorted(kids), why, issued=whole_milliseconds(now))
    name = revocation_file(party, octets)
    signature = (
        sign_by_officers(name, octets, [by])
        if isinstance(by, Signer)
        else sign_by_party(name, octets, by)
    )
    newest = newest_directory(trust)
    if newest is None:
        raise CeremonyError("There is no directory yet.", place=str(trust))
    verify_revocation(octets, signature, current_root(trust), newest)
    write_over(trust / f"{name}.sig", signature, mode=PUBLIC_MODE)
    write_over(trust / name, octets, mode=PUBLIC_MODE)
    folder = CentreFolder(trust)
    if folder.private.is_dir():
        person = by.person if isinstance(by, Signer) else by.party
        note_act(folder, "revoke", party=party, kids=sorted(kids), why=why, person=person)
    return trust / name


def write_revocation_note(identity: Identity, folder: Path, *, now: datetime) -> Path:
    """A revocation of all of a party's keys, signed by itself, to be locked away on the day of
    the enrolment; whoever is handed it can use it, and it only removes.
    """
    kids = [*identity.kids]
    octets = write_revocation(
        identity.party, kids, "The party's own note.", issued=whole_milliseconds(now)
    )
    name = revocation_file(identity.party, octets)
    write_new(folder / f"{name}.sig", sign_by_party(name, octets, identity), mode=PUBLIC_MODE)
    write_new(folder / name, octets, mode=PUBLIC_MODE)
    return folder / name


def withdraw(note: Path, trust: Path, folder: Path) -> Path:
    """Put a party's own revocation where its process hands it to everybody; the copy's path.

    ``note`` is what ``write_revocation_note`` made, with its .sig beside it. It takes no key: who
    holds the note may use it. Raises RevocationError where it does not hold by the party's own
    trust folder, CeremonyError where there is none.
    """
    newest = newest_directory(trust)
    if newest is None:
        raise CeremonyError("There is no directory here yet.", place=str(trust))
    document = read_document(note.parent, note.name)
    if document is None or not note.name.startswith("revocation-"):
        raise CeremonyError(
            "This is no revocation with its signature beside it.",
            place=str(note),
            expected="revocation-PARTY-X.xml and revocation-PARTY-X.xml.sig",
            remedy="Take both files from the safe, under the names that they had.",
        )
    verify_revocation(document.octets, document.signature, current_root(trust), newest)
    make_folder(folder, private=False)
    replace_signed(folder / note.name, document.octets, document.signature, mode=PUBLIC_MODE)
    return folder / note.name


def disown(
    identity: Identity,
    kids: Collection[str],
    why: str,
    folder: Path,
    *,
    genuine: Collection[bytes],
    now: datetime,
) -> Path:
    """A party's signed word that what its stolen keys signed is nobody's, but for ``genuine``.

    ``genuine`` are SHA-256 of the envelopes that it did send. Written to ``folder``; ValueError
    for more of them than one document holds.
    """
    if len(genuine) > GENUINE_MOST:
        raise ValueError(f"a disownment names up to {GENUINE_MOST} messages, not {len(genuine)}")
    octets = write_disownment(
        identity.party, kids, why, issued=whole_milliseconds(now), genuine=genuine
    )
    name = disownment_file(identity.party, octets)
    make_folder(folder, private=False)
    replace_signed(folder / name, octets, sign_by_party(name, octets, identity), mode=PUBLIC_MODE)
    return folder / name


def propose_disownment(
    trust: Path, party: str, kids: Collection[str], why: str, *, now: datetime
) -> Pending:
    """Lay out for two officers that what these revoked keys signed is nobody's.

    Raises UnknownPartyError, CeremonyError for a key that is not revoked.
    """
    folder = CentreFolder(trust)
    with folder.alone():
        entry = _listed(folder, party)
        revoked = {str(key.kid) for key in entry.keys if key.state in _END or key.revoked_at}
        revoked |= {
            kid
            for path in trust.glob(f"revocation-{party}-*.xml")
            for kid in read_revocation(path.read_bytes()).kids
        }
        if not kids or not set(kids) <= revoked:
            raise CeremonyError(
                "Only what a revoked key signed can be disowned.",
                place=party,
                value=", ".join(sorted(set(kids) - revoked)) or "no key",
                expected="keys of the party that are revoked",
                remedy="Revoke the key first: `iarms key revoke`.",
            )
        octets = write_disownment(party, kids, why, issued=whole_milliseconds(now))
        pending = propose(folder, disownment_file(party, octets), octets)
        note_act(folder, "disown", party=party, kids=sorted(kids), why=why)
        return pending


def give_succession(
    identity: Identity, root: bytes, folder: Path, why: str, *, now: datetime
) -> Path:
    """A country's signed word that the root in these octets shall follow, written to ``folder``.

    The root's people must have signed it; whoever gives the word has compared its words with them.
    Raises RootError for what is no root.
    """
    found = read_root(root, place="the next root")
    named = Named(version=found.version, digest=found.digest)
    octets = write_succession(identity.party, named, why, issued=whole_milliseconds(now))
    name = succession_file(identity.party, found.version)
    make_folder(folder, private=False)
    replace_signed(folder / name, octets, sign_by_party(name, octets, identity), mode=PUBLIC_MODE)
    return folder / name


def write_mandate(ncb: Identity, party: str, sends: Collection[str]) -> bytes:
    """The file by which an NCB authorises an agency of its country to send these types."""
    return json.dumps(_voucher(mandate(ncb, party, sends))).encode()


def read_voucher(path: Path) -> Voucher:
    """The mandate in a file; KeyFileError if it is none."""
    try:
        facts = json.loads(path.read_bytes())
        return Voucher(by=Kid(str(facts["by"])), value=b64decode(facts["value"]))
    except (OSError, ValueError, KeyError, TypeError) as problem:
        raise KeyFileError(
            "This is no mandate.", place=str(path), remedy="Ask the NCB for the file again."
        ) from problem


def _fresh_key(facts: dict[str, str], now: datetime) -> KeyEntry:
    use: Use = "sig" if facts["use"] == "sig" else "enc"
    public = b64decode(facts["public"])
    return KeyEntry(
        kid=kid_of(spki_of(use, public)),
        use=use,
        public=public,
        state=KeyState.CURRENT,
        valid_from=whole_milliseconds(now - CLOCK_SKEW),
        valid_until=None,
        revoked_at=None,
        endorsement=Voucher(by=Kid(facts["by"]), value=b64decode(facts["value"])),
    )


def _listed(folder: CentreFolder, party: str) -> PartyEntry:
    base = read_draft(folder) or newest_directory(folder.root)
    entry = None if base is None else base.parties.get(party)
    if entry is None:
        raise UnknownPartyError(
            f"The key directory does not list {party!r}.",
            place=str(folder.root),
            value=party,
            remedy="Check the name, or enrol the party.",
        )
    return entry


def _write(folder: CentreFolder, entry: PartyEntry, now: datetime) -> Directory:
    base = read_draft(folder) or newest_directory(folder.root)
    parties = {**({} if base is None else base.parties), entry.party: entry}
    write_draft(folder, parties, now=now)
    draft = read_draft(folder)
    if draft is None:
        raise CeremonyError("The draft was not written.", place=str(folder.draft))
    return draft


def _voucher(voucher: Voucher) -> dict[str, str]:
    return {"by": str(voucher.by), "value": _text(voucher.value)}


def _text(octets: bytes) -> str:
    return b64encode(octets).decode("ascii")
