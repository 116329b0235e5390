"""A hub that rewrites, shortens or forks its log, or shows it to nobody, is noticed over the line.

The readers have folders of their own: what they know came in bundles or from one another.
"""

from __future__ import annotations

import base64
import hashlib
import os
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from gateway.cli import root as iarms
from gateway.operations import log_spread_of
from gateway.store import LogWord
from keys import (
    INTERACTIVE,
    Cost,
    DirectoryFolder,
    Freshness,
    KeyLogError,
    TrustError,
    ceremony,
    documents_in,
    load_anchor,
    read_bundle,
    sealed,
    write_bundle,
)
from keys.beacon import Named, sign_beacon, write_beacon
from keys.bundle import Document
from keys.checkpoint import Checkpoint, sign_checkpoint
from keys.errors import KeyLogForkError, KeyLogShrunkError, KeyLogUnseenError
from keys.growth import grown, growth_file, write_growth
from keys.keylog_files import origin_of
from keys.keylog_watch import EVIDENCE_FILES, EVIDENCE_GROWTH, UNSEEN_LONGEST
from keys.merkle import leaf_hash, root_of

pytestmark = pytest.mark.slow

NOW = datetime(2026, 10, 20, 9, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def _quick_derivation(monkeypatch: pytest.MonkeyPatch) -> None:
    def derive(passphrase: bytes, salt: bytes, cost: Cost) -> tuple[bytes, bytes]:
        octets = hashlib.shake_256(repr((passphrase, salt, cost)).encode()).digest(64)
        return octets[:32], octets[32:]

    monkeypatch.setattr(sealed, "_derive", derive)


class Reader:
    """A country's trust folder, home and what its people were told."""

    def __init__(self, hub: Hub, name: str) -> None:
        self.trust, self.home = hub.folder / name / "trust", hub.folder / name
        self.home.mkdir()
        self.told: list[TrustError] = []
        ceremony.hand_over(hub.trust, self.trust)
        self.begin()

    def begin(self) -> None:
        """A new process in the same home."""
        self.node = DirectoryFolder(
            self.trust, load_anchor(self.trust / "anchor.xml"), home=self.home,
            on_refusal=self.told.append,
        )  # fmt: skip

    def take(self, documents: Sequence[Document], now: datetime) -> list[str]:
        """As they come over the broker; the names of what counted."""
        return self.node.offer(read_bundle(write_bundle(list(documents))), now).news

    @property
    def size(self) -> int:
        """Of the checkpoint that is remembered."""
        return int((self.home / "keylog.checkpoint").read_text("utf-8").split("\n")[1])

    @property
    def codes(self) -> list[str]:
        return [each.code for each in self.told]


class Hub:
    """A centre with one directory, that signs whatever log it likes."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.trust, self.number = folder, folder / "centre", 100
        *self.officers, self.signer = ceremony.found_alone(
            self.trust, b"desk", now=NOW, random=os.urandom, cost=INTERACTIVE, beacon=True
        )
        ceremony.set_up_party(
            ceremony.open_desk(self.trust, b"desk"), folder / "FRA-NCB", "FRA-NCB", b"own",
            sends=["RECEIPT"], now=NOW, random=os.urandom, cost=INTERACTIVE,
        )  # fmt: skip
        ceremony.publish(self.trust, self.officers, now=NOW)
        self.leaves = [b"leaf %d" % each for each in range(6)]

    def note(self, leaves: Sequence[bytes]) -> bytes:
        checkpoint = Checkpoint(
            origin=origin_of(load_anchor(self.trust / "anchor.xml")),
            size=len(leaves),
            root=root_of(list(map(leaf_hash, leaves))),
        )
        return sign_checkpoint(checkpoint, self.signer.public.signing, self.signer.sign_note)

    def growth(self, leaves: Sequence[bytes], *, first: int = 0) -> Document:
        hashes = list(map(leaf_hash, leaves))
        return Document(
            name=growth_file(len(leaves)),
            octets=write_growth(grown(hashes, first=first)),
            signature=self.note(leaves),
        )

    def beacon(self, leaves: Sequence[bytes], now: datetime) -> Document:
        self.number += 1
        root, directory = (
            load_anchor(self.trust / "anchor.xml"), ceremony.newest_directory(self.trust),
        )  # fmt: skip
        assert directory is not None
        octets = write_beacon(
            version=self.number,
            issued=now,
            root=Named(version=root.version, digest=root.digest),
            directory=Named(version=directory.version, digest=directory.digest),
            checkpoint=self.note(leaves),
        )
        signature = sign_beacon(octets, self.signer)
        return Document(name="beacon.xml", octets=octets, signature=signature)

    def says(self, leaves: Sequence[bytes], now: datetime, *, first: int = 0) -> list[Document]:
        return [self.growth(leaves, first=first), self.beacon(leaves, now)]


@pytest.fixture
def hub(tmp_path: Path) -> Hub:
    return Hub(tmp_path)


@pytest.fixture
def reader(hub: Hub) -> Reader:
    made = Reader(hub, "reader")
    made.take(hub.says(hub.leaves, NOW), NOW)
    assert made.size == 6
    return made


def grow(hub: Hub, count: int = 1) -> list[bytes]:
    return [*hub.leaves, *(b"more %d" % each for each in range(count))]


def test_a_log_that_grows_is_followed_over_the_line_alone(hub: Hub, reader: Reader) -> None:
    for count in range(1, 9):
        now = NOW + count * MINUTE
        reader.take(hub.says(grow(hub, count), now, first=count // 2 * 2), now)
        assert reader.size == 6 + count
        assert reader.node.freshness(now) is Freshness.FRESH
    assert not reader.told
    assert len(list(reader.trust.glob("keylog-*.growth"))) == 1  # the newest alone is kept
    assert any(each.name == "keylog-14.growth" for each in documents_in(reader.trust))


@pytest.mark.parametrize("count", [0, 1, 3])
def test_a_rewritten_log_holds_everything_and_leaves_evidence_that_a_restart_keeps(
    hub: Hub, reader: Reader, count: int
) -> None:
    false = [b"rewritten", *grow(hub, count)[1:]]
    reader.take(hub.says(false, NOW + MINUTE), NOW + MINUTE)
    for _ in range(2):
        assert reader.node.freshness(NOW + MINUTE) is Freshness.STOPPED
        with pytest.raises(KeyLogForkError):
            reader.node.current(NOW + MINUTE)
        assert reader.size == 6
        reader.begin()
        reader.node.look(NOW + MINUTE)
    assert reader.codes[0] == "keys.keylog-fork"
    notes = [(reader.home / name).read_bytes() for name in EVIDENCE_FILES]
    assert notes == [hub.note(hub.leaves), hub.note(false)]
    assert (reader.home / EVIDENCE_GROWTH).exists()


def test_a_shortened_log_is_told_and_the_longer_one_stays_remembered(
    hub: Hub, reader: Reader
) -> None:
    now = NOW + MINUTE
    reader.take(hub.says(hub.leaves[:4], now), now)
    assert reader.codes == ["keys.keylog-shrunk"]
    assert isinstance(reader.told[0], KeyLogShrunkError)
    assert reader.told[0].remedy
    assert reader.size == 6
    reader.begin()
    reader.node.look(now)
    assert reader.codes == ["keys.keylog-shrunk"] * 2  # a new process says it again
    later = NOW + 2 * MINUTE
    reader.take(hub.says(grow(hub), later), later)
    assert reader.size == 7
    assert not reader.node.log_held.problems


def test_a_shortened_log_that_grows_another_way_is_a_fork(hub: Hub, reader: Reader) -> None:
    reader.take(hub.says(hub.leaves[:4], NOW + MINUTE), NOW + MINUTE)
    other = [*hub.leaves[:4], *(b"other %d" % each for each in range(5))]
    reader.take(hub.says(other, NOW + 2 * MINUTE), NOW + 2 * MINUTE)
    assert reader.codes == ["keys.keylog-shrunk", "keys.keylog-fork"]


def test_a_hub_that_shows_no_growth_is_asked_and_then_told_of(hub: Hub, reader: Reader) -> None:
    now = NOW + MINUTE
    reader.take([hub.beacon(grow(hub), now)], now)
    assert reader.node.log_held.behind
    assert not reader.told
    assert reader.node.freshness(now) is Freshness.FRESH
    for _ in range(2):
        reader.node.look(now + UNSEEN_LONGEST)
        assert reader.codes == ["keys.keylog-unseen"]
    assert isinstance(reader.told[0], KeyLogUnseenError)
    assert reader.size == 6
    reader.take([hub.growth(grow(hub))], now + 3 * MINUTE)
    assert reader.size == 7
    assert not reader.node.log_held.behind
    assert not reader.node.log_held.problems


def test_who_was_away_longer_than_the_pushed_part_reaches_needs_the_whole(
    hub: Hub, reader: Reader
) -> None:
    now, long = NOW + MINUTE, grow(hub, 10)
    reader.take(hub.says(long, now, first=8), now)
    assert reader.node.log_held.behind
    other = Reader(hub, "other")
    other.take([hub.growth(long), hub.beacon(long, now)], now)
    (given,) = (
        each
        for each in other.node.newer_than(
            root_version=1, version=1, beacon=hub.number, state=other.node.held.state,
            log_note=reader.node.log_held.note,
        )
        if each.name.endswith(".growth")
    )  # fmt: skip
    reader.take([given], now)
    assert reader.size == 16
    assert not reader.node.log_held.behind


def test_two_countries_that_were_shown_two_logs_find_it_out_from_each_other(hub: Hub) -> None:
    one, two = Reader(hub, "one"), Reader(hub, "two")
    for each in (one, two):
        each.take(hub.says(hub.leaves, NOW), NOW)
    now = NOW + MINUTE
    one.take(hub.says([*hub.leaves, b"for one"], now), now)
    two.take(hub.says([*hub.leaves, b"for two"], now), now)
    assert not one.told
    assert not two.told
    note = one.node.log_held.note
    assert note is not None
    heard = two.node.hear(note, now)
    assert heard.fork is not None
    assert two.node.freshness(now) is Freshness.STOPPED
    assert two.node.log_held.evidence == (
        hub.note([*hub.leaves, b"for two"]), hub.note([*hub.leaves, b"for one"]),
    )  # fmt: skip
    for each in two.node.log_held.evidence:  # and who hears the evidence holds too
        one.node.hear(each, now)
    assert one.codes == two.codes == ["keys.keylog-fork"]
    two.begin()
    two.node.look(now)
    assert two.node.freshness(now) is Freshness.STOPPED


def test_a_peer_that_was_shown_a_shorter_fork_is_found_by_the_one_that_is_ahead(
    hub: Hub, reader: Reader
) -> None:
    now = NOW + MINUTE
    reader.take(hub.says(grow(hub, 3), now), now)
    heard = reader.node.hear(hub.note([*hub.leaves, b"other"]), now)
    assert heard.fork is not None
    assert reader.node.hear(hub.note(grow(hub)), now).fork is None


def test_a_peer_that_is_ahead_or_behind_on_the_same_log_alarms_nobody(
    hub: Hub, reader: Reader
) -> None:
    assert reader.node.hear(hub.note(hub.leaves[:3]), NOW).fork is None
    reader.node.hear(hub.note(grow(hub, 2)), NOW)
    assert reader.node.log_held.behind  # it may be a fork: what shows it is asked for
    reader.take([hub.growth(grow(hub, 2))], NOW)
    assert not reader.node.log_held.behind
    assert not reader.told


def test_forged_words_about_the_log_change_nothing(hub: Hub, reader: Reader) -> None:
    note = hub.note(grow(hub))
    changed = [note.replace(b"\n7\n", b"\n8\n"), note[:-20] + b"A" * 19 + b"\n", b"", b"\xff" * 99]
    for each in changed:
        with pytest.raises(KeyLogError) as refused:
            reader.node.hear(each, NOW)
        assert refused.value.remedy
    true = hub.growth(grow(hub))
    forged = [
        Document(name="keylog-9.growth", octets=true.octets, signature=true.signature),
        Document(name=true.name, octets=true.octets[:-1], signature=true.signature),
        Document(name=true.name, octets=true.octets[:-32] + bytes(32), signature=true.signature),
        Document(name=true.name, octets=true.octets, signature=changed[0]),
    ]
    for document in forged:
        taken = reader.node.offer([document], NOW)
        assert not taken.news
        assert [each.code for each in taken.refusals] == ["keys.keylog"]
    assert (reader.size, reader.told) == (6, [])
    assert reader.node.freshness(NOW) is Freshness.FRESH


def test_evidence_is_told_by_key_status_and_proves_itself_with_files_alone(
    hub: Hub, reader: Reader, tmp_path: Path
) -> None:
    def states() -> list[str]:
        found = ceremony.standing(reader.trust, reader.home, now=now)
        return [each.state for each in found if each.what == ceremony.KEY_LOG]

    now = NOW + MINUTE
    assert states() == []
    notes = dict.fromkeys(("long", "other", "same"), b"")
    notes |= {"long": hub.note(grow(hub, 2)), "other": hub.note([b"rewritten"])}
    for name, note in notes.items():
        (tmp_path / name).write_bytes(note or hub.note(hub.leaves))
    reader.take(hub.says([b"rewritten", *grow(hub, 2)[1:]], now), now)
    assert states() == ["keys.keylog-fork"]
    one, two = (reader.home / name for name in EVIDENCE_FILES)
    expected = [(one, two, 6, "CONTRADICTS"), (one, tmp_path / "same", 0, "SAME")]
    expected += [(one, tmp_path / "long", 6, "NOT_SHOWN")]
    for first, second, code, said in expected:
        words = ["keylog", "compare", str(first), str(second), "--trust", str(hub.trust)]
        made = CliRunner().invoke(iarms, words)
        assert (made.exit_code, made.stdout.strip()) == (code, said)
    assert not (hub.trust / "keylog").exists()
    hub_growth = hub.growth(grow(hub, 2))
    (tmp_path / hub_growth.name).write_bytes(hub_growth.octets)
    words = ["keylog", "compare", str(tmp_path / "long"), str(tmp_path / "same")]
    made = CliRunner().invoke(iarms, [*words, "--trust", str(hub.trust)])
    assert (made.exit_code, made.stdout.strip()) == (0, "CONTINUES")


def test_the_hub_shows_which_log_each_country_sees(hub: Hub) -> None:
    def word(party: str, leaves: Sequence[bytes]) -> LogWord:
        root = root_of(list(map(leaf_hash, leaves)))
        return LogWord(
            party=party, size=len(leaves), root=base64.b64encode(root).decode(), heard_at=NOW
        )

    own = hub.leaves
    words = [
        word("AUT-NCB", own), word("BEL-NCB", own[:2]), word("DEU-NCB", grow(hub)),
        word("ESP-NCB", [b"x", *own[1:]]), word("FRA-NCB", [b"x"]),
    ]  # fmt: skip
    parties = [*(each.party for each in words), "ITA-NCB"]
    assert log_spread_of(None, words, parties) is None
    found = log_spread_of(grown(list(map(leaf_hash, own))), words, parties)
    assert found is not None
    assert {party: found.column(party) for party in parties} == {
        "AUT-NCB": "6 same", "BEL-NCB": "2 behind", "DEU-NCB": "7 ahead",
        "ESP-NCB": "6 contradicts", "FRA-NCB": "1 contradicts", "ITA-NCB": "not heard of",
    }  # fmt: skip
    assert found.alarming == ("DEU-NCB", "ESP-NCB", "FRA-NCB")
    assert "1 of 6 hold all of it; NOT THE SAME LOG: DEU-NCB ahead (7 events)" in found.sentence()
    assert found.facts()["parties"]["ITA-NCB"] == {"size": None, "state": "not heard of"}
