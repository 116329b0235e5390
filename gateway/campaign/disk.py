"""A file system that keeps what was not synced in memory only, and loses it when told to.

It passes everything through to a folder and remembers what a real disk would not have yet: octets
written and not fsynced, names made and whose folder was not fsynced. A power cut takes those back.
It can also be full, read-only, slow, or fail at the n-th write. It is told by extended attributes
of its root (``mount.Disk``). Sectors are not torn, and folders are made at once.

    python -m gateway.campaign.disk BACKING MOUNTPOINT
"""

from __future__ import annotations

import errno
import os
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import mfusepy  # type: ignore[import-untyped] # ships no py.typed

ORDER = "user.iarms.order"
_STAT = (
    "st_mode", "st_size", "st_nlink", "st_uid", "st_gid", "st_blocks", "st_ino",
)  # fmt: skip
_TIMES = ("st_atime", "st_mtime", "st_ctime")
_SPACE = (
    "f_bavail", "f_bfree", "f_blocks", "f_bsize", "f_favail", "f_ffree", "f_files", "f_flag",
    "f_frsize", "f_namemax",
)  # fmt: skip
_NEEDS_SPACE = ("write", "create", "mkdir")


@dataclass(slots=True)
class Unsynced:
    """What of one file is only in memory: extents, and its length when it was last synced."""

    extents: list[tuple[int, int]] = field(default_factory=list)
    shortened: bool = False


@dataclass(frozen=True, slots=True)
class Naming:
    """A change of names that is not synced; folders tell which syncs make it durable."""

    folders: frozenset[str]
    gone: str | None
    came: str | None
    inode: int


class ForgetfulDisk(mfusepy.Operations):  # type: ignore[misc] # ships no py.typed
    """The file system's operations, called one after the other."""

    use_ns = True

    def __init__(self, backing: Path) -> None:
        self._now = backing / "now"  # what programs see
        self._synced = backing / "synced"  # octets that are safe, by inode
        self._inodes = backing / "inodes"  # keeps every file of which a name is safe
        for folder in (self._now, self._synced, self._inodes):
            folder.mkdir(parents=True, exist_ok=True)
        self._names: dict[str, int] = {}  # safe names
        self._pending: list[Naming] = []
        self._unsynced: dict[int, Unsynced] = {}
        self._fails: tuple[str, int, int] | None = None  # operation, how many more go, errno
        self._fails_on: dict[str, int] = {}
        self._slow_s = 0.0

    # --- orders -------------------------------------------------------------------------------

    def setxattr(self, path: str, name: str, value: bytes, options: int, position: int = 0) -> int:  # noqa: ARG002 - FUSE's signature
        """Does what a campaign orders; other attributes are not kept."""
        if path != "/" or name != ORDER:
            raise mfusepy.FuseOSError(errno.ENOTSUP)
        word, *rest = bytes(value).decode().split()
        orders: dict[str, Callable[..., None]] = {
            "cut": self._cut,
            "fail": self._fail,
            "full": lambda: self._fails_on.update(dict.fromkeys(_NEEDS_SPACE, errno.ENOSPC)),
            "read-only": lambda: self._fails_on.update(dict.fromkeys(_NEEDS_SPACE, errno.EROFS)),
            "slow": self._slow,
            "fair": self._fair,
        }
        orders[word](*rest)
        return 0

    def getxattr(self, path: str, name: str, position: int = 0) -> bytes:  # noqa: ARG002 - FUSE's signature
        """None are kept."""
        raise mfusepy.FuseOSError(errno.ENODATA)

    def _fail(self, operation: str, after: str, number: str) -> None:
        self._fails = (operation, int(after), int(number))

    def _slow(self, milliseconds: str) -> None:
        self._slow_s = int(milliseconds) / 1000

    def _fair(self) -> None:
        self._fails, self._slow_s = None, 0.0
        self._fails_on.clear()

    def _cut(self) -> None:
        """Takes back what a power cut takes; no program may have a file open."""
        for inode, lost in self._unsynced.items():
            self._take_back(inode, lost)
        self._unsynced.clear()
        self._pending.clear()
        for folder, _, files in os.walk(self._now):
            for file in files:
                os.unlink(os.path.join(folder, file))
        for path, inode in self._names.items():
            os.link(self._inodes / str(inode), self._real(path))
        self._fair()

    def _take_back(self, inode: int, lost: Unsynced) -> None:
        kept = self._inodes / str(inode)
        if not kept.exists():
            return
        safe = self._synced / str(inode)
        with kept.open("r+b") as now, safe.open("rb") as then:
            length = os.fstat(then.fileno()).st_size
            if lost.shortened:
                now.write(then.read())
            for start, octets in lost.extents:
                then.seek(start)
                now.seek(start)
                now.write(then.read(octets))
            now.truncate(length)

    # --- what fails ---------------------------------------------------------------------------

    def _may(self, operation: str) -> None:
        """Fails the operation where it was ordered to fail."""
        if operation in self._fails_on:
            raise mfusepy.FuseOSError(self._fails_on[operation])
        if self._fails is not None and self._fails[0] == operation:
            name, after, number = self._fails
            self._fails = (name, after - 1, number)
            if after <= 0:
                raise mfusepy.FuseOSError(number)
        if self._slow_s and operation in ("write", "fsync"):
            time.sleep(self._slow_s)

    # --- files --------------------------------------------------------------------------------

    def getattr(self, path: str, fh: int | None = None) -> dict[str, Any]:
        """As of the folder behind; the link that keeps a file is not counted."""
        found = os.fstat(fh) if fh is not None else os.lstat(self._real(path))
        told = {name: getattr(found, name) for name in _STAT}
        told |= {name: getattr(found, f"{name}_ns") for name in _TIMES}
        if (self._inodes / str(found.st_ino)).exists():
            told["st_nlink"] -= 1
        return told

    def access(self, path: str, mode: int) -> int:
        """Whether it may."""
        if not os.access(self._real(path), mode):
            raise mfusepy.FuseOSError(errno.EACCES)
        return 0

    def create(self, path: str, mode: int, fi: Any = None) -> int:  # noqa: ARG002 - FUSE's signature
        """A new file, whose name is safe once its folder was synced."""
        self._may("create")
        fd = os.open(self._real(path), os.O_RDWR | os.O_CREAT, mode)
        inode = os.fstat(fd).st_ino
        os.link(self._real(path), self._inodes / str(inode))
        (self._synced / str(inode)).touch()
        self._pending.append(Naming(frozenset({_folder(path)}), None, path, inode))
        return fd

    def open(self, path: str, flags: int) -> int:
        """A file that is there."""
        reads = flags & os.O_ACCMODE == os.O_RDONLY
        fd = os.open(self._real(path), os.O_RDONLY if reads else os.O_RDWR)
        if flags & os.O_TRUNC:
            self.truncate(path, 0, fd)
        return fd

    def read(self, path: str, size: int, offset: int, fh: int) -> bytes:  # noqa: ARG002 - FUSE's signature
        """What was written, synced or not."""
        return os.pread(fh, size, offset)

    def write(self, path: str, data: bytes, offset: int, fh: int) -> int:  # noqa: ARG002 - as above
        """Seen at once, safe after a sync."""
        self._may("write")
        self._unsynced.setdefault(os.fstat(fh).st_ino, Unsynced()).extents.append(
            (offset, len(data))
        )
        return os.pwrite(fh, data, offset)

    def truncate(self, path: str, length: int, fh: int | None = None) -> None:
        """The same for its length."""
        inode = (os.fstat(fh) if fh is not None else os.stat(self._real(path))).st_ino
        self._unsynced.setdefault(inode, Unsynced()).shortened = True
        os.truncate(self._real(path) if fh is None else fh, length)

    def fsync(self, path: str, datasync: int, fh: int) -> int:  # noqa: ARG002 - as above
        """What was written until now is safe."""
        self._may("fsync")
        inode = os.fstat(fh).st_ino
        fresh = self._unsynced.pop(inode, None)
        if fresh is None:
            return 0
        with (self._synced / str(inode)).open("r+b") as safe:
            length = os.fstat(fh).st_size
            if fresh.shortened:
                safe.truncate(min(length, os.fstat(safe.fileno()).st_size))
            for start, octets in fresh.extents:
                safe.seek(start)
                safe.write(os.pread(fh, octets, start))
            safe.truncate(length)
        return 0

    def flush(self, path: str, fh: int) -> int:  # noqa: ARG002 - as above
        """Closing makes nothing safe."""
        return 0

    def release(self, path: str, fh: int) -> int:  # noqa: ARG002 - as above
        """Nobody has it open any more."""
        os.close(fh)
        return 0

    # --- names --------------------------------------------------------------------------------

    def readdir(self, path: str, fh: int) -> list[str]:  # noqa: ARG002 - as above
        """Names as programs see them."""
        return [".", "..", *os.listdir(self._real(path))]

    def fsyncdir(self, path: str, datasync: int, fh: int) -> int:  # noqa: ARG002 - as above
        """Names in this folder are safe, and so is the other half of a renaming."""
        here = path.rstrip("/") or "/"
        kept = []
        for naming in self._pending:
            if here not in naming.folders:
                kept.append(naming)
                continue
            if naming.gone is not None:
                self._names.pop(naming.gone, None)
            if naming.came is not None:
                self._names[naming.came] = naming.inode
        self._pending = kept
        return 0

    def unlink(self, path: str) -> None:
        """A name goes; until its folder was synced it can come back."""
        inode = os.lstat(self._real(path)).st_ino
        os.unlink(self._real(path))
        self._pending.append(Naming(frozenset({_folder(path)}), path, None, inode))

    def rename(self, old: str, new: str) -> None:
        """One name becomes another, both or neither."""
        inode = os.lstat(self._real(old)).st_ino
        os.rename(self._real(old), self._real(new))
        self._pending.append(Naming(frozenset({_folder(old), _folder(new)}), old, new, inode))

    def mkdir(self, path: str, mode: int) -> None:
        """Safe at once."""
        self._may("mkdir")
        os.mkdir(self._real(path), mode)

    def rmdir(self, path: str) -> None:
        """Safe at once."""
        os.rmdir(self._real(path))

    def chmod(self, path: str, mode: int) -> None:
        """Safe at once."""
        os.chmod(self._real(path), mode)

    def chown(self, path: str, uid: int, gid: int) -> None:
        """Safe at once."""
        os.chown(self._real(path), uid, gid)

    def utimens(self, path: str, times: tuple[int, int] | None = None) -> None:
        """Safe at once."""
        if times is None:
            os.utime(self._real(path))
        else:
            os.utime(self._real(path), ns=times)

    def statfs(self, path: str) -> dict[str, Any]:
        """Of the folder behind."""
        found = os.statvfs(self._real(path))
        return {name: getattr(found, name) for name in _SPACE}

    def _real(self, path: str) -> str:
        return f"{self._now}{path}"


def _folder(path: str) -> str:
    return path.rpartition("/")[0] or "/"


def main(backing: str, mountpoint: str) -> None:
    """Serves until it is unmounted."""
    mfusepy.FUSE(
        ForgetfulDisk(Path(backing)),
        mountpoint,
        foreground=True,
        nothreads=True,
        attr_timeout=0,
        entry_timeout=0,
        fsname="iarms-campaign",
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
