"""Whose keys were whose, by the papers in an evidence file: anchor, roots, directories, notes.

Every paper has to be proven by those before it; it believes nothing that is merely there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gateway.node.evidence_flaws import Broken, Flaw
from keys import (
    Directory,
    Root,
    TrustError,
    directory_file,
    next_root,
    read_anchor,
    root_given,
    succession_file,
    verify_directory,
    verify_succession,
)

_FOLDER = "trust/"


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyHistory:
    """Directories that the officers of the anchor, and of the roots after it, signed."""

    directories: tuple[Directory, ...]

    def used_by(self, version: int) -> Directory | None:
        """The directory that a sender at ``version`` used, where it is here.

        By a later one a key that was withdrawn since did sign no more; so the first that may be.
        """
        able = [one for one in self.directories if one.version >= version]
        last = self.directories[-1] if self.directories else None
        return able[0] if able else last


def key_history(
    files: Mapping[str, bytes], anchor: bytes | None, broken: list[Broken]
) -> KeyHistory:
    """The key history in ``files``; adds to ``broken`` every paper that nothing proves."""
    trust = {n.removeprefix(_FOLDER): o for n, o in files.items() if n.startswith(_FOLDER)}
    used: set[str] = set()
    roots = _roots(trust, anchor, used, broken)
    directories = _directories(trust, roots, used, broken)
    _notes(trust, directories, used)
    for name in sorted(set(trust) - used):
        text = "nothing that is proven here proves it"
        broken.append(Broken(flaw=Flaw.KEYS, place=_FOLDER + name, text=text))
    return KeyHistory(directories=tuple(directories))


def _roots(
    trust: Mapping[str, bytes], anchor: bytes | None, used: set[str], broken: list[Broken]
) -> list[Root]:
    own = trust.get("anchor.xml")
    used.add("anchor.xml")
    try:
        if own is None:
            raise _absent()
        roots = [read_anchor(own)]
        pinned = None if anchor is None else read_anchor(anchor)
    except TrustError as error:
        broken.append(Broken(flaw=Flaw.ANCHOR, place="trust/anchor.xml", text=str(error)))
        return []
    while (name := f"root-{roots[-1].version + 1}.xml") in trust:
        used |= {name, f"{name}.sig"}
        try:
            roots.append(_next(roots[-1], name, trust))
        except TrustError as error:
            broken.append(Broken(flaw=Flaw.KEYS, place=_FOLDER + name, text=str(error)))
            break
    if pinned is not None and pinned.digest not in {root.digest for root in roots}:
        text = "the anchor that you pinned is none of the roots in this file"
        broken.append(Broken(flaw=Flaw.ANCHOR, place="trust/anchor.xml", text=text))
        return []
    return roots


def _next(current: Root, name: str, trust: Mapping[str, bytes]) -> Root:
    """By the officers of both roots; else by the countries, whose notes lie beside (trust 3)."""
    try:
        return next_root(current, trust[name], trust.get(f"{name}.sig", b""))
    except TrustError as by_officers:
        if not any(one.startswith("succession-") for one in trust):
            raise
        try:
            return root_given(current, trust)
        except TrustError as by_countries:
            raise by_countries from by_officers


def _directories(
    trust: Mapping[str, bytes], roots: Sequence[Root], used: set[str], broken: list[Broken]
) -> list[Directory]:
    found = []
    for name in sorted(trust):
        if not name.startswith("directory-") or not name.endswith(".xml"):
            continue
        used |= {name, f"{name}.sig"}
        directory = _directory(trust[name], trust.get(f"{name}.sig", b""), roots)
        if directory is None or directory_file(directory.version) != name:
            text = "it is not signed, under this name, by the officers of the trust anchor"
            broken.append(Broken(flaw=Flaw.KEYS, place=_FOLDER + name, text=text))
        else:
            found.append(directory)
    return sorted(found, key=lambda one: one.version)


def _directory(octets: bytes, signature: bytes, roots: Sequence[Root]) -> Directory | None:
    for root in reversed(roots):
        try:
            return verify_directory(octets, signature, root)
        except TrustError:
            continue
    return None


def _notes(trust: Mapping[str, bytes], directories: Sequence[Directory], used: set[str]) -> None:
    for name in trust:
        if not name.startswith("succession-") or not name.endswith(".xml"):
            continue
        for directory in directories:
            try:
                note = verify_succession(trust[name], trust.get(f"{name}.sig", b""), directory)
            except TrustError:
                continue
            if name == succession_file(note.party, note.root.version):
                used |= {name, f"{name}.sig"}
                break


def _absent() -> TrustError:
    return TrustError("there is none")
