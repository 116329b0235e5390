"""A disk of the campaign as its owner sees it: mounted, ordered about, unmounted.

The file system itself is ``disk``, in a process of its own.
"""

from __future__ import annotations

import errno
import os
import subprocess
import sys
import tempfile
import time
from functools import cache
from importlib.util import find_spec
from pathlib import Path

_ORDER = "user.iarms.order"
_DEADLINE_S = 30.0
_POLL_S = 0.02


class Disk:
    """One mounted file system; its place is ``mountpoint``."""

    def __init__(self, folder: Path) -> None:
        self.mountpoint = folder / "mounted"
        self._backing = folder / "behind"
        self._process: subprocess.Popen[bytes] | None = None

    def mount(self) -> None:
        """Starts it; TimeoutError when it does not come."""
        for each in (self.mountpoint, self._backing):
            each.mkdir(parents=True, exist_ok=True)
        command = [sys.executable, "-W", "ignore", "-m", "gateway.campaign.disk"]
        with (self._backing.parent / "disk.log").open("ab") as log:
            self._process = subprocess.Popen(  # noqa: S603 - this very program
                [*command, str(self._backing), str(self.mountpoint)],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=log,
                start_new_session=True,
            )
        end = time.monotonic() + _DEADLINE_S
        while not os.path.ismount(self.mountpoint):
            if time.monotonic() > end or self._process.poll() is not None:
                raise TimeoutError(f"{self.mountpoint} was not mounted")
            time.sleep(_POLL_S)

    def order(self, *words: object) -> None:
        """cut, full, read-only, slow MS, fail OPERATION AFTER ERRNO, fair."""
        os.setxattr(self.mountpoint, _ORDER, " ".join(map(str, words)).encode())

    def fail(self, operation: str, after: int) -> None:
        """The operation (``write``, ``fsync``) fails with EIO once ``after`` more have gone."""
        self.order("fail", operation, after, errno.EIO)

    def unmount(self) -> None:
        """Ends it; quietly when it is not mounted."""
        if self._process is None:
            return
        subprocess.run(["umount", "-l", str(self.mountpoint)], check=False, capture_output=True)  # noqa: S603, S607 - the system's own tool
        try:
            self._process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process = None


@cache
def why_not() -> str | None:
    """Why there can be no such disk here; None when there can."""
    if not os.access("/dev/fuse", os.R_OK | os.W_OK):
        return "/dev/fuse is not there or not for this user"
    if find_spec("mfusepy") is None:
        return "the Python package mfusepy is not installed"
    with tempfile.TemporaryDirectory() as folder:
        disk = Disk(Path(folder))
        try:
            disk.mount()
        except (TimeoutError, OSError) as error:
            log = Path(folder) / "disk.log"
            words = log.read_text(errors="replace").splitlines() if log.exists() else []
            return f"no FUSE file system can be mounted: {words[-1] if words else error}"
        finally:
            disk.unmount()
    return None
