"""A fork server: it has imported what the exchange's processes need, and each begins as its fork.

A process that is started anew spends most of its first second on imports; a campaign starts
hundreds. What runs is the same program with the same words. It decides nothing about them.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import json
import os
import runpy
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

_PRELOADED = (
    "gateway.campaign.asker",
    "gateway.cli",
    "gateway.cli.hub",
    "gateway.cli.node",
    "gateway.cli.relay",
    "gateway.compose",
    "gateway.hub",
    "gateway.node",
    "gateway.relay",
    "adapters.fr_police_csv",
    "adapters.nl_customs_json",
    "psycopg",
    "sqlalchemy.dialects.postgresql.psycopg",
    "alembic.command",
)
_LOOK_S = 0.02


class Child:
    """A process of a nursery, to be used as one of ``subprocess.Popen``."""

    def __init__(self, nursery: Nursery, pid: int) -> None:
        self.pid = pid
        self.returncode: int | None = None
        self._nursery = nursery

    def poll(self) -> int | None:
        """Its exit code once it has ended (-9 for SIGKILL)."""
        if self.returncode is None:
            self.returncode = self._nursery.code_of(self.pid)
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Until it has ended; ``subprocess.TimeoutExpired`` when it does not in ``timeout`` s."""
        end = None if timeout is None else time.monotonic() + timeout
        while (code := self.poll()) is None:
            if end is not None and time.monotonic() > end:
                raise subprocess.TimeoutExpired(str(self.pid), timeout or 0.0)
            time.sleep(_LOOK_S)
        return code

    def send_signal(self, sign: int) -> None:
        """Nothing where it has ended: its number may be somebody else's by now."""
        if self.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, sign)

    def kill(self) -> None:
        """SIGKILL."""
        self.send_signal(9)


class Nursery:
    """One fork server; ``environment`` is what all of its processes are born with."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._lock = threading.Lock()
        self._server = subprocess.Popen(
            [
                sys.executable,
                "-W",
                "ignore::RuntimeWarning:runpy",
                "-m",
                "gateway.campaign.nursery",
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=True,
            env=os.environ | dict(environment),
        )

    def start(self, words: Sequence[str], log: Path) -> Child:
        """Runs ``python -m`` of ``words``, with its output at the end of ``log``."""
        pid = self._ask({"words": list(words), "log": str(log)})
        return Child(self, int(pid))

    def code_of(self, pid: int) -> int | None:
        """The exit code of a process that was started here, None while it runs."""
        code = self._ask({"code of": pid})
        return None if code is None else int(code)

    def close(self) -> None:
        """Ends the server; what it started goes on."""
        if self._server.stdin is not None:
            self._server.stdin.close()
        self._server.wait()
        if self._server.stdout is not None:
            self._server.stdout.close()

    def _ask(self, order: Mapping[str, Any]) -> Any:
        with self._lock:
            if self._server.stdin is None or self._server.stdout is None:
                raise RuntimeError("the nursery has no pipes")
            self._server.stdin.write(json.dumps(order).encode() + b"\n")
            self._server.stdin.flush()
            told = self._server.stdout.readline()
        if not told:
            raise RuntimeError("the nursery ended")
        return json.loads(told)


def _serve() -> None:
    """Orders come as lines of JSON until the campaign closes its end."""
    for name in _PRELOADED:
        importlib.import_module(name)
    gc.collect()
    gc.freeze()  # the collector must not copy every page of what all forks share
    codes: dict[int, int | None] = {}
    for line in sys.stdin.buffer:
        order = json.loads(line)
        if "words" in order:
            pid = os.fork()
            if pid == 0:
                _become(order["words"], order["log"])
                return
            codes[pid] = None
            answer: int | None = pid
        else:
            answer = _code(codes, order["code of"])
        os.write(1, json.dumps(answer).encode() + b"\n")


def _code(codes: dict[int, int | None], pid: int) -> int | None:
    if codes[pid] is None:
        ended, status = os.waitpid(pid, os.WNOHANG)
        if ended:
            codes[pid] = os.waitstatus_to_exitcode(status)
    return codes[pid]


def _become(words: Sequence[str], log: str) -> None:
    """The fork is the process ``python -m words`` from here on."""
    os.setsid()
    nothing = os.open(os.devnull, os.O_RDONLY)
    out = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    for source, number in ((nothing, 0), (out, 1), (out, 2)):
        os.dup2(source, number)
    sys.argv = list(words)
    runpy.run_module(words[0], run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    _serve()
