"""Asks others for counts and answers those who ask, inside the transaction that it is given.

Which cell may be told, ``cells`` says. It knows no broker; a clerk's errands come from officers.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import ClassVar, TypeVar

import msgspec

from gateway.config import Statistics as Settings
from gateway.config import Told
from gateway.endpoint import Outgoing, Received
from gateway.errors import ConfigError
from gateway.frame import Frame
from gateway.ids import Lane, country_of
from gateway.payload import (
    PurposeCode,
    StatAnswerCode,
    StatDimensionCode,
    StatFilter,
    StatMeasureCode,
    StatOrigin,
    StatQuery,
    StatQuestion,
    StatRefusalCode,
    StatReport,
    StatRow,
    decode,
    encode,
    validate,
)
from gateway.posting import Posting
from gateway.statistics.bases import write_basis
from gateway.statistics.cells import (
    Counts,
    overlapping,
    parts_of,
    rows_of,
    span_of,
    told_cells,
)
from gateway.statistics.errors import StatisticsError
from gateway.statistics.knowing import KNOWN_BY, KNOWN_FROM, counted_with_knowers
from gateway.statistics.measures import measures
from gateway.statistics.reports import CAVEAT
from gateway.store import (
    Errand,
    Narrowing,
    RegistryCounts,
    StatQuestionRow,
    Timer,
    ToldTable,
    Unit,
    state_columns,
)

OUT, IN = "OUT", "IN"
ASKED, WAITS, ANSWERED, REFUSED = "ASKED", "WAITS", "ANSWERED", "REFUSED"
NODE_PARTIES = {
    "traces": ("peer_country",),
    "hits": ("owner_country", "finder_country"),
    **dict.fromkeys(KNOWN_FROM, KNOWN_BY),
}
CENTRE_PARTIES = {"records": ("owner_country",), "hits": ("owner_country", "finder_country")}
C = TypeVar("C", bound=StrEnum)
_ROWS_MOST = 5_000
_ACTOR_MOST = 64
_LOWER_BOUND = (
    "Every count is the sum of cells that are told; a cell below the threshold, or that one party "
    "fills alone or nearly so, is left out, so a sum is never more than all there are. "
)


class AggregateError(StatisticsError):
    """A question for counts, or an answer, that cannot be."""

    code: ClassVar[str] = "statistics.aggregate-refused"
    answered = True


class Ask(msgspec.Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """An officer's order to ask ``to`` for counts."""

    to: str
    measure: str
    periods: tuple[str, ...]
    by: tuple[str, ...] = ()
    only: dict[str, tuple[str, ...]] = msgspec.field(default_factory=dict)
    use: str | None = None


class Answer(msgspec.Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """An officer's decision on a question; ``refuse`` says why not."""

    query_id: str
    refuse: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """Where a party's counts come from.

    ``count`` gives them by columns for a span; ``parties`` are the columns of a state that name a
    party which knows its own cases. ``basis`` gives the rows behind the counts, where those do not
    follow from the party's log of facts: they are written into it when a table is made.
    """

    columns: Callable[[str], frozenset[str]]
    count: Callable[
        [Unit, str, Sequence[str], datetime, datetime], Mapping[tuple[str | None, ...], int]
    ]
    parties: Mapping[str, tuple[str, ...]]
    basis: (
        Callable[
            [Unit, str, Sequence[str], datetime, datetime],
            Mapping[tuple[str | None, ...], Sequence[int]],
        ]
        | None
    ) = None


def of_facts() -> Counted:
    """A node's own facts."""

    def count(unit: Unit, state: str, by: Sequence[str], start: datetime, end: datetime) -> Counts:
        period = Narrowing(column=measures()[state].time, least=start, below=end)
        if state in KNOWN_FROM:
            return counted_with_knowers(unit.facts, state, by[:-1], period)
        return unit.facts.count(state, by, [period])

    return Counted(
        columns=lambda state: frozenset(state_columns(state)),
        count=count,
        parties=NODE_PARTIES,
    )


def of_registry() -> Counted:
    """The centre's registry, whose log holds what its told tables were counted from."""
    return Counted(
        columns=RegistryCounts.columns,
        count=lambda unit, state, by, start, end: unit.registry_counts.count(state, by, start, end),
        parties=CENTRE_PARTIES,
        basis=lambda unit, state, by, start, end: unit.registry_counts.basis(state, by, start, end),
    )


class Aggregates:
    """Counts between parties: a part of a desk, and the clerk of ``stat.*``."""

    def __init__(self, settings: Settings | None = None, counted: Counted | None = None) -> None:
        """Raises ``ConfigError`` for an offer that cannot be."""
        self._settings = settings or Settings()
        self._counted = counted or of_facts()
        self._offers: dict[str, Told] = {offer.measure: offer for offer in self._settings.told}
        if len(self._offers) != len(self._settings.told):
            raise ConfigError(
                "a measure has two tables",
                place="statistics.told",
                expected="one table a measure: two could be taken from one another",
                remedy="name the dimensions of both in one table",
            )
        known = {code.lower() for code in StatDimensionCode}
        for offer in self._settings.told:
            able = self._counted.columns(offer.measure) & known
            if wrong := [name for name in offer.by if name not in able]:
                raise ConfigError(
                    "counts of this measure cannot be told apart so",
                    place="statistics.told.by",
                    value=", ".join(wrong),
                    expected=", ".join(sorted(able)) or "a measure that is counted here",
                )

    # --- what arrives -------------------------------------------------------------------------

    def handle(self, received: Received, unit: Unit, frame: Frame) -> list[Posting] | None:
        """What goes back for a question or an answer; None where the message is neither."""
        match received.payload:
            case StatQuery() as query:
                return self._asked(query, received, unit, frame)
            case StatReport() as report:
                self._told(report, received, unit, frame)
                return []
            case _:
                return None

    def _asked(
        self, query: StatQuery, received: Received, unit: Unit, frame: Frame
    ) -> list[Posting]:
        query_id = query.stat_question.stat_query_id
        if not query_id.startswith(f"S-{country_of(received.sender)}-"):
            raise AggregateError(
                "the id of a question names the country that asks",
                place="StatQuestion/StatQueryId",
                value=query_id,
                expected=f"S-{country_of(received.sender)}-...",
            )
        if unit.aggregates.find(query_id) is not None:
            raise AggregateError(
                "a question of this id was asked before",
                place="StatQuestion/StatQueryId",
                value=query_id,
                expected="a new id",
            )
        unit.aggregates.add(
            StatQuestionRow(
                query_id=query_id,
                direction=IN,
                peer=received.sender,
                state=ASKED,
                asked=frame.now,
                ended=None,
                actor="",
                message_id=received.message_id,
                question=encode(query),
                answer=None,
                answer_message_id=None,
            )
        )
        offer = self._offers.get(query.stat_question.stat_measure_code.lower())
        report = self._judged(query.stat_question, offer, received.sender, unit, frame)
        if report is None and offer is not None and offer.release == "AUTOMATIC":
            report = self._answer(query.stat_question, offer, unit, frame, automatic=True)
        if report is None:
            report = _report(
                query.stat_question, frame, StatAnswerCode.WAITS, text="A person decides."
            )
        return [self._send(report, received.sender, unit, frame, actor="", answers=True)]

    def _told(self, report: StatReport, received: Received, unit: Unit, frame: Frame) -> None:
        row = unit.aggregates.find(report.stat_query_id)
        if row is None or row.direction != OUT or row.peer != received.sender:
            raise AggregateError(
                "nobody here asked this party that",
                place="StatReport/StatQueryId",
                value=report.stat_query_id,
                expected="the id of a question of ours to this party",
            )
        if row.state in {ANSWERED, REFUSED}:
            raise AggregateError(
                "this question was answered before",
                place="StatReport/StatQueryId",
                value=report.stat_query_id,
                expected="one answer; a counted table is never changed",
            )
        unit.aggregates.settle(
            row.query_id,
            state=report.stat_answer_code,
            answer=encode(report),
            now=frame.now,
            message_id=received.message_id,
        )

    # --- what officers order ------------------------------------------------------------------

    def carry_out(self, errand: Errand, outgoing: Outgoing) -> bytes:
        """Asks, or answers a question that waits."""
        if errand.kind == "stat.ask":
            return self._ask(msgspec.json.decode(errand.body, type=Ask), errand.actor, outgoing)
        if errand.kind == "stat.answer":
            wish = msgspec.json.decode(errand.body, type=Answer)
            return self._decide(wish, errand.actor, outgoing)
        raise AggregateError(
            "nobody does this kind of order", value=errand.kind, expected="stat.ask, stat.answer"
        )

    def fire(self, timer: Timer, outgoing: Outgoing) -> None:  # noqa: ARG002 - the clerk's protocol
        """Counts set no clock."""
        raise LookupError(f"nobody serves clocks of the kind {timer.kind}")

    def _ask(self, wish: Ask, actor: str, outgoing: Outgoing) -> bytes:
        unit, frame = outgoing.unit, outgoing.frame
        if wish.to == frame.party or not outgoing.knows(wish.to):
            raise AggregateError(
                "the directory knows no such other party",
                place="to",
                value=wish.to,
                expected="another party",
                remedy="`iarms directory show` lists them",
            )
        query = StatQuery(
            context=frame.context("STAT_QUERY", purpose=PurposeCode.THREAT_ANALYSIS),
            stat_question=StatQuestion(
                stat_query_id=frame.ids.stat_query_id(frame.country),
                stat_measure_code=_code(StatMeasureCode, wish.measure, "measure"),
                stat_period=wish.periods,
                stat_dimension_code=tuple(_code(StatDimensionCode, d, "by") for d in wish.by),
                stat_filter=tuple(
                    StatFilter(
                        stat_dimension_code=_code(StatDimensionCode, name, "only"),
                        value_text=values,
                    )
                    for name, values in wish.only.items()
                ),
                intended_use_text=wish.use,
            ),
        )
        if issues := validate(query):
            first = issues[0]
            raise AggregateError(
                first.message,
                place=first.path,
                value=first.value,
                expected=first.expected,
                remedy=first.remedy,
            )
        query_id = query.stat_question.stat_query_id
        unit.aggregates.add(
            StatQuestionRow(
                query_id=query_id,
                direction=OUT,
                peer=wish.to,
                state=ASKED,
                asked=frame.now,
                ended=None,
                actor=actor[:_ACTOR_MOST],
                message_id=None,
                question=encode(query),
                answer=None,
                answer_message_id=None,
            )
        )
        posting = Posting(to=wish.to, payload=query, lane=Lane.ROUTINE, answers=False)
        unit.aggregates.sent(query_id, outgoing.post(posting))
        return msgspec.json.encode({"query_id": query_id, "to": wish.to, "state": ASKED})

    def _decide(self, wish: Answer, actor: str, outgoing: Outgoing) -> bytes:
        unit, frame = outgoing.unit, outgoing.frame
        row = unit.aggregates.find(wish.query_id)
        if row is None or row.direction != IN or row.state != WAITS:
            raise AggregateError(
                "no question of this id waits for an answer",
                value=wish.query_id,
                expected="a question that waits",
                remedy="`iarms report asked` lists them",
            )
        query = decode(row.question)
        if not isinstance(query, StatQuery):
            raise TypeError(type(query).__name__)
        question = query.stat_question
        offer = self._offers.get(question.stat_measure_code.lower())
        if wish.refuse is not None:
            report: StatReport | None = _report(
                question, frame, StatAnswerCode.REFUSED, StatRefusalCode.DECIDED, wish.refuse
            )
        else:
            report = self._judged(question, offer, row.peer, unit, frame)
        if report is None and offer is not None:
            report = self._answer(question, offer, unit, frame, automatic=False)
        if report is None:
            raise TypeError("a question without an offer is refused by its judge")
        posting = self._send(report, row.peer, unit, frame, actor=actor, answers=False)
        unit.aggregates.sent(row.query_id, outgoing.post(posting))
        return msgspec.json.encode(
            {"query_id": row.query_id, "to": row.peer, "state": report.stat_answer_code}
        )

    # --- parts --------------------------------------------------------------------------------

    def _judged(
        self, question: StatQuestion, offer: Told | None, peer: str, unit: Unit, frame: Frame
    ) -> StatReport | None:
        """The refusal that the settings lead to; None where counts may be told."""

        def refused(code: StatRefusalCode, text: str) -> StatReport:
            return _report(question, frame, StatAnswerCode.REFUSED, code, text)

        if offer is None:
            return refused(
                StatRefusalCode.NOT_OFFERED, "Counts of this measure are told to nobody."
            )
        if offer.to and peer not in offer.to and country_of(peer) not in offer.to:
            return refused(StatRefusalCode.NOT_TO_YOU, "The settings name others.")
        settled = frame.now - timedelta(days=self._settings.settle_days)
        for period in question.stat_period:
            if span_of(period)[1] > settled:
                return refused(StatRefusalCode.PERIOD_OPEN, f"{period} is not settled yet.")
        tables = unit.aggregates.tables(offer.measure)
        wanted = {one.stat_dimension_code.lower() for one in question.stat_filter}
        wanted |= {code.lower() for code in question.stat_dimension_code}
        for period in question.stat_period:
            parts = parts_of(period, offer.period)
            for part in parts or (period,):
                told = tables.get(part)
                dimensions = offer.by if told is None else told.dimensions
                # A table beside one that was told could be taken from it.
                clash = told is None and overlapping(part, tables)
                if not parts or clash or not wanted <= set(dimensions):
                    by = ", ".join(dimensions) or "nothing"
                    return refused(
                        StatRefusalCode.OTHER_TABLE,
                        f"Counts are told by {by} for each {offer.period.lower()}.",
                    )
        return None

    def _answer(
        self, question: StatQuestion, offer: Told, unit: Unit, frame: Frame, *, automatic: bool
    ) -> StatReport:
        periods = {one: parts_of(one, offer.period) for one in question.stat_period}
        tables = {
            part: self._table(offer, part, unit, frame)
            for parts in periods.values()
            for part in parts
        }
        dimensions = next(iter(tables.values())).dimensions
        rows = rows_of(
            {part: unit.aggregates.cells(offer.measure, part) for part in tables},
            dimensions=dimensions,
            by=[code.lower() for code in question.stat_dimension_code],
            only={
                one.stat_dimension_code.lower(): frozenset(one.value_text)
                for one in question.stat_filter
            },
            periods=periods,
        )
        if len(rows) > _ROWS_MOST or any(t.dimensions != dimensions for t in tables.values()):
            text = "Ask for fewer periods or dimensions at once."
            return _report(
                question, frame, StatAnswerCode.REFUSED, StatRefusalCode.OTHER_TABLE, text
            )
        newest = max(tables.values(), key=lambda table: table.counted)
        origin = StatOrigin(
            threshold_quantity=max(table.threshold for table in tables.values()),
            cell_dimension_code=tuple(StatDimensionCode(name.upper()) for name in dimensions),
            # The position would say how many messages there were: a total over what is not told.
            log_position=None,
            log_digest=newest.head,
            counted_timestamp=_milliseconds(newest.counted),
            automatic_indicator=automatic,
            definition_text=measures()[offer.measure].definition,
            caveat_text=_LOWER_BOUND + CAVEAT,
        )
        return replace(
            _report(question, frame, StatAnswerCode.ANSWERED),
            stat_origin=origin,
            stat_row=tuple(
                StatRow(stat_period=one.period, value_text=one.values, count_quantity=one.count)
                for one in rows
            ),
        )

    def _table(self, offer: Told, period: str, unit: Unit, frame: Frame) -> ToldTable:
        """The table of ``period``, made now where it was never told before."""
        kept = unit.aggregates.tables(offer.measure).get(period)
        if kept is not None:
            return kept
        parties = self._counted.parties.get(offer.measure, ())
        columns = (*offer.by, *parties)
        if self._counted.basis is None:
            counts = self._counted.count(unit, offer.measure, columns, *span_of(period))
            position, head = unit.facts.head()
        else:
            groups = self._counted.basis(unit, offer.measure, columns, *span_of(period))
            counts = {values: len(numbers) for values, numbers in groups.items()}
            position, head = write_basis(
                offer.measure,
                period,
                columns=columns,
                groups=groups,
                unit=unit,
                now=frame.now,
            )
        table = ToldTable(
            measure=offer.measure,
            period=period,
            dimensions=offer.by,
            threshold=self._settings.threshold,
            position=position,
            head=head,
            counted=frame.now,
        )
        told = told_cells(counts, columns, len(offer.by), self._settings.threshold, frame.country)
        unit.aggregates.keep(table, told)
        return table

    @staticmethod
    def _send(
        report: StatReport, to: str, unit: Unit, frame: Frame, *, actor: str, answers: bool
    ) -> Posting:
        unit.aggregates.settle(
            report.stat_query_id,
            state=report.stat_answer_code,
            answer=encode(report),
            now=frame.now,
            actor=actor[:_ACTOR_MOST],
        )
        return Posting(to=to, payload=report, lane=Lane.ROUTINE, answers=answers)


def _report(
    question: StatQuestion,
    frame: Frame,
    code: StatAnswerCode,
    refusal: StatRefusalCode | None = None,
    text: str | None = None,
) -> StatReport:
    return StatReport(
        context=frame.context("STAT_REPORT", purpose=PurposeCode.THREAT_ANALYSIS),
        stat_query_id=question.stat_query_id,
        stat_answer_code=code,
        stat_refusal_code=refusal,
        explanation_text=text,
    )


def _code(kind: type[C], word: str, place: str) -> C:
    try:
        return kind(word.upper().replace("-", "_"))
    except ValueError as error:
        raise AggregateError(
            "the standard has no such word",
            place=place,
            value=word,
            expected=", ".join(each.lower() for each in kind),
            remedy="choose one of those",
        ) from error


def _milliseconds(at: datetime) -> datetime:
    return at.replace(microsecond=at.microsecond // 1000 * 1000)
