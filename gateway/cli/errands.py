"""Leaves an errand for the running process of a home, rings, and waits for what becomes of it.

It carries nothing out itself: a command has no keys.
"""

from __future__ import annotations

import getpass
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from gateway.errors import GatewayError

_LOOK_S = 0.02
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


def run_errand(
    home: Path, kind: str, body: Any, *, actor: str | None = None, patience: timedelta = PATIENCE
) -> Any:
    """The answer of the process that runs at ``home`` to the errand ``kind`` with ``body``.

    ``body`` is anything that msgspec writes as JSON; ``actor`` is whoever is logged in unless
    named. Raises what the process refused it with, and ``ErrandWaitsError`` when nobody is there.
    """
    import msgspec

    from gateway.cli.databases import open_database
    from gateway.doorbell import ring_at
    from gateway.store import ErrandState

    with open_database(home) as store:
        with store.unit() as unit:
            number = unit.errands.ask(
                kind,
                msgspec.json.encode(body),
                actor=actor or getpass.getuser(),
                now=datetime.now(UTC),
            )
        heard = ring_at(home)
        end = time.monotonic() + patience.total_seconds() * (1 if heard else 0.1)
        while True:
            with store.unit() as unit:
                errand = unit.errands.get(number)
            if errand is not None and errand.answer is not None:
                answer = msgspec.json.decode(errand.answer)
                if errand.state is ErrandState.REFUSED:
                    raise ErrandRefusedError(answer)
                return answer
            if time.monotonic() > end:
                raise ErrandWaitsError(
                    f"errand {number} is kept and waits for the process",
                    place=str(home),
                    expected="a running process of this home",
                    remedy="start it (`iarms node run` or `iarms hub run`): it carries it out then",
                )
            time.sleep(_LOOK_S)
