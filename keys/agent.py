"""The key agent: the one process that holds a party's secret keys, behind a Unix socket.

It signs and agrees for processes of the permitted user and shows no key to anybody. It reads no
file (keystore.py) and decides nothing about what it signs. docs/spec/directory.md, clause 5.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import resource
import socket
import socketserver
import struct
from collections.abc import Callable
from pathlib import Path

from pybase64 import b64encode

from keys.agent_protocol import (
    AGREE,
    BROKEN,
    HEAD,
    INFO,
    KID_OCTETS,
    OK,
    REFUSED,
    REQUEST_LIMIT,
    SIGN,
    UNKNOWN,
    UNSEAL,
    WEAK,
    check_path,
    receive,
)
from keys.errors import KeyAgentError, TrustError, UnknownKeyError, UnsealError, WeakKeyError
from keys.hybrid import SEALED_OCTETS
from keys.identity import Identity
from keys.points import Kid

_PR_SET_DUMPABLE = 4
_MCL_CURRENT = 1
_SO_PEERGROUPS = 59  # asm-generic/socket.h; Python 3.11 has no name for it
_MOST_GROUPS = 256  # Python asks for 1,024 octets at most
_CREDENTIALS = struct.Struct("3i")
_STATUS: dict[type[Exception], bytes] = {
    WeakKeyError: WEAK,
    UnknownKeyError: UNKNOWN,
    UnsealError: BROKEN,
}


def forbid_tracing() -> bool:
    """No core dump, and no process without CAP_SYS_PTRACE may look in; before a key is read.

    Whether the kernel granted it (prctl(2), PR_SET_DUMPABLE).
    """
    # A unit with LimitCORE=0 may forbid the call, and has done it already.
    with contextlib.suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    return bool(ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0) == 0)


def lock_memory() -> bool:
    """Keep every page in memory (mlockall(2)); whether the machine allows it."""
    return bool(ctypes.CDLL(None, use_errno=True).mlockall(_MCL_CURRENT) == 0)


class Agent(socketserver.ThreadingUnixStreamServer):
    """Answers at ``path`` for processes of this user, and of the numeric ``group`` if one is given.

    The socket's mode is 0600, with a group 0660. ``refused`` is told the user id of everybody else
    who tried. Raises KeyAgentError if something answers there already or the path is too long.
    """

    daemon_threads = True
    block_on_close = False
    request_queue_size = 8

    def __init__(
        self,
        path: Path,
        identity: Identity,
        *,
        group: int | None = None,
        refused: Callable[[int], None],
    ) -> None:
        check_path(path)
        _clear(path)
        self.identity = identity
        self._group, self._refused = group, refused
        before = os.umask(0o177)
        try:
            super().__init__(str(path), _Line)
        finally:
            os.umask(before)
        if group is not None:
            os.chown(path, -1, group)
            path.chmod(0o660)

    def verify_request(self, request: object, client_address: object) -> bool:  # noqa: ARG002 - socketserver's signature
        """Only permitted processes; by what the kernel says, not the peer."""
        assert isinstance(request, socket.socket)  # noqa: S101 - a Unix stream socket
        try:
            user, groups = peer_of(request)
        except OSError:
            return False  # gone already, or in more groups than can be asked for
        if user == os.geteuid() or self._group in groups:
            return True
        self._refused(user)
        return False

    def answer(self, op: bytes, body: bytes) -> tuple[bytes, bytes]:
        """The status and the answer to one request."""
        try:
            return OK, self._answer(op, body)
        except (TrustError, UnicodeDecodeError) as problem:
            return _STATUS.get(type(problem), REFUSED), b""

    def _answer(self, op: bytes, body: bytes) -> bytes:
        if op == SIGN:
            return self.identity.sign(body)
        if op == INFO and not body:
            return _info(self.identity)
        if op not in {AGREE, UNSEAL}:
            raise KeyAgentError("No such request.")
        kid, rest = Kid(body[:KID_OCTETS].decode("ascii")), body[KID_OCTETS:]
        if op == AGREE:
            return self.identity.agree(kid, rest)
        return self.identity.unseal(kid, rest[:SEALED_OCTETS], rest[SEALED_OCTETS:])


class _Line(socketserver.BaseRequestHandler):
    """One connection: requests and answers until either side ends it."""

    def handle(self) -> None:
        """Answer as long as requests are in form and somebody is there."""
        with contextlib.suppress(OSError):  # who asked went away, as one that was tired of waiting
            self._answer_all()

    def _answer_all(self) -> None:
        server, line = self.server, self.request
        assert isinstance(server, Agent)  # noqa: S101 - only Agent makes one
        while (head := receive(line, HEAD.size)) is not None:
            op, length = HEAD.unpack(head)
            if length > REQUEST_LIMIT:
                return
            body = receive(line, length)
            if body is None:
                return
            status, answer = server.answer(op, body)
            line.sendall(HEAD.pack(status, len(answer)) + answer)


def peer_of(line: socket.socket) -> tuple[int, frozenset[int]]:
    """User and groups of the process at the other end (SO_PEERCRED, SO_PEERGROUPS)."""
    octets = line.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _CREDENTIALS.size)
    _, user, group = _CREDENTIALS.unpack(octets)
    more = line.getsockopt(socket.SOL_SOCKET, _SO_PEERGROUPS, 4 * _MOST_GROUPS)
    return user, frozenset({group, *struct.unpack(f"{len(more) // 4}I", more)})


def _clear(path: Path) -> None:
    """Take away what an agent that was killed has left; never one that answers."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        try:
            probe.connect(str(path))
        except FileNotFoundError:
            return
        except ConnectionRefusedError:
            path.unlink()
            return
        except OSError as problem:
            raise _taken(path) from problem
    raise _taken(path)


def _taken(path: Path) -> KeyAgentError:
    return KeyAgentError(
        "Something else answers there, or it is no socket.",
        place=str(path),
        expected="a path where no agent runs",
        remedy="Stop the other agent, or name another path.",
    )


def _info(identity: Identity) -> bytes:
    publics = [identity.encryption_public(kid) for kid in identity.encryption_kids]
    return json.dumps(
        {
            "party": identity.party,
            "sig": b64encode(identity.signing_public).decode("ascii"),
            "enc": [b64encode(each).decode("ascii") for each in publics],
        }
    ).encode()
