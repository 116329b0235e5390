"""Public edge-case vectors: no small-order or odd point gets in, and agreement equals RFC 7748."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from keys import Identity, WeakKeyError, check_point

VECTORS = Path(__file__).resolve().parents[4] / "shared" / "data" / "vectors"

pytestmark = pytest.mark.public_data


def read(name: str) -> Any:
    path = VECTORS / name
    if not path.exists():
        pytest.skip(f"public vectors are absent: {path}")
    return json.loads(path.read_bytes())


def test_every_low_order_or_non_canonical_signing_key_is_refused() -> None:
    bad = {"low_order_A", "non_canonical_A", "low_order_component_A"}
    vectors = read("cctv-ed25519/ed25519vectors.json")
    cases = [case for case in vectors if bad & set(case["flags"] or ())]
    assert cases
    for case in cases:
        with pytest.raises(WeakKeyError):
            check_point("sig", bytes.fromhex(case["key"]), place=str(case["number"]))


def test_genuine_signing_keys_are_taken() -> None:
    groups = read("wycheproof/ed25519_test.json")["testGroups"]
    for group in groups:
        check_point("sig", bytes.fromhex(group["publicKey"]["pk"]), place="wycheproof")


def test_every_low_order_or_non_canonical_encryption_key_is_refused() -> None:
    bad = {"LowOrderPublic", "ZeroSharedSecret", "NonCanonicalPublic"}
    refused = 0
    for group in read("wycheproof/x25519_test.json")["testGroups"]:
        for case in group["tests"]:
            public = bytes.fromhex(case["public"])
            if bad & set(case["flags"]):
                refused += 1
                with pytest.raises(WeakKeyError):
                    check_point("enc", public, place=str(case["tcId"]))
            elif public[31] < 0x80:
                check_point("enc", public, place=str(case["tcId"]))
    assert refused


def test_agreement_gives_the_published_secret_or_refuses_zero() -> None:
    for group in read("wycheproof/x25519_test.json")["testGroups"]:
        for case in group["tests"]:
            own = Identity.from_secrets(
                "FRA-NCB",
                signing_seed=bytes(32),
                encryption_secrets=[bytes.fromhex(case["private"])],
            )
            public, shared = bytes.fromhex(case["public"]), bytes.fromhex(case["shared"])
            if any(shared):
                assert own.agree(own.encryption_kids[0], public) == shared
            else:
                with pytest.raises(WeakKeyError):
                    own.agree(own.encryption_kids[0], public)
