"""Faults of databases: PostgreSQL killed, frozen, read-only, its sessions ended; locks held."""

from __future__ import annotations

import contextlib
import signal
import sqlite3
import subprocess

from gateway.campaign.faults import Fault, Injection
from gateway.campaign.servers import PostgresServer
from gateway.campaign.site import BELGIUM, CUSTOMS, Site
from gateway.ids import REGISTRY_PARTY

_SERVER = frozenset({"server"})


def _server(site: Site) -> PostgresServer:
    if site.server is None:
        raise RuntimeError("there is no PostgreSQL server here")
    return site.server


def _needs_server(site: Site) -> str | None:
    return None if site.server is not None else "PostgreSQL's server is not installed"


def _kill(site: Site, injection: Injection) -> None:  # noqa: ARG001 - the shape of an act
    _server(site).signal(signal.SIGKILL)


def _start(site: Site, injection: Injection) -> None:  # noqa: ARG001 - as above
    _server(site).start()


def _restart(site: Site, injection: Injection) -> None:  # noqa: ARG001 - as above
    _server(site).restart()


def _freeze(site: Site, injection: Injection) -> None:  # noqa: ARG001 - as above
    _server(site).signal(signal.SIGSTOP)


def _thaw(site: Site, injection: Injection) -> None:  # noqa: ARG001 - as above
    _server(site).signal(signal.SIGCONT)


def _end_sessions(site: Site, injection: Injection) -> None:  # noqa: ARG001 - as above
    _server(site).end_sessions()


def _read_only(site: Site, injection: Injection) -> None:  # noqa: ARG001 - as above
    _server(site).read_only(on=True)


def _writable(site: Site, injection: Injection) -> None:  # noqa: ARG001 - as above
    _server(site).read_only(on=False)


def _lock_table(site: Site, injection: Injection) -> None:
    name = site.databases[injection.party].rpartition("/")[2].partition("?")[0]
    injection.keep["session"] = _server(site).hold(name, "inbox", 60)


def _release_table(site: Site, injection: Injection) -> None:
    session = injection.keep["session"]
    if isinstance(session, subprocess.Popen):
        session.terminate()
        session.wait()
    _server(site).end_sessions()


def _lock_file(site: Site, injection: Injection) -> None:
    connection = sqlite3.connect(site.sqlite_file(injection.party), check_same_thread=False)
    connection.execute("PRAGMA busy_timeout = 20000")
    connection.execute("BEGIN EXCLUSIVE")
    injection.keep["connection"] = connection


def _release_file(site: Site, injection: Injection) -> None:  # noqa: ARG001 - as above
    connection = injection.keep["connection"]
    if isinstance(connection, sqlite3.Connection):
        with contextlib.suppress(sqlite3.Error):
            connection.rollback()
        connection.close()


def _fault(name: str, about: str, **more: object) -> Fault:
    fields: dict[str, object] = {"touches": _SERVER, "party": BELGIUM, "needs": _needs_server}
    return Fault(name=name, about=about, **(fields | more))  # type: ignore[arg-type] # the fields of Fault


def _by_the_campaign(site: Site, injection: Injection) -> None:  # noqa: ARG001 - an act's shape
    raise RuntimeError("it comes between rounds")


KINDS = (
    Fault(
        name="restored-from-old-copy",
        about="a database put back to a copy from before the round; peers send what is missing",
        touches=frozenset({f"file {CUSTOMS}"}),
        party=CUSTOMS,
        inject=_by_the_campaign,
        at_rest=True,
        expects="all that was sent to it since the copy is taken again",
    ),
    _fault("postgres-killed", "kill -9 of PostgreSQL", inject=_kill, heal=_start, holds_s=0.5),
    _fault("postgres-restarted", "a fast restart of PostgreSQL", inject=_restart, holds_s=0.1),
    _fault("postgres-frozen", "SIGSTOP of PostgreSQL", inject=_freeze, heal=_thaw, holds_s=4.0),
    _fault("sessions-ended", "pg_terminate_backend of all", inject=_end_sessions, holds_s=0.1),
    _fault(
        "postgres-read-only", "it takes no writing", inject=_read_only, heal=_writable, holds_s=2.0
    ),
    _fault(
        "table-locked",
        "another session holds a country's inbox",
        inject=_lock_table,
        heal=_release_table,
        holds_s=3.0,
    ),
    Fault(
        name="sqlite-locked",
        about="another process holds a SQLite database",
        touches=frozenset({f"file {CUSTOMS}"}),
        party=CUSTOMS,
        inject=_lock_file,
        heal=_release_file,
        holds_s=4.0,
    ),
    Fault(
        name="registry-locked",
        about="another process holds the registry's database",
        touches=frozenset({f"file {REGISTRY_PARTY}"}),
        party=REGISTRY_PARTY,
        inject=_lock_file,
        heal=_release_file,
        holds_s=2.0,
    ),
    Fault(
        name="sqlite-locked-long",
        about="the same for longer than the busy timeout",
        touches=frozenset({f"file {CUSTOMS}"}),
        party=CUSTOMS,
        inject=_lock_file,
        heal=_release_file,
        holds_s=11.0,
    ),
)
