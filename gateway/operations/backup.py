"""A home as one sealed file, made while its process works, and put back where none works.

Not in it: passphrases of keys (they lie elsewhere, or the archive would be worth as much as both),
logs, native files, other archives. A restored store is marked, so that it announces itself.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
import sqlite3
import tarfile
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from gateway.config import FILE_NAME, Settings, database_url
from gateway.errors import GatewayError
from gateway.ids import RELAY_USER
from gateway.occupancy import LOCK_FILE, alone_in
from gateway.store import JournalLine, Store, copy_sqlite
from keys import Cost
from keys.archive import MAGIC, PIECE_OCTETS, opening, sealing

_MANIFEST = "manifest.json"
_DATABASE = "database"
_HOME = "home"
_SQLITE = "sqlite:///"
_MODE = 0o600
_SCRATCH = ".iarms-"
_SQLITE_BEGINS = b"SQLite format 3\0"  # https://www.sqlite.org/fileformat.html, 1.3.1
_OF_SQLITE = ("-wal", "-shm", "-journal", ".restoring")


class BackupError(GatewayError):
    """An archive does not fit the place where it was to be put back."""

    code = "backup.refused"
    answered = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What an archive says of itself; ``files`` maps each name to the SHA-256 of its octets.

    ``checked``: the copy of the database passed its own check before its octets were summed up.
    """

    party: str
    made: str
    level: str
    files: dict[str, str]
    checked: bool = False


def back_up(
    home: Path,
    settings: Settings,
    archive: Path,
    passphrase: bytes,
    *,
    cost: Cost,
    now: datetime,
    random: Callable[[int], bytes],
) -> Manifest:
    """Writes ``home`` with its database into ``archive``; complete, or not there at all.

    Raises ``StoreError``, ``OSError``, ``BackupError`` where another database cannot be copied.
    """
    with _scratch(archive.parent) as folder:
        names = _kept(home, settings, folder)
        level, checked = "", False
        if settings.party != RELAY_USER:
            with Store.open(database_url(settings, home), looking=True) as store:
                copies = store.copy_out(folder)
            # Now, while another can be made; and who restores in a hurry need not look again.
            checked = Store.is_whole_copy(folder)
            if not checked:
                raise BackupError(
                    "the database fails its own check",
                    place=str(home),
                    expected="a database that can be copied",
                    remedy="restore the newest copy that was made before (`iarms restore`)",
                )
            level = Store.level_of_copy(folder)
            names |= {f"{_DATABASE}/{each.name}": each for each in copies}
        manifest = Manifest(
            party=settings.party,
            made=now.isoformat(),
            level=level,
            files={name: _digest(path) for name, path in names.items()},
            checked=checked,
        )
        partial = folder / "archive"
        with partial.open("xb") as target:
            partial.chmod(_MODE)
            with (
                sealing(target, passphrase, cost=cost, random=random) as sealed,
                # What a name in the home leads to is kept, not where it led on this machine.
                tarfile.open(
                    fileobj=sealed, mode="w|", dereference=True, bufsize=PIECE_OCTETS
                ) as tar,
            ):
                _add(tar, _MANIFEST, json.dumps(asdict(manifest)).encode())
                for name, path in names.items():
                    tar.add(path, arcname=name, recursive=False)
            target.flush()
            os.fsync(target.fileno())
        partial.replace(archive)
    return manifest


def verify(archive: Path, passphrase: bytes) -> Manifest:
    """Reads all of ``archive`` and checks every octet of it.

    Raises ``TrustError`` for a wrong passphrase or an altered archive, ``BackupError`` otherwise.
    """
    with _scratch(archive.parent) as folder:
        return _unpack(archive, passphrase, folder)


def restore(
    home: Path, archive: Path, passphrase: bytes, *, now: datetime, replace: bool = False
) -> Manifest:
    """Puts ``archive`` into ``home``: nothing is touched before every octet was checked.

    Raises ``HomeOccupiedError`` while a process works there, ``BackupError`` where something is
    there already and ``replace`` is not given, and what ``verify`` raises.
    """
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    with alone_in(home), _scratch(home) as folder:
        manifest = _unpack(archive, passphrase, folder)
        settings = _settings_in(folder / _HOME)
        if not replace and (home / FILE_NAME).exists():
            raise BackupError(
                "there is a home already",
                place=str(home),
                expected="an empty folder",
                remedy="restore elsewhere, or say --replace",
            )
        for name in manifest.files:
            kind, _, rest = name.partition("/")
            if kind == _HOME:
                target = home / rest
                target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                (folder / name).replace(target)
        if settings.party != RELAY_USER:
            _put_back(home, settings, folder / _DATABASE, manifest, replace=replace, now=now)
    return manifest


def _put_back(
    home: Path,
    settings: Settings,
    copy: Path,
    manifest: Manifest,
    *,
    replace: bool,
    now: datetime,
) -> None:
    url = database_url(settings, home)
    if url.startswith(_SQLITE):
        path = Path(url.removeprefix(_SQLITE))
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        beside = path.with_name(path.name + ".restoring")
        shutil.move(Store.sqlite_copy(copy), beside)  # it may lie on another file system
        _to_disk(beside)  # before it takes the place of what is there
        # What was written since the copy must not be played into it.
        for suffix in ("-wal", "-shm"):
            path.with_name(path.name + suffix).unlink(missing_ok=True)
        os.replace(beside, path)  # noqa: PTH105 - one step, whatever lies there
        path.chmod(_MODE)
        _to_disk(path.parent)
    else:
        with Store.open(url) as store:
            store.copy_in(copy, level=manifest.level, replace=replace)
    with Store.open(url) as store:
        store.migrate()
        with store.unit() as unit:
            unit.journal.add(
                JournalLine(at=now, event="store.restored", detail=f"copy of {manifest.made}")
            )
            unit.pairs.restored(now)  # what came after the copy is asked for at once
            unit.outbox.hurry_all(now)  # whoever has it knows it again; whoever has not gets it


def _to_disk(path: Path) -> None:
    """Octets of a file, or names in a folder, that a power cut must not take back."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _kept(home: Path, settings: Settings, scratch: Path) -> dict[str, Path]:
    """Every file of the home by its name in the archive, and where to copy it from.

    All but what is listed here: a file that a later part keeps in the home must not be missing
    after a restore. Databases of other parts are copied into ``scratch`` in one step.
    """
    found: dict[str, Path] = {}
    for folder, folders, files in os.walk(home):
        here = Path(folder)
        folders[:] = [each for each in folders if not _is_elsewhere(here / each, home, settings)]
        for path in (here / each for each in sorted(files)):
            if not path.is_file() or _is_left_out(path, home, settings):
                continue
            beginning = _beginning(path)
            if beginning == MAGIC:
                continue  # another archive
            name = f"{_HOME}/{path.relative_to(home)}"
            found[name] = path
            if beginning == _SQLITE_BEGINS:
                found[name] = _copy_beside(path, scratch / f"beside-{len(found)}")
    return found


def _copy_beside(path: Path, to: Path) -> Path:
    try:
        copy = copy_sqlite(path, to)
    except sqlite3.Error as error:
        raise BackupError(
            f"a database in the home cannot be copied: {error}",
            place=str(path),
            remedy="move it out of the home if it is of no use any more, and make the copy again",
        ) from error
    shutil.copymode(path, copy)
    return copy


def _is_elsewhere(folder: Path, home: Path, settings: Settings) -> bool:
    """Native files are the national system's; a copy under way is ours."""
    native = settings.files is not None and folder == home / settings.files.folder
    return native or folder.name.startswith(_SCRATCH)


def _is_left_out(path: Path, home: Path, settings: Settings) -> bool:
    secrets = {home / settings.keys.passphrase_file, home / settings.keys.beacon_passphrase_file}
    url = database_url(settings, home)
    own = Path(url.removeprefix(_SQLITE)) if url.startswith(_SQLITE) else None
    return (
        path in secrets
        or path.suffix in {".pass", ".log"}
        or path.name == LOCK_FILE
        or path.name.endswith(_OF_SQLITE)
        or path.resolve() == own
    )


def _beginning(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(len(MAGIC))


def _unpack(archive: Path, passphrase: bytes, folder: Path) -> Manifest:
    """Opens, checks and sums up in one pass: a copy of a large registry is gigabytes."""
    digests: dict[str, str] = {}
    with archive.open("rb") as source:
        opened = opening(source, passphrase, place=str(archive))
        with tarfile.open(fileobj=opened, mode="r|", bufsize=PIECE_OCTETS) as tar:
            for member in tar:
                digests[member.name] = _extract(
                    tar, tarfile.data_filter(member, str(folder)), folder
                )
        while opened.read(PIECE_OCTETS):
            pass  # to the end: only then is it known to be whole
    facts: dict[str, Any] = json.loads((folder / _MANIFEST).read_bytes())
    manifest = Manifest(**facts)
    wrong = [n for n, digest in manifest.files.items() if digests.get(n) != digest]
    is_whole = manifest.checked or not manifest.level or Store.is_whole_copy(folder / _DATABASE)
    if wrong or not is_whole:
        raise BackupError(
            "the archive does not hold what it says",
            place=str(archive),
            value=", ".join(wrong) or "the database fails its own check",
            remedy="take another copy",
        )
    return manifest


def _extract(tar: tarfile.TarFile, member: tarfile.TarInfo, folder: Path) -> str:
    """Writes one file into ``folder``; the SHA-256 of its octets."""
    source = tar.extractfile(member)
    if source is None:
        return ""  # no file: none is named so
    path = folder / member.name
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    digest = hashlib.sha256()
    with path.open("xb") as target:
        path.chmod(member.mode or _MODE)
        while piece := source.read(PIECE_OCTETS):
            digest.update(piece)
            target.write(piece)
    return digest.hexdigest()


def _settings_in(home: Path) -> Settings:
    from gateway.config import load_settings  # noqa: PLC0415 - as late as the file is there

    return load_settings(home)


def _add(tar: tarfile.TarFile, name: str, octets: bytes) -> None:
    info = tarfile.TarInfo(name)
    info.size, info.mode = len(octets), _MODE
    tar.addfile(info, io.BytesIO(octets))


def _digest(path: Path) -> str:
    with path.open("rb") as source:
        return _sha256(source)


def _sha256(source: IO[bytes]) -> str:
    return hashlib.file_digest(source, "sha256").hexdigest()  # type: ignore[arg-type] # a binary file


@contextmanager
def _scratch(beside: Path) -> Iterator[Path]:
    """A folder of our own on the same file system: copies hold records in the clear."""
    folder = Path(tempfile.mkdtemp(prefix=_SCRATCH, dir=beside))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
