"""Sealing: a payload becomes signed, encrypted octets for one to 300 recipients.

It reads no clock and draws no randomness of its own: both come in, but for what encapsulating to a
hybrid key needs, which the library draws itself. Whether the sender may send
such a message is not judged here. The numbered steps are those of docs/spec/envelope.md, section 4.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from datetime import timedelta

from gateway.envelope import limits, suite
from gateway.envelope import template as form
from gateway.envelope.body import hybrid_info, info_start, write_hybrid_key, write_key
from gateway.envelope.errors import EnvelopeLimitError, UnusableRecipientKeyError
from gateway.envelope.header import Draft, write_header
from gateway.envelope.signature import write_tail
from gateway.envelope.wrapper import SALT_OCTETS, wrap
from keys import Identity, Recipient, Suite


def seal(
    content: bytes,
    draft: Draft,
    *,
    by: Identity,
    to: Sequence[tuple[Recipient, int]],
    random: Callable[[int], bytes],
    commit: Callable[[bytes], None] | None = None,
    hold: Callable[[bytes], None] | None = None,
) -> bytes:
    """One envelope around ``content``, the canonical octets of one payload element.

    ``to`` holds each recipient once, with the number of this message in the pair's sequence;
    ``random(n)`` gives n octets that nobody else can know; ``commit`` is told the wrapper, which
    proves the content to whoever is shown it; ``hold`` is told the content key, with which the
    sender alone can date the message anew (``date_anew``) while it waits.
    Raises ``EnvelopeLimitError`` and ``UnusableRecipientKeyError``; ``ValueError`` for content that
    is no element and for a sequence number out of range.
    """
    _hold_limits(content, draft, to)
    wrapper = wrap(content, random(SALT_OCTETS))  # step 1
    if commit is not None:
        commit(wrapper)
    return seal_wrapper(wrapper, draft, by=by, to=to, random=random, hold=hold)


def seal_wrapper(
    wrapper: bytes,
    draft: Draft,
    *,
    by: Identity,
    to: Sequence[tuple[Recipient, int]],
    random: Callable[[int], bytes],
    hold: Callable[[bytes], None] | None,
) -> bytes:
    """Steps 2 to 10, for what is wrapped already; see ``seal``."""
    digest = suite.sha256(wrapper)  # step 2
    header = write_header(draft, by, to, digest, len(wrapper))  # step 3
    key = random(suite.KEY_OCTETS)  # step 4
    if hold is not None:
        hold(key)
    iv = random(suite.IV_OCTETS)
    sealed = suite.encrypt(key, iv, wrapper)
    front = b"".join(  # step 7
        (
            form.ENVELOPE_START,
            header,
            form.BODY_START,
            *_encrypted_keys(header, key, to, random),
            form.CONTENT_START,
            suite.encode64_short(iv),  # 12 octets end on a base64 boundary
            suite.encode64(sealed),
            form.BODY_END,
        )
    )
    state = hashlib.sha256(front)  # step 8
    state.update(form.ENVELOPE_END)
    digest64 = suite.encode64_short(state.digest())
    signature = by.sign(form.signed_octets(digest64))  # step 9
    value64, kid = suite.encode64_short(signature), by.signing_kid.encode()
    return front + write_tail(digest64, value64, kid)  # step 10


def _encrypted_keys(
    header: bytes,
    key: bytes,
    to: Sequence[tuple[Recipient, int]],
    random: Callable[[int], bytes],
) -> list[bytes]:
    secret = random(suite.KEY_OCTETS)  # step 5
    spki = form.SPKI_X25519 + suite.ephemeral(secret)
    spki64 = suite.encode64_short(spki)
    shared_info = info_start(header, spki)
    written = []
    for recipient, _ in to:  # step 6
        kid = recipient.kid.encode()
        try:
            if recipient.suite is Suite.HYBRID:
                sealed = suite.seal_key(recipient.public, key, hybrid_info(header, kid))
                written.append(write_hybrid_key(kid, sealed))
                continue
            shared = suite.agree(secret, recipient.public)
        except suite.SuiteError as error:
            raise _unusable(recipient) from error
        salt, info = random(suite.KEY_OCTETS), shared_info + kid
        wrapped = suite.wrap_key(suite.derive(shared, salt, info), key)
        written.append(write_key(kid, salt, info, spki64, wrapped))
    return written


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
    if not all(0 <= seq <= limits.MAX_SEQ for _, seq in to):
        raise ValueError(f"a sequence number is outside 0 to {limits.MAX_SEQ}")
    if len(to) > 1 and len({recipient.party for recipient, _ in to}) < len(to):
        raise EnvelopeLimitError("a party is named twice", expected="each recipient once")
    life = draft.expires - draft.created
    if not timedelta(0) < life <= limits.longest_life(draft.message_type):
        raise EnvelopeLimitError(
            f"the message would live {life}",
            expected=f"more than nothing, at most {limits.longest_life(draft.message_type)}",
        )


def _unusable(recipient: Recipient) -> UnusableRecipientKeyError:
    return UnusableRecipientKeyError(
        f"the encryption key {recipient.kid} of {recipient.party} is a small-order point",
        expected="a key that the directory would not have accepted",
    )
