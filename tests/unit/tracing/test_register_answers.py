"""A national register answers trace requests, as far as its country lets it."""

from __future__ import annotations

import csv
import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest
import structlog
from trace_world import TraceDesk, TraceWorld, firearm, question

from gateway.config import Register as RegisterSettings
from gateway.config import Release
from gateway.endpoint import Clerks
from gateway.errors import ConfigError
from gateway.node import REGISTER_COLUMNS, RegisterClerk, RegisterError, Traces, open_register
from gateway.payload import RequestedInformationCode, SerialStatusCode, TraceResponse, decode
from gateway.store import TraceActRow

pytestmark = [pytest.mark.unit, pytest.mark.slow]  # through whole endpoints

REGISTER = Path(__file__).parents[3] / "config" / "demo" / "tracing" / "register.csv"
GIVE = Release(how="AUTOMATIC")


class RegisterWorld(TraceWorld):
    """Austria has a register."""

    def __init__(self, folder: Path, *rules: Release, file: Path = REGISTER) -> None:
        super().__init__(folder, ("FRA-NCB", "AUT-NCB"))
        settings = RegisterSettings(file=str(file), name="Demo register")
        register = open_register(settings, Path("/"))
        assert register is not None
        traces = Traces(register=RegisterClerk(register, rules, structlog.get_logger()))
        seat = self.seats["AUT-NCB"]
        seat.desk, seat.clerk = TraceDesk(traces), Clerks({"trace": traces})
        self.crash(seat)
        self.settle()

    def acts(self, trace_id: str, party: str = "FRA-NCB") -> list[TraceActRow]:
        return self.look(party, lambda u: u.traces.acts(trace_id))

    def answer(self, trace_id: str):
        row = next(r for r in self.acts(trace_id) if r.message_type == "TRACE_RESPONSE")
        payload = decode(row.content)
        assert isinstance(payload, TraceResponse)
        return payload.trace_answer

    def ask(self, serial: str = "krx-471", **more) -> str:
        asked = (RequestedInformationCode.MANUFACTURE, RequestedInformationCode.TRANSFER_HISTORY)
        made = firearm(serial) if "firearm" not in more else more.pop("firearm")
        wish = {"requested_information_code": asked, "firearm": made, **more}
        return self.submit(to="AUT", question=question("AUT", **wish))

    def waiting(self) -> list:
        return self.look("AUT-NCB", lambda u: u.traces.proposals())


def test_what_the_register_knows_is_answered_at_once_and_marked(tmp_path):
    world = RegisterWorld(tmp_path, GIVE)
    trace_id = world.ask()
    assert world.states(trace_id, "FRA-NCB", "AUT-NCB") == {"ANSWERED"}
    answer = world.answer(trace_id)
    assert answer.automatic_indicator is True
    assert "Demo register" in (answer.explanation_text or "")
    assert [str(link.trace_role_code) for link in answer.trace_link] == ["MANUFACTURER", "EXPORTER"]
    assert answer.trace_outcome_code == ("EXPORTED",)
    assert answer.next_country == "BEL"


def test_what_no_rule_names_waits_for_a_person(tmp_path):
    world = RegisterWorld(tmp_path, Release(how="AUTOMATIC", to=("BEL",)))
    trace_id = world.ask()
    assert world.state("AUT-NCB", trace_id) == "DELIVERED"
    assert [row.trace_id for row in world.waiting()] == [trace_id]
    world.order("AUT-NCB", "release", trace_id=trace_id)
    assert world.answer(trace_id).automatic_indicator is False
    assert world.waiting() == []
    with pytest.raises(RuntimeError):
        world.order("AUT-NCB", "release", trace_id=trace_id)


def test_a_person_may_keep_an_item_back(tmp_path):
    world = RegisterWorld(tmp_path)
    items = (RequestedInformationCode.EXPORT, RequestedInformationCode.TRANSFER_HISTORY)
    trace_id = world.ask(requested_information_code=items)
    world.order("AUT-NCB", "release", trace_id=trace_id, withhold={"EXPORT": "NATIONAL_SECURITY"})
    answer = world.answer(trace_id)
    assert [str(item.item_status_code) for item in answer.item_status] == ["WITHHELD", "PROVIDED"]
    assert [str(link.trace_role_code) for link in answer.trace_link] == ["MANUFACTURER"]


def test_a_rule_withholds_by_item_also_under_all_transfers(tmp_path):
    keep = Release(how="WITHHOLD", items=("LAST_LEGAL_HOLDER",), reason="DATA_PROTECTION")
    world = RegisterWorld(tmp_path, keep, GIVE)
    items = (
        RequestedInformationCode.LAST_LEGAL_HOLDER,
        RequestedInformationCode.TRANSFER_HISTORY,
    )
    answer = world.answer(world.ask("KRX472", requested_information_code=items))
    assert answer.automatic_indicator is True
    assert "HOLDER" not in [str(link.trace_role_code) for link in answer.trace_link]
    assert answer.item_status[0].restriction_reason_code == ("DATA_PROTECTION",)


def test_what_is_all_withheld_is_restricted(tmp_path):
    world = RegisterWorld(tmp_path, Release(how="WITHHOLD"))
    assert world.state("FRA-NCB", world.ask()) == "RESTRICTED"


@pytest.mark.parametrize("doubt", ["serial", "model"])
def test_a_doubtful_firearm_is_left_to_a_person(tmp_path, doubt):
    world = RegisterWorld(tmp_path, GIVE)
    made = firearm()
    if doubt == "serial":
        made = replace(made, serial_status_code=SerialStatusCode.RESTORED)
    else:
        made = replace(made, model_identified="43X")
    world.ask(firearm=made)
    assert len(world.waiting()) == 1


def test_what_is_not_in_the_register_is_left_to_people(tmp_path):
    world = RegisterWorld(tmp_path, GIVE)
    trace_id = world.ask("KRX473")
    assert world.state("AUT-NCB", trace_id) == "DELIVERED"
    assert world.waiting() == []


BROKEN = {
    "columns that are not there": lambda _: b"make,serial\nGLOCK,KRX471\n",
    "octets that are not UTF-8": lambda good: good.replace(b"Ges.m.b.H.", b"\xff\xfe"),
    "a short line": lambda good: good + b"GLOCK\n",
    "a day that is not": lambda good: good.replace(b"2021-02-11", b"2021-02-30"),
    "a year before all": lambda good: good.replace(b"2021-02-11", b"0202-02-11"),
    "a number of a paper without end": lambda good: good.replace(b"AT-EX-5501", b"5" * 5000),
    "what XML cannot hold": lambda good: good.replace(b"GLOCK Ges", b"GLOCK\x07Ges"),
    "more holders than an answer has": lambda good: good + good.splitlines(keepends=True)[2] * 50,
}


@pytest.mark.parametrize("broken", BROKEN.values(), ids=BROKEN)
def test_a_register_that_cannot_be_read_loses_no_request_and_is_told_of(tmp_path, broken):
    path = tmp_path / "register.csv"
    path.write_bytes(broken(REGISTER.read_bytes()))
    with structlog.testing.capture_logs() as told:
        world = RegisterWorld(tmp_path, GIVE, file=path)
        trace_id = world.ask()
    assert world.states(trace_id, "FRA-NCB", "AUT-NCB") == {"DELIVERED"}
    assert [row.message_type for row in world.acts(trace_id)] == ["TRACE_REQUEST", "TRACE_RECEIVED"]
    assert [one["event"] for one in told if one["log_level"] == "error"] == ["register.unreadable"]
    path.write_bytes(REGISTER.read_bytes())  # mended: the next request is answered
    assert world.state("FRA-NCB", world.ask()) == "ANSWERED"


def test_less_is_released_only_of_what_the_register_still_says(tmp_path):
    path = tmp_path / "register.csv"
    path.write_bytes(REGISTER.read_bytes())
    world = RegisterWorld(tmp_path, file=path)
    trace_id = world.ask()
    path.write_bytes(REGISTER.read_bytes().replace(b"AT-EX-5501,BEL", b"AT-EX-5501,FRA"))
    keep = {"MANUFACTURE": "NATIONAL_SECURITY"}
    with pytest.raises(RuntimeError, match=r"tracing\.order-invalid"):
        world.order("AUT-NCB", "release", trace_id=trace_id, withhold=keep)
    path.unlink()
    with pytest.raises(RuntimeError, match=r"node\.register-unreadable"):
        world.order("AUT-NCB", "release", trace_id=trace_id, withhold=keep)
    assert world.state("AUT-NCB", trace_id) == "DELIVERED"
    world.order("AUT-NCB", "release", trace_id=trace_id)
    assert world.answer(trace_id).next_country == "BEL"


def test_a_database_gives_what_the_file_gives(tmp_path):
    path = tmp_path / "register.db"
    with REGISTER.open(encoding="utf-8") as source:
        rows = [tuple(row[name] for name in REGISTER_COLUMNS) for row in csv.DictReader(source)]
    database = sqlite3.connect(path)
    database.execute(f"CREATE TABLE disposition ({', '.join(REGISTER_COLUMNS)})")
    marks = ", ".join("?" * len(REGISTER_COLUMNS))
    database.executemany(f"INSERT INTO disposition VALUES ({marks})", rows)  # noqa: S608 - ours
    database.commit()
    database.close()
    from_file = open_register(RegisterSettings(file=str(REGISTER), name="x"), Path("/"))
    from_base = open_register(RegisterSettings(file=str(path), name="x", kind="SQLITE"), Path("/"))
    assert from_file is not None
    assert from_base is not None
    for serial in ("KRX 471", "krx-472", "KRX473"):
        assert from_file.dispositions("Glock", serial) == from_base.dispositions("Glock", serial)


def test_a_wrong_line_is_named_with_its_place(tmp_path):
    wrong = tmp_path / "register.csv"
    wrong.write_text(REGISTER.read_text("utf-8").replace("EXPORTER", "EXPORTEUR"), "utf-8")
    register = open_register(RegisterSettings(file=str(wrong), name="x"), Path("/"))
    assert register is not None
    with pytest.raises(RegisterError) as raised:
        register.dispositions("GLOCK", "KRX471")
    assert "line 3" in str(raised.value.place)
    with pytest.raises(ConfigError):
        open_register(RegisterSettings(file="nowhere.csv", name="x"), tmp_path)
