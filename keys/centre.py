"""The centre's trust folder: where its files lie, and the secrets of its enrolment desk.

What everybody may have lies in the folder itself; ``private/`` (mode 0700) never leaves the
centre. The officers' own keys never lie here. It decides nothing about members (enrolment.py) and
publishes nothing (publishing.py).
"""

from __future__ import annotations

import fcntl
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import nacl.bindings
from pybase64 import b64decode, b64encode

from keys.anchor import ANCHOR_FILE, load_anchor
from keys.errors import AnchorError
from keys.files import PRIVATE_MODE, read_private, write_new
from keys.identity import Identity
from keys.root import Root
from keys.root_folder import RootFolder
from keys.sealed import FILE_LIMIT, Cost, SecretKind, Secrets, open_secrets, seal_secrets
from keys.succession_folder import countries_agreed
from keys.tls import Authority, open_authority

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
    def enrolment_key(self) -> Path:
        """The sealed secrets of the enrolment desk: its X25519 key and the authority's key."""
        return self.private / "enrolment.key"

    @property
    def draft(self) -> Path:
        """The members of the next directory, while they are gathered."""
        return self.private / "draft.xml"

    @property
    def pending(self) -> Path:
        """Documents that wait for signatures."""
        return self.private / "pending"

    @property
    def trail(self) -> Path:
        """Who did what, when and why: one line of JSON an act."""
        return self.private / "acts.jsonl"

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
    anchor: Root
    authority: Authority
    _secret: bytes = field(repr=False)

    def agree(self, public: bytes) -> bytes:
        """The raw X25519 secret of the desk's key and a party's; WeakKeyError for small order."""
        identity = Identity.from_secrets(
            CENTRE, signing_seed=bytes(32), encryption_secrets=[self._secret]
        )
        return identity.agree(identity.encryption_kids[0], public)


def current_root(trust: Path) -> Root:
    """The newest root in a folder that follows its pinned one; RootError if one does not."""
    roots = RootFolder(
        trust,
        load_anchor(CentreFolder(trust).anchor),
        by_countries=lambda root, octets: countries_agreed(trust, root, octets),
    )
    newest = roots.look()
    if roots.refused is not None:
        raise roots.refused
    return newest


def seal_desk(
    folder: CentreFolder,
    passphrase: bytes,
    *,
    desk: Identity,
    authority: Authority,
    cost: Cost,
    random: Callable[[int], bytes],
) -> None:
    """Write the desk's secrets, sealed; CeremonyError if there are some already."""
    _, (scalar,) = desk.export_secrets()
    content = Secrets(
        kind=SecretKind.ENROLMENT,
        owner=CENTRE,
        kids=(desk.encryption_kids[0],),
        octets=_packed({"enc": scalar, "tls": authority.secret_der()}),
    )
    octets = seal_secrets(content, passphrase, cost=cost, random=random)
    write_new(folder.enrolment_key, octets, mode=PRIVATE_MODE)


def open_desk(trust: Path, passphrase: bytes) -> Desk:
    """The enrolment desk of the centre's folder; AnchorError or KeyFileError if it cannot open."""
    folder = CentreFolder(trust)
    anchor = load_anchor(folder.anchor)
    root = current_root(trust)
    secrets = _unpacked(folder.enrolment_key, passphrase, SecretKind.ENROLMENT)
    desk = Desk(
        folder=folder,
        anchor=anchor,
        authority=open_authority(folder.authority.read_bytes(), secrets["tls"]),
        _secret=secrets["enc"],
    )
    if nacl.bindings.crypto_scalarmult_base(secrets["enc"]) != root.enrolment:
        raise _foreign(folder.enrolment_key)
    return desk


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
