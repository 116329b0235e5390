"""An enrolment request is a stranger's file: every forgery is refused with code, place and remedy.

The forger has keys of its own and signs whatever it makes, so that most are stopped by what they
say and not by a broken signature alone.
"""

from __future__ import annotations

import base64
import hashlib
import os
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest
from trust_roots import root_of

from keys import Identity, Root, TrustError
from keys.points import kid_of, spki_of
from keys.request import REQUEST_LIMIT, read_request, request_file, write_request
from keys.signatures import Signature, read_signatures, signed_octets, write_signatures
from keys.tls import make_key, request_der

NOW = datetime(2026, 10, 20, 9, 0, tzinfo=UTC)
PLACE = "in/request-FRA-NCB.xml"
SMALL_ORDER = [bytes(32), b"\x01" + bytes(31), b"\xec" + b"\xff" * 30 + b"\x7f"]


class Forger:
    """A stranger with one identity, a desk that reads what it sends, and a genuine request."""

    def __init__(self) -> None:
        self.desk = Identity.generate("XPO-CENTRE", random=os.urandom)
        officers = [Identity.generate(f"OFF-{each}", random=os.urandom) for each in range(2)]
        self.root = root_of(
            [each.signing_public for each in officers],
            threshold=2,
            issued=NOW,
            enrolment=self.desk.encryption_public(self.desk.encryption_kids[0]),
        )
        self.own = Identity.generate("FRA-NCB", random=os.urandom)
        self.csr = request_der(make_key(), name="FRA-NCB")
        self.octets, self.signature = self.asks(self.own, self.root)

    def asks(self, identity: Identity, root: Root) -> tuple[bytes, bytes]:
        return write_request(identity, root, tls_request=self.csr, created=NOW)

    def sign(self, octets: bytes, *, name: str = request_file("FRA-NCB"), times: int = 1) -> bytes:
        """The forger's own signature file over anything."""
        digest = hashlib.sha256(octets).digest()
        value = self.own.sign(signed_octets(name, digest))
        made = read_signatures(self.signature)
        assert made is not None
        return write_signatures(name, digest, (replace(made.signatures[0], value=value),) * times)

    def read(self, octets: bytes, signature: bytes) -> object:
        return read_request(
            octets, signature, self.root, place=PLACE,
            agree=lambda public: self.desk.agree(self.desk.encryption_kids[0], public),
        )  # fmt: skip


@cache
def forger() -> Forger:
    return Forger()


def element(name: str) -> bytes:
    found = re.search(rb"<%s[^>]*>.*?</%s>" % (name.encode(), name.encode()), forger().octets)
    assert found is not None
    return found[0]


ELEMENTS = (
    "Created", "AnchorDigest", "SigningKey", "EncryptionKey", "EncryptionProof", "TlsRequest",
)  # fmt: skip


def said_otherwise() -> Iterator[tuple[str, bytes]]:
    """What the forger writes into a request of its own, and signs."""
    octets = forger().octets
    for name in ELEMENTS:
        part = element(name)
        inside = re.sub(rb">[^<]+<", b"><", part, count=1)
        yield f"no {name}", octets.replace(part, b"")
        yield f"{name} twice", octets.replace(part, part + part)
        yield f"an empty {name}", octets.replace(part, inside)
        for junk in (b"%%%", b"AAAA", b"\xc3\xa9", b"9" * 4_000, b" x "):
            yield (
                f"{name} says {junk[:6]!r}",
                octets.replace(part, re.sub(rb">[^<]+<", b">" + junk + b"<", part, count=1)),
            )
    signing, encryption = element("SigningKey"), element("EncryptionKey")
    yield (
        "a key for both",
        octets.replace(encryption, signing.replace(b"SigningKey", b"EncryptionKey")),
    )
    yield "elements in another order", octets.replace(signing + encryption, encryption + signing)
    for text in (b"USA-NCB", b"fra-ncb", b"", b"FRA-NCB ", b"../../FRA-NCB", b"FRA-" + b"A" * 99):
        yield f"party {text[:12]!r}", octets.replace(b'party="FRA-NCB"', b'party="%s"' % text)
    for text in (b"2026-13-40T00:00:00.000Z", b"0000-01-01T00:00:00Z", b"tomorrow", b"2026-10-20"):
        part = element("Created")
        yield f"made {text!r}", octets.replace(part, b"<Created>%s</Created>" % text)
    for point in SMALL_ORDER:
        for name, use in (("SigningKey", "sig"), ("EncryptionKey", "enc")):
            yield f"{name} of small order", _with_key(octets, name, use, point)
    other = Identity.generate("FRA-NCB", random=os.urandom)
    theirs, _ = forger().asks(other, forger().root)
    proof = re.search(rb"<EncryptionProof>.*?</EncryptionProof>", theirs)
    assert proof is not None
    yield "another's proof", octets.replace(element("EncryptionProof"), proof[0])
    for name, text in {
        "a declaration": b'<?xml version="1.0"?>' + octets,
        "a document type": b"<!DOCTYPE x [<!ENTITY a 'b'>]>" + octets,
        "a bomb": b"<!DOCTYPE x [<!ENTITY a 'aaaa'><!ENTITY b '&a;&a;&a;&a;'>]><x>&b;</x>",
        "an outer file": b"<!DOCTYPE x [<!ENTITY a SYSTEM 'file:///etc/passwd'>]><x>&a;</x>",
        "a comment": octets.replace(b"<Created>", b"<!-- --><Created>"),
        "an instruction": octets.replace(b"<Created>", b"<?x y?><Created>"),
        "white space": octets.replace(b"<Created>", b"\n<Created>"),
        "another namespace": re.sub(rb'xmlns="[^"]*"', b'xmlns="urn:x"', octets),
        "another element": octets.replace(b"EnrolmentRequest", b"Enrolment"),
        "one more element": octets.replace(b"</EnrolmentRequest>", b"<Y></Y></EnrolmentRequest>"),
        "one more attribute": octets.replace(b'party="', b'x="1" party="'),
        "two documents": octets + octets,
        "half of it": octets[: len(octets) // 2],
        "nothing": b"",
        "UTF-16": octets.decode().encode("utf-16"),
        "nesting": b"<x>" * 5_000 + b"</x>" * 5_000,
        "too much": octets.replace(b"<Created>", b" " * REQUEST_LIMIT + b"<Created>"),
    }.items():
        yield name, text


def _with_key(octets: bytes, name: str, use: str, point: bytes) -> bytes:
    spki = spki_of(use, point)  # type: ignore[arg-type] # sig or enc
    part = element(name)
    before = re.findall(rb'"([A-Za-z0-9_-]{20,})"', part)
    changed = re.sub(rb">[^<]+<", b">" + base64.b64encode(spki) + b"<", part, count=1)
    for kid in before:
        changed = changed.replace(kid, str(kid_of(spki)).encode())
    return octets.replace(part, changed)


def signed_otherwise() -> Iterator[tuple[str, bytes, bytes]]:
    """A sound request under a signature file that is not its own."""
    made = forger()
    octets, true = made.octets, made.signature
    other = Identity.generate("FRA-NCB", random=os.urandom)
    read = read_signatures(true)
    assert read is not None
    by: Signature = read.signatures[0]
    digest = hashlib.sha256(octets).digest()
    name = request_file("FRA-NCB")
    strange = other.sign(signed_octets(name, digest))
    yield "of another's request", octets, made.asks(other, made.root)[1]
    yield (
        "by another key under its id",
        octets,
        write_signatures(name, digest, (replace(by, value=strange),)),
    )
    yield (
        "by another key",
        octets,
        write_signatures(name, digest, (replace(by, kid=other.signing_kid, value=strange),)),
    )
    yield "under another name", octets, made.sign(octets, name=request_file("USA-NCB"))
    yield "under a directory's name", octets, made.sign(octets, name="directory-2.xml")
    yield "twice", octets, made.sign(octets, times=2)
    for junk in (b"", b"\x00" * 64, octets, true[:-1], true + true, b"<x/>", b"A" * 200_000):
        yield f"junk {junk[:4]!r}", octets, junk
    yield "for another root", *made.asks(made.own, replace(made.root, digest=bytes(32)))


def refusal_of(octets: bytes, signature: bytes) -> TrustError:
    with pytest.raises(TrustError) as refused:
        forger().read(octets, signature)
    return refused.value


def test_the_genuine_request_is_taken_by_the_same_desk() -> None:
    assert forger().read(forger().octets, forger().signature)
    assert forger().read(forger().octets, forger().sign(forger().octets))


def test_whatever_a_forger_says_and_signs_itself_is_refused_with_code_place_and_remedy() -> None:
    tried = 0
    for what, octets in said_otherwise():
        assert octets != forger().octets, what
        refusal = refusal_of(octets, forger().sign(octets))
        assert refusal.code in {"keys.enrolment", "keys.weak-key"}, what
        assert refusal.place, what
        assert refusal.remedy, what
        assert str(Path(PLACE).name) in str(refusal.place) or "Key" in str(refusal.place), what
        tried += 1
    assert tried > 80


def test_whatever_is_signed_otherwise_is_refused_with_code_place_and_remedy() -> None:
    for what, octets, signature in signed_otherwise():
        refusal = refusal_of(octets, signature)
        assert (refusal.code, refusal.place) == ("keys.enrolment", PLACE), what
        assert refusal.remedy, what
