"""``iarms trace``: trace requests at a node, as requester and as responder."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from gateway.cli.evidence import verify

if TYPE_CHECKING:
    from gateway.store import TraceFilter

_HOME = click.option(
    "--home",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    required=True,
    help="The node's folder, with iarms.toml in it.",
)
_JSON = click.option("--json", "as_json", is_flag=True, help="One JSON document.")
_TEXT = click.option("--text", help="More in words.")
_TRACE = click.argument("trace_id")
_FILE = click.option(
    "--file",
    "file",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="The order as JSON, in the words of the standard.",
)


@click.group()
def command() -> None:
    """Ask where a firearm came from, and answer those who ask."""


# --- what is there --------------------------------------------------------------------------------


@command.command(name="list")
@_HOME
@click.option("--incoming", "side", flag_value="RESPONDER", help="Requests that others sent us.")
@click.option("--outgoing", "side", flag_value="REQUESTER", help="Requests that we sent.")
@click.option("--state", help="Only cases in this state.")
@click.option("--with", "peer", help="Only cases with this party.")
@click.option("--urgent", is_flag=True, help="Only urgent ones.")
@click.option("--assignee", help="Only those of this person.")
@click.option("--serial", help="Only this serial number, as written in the request.")
@click.option("--open", "open_only", is_flag=True, help="Neither closed nor cancelled.")
@click.option("--unread", is_flag=True, help="Only those with something new.")
@click.option("--overdue", is_flag=True, help="Only those whose term has passed.")
@click.option("--older-than", "older_days", type=int, help="Sent more than so many days ago.")
@click.option("--most", default=50, show_default=True, help="Cases a page.")
@click.option("--skip", default=0, help="Cases to pass over.")
@_JSON
def list_(home: Path, *, as_json: bool, most: int, skip: int, **filters: Any) -> None:
    """The work list: what changed last first. Exit code 6 with --overdue when there is any."""
    from dataclasses import asdict
    from datetime import UTC, datetime

    from gateway.cli.databases import open_database
    from gateway.cli.output import ExitCode, show_json, show_table

    now = datetime.now(UTC)
    with open_database(home) as store, store.unit() as unit:
        cases = unit.traces.page(_filter(now, **filters), most=most, skip=skip)
    if as_json:
        show_json([{**asdict(case), "age_days": (now - case.sent).days} for case in cases])
    else:
        show_table(
            ("trace", "side", "with", "state", "firearm", "days", "due", "new", "assignee"),
            [
                (
                    case.trace_id,
                    case.side.lower(),
                    case.peer,
                    case.state,
                    f"{case.make} {case.model} {case.serial}"[:32],
                    (now - case.sent).days,
                    _due(case.deadline, case.due, now),
                    case.unread or "",
                    case.assignee,
                )
                for case in cases
            ],
        )
    if filters["overdue"] and cases:
        click.get_current_context().exit(ExitCode.FINDINGS)


@command.command()
@_HOME
@_TRACE
@_JSON
def show(home: Path, trace_id: str, *, as_json: bool) -> None:
    """One case: where it stands, every signed act, what was asked and what was found."""
    import msgspec

    from gateway.cli.output import show_json
    from gateway.cli.trace_views import case_lines, case_view

    view = _with_case(home, trace_id, case_view)
    if as_json:
        show_json(msgspec.to_builtins(view))
        return
    for line in case_lines(view):
        click.echo(line)


@command.command()
@_HOME
@click.option("--with", "peer", help="Only cases with this party.")
@_JSON
def status(home: Path, peer: str | None, *, as_json: bool) -> None:
    """How many cases stand where, by age, and how many are overdue."""
    from datetime import UTC, datetime

    from gateway.cli.databases import open_database
    from gateway.cli.output import show_json, show_table
    from gateway.store import TraceFilter

    now = datetime.now(UTC)
    with open_database(home) as store, store.unit() as unit:
        counts = unit.traces.counts(TraceFilter(peer=peer))
        late = unit.traces.counts(TraceFilter(peer=peer, overdue_at=now))
    rows = [
        {"side": side, "state": state, "cases": n, "overdue": late.get((side, state), 0)}
        for (side, state), n in sorted(counts.items())
    ]
    if as_json:
        show_json(rows)
        return
    show_table(("side", "state", "cases", "overdue"), [tuple(row.values()) for row in rows])


@command.command()
@_HOME
@_TRACE
@click.option("--svg", type=click.Path(path_type=Path, dir_okay=False), help="Draw it there.")
@_JSON
def chain(home: Path, trace_id: str, svg: Path | None, *, as_json: bool) -> None:
    """The line of supply that all answers of the case's chain give, with gaps and contradictions.

    Exit code 6 when there are any.
    """
    import msgspec

    from gateway.cli.output import ExitCode, inform, show_json
    from gateway.cli.trace_views import chain_of
    from gateway.tracing import chain_text, drawing

    found = _with_case(home, trace_id, chain_of)
    if svg is not None:
        svg.write_text(drawing(found), "utf-8")
        inform(f"drawn to {svg}")
    if as_json:
        show_json(msgspec.to_builtins(found))
    else:
        for line in chain_text(found):
            click.echo(line)
    if found.gaps or found.contradictions:
        click.get_current_context().exit(ExitCode.FINDINGS)


@command.command()
@_HOME
@_TRACE
@_JSON
def propose(home: Path, trace_id: str, *, as_json: bool) -> None:
    """Whom to ask next in this case's chain, with the reason."""
    from dataclasses import asdict

    from gateway.cli.output import show_json, show_table
    from gateway.cli.trace_views import proposals_of

    found = _with_case(home, trace_id, proposals_of)
    if as_json:
        show_json([asdict(one) for one in found])
        return
    show_table(("country", "reason", "because"), [(p.country, p.reason, p.text) for p in found])


@command.command()
@_HOME
@_TRACE
@click.option(
    "--as",
    "form",
    type=click.Choice(["zip", "xml", "json", "csv", "xlsx", "html", "pdf"]),
    default="zip",
    show_default=True,
    help="zip and xml hold the signed messages, for `iarms evidence verify`.",
)
@click.option(
    "--out", type=click.Path(path_type=Path, dir_okay=False), required=True, help="Where to."
)
def export(home: Path, trace_id: str, form: str, out: Path) -> None:
    """Write a case to a file; the person who gets an evidence file needs nothing of this node."""
    from gateway.cli.output import inform
    from gateway.cli.trace_files import write_case

    octets = _with_case(home, trace_id, lambda t, unit: write_case(t, unit, form, home))
    out.write_bytes(octets)
    inform(f"{len(octets)} octets written to {out}")


command.add_command(verify)  # the same, for who looks for it here


# --- what officers do -----------------------------------------------------------------------------


@command.command()
@_HOME
@click.option(
    "--file",
    "file",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    required=True,
    help="The question as JSON, in the words of the standard (docs/guides/tracing.md).",
)
@click.option("--to", help="The office to ask; else the country's that the question names.")
@click.option("--continues", help="The case whose answer led here: the new one joins its chain.")
@click.option("--case", "case_reference", help="Your own number of the case.")
@click.option("--urgent", "urgency", help="Why it is urgent.")
@click.option("--search-message", help="Message id of the search that found nothing.")
@click.option("--without-search", is_flag=True, help="No search was possible.")
@click.option("--in-spite", is_flag=True, help="Send it in spite of warnings.")
@_JSON
def submit(home: Path, file: Path, *, as_json: bool, **wish: Any) -> None:
    """Send a trace request; it is refused here while something makes it likely to fail."""
    question = _read(file)
    question.setdefault("chain_id", "C-XXX-00000000000000000000000000")
    question.setdefault("contact_point", [])
    if wish["urgency"]:
        question["trace_priority_code"] = "URGENT"
    _do(home, "submit", {"question": question, **wish}, as_json=as_json)


@command.command()
@_HOME
@_TRACE
@click.option("--number", "handler_reference", help="Your own number of the case.")
@click.option("--expected", help="Day by which you expect to answer.")
@_TEXT
@_JSON
def ack(home: Path, *, as_json: bool, **wish: Any) -> None:
    """Say that the office works on it."""
    _do(home, "ack", wish, as_json=as_json)


@command.command()
@_HOME
@_TRACE
@click.option("--reason", required=True, help="A TraceRejectionCode.")
@click.option("--better", "better_country", help="The country to ask instead.")
@_TEXT
@_JSON
def reject(home: Path, *, as_json: bool, **wish: Any) -> None:
    """Say that the office does not work on it, and why."""
    _do(home, "reject", wish, as_json=as_json)


@command.command()
@_HOME
@_TRACE
@click.option("--missing", multiple=True, required=True, help="CODE or CODE=question.")
@click.option("--by", help="Day by which you need it.")
@_JSON
def ask(home: Path, missing: tuple[str, ...], *, as_json: bool, **wish: Any) -> None:
    """Ask the requester for what is missing; your clock stops."""
    items = [
        {"missing_item_code": code, "question_text": text or None}
        for code, _, text in (one.partition("=") for one in missing)
    ]
    _do(home, "ask", {**wish, "missing": items}, as_json=as_json)


@command.command()
@_HOME
@_TRACE
@click.option("--supply", multiple=True, required=True, help="CODE or CODE=answer.")
@click.option("--consent", help="A ForwardConsentCode, where it was asked for.")
@click.option(
    "--firearm",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="The firearm as it is described now, as JSON.",
)
@_JSON
def inform(
    home: Path, supply: tuple[str, ...], firearm: Path | None, *, as_json: bool, **wish: Any
) -> None:
    """Supply what the responder asked for; its clock runs again."""
    items = [
        {"missing_item_code": code, "answer_text": text or None}
        for code, _, text in (one.partition("=") for one in supply)
    ]
    more = {} if firearm is None else {"firearm": _read(firearm)}
    _do(home, "inform", {**wish, **more, "supplied": items}, as_json=as_json)


@command.command()
@_HOME
@_TRACE
@click.option(
    "--file",
    "file",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    required=True,
    help="The answer as JSON: a TraceAnswer of the standard.",
)
@_JSON
def answer(home: Path, trace_id: str, file: Path, *, as_json: bool) -> None:
    """Answer, for now or for good; say of every item what became of it."""
    _do(home, "answer", {"trace_id": trace_id, "answer": _read(file)}, as_json=as_json)


@command.command()
@_HOME
@_TRACE
@click.option("--country", required=True, help="The country that has to be asked next.")
@click.option("--to", help="Its office, where it has several.")
@_FILE
@_TEXT
@_JSON
def forward(home: Path, file: Path | None, *, as_json: bool, **wish: Any) -> None:
    """Pass a request on, with the requester's consent; --file holds the links up to there."""
    links = {} if file is None else {"links": _read(file)}
    _do(home, "forward", {**wish, **links}, as_json=as_json)


@command.command(name="progress")
@_HOME
@_TRACE
@click.option("--status", required=True, help="An InquiryStatusCode.")
@click.option("--expected", help="Day by which you expect to answer.")
@_TEXT
@_JSON
def progress(home: Path, *, as_json: bool, **wish: Any) -> None:
    """Say how far the inquiry is."""
    _do(home, "status", wish, as_json=as_json)


@command.command()
@_HOME
@_TRACE
@click.option("--text", required=True, help="The question.")
@_JSON
def clarify(home: Path, *, as_json: bool, **wish: Any) -> None:
    """Ask for clarification of an answer."""
    _do(home, "clarify", wish, as_json=as_json)


@command.command()
@_HOME
@_TRACE
@click.option("--text", required=True, help="The remark.")
@_JSON
def comment(home: Path, *, as_json: bool, **wish: Any) -> None:
    """Say something that changes nothing."""
    _do(home, "comment", wish, as_json=as_json)


@command.command()
@_HOME
@_TRACE
@_TEXT
@_JSON
def remind(home: Path, *, as_json: bool, **wish: Any) -> None:
    """Remind of the term that runs, before the gateway does it."""
    _do(home, "remind", wish, as_json=as_json)


@command.command()
@_HOME
@_TRACE
@click.option("--reason", required=True, help="A TraceCancelCode.")
@_TEXT
@_JSON
def cancel(home: Path, *, as_json: bool, **wish: Any) -> None:
    """Take a request back."""
    _do(home, "cancel", wish, as_json=as_json)


@command.command()
@_HOME
@_TRACE
@click.option("--text", required=True, help="What was wrong.")
@click.option("--circumstances", help="The circumstances as they are described now.")
@_FILE
@_JSON
def correct(home: Path, file: Path | None, *, as_json: bool, **wish: Any) -> None:
    """Correct a request or an answer; --file holds {"firearm": ...} or {"answer": ...}."""
    more = {} if file is None else _read(file)
    _do(home, "correct", {**wish, **more}, as_json=as_json)


@command.command()
@_HOME
@_TRACE
@click.option("--outcome", required=True, help="A TraceOutcomeCode.")
@_TEXT
@_JSON
def close(home: Path, *, as_json: bool, **wish: Any) -> None:
    """End a case and record what it led to."""
    _do(home, "close", wish, as_json=as_json)


@command.command()
@_HOME
@_TRACE
@click.option("--text", required=True, help="The new facts.")
@_JSON
def reopen(home: Path, *, as_json: bool, **wish: Any) -> None:
    """Take a closed case up again, within a year."""
    _do(home, "reopen", wish, as_json=as_json)


@command.command()
@_HOME
@_TRACE
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.option("--type", "media_type", required=True, help="Such as image/jpeg.")
@click.option("--view", help="An ImageViewCode.")
@_TEXT
@_JSON
def attach(home: Path, file: Path, *, as_json: bool, **wish: Any) -> None:
    """Add an image or document of at most 3 MiB, in a message of its own."""
    import base64

    content = base64.b64encode(file.read_bytes()).decode()
    _do(home, "attach", {**wish, "name": file.name, "content": content}, as_json=as_json)


@command.command()
@_HOME
@click.argument("trace_ids", nargs=-1, required=True)
@click.option("--to", "assignee", help="The person; nobody where it is left out.")
def assign(home: Path, trace_ids: tuple[str, ...], assignee: str | None) -> None:
    """Give cases to a person here; the other side does not see it."""
    for trace_id in trace_ids:
        _do(home, "assign", {"trace_id": trace_id, "assignee": assignee}, quiet=True)


@command.command()
@_HOME
@click.argument("trace_ids", nargs=-1, required=True)
def read(home: Path, trace_ids: tuple[str, ...]) -> None:
    """Mark cases as read."""
    for trace_id in trace_ids:
        _do(home, "read", {"trace_id": trace_id}, quiet=True)


@command.command()
@_HOME
@click.option("--from", "starts", help="Such as 2026-12-24T18:00+01:00; now where left out.")
@click.option("--until", "ends", required=True, help="When the office is back.")
@click.option(
    "--will-forward/--will-not-forward",
    "will_forward",
    required=True,
    default=None,
    help="Whether what comes then is taken up later, or rejected at once.",
)
@click.option("--reason", help="Why, for others to read.")
@_JSON
def outage(home: Path, *, as_json: bool, **wish: Any) -> None:
    """Announce an outage; everybody who waits for an answer of ours is told at once."""
    from gateway.cli.errands import run_errand
    from gateway.cli.output import show_json

    body = {name: value for name, value in wish.items() if value is not None}
    done = run_errand(home, "trace.outage", body)
    if as_json:
        show_json(done)
    else:
        click.echo(f"outage {done['number']} announced; {done['told']} open cases told")


@command.command(name="outage-end")
@_HOME
@click.argument("number", type=int)
def outage_end(home: Path, number: int) -> None:
    """End an outage now, or take back one that has not begun."""
    from gateway.cli.errands import run_errand

    run_errand(home, "trace.outage", {"end": number})


@command.command()
@_HOME
@_JSON
def proposed(home: Path, *, as_json: bool) -> None:
    """Answers out of the national register that wait for a person's release, and why."""
    import json

    import msgspec

    from gateway.cli.databases import open_database
    from gateway.cli.output import show_json, show_table

    with open_database(home) as store, store.unit() as unit:
        found = [
            {
                "trace_id": row.trace_id,
                "made": f"{row.made:%Y-%m-%d %H:%M}",
                "because": json.loads(row.because),
                "answer": msgspec.json.decode(row.answer),
            }
            for row in unit.traces.proposals()
        ]
    if as_json:
        show_json(found)
        return
    show_table(
        ("trace", "made", "outcome", "links", "because"),
        [
            (
                row["trace_id"],
                row["made"],
                row["answer"]["trace_outcome_code"][0],
                len(row["answer"].get("trace_link", ())),
                "; ".join(row["because"]),
            )
            for row in found
        ],
    )


@command.command()
@_HOME
@_TRACE
@click.option(
    "--withhold", multiple=True, metavar="ITEM=REASON", help="Keep this back; repeatable."
)
@_JSON
def release(home: Path, trace_id: str, withhold: tuple[str, ...], *, as_json: bool) -> None:
    """Send the answer of the national register that waits in a case."""
    kept: dict[str, str] = {}
    for one in withhold:
        item, equals, reason = one.partition("=")
        if not equals:
            raise click.BadParameter(f"{one!r} is not ITEM=REASON", param_hint="--withhold")
        kept[item] = reason
    _do(home, "release", {"trace_id": trace_id, "withhold": kept}, as_json=as_json)


@command.command()
@_HOME
@click.option("--make", required=True, help="The make, in any usual spelling.")
@click.option("--serial", required=True, help="The serial number.")
@_JSON
def lookup(home: Path, make: str, serial: str, *, as_json: bool) -> None:
    """What the national register says of a firearm, as it would answer a request."""
    from dataclasses import asdict

    from gateway.cli.output import NotFoundError, inform, show_json, show_table
    from gateway.config import load_settings
    from gateway.node import open_register

    register = open_register(load_settings(home).register, home)
    if register is None:
        raise NotFoundError(
            "this node has no register",
            expected="a section [register] in its settings",
            remedy="docs/guides/register.md shows one",
        )
    found = register.dispositions(make, serial)
    if as_json:
        show_json([asdict(line) for line in found])
        return
    show_table(
        ("role", "country", "party", "from", "to", "document", "next"),
        [
            (
                line.role,
                line.country,
                line.party or "",
                line.from_date or "",
                line.to_date or "",
                " ".join(line.document or ()),
                line.next_country or "",
            )
            for line in found
        ],
    )
    inform(register.state)


@command.command(name="outages")
@_HOME
@_JSON
def outages(home: Path, *, as_json: bool) -> None:
    """Outages that are not over: of this office, and of others as they told."""
    from dataclasses import asdict
    from datetime import UTC, datetime

    from gateway.cli.databases import open_database
    from gateway.cli.output import show_json, show_table

    with open_database(home) as store, store.unit() as unit:
        found = unit.outages.ahead(datetime.now(UTC))
        others = unit.outages.of_others(datetime.now(UTC))
    if as_json:
        ours = [{**asdict(one), "peer": None} for one in found]
        show_json([*ours, *[asdict(one) for one in others]])
        return
    show_table(
        ("office", "number", "from (UTC)", "until (UTC)", "requests", "reason"),
        [
            (
                "",
                one.id,
                f"{one.starts:%Y-%m-%d %H:%M}",
                f"{one.ends:%Y-%m-%d %H:%M}",
                "kept" if one.will_forward else "rejected",
                one.reason or "",
            )
            for one in found
        ]
        + [
            (
                one.peer,
                one.reference,
                f"{one.starts:%Y-%m-%d %H:%M}",
                f"{one.ends:%Y-%m-%d %H:%M}",
                "kept" if one.will_forward else "rejected",
                one.reason or "",
            )
            for one in others
        ],
    )


# --- parts ----------------------------------------------------------------------------------------


def _do(
    home: Path, order: str, wish: dict[str, Any], *, as_json: bool = False, quiet: bool = False
) -> None:
    from gateway.cli.errands import run_errand
    from gateway.cli.output import show_json

    body = {name: value for name, value in wish.items() if value is not None}
    case = run_errand(home, f"trace.{order}", body)
    if as_json:
        show_json(case)
    elif not quiet:
        click.echo(f"{case['trace_id']}  {case['state']}  with {case['peer']}")


def _read(file: Path) -> Any:
    import msgspec

    from gateway.cli.output import FileUnusableError

    try:
        return msgspec.json.decode(file.read_bytes())
    except msgspec.DecodeError as error:
        raise FileUnusableError(
            f"the file is no JSON: {error}", place=str(file), remedy="mend it and try again"
        ) from error


def _with_case(home: Path, trace_id: str, read_it: Any) -> Any:
    from gateway.cli.databases import open_database
    from gateway.cli.output import NotFoundError

    with open_database(home) as store, store.unit() as unit:
        if unit.traces.find(trace_id) is None:
            raise NotFoundError(
                "no trace case has this id here",
                value=trace_id,
                remedy=f"`iarms trace list --home {home}` shows them",
            )
        return read_it(trace_id, unit)


def _filter(now: Any, **given: Any) -> TraceFilter:
    from datetime import timedelta

    from gateway.store import TraceFilter

    older = given["older_days"]
    return TraceFilter(
        side=given["side"],
        state=given["state"],
        peer=given["peer"],
        priority="URGENT" if given["urgent"] else None,
        assignee=given["assignee"],
        serial=given["serial"],
        open_only=given["open_only"],
        unread_only=given["unread"],
        overdue_at=now if given["overdue"] else None,
        sent_before=None if older is None else now - timedelta(days=older),
    )


def _due(deadline: str | None, due: Any, now: Any) -> str:
    if due is None:
        return ""
    late = "OVERDUE " if due < now else ""
    return f"{late}{(deadline or '').lower()} {due:%Y-%m-%d %H:%M}"
