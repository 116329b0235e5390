"""One order over many cases: seen beforehand, one result a case, and once however often it runs."""

import json
from datetime import timedelta

import msgspec
import pytest
from click.testing import CliRunner
from trace_world import answer

from gateway.cli import errands
from gateway.cli.trace import command
from gateway.node import BulkOrder, Verdict, check_bulk, run_name
from gateway.store import ErrandState
from gateway.tracing import IncompleteOrderError, Terms

pytestmark = [pytest.mark.unit, pytest.mark.slow]  # through whole endpoints
FRA, BEL = "FRA-NCB", "BEL-NCB"


@pytest.fixture
def at_home(world, tmp_path, monkeypatch):
    """``iarms trace bulk`` at a party's home in the memory world."""
    settings = type("Settings", (), {})()
    settings.traces = None
    monkeypatch.setattr("gateway.config.load_settings", lambda _home: settings)
    monkeypatch.setattr("gateway.node.terms_of", lambda _traces: Terms())

    def run(party, *words):
        store = world.seats[party].store
        monkeypatch.setattr("gateway.cli.databases.open_database", lambda _home: Kept(store))

        def carried_out(_home, kind, bodies):
            numbers = [
                world.leave(party, kind.partition(".")[2], msgspec.to_builtins(body))
                for body in bodies
            ]
            world.now += timedelta(milliseconds=5)
            world.settle()
            found = world.look(party, lambda u: u.errands.of_ids(numbers))
            return [
                errands.Outcome(
                    answer=json.loads(one.answer), refused=one.state is ErrandState.REFUSED
                )
                for one in found
            ]

        monkeypatch.setattr(errands, "run_errands", carried_out)
        order, *more = words
        return CliRunner().invoke(
            command, ["bulk", order, "--home", str(tmp_path), "--json", *more]
        )

    return run


class Kept:
    """A store that outlives the command that opens it."""

    def __init__(self, store):
        self.unit = store.unit
        self._store = store

    def __enter__(self):
        return self._store

    def __exit__(self, *_):
        return None


def told(result):
    return {line["trace"]: line["result"] for line in json.loads(result.stdout)}


def deeds(world, party, trace_id):
    return [act.deed for act in world.look(party, lambda u: u.traces.acts(trace_id))]


def test_a_run_does_its_order_once_in_each_case_however_often_it_is_repeated(world, at_home):
    cases = [world.submit() for _ in range(3)]
    words = ("comment", "--outgoing", "--open", "--text", "closed on Friday")
    first = at_home(FRA, *words)
    assert first.exit_code == 0, first.output
    assert told(first) == dict.fromkeys(cases, "DONE")
    again = at_home(FRA, *words)
    assert told(again) == dict.fromkeys(cases, "ALREADY")
    assert at_home(FRA, *words, "--run", "another").exit_code == 0
    for case in cases:
        assert deeds(world, BEL, case).count("COMMENT") == 2


def test_a_dry_run_changes_nothing_and_tells_what_stands_in_the_way_in_every_case(world, at_home):
    delivered, answered = world.submit(), world.submit()
    world.order(BEL, "ack", trace_id=answered)
    world.order(BEL, "answer", trace_id=answered, answer=answer())
    words = ("close", "--outcome", "TRACED_RETAILER", "--outgoing")
    before = world.look(FRA, lambda u: u.traces.acts(answered))
    for more in (("--dry-run",), ()):
        looked = at_home(FRA, *words, *more)
        assert looked.exit_code == 6
        assert told(looked) == {delivered: "REFUSED", answered: "READY"}
        assert "may not do CLOSE when the case is DELIVERED" in looked.stdout
    assert world.look(FRA, lambda u: u.traces.acts(answered)) == before
    done = at_home(FRA, *words, "--skip-refused")
    assert told(done) == {delivered: "REFUSED", answered: "DONE"}
    assert world.states(answered, FRA, BEL) == {"CLOSED"}
    assert world.states(delivered, FRA, BEL) == {"DELIVERED"}


def test_each_kind_of_order_reaches_every_case(world, at_home):
    cases = [world.submit() for _ in range(2)]
    for party, *words in (
        (FRA, "remind", "--text", "please"),
        (BEL, "ack"),
        (BEL, "status", "--status", "WAITING_FOR_DEALER"),
        (BEL, "assign", "--to", "m.peeters"),
        (BEL, "read", "--assignee", "m.peeters"),
        (FRA, "cancel", "--reason", "SOLVED"),
    ):
        more = () if words[0] == "read" else ("--open",)
        result = at_home(party, *words, *more)
        assert told(result) == dict.fromkeys(cases, "DONE"), (words, result.output)
    for case in cases:
        assert deeds(world, BEL, case)[2:] == ["REMIND", "ACCEPT", "STATUS", "CANCEL"]
        here = world.look(BEL, lambda u, c=case: u.traces.find(c))
        assert here.assignee == "m.peeters"


def test_an_order_whose_words_are_wrong_is_refused_before_any_case(world):
    case = world.submit()
    wrong = BulkOrder(run="r", order="close", trace_id=case, wish={"outcome": "SOLD"})
    with pytest.raises(IncompleteOrderError, match="SOLD"):
        world.look(FRA, lambda u: check_bulk([wrong], u, world.now, Terms()))
    absent = BulkOrder(run="r", order="read", trace_id="T-FRA-00000000000000000000000000")
    (one,) = world.look(FRA, lambda u: check_bulk([absent], u, world.now, Terms()))
    assert one.verdict is Verdict.REFUSED


@pytest.mark.parametrize(
    "words",
    [
        ("read",),
        ("read", "T-1", "--open"),
        ("read", "--open", "--most", "1"),
        ("read", "--state", "OPEN"),
    ],
)
def test_what_names_no_cases_or_too_many_is_no_command(world, at_home, words):
    world.submit()
    world.submit()
    assert at_home(FRA, *words).exit_code == 2


def test_the_same_order_of_another_day_is_another_run(world):
    wish = {"text": "x"}
    name = run_name("comment", wish, world.now)
    assert name == run_name("comment", dict(wish), world.now)
    assert name != run_name("comment", wish, world.now + timedelta(days=1))
    assert name != run_name("comment", {"text": "y"}, world.now)
