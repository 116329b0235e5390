"""A file of evidence falls with whatever is changed in it, and a code says what does not hold."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from memory_world import START
from trace_world import TraceWorld, answer

from gateway.ids import Lane
from gateway.node import check_evidence, evidence_of
from gateway.node.evidence_flaws import Flaw
from gateway.node.evidence_zip import packed, unpacked
from gateway.node.trace_evidence import listing
from gateway.payload import PurposeCode, TraceAct, TraceComment
from gateway.posting import Posting
from keys import directory_file, entry_for, read_anchor, verify_directory
from keys.documents import write_directory
from keys.officer import Signer, make_signer
from keys.revocation import sign_by_officers
from keys.root import Policy, Role, RoleName
from keys.root_document import write_root

pytestmark = [pytest.mark.unit, pytest.mark.slow]  # through whole endpoints
FRA, BEL, AUT = "FRA-NCB", "BEL-NCB", "AUT-NCB"
SPEC = Path(__file__).parents[3] / "docs" / "spec" / "tracing.md"
Files = dict[str, bytes]


def officers(seed: int) -> list[Signer]:
    return [
        make_signer(name, "Office", random=lambda n, s=seed + i: bytes([s]) * n, quantum=False)
        for i, name in enumerate(("anna", "boris", "chen"))
    ]


def founded(signers: list[Signer]) -> bytes:
    names = tuple(each.person for each in signers)
    return write_root(
        version=1,
        issued=START - timedelta(days=2),
        expires=START + timedelta(days=300),
        previous=None,
        policy=Policy(quantum=False, beacon_fresh=timedelta(0)),
        officers={each.person: each.public for each in signers},
        roles={
            name: Role(name=name, threshold=2, organisations=1, persons=names)
            for name in (RoleName.ROOT, RoleName.DIRECTORY)
        },
        enrolment=bytes([9, *bytes(31)]),
    )


OFFICERS = officers(40)
ANCHOR = founded(OFFICERS)


class Court:
    """Two countries with a whole case, its evidence, and a third that wants to forge."""

    def __init__(self, folder: Path) -> None:
        self.world = TraceWorld(folder)
        self.trust = folder / "trust"
        self.trust.mkdir()
        (self.trust / "anchor.xml").write_bytes(ANCHOR)
        octets, signature = self.papers(OFFICERS)
        (self.trust / directory_file(1)).write_bytes(octets)
        (self.trust / f"{directory_file(1)}.sig").write_bytes(signature)
        self.world.directory = verify_directory(octets, signature, read_anchor(ANCHOR))
        self.trace_id = self._case()
        self.files = unpacked(self.evidence(FRA), [])

    def papers(self, signers: list[Signer]) -> tuple[bytes, bytes]:
        """A directory of everybody, signed by ``signers``."""
        octets = write_directory(
            version=1,
            issued=START - timedelta(days=1),
            expires=START + timedelta(days=40),
            previous=None,
            parties=[
                entry_for(
                    seat.identity,
                    sends=self.world.sends[party],
                    valid_from=START - timedelta(days=1),
                )
                for party, seat in self.world.seats.items()
            ],
        )
        return octets, sign_by_officers(directory_file(1), octets, signers)

    def _case(self) -> str:
        world = self.world
        trace_id = world.submit()
        world.order(BEL, "ack", trace_id=trace_id)
        missing = [{"missing_item_code": "CONSENT_TO_FORWARD"}]
        world.order(BEL, "ask", trace_id=trace_id, missing=missing)
        picture = {"name": "a.jpg", "media_type": "image/jpeg", "content": "/9j/4AAQ"}
        world.order(FRA, "attach", trace_id=trace_id, **picture)
        supplied = [{"missing_item_code": "CONSENT_TO_FORWARD", "answer_text": "no"}]
        world.order(FRA, "inform", trace_id=trace_id, supplied=supplied)
        world.order(BEL, "answer", trace_id=trace_id, answer=answer())
        world.order(FRA, "close", trace_id=trace_id, outcome="TRACED_RETAILER")
        return trace_id

    def evidence(self, party: str, trace_id: str | None = None, *, as_xml: bool = False) -> bytes:
        wanted = trace_id or self.trace_id
        return self.world.look(
            party, lambda u: evidence_of(wanted, u, self.trust, party, as_xml=as_xml)
        )

    def signed(self, by: str, to: str, **place: Any) -> Files:
        """A comment that ``by`` did sign, as the two files of a message."""
        kept: list[Any] = []

        def post(outgoing: Any) -> None:
            comment = TraceComment(
                context=outgoing.frame.context(
                    "TRACE_COMMENT", purpose=PurposeCode.CRIMINAL_INVESTIGATION
                ),
                trace_act=TraceAct(trace_id=self.trace_id, **place),
                comment_text="as if it had been said",
            )
            outgoing.post(
                Posting(to=to, payload=comment, lane=Lane.ROUTINE, answers=False, keep=kept.append)
            )

        endpoint = self.world.seats[by].endpoint
        assert endpoint is not None
        endpoint.transact(post)
        stem = "messages/010-requester-6-TRACE_COMMENT"
        return {f"{stem}.envelope.xml": kept[0].octets, f"{stem}.content.xml": kept[0].wrapper}


@pytest.fixture(scope="module")
def court(tmp_path_factory):
    made = Court(tmp_path_factory.mktemp("court"))
    yield made
    made.world.close()


def listed(files: Files, **more: str) -> bytes:
    """The file with a list that fits what is in it, as a forger would make it."""
    others = {name: octets for name, octets in files.items() if name != "case.json"}
    facts = json.loads(files["case.json"])
    facts = {k: v for k, v in facts.items() if k not in ("form", "files")} | more
    return packed({**others, "case.json": listing(files=others, **facts)})


def flaws(octets: bytes, anchor: bytes | None = ANCHOR) -> list[str]:
    return [str(one["flaw"]) for one in check_evidence(octets, anchor)["broken"]]


def test_both_sides_have_one_and_the_same_file_and_it_holds(court):
    assert court.evidence(FRA) == court.evidence(BEL)
    for form in (court.evidence(FRA), court.evidence(BEL, as_xml=True)):
        report = check_evidence(form, ANCHOR)
        assert report["broken"] == []
        assert (report["state"], report["messages"]) == ("CLOSED", 9)


def test_any_program_that_unpacks_finds_the_same_files(court):
    with zipfile.ZipFile(io.BytesIO(court.evidence(FRA))) as archive:
        assert archive.testzip() is None
        assert {name: archive.read(name) for name in archive.namelist()} == court.files


def test_no_octet_of_the_container_may_be_another(court):
    octets = court.evidence(FRA)
    for at in {
        *range(0, len(octets), 4999),
        *range(len(octets) - 1400, len(octets), 31),
        *range(0, 60, 3),
    }:
        flipped = octets[:at] + bytes([octets[at] ^ 1 << at % 8]) + octets[at + 1 :]
        assert flaws(flipped), at


def test_no_octet_of_any_file_may_be_another_though_list_and_container_fit(court):
    for name, octets in court.files.items():
        if name == "case.json":
            continue
        for at in {0, len(octets) // 5, len(octets) // 2, len(octets) * 4 // 5, len(octets) - 1}:
            flipped = octets[:at] + bytes([octets[at] ^ 1]) + octets[at + 1 :]
            assert flaws(listed({**court.files, name: flipped})), (name, at)


def test_no_octet_of_the_list_may_be_another(court):
    octets = court.files["case.json"]
    for at in range(0, len(octets), 41):
        flipped = octets[:at] + bytes([octets[at] ^ 1]) + octets[at + 1 :]
        assert flaws(packed({**court.files, "case.json": flipped})), at


def test_no_file_may_be_absent_even_where_the_list_fits(court):
    last = "messages/009-requester-5-TRACE_CLOSE."
    for name in court.files:
        others = {n: o for n, o in court.files.items() if n != name}
        assert flaws(packed(others)), name
        if name != "case.json":
            assert flaws(listed(others)), name
    # What came last is absent: the file is that of an earlier day, and says so by its state.
    earlier = {n: o for n, o in court.files.items() if not n.startswith(last)}
    assert flaws(listed(earlier)) == [Flaw.STATE]


# --- forgeries by name ------------------------------------------------------------------------


def twice(court: Court) -> bytes:
    """One name for two files: a reader shows the one, a checker checks the other."""
    octets = court.evidence(FRA)
    first = octets[: octets.index(b"PK\x03\x04", 4)]
    return first + octets


def called(court: Court, name: str) -> bytes:
    out = io.BytesIO(court.evidence(FRA))
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr(name, b"root::0:0::/:/bin/sh")
    return out.getvalue()


def compressed(court: Court) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, octets in court.files.items():
            archive.writestr(name, octets)
        archive.writestr("trust/directory-4.xml", bytes(8 * 1024 * 1024))
    return out.getvalue()


def repacked(court: Court, names: Callable[[list[str]], list[str]]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in names(sorted(court.files)):
            archive.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), court.files[name])
    return out.getvalue()


def renamed(court: Court, old: str, new: str) -> bytes:
    swap = {old: new, new: old}

    def other(name: str) -> str:
        found = re.match(r"messages/[0-9]{3}-[a-z]+-[0-9]+-[A-Z_]+", name)
        return name if found is None else name.replace(found[0], swap.get(found[0], found[0]))

    return listed({other(name): octets for name, octets in court.files.items()})


def other_keys(court: Court) -> Files:
    """A key history of the forger's own, which names the same keys."""
    forgers = officers(90)
    octets, signature = court.papers(forgers)
    name = f"trust/{directory_file(1)}"
    return {**court.files, name: octets, f"{name}.sig": signature}


def message_of(court: Court, trace_id: str) -> Files:
    files = unpacked(court.evidence(FRA, trace_id), [])
    return {n: o for n, o in files.items() if n.startswith("messages/001-")}


def seen(court: Court) -> dict[str, Any]:
    rows = court.world.look(FRA, lambda u: u.traces.acts(court.trace_id))
    last = max((r for r in rows if r.side == "RESPONDER"), key=lambda r: r.number)
    return {"seen_act_number": last.number, "seen_digest": last.digest}


WRONG = "A" * 43 + "="
REQUEST, CLOSE = "messages/001-requester-1-TRACE_REQUEST", "messages/009-requester-5-TRACE_CLOSE"
ACK = "messages/003-responder-2-TRACE_ACK"
FORGERIES: dict[str, tuple[Flaw, Callable[[Court], bytes]]] = {
    "no zip": (Flaw.FORM, lambda _: b"\x00" * 100),
    "nothing": (Flaw.FORM, lambda _: b""),
    "an empty zip": (Flaw.FORM, lambda _: packed({})),
    "XML that is none": (Flaw.FORM, lambda _: b"<TraceCase></TraceCase>"),
    "one name twice": (Flaw.DUPLICATE, twice),
    "a way out of the folder": (Flaw.NAME, lambda c: called(c, "../../etc/passwd")),
    "a way from the root": (Flaw.NAME, lambda c: called(c, "/etc/passwd")),
    "a way out below trust": (Flaw.NAME, lambda c: called(c, "trust/../../x.xml")),
    "a program": (Flaw.NAME, lambda c: called(c, "messages/setup.exe")),
    "a name with a line in it": (Flaw.NAME, lambda c: called(c, "case.json\nmessages")),
    "a zip bomb": (Flaw.PACKING, compressed),
    "files in another order": (Flaw.PACKING, lambda c: repacked(c, lambda n: n[::-1])),
    "octets before it": (Flaw.FORM, lambda c: b"MZ" + c.evidence(FRA)),
    "octets after it": (Flaw.PACKING, lambda c: c.evidence(FRA) + b"PK"),
    "cut in a file": (Flaw.PACKING, lambda c: c.evidence(FRA)[:5000]),
    "cut at its end": (Flaw.PACKING, lambda c: c.evidence(FRA)[:-1]),
    "a file that is not listed": (
        Flaw.EXTRA,
        lambda c: packed({**c.files, "messages/099-requester-9-TRACE_CLOSE.content.xml": b"<a/>"}),
    ),
    "no anchor": (
        Flaw.ANCHOR,
        lambda c: listed({n: o for n, o in c.files.items() if "anchor" not in n}),
    ),
    "an anchor of the forger": (
        Flaw.ANCHOR,
        lambda c: listed({**other_keys(c), "trust/anchor.xml": founded(officers(90))}),
    ),
    "a directory of the forger": (Flaw.KEYS, lambda c: listed(other_keys(c))),
    "a root that nobody signed": (
        Flaw.KEYS,
        lambda c: listed({**c.files, "trust/root-2.xml": ANCHOR, "trust/root-2.xml.sig": b"x"}),
    ),
    "a root far ahead": (Flaw.KEYS, lambda c: listed({**c.files, "trust/root-9.xml": ANCHOR})),
    "a directory under another number": (
        Flaw.KEYS,
        lambda c: listed(
            {n.replace("directory-1", "directory-4"): o for n, o in c.files.items()}
        ),
    ),
    "no directory": (
        Flaw.KEYS,
        lambda c: listed({n: o for n, o in c.files.items() if "directory" not in n}),
    ),
    "no envelope": (
        Flaw.SIGNATURE,
        lambda c: listed({**c.files, f"{ACK}.envelope.xml": b"<Envelope/>"}),
    ),
    "the content of another message": (
        Flaw.CONTENT,
        lambda c: listed(
            {**c.files, f"{ACK}.content.xml": c.files[f"{CLOSE}.content.xml"]}
        ),
    ),
    "a content is absent": (
        Flaw.MISSING,
        lambda c: listed({n: o for n, o in c.files.items() if n != f"{ACK}.content.xml"}),
    ),
    "an envelope is absent": (
        Flaw.MISSING,
        lambda c: listed({n: o for n, o in c.files.items() if n != f"{ACK}.envelope.xml"}),
    ),
    "an act is absent": (
        Flaw.NUMBER,
        lambda c: listed({n: o for n, o in c.files.items() if not n.startswith(ACK)}),
    ),
    "messages under each other's names": (Flaw.NAME, lambda c: renamed(c, ACK, CLOSE)),
    "a request of another case": (
        Flaw.CASE,
        lambda c: listed(
            {
                **c.files,
                **{
                    name.replace("001-", "011-"): octets
                    for name, octets in message_of(c, c.world.submit()).items()
                },
            }
        ),
    ),
    "an act of a third country": (
        Flaw.PARTY,
        lambda c: listed({**c.files, **c.signed(AUT, BEL, act_number=6, **seen(c))}),
    ),
    "an act sealed to a third country": (
        Flaw.PARTY,
        lambda c: listed({**c.files, **c.signed(FRA, AUT, act_number=6, **seen(c))}),
    ),
    "two acts of one number": (
        Flaw.NUMBER,
        lambda c: listed({**c.files, **c.signed(FRA, BEL, act_number=5, **seen(c))}),
    ),
    "a number left out": (
        Flaw.NUMBER,
        lambda c: listed({**c.files, **c.signed(FRA, BEL, act_number=7, **seen(c))}),
    ),
    "an act that saw another than was sent": (
        Flaw.SEEN,
        lambda c: listed(
            {
                **c.files,
                **c.signed(FRA, BEL, act_number=6, **{**seen(c), "seen_digest": WRONG}),
            }
        ),
    ),
    "an act that saw what was never sent": (
        Flaw.SEEN,
        lambda c: listed(
            {**c.files, **c.signed(FRA, BEL, act_number=6, seen_act_number=99, seen_digest=WRONG)}
        ),
    ),
    "another state": (Flaw.STATE, lambda c: listed(c.files, state="ANSWERED")),
    "another case": (Flaw.LIST, lambda c: listed(c.files, trace_id="T-FRA-" + "0" * 26)),
    "another chain": (Flaw.LIST, lambda c: listed(c.files, chain_id="C-FRA-" + "0" * 26)),
    "another requester": (Flaw.LIST, lambda c: listed(c.files, requester=AUT)),
    "sides exchanged": (Flaw.LIST, lambda c: listed(c.files, requester=BEL, responder=FRA)),
    "a list of nothing": (Flaw.LIST, lambda c: packed({**c.files, "case.json": b"[]"})),
    "a list that is deep": (
        Flaw.LIST,
        lambda c: packed({**c.files, "case.json": b"[" * 200_000}),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", list(FORGERIES))
def test_a_forgery_is_named_by_its_code(court, name):
    flaw, forge = FORGERIES[name]
    octets = forge(court)
    assert octets != court.evidence(FRA)
    report = check_evidence(octets, ANCHOR)
    assert flaw in [one["flaw"] for one in report["broken"]], report["broken"]
    assert all(one["place"] and one["text"] for one in report["broken"])
    assert any(str(flaw) in line for line in report["lines"])


def test_the_files_own_anchor_is_believed_by_nobody_who_pinned_another(court):
    files = {**other_keys(court), "trust/anchor.xml": founded(officers(90))}
    assert flaws(listed(files), anchor=None) == [], "all of it fits, and is the forger's"
    assert set(flaws(listed(files))) >= {Flaw.ANCHOR}


def test_an_act_that_its_sender_could_not_do_has_no_effect_in_the_file_either(court):
    world = court.world
    trace_id = world.submit()
    theirs = world.look(BEL, lambda u: u.traces.acts(trace_id))
    received = next(a for a in theirs if a.side == "RESPONDER")
    place = replace_place(trace_id, received)

    def cheat(outgoing: Any) -> None:
        from gateway.payload import TraceReopen  # noqa: PLC0415 - one test

        payload = TraceReopen(
            context=outgoing.frame.context(
                "TRACE_REOPEN", purpose=PurposeCode.CRIMINAL_INVESTIGATION
            ),
            trace_act=place,
            reason_text="it was never closed",
        )
        outgoing.post(Posting(to=BEL, payload=payload, lane=Lane.ROUTINE, answers=False))

    world.seats[FRA].endpoint.transact(cheat)
    world.settle()
    report = check_evidence(court.evidence(BEL, trace_id), ANCHOR)
    assert (report["broken"], report["state"], report["messages"]) == ([], "DELIVERED", 3)


def replace_place(trace_id: str, received: Any) -> TraceAct:
    place = TraceAct(trace_id=trace_id, act_number=2, seen_act_number=0)
    return replace(place, seen_act_number=received.number, seen_digest=received.digest)


def test_the_specification_names_every_code_and_no_other() -> None:
    told = re.findall(r"^\| `(evidence\.[a-z]+)` \|", SPEC.read_text("utf-8"), re.MULTILINE)
    assert sorted(told) == sorted(Flaw)
