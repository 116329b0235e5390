"""What it costs to verify and index the key directory of 196 countries, signed by three of five.

CPU time of one process. Each directory is one that the process has not seen; its floor are the
calls that nobody can avoid: the signatures, and for each key one base64 and one SHA-256.

    python -m bench.directory [--json]
"""

from __future__ import annotations

import hashlib
import json
import os
import string
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import product
from statistics import median
from typing import Any

import nacl.bindings
import pybase64
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA65PublicKey

from keys import (
    Identity,
    PartyKind,
    Policy,
    Role,
    RoleName,
    Root,
    ceremony,
    directory_file,
    entry_for,
    load_directory,
    spki_of,
)
from keys.documents import write_directory
from keys.revocation import sign_by_officers
from keys.root_document import read_root, write_root
from keys.signatures import ML_DSA_65, SignatureFile, read_signatures, signed_octets

COUNTRIES = 196
ROUNDS = 12
TARGET_MS = 5.0
NOW = datetime(2026, 10, 20, 9, 0, tzinfo=UTC)
_SENDS = frozenset({"REC_SUBMIT", "SEARCH_REQUEST", "HIT_RECEIPT", "RECEIPT", "FAULT"})


class World:
    """A root of five officers with both kinds of key, and directories that three of them signed."""

    def __init__(self) -> None:
        self.officers = [
            ceremony.make_signer(name, f"Office {number}", random=os.urandom, quantum=True)
            for number, name in enumerate(("anna", "boris", "chen", "dina", "emil"))
        ]
        persons = tuple(sorted(each.public.person for each in self.officers))
        desk = Identity.generate("XPO-CENTRE", random=os.urandom)
        octets = write_root(
            version=1,
            issued=NOW,
            expires=NOW + timedelta(days=300),
            previous=None,
            policy=Policy(quantum=True, suites=(1, 2)),
            officers={each.public.person: each.public for each in self.officers},
            roles={
                name: Role(name=name, threshold=3, organisations=2, persons=persons)
                for name in (RoleName.ROOT, RoleName.DIRECTORY)
            },
            enrolment=desk.encryption_public(desk.encryption_kids[0]),
        )
        self.root: Root = read_root(octets, place="root")

    def directory(self, *, hybrid: bool) -> tuple[bytes, bytes]:
        """A directory of as many countries, with fresh keys, and its signature file."""
        letters = string.ascii_uppercase
        names = [f"{one}{two}A-NCB" for one, two in product(letters[:14], letters[:14])]
        octets = write_directory(
            version=1,
            issued=NOW,
            expires=NOW + timedelta(days=30),
            previous=None,
            parties=[
                entry_for(
                    Identity.generate(name, random=os.urandom, hybrid=hybrid),
                    sends=_SENDS, valid_from=NOW, kind=PartyKind.NCB, name=f"Bureau of {name[:3]}",
                )
                for name in names[:COUNTRIES]
            ],
        )  # fmt: skip
        return octets, sign_by_officers(directory_file(1), octets, self.officers[:3])

    def load(self, octets: bytes, signature: bytes) -> None:
        """Verified and indexed, as a node does it."""
        load_directory(octets, signature, self.root, now=NOW, minimum_version=0)

    def floor(self, octets: bytes, signature: bytes) -> Callable[[], None]:
        """The calls that nobody can avoid, on the same octets."""
        signed = read_signatures(signature)
        directory = load_directory(octets, signature, self.root, now=NOW, minimum_version=0)
        if signed is None:
            raise AssertionError("no signature file")
        keys = [
            (pybase64.b64encode(der), der)
            for entry in directory.parties.values()
            for key in entry.keys
            for der in [spki_of(key.use, key.public)]
        ]

        def unavoidable() -> None:
            hashlib.sha256(octets).digest()
            _verify(signed, self.root)
            for text, der in keys:
                pybase64.b64decode(text)
                hashlib.sha256(der).digest()

        return unavoidable


def _verify(signed: SignatureFile, root: Root) -> None:
    for each in signed.signatures:
        found = root.owner(each.kid)
        if found is None:
            raise AssertionError("a signature of nobody")
        covered = signed_octets(signed.name, signed.digest, each.algorithm)
        if each.algorithm == ML_DSA_65:
            MLDSA65PublicKey.from_public_bytes(found.quantum or b"").verify(each.value, covered)
        else:
            nacl.bindings.crypto_sign_open(each.value + covered, found.signing)


def measure() -> dict[str, Any]:
    """The figures, with keys of suite 1 alone and with hybrid keys beside them."""
    world = World()
    rows = []
    for name, hybrid in (("X25519 keys", False), ("X25519 and hybrid keys", True)):
        given = [world.directory(hybrid=hybrid) for _ in range(ROUNDS)]
        pairs = []
        for octets, signature in given:
            ours = _cpu(lambda d=(octets, signature): world.load(*d))  # type: ignore[misc]
            pairs.append((ours, _cpu(world.floor(octets, signature))))
        rows.append(
            {
                "name": name,
                "octets": len(given[0][0]),
                "median_ms": round(median(ours for ours, _ in pairs), 2),
                "least_ms": round(min(ours for ours, _ in pairs), 2),
                "floor_ms": round(median(floor for _, floor in pairs), 2),
                "ratio": round(median(ours / floor for ours, floor in pairs), 2),
            }
        )
    return {
        "unit": "milliseconds of CPU time",
        "countries": COUNTRIES,
        "signatures": "3 of 5 officers, Ed25519 and ML-DSA-65 each",
        "target_ms": TARGET_MS,
        "rows": rows,
    }


def _cpu(job: Callable[[], None]) -> float:
    start = time.process_time_ns()
    job()
    return (time.process_time_ns() - start) / 1e6


def show(measured: dict[str, Any]) -> None:
    """The table for a person."""
    print(f"{measured['countries']} countries, {measured['signatures']}; verified and indexed")
    print(
        f"{'directory with':<26}{'octets':>8}{'median':>10}{'least':>10}{'floor':>10}{'ratio':>7}"
    )
    for row in measured["rows"]:
        print(
            f"{row['name']:<26}{row['octets']:>8}{row['median_ms']:>7} ms{row['least_ms']:>7} ms"
            f"{row['floor_ms']:>7} ms{row['ratio']:>7}"
        )


def main() -> None:
    """Prints the table, or the JSON alone; exit code 6 where even the least misses the target."""
    measured = measure()
    if "--json" in sys.argv[1:]:
        print(json.dumps(measured, indent=2))
    else:
        show(measured)
    if measured["rows"][0]["least_ms"] > TARGET_MS:
        sys.exit(6)


if __name__ == "__main__":
    main()
