"""A private PostgreSQL with a database a party, for the end-to-end benchmark."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import cache

from tests.real_postgres import fresh_database, private_postgres


@contextmanager
def private_databases() -> Iterator[Callable[[str], str]]:
    """The URL of a party's own database, made when it is first asked for."""
    with ExitStack() as held:
        server = held.enter_context(private_postgres())

        @cache
        def url(party: str) -> str:  # noqa: ARG001 - one for each party, by the cache
            return held.enter_context(fresh_database(server))

        yield url
