"""Serves ``/livez``, ``/readyz`` and ``/metrics`` on loopback or a Unix socket, nowhere else.

It has no authentication: whoever may connect on this machine sees numbers, never a message.
"""

from __future__ import annotations

import json
import socket
import socketserver
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

from gateway.errors import ConfigError

LOOPBACK = "127.0.0.1"
_TEXT = "text/plain; version=0.0.4; charset=utf-8"
_JSON = "application/json"
_PATIENCE_S = 5.0
_SOCKET_MODE = 0o660


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """What the answers are made from; each is called for each request, on the server's thread.

    ``alive`` and ``ready`` give what is wrong, nothing when all is well; ``degraded`` gives what is
    done worse than it should be while messages are decided.
    """

    alive: Callable[[], Mapping[str, str]]
    ready: Callable[[], Mapping[str, str]]
    metrics: Callable[[], bytes]
    degraded: Callable[[], Mapping[str, str]] = dict


@contextmanager
def serving(listen: str | None, probe: Probe, *, home: Path) -> Iterator[str | None]:
    """Answers at ``listen`` (``127.0.0.1:PORT``, ``unix:FILE`` in ``home``, None: not at all).

    Gives where it answers; port 0 takes a free one. Raises ``ConfigError`` where it cannot listen.
    """
    if listen is None:
        yield None
        return
    server = _bound(listen, probe, home)
    thread = threading.Thread(target=server.serve_forever, name="telemetry", daemon=True)
    thread.start()
    try:
        yield _place(server)
    finally:
        server.shutdown()
        server.server_close()
        thread.join(_PATIENCE_S)
        if isinstance(server.server_address, str):
            with suppress(OSError):
                Path(server.server_address).unlink()


class _Answers(BaseHTTPRequestHandler):
    timeout = _PATIENCE_S  # a client that says nothing holds one thread for so long

    def do_GET(self) -> None:
        probe: Probe = self.server.probe  # type: ignore[attr-defined] # set by _bound
        match self.path:
            case "/livez":
                self._verdict(probe.alive())
            case "/readyz":
                self._verdict(probe.ready(), probe.degraded)
            case "/metrics":
                self._answer(HTTPStatus.OK, _TEXT, probe.metrics())
            case _:
                self._answer(HTTPStatus.NOT_FOUND, _JSON, b"{}\n")

    def _verdict(
        self, wrong: Mapping[str, str], degraded: Callable[[], Mapping[str, str]] | None = None
    ) -> None:
        status = HTTPStatus.SERVICE_UNAVAILABLE if wrong else HTTPStatus.OK
        told: dict[str, Any] = {"ok": not wrong, "wrong": dict(wrong)}
        if degraded is not None and not wrong:
            told["degraded"] = dict(degraded())
        self._answer(status, _JSON, json.dumps(told).encode() + b"\n")

    def _answer(self, status: HTTPStatus, kind: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def address_string(self) -> str:
        return "local"  # a Unix socket's peer has no address

    def log_message(self, *_words: Any) -> None:
        """Says nothing: a scrape is no event."""


class _Tcp(socketserver.ThreadingMixIn, socketserver.TCPServer):
    probe: Probe
    daemon_threads = True
    allow_reuse_address = True


class _Unix(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
    probe: Probe
    daemon_threads = True


def _bound(listen: str, probe: Probe, home: Path) -> socketserver.BaseServer:
    server: _Tcp | _Unix
    try:
        if listen.startswith("unix:"):
            path = home / listen.removeprefix("unix:")
            _remove_stale(path)
            server = _Unix(str(path), _Answers)
            path.chmod(_SOCKET_MODE)
        else:
            host, _, port = listen.partition(":")
            if host != LOOPBACK:
                raise ConfigError("telemetry answers on loopback only", value=listen)
            server = _Tcp((host, int(port)), _Answers)
    except OSError as error:
        raise ConfigError(
            "telemetry cannot listen there",
            place="telemetry.listen",
            value=f"{listen}: {error.strerror}",
            remedy="choose a free port of 127.0.0.1 or a path that this process may write",
        ) from error
    server.probe = probe
    return server


def _remove_stale(path: Path) -> None:
    """A socket that nobody answers is a dead process's."""
    if not path.is_socket():
        return
    with socket.socket(socket.AF_UNIX) as trial:
        try:
            trial.connect(str(path))
        except OSError:
            path.unlink()


def _place(server: socketserver.BaseServer) -> str:
    address = server.server_address
    if isinstance(address, tuple):
        return f"{address[0]}:{address[1]}"
    return f"unix:{address!s}"
