"""The composition root of hub and nodes: settings become keys, store, link and endpoint.

It decides nothing about messages; clock and randomness of the real world come in here alone.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from gateway.config import Quota as QuotaSettings
from gateway.config import Settings, database_url, load_settings
from gateway.countersigner import Countersigner
from gateway.endpoint import Clerk, Desk, Endpoint, Large, Station, Terms, Witness, tell_refused
from gateway.errors import ConfigError
from gateway.exchange import Address, BrokerSettings, RabbitLink, trust_queue
from gateway.ids import REGISTRY_PARTY
from gateway.log import Logger, open_log
from gateway.monitoring import monitored
from gateway.occupancy import working_in
from gateway.payload import ContactPoint
from gateway.registry import Clocks, Policy, old_keys, read_policy
from gateway.relay import Allowance, Quota
from gateway.spreading import Spreading
from gateway.store import Store
from gateway.succession import Successor, read_passphrase_file
from gateway.telemetry import Numbers
from keys import (
    Directory,
    DirectoryFolder,
    Identity,
    ceremony,
    identity_at,
    load_anchor,
    load_identity,
    watch,
)

DRAIN = timedelta(seconds=5)
POLICY_FILE = "policy.toml"
_TURN_S = 0.0005


def utc_now() -> datetime:
    """The machine's clock."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What an endpoint and its desk are made from."""

    home: Path
    settings: Settings
    station: Station
    store: Store
    link: RabbitLink
    log: Logger
    numbers: Numbers
    directories: DirectoryFolder

    @contextmanager
    def monitored(self, stopping: Callable[[], bool]) -> Iterator[Callable[[], bool]]:
        """Serves the probes; gives ``stopping`` as the endpoint's loop is to ask it."""
        with monitored(
            self.home,
            self.settings,
            numbers=self.numbers,
            directory=self.station.directory,
            stopping=stopping,
            log=self.log,
            lagging=old_keys if self.settings.party == REGISTRY_PARTY else None,
        ) as asked:
            yield asked

    def spreading(self, up: Callable[[], bool]) -> Spreading:
        """What sends documents of trust to everybody; ``up`` says that the broker is reached."""
        trust = self.home / self.settings.keys.trust_folder
        return Spreading(
            trust=trust,
            directories=self.directories,
            link=self.link,
            store=self.store,
            clock=utc_now,
            give_beacon=_beacon_giver(self.home, self.settings, trust),
            up=up,
            log=self.log,
        )

    def endpoint(
        self, desk: Desk, clerk: Clerk | None = None, witness: Witness | None = None
    ) -> Endpoint:
        """The endpoint around ``desk``; ``clerk`` carries out errands and clocks."""
        delivery = self.settings.delivery
        return Endpoint(
            station=self.station,
            store=self.store,
            link=self.link,
            desk=desk,
            terms=Terms(
                resend_first=timedelta(seconds=delivery.resend_first_s),
                resend_longest=timedelta(seconds=delivery.resend_longest_s),
                valid=timedelta(seconds=delivery.valid_s),
                batch=delivery.batch,
                window=delivery.window,
                keep_sealed=timedelta(seconds=delivery.keep_sealed_s),
                keep_inbox=timedelta(seconds=delivery.keep_inbox_s),
                keep_journal=timedelta(seconds=delivery.keep_journal_s),
            ),
            log=self.log,
            clerk=clerk,
            large=Large(self.link.wake),
            witness=witness,
        )


@contextmanager
def parts(home: Path, *, program: str, queues: Callable[[str], Sequence[str]]) -> Iterator[Parts]:
    """Opens everything that the settings in ``home`` name, and closes it again.

    ``queues`` gives the queues to read for a party. Raises ``ConfigError``, ``TrustError``,
    ``StoreError``, ``HomeOccupiedError``.
    """
    settings = load_settings(home)
    numbers = Numbers()
    log = open_log(program=program, party=settings.party, count=numbers)
    with working_in(home), _opened(home, settings, log, numbers, queues) as made:
        yield made


@contextmanager
def _opened(
    home: Path,
    settings: Settings,
    log: Logger,
    numbers: Numbers,
    queues: Callable[[str], Sequence[str]],
) -> Iterator[Parts]:
    identity_file = home / settings.keys.identity_file
    identity = own_identity(home, settings)
    if identity.party != settings.party:
        raise ConfigError(
            "the identity belongs to another party",
            place=str(identity_file),
            value=identity.party,
            expected=settings.party,
            remedy="name the party's own key file in [keys]",
        )
    trust = home / settings.keys.trust_folder
    successor = Successor(home, settings, identity, log)

    def signed(directory: Directory, now: datetime) -> None:
        _self_watch(
            log,
            directory,
            identity,
            successor,
            home,
            now,
            mandates_needed=directories.root.policy.mandates,
        )
        countersigner.renew(directory, now)

    directories = DirectoryFolder(
        trust,
        load_anchor(trust / "anchor.xml"),
        home=home,
        on_refusal=lambda refusal: tell_refused(refusal, log),
        on_signed=signed,
    )
    countersigner = Countersigner(
        home,
        own=lambda: (identity, successor.current()),
        root=lambda: directories.root,
        signed=lambda: directories.signed,
        log=log,
    )
    store = Store.open(database_url(settings, home))
    store.migrate()
    if settings.database_replica:
        store.read_from(
            settings.database_replica, lambda up, why: _replica_changed(log, up=up, why=why)
        )
    more = () if settings.party == REGISTRY_PARTY else (trust_queue(settings.party),)
    link = RabbitLink(broker_settings(settings, home), consume=(*queues(settings.party), *more))
    take_short_turns()
    link.start()
    station = Station(
        party=settings.party,
        identity=identity,
        directory=directories.usable,
        freshness=directories.freshness,
        clock=utc_now,
        random=os.urandom,
        system_id=settings.system_id,
        contact=contact_point(settings),
        test=settings.test,
        trust=directories,
        successor=successor.current,
        countersign=countersigner,
    )
    try:
        yield Parts(
            home=home,
            settings=settings,
            station=station,
            store=store,
            link=link,
            log=log,
            numbers=numbers,
            directories=directories,
        )
    finally:
        link.stop(DRAIN)
        store.close()
        log.info("process.stopped")


def _beacon_giver(home: Path, settings: Settings, trust: Path) -> Callable[[datetime], None] | None:
    """What writes the next beacon, where this machine has the key of the role BEACON."""
    if not settings.keys.beacon_file:
        return None
    secret = read_passphrase_file(home, settings.keys.beacon_passphrase_file)
    signer = ceremony.load_signer(home / settings.keys.beacon_file, secret)

    def give(now: datetime) -> None:
        ceremony.give_beacon(trust, signer, now=now)

    return give


def own_identity(home: Path, settings: Settings) -> Identity:
    """The party's identity: held by the key agent, or from the sealed file; TrustError."""
    keys = settings.keys
    if keys.agent:
        return identity_at(home / keys.agent_socket)
    return load_identity(
        home / keys.identity_file, read_passphrase_file(home, keys.passphrase_file)
    )


def broker_settings(settings: Settings, home: Path) -> BrokerSettings:
    """Where the broker is, with the files placed in ``home``."""
    broker = settings.broker
    return BrokerSettings(
        host=broker.host,
        port=broker.port,
        others=tuple(_address(each) for each in broker.others),
        vhost=broker.virtual_host,
        ca_file=home / broker.ca_file,
        certificate_file=home / broker.certificate_file,
        key_file=home / broker.key_file,
        name=settings.party,
        window=settings.delivery.window,
    )


def _address(text: str) -> Address:
    host, _, port = text.rpartition(":")
    return Address(host, int(port))


def quota_of(quota: QuotaSettings) -> Quota:
    """What the settings let each party have carried in a lane."""
    return Quota(
        messages=Allowance(each_s=quota.messages_each_s, burst=quota.messages_burst),
        octets=Allowance(each_s=quota.octets_each_s, burst=quota.octets_burst),
        cpu=Allowance(each_s=quota.cpu_each_s, burst=quota.cpu_burst_s),
    )


def contact_point(settings: Settings) -> ContactPoint:
    """The office that others reach; the party's own name where none is set."""
    office = settings.office
    if office is None:
        return ContactPoint(contact_name=settings.party, available_always_indicator=False)
    return ContactPoint(
        contact_name=office.name,
        telephone=office.telephone,
        email=office.email,
        available_always_indicator=office.always and not office.hours,
    )


def hit_clocks(settings: Settings) -> Clocks:
    """How long owners may take to answer about hits."""
    hits = settings.hits
    return Clocks(
        urgent=timedelta(seconds=hits.urgent_s),
        routine=timedelta(seconds=hits.routine_s),
        office_hours=timedelta(seconds=hits.office_hours_s),
        more_time_longest=timedelta(seconds=hits.more_time_longest_s),
    )


def policy_of(home: Path) -> Policy:
    """The centre's rules in ``home/policy.toml``; none where there is no such file.

    Raises ``PolicyFileError``.
    """
    path = home / POLICY_FILE
    return read_policy(path.read_bytes(), str(path)) if path.exists() else Policy()


def take_short_turns() -> None:
    """Lets the broker's thread have the interpreter sooner than the usual 5 ms.

    A message passes that thread several times on its way, and each time it may find a batch being
    computed and have to wait for its turn.
    """
    sys.setswitchinterval(_TURN_S)


@contextmanager
def stop_signals(wake: Callable[[], None]) -> Iterator[threading.Event]:
    """An event that SIGTERM and SIGINT set, so that a process ends after its step."""
    stopping = threading.Event()

    def stop(number: int, frame: object) -> None:  # noqa: ARG001 - the signal handler's shape
        stopping.set()
        wake()

    before = {number: signal.signal(number, stop) for number in (signal.SIGTERM, signal.SIGINT)}
    # Sent when a writer opens a file just while we look whether it has one (node/folders.py); what
    # it would tell is found out there, and its default would end the process.
    before[signal.SIGIO] = signal.signal(signal.SIGIO, signal.SIG_IGN)
    try:
        yield stopping
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _self_watch(  # noqa: PLR0917 - what the closure at the root knows, in its order
    log: Logger,
    directory: Directory,
    identity: Identity,
    successor: Successor,
    home: Path,
    now: datetime,
    *,
    mandates_needed: bool,
) -> None:
    """Raises the highest alarm where the officers list a key under our name that is not ours."""
    successor.look(directory)
    alarm = watch(
        directory,
        identity,
        home,
        now=now,
        successor=successor.current(),
        mandates_needed=mandates_needed,
    )
    if alarm is not None:
        log.error(
            "directory.foreign-key",
            code=alarm.code,
            reason=str(alarm),
            version=directory.version,
            kids=alarm.value,
            remedy=alarm.remedy,
        )


def _replica_changed(log: Logger, *, up: bool, why: str) -> None:
    if up:
        log.info("replica.state", up=up, detail=why)
    else:
        log.warning("replica.state", up=up, detail=why)
