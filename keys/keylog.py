"""The key log of an exchange: every published change of a key as a leaf that cannot be taken back.

A published document is its own staging: it is put into the folder in one step, and whatever is
published and not yet in the log is taken up by the next sequencing, in a fixed order, after any
crash. It decides nothing about keys. docs/spec/trust.md, clause 7.
"""

from __future__ import annotations

import fcntl
import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from keys.anchor import ANCHOR_FILE, load_anchor
from keys.centre import current_root
from keys.chain import root_file
from keys.checkpoint import (
    Checkpoint,
    Proof,
    refused,
    sign_checkpoint,
    verify_checkpoint,
    verify_proof,
)
from keys.directory import Directory
from keys.errors import KeyLogError, TrustError
from keys.files import PUBLIC_MODE, make_folder, replace, replace_signed
from keys.growth import grown, growth_file, newest_part, write_growth
from keys.key_events import events_of_directory, events_of_note, events_of_root, read_event
from keys.keylog_files import (
    CHECKPOINT_FILE,
    ENTRIES_FILE,
    LOG_FOLDER,
    log_keys,
    newest_growth,
    origin_of,
    read_leaves,
    read_note,
)
from keys.merkle import leaf_hash, prove_inclusion, root_of
from keys.officer import Signer
from keys.publishing import every_root, newest_directory, read_version, versions_in
from keys.revocation import verify_recovery, verify_revocation
from keys.root import Root
from keys.trusted import directory_file

_NOTE_PATTERNS = ("revocation-*.xml", "recovery-*.xml")


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyLog:
    """The leaves of a trust folder's log that its newest checkpoint covers, and that checkpoint."""

    leaves: tuple[bytes, ...]
    checkpoint: Checkpoint
    note: bytes

    def prove(self, index: int) -> Proof:
        """That the leaf at ``index`` is in the log; IndexError."""
        path = prove_inclusion([leaf_hash(each) for each in self.leaves], index)
        return Proof(leaf=self.leaves[index], index=index, path=tuple(path), note=self.note)


def sequence(trust: Path, signer: Signer) -> Checkpoint:
    """Take up everything published that is not in the log yet, and sign the next checkpoint.

    What was logged before is hashed again from its stored octets first: a log that was altered is
    never signed. Raises KeyLogError, also for a signer who may not sign checkpoints.
    """
    root = current_root(trust)
    if signer.public.signing not in log_keys(root):
        raise refused(f"{signer.person} may not sign its checkpoints")
    folder = trust / LOG_FOLDER
    make_folder(folder, private=False)
    with _alone(folder):
        log = read_log(trust)
        before = () if log is None else log.leaves
        fresh = tuple(_unlogged(trust, before))
        if log is not None and not fresh and _signed_now(log, root, trust):
            _show_growth(trust, log.leaves, log.note)
            return log.checkpoint
        leaves = before + fresh
        checkpoint = Checkpoint(
            origin=_origin(trust), size=len(leaves), root=root_of(list(map(leaf_hash, leaves)))
        )
        note = sign_checkpoint(checkpoint, signer.public.signing, signer.sign_note)
        # The leaves first: a reader of the checkpoint finds what it covers. Leaves that no
        # checkpoint covers after a crash are made again from the documents.
        replace(folder / ENTRIES_FILE, b"".join(x + b"\n" for x in leaves), mode=PUBLIC_MODE)
        replace(folder / CHECKPOINT_FILE, note, mode=PUBLIC_MODE)
        _show_growth(trust, leaves, note)
        return checkpoint


def _show_growth(trust: Path, leaves: Sequence[bytes], note: bytes) -> None:
    """Put there what shows to everybody that the log only grew, in the place of the last one."""
    path, before = trust / growth_file(len(leaves)), newest_growth(trust)
    if before == path.name and path.with_name(f"{before}.sig").read_bytes() == note:
        return
    growth = grown(list(map(leaf_hash, leaves)), first=newest_part(len(leaves)))
    replace_signed(path, write_growth(growth), note, mode=PUBLIC_MODE)
    if before is not None and before != path.name:
        for name in (before, f"{before}.sig"):
            (trust / name).unlink(missing_ok=True)


def read_log(trust: Path) -> KeyLog | None:
    """The log in a trust folder, its leaves held against its checkpoint; None if there is none.

    Raises KeyLogError where leaves are missing or altered, or nobody who may signed.
    """
    note = read_note(trust)
    if note is None:
        return None
    checkpoint = verify_by_any(note, trust)
    leaves = read_leaves(trust)[: checkpoint.size]
    if len(leaves) < checkpoint.size or checkpoint.root != root_of(list(map(leaf_hash, leaves))):
        raise refused("its leaves are not those that its checkpoint covers")
    return KeyLog(leaves=leaves, checkpoint=checkpoint, note=note)


def find_leaves(log: KeyLog, wanted: str) -> list[int]:
    """The places of leaves about a key id, a party, a person or a document, the oldest first."""
    return [
        index
        for index, leaf in enumerate(log.leaves)
        if wanted in {read_event(leaf).get(each) for each in ("kid", "party", "person", "document")}
    ]


def check_proof(proof: Proof, trust: Path) -> Checkpoint:
    """The checkpoint of a proof that holds by the roots in ``trust``; KeyLogError."""
    for root in reversed(every_root(trust)):
        try:
            return verify_proof(proof, _origin(trust), log_keys(root))
        except KeyLogError as problem:
            last = problem
    raise last


def audit(trust: Path) -> list[str]:
    """Every way in which the log is not what the documents in ``trust`` say; [] is a true log.

    Documents that are not in the folder are not missed; leaves of those that are, are.
    """
    log = read_log(trust)
    if log is None:
        return ["there is no log"]
    logged: dict[str, list[bytes]] = {}
    for leaf in log.leaves:
        logged.setdefault(read_event(leaf)["document"], []).append(leaf)
    findings = []
    for name, expected in _documents(trust):
        found = logged.get(name)
        if found is None:
            findings.append(f"{name} is published and not in the log yet")
        elif found != expected:
            findings.append(f"{name} changed keys otherwise than the log says")
    return findings


def verify_by_any(note: bytes, trust: Path) -> Checkpoint:
    """The checkpoint of a note that a key of any root of the chain signed; KeyLogError."""
    publics = frozenset().union(*(log_keys(root) for root in every_root(trust)))
    return verify_checkpoint(note, _origin(trust), publics)


def _unlogged(trust: Path, leaves: Sequence[bytes]) -> Iterator[bytes]:
    facts = [read_event(leaf) for leaf in leaves]
    logged = {(each["document"], each["sha256"]) for each in facts}
    for name, path in _files(trust):
        if (name, hashlib.sha256(path.read_bytes()).hexdigest()) not in logged:
            yield from _leaves_of(trust, name)


def _documents(trust: Path) -> Iterator[tuple[str, list[bytes]]]:
    for name, _ in _files(trust):
        expected = _leaves_of(trust, name)
        if expected:
            yield name, expected


def _files(trust: Path) -> Iterator[tuple[str, Path]]:
    """Every published document in the order of the log: roots, directories, then notes."""
    names = [root_file(root.version) for root in every_root(trust)]
    names += [directory_file(version) for version in versions_in(trust)]
    names += [path.name for pattern in _NOTE_PATTERNS for path in sorted(trust.glob(pattern))]
    for name in names:
        path = trust / name
        yield name, path if path.exists() else trust / ANCHOR_FILE


def _leaves_of(trust: Path, name: str) -> list[bytes]:
    """The leaves of one published document; none for a file that nobody who may has signed."""
    roots = {root_file(root.version): root for root in every_root(trust)}
    if name in roots:
        root = roots[name]
        return events_of_root(name, roots.get(root_file(root.version - 1)), root)
    version = {directory_file(each): each for each in versions_in(trust)}.get(name)
    if version is not None:
        return events_of_directory(name, _before(trust, version), read_version(trust, version))
    octets = (trust / name).read_bytes()
    try:
        signature = (trust / f"{name}.sig").read_bytes()
        root, newest = current_root(trust), newest_directory(trust)
        if name.startswith("recovery-"):
            return events_of_note(name, verify_recovery(octets, signature, root))
        if newest is None:
            return []
        return events_of_note(name, verify_revocation(octets, signature, root, newest))
    except (OSError, TrustError):
        return []


def _before(trust: Path, version: int) -> Directory | None:
    return read_version(trust, version - 1) if version - 1 in versions_in(trust) else None


def _signed_now(log: KeyLog, root: Root, trust: Path) -> bool:
    """Whether the checkpoint is by a key of the newest root, not of one that was replaced."""
    try:
        verify_checkpoint(log.note, _origin(trust), log_keys(root))
    except KeyLogError:
        return False
    return True


def _origin(trust: Path) -> str:
    return origin_of(load_anchor(trust / ANCHOR_FILE))


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    with (folder / "lock").open("wb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
