"""A large batch is filed piece by piece: others pass between, and no crash doubles or loses any."""

from datetime import timedelta

import pytest
from memory_world import EVERY_TYPE, MemoryWorld
from registry_world import a_description, a_record, a_search

from gateway.endpoint import Clerks
from gateway.hub import HubDesk, RegistryClerk
from gateway.ids import REGISTRY_PARTY, Lane
from gateway.payload import (
    MessageTypeCode,
    PurposeCode,
    RecordBatch,
    RecordBatchItem,
    RecordBatchReport,
    RecordResultCode,
    RecordUpdate,
    SearchRequest,
)
from gateway.posting import Posting
from gateway.registry import batches, records

pytestmark = [pytest.mark.unit, pytest.mark.slow]
FRANCE, USA = "FRA-NCB", "USA-NCB"
ITEMS = 7


class Keeper:
    """A country's desk: what came, in order."""

    def __init__(self):
        self.came = []

    def handle(self, received, unit, _):
        unit.after_commit(lambda: self.came.append((received.in_reply_to, received.payload)))
        return []

    def refused(self, refusal, *_):
        raise AssertionError(refusal.fault)

    def undelivered(self, failure, *_):
        raise AssertionError(failure)

    def tend(self, unit, frame):
        pass

    @property
    def reports(self):
        return [payload for _, payload in self.came if isinstance(payload, RecordBatchReport)]


@pytest.fixture(autouse=True)
def small_pieces(monkeypatch):
    monkeypatch.setattr(batches, "PIECE_ITEMS", 2)


def a_world(folder):
    made = MemoryWorld(folder)
    types = EVERY_TYPE | {"REC_BATCH", "REC_BATCH_REPORT"}
    made.sends = dict.fromkeys(made.seats, types)
    made.directory = made.make_directory(2)
    hub = made.seats[REGISTRY_PARTY]
    hub.desk = HubDesk(made.log)
    hub.clerk = Clerks({"registry": RegistryClerk(made.log)})
    for party in (FRANCE, USA):
        made.seats[party].desk = Keeper()
    for seat in made.seats.values():
        made.crash(seat)
    made.settle()
    return made


@pytest.fixture
def world(tmp_path):
    return a_world(tmp_path)


def weapons(first=0, count=ITEMS):
    return [
        a_record(f"N{number}", f"AB{number:02}73{number:02}5", owner=FRANCE)
        for number in range(first, first + count)
    ]


def file(world, items):
    named = tuple(
        RecordBatchItem(item_id=str(place), record_update=item)
        if isinstance(item, RecordUpdate)
        else RecordBatchItem(item_id=str(place), firearm_record=item)
        for place, item in enumerate(items)
    )
    return post(
        world,
        FRANCE,
        lambda frame: RecordBatch(
            context=frame.context(MessageTypeCode.REC_BATCH, purpose=PurposeCode.ALERT),
            record_batch_item=named,
        ),
        Lane.BULK,
    )


def ask(world, party=USA):
    return post(
        world,
        party,
        lambda frame: SearchRequest(
            context=frame.context("SEARCH_REQUEST", purpose=PurposeCode.BORDER_CONTROL),
            search=a_search(a_description("AB007305")),
        ),
        Lane.URGENT,
    )


def post(world, party, make, lane):
    def work(outgoing):
        payload = make(outgoing.frame)
        return outgoing.post(Posting(to=REGISTRY_PARTY, payload=payload, lane=lane, answers=False))

    return world.seats[party].endpoint.transact(work)


def until(world, reached, most=400):
    for _ in range(most):
        if reached():
            return
        world.round()
        world.now += timedelta(milliseconds=200)
    raise AssertionError("it does not come about")


def held(world):
    return world.look(REGISTRY_PARTY, lambda unit: sum(unit.records.count().values()))


def test_a_large_batch_gets_one_report_of_all_its_items_in_their_order(world):
    message_id = file(world, weapons())
    france = world.seats[FRANCE].desk
    until(world, lambda: france.reports)
    ((reply_to, report),) = [one for one in france.came if isinstance(one[1], RecordBatchReport)]
    assert reply_to == message_id
    assert [one.item_id for one in report.record_batch_result] == [str(n) for n in range(ITEMS)]
    codes = {one.record_result.result_code for one in report.record_batch_result}
    assert codes == {RecordResultCode.ACCEPTED}
    assert held(world) == ITEMS
    assert not world.look(REGISTRY_PARTY, lambda unit: unit.batches.waiting(FRANCE))


def test_a_search_is_answered_between_two_pieces(world):
    file(world, weapons(count=40))
    until(world, lambda: held(world) >= 2)
    assert held(world) < 40
    ask(world)
    usa = world.seats[USA].desk
    until(world, lambda: usa.came)
    assert held(world) < 40
    assert world.seats[FRANCE].desk.reports == []
    until(world, lambda: world.seats[FRANCE].desk.reports)


def test_a_small_batch_behind_a_large_one_of_the_same_party_waits_for_its_turn(world):
    file(world, weapons())
    last = weapons()[-1]
    file(world, [RecordUpdate(base_version=1, firearm_record=last)])
    france = world.seats[FRANCE].desk
    until(world, lambda: len(france.reports) == 2)
    first, second = france.reports
    assert len(first.record_batch_result) == ITEMS
    (result,) = second.record_batch_result
    assert (result.record_result.result_code, result.record_result.version) == (
        RecordResultCode.ACCEPTED,
        2,
    )


@pytest.mark.slow
def test_a_crash_between_any_two_steps_files_each_item_once_and_reports_once(tmp_path):
    step, burnt = 0, True
    while burnt:
        step += 1
        folder = tmp_path / str(step)
        folder.mkdir()
        world = a_world(folder)
        hub = world.seats[REGISTRY_PARTY]
        hub.fuse.steps, hub.fuse.at = 0, step
        file(world, weapons(count=5))
        france = world.seats[FRANCE].desk
        until(world, lambda f=france: f.reports)
        burnt = hub.fuse.at is None
        hub.fuse.at = None
        for _ in range(20):
            world.round()
        (report,) = france.reports
        codes = [one.record_result.result_code for one in report.record_batch_result]
        assert codes == [RecordResultCode.ACCEPTED] * 5, f"after a crash at step {step}"
        assert held(world) == 5
        world.close()
        step += 2  # every third: the steps alternate between before and after a commit
    assert step > 10


def test_an_item_that_the_registry_cannot_process_is_refused_and_the_others_go_on(
    world, monkeypatch
):
    judge = records.Filing._judge

    def fails(self, item):
        if item.national_record_id == "N3":
            raise RuntimeError("a defect")
        return judge(self, item)

    monkeypatch.setattr(records.Filing, "_judge", fails)
    file(world, weapons())
    france = world.seats[FRANCE].desk

    def reported():
        world.now += timedelta(seconds=5)
        return france.reports

    until(world, reported)
    (report,) = france.reports
    refused = [
        one.item_id
        for one in report.record_batch_result
        if one.record_result.result_code is RecordResultCode.REJECTED
    ]
    assert refused == ["3"]
    assert held(world) == ITEMS - 1
