"""The next root where countries gave it, judged from files alone: for whoever checks old papers.

It knows no folder and no clock. A reader in service waits out its notice (succession_folder.py);
what lies in an evidence file has that behind it, and only the countries' words can be counted.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from keys.chain import root_file
from keys.directory import Directory
from keys.errors import SuccessionError, TrustError
from keys.root import Root
from keys.succession import (
    Succession,
    countries_for,
    countries_needed,
    is_succession,
    succeeding_root,
    verify_succession,
)
from keys.trusted import verify_directory, version_in


def root_given(current: Root, files: Mapping[str, bytes]) -> Root:
    """Root N+1 with its own quorum, named by two thirds of the NCBs of a directory under root N.

    ``files`` are octets by name, each signature beside its document as ``NAME.sig``. Raises
    RootError or QuorumError if the root does not hold, SuccessionError if too few countries name
    it (spec: trust 3).
    """
    name = root_file(current.version + 1)
    root = succeeding_root(current, files.get(name, b""), files.get(f"{name}.sig", b""))
    most = 0
    for directory in _directories(current, files):
        agreed = len(countries_for(root.digest, _notes(root.version, files, directory)))
        if agreed >= countries_needed(directory):
            return root
        most = max(most, agreed)
    raise SuccessionError(
        f"{most} countries name this root, which is fewer than a directory of its predecessor asks"
        " for.",
        place=name,
        value=f"SHA-256 {root.digest.hex()}",
        expected="notes of two thirds of the NCBs, and the directory that lists their keys",
        remedy="Get the files again from the node that kept them.",
    )


def _directories(current: Root, files: Mapping[str, bytes]) -> Iterator[Directory]:
    for name in sorted(files):
        if version_in(name) is None:
            continue
        try:
            yield verify_directory(files[name], files.get(f"{name}.sig", b""), current)
        except TrustError:
            continue  # of another root, or none: whoever lists directories says so


def _notes(version: int, files: Mapping[str, bytes], directory: Directory) -> Iterator[Succession]:
    for name in sorted(files):
        if not is_succession(name):
            continue
        try:
            note = verify_succession(files[name], files.get(f"{name}.sig", b""), directory)
        except TrustError:
            continue
        if note.root.version == version:
            yield note
