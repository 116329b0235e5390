"""A private PostgreSQL and a streaming replica of it, for tests; each can be ended and halted."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from real_postgres import _run, _server_user, postgres_programs

_TIMEOUT_S = "180"


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """One server in a folder of its own, without TCP."""

    programs: Path
    folder: Path
    user: str | None

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def url(self) -> str:
        return f"postgresql+psycopg://test@/postgres?host={self.folder}"

    def start(self) -> None:
        options = f"-c listen_addresses='' -c unix_socket_directories='{self.folder}'"
        log = self.folder / "log"
        told, deadline = 0, time.monotonic() + float(_TIMEOUT_S)
        while True:
            try:
                return self._control("-l", log, "-o", options, "start")
            except RuntimeError:
                # What was killed a moment ago may hold the shared memory still.
                lines = log.read_text(errors="replace")
                held = re.search("shared memory|lock file", lines[told:]) is not None
                if not held or time.monotonic() > deadline:
                    raise
                told = len(lines)

    def stop(self) -> None:
        self.signal(signal.SIGCONT)
        with suppress(RuntimeError):
            self._control("-m", "immediate", "stop")

    def signal(self, sign: signal.Signals) -> None:
        """To the postmaster and its children: a halted postmaster halts none of them."""
        try:
            pid = int((self.data / "postmaster.pid").read_text().split()[0])
        except (OSError, ValueError, IndexError):
            return
        listed = subprocess.run(
            ["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True, check=False
        )
        for each in (pid, *map(int, listed.stdout.split())):
            with suppress(ProcessLookupError):
                os.kill(each, sign)

    def _control(self, *words: str | Path) -> None:
        command = [self.programs / "pg_ctl", "-D", self.data, "-w", "-t", _TIMEOUT_S]
        _run(self.user, [*command, *words])


@contextmanager
def streaming_pair() -> Iterator[tuple[Server, Server]]:
    """A primary and its replica, both running; skips the test where PostgreSQL is missing."""
    import pytest  # noqa: PLC0415 - benchmarks use this file without pytest

    programs = postgres_programs()
    if programs is None:
        pytest.skip("PostgreSQL's server is not installed; setup/postgresql.sh installs it")
    folders = [Path(tempfile.mkdtemp(prefix="pg-")) for _ in range(2)]
    first, second = (
        Server(programs=programs, folder=folder, user=_server_user(folder)) for folder in folders
    )
    try:
        initdb = [programs / "initdb", "-D", first.data, "-U", "test", "-A", "trust", "-E", "UTF8"]
        _run(first.user, [*initdb, "--no-sync"])
        first.start()
        copy = [programs / "pg_basebackup", "-h", first.folder, "-U", "test", "-D", second.data]
        _run(second.user, [*copy, "-R", "-X", "stream", "-c", "fast", "--no-sync"])
        second.start()
        yield first, second
    finally:
        for server in (second, first):
            server.stop()
            shutil.rmtree(server.folder, ignore_errors=True)
