"""How a party comes in: it makes its keys where they stay, the centre checks and lists it.

It publishes nothing: an enrolled party is in the draft until the officers sign (publishing.py).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from keys import tls
from keys.centre import Desk
from keys.directory import (
    PARTY_PATTERN,
    KeyEntry,
    KeyState,
    PartyEntry,
    PartyKind,
    Voucher,
    usual_kind,
)
from keys.errors import CeremonyError, CertificateError, EnrolmentError
from keys.files import PRIVATE_MODE, PUBLIC_MODE, make_folder, read_private, replace, write_new
from keys.fingerprint import fingerprint, fingerprint_octets
from keys.identity import Identity
from keys.keystore import make_token_identity, save_identity
from keys.markup import whole_milliseconds
from keys.points import Use, kid_of, spki_of
from keys.publishing import newest_directory, read_draft, write_draft
from keys.request import EnrolmentRequest, read_request, request_file, write_request
from keys.root import Root
from keys.sealed import FILE_LIMIT, MODERATE, Cost
from keys.token_file import TokenPlace
from keys.trail import note_act
from keys.trusted import CLOCK_SKEW
from keys.words import check_heard

IDENTITY_FILE = "identity.key"
BROKER_FOLDER = "broker"
CLIENT_KEY_FILE = "client-key.pem"
NEXT_CLIENT_KEY_FILE = "next-client-key.pem"
CLIENT_FILE = "client.pem"
AUTHORITY_FILE = "ca.pem"
SERVER_KEY_FILE = "server-key.pem"
SERVER_FILE = "server.pem"

_IN_USE = frozenset({KeyState.CURRENT, KeyState.RETIRING})
_CODE = re.compile(r"[A-Z][A-Z0-9_]{0,47}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Requested:
    """What ``make_request`` made: the public file to hand over, and what to read aloud."""

    request: Path
    fingerprint: str
    identity: Identity


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrolled:
    """What ``enrol`` did: the entry in the draft, the TLS certificate, what to compare.

    ``changed`` is false where the party was listed like this before.
    """

    entry: PartyEntry
    fingerprint: str
    certificate: bytes
    changed: bool


def make_request(
    home: Path,
    party: str,
    passphrase: bytes,
    *,
    anchor: Root,
    now: datetime,
    random: Callable[[int], bytes],
    cost: Cost = MODERATE,
    token: TokenPlace | None = None,
) -> Requested:
    """Make a party's keys in its home folder and the request that asks for its enrolment.

    With ``token`` they are made there, and ``passphrase`` is its PIN. Written: ``identity.key``
    (sealed, or naming the keys in the token), ``broker/client-key.pem`` (mode 0600, unencrypted),
    and ``request-PARTY.xml`` with ``.sig``, which alone are to be handed over. Raises CeremonyError
    if there are keys already.
    """
    if PARTY_PATTERN.fullmatch(party) is None:
        raise EnrolmentError(
            "This is no party id.",
            value=party,
            expected="three letters, a hyphen, 1 to 20 letters or digits, such as FRA-NCB",
            remedy="Use the id that the centre gave.",
        )
    make_folder(home, private=True)
    file = home / IDENTITY_FILE
    _refuse_existing(file)
    if token is None:
        identity = Identity.generate(party, random=random)
        csr = make_tls_request(home, party)
        save_identity(identity, file, passphrase, random=random, cost=cost)
    else:  # the token first: a wrong PIN shall leave nothing behind
        identity = make_token_identity(token, file, party, passphrase, random=random)
        csr = make_tls_request(home, party)
    octets, signature = write_request(
        identity, anchor, tls_request=csr, created=whole_milliseconds(now)
    )
    path = home / request_file(party)
    replace(path.with_name(f"{path.name}.sig"), signature, mode=PUBLIC_MODE)
    replace(path, octets, mode=PUBLIC_MODE)
    public = identity.encryption_public(identity.encryption_kids[0])
    return Requested(
        request=path,
        fingerprint=fingerprint(party, identity.signing_public, public),
        identity=identity,
    )


def make_tls_request(home: Path, name: str) -> bytes:
    """Make a TLS key in ``home/broker`` and return its certificate request (PKCS#10, DER).

    Parties get theirs with ``make_request``; alone it serves a broker user without message keys,
    such as the relay.
    """
    make_folder(home / BROKER_FOLDER, private=True)
    path = home / BROKER_FOLDER / CLIENT_KEY_FILE
    _refuse_existing(path)
    key = tls.make_key()
    csr = tls.request_der(key, name=name)
    write_new(path, tls.key_pem(key), mode=PRIVATE_MODE)
    return csr


def renew_tls_request(home: Path, name: str) -> bytes:
    """Make the next TLS key beside the one in use and return its request (PKCS#10, DER).

    Asked again it gives the request of the key that waits. The line goes on by the old one until
    ``install_client`` puts the new certificate in its place.
    """
    folder = home / BROKER_FOLDER
    path = folder / NEXT_CLIENT_KEY_FILE
    if not (folder / CLIENT_KEY_FILE).exists():
        raise CeremonyError(
            "There is no TLS key to renew.",
            place=str(folder / CLIENT_KEY_FILE),
            expected="the home folder of a party or broker user",
            remedy="Make the first one: `iarms party request` or `iarms anchor user`.",
        )
    if path.exists():
        return tls.request_der(tls.read_key(read_private(path, limit=FILE_LIMIT)), name=name)
    key = tls.make_key()
    write_new(path, tls.key_pem(key), mode=PRIVATE_MODE)
    return tls.request_der(key, name=name)


def check_request(desk: Desk, request: Path) -> EnrolmentRequest:
    """The request in a file and its ``.sig``, once every proof in it holds; EnrolmentError."""
    try:
        octets = request.read_bytes()
        signature = request.with_name(f"{request.name}.sig").read_bytes()
    except OSError as problem:
        raise EnrolmentError(
            "The request or its signature file cannot be read.",
            place=str(problem.filename),
            value=problem.strerror,
            expected="both files that `iarms party request` wrote, side by side",
            remedy="Ask the party for both files.",
        ) from problem
    read = read_request(octets, signature, desk.anchor, agree=desk.agree, place=str(request))
    tls.check_request(read.tls_request, name=read.party)
    return read


def enrol(
    desk: Desk,
    request: EnrolmentRequest,
    *,
    sends: Collection[str],
    now: datetime,
    kind: PartyKind | None = None,
    name: str | None = None,
    heard: str | None = None,
    key_life: timedelta | None = None,
    mandate: Voucher | None = None,
) -> Enrolled:
    """Put a party into the draft of the directory and issue its TLS certificate.

    ``sends`` are the message type codes it may send; ``heard`` is the fingerprint that the party
    read aloud, in words or hex groups: another one refuses the request (EnrolmentError);
    ``key_life`` ends the keys' validity that long after ``now``. A party that is listed with other
    keys is refused too (CeremonyError); with the same keys its entry is brought up to date.
    """
    if heard is not None:
        octets = fingerprint_octets(request.party, request.signing, request.encryption)
        check_heard(heard, octets, place=request.party)
    until = None if key_life is None else whole_milliseconds(now + key_life)
    entry = entry_of(
        request, sends=sends, kind=kind, name=name, now=now, until=until, mandate=mandate
    )
    with desk.folder.alone():
        entry, parties = drafted(desk, entry)
        changed = parties.get(entry.party) != entry
        if changed:
            parties[entry.party] = entry
            write_draft(desk.folder, parties, now=now)
            note_act(desk.folder, "enrol", party=entry.party, sends=sorted(entry.sends))
        certificate = _certificate(desk, request.tls_request, name=entry.party, now=now)
    return Enrolled(
        entry=entry, fingerprint=request.fingerprint, certificate=certificate, changed=changed
    )


def drafted(desk: Desk, entry: PartyEntry) -> tuple[PartyEntry, dict[str, PartyEntry]]:
    """The entry as it would stand in the draft, and who stands there now; nothing is written.

    Keys that are listed already keep the times that they are listed with. Raises CeremonyError
    where the party is listed with other keys.
    """
    base = read_draft(desk.folder) or newest_directory(desk.folder.root)
    parties = {} if base is None else dict(base.parties)
    listed = parties.get(entry.party)
    return (entry if listed is None else _continued(listed, entry)), parties


def certify(desk: Desk, request: EnrolmentRequest, *, now: datetime) -> bytes:
    """The TLS certificate (PEM) of a party whose published keys made this request.

    For the certificate's renewal, and after a recovery. Raises CeremonyError where the newest
    directory does not list both keys of the request as in use: the desk alone opens no line.
    """
    newest = newest_directory(desk.folder.root)
    entry = None if newest is None else newest.parties.get(request.party)
    listed = {key.kid for key in entry.keys if key.state in _IN_USE} if entry is not None else set()
    asked = {
        kid_of(spki_of("sig", request.signing)),
        kid_of(spki_of("enc", request.encryption)),
    }
    if not asked <= listed:
        raise CeremonyError(
            "The directory does not list the keys that made this request.",
            place=request.party,
            value=", ".join(sorted(asked - listed)),
            expected="a request by the party's keys in use",
            remedy="A party is enrolled, rotated or recovered first; then its certificate is due.",
        )
    with desk.folder.alone():
        certificate = _certificate(desk, request.tls_request, name=request.party, now=now)
    note_act(desk.folder, "certify", party=request.party)
    return certificate


def renew_request(home: Path, identity: Identity, *, anchor: Root, now: datetime) -> Path:
    """The request for the certificate of the next TLS key, signed by the party's keys in use.

    ``certify`` answers it at the centre and ``install_client`` puts the answer in its place; the
    line goes on by the old key until then.
    """
    csr = renew_tls_request(home, identity.party)
    octets, signature = write_request(
        identity, anchor, tls_request=csr, created=whole_milliseconds(now)
    )
    path = home / request_file(identity.party)
    replace(path.with_name(f"{path.name}.sig"), signature, mode=PUBLIC_MODE)
    replace(path, octets, mode=PUBLIC_MODE)
    return path


def issue_client(desk: Desk, tls_request: bytes, *, name: str, now: datetime) -> bytes:
    """Issue a client certificate (PEM) to a broker user that is no party, such as the relay."""
    with desk.folder.alone():
        return _certificate(desk, tls_request, name=name, now=now)


def issue_server(
    desk: Desk, folder: Path, *, now: datetime, names: Sequence[str] = tls.SERVER_NAMES
) -> None:
    """Make the broker's own TLS key and certificate in ``folder``, with the authority's beside.

    Run where the broker stays. Raises CeremonyError if there is a key already.
    """
    make_folder(folder, private=True)
    _refuse_existing(folder / SERVER_KEY_FILE)
    key = tls.make_key()
    certificate = tls.issue_server(desk.authority, key.public_key(), names=names, now=now)
    replace(folder / AUTHORITY_FILE, desk.authority.pem, mode=PUBLIC_MODE)
    replace(folder / SERVER_FILE, certificate, mode=PUBLIC_MODE)
    write_new(folder / SERVER_KEY_FILE, tls.key_pem(key), mode=PRIVATE_MODE)


def install_client(home: Path, certificate: bytes, authority: bytes) -> None:
    """Put an issued client certificate and the authority's (both PEM) where the process looks.

    Raises CertificateError if the certificate is not for the key in ``home/broker`` or not from
    this authority.
    """
    folder = home / BROKER_FOLDER
    fresh = folder / NEXT_CLIENT_KEY_FILE
    source = fresh if fresh.exists() else folder / CLIENT_KEY_FILE
    key = read_private(source, limit=FILE_LIMIT)
    try:
        tls.check_issued(certificate, key_pem=key, authority_pem=authority)
    except CertificateError:
        if source != fresh:
            raise
        source = folder / CLIENT_KEY_FILE  # the certificate in use, installed again
        key = read_private(source, limit=FILE_LIMIT)
        tls.check_issued(certificate, key_pem=key, authority_pem=authority)
    make_folder(folder, private=True)
    replace(folder / AUTHORITY_FILE, authority, mode=PUBLIC_MODE)
    # Between both files a process that connects is refused, and tries again within a second.
    replace(folder / CLIENT_FILE, certificate, mode=PUBLIC_MODE)
    if source == fresh:
        replace(folder / CLIENT_KEY_FILE, key, mode=PRIVATE_MODE)
        fresh.unlink()


def entry_of(
    request: EnrolmentRequest,
    *,
    sends: Collection[str],
    kind: PartyKind | None,
    name: str | None,
    now: datetime,
    until: datetime | None = None,
    mandate: Voucher | None = None,
) -> PartyEntry:
    """The entry that a request asks for; nobody is listed by it yet.

    Raises EnrolmentError for a kind that a party of this name cannot be, or what is no code.
    """
    wrong = sorted(code for code in sends if _CODE.fullmatch(code) is None)
    if wrong:
        raise EnrolmentError(
            "This is no message type code.",
            value=", ".join(wrong),
            expected="codes such as SEARCH_REQUEST",
            remedy="See `iarms schema explain MessageTypeCode` for the codes.",
        )
    right = usual_kind(request.party)
    if kind not in {None, PartyKind.AGENCY, right}:
        raise EnrolmentError(
            f"{request.party} cannot be of the kind {kind}: nobody would rely on it.",
            place=request.party,
            value=str(kind),
            expected=f"{right}, by its name",
            remedy="A country has one NCB, which is named for it (FRA-NCB); others are agencies,"
            " with a mandate of their NCB.",
        )
    publics: tuple[tuple[Use, bytes], ...] = (
        ("enc", request.encryption),
        ("sig", request.signing),
    )
    return PartyEntry(
        party=request.party,
        country=request.party[:3],
        kind=kind or usual_kind(request.party),
        name=name,
        sends=frozenset(sends),
        keys=tuple(
            KeyEntry(
                kid=kid_of(spki_of(use, public)),
                use=use,
                public=public,
                state=KeyState.CURRENT,
                # a party whose clock is a little behind may write at once
                valid_from=whole_milliseconds(now - CLOCK_SKEW),
                valid_until=until,
                revoked_at=None,
            )
            for use, public in publics
        ),
        mandate=mandate,
    )


def _continued(listed: PartyEntry, entry: PartyEntry) -> PartyEntry:
    """The new entry with the keys as they are listed, which must be the same keys."""
    if {key.kid for key in listed.keys} != {key.kid for key in entry.keys}:
        raise CeremonyError(
            f"{entry.party} is listed with other keys.",
            place=entry.party,
            value=", ".join(sorted(key.kid for key in entry.keys)),
            expected=", ".join(sorted(key.kid for key in listed.keys)),
            remedy="New keys for an enrolled party need a rotation or a recovery, no enrolment.",
        )
    return PartyEntry(
        party=entry.party,
        country=entry.country,
        kind=entry.kind,
        name=entry.name,
        sends=entry.sends,
        keys=listed.keys,
        mandate=entry.mandate,
    )


def _certificate(desk: Desk, tls_request: bytes, *, name: str, now: datetime) -> bytes:
    """The certificate for this request: the one issued before for the same key, or a new one."""
    key = tls.check_request(tls_request, name=name)
    path = desk.folder.issued / f"{name}.pem"
    if path.exists() and tls.certifies(issued := path.read_bytes(), key, at=now):
        return issued
    certificate = tls.issue_client(desk.authority, key, name=name, now=now)
    replace(path, certificate, mode=PUBLIC_MODE)
    return certificate


def _refuse_existing(path: Path) -> None:
    if path.exists():
        raise CeremonyError(
            "There is a key already, and it is not overwritten.",
            place=str(path),
            expected="a home folder without keys",
            remedy="Use the keys that are there, or choose another folder.",
        )
