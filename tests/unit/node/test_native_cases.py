"""Trace cases led by native files on both sides, and steps on hits out of native files."""

import json
from base64 import b64decode
from collections.abc import Iterator
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
import structlog
from trace_world import TraceWorld

from gateway.adapter import Adapter, find_adapter
from gateway.config import Files
from gateway.node import Folders, FolderWatch, Intake, NodeDesk, Traces

pytestmark = [pytest.mark.unit, pytest.mark.slow]  # through whole endpoints


class System:
    """A national system beside its node: files in, files out."""

    def __init__(self, world: TraceWorld, party: str, adapter: Adapter, root: Path) -> None:
        self.world, self.party, self.adapter = world, party, adapter
        self.folders = Folders(root=root / party)
        self.folders.make()
        seat = world.seats[party]
        log = structlog.get_logger()
        self.desk = NodeDesk(adapter=adapter, folders=self.folders, log=log, traces=Traces())
        seat.desk = self.desk
        world.crash(seat)
        assert seat.endpoint is not None
        self.watch = FolderWatch(
            folders=self.folders,
            adapter=adapter,
            settle=timedelta(0),
            frame=lambda: world.seats[party].endpoint.transact(lambda o: o.frame),  # type: ignore[union-attr]  # it runs
            clock=lambda: world.now,
            wake=lambda: None,
            log=log,
        )
        self.intake = Intake(
            watch=self.watch,
            folders=self.folders,
            adapter=adapter,
            desk=self.desk,
            settings=Files(adapter=adapter.name),
            endpoint=seat.endpoint,
            log=log,
        )
        self.seen: set[str] = set()

    def drop(self, name: str, octets: bytes) -> None:
        (self.folders.incoming / name).write_bytes(octets)
        self.watch.look()
        while self.intake.busy:
            self.intake.advance()
        self.world.now += timedelta(milliseconds=5)
        self.world.settle()

    def out(self) -> dict[str, bytes]:
        """What appeared since it was last asked."""
        found = {path.name: path for path in sorted(self.folders.outgoing.iterdir())}
        fresh = {name: path.read_bytes() for name, path in found.items() if name not in self.seen}
        self.seen |= set(found)
        return fresh


class Office(System):
    """One that leads its cases in JSON."""

    def order(self, name: str, **message: Any) -> dict[str, str]:
        """The first line of the answer."""
        self.drop(name, json.dumps({"messages": [message]}).encode())
        fresh = self.out()
        self.seen -= {told for told in fresh if ".answer" not in told}
        (answer,) = [octets for told, octets in fresh.items() if ".answer" in told]
        (line, *_) = json.loads(answer)["messages"][0]["lines"]
        return dict(line)

    def told(self) -> list[list[dict[str, str]]]:
        """The lines of each act that the other side did."""
        files = self.out()
        return [json.loads(octets)["messages"][0]["lines"] for octets in files.values()]


@pytest.fixture
def world(tmp_path: Path) -> Iterator[TraceWorld]:
    (tmp_path / "world").mkdir()
    made = TraceWorld(tmp_path / "world", ("FRA-NCB", "BEL-NCB"))
    yield made
    made.close()


@pytest.fixture
def offices(world: TraceWorld, tmp_path: Path) -> tuple[Office, Office]:
    adapter = find_adapter("trace-desk-json")
    return Office(world, "FRA-NCB", adapter, tmp_path), Office(world, "BEL-NCB", adapter, tmp_path)


REQUEST = {
    "kind": "request", "reference": "LIL-1", "country": "BEL",
    "why": "COUNTRY_OF_LAST_LEGAL_IMPORT", "basis": ["NATIONAL_LAW"], "law": "L317-8",
    "circumstances": "in a car at Lille",
    "recovered": "2026-05-03", "type": "PISTOL", "make": "GLOCK", "model": "17", "calibre": "9x19",
    "serial": "KRX471", "madeIn": "AUT", "use": ["CRIMINAL_INVESTIGATION"],
    "asked": ["IMPORT", "LAST_LEGAL_HOLDER"], "consent": "ASK_FIRST", "unsearched": "true",
}  # fmt: skip
ANSWER = {
    "kind": "answer", "outcome": ["REPORTED_STOLEN"],
    "items": [
        {"item": "IMPORT", "status": "PROVIDED"},
        {"item": "LAST_LEGAL_HOLDER", "status": "REFUSED", "reason": "ONGOING_INVESTIGATION"},
    ],
    "links": [
        {"number": 1, "role": "IMPORTER", "country": "BEL", "from": "2021-03", "legality": "LICIT"}
    ],
}  # fmt: skip


def test_a_case_is_led_from_request_to_answer_by_files_alone(
    world: TraceWorld, offices: tuple[Office, Office]
) -> None:
    france, belgium = offices
    line = france.order("ask.json", **REQUEST)
    assert (line["result"], line["kind"]) == ("ACCEPTED", "REQUEST")
    trace = line["trace"]
    ((request, *items),) = belgium.told()
    assert request["trace"] == trace
    assert (request["serial"], request["make"], request["from"]) == ("KRX471", "GLOCK", "FRA-NCB")
    assert [item["item"] for item in items] == ["IMPORT", "LAST_LEGAL_HOLDER"]
    assert [lines[0]["kind"] for lines in france.told()] == ["RECEIVED"]

    belgium.order("ack.json", kind="accept", trace=trace, reference="BE-7", by="2027-07-01")
    missing = [{"item": "PHOTOGRAPHS", "text": "of the mark"}]
    belgium.order("missing.json", kind="ask", trace=trace, missing=missing)
    accepted, asked = france.told()
    assert (accepted[0]["status"], accepted[0]["national"]) == ("ACCEPTED", "BE-7")
    assert (asked[1]["item"], asked[1]["question"]) == ("PHOTOGRAPHS", "of the mark")
    assert asked[0]["reference"] == "LIL-1"  # the requester's own

    supplied = [{"item": "PHOTOGRAPHS", "text": "sent by post"}]
    france.order("inform.json", kind="inform", trace=trace, supplied=supplied)
    france.order("comment.json", kind="comment", trace=trace, text="it is urgent by now")
    assert [lines[0]["kind"] for lines in belgium.told()] == ["INFO", "COMMENT"]

    belgium.order("answer.json", trace=trace, **ANSWER)
    ((answer, *below),) = france.told()
    assert (answer["status"], answer["answer"]) == ("REPORTED_STOLEN", "FINAL")
    assert {line["reason"] for line in below if line.get("itemStatus") == "REFUSED"} == {
        "ONGOING_INVESTIGATION"
    }
    assert below[-1]["role"] == "IMPORTER"
    france.order("close.json", kind="close", trace=trace, outcome="REPORTED_STOLEN")
    assert world.states(trace, "FRA-NCB", "BEL-NCB") == {"CLOSED"}


def test_an_attachment_arrives_as_a_file_beside_the_act_that_names_it(
    world: TraceWorld, offices: tuple[Office, Office]
) -> None:
    france, belgium = offices
    trace = france.order("ask.json", **REQUEST)["trace"]
    belgium.told()
    picture = bytes(range(256)) * 3
    sent = {"name": "../frame.jpg", "media_type": "image/jpeg", "content": picture}
    world.order("FRA-NCB", "attach", trace_id=trace, **sent)
    told = belgium.out()
    (name,) = [each for each in told if each.endswith(".jpg")]
    assert name.startswith(f"trace-{trace}-")
    assert told[name] == picture
    (act,) = [json.loads(octets)["messages"][0]["lines"][0] for each, octets in told.items()
              if each.endswith(".json")]  # fmt: skip
    assert (act["kind"], act["file"], act["text"]) == ("ATTACHMENT", name, "../frame.jpg")
    assert b64decode(act["content"]) == picture
    assert b64decode(act["digest"]) == sha256(picture).digest()


def test_what_a_case_forbids_changes_nothing_and_is_told(
    world: TraceWorld, offices: tuple[Office, Office]
) -> None:
    france, belgium = offices
    trace = france.order("ask.json", **REQUEST)["trace"]
    line = france.order("close.json", kind="close", trace=trace, outcome="NO_RECORD")
    assert (line["result"], line["code"]) == ("SET_ASIDE", "tracing.illegal-transition")
    line = france.order("again.json", **{**REQUEST, "priority": "ROUTINE"})
    assert (line["result"], line["value"]) == ("SET_ASIDE", trace)
    line = belgium.order("other.json", kind="accept", trace=trace.replace("T-FRA-0", "T-FRA-1"))
    assert line["code"] == "tracing.unknown"
    line = france.order("cancel.json", kind="cancel", trace=trace, reason="SOLVED")
    assert line["result"] == "ACCEPTED"
    assert world.states(trace, "FRA-NCB", "BEL-NCB") == {"CANCELLED"}


def test_a_request_without_a_search_goes_out_only_in_spite(offices: tuple[Office, Office]) -> None:
    france, belgium = offices
    unsearched = {name: value for name, value in REQUEST.items() if name != "unsearched"}
    line = france.order("ask.json", **unsearched)
    assert (line["result"], line["code"]) == ("SET_ASIDE", "tracing.order-invalid")
    assert not belgium.told()


def test_a_request_in_json_is_answered_in_tagged_text(world: TraceWorld, tmp_path: Path) -> None:
    france = Office(world, "FRA-NCB", find_adapter("trace-desk-json"), tmp_path)
    belgium = System(world, "BEL-NCB", find_adapter("us-nlets-interpol"), tmp_path)
    trace = france.order("ask.json", **REQUEST)["trace"]
    (native,) = belgium.out().values()
    text = native.decode()
    assert f"TRQ.\nREF/LIL-1.\nTRN/{trace}.\nFRM/FRA-NCB." in text
    assert "SER/KRX471." in text
    assert "TIT." in text
    belgium.drop(
        "answer.txt",
        f"TAK.REF/BE-7.TRN/{trace}.\n\nTRS.TRN/{trace}.OUT/REPORTED_STOLEN.IMP/PROVIDED.\n"
        "LLH/REFUSED ONGOING_INVESTIGATION.LNK1/IMPORTER BEL 2021-03 LICIT Peeters & fils".encode(),
    )
    (answered,) = [octets for name, octets in belgium.out().items() if ".answer" in name]
    assert answered.decode().count("TOK.") == 2
    acts = {lines[0]["kind"]: lines for lines in france.told()}
    assert acts["RESPONSE"][0]["status"] == "REPORTED_STOLEN"
    assert acts["RESPONSE"][-1]["party"] == "Peeters & fils"


def test_an_adapter_that_leads_no_cases_writes_none(world: TraceWorld, tmp_path: Path) -> None:
    france = Office(world, "FRA-NCB", find_adapter("trace-desk-json"), tmp_path)
    belgium = System(world, "BEL-NCB", find_adapter("fr-police-csv"), tmp_path)
    france.order("ask.json", **REQUEST)
    assert not belgium.out()


def test_a_step_on_a_hit_goes_to_the_registry_from_tagged_text(
    world: TraceWorld, tmp_path: Path
) -> None:
    france = System(world, "FRA-NCB", find_adapter("us-nlets-interpol"), tmp_path)
    hit = "H-XPO-01JZ0000000000000000000001"
    france.drop("yr.txt", f"YR.REF/H-2.HID/{hit}.ANS/Y.\n\nYQ.REF/H-3.HID/{hit}.PRI/U.".encode())
    posted = [line.message_type for line in world.events("FRA-NCB", "message.posted")]
    assert posted[-2:] == ["HIT_CONFIRM_RESPONSE", "HIT_CONFIRM_REQUEST"]
    rows = world.look("FRA-NCB", lambda unit: unit.intake.items_of_file(1, round_=0))
    assert all(row.message_id for row in rows)


@pytest.fixture
def chain(tmp_path: Path) -> Iterator[TraceWorld]:
    (tmp_path / "chain").mkdir()
    made = TraceWorld(tmp_path / "chain", ("FRA-NCB", "BEL-NCB", "AUT-NCB"))
    yield made
    made.close()


def test_a_case_is_corrected_passed_on_clarified_and_reopened_by_files_alone(
    chain: TraceWorld, tmp_path: Path
) -> None:
    adapter = find_adapter("trace-desk-json")
    france, belgium, austria = (
        Office(chain, party, adapter, tmp_path) for party in ("FRA-NCB", "BEL-NCB", "AUT-NCB")
    )
    trace = france.order("ask.json", **{**REQUEST, "consent": "FORWARD_ALLOWED"})["trace"]
    belgium.order("ack.json", kind="accept", trace=trace)
    weapon = {name: REQUEST[name] for name in ("type", "make", "model", "calibre", "madeIn")}
    line = france.order(
        "correct.json", kind="correct-firearm", trace=trace, text="the 1 is a 7",
        serial="KRX477", **weapon,
    )  # fmt: skip
    assert (line["result"], line["kind"]) == ("ACCEPTED", "CORRECTION")
    line = france.order("where.json", kind="correct", trace=trace, text="not Lille",
                        circumstances="in a car at Roubaix")  # fmt: skip
    assert line["result"] == "ACCEPTED"
    question = chain.look("BEL-NCB", lambda u: belgium.desk.traces._cases.question(trace, u))
    assert question.firearm.marking[0].text_as_marked == "KRX477"

    links = [
        {"number": 1, "role": "IMPORTER", "country": "BEL", "next": "AUT", "legality": "LICIT"}
    ]
    line = belgium.order("on.json", kind="forward", trace=trace, country="AUT",
                         text="it came from there", links=links)  # fmt: skip
    assert (line["result"], line["kind"]) == ("ACCEPTED", "FORWARD")
    second = next(
        case.trace_id for case in chain.look("AUT-NCB", lambda u: u.traces.chain(question.chain_id))
    )
    assert chain.states(second, "FRA-NCB", "AUT-NCB") == {"DELIVERED"}
    assert chain.look("FRA-NCB", lambda u: u.traces.links(trace))[0].next_country == "AUT"
    assert "KRX477" in json.dumps(austria.told())

    belgium.order("answer.json", trace=trace, **ANSWER)
    line = france.order("which.json", kind="clarify", trace=trace, text="which Peeters?")
    assert line["kind"] == "CLARIFICATION"
    belgium.order("answer2.json", trace=trace, text="the elder one", **ANSWER)
    line = belgium.order(
        "mended.json", trace=trace, text="the year was misread",
        **{**ANSWER, "kind": "correct-answer", "outcome": ["REPORTED_LOST"]},
    )  # fmt: skip
    assert (line["result"], line["kind"]) == ("ACCEPTED", "CORRECTION")
    france.order("close.json", kind="close", trace=trace, outcome="REPORTED_LOST")
    line = france.order("again.json", kind="reopen", trace=trace, text="a second pistol")
    assert (line["result"], line["kind"]) == ("ACCEPTED", "REOPEN")
    assert chain.states(trace, "FRA-NCB", "BEL-NCB") == {"IN_PROGRESS"}
    line = france.order("late.json", kind="forward", trace=trace, country="AUT")
    assert (line["result"], line["code"]) == ("SET_ASIDE", "tracing.illegal-transition")


def test_tagged_text_corrects_passes_on_and_reopens(chain: TraceWorld, tmp_path: Path) -> None:
    france = Office(chain, "FRA-NCB", find_adapter("trace-desk-json"), tmp_path)
    belgium = System(chain, "BEL-NCB", find_adapter("us-nlets-interpol"), tmp_path)
    trace = france.order("ask.json", **{**REQUEST, "consent": "FORWARD_ALLOWED"})["trace"]
    belgium.drop(
        "on.txt",
        f"TAK.TRN/{trace}.\n\nTFW.TRN/{trace}.CTY/AUT.REM/IT CAME FROM THERE.\n"
        "LNK1/IMPORTER BEL 2021-03 LICIT Peeters & fils".encode(),
    )
    assert chain.states(trace, "FRA-NCB", "BEL-NCB") == {"FORWARDED"}
    said = "IMP/PROVIDED.\nLLH/REFUSED ONGOING_INVESTIGATION"
    belgium.drop("answer.txt", f"TRS.TRN/{trace}.OUT/REPORTED_STOLEN.{said}".encode())
    mended = f"TCA.TRN/{trace}.OUT/REPORTED_LOST.{said}.REM/MISREAD"
    belgium.drop("mended.txt", mended.encode())
    assert chain.look("FRA-NCB", lambda u: u.traces.find(trace)).outcome == "REPORTED_LOST"
    france.order("close.json", kind="close", trace=trace, outcome="REPORTED_LOST")
    belgium.drop("again.txt", f"TRO.TRN/{trace}.REM/THE DEALER FOUND HIS BOOK".encode())
    assert chain.states(trace, "FRA-NCB", "BEL-NCB") == {"IN_PROGRESS"}
