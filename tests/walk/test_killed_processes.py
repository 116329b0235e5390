"""Nothing accepted is lost and nothing happens twice, whatever is killed on the way."""

from collections import Counter
from contextlib import ExitStack
from functools import cache

import pytest
from forked import fork
from real_postgres import fresh_database, shared_postgres
from real_world import (
    DEADLINE_S,
    await_answer,
    await_quiet,
    drop,
    hit_files,
    records_held,
    rows_of,
    running_world,
    seizure,
    thefts,
    wipe_broker_data,
)

from gateway.demo import wait_until
from gateway.ids import REGISTRY_PARTY, RELAY_USER

pytestmark = pytest.mark.real

ROWS = 120
ONCE = pytest.mark.parametrize("world", ["sqlite"], indirect=True)
"""What befalls the broker and the relay alone shows nothing of the other kind of database."""


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def world(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp(f"killed-{request.param}")
    if request.param == "sqlite":
        with running_world(folder / "world", launch=fork) as running:
            yield running
        return
    with ExitStack() as held:

        @cache
        def database(party):  # noqa: ARG001 - one for each party, by the cache
            return held.enter_context(fresh_database(shared_postgres()))

        with running_world(folder / "world", databases=database, launch=fork) as running:
            yield running


def filed_while(world, start, disturb):
    """A file of singles is dropped, the disturbance comes while it is on its way."""
    held = records_held(world)
    name = f"batch{start}"
    drop(world, "FRA-NCB", f"{name}.csv", thefts(range(start, start + ROWS), prefix=f"Q{start}"))
    done = world.home("FRA-NCB") / "files" / "done"
    wait_until(lambda: list(done.glob(f"*-{name}.csv")), "the file to be accepted", DEADLINE_S)
    disturb()
    rows = rows_of(await_answer(world, "FRA-NCB", name))
    await_quiet(world)
    assert len(rows) == ROWS
    assert len({row["N° procédure"] for row in rows}) == ROWS
    assert records_held(world) == held + ROWS
    return rows


def restart(world, name):
    world.kill_process(name)
    world.start(name)
    world.wait_ready(name)


def test_the_hub_is_killed(world):
    filed_while(world, 1000, lambda: restart(world, REGISTRY_PARTY))


@ONCE
def test_the_relay_is_killed(world):
    filed_while(world, 2000, lambda: restart(world, RELAY_USER))


def test_the_node_is_killed(world):
    filed_while(world, 3000, lambda: restart(world, "FRA-NCB"))


def test_the_node_is_killed_while_it_takes_the_file_in(world):
    held = records_held(world)
    drop(world, "FRA-NCB", "intake.csv", thefts(range(9000, 9000 + ROWS), prefix="IN"))
    restart(world, "FRA-NCB")
    rows = rows_of(await_answer(world, "FRA-NCB", "intake"))
    await_quiet(world)
    assert len(rows) == ROWS
    assert records_held(world) == held + ROWS


@ONCE
def test_the_broker_is_killed(world):
    def kill():
        world.broker.kill()
        world.restart_broker()

    filed_while(world, 4000, kill)


def test_the_broker_loses_everything(world):
    def wipe():
        wipe_broker_data(world)
        world.restart_broker()

    filed_while(world, 5000, wipe)


@ONCE
def test_a_hit_whose_notices_the_broker_lost_reaches_both_sides_once(world):
    drop(world, "FRA-NCB", "stolen.csv", thefts([7001], prefix="HIT"))
    await_answer(world, "FRA-NCB", "stolen")
    before = Counter(len(hit_files(world, p)) for p in ("FRA-NCB", "NLD-CUSTOMS"))
    assert before == {0: 2}
    drop(world, "NLD-CUSTOMS", "lost.json", seizure("RTM-LOST", ["HIT07001A"]))
    wipe_broker_data(world)
    world.restart_broker()
    for party in ("FRA-NCB", "NLD-CUSTOMS"):
        wait_until(lambda party=party: hit_files(world, party), f"{party}'s notice", DEADLINE_S)
    await_quiet(world)
    assert [len(hit_files(world, p)) for p in ("FRA-NCB", "NLD-CUSTOMS")] == [1, 1]


def test_all_of_it_at_once(world):
    def everything():
        for name in (REGISTRY_PARTY, "FRA-NCB", RELAY_USER):
            world.kill_process(name)
        wipe_broker_data(world)
        for name in ("FRA-NCB", RELAY_USER, REGISTRY_PARTY):
            world.start(name)
        world.restart_broker()
        for name in (REGISTRY_PARTY, "FRA-NCB", RELAY_USER):
            world.wait_ready(name)

    filed_while(world, 6000, everything)
