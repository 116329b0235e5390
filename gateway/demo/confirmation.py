"""Plays what comes after a hit: the seizer asks, the owner confirms, and both see it seized.

Each side's officer speaks through its own running node, as ``iarms hit`` does. It judges nothing:
the registry leads the hit.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from gateway.demo.world import World, wait_until
from gateway.doorbell import ring_at
from gateway.frame import Frame
from gateway.ids import REGISTRY_PARTY, IdSource, Lane, country_of
from gateway.node import SEND, Letter
from gateway.payload import (
    ConfirmationUrgencyCode,
    ContactPoint,
    HitAnswerCode,
    HitConfirmRequest,
    HitConfirmResponse,
    Payload,
    PurposeCode,
    encode,
)
from gateway.store import NodeHit

_DEADLINE_S = 60.0
_URGENCY = "the firearm is in sight"


def confirm_hit(world: World, say: Callable[[str], None]) -> None:
    """Leads the newest hit of ``world`` from its notice to SEIZED, and tells each step.

    Raises ``TimeoutError`` when a step does not reach its side.
    """
    finder, owner, hit_id = _sides(world)
    began = time.monotonic()
    say(f"   {finder}'s officer has compared the weapon and asks the owner, urgently:")
    say(f"        iarms hit request {hit_id} --urgent")
    _say_as(world, finder, hit_id, _request)
    asked = _await(world, owner, hit_id, "CONFIRM_REQUESTED")
    due = "" if asked.due is None else f", answer due by {asked.due:%H:%M:%S}Z"
    say(f"   {owner} is asked{due}; its officer confirms:")
    say(f"        iarms hit confirm {hit_id}")
    _say_as(world, owner, hit_id, _confirm)
    _await(world, finder, hit_id, "SEIZED")
    told = _await_file(world, finder, hit_id)
    took = (time.monotonic() - began) * 1000
    say(f"   {finder}'s system is told after {took:.0f} ms: confirmed, and seized already")
    say(f"        {told}")


def _sides(world: World) -> tuple[str, str, str]:
    found: list[NodeHit] = []

    def noticed() -> bool:
        for member in world.members:
            with world.store(member.party) as store, store.unit() as unit:
                found[:] = [hit for hit in unit.node_hits.all() if hit.role == "FINDER"]
            if found:
                return True
        return False

    wait_until(noticed, "the finder's hit notice", _DEADLINE_S)
    return found[0].finder_agency, found[0].owner_agency, found[0].hit_id


def _request(frame: Frame, hit_id: str) -> Payload:
    return HitConfirmRequest(
        context=frame.context(
            "HIT_CONFIRM_REQUEST", purpose=PurposeCode.OBJECT_OF_POLICE_INTEREST, urgency=_URGENCY
        ),
        hit_id=hit_id,
        confirmation_urgency_code=ConfirmationUrgencyCode.URGENT,
    )


def _confirm(frame: Frame, hit_id: str) -> Payload:
    return HitConfirmResponse(
        context=frame.context(
            "HIT_CONFIRM_RESPONSE", purpose=PurposeCode.OBJECT_OF_POLICE_INTEREST, urgency=_URGENCY
        ),
        hit_id=hit_id,
        hit_answer_code=HitAnswerCode.CONFIRMED,
    )


def _say_as(world: World, party: str, hit_id: str, made: Callable[[Frame, str], Payload]) -> None:
    now = datetime.now(UTC)
    frame = Frame(
        party=party,
        country=country_of(party),
        system_id="demo",
        now=now,
        ids=IdSource(now=lambda: now, random=os.urandom),
        pseudonym="u-demo",
        contact=ContactPoint(contact_name=party, available_always_indicator=True),
        test=True,
    )
    letter = Letter(
        recipient=REGISTRY_PARTY,
        lane=Lane.URGENT,
        subject=hit_id,
        octets=encode(made(frame, hit_id)),
    )
    with world.store(party) as store, store.unit() as unit:
        unit.errands.ask(SEND, msgspec.json.encode(letter), actor="demo", now=now)
    ring_at(world.home(party))


def _await(world: World, party: str, hit_id: str, state: str) -> NodeHit:
    with world.store(party) as store:
        found: list[NodeHit] = []

        def stands() -> bool:
            with store.unit() as unit:
                hit = unit.node_hits.find(hit_id)
            found[:] = [] if hit is None or hit.state != state else [hit]
            return bool(found)

        wait_until(stands, f"{party} to see the hit {state}", _DEADLINE_S)
    return found[0]


def _await_file(world: World, party: str, hit_id: str) -> Path:
    def files() -> list[Path]:
        return sorted(world.outgoing(party).glob(f"hit-{hit_id}-*-seize*"))

    wait_until(lambda: bool(files()), f"{party}'s file of the step", _DEADLINE_S)
    return files()[0]
