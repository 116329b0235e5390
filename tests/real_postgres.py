"""A private PostgreSQL for tests, from Debian's packages, without TCP; other suites import it.

It decides nothing about what is tested.
"""

from __future__ import annotations

import os
import pwd
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from uuid import uuid4

import psycopg
from run_end import RUN

from gateway.store import Store

_INSTALLED = Path("/usr/lib/postgresql")
_TIMEOUT_S = 180
# A socket's path must fit 107 octets, so the folder lies directly under the temporary folder.
_PREFIX = "pg-"
# Of no test the machine loses power: what waits for a slow disk proves nothing more.
_NOT_DURABLE = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off"


def postgres_programs() -> Path | None:
    """The newest installed server's programs, or None."""
    found = [path for path in _INSTALLED.glob("*/bin") if (path / "initdb").exists()]
    return max(found, key=lambda path: int(re.sub(r"\D", "", path.parent.name)), default=None)


@cache
def shared_postgres() -> str:
    """The one server of this process of tests: the URL of a database that all leave empty.

    Skips the test where PostgreSQL is missing.
    """
    return RUN.enter_context(private_postgres(settings=_NOT_DURABLE))


@contextmanager
def migrated_database() -> Iterator[str]:
    """A new database at the newest level on the shared server; dropped at the end."""
    with fresh_database(shared_postgres(), _template()) as url:
        yield url


@cache
def _template() -> str:
    """The name of a database that was migrated once: copies of it need no migration."""
    url = RUN.enter_context(fresh_database(shared_postgres()))
    with Store.open(url) as store:
        store.migrate()
    return url.partition("?")[0].rpartition("/")[2]


@contextmanager
def private_postgres(parent: Path | None = None, settings: str = "") -> Iterator[str]:
    """A server of its own with durable commits: the URL of its empty database.

    Listens on a socket in its own folder under ``parent`` (default: the system's temporary
    folder) and on no port. Stopped and deleted at the end. Skips the test where it is missing.
    """
    programs = postgres_programs()
    if programs is None:
        import pytest  # noqa: PLC0415 - benchmarks use this file without pytest

        pytest.skip("PostgreSQL's server is not installed; setup/postgresql.sh installs it")
    folder = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=parent))
    try:
        with _server(programs, folder / "data", folder, settings) as url:
            yield url
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def kept_postgres(data: Path, settings: str = "") -> Iterator[str]:
    """The same on a folder ``data`` that is made where it is missing and stays.

    ``settings`` are further options of the server (``-c name=value``).
    """
    programs = postgres_programs()
    if programs is None:
        raise RuntimeError("PostgreSQL's server is not installed; setup/postgresql.sh installs it")
    folder = Path(tempfile.mkdtemp(prefix=_PREFIX))
    try:
        with _server(programs, data, folder, settings) as url:
            yield url
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _server(programs: Path, data: Path, folder: Path, settings: str) -> Iterator[str]:
    user = _server_user(folder)
    if not (data / "PG_VERSION").exists():
        data.mkdir(parents=True, exist_ok=True)
        _server_user(data)
        initdb = [programs / "initdb", "-D", data, "-U", "test", "-A", "trust", "-E", "UTF8"]
        _run(user, [*initdb, "--no-sync"])
    options = f"-c listen_addresses='' -c unix_socket_directories='{folder}' {settings}"
    control: list[str | Path] = [programs / "pg_ctl", "-D", data, "-w", "-t", str(_TIMEOUT_S)]
    _run(user, [*control, "-l", folder / "log", "-o", options, "start"])
    try:
        yield f"postgresql+psycopg://test@/postgres?host={folder}"
    finally:
        _run(user, [*control, "-m", "immediate" if data.parent == folder else "fast", "stop"])


@contextmanager
def fresh_database(url: str, template: str = "template1") -> Iterator[str]:
    """A new database on the server of ``url``, a copy of ``template``; dropped at the end."""
    name = f"t{uuid4().hex}"
    server = url.replace("postgresql+psycopg", "postgresql")
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}".encode())
    try:
        yield url.replace("/postgres?", f"/{name}?")
    finally:
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


def _server_user(folder: Path) -> str | None:
    """Who the server runs as: PostgreSQL refuses root, so root gives the folder away."""
    if os.geteuid() != 0:
        return None
    name = next((n for n in ("postgres", "nobody") if _exists(n)), "nobody")
    entry = pwd.getpwnam(name)
    os.chown(folder, entry.pw_uid, entry.pw_gid)
    return name


def _exists(user: str) -> bool:
    try:
        pwd.getpwnam(user)
    except KeyError:
        return False
    return True


def _run(user: str | None, command: Sequence[str | Path]) -> None:
    words = [str(word) for word in command]
    done = subprocess.run(
        words,
        user=user,
        group=None if user is None else pwd.getpwnam(user).pw_gid,
        extra_groups=None if user is None else [],
        cwd="/",
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        check=False,
        timeout=2 * _TIMEOUT_S,
    )
    if done.returncode != 0:
        raise RuntimeError(f"{words[0]} failed: {done.stderr.decode(errors='replace')}")
