"""From native file to native file, by real processes over a real broker."""

import json
import os

import pytest
from real_world import (
    DUTCH_CUSTOMS,
    FRANCE,
    Member,
    await_answer,
    await_quiet,
    drop,
    hit_files,
    records_held,
    rows_of,
    running_world,
    seizure,
    thefts,
)

from gateway.compose import broker_settings
from gateway.config import load_settings
from gateway.demo import send_forged, wait_until
from gateway.ids import REGISTRY_PARTY
from keys import ceremony

pytestmark = pytest.mark.real

BELGIAN_CUSTOMS = Member(
    party="BEL-CUSTOMS", adapter="fr-police-csv", office="desk", sends=("RECEIPT", "FAULT")
)
"""May speak on the line, and file nothing."""


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    members = (FRANCE, DUTCH_CUSTOMS, BELGIAN_CUSTOMS)
    # As `iarms anchor init` founds one: nobody takes the hub's word for who is there.
    folder = tmp_path_factory.mktemp("main-job")
    with running_world(folder, members, countersigned=True) as running:
        yield running


def test_a_seized_firearm_that_was_reported_stolen_reaches_its_owner_in_its_own_format(world):
    drop(world, "FRA-NCB", "one.csv", thefts([1, 2, 3], prefix="HT"))
    answer = rows_of(await_answer(world, "FRA-NCB", "one"))
    assert [row["N° procédure"] for row in answer] == [f"2025/TST/0000{n}" for n in (1, 2, 3)]
    drop(world, "NLD-CUSTOMS", "seized.json", seizure("RTM-1", ["ht00002a", "ZZ998877"]))
    await_answer(world, "NLD-CUSTOMS", "seized")
    wait_until(lambda: hit_files(world, "FRA-NCB"), "the owner's notice", 240)
    (notice,) = hit_files(world, "FRA-NCB")
    text = notice.read_text("latin-1")
    assert "2025/TST/00002" in text
    assert "NLD-CUSTOMS" in text
    assert "ht00002a" in text
    wait_until(lambda: hit_files(world, "NLD-CUSTOMS"), "the finder's notice", 240)
    (found,) = hit_files(world, "NLD-CUSTOMS")
    assert "FRA-NCB" in json.dumps(json.loads(found.read_bytes()))


def test_everybody_counts_everybody_as_active_by_a_countersignature_of_its_own_hand(world):
    names = [name for name in world.names if name != REGISTRY_PARTY]
    listed = {each.party for each in world.members}
    wait_until(
        lambda: not any(ceremony.awaited(world.home(x) / "trust", world.home(x)) for x in names),
        "all to be active for all",
        240,
    )
    for name in names:
        found = (world.home(name) / "trust").glob("countersignature-*.xml")
        assert {each.name.rpartition("-")[0] for each in found} == {
            f"countersignature-{party}" for party in listed
        }, name


def test_the_same_file_twice_has_no_second_effect(world):
    drop(world, "FRA-NCB", "twice.csv", thefts([11, 12]))
    await_answer(world, "FRA-NCB", "twice")
    before = records_held(world)
    drop(world, "FRA-NCB", "twice-again.csv", thefts([11, 12]))
    done = world.home("FRA-NCB") / "files" / "done"
    wait_until(lambda: list(done.glob("again-*twice-again.csv")), "the repeat to be seen", 240)
    await_quiet(world)
    assert records_held(world) == before
    assert not list(world.outgoing("FRA-NCB").glob("twice-again*"))


def test_the_same_rows_in_another_file_are_told_to_be_duplicates(world):
    drop(world, "FRA-NCB", "first.csv", thefts([21]))
    await_answer(world, "FRA-NCB", "first")
    before = records_held(world)
    drop(world, "FRA-NCB", "second.csv", thefts([21]) + b"\r\n")
    (row,) = rows_of(await_answer(world, "FRA-NCB", "second"))
    assert "DOUBL" in json.dumps(row, ensure_ascii=False).upper()
    assert records_held(world) == before


def test_a_file_that_is_still_being_written_is_left_alone(world):
    path = world.incoming("FRA-NCB") / "slow.csv"
    whole = thefts([31, 32])
    with path.open("wb") as writer:
        writer.write(whole[: len(whole) // 2])
        writer.flush()
        # Long quiet, and still open: another file that comes later is answered before it.
        os.utime(path, (1, 1))
        drop(world, "FRA-NCB", "later.csv", thefts([33]))
        await_answer(world, "FRA-NCB", "later")
        assert path.exists()
        writer.write(whole[len(whole) // 2 :])
    assert len(rows_of(await_answer(world, "FRA-NCB", "slow"))) == 2


def test_bad_rows_are_set_aside_with_their_place_and_good_rows_go_on(world):
    good = thefts([41, 42]).decode("latin-1").splitlines()
    bad = good[1].replace("14/01/2025", "31/02/2025").replace("PISTOLET", "PISTOLLET")
    drop(
        world,
        "FRA-NCB",
        "mixed.csv",
        "\r\n".join([good[0], good[1], bad.replace("00041", "00043"), good[2]]).encode("latin-1"),
    )
    rows = rows_of(await_answer(world, "FRA-NCB", "mixed"))
    text = json.dumps(rows, ensure_ascii=False)
    assert "31/02/2025" in text
    assert "PISTOLLET" in text
    assert records_held(world) >= 2
    with world.store("FRA-NCB") as store, store.unit() as unit:
        file = next(f for f in unit.intake.files() if f.name == "mixed.csv")
        states = [item.state for item in unit.intake.items_of_file(file.id)]
    assert states == ["APPLIED", "SET_ASIDE", "APPLIED"]


def test_a_file_of_another_shape_is_set_aside_whole_with_its_issues_beside_it(world):
    drop(world, "FRA-NCB", "alien.csv", b"a,b,c\n1,2,3\n")
    aside = world.home("FRA-NCB") / "files" / "set-aside"
    wait_until(lambda: list(aside.glob("*alien.csv")), "the alien file", 240)
    (issues,) = aside.glob("*alien.csv.issues.txt")
    assert "expected" in issues.read_text()


def test_forged_messages_are_set_aside_at_the_centre_and_change_nothing(world):
    drop(world, "FRA-NCB", "genuine.csv", thefts([51]))
    await_answer(world, "FRA-NCB", "genuine")
    await_quiet(world)
    before = records_held(world)
    with world.store("FRA-NCB") as store, store.unit() as unit:
        genuine = unit.outbox.newest_sealed()
    home = world.home("NLD-CUSTOMS")
    send_forged(broker_settings(load_settings(home), home), "NLD-CUSTOMS", genuine)

    def codes():
        with world.store(REGISTRY_PARTY) as store, store.unit() as unit:
            return {letter.code for letter in unit.deadletters.all()}

    wait_until(lambda: len(codes()) == 2, "two dead letters", 240)
    assert codes() == {"envelope.refused", "relay.wrong-ingress"}
    assert records_held(world) == before


def test_customs_may_not_file_records_and_is_told_so_by_a_signed_fault(world):
    before = records_held(world)
    drop(world, "BEL-CUSTOMS", "sneaky.csv", thefts([81]))
    (row,) = rows_of(await_answer(world, "BEL-CUSTOMS", "sneaky"))
    assert "relay.not-permitted" in json.dumps(row)
    assert records_held(world) == before
