"""Defects of the core, planted on purpose: a simulation is as good as those that it finds.

They live here and nowhere else: a defect is put over production code in this process and taken
away again. That is why this file, and no other, names what lies behind the rooms' doors.
"""

# ruff: noqa: SLF001 - it is their purpose to break what nobody else may touch
from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from importlib import import_module
from typing import Any

from gateway.simulation.later_defects import LATER
from gateway.simulation.soil import Defect, Original, Soil, nothing


@contextmanager
def planted(name: str) -> Iterator[None]:
    """The defect ``name`` is in the program while this lasts. Raises KeyError for no such name."""
    soil = Soil()
    try:
        DEFECTS[name].plant(soil)
        yield
    finally:
        soil.clear()


# --- the endpoint: order of effects ---------------------------------------------------------------


def _acknowledge_first(soil: Soil) -> None:
    def make(original: Original) -> Original:
        def walk(self: Any, deliveries: Any, directory: Any, now: Any) -> None:
            self._link.ack(deliveries)
            original(self, deliveries, directory, now)

        return walk

    soil.over("endpoint.walk:Endpoint._walk", make)


def _accept_with(soil: Soil, around: Callable[[Any, Original, Any, Any], None]) -> None:
    """``around(endpoint, accept, now, (arrivals, outgoing, owed))`` accepts instead."""

    def make(original: Original) -> Original:
        def transaction(self: Any, arrivals: Any, directory: Any, now: Any) -> None:
            accept = self._acceptance.accept
            self._acceptance.accept = lambda *one: around(self, accept, now, one)
            try:
                original(self, arrivals, directory, now)
            finally:
                del self._acceptance.accept

        return transaction

    soil.over("endpoint.walk:Endpoint._transaction", make)


def _receipt_first(soil: Soil) -> None:
    def around(endpoint: Any, accept: Original, now: Any, one: Any) -> None:
        arrivals, outgoing, owed = one
        try:
            accept(arrivals, outgoing, owed)
        finally:
            endpoint._receipts.take_over(owed, now)
            owed.clear()

    _accept_with(soil, around)


def _publish_first(soil: Soil) -> None:
    def around(endpoint: Any, accept: Original, now: Any, one: Any) -> None:
        arrivals, outgoing, owed = one
        accept(arrivals, outgoing, owed)
        endpoint._publish(outgoing, now)
        outgoing.departing.clear()

    _accept_with(soil, around)


def _split_transaction(soil: Soil) -> None:
    late: list[tuple[Any, Any]] = []

    writers: list[Original] = []

    def make_flush(original: Original) -> Original:
        writers.append(original)

        def flush(self: Any) -> None:
            late.append((self._new, self._new_sealed))
            self._new, self._new_sealed = [], []

        return flush

    def make(original: Original) -> Original:
        def transaction(self: Any, arrivals: Any, directory: Any, now: Any) -> None:
            late.clear()
            original(self, arrivals, directory, now)
            rows = list(late)
            with self._store.unit() as unit:
                for new, sealed in rows:
                    unit.inbox._new.extend(new)
                    unit.inbox._new_sealed.extend(sealed)
                writers[0](unit.inbox)

        return transaction

    soil.over("store.inbox:Inbox.flush", make_flush)
    soil.over("endpoint.walk:Endpoint._transaction", make)


def _never_acknowledge(soil: Soil) -> None:
    soil.over("endpoint.walk:Endpoint._acknowledge", lambda _: nothing)


def _held_is_dropped(soil: Soil) -> None:
    soil.over("endpoint.walk:Endpoint._hold", lambda _: nothing)


def _poison_blocks(soil: Soil) -> None:
    def make(original: Original) -> Original:
        def alone(self: Any, arrival: Any, directory: Any, now: Any) -> None:
            if arrival.delivery is None:
                original(self, arrival, directory, now)
            else:
                self._hold([arrival.delivery], now)

        return alone

    soil.over("endpoint.walk:Endpoint._alone", make)


def _poison_forever(soil: Soil) -> None:
    soil.over("store.inbox:Inbox.failed_again", lambda _: lambda _self, _digest: 1)


# --- the endpoint: once, and once more ------------------------------------------------------------


def _dedupe_by_id_alone(soil: Soil) -> None:
    def make(original: Original) -> Original:
        def known(self: Any, keys: Any) -> dict[Any, Any]:
            parties = {*import_module("gateway.simulation.world").COUNTRIES, "XPO-REGISTRY"}
            anybody = original(self, [(p, m) for p in sorted(parties) for _, m in keys])
            by_id = {message_id: taken for (_, message_id), taken in anybody.items()}
            return {key: by_id[key[1]] for key in keys if key[1] in by_id}

        return known

    soil.over("store.inbox:Inbox.known", make)


def _no_dedupe(soil: Soil) -> None:
    known: list[Original] = []

    def make_add(original: Original) -> Original:
        def add(self: Any, taken: Any, octets: bytes) -> None:
            if not known[0](self, [(taken.sender, taken.message_id)]):
                original(self, taken, octets)

        return add

    def make_known(original: Original) -> Original:
        known.append(original)
        return lambda _self, _keys: {}

    soil.over("store.inbox:Inbox.add", make_add)
    soil.over("store.inbox:Inbox.known", make_known)


def _repeats_get_nothing(soil: Soil) -> None:
    soil.over("endpoint.acceptance:Acceptance._repeated", lambda _: nothing)


def _settled_by_anyone(soil: Soil) -> None:
    def make(original: Original) -> Original:
        def settle(self: Any, message_id: str, recipient: str) -> None:
            original(self, message_id, recipient)
            type(self).settle_all(self, message_id)

        return settle

    soil.over("store.outbox:Outbox.settle", make)


def _faulted_by_anyone(soil: Soil) -> None:
    def make(original: Original) -> Original:
        def take(self: Any, header: Any, fault: Any, outgoing: Any) -> None:
            unit = outgoing.unit
            waits = unit.outbox.waits
            unit.outbox.waits = lambda _message_id, _recipient: True
            type(unit.outbox).settle_all(unit.outbox, header.in_reply_to)
            try:
                original(self, header, fault, outgoing)
            finally:
                unit.outbox.waits = waits

        return take

    soil.over("endpoint.acceptance:Acceptance._take_fault", make)


def _refusal_settles(soil: Soil) -> None:
    def make(_: Original) -> Original:
        def settle(receipt: Any, sender: str, unit: Any) -> None:
            for item in receipt.receipt_item:
                unit.outbox.settle(item.message_id, sender)

        return settle

    def make_repeated(original: Original) -> Original:
        def repeated(header: Any, taken: Any, receipts: Any, outgoing: Any) -> None:
            # Beside the fault that still waits goes a receipt: alone, either defect is harmless.
            original(header, replace(taken, answer_id=None), receipts, outgoing)

        return repeated

    soil.over("endpoint.acceptance:Acceptance._settle", make)
    soil.over("endpoint.acceptance:Acceptance._repeated", make_repeated)


def _relay_refusal_untold(soil: Soil) -> None:
    def make(_: Original) -> Original:
        def refused(self: Any, arrival: Any, outgoing: Any) -> None:
            self._set_aside(arrival, arrival.error, outgoing, proven=arrival.header is not None)

        return refused

    soil.over("endpoint.acceptance:Acceptance._refused_by_relay", make)


def _refusal_untold(soil: Soil) -> None:
    soil.over("endpoint.acceptance:Acceptance._post_fault", lambda _: lambda *_all, **_named: None)


def _replay_ignored(soil: Soil) -> None:
    soil.over("endpoint.replays:Replays.asked", lambda _: lambda _self, _unit: [])


# --- the endpoint: sending ------------------------------------------------------------------------


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


def _window_ignored(soil: Soil) -> None:
    soil.over(
        "endpoint.departures:Departures.room",
        lambda _: lambda self: 1_000_000 if self._up else 0,
    )


def _number_not_kept(soil: Soil) -> None:
    soil.over("store.outbox:Outbox.next_seq", lambda _: lambda _self, _to: 1)


def _answer_unmarked(soil: Soil) -> None:
    soil.over(
        "endpoint.outgoing:Outgoing.post",
        lambda original: lambda self, posting, **_named: original(self, posting),
    )


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


# --- the relay ------------------------------------------------------------------------------------


def _relay_acknowledges_first(soil: Soil) -> None:
    def make(original: Original) -> Original:
        def receive(self: Any, delivery: Any, now: Any) -> None:
            self._link.ack([delivery])
            original(self, delivery, now)

        return receive

    soil.over("relay.carrier:Relay._receive", make)


def _relay_ignores_nack(soil: Soil) -> None:
    def make(original: Original) -> Original:
        def settle(self: Any, event: Any, now: Any) -> None:
            confirmed = import_module("gateway.exchange").Confirmed
            original(self, confirmed(token=event.token), now)

        return settle

    soil.over("relay.carrier:Relay._settle", make)


def _relay_never_retries(soil: Soil) -> None:
    soil.over("relay.carrier:Relay._later", lambda _: nothing)


def _relay_buries_silently(soil: Soil) -> None:
    def make(_: Original) -> Original:
        def bury(self: Any, carried: Any, error: Any, now: Any) -> None:  # noqa: ARG001 - likewise
            carried.refusal = error
            self._done.append(carried.delivery)

        return bury

    soil.over("relay.carrier:Relay._bury", make)


def _relay_permits_all(soil: Soil) -> None:
    soil.over("/keys.directory:Directory.may_send", lambda _: lambda _self, _party, _type: True)


# --- the registry ---------------------------------------------------------------------------------


def _version_off_by_one(soil: Soil) -> None:
    def make(original: Original) -> Original:
        def update(self: Any, change: Any) -> Any:
            held = self._states.get(change.firearm_record.record_id)
            if held is not None and change.base_version == held.version - 1:
                record = replace(change.firearm_record, version=held.version + 1)
                change = replace(change, base_version=held.version, firearm_record=record)
            return original(self, change)

        return update

    soil.over("registry.records:Filing._update", make)


def _last_item_unwritten(soil: Soil) -> None:
    def make(original: Original) -> Original:
        def write(self: Any) -> None:
            dirty = [state for state in self._states.values() if state.dirty]
            if len(dirty) > 1:
                dirty[-1].dirty = False
            original(self)

        return write

    soil.over("registry.records:Filing._write", make)


def _last_item_unanswered(soil: Soil) -> None:
    def make(original: Original) -> Original:
        def file_batch(*all_: Any) -> Any:
            (posting,) = original(*all_)
            results = posting.payload.record_batch_result
            fewer = replace(posting.payload, record_batch_result=results[:-1] or results)
            return [replace(posting, payload=fewer)]

        return file_batch

    soil.over("registry.desk:_file_batch", make)


def _hit_raised_again(soil: Soil) -> None:
    def make(original: Original) -> Original:
        def raise_once(self: Any, row: Any) -> bool:
            original(self, row)
            return True

        return raise_once

    soil.over("store.hits:Hits.raise_once", make)


def _owner_untold(soil: Soil) -> None:
    def make(original: Original) -> Original:
        def notices(self: Any, asked: Any, recognised: Any) -> Any:
            return original(self, asked, recognised)[1:]

        return notices

    soil.over("registry.hits:_HitDesk.notices", make)


def _anybody_may_change(soil: Soil) -> None:
    soil.over("registry.records:Filing._may_change", lambda _: lambda _self, _held: True)


def _status_not_led(soil: Soil) -> None:
    def make(original: Original) -> Original:
        def lead(self: Any, held: Any, change: Any, **named: Any) -> None:
            original(self, held, replace(change, status_code=held.status), **named)

        return lead

    soil.over("registry.records:Filing._lead", make)


def _content_not_replaced(soil: Soil) -> None:
    def make(original: Original) -> Original:
        def replace_(self: Any, held: Any, record: Any) -> None:
            remark = self._content(held).circumstance_text
            original(self, held, replace(record, circumstance_text=remark))

        return replace_

    soil.over("registry.records:Filing._replace", make)


def _search_finds_one(soil: Soil) -> None:
    def make(original: Original) -> Original:
        def by_keys(self: Any, keys: Any, asker: Any, *, most: int) -> Any:
            return original(self, keys, asker, most=most)[:-1]

        return by_keys

    soil.over("store.lookups:Lookups.by_keys", make)


def _search_unlogged(soil: Soil) -> None:
    soil.over("store.lookups:Lookups.log", lambda _: nothing)


def _hit_receipt_unnoted(soil: Soil) -> None:
    soil.over("store.hits:Hits.received", lambda _: nothing)


def _results_in_other_order(soil: Soil) -> None:
    def make(original: Original) -> Original:
        def file(self: Any, items: Any) -> Any:
            return original(self, items)[::-1]

        return file

    soil.over("registry.records:Filing.file", make)


# --- what is kept, and what receipts repair -------------------------------------------------------


def _not_synced(soil: Soil) -> None:
    def make(original: Original) -> Original:
        def settings(connection: Any, record: Any) -> None:
            original(connection, record)
            connection.execute("PRAGMA synchronous = NORMAL")

        return settings

    soil.over("store.engine:_sqlite_settings", make)
    soil.forget("simulation.world:_disk")


def _evidence_pruned(soil: Soil) -> None:
    def make(original: Original) -> Original:
        return lambda self, before: original(self, before + timedelta(days=365))

    soil.over("store.outbox:Outbox.prune", make)


def _evidence_cut_short(soil: Soil) -> None:
    def make(original: Original) -> Original:
        return lambda self, taken, octets: original(self, taken, octets[:-1])

    soil.over("store.inbox:Inbox.add", make)


def _letter_not_kept(soil: Soil) -> None:
    soil.over("store.deadletters:DeadLetters.set_aside", lambda _: lambda *_all, **_named: True)


_TIDY = "UPDATE journal SET detail = 'tidied' WHERE id <= (SELECT max(id) FROM journal) - 3"


def _log_rewritten(soil: Soil) -> None:
    def make(original: Original) -> Original:
        def flush(self: Any) -> None:
            original(self)
            self._connection.exec_driver_sql(_TIDY)

        return flush

    soil.over("store.journal:Journal.flush", make)


def _expiry_unlike_header(soil: Soil) -> None:
    def make(original: Original) -> Original:
        def row(**columns: Any) -> Any:
            columns["expires"] += timedelta(minutes=1)
            return original(**columns)

        return row

    soil.over("endpoint.outgoing:OutboxRow", make)


def _wrong_lane(soil: Soil) -> None:
    def make(original: Original) -> Original:
        def send(self: Any, message_id: str, lane: Any, octets: bytes, *, receipt: bool) -> None:
            routine = type(lane)("ROUTINE")
            original(self, message_id, routine, octets, receipt=receipt)

        return send

    soil.over("endpoint.departures:Departures._send", make)


def _receipts_forgotten(soil: Soil) -> None:
    def make(original: Original) -> Original:
        def take_over(self: Any, others: Any, now: Any) -> None:
            for peer in list(others._owed):
                others._owed[peer] = others._owed[peer][:-1]
                if not others._owed[peer]:
                    del others._owed[peer]
            original(self, others, now)

        return take_over

    soil.over("endpoint.receipts:Receipts.take_over", make)


def _receipts_not_cleared(soil: Soil) -> None:
    def make(original: Original) -> Original:
        def clear(self: Any) -> None:
            owed = {peer: list(items) for peer, items in self._owed.items()}
            original(self)
            self._owed.update(owed)

        return clear

    soil.over("endpoint.receipts:Receipts.clear", make)


def _receipts_counted(soil: Soil) -> None:
    def make(original: Original) -> Original:
        def post(self: Any, posting: Any, **named: Any) -> str:
            if type(posting.payload).__name__ == "Receipt":
                self.unit.outbox.next_seq(posting.to)
            sent: str = original(self, posting, **named)
            return sent

        return post

    soil.over("endpoint.outgoing:Outgoing.post", make)


def _one_of_a_batch_acknowledged(soil: Soil) -> None:
    def make(original: Original) -> Original:
        return lambda self, arrivals: original(self, arrivals[:1])

    soil.over("endpoint.walk:Endpoint._acknowledge", make)


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


_FIRST: Mapping[str, Defect] = {
    "acknowledge-before-commit": Defect(
        about="the broker is told to forget before the effect is committed",
        plant=_acknowledge_first,
    ),
    "receipt-before-commit": Defect(
        about="a receipt is owed although the transaction may be undone", plant=_receipt_first
    ),
    "publish-before-commit": Defect(
        about="answers leave before the transaction that decided them", plant=_publish_first
    ),
    "split-transaction": Defect(
        about="effect and inbox are committed one after the other", plant=_split_transaction
    ),
    "never-acknowledge": Defect(about="deliveries are never given back", plant=_never_acknowledge),
    "held-dropped": Defect(about="what cannot be decided yet is forgotten", plant=_held_is_dropped),
    "poison-blocks-batch": Defect(
        about="one bad message holds its neighbours", plant=_poison_blocks
    ),
    "poison-forever": Defect(about="failures of a handler are not counted", plant=_poison_forever),
    "dedupe-by-id-alone": Defect(
        about="the inbox's key is the id without the sender", plant=_dedupe_by_id_alone
    ),
    "no-dedupe": Defect(about="a repeat has its effect again", plant=_no_dedupe),
    "repeats-get-nothing": Defect(
        about="a receipt that was lost is never made again", plant=_repeats_get_nothing
    ),
    "settled-by-anyone": Defect(about="anybody's receipt ends a message", plant=_settled_by_anyone),
    "faulted-by-anyone": Defect(about="anybody's fault ends a message", plant=_faulted_by_anyone),
    "refusal-settles": Defect(
        about="a receipt that says REFUSED is taken for an effect", plant=_refusal_settles
    ),
    "relay-refusal-untold": Defect(
        about="the sender is not told what the relay refused", plant=_relay_refusal_untold
    ),
    "refusal-untold": Defect(
        about="the sender is not told what its receiver refused", plant=_refusal_untold
    ),
    "replay-ignored": Defect(about="a dead letter that was asked for stays", plant=_replay_ignored),
    "dropped-on-confirm": Defect(
        about="the outbox forgets when the broker confirms", plant=_dropped_on_confirm
    ),
    "never-resent": Defect(about="nothing is sent a second time", plant=_never_resent),
    "timer-never-fires": Defect(
        about="only a new connection sends again", plant=_timer_never_fires
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
    "answer-unmarked": Defect(
        about="an answer does not say what it answers", plant=_answer_unmarked
    ),
    "expiry-untold": Defect(
        about="a message whose time has passed leaves without a word", plant=_expiry_untold
    ),
    "gives-up-early": Defect(about="a message is given up before its time", plant=_gives_up_early),
    "relay-acknowledges-first": Defect(
        about="the relay lets go of a message before a mailbox has it",
        plant=_relay_acknowledges_first,
    ),
    "relay-ignores-nack": Defect(
        about="the relay takes a nack or a return for a confirm", plant=_relay_ignores_nack
    ),
    "relay-never-retries": Defect(
        about="the relay tries each copy once", plant=_relay_never_retries
    ),
    "relay-buries-silently": Defect(
        about="what the relay refuses is gone", plant=_relay_buries_silently
    ),
    "relay-permits-all": Defect(
        about="the relay asks nobody who may send what", plant=_relay_permits_all
    ),
    "version-off-by-one": Defect(
        about="an update from the version before is taken", plant=_version_off_by_one
    ),
    "last-item-unwritten": Defect(
        about="the last filing of a batch is accepted and not written",
        plant=_last_item_unwritten,
    ),
    "last-item-unanswered": Defect(
        about="the last filing of a batch has no result", plant=_last_item_unanswered
    ),
    "hit-raised-again": Defect(
        about="the same question raises its hit again", plant=_hit_raised_again
    ),
    "anybody-may-change": Defect(
        about="a party changes another's record", plant=_anybody_may_change
    ),
    "status-not-led": Defect(
        about="a change of status is accepted and changes nothing", plant=_status_not_led
    ),
    "content-not-replaced": Defect(
        about="an update is accepted and its text is not kept", plant=_content_not_replaced
    ),
    "search-misses-one": Defect(
        about="a search overlooks the last of the records", plant=_search_finds_one
    ),
    "search-unlogged": Defect(about="a search is not logged", plant=_search_unlogged),
    "hit-receipt-unnoted": Defect(
        about="a side's receipt of its hit changes nothing", plant=_hit_receipt_unnoted
    ),
    "results-in-other-order": Defect(
        about="the results of a batch stand with other items", plant=_results_in_other_order
    ),
    "not-synced": Defect(about="a commit is told of before it is synced", plant=_not_synced),
    "evidence-pruned": Defect(
        about="sealed octets are forgotten before their time", plant=_evidence_pruned
    ),
    "evidence-cut-short": Defect(
        about="the octets kept are not those that came", plant=_evidence_cut_short
    ),
    "letter-not-kept": Defect(about="what is set aside is gone", plant=_letter_not_kept),
    "log-rewritten": Defect(about="a line of the journal is changed", plant=_log_rewritten),
    "expiry-unlike-header": Defect(
        about="the outbox gives up at another time than the header says",
        plant=_expiry_unlike_header,
    ),
    "wrong-lane": Defect(about="every message leaves in the routine lane", plant=_wrong_lane),
    "receipts-forgotten": Defect(
        about="of the receipts owed at once the last is forgotten", plant=_receipts_forgotten
    ),
    "receipts-not-cleared": Defect(
        about="receipts that were sent are sent again with the next", plant=_receipts_not_cleared
    ),
    "receipts-counted": Defect(
        about="receipts use up the numbers of a pair", plant=_receipts_counted
    ),
    "one-of-a-batch-acknowledged": Defect(
        about="of a batch the first delivery alone is acknowledged",
        plant=_one_of_a_batch_acknowledged,
    ),
    "subject-in-clear": Defect(
        about="a header of the broker's message says what is inside", plant=_subject_in_clear
    ),
    "owner-untold": Defect(about="only the finder learns of a hit", plant=_owner_untold),
}


DEFECTS: Mapping[str, Defect] = {**_FIRST, **LATER}
"""Every defect by its name."""
