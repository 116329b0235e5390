"""Messages that go on while every key changes: 0 refused, 0 lost.

``python -m bench.rotation [--messages 10000]``: a country asks the registry without a pause over a
real broker, and meanwhile, one after the other, the country's signing and encryption keys, the
registry's, the hub's beacon key (by a new root) and both ends' TLS certificates are replaced, and
the old keys are retired by their counters.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.live_trust import PASSPHRASE, LiveTrust, Place, own_disk, quick_derivation, utc_now
from gateway.endpoint import Outgoing, Received
from gateway.frame import Frame
from gateway.ids import REGISTRY_PARTY, RELAY_USER, Lane
from gateway.operations import own_waits
from gateway.payload import (
    CountryCode,
    FirearmDescription,
    GradeCode,
    PurposeCode,
    Search,
    SearchReasonCode,
    SearchRequest,
    SearchResponse,
    SearchResult,
    SearchResultCode,
)
from gateway.posting import Posting
from keys import INTERACTIVE, KeyState, ceremony
from keys.chain import root_file

MESSAGES = 10_000
COUNTRY, OTHER = "FRA-NCB", "USA-NCB"
_UNANSWERED_MOST = 200
_PATIENCE_S = 300.0


@dataclass
class Ledger:
    """What was asked and what came back."""

    asked: set[str] = field(default_factory=set)
    acts: list[tuple[str, int]] = field(default_factory=list)


def measure(
    messages: int = MESSAGES, *, progress: Callable[[str], None] = lambda _: None
) -> dict[str, Any]:
    """Runs it once; the figures."""
    with tempfile.TemporaryDirectory(prefix="iarms-bench-", dir=own_disk()) as folder:
        world, ledger = LiveTrust(Path(folder), (COUNTRY, OTHER)), Ledger()
        try:
            progress("founding and enrolling")
            world.make()
            world.open(_answer, (COUNTRY, OTHER))
            world.until(lambda: _all_rely(world, 1), most_s=60, what="the first directory")
            begun, spent = time.perf_counter(), time.process_time()
            for place, (name, act) in enumerate(_ACTS, 1):
                _ask_up_to(world, ledger, messages * place // (len(_ACTS) + 1))
                progress(name)
                act(world, ledger)
                ledger.acts.append((name, len(ledger.asked)))
            _ask_up_to(world, ledger, messages)
            country = world.places[COUNTRY]
            world.until(
                lambda: len(set(country.desk.effects)) >= len(ledger.asked),
                most_s=_PATIENCE_S,
                what="the last answer",
            )  # fmt: skip
            seconds, processor = time.perf_counter() - begun, time.process_time() - spent
            return _result(world, ledger, seconds, processor)
        finally:
            world.close()


def _result(world: LiveTrust, ledger: Ledger, seconds: float, processor: float) -> dict[str, Any]:
    hub, country = world.places[REGISTRY_PARTY], world.places[COUNTRY]
    letters = 0
    for place in world.places.values():
        with place.store.unit() as unit:
            letters += len(unit.deadletters.all())
    applied = set(hub.desk.effects)
    return {
        "messages": len(ledger.asked),
        "machine": f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}",
        "seconds": round(seconds, 1),
        "processor_s": round(processor, 1),
        "acts": [{"act": name, "after_messages": number} for name, number in ledger.acts],
        "applied": len(applied),
        "applied_twice": len(hub.desk.effects) - len(applied),
        "answered": len(set(country.desk.effects)),
        "lost": len(ledger.asked - applied),
        "refused": letters + len(hub.desk.refusals) + len(country.desk.refusals),
        "target": {"lost": 0, "refused": 0, "applied_twice": 0},
    }


# --- the load -------------------------------------------------------------------------------


def _ask_up_to(world: LiveTrust, ledger: Ledger, number: int) -> None:
    country = world.places[COUNTRY]

    def room() -> bool:
        return len(ledger.asked) - len(country.desk.effects) < _UNANSWERED_MOST

    while len(ledger.asked) < number:
        for _ in range(20):
            if len(ledger.asked) < number and room():
                ledger.asked.add(country.endpoint.transact(_question))
        world.round()


def _question(outgoing: Outgoing) -> str:
    frame = outgoing.frame
    payload = SearchRequest(
        context=frame.context("SEARCH_REQUEST", purpose=PurposeCode.OBJECT_OF_POLICE_INTEREST),
        search=Search(
            search_id=frame.ids.search_id("FRA"),
            reason_code=SearchReasonCode.THEFT,
            object_in_sight_indicator=False,
            place_of_check_country=CountryCode.FRA,
            firearm=FirearmDescription(grip_text="bench"),
            minimum_grade_code=GradeCode.D,
            store_for_delayed_hit_indicator=False,
        ),
    )
    return outgoing.post(
        Posting(to=REGISTRY_PARTY, payload=payload, lane=Lane.ROUTINE, answers=False)
    )


def _answer(received: Received, frame: Frame) -> list[Posting]:
    request = received.payload
    if not isinstance(request, SearchRequest):
        return []
    response = SearchResponse(
        context=frame.context("SEARCH_RESPONSE", purpose=request.context.purpose_code),
        search_result=SearchResult(
            search_id=request.search.search_id,
            result_code=SearchResultCode.NO_HIT,
            registry_timestamp=frame.now,
        ),
    )
    return [Posting(to=received.sender, payload=response, lane=received.lane, answers=True)]


# --- the acts -------------------------------------------------------------------------------


def _rotate(world: LiveTrust, ledger: Ledger, party: str) -> None:
    """The party's signing and encryption key: successor listed, old keys retiring."""
    place = world.places[party]
    with quick_derivation():
        fresh, note = ceremony.prepare_rotation(
            place.identity, place.home / "next.key", PASSPHRASE, random=os.urandom,
            cost=INTERACTIVE,
        )  # fmt: skip
    place.next.append(fresh)  # as a process takes up next.key
    ceremony.take_rotation(world.centre, note, now=utc_now())
    _publish(world, ledger)


def _retire(world: LiveTrust, ledger: Ledger, party: str) -> None:
    """The old keys, once their counters are at nothing."""
    place = world.places[party]
    version = world.relies(party)
    old = (place.identity.signing_kid, place.identity.encryption_kids[0])
    world.until(lambda: _all_rely(world, version), most_s=_PATIENCE_S, what="everybody")
    world.until(lambda: not _own_waits(place, old[0]), most_s=_PATIENCE_S, what="receipts")
    for kid in old:
        ceremony.move_key(world.centre, party, kid, KeyState.RETIRED, now=utc_now())
    _publish(world, ledger)


def _rotate_beacon(world: LiveTrust, ledger: Ledger) -> None:
    """The hub's beacon key, by a new root that three officers sign."""
    root = ceremony.current_root(world.centre)
    fresh = ceremony.make_signer("hub", "Centre", random=os.urandom, quantum=False)
    officers = [each for each in root.officers.values() if each.person != "hub"]
    ceremony.propose_root(world.centre, now=utc_now(), officers=[*officers, fresh.public])
    for signer in world.officers[:3]:
        ceremony.sign_document(world.centre, root_file(root.version + 1), signer)
    world.beacon = fresh
    world.to_hub()
    _go_on_asking(world, ledger)


def _renew_certificate(world: LiveTrust, ledger: Ledger, name: str) -> None:
    """A TLS key and certificate; the lines are cut, and come back with the new one."""
    home = world.root / name
    request = ceremony.renew_tls_request(home, name)
    octets = ceremony.issue_client(world.desk, request, name=name, now=utc_now())
    ceremony.install_client(home, octets, world.desk.authority.pem)
    world.node.disconnect(name, "a new certificate")
    _go_on_asking(world, ledger)


_ACTS: tuple[tuple[str, Callable[[LiveTrust, Ledger], None]], ...] = (
    ("country: signing and encryption key", lambda w, done: _rotate(w, done, COUNTRY)),
    ("registry: signing and encryption key", lambda w, done: _rotate(w, done, REGISTRY_PARTY)),
    ("hub: beacon key by a new root", _rotate_beacon),
    ("country: TLS certificate", lambda w, done: _renew_certificate(w, done, COUNTRY)),
    ("relay: TLS certificate", lambda w, done: _renew_certificate(w, done, RELAY_USER)),
    ("country: old keys retired", lambda w, done: _retire(w, done, COUNTRY)),
    ("registry: old keys retired", lambda w, done: _retire(w, done, REGISTRY_PARTY)),
)


def _publish(world: LiveTrust, ledger: Ledger) -> None:
    world.publish()
    _go_on_asking(world, ledger)


def _go_on_asking(world: LiveTrust, ledger: Ledger) -> None:
    """Some more messages while the change is still on its way to the others."""
    _ask_up_to(world, ledger, len(ledger.asked) + 20)


def _all_rely(world: LiveTrust, version: int) -> bool:
    return all(world.relies(each) >= version for each in world.places)


def _own_waits(place: Place, kid: str) -> int:
    with place.store.unit() as unit:
        return own_waits(unit, {kid})


def main() -> None:
    """Prints one JSON document; leaves with 1 where a message was refused or lost."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=int, default=MESSAGES)
    found = measure(
        parser.parse_args().messages, progress=lambda words: print(words, file=sys.stderr)
    )
    print(json.dumps(found, indent=1))
    sys.exit(any(found[name] != wanted for name, wanted in found["target"].items()))


if __name__ == "__main__":
    main()
