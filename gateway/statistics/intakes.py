"""Measures of what adapters make of native files: how much was sent, how much not, and why not."""

from __future__ import annotations

from gateway.statistics.arithmetic import share
from gateway.statistics.measures import Measure, label, labels, measure
from gateway.statistics.tables import Column, Kind, Row, Scope, Source, Table
from gateway.store import Narrowing

_OF_ITEMS = ("sent", "held", "skipped", "set_aside")
_FILE = Narrowing(column="reason", among=(None,))


@measure(
    name="intake",
    number="20a",
    title="Native items by adapter",
    definition="Items that adapters read in the period out of native files of this party: sent, "
    "held for a person, skipped as not meant for the exchange, and set aside as unusable; with "
    "the share set aside.",
    state="intake",
    time="taken",
    by=("adapter",),
    dimensions=("adapter", "taken_month"),
)
def _items(rule: Measure, source: Source, scope: Scope, by: tuple[str, ...]) -> Table:
    found = source.rows("intake", (*by, *_OF_ITEMS), rule.within(scope, _FILE), ordered=False)
    groups: dict[tuple[object, ...], list[int]] = {}
    for row in found:
        group = groups.setdefault(tuple(row[: len(by)]), [0] * (1 + len(_OF_ITEMS)))
        for at, part in enumerate((1, *row[len(by) :])):
            group[at] += part or 0
    behind = rule.behind(scope, by, _FILE)
    rows = [
        Row(
            values=(
                *[label(k) for k in key], files, sum(parts), *parts, share(parts[-1], sum(parts))
            ),
            cases=behind(key),
        )
        for key, (files, *parts) in sorted(groups.items(), key=lambda item: str(item[0]))
    ]  # fmt: skip
    columns = (
        *labels(by),
        Column(name="files", title="files", kind=Kind.COUNT),
        Column(name="items", title="items", kind=Kind.COUNT),
        Column(name="sent", title="sent", kind=Kind.COUNT),
        Column(name="held", title="held", kind=Kind.COUNT),
        Column(name="skipped", title="skipped", kind=Kind.COUNT),
        Column(name="set_aside", title="set aside", kind=Kind.COUNT),
        Column(name="share", title="share set aside", kind=Kind.SHARE),
    )
    return rule.table(columns, rows, picture="bars")


@measure(
    name="intake-flaws",
    number="20b",
    title="What was wrong with native items, by adapter",
    definition="Items of the period that gave a reason to be held, set aside or sent with a "
    "warning, by adapter, reason and field; an item can give several.",
    state="intake",
    time="taken",
    by=("adapter", "reason", "field"),
    dimensions=("adapter", "reason", "field", "taken_month"),
)
def _flaws(rule: Measure, source: Source, scope: Scope, by: tuple[str, ...]) -> Table:
    told = Narrowing(column="reason", least="")
    groups: dict[tuple[object, ...], list[int]] = {}
    for *key, items in source.rows(
        "intake", (*by, "items"), rule.within(scope, told), ordered=False
    ):
        group = groups.setdefault(tuple(key), [0, 0])
        group[0] += 1
        group[1] += items or 0
    behind = rule.behind(scope, by, told)
    rows = [
        Row(values=(*[label(k) for k in key], items, files), cases=behind(key))
        for key, (files, items) in sorted(groups.items(), key=lambda i: (-i[1][1], str(i[0])))
    ]
    columns = (
        *labels(by),
        Column(name="items", title="items", kind=Kind.COUNT),
        Column(name="files", title="files", kind=Kind.COUNT),
    )
    return rule.table(columns, rows, picture="bars")
