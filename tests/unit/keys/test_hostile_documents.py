"""Documents that only nearly hold: each is refused by its own code, and nothing is changed by it.

A forger is given more than any has: where a document's form is tried, the right persons signed it.
The genuine document that each was made from is taken afterwards, by the same reader.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from keys import (
    DirectoryFolder,
    Document,
    Identity,
    PartyEntry,
    PartyKind,
    Policy,
    Role,
    RoleName,
    Root,
    directory_file,
    entry_for,
    load_anchor,
)
from keys.beacon import BEACON_FILE, Named, write_beacon
from keys.directory import KeyEntry, KeyState
from keys.disownment import disownment_file, write_disownment
from keys.documents import read_directory, write_directory
from keys.objection import objection_file, write_objection
from keys.officer import Signer, make_signer
from keys.points import kid_of, spki_of
from keys.revocation import (
    recovery_file,
    revocation_file,
    sign_by_officers,
    sign_by_party,
    write_recovery,
    write_revocation,
)
from keys.root_document import read_root, write_root
from keys.signatures import ML_DSA_65, Signature, signed_octets, write_signatures
from keys.succession import succession_file, write_succession

pytestmark = pytest.mark.slow

NOW = datetime(2026, 10, 20, 9, 0, tzinfo=UTC)
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
SENDS = frozenset({"RECEIPT", "SEARCH_REQUEST"})
NAMES = {
    "anna": "Centre", "boris": "Centre", "chen": "Ministry", "dina": "Ministry", "emil": "Court"
}  # fmt: skip


def key_of(name: str) -> Identity:
    return Identity.generate(name, random=os.urandom)


class Given:
    """Everybody's secrets, and the exchange's first documents."""

    def __init__(self) -> None:
        self.officers = {
            name: make_signer(name, place, random=os.urandom, quantum=True)
            for name, place in NAMES.items()
        }
        self.hub = make_signer("hub", "Centre", random=os.urandom, quantum=True)
        self.stranger = make_signer("zoe", "Elsewhere", random=os.urandom, quantum=True)
        self.desk = key_of("XPO-CENTRE")
        self.parties = {name: key_of(name) for name in ("FRA-NCB", "FRA-CUSTOMS", "USA-NCB")}
        self.roles = {
            RoleName.ROOT: Role(
                name=RoleName.ROOT, threshold=3, organisations=2, persons=tuple(sorted(NAMES))
            ),
            RoleName.DIRECTORY: Role(
                name=RoleName.DIRECTORY, threshold=2, organisations=2,
                persons=("anna", "boris", "chen", "dina"),
            ),
            RoleName.REVOKER: Role(
                name=RoleName.REVOKER, threshold=1, organisations=1, persons=tuple(sorted(NAMES))
            ),
            RoleName.BEACON: Role(
                name=RoleName.BEACON, threshold=1, organisations=1, persons=("hub",)
            ),
        }  # fmt: skip
        self.anchor = read_root(self.root(1, None), place="anchor")
        self.first = self.directory(1, None)
        self.digest = hashlib.sha256(self.first).digest()

    def root(
        self, version: int, previous: bytes | None, roles: dict[RoleName, Role] | None = None
    ) -> bytes:
        return write_root(
            version=version, issued=NOW, expires=NOW + 365 * DAY, previous=previous,
            policy=Policy(quantum=True, mandates=False, suites=(1,)),
            officers={each.person: each.public for each in (*self.officers.values(), self.hub)},
            roles=roles or self.roles,
            enrolment=self.desk.encryption_public(self.desk.encryption_kids[0]),
        )  # fmt: skip

    def entries(self) -> list[PartyEntry]:
        return [
            entry_for(
                identity, sends=SENDS, valid_from=NOW - DAY,
                kind=PartyKind.NCB if name.endswith("NCB") else PartyKind.AGENCY,
            )
            for name, identity in self.parties.items()
        ]  # fmt: skip

    def directory(
        self,
        version: int,
        previous: bytes | None,
        *,
        parties: Sequence[PartyEntry] | None = None,
        issued: datetime = NOW,
        life: timedelta = 30 * DAY,
    ) -> bytes:
        return write_directory(
            version=version, issued=issued, expires=issued + life, previous=previous,
            parties=self.entries() if parties is None else parties,
        )  # fmt: skip

    def by(self, *names: str) -> list[Signer]:
        return [self.officers[name] for name in names]

    def beacon(self, version: int, issued: datetime, directory: Named | None = None) -> bytes:
        return write_beacon(
            version=version,
            issued=issued,
            root=Named(version=1, digest=self.anchor.digest),
            directory=directory or Named(version=1, digest=self.digest),
        )


def signed(name: str, octets: bytes, signers: Sequence[Signer]) -> Document:
    return Document(name=name, octets=octets, signature=sign_by_officers(name, octets, signers))


def chosen(
    name: str, octets: bytes, signers: Sequence[Signer], keep: Callable[[Signature], bool]
) -> Document:
    """Signed, with only some of the signatures."""
    made = [each for signer in signers for each in signer.sign(name, octets) if keep(each)]
    return Document(
        name=name,
        octets=octets,
        signature=write_signatures(name, hashlib.sha256(octets).digest(), made),
    )


def own(name: str, octets: bytes, identity: Identity) -> Document:
    return Document(name=name, octets=octets, signature=sign_by_party(name, octets, identity))


@dataclass(frozen=True)
class Forgery:
    """A document that may not count, and the code by which it is refused."""

    label: str
    code: str
    document: Document


# What may be done to any document without changing what an XML parser makes of it, or hardly.
MARKUP: dict[str, Callable[[bytes], bytes]] = {
    "a comment": lambda o: o.replace(b"<Issued>", b"<!-- x --><Issued>", 1),
    "a comment in a value": lambda o: o.replace(b"<Issued>2", b"<Issued><!-- 1 -->2", 1),
    "white space between elements": lambda o: o.replace(b"<Issued>", b"\n  <Issued>", 1),
    "white space at the end": lambda o: o + b"\n",
    "an XML declaration": lambda o: b'<?xml version="1.0" encoding="UTF-8"?>' + o,
    "a byte order mark": lambda o: b"\xef\xbb\xbf" + o,
    "a processing instruction": lambda o: o.replace(b"<Issued>", b"<?go on?><Issued>", 1),
    "a character reference": lambda o: o.replace(b"<Issued>2", b"<Issued>&#50;", 1),
    "a CDATA section": lambda o: o.replace(b"<Issued>2", b"<Issued><![CDATA[2]]>", 1),
    "an entity": lambda o: (
        b'<!DOCTYPE x [<!ENTITY two "2">]>' + o.replace(b"<Issued>2", b"<Issued>&two;", 1)
    ),
    "an external entity": lambda o: (
        b'<!DOCTYPE x [<!ENTITY p SYSTEM "file:///etc/passwd">]>'
        + o.replace(b"<Issued>2", b"<Issued>&p;", 1)
    ),
    "a prefix": lambda o: o.replace(b" xmlns=", b' xmlns:a="urn:a" xmlns=', 1),
    "another namespace": lambda o: o.replace(b"urn:iarms:exchange:", b"urn:iarms:exchanqe:", 1),
    "the next namespace": lambda o: o.replace(b':1"', b':2"', 1),
    "single quotes": lambda o: o.replace(b'"', b"'", 2),
    "an attribute twice": lambda o: o.replace(b" xmlns=", b' version="1" version="2" xmlns=', 1),
    "an unknown attribute": lambda o: o.replace(b" xmlns=", b' xml:id="a" xmlns=', 1),
    "an element twice": lambda o: (
        o.replace(b"</Issued>", b"</Issued><Issued>2026-10-20T09:00:00.000Z</Issued>", 1)
    ),
    "an unknown element": lambda o: o.replace(b"<Issued>", b"<Also></Also><Issued>", 1),
    "another spelling of an instant": lambda o: o.replace(b".000Z</Issued>", b"Z</Issued>", 1),
    "an instant with an offset": lambda o: (
        o.replace(b".000Z</Issued>", b".000+00:00</Issued>", 1)
    ),
    "a day that does not exist": lambda o: o.replace(b"2026-10-20T", b"2026-02-30T", 1),
    "UTF-16": lambda o: o.decode().encode("utf-16"),
    "a NUL": lambda o: o.replace(b"<Issued>", b"<Issued>\x00", 1),
    "the second half missing": lambda o: o[: len(o) // 2],
    "nothing at all": lambda _: b"",
}  # fmt: skip


def markup_forgeries(given: Given) -> Iterator[Forgery]:
    """Each document of trust in another form, signed by whoever may sign it."""
    fra = given.parties["FRA-NCB"]
    revoked = write_revocation("FRA-NCB", [fra.signing_kid], "x", issued=NOW)
    made: list[tuple[str, bytes, str, Callable[[bytes], Document]]] = [
        (
            "directory", given.directory(2, given.digest), "keys.directory-format",
            lambda o: signed(directory_file(2), o, given.by("anna", "chen")),
        ),
        (
            "root", given.root(2, given.anchor.digest), "keys.root",
            lambda o: signed("root-2.xml", o, given.by("anna", "chen", "emil")),
        ),
        (
            "beacon", given.beacon(2, NOW), "keys.beacon",
            lambda o: signed(BEACON_FILE, o, [given.hub]),
        ),
        (
            "revocation", revoked, "keys.revocation",
            lambda o: signed(revocation_file("FRA-NCB", o), o, given.by("emil")),
        ),
    ]  # fmt: skip
    for kind, octets, code, sign in made:
        for label, change in MARKUP.items():
            changed = change(octets)
            assert changed != octets, f"{label} changes no {kind}"
            yield Forgery(f"{kind}: {label}", code, sign(changed))


def directory_forgeries(given: Given) -> Iterator[Forgery]:
    octets, name = given.directory(2, given.digest), directory_file(2)
    pair = given.by("anna", "chen")
    right, code = signed(name, octets, pair), "keys.directory-signature"
    yield Forgery("directory by one officer", code, signed(name, octets, given.by("anna")))
    yield Forgery("directory by nobody", code, replace(right, signature=b"<Signatures/>"))
    yield Forgery("one officer twice", code, signed(name, octets, given.by("anna", "anna")))
    yield Forgery(
        "two persons of one organisation", code, signed(name, octets, given.by("anna", "boris"))
    )
    yield Forgery(
        "an officer without the role", code, signed(name, octets, given.by("anna", "emil"))
    )
    yield Forgery("the hub signs", code, signed(name, octets, [given.hub, *given.by("anna")]))
    yield Forgery("a stranger signs", code, signed(name, octets, [*pair, given.stranger]))
    yield Forgery(
        "no post-quantum signature", code,
        chosen(name, octets, pair, lambda each: each.algorithm != ML_DSA_65),
    )  # fmt: skip
    yield Forgery(
        "post-quantum signatures alone", code,
        chosen(name, octets, pair, lambda each: each.algorithm == ML_DSA_65),
    )  # fmt: skip
    keys = {key for each in given.by("anna") for key, _ in each.public.keys}
    yield Forgery(
        "each officer with another kind of key", code,
        chosen(name, octets, pair, lambda e: (e.algorithm == ML_DSA_65) == (e.kid in keys)),
    )  # fmt: skip
    other = signed(name, octets + b" ", pair)
    yield Forgery("signatures of another document", code, replace(right, signature=other.signature))
    yield Forgery(
        "signed as version 3", "keys.directory-format",
        replace(signed(directory_file(3), octets, pair), name=name),
    )  # fmt: skip
    for place, at in (("first", 5), ("middle", len(octets) // 2), ("last", len(octets) - 2)):
        bent = octets[:at] + bytes([octets[at] ^ 4]) + octets[at + 1 :]
        yield Forgery(f"the {place} octets bent", code, replace(right, octets=bent))
    cut = right.signature[: len(right.signature) // 2]
    yield Forgery("half a signature file", code, replace(right, signature=cut))
    for label, change in (
        ("white space", lambda s: s + b"\n"),
        ("a comment", lambda s: s.replace(b"<ds:KeyInfo>", b"<!-- x --><ds:KeyInfo>", 1)),
        ("another algorithm", lambda s: s.replace(b"eddsa-ed25519", b"rsa-sha256", 1)),
        ("a transform", lambda s: s.replace(b"<ds:DigestMethod", b"<ds:Transforms/><ds:Dig", 1)),
        ("another key's name", lambda s: s.replace(pair[0].kid.encode(), pair[1].kid.encode(), 1)),
    ):
        changed = change(right.signature)
        assert changed != right.signature, label
        yield Forgery(f"{label} in a signature file", code, replace(right, signature=changed))
    yield Forgery("too large", "keys.directory-size", replace(right, octets=b"x" * (5 << 20)))
    entries = {each.party: each for each in given.entries()}
    fra, usa = entries["FRA-NCB"], entries["USA-NCB"]
    for label, refusal, changed_entries in (
        ("a key under two countries", "keys.duplicate-key", [fra, replace(usa, keys=fra.keys)]),
        (
            "a key under the id of another", "keys.key-id",
            [fra, replace(usa, keys=(replace(usa.keys[0], kid=fra.keys[0].kid), usa.keys[1]))],
        ),
        (
            "a key for signing and for encryption", "keys.duplicate-key",
            [replace(fra, keys=_same_point(given, "FRA-NCB"))],
        ),
        (
            "a point of small order", "keys.weak-key",
            [replace(fra, keys=(replace(fra.keys[0], public=bytes(32)), fra.keys[1]))],
        ),
    ):  # fmt: skip
        try:
            made = given.directory(2, given.digest, parties=changed_entries)
        except ValueError:
            continue
        yield Forgery(label, refusal, signed(name, made, pair))


def _same_point(given: Given, party: str) -> tuple[KeyEntry, ...]:
    """One raw point as the key of both uses."""
    identity = key_of(party)
    while identity.signing_public[-1] & 128:  # no canonical X25519 key, which has a code of its own
        identity = key_of(party)
    entry = next(each for each in given.entries() if each.party == party)
    public = identity.signing_public
    return tuple(
        replace(each, public=public, kid=kid_of(spki_of(each.use, public))) for each in entry.keys
    )


def root_forgeries(given: Given) -> Iterator[Forgery]:
    three = given.by("anna", "chen", "emil")
    octets = given.root(2, given.anchor.digest)
    yield Forgery("root by two", "keys.quorum", signed("root-2.xml", octets, three[:2]))
    yield Forgery(
        "root by one, thrice", "keys.quorum", signed("root-2.xml", octets, given.by(*["anna"] * 3))
    )
    yield Forgery(
        "root without a post-quantum signature", "keys.quorum",
        chosen("root-2.xml", octets, three, lambda each: each.algorithm != ML_DSA_65),
    )  # fmt: skip
    yield Forgery(
        "root with a stranger beside", "keys.quorum",
        signed("root-2.xml", octets, [*three, given.stranger]),
    )  # fmt: skip
    yield Forgery(
        "root that follows another", "keys.root",
        signed("root-2.xml", given.root(2, bytes(32)), three),
    )  # fmt: skip
    yield Forgery(
        "root 3 before root 2", "keys.root",
        signed("root-3.xml", given.root(3, given.anchor.digest), three),
    )  # fmt: skip
    yield Forgery(
        "root 3 under the name of root 2", "keys.root",
        signed("root-2.xml", given.root(3, given.anchor.digest), three),
    )  # fmt: skip
    hub = replace(given.roles[RoleName.ROOT], persons=("anna", "chen", "emil", "hub"))
    yield Forgery(
        "root in which the hub is an officer", "keys.root",
        signed("root-2.xml", given.root(2, given.anchor.digest, {**given.roles, hub.name: hub}),
               three),
    )  # fmt: skip
    usurped = {
        **given.roles,
        RoleName.ROOT: replace(given.roles[RoleName.ROOT], persons=("anna", "boris", "dina")),
    }
    alone = given.root(2, given.anchor.digest, usurped)
    yield Forgery(
        "root that its own new holders did not sign", "keys.quorum",
        signed("root-2.xml", alone, three),
    )  # fmt: skip
    for role in (RoleName.ROOT, RoleName.DIRECTORY):
        lowered = {**given.roles, role: replace(given.roles[role], threshold=1, organisations=1)}
        try:
            weak = given.root(2, given.anchor.digest, lowered)
        except ValueError:
            continue
        yield Forgery(
            f"root with a threshold of one for {role}", "keys.root",
            signed("root-2.xml", weak, three),
        )  # fmt: skip
    shared = {each.person: each.public for each in (*given.officers.values(), given.hub)}
    shared["hub"] = replace(shared["hub"], signing=shared["anna"].signing)
    reused = write_root(
        version=2, issued=NOW, expires=NOW + 365 * DAY, previous=given.anchor.digest,
        policy=Policy(quantum=True, mandates=False, suites=(1,)), officers=shared,
        roles=given.roles, enrolment=given.desk.encryption_public(given.desk.encryption_kids[0]),
    )  # fmt: skip
    yield Forgery(
        "root in which two persons have one key", "keys.root", signed("root-2.xml", reused, three)
    )


def beacon_forgeries(given: Given) -> Iterator[Forgery]:
    code = "keys.beacon"
    octets = given.beacon(2, NOW)
    right = signed(BEACON_FILE, octets, [given.hub])
    for label, signer in (("an officer", given.officers["anna"]), ("a stranger", given.stranger)):
        yield Forgery(f"beacon by {label}", code, signed(BEACON_FILE, octets, [signer]))
    yield Forgery(
        "beacon signed under another name", code,
        replace(signed("beacon-2.xml", octets, [given.hub]), name=BEACON_FILE),
    )  # fmt: skip
    bent = octets.replace(b'version="2"', b'version="9"', 1)
    yield Forgery("beacon with another number", code, replace(right, octets=bent))
    again = given.beacon(1, NOW + MINUTE)
    yield Forgery(
        "another beacon of the same number", code, signed(BEACON_FILE, again, [given.hub])
    )
    ahead = given.beacon(2, NOW + 6 * MINUTE)
    yield Forgery("beacon of the future", code, signed(BEACON_FILE, ahead, [given.hub]))
    stale = given.beacon(2, NOW - 11 * MINUTE)
    yield Forgery("an old beacon", "keys.beacon-stale", signed(BEACON_FILE, stale, [given.hub]))


def note_forgeries(given: Given) -> Iterator[Forgery]:
    fra, usa = given.parties["FRA-NCB"], given.parties["USA-NCB"]
    customs = given.parties["FRA-CUSTOMS"]
    code = "keys.revocation"
    octets = write_revocation("FRA-NCB", [fra.signing_kid], "x", issued=NOW)
    name = revocation_file("FRA-NCB", octets)
    yield Forgery("revocation by another country", code, own(name, octets, usa))
    yield Forgery("revocation by its own agency", code, own(name, octets, customs))
    yield Forgery("revocation by a stranger", code, signed(name, octets, [given.stranger]))
    yield Forgery("revocation by the hub", code, signed(name, octets, [given.hub]))
    twice = [
        each
        for identity in (fra, usa)
        for each in [
            Signature(
                kid=identity.signing_kid,
                value=identity.sign(signed_octets(name, hashlib.sha256(octets).digest())),
            )
        ]
    ]
    yield Forgery(
        "revocation by the party and another", code,
        Document(name=name, octets=octets,
                 signature=write_signatures(name, hashlib.sha256(octets).digest(), twice)),
    )  # fmt: skip
    other = octets.replace(b"FRA-NCB", b"USA-NCB")
    yield Forgery(
        "revocation turned on another country", code,
        replace(own(name, octets, fra), octets=other),
    )  # fmt: skip
    kids = [key_of("FRA-NCB").signing_kid]
    granted = write_recovery("FRA-NCB", kids, "x", issued=NOW, notice=3 * DAY)
    back = recovery_file("FRA-NCB", granted)
    for label, signers in (
        ("two root officers", given.by("anna", "chen")),
        ("one of them thrice", given.by("anna", "anna", "anna")),
        ("three, one a stranger", [*given.by("anna", "chen"), given.stranger]),
    ):
        yield Forgery(f"recovery by {label}", code, signed(back, granted, signers))
    yield Forgery("recovery by the country itself", code, own(back, granted, fra))
    short = write_recovery("FRA-NCB", kids, "x", issued=NOW, notice=timedelta(hours=1))
    yield Forgery(
        "recovery at short notice by three", code,
        signed(recovery_file("FRA-NCB", short), short, given.by("anna", "chen", "emil")),
    )  # fmt: skip
    directory = read_directory(given.first, place="directory-1.xml")
    spoken = write_objection("FRA-NCB", directory, [kids[0]], issued=NOW)
    yield Forgery(
        "objection by another country", code, own(objection_file("FRA-NCB", 1), spoken, usa)
    )
    yield Forgery(
        "objection by an officer", code,
        signed(objection_file("FRA-NCB", 1), spoken, given.by("anna")),
    )  # fmt: skip
    root = given.root(2, given.anchor.digest)
    named = Named(version=2, digest=hashlib.sha256(root).digest())
    said = write_succession("FRA-NCB", named, "x", issued=NOW)
    for label, document in (
        ("another country", own(succession_file("FRA-NCB", 2), said, usa)),
        ("an agency", own(succession_file("FRA-NCB", 2), said, customs)),
        ("an officer", signed(succession_file("FRA-NCB", 2), said, given.by("anna"))),
        ("the country for another root's number", own(succession_file("FRA-NCB", 3), said, fra)),
    ):
        yield Forgery(f"succession by {label}", "keys.succession", document)
    gone = write_disownment("FRA-NCB", [fra.signing_kid], "x", issued=NOW)
    yield Forgery(
        "disownment under another name", code,
        own(disownment_file("FRA-NCB", gone + b" "), gone, fra),
    )  # fmt: skip


class Reader:
    """A node that relies on the exchange's first documents."""

    def __init__(self, given: Given, folder: Path) -> None:
        self.trust, self.home = folder / "trust", folder
        self.trust.mkdir()
        (self.trust / "anchor.xml").write_bytes(given.root(1, None))
        first = (
            signed(directory_file(1), given.first, given.by("anna", "chen")),
            signed(BEACON_FILE, given.beacon(1, NOW), [given.hub]),
        )
        for each in first:
            (self.trust / f"{each.name}.sig").write_bytes(each.signature)
            (self.trust / each.name).write_bytes(each.octets)
        self.folder = DirectoryFolder(
            self.trust, load_anchor(self.trust / "anchor.xml"), home=self.home
        )
        assert self.folder.current(NOW).version == 1

    def files(self) -> dict[Path, bytes]:
        return {path: path.read_bytes() for path in self.home.rglob("*") if path.is_file()}


@pytest.fixture(scope="module")
def given() -> Given:
    return Given()


@pytest.fixture(scope="module")
def reader(given: Given, tmp_path_factory: pytest.TempPathFactory) -> Reader:
    return Reader(given, tmp_path_factory.mktemp("reader"))


def refused_alone(reader: Reader, forgeries: Sequence[Forgery]) -> None:
    """Each by its code, and every file and everything relied on as before."""
    before, held = reader.files(), reader.folder.held
    wrong = []
    for each in forgeries:
        offering = reader.folder.offer([each.document], NOW)
        codes = [refusal.code for refusal in offering.refusals]
        if offering.news or codes != [each.code]:
            wrong.append((each.label, each.code, codes, offering.news))
    assert wrong == []
    assert reader.folder.held == held
    assert reader.files() == before


@pytest.mark.parametrize(
    "kind",
    [
        directory_forgeries,
        root_forgeries,
        beacon_forgeries,
        note_forgeries,
        markup_forgeries,
    ],
)
def test_what_only_nearly_holds_is_refused_by_its_own_code_and_changes_nothing(
    given: Given, reader: Reader, kind: Callable[[Given], Iterator[Forgery]]
) -> None:
    forgeries = list(kind(given))
    assert len({each.label for each in forgeries}) == len(forgeries)
    refused_alone(reader, forgeries)


def quorum_histories(given: Given) -> Iterator[tuple[str, str, bytes, int]]:
    """What the right persons signed and a reader still may not follow."""
    yield "another directory 1", "", given.directory(1, None, issued=NOW + MINUTE), 1
    yield "a second history", "keys.directory-fork", given.directory(2, bytes(32)), 2
    late = given.directory(2, given.digest, issued=NOW + DAY)
    yield "a directory of tomorrow", "keys.directory-not-yet", late, 2
    old = given.directory(2, given.digest, issued=NOW - 40 * DAY)
    yield "a directory past its end", "keys.directory-expired", old, 2
    long = given.directory(2, given.digest, life=93 * DAY)
    yield "a directory that lives too long", "keys.directory-format", long, 2
    yield "no beacon names it", "keys.beacon-stale", given.directory(2, given.digest), 2


def test_what_officers_signed_and_may_not_be_followed_leaves_the_first_directory_in_use(
    given: Given, tmp_path: Path
) -> None:
    for number, (label, code, octets, version) in enumerate(quorum_histories(given)):
        (tmp_path / str(number)).mkdir()
        reader = Reader(given, tmp_path / str(number))
        name = directory_file(version)
        reader.folder.offer([signed(name, octets, given.by("anna", "chen"))], NOW)
        for now in (NOW, NOW + 2 * MINUTE):  # a beacon may come as much later as that
            assert reader.folder.last(now).digest == given.digest, label
        assert (reader.folder.refused.code if reader.folder.refused else "") == code, label


def test_the_genuine_documents_are_taken_by_the_same_reader_afterwards(
    given: Given, reader: Reader
) -> None:
    octets = given.directory(2, given.digest)
    fra = given.parties["FRA-NCB"]
    revoked = write_revocation("FRA-NCB", [fra.signing_kid], "x", issued=NOW)
    second = given.root(2, given.anchor.digest)
    beacon = write_beacon(
        version=2, issued=NOW,
        root=Named(version=2, digest=hashlib.sha256(second).digest()),
        directory=Named(version=2, digest=hashlib.sha256(octets).digest()),
    )  # fmt: skip
    documents = [
        signed("root-2.xml", second, given.by("anna", "chen", "emil")),
        signed(directory_file(2), octets, given.by("anna", "chen")),
        own(revocation_file("FRA-NCB", revoked), revoked, fra),
        signed(BEACON_FILE, beacon, [given.hub]),
    ]
    offering = reader.folder.offer(documents, NOW)
    assert offering.refusals == []
    assert sorted(offering.news) == sorted(each.name for each in documents)
    found = reader.folder.current(NOW)
    assert found.version == 2
    signer = found.signer(fra.signing_kid)
    assert signer is not None
    assert signer[1].state is KeyState.REVOKED
    root: Root = reader.folder.root
    assert root.version == 2


def test_there_are_as_many_forgeries_as_were_asked_for(given: Given) -> None:
    kinds = (directory_forgeries, root_forgeries, beacon_forgeries, note_forgeries)
    assert sum(1 for kind in kinds for _ in kind(given)) >= 60
    assert len(MARKUP) * 4 + 60 > 160
