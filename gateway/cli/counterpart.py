"""``iarms counterpart``: a simulated national system that works with a node's folders."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from gateway.partner import Order
    from gateway.payload import TraceQuestion
    from gateway.store import NodeHit, Store, TraceCase

_CASES_MOST = 500
_LOOK_AGAIN_S = 0.5  # it plays persons, who do not look more often either


@click.group()
def command() -> None:
    """Play a national system beside a node, or a partner's office that answers, with errors."""


@command.command("run")
@click.option(
    "--home",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    required=True,
    help="The home of a running node, such as one of a demo that was kept.",
)
@click.option("--seed", type=int, default=1, show_default=True, help="Repeats a run.")
@click.option(
    "--files", type=click.IntRange(min=1), default=20, show_default=True, help="How many files."
)
@click.option(
    "--items", type=click.IntRange(1, 10_000), default=5, show_default=True, help="Rows a file."
)
@click.option(
    "--each-minute", type=click.FloatRange(min=0.1), default=60.0, show_default=True, help="Files."
)
@click.option(
    "--broken", type=click.FloatRange(0, 1), default=0.1, show_default=True, help="Share."
)
@click.option(
    "--repeated", type=click.FloatRange(0, 1), default=0.05, show_default=True, help="Share."
)
def run(  # noqa: PLR0917 - the options of a command come by name
    home: Path,
    seed: int,
    files: int,
    items: int,
    each_minute: float,
    broken: float,
    repeated: float,
) -> None:
    """File what the samples of the home's adapter show: records, searches or seizures.

    Each item has a reference of its own; a share of the files is damaged, a share comes twice.
    What the node answers in its folder `out` is told as it appears.
    """
    import time
    from random import Random

    from gateway.adapter import AdapterError, find_adapter
    from gateway.cli.adapter import trial_frame
    from gateway.cli.output import say
    from gateway.config import load_settings
    from gateway.counterpart import Counterpart, Habits
    from gateway.counterpart import run as run_counterpart
    from gateway.node import Folders

    settings = load_settings(home)
    if settings.files is None:
        raise AdapterError("this home has no folders for native files", place=str(home))
    counterpart = Counterpart(
        find_adapter(settings.files.adapter),
        Folders(root=home / settings.files.folder),
        Habits(items=items, broken=broken, repeated=repeated),
        Random(seed),  # noqa: S311 - a simulation, repeatable by its seed
        trial_frame(settings.party),
    )
    run_counterpart(
        counterpart,
        files,
        pause=lambda: time.sleep(60 / each_minute),
        told=lambda filed: say(f"in   {filed.name}  {filed.what}  {filed.octets} octets"),
        answered=lambda path: say(f"out  {path.name}  {path.stat().st_size} octets"),
    )


def _share(name: str, words: str) -> Callable[[click.decorators.FC], click.decorators.FC]:
    return click.option(
        f"--{name}", type=click.FloatRange(0, 1), default=0.0, show_default=True, help=words
    )


@command.command("answer")
@click.option(
    "--home",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    required=True,
    help="The home of the partner's running node, such as another country's of a demo.",
)
@click.option("--seed", type=int, default=1, show_default=True, help="Repeats the draws.")
@click.option(
    "--for-s", "for_s", type=click.FloatRange(min=1), default=600.0, show_default=True,
    help="How long to play, in seconds.",
)  # fmt: skip
@click.option(
    "--after-s", "after_s", type=click.FloatRange(min=0), default=2.0, show_default=True,
    help="Between two acts of one case, in seconds.",
)  # fmt: skip
@click.option(
    "--late-s", "late_s", type=click.FloatRange(min=0), default=120.0, show_default=True,
    help="How long a late answer takes, in seconds.",
)  # fmt: skip
@_share("refuse", "Share of requests that are rejected, and of hits that are denied.")
@_share("ask", "Share of requests for which something is missing first.")
@_share("wrong", "Share of answers that contradict themselves, and of hits denied.")
@_share("twice", "Share that is answered two times.")
@_share("late", "Share that is answered only after --late-s; for hits, more time first.")
@_share("never", "Share that is never answered.")
def answer(
    home: Path, seed: int, for_s: float, after_s: float, late_s: float, **shares: Any
) -> None:
    """Answer what other countries ask a node: trace requests, and hits on its own records.

    The answers go through the exchange as an officer's do. Shares are taken from 0 to 1, all but
    --ask together at most 1; what is left is answered well. Ends after --for-s.
    """
    import time
    from datetime import UTC, datetime, timedelta
    from random import Random

    from gateway.cli.databases import open_database
    from gateway.cli.errands import ErrandRefusedError, ErrandWaitsError
    from gateway.cli.output import say
    from gateway.partner import Manners, Partner

    if sum(share for name, share in shares.items() if name != "ask") > 1:
        raise click.UsageError("the shares are more than 1 together")
    manners = Manners(after=timedelta(seconds=after_s), late_by=timedelta(seconds=late_s), **shares)
    partner = Partner(manners, Random(seed))  # noqa: S311 - a simulation, repeatable by its seed
    end = time.monotonic() + for_s
    with open_database(home) as store:
        while time.monotonic() < end:
            for order in partner.orders(*_waiting(store), datetime.now(UTC)):
                try:
                    _carry_out(home, order)
                except (ErrandRefusedError, ErrandWaitsError) as error:
                    partner.refused(order, datetime.now(UTC))
                    say(f"{order.subject}  {order.what}  refused: {error.code}")
                else:
                    partner.done(order, datetime.now(UTC))
                    say(f"{order.subject}  {order.what}")
            time.sleep(_LOOK_AGAIN_S)


def _waiting(store: Store) -> tuple[list[tuple[TraceCase, TraceQuestion]], list[NodeHit]]:
    """The open requests of other countries with what each asks, and the hits."""
    from gateway.payload import TraceRequest, decode
    from gateway.store import TraceFilter
    from gateway.tracing import Side

    with store.unit() as unit:
        cases = []
        wanted = TraceFilter(side=Side.RESPONDER, open_only=True)
        for case in unit.traces.page(wanted, most=_CASES_MOST):
            request = decode(unit.traces.acts(case.trace_id)[0].content)
            if isinstance(request, TraceRequest):
                cases.append((case, request.trace_question))
        return cases, list(unit.node_hits.all())


def _carry_out(home: Path, order: Order) -> None:
    """Leaves the order at the node, as an officer's command does."""
    from gateway.cli.errands import run_errand
    from gateway.cli.officers import give, officer_frame
    from gateway.partner import response_to
    from gateway.payload import PurposeCode

    if order.kind == "hit":
        purpose = PurposeCode.OBJECT_OF_POLICE_INTEREST
        context = officer_frame(home).context("HIT_CONFIRM_RESPONSE", purpose=purpose)
        give(home, response_to(order, context), subject=order.subject, urgent=True)
    else:
        run_errand(home, order.kind, order.body, actor="counterpart")
