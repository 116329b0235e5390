"""Opening: octets of an unknown sender become a proven header and its payload, or an error.

No XML parser is called here, before or after the signature: received octets are held against the
constant slices and the grammar of the one form that ``seal`` writes. The numbered checks are the
clauses of docs/spec/envelope.md, section 5. Not here: (8), the replay check, which belongs to the
transaction of the effect, and (12) to (14), parser, schema and reader, which are the payload's.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from msgspec import Struct

from gateway.envelope import limits, suite
from gateway.envelope import template as form
from gateway.envelope.body import WrappedKey, read_body
from gateway.envelope.errors import (
    DirectoryAheadError,
    EnvelopeRefusedError,
    ExpiredError,
    FutureError,
    NotForMeError,
    Reason,
)
from gateway.envelope.header import Addressee, Header, peek_header, read_header
from gateway.envelope.signature import TAIL_LENGTH, read_tail
from gateway.envelope.wrapper import unwrap
from keys import (
    Directory,
    Identity,
    KeyEntry,
    KeyState,
    Kid,
    PartyEntry,
    Suite,
    UnsealError,
    WeakKeyError,
)

_NO_TIME = timedelta(0)
_UNUSABLE = frozenset({KeyState.REVOKED, KeyState.COMPROMISED})
_OUT_OF_USE = _UNUSABLE | {KeyState.RETIRED}


class Checked(Struct, frozen=True, kw_only=True):
    """An envelope whose sender is proven. ``octets_digest`` is SHA-256 of all its octets."""

    header: Header
    octets_digest: bytes


class Opened(Struct, frozen=True, kw_only=True):
    """A proven and decrypted envelope. ``content`` is the payload element, not yet parsed.

    ``wrapper`` shows to anybody that the sender signed this content: its SHA-256 is the header's.
    """

    header: Header
    content: bytes
    wrapper: bytes
    octets_digest: bytes

    def __repr__(self) -> str:
        """Without the content, which no log may show."""
        return f"Opened(header={self.header!r}, content=<{len(self.content)} octets>)"


class _Proven(NamedTuple):
    header: Header
    keys: list[WrappedKey]
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
    kid = header.to[number].kid
    key = proven.keys[number]
    # (9) the wrapped key is bound to this header, this ephemeral key, this recipient
    if not key.bound:
        raise EnvelopeRefusedError(Reason.INFO, header=header)
    # (10) the content key, GCM
    if header.to[number].suite is Suite.HYBRID:
        content_key = _unseal(identity, kid, key, header)
    else:
        shared = _agree(identity, kid, key.spki, header)
        content_key = _unwrap_key(suite.derive(shared, key.salt, key.info), key, header)
    wrapper = _decrypt(content_key, proven)
    # (11) the plaintext is the one that the sender committed to; GCM commits to no key
    digest = suite.sha256(wrapper)
    if len(wrapper) != header.length or not hmac.compare_digest(digest, header.digest):
        raise EnvelopeRefusedError(Reason.COMMITMENT, header=header)
    content = unwrap(wrapper)
    if content is None:
        raise EnvelopeRefusedError(Reason.WRAPPER, header=header)
    return Opened(
        header=header, content=content, wrapper=wrapper, octets_digest=proven.octets_digest
    )


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
    digest64, signature64, kid = tail
    signed_digest, signature = _decode(digest64, signature64)
    # (3) an unknown or revoked key costs us one look-up, not the hash of 8 MB
    sender, key = _signer(kid, octets, directory)
    # (4) every octet but the Signature's is what the signer hashed
    state = hashlib.sha256(memoryview(octets)[:front_end])
    whole = state.copy()  # the digest of all octets, without hashing 8 MB twice
    state.update(form.ENVELOPE_END)
    if not hmac.compare_digest(state.digest(), signed_digest):
        raise EnvelopeRefusedError(Reason.DIGEST)
    # (5) and the signer is who holds the key
    try:
        suite.verify(key.public, signature, form.signed_octets(digest64))
    except suite.SuiteError:
        raise EnvelopeRefusedError(Reason.SIGNATURE) from None
    # (6) from here on the octets are authentic; a member may still have signed nonsense
    found = read_header(octets)
    if found is None:
        raise EnvelopeRefusedError(Reason.HEADER)
    header, header_octets = found
    keys, sealed = _body(octets, front_end, header, header_octets)
    # (7) the header tells the truth about its signer, and now is its time
    _judge(header, sender, key, directory, now)
    whole.update(tail_octets)
    return _Proven(header, keys, sealed, whole.digest())


def _decode(digest64: bytes, signature64: bytes) -> tuple[bytes, bytes]:
    try:
        return suite.decode64_short(digest64), suite.decode64_short(signature64)
    except suite.SuiteError:
        raise EnvelopeRefusedError(Reason.BASE64) from None


def _signer(kid: bytes, octets: bytes, directory: Directory) -> tuple[PartyEntry, KeyEntry]:
    found = directory.signer(kid.decode("latin-1"))  # beyond ASCII it is in no directory
    if found is None:
        # A key that was listed a moment ago may be newer than our directory: the message waits for
        # that one, and is judged by it. Whoever claims so falsely gains a wait in its own queue.
        claimed = peek_header(octets)
        if claimed is not None and claimed.directory_version > directory.version:
            raise DirectoryAheadError(claimed, version=directory.version, proven=False)
        raise EnvelopeRefusedError(Reason.UNKNOWN_KEY)
    if _is_unusable(found[1]) and not _is_released(octets, directory):
        raise EnvelopeRefusedError(Reason.REVOKED_KEY)
    return found


def _is_unusable(key: KeyEntry) -> bool:
    return key.state in _UNUSABLE or key.revoked_at is not None


def _is_released(octets: bytes, directory: Directory) -> bool:
    """Whether the party whose key was stolen named these very octets as its own (trust 9)."""
    return bool(directory.released) and suite.sha256(octets) in directory.released


def _body(
    octets: bytes, end: int, header: Header, header_octets: bytes
) -> tuple[list[WrappedKey], bytes]:
    start = len(form.ENVELOPE_START) + len(header_octets)
    try:
        body = read_body(octets, start, end, header_octets, header.to)
    except suite.SuiteError:
        raise EnvelopeRefusedError(Reason.BASE64) from None
    if body is None:
        raise EnvelopeRefusedError(Reason.ENCRYPTED_DATA)
    return body


def _judge(
    header: Header, sender: PartyEntry, key: KeyEntry, directory: Directory, now: datetime
) -> None:
    # From names the key that signed and the party that the directory gives it to.
    is_anew = header.sender_kid != key.kid
    if header.sender != sender.party or (is_anew and not _is_gone(header.sender_kid, sender)):
        raise EnvelopeRefusedError(Reason.SENDER)
    # A key speaks for the time in which it was valid, no matter when its octets arrive. This is
    # the rest of (3), which had to wait until Created could be believed.
    # What was signed anew, since its first key was revoked, is spoken for by a key of today.
    # A revoked one only gets here with octets that its party named as its own.
    speaks = (
        key.covers(header.created)
        if _is_unusable(key)
        else key.may_sign(now if is_anew else header.created)
    )
    if not speaks:
        raise EnvelopeRefusedError(Reason.KEY_VALIDITY, header=header)
    if len(header.to) > 1 and _names_one_twice(header.to):
        raise EnvelopeRefusedError(Reason.RECIPIENTS, header=header)
    life = header.expires - header.created
    if not _NO_TIME < life <= limits.longest_life(header.message_type):
        raise EnvelopeRefusedError(Reason.LIFETIME, header=header)
    if header.created - now > limits.CLOCK_SKEW:
        raise FutureError(header)
    if now - header.expires >= limits.CLOCK_SKEW:
        raise ExpiredError(header, now=now)
    is_ahead = header.directory_version > directory.version
    if is_ahead and header.message_type not in limits.AHEAD_TYPES:
        raise DirectoryAheadError(header, version=directory.version, proven=True)
    # Nobody who knew that a higher suite is asked for seals by a lower one.
    if directory.suite is not Suite.CLASSICAL and not all(
        directory.allows(addressee.suite, header.directory_version) for addressee in header.to
    ):
        raise EnvelopeRefusedError(Reason.SUITE, header=header)


def _is_gone(kid: str, sender: PartyEntry) -> bool:
    """Whether this was a signing key of the sender's that is revoked or retired."""
    found = (key for key in sender.keys if key.kid == kid and key.use == "sig")
    return any(key.state in _OUT_OF_USE or key.revoked_at is not None for key in found)


def _names_one_twice(to: Sequence[Addressee]) -> bool:
    parties = {addressee.party for addressee in to}
    kids = {addressee.kid for addressee in to}
    return not len(parties) == len(kids) == len(to)


def _my_place(header: Header, identity: Identity) -> int:
    if header.sender == identity.party:
        raise EnvelopeRefusedError(Reason.REFLECTED, header=header)
    for number, addressee in enumerate(header.to):
        if addressee.party == identity.party and addressee.kid in identity.encryption_kids:
            if addressee.suite is not identity.suite(addressee.kid):
                raise EnvelopeRefusedError(Reason.SUITE, header=header)
            return number
    raise NotForMeError(header, party=identity.party)


def _agree(identity: Identity, kid: str, spki: bytes, header: Header) -> bytes:
    try:
        return identity.agree(Kid(kid), spki[len(form.SPKI_X25519) :])
    except WeakKeyError:  # a small-order point; an agent that is away refuses nothing
        raise EnvelopeRefusedError(Reason.AGREEMENT, header=header) from None


def _unseal(identity: Identity, kid: str, key: WrappedKey, header: Header) -> bytes:
    try:
        return identity.unseal(Kid(kid), key.wrapped, key.info)
    except UnsealError:
        raise EnvelopeRefusedError(Reason.KEY_WRAP, header=header) from None


def _unwrap_key(wrapping: bytes, key: WrappedKey, header: Header) -> bytes:
    try:
        return suite.unwrap_key(wrapping, key.wrapped)
    except suite.SuiteError:
        raise EnvelopeRefusedError(Reason.KEY_WRAP, header=header) from None


def _decrypt(content_key: bytes, proven: _Proven) -> bytes:
    try:
        return suite.decrypt(content_key, proven.sealed)
    except suite.SuiteError:
        raise EnvelopeRefusedError(Reason.DECRYPTION, header=proven.header) from None
