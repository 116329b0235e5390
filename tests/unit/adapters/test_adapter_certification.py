"""The certification suite finds what is wrong with an adapter, and its result cannot be changed."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from adapters.engine import DeclaredAdapter
from gateway.adapter import Answer, Item, Reading, find_adapter, installed_adapters
from gateway.certification import (
    CertificateError,
    Outcome,
    certify,
    check_certificate,
    local_signer,
    write_certificate,
)
from gateway.frame import Frame
from gateway.payload import FirearmRecord
from keys import TrustError

SHARE = 0.2  # `iarms adapter certify` draws all
NOW = datetime(2026, 11, 22, tzinfo=UTC)
FEED = find_adapter("ar-police-csv")
assert isinstance(FEED, DeclaredAdapter)


class Spoilt:
    """A sound adapter, but for what a test spoils; it streams nothing and keeps no account."""

    def __init__(self) -> None:
        self.name, self.version, self.suffix = "spoilt", "1", ".csv"

    def read(self, native: bytes, frame: Frame) -> Reading:
        reading = FEED.read(native, frame)
        return replace(reading, items=tuple(self.spoil(item, frame) for item in reading.items))

    def spoil(self, item: Item, frame: Frame) -> Item:
        del frame
        return item

    def write(self, answers: Sequence[Answer], frame: Frame) -> bytes:
        return FEED.write(answers, frame)

    def samples(self) -> Sequence[tuple[str, bytes]]:
        return FEED.samples()


class Drawing(Spoilt):
    """Another id each time that the same file comes."""

    def spoil(self, item: Item, frame: Frame) -> Item:
        if not isinstance(item.body, FirearmRecord):
            return item
        body = replace(item.body, record_id=frame.record_id(str(frame.now)))
        return replace(item, body=body)


class Raising(Spoilt):
    """It raises where it cannot read."""

    def read(self, native: bytes, frame: Frame) -> Reading:
        native.decode("ascii" if len(native) < 10 else "cp1256")
        if b"\xff" in native:
            raise ValueError("no letter")
        return super().read(native, frame)


class Careless(Spoilt):
    """Two outcomes of one item: a body, and issues."""

    def spoil(self, item: Item, frame: Frame) -> Item:
        good = FEED.read(dict(FEED.samples())["ok/feed.csv"], frame).items[0]
        return replace(item, body=good.body) if item.issues else item


class Mute(Spoilt):
    """It answers everything alike."""

    def write(self, answers: Sequence[Answer], frame: Frame) -> bytes:
        del answers, frame
        return b"OK\n"


@pytest.mark.parametrize(
    ("adapter", "check"),
    [
        (Drawing(), "resend"),
        (Raising(), "generated-rows"),
        (Careless(), "samples"),
        (Mute(), "answers-told-apart"),
    ],
)
@pytest.mark.slow
def test_a_spoilt_adapter_fails_the_check_that_is_meant_for_it(adapter: Spoilt, check: str) -> None:
    checks = certify(adapter, seed=1, many=100, share=SHARE)
    failed = {one.name for one in checks if one.outcome is Outcome.FAILED}
    if check == "samples":
        assert failed >= {"generated-rows", "truncation"}
    else:
        assert check in failed


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(installed_adapters()))
def test_every_installed_adapter_is_certified(name: str) -> None:
    checks = certify(find_adapter(name), seed=7, many=200, share=SHARE)
    assert [one for one in checks if one.outcome is Outcome.FAILED] == []


@pytest.mark.slow
def test_a_result_is_signed_and_a_changed_one_is_refused(tmp_path: Path) -> None:
    checks = certify(FEED, seed=1, many=10, share=SHARE)
    signer = local_signer(tmp_path / "keys", random=os.urandom)
    assert local_signer(tmp_path / "keys", random=os.urandom).signing_kid == signer.signing_kid
    path = tmp_path / "feed.certificate.json"
    written = write_certificate(path, FEED, checks, signer, seed=1, now=NOW)
    certificate, kid = check_certificate(path, kid=str(signer.signing_kid))
    assert (certificate, kid) == (written, str(signer.signing_kid))
    with pytest.raises(CertificateError, match="somebody else"):
        check_certificate(path, kid="A" * 43)
    octets = path.read_bytes()
    path.write_bytes(octets.replace(b'"PASSED"', b'"NOTED"', 1))
    with pytest.raises(CertificateError, match="does not hold"):
        check_certificate(path)
    path.write_bytes(octets)
    path.with_name(path.name + ".sig.xml").unlink()
    with pytest.raises(CertificateError):
        check_certificate(path)


def test_a_key_that_others_can_read_signs_nothing(tmp_path: Path) -> None:
    local_signer(tmp_path, random=os.urandom)
    (tmp_path / "certifier.key").chmod(0o644)
    with pytest.raises(TrustError):
        local_signer(tmp_path, random=os.urandom)
