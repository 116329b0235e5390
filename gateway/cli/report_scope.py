"""What the commands of ``iarms report`` cover: the period and the filters, as options.

They compute nothing.
"""

from __future__ import annotations

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


def scope_of(start: datetime, end: datetime | None, only: tuple[str, ...]) -> Scope:
    """The period and the filters as a question; ``click.BadParameter`` for no filter."""
    from datetime import timedelta

    from gateway.statistics import Scope
    from gateway.store import Narrowing

    now = datetime.now(UTC)
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    narrowings = []
    for one in only:
        column, equals, value = one.partition("=")
        if not equals:
            raise click.BadParameter(f"{one!r} is not COLUMN=VALUE", param_hint="--only")
        narrowings.append(Narrowing(column=column, among=(value or None,)))
    return Scope(
        start=start.replace(tzinfo=UTC),
        end=midnight + timedelta(days=1) if end is None else end.replace(tzinfo=UTC),
        now=now,
        narrowings=tuple(narrowings),
    )
