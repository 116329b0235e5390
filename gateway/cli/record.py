"""``iarms record``: an officer's records in the central registry, through the node."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from gateway.cli.officers import DRY_RUN, WAIT
from gateway.cli.options import HOME, JSON
from gateway.cli.weapons import weapon_options

if TYPE_CHECKING:
    from gateway.payload import Payload, RecordResult
    from gateway.store import Order

_REVIEW_YEARS = 5
_REMARKS = (
    click.option("--date", "event_date", help="Of the theft or loss: YYYY, YYYY-MM or a day."),
    click.option("--place", help="The locality of the event."),
    click.option("--circumstances", help="What happened, without naming persons."),
    click.option("--action", help="What a finder is asked to do, such as SEIZE."),
)


def _remarks(function: click.decorators.FC) -> click.decorators.FC:
    for option in reversed(_REMARKS):
        function = option(function)
    return function


@click.group()
def command() -> None:
    """File, change and see this agency's records in the central registry."""


@command.command()
@HOME
@click.option("--number", required=True, help="The key of the record in your own system.")
@click.option("--kind", default="STOLEN", show_default=True, help="Why it is recorded.")
@weapon_options
@_remarks
@click.option(
    "--purpose",
    default="OBJECT_OF_POLICE_INTEREST",
    show_default=True,
    help="What it is filed for.",
)
@WAIT
@DRY_RUN
@JSON
def submit(home: Path, *, wait_s: float, dry_run: bool, as_json: bool, **given: Any) -> None:
    """File a record, and show what became of it."""
    from gateway.cli.officers import officer_frame
    from gateway.cli.weapons import code, firearm
    from gateway.payload import (
        ActionRequestedCode,
        FirearmRecord,
        FirearmRecordSubmit,
        HandlingCode,
        PurposeCode,
        RecordStatusCode,
        RecordTypeCode,
    )

    if not given["event_date"]:
        raise click.UsageError("--date is missing: when was it stolen or lost?")
    frame = officer_frame(home)
    today = frame.now.date()
    record = FirearmRecord(
        record_id=frame.record_id(given["number"]),
        national_record_id=given["number"],
        owner_agency_id=frame.party,
        version=1,
        record_type_code=code(RecordTypeCode, given["kind"], "--kind"),
        status_code=RecordStatusCode.ACTIVE,
        firearm=firearm(given),
        event_date=given["event_date"],
        event_location=_location(given["place"], frame.country),
        circumstance_text=given["circumstances"],
        action_requested_code=code(ActionRequestedCode, given["action"] or "SEIZE", "--action"),
        contact_point=(frame.contact,),
        entered_timestamp=frame.now.replace(microsecond=0),
        review_date=date(today.year + _REVIEW_YEARS, today.month, min(today.day, 28)),
        handling_code=(HandlingCode.H0,),
    )
    context = frame.context("REC_SUBMIT", purpose=code(PurposeCode, given["purpose"], "--purpose"))
    payload = FirearmRecordSubmit(context=context, firearm_record=record)
    _send(home, payload, record.record_id, wait_s, dry_run=dry_run, as_json=as_json)


@command.command()
@HOME
@click.argument("record_id")
@weapon_options
@_remarks
@WAIT
@DRY_RUN
@JSON
def update(
    home: Path, record_id: str, *, wait_s: float, dry_run: bool, as_json: bool, **given: Any
) -> None:
    """Change what is given of a record that was filed from this node; the rest stays."""
    from gateway.cli.officers import officer_frame
    from gateway.cli.record_known import content_to_change
    from gateway.cli.weapons import code, firearm
    from gateway.payload import (
        ActionRequestedCode,
        FirearmRecordUpdate,
        PurposeCode,
        RecordUpdate,
    )

    known = content_to_change(home, record_id)
    record, version = known.record, known.version
    frame = officer_frame(home)
    changes: dict[str, Any] = {
        name: given[key]
        for name, key in (
            ("event_date", "event_date"),
            ("circumstance_text", "circumstances"),
        )
        if given[key]
    }
    if given["place"]:
        changes["event_location"] = _location(given["place"], frame.country)
    if given["action"]:
        changes["action_requested_code"] = code(ActionRequestedCode, given["action"], "--action")
    weapon = {
        name: value for name, value in _fields(firearm(given)).items() if _was_given(name, given)
    }
    if not changes and not weapon:
        raise click.UsageError("nothing is to be changed")
    new = replace(record, version=version + 1, firearm=replace(record.firearm, **weapon), **changes)
    payload = FirearmRecordUpdate(
        context=frame.context("REC_UPDATE", purpose=PurposeCode.OBJECT_OF_POLICE_INTEREST),
        record_update=RecordUpdate(base_version=version, firearm_record=new),
    )
    _send(home, payload, record_id, wait_s, dry_run=dry_run, as_json=as_json)


@command.command()
@HOME
@click.argument("record_id")
@click.option("--to", "status_code", required=True, help="ACTIVE, SUSPENDED, LOCATED, CLOSED, …")
@click.option("--reason", help="Why; needed for CLOSED and CANCELLED, such as NOT_STOLEN.")
@click.option("--recovered", help="When the firearm was recovered.")
@click.option("--base-version", type=click.IntRange(min=1), help="If not the one known here.")
@click.option("--remark", help="Anything else.")
@WAIT
@DRY_RUN
@JSON
def status(
    home: Path, record_id: str, *, wait_s: float, dry_run: bool, as_json: bool, **given: Any
) -> None:
    """Lead a record to another state: suspend, locate, close, cancel."""
    from gateway.cli.officers import officer_frame
    from gateway.cli.record_known import known_here
    from gateway.cli.weapons import code
    from gateway.payload import (
        ClosureReasonCode,
        FirearmRecordStatusChange,
        PurposeCode,
        RecordStatusCode,
        StatusChange,
    )

    version = given["base_version"] or known_here(home, record_id).version
    frame = officer_frame(home)
    reason = given["reason"]
    change = StatusChange(
        record_id=record_id,
        base_version=version,
        status_code=code(RecordStatusCode, given["status_code"], "--to"),
        closure_reason_code=reason and code(ClosureReasonCode, reason, "--reason"),
        recovery_date=given["recovered"],
        remark_text=given["remark"],
    )
    payload = FirearmRecordStatusChange(
        context=frame.context("REC_STATUS", purpose=PurposeCode.OBJECT_OF_POLICE_INTEREST),
        status_change=change,
    )
    _send(home, payload, record_id, wait_s, dry_run=dry_run, as_json=as_json)


@command.command(name="list")
@HOME
@JSON
def list_(home: Path, *, as_json: bool) -> None:
    """What officers filed and changed at this node, the newest first."""
    from gateway.cli.databases import open_database
    from gateway.cli.output import show_json, show_table
    from gateway.cli.record_known import CHANGES

    with open_database(home) as store, store.unit() as unit:
        rows = [_row(order) for order in unit.orders.all(kinds=CHANGES)]
    if as_json:
        show_json(rows)
        return
    show_table(
        ("record", "made", "officer", "what", "state", "result", "version"),
        [tuple(row.values()) for row in rows],
    )


@command.command()
@HOME
@click.argument("record_id")
@JSON
def show(home: Path, record_id: str, *, as_json: bool) -> None:
    """A record as it was filed from this node last, and the version that stands."""
    from gateway.cli.officers import plain
    from gateway.cli.output import inform, show_json
    from gateway.cli.record_known import known_here

    known = known_here(home, record_id)
    record, version = known.record, known.version
    facts = {"record": plain(record), "version": version, "newest": known.newest}
    if as_json:
        show_json(facts)
        return
    firearm = record.firearm
    make = firearm.make_identified.make_text
    serials = ", ".join(m.text_as_marked for m in firearm.marking if m.text_as_marked)
    click.echo(f"{record.record_id}  {record.national_record_id}  version {version}")
    click.echo(f"{record.record_type_code.value} {record.event_date}  {make} {serials}".rstrip())
    click.echo(f"asked of a finder: {record.action_requested_code.value}")
    click.echo(f"review by {record.review_date}")
    if not known.newest:
        inform(
            f"the content is of version {record.version}; `iarms record read` fetches the newest"
        )


@command.command()
@HOME
@click.argument("record_id")
@click.option("--until", required=True, help="The next review, a day at most 5 years ahead.")
@click.option("--base-version", type=click.IntRange(min=1), help="If not the one known here.")
@WAIT
@DRY_RUN
@JSON
def extend(
    home: Path, record_id: str, *, wait_s: float, dry_run: bool, as_json: bool, **given: Any
) -> None:
    """Confirm that a record stands, and extend it to its next review; each time is counted."""
    from gateway.cli.officers import officer_frame
    from gateway.cli.record_known import known_here
    from gateway.payload import (
        PurposeCode,
        ReviewConfirm,
        ReviewDecision,
        ReviewDecisionCode,
    )

    version = given["base_version"] or known_here(home, record_id).version
    try:
        until = date.fromisoformat(given["until"])
    except ValueError as error:
        raise click.UsageError(f"--until is no day: {given['until']}") from error
    frame = officer_frame(home)
    payload = ReviewConfirm(
        context=frame.context("REVIEW_CONFIRM", purpose=PurposeCode.OBJECT_OF_POLICE_INTEREST),
        review_decision=(
            ReviewDecision(
                record_id=record_id,
                base_version=version,
                review_decision_code=ReviewDecisionCode.EXTEND,
                review_date=until,
            ),
        ),
    )
    _send(home, payload, record_id, wait_s, dry_run=dry_run, as_json=as_json)


@command.command()
@HOME
@click.argument("record_id")
@click.option("--purpose", required=True, help="Such as CRIMINAL_INVESTIGATION; it is logged.")
@click.option("--reason", required=True, help="The occasion, such as TRAFFICKING.")
@click.option("--case", "case_reference", required=True, help="The number of the case.")
@click.option("--why", required=True, help="Why the short form is not enough; name no person.")
@WAIT
@DRY_RUN
@JSON
def read(
    home: Path, record_id: str, *, wait_s: float, dry_run: bool, as_json: bool, **given: Any
) -> None:
    """Ask for one whole record that a search has shown. Exit code 5 when it is not given."""
    from gateway.cli.officers import answer_of, give, officer_frame, plain
    from gateway.cli.output import ExitCode, inform, show_json
    from gateway.cli.weapons import code
    from gateway.payload import PurposeCode, RecordExtract, RecordRead, SearchReasonCode

    frame = officer_frame(home)
    payload = RecordRead(
        context=frame.context(
            "REC_READ",
            purpose=code(PurposeCode, given["purpose"], "--purpose"),
            case_reference=given["case_reference"],
        ),
        record_id=record_id,
        reason_code=code(SearchReasonCode, given["reason"], "--reason"),
        justification_text=given["why"],
    )
    sent = give(home, payload, subject=record_id, urgent=False, dry_run=dry_run, as_json=as_json)
    if sent is None:
        return
    answer = answer_of(home, sent, wait_s)
    if not isinstance(answer, RecordExtract):
        raise TypeError(f"a request was answered with {type(answer).__name__}")
    if answer.firearm_record is None:
        if as_json:
            show_json(plain(answer))
        for finding in answer.finding:
            inform(f"{finding.finding_code}: {finding.message_text}")
        click.get_current_context().exit(ExitCode.PERMISSION)
    show_json(plain(answer.firearm_record))


# --- parts ------------------------------------------------------------------------------------


def _send(
    home: Path, payload: Payload, record_id: str, wait_s: float, *, dry_run: bool, as_json: bool
) -> None:
    from gateway.cli.officers import answer_of, give, plain
    from gateway.cli.output import ExitCode, show_json
    from gateway.cli.record_known import result_of
    from gateway.payload import RecordResultCode

    sent = give(home, payload, subject=record_id, urgent=False, dry_run=dry_run, as_json=as_json)
    if sent is None:
        return
    answer = answer_of(home, sent, wait_s)
    result = result_of(answer)
    if result is None:
        raise TypeError(f"a filing was answered with {type(answer).__name__}")
    if as_json:
        show_json(plain(result))
    else:
        _print(result)
    if result.result_code in {RecordResultCode.REJECTED, RecordResultCode.VERSION_CONFLICT}:
        click.get_current_context().exit(ExitCode.VALIDATION)


def _print(result: RecordResult) -> None:
    version = "" if result.version is None else f"  version {result.version}"
    click.echo(f"{result.result_code.value}  {result.record_id}{version}")
    for finding in result.finding:
        click.echo(f"{finding.severity_code.value.lower()}: {finding.message_text}")
        if finding.expected_text:
            click.echo(f"  expected: {finding.expected_text}")
        if finding.remedy_text:
            click.echo(f"  do: {finding.remedy_text}")


def _row(order: Order) -> dict[str, object]:
    from gateway.cli.record_known import result_of
    from gateway.payload import decode

    result = result_of(decode(order.answer)) if order.answer else None
    return {
        "record": order.subject,
        "made": f"{order.made:%Y-%m-%d %H:%M:%S}",
        "officer": order.officer,
        "what": order.kind,
        "state": order.state,
        "result": None if result is None else result.result_code.value,
        "version": None if result is None else result.version,
    }


def _location(place: str | None, country: str) -> Any:
    from gateway.payload import CountryCode, Location

    return Location(country=CountryCode(country), locality_text=place)


def _fields(value: Any) -> dict[str, Any]:
    return {name: getattr(value, name) for name in value.__slots__}


def _was_given(name: str, given: dict[str, Any]) -> bool:
    option = {
        "firearm_type_code": "type_code",
        "make_identified": "make",
        "model_identified": "model",
        "calibre": "calibre",
        "marking": "serials",
        "serial_status_code": "serials",
    }.get(name)
    return option is not None and bool(given[option])
