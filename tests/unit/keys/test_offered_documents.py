"""Documents of trust hold whoever carries them; what does not hold changes nothing."""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from keys import (
    INTERACTIVE,
    Cost,
    DirectoryFolder,
    DirectoryMemoryError,
    Document,
    Freshness,
    StaleBeaconError,
    TrustError,
    ceremony,
    documents_in,
    load_anchor,
    notes,
    pending,
    read_bundle,
    sealed,
    write_bundle,
    write_bundles,
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


class Exchange:
    """A centre, and a node in another folder that gets nothing but bundles."""

    def __init__(self, folder: Path, *, beacon: bool = True) -> None:
        self.centre, self.trust, self.home = (folder / name for name in ("centre", "node", "home"))
        self.home.mkdir()
        signers = ceremony.found_alone(
            self.centre, b"desk", now=NOW, random=os.urandom, cost=INTERACTIVE, beacon=beacon
        )
        self.officers, self.hub = (signers[:-1], signers[-1]) if beacon else (signers, None)
        self.desk = ceremony.open_desk(self.centre, b"desk")
        self.enrol("FRA-NCB")
        ceremony.publish(self.centre, self.officers, now=NOW)
        self.give(NOW)
        ceremony.hand_over(self.centre, self.trust)
        for name in ("directory-1.xml", "directory-1.xml.sig", "beacon.xml", "beacon.xml.sig"):
            (self.trust / name).unlink(missing_ok=True)
        self.folder = self.restarted()

    def enrol(self, party: str) -> None:
        ceremony.set_up_party(
            self.desk, self.home / party, party, b"own", sends=["RECEIPT"], now=NOW,
            random=os.urandom, cost=INTERACTIVE,
        )  # fmt: skip

    def give(self, now: datetime) -> None:
        if self.hub is not None:
            ceremony.give_beacon(self.centre, self.hub, now=now)

    def restarted(self) -> DirectoryFolder:
        return DirectoryFolder(self.trust, load_anchor(self.trust / "anchor.xml"), home=self.home)

    def carried(self) -> list[Document]:
        return read_bundle(write_bundle(documents_in(self.centre)))


@pytest.fixture
def exchange(tmp_path: Path) -> Exchange:
    return Exchange(tmp_path)


def test_a_bundle_brings_a_node_to_the_state_of_the_centre_at_once(exchange: Exchange) -> None:
    offering = exchange.folder.offer(exchange.carried(), NOW)
    assert offering.refusals == []
    assert offering.news == ["directory-1.xml", "beacon.xml"]
    assert exchange.folder.current(NOW).version == 1
    exchange.enrol("USA-NCB")
    ceremony.publish(exchange.centre, exchange.officers, now=NOW + SECOND)
    exchange.give(NOW + SECOND)
    exchange.folder.offer(exchange.carried(), NOW + SECOND)
    assert set(exchange.folder.current(NOW + SECOND).parties) == {"FRA-NCB", "USA-NCB"}
    centre = DirectoryFolder(
        exchange.centre, load_anchor(exchange.centre / "anchor.xml"), home=exchange.home / "c"
    )
    (exchange.home / "c").mkdir()
    centre.current(NOW + SECOND)
    assert exchange.folder.held == centre.held
    assert exchange.folder.offer(exchange.carried(), NOW + SECOND).news == []


def test_a_revocation_counts_from_the_bundle_on(exchange: Exchange) -> None:
    exchange.folder.offer(exchange.carried(), NOW)
    key = exchange.folder.current(NOW).parties["FRA-NCB"].keys[0]
    before = exchange.folder.held.state
    ceremony.revoke(exchange.centre, "FRA-NCB", [key.kid], "stolen", exchange.officers[0], now=NOW)
    exchange.folder.offer(exchange.carried(), NOW)
    kept = {each.kid: each for each in exchange.folder.current(NOW).parties["FRA-NCB"].keys}
    assert kept[key.kid].revoked_at is not None
    assert exchange.folder.held.revocations == 1
    assert exchange.folder.held.state != before


def test_a_revocation_counts_before_it_is_written_and_comes_again_until_it_is(
    exchange: Exchange, monkeypatch: pytest.MonkeyPatch
) -> None:
    exchange.folder.offer(exchange.carried(), NOW)
    kid = exchange.folder.current(NOW).parties["FRA-NCB"].keys[0].kid
    ceremony.revoke(exchange.centre, "FRA-NCB", [kid], "stolen", exchange.officers[0], now=NOW)
    name = next(each.name for each in exchange.carried() if each.name.startswith("revocation-"))

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as disk:
        disk.setattr(notes, "replace_signed", full)
        for _ in range(2):
            with pytest.raises(DirectoryMemoryError):
                exchange.folder.offer(exchange.carried(), NOW)
    found = {each.kid: each for each in exchange.folder.current(NOW).parties["FRA-NCB"].keys}
    assert found[kid].revoked_at is not None
    assert not (exchange.home / "accepted" / name).exists()
    assert exchange.folder.offer(exchange.carried(), NOW).news == [name]
    assert (exchange.home / "accepted" / name).exists()
    assert exchange.folder.offer(exchange.carried(), NOW).news == []
    (exchange.trust / name).unlink()
    again = exchange.restarted()
    kept = {each.kid: each for each in again.current(NOW).parties["FRA-NCB"].keys}
    assert kept[kid].revoked_at is not None


def test_a_flipped_octet_in_any_document_changes_nothing(exchange: Exchange) -> None:
    exchange.folder.offer(exchange.carried(), NOW)
    exchange.enrol("USA-NCB")
    ceremony.publish(exchange.centre, exchange.officers, now=NOW + SECOND)
    exchange.give(NOW + SECOND)
    before = {path: path.read_bytes() for path in exchange.trust.iterdir() if path.is_file()}
    for document in exchange.carried():
        at = len(document.octets) // 2
        octets = document.octets[:at] + bytes([document.octets[at] ^ 1]) + document.octets[at + 1 :]
        offering = exchange.folder.offer([replace(document, octets=octets)], NOW + SECOND)
        assert offering.news == []
        assert len(offering.refusals) == 1
    assert before == {p: p.read_bytes() for p in exchange.trust.iterdir() if p.is_file()}
    assert exchange.folder.current(NOW + SECOND).version == 1


@pytest.mark.parametrize(
    "octets",
    [
        b"", b"[]", b"{}", b'{"documents":7}', b"[" * 100_000, b'{"documents":[{"name":"x"}]}',
        json.dumps(
            {"documents": [{"name": "../anchor.xml", "document": "", "signature": ""}]}
        ).encode(),
    ],
)  # fmt: skip
def test_what_is_no_bundle_is_refused(octets: bytes) -> None:
    with pytest.raises(TrustError):
        read_bundle(octets)


def test_what_is_too_much_for_one_bundle_goes_in_several_and_in_its_order() -> None:
    small = [Document(name="beacon.xml", octets=b"%d" % n, signature=b"s") for n in range(1_030)]
    large = [Document(name="beacon.xml", octets=bytes(3_000_000), signature=b"s")] * 3
    for documents in (small, [*large, *small[:2]], []):
        carried = [read_bundle(each) for each in write_bundles(documents)]
        assert [each for bundle in carried for each in bundle] == documents
    assert len(write_bundles(small)) == 2


def test_a_restart_takes_no_reader_back_to_an_older_beacon(exchange: Exchange) -> None:
    old = exchange.carried()
    exchange.folder.offer(old, NOW)
    exchange.give(NOW + MINUTE)
    exchange.folder.offer(exchange.carried(), NOW + MINUTE)
    number = exchange.folder.held.beacon
    for each in old:
        if each.name == "beacon.xml":
            (exchange.trust / each.name).write_bytes(each.octets)
            (exchange.trust / f"{each.name}.sig").write_bytes(each.signature)
    again = exchange.restarted()
    again.current(NOW + MINUTE)
    assert again.held.beacon == number
    with pytest.raises(TrustError, match="older"):
        again.current(NOW + 12 * MINUTE)
    assert again.held.beacon == number
    assert again.offer(old, NOW + MINUTE).news == []
    exchange.give(NOW + 2 * MINUTE)
    again.offer(exchange.carried(), NOW + 2 * MINUTE)
    assert again.current(NOW + 2 * MINUTE).version == 1


def test_the_last_directory_stays_to_be_had_while_nobody_says_that_it_is_the_newest(
    exchange: Exchange,
) -> None:
    exchange.folder.offer(exchange.carried(), NOW)
    assert exchange.folder.freshness(NOW) is Freshness.FRESH
    later = NOW + 11 * MINUTE
    with pytest.raises(StaleBeaconError):
        exchange.folder.current(later)
    assert exchange.folder.last(later).version == 1
    assert exchange.folder.freshness(later) is Freshness.DEGRADED
    tomorrow = NOW + timedelta(hours=25)
    assert exchange.folder.last(tomorrow).version == 1
    assert exchange.folder.freshness(tomorrow) is Freshness.STOPPED


def test_a_crash_between_a_directory_and_its_memory_does_not_block_the_next(
    exchange: Exchange, monkeypatch: pytest.MonkeyPatch
) -> None:
    def crash(*_: object) -> None:
        raise KeyboardInterrupt

    exchange.enrol("USA-NCB")
    with monkeypatch.context() as patched:
        patched.setattr(pending, "write_seen", crash)
        with pytest.raises(KeyboardInterrupt):
            ceremony.publish(exchange.centre, exchange.officers, now=NOW)
    assert (exchange.centre / "directory-2.xml").exists()
    exchange.enrol("BRA-NCB")
    third = ceremony.publish(exchange.centre, exchange.officers, now=NOW + SECOND)
    assert third.version == 3
    assert set(third.parties) == {"FRA-NCB", "USA-NCB", "BRA-NCB"}
