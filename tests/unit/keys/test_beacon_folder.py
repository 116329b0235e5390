"""A process holds everything while nobody says that its directory is the newest."""

from __future__ import annotations

import hashlib
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from keys import (
    INTERACTIVE,
    Cost,
    DirectoryFolder,
    Freshness,
    StaleBeaconError,
    TrustError,
    ceremony,
    load_anchor,
    sealed,
)

pytestmark = pytest.mark.slow

NOW = datetime(2026, 10, 20, 9, 0, tzinfo=UTC)
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)


@pytest.fixture(autouse=True)
def _quick_derivation(monkeypatch: pytest.MonkeyPatch) -> None:
    def derive(passphrase: bytes, salt: bytes, cost: Cost) -> tuple[bytes, bytes]:
        octets = hashlib.shake_256(repr((passphrase, salt, cost)).encode()).digest(64)
        return octets[:32], octets[32:]

    monkeypatch.setattr(sealed, "_derive", derive)


def founded(root: Path, *parties: str) -> tuple[Path, Path, list[ceremony.Signer], ceremony.Signer]:
    """A centre with a directory of ``parties`` and a home: both folders, the officers, the hub."""
    trust, home = root / "centre", root / "home"
    home.mkdir()
    *officers, hub = ceremony.found_alone(
        trust, b"desk", now=NOW, random=os.urandom, cost=INTERACTIVE, beacon=True
    )
    desk = ceremony.open_desk(trust, b"desk")
    for party in parties:
        ceremony.set_up_party(
            desk, root / party, party, b"own", sends=["RECEIPT"], now=NOW,
            random=os.urandom, cost=INTERACTIVE,
        )  # fmt: skip
    ceremony.publish(trust, officers, now=NOW)
    return trust, home, officers, hub


def test_a_node_cut_off_holds_after_ten_minutes_and_goes_on_when_it_is_back(
    tmp_path: Path,
) -> None:
    trust, home, officers, hub = founded(tmp_path, "FRA-NCB")
    told: list[TrustError] = []
    folder = DirectoryFolder(
        trust, load_anchor(trust / "anchor.xml"), home=home, on_refusal=told.append
    )
    with pytest.raises(TrustError):
        folder.current(NOW)
    ceremony.give_beacon(trust, hub, now=NOW)
    assert folder.current(NOW + SECOND).version == 1
    assert folder.current(NOW + 10 * MINUTE).version == 1
    with pytest.raises(StaleBeaconError):
        folder.current(NOW + 11 * MINUTE)
    ceremony.give_beacon(trust, hub, now=NOW + 12 * MINUTE)
    assert folder.current(NOW + 12 * MINUTE).version == 1

    ceremony.publish(trust, officers, now=NOW + 13 * MINUTE, renew=True)
    assert folder.current(NOW + 13 * MINUTE).version == 1  # nobody has said that it is the newest
    ceremony.give_beacon(trust, hub, now=NOW + 14 * MINUTE)
    assert folder.current(NOW + 14 * MINUTE).version == 2
    old = {name: (trust / name).read_bytes() for name in ("beacon.xml", "beacon.xml.sig")}
    ceremony.give_beacon(trust, hub, now=NOW + 15 * MINUTE)
    folder.current(NOW + 15 * MINUTE)
    told.clear()
    for name, octets in old.items():
        (trust / name).write_bytes(octets)
    # A replayed beacon is an alarm, once; it neither takes anybody back nor stops anybody.
    for seconds in range(4):
        assert folder.current(NOW + 16 * MINUTE + seconds * SECOND).version == 2
    assert ["older than number" in str(each) for each in told] == [True]
    with pytest.raises(TrustError, match="older"):
        folder.current(NOW + 26 * MINUTE)
    again = DirectoryFolder(trust, load_anchor(trust / "anchor.xml"), home=home)
    assert again.current(NOW + 17 * MINUTE).version == 2, "the newest was remembered"
    with pytest.raises(TrustError):  # an officer gives no beacons
        ceremony.give_beacon(trust, officers[0], now=NOW + 16 * MINUTE)


def test_a_hub_that_lost_its_newest_beacon_is_believed_at_once(tmp_path: Path) -> None:
    trust, hub_trust, home = (tmp_path / name for name in ("centre", "hub", "home"))
    home.mkdir()
    *officers, hub = ceremony.found_alone(
        trust, b"desk", now=NOW, random=os.urandom, cost=INTERACTIVE, beacon=True
    )
    desk = ceremony.open_desk(trust, b"desk")
    ceremony.set_up_party(
        desk, tmp_path / "fra", "FRA-NCB", b"own", sends=["RECEIPT"], now=NOW,
        random=os.urandom, cost=INTERACTIVE,
    )  # fmt: skip
    ceremony.publish(trust, officers, now=NOW)
    ceremony.give_beacon(trust, hub, now=NOW)  # once at the centre; from then on the hub gives them
    ceremony.hand_over(trust, hub_trust)
    folder = DirectoryFolder(hub_trust, load_anchor(trust / "anchor.xml"), home=home)
    old = {name: (hub_trust / name).read_bytes() for name in ("beacon.xml", "beacon.xml.sig")}
    for second in (10, 20, 30):
        ceremony.give_beacon(hub_trust, hub, now=NOW + second * SECOND)
    assert folder.current(NOW + 30 * SECOND).version == 1
    newest = (hub_trust / "beacon.xml").read_bytes()
    ceremony.hand_over(trust, hub_trust)
    assert (hub_trust / "beacon.xml").read_bytes() == newest, "an older one replaces none"
    for minute, is_restored in ((1, True), (2, False)):
        for name, octets in old.items():
            (hub_trust / name).unlink()
            if is_restored:
                (hub_trust / name).write_bytes(octets)
        number, now = folder.held.beacon, NOW + minute * MINUTE
        ceremony.give_beacon(hub_trust, hub, now=now)
        assert folder.current(now).version == 1
        assert folder.held.beacon > number
        assert folder.held.beacon_issued == now


def test_a_directory_that_comes_before_its_beacon_is_no_alarm_unless_the_beacon_never_comes(
    tmp_path: Path,
) -> None:
    trust, home, officers, hub = founded(tmp_path, "FRA-NCB")
    ceremony.give_beacon(trust, hub, now=NOW)
    told: list[TrustError] = []
    folder = DirectoryFolder(
        trust, load_anchor(trust / "anchor.xml"), home=home, on_refusal=told.append
    )
    assert folder.current(NOW + SECOND).version == 1
    ceremony.publish(trust, officers, now=NOW + 2 * SECOND, renew=True)
    assert folder.current(NOW + 4 * SECOND).version == 1
    ceremony.give_beacon(trust, hub, now=NOW + 5 * SECOND)
    assert folder.current(NOW + 6 * SECOND).version == 2
    assert told == []

    ceremony.publish(trust, officers, now=NOW + MINUTE, renew=True)
    for seconds in range(60, 300, 15):
        assert folder.current(NOW + seconds * SECOND).version == 2
    (alarm,) = told
    assert "No fresh beacon names directory 3" in str(alarm)


def test_how_keys_stand_is_looked_at_as_the_process_remembers_and_changes_nothing(
    tmp_path: Path,
) -> None:
    trust, home, _, hub = founded(tmp_path, "FRA-NCB", "BEL-NCB")
    # The centre makes documents and needs no beacon to know which are the newest.
    assert ceremony.standing(trust, None, now=NOW) == ()
    node = tmp_path / "node" / "trust"
    node.mkdir(parents=True)
    for published in ("anchor.xml", "directory-1.xml", "directory-1.xml.sig"):
        (node / published).write_bytes((trust / published).read_bytes())
    ceremony.give_beacon(trust, hub, now=NOW)
    for published in ("beacon.xml", "beacon.xml.sig"):
        (node / published).write_bytes((trust / published).read_bytes())
    DirectoryFolder(node, load_anchor(node / "anchor.xml"), home=home).current(NOW)
    before = {each.name: each.read_bytes() for each in home.iterdir() if each.is_file()}
    found = ceremony.standing(node, home, now=NOW + 20 * MINUTE)
    assert [(each.what, each.state) for each in found] == [("beacon", "degraded")]
    assert ceremony.standing(node, home, now=NOW + MINUTE) == ()
    assert {each.name: each.read_bytes() for each in home.iterdir() if each.is_file()} == before


def test_who_is_handed_an_old_folder_first_continues_from_the_newest_directory(
    tmp_path: Path,
) -> None:
    trust, home, handed = tmp_path / "centre", tmp_path / "home", tmp_path / "handed"
    home.mkdir()
    *officers, hub = ceremony.found_alone(
        trust, b"desk", now=NOW, random=os.urandom, cost=INTERACTIVE, beacon=True
    )
    desk = ceremony.open_desk(trust, b"desk")
    ceremony.set_up_party(
        desk, tmp_path / "fra", "FRA-NCB", b"own", sends=["RECEIPT"], now=NOW,
        random=os.urandom, cost=INTERACTIVE,
    )  # fmt: skip
    ceremony.publish(trust, officers, now=NOW)
    ceremony.give_beacon(trust, hub, now=NOW)
    ceremony.hand_over(trust, handed)  # and somebody keeps it for an hour
    later = NOW + timedelta(hours=1)
    remembered = [home / "directory.version", home / "keys.known"]
    folder = DirectoryFolder(handed, load_anchor(handed / "anchor.xml"), home=home)
    for _ in range(2):
        assert folder.usable(later).version == 1  # it can be looked at
        assert folder.freshness(later) is Freshness.STOPPED  # and nothing is done on it
        with pytest.raises(StaleBeaconError):
            folder.current(later)
        assert not any(path.exists() for path in remembered)
        folder = DirectoryFolder(handed, load_anchor(handed / "anchor.xml"), home=home)
    ceremony.publish(trust, officers, now=later, renew=True)
    ceremony.give_beacon(trust, hub, now=later)
    ceremony.hand_over(trust, handed)
    assert folder.current(later + SECOND).version == 2
    assert remembered[0].read_text().startswith("2 ")
    assert remembered[1].exists()


def test_a_first_directory_counts_from_the_fresh_beacon_on_that_names_it(tmp_path: Path) -> None:
    trust, home = tmp_path / "centre", tmp_path / "home"
    home.mkdir()
    *officers, hub = ceremony.found_alone(
        trust, b"desk", now=NOW, random=os.urandom, cost=INTERACTIVE, beacon=True
    )
    desk = ceremony.open_desk(trust, b"desk")
    ceremony.set_up_party(
        desk, tmp_path / "fra", "FRA-NCB", b"own", sends=["RECEIPT"], now=NOW,
        random=os.urandom, cost=INTERACTIVE,
    )  # fmt: skip
    ceremony.publish(trust, officers, now=NOW)
    folder = DirectoryFolder(trust, load_anchor(trust / "anchor.xml"), home=home)
    assert folder.usable(NOW).version == 1
    assert not (home / "directory.version").exists()
    ceremony.give_beacon(trust, hub, now=NOW + MINUTE)
    assert folder.current(NOW + MINUTE).version == 1
    assert (home / "directory.version").exists()
    assert (home / "keys.known").exists()
