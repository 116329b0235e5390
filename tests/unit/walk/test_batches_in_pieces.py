"""A large batch is filed piece by piece: others pass between, and no crash doubles or loses any."""

from datetime import timedelta

import pytest
from fresh_sqlite import put_fresh
from memory_world import EVERY_TYPE, MemoryWorld
from registry_world import a_change, a_description, a_record, a_search
from sqlalchemy import text

from gateway.endpoint import Clerks
from gateway.hub import HubDesk, RegistryClerk
from gateway.ids import REGISTRY_PARTY, Lane
from gateway.payload import (
    ClosureReasonCode,
    FirearmRecordStatusChange,
    FirearmRecordSubmit,
    HitNotice,
    MessageTypeCode,
    PurposeCode,
    RecordBatch,
    RecordBatchItem,
    RecordBatchReport,
    RecordResultCode,
    RecordStatusCode,
    RecordUpdate,
    SearchRequest,
    StatusChange,
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
    types = EVERY_TYPE | {"REC_BATCH", "REC_BATCH_REPORT", "REC_SUBMIT", "REC_STATUS"}
    types |= {"REC_RESULT"}
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


def ask(world, party=USA, serial="AB007305"):
    return post(
        world,
        party,
        lambda frame: SearchRequest(
            context=frame.context("SEARCH_REQUEST", purpose=PurposeCode.BORDER_CONTROL),
            search=a_search(a_description(serial)),
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
    ask(world, serial="AB0073005")  # as it is recorded: a hit, not only a candidate
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


def test_a_status_change_behind_a_large_batch_waits_for_the_record_that_it_ends(world):
    file(world, weapons())
    until(world, lambda: held(world) >= 2)
    message_id = end(world, weapons()[-1])
    france = world.seats[FRANCE].desk
    until(world, lambda: len(france.came) == 2)
    (_, report), (reply_to, result) = france.came
    assert isinstance(report, RecordBatchReport)
    assert reply_to == message_id
    assert (result.record_result.result_code, result.record_result.version) == (
        RecordResultCode.ACCEPTED,
        2,
    )


def test_a_filing_that_builds_on_nothing_does_not_wait_behind_a_large_batch(world):
    file(world, weapons(count=40))
    until(world, lambda: held(world) >= 2)
    (new,) = weapons(first=90, count=1)
    post(
        world,
        FRANCE,
        lambda frame: FirearmRecordSubmit(
            context=frame.context(MessageTypeCode.REC_SUBMIT, purpose=PurposeCode.ALERT),
            firearm_record=new,
        ),
        Lane.URGENT,
    )
    france = world.seats[FRANCE].desk
    until(world, lambda: france.came)
    assert not france.reports
    assert held(world) < 40


def test_a_filing_in_its_turn_that_the_registry_cannot_process_is_refused(world, monkeypatch):
    judge = records.Filing._judge

    def fails(self, item):
        if isinstance(item, StatusChange):
            raise RuntimeError("a defect")  # noqa: TRY004 - any would do
        return judge(self, item)

    monkeypatch.setattr(records.Filing, "_judge", fails)
    file(world, weapons())
    until(world, lambda: held(world) >= 2)
    end(world, weapons()[-1])
    france = world.seats[FRANCE].desk

    def answered():
        world.now += timedelta(seconds=5)
        return len(france.came) == 2

    until(world, answered)
    _, (_, result) = france.came
    assert result.record_result.result_code is RecordResultCode.REJECTED
    assert result.record_result.finding[0].finding_code == "NOT_PROCESSED"


def test_an_empty_registry_is_filled_by_the_outboxes_of_countries_and_answers_nobody_again(world):
    file(world, weapons())
    until(world, lambda: held(world) >= 2)
    end(world, weapons()[-1])
    france = world.seats[FRANCE].desk
    until(world, lambda: len(france.came) == 2)
    ask(world, serial="AB0073005")  # as it is recorded: a hit, not only a candidate
    usa = world.seats[USA].desk
    until(world, lambda: any(isinstance(one, HitNotice) for _, one in usa.came))
    for _ in range(20):
        world.round()
    france.came, usa.came = [], []
    lost = states(world)
    seat = world.seats[REGISTRY_PARTY]
    seat.link.stop(timedelta(0))
    seat.store.close()
    for file_ in seat.database.parent.glob(f"{seat.database.name}*"):
        file_.unlink()
    put_fresh(seat.database)
    world.start(seat)
    until(world, lambda: len(states(world)) == len(lost) and states(world) == lost)
    world.pass_time(timedelta(minutes=1), step=timedelta(seconds=5))
    assert states(world) == lost
    told = [one for _, one in (*france.came, *usa.came)]
    assert not [one for one in told if not isinstance(one, HitNotice)], "nobody waits any more"


def end(world, record):
    change = a_change(
        record,
        RecordStatusCode.CLOSED,
        reason=ClosureReasonCode.RECOVERED_OTHER_MEANS,
        recovery_date="2024-05-01",
    )
    return post(
        world,
        FRANCE,
        lambda frame: FirearmRecordStatusChange(
            context=frame.context(MessageTypeCode.REC_STATUS, purpose=PurposeCode.ALERT),
            status_change=change,
        ),
        Lane.ROUTINE,
    )


def states(world):
    """Versions, states and hits as the registry holds them."""
    statement = text(
        "SELECT r.record_id, r.version, r.status, h.hit_id FROM firearm_record r"
        " LEFT JOIN hit h ON h.firearm_id = r.id ORDER BY 1, 4"
    )
    return world.look(
        REGISTRY_PARTY, lambda unit: [tuple(row) for row in unit.connection.execute(statement)]
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
