"""Queries of trace cases: the case, its acts, what was found, and pages of the work list.

It does not know what an act means: ``gateway.tracing`` says.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    case,
    delete,
    func,
    insert,
    literal,
    literal_column,
    select,
    update,
)

from gateway.store.trace_tables import (
    trace_act,
    trace_bulk,
    trace_case,
    trace_introduction,
    trace_item,
    trace_link,
    trace_proposal,
)

_ENDED = ("CLOSED", "CANCELLED")


@dataclass(frozen=True, slots=True, kw_only=True)
class TraceCase:
    """A case as it stands; the columns of ``trace_case``."""

    trace_id: str
    chain_id: str
    parent_trace_id: str | None
    side: str
    peer: str
    state: str
    priority: str
    reason: str
    case_reference: str | None
    test: bool
    firearm_type: str
    make: str
    model: str
    calibre: str
    serial: str
    serial_status: str
    manufacture_country: str | None
    recovery_country: str
    recovery_date: str
    sent: datetime
    delivered: datetime | None
    acknowledged: datetime | None
    first_answer: datetime | None
    answered: datetime | None
    ended: datetime | None
    stopped_since: datetime | None
    stopped_us: int
    deadline: str | None
    due: datetime | None
    reminders: int
    no_answer: bool
    outcome: str | None
    diversion_country: str | None
    last_licit_country: str | None
    last_licit_date: str | None
    next_country: str | None
    changed: datetime
    unread: int
    assignee: str | None
    office_note: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TraceActRow:
    """One kept act; ``id`` is None before it is kept, the envelope None before it is sealed."""

    id: int | None
    trace_id: str
    sender: str
    side: str
    number: int
    seen: int
    deed: str
    consent: bool | None
    at: datetime
    kept: datetime
    actor: str
    message_id: str | None
    message_type: str
    digest: str | None
    prior_digest: str | None
    earlier_digests: str | None
    standing: str
    void: bool
    content: bytes
    envelope: bytes | None
    wrapper: bytes | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TraceItemRow:
    """One item asked and what became of it."""

    item: str
    status: str
    reasons: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TraceLinkRow:
    """One link of the newest answer; ``documents`` are pairs of kind and number."""

    sequence: int
    role: str
    country: str
    party: str | None
    from_date: str | None
    to_date: str | None
    next_country: str | None
    legality: str
    diversion: bool
    documents: tuple[tuple[str, str], ...]
    remark: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TraceProposalRow:
    """An answer that a register gives and a person has to release; both texts are JSON."""

    trace_id: str
    made: datetime
    because: str
    answer: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class TraceIntroductionRow:
    """A request that a third country announced."""

    message_id: str
    trace_id: str
    sender: str
    requester: str
    at: datetime
    content: bytes
    envelope: bytes
    wrapper: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class TraceFilter:
    """Which cases; None and False ask nothing. ``overdue_at`` gives those due before then."""

    side: str | None = None
    state: str | None = None
    peer: str | None = None
    priority: str | None = None
    assignee: str | None = None
    chain_id: str | None = None
    serial: str | None = None
    open_only: bool = False
    unread_only: bool = False
    overdue_at: datetime | None = None
    sent_before: datetime | None = None


class Traces:
    """Trace cases inside one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    # --- cases --------------------------------------------------------------------------------

    def of_reference(self, case_reference: str) -> list[TraceCase]:
        """The cases that this country opened under its own ``case_reference``."""
        rows = self._connection.execute(
            select(trace_case).where(
                trace_case.c.case_reference == case_reference, trace_case.c.side == "REQUESTER"
            )
        )
        return [TraceCase(**row._mapping) for row in rows]  # noqa: SLF001 - SQLAlchemy's documented name

    def add(self, case: TraceCase) -> None:
        """Opens a case."""
        self._connection.execute(insert(trace_case).values(_values(case)))

    def add_all(self, cases: Sequence[TraceCase]) -> None:
        """Opens many cases in one statement, such as those of an older system."""
        if cases:
            self._connection.execute(insert(trace_case), [_values(case) for case in cases])

    def save(self, case: TraceCase) -> None:
        """Writes the case as it stands now."""
        values = _values(case)
        del values["trace_id"]
        where = trace_case.c.trace_id == case.trace_id
        self._connection.execute(update(trace_case).where(where).values(values))

    def find(self, trace_id: str) -> TraceCase | None:
        """The case of this id, as it stands until the end of the transaction."""
        wanted = select(trace_case).where(trace_case.c.trace_id == trace_id).with_for_update()
        return next(iter(self._cases(wanted)), None)

    def page(self, wanted: TraceFilter, *, most: int = 50, skip: int = 0) -> list[TraceCase]:
        """Cases of the work list, those changed last first; of overdue ones the latest first."""
        order = trace_case.c.changed.desc() if wanted.overdue_at is None else trace_case.c.due
        asked = select(trace_case).where(*_conditions(wanted)).order_by(order)
        return self._cases(asked.limit(most).offset(skip))

    def counts(self, wanted: TraceFilter) -> dict[tuple[str, str], int]:
        """How many cases of each side and state."""
        columns = (trace_case.c.side, trace_case.c.state)
        asked = select(*columns, func.count()).where(*_conditions(wanted)).group_by(*columns)
        return {(side, state): n for side, state, n in self._connection.execute(asked)}

    def chain(self, chain_id: str) -> list[TraceCase]:
        """Every case of a chain, the first one sent first."""
        wanted = select(trace_case).where(trace_case.c.chain_id == chain_id)
        return self._cases(wanted.order_by(trace_case.c.sent, trace_case.c.trace_id))

    # --- acts ---------------------------------------------------------------------------------

    def acts(self, trace_id: str) -> list[TraceActRow]:
        """Every act of a case in the order in which they were kept."""
        wanted = select(trace_act).where(trace_act.c.trace_id == trace_id)
        rows = self._connection.execute(wanted.order_by(trace_act.c.id))
        return [TraceActRow(**row._mapping) for row in rows]  # noqa: SLF001 - a Row's documented mapping

    def add_act(self, act: TraceActRow) -> int:
        """Keeps an act; returns its row."""
        values = asdict(act)
        del values["id"]
        new = insert(trace_act).values(values).returning(trace_act.c.id)
        return int(self._connection.execute(new).scalar_one())

    def seal_act(
        self, act_id: int, *, message_id: str, digest: str, envelope: bytes, wrapper: bytes
    ) -> None:
        """Adds the sealed message to an act of ours; those sealed before stay known by digest, for
        the other side may have taken any."""
        earlier, prior = trace_act.c.earlier_digests, trace_act.c.prior_digest
        self._connection.execute(
            update(trace_act)
            .where(trace_act.c.id == act_id)
            .values(
                message_id=message_id,
                earlier_digests=case(
                    (prior.is_(None), earlier),
                    else_=func.coalesce(earlier + literal(" "), literal("")) + prior,
                ),
                prior_digest=trace_act.c.digest,
                digest=digest,
                envelope=envelope,
                wrapper=wrapper,
            )
        )

    def drop_act(self, act_id: int) -> None:
        """Forgets an act that came ahead of a case that is not its sender's."""
        self._connection.execute(delete(trace_act).where(trace_act.c.id == act_id))

    def mark_act(self, act_id: int, *, standing: str, deed: str, void: bool) -> None:
        """Says what became of an act."""
        self._connection.execute(
            update(trace_act)
            .where(trace_act.c.id == act_id)
            .values(standing=standing, deed=deed, void=void)
        )

    def act_of_message(self, message_id: str) -> TraceActRow | None:
        """The act that a message of this id made."""
        wanted = select(trace_act).where(trace_act.c.message_id == message_id)
        row = self._connection.execute(wanted).first()
        return None if row is None else TraceActRow(**row._mapping)  # noqa: SLF001 - as above

    # --- what was found -----------------------------------------------------------------------

    def set_items(self, trace_id: str, items: Sequence[TraceItemRow]) -> None:
        """Replaces what is known of the items asked."""
        self._connection.execute(delete(trace_item).where(trace_item.c.trace_id == trace_id))
        if items:
            rows = [{"trace_id": trace_id, **asdict(item)} for item in items]
            self._connection.execute(insert(trace_item), rows)

    def items(self, trace_id: str) -> list[TraceItemRow]:
        """The items asked, by name."""
        wanted = select(trace_item).where(trace_item.c.trace_id == trace_id)
        rows = self._connection.execute(wanted.order_by(trace_item.c.item))
        return [TraceItemRow(item=r.item, status=r.status, reasons=r.reasons) for r in rows]

    def set_links(self, trace_id: str, links: Sequence[TraceLinkRow]) -> None:
        """Replaces the links that an answer gave."""
        self._connection.execute(delete(trace_link).where(trace_link.c.trace_id == trace_id))
        if links:
            rows = [
                {"trace_id": trace_id, **asdict(link), "documents": json.dumps(link.documents)}
                for link in links
            ]
            self._connection.execute(insert(trace_link), rows)

    def links(self, trace_id: str) -> list[TraceLinkRow]:
        """The links of the newest answer, in order."""
        wanted = select(trace_link).where(trace_link.c.trace_id == trace_id)
        found = []
        for row in self._connection.execute(wanted.order_by(trace_link.c.sequence)):
            values = dict(row._mapping)  # noqa: SLF001 - as above
            del values["trace_id"]
            values["documents"] = tuple((k, n) for k, n in json.loads(values["documents"]))
            found.append(TraceLinkRow(**values))
        return found

    # --- introductions ------------------------------------------------------------------------

    def add_introduction(self, row: TraceIntroductionRow) -> None:
        """Keeps what a third country announced."""
        self._connection.execute(insert(trace_introduction).values(asdict(row)))

    def introductions(self, trace_id: str) -> list[TraceIntroductionRow]:
        """What was announced about a case."""
        wanted = select(trace_introduction).where(trace_introduction.c.trace_id == trace_id)
        rows = self._connection.execute(wanted.order_by(trace_introduction.c.at))
        return [TraceIntroductionRow(**r._mapping) for r in rows]  # noqa: SLF001 - as above

    # --- answers out of a register ------------------------------------------------------------

    def propose(self, row: TraceProposalRow) -> None:
        """Keeps an answer that a person has to release."""
        self._connection.execute(insert(trace_proposal).values(asdict(row)))

    def proposals(self, trace_id: str | None = None) -> list[TraceProposalRow]:
        """What waits for a person's release, the oldest first; or that of one case."""
        wanted = select(trace_proposal)
        if trace_id is not None:
            wanted = wanted.where(trace_proposal.c.trace_id == trace_id)
        rows = self._connection.execute(wanted.order_by(trace_proposal.c.made))
        return [TraceProposalRow(**r._mapping) for r in rows]  # noqa: SLF001 - as above

    def drop_proposal(self, trace_id: str) -> None:
        """A person released it, or answered otherwise."""
        self._connection.execute(
            delete(trace_proposal).where(trace_proposal.c.trace_id == trace_id)
        )

    # --- orders over many cases ---------------------------------------------------------------

    def bulk_done(self, run: str, trace_id: str) -> datetime | None:
        """When the run did what it had to in this case; None where it did not yet."""
        key = (trace_bulk.c.run == run) & (trace_bulk.c.trace_id == trace_id)
        return self._connection.execute(select(trace_bulk.c.done).where(key)).scalar()

    def note_bulk(self, run: str, trace_id: str, now: datetime) -> None:
        """The run did what it had to in this case, in this transaction."""
        values = {"run": run, "trace_id": trace_id, "done": now}
        self._connection.execute(insert(trace_bulk).values(values))

    def _cases(self, wanted: Any) -> list[TraceCase]:
        return [TraceCase(**r._mapping) for r in self._connection.execute(wanted)]  # noqa: SLF001 - as above


def _values(case: TraceCase) -> dict[str, Any]:
    return {name: getattr(case, name) for name in case.__slots__}


def _conditions(wanted: TraceFilter) -> list[ColumnElement[bool]]:
    columns = trace_case.c
    found: list[ColumnElement[bool]] = [
        columns[name] == value
        for name in ("side", "state", "peer", "priority", "assignee", "chain_id", "serial")
        if (value := getattr(wanted, name)) is not None
    ]
    if wanted.open_only:
        found.append(columns.state.not_in(_ENDED))
    if wanted.unread_only:
        # Not a bound value: the index of unread cases is found by this very condition.
        found.append(columns.unread > literal_column("0"))
    if wanted.overdue_at is not None:
        found.append(columns.due < wanted.overdue_at)
    if wanted.sent_before is not None:
        found.append(columns.sent < wanted.sent_before)
    return found
