"""The next directory: its draft, and its signing by the anchor's key.

It enrols nobody (enrolment.py) and opens no key file itself (centre.py).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path

from keys.anchor import load_anchor
from keys.centre import CentreFolder
from keys.directory import Directory, PartyEntry
from keys.documents import read_directory, write_directory
from keys.errors import CeremonyError, DirectoryRollbackError
from keys.files import PRIVATE_MODE, PUBLIC_MODE, make_folder, read_private, replace, write_new
from keys.folder import SEEN_FILE, read_seen, write_seen
from keys.identity import Identity
from keys.markup import whole_milliseconds
from keys.signatures import Signature, signed_octets, write_signatures
from keys.trusted import (
    DIRECTORY_LIMIT,
    LONGEST_LIFE,
    Seen,
    directory_file,
    verify_directory,
    version_in,
)

USUAL_LIFE = timedelta(days=30)
"""How long a directory is valid (4-trust 4.1)."""


def newest_directory(trust: Path) -> Directory | None:
    """The newest directory in a folder as its officers signed it, expired or not; None if none."""
    versions = [found for each in trust.iterdir() if (found := version_in(each.name)) is not None]
    if not versions:
        return None
    return read_version(trust, max(versions))


def read_version(trust: Path, version: int) -> Directory:
    """One version as its officers signed it, expired or not; CeremonyError if it is not there."""
    path = trust / directory_file(version)
    try:
        octets = path.read_bytes()
        signature = path.with_name(f"{path.name}.sig").read_bytes()
    except OSError as problem:
        raise CeremonyError(
            "This version of the directory is not in the folder.",
            place=str(problem.filename),
            expected="the document and its signature file",
            remedy="Copy both from the centre.",
        ) from problem
    return verify_directory(octets, signature, load_anchor(CentreFolder(trust).anchor))


def read_draft(folder: CentreFolder) -> Directory | None:
    """The draft of the next directory, or None where nothing is waiting to be published."""
    if not folder.draft.exists():
        return None
    octets = read_private(folder.draft, limit=DIRECTORY_LIMIT)
    return read_directory(octets, place=str(folder.draft))


def write_draft(folder: CentreFolder, parties: Mapping[str, PartyEntry], *, now: datetime) -> None:
    """Replace the draft of the next directory; its times are those of its writing."""
    base = newest_directory(folder.root)
    octets = _octets(base, parties, now=now, life=USUAL_LIFE)
    read_directory(octets, place=str(folder.draft))
    replace(folder.draft, octets, mode=PRIVATE_MODE)


def publish(
    trust: Path,
    officer: Identity,
    *,
    now: datetime,
    life: timedelta = USUAL_LIFE,
    renew: bool = False,
) -> Directory:
    """Sign and write the next version of the directory from the draft.

    ``officer`` is what ``open_anchor_key`` gives. Without a draft the newest directory is signed
    again with a later expiry if ``renew``, else it is a CeremonyError. Files are never
    overwritten. Raises DirectoryRollbackError if the folder has lost versions it had.
    """
    if not timedelta(0) < life <= LONGEST_LIFE:
        raise ValueError(f"a directory lives up to {LONGEST_LIFE.days} days, not {life}")
    folder = CentreFolder(trust)
    with folder.alone():
        base, draft = newest_directory(trust), read_draft(folder)
        _check_complete(folder, base)
        source = draft or (base if renew else None)
        if source is None:
            raise CeremonyError(
                "There is nothing to publish: nobody was enrolled since the last version.",
                place=str(folder.draft),
                expected="a draft, or --renew to sign the same parties again",
                remedy="Run `iarms party enrol` first, or publish with --renew.",
            )
        octets = _octets(base, source.parties, now=now, life=life)
        directory = read_directory(octets, place="the next directory")
        _write(folder, directory, octets, officer)
        folder.draft.unlink(missing_ok=True)
    return directory


def hand_over(trust: Path, destination: Path) -> Directory:
    """Copy what everybody may have to another folder: anchor, authority, the newest directory.

    An anchor or authority that is there already and differs is a CeremonyError: pinned files are
    not replaced by a copy.
    """
    newest = newest_directory(trust)
    if newest is None:
        raise CeremonyError(
            "There is no directory to hand over yet.",
            place=str(trust),
            expected="a published directory",
            remedy="Run `iarms directory publish` first.",
        )
    make_folder(destination, private=False)
    source, target = CentreFolder(trust), CentreFolder(destination)
    for pinned, copy in ((source.anchor, target.anchor), (source.authority, target.authority)):
        if not copy.exists():
            write_new(copy, pinned.read_bytes(), mode=PUBLIC_MODE)
        elif copy.read_bytes() != pinned.read_bytes():
            raise CeremonyError(
                "Another file is pinned there.",
                place=str(copy),
                expected=f"the same octets as {pinned}",
                remedy="Find out which one is right before anything else.",
            )
    name = directory_file(newest.version)
    for each in (f"{name}.sig", name):  # a reader that sees the document finds its signature
        replace(destination / each, (trust / each).read_bytes(), mode=PUBLIC_MODE)
    return newest


def _octets(
    base: Directory | None,
    parties: Mapping[str, PartyEntry],
    *,
    now: datetime,
    life: timedelta,
) -> bytes:
    issued = whole_milliseconds(now)
    return write_directory(
        version=1 if base is None else base.version + 1,
        issued=issued,
        expires=issued + life,
        previous=None if base is None else base.digest,
        parties=parties.values(),
    )


def _check_complete(folder: CentreFolder, base: Directory | None) -> None:
    seen = read_seen(folder.private / SEEN_FILE)
    if seen is not None and (base is None or (base.version, base.digest) != _pair(seen)):
        raise DirectoryRollbackError(
            "The folder does not end with the version that was published last.",
            place=str(folder.root),
            value="no directory" if base is None else f"version {base.version}",
            expected=f"version {seen.version}, SHA-256 {seen.digest.hex()}",
            remedy="Restore the published files before anything is published on top.",
        )


def _pair(seen: Seen) -> tuple[int, bytes]:
    return seen.version, seen.digest


def _write(folder: CentreFolder, directory: Directory, octets: bytes, officer: Identity) -> None:
    name, digest = directory_file(directory.version), hashlib.sha256(octets).digest()
    signature = Signature(kid=officer.signing_kid, value=officer.sign(signed_octets(name, digest)))
    signatures = write_signatures(name, digest, (signature,))
    path = folder.root / name
    if path.exists():
        raise CeremonyError("This version is published already.", place=str(path))
    # The signature first: a reader that sees the document finds its signature.
    replace(path.with_name(f"{name}.sig"), signatures, mode=PUBLIC_MODE)
    write_new(path, octets, mode=PUBLIC_MODE)
    write_seen(folder.private / SEEN_FILE, directory)
