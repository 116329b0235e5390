"""What an operator sees of a home: how it stands, what is wrong with it, where a message is."""

# ruff: noqa: ARG001 - each spoiler gets world and home, whichever it spoils

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from memory_world import START, MemoryWorld

from gateway.cli.output import inform, show_json, show_table, visible
from gateway.config import Broker, Files, Register, Settings
from gateway.endpoint.staleness import HeldError
from gateway.exchange import BrokerUnreachableError, QueueDepth
from gateway.ids import REGISTRY_PARTY, Lane
from gateway.node import RegisterError, open_register
from gateway.occupancy import HomeOccupiedError, alone_in, halted_in, is_worked_in, working_in
from gateway.operations import (
    SEVERITIES,
    Checked,
    FindingCode,
    Severity,
    Standing,
    TransportsStanding,
    diagnose,
    take_standing,
    trace_message,
)
from gateway.store import ReplicaLook, SchemaLevel, Store
from gateway.transports import Trouble
from keys import Directory, DirectoryMissingError, ceremony
from keys.tls import make_authority

pytestmark = [pytest.mark.unit, pytest.mark.slow]  # through whole endpoints

PAGE = Path(__file__).parents[3] / "docs" / "reference" / "findings.md"
SETTINGS = Settings(party="FRA-NCB", broker=Broker(port=5671))


@pytest.fixture
def world(tmp_path: Path) -> Iterator[MemoryWorld]:
    made = MemoryWorld(tmp_path)
    made.settle()
    yield made
    made.close()


@contextmanager
def looking(world: MemoryWorld, party: str) -> Iterator[Store]:
    with Store.open(world.url_of(world.seats[party]), looking=True) as store:
        yield store


def standing_of(
    world: MemoryWorld, home: Path, party: str = "FRA-NCB", queues: tuple[QueueDepth, ...] = ()
) -> Standing:
    with looking(world, party) as store:
        return take_standing(
            home,
            replace_party(party),
            store=store,
            directory=world.directory,
            queues=queues,
            now=world.now,
        )


def replace_party(party: str) -> Settings:
    return Settings(party=party, broker=Broker(port=5671))


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home in which nothing is wrong but that no process works in it."""
    made = tmp_path / "home"
    for folder in ("broker", "trust", "files/in", "files/out", "files/done", "files/set-aside"):
        (made / folder).mkdir(parents=True, mode=0o700)
    certificate = make_authority(now=START).pem
    for name in ("broker/ca.pem", "broker/client.pem"):
        (made / name).write_bytes(certificate)
    for name in ("broker/client-key.pem", "identity.key", "identity.pass", "iarms.toml"):
        (made / name).write_bytes(b"x")
        (made / name).chmod(0o600)
    made.chmod(0o700)
    return made


def healthy(world: MemoryWorld, home: Path, **changes: Any) -> Checked:
    standing = replace(standing_of(world, home), is_running=True)
    parts: dict[str, Any] = {
        "home": home,
        "settings": Settings(
            party="FRA-NCB", broker=Broker(port=5671), files=Files(adapter="fr-police-csv")
        ),
        "directory": lambda: world.directory,
        "identity": lambda: world.seats["FRA-NCB"].identity,
        "standing": lambda _: standing,
        "broker": lambda: None,
    }
    return Checked(**(parts | changes))


def codes(checked: Checked, world: MemoryWorld) -> list[str]:
    found = diagnose(checked, world.now)
    assert all(each.remedy and each.place for each in found)
    return [each.code for each in found]


def test_a_home_where_nothing_is_wrong_has_no_finding(world, home):
    assert codes(healthy(world, home), world) == []


def test_a_national_register_that_cannot_be_read_is_found(world, home):
    (home / "register.csv").write_bytes(b"make,serial\xff\n")
    register = open_register(Register(file="register.csv", name="x"), home)
    assert register is not None
    assert codes(healthy(world, home, register=register.check), world) == [RegisterError.code]


def test_what_waits_is_shown_by_lane_and_peer_with_its_age(world, home):
    world.broker.cut()
    world.ask("FRA-NCB", "a", Lane.URGENT)
    world.ask("FRA-NCB", "b")
    world.settle()
    world.now += timedelta(hours=1)
    standing = standing_of(world, home)
    assert {lane.lane: lane.waiting for lane in standing.lanes} == {
        Lane.URGENT: 1,
        Lane.ROUTINE: 1,
        Lane.BULK: 0,
    }
    (registry,) = [peer for peer in standing.peers if peer.party == REGISTRY_PARTY]
    assert registry.waiting == 2
    assert registry.oldest == START


def test_what_was_exchanged_is_shown_at_both_ends(world, home):
    world.ask("FRA-NCB", "one")
    world.until_quiet()
    for party, peer in (("FRA-NCB", REGISTRY_PARTY), (REGISTRY_PARTY, "FRA-NCB")):
        standing = standing_of(world, home, party)
        assert standing.last_sent is not None
        assert standing.last_received is not None
        assert [p.received for p in standing.peers if p.party == peer] != [0]
        assert standing.database is not None
        assert standing.database.level.fits
        assert standing.database.size_octets > 0


def test_looking_neither_waits_for_a_writer_nor_changes_anything(world, home):
    seat = world.seats["FRA-NCB"]
    assert seat.store is not None
    with seat.store.unit():  # the write lock is taken
        assert standing_of(world, home).party == "FRA-NCB"
    with (
        looking(world, "FRA-NCB") as store,
        pytest.raises(Exception, match="readonly"),
        store.unit() as unit,
    ):
        unit.outbox.hurry_all(world.now)


SPOILT: dict[FindingCode, Callable[[MemoryWorld, Path], dict[str, Any]]] = {}


def spoils(code: FindingCode) -> Callable[[Any], Any]:
    def note(function: Any) -> Any:
        SPOILT[code] = function
        return function

    return note


def with_standing(world: MemoryWorld, home: Path, **changes: Any) -> dict[str, Any]:
    standing = replace(standing_of(world, home), is_running=True)
    changed = replace(standing, **changes)
    return {"standing": lambda _: changed}


def in_database(world: MemoryWorld, home: Path, level: SchemaLevel | None) -> dict[str, Any]:
    database = standing_of(world, home).database
    assert database is not None
    return with_standing(
        world, home, database=None if level is None else replace(database, level=level)
    )


@spoils(FindingCode.NOT_RUNNING)
def not_running(world, home):
    return with_standing(world, home, is_running=False)


@spoils(FindingCode.DATABASE_MISSING)
def no_database(world, home):
    return in_database(world, home, None)


@spoils(FindingCode.SCHEMA_BEHIND)
def old_tables(world, home):
    return in_database(world, home, SchemaLevel("0001", "0002", is_known=True))


@spoils(FindingCode.SCHEMA_AHEAD)
def new_tables(world, home):
    return in_database(world, home, SchemaLevel("9999", "0002", is_known=False))


@spoils(FindingCode.OLD_KEYS)
def old_keys(world, home):
    database = standing_of(world, home).database
    return with_standing(world, home, database=replace(database, old_keys="up to number 3 of 9"))


@spoils(FindingCode.OPEN_MODE)
def open_mode(world, home):
    (home / "identity.key").chmod(0o644)
    return {}


@spoils(FindingCode.FOLDER_UNUSABLE)
def no_folder(world, home):
    (home / "files" / "out").rmdir()
    return {}


@spoils(FindingCode.CERTIFICATE_ENDS)
def old_certificate(world, home):
    long_ago = START - timedelta(days=3_640)
    (home / "broker" / "client.pem").write_bytes(make_authority(now=long_ago).pem)
    return {}


def a_directory(world: MemoryWorld, **changes: Any) -> Directory:
    now = world.directory
    facts = {
        "version": now.version,
        "issued": now.issued,
        "expires": now.expires,
        "digest": now.digest,
        "parties": now.parties,
    }
    return Directory(**(facts | changes))


@spoils(FindingCode.DIRECTORY_ENDS)
def directory_ends(world, home):
    ends = a_directory(world, expires=world.now + timedelta(days=2))
    return {"directory": lambda: ends}


@spoils(FindingCode.NOT_LISTED)
def not_listed(world, home):
    others = {n: p for n, p in world.directory.parties.items() if n != "FRA-NCB"}
    without = a_directory(world, parties=others)
    return {"directory": lambda: without}


@spoils(FindingCode.OTHER_KEY)
def other_key(world, home):
    other = type(world.seats["FRA-NCB"].identity).generate("FRA-NCB", random=os.urandom)
    return {"identity": lambda: other}


@spoils(FindingCode.HELD)
def held(world, home):
    world.broker.cut()
    world.ask("FRA-NCB", "held")
    world.settle()
    world.now += timedelta(hours=1)
    return with_standing(world, home)


@spoils(FindingCode.EXPIRES_SOON)
def expires_soon(world, home):
    held(world, home)
    world.now += timedelta(days=6, hours=12)
    return with_standing(world, home)


@spoils(FindingCode.DEAD_LETTERS)
def dead_letters(world, home):
    world.seats["FRA-NCB"].store.close()
    with Store.open(world.url_of(world.seats["FRA-NCB"])) as store, store.unit() as unit:
        unit.deadletters.set_aside(
            b"x", now=world.now, source="out.FRA-NCB.routine.1", code="envelope.refused",
            reason="r", proven=False, sender=None, message_id=None, message_type=None,
        )  # fmt: skip
    return with_standing(world, home)


@spoils(FindingCode.FAILING)
def failing(world, home):
    with Store.open(world.url_of(world.seats["FRA-NCB"])) as store, store.unit() as unit:
        unit.inbox.failed_again("digest")
    return with_standing(world, home)


@spoils(FindingCode.GAP)
def gap(world, home):
    peers = standing_of(world, home).peers
    return with_standing(world, home, peers=(replace(peers[0], missing=3),))


@spoils(FindingCode.CLOCK_AHEAD)
def clock_ahead(world, home):
    world.wrong_by["FRA-NCB"] = timedelta(hours=1)
    world.ask("FRA-NCB", "early")
    world.settle()
    return with_standing(world, home)


@spoils(FindingCode.MAILBOX_UNREAD)
def unread(world, home):
    return with_standing(world, home, queues=(QueueDepth(name="q", waiting=3, consumers=0),))


def told(state):
    finding = ceremony.Finding(what="FRA-NCB", state=state, remedy="call FRA-NCB")
    return {"trust": lambda: (finding,)}


@spoils(FindingCode.KEY_WITHHELD)
def withheld(world, home):
    return told(ceremony.WITHHELD)


@spoils(FindingCode.OBJECTION)
def objection(world, home):
    return told(ceremony.OBJECTION)


@spoils(FindingCode.KEY_LOG)
def forked_log(world, home):
    finding = ceremony.Finding(what=ceremony.KEY_LOG, state="keys.keylog-fork", remedy="call")
    return {"trust": lambda: (finding,)}


@spoils(FindingCode.PROCESS_HALTED)
def halted(world, home):
    command = "import fcntl,os,signal;f=open('process.lock');fcntl.flock(f,fcntl.LOCK_SH);"
    (home / "process.lock").touch()
    code = command + "os.kill(os.getpid(), signal.SIGSTOP)"
    process = subprocess.Popen([sys.executable, "-c", code], cwd=home)
    try:
        os.waitpid(process.pid, os.WUNTRACED)
        pids = halted_in(home)
    finally:
        process.kill()
        process.wait()
    assert pids == (process.pid,)
    return with_standing(world, home, halted=pids)


def with_replica(world, home, replica):
    stands = standing_of(world, home)
    return with_standing(world, home, database=replace(stands.database, replica=replica))


@spoils(FindingCode.REPLICA_AWAY)
def replica_away(world, home):
    return with_replica(world, home, ReplicaLook(away="connection refused", behind_octets=0))


@spoils(FindingCode.REPLICA_BEHIND)
def replica_behind(world, home):
    return with_replica(world, home, ReplicaLook(away="", behind_octets=10**9))


@spoils(FindingCode.QUEUE_MISSING)
def missing(world, home):
    gone = QueueDepth(name="q", waiting=0, consumers=0, absent="NOT_FOUND")
    return with_standing(world, home, queues=(gone,))


@spoils(FindingCode.FILES_SET_ASIDE)
def set_aside(world, home):
    return with_standing(world, home, files={"SET_ASIDE": 2})


@spoils(FindingCode.TRANSPORT_STOPPED)
def transport_stopped(world, home):
    return {"transports": lambda: TransportsStanding(wanted=True)}


@spoils(FindingCode.TRANSPORT_TROUBLE)
def transport_trouble(world, home):
    trouble = Trouble(
        transport="police in",
        code="transport.unreachable",
        message="the database does not serve",
        remedy="start it",
        since=world.now,
    )
    stands = TransportsStanding(wanted=True, is_running=True, troubles=(trouble,))
    return {"transports": lambda: stands}


@pytest.mark.parametrize("code", SPOILT)
def test_each_fault_is_found_and_no_other_is_blamed(world, home, code):
    changes = SPOILT[code](world, home)
    found = set(codes(healthy(world, home, **changes), world))
    assert code in found
    assert found <= {code, FindingCode.HELD}


def test_nobody_is_told_to_drop_what_waits_for_a_fresh_beacon(world, home):
    world.seats["FRA-NCB"].store.close()
    with Store.open(world.url_of(world.seats["FRA-NCB"])) as store, store.unit() as unit:
        unit.deadletters.set_aside(
            b"x", now=world.now, source="out.FRA-NCB.routine.1", code=HeldError.code,
            reason="r", proven=True, sender=None, message_id=None, message_type=None,
        )  # fmt: skip
    changes = with_standing(world, home)
    (finding,) = diagnose(healthy(world, home, **changes), world.now)
    assert "drop none" in (finding.remedy or "")


def test_every_finding_can_be_provoked():
    assert set(SPOILT) | {FindingCode.DISK_LOW} == set(FindingCode) == set(SEVERITIES)


def test_a_full_disk_is_found(world, home, monkeypatch):
    monkeypatch.setattr("gateway.operations.diagnosis.DISK_LEAST_OCTETS", 1 << 62)
    assert codes(healthy(world, home), world) == [FindingCode.DISK_LOW]


def test_what_other_rooms_refuse_keeps_its_code_and_hides_nothing_else(world, home):
    def no_directory():
        raise DirectoryMissingError("none", place="trust", remedy="copy one")

    def no_broker():
        raise BrokerUnreachableError("nobody there", remedy="start it")

    (home / "identity.key").chmod(0o644)
    changes = {"directory": no_directory, "broker": no_broker}
    assert set(codes(healthy(world, home, **changes), world)) == {
        "keys.directory-missing",
        "exchange.unreachable",
        FindingCode.OPEN_MODE,
    }


def test_the_worst_comes_first(world, home):
    changes = set_aside(world, home)
    (home / "identity.key").chmod(0o644)
    found = diagnose(healthy(world, home, **changes), world.now)
    assert [each.severity for each in found] == [Severity.ERROR, Severity.WARNING]


def test_the_page_of_findings_names_each_with_its_severity():
    rows = re.findall(r"^\| `(doctor\.[a-z-]+)` \| (\w+) \|", PAGE.read_text(), re.MULTILINE)
    assert dict(rows) == {code.value: SEVERITIES[code].value for code in FindingCode}
    assert len(rows) == len(FindingCode)


class TestTracing:
    def trace(self, world, party, message_id):
        with looking(world, party) as store:
            return trace_message(store, message_id)

    def test_a_message_on_its_way_names_whom_it_waits_for(self, world):
        world.broker.cut()
        asked = world.ask("FRA-NCB", "one")
        assert self.trace(world, "FRA-NCB", asked).verdict == (
            f"sent, and waiting for the receipt of {REGISTRY_PARTY}"
        )

    def test_a_message_that_arrived_is_known_at_both_ends(self, world):
        asked = world.ask("FRA-NCB", "one")
        world.until_quiet()
        assert "settled" in self.trace(world, "FRA-NCB", asked).verdict
        there = self.trace(world, REGISTRY_PARTY, asked)
        assert there.verdict == "received from FRA-NCB and applied"
        assert len(there.answers) == 1
        assert there.sealed[0].size_octets > 0

    def test_a_message_that_nobody_receipted_says_so(self, world):
        world.broker.cut()
        asked = world.ask("FRA-NCB", "one")
        world.now += timedelta(days=8)
        world.broker.mend()
        world.settle()
        world.pass_time(timedelta(seconds=3))
        assert "given up" in self.trace(world, "FRA-NCB", asked).verdict

    def test_a_message_that_nobody_knows_is_not_known(self, world):
        assert not self.trace(world, "FRA-NCB", "no-such-id").is_known


class TestOccupancy:
    def test_several_may_work_and_none_while_somebody_restores(self, tmp_path):
        assert not is_worked_in(tmp_path)
        with working_in(tmp_path), working_in(tmp_path):
            assert is_worked_in(tmp_path)
            with pytest.raises(HomeOccupiedError), alone_in(tmp_path):
                pass
        with alone_in(tmp_path), pytest.raises(HomeOccupiedError), working_in(tmp_path):
            pass
        assert not is_worked_in(tmp_path)


class TestWhatOthersWrote:
    """A file's name may hold what a terminal obeys."""

    EVIL = "\x1b[2J\x9b31m\u202egpj.exe\r\x07\udc80"

    def test_no_control_character_reaches_the_terminal(self, capsys):
        show_table(("name",), [(self.EVIL,)])
        inform(self.EVIL)
        show_json({"name": self.EVIL.replace("\udc80", "")})
        told = "".join(capsys.readouterr())
        assert all(c == "\n" or c.isprintable() for c in told)
        assert "\\x1b[2J" in told

    def test_what_is_harmless_stays_as_it_is(self):
        for text in ("saisie Ünïcode 日本.csv", "a b", "[red]x[/red]"):
            assert visible(text) == text
