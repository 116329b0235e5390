"""``python -m fused_process node run --home H`` is the product's own process with a fuse in it.

It ends with SIGKILL at the step that the file ``fuse`` in its home names, once. The crash is put
around the store and the link from outside: the product has no door for it. It judges nothing.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from crash_processes import kind_of, listen

from gateway.cli import main
from gateway.exchange import Confirmed, Delivery, RabbitLink
from gateway.store import Store, Unit

FUSE = "fuse"


def fuse_in(home: Path) -> Callable[[str], None]:
    """Passes a step, or ends the process where the fuse says so."""
    file = home / FUSE

    def at(step: str) -> None:
        try:
            armed = file.read_text()
        except FileNotFoundError:
            return
        if armed == step:
            file.unlink()
            os.kill(os.getpid(), signal.SIGKILL)

    return at


def put_around_store(at: Callable[[str], None]) -> None:
    """Before and after each commit that sends or takes a message."""
    plain = Store.unit

    @contextmanager
    def unit(self: Store) -> Iterator[Unit]:
        said: list[str] = []
        with plain(self) as made:
            listen(made, said)
            yield made
            for each in dict.fromkeys(said):
                at(f"before-commit {each}")
            made.after_commit(lambda: [at(f"after-commit {each}") for each in said])

    Store.unit = unit  # type: ignore[method-assign]  # this process alone


def put_around_link(at: Callable[[str], None]) -> None:
    """Before and after each message is published, confirmed, taken and acknowledged."""
    publish, ack, take = RabbitLink.publish, RabbitLink.ack, RabbitLink.take
    kinds: dict[str, str] = {}

    def fused_publish(self: RabbitLink, *, token: str, body: bytes, **more: Any) -> None:
        kinds[token] = kind_of(body)
        at(f"before-publish {kinds[token]}")
        publish(self, token=token, body=body, **more)
        at(f"after-publish {kinds[token]}")

    def fused_ack(self: RabbitLink, deliveries: Sequence[Delivery]) -> None:
        each = sorted({kind_of(delivery.body) for delivery in deliveries})
        for kind in each:
            at(f"before-acknowledge {kind}")
        ack(self, deliveries)
        for kind in each:
            at(f"after-acknowledge {kind}")

    def fused_take(self: RabbitLink, **limits: Any) -> list[Any]:
        events = take(self, **limits)
        for event in events:
            if isinstance(event, Delivery):
                at(f"taken {kind_of(event.body)}")
            elif isinstance(event, Confirmed):
                at(f"confirmed {kinds.pop(event.token, 'nothing')}")
        return list(events)

    RabbitLink.publish = fused_publish  # type: ignore[method-assign,assignment]  # this process alone
    RabbitLink.ack = fused_ack  # type: ignore[method-assign]  # this process alone
    RabbitLink.take = fused_take  # type: ignore[method-assign,assignment]  # this process alone


if __name__ == "__main__":
    step = fuse_in(Path(sys.argv[sys.argv.index("--home") + 1]))
    put_around_store(step)
    put_around_link(step)
    main()
