"""The guide's three-country chain, played by commands on real processes over a real broker."""

import json
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest
from fused_world import RECEIVER, SENDER, FusedWorld
from real_world import REPOSITORY_CONFIG, command, trace_world

from gateway.demo import wait_until

pytestmark = pytest.mark.real
PLAY = REPOSITORY_CONFIG / "demo" / "tracing"
SECRETS = (b"KRX471", b"Wapenhandel Peeters", b"road check near Lille")


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    with trace_world(tmp_path_factory.mktemp("tracing")) as running:
        yield running.world


def iarms(world, party, *words, leaves_with=0):
    """What a command prints."""
    home = ("--home", str(world.home(party))) if party else ()
    words = (words[0], *home, *words[1:]) if party else words
    code, told, errors = command("trace" if party else "evidence", *words)
    assert code == leaves_with, errors
    return told


def alone(folder, *words):
    """What a command prints in a process of its own, far from every home."""
    done = subprocess.run(
        [sys.executable, "-m", "gateway.cli", *words],
        cwd=folder,
        capture_output=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout.decode()


def find(world, party, trace_id):
    with world.store(party) as store, store.unit() as unit:
        return unit.traces.find(trace_id)


def becomes(world, party, trace_id, state):
    def so():
        case = find(world, party, trace_id)
        return case is not None and case.state == state

    wait_until(so, f"{party} to have {trace_id} {state}", 240)


def chain_of(world, party, trace_id):
    with world.store(party) as store, store.unit() as unit:
        return unit.traces.chain(unit.traces.find(trace_id).chain_id)


def test_a_chain_over_three_countries_with_a_refusal_a_loop_a_forward_and_a_reminder(
    world, tmp_path
):
    question = str(PLAY / "question.json")
    wish = ("submit", "--file", question, "--without-search", "--case", "LIL-2026-881", "--json")
    first = json.loads(iarms(world, "FRA-NCB", *wish))["trace_id"]
    becomes(world, "FRA-NCB", first, "DELIVERED")

    iarms(world, "BEL-NCB", "ack", first, "--number", "BE-77")
    loop = ("--missing", "CONSENT_TO_FORWARD=may we ask Austria?", "--missing", "PHOTOGRAPHS")
    iarms(world, "BEL-NCB", "ask", first, *loop)
    becomes(world, "FRA-NCB", first, "INFO_REQUESTED")
    assert find(world, "BEL-NCB", first).stopped_since is not None
    photograph = tmp_path / "frame.jpg"
    photograph.write_bytes(b"\xff\xd8" + bytes(range(256)) * 400)
    iarms(world, "FRA-NCB", "attach", first, str(photograph), "--type", "image/jpeg")
    supply = ("--supply", "CONSENT_TO_FORWARD=yes", "--supply", "PHOTOGRAPHS=attached")
    iarms(world, "FRA-NCB", "inform", first, *supply, "--consent", "FORWARD_ALLOWED")
    becomes(world, "BEL-NCB", first, "IN_PROGRESS")
    iarms(world, "BEL-NCB", "attachments", first, "--out", str(tmp_path / "seen"))
    (seen,) = (tmp_path / "seen").iterdir()
    assert seen.read_bytes() == photograph.read_bytes()
    assert "road check near Lille" in iarms(world, "BEL-NCB", "show", first)

    links = str(PLAY / "belgian-links.json")
    iarms(world, "BEL-NCB", "forward", first, "--country", "AUT", "--file", links)
    becomes(world, "FRA-NCB", first, "FORWARDED")
    second = next(c for c in chain_of(world, "FRA-NCB", first) if c.peer == "AUT-NCB").trace_id
    becomes(world, "FRA-NCB", second, "DELIVERED")

    def reminded():
        case = find(world, "AUT-NCB", second)
        return case is not None and case.reminders > 0

    wait_until(reminded, "France's gateway to remind Austria", 240)
    assert "OVERDUE" in iarms(world, "AUT-NCB", "list", "--overdue", leaves_with=6)
    iarms(world, "AUT-NCB", "ack", second)
    iarms(world, "AUT-NCB", "answer", second, "--file", str(PLAY / "austrian-answer.json"))
    iarms(world, "BEL-NCB", "answer", first, "--file", str(PLAY / "belgian-answer.json"))
    becomes(world, "FRA-NCB", first, "ANSWERED")
    becomes(world, "FRA-NCB", second, "ANSWERED")

    drawn = tmp_path / "chain.svg"
    told = iarms(world, "FRA-NCB", "chain", first, "--svg", str(drawn))
    roles = ["MANUFACTURER", "EXPORTER", "IMPORTER", "REPORTED_STOLEN"]
    assert sorted(roles, key=told.index) == roles
    assert "POINT OF DIVERSION" in told
    assert "ONGOING_INVESTIGATION" in told
    assert drawn.read_text().startswith("<svg")
    iarms(world, "FRA-NCB", "close", first, "--outcome", "REPORTED_STOLEN")
    becomes(world, "BEL-NCB", first, "CLOSED")

    evidence = tmp_path / "case.zip"
    iarms(world, "BEL-NCB", "export", first, "--out", str(evidence))
    anchor = str(world.home("FRA-NCB") / "trust" / "anchor.xml")
    proof = ("verify", str(evidence), "--anchor", anchor)
    assert "the case is CLOSED" in alone(tmp_path, "evidence", *proof)
    refuses_what_was_tampered_with(world, evidence, anchor)


def refuses_what_was_tampered_with(world, evidence, anchor):
    forged = evidence.with_name("forged.zip")
    with zipfile.ZipFile(evidence) as genuine, zipfile.ZipFile(forged, "w") as other:
        for name in genuine.namelist():
            octets = genuine.read(name)
            if name.endswith("TRACE_RESPONSE.content.xml"):
                octets = octets.replace(b"REFUSED", b"UNKNOWN")
            other.writestr(name, octets)
    told = iarms(world, None, "verify", str(forged), "--anchor", anchor, leaves_with=6)
    assert "its sender did not sign this content" in told


def test_neither_broker_nor_hub_holds_a_word_of_a_case(world):
    places = [world.root / "broker", world.home("XPO-REGISTRY"), world.home("XPO-RELAY")]
    files = [p for place in places for p in Path(place).rglob("*") if p.is_file()]
    assert len(files) > 5
    for file in files:
        octets = file.read_bytes()
        assert not [secret for secret in SECRETS if secret in octets], file


def test_a_request_is_readable_at_the_other_node_within_a_second_of_its_order(world):
    question = str(PLAY / "question.json")
    wish = ("submit", "--file", question, "--without-search", "--json")
    sent = json.loads(iarms(world, "FRA-NCB", *wish))
    now = time.time()
    becomes(world, "BEL-NCB", sent["trace_id"], "DELIVERED")
    assert time.time() - now < 60, "a loaded machine may be slow; bench/tracing.py measures"


def test_an_announced_outage_is_known_everywhere_until_it_ends(world):
    question = str(PLAY / "question.json")
    wish = ("submit", "--file", question, "--without-search", "--json")
    waits = json.loads(iarms(world, "FRA-NCB", *wish))["trace_id"]
    becomes(world, "FRA-NCB", waits, "DELIVERED")
    until = ("--until", "2099-01-02T09:00+01:00", "--will-not-forward")
    iarms(world, "BEL-NCB", "outage", *until, "--reason", "le registre déménage")

    def known(party, count):
        def so():
            told = json.loads(iarms(world, party, "outages", "--json"))
            return len([one for one in told if one["peer"] == "BEL-NCB"]) == count

        wait_until(so, f"{party} to know of {count} outages of Belgium", 240)

    for party in ("FRA-NCB", "AUT-NCB"):
        known(party, 1)

    def remarked():
        with world.store("FRA-NCB") as store, store.unit() as unit:
            return [act.deed for act in unit.traces.acts(waits)][-1] == "COMMENT"

    wait_until(remarked, "who waits to be told in the case itself", 240)
    iarms(world, "FRA-NCB", *wish, leaves_with=4)
    late = json.loads(iarms(world, "FRA-NCB", *wish, "--in-spite"))["trace_id"]
    becomes(world, "FRA-NCB", late, "REJECTED")
    number = json.loads(iarms(world, "BEL-NCB", "outages", "--json"))[0]["id"]
    iarms(world, "BEL-NCB", "outage-end", str(number))
    known("FRA-NCB", 0)
    again = json.loads(iarms(world, "FRA-NCB", *wish))["trace_id"]
    becomes(world, "FRA-NCB", again, "DELIVERED")


@pytest.mark.parametrize(
    ("point", "order", "more", "state"),
    [
        ((SENDER, "after-commit sent"), "ack", {}, "ACKNOWLEDGED"),
        ((RECEIVER, "before-commit took"), "reject", {"reason": "DUPLICATE"}, "REJECTED"),
    ],
)
def test_a_node_killed_within_an_act_goes_on_with_it_once(world, point, order, more, state):
    """`make crashpoints` ends every process at every step of every act."""
    fused = FusedWorld(world)
    question = str(PLAY / "question.json")
    wish = ("submit", "--file", question, "--without-search", "--json")
    trace_id = json.loads(iarms(world, "FRA-NCB", *wish))["trace_id"]
    becomes(world, "FRA-NCB", trace_id, "DELIVERED")
    fused.act("BEL-NCB", "FRA-NCB", "TRACE_ACK", point, order, {"trace_id": trace_id, **more})
    found = fused.agree(trace_id, "FRA-NCB", "BEL-NCB", state=state)
    assert len([act for act in found.acts if act[3] == "TRACE_ACK"]) == 1


def test_killed_nodes_go_on_with_their_cases(world):
    question = str(PLAY / "question.json")
    wish = ("submit", "--file", question, "--without-search", "--json")
    trace_id = json.loads(iarms(world, "FRA-NCB", *wish))["trace_id"]
    world.kill_process("BEL-NCB")
    world.kill_process("FRA-NCB")
    world.start("FRA-NCB")
    world.start("BEL-NCB")
    world.wait_ready("BEL-NCB")
    becomes(world, "BEL-NCB", trace_id, "DELIVERED")
