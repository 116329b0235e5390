"""Keys in a directory, published or not yet, that no reader would rely on: told before they count.

It looks at the documents of a trust folder alone, as a reader would who has followed it from its
first directory on; what a process withholds that remembers more is for that to say (folder.py).
"""

from __future__ import annotations

from pathlib import Path

from keys.centre import current_root
from keys.continuity import Known, Withheld, judge
from keys.directory import Directory
from keys.errors import TrustError
from keys.publishing import read_version, versions_in
from keys.revocation import verify_recovery
from keys.root import Root

_BACK = 16
"""Directories looked back at; a key that was withheld longer ago has been an alarm as long."""


def unvouched(trust: Path, directory: Directory) -> tuple[Withheld, ...]:
    """What a reader of this folder withholds of ``directory``; TrustError.

    A recovery counts whose notice has not ended yet: it is announced, and that is what is asked.
    """
    root = current_root(trust)
    recovered = _recovered(trust, root)
    known: Known | None = None
    for version in [each for each in versions_in(trust) if each < directory.version][-_BACK:]:
        try:
            before = read_version(trust, version)
        except TrustError:
            continue  # by officers of a root that is not here
        known = judge(
            before,
            known=known,
            recovered=recovered,
            revocations=(),
            mandates_needed=root.policy.mandates,
        ).known
    return judge(
        directory,
        known=known,
        recovered=recovered,
        revocations=(),
        mandates_needed=root.policy.mandates,
    ).withheld


def _recovered(trust: Path, root: Root) -> frozenset[str]:
    found: set[str] = set()
    for path in trust.glob("recovery-*.xml"):
        try:
            signature = path.with_name(f"{path.name}.sig").read_bytes()
            found.update(verify_recovery(path.read_bytes(), signature, root).kids)
        except (OSError, TrustError):
            continue  # it does not count, and is told where it was refused
    return frozenset(found)
