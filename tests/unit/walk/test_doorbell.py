"""The bell at a process's home: rung from outside, heard inside, and nothing is lost without it."""

import stat
import threading

import pytest

from gateway.doorbell import doorbell, ring_at

pytestmark = pytest.mark.unit


@pytest.mark.parametrize("depth", [0, 12], ids=["near", "deeper-than-a-socket-address"])
def test_a_ring_is_heard(tmp_path, depth):
    home = tmp_path.joinpath(*["a-folder-deep-down"] * depth)
    home.mkdir(parents=True, exist_ok=True)
    heard = threading.Event()
    with doorbell(home, heard.set):
        assert ring_at(home)
        assert heard.wait(60)
        assert stat.S_IMODE((home / "doorbell").stat().st_mode) == 0o600
    assert not (home / "doorbell").exists()


def test_nobody_at_home_hears_nothing(tmp_path):
    assert not ring_at(tmp_path)


def test_a_killed_process_leaves_no_bell_that_stops_the_next(tmp_path):
    (tmp_path / "doorbell").write_bytes(b"")
    heard = threading.Event()
    with doorbell(tmp_path, heard.set):
        assert ring_at(tmp_path)
        assert heard.wait(60)
