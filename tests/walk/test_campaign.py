"""The campaign on the real parts runs, hits what it says it hits, and finds every promise kept."""

import json
import os
import time
from types import SimpleNamespace

import pytest
from click.testing import CliRunner

from gateway.campaign import KINDS, Disk, chosen, cut_power, stream, why_no_disk
from gateway.campaign.faults import NOT_INJECTED, Fault
from gateway.campaign.outcome import Row
from gateway.cli import root
from gateway.exchange import BrokerInstallationError, find_scripts

pytestmark = pytest.mark.real

FEW = "relay-killed,line-reset,connections-closed,queue-purged"


def test_a_short_campaign_keeps_every_promise(tmp_path):
    try:
        find_scripts()
    except BrokerInstallationError as missing:
        pytest.skip(f"{missing}: {missing.remedy}")
    found = tmp_path / "found.json"
    words = ["campaign", "run", "--state", str(tmp_path / "w"), "--time", "3", "--seed", "4"]
    words += ["--rows", "5", "--files", "2"]
    done = CliRunner().invoke(root, [*words, "--kinds", FEW, "--json", str(found)])
    assert done.exit_code == 0, done.output
    told = json.loads(found.read_text())
    assert told["holds"]
    assert told["messages"] > 0
    assert sum(row["times"] for row in told["kinds"]) >= len(FEW.split(",")) // 2
    assert all(row["lost"] == row["doubled"] == 0 for row in told["kinds"])


def test_an_unknown_kind_is_told_before_anything_starts(tmp_path):
    done = CliRunner().invoke(
        root, ["campaign", "run", "--state", str(tmp_path / "w"), "--kinds", "earthquake"]
    )
    assert done.exit_code == 2
    assert "earthquake" in done.output
    assert not (tmp_path / "w").exists()


def test_every_kind_has_a_name_of_its_own_and_says_what_it_does():
    names = [kind.name for kind in KINDS]
    assert len(set(names)) == len(names)
    assert all(kind.about and kind.touches for kind in KINDS)
    assert chosen([]) == KINDS


def test_each_kind_comes_once_and_then_one_after_the_other_often_enough(monkeypatch):
    """Of what competes for one part; a kind that came twice is no use to anybody."""
    site = a_quick_site(monkeypatch)
    kinds = [
        Fault(name=name, about=name, touches=frozenset({"part"}), inject=nothing, holds_s=0.0)
        for name in ("a", "b", "c")
    ]
    rows = {kind.name: Row(kind=kind.name, about=kind.about) for kind in kinds}
    injecting = stream.Stream(site, kinds, rows, seed=1, most=9)
    came: list[str] = []
    deadline = time.monotonic() + 120
    while len(came) < len(kinds) * 3 and time.monotonic() < deadline:
        injected, broken, _ = injecting.run(time.monotonic() + 0.2)
        assert not broken
        came += injected
    assert set(came[:3]) == {"a", "b", "c"}
    assert came[3] == came[4] != came[5] == came[6] != came[7] == came[8]


def test_what_could_not_take_place_is_drawn_and_not_counted(monkeypatch):
    def in_vain(_site, injection):
        injection.keep[NOT_INJECTED] = True

    kind = Fault(
        name="a", about="a", touches=frozenset({"part"}), inject=nothing, heal=in_vain, holds_s=0.0
    )
    row = Row(kind="a", about="a")
    injecting = stream.Stream(a_quick_site(monkeypatch), [kind], {"a": row}, seed=1, most=1)
    deadline = time.monotonic() + 120
    while not row.drawn and time.monotonic() < deadline:
        injecting.run(time.monotonic() + 0.2)
    assert row.drawn == row.void > 0
    assert row.times == 0


def a_quick_site(monkeypatch):
    """Where whoever is asked has answered already."""
    monkeypatch.setattr(stream, "_TICK_S", 0.01)
    monkeypatch.setattr(stream, "_REST_S", 0.01)
    return SimpleNamespace(
        in_flight=0,
        clients={"FRA-NCB": SimpleNamespace(last_answer=float("inf"))},
        world=SimpleNamespace(names=()),
        look_after=nobody_ended,
    )


def nobody_ended(**_but):
    """What ended by itself."""
    return []


def nothing(site, injection):
    """What breaks nothing."""


def test_a_power_cut_takes_back_what_was_not_synced_and_nothing_else(tmp_path):
    reason = why_no_disk()
    if reason is not None:
        pytest.skip(reason)
    disk = Disk(tmp_path / "disk")
    disk.mount()
    try:
        place = disk.mountpoint
        safe, unsafe, nameless = place / "safe", place / "unsafe", place / "nameless"
        write_and_sync(safe, b"kept")
        write_and_sync(unsafe, b"first")
        sync_folder(place)
        with unsafe.open("r+b") as out:
            out.write(b"later")
        write_and_sync(nameless, b"synced, but its folder was not")
        safe.rename(place / "renamed")
        assert unsafe.read_bytes() == b"later"
        disk.order("cut")
        assert sorted(path.name for path in place.iterdir()) == ["safe", "unsafe"]
        assert (safe.read_bytes(), unsafe.read_bytes()) == (b"kept", b"first")
    finally:
        disk.unmount()


def test_a_disk_fails_as_ordered(tmp_path):
    reason = why_no_disk()
    if reason is not None:
        pytest.skip(reason)
    disk = Disk(tmp_path / "disk")
    disk.mount()
    try:
        file = disk.mountpoint / "file"
        disk.order("full")
        with pytest.raises(OSError, match="No space"):
            file.write_bytes(b"x")
        disk.order("fair")
        disk.fail("fsync", 1)
        write_and_sync(file)
        with pytest.raises(OSError, match="Input/output"):
            write_and_sync(file)
    finally:
        disk.unmount()


def sync_folder(folder):
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    os.fsync(descriptor)
    os.close(descriptor)


def write_and_sync(file, octets=b"x"):
    with file.open("wb") as out:
        out.write(octets)
        out.flush()
        os.fsync(out.fileno())


def test_power_cuts_lose_nothing_that_was_acknowledged(tmp_path):
    reason = why_no_disk()
    if reason is not None:
        pytest.skip(reason)
    cuts = cut_power(tmp_path, count=4, seed=1, careless=1, say=print)
    assert cuts.acknowledged > 0
    assert (cuts.lost, cuts.torn, cuts.damaged) == (0, 0, 0)
    assert cuts.careless_lost > 0
    assert cuts.holds
