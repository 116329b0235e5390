"""The signed result of a certification: one JSON file and a detached signature beside it.

Ed25519 over the octets of the file (``keys.signatures``). It says who signed; whether that
signer is to be believed is for whoever compares its key id.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import ClassVar

import msgspec

from gateway.adapter import Adapter, Sampled
from gateway.certification.suite import SUITE_VERSION, Check, Outcome
from gateway.errors import GatewayError
from keys import Identity, kid_of, spki_ed25519
from keys.files import PRIVATE_MODE, read_private, write_new
from keys.signatures import Signature, holds, read_signatures, signed_octets, write_signatures

_SEED_OCTETS = 32
_SIGNATURE = ".sig.xml"
_LIMIT = 1024 * 1024


class CertificateError(GatewayError):
    """A certificate is not what it says."""

    code: ClassVar[str] = "adapter.certificate"
    answered: ClassVar[bool] = False


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One check as the file holds it."""

    name: str
    outcome: Outcome
    detail: str
    cpu_s: float


class Certificate(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What was certified, by which suite, when, with what outcome, and by whom.

    ``samples`` is the SHA-256 of the samples' names and octets; ``public_key`` the signer's raw
    Ed25519 key in hexadecimal.
    """

    adapter: str
    version: str
    suite: str
    seed: int
    samples: str
    at: datetime
    passed: bool
    checks: tuple[Line, ...]
    signer: str
    public_key: str


def local_signer(folder: Path, *, random: Callable[[int], bytes]) -> Identity:
    """The signer whose key lies in ``folder``, made at the first use, mode 0600.

    Raises ``TrustError`` where the file can be read by others.
    """
    path = folder / "certifier.key"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        write_new(path, random(_SEED_OCTETS), mode=PRIVATE_MODE)
    seed = read_private(path, limit=_SEED_OCTETS)
    return Identity.from_secrets("LOCAL", signing_seed=seed, encryption_secrets=())


def write_certificate(
    path: Path,
    adapter: Adapter,
    checks: Sequence[Check],
    signer: Identity,
    *,
    seed: int,
    now: datetime,
) -> Certificate:
    """Writes the certificate to ``path`` and its signature beside it."""
    certificate = Certificate(
        adapter=adapter.name,
        version=adapter.version,
        suite=SUITE_VERSION,
        seed=seed,
        samples=_samples_digest(adapter),
        at=now,
        passed=all(check.outcome is not Outcome.FAILED for check in checks),
        checks=tuple(
            Line(
                name=check.name,
                outcome=check.outcome,
                detail=check.detail,
                cpu_s=round(check.took.total_seconds(), 3),
            )
            for check in checks
        ),
        signer=signer.party,
        public_key=signer.signing_public.hex(),
    )
    octets = msgspec.json.format(msgspec.json.encode(certificate), indent=2) + b"\n"
    path.write_bytes(octets)
    digest = hashlib.sha256(octets).digest()
    signature = Signature(
        kid=signer.signing_kid, value=signer.sign(signed_octets(path.name, digest))
    )
    signature_path(path).write_bytes(write_signatures(path.name, digest, [signature]))
    return certificate


def _samples_digest(adapter: Adapter) -> str:
    digest = hashlib.sha256()
    for name, octets in adapter.samples() if isinstance(adapter, Sampled) else ():
        digest.update(f"{name}:{len(octets)}\n".encode() + octets)
    return digest.hexdigest()


def signature_path(path: Path) -> Path:
    """Where the signature of the certificate at ``path`` lies."""
    return path.with_name(path.name + _SIGNATURE)


def check_certificate(path: Path, *, kid: str | None = None) -> tuple[Certificate, str]:
    """The certificate at ``path`` and the id of the key that signed it.

    Raises ``CertificateError`` where a file is missing or changed, or ``kid`` is given and another.
    """
    place = str(path)
    try:
        octets, signed = path.read_bytes()[:_LIMIT], signature_path(path).read_bytes()
        certificate = msgspec.json.decode(octets, type=Certificate)
        public = bytes.fromhex(certificate.public_key)
    except (OSError, ValueError, msgspec.DecodeError) as error:
        raise CertificateError(
            f"the certificate cannot be read: {error}",
            place=place,
            expected=f"a result of `iarms adapter certify` with {path.name}{_SIGNATURE} beside it",
        ) from error
    found = read_signatures(signed)
    digest = hashlib.sha256(octets).digest()
    signer = str(kid_of(spki_ed25519(public))) if len(public) == _SEED_OCTETS else ""
    if (
        found is None
        or found.digest != digest
        or [str(each.kid) for each in found.signatures] != [signer]
        or not holds(found.signatures[0], public, name=found.name, digest=digest)
    ):
        raise CertificateError(
            "the signature does not hold: the file was changed, or is another's",
            place=place,
            expected="the file as it was signed",
            remedy="certify the adapter again",
        )
    if kid is not None and kid != signer:
        raise CertificateError(
            "somebody else signed it", place=place, value=signer, expected=f"the key {kid}"
        )
    return certificate, signer
