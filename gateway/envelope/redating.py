"""Sealing a message of ours anew under the same id, with another date and for the keys of now.

For what a sender made while its clock was ahead, and nobody could take. It opens nothing that
somebody else sealed, and asks nobody whether the message had come.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable
from datetime import datetime

from gateway.envelope import suite
from gateway.envelope import template as form
from gateway.envelope.body import read_body
from gateway.envelope.header import Draft, Header, read_header
from gateway.envelope.sealing import seal_wrapper
from gateway.envelope.signature import TAIL_LENGTH
from keys import Identity, Recipient


def date_anew(
    octets: bytes,
    *,
    content_key: bytes,
    created: datetime,
    directory_version: int,
    by: Identity,
    to: Recipient,
    random: Callable[[int], bytes],
) -> tuple[bytes, bytes]:
    """The same id, number, kind, content and length of life, made at ``created``; and its new key.

    Everything that must be drawn afresh is (docs/spec/envelope.md 4); what the header says of the
    content, and so what proves it, stays as it was. ``ValueError`` for what is no envelope of ours
    to one recipient, or for another ``content_key``.
    """
    found = read_header(octets)
    if found is None or len(found[0].to) != 1:
        raise ValueError("no envelope to one recipient")
    header, header_octets = found
    wrapper = _own_wrapper(octets, header, header_octets, content_key)
    if not hmac.compare_digest(suite.sha256(wrapper), header.digest):
        raise ValueError("the content is not the one that was sealed")
    kept: list[bytes] = []
    fresh = seal_wrapper(
        wrapper,
        Draft(
            message_id=header.message_id,
            message_type=header.message_type,
            created=created,
            expires=created + (header.expires - header.created),
            lane=header.lane,
            in_reply_to=header.in_reply_to,
            directory_version=directory_version,
            schema=header.schema,
        ),
        by=by,
        to=[(to, header.to[0].seq)],
        random=random,
        hold=kept.append,
    )
    return fresh, kept[0]


def _own_wrapper(octets: bytes, header: Header, header_octets: bytes, content_key: bytes) -> bytes:
    start = len(form.ENVELOPE_START) + len(header_octets)
    end = len(octets) - TAIL_LENGTH
    try:
        body = read_body(octets, start, end, header_octets, header.to)
        if body is None:
            raise ValueError("no envelope of this form")
        return suite.decrypt(content_key, body[1])
    except suite.SuiteError as error:
        raise ValueError("not sealed with this key") from error
