"""Moving an exchange to another algorithm suite: a key beside the old one, the root, the directory.

A party prepares its own part where its keys are; what the centre lays out here counts when the
officers have signed it. It seals and opens nothing.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from pybase64 import b64encode

from keys.centre import CentreFolder, current_root
from keys.directory import Directory, KeyState, PartyEntry
from keys.errors import CeremonyError, DirectoryMissingError
from keys.founding import propose_root
from keys.identity import Identity
from keys.keystore import save_identity
from keys.pending import Pending
from keys.publishing import newest_directory, read_draft, write_draft
from keys.root import Root
from keys.sealed import MODERATE, Cost
from keys.secret_half import SECRET_OCTETS
from keys.suites import Suite
from keys.vouching import endorse


def prepare_hybrid(
    old: Identity,
    file: Path,
    passphrase: bytes,
    *,
    random: Callable[[int], bytes],
    cost: Cost = MODERATE,
) -> tuple[Identity, bytes]:
    """Make a hybrid key beside the keys of ``old``, in ``file``, and the note that vouches for it.

    All other keys stay as they are and in the file. The note goes to the centre.
    """
    if old.grower is not None:
        grown = old.grower.grow(file, signing=False, hybrid=True)
    else:
        seed, scalars = old.export_secrets()
        grown = Identity.from_secrets(
            old.party,
            signing_seed=seed,
            encryption_secrets=scalars,
            hybrid_seeds=[random(SECRET_OCTETS), *old.export_hybrid()],
        )
        save_identity(grown, file, passphrase, random=random, cost=cost)
    kid = grown.newest(Suite.HYBRID)
    public = b"" if kid is None else grown.encryption_public(kid)
    voucher = endorse(old, old.party, "enc", public)
    key = {"use": "enc", "public": _text(public), "by": voucher.by, "value": _text(voucher.value)}
    return grown, json.dumps({"party": old.party, "keys": [key]}, indent=1).encode()


def allow_suites(trust: Path, suites: Iterable[Suite], *, now: datetime) -> Pending:
    """Propose root N+1 whose directories may use these suites; by the root's two thresholds.

    Raises CeremonyError for none, or where one that the directory in force uses would go.
    """
    allowed = tuple(sorted({int(each) for each in suites}))
    root, directory = current_root(trust), newest_directory(trust)
    if not allowed or (directory is not None and int(directory.suite) not in allowed):
        raise CeremonyError(
            "A root must allow the suite that the directory uses.",
            place=str(trust),
            value=" ".join(map(str, allowed)) or "none",
            expected="at least " + ("one suite" if directory is None else f"{directory.suite:d}"),
            remedy="Move the directory first: `iarms directory suite`.",
        )
    return propose_root(trust, now=now, policy=replace(root.policy, suites=allowed))


def choose_suite(trust: Path, suite: Suite, *, now: datetime) -> Directory:
    """Put into the draft by which suite messages are sealed from the next directory on.

    Raises CeremonyError where the root does not allow it, or where a party has no key for it: a
    message to that party could not be sealed any more.
    """
    folder = CentreFolder(trust)
    with folder.alone():
        base = read_draft(folder) or newest_directory(trust)
        if base is None:
            raise DirectoryMissingError(
                "There is no directory yet.", place=str(trust), remedy="Enrol parties first."
            )
        _check_allowed(current_root(trust), suite)
        without = [each.party for each in base.parties.values() if not _has_key(each, suite)]
        if without:
            raise CeremonyError(
                f"{len(without)} parties have no key that messages of suite {suite:d} could use.",
                place=str(trust),
                value=", ".join(sorted(without)),
                expected=f"an encryption key of suite {suite:d} or higher, CURRENT, of each party",
                remedy="They run `iarms key hybrid`; the desk takes their notes: `iarms key take`.",
            )
        write_draft(folder, base.parties, now=now, suite=suite)
        draft = read_draft(folder)
    if draft is None:
        raise CeremonyError("The draft was not written.", place=str(folder.draft))
    return draft


def _check_allowed(root: Root, suite: Suite) -> None:
    if int(suite) not in root.policy.suites:
        raise CeremonyError(
            "The root does not allow this suite.",
            place=f"root {root.version}",
            value=f"{suite:d}",
            expected="one of " + " ".join(map(str, root.policy.suites)),
            remedy="Let its officers allow it: `iarms anchor suites`.",
        )


def _has_key(entry: PartyEntry, suite: Suite) -> bool:
    return any(
        key.use == "enc"
        and key.state is KeyState.CURRENT
        and key.revoked_at is None
        and key.suite >= suite
        for key in entry.keys
    )


def _text(octets: bytes) -> str:
    return b64encode(octets).decode("ascii")
