"""Who plays in the vectors: parties, their keys' states, and the directories that list them.

The secrets are public on purpose (each is SHA-256 of a phrase); no directory of a real exchange
lists their keys.
"""

from __future__ import annotations

from typing import Any

from forge import HybridMember, Member, Recipe

NOW = "2026-10-20T09:30:00Z"
ISSUED, EXPIRES = "2026-10-19T00:00:00Z", "2026-11-18T00:00:00Z"
LONG_AGO = "2026-01-01T00:00:00Z"

FRA, DEU, BRA = Member.named("FRA-NCB"), Member.named("DEU-NCB"), Member.named("BRA-NCB")
USA, NLD = Member.named("USA-NCB"), Member.named("NLD-CUSTOMS")
REVOKED, COMPROMISED = Member.named("ARG-NCB"), Member.named("CHL-NCB")
RETIRED, NEXT, RETIRING = Member.named("PER-NCB"), Member.named("URY-NCB"), Member.named("BOL-NCB")
ENDED, LATER = Member.named("ECU-NCB"), Member.named("PRY-NCB")
FRA_HYBRID, DEU_HYBRID, BRA_HYBRID = (
    HybridMember.named(party) for party in ("FRA-NCB", "DEU-NCB", "BRA-NCB")
)
HYBRIDS = (FRA_HYBRID, DEU_HYBRID, BRA_HYBRID)
STRANGER = Member.named("ZZZ-NOBODY")

# state, valid from, valid until, revoked at
_SIGNING: dict[str, tuple[str, str, str | None, str | None]] = {
    REVOKED.party: ("REVOKED", LONG_AGO, None, "2026-10-20T09:28:00Z"),
    COMPROMISED.party: ("COMPROMISED", LONG_AGO, None, "2026-10-20T09:28:00Z"),
    RETIRED.party: ("RETIRED", LONG_AGO, "2026-10-20T09:28:00Z", None),
    NEXT.party: ("NEXT", LONG_AGO, None, None),
    RETIRING.party: ("RETIRING", LONG_AGO, "2026-10-20T09:28:00Z", None),
    ENDED.party: ("CURRENT", LONG_AGO, "2026-10-20T09:00:00Z", None),
    LATER.party: ("CURRENT", "2026-10-20T09:27:00Z", None, None),
}
_CURRENT = ("CURRENT", LONG_AGO, None, None)
LISTED = (
    FRA, DEU, BRA, USA, NLD, REVOKED, COMPROMISED, RETIRED, NEXT, RETIRING, ENDED, LATER,
)  # fmt: skip

PAYLOAD = (
    b'<HitReceipt xmlns="urn:iarms:exchange:payload:1"><HitId>H-FRA-01JAC8Z5M0Q3V7X9K2B4D6F8GH'
    b"</HitId><HitRoleCode>OWNER</HitRoleCode><ReceivedTimestamp>2026-10-20T09:26:53.120Z"
    b"</ReceivedTimestamp></HitReceipt>"
)


def honest(**changes: Any) -> Recipe:
    """France writes to Germany; the changes say what else."""
    values: dict[str, Any] = {
        "sender": FRA, "to": ((DEU, 4711),), "payload": PAYLOAD, "draws": "base",
    }  # fmt: skip
    return Recipe(**(values | changes))


def directories() -> dict[str, Any]:
    """The directories that the cases name, as plain values."""
    return {
        "17": _directory(17, LISTED),
        "without-sender": _directory(17, tuple(member for member in LISTED if member is not FRA)),
        "both-suites": _directory(17, LISTED, hybrids=HYBRIDS),
        "hybrid": _directory(18, LISTED, hybrids=HYBRIDS, suite=2),
        "other-keys": _directory(17, (Member.named("FRA-NCB#2"), DEU), rename={"FRA-NCB#2": FRA}),
    }


def identities() -> dict[str, Any]:
    """Every secret, as hexadecimal."""
    found = {
        member.party: {"signing_seed": member.seed.hex(), "encryption_secret": member.scalar.hex()}
        for member in (*LISTED, STRANGER)
    }
    for hybrid in HYBRIDS:
        found[hybrid.party]["hybrid_seed"] = hybrid.x_wing_seed.hex()
    return found


def _directory(
    version: int,
    members: tuple[Member, ...],
    rename: dict[str, Member] | None = None,
    hybrids: tuple[HybridMember, ...] = (),
    suite: int = 1,
) -> dict[str, Any]:
    names = {old: member.party for old, member in (rename or {}).items()}
    later = {each.party: each for each in hybrids}
    return {
        "version": version,
        **({"suite": suite, "suite_since": version} if suite > 1 else {}),
        "issued": ISSUED,
        "expires": EXPIRES,
        "parties": {
            names.get(member.party, member.party): [
                _key(member.signing_kid, "sig", member.signing_public, member.party),
                _key(member.encryption_kid, "enc", member.encryption_public, ""),
                *(
                    [_key(each.encryption_kid, "enc", each.encryption_public, "")]
                    if (each := later.get(member.party)) is not None
                    else []
                ),
            ]
            for member in members
        },
    }


def _key(kid: str, use: str, public: bytes, party: str) -> dict[str, Any]:
    state, start, end, revoked = _SIGNING.get(party, _CURRENT)
    return {
        "kid": kid,
        "use": use,
        "public": public.hex(),
        "state": state,
        "valid_from": start,
        "valid_until": end,
        "revoked_at": revoked,
    }
