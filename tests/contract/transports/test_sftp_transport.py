"""What SFTP asks of its transport beyond the contract: whose server it is, and whose file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import paramiko
import pytest
from transport_bench import Bench
from transport_sides import SftpSide, put_secret, sftp_side

from gateway.config import Broker, Files, Settings
from gateway.errors import ConfigError
from gateway.transport_settings import Sftp
from gateway.transports import TransportError, check_transports, open_transport

pytestmark = pytest.mark.real


@pytest.fixture
def side(tmp_path: Path) -> Iterator[SftpSide]:
    with sftp_side(tmp_path) as made:
        yield made


def bench_on(side: SftpSide, **changes: object) -> Bench:
    side.settings = msgspec.structs.replace(side.settings, **changes)
    return Bench(side.home, side.settings, side.open)


def names(side: SftpSide, folder: str) -> list[str]:
    return sorted(path.name for path in (side.root / folder).iterdir())


def test_what_was_taken_is_moved_and_the_answer_bears_its_name(side: SftpSide) -> None:
    bench = bench_on(side)
    side.offer("feed-17", b"one")
    bench.round()
    assert names(side, "to-gateway") == []
    assert [name[9:] for name in names(side, "taken")] == ["feed-17.json"]
    assert names(side, "from-gateway") == ["feed-17.1.answer.json"]
    bench.stop()


def test_without_a_place_to_move_to_it_is_removed(side: SftpSide) -> None:
    bench = bench_on(side, move_to="")
    side.offer("a", b"one")
    bench.round()
    assert names(side, "to-gateway") == names(side, "taken") == []
    bench.stop()


def test_a_server_with_another_key_gets_nothing(side: SftpSide) -> None:
    other = paramiko.ECDSAKey.generate()
    bench = bench_on(side, host_key=f"{other.get_name()} {other.get_base64()}")
    side.offer("a", b"one")
    with pytest.raises(TransportError, match="another key than the pinned one") as refused:
        bench.round()
    assert "SHA256:" in (refused.value.expected or "")
    assert "telephone" in (refused.value.remedy or "")
    assert bench.answered == []
    bench.stop()


def test_a_server_with_a_key_of_another_kind_gets_nothing(side: SftpSide) -> None:
    kind = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIDelWZnsY3+FAwWFm0RyGCEqAfSDgEnx62A/sB/rT6m0"
    bench = bench_on(side, host_key=kind)
    with pytest.raises(TransportError) as refused:
        bench.transport.check()
    assert refused.value.remedy
    bench.stop()


def test_a_user_that_the_server_does_not_know_is_told(side: SftpSide) -> None:
    bench = bench_on(side, user="nobody")
    with pytest.raises(TransportError, match="does not take our key") as refused:
        bench.transport.check()
    assert refused.value.code == "transport.not-permitted"
    bench.stop()


@pytest.mark.parametrize("folder", ["fetch_from", "put_into", "move_to"])
def test_a_folder_that_is_not_there_is_named(side: SftpSide, folder: str) -> None:
    bench = bench_on(side, **{folder: "nowhere"})
    with pytest.raises(TransportError) as refused:
        bench.transport.check()
    assert refused.value.code == "transport.folder"
    assert "nowhere" in (refused.value.place or "")
    bench.stop()


def test_where_writers_do_not_rename_a_file_is_taken_once_it_is_quiet(side: SftpSide) -> None:
    bench = bench_on(side, writers_rename=False)
    path = side.root / "to-gateway" / "a.json"
    path.write_bytes(b"beg")
    bench.round()
    path.write_bytes(b"begun and ended")
    bench.round()
    assert bench.answered == []
    bench.round()
    assert bench.answered == [b"begun and ended"]
    bench.stop()


def test_links_folders_and_unfinished_names_are_left_alone(side: SftpSide) -> None:
    bench = bench_on(side)
    into = side.root / "to-gateway"
    (into / "folder").mkdir()
    (into / "link.json").symlink_to("/etc/passwd")
    for name in (".hidden", "a.part", "b.tmp", "c~"):
        (into / name).write_bytes(b"x")
    bench.round()
    assert bench.answered == []
    assert len(names(side, "to-gateway")) == 6
    bench.stop()


def test_another_file_in_the_place_of_one_that_was_taken_is_taken_too(side: SftpSide) -> None:
    bench = bench_on(side)
    side.offer("a", b"one")
    (parcel,) = bench.transport.fetch(bench.dock)
    bench.dock.take(parcel)
    side.offer("a", b"another one")
    bench.transport.settle(parcel)
    assert names(side, "to-gateway") == ["a.json"]
    bench.round()
    assert sorted(bench.answered) == [b"another one", b"one"]
    bench.stop()


def test_a_file_that_is_too_large_is_kept_there_under_another_name(side: SftpSide) -> None:
    bench = bench_on(side)
    side.offer("big", b"x" * (side.settings.most_octets + 1))
    bench.round()
    assert names(side, "to-gateway") == ["big.json.refused"]
    bench.stop()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"private_key_file": ""}, "exactly one secret"),
        ({"password_file": "p"}, "exactly one secret"),
        ({"private_key_file": "none"}, "missing"),
        ({"private_key_file": "open"}, "read by others"),
    ],
)
def test_settings_without_one_good_secret_are_refused(
    side: SftpSide, changes: dict[str, str], words: str
) -> None:
    put_secret(side.home / "p", "x")
    (side.home / "open").write_text("x")
    (side.home / "open").chmod(0o644)
    settings = Settings(
        party="FRA-NCB",
        broker=Broker(port=5671),
        files=Files(adapter="fr-police-csv"),
        transport=(msgspec.structs.replace(side.settings, **changes),),
    )
    with pytest.raises(ConfigError, match=words):
        check_transports(settings, side.home)


def test_keys_that_are_none_are_refused_by_name(side: SftpSide) -> None:
    put_secret(side.home / "p", "no key")
    for changes in ({"host_key": "ssh-ed25519 AAAA"}, {"private_key_file": "p"}):
        settings: Sftp = msgspec.structs.replace(side.settings, **changes)
        with pytest.raises(ConfigError) as refused:
            open_transport(settings, side.home)
        assert refused.value.remedy
