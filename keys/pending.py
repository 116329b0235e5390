"""Documents that wait for signatures, and their publishing when enough persons have signed.

A document's octets are fixed when it is proposed; every officer signs the same ones. It draws up
no document (publishing.py, founding.py) and opens no key file.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from keys.centre import CentreFolder, current_root
from keys.chain import first_root, next_root, root_version_in
from keys.directory import Directory
from keys.disownment import is_disownment, verify_disownment
from keys.documents import read_directory
from keys.errors import CeremonyError, QuorumError
from keys.files import PRIVATE_MODE, PUBLIC_MODE, make_folder, read_private, replace, write_new
from keys.folder import SEEN_FILE, write_seen
from keys.officer import Signer
from keys.quorum import Quorum, count, signed_file
from keys.revocation import is_recovery, persons_needed, read_recovery, verify_recovery
from keys.root import RoleName, Root
from keys.root_document import read_root
from keys.signatures import SIGNATURE_FILE_LIMIT, Signature, write_signatures
from keys.succession import succeeding_root
from keys.trail import note_act
from keys.trusted import DIRECTORY_LIMIT, directory_file, verify_directory, version_in

_BY_COUNTRIES = ".by-countries"
"""Beside a root that waits: the officers whose threshold it would need are lost."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pending:
    """A proposed document: who signed it already and what is missing.

    ``missing`` persons must still sign, and ``organisations_missing`` of them from another
    organisation; ``published`` is the path in the public folder once the quorum was reached.
    """

    name: str
    octets: bytes
    digest: bytes
    persons: frozenset[str]
    missing: int
    organisations_missing: int
    published: Path | None

    @property
    def still(self) -> str:
        """Who is missing, in words."""
        others = self.organisations_missing
        place = f", {others} of them" if others < self.missing else ","
        return f"{self.missing} more officer{'s' if self.missing > 1 else ''}" + (
            f"{place} of another organisation" if others else ""
        )


def propose(
    folder: CentreFolder, name: str, octets: bytes, *, by_countries: bool = False
) -> Pending:
    """Lay a document out for signing; what was proposed under this name before is replaced.

    A root ``by_countries`` waits for its own threshold alone.

    The caller holds ``folder.alone()``. Raises CeremonyError if the name is published already.
    """
    if (folder.root / name).exists():
        raise CeremonyError("This version is published already.", place=str(folder.root / name))
    make_folder(folder.pending, private=True)
    for suffix in (".sig", _BY_COUNTRIES):
        (folder.pending / f"{name}{suffix}").unlink(missing_ok=True)
    if by_countries:
        replace(folder.pending / f"{name}{_BY_COUNTRIES}", b"", mode=PRIVATE_MODE)
    replace(folder.pending / name, octets, mode=PRIVATE_MODE)
    note_act(folder, "propose", document=name, sha256=hashlib.sha256(octets).hexdigest())
    return _pending(name, octets, Quorum(persons=frozenset(), missing=_asked(folder, name, octets),
                                         organisations_missing=0))  # fmt: skip


def waiting(folder: CentreFolder) -> tuple[Pending, ...]:
    """Everything that waits for signatures, by name."""
    if not folder.pending.is_dir():
        return ()
    names = sorted(each.name for each in folder.pending.glob("*.xml"))
    return tuple(look(folder, name) for name in names)


def look(folder: CentreFolder, name: str) -> Pending:
    """One proposed document and how far it is; CeremonyError if there is none."""
    octets = _octets(folder, name)
    signatures = _signatures(folder, name)
    if not signatures:
        return _pending(name, octets, Quorum(persons=frozenset(),
                        missing=_asked(folder, name, octets), organisations_missing=0))  # fmt: skip
    return _pending(name, octets, _progress(folder, name, octets, signatures))


def sign(folder: CentreFolder, name: str, signer: Signer) -> Pending:
    """Add one officer's signatures to a proposed document, and publish it if that is enough.

    The caller holds ``folder.alone()``. Raises QuorumError if the officer has not the role, or
    signed it before.
    """
    octets = _octets(folder, name)
    made = signer.sign(name, octets)
    _check_role(folder, name, octets, signer)
    before = _signatures(folder, name)
    if {each.kid for each in before} & {each.kid for each in made}:
        raise QuorumError(
            f"{signer.person} has signed this already; another person must.",
            place=name,
            value=signer.person,
            expected="different persons",
            remedy="Let the next officer sign.",
        )
    signatures = [*before, *made]
    progress = _progress(folder, name, octets, signatures)
    note_act(folder, "sign", document=name, sha256=hashlib.sha256(octets).hexdigest(),
             person=signer.person, kid=signer.kid, missing=progress.missing)  # fmt: skip
    signature = write_signatures(name, hashlib.sha256(octets).digest(), signatures)
    if not progress.reached:
        replace(folder.pending / f"{name}.sig", signature, mode=PRIVATE_MODE)
        return _pending(name, octets, progress)
    _publish(folder, name, octets, signature)
    note_act(folder, "publish", document=name, persons=sorted(progress.persons))
    return _pending(name, octets, progress, published=folder.root / name)


def _publish(folder: CentreFolder, name: str, octets: bytes, signature: bytes) -> None:
    directory = None
    if root_version_in(name) == 1:
        first_root(octets, signature)
    elif _is_by_countries(folder, name):
        succeeding_root(current_root(folder.root), octets, signature)
    elif root_version_in(name) is not None:
        next_root(current_root(folder.root), octets, signature)
    elif is_recovery(name):
        verify_recovery(octets, signature, current_root(folder.root))
    elif is_disownment(name):
        _check_disownment(folder, octets, signature)
    else:
        directory = verify_directory(octets, signature, current_root(folder.root))
    # The signature first: a reader that sees the document finds its signature.
    replace(folder.root / f"{name}.sig", signature, mode=PUBLIC_MODE)
    write_new(folder.root / name, octets, mode=PUBLIC_MODE)
    if root_version_in(name) == 1:
        write_new(folder.anchor, octets, mode=PUBLIC_MODE)
    if directory is not None:
        finish_directory(folder, directory)
        return
    _no_longer_waits(folder, name)


def _check_disownment(folder: CentreFolder, octets: bytes, signature: bytes) -> None:
    root = current_root(folder.root)
    names = (version for each in folder.root.iterdir() if (version := version_in(each.name)))
    name = directory_file(max(names))
    newest = verify_directory(
        (folder.root / name).read_bytes(), (folder.root / f"{name}.sig").read_bytes(), root
    )
    verify_disownment(octets, signature, root, newest)


def finish_directory(folder: CentreFolder, directory: Directory) -> None:
    """Remember a published directory as the newest; its draft and proposal are done with.

    Done again after a crash it changes nothing. The caller holds ``folder.alone()``.
    """
    # The draft goes before the memory: a crash between both is seen, and finished, by the next act.
    if folder.draft.exists():
        octets = read_private(folder.draft, limit=DIRECTORY_LIMIT)
        # Who was enrolled since the crash stands in a draft of the version after this one.
        if read_directory(octets, place=str(folder.draft)).version <= directory.version:
            folder.draft.unlink()
    _no_longer_waits(folder, directory_file(directory.version))
    write_seen(folder.private / SEEN_FILE, directory)


def _no_longer_waits(folder: CentreFolder, name: str) -> None:
    for each in (name, f"{name}.sig", f"{name}{_BY_COUNTRIES}"):
        (folder.pending / each).unlink(missing_ok=True)


def _progress(
    folder: CentreFolder, name: str, octets: bytes, signatures: list[Signature]
) -> Quorum:
    signature = write_signatures(name, hashlib.sha256(octets).digest(), signatures)
    signed = signed_file(octets, signature, place=name)
    counts = [count(signed, root, role) for root, role in _judges(folder, name, octets)]
    persons = frozenset[str]().union(*(each.persons for each in counts))
    return Quorum(
        persons=persons,
        missing=max(_missing_for(folder, name, octets, persons), *(e.missing for e in counts)),
        organisations_missing=max(each.organisations_missing for each in counts),
    )


def _missing_for(folder: CentreFolder, name: str, octets: bytes, persons: frozenset[str]) -> int:
    """How many more persons a document itself asks for: a recovery with a short notice."""
    if not is_recovery(name):
        return 0
    return max(0, persons_needed(read_recovery(octets), current_root(folder.root)) - len(persons))


def _judges(folder: CentreFolder, name: str, octets: bytes) -> list[tuple[Root, RoleName]]:
    """By which roots and roles a document counts as signed."""
    version = root_version_in(name)
    if is_recovery(name):
        return [(current_root(folder.root), RoleName.ROOT)]
    if is_disownment(name):
        return [(current_root(folder.root), RoleName.DIRECTORY)]
    if version is None:
        read_directory(octets, place=name)
        return [(current_root(folder.root), RoleName.DIRECTORY)]
    own = (read_root(octets, place=name), RoleName.ROOT)
    if version == 1 or _is_by_countries(folder, name):
        return [own]
    return [(current_root(folder.root), RoleName.ROOT), own]


def _is_by_countries(folder: CentreFolder, name: str) -> bool:
    return (folder.pending / f"{name}{_BY_COUNTRIES}").exists()


def _check_role(folder: CentreFolder, name: str, octets: bytes, signer: Signer) -> None:
    judges = _judges(folder, name, octets)
    if all(root.holder(signer.kid, role) is None for root, role in judges):
        raise QuorumError(
            f"{signer.person} has not the role that signs this.",
            place=name,
            value=signer.kid,
            expected="one of " + ", ".join(sorted(
                {person for root, role in judges for person in root.roles[role].persons}
            )),
            remedy="Let an officer of the role sign.",
        )  # fmt: skip


def _asked(folder: CentreFolder, name: str, octets: bytes) -> int:
    usual = max(root.roles[role].threshold for root, role in _judges(folder, name, octets))
    return max(usual, _missing_for(folder, name, octets, frozenset()))


def _octets(folder: CentreFolder, name: str) -> bytes:
    path = folder.pending / name
    is_note = is_recovery(name) or is_disownment(name)
    is_known = is_note or (version_in(name) or root_version_in(name)) is not None
    if not is_known or not path.is_file():
        raise CeremonyError(
            "No such document waits for signatures.",
            place=str(path),
            expected="one that was proposed, as by `iarms directory propose`",
            remedy="See `iarms act show` for what waits.",
        )
    return read_private(path, limit=DIRECTORY_LIMIT)


def _signatures(folder: CentreFolder, name: str) -> list[Signature]:
    path = folder.pending / f"{name}.sig"
    if not path.exists():
        return []
    octets = read_private(path, limit=SIGNATURE_FILE_LIMIT)
    return list(signed_file(_octets(folder, name), octets, place=name).signatures)


def _pending(name: str, octets: bytes, quorum: Quorum, published: Path | None = None) -> Pending:
    return Pending(
        name=name,
        octets=octets,
        digest=hashlib.sha256(octets).digest(),
        persons=quorum.persons,
        missing=max(quorum.missing, quorum.organisations_missing),
        organisations_missing=_of_another(quorum),
        published=published,
    )


def _of_another(quorum: Quorum) -> int:
    """How many must come from an organisation of which nobody signed; the first may be any."""
    return quorum.organisations_missing if quorum.persons else 0
