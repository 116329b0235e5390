"""``iarms hit``: hits at a node, and the steps that an officer takes on them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from gateway.cli.officers import DRY_RUN, WAIT
from gateway.cli.options import HOME, JSON

if TYPE_CHECKING:
    from gateway.payload import Context, HitStatus, HitStepCode, Payload
    from gateway.store import NodeHit

_REMARK = click.option("--remark", help="Anything else; name an office, never a person.")
_MODE = (HOME, WAIT, DRY_RUN, JSON)
_MORE_TIME_MINUTES = 60.0
_TYPED = {"DELAY": "more-time", "REFUTE": "false"}
"""Steps whose command has another name."""


def _options(function: click.decorators.FC) -> click.decorators.FC:
    for option in (*_MODE, _REMARK):
        function = option(function)
    return click.argument("hit_id")(function)


@click.group()
def command() -> None:
    """List, show and lead the hits of a node: confirm, seize, dispose, close."""


@command.command(name="list")
@HOME
@click.option("--state", help="Only hits in this state, such as CONFIRM_REQUESTED.")
@JSON
def list_(home: Path, *, state: str | None, as_json: bool) -> None:
    """Hits, the one that changed last first. Exit code 3 when there is none."""
    from gateway.cli.databases import open_database
    from gateway.cli.output import ExitCode, show_json, show_table

    with open_database(home) as store, store.unit() as unit:
        hits = unit.node_hits.all(state=state.upper() if state else None)
    if as_json:
        show_json([_facts(hit) for hit in hits])
    else:
        show_table(
            ("hit", "role", "grade", "state", "due", "you may", "record", "other side"),
            [
                (
                    hit.hit_id,
                    hit.role,
                    hit.grade,
                    hit.state,
                    "" if hit.due is None else f"{hit.due:%Y-%m-%d %H:%M:%S}Z",
                    _open_commands(hit),
                    hit.national_record_id or hit.record_id,
                    hit.finder_agency if hit.role == "OWNER" else hit.owner_agency,
                )
                for hit in hits
            ],
        )
    if not hits:
        click.get_current_context().exit(ExitCode.NOT_FOUND)


@command.command()
@HOME
@click.argument("hit_id")
@JSON
def show(home: Path, hit_id: str, *, as_json: bool) -> None:
    """The notice of a hit, and every step since, in order."""
    from gateway.cli.databases import open_database
    from gateway.cli.officers import plain
    from gateway.cli.output import show_json
    from gateway.payload import HitNotice, HitStatusNotice, decode

    with open_database(home) as store, store.unit() as unit:
        hit = _find(unit.node_hits.find(hit_id), hit_id)
        told = [decode(octets) for octets in unit.node_hits.told(hit_id)]
    steps = [word.hit_status for word in told if isinstance(word, HitStatusNotice)]
    notice = None if hit.notice is None else decode(hit.notice)
    facts = _facts(hit)
    if isinstance(notice, HitNotice):
        facts["notice"] = plain(notice.hit)
    facts["steps"] = [plain(step) for step in steps]
    if as_json:
        show_json(facts)
        return
    _print(hit, notice.hit if isinstance(notice, HitNotice) else None)
    for step in steps:
        said = [f"{step.step_timestamp:%Y-%m-%d %H:%M:%S}Z", step.hit_step_code.value]
        said += [f"by {step.actor_agency_id}", f"-> {step.hit_state_code.value}"]
        if step.remark_text:
            said.append(f"({step.remark_text})")
        click.echo("  ".join(said))


@command.command()
@HOME
@click.argument("hit_id")
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    required=True,
    help="The page to write, for its user alone; what is there stays.",
)
def sheet(home: Path, hit_id: str, *, out: Path) -> None:
    """One page to print: both firearms side by side, what differs marked, and boxes to tick."""
    from gateway.cli.databases import open_database
    from gateway.cli.hit_sheet import sheet_of
    from gateway.cli.output import NotFoundError, inform
    from gateway.payload import HitNotice, decode
    from keys.files import PRIVATE_MODE, write_new

    if out.exists():
        raise click.UsageError(f"{out} is there already: choose another name")
    with open_database(home) as store, store.unit() as unit:
        hit = _find(unit.node_hits.find(hit_id), hit_id)
    notice = None if hit.notice is None else decode(hit.notice)
    if not isinstance(notice, HitNotice):
        raise NotFoundError(
            f"the notice of {hit_id} has not come yet", remedy="see `iarms hit list` again later"
        )
    page = sheet_of(hit, notice.hit, datetime.now(UTC))
    write_new(out, page.encode(), mode=PRIVATE_MODE)
    inform(f"written to {out}: open it in a browser and print it")


@command.command()
@_options
@click.option("--urgent", is_flag=True, help="The firearm or its holder is in sight.")
def request(hit_id: str, *, urgent: bool, remark: str | None, **mode: Any) -> None:
    """Ask the owner to confirm a hit: as its finder, after comparing the firearm."""
    from gateway.payload import ConfirmationUrgencyCode, HitConfirmRequest

    code = ConfirmationUrgencyCode.URGENT if urgent else ConfirmationUrgencyCode.ROUTINE

    def made(context: Context) -> Payload:
        return HitConfirmRequest(
            context=context, hit_id=hit_id, confirmation_urgency_code=code, remark_text=remark
        )

    _act("REQUEST", "HIT_CONFIRM_REQUEST", hit_id, made, mode, urgent=urgent)


@command.command()
@_options
@click.option("--no-seizure", is_flag=True, help="It is the firearm, but do not seize it.")
def confirm(hit_id: str, *, no_seizure: bool, remark: str | None, **mode: Any) -> None:
    """Confirm a hit, as the owner of its record."""
    answer = "CONFIRMED_BUT_NO_SEIZURE" if no_seizure else "CONFIRMED"
    _answer("CONFIRM", answer, hit_id, remark, mode)


@command.command()
@_options
def deny(hit_id: str, *, remark: str | None, **mode: Any) -> None:
    """Answer, as the owner, that a hit is not confirmed."""
    _answer("DENY", "NOT_CONFIRMED", hit_id, remark, mode)


@command.command(name="more-time")
@_options
@click.option(
    "--minutes",
    type=click.FloatRange(min=0, min_open=True),
    default=_MORE_TIME_MINUTES,
    show_default=True,
    help="How long from now until the answer comes.",
)
def more_time(hit_id: str, *, minutes: float, remark: str | None, **mode: Any) -> None:
    """Promise, as the owner, an answer for later; the clock stands until then."""
    promised = datetime.now(UTC).replace(microsecond=0) + timedelta(minutes=minutes)
    _answer("DELAY", "MORE_TIME", hit_id, remark, mode, promised=promised)


@command.command()
@_options
@click.option("--law", required=True, help="The law that allows the seizure.")
@click.option("--country", help="Where it was seized (ISO 3166-1 alpha-3); the node's if absent.")
@click.option("--place", help="The locality.")
@click.option("--exhibit", help="The number of the exhibit.")
def seize(
    hit_id: str,
    *,
    law: str,
    country: str | None,
    place: str | None,
    exhibit: str | None,
    remark: str | None,
    **mode: Any,
) -> None:
    """Say, as the finder of a confirmed hit, that the firearm has been seized."""
    from gateway.payload import CountryCode, HitSeizure, Location

    def made(context: Context) -> Payload:
        return HitSeizure(
            context=context,
            hit_id=hit_id,
            seizure_timestamp=context.sent_timestamp,
            location=Location(
                country=CountryCode(country or context.sender_agency_id[:3]), locality_text=place
            ),
            legal_justification_text=law,
            exhibit_reference=exhibit,
            remark_text=remark,
        )

    _act("SEIZE", "HIT_SEIZURE", hit_id, made, mode)


@command.command()
@_options
@click.option(
    "--as",
    "disposition",
    type=click.Choice(["RETURNED", "KEPT_AS_EVIDENCE", "DESTROYED", "TRANSFERRED"]),
    required=True,
    help="What becomes of the firearm.",
)
def dispose(hit_id: str, *, disposition: str, remark: str | None, **mode: Any) -> None:
    """Say what becomes of the seized firearm."""
    from gateway.payload import DispositionCode, DispositionNotice

    def made(context: Context) -> Payload:
        return DispositionNotice(
            context=context,
            hit_id=hit_id,
            disposition_code=DispositionCode(disposition),
            disposition_date=context.sent_timestamp.date(),
            remark_text=remark,
        )

    _act("DISPOSE", "DISPOSITION_NOTICE", hit_id, made, mode)


@command.command()
@_options
def close(hit_id: str, *, remark: str | None, **mode: Any) -> None:
    """End a hit of which nothing is left to do."""
    from gateway.payload import HitClose

    _act(
        "CLOSE",
        "HIT_CLOSE",
        hit_id,
        lambda context: HitClose(context=context, hit_id=hit_id, remark_text=remark),
        mode,
    )


@command.command(name="false")
@_options
@click.option(
    "--reason",
    type=click.Choice(
        [
            "WRONG_WEAPON",
            "READING_ERROR",
            "RECORD_OUTDATED",
            "PLACEHOLDER_SERIAL",
            "DIFFERENT_MAKE",
        ]
    ),
    required=True,
    help="Why the hit was none; it goes into the figures of precision.",
)
def false_hit(hit_id: str, *, reason: str, remark: str | None, **mode: Any) -> None:
    """Say that a hit was none, and why."""
    from gateway.payload import FalseHitReasonCode, HitRevoke

    def made(context: Context) -> Payload:
        return HitRevoke(
            context=context,
            hit_id=hit_id,
            false_hit_reason_code=FalseHitReasonCode(reason),
            remark_text=remark,
        )

    _act("REFUTE", "HIT_REVOKE", hit_id, made, mode)


# --- parts ------------------------------------------------------------------------------------


def _answer(
    step: str,
    answer: str,
    hit_id: str,
    remark: str | None,
    mode: Mapping[str, Any],
    *,
    promised: datetime | None = None,
) -> None:
    from gateway.payload import HitAnswerCode, HitConfirmResponse

    def made(context: Context) -> Payload:
        return HitConfirmResponse(
            context=context,
            hit_id=hit_id,
            hit_answer_code=HitAnswerCode(answer),
            promised_timestamp=promised,
            remark_text=remark,
        )

    _act(step, "HIT_CONFIRM_RESPONSE", hit_id, made, mode)


def _act(
    step: str,
    kind: str,
    hit_id: str,
    made: Callable[[Context], Payload],
    mode: Mapping[str, Any],
    *,
    urgent: bool = False,
) -> None:
    """Sends the message that ``made`` gives for a context, and shows how the hit stands then."""
    from gateway.cli.officers import answer_of, give, officer_frame, plain
    from gateway.cli.output import inform, show_json
    from gateway.payload import HitStatusNotice, PurposeCode

    home: Path = mode["home"]
    running = _check_open(home, hit_id, step)
    frame = officer_frame(home)
    context = frame.context(
        kind,
        purpose=PurposeCode.OBJECT_OF_POLICE_INTEREST,
        urgency="the firearm or its holder is in sight" if urgent else None,
    )
    sent = give(
        home,
        made(context),
        subject=hit_id,
        urgent=urgent or running,
        dry_run=mode["dry_run"],
        as_json=mode["as_json"],
    )
    if sent is None:
        return
    answer = answer_of(home, sent, mode["wait_s"])
    if not isinstance(answer, HitStatusNotice):
        raise TypeError(f"a step on a hit was answered with {type(answer).__name__}")
    if mode["as_json"]:
        show_json(plain(answer.hit_status))
        return
    status = answer.hit_status
    inform(f"the hit is now {status.hit_state_code}")
    if status.answer_due_timestamp:
        inform(f"  answer due: {status.answer_due_timestamp:%Y-%m-%d %H:%M:%S}Z")
    for line in _office(status):
        inform(f"  {line}")
    click.echo(status.hit_state_code.value)


def _office(status: HitStatus) -> list[str]:
    """How the owner's office stands, where it is closed."""
    if status.office_opens_timestamp is None:
        return []
    lines = [f"the owner's office is closed until {status.office_opens_timestamp:%Y-%m-%d %H:%M}Z"]
    if status.duty_officer is not None:
        duty = status.duty_officer
        words = filter(None, (duty.contact_name, duty.telephone, duty.email))
        lines.append(f"its duty officer: {', '.join(words)}")
    return lines


def _check_open(home: Path, hit_id: str, step: str) -> bool:
    """Refuses early what the registry would refuse; tells whether somebody waits for an answer."""
    from gateway.cli.databases import open_database

    with open_database(home) as store, store.unit() as unit:
        hit = _find(unit.node_hits.find(hit_id), hit_id)
    if step not in _open_steps(hit):
        raise click.UsageError(
            f"a hit that is {hit.state} does not take this step as its {hit.role.lower()}; open: "
            + (_open_commands(hit) or "none")
        )
    return hit.due is not None


def _open_commands(hit: NodeHit) -> str:
    """The commands of this noun that are open, as they are typed."""
    return ", ".join(_TYPED.get(step.value, step.lower()) for step in _open_steps(hit))


def _open_steps(hit: NodeHit) -> tuple[HitStepCode, ...]:
    from gateway.payload import HitStateCode
    from gateway.registry import HitActor, hit_steps

    state = HitStateCode(hit.state)
    actors = [HitActor(hit.role)]
    if hit.owner_agency == hit.finder_agency:
        actors = [HitActor.OWNER, HitActor.FINDER]
    return tuple(dict.fromkeys(step for actor in actors for step in hit_steps(state, actor)))


def _find(hit: NodeHit | None, hit_id: str) -> NodeHit:
    from gateway.cli.output import NotFoundError

    if hit is None:
        raise NotFoundError(
            f"this node knows no hit {hit_id}", remedy="`iarms hit list` names them"
        )
    return hit


def _facts(hit: NodeHit) -> dict[str, object]:
    facts: dict[str, object] = {
        name: getattr(hit, name) for name in hit.__slots__ if name != "notice"
    }
    facts["open_steps"] = [step.value for step in _open_steps(hit)]
    return facts


def _print(hit: NodeHit, notice: object) -> None:
    from gateway.cli.hit_sheet import text_of
    from gateway.cli.output import visible
    from gateway.payload import Hit

    click.echo(f"{hit.hit_id}  grade {hit.grade}  {hit.state}  as {hit.role.lower()}")
    click.echo(f"record {hit.record_id} of {hit.owner_agency}, found by {hit.finder_agency}")
    if isinstance(notice, Hit):
        for line in text_of(notice):
            click.echo(visible(line))
        for reason in notice.match_reason:
            click.echo(f"  {reason.outcome_code.value.lower()}: {reason.message_text}")
        for office in notice.contact_point:
            click.echo(f"contact: {office.contact_name} {office.telephone or ''}".rstrip())
