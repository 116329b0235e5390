"""The next directory: its draft, its proposal for signing, and handing over what was published.

It enrols nobody (enrolment.py), counts no signatures (pending.py) and opens no key file.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from keys.anchor import load_anchor
from keys.beacon import BEACON_FILE, verify_beacon
from keys.beacon_folder import read_beacon
from keys.centre import CentreFolder, current_root
from keys.chain import next_root, root_file
from keys.countersigning import newest_countersignatures
from keys.directory import Directory, PartyEntry
from keys.documents import read_directory, write_directory
from keys.errors import CeremonyError, DirectoryRollbackError, QuorumError, TrustError
from keys.files import PRIVATE_MODE, PUBLIC_MODE, make_folder, read_private, replace, write_new
from keys.folder import SEEN_FILE, read_seen
from keys.keylog_files import CHECKPOINT_FILE, ENTRIES_FILE, LOG_FOLDER, newest_growth
from keys.markup import whole_milliseconds
from keys.officer import Signer
from keys.pending import Pending, finish_directory, propose, sign
from keys.root import Root
from keys.succession import succeeding_root
from keys.succession_folder import countries_agreed
from keys.suites import Suite
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
    versions = versions_in(trust)
    return read_version(trust, versions[-1]) if versions else None


def versions_in(trust: Path) -> list[int]:
    """The versions of the directory that lie in a folder, the oldest first."""
    names = (version_in(each.name) for each in trust.iterdir())
    return sorted(version for version in names if version is not None)


def read_version(trust: Path, version: int) -> Directory:
    """One version as its officers signed it, expired or not; CeremonyError if it is not there.

    An old version counts by the root that was in force when it was signed.
    """
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
    roots = every_root(trust)
    for root in reversed(roots[1:]):
        try:
            return verify_directory(octets, signature, root)
        except TrustError:
            continue
    return verify_directory(octets, signature, roots[0])


def read_draft(folder: CentreFolder) -> Directory | None:
    """The draft of the next directory, or None where nothing is waiting to be published."""
    if not folder.draft.exists():
        return None
    octets = read_private(folder.draft, limit=DIRECTORY_LIMIT)
    try:
        return read_directory(octets, place=str(folder.draft))
    except TrustError as problem:
        problem.place = str(folder.draft)
        problem.remedy = (
            "The draft was damaged or written by hand; nothing was published of it. Move it away:"
            " the next `iarms party enrol` or `iarms key take` begins a new one from the directory"
            " in force, and what was not published yet is given again (`iarms act trail` names it)."
        )
        raise


def write_draft(
    folder: CentreFolder,
    parties: Mapping[str, PartyEntry],
    *,
    now: datetime,
    suite: Suite | None = None,
) -> None:
    """Replace the draft of the next directory; its times are those of its writing.

    ``suite`` is None to leave the suite as it is in the draft or the directory in force.
    """
    base = newest_directory(folder.root)
    if suite is None:
        before = read_draft(folder) or base
        suite = Suite.CLASSICAL if before is None else before.suite
    octets = _octets(base, parties, now=now, life=USUAL_LIFE, suite=suite)
    read_directory(octets, place=str(folder.draft)).check_points()
    replace(folder.draft, octets, mode=PRIVATE_MODE)


def propose_directory(
    trust: Path, *, now: datetime, life: timedelta = USUAL_LIFE, renew: bool = False
) -> Pending:
    """Fix the octets of the next directory from the draft and lay them out for signing.

    Without a draft the newest directory is laid out again with a later expiry if ``renew``, else
    it is a CeremonyError. Raises DirectoryRollbackError if the folder has lost versions it had.
    """
    if not timedelta(0) < life <= LONGEST_LIFE:
        raise ValueError(f"a directory lives up to {LONGEST_LIFE.days} days, not {life}")
    folder = CentreFolder(trust)
    with folder.alone():
        base = newest_directory(trust)
        _check_complete(folder, base)
        draft = read_draft(folder)
        source = draft or (base if renew else None)
        if source is None:
            raise CeremonyError(
                "There is nothing to publish: nobody was enrolled since the last version.",
                place=str(folder.draft),
                expected="a draft, or --renew to sign the same parties again",
                remedy="Run `iarms party enrol` first, or propose with --renew.",
            )
        octets = _octets(base, source.parties, now=now, life=life, suite=source.suite)
        laid_out = read_directory(octets, place="the next directory")
        laid_out.check_points()
        return propose(folder, directory_file(laid_out.version), octets)


def sign_document(trust: Path, name: str, signer: Signer) -> Pending:
    """Add one officer's signature to what waits under ``name``; published when enough signed.

    Raises QuorumError if the officer has not the role or signed before.
    """
    folder = CentreFolder(trust)
    with folder.alone():
        return sign(folder, name, signer)


def publish(
    trust: Path,
    signers: Sequence[Signer],
    *,
    now: datetime,
    life: timedelta = USUAL_LIFE,
    renew: bool = False,
) -> Directory:
    """Propose the next directory and let these officers sign it, where they sit at one machine.

    Raises QuorumError if they are not enough; what they signed keeps waiting.
    """
    pending = propose_directory(trust, now=now, life=life, renew=renew)
    for signer in signers:
        if pending.published is None:
            pending = sign_document(trust, pending.name, signer)
    if pending.published is None:
        raise QuorumError(
            "Too few persons have signed; nothing is published.",
            place=pending.name,
            value=", ".join(sorted(pending.persons)) or "nobody",
            expected=f"{pending.missing} more",
            remedy="Let the next officer sign: `iarms act sign`.",
        )
    return read_directory(pending.octets, place=pending.name)


def hand_over(trust: Path, destination: Path) -> Directory:
    """Copy what everybody may have to another folder: anchor, authority, the newest directory.

    A beacon and a key log that are newer there stay: where the hub gives beacons itself, the
    centre's folder has old ones, and nobody would take the hub's next beacon after one of them.
    An anchor or authority that is there already and differs is a CeremonyError: pinned files are
    not replaced by a copy.
    """
    newest = newest_directory(trust)
    if newest is None:
        raise CeremonyError(
            "There is no directory to hand over yet.",
            place=str(trust),
            expected="a published directory",
            remedy="Run `iarms directory propose`, and let two officers sign (`iarms act sign`).",
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
    files = [*(root_file(root.version) for root in every_root(trust)[1:]), name]
    waits = root_file(len(files) + 1)  # a root that the countries give themselves, in its notice
    files += [waits] if (trust / waits).exists() else []
    notes = (
        "revocation-*.xml",
        "recovery-*.xml",
        "disownment-*.xml",
        "succession-*.xml",
        "objection-*.xml",
    )
    files += newest_countersignatures(trust)
    is_log_ahead = _log_octets(destination) > _log_octets(trust)
    growth = None if is_log_ahead else newest_growth(trust)
    files += [] if growth is None else [growth]
    files += [each.name for pattern in notes for each in sorted(trust.glob(pattern))]
    if _beacon_number(destination, trust) < _beacon_number(trust, trust):
        files.append(BEACON_FILE)
    # The log's leaves before its checkpoint, and both before the beacon that carries it.
    for part in (Path(LOG_FOLDER) / file for file in (ENTRIES_FILE, CHECKPOINT_FILE)):
        if (trust / part).exists() and not is_log_ahead:
            make_folder(destination / LOG_FOLDER, private=False)
            replace(destination / part, (trust / part).read_bytes(), mode=PUBLIC_MODE)
    # The signature first: a reader that sees the document finds its signature.
    for each in (file for document in files for file in (f"{document}.sig", document)):
        replace(destination / each, (trust / each).read_bytes(), mode=PUBLIC_MODE)
    return newest


def _log_octets(folder: Path) -> int:
    """How long the log is that lies in a folder; it only grows."""
    try:
        return (folder / LOG_FOLDER / ENTRIES_FILE).stat().st_size
    except OSError:
        return 0


def _beacon_number(folder: Path, trust: Path) -> int:
    """The number of the beacon in a folder, by the roots in ``trust``; 0 for none that counts."""
    found = read_beacon(folder)
    try:
        return 0 if found is None else verify_beacon(*found, current_root(trust)).version
    except TrustError:
        return 0


def _octets(
    base: Directory | None,
    parties: Mapping[str, PartyEntry],
    *,
    now: datetime,
    life: timedelta,
    suite: Suite,
) -> bytes:
    issued = whole_milliseconds(now)
    version = 1 if base is None else base.version + 1
    is_same = base is not None and base.suite is suite
    since = base.suite_since if base is not None and is_same else version
    return write_directory(
        version=version,
        suite=suite,
        suite_since=None if suite is Suite.CLASSICAL else since,
        issued=issued,
        expires=issued + life,
        previous=None if base is None else base.digest,
        parties=parties.values(),
    )


def _check_complete(folder: CentreFolder, base: Directory | None) -> None:
    seen = read_seen(folder.private / SEEN_FILE)
    if base is not None and _was_cut_short(base, seen):
        # The machine stopped after the document was published and before that was remembered.
        finish_directory(folder, base)
        return
    if seen is not None and (base is None or (base.version, base.digest) != _pair(seen)):
        raise DirectoryRollbackError(
            "The folder does not end with the version that was published last.",
            place=str(folder.root),
            value="no directory" if base is None else f"version {base.version}",
            expected=f"version {seen.version}, SHA-256 {seen.digest.hex()}",
            remedy="Restore the published files before anything is published on top.",
        )


def _was_cut_short(base: Directory, seen: Seen | None) -> bool:
    """Whether the folder ends with the one version that continues what was remembered."""
    if seen is None:
        return base.version == 1
    return base.version == seen.version + 1 and base.previous == seen.digest


def _pair(seen: Seen) -> tuple[int, bytes]:
    return seen.version, seen.digest


def every_root(trust: Path) -> list[Root]:
    """Every root from the pinned one to the newest, the oldest first."""
    newest = current_root(trust)
    root = load_anchor(CentreFolder(trust).anchor)
    found = [root]
    while root.version < newest.version:
        name = root_file(root.version + 1)
        octets, signature = (trust / name).read_bytes(), (trust / f"{name}.sig").read_bytes()
        try:
            root = next_root(root, octets, signature)
        except QuorumError:
            if not countries_agreed(trust, root, octets):
                raise
            root = succeeding_root(root, octets, signature)
        found.append(root)
    return found
