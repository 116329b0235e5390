"""A party's identity in its sealed file.

It does not know the sealed format (sealed.py) nor how files are kept safe (files.py).
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from pybase64 import b64decode, b64encode

from keys.errors import KeyFileError
from keys.files import PRIVATE_MODE, read_private, write_new
from keys.identity import Identity
from keys.sealed import (
    FILE_LIMIT,
    MODERATE,
    Cost,
    SecretKind,
    Secrets,
    open_secrets,
    seal_secrets,
)


def save_identity(
    identity: Identity,
    path: Path,
    passphrase: bytes,
    *,
    random: Callable[[int], bytes],
    cost: Cost = MODERATE,
) -> None:
    """Seal an identity into a new file, mode 0600.

    Raises CeremonyError if there is a file already.
    """
    seed, scalars = identity.export_secrets()
    facts: dict[str, object] = {
        "enc": [b64encode(scalar).decode("ascii") for scalar in scalars],
        "sig": b64encode(seed).decode("ascii"),
    }
    hybrids = identity.export_hybrid()
    if hybrids:
        facts["hyb"] = [b64encode(each).decode("ascii") for each in hybrids]
    octets = json.dumps(facts).encode()
    content = Secrets(
        kind=SecretKind.IDENTITY,
        owner=identity.party,
        kids=(identity.signing_kid, *identity.encryption_kids),
        octets=octets,
    )
    write_new(path, seal_secrets(content, passphrase, cost=cost, random=random), mode=PRIVATE_MODE)


def load_identity(path: Path, passphrase: bytes) -> Identity:
    """The identity in a sealed file.

    Raises KeyFileModeError, KeyFileCostError, PassphraseError or KeyFileError.
    """
    content = open_secrets(
        read_private(path, limit=FILE_LIMIT),
        passphrase,
        kind=SecretKind.IDENTITY,
        place=str(path),
    )
    secrets = json.loads(content.octets)
    identity = Identity.from_secrets(
        content.owner,
        signing_seed=b64decode(secrets["sig"]),
        encryption_secrets=[b64decode(scalar) for scalar in secrets["enc"]],
        hybrid_seeds=[b64decode(each) for each in secrets.get("hyb", ())],
    )
    if (identity.signing_kid, *identity.encryption_kids) != content.kids:
        raise KeyFileError(
            "The keys in the file are not those that its header names.",
            place=str(path),
            remedy="Do not use it; enrol again with new keys.",
        )
    return identity
