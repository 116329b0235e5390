"""One line of the log for each message in, and one for each message out, after its commit.

The fields are those of docs/reference/log.md; never a payload, serial or key.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from gateway.endpoint.arrivals import Arrival
from gateway.endpoint.outgoing import Outgoing
from gateway.log import Logger

_MILLISECOND = timedelta(milliseconds=1)


class Fate(StrEnum):
    """What became of a message here."""

    APPLIED = "APPLIED"
    REFUSED = "REFUSED"
    REPEATED = "REPEATED"
    SET_ASIDE = "SET_ASIDE"


def tell_received(
    log: Logger,
    arrivals: Sequence[Arrival],
    fates: Mapping[int, Fate],
    *,
    begun: datetime,
    ended: datetime,
) -> None:
    """``message.received`` for each of ``arrivals``; ``fates`` by the arrival's ``id``."""
    for arrival in arrivals:
        header, error = arrival.header, arrival.error
        log.info(
            "message.received",
            message_id=None if header is None else header.message_id,
            peer=None if header is None else header.sender,
            type=None if header is None else header.message_type,
            lane="NONE" if header is None else header.lane,
            in_reply_to=None if header is None else header.in_reply_to,
            octets=len(arrival.octets),
            source=arrival.source,
            outcome=fates.get(id(arrival), Fate.SET_ASIDE),
            code=None if error is None else error.code,
            redelivered=arrival.delivery is not None and arrival.delivery.redelivered,
            age_ms=None if header is None else _ms(ended - header.created),
            took_ms=_ms(ended - begun),
        )


def tell_posted(log: Logger, outgoing: Outgoing) -> None:
    """``message.posted`` for each message that a transaction sealed."""
    for row in outgoing.posted:
        log.info(
            "message.posted",
            message_id=row.message_id,
            peer=row.recipient,
            type=row.message_type,
            lane=row.lane,
            in_reply_to=row.in_reply_to,
            octets=len(row.octets),
            expires=row.expires.isoformat(),
        )


def _ms(span: timedelta) -> float:
    return round(span / _MILLISECOND, 1)
