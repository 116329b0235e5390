"""The rules by which one root follows another (TUF section 5.3); octets in, a root out.

It reads no file. Whoever calls it stores each root durably before it asks for the next.
"""

from __future__ import annotations

import re
from datetime import datetime

from keys.errors import RootError, RootExpiredError
from keys.markup import instant_text
from keys.quorum import check_holders, check_quorum, signed_file
from keys.root import RoleName, Root
from keys.root_document import ROOT_LIMIT, read_root
from keys.signatures import SIGNATURE_FILE_LIMIT

_FILE_NAME = re.compile(r"root-([1-9][0-9]{0,8})\.xml")


def root_file(version: int) -> str:
    """The file name of a root version; its signatures lie beside it under ``.sig``."""
    return f"root-{version}.xml"


def root_version_in(file_name: str) -> int | None:
    """The version in a root's file name, or None if it is no such name."""
    match = _FILE_NAME.fullmatch(file_name)
    return None if match is None else int(match[1])


def next_root(current: Root, octets: bytes, signature: bytes) -> Root:
    """The root that follows ``current``: exactly N+1, by the old threshold and by its own.

    Its expiry is not minded here: an old root on the way to the newest may have expired (5.3.10).
    Raises RootError or QuorumError. No XML is parsed before the old threshold's signatures hold.
    """
    name = root_file(current.version + 1)
    if len(octets) > ROOT_LIMIT or len(signature) > SIGNATURE_FILE_LIMIT:  # (1)
        raise _refused(name, "it is too large to be one")
    signed = signed_file(octets, signature, place=name)  # (2)
    if signed.name != name:  # (3)
        raise _refused(name, f"it was signed as {signed.name}")
    check_quorum(signed, current, RoleName.ROOT)  # (4)
    root = read_root(octets, place=name)  # (5)
    if root.version != current.version + 1 or root.previous != current.digest:  # (6)
        raise _refused(name, f"it does not follow version {current.version}")
    check_quorum(signed, root, RoleName.ROOT)  # (7)
    check_holders(signed, (current, root), RoleName.ROOT)  # (8)
    return root


def first_root(octets: bytes, signature: bytes) -> Root:
    """A founding root with its own threshold's signatures, before anybody has pinned it."""
    name = root_file(1)
    signed = signed_file(octets, signature, place=name)
    root = read_root(octets, place=name)
    if signed.name != name or root.version != 1:
        raise _refused(name, "it is not the first")
    check_quorum(signed, root, RoleName.ROOT)
    check_holders(signed, (root,), RoleName.ROOT)
    return root


def check_root_unexpired(root: Root, now: datetime) -> None:
    """Raises RootExpiredError from the newest root's expiry on (TUF 5.3.10)."""
    if now >= root.expires:
        raise RootExpiredError(
            "The newest root has expired.",
            place=root_file(root.version),
            value=f"expired {instant_text(root.expires)}, now {instant_text(now)}",
            expected="a root that is still valid",
            remedy="Get the newest root; if there is none, the officers must sign one:"
            " `iarms drill rotate-root` shows how. Check this machine's clock too.",
        )


def _refused(place: str, why: str) -> RootError:
    return RootError(
        f"This root does not follow the one in force: {why}.",
        place=place,
        expected="the next version, signed by the old threshold and by its own",
        remedy="Keep the root in use, and ask the officers by another way.",
    )
