"""A process follows the newest directory, keeps the last good one and never goes back."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from trust_roots import root_of

from keys import (
    DirectoryExpiredError,
    DirectoryFolder,
    DirectoryForkError,
    DirectoryMemoryError,
    DirectoryMissingError,
    DirectoryNotYetError,
    DirectoryRollbackError,
    DirectorySignatureError,
    Identity,
    TrustError,
    directory_file,
    entry_for,
)
from keys.documents import write_directory
from keys.signatures import Signature, signed_octets, write_signatures

NOW = datetime(2026, 10, 20, 9, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
LIFE = timedelta(days=30)
OFFICERS = [
    Identity.from_secrets("XPO-CENTRE", signing_seed=seed * 32, encryption_secrets=[b"d" * 32])
    for seed in (b"o", b"p")
]
FRANCE = Identity.from_secrets("FRA-NCB", signing_seed=b"f" * 32, encryption_secrets=[b"r" * 32])
ANCHOR = root_of(
    [officer.signing_public for officer in OFFICERS],
    threshold=2,
    issued=NOW,
    enrolment=OFFICERS[0].encryption_public(OFFICERS[0].encryption_kids[0]),
)


class Centre:
    """Publishes version after version into a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.digests: dict[int, bytes] = {}

    def publish(self, version: int, *, issued: datetime = NOW, sends: str = "REC_SUBMIT") -> bytes:
        octets = write_directory(
            version=version,
            issued=issued,
            expires=issued + LIFE,
            previous=None if version == 1 else self.digests.get(version - 1, bytes(32)),
            parties=[entry_for(FRANCE, sends=frozenset({sends}), valid_from=NOW)],
        )
        digest = hashlib.sha256(octets).digest()
        self.digests[version] = digest
        name = directory_file(version)
        made = [
            Signature(kid=each.signing_kid, value=each.sign(signed_octets(name, digest)))
            for each in OFFICERS
        ]
        (self.folder / f"{name}.sig").write_bytes(write_signatures(name, digest, made))
        (self.folder / name).write_bytes(octets)
        return octets

    def withdraw(self, version: int) -> None:
        for name in (directory_file(version), f"{directory_file(version)}.sig"):
            (self.folder / name).unlink()


@pytest.fixture
def centre(tmp_path: Path) -> Centre:
    (tmp_path / "trust").mkdir()
    (tmp_path / "home").mkdir()
    return Centre(tmp_path / "trust")


def process(centre: Centre, refusals: list[TrustError] | None = None) -> DirectoryFolder:
    return DirectoryFolder(
        centre.folder,
        ANCHOR,
        home=centre.folder.parent / "home",
        on_refusal=None if refusals is None else refusals.append,
    )


def test_a_newer_directory_is_taken_up_within_a_second(centre: Centre) -> None:
    centre.publish(1)
    folder = process(centre)
    assert folder.current(NOW).version == 1
    centre.publish(2)
    assert folder.current(NOW + SECOND / 2).version == 1
    assert folder.current(NOW + SECOND).version == 2


def test_an_empty_or_absent_folder_says_that_the_directory_is_missing(centre: Centre) -> None:
    with pytest.raises(DirectoryMissingError):
        process(centre).current(NOW)
    with pytest.raises(DirectoryMissingError):
        DirectoryFolder(centre.folder / "nowhere", ANCHOR, home=centre.folder).current(NOW)


def test_rollback_is_refused_across_a_restart(centre: Centre) -> None:
    for version in (1, 2, 3):
        centre.publish(version)
    assert process(centre).current(NOW).version == 3
    centre.withdraw(3)
    with pytest.raises(DirectoryRollbackError):
        process(centre).current(NOW)
    centre.publish(4)
    assert process(centre).current(NOW).version == 4


def test_a_running_process_keeps_the_newest_when_files_are_taken_away(centre: Centre) -> None:
    centre.publish(1)
    centre.publish(2)
    folder = process(centre)
    folder.current(NOW)
    centre.withdraw(2)
    assert folder.current(NOW + SECOND).version == 2


def test_a_clock_that_is_behind_is_told_and_not_that_older_files_lie_there(
    centre: Centre,
) -> None:
    for version in range(1, 4):
        centre.publish(version, issued=NOW + version * timedelta(days=1))
    assert process(centre).current(NOW + timedelta(days=4)).version == 3
    behind = process(centre)
    with pytest.raises(DirectoryNotYetError):
        behind.current(NOW)
    assert isinstance(behind.refused, DirectoryNotYetError)


def test_another_document_of_a_known_version_is_refused_across_a_restart(centre: Centre) -> None:
    centre.publish(1)
    process(centre).current(NOW)
    centre.publish(1, sends="REC_UPDATE")
    with pytest.raises(DirectoryForkError):
        process(centre).current(NOW)


def test_a_version_that_does_not_continue_the_last_is_refused(centre: Centre) -> None:
    centre.publish(1)
    folder = process(centre)
    folder.current(NOW)
    centre.digests[1] = bytes(32)
    centre.publish(2)
    assert folder.current(NOW + SECOND).version == 1
    assert isinstance(folder.refused, DirectoryForkError)


def test_a_refused_newer_file_is_reported_once_and_the_last_good_directory_stays(
    centre: Centre,
) -> None:
    refusals: list[TrustError] = []
    centre.publish(1)
    folder = process(centre, refusals)
    folder.current(NOW)
    whole = centre.publish(2)
    (centre.folder / "directory-2.xml").write_bytes(whole[:-1])
    for seconds in range(1, 5):
        assert folder.current(NOW + seconds * SECOND).version == 1
    assert isinstance(folder.refused, DirectorySignatureError)
    assert [type(each) for each in refusals] == [DirectorySignatureError]


def test_a_refused_file_is_tried_again_when_it_changes(centre: Centre) -> None:
    centre.publish(1)
    folder = process(centre)
    folder.current(NOW)
    whole = centre.publish(2)
    path = centre.folder / "directory-2.xml"
    path.write_bytes(whole[:-1])
    assert folder.current(NOW + SECOND).version == 1
    path.unlink()
    path.write_bytes(whole)
    assert folder.current(NOW + 2 * SECOND).version == 2
    assert folder.refused is None


def test_a_planted_high_version_does_not_hide_a_genuine_one(centre: Centre) -> None:
    centre.publish(1)
    folder = process(centre)
    folder.current(NOW)
    (centre.folder / "directory-999999999.xml").write_bytes(b"<Directory/>")
    centre.publish(2)
    assert folder.current(NOW + SECOND).version == 2
    assert isinstance(folder.refused, DirectorySignatureError)


def test_a_document_under_another_versions_name_is_refused(centre: Centre) -> None:
    centre.publish(1)
    for suffix in ("", ".sig"):
        octets = (centre.folder / f"directory-1.xml{suffix}").read_bytes()
        (centre.folder / f"directory-7.xml{suffix}").write_bytes(octets)
    folder = process(centre)
    assert folder.current(NOW).version == 1
    assert isinstance(folder.refused, DirectoryRollbackError)


def test_expiry_is_told_even_without_a_new_file(centre: Centre) -> None:
    centre.publish(1)
    folder = process(centre)
    folder.current(NOW)
    with pytest.raises(DirectoryExpiredError):
        folder.current(NOW + LIFE)
    centre.publish(2, issued=NOW + LIFE)
    assert folder.current(NOW + LIFE + SECOND).version == 2


def test_a_directory_from_the_future_is_used_once_its_time_has_come(centre: Centre) -> None:
    refusals: list[TrustError] = []
    centre.publish(1, issued=NOW + timedelta(hours=1))
    folder = process(centre, refusals)
    for seconds in (0, 1, 2):
        with pytest.raises(DirectoryNotYetError):
            folder.current(NOW + seconds * SECOND)
    assert len(refusals) == 1
    assert folder.current(NOW + timedelta(hours=1)).version == 1


def test_a_clock_that_goes_back_does_not_stop_the_looking(centre: Centre) -> None:
    centre.publish(1)
    folder = process(centre)
    folder.current(NOW)
    centre.publish(2)
    assert folder.current(NOW - timedelta(minutes=1)).version == 2


@pytest.mark.parametrize("line", ["", "1\n", "0 " + "0" * 64 + "\n", "x", "\xff"])
def test_a_damaged_memory_accepts_nothing_until_it_is_mended(centre: Centre, line: str) -> None:
    centre.publish(1)
    memory = centre.folder.parent / "home" / "directory.version"
    memory.write_bytes(line.encode("latin-1"))
    folder = process(centre)
    with pytest.raises(DirectoryMemoryError, match="remembered"):
        folder.current(NOW)
    memory.write_text(f"1 {centre.digests[1].hex()}\n")
    assert folder.current(NOW + SECOND).version == 1


def test_the_memory_is_written_before_a_directory_is_used(
    centre: Centre, monkeypatch: pytest.MonkeyPatch
) -> None:
    centre.publish(1)
    folder = process(centre)

    def fail(*_: object, **__: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr("keys.folder.replace", fail)
    with pytest.raises(DirectoryMemoryError):
        folder.current(NOW)
    monkeypatch.undo()
    assert folder.current(NOW + SECOND).version == 1
