"""The envelope's vectors and a small exchange of parties, as the tests use them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from gateway.envelope import Draft, seal
from gateway.ids import Lane
from keys import Directory, Identity, KeyEntry, KeyState, Kid, PartyEntry, Suite, entry_for

VECTORS = Path(__file__).resolve().parent / "vectors" / "envelope"
NOW = datetime(2026, 10, 20, 9, 30, tzinfo=UTC)
CONTENT = b'<HitReceipt xmlns="urn:iarms:exchange:payload:1"><HitId>H-1</HitId></HitReceipt>'


@cache
def manifest() -> dict[str, Any]:
    """The manifest of the vectors."""
    values: dict[str, Any] = json.loads((VECTORS / "manifest.json").read_bytes())
    return values


def octets_of(case: dict[str, Any]) -> bytes:
    """A case's envelope, its filler put in."""
    octets: bytes = (VECTORS / case["file"]).read_bytes()
    filler = case.get("filler")
    if filler is None:
        return octets
    at: int = filler["at"]
    count: int = filler["count"]
    return octets[:at] + str(filler["octet"]).encode() * count + octets[at:]


@cache
def vector_identity(party: str) -> Identity:
    """A party of the vectors."""
    secrets = manifest()["identities"][party]
    return Identity.from_secrets(
        party,
        signing_seed=bytes.fromhex(secrets["signing_seed"]),
        encryption_secrets=[bytes.fromhex(secrets["encryption_secret"])],
        hybrid_seeds=[bytes.fromhex(secrets["hybrid_seed"])] if "hybrid_seed" in secrets else [],
    )


@cache
def vector_directory(name: str) -> Directory:
    """A directory of the vectors."""
    values = manifest()["directories"][name]
    return Directory(
        version=values["version"],
        issued=datetime.fromisoformat(values["issued"]),
        expires=datetime.fromisoformat(values["expires"]),
        digest=bytes(32),
        parties={party: _party(party, keys) for party, keys in values["parties"].items()},
        suite=Suite(values.get("suite", 1)),
        suite_since=values.get("suite_since"),
    )


def _party(party: str, keys: list[dict[str, Any]]) -> PartyEntry:
    return PartyEntry(
        party=party,
        country=party[:3],
        keys=tuple(
            KeyEntry(
                kid=Kid(key["kid"]),
                use=key["use"],
                public=bytes.fromhex(key["public"]),
                state=KeyState(key["state"]),
                valid_from=datetime.fromisoformat(key["valid_from"]),
                valid_until=_instant(key["valid_until"]),
                revoked_at=_instant(key["revoked_at"]),
            )
            for key in keys
        ),
        sends=frozenset({"HIT_NOTICE"}),
    )


def _instant(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


def draws(seed: str) -> Callable[[int], bytes]:
    """Octets that are the same in every run."""
    count = 0

    def draw(length: int) -> bytes:
        nonlocal count
        count += 1
        return hashlib.shake_256(f"{seed}/{count}".encode()).digest(length)

    return draw


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """Parties that know each other."""

    parties: dict[str, Identity]
    directory: Directory

    def seal(
        self,
        content: bytes = CONTENT,
        *,
        to: Sequence[str] = ("DEU-NCB",),
        seq: int = 1,
        draws_of: str = "seal",
        **draft: Any,
    ) -> bytes:
        """An envelope from France."""
        return seal(
            content,
            draft_of(**draft),
            by=self.parties["FRA-NCB"],
            to=[(self.directory.recipient(party), seq) for party in to],
            random=draws(draws_of),
        )


@cache
def exchange(size: int = 2) -> Exchange:
    """France, Germany, and as many others as ``size`` asks for."""
    names = ["FRA-NCB", "DEU-NCB", *(f"AAA-P{number}" for number in range(size - 2))]
    parties = {name: Identity.generate(name, random=draws(name)) for name in names}
    return Exchange(
        parties=parties,
        directory=Directory(
            version=17,
            issued=NOW - timedelta(days=1),
            expires=NOW + timedelta(days=29),
            digest=bytes(32),
            parties={
                name: entry_for(
                    identity, sends=frozenset({"HIT_NOTICE"}), valid_from=NOW - timedelta(days=2)
                )
                for name, identity in parties.items()
            },
        ),
    )


def draft_of(**changes: Any) -> Draft:
    """What France says about a message."""
    values: dict[str, Any] = {
        "message_id": "0197c0de-7a11-7d3a-9c52-2f6a4be1d001",
        "message_type": "HIT_NOTICE",
        "created": NOW,
        "expires": NOW + timedelta(days=1),
        "lane": Lane.ROUTINE,
        "in_reply_to": None,
        "directory_version": 17,
        "schema": "urn:iarms:exchange:payload:1",
    }
    return Draft(**(values | changes))
