"""What the commands of ``iarms report`` cover: the period and the filters, as options.

They compute nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from gateway.statistics import Scope

FROM = click.option(
    "--from", "start", type=click.DateTime(["%Y-%m-%d"]), default="1900-01-01",
    help="The first day, UTC.",
)  # fmt: skip
BEFORE = click.option(
    "--before", "end", type=click.DateTime(["%Y-%m-%d"]),
    help="The day after the last, UTC; tomorrow unless given.",
)  # fmt: skip
ONLY = click.option(
    "--only", multiple=True, metavar="COLUMN=VALUE", help="Only cases with this value; repeatable."
)


AS_OF = click.option(
    "--as-of", type=click.DateTime(["%Y-%m-%dT%H:%M:%SZ", "%Y-%m-%d %H:%M:%S"]),
    help="With --at: the instant of extraction that the report names, UTC, to which ages are "
    "counted.",
)  # fmt: skip


def instant_of(as_of: datetime | None) -> datetime:
    """The instant to which a report counts, in whole seconds, as it names it."""
    return datetime.now(UTC).replace(microsecond=0) if as_of is None else as_of.replace(tzinfo=UTC)


def scope_of(
    start: datetime,
    end: datetime | None,
    only: tuple[str, ...],
    states: Iterable[str],
    now: datetime | None = None,
) -> Scope:
    """The period and the filters as a question about ``states``.

    Raises ``click.BadParameter`` for no filter or no period, ``UnknownMeasureError`` for a filter
    that filters none of them.
    """
    from datetime import timedelta

    from gateway.statistics import Scope, narrowing_of

    now = instant_of(now)
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    first = start.replace(tzinfo=UTC)
    after = midnight + timedelta(days=1) if end is None else end.replace(tzinfo=UTC)
    if first >= after:
        raise click.BadParameter(
            f"the period begins on {first:%Y-%m-%d} and ends before {after:%Y-%m-%d}",
            param_hint="--from",
        )
    known, narrowings = tuple(states), []
    for one in only:
        column, equals, value = one.partition("=")
        if not equals:
            raise click.BadParameter(f"{one!r} is not COLUMN=VALUE", param_hint="--only")
        narrowings.append(narrowing_of(column, (value,), known))
    return Scope(start=first, end=after, now=now, narrowings=tuple(narrowings))
