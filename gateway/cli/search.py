"""``iarms search``: an officer's search of the central registry, through the node."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from gateway.cli.officers import DRY_RUN, HOME, JSON, WAIT
from gateway.cli.weapons import weapon_options

if TYPE_CHECKING:
    from gateway.payload import SearchResult
    from gateway.store import Order

_KINDS = ("SEARCH_REQUEST",)


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
    )

    frame = officer_frame(home)
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
    request = SearchRequest(
        context=frame.context(
            "SEARCH_REQUEST",
            purpose=code(PurposeCode, given["purpose"], "--purpose"),
            case_reference=given["case_reference"],
            urgency=urgency,
        ),
        search=search,
    )
    sent = give(home, request, subject=search.search_id, urgent=given["in_sight"], dry_run=dry_run)
    if sent is None:
        return
    answer = answer_of(home, sent, wait_s)
    if not isinstance(answer, SearchResponse):
        raise TypeError(f"a search was answered with {type(answer).__name__}")
    _show(answer.search_result, as_json=as_json)


@command.command(name="list")
@HOME
@JSON
def list_(home: Path, *, as_json: bool) -> None:
    """Searches that officers made at this node, the newest first."""
    from gateway.cli.databases import open_database
    from gateway.cli.output import show_json, show_table

    with open_database(home) as store, store.unit() as unit:
        orders = unit.orders.all(kinds=_KINDS)
    rows = [_row(order) for order in orders]
    if as_json:
        show_json(rows)
        return
    show_table(
        ("search", "made", "officer", "state", "result", "candidates"),
        [tuple(row.values()) for row in rows],
    )


@command.command()
@HOME
@click.argument("search_id")
@JSON
def show(home: Path, search_id: str, *, as_json: bool) -> None:
    """The answer to an earlier search."""
    from gateway.cli.databases import open_database
    from gateway.cli.officers import answer_of
    from gateway.cli.output import NotFoundError
    from gateway.payload import SearchResponse

    with open_database(home) as store, store.unit() as unit:
        order = unit.orders.about(search_id, kinds=_KINDS)
    if order is None:
        raise NotFoundError(
            f"no officer made a search {search_id} here", remedy="see `iarms search list`"
        )
    answer = answer_of(home, order.message_id, 0)
    if not isinstance(answer, SearchResponse):
        raise TypeError(f"a search was answered with {type(answer).__name__}")
    _show(answer.search_result, as_json=as_json)


def _row(order: Order) -> dict[str, object]:
    from gateway.payload import SearchResponse, decode

    answer = decode(order.answer) if order.answer else None
    result = answer.search_result if isinstance(answer, SearchResponse) else None
    return {
        "search": order.subject,
        "made": f"{order.made:%Y-%m-%d %H:%M:%S}",
        "officer": order.officer,
        "state": order.state,
        "result": None if result is None else result.result_code.value,
        "candidates": None if result is None else len(result.candidate),
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
    for finding in result.finding:
        click.echo(f"{finding.severity_code.value.lower()}: {finding.message_text}")
        if finding.remedy_text:
            click.echo(f"  do: {finding.remedy_text}")
