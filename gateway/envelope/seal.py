"""Sealing: a payload becomes signed, encrypted octets for one to 300 recipients.

It draws no randomness and reads no clock of its own: both come in. Whether the sender may send
such a message is not judged here. The numbered steps are those of docs/spec/envelope.md, section 4.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from datetime import timedelta

from gateway.envelope import limits, suite
from gateway.envelope import template as form
from gateway.envelope.errors import EnvelopeLimitError, UnusableRecipientKeyError
from gateway.envelope.header import Draft, write_header
from gateway.envelope.signature import Tail, write_tail
from gateway.envelope.wrapper import SALT_OCTETS, wrap
from keys import Identity, Recipient


def seal(
    content: bytes,
    draft: Draft,
    *,
    by: Identity,
    to: Sequence[tuple[Recipient, int]],
    random: Callable[[int], bytes],
) -> bytes:
    """One envelope around ``content``, the canonical octets of one payload element.

    ``to`` holds each recipient once, with the number of this message in the pair's sequence;
    ``random(n)`` gives n octets that nobody else can know.
    Raises ``EnvelopeLimitError`` and ``UnusableRecipientKeyError``; ``ValueError`` for a draft
    whose values are outside their classes.
    """
    _hold_limits(content, draft, to)
    wrapper = wrap(content, random(SALT_OCTETS))  # step 1
    digest = suite.sha256(wrapper)  # step 2
    header = write_header(  # step 3
        draft,
        sender=by.party,
        sender_kid=by.signing_kid,
        to=[(recipient.party, recipient.kid, seq) for recipient, seq in to],
        digest=digest,
        length=len(wrapper),
    )
    key = random(suite.KEY_OCTETS)  # step 4
    iv = random(suite.IV_OCTETS)
    sealed = suite.encrypt(key, iv, wrapper)
    front = b"".join(  # step 7
        (
            form.ENVELOPE_START,
            header,
            form.BODY_START,
            *_encrypted_keys(header, key, [recipient for recipient, _ in to], random),
            form.CONTENT_START,
            suite.encode64(iv),  # 12 octets end on a base64 boundary
            suite.encode64(sealed),
            form.BODY_END,
        )
    )
    return _sign(front, by)


def _hold_limits(content: bytes, draft: Draft, to: Sequence[tuple[Recipient, int]]) -> None:
    if len(content) > limits.MAX_CONTENT_OCTETS:
        raise EnvelopeLimitError(
            f"the payload has {len(content)} octets",
            expected=f"at most {limits.MAX_CONTENT_OCTETS}: send it as several batches",
        )
    if not 1 <= len(to) <= limits.MAX_RECIPIENTS:
        raise EnvelopeLimitError(
            f"the message has {len(to)} recipients", expected=f"1 to {limits.MAX_RECIPIENTS}"
        )
    if len({recipient.party for recipient, _ in to}) < len(to):
        raise EnvelopeLimitError("a party is named twice", expected="each recipient once")
    life = draft.expires - draft.created
    longest = limits.longest_life(draft.message_type)
    if not timedelta(0) < life <= longest:
        raise EnvelopeLimitError(
            f"the message would live {life}", expected=f"more than nothing, at most {longest}"
        )


def _encrypted_keys(
    header: bytes, key: bytes, to: Sequence[Recipient], random: Callable[[int], bytes]
) -> list[bytes]:
    secret = random(suite.KEY_OCTETS)  # step 5
    spki = form.SPKI_X25519 + suite.ephemeral(secret)
    spki64 = suite.encode64(spki)
    shared_info = form.info_start(header, spki)
    shared_info64 = suite.encode64(shared_info)
    written = []
    for recipient in to:  # step 6
        salt = random(suite.KEY_OCTETS)
        kid = recipient.kid.encode("ascii")
        try:
            shared = suite.agree(secret, recipient.public)
        except suite.SuiteError as error:
            raise UnusableRecipientKeyError(
                f"the encryption key {recipient.kid} of {recipient.party} is a small-order point",
                expected="a key that the directory would not have accepted",
            ) from error
        wrapping = suite.derive(shared, salt=salt, info=shared_info + kid)
        written.append(
            form.ENCRYPTED_KEY
            % {
                b"kid": kid,
                b"salt": suite.encode64(salt),
                b"info": shared_info64 + suite.encode64(kid),
                b"spki": spki64,
                b"wrapped": suite.encode64(suite.wrap_key(wrapping, key)),
            }
        )
    return written


def _sign(front: bytes, by: Identity) -> bytes:
    envelope_without_signature = hashlib.sha256(front)  # step 8, without joining 8 MB twice
    envelope_without_signature.update(form.ENVELOPE_END)
    digest64 = suite.encode64(envelope_without_signature.digest())
    signature = by.sign(form.signed_octets(digest64))  # step 9
    tail = Tail(  # step 10
        digest64=digest64, value64=suite.encode64(signature), kid=by.signing_kid.encode("ascii")
    )
    return front + write_tail(tail)
