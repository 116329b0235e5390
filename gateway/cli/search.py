"""``iarms search``: an officer's search of the central registry, through the node."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from gateway.cli.officers import DRY_RUN, WAIT
from gateway.cli.options import HOME, JSON
from gateway.cli.weapons import weapon_options

if TYPE_CHECKING:
    from gateway.payload import SearchResult
    from gateway.store import Order

_KINDS = ("SEARCH_REQUEST", "SEARCH_WIDE")


@click.group()
def command() -> None:
    """Search the central registry for a firearm, and see what was answered."""


@command.command()
@HOME
@weapon_options
@click.option("--purpose", required=True, help="Such as BORDER_CONTROL; it is logged.")
@click.option("--reason", required=True, help="The occasion, such as CUSTOMS_CONTROL.")
@click.option("--case", "case_reference", required=True, help="The number of the case.")
@click.option(
    "--in-sight/--not-in-sight",
    "in_sight",
    required=True,
    default=None,
    help="Whether the firearm is in the hands of the searcher.",
)
@click.option("--country", help="Where the check takes place; the node's country if absent.")
@click.option("--grade", help="The weakest grade to show, A to D.")
@click.option("--most", type=click.IntRange(1, 20), help="The most candidates to show.")
@click.option(
    "--wide",
    is_flag=True,
    help="Forgive two slips in the serial: with the make, or calibre and type; for analysts.",
)
@click.option("--keep/--no-keep", default=True, help="Let a record that comes later answer it.")
@WAIT
@DRY_RUN
@JSON
def run(home: Path, *, wait_s: float, dry_run: bool, as_json: bool, **given: Any) -> None:
    """Search, wait for the answer, and show each candidate with the reasons.

    Exit code 3 when nothing was found, 4 when there is nothing to search by.
    """
    from gateway.cli.officers import answer_of, give, officer_frame
    from gateway.cli.weapons import code, description
    from gateway.payload import (
        CountryCode,
        GradeCode,
        PurposeCode,
        Search,
        SearchReasonCode,
        SearchRequest,
        SearchResponse,
        WideSearchRequest,
    )

    frame = officer_frame(home)
    asks: type[SearchRequest | WideSearchRequest] = SearchRequest
    kind = "SEARCH_REQUEST"
    if given["wide"]:
        asks, kind = WideSearchRequest, "SEARCH_WIDE"
    urgency = "the firearm is in sight" if given["in_sight"] else None
    search = Search(
        search_id=frame.ids.search_id(frame.country),
        reason_code=code(SearchReasonCode, given["reason"], "--reason"),
        object_in_sight_indicator=given["in_sight"],
        place_of_check_country=code(CountryCode, given["country"] or frame.country, "--country"),
        firearm=description(given),
        minimum_grade_code=given["grade"] and code(GradeCode, given["grade"], "--grade"),
        store_for_delayed_hit_indicator=given["keep"],
        max_results=given["most"],
        contact_point=(frame.contact,),
    )
    request = asks(
        context=frame.context(
            kind,
            purpose=code(PurposeCode, given["purpose"], "--purpose"),
            case_reference=given["case_reference"],
            urgency=urgency,
        ),
        search=search,
    )
    sent = give(
        home,
        request,
        subject=search.search_id,
        urgent=given["in_sight"],
        dry_run=dry_run,
        as_json=as_json,
    )
    if sent is None:
        return
    answer = answer_of(home, sent, wait_s)
    if not isinstance(answer, SearchResponse):
        raise TypeError(f"a search was answered with {type(answer).__name__}")
    _show(answer.search_result, as_json=as_json)


@command.command(name="list")
@HOME
@click.option("--standing", is_flag=True, help="Only those that a later record may still answer.")
@JSON
def list_(home: Path, *, standing: bool, as_json: bool) -> None:
    """Searches that officers made at this node, the newest first.

    A standing search waits for a record that comes later, until the day that is shown.
    """
    from gateway.cli.databases import open_database
    from gateway.cli.output import show_json, show_table

    with open_database(home) as store, store.unit() as unit:
        orders = unit.orders.all(kinds=_KINDS)
    rows = [_row(order) for order in _standing(orders)] if standing else [*map(_row, orders)]
    if as_json:
        show_json(rows)
        return
    show_table(
        ("search", "made", "officer", "state", "result", "candidates", "kept until"),
        [tuple(row.values()) for row in rows],
    )


@command.command()
@HOME
@click.argument("search_id")
@WAIT
@DRY_RUN
@JSON
def cancel(home: Path, search_id: str, *, wait_s: float, dry_run: bool, as_json: bool) -> None:
    """End a standing search: no record that comes later answers it."""
    _again(home, search_id, keep=False, wait_s=wait_s, dry_run=dry_run, as_json=as_json)


@command.command()
@HOME
@click.argument("search_id")
@WAIT
@DRY_RUN
@JSON
def extend(home: Path, search_id: str, *, wait_s: float, dry_run: bool, as_json: bool) -> None:
    """Keep a search anew from today, as long as its purpose allows; it is asked again as well."""
    _again(home, search_id, keep=True, wait_s=wait_s, dry_run=dry_run, as_json=as_json)


@command.command()
@HOME
@click.argument("search_id")
@JSON
def show(home: Path, search_id: str, *, as_json: bool) -> None:
    """The answer to an earlier search."""
    from gateway.cli.officers import answer_of
    from gateway.payload import SearchResponse

    order = _order(home, search_id)
    answer = answer_of(home, order.message_id, 0)
    if not isinstance(answer, SearchResponse):
        raise TypeError(f"a search was answered with {type(answer).__name__}")
    _show(answer.search_result, as_json=as_json)


def _order(home: Path, search_id: str) -> Order:
    from gateway.cli.databases import open_database
    from gateway.cli.output import NotFoundError

    with open_database(home) as store, store.unit() as unit:
        order = unit.orders.about(search_id, kinds=_KINDS)
    if order is None:
        raise NotFoundError(
            f"no officer made a search {search_id} here", remedy="see `iarms search list`"
        )
    return order


def _again(
    home: Path, search_id: str, *, keep: bool, wait_s: float, dry_run: bool, as_json: bool
) -> None:
    """Sends the search once more under its id, which renews or ends it (docs/spec 11.4)."""
    from dataclasses import replace

    from gateway.cli.officers import answer_of, give, officer_frame, plain
    from gateway.cli.output import show_json
    from gateway.payload import SearchRequest, SearchResponse, WideSearchRequest, decode

    before = decode(_order(home, search_id).octets)
    if not isinstance(before, SearchRequest | WideSearchRequest):
        raise TypeError(f"a search was kept as {type(before).__name__}")
    frame = officer_frame(home)
    context = frame.context(
        before.context.message_type_code,
        purpose=before.context.purpose_code,
        case_reference=before.context.case_reference,
    )
    search = replace(before.search, store_for_delayed_hit_indicator=keep)
    request = replace(before, context=context, search=search)
    sent = give(home, request, subject=search_id, urgent=False, dry_run=dry_run, as_json=as_json)
    if sent is None:
        return
    answer = answer_of(home, sent, wait_s)
    if not isinstance(answer, SearchResponse):
        raise TypeError(f"a search was answered with {type(answer).__name__}")
    until = _kept_until(_order(home, search_id))
    if as_json:
        show_json({"search": search_id, "kept_until": until, "result": plain(answer.search_result)})
        return
    click.echo(f"{search_id}  kept until {until}" if until else f"{search_id}  ended")
    if keep and answer.search_result.candidate:
        _print(answer.search_result)


def _standing(orders: list[Order]) -> list[Order]:
    """The newest word on each search, where it still waits for a record."""
    newest: dict[str, Order] = {}
    for order in orders:
        newest.setdefault(order.subject, order)
    today = f"{datetime.now(UTC):%Y-%m-%d}"
    return [order for order in newest.values() if (_kept_until(order) or "") >= today]


def _kept_until(order: Order) -> str | None:
    from gateway.payload import SearchRequest, SearchResultCode, WideSearchRequest, decode
    from gateway.registry import KEPT_FOR

    request = decode(order.octets)
    result = _result_of(order)
    if result is not None and result.result_code is SearchResultCode.NOT_SEARCHABLE:
        return None  # there is nothing in it that a later record could meet
    if not isinstance(request, SearchRequest | WideSearchRequest) or order.state == "REFUSED":
        return None
    if not request.search.store_for_delayed_hit_indicator:
        return None
    return f"{order.made + KEPT_FOR[request.context.purpose_code]:%Y-%m-%d}"


def _result_of(order: Order) -> SearchResult | None:
    from gateway.payload import SearchResponse, decode

    answer = decode(order.answer) if order.answer else None
    return answer.search_result if isinstance(answer, SearchResponse) else None


def _row(order: Order) -> dict[str, object]:
    result = _result_of(order)
    return {
        "search": order.subject,
        "made": f"{order.made:%Y-%m-%d %H:%M:%S}",
        "officer": order.officer,
        "state": order.state,
        "result": None if result is None else result.result_code.value,
        "candidates": None if result is None else len(result.candidate),
        "kept until": _kept_until(order),
    }


def _show(result: SearchResult, *, as_json: bool) -> None:
    from gateway.cli.officers import plain
    from gateway.cli.output import ExitCode, show_json
    from gateway.payload import SearchResultCode

    if as_json:
        show_json(plain(result))
    else:
        _print(result)
    left = click.get_current_context()
    if result.result_code is SearchResultCode.NOT_SEARCHABLE:
        left.exit(ExitCode.VALIDATION)
    if not result.candidate:
        left.exit(ExitCode.NOT_FOUND)


def _print(result: SearchResult) -> None:
    click.echo(f"{result.result_code.value}  {result.search_id}")
    for candidate in result.candidate:
        firearm = candidate.firearm
        make = firearm.make_identified.make_text if firearm.make_identified else "make unknown"
        serials = [m.text_as_marked for m in firearm.marking if m.text_as_marked]
        click.echo(
            f"\ngrade {candidate.grade_code.value} ({candidate.score_decimal})  "
            f"{make} {firearm.model_identified or ''} {', '.join(serials)}".rstrip()
        )
        click.echo(
            f"  {candidate.record_type_code.value} {candidate.event_date}, "
            f"{candidate.owner_agency_id}, {candidate.status_code.value}, "
            f"record {candidate.record_id}"
        )
        for reason in candidate.match_reason:
            click.echo(f"  {reason.outcome_code.value.lower()}: {reason.message_text}")
        click.echo(f"  asked of you: {candidate.action_requested_code.value}")
        for caution in candidate.caution_code:
            click.echo(f"  caution: {caution.value}")
        office = candidate.contact_point[0]
        click.echo(f"  contact: {office.contact_name} {office.telephone or ''}".rstrip())
    if result.weak_count:
        click.echo(f"{result.weak_count} more resemble it too little to be shown (grade E)")
    for finding in result.finding:
        click.echo(f"{finding.severity_code.value.lower()}: {finding.message_text}")
        if finding.remedy_text:
            click.echo(f"  do: {finding.remedy_text}")
