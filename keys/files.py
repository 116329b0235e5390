"""Files that must be whole, durable and, where secret, closed to others.

It knows nothing of what the octets mean.
"""

from __future__ import annotations

import os
import secrets
import stat
from pathlib import Path

from keys.errors import CeremonyError, KeyFileError, KeyFileModeError

PRIVATE_MODE = 0o600
PRIVATE_FOLDER_MODE = 0o700
PUBLIC_MODE = 0o644
_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def read_private(path: Path, *, limit: int) -> bytes:
    """The octets of a secret file, at most ``limit``.

    The mode is asked of the opened file, so it cannot be changed in between. Raises
    KeyFileModeError if group or others have any right, KeyFileError if it is missing, no regular
    file or too large.
    """
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK)
    except OSError as problem:
        raise KeyFileError(
            "The key file cannot be opened.",
            place=str(path),
            value=problem.strerror,
            expected="a regular file that this user may read, not a link",
            remedy="Check the path; restore the file from where it is kept safe.",
        ) from problem
    try:
        status = os.fstat(handle)
        _check_status(path, status)
        with os.fdopen(handle, "rb", closefd=False) as file:
            octets = file.read(limit + 1)
    finally:
        os.close(handle)
    if len(octets) > limit:
        raise KeyFileError(
            "The file is too large for what it should be.",
            place=str(path),
            value=f"{status.st_size} octets",
            expected=f"at most {limit} octets",
        )
    return octets


def _check_status(path: Path, status: os.stat_result) -> None:
    if not stat.S_ISREG(status.st_mode):
        raise KeyFileError(
            "This is not a regular file.", place=str(path), expected="a regular file"
        )
    if status.st_mode & _OTHERS:
        raise KeyFileModeError(
            "Others than the owner may use this secret file.",
            place=str(path),
            value=f"mode {stat.S_IMODE(status.st_mode):04o}",
            expected="mode 0600",
            remedy=f"Run `chmod 600 {path}`, and think about who may have read it.",
        )


def write_new(path: Path, octets: bytes, *, mode: int) -> None:
    """Write a file that must not be there yet, whole or not at all.

    Raises CeremonyError if the path exists: nothing here ever overwrites a key.
    """
    draft = _write_draft(path, octets, mode)
    try:
        path.hardlink_to(draft)
    except FileExistsError:
        raise CeremonyError(
            "There is a file already, and it is not overwritten.",
            place=str(path),
            expected="no file at this path",
            remedy="Choose another folder; move the old file away only if you know what it is.",
        ) from None
    finally:
        draft.unlink()
    sync_folder(path.parent)


def replace(path: Path, octets: bytes, *, mode: int) -> None:
    """Write or replace a file such that a reader, and a power cut, sees the old or the new one."""
    draft = _write_draft(path, octets, mode)
    draft.replace(path)
    sync_folder(path.parent)


def replace_signed(path: Path, octets: bytes, signature: bytes, *, mode: int) -> None:
    """Write or replace a document and its signature file ``.sig``, durable together.

    The signature is in place first: whoever sees the new document finds its signature.
    """
    signature_path = path.with_name(f"{path.name}.sig")
    drafts = _write_draft(signature_path, signature, mode), _write_draft(path, octets, mode)
    drafts[0].replace(signature_path)
    drafts[1].replace(path)
    sync_folder(path.parent)


def make_folder(path: Path, *, private: bool) -> None:
    """Make a folder with its parents; a private one is closed to others."""
    path.mkdir(parents=True, exist_ok=True)
    if private:
        path.chmod(PRIVATE_FOLDER_MODE)


def sync_folder(path: Path) -> None:
    """Make the names in a folder durable."""
    handle = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _write_draft(path: Path, octets: bytes, mode: int) -> Path:
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, mode)
    try:
        os.fchmod(handle, mode)
        left = memoryview(octets)
        while left:
            left = left[os.write(handle, left) :]
        os.fsync(handle)
    finally:
        os.close(handle)
    return draft
