"""Every refusal of the trust room has a code of its own and a test that provokes it."""

from __future__ import annotations

import inspect
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from trust_roots import root_of

from keys import (
    Identity,
    QuorumError,
    RevocationError,
    RootError,
    RootExpiredError,
    TokenError,
    TrustError,
    errors,
)
from keys.chain import check_root_unexpired, next_root
from keys.quorum import signed_file
from keys.revocation import read_recovery
from keys.signatures import Signature, signed_octets, write_signatures
from keys.token import TokenHalf

NOW = datetime(2026, 10, 20, 9, 0, tzinfo=UTC)
OFFICERS = [Identity.generate(f"XPO-{name}", random=os.urandom) for name in "AB"]
ROOT = root_of(
    [each.signing_public for each in OFFICERS],
    threshold=2,
    issued=NOW,
    enrolment=OFFICERS[0].encryption_public(OFFICERS[0].encryption_kids[0]),
)
ABSTRACT = {"DirectoryError"}
"""Never raised itself: its subclasses say which check it was."""
KINDS = [
    kind
    for _, kind in inspect.getmembers(errors, inspect.isclass)
    if issubclass(kind, TrustError) and kind is not TrustError
]


def test_no_two_refusals_have_one_code() -> None:
    codes = [kind.code for kind in KINDS]
    assert len(set(codes)) == len(codes)
    assert all("code" in vars(kind) for kind in KINDS)


def test_every_refusal_is_provoked_somewhere() -> None:
    folder = Path(__file__).parents[2]
    own = Path(__file__).name
    text = "".join(
        path.read_text("utf-8") for path in folder.rglob("test_*.py") if path.name != own
    )
    text += Path(__file__).read_text("utf-8").partition("def test_a_root_past")[2]
    missing = {kind.__name__ for kind in KINDS if kind.__name__ not in text}
    assert missing <= ABSTRACT


def test_a_root_past_its_end_is_refused() -> None:
    check_root_unexpired(ROOT, ROOT.expires - timedelta(milliseconds=1))
    with pytest.raises(RootExpiredError):
        check_root_unexpired(ROOT, ROOT.expires)


def test_a_next_root_that_nobody_signed_is_refused() -> None:
    for octets, signature in ((b"<Root/>", b""), (b"<Root/>", b"<Signatures/>"), (b"", b"x" * 99)):
        with pytest.raises((QuorumError, RootError)):
            next_root(ROOT, octets, signature)


def test_a_signature_file_of_other_octets_or_in_odd_form_is_refused() -> None:
    digest = bytes(32)
    by = OFFICERS[0]
    value = by.sign(signed_octets("root-2.xml", digest))
    good = write_signatures("root-2.xml", digest, [Signature(kid=by.signing_kid, value=value)])
    for signature in (good, good + b"\n", b""):
        with pytest.raises(QuorumError):
            signed_file(b"other octets", signature, place="root-2.xml")


def test_a_recovery_that_is_none_is_refused() -> None:
    for octets in (b"", b"<Recovery/>", b"\xff" * 80):
        with pytest.raises(RevocationError):
            read_recovery(octets)


def test_a_token_that_was_not_opened_makes_no_keys(tmp_path: Path) -> None:
    with pytest.raises(TokenError):
        TokenHalf(None, random=os.urandom).grow(tmp_path / "k", signing=True, hybrid=False)
    assert not (tmp_path / "k").exists()
