"""Tells all others of an outage of this office, and keeps what others tell of theirs.

It decides nothing about a case; whoever waits for an answer is told in the case itself.
"""

from __future__ import annotations

from gateway.endpoint import Outgoing
from gateway.frame import Frame
from gateway.ids import REGISTRY_PARTY, Lane
from gateway.payload import Availability, PurposeCode
from gateway.posting import Posting
from gateway.store import Outage, PeerOutage, Unit
from gateway.tracing import IncompleteOrderError

_TAKES_TRACES = "TRACE_REQUEST"
_TEXT_MOST = 200


def tell_others(outage: Outage, outgoing: Outgoing) -> int:
    """Announces ``outage`` to every party that traces and to the registry; to how many. One that
    ended, too."""
    frame = outgoing.frame
    notice = Availability(
        context=frame.context("AVAILABILITY", purpose=PurposeCode.CRIMINAL_INVESTIGATION),
        outage_reference=str(outage.id),
        begin_timestamp=outage.starts.replace(microsecond=0),
        end_timestamp=outage.ends.replace(microsecond=0),
        will_forward_indicator=outage.will_forward,
        reason_text=outage.reason,
    )
    names = [*outgoing.able(_TAKES_TRACES), REGISTRY_PARTY]  # the registry's clocks stand meanwhile
    others = [name for name in dict.fromkeys(names) if outgoing.may_send(name, notice)]
    for name in others:
        outgoing.post(Posting(to=name, payload=notice, lane=Lane.ROUTINE, answers=False))
    return len(others)


def heard(notice: Availability, sender: str, unit: Unit, frame: Frame) -> None:
    """Keeps what another office announced."""
    reason = notice.reason_text
    unit.outages.heard(
        PeerOutage(
            peer=sender,
            reference=notice.outage_reference,
            starts=notice.begin_timestamp,
            ends=notice.end_timestamp,
            will_forward=notice.will_forward_indicator,
            reason=None if reason is None else reason[:_TEXT_MOST],
            told=frame.now,
        )
    )


def refuse_while_away(to: str, unit: Unit, frame: Frame, *, in_spite: bool) -> None:
    """Raises ``IncompleteOrderError`` while ``to`` rejects what comes, unless ``in_spite``."""
    now = frame.now
    away = [one for one in unit.outages.of_others(now, to) if one.starts <= now]
    lost = next((one for one in away if not one.will_forward), None)
    if lost is None or in_spite:
        return
    raise IncompleteOrderError(
        f"{to} announced that it does not take up what comes now",
        place="responder_country",
        value=f"until {lost.ends:%Y-%m-%d %H:%M} UTC" + (f", {lost.reason}" if lost.reason else ""),
        expected="an office at work",
        remedy="ask another country, send it later, or in spite of that (--in-spite)",
    )
