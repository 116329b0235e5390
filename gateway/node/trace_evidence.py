"""A whole trace case as one file that proves itself: signed messages, what they said, key history.

It needs nothing of a network; ``evidence_check`` is what others do with it. The form is
docs/spec/tracing.md, section 7.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from gateway.node.evidence_zip import known_name, packed
from gateway.node.trace_signed_xml import xml_of
from gateway.payload import TraceRequest, decode
from gateway.store import TraceActRow, Unit
from gateway.tracing import HELD, Side, acts_of, ordered
from keys import TrustError, read_anchor

FORM = "urn:iarms:trace-evidence:1"
MANIFEST = "case.json"
_ROOT = re.compile(r"root-([0-9]+)\.xml(\.sig)?")


def evidence_of(
    trace_id: str, unit: Unit, trust: Path, made_by: str, *, as_xml: bool = False
) -> bytes:
    """The case as a .zip, or as one XML document; the same octets as long as nothing was added.

    ``made_by`` is whose case it is. Both sides' files differ in nothing that is proven.
    """
    case = unit.traces.find(trace_id)
    if case is None:
        raise ValueError("there is no such case")
    files: dict[str, bytes] = {}
    # An act that came before an earlier one is no part of the case yet.
    rows = [row for row in unit.traces.acts(trace_id) if row.standing != HELD]
    proven = [row for row in rows if row.envelope and row.wrapper]
    for number, act in enumerate(_in_order(proven), start=1):
        stem = act_stem(number, Side(act.side), act.number, act.message_type)
        files[f"{stem}.envelope.xml"] = act.envelope or b""
        files[f"{stem}.content.xml"] = act.wrapper or b""
    for one in unit.traces.introductions(trace_id):
        stem = introduction_stem(one.message_id)
        files[f"{stem}.envelope.xml"] = one.envelope
        files[f"{stem}.content.xml"] = one.wrapper
    files |= _trust_in(trust)
    requester, responder = (
        (made_by, case.peer) if case.side == Side.REQUESTER else (case.peer, made_by)
    )
    files[MANIFEST] = listing(
        trace_id=trace_id,
        chain_id=_chain_of(proven) or case.chain_id,
        requester=requester,
        responder=responder,
        state=case.state,
        files=files,
    )
    return xml_of(files) if as_xml else packed(files)


def act_stem(place: int, side: Side, number: int, message_type: str) -> str:
    """What the two files of an act are called but for their ends; ``place`` is its, in the case."""
    return f"messages/{place:03}-{side.lower()}-{number}-{message_type}"


def introduction_stem(message_id: str) -> str:
    """What the two files of a third country's announcement are called but for their ends."""
    return f"messages/introduction-{message_id}"


def listing(
    *,
    trace_id: str,
    chain_id: str,
    requester: str,
    responder: str,
    state: str | None,
    files: Mapping[str, bytes],
) -> bytes:
    """The list of an evidence file, in its one form."""
    facts = {
        "form": FORM,
        "trace_id": trace_id,
        "chain_id": chain_id,
        "requester": requester,
        "responder": responder,
        "state": state,
        "files": {n: hashlib.sha256(octets).hexdigest() for n, octets in sorted(files.items())},
    }
    return json.dumps(facts, indent=2).encode()


def _in_order(rows: Sequence[TraceActRow]) -> list[TraceActRow]:
    """As both sides order them; as they were kept where an act is missing yet."""
    by_place = {(Side(row.side), row.number): row for row in rows}
    try:
        return [by_place[act.side, act.number] for act in ordered(acts_of(rows))]
    except ValueError:
        return list(rows)


def _chain_of(rows: Sequence[TraceActRow]) -> str | None:
    for row in rows:
        payload = decode(row.content)
        if isinstance(payload, TraceRequest):
            return payload.trace_question.chain_id
    return None


def _trust_in(folder: Path) -> dict[str, bytes]:
    """What proves whose keys are whose; not the roots that the anchor has behind it."""
    found = {f"trust/{p.name}": p.read_bytes() for p in sorted(folder.iterdir()) if p.is_file()}
    try:
        pinned = read_anchor(found["trust/anchor.xml"]).version
    except (KeyError, TrustError):
        pinned = 0
    return {name: o for name, o in found.items() if known_name(name) and _follows(name, pinned)}


def _follows(name: str, pinned: int) -> bool:
    root = _ROOT.fullmatch(name.removeprefix("trust/"))
    return root is None or int(root[1]) > pinned
