"""A private PostgreSQL server of a campaign: durable commits, a socket in its folder, no port.

It serves trials; a production server is the operator's.
"""

from __future__ import annotations

import contextlib
import os
import pwd
import re
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

_INSTALLED = Path("/usr/lib/postgresql")
_TIMEOUT_S = 60
_STARTS = 6


class PostgresServer:
    """One server; ``url`` gives a database on it."""

    def __init__(self) -> None:
        # A socket's path must fit 107 octets, so the folder lies directly under the temporary one.
        self._folder = Path(tempfile.mkdtemp(prefix="pg-"))
        self._programs = installed_programs()
        self._user = _server_user(self._folder)
        self._data = self._folder / "data"

    @property
    def place(self) -> Path:
        """The folder of its socket and its log."""
        return self._folder

    def make(self) -> None:
        """A new cluster, started. RuntimeError when PostgreSQL is not installed."""
        if self._programs is None:
            raise RuntimeError("PostgreSQL's server is not installed (setup/postgresql.sh)")
        words: list[str | Path] = [
            "-D",
            self._data,
            "-U",
            "iarms",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--no-sync",
        ]
        self._run([self._programs / "initdb", *words])
        self.start()

    def url(self, name: str) -> str:
        """The URL of database ``name``, made when it is not there."""
        self._sql(f'CREATE DATABASE "{name}"')
        return f"postgresql+psycopg://iarms@/{name}?host={self._folder}"

    def start(self) -> None:
        """Starts it, and waits until it takes connections."""
        options = f"-c listen_addresses='' -c unix_socket_directories='{self._folder}'"
        for left in reversed(range(_STARTS)):
            try:
                self._control("-l", self._folder / "log", "-o", options, "start")
            except RuntimeError:
                # What was killed a moment ago may hold the shared memory still.
                if not left:
                    raise
                time.sleep(1.0)
            else:
                return

    def restart(self) -> None:
        """As an operator does it: connections are ended."""
        self._control("-m", "fast", "stop")
        self.start()

    @property
    def pid(self) -> int | None:
        """The postmaster, None when it does not run."""
        try:
            return int((self._data / "postmaster.pid").read_text().split()[0])
        except (OSError, ValueError, IndexError):
            return None

    def signal(self, sign: signal.Signals) -> None:
        """To every process of the server, for a stopped postmaster stops none of them."""
        pid = self.pid
        if pid is None:
            return
        children = _children(pid)
        # A postmaster that lives replaces the children that are killed before it.
        order = (pid, *children) if sign == signal.SIGKILL else (*children, pid)
        for each in order:
            with contextlib.suppress(ProcessLookupError):
                os.kill(each, sign)

    def end_sessions(self) -> None:
        """Ends every other session, as an administrator does."""
        self._sql(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE pid <> pg_backend_pid() AND datname LIKE 'w%'"
        )

    def read_only(self, *, on: bool) -> None:
        """Whether transactions may write, for sessions that stand and for new ones."""
        self._sql(f"ALTER SYSTEM SET default_transaction_read_only = {'on' if on else 'off'}")
        self._sql("SELECT pg_reload_conf()")

    def hold(self, name: str, table: str, seconds: float) -> subprocess.Popen[bytes]:
        """Another session that holds ``table`` of database ``name`` for itself."""
        text = f"BEGIN; LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE; SELECT pg_sleep({seconds});"
        return subprocess.Popen(  # noqa: S603 - PostgreSQL's own tool
            [*self._client(name), "-c", text],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def remove(self) -> None:
        """Stops it and removes its files."""
        if self.pid is not None:
            self.signal(signal.SIGCONT)
            with contextlib.suppress(RuntimeError, subprocess.TimeoutExpired):
                self._control("-m", "immediate", "stop")
            self.signal(signal.SIGKILL)  # nothing where it has stopped
        shutil.rmtree(self._folder, ignore_errors=True)

    # --- parts --------------------------------------------------------------------------------

    def _client(self, name: str) -> list[str]:
        programs = self._programs or Path()
        words = ["-h", str(self._folder), "-U", "iarms", "-d", name, "-q", "-X"]
        return [str(programs / "psql"), *words]

    def _sql(self, text: str) -> None:
        options = {"PGOPTIONS": "-c default_transaction_read_only=off"}
        done = subprocess.run(  # noqa: S603 - PostgreSQL's own tool
            [*self._client("postgres"), "-c", text],
            env=os.environ | options,
            capture_output=True,
            text=True,
            check=False,
            timeout=_TIMEOUT_S,
        )
        if done.returncode and "already exists" not in done.stderr:
            raise RuntimeError(f"psql failed: {done.stderr}")

    def _control(self, *words: str | Path) -> None:
        programs = self._programs or Path()
        start: list[str | Path] = [
            programs / "pg_ctl",
            "-D",
            self._data,
            "-w",
            "-t",
            str(_TIMEOUT_S),
        ]
        self._run([*start, *words])

    def _run(self, command: Sequence[str | Path]) -> None:
        user = self._user
        done = subprocess.run(  # noqa: S603 - PostgreSQL's own tools
            [str(word) for word in command],
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
            raise RuntimeError(f"{command[0]} failed: {done.stderr.decode(errors='replace')}")


def installed_programs() -> Path | None:
    """The newest installed server's programs, or None."""
    found = [path for path in _INSTALLED.glob("*/bin") if (path / "initdb").exists()]
    return max(found, key=lambda path: int(re.sub(r"\D", "", path.parent.name)), default=None)


def _server_user(folder: Path) -> str | None:
    """Who the server runs as: PostgreSQL refuses root, so root gives the folder away."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            entry = pwd.getpwnam(name)
            os.chown(folder, entry.pw_uid, entry.pw_gid)
            folder.chmod(0o755)
            return name
    return None


def _children(pid: int) -> list[int]:
    try:
        found = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return []
    return [int(each) for each in found]
