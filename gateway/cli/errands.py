"""Leaves an errand for the running process of a home, rings, and waits for what becomes of it.

It carries nothing out itself: a command has no keys.
"""

from __future__ import annotations

import getpass
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from gateway.errors import GatewayError

_LOOK_S = 0.02
_LOOKED_AT = 500  # errands that are asked after in one look
PATIENCE = timedelta(seconds=20)


class ErrandWaitsError(GatewayError):
    """Nobody has carried it out yet; it is kept and will be."""

    code = "cli.errand-waits"
    retryable = True
    answered = False


class ErrandRefusedError(GatewayError):
    """The process refused the errand; ``code`` is its reason."""

    def __init__(self, facts: dict[str, Any]) -> None:
        super().__init__(
            facts["message"],
            **{name: facts.get(name) for name in ("place", "value", "expected", "remedy")},
        )
        self.code = facts["code"]  # type: ignore[misc]  # the process's code, known at run time


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one errand of several; ``answer`` is None while it waits.

    The answer of a refused one is the error, as ``ErrandRefusedError`` reads it.
    """

    answer: Any | None
    refused: bool


def run_errand(
    home: Path, kind: str, body: Any, *, actor: str | None = None, patience: timedelta = PATIENCE
) -> Any:
    """The answer of the process that runs at ``home`` to the errand ``kind`` with ``body``.

    ``body`` is anything that msgspec writes as JSON; ``actor`` is whoever is logged in unless
    named. Raises what the process refused it with, and ``ErrandWaitsError`` when nobody is there.
    """
    (outcome,) = run_errands(home, kind, [body], actor=actor, patience=patience)
    if outcome.answer is None:
        raise _waits(home)
    if outcome.refused:
        raise ErrandRefusedError(outcome.answer)
    return outcome.answer


def run_errands(
    home: Path,
    kind: str,
    bodies: Sequence[Any],
    *,
    actor: str | None = None,
    patience: timedelta = PATIENCE,
) -> list[Outcome]:
    """What became of each of several errands of one kind, in their order.

    They are left all together or not at all; ``patience`` is how long none may end.
    """
    import msgspec

    from gateway.cli.databases import open_database
    from gateway.doorbell import ring_at
    from gateway.store import Errand, ErrandState

    with open_database(home) as store:
        with store.unit() as unit:
            numbers = [
                unit.errands.ask(
                    kind,
                    msgspec.json.encode(body),
                    actor=actor or getpass.getuser(),
                    now=datetime.now(UTC),
                )
                for body in bodies
            ]
        heard = ring_at(home)
        pause = patience.total_seconds() * (1 if heard else 0.1)
        end = time.monotonic() + pause
        done: dict[int, Errand] = {}
        while waiting := [number for number in numbers if number not in done][:_LOOKED_AT]:
            with store.unit() as unit:
                ended = [one for one in unit.errands.of_ids(waiting) if one.answer is not None]
            done |= {one.id: one for one in ended}
            if ended:
                end = time.monotonic() + pause
            elif time.monotonic() > end:
                break
            else:
                time.sleep(_LOOK_S)
    return [
        Outcome(answer=None, refused=False)
        if (one := done.get(number)) is None or one.answer is None
        else Outcome(
            answer=msgspec.json.decode(one.answer), refused=one.state is ErrandState.REFUSED
        )
        for number in numbers
    ]


def _waits(home: Path) -> ErrandWaitsError:
    from gateway.occupancy import is_worked_in

    if is_worked_in(home):
        return ErrandWaitsError(
            "the errand is kept; the process runs and has not carried it out yet",
            place=str(home),
            expected="a process that is not held, as by an old beacon",
            remedy=f"see what holds it: `iarms doctor --home {home}`; it is carried out then",
        )
    return ErrandWaitsError(
        "the errand is kept and waits for the process",
        place=str(home),
        expected="a running process of this home",
        remedy="start it (`iarms node run` or `iarms hub run`): it carries it out then",
    )
