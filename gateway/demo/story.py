"""Tells the main job as it happens: native files in, a hit, native files out, and what was refused.

It checks what it tells: an expectation that does not come true ends the demo with exit code 1.
"""

from __future__ import annotations

import glob
import shutil
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path

import msgspec

from gateway.adapter import Issue
from gateway.compose import broker_settings
from gateway.config import load_settings
from gateway.demo.confirmation import confirm_hit
from gateway.demo.forgery import send_forged
from gateway.demo.wording import columns_of, counted, first_lines, strong, table, verdicts
from gateway.demo.world import Member, World, wait_until
from gateway.grants import CUSTOMS_SENDS
from gateway.ids import REGISTRY_PARTY
from gateway.payload import SearchBatchReport, decode
from gateway.store import NativeItem

Say = Callable[[str], None]

# The installed package carries the files beside this module; a checkout has them in config.
_CARRIED = Path(__file__).with_name("native")
INPUTS = _CARRIED if _CARRIED.is_dir() else Path(__file__).parents[2] / "config" / "demo"
_DEADLINE_S = 60.0
_TRIAL_OFFICE = "Trial office"
_FORGERIES = {
    "envelope.refused": "its seal does not hold",
    "relay.wrong-ingress": "FRA-NCB signed it, but USA-NCB brought it",
}
_COUNTRIES = {"fr": "FRA", "br": "BRA", "nl": "NLD", "us": "USA"}

_WORDS = {
    "APPLIED": "accepted",
    "REFUSED": "refused",
    "SET_ASIDE": "set aside",
    "FAILED": "failed",
}

MEMBERS = (
    Member(party="FRA-NCB", adapter="fr-police-csv", office="Paris, firearms desk"),
    Member(party="USA-NCB", adapter="us-ncic-gun", office="Washington, firearms desk"),
    Member(party="BRA-NCB", adapter="br-sinarm-csv", office="Brasilia, firearms desk"),
    Member(
        party="NLD-CUSTOMS",
        adapter="nl-customs-json",
        office="Rotterdam, customs intelligence",
        sends=CUSTOMS_SENDS,
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Filed:
    """A native file and its answer, or the issues of one that could not be read at all: both as
    paths, and how long the way took.
    """

    party: str
    source: Path
    answer: Path
    took: timedelta
    items: tuple[NativeItem, ...]
    readable: bool


def tell_story(
    root: Path,
    *,
    say: Say,
    input_file: Path | None = None,
    adapter: str | None = None,
    keep: bool = False,
) -> bool:
    """Runs the demo in ``root``; whether every file could be read.

    Raises ``RuntimeError`` or ``TimeoutError`` when it goes wrong.
    """
    members = list(MEMBERS)
    trial: Member | None = None
    if input_file is not None:
        name = adapter or "fr-police-csv"
        country = _COUNTRIES.get(name[:2], "XXX")
        trial = Member(party=f"{country}-TRIAL", adapter=name, office=_TRIAL_OFFICE)
        members.append(trial)
    world = World(root, members)
    began = time.monotonic()
    try:
        _set_up(world, say)
        filed = _file_records(world, say)
        filed.append(_seize(world, say))
        say(strong("\n4  The hit is confirmed before anybody acts on it"))
        confirm_hit(world, say)
        _refuse_forged(world, say)
        if trial is not None and input_file is not None:
            filed.append(_file_trial(world, trial, input_file, say))
        _end_with_table(world, filed, say)
        say(f"\nDone in {time.monotonic() - began:.1f} s.")
        if keep:
            _explain_keeping(world, say)
    except BaseException:
        world.stop()
        raise
    if not keep:
        world.stop()
    return all(one.readable for one in filed)


# --- chapters ---------------------------------------------------------------------------------


def _set_up(world: World, say: Say) -> None:
    say(
        strong(
            "1  A world is set up: a trust anchor, keys that stay where made, a signed directory"
        )
    )
    world.make()
    say("   RabbitMQ starts as a private node on loopback: TLS 1.3, a client certificate a party")
    world.start_broker()
    say(f"   Relay, registry and {len(world.members)} nodes start, each a process of its own")
    world.start_all()


def _file_records(world: World, say: Say) -> list[Filed]:
    say(strong("\n2  Records are filed, each in its national format"))
    filed: list[Filed] = []
    for member in world.members:
        folder = INPUTS / member.party
        if member.sends == CUSTOMS_SENDS or not folder.is_dir():
            continue
        for source in sorted(folder.iterdir()):
            filed.append(_file(world, member, source))
            _tell_items(filed[-1], say)
    return filed


def _seize(world: World, say: Say) -> Filed:
    customs = next(m for m in world.members if m.sends == CUSTOMS_SENDS)
    source = next(iter(sorted((INPUTS / customs.party).iterdir())))
    say(strong("\n3  Dutch customs seize a consignment and drop their system's file"))
    began = time.time()
    filed = _file(world, customs, source)
    _tell_items(filed, say)
    for item in filed.items:
        answer = None if item.answer is None else decode(item.answer)
        if isinstance(answer, SearchBatchReport):
            for line in verdicts(answer):
                say(f"        {line}")
    owners = [m.party for m in world.members if m is not customs]

    def notices() -> list[Path]:
        return [p for party in owners for p in world.outgoing(party).glob("hit-*")]

    wait_until(lambda: bool(notices()), "the owner's hit notice", _DEADLINE_S)
    dropped = world.home(customs.party) / "files" / "done"
    finished = max(p.stat().st_mtime for p in dropped.iterdir())
    for notice in notices():
        party = notice.parts[-4]
        took = notice.stat().st_mtime - finished
        after = f"{took * 1000:.0f} ms after customs' file"
        say(strong(f"   HIT: the system of {party} has its notice, {after}"))
        _tell_hit(notice, say)
    if time.time() - began > _DEADLINE_S:
        raise TimeoutError("the hit came too late")
    return filed


def _tell_hit(notice: Path, say: Say) -> None:
    text = notice.read_text("latin-1")
    say(f"        {notice}")
    for line in columns_of(text) if notice.suffix == ".csv" else first_lines(text):
        say(f"        | {line}")


def _refuse_forged(world: World, say: Say) -> None:
    say(strong("\n5  A member with valid credentials forges messages of another country"))
    say("   USA-NCB sends FRA-NCB's last message twice: with one bit changed, and as it was")
    home = world.home("USA-NCB")
    with world.store("FRA-NCB") as store, store.unit() as unit:
        genuine = unit.outbox.newest_sealed()
    send_forged(broker_settings(load_settings(home), home), "USA-NCB", genuine)

    def letters() -> int:
        with world.store(REGISTRY_PARTY) as store, store.unit() as unit:
            return unit.deadletters.count()

    wait_until(lambda: letters() >= len(("altered", "borrowed")), "the dead letters", _DEADLINE_S)
    with world.store(REGISTRY_PARTY) as store, store.unit() as unit:
        for letter in unit.deadletters.all():
            what = _FORGERIES.get(letter.code, letter.reason)
            say(f"   set aside at the centre: {what} [{letter.code}]")
    say(f"   look: {_command()} deadletter list --home {world.home(REGISTRY_PARTY)}")


def _file_trial(world: World, trial: Member, source: Path, say: Say) -> Filed:
    say(
        f"\n6  Your file {source.name}, by the adapter {trial.adapter}, as records of {trial.party}"
    )
    filed = _file(world, trial, source)
    _tell_items(filed, say, most=5)
    return filed


def _end_with_table(world: World, filed: Sequence[Filed], say: Say) -> None:
    say(strong("\nWhat was exchanged"))
    rows: list[tuple[str, ...]] = [
        ("party", "sent", "received", "refused", "dead letters", "without receipt")
    ]
    for party in (REGISTRY_PARTY, *(m.party for m in world.members)):
        wait_until(partial(_quiet, world, party), f"{party}'s receipts", _DEADLINE_S)
        with world.store(party) as store, store.unit() as unit:
            events = [line.event for line in unit.journal.lines(most=1_000_000)]
            letters, waiting = unit.deadletters.count(), unit.outbox.depth()
        counts = [events.count(f"message.{what}") for what in ("posted", "applied", "refused")]
        rows.append((party, *map(str, (*counts, letters, waiting))))
    _table(rows, say)
    say("   (messages; a file of many rows goes as a few)")
    say(strong("\nWhat became of every item"))
    rows = [("file", "party", "items", "accepted", "refused", "set aside", "answer after")]
    for one in filed:
        states = [item.state for item in one.items]
        rows.append(
            (
                one.source.name,
                one.party,
                str(len(states)),
                *(str(states.count(s)) for s in ("APPLIED", "REFUSED", "SET_ASIDE")),
                f"{one.took / timedelta(milliseconds=1):.0f} ms"
                if one.readable
                else "not readable",
            )
        )
        if sum(map(states.count, ("APPLIED", "REFUSED", "SET_ASIDE"))) != len(states):
            raise RuntimeError(f"an item of {one.source.name} has no outcome: {states}")
    _table(rows, say)
    times = sorted(
        one.took / timedelta(milliseconds=1)
        for one in filed
        for item in one.items
        if item.message_id
    )
    say(
        f"\nFrom native file to native answer, over {len(times)} items: "
        f"p50 {statistics.median(times):.0f} ms, p99 {times[int(len(times) * 0.99)]:.0f} ms "
        "(a file is left alone until it was quiet for 100 ms)"
    )
    say(strong("\nWhere every file lies"))
    for member in world.members:
        say(f"   {member.party:12}  {world.home(member.party) / 'files'}/{{in,out,done,set-aside}}")
    say(f"   {'logs':12}  {world.root / 'logs'}")


# --- parts ------------------------------------------------------------------------------------


def _file(world: World, member: Member, source: Path) -> Filed:
    incoming, outgoing = world.incoming(member.party), world.outgoing(member.party)
    # A national system writes under a name that says "not yet", then renames.
    part = incoming / f"{source.name}.part"
    shutil.copyfile(source, part)
    dropped = time.time()
    part.replace(incoming / source.name)

    aside = world.home(member.party) / "files" / "set-aside"

    def answers() -> list[Path]:
        return [
            *outgoing.glob(f"{glob.escape(source.stem)}.*.answer*"),
            *aside.glob(f"*-{glob.escape(source.name)}.issues.txt"),
        ]

    wait_until(lambda: bool(answers()), f"the answer to {source.name}", _DEADLINE_S)
    answer = answers()[0]
    with world.store(member.party) as store, store.unit() as unit:
        file = unit.intake.files()[-1]
        items = tuple(unit.intake.items_of_file(file.id))
    return Filed(
        party=member.party,
        source=source,
        answer=answer,
        took=timedelta(seconds=answer.stat().st_mtime - dropped),
        items=items,
        readable=answer.parent != aside,
    )


def _tell_items(filed: Filed, say: Say, *, most: int = 3) -> None:
    if not filed.readable:
        say(f"   {filed.party}: {filed.source.name} could not be read; nothing of it was filed:")
        for line in filed.answer.read_text().splitlines()[: 3 * most]:
            say(f"        {line}")
        say(f"        all of it: {filed.answer}")
        return
    states = [item.state for item in filed.items]
    counts = [
        f"{states.count(state)} {word}"
        for state, word in _WORDS.items()
        if state == "APPLIED" or state in states
    ]
    say(
        f"   {filed.party}: {filed.source.name}: {counted(len(states), 'item')}, "
        f"{', '.join(counts)}; answered in its own format after "
        f"{filed.took / timedelta(milliseconds=1):.0f} ms"
    )
    say(f"        {filed.answer}")
    aside = [item for item in filed.items if item.state == "SET_ASIDE"]
    for item in aside[:most]:
        for issue in msgspec.json.decode(item.issues or "[]", type=list[Issue]):
            say(f"        set aside: {issue.at}: {issue.value!r}; expected: {issue.expected}")
    if len(aside) > most:
        say(f"        … and {len(aside) - most} more, each with its reason in the answer file")


def _quiet(world: World, party: str) -> bool:
    with world.store(party) as store, store.unit() as unit:
        return unit.outbox.depth() == 0


def _explain_keeping(world: World, say: Say) -> None:
    home = world.home("FRA-NCB")
    say("\nEverything is left running. Try:")
    say(f"   cp FILE {world.incoming('FRA-NCB')}/       a native file is taken when it is complete")
    say(f"   {_command()} node files --home {home}")
    say(f"   {_command()} node status --home {home}")
    say(f"   {_command()} deadletter list --home {world.home(REGISTRY_PARTY)}")
    say(f"   {_command()} broker status --home {world.root / 'broker'}")
    say("   make stop                       ends it")


def _table(rows: Sequence[Sequence[str]], say: Say) -> None:
    for line in table(rows):
        say(f"   {line}")


def _command() -> str:
    """How this very command is called from here."""
    called = Path(sys.executable).with_name("iarms")
    here = Path.cwd()
    return str(called.relative_to(here) if called.is_relative_to(here) else called)
