"""The sealed key file opens with its passphrase, and with nothing else."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from keys import (
    INTERACTIVE,
    CeremonyError,
    Cost,
    Identity,
    KeyFileCostError,
    KeyFileError,
    KeyFileModeError,
    PassphraseError,
    load_identity,
    save_identity,
    sealed,
)

PASSPHRASE = b"correct horse battery staple"
IDENTITY = Identity.from_secrets(
    "FRA-NCB", signing_seed=bytes(range(32)), encryption_secrets=[bytes(range(32, 64))]
)


@pytest.fixture
def quick_derivation(monkeypatch: pytest.MonkeyPatch) -> None:
    """A stand-in for Argon2id where hundreds of derivations are asked for."""

    def derive(passphrase: bytes, salt: bytes, cost: Cost) -> tuple[bytes, bytes]:
        octets = hashlib.shake_256(repr((passphrase, salt, cost)).encode()).digest(64)
        return octets[:32], octets[32:]

    monkeypatch.setattr(sealed, "_derive", derive)


@pytest.fixture
def key_file(tmp_path: Path, quick_derivation: None) -> Path:  # noqa: ARG001 - asked for its effect
    path = tmp_path / "identity.key"
    save_identity(IDENTITY, path, PASSPHRASE, random=os.urandom, cost=INTERACTIVE)
    return path


def rewrite_header(path: Path, change: Callable[[dict[str, object]], None]) -> None:
    first, second, _ = path.read_bytes().split(b"\n")
    fields = json.loads(first)
    change(fields)
    first = json.dumps(fields, sort_keys=True, separators=(",", ":")).encode()
    path.write_bytes(first + b"\n" + second + b"\n")


def test_an_identity_comes_back_as_it_was_saved_with_the_real_derivation(tmp_path: Path) -> None:
    path = tmp_path / "identity.key"
    save_identity(IDENTITY, path, PASSPHRASE, random=os.urandom, cost=INTERACTIVE)
    assert load_identity(path, PASSPHRASE) == IDENTITY
    assert path.stat().st_mode & 0o777 == 0o600
    with pytest.raises(PassphraseError):
        load_identity(path, PASSPHRASE + b" ")


def test_a_wrong_passphrase_is_told_from_damage(key_file: Path) -> None:
    with pytest.raises(PassphraseError) as refused:
        load_identity(key_file, b"wrong")
    assert refused.value.code == "keys.passphrase"
    assert str(key_file) == refused.value.place


def test_a_flipped_byte_anywhere_is_refused(key_file: Path) -> None:
    original = key_file.read_bytes()
    for position in range(len(original)):
        altered = bytearray(original)
        altered[position] ^= 0x01
        key_file.write_bytes(bytes(altered))
        with pytest.raises(KeyFileError):
            load_identity(key_file, PASSPHRASE)


def test_a_file_cut_off_anywhere_is_refused(key_file: Path) -> None:
    original = key_file.read_bytes()
    for length in range(len(original)):
        key_file.write_bytes(original[:length])
        with pytest.raises(KeyFileError):
            load_identity(key_file, PASSPHRASE)


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o610, 0o777])
def test_a_file_that_others_may_use_is_refused(key_file: Path, mode: int) -> None:
    key_file.chmod(mode)
    with pytest.raises(KeyFileModeError) as refused:
        load_identity(key_file, PASSPHRASE)
    assert f"{mode:04o}" in str(refused.value.value)


def test_a_missing_file_a_link_and_a_folder_are_refused(key_file: Path, tmp_path: Path) -> None:
    link = tmp_path / "link.key"
    link.symlink_to(key_file)
    for path in (tmp_path / "absent.key", link, tmp_path):
        with pytest.raises(KeyFileError):
            load_identity(path, PASSPHRASE)


@pytest.mark.parametrize(
    ("ops", "memory"),
    [(1, 2**26), (9, 2**26), (2, 2**26 - 1), (2, 2**30 + 1), (2, 2**60), (0, 0), (-1, -1)],
)
def test_a_cost_outside_the_bounds_is_refused_before_it_is_spent(
    key_file: Path, monkeypatch: pytest.MonkeyPatch, ops: int, memory: int
) -> None:
    def spend(*_: object) -> tuple[bytes, bytes]:
        raise AssertionError("derived")

    def change(fields: dict[str, object]) -> None:
        kdf = fields["kdf"]
        assert isinstance(kdf, dict)
        kdf.update(ops=ops, mem=memory)

    rewrite_header(key_file, change)
    monkeypatch.setattr(sealed, "_derive", spend)
    with pytest.raises(KeyFileCostError):
        load_identity(key_file, PASSPHRASE)


@pytest.mark.parametrize(
    ("name", "value"),
    [("v", 2), ("v", True), ("kind", "anchor"), ("owner", "USA-NCB"), ("kids", []), ("check", 7)],
)
def test_a_changed_header_field_is_refused(key_file: Path, name: str, value: object) -> None:
    rewrite_header(key_file, lambda fields: fields.update({name: value}))
    with pytest.raises(KeyFileError):
        load_identity(key_file, PASSPHRASE)


def test_an_enormous_file_is_not_read(key_file: Path) -> None:
    key_file.write_bytes(b"x" * (sealed.FILE_LIMIT + 1))
    with pytest.raises(KeyFileError, match="too large"):
        load_identity(key_file, PASSPHRASE)


def test_a_key_file_is_never_overwritten(key_file: Path) -> None:
    before = key_file.read_bytes()
    with pytest.raises(CeremonyError):
        save_identity(IDENTITY, key_file, PASSPHRASE, random=os.urandom, cost=INTERACTIVE)
    assert key_file.read_bytes() == before
    assert [each.name for each in key_file.parent.iterdir()] == [key_file.name]


def test_an_empty_passphrase_is_a_wrong_call(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="empty passphrase"):
        save_identity(IDENTITY, tmp_path / "k", b"", random=os.urandom, cost=INTERACTIVE)


def test_no_secret_lies_readable_in_the_file(key_file: Path) -> None:
    octets = key_file.read_bytes()
    assert bytes(range(32)) not in octets
    assert bytes(range(32)).hex().encode() not in octets
