"""Defects of what leaves: tries, windows, numbers, lanes, ends.

Each is put over production code in this process and taken away again; it is found elsewhere.
"""

# ruff: noqa: SLF001 - it is their purpose to break what nobody else may touch
from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from importlib import import_module
from typing import Any

from gateway.simulation.soil import Defect, Original, Soil, nothing


def _dropped_on_confirm(soil: Soil) -> None:
    def make(original: Original) -> Original:
        def outcome(self: Any, event: Any, now: Any) -> None:
            if event.token in self._in_flight:
                self._in_flight[event.token] = True
            original(self, event, now)

        return outcome

    def make_confirmed(_: Original) -> Original:
        def confirmed(self: Any, message_ids: Any) -> None:
            for message_id in message_ids:
                type(self).settle_all(self, message_id)

        return confirmed

    soil.over("endpoint.departures:Departures.outcome", make)
    soil.over("store.outbox:Outbox.confirmed", make_confirmed)


def _never_resent(soil: Soil) -> None:
    soil.over("endpoint.departures:Departures.resend", lambda _: nothing)


def _new_line_hurries_nothing(soil: Soil) -> None:
    soil.over("store.outbox:Outbox.hurry_all", lambda _: nothing)


def _waits_ever_longer(soil: Soil) -> None:
    def make(_: Original) -> Original:
        return lambda self, row: self.first_wait * 4 ** (row.attempts + 1)

    soil.over("endpoint.departures:Departures._delay", make)


def _timer_never_fires(soil: Soil) -> None:
    soil.over("endpoint.departures:Departures._sooner", lambda _: nothing)


def _nack_ignored(soil: Soil) -> None:
    def make(original: Original) -> Original:
        def outcome(self: Any, event: Any, now: Any) -> None:
            if hasattr(event, "reason"):
                return
            original(self, event, now)

        return outcome

    soil.over("endpoint.departures:Departures.outcome", make)


def _sealed_anew(octets: bytes, outgoing: Any, posting: Any, in_reply_to: Any) -> bytes:
    envelope, payload = import_module("gateway.envelope"), import_module("gateway.payload")
    header = envelope.peek_header(octets)
    draft = envelope.Draft(
        message_id=outgoing.frame.ids.message_id(),
        message_type=header.message_type,
        created=header.created,
        expires=header.expires,
        lane=header.lane,
        in_reply_to=in_reply_to,
        directory_version=header.directory_version,
        schema=header.schema,
    )
    recipient = outgoing._directory.recipient(posting.to)
    sealed: bytes = envelope.seal(
        payload.encode(posting.payload),
        draft,
        by=outgoing._station.identity,
        to=[(recipient, header.to[0].seq)],
        random=outgoing._station.random,
    )
    return sealed


def _resent_under_new_id(soil: Soil) -> None:
    posted: dict[str, tuple[Any, Any, Any]] = {}
    sent: set[str] = set()

    def make_post(original: Original) -> Original:
        def post(self: Any, posting: Any, *, in_reply_to: Any = None) -> str:
            message_id: str = original(self, posting, in_reply_to=in_reply_to)
            posted[message_id] = (self, posting, in_reply_to)
            return message_id

        return post

    def make_send(original: Original) -> Original:
        def send(self: Any, message_id: str, lane: Any, octets: bytes, *, receipt: bool) -> None:
            if message_id in sent and message_id in posted and not receipt:
                octets = _sealed_anew(octets, *posted[message_id])
            sent.add(message_id)
            original(self, message_id, lane, octets, receipt=receipt)

        return send

    soil.over("endpoint.outgoing:Outgoing.post", make_post)
    soil.over("endpoint.departures:Departures._send", make_send)


def _window_ignored(soil: Soil) -> None:
    soil.over(
        "endpoint.departures:Departures.room",
        lambda _: lambda self: 1_000_000 if self._up else 0,
    )


def _number_not_kept(soil: Soil) -> None:
    soil.over("store.outbox:Outbox.next_seq", lambda _: lambda _self, _to: 1)


def _number_skipped_at_start(soil: Soil) -> None:
    begun: set[int] = set()

    def make(original: Original) -> Original:
        def posted(self: Any, posting: Any, **named: Any) -> str:
            process = id(self._station)
            if process not in begun and type(posting.payload).__name__ != "DeliveryStatement":
                begun.add(process)
                self.unit.outbox.next_seq(posting.to)
            sent: str = original(self, posting, **named)
            return sent

        return posted

    soil.over("endpoint.outgoing:Outgoing.post", make)


def _expiry_untold(soil: Soil) -> None:
    def make(_: Original) -> Original:
        def tell(self: Any, expired: Any, now: Any) -> None:  # noqa: ARG001 - the original's shape
            with self._store.unit() as unit:
                for failure in expired:
                    unit.outbox.give_up(failure)

        return tell

    soil.over("endpoint.walk:Endpoint._tell_undelivered", make)


def _gives_up_early(soil: Soil) -> None:
    def make(original: Original) -> Original:
        def expired(self: Any, now: Any, **named: Any) -> Any:
            return original(self, now + (now - now.replace(year=2025)) / 100_000, **named)

        return expired

    soil.over("store.outbox:Outbox.expired", make)


def _wrong_lane(soil: Soil) -> None:
    def make(original: Original) -> Original:
        def send(self: Any, message_id: str, lane: Any, octets: bytes, *, receipt: bool) -> None:
            routine = type(lane)("ROUTINE")
            original(self, message_id, routine, octets, receipt=receipt)

        return send

    soil.over("endpoint.departures:Departures._send", make)


def _answers_in_bulk(soil: Soil) -> None:
    lane = import_module("gateway.ids").Lane.BULK

    def make(original: Original) -> Original:
        def post(self: Any, posting: Any, **named: Any) -> str:
            slow = replace(posting, lane=lane) if posting.answers else posting
            sent: str = original(self, slow, **named)
            return sent

        return post

    soil.over("endpoint.outgoing:Outgoing.post", make)


def _subject_in_clear(soil: Soil) -> None:
    subjects: dict[str, str] = {}

    def make_post(original: Original) -> Original:
        def post(self: Any, posting: Any, **named: Any) -> str:
            message_id: str = original(self, posting, **named)
            subjects[message_id] = repr(posting.payload)
            return message_id

        return post

    def make_send(_: Original) -> Original:
        def send(self: Any, message_id: str, lane: Any, octets: bytes, *, receipt: bool) -> None:
            self._in_flight[message_id] = receipt
            self._link.publish(
                token=message_id,
                exchange=import_module("gateway.exchange").ingress_exchange(self._party, lane),
                routing_key="",
                body=octets,
                headers={"subject": subjects.get(message_id, "")},
            )

        return send

    soil.over("endpoint.outgoing:Outgoing.post", make_post)
    soil.over("endpoint.departures:Departures._send", make_send)


SENDING: Mapping[str, Defect] = {
    "dropped-on-confirm": Defect(
        about="the outbox forgets when the broker confirms", plant=_dropped_on_confirm
    ),
    "never-resent": Defect(about="nothing is sent a second time", plant=_never_resent),
    "timer-never-fires": Defect(
        about="only a new connection sends again", plant=_timer_never_fires
    ),
    "new-line-hurries-nothing": Defect(
        about="what waits is not tried when the line is there again",
        plant=_new_line_hurries_nothing,
    ),
    "waits-ever-longer": Defect(
        about="the pause between two tries has no bound", plant=_waits_ever_longer
    ),
    "nack-ignored": Defect(
        about="a nacked or returned message counts as on its way for ever", plant=_nack_ignored
    ),
    "resent-under-new-id": Defect(
        about="a resend is sealed anew under another id", plant=_resent_under_new_id
    ),
    "window-ignored": Defect(
        about="any number of messages is on the way at once", plant=_window_ignored
    ),
    "number-not-kept": Defect(
        about="every message of a pair has number one", plant=_number_not_kept
    ),
    "number-skipped-at-start": Defect(
        about="a process begins with a number too high", plant=_number_skipped_at_start
    ),
    "expiry-untold": Defect(
        about="a message whose time has passed leaves without a word", plant=_expiry_untold
    ),
    "gives-up-early": Defect(about="a message is given up before its time", plant=_gives_up_early),
    "wrong-lane": Defect(about="every message leaves in the routine lane", plant=_wrong_lane),
    "answers-in-bulk": Defect(
        about="an urgent question is answered in bulk", plant=_answers_in_bulk
    ),
    "subject-in-clear": Defect(
        about="a header of the broker's message says what is inside", plant=_subject_in_clear
    ),
}
"""Each by its name."""
