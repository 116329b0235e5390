"""Taking documents of trust that came by another way than the folder, each judged by itself.

What holds is written into the folder, for every process that looks there; what does not is told
and leaves everything as it was. When a directory counts is judged by folder.py.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from keys.beacon import BEACON_FILE
from keys.bundle import Document
from keys.chain import next_root, root_version_in
from keys.countersigning import countersigner_in, refused, verify_countersignature
from keys.directory import Directory
from keys.disownment import disownment_file, is_disownment, misnamed, read_disownment
from keys.errors import DirectoryMemoryError, QuorumError, SuccessionError, TrustError
from keys.files import PUBLIC_MODE, replace_signed
from keys.objection import Objection, verify_objection
from keys.revocation import Recovery, Revocation, verify_recovery, verify_revocation
from keys.root import Root
from keys.succession import (
    countries_for,
    is_succession,
    succeeding_root,
    verify_succession,
)
from keys.succession_folder import notes_in
from keys.trusted import verify_directory, version_in

_OBJECTIONS_BACK = 16
"""To how many directories back an objection is still news; more would only fill the folder."""


class Offering:
    """One bundle, taken in the one order: roots, directories, notes; then the beacon.

    ``follow`` makes the reader look for new roots and gives the one in force; ``note`` takes in a
    revocation or recovery, which counts before it is written (``settle``); ``noted`` says by its
    name whether it counts already.
    """

    def __init__(
        self,
        path: Path,
        *,
        root: Root,
        directory: Directory | None,
        follow: Callable[[], Root],
        note: Callable[[Document, Revocation | Recovery], None],
        noted: Callable[[str], bool],
    ) -> None:
        self.refusals: list[TrustError] = []
        self.news: list[str] = []
        self.objections: list[Objection] = []
        self._path = path
        self._root = root
        self._directory = directory
        self._follow = follow
        self._note, self._noted = note, noted
        self._owed: list[Document] = []
        self.notes_alone = True

    def take(self, documents: Sequence[Document]) -> None:
        """Writes what holds and is news. Raises DirectoryMemoryError if it cannot be written."""
        for each in documents:
            if is_succession(each.name):
                self._judged(each, self._take_succession)
        roots = [each for each in documents if root_version_in(each.name) is not None]
        for each in sorted(roots, key=lambda one: root_version_in(one.name) or 0):
            self._judged(each, self._take_root)
        listed = [each for each in documents if version_in(each.name) is not None]
        for each in sorted(listed, key=lambda one: version_in(one.name) or 0):
            self._judged(each, self._take_directory)
        for each in documents:
            if each.name.startswith(("revocation-", "recovery-")):
                self._judged(each, self._take_note)
            elif is_disownment(each.name):
                self._judged(each, self._take_disownment)
            elif each.name.startswith("objection-"):
                self._judged(each, self._take_objection)
            elif countersigner_in(each.name) is not None:
                self._judged(each, self._take_countersignature)

    def _judged(self, document: Document, judge: Callable[[Document], bool]) -> None:
        try:
            if judge(document):
                self.news.append(document.name)
        except DirectoryMemoryError:
            raise
        except TrustError as refusal:
            self.refusals.append(refusal)

    def _take_root(self, document: Document) -> bool:
        if (root_version_in(document.name) or 0) <= self._root.version:
            return False
        try:
            next_root(self._root, document.octets, document.signature)
        except QuorumError:
            return self._take_candidate(document)
        self._write(document)
        self.notes_alone = False
        self._root = self._follow()
        return True

    def _take_candidate(self, document: Document) -> bool:
        """A root without the old officers: kept beside the countries' notes that name it."""
        directory, path = self._directory, self._path / document.name
        if directory is None:
            return False
        root = succeeding_root(self._root, document.octets, document.signature)
        notes = list(notes_in(self._path, root.version, directory))
        named = len(countries_for(root.digest, notes))
        if path.exists():
            other = hashlib.sha256(path.read_bytes()).digest()
            if other == root.digest or len(countries_for(other, notes)) >= named:
                return False
        if not named:
            raise _unnamed(document.name)
        self._write(document)
        self.notes_alone = False
        return True

    def _take_succession(self, document: Document) -> bool:
        path = self._path / document.name
        if self._directory is None or (path.exists() and path.read_bytes() == document.octets):
            return False
        verify_succession(document.octets, document.signature, self._directory)
        self._write(document)
        self.notes_alone = False
        return True

    def _take_directory(self, document: Document) -> bool:
        newest = 0 if self._directory is None else self._directory.version
        if (version_in(document.name) or 0) <= newest:
            return False
        self._directory = verify_directory(document.octets, document.signature, self._root)
        self._write(document)
        self.notes_alone = False
        return True

    def _take_note(self, document: Document) -> bool:
        if self._directory is None or self._noted(document.name):
            return False
        found: Revocation | Recovery
        if document.name.startswith("recovery-"):
            found = verify_recovery(document.octets, document.signature, self._root)
        else:
            found = verify_revocation(
                document.octets, document.signature, self._root, self._directory
            )
        self._note(document, found)
        self._owed.append(document)
        return True

    def settle(self) -> Iterator[str]:
        """Writes the notes that count already; the name of each that is written.

        Raises DirectoryMemoryError if that fails.
        """
        while self._owed:
            self._write(self._owed[0])
            yield self._owed.pop(0).name

    @property
    def owed(self) -> tuple[Document, ...]:
        """The notes that ``settle`` writes."""
        return tuple(self._owed)

    def _take_disownment(self, document: Document) -> bool:
        """Judged anew by each directory that comes into force: its key may have to wait."""
        if (self._path / document.name).exists():
            return False
        if disownment_file(read_disownment(document.octets).party, document.octets) != (
            document.name
        ):
            raise misnamed(document.name)
        self._write(document)
        self.notes_alone = False
        return True

    def _take_objection(self, document: Document) -> bool:
        """A country says that a key under its name is not its own: told, and kept in sight."""
        directory = self._directory
        if directory is None or (self._path / document.name).exists():
            return False
        found = verify_objection(document.octets, document.signature, directory)
        named = found.directory
        if named.version > directory.version or (
            named.version == directory.version and named.digest != directory.digest
        ):
            return False  # about a directory that is not here: it comes again with that one
        if named.version <= directory.version - _OBJECTIONS_BACK:
            return False
        self.objections.append(found)
        self._write(document)
        return True

    def _take_countersignature(self, document: Document) -> bool:
        """A party says that it is there; its newest word takes the place of earlier ones."""
        directory, named = self._directory, countersigner_in(document.name)
        if directory is None or named is None or named[1] > directory.version:
            return False  # about a directory that is not here: it comes again with that one
        party, version = named
        earlier = {
            path: found[1]
            for path in self._path.glob(f"countersignature-{party}-*.xml")
            if (found := countersigner_in(path.name)) is not None
        }
        if max(earlier.values(), default=0) >= version:
            return False
        word = verify_countersignature(document.octets, document.signature, directory)
        if (word.party, word.directory.version) != named:
            raise refused("it came under another name")
        self._write(document)
        for path in earlier:
            path.unlink(missing_ok=True)
            path.with_name(f"{path.name}.sig").unlink(missing_ok=True)
        self.notes_alone = False
        return True

    def _write(self, document: Document) -> None:
        try:
            path = self._path / document.name
            replace_signed(path, document.octets, document.signature, mode=PUBLIC_MODE)
        except OSError as problem:
            raise DirectoryMemoryError(
                "A document of trust came and cannot be written.",
                place=str(self._path / document.name),
                value=problem.strerror,
                expected="a trust folder that this process may write",
                remedy="Make room or mend the rights; it comes again within half an hour.",
            ) from problem


def beacon_of(documents: Sequence[Document]) -> tuple[bytes, bytes] | None:
    """The beacon among them."""
    found = next((each for each in documents if each.name == BEACON_FILE), None)
    return None if found is None else (found.octets, found.signature)


def _unnamed(name: str) -> SuccessionError:
    return SuccessionError(
        "A root that the old officers did not sign is named by no country.",
        place=name,
        expected="a root by the old quorum, or countries that give it to themselves",
        remedy="Keep the root in use, and ask the officers by another way.",
    )
