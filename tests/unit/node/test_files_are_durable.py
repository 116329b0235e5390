"""A file for a national system: its octets are on the disk before its name, and its name then."""

import os
import stat
from pathlib import Path

import pytest

from gateway.node.folders import move, write_durably

pytestmark = pytest.mark.unit


@pytest.fixture
def steps(monkeypatch):
    """What was done to the disk, in order."""
    done = []
    fsync, rename = os.fsync, Path.replace

    def synced(descriptor):
        status = os.fstat(descriptor)
        is_folder = stat.S_ISDIR(status.st_mode)
        done.append("folder synced" if is_folder else f"{status.st_size} octets synced")
        fsync(descriptor)

    def renamed(self, target):
        done.append("named")
        return rename(self, target)

    monkeypatch.setattr(os, "fsync", synced)
    monkeypatch.setattr(Path, "replace", renamed)
    return done


def test_a_file_is_synced_whole_then_named_and_then_its_name_is_synced(tmp_path, steps):
    write_durably(tmp_path / "answer.xml", b"twelve octet")
    assert steps == ["12 octets synced", "named", "folder synced"]
    assert (tmp_path / "answer.xml").read_bytes() == b"twelve octet"


def test_a_file_that_is_moved_has_its_new_name_synced(tmp_path, steps):
    (tmp_path / "a").write_bytes(b"x")
    move(tmp_path / "a", tmp_path / "b")
    assert steps == ["named", "folder synced"]
