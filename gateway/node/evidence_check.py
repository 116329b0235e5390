"""What an evidence file proves, and all in it that does not hold: offline, of nothing but octets.

It makes no evidence and repairs none. The checks are those of docs/spec/tracing.md, section 7.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from gateway.envelope import Header, check_envelope, peek_header, unwrap
from gateway.errors import GatewayError
from gateway.node.evidence_flaws import Broken, Flaw, UnreadableEvidenceError
from gateway.node.evidence_keys import KeyHistory, key_history
from gateway.node.evidence_zip import known_name, unpacked
from gateway.node.trace_evidence import FORM, MANIFEST, act_stem, introduction_stem, listing
from gateway.node.trace_signed_xml import files_of
from gateway.payload import TraceIntroduction, TraceRequest, decode, message_type
from gateway.tracing import (
    Act,
    Deed,
    IllegalTransitionError,
    Side,
    consent_of,
    deed_of,
    digest_of,
    is_act,
    judge,
    ordered,
    standing_of,
)
from keys import TrustError

_ENVELOPE, _CONTENT = ".envelope.xml", ".content.xml"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Proven:
    """One message whose signature and content hold; ``stem`` is its files' name but the end."""

    stem: str
    header: Header
    digest: str
    payload: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class _Story:
    """What the proven messages tell of their case."""

    trace_id: str
    chain_id: str | None
    parties: Mapping[Side, str]
    acts: Mapping[tuple[Side, int], tuple[Act, _Proven]]
    introductions: Sequence[_Proven]
    state: str | None


def check_evidence(octets: bytes, anchor: bytes | None) -> dict[str, Any]:
    """What an evidence file proves: ``lines`` for a person, ``broken`` with all that does not hold.

    ``anchor`` is the trust anchor that the reader pinned; without one the file's own is believed.
    Never raises for what a file may hold.
    """
    broken: list[Broken] = []
    try:
        files = _read(octets, broken)
    except UnreadableEvidenceError as error:
        return _report([*broken, error.broken], [], None, 0, anchor)
    keys = key_history(files, anchor, broken)
    proven = [
        found
        for name in sorted(files)
        if name.endswith(_ENVELOPE)
        and (found := _proven(name.removesuffix(_ENVELOPE), files, keys, broken)) is not None
    ]
    claimed = _claimed(files, broken)
    story = _story(proven, claimed, broken)
    _check_names(story, files, broken)
    _check_list(story, claimed, files, broken)
    lines = [
        f"{story.trace_id}: {story.parties[Side.REQUESTER]} asked {story.parties[Side.RESPONDER]}",
        *(
            f"  {one.header.created:%Y-%m-%d %H:%M:%S} {one.header.sender} signed "
            f"{one.header.message_type} {one.header.message_id}"
            for one in sorted(proven, key=lambda one: one.header.created)
        ),
    ]
    return _report(broken, lines, story.state, len(proven), anchor)


def _report(
    broken: Sequence[Broken],
    lines: Sequence[str],
    state: str | None,
    messages: int,
    anchor: bytes | None,
) -> dict[str, Any]:
    own = "the trust anchor is the file's own: compare its fingerprint with yours"
    return {
        "broken": [asdict(one) for one in broken],
        "lines": [
            *lines,
            f"{messages} messages proven; the case is {state or 'not known'}",
            *(f"BROKEN {one}" for one in broken),
            *([] if anchor is not None or not messages else [own]),
        ],
        "messages": messages,
        "state": state,
    }


def _read(octets: bytes, broken: list[Broken]) -> dict[str, bytes]:
    if not octets.startswith(b"<"):
        return unpacked(octets, broken)
    try:
        files = files_of(octets)
    except ValueError as error:
        raise UnreadableEvidenceError(Flaw.FORM, "the document", str(error)) from error
    for name in files:
        if not known_name(name):
            text = f"no evidence file holds a file called {name!r:.100}"
            raise UnreadableEvidenceError(Flaw.NAME, "the document", text)
    return files


def _claimed(files: Mapping[str, bytes], broken: list[Broken]) -> dict[str, Any]:
    """What the list says; every name in it is there as a text, whatever the list holds."""
    names = ("form", "trace_id", "chain_id", "requester", "responder", "state")
    try:
        found = json.loads(files[MANIFEST])
        listed = {str(name): str(digest) for name, digest in found["files"].items()}
        facts: dict[str, Any] = {name: str(found[name]) for name in names}
    except (KeyError, ValueError, TypeError, AttributeError, RecursionError) as error:
        broken.append(_broken(Flaw.LIST, MANIFEST, f"it is no list of a case: {error!r:.200}"))
        return {**dict.fromkeys(names, "?"), "files": None}
    return {**facts, "files": listed}


# --- one message ------------------------------------------------------------------------------


def _proven(
    stem: str, files: Mapping[str, bytes], keys: KeyHistory, broken: list[Broken]
) -> _Proven | None:
    try:
        return _message(stem, files, keys)
    except UnreadableEvidenceError as error:
        broken.append(error.broken)
        return None


def _message(stem: str, files: Mapping[str, bytes], keys: KeyHistory) -> _Proven:
    octets = files[stem + _ENVELOPE]
    header = _signed_header(stem, octets, keys)
    wrapper = files.get(stem + _CONTENT)
    if wrapper is None:
        raise _no(Flaw.MISSING, stem + _CONTENT, "what was signed is not here")
    if hashlib.sha256(wrapper).digest() != header.digest:
        raise _no(Flaw.CONTENT, stem, "its sender did not sign this content")
    try:
        payload = decode(unwrap(wrapper) or b"")
    except GatewayError as error:
        raise _no(Flaw.PAYLOAD, stem, str(error)) from error
    if message_type(payload) != header.message_type:
        raise _no(Flaw.PAYLOAD, stem, "the header names another kind of message")
    return _Proven(stem=stem, header=header, digest=digest_of(octets), payload=payload)


def _signed_header(stem: str, octets: bytes, keys: KeyHistory) -> Header:
    claimed = peek_header(octets)
    if claimed is None:
        raise _no(Flaw.SIGNATURE, stem, "it is no envelope")
    directory = keys.used_by(claimed.directory_version)
    if directory is None:
        raise _no(Flaw.KEYS, stem, "nothing here says whose keys are whose")
    try:
        return check_envelope(octets, directory, now=claimed.created).header
    except (GatewayError, TrustError) as error:
        raise _no(Flaw.SIGNATURE, stem, f"{error} ({error.code})") from error


# --- the case ---------------------------------------------------------------------------------


def _story(proven: Sequence[_Proven], claimed: Mapping[str, Any], broken: list[Broken]) -> _Story:
    requests = [one for one in proven if isinstance(one.payload, TraceRequest)]
    if proven and len(requests) != 1:
        text = f"a case has one request, and here are {len(requests)}"
        broken.append(_broken(Flaw.CASE, "messages/", text))
    if requests:
        first = requests[0]
        trace_id = first.payload.trace_act.trace_id
        chain_id = first.payload.trace_question.chain_id
        asked = first.header.to[0].party
        parties = {Side.REQUESTER: first.header.sender, Side.RESPONDER: asked}
    else:
        trace_id, chain_id = claimed["trace_id"], None
        parties = {side: claimed[side.lower()] for side in Side}
    acts: dict[tuple[Side, int], tuple[Act, _Proven]] = {}
    introductions = []
    for one in proven:
        if isinstance(one.payload, TraceIntroduction):
            introductions.append(one)
            _check_introduction(one, trace_id, parties, broken)
        elif is_act(one.payload):
            _add(one, acts, trace_id, parties, broken)
        else:
            broken.append(_broken(Flaw.CASE, one.stem, "it is no message of a trace case"))
    return _Story(
        trace_id=trace_id,
        chain_id=chain_id,
        parties=parties,
        acts=acts,
        introductions=introductions,
        state=_state(acts, broken),
    )


def _check_introduction(
    one: _Proven, trace_id: str, parties: Mapping[Side, str], broken: list[Broken]
) -> None:
    payload: TraceIntroduction = one.payload
    if payload.trace_id != trace_id or payload.requester_agency_id != parties[Side.REQUESTER]:
        broken.append(_broken(Flaw.CASE, one.stem, f"it announces {payload.trace_id}"))
    _check_addressee(one, parties[Side.RESPONDER], broken)


def _add(
    one: _Proven,
    acts: dict[tuple[Side, int], tuple[Act, _Proven]],
    trace_id: str,
    parties: Mapping[Side, str],
    broken: list[Broken],
) -> None:
    place = one.payload.trace_act
    if place.trace_id != trace_id:
        broken.append(_broken(Flaw.CASE, one.stem, f"it belongs to {place.trace_id}"))
        return
    side = next((side for side, party in parties.items() if party == one.header.sender), None)
    if side is None:
        text = f"{one.header.sender} is no party of the case"
        broken.append(_broken(Flaw.PARTY, one.stem, text))
        return
    _check_addressee(one, parties[side.other], broken)
    if (side, place.act_number) in acts:
        text = f"the {side.lower()} has two acts of the number {place.act_number}"
        broken.append(_broken(Flaw.NUMBER, one.stem, text))
        return
    act = Act(
        side=side,
        number=place.act_number,
        seen=place.seen_act_number,
        deed=deed_of(one.payload),
        at=one.payload.context.sent_timestamp,
        consent=consent_of(one.payload),
    )
    acts[side, act.number] = (act, one)


def _check_addressee(one: _Proven, party: str, broken: list[Broken]) -> None:
    to = [each.party for each in one.header.to]
    if to != [party]:
        text = f"it was sealed to {', '.join(to)}, not to {party}"
        broken.append(_broken(Flaw.PARTY, one.stem, text))


def _state(
    acts: Mapping[tuple[Side, int], tuple[Act, _Proven]], broken: list[Broken]
) -> str | None:
    whole = True
    for side in Side:
        numbers = sorted(number for one, number in acts if one is side)
        if numbers != list(range(1, len(numbers) + 1)):
            text = f"an act of the {side.lower()} is missing: there are {numbers}"
            broken.append(_broken(Flaw.NUMBER, "messages/", text))
            whole = False
    for (side, number), (act, one) in acts.items():
        seen = acts.get((side.other, act.seen))
        digest = None if seen is None else seen[1].digest
        if digest != one.payload.trace_act.seen_digest:
            text = f"act {number} of the {side.lower()} has seen what is not here"
            broken.append(_broken(Flaw.SEEN, one.stem, text))
    if not whole or not acts:
        return None
    try:
        return standing_of(_judged([act for act, _ in acts.values()])).state.value
    except ValueError as error:
        broken.append(_broken(Flaw.SEEN, "messages/", str(error)))
        return None


def _judged(acts: Sequence[Act]) -> list[Act]:
    """The acts as each receiver took them: one that its side could not do has no effect (2.5)."""
    done: list[Act] = []
    for act in ordered(acts):
        try:
            judge(done, act)
        except IllegalTransitionError:
            done.append(replace(act, deed=Deed.NOTHING))
        else:
            done.append(act)
    return done


# --- the list and the names -------------------------------------------------------------------


def _check_names(story: _Story, files: Mapping[str, bytes], broken: list[Broken]) -> None:
    """Every message is called what it is: its place in the case, its side, number and kind."""
    broken.extend(
        _broken(Flaw.MISSING, name, "nobody's signature lies beside it")
        for name in files
        if name.endswith(_CONTENT) and name.removesuffix(_CONTENT) + _ENVELOPE not in files
    )
    wanted = {one.stem: introduction_stem(one.header.message_id) for one in story.introductions}
    try:
        order = ordered([act for act, _ in story.acts.values()])
    except ValueError:
        return  # told already: the acts cannot be put in order
    for place, act in enumerate(order, start=1):
        one = story.acts[act.side, act.number][1]
        wanted[one.stem] = act_stem(place, act.side, act.number, one.header.message_type)
    for stem, name in wanted.items():
        if stem != name:
            broken.append(_broken(Flaw.NAME, stem, f"this message is called {name}"))


def _check_list(
    story: _Story, claimed: Mapping[str, Any], files: Mapping[str, bytes], broken: list[Broken]
) -> None:
    listed = claimed["files"]
    if listed is None:
        return
    others = {name: octets for name, octets in files.items() if name != MANIFEST}
    for name in sorted({*others, *listed}):
        if name not in others:
            broken.append(_broken(Flaw.MISSING, name, "the list names it, and it is not here"))
        elif name not in listed:
            broken.append(_broken(Flaw.EXTRA, name, "the list does not name it"))
        elif listed[name] != hashlib.sha256(others[name]).hexdigest():
            broken.append(_broken(Flaw.LIST, name, "its octets are not those that are listed"))
    facts = {
        "form": FORM,
        "trace_id": story.trace_id,
        "chain_id": story.chain_id,
        "requester": story.parties[Side.REQUESTER],
        "responder": story.parties[Side.RESPONDER],
    }
    for name, value in facts.items():
        if value is not None and claimed[name] != value:
            text = f"{name} is {value} by what was signed, and {claimed[name]} by the list"
            broken.append(_broken(Flaw.LIST, MANIFEST, text))
    if story.state is not None and claimed["state"] != story.state:
        text = f"the acts lead to {story.state}, and the list says {claimed['state']}"
        broken.append(_broken(Flaw.STATE, MANIFEST, text))
    again = listing(
        trace_id=claimed["trace_id"],
        chain_id=claimed["chain_id"],
        requester=claimed["requester"],
        responder=claimed["responder"],
        state=claimed["state"],
        files=others,
    )
    if not broken and again != files[MANIFEST]:
        broken.append(_broken(Flaw.LIST, MANIFEST, "it is not in its one form"))


def _broken(flaw: Flaw, place: str, text: str) -> Broken:
    return Broken(flaw=flaw, place=place, text=text)


def _no(flaw: Flaw, place: str, text: str) -> UnreadableEvidenceError:
    return UnreadableEvidenceError(flaw, place, text)
