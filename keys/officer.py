"""An officer's own keys: made where they stay, sealed, and the card that shows the public half.

It signs what it is given; what may be signed is reviewed in the act (acts.py).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import nacl.bindings
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA65PrivateKey
from pybase64 import b64decode, b64encode

from keys.errors import CeremonyError, EnrolmentError, QuorumError, TrustError
from keys.files import PRIVATE_MODE, PUBLIC_MODE, make_folder, read_private, write_new
from keys.markup import TRUST_NAMESPACE, attribute, child, instant, instant_text, parse, text
from keys.points import Kid
from keys.quorum import signature_valid, signed_file
from keys.root import Officer
from keys.root_document import officer_markup, read_officer
from keys.sealed import FILE_LIMIT, MODERATE, Cost, SecretKind, Secrets, open_secrets, seal_secrets
from keys.signatures import ML_DSA_65, Signature, signed_octets, write_signatures
from keys.token_file import TokenPlace

SEED_OCTETS = 32
CARD_LIMIT = 16 * 1024
OFFICER_FILE = "officer.key"
_IN_TOKEN = b'"kind":"officer-token"'


@dataclass(frozen=True, slots=True, kw_only=True)
class Signer:
    """The secret half of one officer; it signs with every key it has."""

    public: Officer
    _signing: bytes | None = field(repr=False)
    _quantum: bytes | None = field(repr=False)
    _token: Callable[[bytes], bytes] | None = field(default=None, repr=False)

    @property
    def person(self) -> str:
        """The name under which the officer acts."""
        return self.public.person

    @property
    def kid(self) -> Kid:
        """Id of the Ed25519 key."""
        return self.public.kid

    def sign(self, name: str, octets: bytes) -> tuple[Signature, ...]:
        """The signatures over a document's octets under its file name, one a key."""
        digest = hashlib.sha256(octets).digest()
        value = self.sign_note(signed_octets(name, digest))
        made = [Signature(kid=self.kid, value=value)]
        if self._quantum is not None:
            key = MLDSA65PrivateKey.from_seed_bytes(self._quantum)
            covered = signed_octets(name, digest, ML_DSA_65)
            made.append(Signature(kid=self.public.keys[1][0], value=key.sign(covered)))
        return tuple(made)

    def sign_note(self, text: bytes) -> bytes:
        """The 64-octet Ed25519 signature over a checkpoint's text (C2SP signed-note)."""
        if self._token is not None:
            return self._token(text)
        if self._signing is None:
            raise TypeError("an officer without a signing key")
        _, secret = nacl.bindings.crypto_sign_seed_keypair(self._signing)
        return nacl.bindings.crypto_sign(text, secret)[:64]


def make_signer(
    person: str, organisation: str, *, random: Callable[[int], bytes], quantum: bool
) -> Signer:
    """New keys of an officer, or of the hub's beacon, from ``random``."""
    return _signer(
        person, organisation, random(SEED_OCTETS), random(SEED_OCTETS) if quantum else None
    )


def signer_by(officer: Officer, sign: Callable[[bytes], bytes], *, quantum: bytes | None) -> Signer:
    """An officer whose Ed25519 key is held elsewhere; ``sign`` gives 64 octets."""
    return Signer(public=officer, _signing=None, _quantum=quantum, _token=sign)


def make_officer(
    home: Path,
    person: str,
    organisation: str,
    passphrase: bytes,
    *,
    now: datetime,
    random: Callable[[int], bytes],
    cost: Cost = MODERATE,
    quantum: bool = True,
    token: TokenPlace | None = None,
) -> Path:
    """Make an officer's keys in ``home`` and the card to hand over; the path of the card.

    ``officer.key`` is sealed and stays. With ``token`` the keys are made in that token, the file
    says where, and the passphrase is the PIN. Raises CeremonyError if there are keys already.
    """
    make_folder(home, private=True)
    if token is None:
        signer = make_signer(person, organisation, random=random, quantum=quantum)
        save_signer(signer, home / OFFICER_FILE, passphrase, random=random, cost=cost)
    else:
        from keys import officer_token  # noqa: PLC0415 - PKCS#11 is loaded by who uses it

        _check_free(home / OFFICER_FILE)
        octets, signer = officer_token.make_in_token(
            token, person, organisation, passphrase, random=random, quantum=quantum
        )
        write_new(home / OFFICER_FILE, octets, mode=PRIVATE_MODE)
    card = write_card(signer, created=now)
    path = home / card_file(person)
    name = path.name
    signature = write_signatures(name, hashlib.sha256(card).digest(), signer.sign(name, card))
    write_new(path.with_name(f"{name}.sig"), signature, mode=PUBLIC_MODE)
    write_new(path, card, mode=PUBLIC_MODE)
    return path


def card_file(person: str) -> str:
    """The file name of a card."""
    return f"officer-{person}.xml"


def write_card(signer: Signer, *, created: datetime) -> bytes:
    """The octets of an officer's card."""
    return (
        f'<OfficerCard xmlns="{TRUST_NAMESPACE}"><Created>{instant_text(created)}</Created>'
        f"{officer_markup(signer.public)}</OfficerCard>"
    ).encode("ascii")


def read_card(path: Path) -> Officer:
    """The officer of a card that is signed by every key it names; EnrolmentError."""
    try:
        octets = path.read_bytes()
        signature = path.with_name(f"{path.name}.sig").read_bytes()
    except OSError as problem:
        raise _card_refused(path, str(problem.strerror)) from problem
    if len(octets) > CARD_LIMIT:
        raise _card_refused(path, "it is too large to be one")
    tree = parse(
        octets, "OfficerCard", error=EnrolmentError, place=str(path), namespace=TRUST_NAMESPACE
    )
    node = child(tree, "Officer")
    if node is None:
        raise _card_refused(path, "it names no officer")
    try:
        officer = read_officer(node)
        instant(text(tree, "Created"))
        signed = signed_file(octets, signature, place=str(path))
    except (ValueError, TrustError) as problem:
        raise _card_refused(path, str(problem)) from problem
    proofs = {each.kid: each for each in signed.signatures}
    whole = (
        signed.name == card_file(attribute(node, "id"))
        and set(proofs) == {kid for kid, _ in officer.keys}
        and all(signature_valid(proofs[kid], public, signed) for kid, public in officer.keys)
    )
    if not whole:
        raise _card_refused(path, "it is not signed by every key that it names")
    return officer


def save_signer(
    signer: Signer,
    path: Path,
    passphrase: bytes,
    *,
    random: Callable[[int], bytes],
    cost: Cost = MODERATE,
) -> None:
    """Seal an officer's keys into a new file, mode 0600; CeremonyError if there is one."""
    _check_free(path)
    if signer._signing is None:  # noqa: SLF001 - the sealed file is where a secret may go
        raise TypeError("keys in a token are in no sealed file")
    secrets = {"organisation": signer.public.organisation, "sig": _text(signer._signing)}  # noqa: SLF001 - the sealed file is where a secret may go
    if signer._quantum is not None:  # noqa: SLF001 - as above
        secrets["quantum"] = _text(signer._quantum)  # noqa: SLF001 - as above
    content = Secrets(
        kind=SecretKind.OFFICER,
        owner=signer.person,
        kids=tuple(kid for kid, _ in signer.public.keys),
        octets=json.dumps(secrets).encode(),
    )
    write_new(path, seal_secrets(content, passphrase, cost=cost, random=random), mode=PRIVATE_MODE)


def _check_free(path: Path) -> None:
    if path.exists():
        raise CeremonyError(
            "There is a key already, and it is not overwritten.",
            place=str(path),
            expected="a folder without an officer's key",
            remedy="Use the key that is there, or choose another folder.",
        )


def load_signer(path: Path, passphrase: bytes) -> Signer:
    """The officer's keys in a sealed file, or in the token that the file names.

    Raises KeyFileError, PassphraseError; for a token what ``officer_token.open_in_token`` raises.
    """
    octets = read_private(path, limit=FILE_LIMIT)
    if _IN_TOKEN in octets.split(b"\n", 1)[0]:
        from keys import officer_token  # noqa: PLC0415 - PKCS#11 is loaded by who uses it

        return officer_token.open_in_token(octets, passphrase, place=str(path))
    content = open_secrets(
        octets,
        passphrase,
        kind=SecretKind.OFFICER,
        place=str(path),
    )
    secrets = json.loads(content.octets)
    quantum = secrets.get("quantum")
    signer = _signer(
        content.owner,
        secrets["organisation"],
        b64decode(secrets["sig"]),
        None if quantum is None else b64decode(quantum),
    )
    if tuple(kid for kid, _ in signer.public.keys) != content.kids:
        raise QuorumError(
            "The keys in the file are not those that its header names.",
            place=str(path),
            remedy="Do not use it; restore the file from where it is kept safe.",
        )
    return signer


def _signer(person: str, organisation: str, signing: bytes, quantum: bytes | None) -> Signer:
    public, _ = nacl.bindings.crypto_sign_seed_keypair(signing)
    second = (
        None
        if quantum is None
        else MLDSA65PrivateKey.from_seed_bytes(quantum).public_key().public_bytes_raw()
    )
    officer = Officer(person=person, organisation=organisation, signing=public, quantum=second)
    return Signer(public=officer, _signing=signing, _quantum=quantum)


def _text(octets: bytes) -> str:
    return b64encode(octets).decode("ascii")


def _card_refused(path: Path, why: str) -> EnrolmentError:
    return EnrolmentError(
        f"The officer's card is refused: {why}.",
        place=str(path),
        expected="the two files that `iarms key officer` wrote, unaltered",
        remedy="Ask the officer for both files again.",
    )
