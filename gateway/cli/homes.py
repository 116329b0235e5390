"""Opens a home for the commands that look at it without its process: directory, identity, broker.

Each part is opened when it is asked for, so that one that is broken hides no other.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gateway.config import Settings
    from gateway.exchange import QueueDepth
    from gateway.operations import Checked, Standing, TransportsStanding
    from gateway.transports import Trouble
    from keys import Directory

_BROKER_PATIENCE = timedelta(seconds=5)


def directory_of(home: Path, settings: Settings, now: datetime) -> Directory:
    """The directory in force, judged as the process would, remembering nothing.

    Raises ``TrustError``.
    """
    from keys import ceremony

    with ceremony.as_its_process(home / settings.keys.trust_folder, home) as folder:
        return folder.current(now)


def signed_parties(home: Path) -> frozenset[str]:
    """Every party of the newest directory in a home's trust folder, expired or not, but the centre.

    Raises ``TrustError``.
    """
    from gateway.config import load_settings
    from gateway.ids import REGISTRY_PARTY
    from keys import ceremony

    newest = ceremony.newest_directory(home / load_settings(home).keys.trust_folder)
    return frozenset(() if newest is None else newest.parties) - {REGISTRY_PARTY}


def trust_of(home: Path) -> Path:
    """A home's trust folder; raises ``ConfigError``."""
    from gateway.config import load_settings

    return home / load_settings(home).keys.trust_folder


def queues_of(home: Path, settings: Settings) -> Sequence[QueueDepth]:
    """The party's own mailboxes at the broker, and where it publishes what is not there.

    The relay's are the ingress queues of all. Raises ``ExchangeError``.
    """
    from gateway.compose import broker_settings
    from gateway.exchange import (
        DEAD_EXCHANGE,
        OUT_EXCHANGE,
        ingress_exchange,
        look_at_queues,
        mailboxes,
        relay_queues,
    )
    from gateway.ids import RELAY_USER, Lane
    from keys import ceremony

    if settings.party == RELAY_USER:
        newest = ceremony.newest_directory(home / settings.keys.trust_folder)
        queues = list(relay_queues(sorted(newest.parties))) if newest is not None else []
        exchanges = [OUT_EXCHANGE, DEAD_EXCHANGE]
    else:
        queues = list(mailboxes(settings.party))
        exchanges = [ingress_exchange(settings.party, lane) for lane in Lane]
    return look_at_queues(
        broker_settings(settings, home), queues, exchanges=exchanges, timeout=_BROKER_PATIENCE
    )


def standing_of(
    home: Path,
    settings: Settings,
    directory: Directory | None,
    queues: Sequence[QueueDepth],
    now: datetime,
) -> Standing:
    """How the home stands; its database is only looked at. Raises ``StoreError``."""
    from contextlib import ExitStack

    from gateway.cli.databases import open_database
    from gateway.cli.output import NotFoundError
    from gateway.ids import RELAY_USER
    from gateway.operations import take_standing

    with ExitStack() as stack:
        store = None
        if settings.party != RELAY_USER:
            try:
                store = stack.enter_context(open_database(home, looking=True))
            except NotFoundError:
                store = None  # no process ever ran: that is a standing too
        return take_standing(
            home, settings, store=store, directory=directory, queues=queues, now=now
        )


def checked_home(home: Path, now: datetime) -> Checked:
    """The home for the doctor; raises ``ConfigError`` for settings that cannot be read."""
    from gateway.compose import own_identity
    from gateway.config import load_settings
    from gateway.ids import RELAY_USER
    from gateway.operations import Checked
    from keys import Identity, ceremony

    settings = load_settings(home)
    asked: list[Sequence[QueueDepth]] = []

    def identity() -> Identity:
        return own_identity(home, settings)

    def register() -> None:
        if settings.register is not None:
            from gateway.node import open_register

            opened = open_register(settings.register, home)
            if opened is not None:
                opened.check()

    return Checked(
        home=home,
        settings=settings,
        directory=lambda: directory_of(home, settings, now),
        trust=lambda: ceremony.standing(home / settings.keys.trust_folder, home, now=now),
        identity=None if settings.party == RELAY_USER else identity,
        broker=lambda: asked.append(queues_of(home, settings)),
        standing=lambda directory: standing_of(
            home, settings, directory, asked[0] if asked else (), now
        ),
        transports=lambda: transports_of(home, settings),
        register=register,
    )


def transports_of(home: Path, settings: Settings) -> TransportsStanding:
    """How the transports stand: their process, its troubles, and a look at each other side.

    Raises ``ConfigError``.
    """
    from gateway.errors import GatewayError
    from gateway.occupancy import is_worked_in
    from gateway.operations import TransportsStanding
    from gateway.transports import FOLDER, check_transports, open_ledger, open_transport

    if not settings.transport:
        return TransportsStanding()
    check_transports(settings, home)
    troubles: tuple[Trouble, ...] = ()
    if (home / FOLDER).exists():
        ledger = open_ledger(home)
        troubles = tuple(ledger.troubles())
        ledger.close()
    unreached: list[GatewayError] = []
    for each in settings.transport:
        transport = open_transport(each, home)
        try:
            transport.check()
        except GatewayError as error:
            unreached.append(error)
        finally:
            transport.close()
    return TransportsStanding(
        wanted=True,
        is_running=is_worked_in(home / FOLDER),
        troubles=troubles,
        unreached=tuple(unreached),
    )
