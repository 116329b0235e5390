"""Loads files of records into the registry in steps, each as its owner's filing would be judged.

A step is one transaction, in which the file's place is kept too: a load that was killed goes on
behind the last step. It reads no path (see ``loadfiles``), and it tells nobody of hits: whoever
loads says so to the parties (docs/guides/registry.md).
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import BinaryIO

from gateway.frame import Frame
from gateway.payload import (
    Context,
    Finding,
    FirearmRecord,
    FirearmRecordSubmit,
    MessageTypeCode,
    PurposeCode,
    RecordResult,
    RecordResultCode,
    validate,
)
from gateway.registry.findings import error
from gateway.registry.loadfiles import Item, issue_finding, items
from gateway.registry.records import Filing
from gateway.registry.weighing import shape_of
from gateway.store import LoadRow, Store, Unit

RECORDS_A_STEP = 500
"""Records of one transaction: on SQLite searches wait for it, about a third of a second."""
_BLOCK = 1 << 20
_REFUSED = frozenset({RecordResultCode.REJECTED, RecordResultCode.VERSION_CONFLICT})


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """An item that was not filed, and why; ``number`` counts the items of the file from 1."""

    number: int
    item: Item
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Loading:
    """What is loaded how: who is loaded for (None: every owner), whether anything is written.

    ``frame`` gives the registry at the present instant; ``refused`` takes what was not filed
    before the step that judged it is committed, so that none is lost; one may come twice.
    """

    store: Store
    owners: Collection[str] | None
    frame: Callable[[], Frame]
    refused: Callable[[Sequence[Refused]], None]
    progress: Callable[[LoadRow], None] = lambda _: None
    write: bool = True
    step: int = RECORDS_A_STEP


def digest_of(source: BinaryIO) -> str:
    """The SHA-256 of a file, by which a load knows it again."""
    source.seek(0)
    digest = hashlib.sha256()
    while block := source.read(_BLOCK):
        digest.update(block)
    return digest.hexdigest()


def load(source: BinaryIO, name: str, how: Loading) -> LoadRow:
    """Files the records of ``source`` from where it was left; what became of them all.

    A file that was loaded to its end is not looked at again. A dry run begins at the same place,
    keeps nothing, and holds records of different steps not to each other.
    """
    row = _begun(digest_of(source), name, how)
    if row.finished:
        return row
    filed = False
    found = items(source, place=row.place, within=row.within)
    while part := list(islice(found, how.step)):
        row = _step(part, row, how)
        filed = True
        how.progress(row)
    row = replace(row, finished=True, changed=how.frame().now)
    if how.write:
        with how.store.unit() as unit:
            unit.loads.keep(row)
            if filed:
                unit.loads.settle()
                unit.figures.refresh(shape_of)
    return row


def _begun(digest: str, name: str, how: Loading) -> LoadRow:
    with how.store.unit() as unit:
        held = unit.loads.find(digest)
    if held is not None:
        return held
    now = how.frame().now
    return LoadRow(
        digest=digest,
        name=name[-255:],
        begun=now,
        changed=now,
        items=0,
        place=0,
        within=0,
        finished=False,
        counts={},
    )


def _step(part: Sequence[Item], row: LoadRow, how: Loading) -> LoadRow:
    frame = how.frame()
    heads: dict[str, Context] = {}
    # Outside the transaction: searches wait for nothing that can be done before.
    judged = [_checked(item, frame, how.owners, heads) for item in part]
    counts = Counter(row.counts)
    refused: list[Refused] = []
    with how.store.unit() if how.write else how.store.trial() as unit:
        outcomes = _filed(judged, frame, unit)
        for number, (item, (code, findings)) in enumerate(
            zip(part, outcomes, strict=True), start=row.items + 1
        ):
            counts[f"result {code}"] += 1
            for finding in findings:
                counts[f"{finding.severity_code.value.lower()} {finding.finding_code}"] += 1
            if code in _REFUSED:
                refused.append(Refused(number=number, item=item, findings=findings))
        row = replace(
            row,
            items=row.items + len(part),
            place=part[-1].place,
            within=part[-1].within,
            changed=frame.now,
            counts=dict(counts),
        )
        how.refused(refused)
        unit.loads.keep(row)
    return row


@dataclass(frozen=True, slots=True, kw_only=True)
class _Checked:
    """An item that holds to the schema with the context that it is filed in, or why not."""

    record: FirearmRecord | None
    context: Context | None
    findings: tuple[Finding, ...]


def _checked(
    item: Item, frame: Frame, owners: Collection[str] | None, heads: dict[str, Context]
) -> _Checked:
    record = item.record
    if record is None:
        return _Checked(record=None, context=None, findings=item.findings)
    context = item.context or _head(record.owner_agency_id, frame, heads)
    findings = tuple(_against_terms(context, frame, owners))
    if not findings and item.context is None:  # XML was held to the schema when it was read
        whole = FirearmRecordSubmit(context=context, firearm_record=record)
        findings = tuple(issue_finding(issue) for issue in validate(whole))
    return _Checked(
        record=None if findings else record,
        context=context,
        findings=findings,
    )


def _against_terms(
    context: Context, frame: Frame, owners: Collection[str] | None
) -> Iterator[Finding]:
    party = context.sender_agency_id
    if owners is not None and party not in owners:
        yield error(
            "OWNER_NOT_LOADED",
            "this load is not for this owner",
            path="FirearmRecord/OwnerAgencyId",
            value=party,
            expected=", ".join(sorted(owners)),
            remedy="name the owner with --owner once it has agreed",
        )
    if context.test_indicator != frame.test:
        yield error(
            "TEST_MODE",
            "tests and real records are kept apart",
            path="Context/TestIndicator",
            value=str(context.test_indicator).lower(),
            expected=str(frame.test).lower(),
        )


def _head(owner: str, frame: Frame, heads: dict[str, Context]) -> Context:
    """The head under which records without one are kept: their owner's, one in a step."""
    if owner not in heads:
        theirs = replace(frame, party=owner, country=owner[:3])
        heads[owner] = theirs.context(
            MessageTypeCode.REC_SUBMIT, purpose=PurposeCode.OBJECT_OF_POLICE_INTEREST
        )
    return heads[owner]


def _filed(
    judged: Sequence[_Checked], frame: Frame, unit: Unit
) -> list[tuple[RecordResultCode, tuple[Finding, ...]]]:
    """What became of each, filed as the batches of their owners; the results in the items' order.

    Documents with heads of their own are filed each under its own.
    """
    results: dict[int, RecordResult] = {}
    together: defaultdict[int, list[int]] = defaultdict(list)
    for place, one in enumerate(judged):
        if one.record is not None and one.context is not None:
            together[id(one.context)].append(place)
    for places in together.values():
        context = judged[places[0]].context
        records = [record for place in places if (record := judged[place].record) is not None]
        if context is None:
            continue
        filing = Filing(sender=context.sender_agency_id, context=context, unit=unit, frame=frame)
        results |= dict(zip(places, filing.file(records), strict=True))
    return [
        (results[place].result_code, results[place].finding)
        if place in results
        else (RecordResultCode.REJECTED, one.findings)
        for place, one in enumerate(judged)
    ]
