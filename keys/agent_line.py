"""A process's line to the key agent: an identity whose secrets never are in this process.

It holds no key. docs/spec/directory.md, clause 5.
"""

from __future__ import annotations

import json
import socket
import threading
from pathlib import Path

import nacl.bindings
import nacl.exceptions
from pybase64 import b64decode

from keys.agent_protocol import (
    AGREE,
    BROKEN,
    HEAD,
    INFO,
    OK,
    REQUEST_LIMIT,
    SIGN,
    UNKNOWN,
    UNSEAL,
    WEAK,
    check_path,
    receive,
)
from keys.errors import KeyAgentError, UnknownKeyError
from keys.hybrid import unsealable
from keys.identity import Identity
from keys.points import Kid
from keys.secret_half import weak_peer

ANSWER_S = 10.0
"""Longer than any signature; an agent that is silent for so long is away."""


class AgentLine:
    """Asks the agent at ``path``; safe to share between threads; connects anew when it must."""

    def __init__(self, path: Path) -> None:
        check_path(path)
        self._path = path
        self._lock = threading.Lock()
        self._line: socket.socket | None = None
        self._signs_as: bytes | None = None

    def sign(self, octets: bytes) -> bytes:
        """As ``SecretHalf.sign``; KeyAgentError if the agent is away or signs by another key."""
        _, value = self._ask(SIGN, octets)
        if self._signs_as is not None and not _verifies(self._signs_as, value, octets):
            raise KeyAgentError(
                "The key agent holds other keys than when this process began.",
                place=str(self._path),
                expected="our keys in use; the successor's are taken up when the directory lists"
                " them",
                remedy="Start the agent with the key file that is in use; nothing was signed.",
            )
        return value

    def expect(self, signing_public: bytes) -> None:
        """From now on a signature by another key than this one is refused."""
        self._signs_as = signing_public

    def agree(self, kid: Kid, public: bytes) -> bytes:
        """As ``SecretHalf.agree``; KeyAgentError if the agent is away."""
        status, value = self._ask(AGREE, kid.encode("ascii") + public, allowed=(WEAK, UNKNOWN))
        if status == WEAK:
            raise weak_peer(public)
        if status == UNKNOWN:
            raise UnknownKeyError("The key agent holds no key with this id.", value=str(kid))
        return value

    def unseal(self, kid: Kid, sealed: bytes, info: bytes) -> bytes:
        """As ``SecretHalf.unseal``; KeyAgentError if the agent is away."""
        status, value = self._ask(
            UNSEAL, kid.encode("ascii") + sealed + info, allowed=(BROKEN, UNKNOWN)
        )
        if status == BROKEN:
            raise unsealable()
        if status == UNKNOWN:
            raise UnknownKeyError("The key agent holds no key with this id.", value=str(kid))
        return value

    def info(self) -> bytes:
        """Who is held there, as JSON."""
        _, value = self._ask(INFO, b"")
        return value

    def close(self) -> None:
        """End the connection; the next request makes another."""
        with self._lock:
            self._drop()

    def _ask(
        self, op: bytes, body: bytes, *, allowed: tuple[bytes, ...] = ()
    ) -> tuple[bytes, bytes]:
        with self._lock:
            fresh = self._line is None
            try:
                status, value = self._exchange(op, body)
            except OSError as problem:
                self._drop()
                if fresh:
                    raise self._away(str(problem)) from problem
                # The agent was started anew since: the same once more over a new connection.
                # Signing twice does no harm, Ed25519 gives the same signature.
                try:
                    status, value = self._exchange(op, body)
                except OSError as again:
                    self._drop()
                    raise self._away(str(again)) from again
        if status != OK and status not in allowed:
            raise self._away("it refuses the request")
        return status, value

    def _exchange(self, op: bytes, body: bytes) -> tuple[bytes, bytes]:
        if self._line is None:
            line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            line.settimeout(ANSWER_S)
            try:
                line.connect(str(self._path))
            except OSError:
                line.close()
                raise
            self._line = line
        self._line.sendall(HEAD.pack(op, len(body)) + body)
        head = receive(self._line, HEAD.size)
        if head is None:
            raise ConnectionResetError("it ended the connection")
        status, length = HEAD.unpack(head)
        value = receive(self._line, length) if length <= REQUEST_LIMIT else None
        if value is None:
            raise ConnectionResetError("it ended the connection")
        return status, value

    def _drop(self) -> None:
        if self._line is not None:
            self._line.close()
            self._line = None

    def _away(self, why: str) -> KeyAgentError:
        return KeyAgentError(
            f"The key agent does not answer: {why}.",
            place=str(self._path),
            expected="`iarms key agent` running for this home, and this user among its users",
            remedy="Start it; what was to be signed or opened waits and is lost to nobody.",
        )


def _verifies(public: bytes, value: bytes, octets: bytes) -> bool:
    try:
        nacl.bindings.crypto_sign_open(value + octets, public)
    except (nacl.exceptions.CryptoError, ValueError):
        return False
    return True


def identity_at(path: Path) -> Identity:
    """The identity that the agent at ``path`` holds; KeyAgentError."""
    line = AgentLine(path)
    try:
        facts = json.loads(line.info())
        signing_public = b64decode(facts["sig"], validate=True)
        line.expect(signing_public)
        return Identity.held_by(
            line,
            party=str(facts["party"]),
            signing_public=signing_public,
            encryption_publics=[b64decode(each, validate=True) for each in facts["enc"]],
        )
    except (ValueError, KeyError, TypeError) as problem:
        raise KeyAgentError(
            "What answers there is no key agent.",
            place=str(path),
            remedy="Name the right socket in [keys] agent_socket.",
        ) from problem
    finally:
        line.close()  # the first request makes another; who only looked leaves none behind
