"""A party's objection to keys under its name that it does not hold: signed, for everybody to see.

It decides nothing about the keys: readers withhold them anyway (continuity.py).
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path

from keys.continuity import foreign_keys, unauthorised
from keys.directory import Directory, KeyEntry
from keys.errors import ContinuityError, RevocationError, TrustError
from keys.files import PUBLIC_MODE, make_folder, replace
from keys.identity import Identity
from keys.quorum import signature_valid, signed_file
from keys.revocation import NOTE_LIMIT, sign_by_party
from keys.vouching import endorses
from keys.word_on_keys import WordOnKeys, read_word, write_word

OBJECTIONS_FOLDER = "objections"
OWN_FILE = "keys.own"
"""In a party's home: the ids of the keys that were held here, one a line."""


_ROOT = "Objection"
Objection = WordOnKeys
"""To which directory, and to which keys in it."""


def objection_file(party: str, version: int) -> str:
    """The file name of a party's objection to a directory version."""
    return f"objection-{party}-{version}.xml"


def watch(
    directory: Directory,
    identity: Identity,
    home: Path,
    *,
    now: datetime,
    successor: Identity | None = None,
    mandates_needed: bool = False,
) -> ContinuityError | None:
    """Compare a signed directory with the keys held here; object to what is not ours.

    ``successor`` are the keys that take over from ``identity``, where they are held here too. An
    NCB objects to parties of its country as well that it did not authorise, where the policy asks
    for mandates, and to any that would be a second NCB.

    The objection is written to ``home/objections``, once a version, and what it is about is given
    back as the alarm to raise; None where every key in use is ours.
    """
    held = tuple(kid for own in (identity, successor) if own is not None for kid in own.kids)
    own = frozenset({*held, *_remembered(home, held)})
    foreign = foreign_keys(directory, identity.party, own)
    others = unauthorised(directory, identity.party, own, mandates_needed=mandates_needed)
    if not foreign and not others:
        return None
    entry = directory.parties[identity.party]
    vouched = {key.kid for key in entry.keys if _is_vouched(key, identity)}
    false = tuple(kid for kid in foreign if kid not in vouched)
    if not false and not others:
        return ContinuityError(
            "The directory lists keys that our own key vouched for and this process does not hold.",
            place=f"directory version {directory.version}, {identity.party}",
            value=", ".join(foreign),
            expected="a rotation that we began ourselves",
            remedy="Let the successor's key file take the place of the old one. If nobody here"
            " rotates keys, ours was stolen: `iarms key revoke` with our own identity.",
        )
    folder = home / OBJECTIONS_FOLDER
    name = objection_file(identity.party, directory.version)
    if not (folder / name).exists():
        octets = write_objection(identity.party, directory, (*false, *others), issued=now)
        make_folder(folder, private=False)
        replace(folder / f"{name}.sig", sign_by_party(name, octets, identity), mode=PUBLIC_MODE)
        replace(folder / name, octets, mode=PUBLIC_MODE)
    what = (
        "a key under our name that we do not hold"
        if false
        else ("a party of our country that we did not authorise")
    )
    return ContinuityError(
        f"The directory lists {what}.",
        place=f"directory version {directory.version}, {identity.party}",
        value=", ".join((*false, *others)),
        expected="our own keys: " + ", ".join(held) if false else "our mandate for each agency",
        remedy="Somebody is impersonating us: the objection goes to the centre and to every country"
        f" by itself; call the officers. It is {folder / name}",
    )


def _remembered(home: Path, held: Iterable[str]) -> frozenset[str]:
    """Every key that was ever held here, by its id, with ``held`` from now on.

    A key file that took another's place before the directory retired the old keys makes nobody
    else's keys of them.
    """
    path = home / OWN_FILE
    try:
        before = frozenset(path.read_text("ascii").split())
    except (OSError, UnicodeDecodeError):
        before = frozenset()
    known = before | frozenset(held)
    if known != before:
        # What cannot be written is remembered by the next watch; the alarm matters more.
        with contextlib.suppress(OSError):
            lines = "".join(f"{kid}\n" for kid in sorted(known))
            replace(path, lines.encode("ascii"), mode=PUBLIC_MODE)
    return known


def _is_vouched(key: KeyEntry, identity: Identity) -> bool:
    voucher = key.endorsement
    if voucher is None or voucher.by != identity.signing_kid:
        return False
    own = identity.signing_public
    return endorses(voucher, own, identity.party, key.use, key.public)


def write_objection(
    party: str, directory: Directory, kids: Sequence[str], *, issued: datetime
) -> bytes:
    """The canonical octets of an objection."""
    return write_word(_ROOT, party, directory, set(kids), issued=issued)


def verify_objection(octets: bytes, signature: bytes, directory: Directory) -> Objection:
    """An objection signed by a key that ``directory``, in force at the reader, has for its party.

    Raises RevocationError.
    """
    if len(octets) > NOTE_LIMIT:
        raise _refused("it is too large to be one")
    try:
        signed = signed_file(octets, signature, place="objection")
    except TrustError as problem:
        raise _refused(problem.message) from problem
    try:
        found = read_word(_ROOT, octets, place=signed.name, error=RevocationError)
    except ValueError as problem:
        raise _refused(str(problem)) from problem
    by = signed.signatures[0]
    signer = directory.signer(by.kid)
    holds = (
        signer is not None
        and signer[0].party == found.party
        and len(signed.signatures) == 1
        and signature_valid(by, signer[1].public, signed)
    )
    if not holds or signed.name != objection_file(found.party, found.directory.version):
        raise _refused("it is not signed by the party that objects")
    return found


def _refused(why: str) -> RevocationError:
    return RevocationError(
        f"The objection is refused: {why}.",
        place="objection",
        expected="an objection signed by the party's key in force",
        remedy="Call the party by a number that you know all the same.",
    )
