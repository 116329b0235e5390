"""The tables of a dossier: one a kind of thing, one of the line of supply, one of every act.

They show what rows hold; which rows, says ``dossier``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from gateway.payload import HitStatusNotice, TraceAttachment, decode
from gateway.statistics.tables import Column, Kind, Row, Table, Value
from gateway.store import Narrowing, Unit
from gateway.tracing import assemble

if TYPE_CHECKING:
    from gateway.statistics.dossier import Known

ABOUT = (
    "All that this node holds about one firearm: records, searches, seizures, hits, trace "
    "requests, the line of supply, attachments, and who did what when."
)
_FIREARM = ("firearm_type", "make", "model", "calibre", "serial_status")
_STATES: tuple[tuple[str, str, str, tuple[str, ...]], ...] = (
    ("records", "Records", "Records of ours, as last filed.",
     ("subject", "opened", "record_type", "status", "event_date", *_FIREARM, "owner_category",
      "batch_theft", "filing", "closed", "closure_reason", "recovery_date")),
    ("searches", "Searches", "Searches of ours that led to a hit of this firearm.",
     ("subject", "asked", "purpose", "reason", "country", "pseudonym", "result", "grade")),
    ("seized", "Seizures", "Where it was seized, found or surrendered.",
     ("subject", "seized", "mode", "country", "place", "context", *_FIREARM, "serial_series",
      "serial_number", "result", "grade")),
    ("hits", "Hits", "What the registry told of it.",
     ("subject", "raised", "role", "origin", "grade", "record", "search", "seizure",
      "owner_country", "finder_country", "confirmation_asked", "confirmation_answered",
      "outcome")),
    ("traces", "Trace requests", "Requests sent (OUT) and received (IN).",
     ("subject", "chain", "asked", "direction", "peer_country", "recovery_date",
      "recovery_country", "recovery_place", "seizure", "stage", "outcome", "last_transfer",
      "crime_days", "dealer", "diversion_place")),
)  # fmt: skip


def tables_of(known: Known, unit: Unit) -> tuple[Table, ...]:
    """Every table; one of nothing stays, so that its emptiness is seen."""
    subjects = {
        "records": known.records,
        "searches": known.searches,
        "seized": known.seized,
        "hits": known.hits,
        "traces": known.traces,
    }
    states = [
        _table(state, title, about, names, _rows(unit, state, names, subjects[state]))
        for state, title, about, names in _STATES
    ]
    return (
        *states,
        _table("hit-steps", "Steps of the hits", "As the registry told them.",
               ("hit", "at", "state", "answer"), _hit_steps(known.hits, unit)),
        *_supply(known.traces, unit),
        _table("attachments", "Attachments", "Images and documents of the trace requests.",
               ("trace", "at", "side", "file", "type", "octets", "sha_256", "shows", "text"),
               _attachments(known.traces, unit)),
        _table("acts", "Who did what", "Every signed act in the trace requests, in its order.",
               ("trace", "at", "side", "by", "act", "effect", "message", "sha_256"),
               _acts(known.traces, unit)),
        _table("trail", "Audit trail", "What became of each message of the trace requests here.",
               ("at", "event", "with", "message", "type"), _trail(known.traces, unit)),
    )  # fmt: skip


def _rows(
    unit: Unit, state: str, names: tuple[str, ...], subjects: Iterable[str]
) -> list[tuple[Any, ...]]:
    among = tuple(sorted(subjects))
    return unit.facts.rows(state, names, [Narrowing(column="subject", among=among)])


def _hit_steps(hits: Iterable[str], unit: Unit) -> list[tuple[Any, ...]]:
    found = []
    for hit_id in sorted(hits):
        for octets in unit.node_hits.told(hit_id):
            payload = decode(octets)
            if isinstance(payload, HitStatusNotice):
                status = payload.hit_status
                found.append(
                    (hit_id, status.step_timestamp, status.hit_state_code, status.hit_answer_code)
                )
    return found


def _supply(traces: Iterable[str], unit: Unit) -> list[Table]:
    cases = [case for one in sorted(traces) if (case := unit.traces.find(one)) is not None]
    ours = [case for case in cases if case.side == "REQUESTER"] or cases
    names = ("role", "country", "party", "since", "until", "went_to", "legality", "diversion",
             "documents", "said_by", "trace")  # fmt: skip
    about = "The line of supply as the answers give it, up to the point of diversion."
    if not ours:
        return [_table("supply", "Line of supply", about, names, [])]
    links = {case.trace_id: unit.traces.links(case.trace_id) for case in ours}
    restricted = {
        case.trace_id: [
            f"{item.item} {item.status}: {item.reasons}"
            for item in unit.traces.items(case.trace_id)
            if item.reasons
        ]
        for case in ours
    }
    chain = assemble(ours, links, restricted)
    rows = [
        (
            leg.link.role, leg.link.country, leg.link.party, leg.link.from_date, leg.link.to_date,
            leg.link.next_country, leg.link.legality, "yes" if leg.link.diversion else "",
            "; ".join(" ".join(one) for one in leg.link.documents), leg.said_by, leg.trace_id,
        )
        for leg in (*chain.legs, *chain.beyond)
    ]  # fmt: skip
    told = (
        *(("gap", text) for text in chain.gaps),
        *(("contradiction", text) for text in chain.contradictions),
        *(("restriction", text) for text in chain.restrictions),
    )
    return [
        _table("supply", "Line of supply", about, names, rows),
        _table("doubts", "Gaps, contradictions and restrictions", "What the line of supply lacks.",
               ("what", "text"), told),
    ]  # fmt: skip


def _attachments(traces: Iterable[str], unit: Unit) -> list[tuple[Any, ...]]:
    return [
        (act.trace_id, act.at, act.side, said.file_name, said.media_type, said.size_quantity,
         said.content_digest, said.view_code, said.description_text)
        for act in _all_acts(traces, unit)
        if act.deed == "ATTACH" and isinstance(said := decode(act.content), TraceAttachment)
    ]  # fmt: skip


def _acts(traces: Iterable[str], unit: Unit) -> list[tuple[Any, ...]]:
    return [
        (act.trace_id, act.at, act.side, act.actor, act.deed,
         "none (crossed)" if act.void else act.standing, act.message_id, act.digest)
        for act in _all_acts(traces, unit)
    ]  # fmt: skip


def _trail(traces: Iterable[str], unit: Unit) -> list[tuple[Any, ...]]:
    found = [
        (line.at, line.event, line.peer, line.message_id, line.message_type)
        for act in _all_acts(traces, unit)
        if act.message_id is not None
        for line in unit.journal.lines(message_id=act.message_id)
    ]
    return sorted(found, key=lambda row: (row[0], row[1]))


def _all_acts(traces: Iterable[str], unit: Unit) -> list[Any]:
    acts = [act for one in sorted(traces) for act in unit.traces.acts(one)]
    return sorted(acts, key=lambda act: (act.at, act.trace_id, act.side, act.number))


def _table(
    name: str, title: str, about: str, names: Sequence[str], rows: Iterable[Sequence[Any]]
) -> Table:
    return Table(
        name=name,
        title=title,
        definition=about,
        columns=tuple(Column(name=n, title=n.replace("_", " "), kind=Kind.LABEL) for n in names),
        rows=tuple(Row(values=tuple(_word(value) for value in row)) for row in rows),
    )


def _word(value: Any) -> Value:
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M:%S}"
    return "" if value is None else str(value)
