"""A whole trace case as one file that proves itself: signed messages, what they said, key history.

It needs nothing of the node that made it, and nothing of a network; whoever checks it may pin the
trust anchor that they got themselves. The form is docs/spec/tracing.md, section 7.
"""

from __future__ import annotations

import hashlib
import json
import re
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

from gateway.envelope import Header, check_envelope, peek_header, unwrap
from gateway.errors import GatewayError
from gateway.node.trace_signed_xml import files_of, xml_of
from gateway.payload import decode, message_type
from gateway.store import Unit
from gateway.tracing import Act, Deed, Side, consent_of, deed_of, digest_of, is_act, standing_of
from keys import (
    Directory,
    Root,
    TrustError,
    next_root,
    read_anchor,
    root_given,
    verify_directory,
)

FORM = "urn:iarms:trace-evidence:1"
_MANIFEST = "case.json"
_TRUST = re.compile(
    r"(anchor|authority|root-[0-9]+|directory-[0-9]+|succession-[A-Z0-9-]+)\.xml(\.sig)?"
)
_MOST_OCTETS = 512 * 1024 * 1024
_LONG_AGO = (1980, 1, 1, 0, 0, 0)  # files alike, whenever they were made


@dataclass(frozen=True, slots=True, kw_only=True)
class Proven:
    """One message of an evidence file whose signature and content hold."""

    name: str
    header: Header
    digest: str
    payload: Any


def evidence_of(
    trace_id: str, unit: Unit, trust: Path, made_by: str, *, as_xml: bool = False
) -> bytes:
    """The case as a .zip, or as one XML document; the same octets as long as nothing was added."""
    case = unit.traces.find(trace_id)
    if case is None:
        raise ValueError("there is no such case")
    files: dict[str, bytes] = {}
    for number, act in enumerate(unit.traces.acts(trace_id), start=1):
        if act.envelope is not None and act.wrapper is not None:
            stem = f"messages/{number:03}-{act.side.lower()}-{act.number}-{act.message_type}"
            files[f"{stem}.envelope.xml"] = act.envelope
            files[f"{stem}.content.xml"] = act.wrapper
    for one in unit.traces.introductions(trace_id):
        files[f"messages/introduction-{one.message_id}.envelope.xml"] = one.envelope
        files[f"messages/introduction-{one.message_id}.content.xml"] = one.wrapper
    for path in sorted(trust.iterdir()):
        if _TRUST.fullmatch(path.name):
            files[f"trust/{path.name}"] = path.read_bytes()
    requester, responder = (
        (made_by, case.peer) if case.side == Side.REQUESTER else (case.peer, made_by)
    )
    files[_MANIFEST] = json.dumps(
        {
            "form": FORM,
            "trace_id": trace_id,
            "chain_id": case.chain_id,
            "requester": requester,
            "responder": responder,
            "made_by": made_by,
            "state": case.state,
            "files": {name: _hex(octets) for name, octets in sorted(files.items())},
        },
        indent=2,
    ).encode()
    return xml_of(files) if as_xml else _zipped(files)


def check_evidence(octets: bytes, anchor: bytes | None) -> dict[str, Any]:
    """What an evidence file proves: ``lines`` for a person, ``broken`` with all that does not hold.

    Never raises for what a file may hold.
    """
    broken: list[str] = []
    try:
        files = files_of(octets) if octets.startswith(b"<") else _unzipped(octets)
        manifest = json.loads(files.pop(_MANIFEST))
        parties = {manifest["requester"]: Side.REQUESTER, manifest["responder"]: Side.RESPONDER}
        listed = manifest["files"]
    except (zipfile.BadZipFile, KeyError, ValueError, TypeError) as error:
        text = f"the file is no evidence file: {error!r}"
        return {"broken": [text], "lines": [text], "messages": 0, "state": None}
    broken.extend(
        f"{name} is not what the list says"
        for name in sorted({*files, *listed})
        if name not in files or listed.get(name) != _hex(files[name])
    )
    directories = _directories(files, anchor, broken)
    proven = [
        found
        for name in sorted(files)
        if name.endswith(".envelope.xml")
        and (found := _proven(name, files, directories, broken)) is not None
    ]
    acts = _acts(proven, parties, str(manifest["trace_id"]), broken)
    state = _story(acts, manifest, broken)
    lines = [
        f"{manifest['trace_id']}: {manifest['requester']} asked {manifest['responder']}",
        *(
            f"  {one.header.created:%Y-%m-%d %H:%M:%S} {one.header.sender} signed "
            f"{one.header.message_type} {one.header.message_id}"
            for one in sorted(proven, key=lambda one: one.header.created)
        ),
        f"{len(proven)} messages proven; the case is {state}",
        *(f"BROKEN: {text}" for text in broken),
        *(
            []
            if anchor is not None
            else ["the trust anchor is the file's own: compare its fingerprint with yours"]
        ),
    ]
    return {"broken": broken, "lines": lines, "messages": len(proven), "state": state}


def _directories(
    files: dict[str, bytes], anchor: bytes | None, broken: list[str]
) -> list[Directory]:
    try:
        roots = [read_anchor(anchor or files["trust/anchor.xml"])]
    except (KeyError, TrustError) as error:
        broken.append(f"there is no usable trust anchor: {error}")
        return []
    version = roots[0].version + 1
    while f"trust/root-{version}.xml" in files:
        name = f"trust/root-{version}.xml"
        try:
            roots.append(_next_root(roots[-1], name, files))
        except TrustError as error:
            broken.append(f"{name}: {error}")
            break
        version += 1
    found = []
    for name in sorted(files):
        if name.startswith("trust/directory-") and name.endswith(".xml"):
            directory = _directory(files[name], files.get(f"{name}.sig", b""), roots)
            if directory is None:
                broken.append(f"{name} is not signed by the officers of the trust anchor")
            else:
                found.append(directory)
    return sorted(found, key=lambda one: one.version)


def _next_root(current: Root, name: str, files: dict[str, bytes]) -> Root:
    """By the officers of both roots; else by the countries, whose notes lie beside (trust 3)."""
    try:
        return next_root(current, files[name], files.get(f"{name}.sig", b""))
    except TrustError as by_officers:
        trust = {
            path.removeprefix("trust/"): octets
            for path, octets in files.items()
            if path.startswith("trust/")
        }
        if not any(one.startswith("succession-") for one in trust):
            raise
        try:
            return root_given(current, trust)
        except TrustError as by_countries:
            raise by_countries from by_officers


def _directory(octets: bytes, signature: bytes, roots: Sequence[Root]) -> Directory | None:
    for root in reversed(roots):
        try:
            return verify_directory(octets, signature, root)
        except TrustError:
            continue
    return None


def _proven(
    name: str, files: dict[str, bytes], directories: Sequence[Directory], broken: list[str]
) -> Proven | None:
    octets = files[name]
    wrapper = files.get(name.replace(".envelope.xml", ".content.xml"), b"")
    claimed = peek_header(octets)
    if claimed is None or not directories:
        broken.append(f"{name} is no envelope, or nothing says whose keys are whose")
        return None
    # The directory that the sender used, where it is here: a key withdrawn since did sign then.
    able = [one for one in directories if one.version >= claimed.directory_version]
    directory = able[0] if able else directories[-1]
    try:
        header = check_envelope(octets, directory, now=claimed.created).header
    except (GatewayError, TrustError) as error:
        broken.append(f"{name}: {error}")
        return None
    if hashlib.sha256(wrapper).digest() != header.digest:
        broken.append(f"{name}: its sender did not sign this content")
        return None
    content = unwrap(wrapper)
    try:
        payload = decode(content or b"")
    except GatewayError as error:
        broken.append(f"{name}: {error}")
        return None
    if message_type(payload) != header.message_type:
        broken.append(f"{name}: the header names another kind of message")
        return None
    return Proven(name=name, header=header, digest=digest_of(octets), payload=payload)


def _acts(
    proven: Sequence[Proven], parties: dict[str, Side], trace_id: str, broken: list[str]
) -> dict[tuple[Side, int], tuple[Act, Proven]]:
    found: dict[tuple[Side, int], tuple[Act, Proven]] = {}
    for one in proven:
        if not is_act(one.payload):
            continue
        place = one.payload.trace_act
        side = parties.get(one.header.sender)
        if place.trace_id != trace_id or side is None:
            broken.append(f"{one.name} belongs to another case")
            continue
        act = Act(
            side=side,
            number=place.act_number,
            seen=place.seen_act_number,
            deed=deed_of(one.payload),
            at=one.payload.context.sent_timestamp,
        )
        if (side, act.number) in found:
            broken.append(f"{one.name}: two acts of one number")
        found[side, act.number] = (act, one)
    return found


def _story(
    acts: dict[tuple[Side, int], tuple[Act, Proven]],
    manifest: dict[str, Any],
    broken: list[str],
) -> str | None:
    for side in Side:
        numbers = sorted(number for one, number in acts if one is side)
        if numbers != list(range(1, len(numbers) + 1)):
            broken.append(f"an act of the {side.lower()} is missing: there are {numbers}")
            return None
    for (side, number), (act, one) in acts.items():
        seen = acts.get((side.other, act.seen))
        if act.seen and (seen is None or seen[1].digest != one.payload.trace_act.seen_digest):
            broken.append(f"act {number} of the {side.lower()} has seen what is not here")
    try:
        consented = [_with_consent(act, one) for act, one in acts.values()]
        state = standing_of(consented).state.value
    except ValueError as error:
        broken.append(str(error))
        return None
    if state != manifest.get("state"):
        broken.append(f"the acts lead to {state}, and the list says {manifest.get('state')}")
    return state


def _with_consent(act: Act, one: Proven) -> Act:
    return Act(
        side=act.side,
        number=act.number,
        seen=act.seen,
        deed=Deed(act.deed),
        at=act.at,
        consent=consent_of(one.payload),
    )


def _zipped(files: dict[str, bytes]) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(files):
            archive.writestr(zipfile.ZipInfo(name, _LONG_AGO), files[name], zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _unzipped(octets: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(BytesIO(octets)) as archive:
        if sum(info.file_size for info in archive.infolist()) > _MOST_OCTETS:
            raise ValueError("the file is too large")
        return {info.filename: archive.read(info) for info in archive.infolist()}


def _hex(octets: bytes) -> str:
    return hashlib.sha256(octets).hexdigest()
