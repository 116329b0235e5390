"""What the key agent and its askers say to one another over a Unix socket.

A request is an op octet, four octets of length (big-endian) and the body; the answer is a status
octet, a length and the body. ``I`` tells who is held here, ``S`` signs the body, ``A`` agrees: the
body is a key id of 43 octets and a raw X25519 key; ``U`` unseals: a key id, 1,168 sealed octets and
what they are bound to. It holds no key.
"""

from __future__ import annotations

import os
import socket
import struct
from pathlib import Path

from keys.errors import KeyAgentError

INFO, SIGN, AGREE, UNSEAL = b"I", b"S", b"A", b"U"
OK, WEAK, UNKNOWN, REFUSED, BROKEN = b"\x00", b"\x01", b"\x02", b"\x03", b"\x04"
HEAD = struct.Struct(">cI")
REQUEST_LIMIT = 64 * 1024
"""Octets of a request; what is signed is a digest in a frame of some hundred octets."""
LONGEST_PATH = 100
"""Octets of a socket's path (sun_path holds 108 with its end)."""
KID_OCTETS = 43


def receive(line: socket.socket, count: int) -> bytes | None:
    """Exactly ``count`` octets, or None where the other side has ended."""
    parts = []
    while count:
        part = line.recv(count)
        if not part:
            return None
        parts.append(part)
        count -= len(part)
    return b"".join(parts)


def check_path(path: Path) -> None:
    """Raises KeyAgentError for a path that no Unix socket can have."""
    if len(os.fsencode(path)) > LONGEST_PATH:
        raise KeyAgentError(
            "The path of the key agent's socket is too long.",
            place=str(path),
            expected=f"at most {LONGEST_PATH} octets",
            remedy="Name a shorter one: agent_socket in [keys], --socket at the agent.",
        )
