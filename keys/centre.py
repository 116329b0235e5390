"""The centre's trust folder: where its files lie, and the secrets of its two desks.

What everybody may have lies in the folder itself; ``private/`` (mode 0700) never leaves the
centre. It decides nothing about members (enrolment.py) and publishes nothing (publishing.py).
"""

from __future__ import annotations

import fcntl
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import nacl.bindings
from pybase64 import b64decode, b64encode

from keys.anchor import ANCHOR_FILE, TrustAnchor, load_anchor, read_anchor, write_anchor
from keys.errors import AnchorError, CeremonyError
from keys.files import (
    PRIVATE_MODE,
    PUBLIC_MODE,
    make_folder,
    read_private,
    write_new,
)
from keys.identity import Identity
from keys.markup import whole_milliseconds
from keys.sealed import (
    FILE_LIMIT,
    MODERATE,
    Cost,
    SecretKind,
    Secrets,
    open_secrets,
    seal_secrets,
)
from keys.tls import Authority, make_authority, open_authority

CENTRE = "XPO-CENTRE"
"""The name under which the centre's own secrets are sealed; it is no party."""


@dataclass(frozen=True, slots=True)
class CentreFolder:
    """Where the centre's files lie under ``root``."""

    root: Path

    @property
    def anchor(self) -> Path:
        """The public trust anchor."""
        return self.root / ANCHOR_FILE

    @property
    def authority(self) -> Path:
        """The certificate of the broker's authority."""
        return self.root / "ca.pem"

    @property
    def issued(self) -> Path:
        """The folder of client certificates that were issued."""
        return self.root / "issued"

    @property
    def private(self) -> Path:
        """What never leaves the centre."""
        return self.root / "private"

    @property
    def anchor_key(self) -> Path:
        """The sealed secret that signs directories; needed for publishing only."""
        return self.private / "anchor.key"

    @property
    def enrolment_key(self) -> Path:
        """The sealed secrets of the enrolment desk: its X25519 key and the authority's key."""
        return self.private / "enrolment.key"

    @property
    def draft(self) -> Path:
        """The next directory, not yet signed."""
        return self.private / "draft.xml"

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Lets one process at a time change the draft or publish."""
        if not self.private.is_dir():
            raise AnchorError(
                "This is not the centre's own trust folder: it has no private part.",
                place=str(self.private),
                expected="the folder that `iarms anchor init` made",
                remedy="Run the command at the centre, or make an anchor first.",
            )
        with (self.private / "lock").open("wb") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """The enrolment desk, opened: it checks requests and issues TLS certificates."""

    folder: CentreFolder
    anchor: TrustAnchor
    authority: Authority
    _secret: bytes = field(repr=False)

    def agree(self, public: bytes) -> bytes:
        """The raw X25519 secret of the desk's key and a party's; WeakKeyError for small order."""
        identity = Identity.from_secrets(
            CENTRE, signing_seed=bytes(32), encryption_secrets=[self._secret]
        )
        return identity.agree(identity.encryption_kids[0], public)


def init_anchor(
    trust: Path,
    passphrase: bytes,
    *,
    now: datetime,
    random: Callable[[int], bytes],
    cost: Cost = MODERATE,
    enrolment_passphrase: bytes | None = None,
) -> TrustAnchor:
    """Make the trust anchor, the enrolment desk and the broker's authority in the folder ``trust``.

    The desk's secrets get a passphrase of their own where one is given, so that who enrols cannot
    publish. Raises CeremonyError if there is an anchor already.
    """
    folder = CentreFolder(trust)
    for path in (folder.anchor, folder.anchor_key, folder.enrolment_key, folder.authority):
        if path.exists():
            raise CeremonyError(
                "There is a trust anchor already, and it is not overwritten.",
                place=str(path),
                expected="a folder without an anchor",
                remedy="Use the anchor that is there, or choose another folder.",
            )
    make_folder(folder.root, private=False)
    make_folder(folder.private, private=True)
    make_folder(folder.issued, private=False)
    officer = Identity.generate(CENTRE, random=random)
    authority = make_authority(now=now)
    seed, (scalar,) = officer.export_secrets()
    contents = (
        (folder.anchor_key, SecretKind.ANCHOR, officer.signing_kid, {"sig": seed}, passphrase),
        (
            folder.enrolment_key,
            SecretKind.ENROLMENT,
            officer.encryption_kids[0],
            {"enc": scalar, "tls": authority.secret_der()},
            enrolment_passphrase or passphrase,
        ),
    )
    for path, kind, kid, secrets, phrase in contents:
        content = Secrets(kind=kind, owner=CENTRE, kids=(kid,), octets=_packed(secrets))
        octets = seal_secrets(content, phrase, cost=cost, random=random)
        write_new(path, octets, mode=PRIVATE_MODE)
    octets = write_anchor(
        version=1,
        issued=whole_milliseconds(now),
        threshold=1,
        signing=(officer.signing_public,),
        enrolment=officer.encryption_public(officer.encryption_kids[0]),
    )
    write_new(folder.authority, authority.pem, mode=PUBLIC_MODE)
    write_new(folder.anchor, octets, mode=PUBLIC_MODE)
    return read_anchor(octets, place=str(folder.anchor))


def open_desk(trust: Path, passphrase: bytes) -> Desk:
    """The enrolment desk of the centre's folder; AnchorError or KeyFileError if it cannot open."""
    folder = CentreFolder(trust)
    anchor = load_anchor(folder.anchor)
    secrets = _unpacked(folder.enrolment_key, passphrase, SecretKind.ENROLMENT)
    desk = Desk(
        folder=folder,
        anchor=anchor,
        authority=open_authority(folder.authority.read_bytes(), secrets["tls"]),
        _secret=secrets["enc"],
    )
    if nacl.bindings.crypto_scalarmult_base(secrets["enc"]) != anchor.enrolment:
        raise _foreign(folder.enrolment_key)
    return desk


def open_anchor_key(trust: Path, passphrase: bytes) -> Identity:
    """The secret that signs directories, as an identity that only signs.

    Raises AnchorError if it is not the pinned anchor's, else like opening any key file.
    """
    folder = CentreFolder(trust)
    anchor = load_anchor(folder.anchor)
    secrets = _unpacked(folder.anchor_key, passphrase, SecretKind.ANCHOR)
    officer = Identity.from_secrets(CENTRE, signing_seed=secrets["sig"], encryption_secrets=())
    if anchor.public(officer.signing_kid) is None:
        raise _foreign(folder.anchor_key)
    return officer


def _packed(secrets: dict[str, bytes]) -> bytes:
    return json.dumps(
        {name: b64encode(octets).decode("ascii") for name, octets in secrets.items()}
    ).encode()


def _unpacked(path: Path, passphrase: bytes, kind: SecretKind) -> dict[str, bytes]:
    octets = read_private(path, limit=FILE_LIMIT)
    content = open_secrets(octets, passphrase, kind=kind, place=str(path))
    return {name: b64decode(value) for name, value in json.loads(content.octets).items()}


def _foreign(path: Path) -> AnchorError:
    return AnchorError(
        "This secret does not belong to the trust anchor beside it.",
        place=str(path),
        expected="the key file that was made with anchor.xml",
        remedy="Restore both files from the same ceremony.",
    )
