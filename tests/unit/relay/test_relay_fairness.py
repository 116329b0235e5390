"""A mailbox that takes nothing, whoever sees to that, does not hold what goes to others."""

from datetime import timedelta

import pytest
from test_relay import RelayWorld

from gateway.exchange import mailbox
from gateway.ids import Lane

pytestmark = pytest.mark.unit


@pytest.fixture
def world() -> RelayWorld:
    made = RelayWorld()
    queue = made.broker.queue(mailbox("USA-NCB", Lane.ROUTINE))
    assert queue is not None
    queue.policy = {"max-length": 0, "overflow": "reject-publish"}
    return made


def test_a_full_mailbox_does_not_keep_its_sender_from_writing_to_others(world):
    for _ in range(300):  # more than the relay is lent of one queue
        world.post(world.sealed("USA-NCB"))
    other = world.sealed("NLD-CUSTOMS")
    world.post(other)
    world.run()
    assert world.mail("NLD-CUSTOMS") == [other]


def test_a_mailbox_that_is_full_for_a_moment_loses_nothing_and_buries_nothing(world):
    few = [world.sealed("USA-NCB") for _ in range(20)]
    for each in few:
        world.post(each)
    world.run()
    world.broker.queue(mailbox("USA-NCB", Lane.ROUTINE)).policy = {}
    world.run(moving=timedelta(seconds=6))
    assert sorted(world.mail("USA-NCB")) == sorted(few)
    assert world.dead() == []


def test_what_is_not_waited_for_can_be_sent_again_later(world):
    for _ in range(60):
        world.post(world.sealed("USA-NCB"))
    world.run()
    codes = {letter.headers["iarms-code"] for letter in world.dead()}
    assert codes == {"relay.mailbox-full"}
