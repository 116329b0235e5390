"""A party's countersignature: its signed word that it is there and sees its own keys listed.

By it the party is active for everybody (docs/spec/trust.md 10). It gives no key a power. Who was
seen to be active is remembered elsewhere (active_parties.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from keys.directory import Directory, KeyState
from keys.errors import CountersignatureError, TrustError
from keys.files import PUBLIC_MODE, make_folder, replace_signed
from keys.identity import Identity
from keys.quorum import signature_valid, signed_file
from keys.revocation import NOTE_LIMIT, sign_by_party
from keys.word_on_keys import WordOnKeys, read_word, write_word

_NAME = re.compile(r"countersignature-([A-Z]{3}-[A-Z0-9]{1,20})-([1-9][0-9]{0,8})\.xml")
_IN_USE = frozenset({KeyState.NEXT, KeyState.CURRENT, KeyState.RETIRING})
_NEVER = frozenset({KeyState.NEXT, KeyState.REVOKED, KeyState.COMPROMISED})


_ROOT = "Countersignature"
Countersignature = WordOnKeys
"""About the directory in force, and the keys in it that the party holds."""


def countersignature_file(party: str, version: int) -> str:
    """The file name of a party's countersignature of a directory version."""
    return f"countersignature-{party}-{version}.xml"


def countersigner_in(name: str) -> tuple[str, int] | None:
    """The party and the directory version in the name of a countersignature, or None."""
    found = _NAME.fullmatch(name)
    return None if found is None else (found[1], int(found[2]))


def newest_countersignatures(folder: Path) -> list[str]:
    """The names of those in ``folder``, of each party the newest, by party."""
    newest: dict[str, int] = {}
    for path in folder.glob("countersignature-*.xml"):
        found = countersigner_in(path.name)
        if found is not None:
            newest[found[0]] = max(newest.get(found[0], 0), found[1])
    return [countersignature_file(*each) for each in sorted(newest.items())]


def countersign(
    directory: Directory, identity: Identity, held: Iterable[str], folder: Path, *, now: datetime
) -> str | None:
    """Writes the party's word about ``directory`` into ``folder``; its name, None for no news.

    ``held`` are the ids of all keys that the party holds: of a key that somebody else lists under
    its name it says nothing. Raises OSError where the folder cannot be written.
    """
    entry = directory.parties.get(identity.party)
    own = frozenset(held)
    kids = sorted(
        key.kid for key in (entry.keys if entry else ()) if key.state in _IN_USE and key.kid in own
    )
    if identity.signing_kid not in kids or _says_already(folder, identity.party, kids):
        return None
    octets = write_countersignature(identity.party, directory, kids, issued=now)
    name = countersignature_file(identity.party, directory.version)
    make_folder(folder, private=False)
    signature = sign_by_party(name, octets, identity)
    replace_signed(folder / name, octets, signature, mode=PUBLIC_MODE)
    for path in folder.glob(f"countersignature-{identity.party}-*.xml*"):
        if not path.name.startswith(name):
            path.unlink(missing_ok=True)
    return name


def write_countersignature(
    party: str, directory: Directory, kids: Iterable[str], *, issued: datetime
) -> bytes:
    """The canonical octets of a countersignature."""
    return write_word(_ROOT, party, directory, kids, issued=issued)


def verify_countersignature(
    octets: bytes, signature: bytes, directory: Directory
) -> Countersignature:
    """A countersignature by a key that ``directory``, in force at the reader, has for its party.

    A key that has retired since may have signed it: that the party was there stays true. Raises
    CountersignatureError.
    """
    if len(octets) > NOTE_LIMIT:
        raise refused("it is too large to be one")
    try:
        signed = signed_file(octets, signature, place="countersignature")
    except TrustError as problem:
        raise refused(problem.message) from problem
    found = _read(octets)
    by = signed.signatures[0]
    signer = directory.signer(by.kid)
    if (
        signer is None
        or signer[0].party != found.party
        or signer[1].state in _NEVER
        or by.kid not in found.kids
        or len(signed.signatures) != 1
        or not signature_valid(by, signer[1].public, signed)
    ):
        raise refused("it is not signed by a key of the party that it names")
    if signed.name != countersignature_file(found.party, found.directory.version):
        raise refused("it was signed under another name")
    named = found.directory
    if named.version > directory.version:
        raise refused("it names a directory that is not here yet")
    if named.version == directory.version and named.digest != directory.digest:
        raise refused("it names another directory of this version")
    return found


def _read(octets: bytes) -> Countersignature:
    try:
        return read_word(_ROOT, octets, place="countersignature", error=CountersignatureError)
    except ValueError as problem:
        raise refused(str(problem)) from problem


def _says_already(folder: Path, party: str, kids: Iterable[str]) -> bool:
    """Whether the newest word in ``folder`` names all of these keys."""
    names = [
        name
        for name in newest_countersignatures(folder)
        if (found := countersigner_in(name)) is not None and found[0] == party
    ]
    if not names:
        return False
    try:
        return set(kids) <= set(_read((folder / names[0]).read_bytes()[: NOTE_LIMIT + 1]).kids)
    except (OSError, CountersignatureError):
        return False  # it is written anew


def refused(why: str) -> CountersignatureError:
    """The refusal of a countersignature."""
    return CountersignatureError(
        f"The countersignature is refused: {why}.",
        place="countersignature",
        expected="a word about its own keys, signed by a key of the party",
        remedy="The party counts as not active; its process gives its word with the next probe.",
    )
