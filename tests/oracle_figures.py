"""Every figure reckoned from the cases of ``oracle_cases``, as docs/spec/statistics.md words it.

One plain function a measure; nothing is indexed, folded or shared with the program that is judged.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any

from oracle_cases import FINAL_WORDS, Row, month

Values = tuple[Any, ...]
DEFACED = {"REMOVED_ABRADED", "REMOVED_PUNCHED", "REMOVED_OTHER", "ALTERED", "PARTIAL"}
TRUSTED = {"PRESENT", "RESTORED"}
DAY = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class World:
    """What a party's messages say, and what is asked of them."""

    records: Sequence[Row]
    searches: Sequence[Row]
    hits: Sequence[Row]
    seized: Sequence[Row]
    traces: Sequence[Row]
    start: datetime
    end: datetime
    now: datetime
    filters: tuple[tuple[str, Any], ...] = ()

    def of(self, kind: str, time: str) -> list[Row]:
        """The cases of the period."""
        return [r for r in self.like(kind) if r.get(time) and self.start <= r[time] < self.end]

    def like(self, kind: str) -> list[Row]:
        """The cases that the filters let through."""
        rows: Sequence[Row] = getattr(self, kind)
        return [r for r in rows if all(r.get(name) == value for name, value in self.filters
                                       if name in KNOWN[kind])]  # fmt: skip


_FIREARM = {"firearm_type", "make", "model", "calibre", "serial_status"}
KNOWN = {
    "records": _FIREARM | {"record_type"}, "searches": _FIREARM | {"country"},
    "hits": _FIREARM | {"record_type"}, "seized": _FIREARM | {"country"}, "traces": _FIREARM,
}  # fmt: skip


def key_of(row: Row, by: Sequence[str], time: str) -> Values:
    found = []
    for name in by:
        value = month(row[time]) if name.endswith("_month") else row.get(name)
        found.append("(none)" if value is None else value)
    return tuple(found)


def grouped(rows: Iterable[Row], by: Sequence[str], time: str) -> dict[Values, list[Row]]:
    groups: dict[Values, list[Row]] = defaultdict(list)
    for row in rows:
        groups[key_of(row, by, time)].append(row)
    return groups


def share(part: float, whole: float) -> float | None:
    return part / whole if whole else None


def median(numbers: Sequence[float]) -> float | None:
    if not numbers:
        return None
    ordered = sorted(numbers)
    middle = len(ordered) // 2
    return ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2


def rank(numbers: Sequence[float], part: float) -> float | None:
    """The nearest rank."""
    return sorted(numbers)[math.ceil(part * len(numbers)) - 1] if numbers else None


def day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text is not None and len(text) == 10 else None


def days(since: date | None, until: date | None) -> int | None:
    return None if since is None or until is None else (until - since).days


# --- counts -----------------------------------------------------------------------------------


def counts(kind: str, time: str) -> Callable[[World, Sequence[str]], list[Values]]:
    def figures(world: World, by: Sequence[str]) -> list[Values]:
        found = grouped(world.of(kind, time), by, time)
        if not by and not found:
            found[()] = []  # a count of everything is 0 where there is nothing
        return [(*key, len(rows)) for key, rows in found.items()]

    return figures


def net_stock(world: World, _by: Sequence[str]) -> list[Values]:
    opened = grouped(world.of("records", "opened"), ("opened_month",), "opened")
    closed = grouped(world.of("records", "closed"), ("closed_month",), "closed")
    found, stock = [], 0
    for when in sorted({*opened, *closed}):
        gained, lost = len(opened.get(when, ())), len(closed.get(when, ()))
        stock += gained - lost
        found.append((*when, gained, lost, gained - lost, stock))
    return found


def ageing(world: World, by: Sequence[str]) -> list[Values]:
    rows = [
        r for r in world.of("traces", "asked") if not (r.get("final_answer") or r.get("closed"))
    ]
    found = []
    for key, group in grouped(rows, by, "asked").items():
        ages = [(world.now - r["asked"]) // DAY for r in group]
        buckets = [sum(low <= a <= high for a in ages)
                   for low, high in ((0, 7), (8, 30), (31, 90), (91, 10**6))]  # fmt: skip
        found.append((*key, *buckets, len(group)))
    return found


def hit_rate(world: World, by: Sequence[str]) -> list[Values]:
    found = []
    for key, group in grouped(world.of("searches", "asked"), by, "asked").items():
        answered = [r for r in group if r.get("result")]
        hits = sum(r["grade"] in {"A", "B"} for r in answered)
        rate = share(hits, len(answered))
        found.append((*key, len(answered), hits, rate, None if rate is None else rate * 100_000))
    return found


# --- records ----------------------------------------------------------------------------------


def recovery_rate(world: World, by: Sequence[str]) -> list[Values]:
    found = []
    for key, group in grouped(world.of("records", "opened"), by, "opened").items():
        back = [r for r in group if "RECOVERED" in (r.get("closure_reason") or "")]
        spans = [days(day(r["event_date"]), day(r.get("recovery_date"))) for r in back]
        within = [sum(s is not None and 0 <= s <= most for s in spans) for most in (30, 90, 365)]
        shares = [share(n, len(group)) for n in (len(back), *within)]
        found.append((*key, len(group), len(back), *shares))
    return found


def time_to_report(world: World, by: Sequence[str]) -> list[Values]:
    found = []
    for key, group in grouped(world.of("records", "opened"), by, "opened").items():
        spans = [days(day(r["event_date"]), r["entered"].date()) for r in group]
        known = [s for s in spans if s is not None and s >= 0]
        if known:
            found.append((*key, len(known), median(known), rank(known, 0.9)))
    return found


def quality(world: World, by: Sequence[str]) -> list[Values]:
    today = world.now.date().isoformat()
    found = []
    for key, group in grouped(world.of("records", "opened"), by, "opened").items():
        flaws = (
            [r for r in group if r["serial_status"] not in TRUSTED],
            [r for r in group if r["make"] in {None, "UNKNOWN"}],
            [r for r in group if r["calibre"] in {None, "UNKNOWN"}],
            [r for r in group if day(r["event_date"]) is None],
            [r for r in group if r["filing"] in {"REJECTED", "DUPLICATE", "VERSION_CONFLICT"}],
            [r for r in group if not r.get("closed") and r["review_date"] <= today],
            [r for r in group if r.get("extended")],
        )
        found.append((*key, len(group), *[share(len(f), len(group)) for f in flaws]))
    return found


def theft_clusters(world: World, _by: Sequence[str]) -> list[Values]:
    rows = [r for r in world.of("records", "opened") if r.get("batch_theft")]
    found = []
    for key, group in grouped(rows, ("batch_theft",), "opened").items():
        back = sorted(d for r in group if (d := day(r.get("recovery_date"))))
        if (most := together(back)) >= 3:
            found.append((*key, len(group), len(back), most, f"{back[0]}", f"{back[-1]}"))
    return found


def together(some: Sequence[date]) -> int:
    """The most days that lie within 12 months of one another."""
    return max((sum(first <= d <= first + 365 * DAY for d in some) for first in some), default=0)


# --- hits -------------------------------------------------------------------------------------


def precision(world: World, by: Sequence[str]) -> list[Values]:
    found = []
    for key, group in grouped(world.of("hits", "raised"), by, "raised").items():
        yes = sum(r.get("outcome") == "CONFIRMED" for r in group)
        no = sum(r.get("outcome") in {"NOT_CONFIRMED", "FALSE_HIT"} for r in group)
        found.append((*key, len(group), yes, no, share(yes, yes + no)))
    return found


def confirmation(world: World, by: Sequence[str]) -> list[Values]:
    rows = [r for r in world.of("hits", "raised") if r.get("confirmation_asked")]
    found = []
    for key, group in grouped(rows, by, "raised").items():
        spans = [r["confirmation_answered"] - r["confirmation_asked"]
                 for r in group if r.get("confirmation_answered")]  # fmt: skip
        spans = [s for s in spans if s >= timedelta(0)]
        within = [share(sum(s <= timedelta(minutes=m) for s in spans), len(group))
                  for m in (10, 60, 720)]  # fmt: skip
        lapsed = share(sum(r.get("outcome") == "LAPSED" for r in group), len(group))
        hours = [s / timedelta(hours=1) for s in spans]
        found.append((*key, len(group), *within, median(hours), lapsed))
    return found


def delayed(world: World, by: Sequence[str]) -> list[Values]:
    groups = grouped(world.of("hits", "raised"), by, "raised")
    late = {key: sum(r["delayed"] for r in group) for key, group in groups.items()}
    return [(*k, len(g), late[k], share(late[k], len(g))) for k, g in groups.items()]


# --- seized -----------------------------------------------------------------------------------


def traced(world: World, row: Row) -> bool:
    """Whether a trace named where this firearm was diverted or last lawfully handed over."""
    for trace in world.traces:
        same = row["alone"] or (row["serial"] is not None and row["serial"] == trace.get("serial"))
        named = (trace.get("diversion_place") or trace.get("last_transfer")
                 or trace.get("outcome") in FINAL_WORDS)  # fmt: skip
        if trace.get("seizure") == row["seizure"] and same and named:
            return True
    return False


def sdg(world: World, by: Sequence[str]) -> list[Values]:
    counted = [row for row in world.of("seized", "seized") if row["antique"] is None]
    groups = grouped(counted, by, "seized")
    known = {key: sum(traced(world, r) for r in group) for key, group in groups.items()}
    found = [(*k, len(g), known[k], 0, share(known[k], len(g))) for k, g in groups.items()]
    if not by:
        return found or [(0, 0, 0, None)]
    whole, part = sum(len(g) for g in groups.values()), sum(known.values())
    return [*found, ("all", *[""] * (len(by) - 1), whole, part, 0, share(part, whole))]


def traceable(world: World, by: Sequence[str]) -> list[Values]:
    found = []
    for key, group in grouped(world.of("seized", "seized"), by, "seized").items():
        good = sum(
            r["serial_status"] in TRUSTED and r["make"] not in {None, "UNKNOWN"} for r in group
        )
        bad = sum(r["serial_status"] in DEFACED for r in group)
        found.append((*key, len(group), good, share(good, len(group)), share(bad, len(group))))
    return found


# --- times ------------------------------------------------------------------------------------


def search_time(world: World, by: Sequence[str]) -> list[Values]:
    found = []
    for key, group in grouped(world.of("searches", "asked"), by, "asked").items():
        spans = [(r["answered"] - r["asked"]) / timedelta(seconds=1)
                 for r in group if r.get("answered")]  # fmt: skip
        ranks = [rank(spans, part) for part in (0.5, 0.95, 0.99)]
        found.append((*key, len(group), len(spans), *ranks))
    return found


def delivery(world: World, by: Sequence[str]) -> list[Values]:
    rows = [r for r in world.of("traces", "asked") if r["direction"] == "OUT"]
    found = []
    for key, group in grouped(rows, by, "asked").items():
        spans = [(r["delivered"] - r["asked"]) / timedelta(seconds=1)
                 for r in group if r.get("delivered")]  # fmt: skip
        soon = share(sum(s <= 60 for s in spans), len(group))
        ranks = [rank(spans, part) for part in (0.5, 0.95, 0.99)]
        found.append((*key, len(group), len(spans), soon, *ranks))
    return found


def trace_time(world: World, by: Sequence[str]) -> list[Values]:
    found = []
    for key, group in grouped(world.of("traces", "asked"), by, "asked").items():
        acks = [(r["acknowledged"] - r["asked"]) / DAY for r in group if r.get("acknowledged")]
        done = [r for r in group if r.get("final_answer")]
        wholes = [(r["final_answer"] - r["asked"]) / DAY for r in done]
        pures = [(r["final_answer"] - r["asked"] - r["stopped"]) / DAY for r in done]
        spread = (median(wholes), rank(wholes, 0.9), median(pures), rank(pures, 0.9))
        acked = (len(acks), median(acks), rank(acks, 0.9))
        found.append((*key, len(group), *acked, len(done), *spread))
    return found


def crime_days(row: Row) -> int | None:
    return days(day(row.get("last_transfer")), day(row.get("recovery_date")))


def time_to_crime(world: World, by: Sequence[str], *, shot: bool = False) -> list[Values]:
    rows = world.of("traces", "asked")
    if shot:
        fired = {r["seizure"] for r in world.seized if r["ballistic"]}
        rows = [r for r in rows if r.get("seizure") in fired]
    rows = [r for r in rows if (n := crime_days(r)) is not None and n >= 0]
    groups = grouped(rows, by, "asked")
    if not by and not groups:
        groups[()] = []
    edges = (0, 92, 214, 366, 731, 1096, 10**9)
    found = []
    for key, group in groups.items():
        spans = [crime_days(r) or 0 for r in group]
        buckets = [sum(low <= s < high for s in spans) for low, high in pairwise(edges)]
        short = share(sum(s < 1096 for s in spans), len(spans))
        mean = share(sum(spans), len(spans))
        found.append((*key, len(spans), mean, median(spans), *buckets, short))
    return found


def time_to_shooting(world: World, by: Sequence[str]) -> list[Values]:
    return time_to_crime(world, by, shot=True)


# --- traces -----------------------------------------------------------------------------------


def success(world: World, by: Sequence[str]) -> list[Values]:
    rows = [r for r in world.of("traces", "asked") if r.get("outcome")]
    groups = grouped(rows, by, "asked")
    good = {k: sum(r["outcome"] in FINAL_WORDS for r in g) for k, g in groups.items()}
    return [(*k, len(g), good[k], share(good[k], len(g))) for k, g in groups.items()]


def outcomes(world: World, _by: Sequence[str]) -> list[Values]:
    rows = [r for r in world.of("traces", "asked") if r.get("outcome")]
    groups = grouped(rows, ("outcome",), "asked")
    return [(*k, len(g), share(len(g), len(rows))) for k, g in groups.items()]


def routes(rows: Iterable[Row], origin: str) -> dict[tuple[str, str], int]:
    found: dict[tuple[str, str], int] = defaultdict(int)
    for row in rows:
        if row.get("recovery_place") and row.get(origin):
            found[row["recovery_place"], row[origin]] += 1
    return found


def flows(world: World, by: Sequence[str]) -> list[Values]:
    found = routes(world.of("traces", "asked"), by[0] if by else "diversion_place")
    into = {i: sum(n for (k, _), n in found.items() if k == i) for i, _ in found}
    return [(i, j, n, share(n, into[i])) for (i, j), n in found.items()]


def balance(world: World, by: Sequence[str]) -> list[Values]:
    found = routes(world.of("traces", "asked"), by[0] if by else "diversion_place")
    rows = []
    for p in {place for route in found for place in route}:
        here = sum(n for (i, _), n in found.items() if i == p)
        local = found.get((p, p), 0)
        out = sum(n for (i, j), n in found.items() if j == p and i != p)
        rows.append(
            (p, here, local, share(local, here), out, here - local, share(out, here - local))
        )
    return rows


def chains(world: World, by: Sequence[str]) -> list[Values]:
    rows = [r for r in world.of("traces", "asked") if r.get("links")]
    found = [(*key, len(group)) for key, group in grouped(rows, by, "asked").items()]
    return found if by or found else [(0,)]


def growing(world: World, by: Sequence[str]) -> list[Values]:
    origin = by[0] if by else "diversion_place"
    end = min(world.end, world.now)
    rows = [r for r in world.like("traces") if r["asked"] < end]
    year = 365 * DAY
    later = routes([r for r in rows if r["asked"] >= end - year], origin)
    before = routes([r for r in rows if end - 2 * year <= r["asked"] < end - year], origin)
    found = []
    for route, count in later.items():
        earlier = before.get(route, 0)
        signal = (count - earlier) / math.sqrt(count + earlier)
        if count >= 5 and signal >= 2:
            found.append((*route, earlier, count, signal))
    return found


def source_clusters(world: World, by: Sequence[str]) -> list[Values]:
    origin = by[0] if by else "dealer"
    named: dict[str, dict[str, date]] = defaultdict(dict)
    for row in world.of("traces", "asked"):
        when = day(row.get("recovery_date"))
        if row.get(origin) and when is not None:
            chains = named[row[origin]]
            chains[row["chain"]] = min(chains.get(row["chain"], when), when)
    found = []
    for name, recovered in named.items():
        some = sorted(recovered.values())
        if (most := together(some)) >= 3:
            found.append((name, len(some), most, f"{some[0]}", f"{some[-1]}"))
    return found


def indicators(world: World, _by: Sequence[str]) -> list[Values]:
    rows = world.of("traces", "asked")
    signs = [
        (
            (n := crime_days(r)) is not None and 0 <= n < 1096,
            r["serial_status"] in DEFACED,
            bool(r.get("import_place") and r.get("recovery_country")
                 and r["import_place"] != r["recovery_country"]),
        )
        for r in rows
    ]  # fmt: skip
    names = ("short time to crime", "defaced serial", "moved between countries")
    found = [(n, sum(s[at] for s in signs), share(sum(s[at] for s in signs), len(rows)))
             for at, n in enumerate(names)]  # fmt: skip
    two = sum(sum(s) >= 2 for s in signs)
    return [*found, ("two or more of these", two, share(two, len(rows)))]


def runs(kind: str, time: str, source: str) -> Callable[[World, Sequence[str]], list[Values]]:
    def figures(world: World, _by: Sequence[str]) -> list[Values]:
        series: dict[tuple[str, str], dict[int, list[Row]]] = defaultdict(lambda: defaultdict(list))
        for row in world.of(kind, time):
            if row.get("serial") and row["make"] not in {None, "UNKNOWN"}:
                form, number = row["serial"]
                series[row["make"], form][number].append(row)
        found = []
        for (make, form), numbers in series.items():
            n, width = len(numbers), form.count("#")
            p = min(1.0, 5 * (n - 1) / 10**width)
            for run in _runs(sorted(numbers)):
                chance = n * p ** (len(run) - 1)
                if len(run) < 3 or chance >= 0.05:
                    continue
                firsts = [min(map(_recovery(kind, source), numbers[at])) for at in run]
                whens = sorted(when for when, _, _ in firsts if when)
                sources = {s for _, _, s in firsts if s}
                found.append((
                    make, form, _written(form, run[0]), _written(form, run[-1]), len(run), chance,
                    whens[0] if whens else "", whens[-1] if whens else "",
                    len({place for _, place, _ in firsts if place}),
                    next(iter(sources)) if len(sources) == 1
                    else f"{len(sources)} different" if sources else "",
                ))  # fmt: skip
        return found

    return figures


def _recovery(kind: str, source: str) -> Callable[[Row], tuple[str, str, str]]:
    def first(row: Row) -> tuple[str, str, str]:
        traced = kind == "traces"
        when = row["recovery_date"] if traced else row["seized"].date().isoformat()
        return when or "", row["recovery_place" if traced else "place"] or "", row.get(source) or ""

    return first


def _runs(numbers: Sequence[int]) -> list[list[int]]:
    found: list[list[int]] = []
    for number in numbers:
        if found and number - found[-1][-1] <= 5:
            found[-1].append(number)
        else:
            found.append([number])
    return found


def _written(form: str, number: int) -> str:
    width = form.count("#")
    return form.replace("#" * width, str(number).zfill(width))


FIGURES: dict[str, Callable[[World, Sequence[str]], list[Values]]] = {
    "records": counts("records", "opened"),
    "searches": counts("searches", "asked"),
    "hits": counts("hits", "raised"),
    "seized": counts("seized", "seized"),
    "traces": counts("traces", "asked"),
    "net-stock": net_stock,
    "recovery-rate": recovery_rate,
    "time-to-report": time_to_report,
    "hit-rate": hit_rate,
    "hit-precision": precision,
    "confirmation": confirmation,
    "delayed-hits": delayed,
    "trace-ageing": ageing,
    "trace-time": trace_time,
    "trace-success": success,
    "trace-outcomes": outcomes,
    "sdg-16-4-2": sdg,
    "traceable": traceable,
    "time-to-crime": time_to_crime,
    "time-to-shooting": time_to_shooting,
    "flows": flows,
    "flow-balance": balance,
    "growing-routes": growing,
    "chain-length": chains,
    "theft-clusters": theft_clusters,
    "source-clusters": source_clusters,
    "serial-runs": runs("traces", "asked", "dealer"),
    "seized-serial-runs": runs("seized", "seized", "seizure"),
    "indicators": indicators,
    "data-quality": quality,
    "search-time": search_time,
    "delivery": delivery,
}
