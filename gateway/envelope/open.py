"""Opening: octets of an unknown sender become a proven header and its payload, or an error.

No XML parser is called here, before or after the signature: received octets are held against the
constant slices and the grammar of the one form that ``seal`` writes. The numbered checks are the
clauses of docs/spec/envelope.md, section 5. Not here: (8), the replay check, which belongs to the
transaction of the effect, and (12) to (14), parser, schema and reader, which are the payload's.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from gateway.envelope import limits, suite
from gateway.envelope import template as form
from gateway.envelope.body import Body, WrappedKey, read_body
from gateway.envelope.errors import (
    DirectoryAheadError,
    EnvelopeRefusedError,
    ExpiredError,
    NotForMeError,
    Reason,
)
from gateway.envelope.header import Header, find_header, read_header
from gateway.envelope.signature import TAIL_LENGTH, Tail, read_tail
from gateway.envelope.wrapper import unwrap
from keys import Directory, Identity, KeyEntry, KeyState, Kid, PartyEntry, TrustError

_UNUSABLE = frozenset({KeyState.REVOKED, KeyState.COMPROMISED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """An envelope whose sender is proven. ``octets_digest`` is SHA-256 of all its octets."""

    header: Header
    octets_digest: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A proven and decrypted envelope. ``content`` is the payload element, not yet parsed."""

    header: Header
    content: bytes = field(repr=False)
    octets_digest: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class _Proven:
    header: Header
    header_octets: bytes
    body: Body
    sealed: bytes
    octets_digest: bytes


def check_envelope(octets: bytes, directory: Directory, *, now: datetime) -> Checked:
    """What a router needs: (1) to (7) without a decryption key.

    Raises ``EnvelopeRefusedError``, ``ExpiredError``, ``DirectoryAheadError``.
    """
    proven = _prove(octets, directory, now)
    return Checked(header=proven.header, octets_digest=proven.octets_digest)


def open_envelope(
    octets: bytes, identity: Identity, directory: Directory, *, now: datetime
) -> Opened:
    """What a receiver needs: (1) to (7), (9) to (11).

    Raises what ``check_envelope`` raises, and ``NotForMeError``.
    """
    proven = _prove(octets, directory, now)
    header = proven.header
    number = _my_place(header, identity)
    key = proven.body.keys[number]
    # (9) the wrapped key is bound to this header, this ephemeral key, this recipient
    info = _info(proven, key, header.to[number].kid)
    # (10) X25519, HKDF, key unwrap, GCM
    wrapper = _decrypt(proven, key, info, identity, header.to[number].kid)
    # (11) the plaintext is the one that the sender committed to; GCM commits to no key
    digest = suite.sha256(wrapper)
    if len(wrapper) != header.length or not hmac.compare_digest(digest, header.digest):
        raise EnvelopeRefusedError(Reason.COMMITMENT, header=header)
    content = unwrap(wrapper)
    if content is None:
        raise EnvelopeRefusedError(Reason.WRAPPER, header=header)
    return Opened(header=header, content=content, octets_digest=proven.octets_digest)


def _prove(octets: bytes, directory: Directory, now: datetime) -> _Proven:
    # (1) before anything else is done with them: how many octets
    if not TAIL_LENGTH < len(octets) <= limits.MAX_ENVELOPE_OCTETS:
        raise EnvelopeRefusedError(Reason.SIZE)
    # (2) the envelope starts and ends as every envelope does
    front_end = len(octets) - TAIL_LENGTH
    tail_octets = octets[front_end:]
    tail = read_tail(tail_octets)
    if tail is None or not octets.startswith(form.ENVELOPE_START):
        raise EnvelopeRefusedError(Reason.TEMPLATE)
    signed_digest, signature = _slots(tail)
    # (3) an unknown or revoked key costs us one look-up, not the hash of 8 MB
    sender, key = _signer(tail, directory)
    # (4) every octet but the Signature's is what the signer hashed
    state = hashlib.sha256(memoryview(octets)[:front_end])
    whole = state.copy()  # the digest of all octets, without hashing 8 MB twice
    state.update(form.ENVELOPE_END)
    if not hmac.compare_digest(state.digest(), signed_digest):
        raise EnvelopeRefusedError(Reason.DIGEST)
    # (5) and the signer is who holds the key
    try:
        suite.verify(key.public, signature, form.signed_octets(tail.digest64))
    except suite.SuiteError:
        raise EnvelopeRefusedError(Reason.SIGNATURE) from None
    # (6) from here on the octets are authentic; a member may still have signed nonsense
    header_octets, header = _header(octets)
    body, sealed = _body(octets, len(form.ENVELOPE_START) + len(header_octets), front_end, header)
    # (7) the header tells the truth about its signer, and now is its time
    _judge(header, sender, key, directory, now)
    whole.update(tail_octets)
    return _Proven(
        header=header,
        header_octets=header_octets,
        body=body,
        sealed=sealed,
        octets_digest=whole.digest(),
    )


def _slots(tail: Tail) -> tuple[bytes, bytes]:
    try:
        return suite.decode64(tail.digest64), suite.decode64(tail.value64)
    except suite.SuiteError:
        raise EnvelopeRefusedError(Reason.BASE64) from None


def _signer(tail: Tail, directory: Directory) -> tuple[PartyEntry, KeyEntry]:
    found = directory.signer(tail.kid.decode("latin-1"))  # beyond ASCII it is in no directory
    if found is None:
        raise EnvelopeRefusedError(Reason.UNKNOWN_KEY)
    if found[1].state in _UNUSABLE or found[1].revoked_at is not None:
        raise EnvelopeRefusedError(Reason.REVOKED_KEY)
    return found


def _header(octets: bytes) -> tuple[bytes, Header]:
    found = find_header(octets)
    header = None if found is None else read_header(found)
    if found is None or header is None:
        raise EnvelopeRefusedError(Reason.HEADER)
    return found, header


def _body(octets: bytes, start: int, end: int, header: Header) -> tuple[Body, bytes]:
    body = read_body(octets, start, end, (addressee.kid for addressee in header.to))
    if body is None:
        raise EnvelopeRefusedError(Reason.ENCRYPTED_DATA)
    try:
        sealed = suite.decode64(body.sealed64)
    except suite.SuiteError:
        raise EnvelopeRefusedError(Reason.BASE64) from None
    if len(sealed) < suite.IV_OCTETS + suite.TAG_OCTETS:
        raise EnvelopeRefusedError(Reason.ENCRYPTED_DATA)
    return body, sealed


def _judge(
    header: Header, sender: PartyEntry, key: KeyEntry, directory: Directory, now: datetime
) -> None:
    # From names the key that signed and the party that the directory gives it to.
    if header.sender_kid != key.kid or header.sender != sender.party:
        raise EnvelopeRefusedError(Reason.SENDER)
    # A key speaks for the time in which it was valid, no matter when its octets arrive. This is
    # the rest of (3), which had to wait until Created could be believed.
    if not key.may_sign(header.created):
        raise EnvelopeRefusedError(Reason.KEY_VALIDITY, header=header)
    _judge_recipients(header)
    _judge_times(header, now)
    if header.directory_version > directory.version:
        raise DirectoryAheadError(header, version=directory.version)


def _judge_recipients(header: Header) -> None:
    count = len(header.to)
    if count > 1 and not (
        len({addressee.party for addressee in header.to})
        == len({addressee.kid for addressee in header.to})
        == count
    ):
        raise EnvelopeRefusedError(Reason.RECIPIENTS, header=header)


def _judge_times(header: Header, now: datetime) -> None:
    life = header.expires - header.created
    if not timedelta(0) < life <= limits.longest_life(header.message_type):
        raise EnvelopeRefusedError(Reason.LIFETIME, header=header)
    if header.created > now + limits.CLOCK_SKEW:
        raise EnvelopeRefusedError(Reason.FUTURE, header=header)
    if header.expires + limits.CLOCK_SKEW <= now:
        raise ExpiredError(header, now=now)


def _my_place(header: Header, identity: Identity) -> int:
    if header.sender == identity.party:
        raise EnvelopeRefusedError(Reason.REFLECTED, header=header)
    for number, addressee in enumerate(header.to):
        if addressee.party == identity.party and addressee.kid in identity.encryption_kids:
            return number
    raise NotForMeError(header, party=identity.party)


def _info(proven: _Proven, key: WrappedKey, kid: str) -> bytes:
    spki = suite.decode64(key.spki64)
    info = form.info_start(proven.header_octets, spki) + kid.encode("ascii")
    # The comparison of texts is one of octets: the grammar knows one base64 only. What the key is
    # derived from is the recomputed Info, never the carried one.
    if not hmac.compare_digest(suite.encode64(info), key.info64):
        raise EnvelopeRefusedError(Reason.INFO, header=proven.header)
    return info


def _decrypt(proven: _Proven, key: WrappedKey, info: bytes, identity: Identity, kid: str) -> bytes:
    header = proven.header
    ephemeral = suite.decode64(key.spki64)[len(form.SPKI_X25519) :]
    try:
        shared = identity.agree(Kid(kid), ephemeral)
    except TrustError:  # a small-order point, or a key that the store lost meanwhile
        raise EnvelopeRefusedError(Reason.AGREEMENT, header=header) from None
    wrapping = suite.derive(shared, salt=suite.decode64(key.salt64), info=info)
    try:
        content_key = suite.unwrap_key(wrapping, suite.decode64(key.wrapped64))
    except suite.SuiteError:
        raise EnvelopeRefusedError(Reason.KEY_WRAP, header=header) from None
    try:
        return suite.decrypt(content_key, proven.sealed)
    except suite.SuiteError:
        raise EnvelopeRefusedError(Reason.DECRYPTION, header=header) from None
