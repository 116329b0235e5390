"""A party's identity by its key file: a sealed one, or one that names keys in a token.

It does not know the sealed format (sealed.py), what a token does (token.py), nor how files are kept
safe (files.py).
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
from keys.token_file import TokenPlace, is_token_file, read_token_file, write_token_file


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
        kids=identity.kids,
        octets=octets,
    )
    write_new(path, seal_secrets(content, passphrase, cost=cost, random=random), mode=PRIVATE_MODE)


def make_token_identity(
    place: TokenPlace,
    path: Path,
    party: str,
    pin: bytes,
    *,
    random: Callable[[int], bytes],
) -> Identity:
    """Make a party's keys in a token, and the new key file that names them.

    Raises CeremonyError if there is a file already, or a TokenError.
    """
    from keys.token import make_in_token  # noqa: PLC0415 - most machines have no token

    content, identity = make_in_token(place, party, pin, random=random)
    write_new(path, write_token_file(content), mode=PRIVATE_MODE)
    return identity


def load_identity(path: Path, passphrase: bytes) -> Identity:
    """The identity of a key file; for one in a token ``passphrase`` is the token's PIN.

    Raises KeyFileModeError, KeyFileCostError, PassphraseError or KeyFileError, or a TokenError.
    """
    octets = read_private(path, limit=FILE_LIMIT)
    if is_token_file(octets):
        from keys.token import open_in_token  # noqa: PLC0415 - most machines have no token

        return open_in_token(read_token_file(octets, place=str(path)), passphrase)
    content = open_secrets(
        octets,
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
    if identity.kids != content.kids:
        raise KeyFileError(
            "The keys in the file are not those that its header names.",
            place=str(path),
            remedy="Do not use it; enrol again with new keys.",
        )
    return identity
