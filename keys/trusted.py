"""The checks by which octets become a directory that may be relied on.

Octets and the time come in, a directory or a TrustError comes out; it touches no file and no
clock. The numbers are those of clause 3 of ``docs/spec/directory.md``.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from keys.directory import Directory
from keys.documents import read_directory
from keys.errors import (
    DirectoryExpiredError,
    DirectoryForkError,
    DirectoryFormatError,
    DirectoryNotYetError,
    DirectoryRollbackError,
    DirectorySignatureError,
    DirectorySizeError,
    DirectorySuiteError,
    QuorumError,
)
from keys.markup import instant_text
from keys.quorum import check_holders, check_quorum
from keys.root import RoleName, Root
from keys.signatures import SIGNATURE_FILE_LIMIT, SignatureFile, read_signatures

DIRECTORY_LIMIT = 4 * 1024 * 1024
"""Octets of a directory; 1 000 countries have less than half a megabyte."""
LONGEST_LIFE = timedelta(days=92)
"""A directory lives 30 days (4-trust 4.1); a longer one would make freezing it worthwhile."""
CLOCK_SKEW = timedelta(minutes=5)
"""How far a sound clock may be behind the centre's (3-envelope 3.3)."""

_FILE_NAME = re.compile(r"directory-([1-9][0-9]{0,8})\.xml")


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """The newest directory accepted so far: its version and SHA-256."""

    version: int
    digest: bytes


def directory_file(version: int) -> str:
    """The file name of a directory version; its signatures lie beside it under ``.sig``."""
    return f"directory-{version}.xml"


def version_in(file_name: str) -> int | None:
    """The version in a directory's file name, or None if it is no such name."""
    match = _FILE_NAME.fullmatch(file_name)
    return None if match is None else int(match[1])


def load_directory(
    octets: bytes,
    signature: bytes,
    root: Root,
    *,
    now: datetime,
    minimum_version: int,
    seen: Seen | None = None,
) -> Directory:
    """The directory in ``octets``, signed in the file ``signature`` by the officers of ``root``.

    Raises a DirectoryError, WeakKeyError, KeyIdError or DuplicateKeyError, each with its code.
    No XML is parsed before the signatures over the octets hold.
    """
    directory = verify_directory(octets, signature, root)
    _check_progress(directory, minimum_version, seen)  # (10)
    _check_times(directory, now)  # (11)
    return directory


def verify_directory(octets: bytes, signature: bytes, root: Root) -> Directory:
    """The directory in ``octets`` as the officers signed it, whatever its version and age.

    For publishing the next version and for looking at an old one; who relies on a directory calls
    ``load_directory``. Raises like it.
    """
    if len(octets) > DIRECTORY_LIMIT or len(signature) > SIGNATURE_FILE_LIMIT:  # (1)
        raise DirectorySizeError(
            "The directory or its signature file is too large to be one.",
            value=f"{len(octets)} and {len(signature)} octets",
            expected=f"at most {DIRECTORY_LIMIT} and {SIGNATURE_FILE_LIMIT} octets",
            remedy="Do not use it; tell the centre what put it there.",
        )
    signed = read_signatures(signature)  # (2)
    if signed is None or version_in(signed.name) is None:
        raise _unsigned("the signature file is not in its one form", "a signature file")
    if not hmac.compare_digest(hashlib.sha256(octets).digest(), signed.digest):  # (3)
        raise _unsigned("it has been altered, or the signature belongs to another", signed.name)
    _check_signatures(signed, root)  # (4)
    directory = read_directory(octets, place=signed.name)  # (5) to (8)
    if directory.version != version_in(signed.name):  # (9)
        raise DirectoryFormatError(
            "The directory was signed under another version's name.",
            place=signed.name,
            value=f"version {directory.version}",
            expected=f"version {version_in(signed.name)}",
            remedy="Tell the centre; keep the directory in use.",
        )
    _check_suites(directory, root)
    return directory


def _check_suites(directory: Directory, root: Root) -> None:
    """The directory's suite and those of its keys in use are the root's (threat K18)."""
    named = {directory.suite, *directory.suites}
    if not named <= set(root.policy.suites):
        raise DirectorySuiteError(
            "The directory names an algorithm suite that the root does not allow.",
            place=directory_file(directory.version),
            value=" ".join(str(int(each)) for each in sorted(named)),
            expected="of " + " ".join(str(each) for each in sorted(root.policy.suites)),
            remedy="Let the root's officers allow it in root N+1, or take the keys out.",
        )


def _check_signatures(signed: SignatureFile, root: Root) -> None:
    try:
        check_holders(signed, (root,), RoleName.DIRECTORY)
        check_quorum(signed, root, RoleName.DIRECTORY)
    except QuorumError as problem:
        raise _unsigned(problem.message, signed.name) from problem


def _check_progress(directory: Directory, minimum_version: int, seen: Seen | None) -> None:
    least = max(minimum_version, 0 if seen is None else seen.version)
    if directory.version < least:
        raise DirectoryRollbackError(
            "This directory is older than one that was accepted before.",
            place=directory_file(directory.version),
            value=f"version {directory.version}",
            expected=f"version {least} or newer",
            remedy="Get the newest directory; somebody may be replaying an old one.",
        )
    if seen is None:
        return
    other = directory.version == seen.version and directory.digest != seen.digest
    detached = directory.version == seen.version + 1 and directory.previous != seen.digest
    if other or detached:
        raise DirectoryForkError(
            "The centre's officers have signed two histories of the directory.",
            place=directory_file(directory.version),
            value=directory.digest.hex(),
            expected=f"what continues version {seen.version}, {seen.digest.hex()}",
            remedy="Stop and call the officers: one of both is a forgery or a grave mistake.",
        )


def _check_times(directory: Directory, now: datetime) -> None:
    place = directory_file(directory.version)
    if not directory.issued < directory.expires <= directory.issued + LONGEST_LIFE:
        raise DirectoryFormatError(
            "The directory's life is not a possible one.",
            place=place,
            value=f"{instant_text(directory.issued)} to {instant_text(directory.expires)}",
            expected=f"an expiry after the issue, at most {LONGEST_LIFE.days} days later",
            remedy="Tell the centre; keep the directory in use.",
        )
    if now < directory.issued - CLOCK_SKEW:
        raise DirectoryNotYetError(
            "By this machine's clock the directory comes from the future.",
            place=place,
            value=f"issued {instant_text(directory.issued)}, now {instant_text(now)}",
            expected=f"an issue at most {CLOCK_SKEW} ahead",
            remedy="Set this machine's clock right.",
        )
    check_unexpired(directory, now)


def check_unexpired(directory: Directory, now: datetime) -> None:
    """Raises DirectoryExpiredError from the directory's expiry on."""
    if now >= directory.expires:
        raise DirectoryExpiredError(
            "The key directory has expired.",
            place=directory_file(directory.version),
            value=f"expired {instant_text(directory.expires)}, now {instant_text(now)}",
            expected="a directory that is still valid",
            remedy="Get the newest directory from the centre; if there is none, the centre must"
            " publish one: `iarms directory propose --renew`. Check this machine's clock too.",
        )


def _unsigned(why: str, place: str) -> DirectorySignatureError:
    return DirectorySignatureError(
        f"The directory is not signed as it must be: {why}",
        place=place,
        expected="octets and signatures as the centre published them, by the root in force",
        remedy="Get both files and the newest root; where persons are missing, let them sign.",
    )
