"""``iarms trace bulk``: one order over many cases of the work list.

The node's clerk does it, a case at a time; these commands choose the cases, show what would be, and
tell what became of each.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from gateway.cli.trace_options import FILTER_NAMES, HOME, JSON, TEXT, filter_of, filters

if TYPE_CHECKING:
    from gateway.node import BulkCheck, BulkOrder

_OPTIONS = (
    HOME,
    click.argument("trace_ids", nargs=-1),
    filters,
    click.option(
        "--most", default=1_000, show_default=True, type=click.IntRange(1, 10_000),
        help="Refuse to act on more cases than this.",
    ),
    click.option("--dry-run", is_flag=True, help="Say what it would do in each case; do nothing."),
    click.option(
        "--skip-refused", is_flag=True,
        help="Act where it can be done; without it, one case in which it cannot stops all.",
    ),
    click.option(
        "--run", "run",
        help="A name of this run: a case in which it was done is passed over when it is repeated. "
        "Unless given, the same order on the same day (UTC) is the same run.",
    ),
    JSON,
)  # fmt: skip
_OWN = ("home", "trace_ids", *FILTER_NAMES, "most", "dry_run", "skip_refused", "run", "as_json")


@click.group()
def bulk() -> None:
    """Do the same in many cases: those named, or those that the filters of the work list find.

    One result a case; what stands in the way is told for all cases before anything is done. Exit
    code 6 where a case was refused or waits. A run that was cut off is repeated: nothing is done
    twice.
    """


def _many(order: str, told: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Registers a command whose own options are the wish of ``order``."""

    def register(options: Callable[..., None]) -> Callable[..., None]:
        def command(**given: Any) -> None:
            own = {name: given.pop(name) for name in _OWN}
            # A filter has the name of the same thing that is to be changed.
            wish = {n.removeprefix("new_"): v for n, v in given.items() if v is not None}
            _do(order, wish, **own)

        command.__doc__ = told
        command.__click_params__ = getattr(options, "__click_params__", [])  # type: ignore[attr-defined]  # where click keeps them
        for option in reversed(_OPTIONS):
            command = option(command)
        bulk.command(name=order)(command)
        return options

    return register


@_many("assign", "Give cases to a person here; the other side does not see it.")
@click.option("--to", "new_assignee", help="The person; nobody where it is left out.")
def _assign() -> None: ...


@_many("read", "Mark cases as read.")
def _read() -> None: ...


@_many("comment", "Say something that changes nothing.")
@click.option("--text", required=True, help="The remark.")
def _comment() -> None: ...


@_many("status", "Say how far the inquiries are (responder).")
@click.option(
    "--status",
    required=True,
    help="An InquiryStatusCode (`iarms schema explain`).",
)
@click.option("--expected", help="Day by which you expect to answer.")
@TEXT
def _status() -> None: ...


@_many("remind", "Remind of the term that runs (requester).")
@TEXT
def _remind() -> None: ...


@_many("close", "End cases and record what they led to (requester).")
@click.option(
    "--outcome",
    required=True,
    help="A TraceOutcomeCode (`iarms schema explain`).",
)
@TEXT
def _close() -> None: ...


@_many("ack", "Say that the office works on them (responder).")
@click.option("--expected", help="Day by which you expect to answer.")
@TEXT
def _ack() -> None: ...


@_many("cancel", "Take requests back (requester).")
@click.option(
    "--reason",
    required=True,
    help="A TraceCancelCode (`iarms schema explain`).",
)
@TEXT
def _cancel() -> None: ...


def _do(order: str, wish: dict[str, Any], *, as_json: bool, **own: Any) -> None:
    from datetime import UTC

    from gateway.cli.output import ExitCode, inform
    from gateway.node import BulkOrder, Verdict, run_name

    now = datetime.now(UTC)
    run = own["run"] or run_name(order, wish, now)
    chosen = _chosen(own, now)
    orders = [BulkOrder(run=run, order=order, trace_id=one, wish=wish) for one in chosen]  # type: ignore[arg-type]  # one of the commands' names
    checks = _checked(own["home"], orders, now)
    hindered = [one for one in checks if one.verdict is Verdict.REFUSED]
    inform(f"run {run}: {len(chosen)} cases, {len(hindered)} in which it cannot be done")
    if own["dry_run"] or (hindered and not own["skip_refused"]):
        _show([_foreseen(one) for one in checks], as_json=as_json)
        if hindered and not own["dry_run"]:
            inform("nothing was done: name other cases, or do the rest with --skip-refused")
        click.get_current_context().exit(ExitCode.FINDINGS if hindered else ExitCode.OK)
    ready = [
        order
        for order, one in zip(orders, checks, strict=True)
        if one.verdict is not Verdict.REFUSED
    ]
    lines = [_foreseen(one) for one in hindered] + _done(own["home"], ready)
    _show(lines, as_json=as_json)
    bad = [line for line in lines if line["result"] in {"REFUSED", "WAITS"}]
    if any(line["result"] == "WAITS" for line in lines):
        inform("what waits is kept, and done when the node runs; repeat the command to see it")
    click.get_current_context().exit(ExitCode.FINDINGS if bad else ExitCode.OK)


def _chosen(own: dict[str, Any], now: datetime) -> list[str]:
    """The cases: those named, or those that the filters find, the oldest change first."""
    from gateway.cli.databases import open_database
    from gateway.cli.output import NotFoundError

    given = {name: own[name] for name in FILTER_NAMES}
    named = list(dict.fromkeys(own["trace_ids"]))
    if bool(named) == any(given.values()):
        raise click.UsageError("name the cases, or choose them by filters: one of both")
    if not named:
        with open_database(own["home"]) as store, store.unit() as unit:
            found = unit.traces.page(filter_of(now, given), most=own["most"] + 1)
        named = [case.trace_id for case in reversed(found)]
    if not named:
        raise NotFoundError(
            "no case is like that",
            expected="a filter that finds cases",
            remedy=f"`iarms trace list --home {own['home']}` takes the same filters",
        )
    if len(named) > own["most"]:
        raise click.UsageError(f"these are more than {own['most']} cases: narrow, or give --most")
    return named


def _checked(home: Path, orders: list[BulkOrder], now: datetime) -> list[BulkCheck]:
    from gateway.cli.databases import open_database
    from gateway.config import load_settings
    from gateway.node import check_bulk, terms_of

    with open_database(home) as store, store.unit() as unit:
        return check_bulk(orders, unit, now, terms_of(load_settings(home).traces))


def _done(home: Path, orders: list[BulkOrder]) -> list[dict[str, str]]:
    from gateway.cli.errands import run_errands

    lines = []
    for order, outcome in zip(orders, run_errands(home, "trace.bulk", orders), strict=True):
        told = outcome.answer or {}
        line = {"trace": order.trace_id, "with": "", "state": "", "result": "WAITS", "because": ""}
        if outcome.refused:
            line |= {"result": "REFUSED", "because": f"{told['code']}: {told['message']}"}
        elif told:
            done = told["done_at"][:16].replace("T", " ")
            line |= {"with": told["peer"], "state": told["state"], "result": told["result"]}
            line["because"] = f"done {done} UTC" if told["result"] == "ALREADY" else ""
        lines.append(line)
    return lines


def _foreseen(one: BulkCheck) -> dict[str, str]:
    return {
        "trace": one.trace_id,
        "with": one.peer,
        "state": one.state,
        "result": one.verdict.value,
        "because": one.because,
    }


def _show(lines: list[dict[str, str]], *, as_json: bool) -> None:
    from collections import Counter

    from gateway.cli.output import inform, show_json, show_table

    if as_json:
        show_json(lines)
        return
    show_table(("trace", "with", "state", "result", "because"), [tuple(x.values()) for x in lines])
    counted = Counter(line["result"] for line in lines)
    inform(", ".join(f"{count} {result}" for result, count in sorted(counted.items())))
