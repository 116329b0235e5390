"""A process's settings: one TOML file in its home folder, checked whole before anything starts.

It reads no environment and holds no secret: secrets are named by file.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated, Literal

import msgspec

from gateway.errors import ConfigError
from gateway.transport_settings import AnyTransport

FILE_NAME = "iarms.toml"

Party = Annotated[str, msgspec.Meta(pattern=r"^[A-Z]{3}-[A-Z0-9]{1,20}$")]
Port = Annotated[int, msgspec.Meta(ge=1, le=65535)]
Database = Annotated[str, msgspec.Meta(pattern=r"^(sqlite:///.|postgresql\+psycopg://)")]
Seconds = Annotated[float, msgspec.Meta(gt=0)]


class Broker(msgspec.Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """Where the broker is and what proves us to it; files are relative to the home folder.

    ``others`` are the other nodes of its cluster, each as ``host:port``.
    """

    host: str = "localhost"
    port: Port
    others: tuple[Annotated[str, msgspec.Meta(pattern=r"^[^:\s]+:[0-9]{1,5}$")], ...] = ()
    virtual_host: str = "iarms"
    ca_file: str = "broker/ca.pem"
    certificate_file: str = "broker/client.pem"
    key_file: str = "broker/client-key.pem"


class Keys(msgspec.Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """The identity's key store, the file that holds its passphrase, and the trust folder.

    At the hub ``beacon_file`` is the sealed key of the role BEACON: with it the process gives a
    beacon every minute and on every change.

    With ``agent`` the process asks the key agent at ``agent_socket`` and never reads a key.
    """

    identity_file: str = "identity.key"
    passphrase_file: str = "identity.pass"  # noqa: S105 - a file name, no passphrase
    trust_folder: str = "trust"
    agent: bool = False
    agent_socket: str = "key-agent.sock"
    beacon_file: str = ""
    beacon_passphrase_file: str = "beacon.pass"  # noqa: S105 - a file name, no passphrase


class Delivery(msgspec.Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """When an unreceipted message is sent again, and how long it is worth sending."""

    resend_first_s: Seconds = 5.0
    resend_longest_s: Seconds = 3_600.0
    valid_s: Annotated[float, msgspec.Meta(gt=0, le=14 * 86_400)] = 7 * 86_400
    batch: Annotated[int, msgspec.Meta(ge=1, le=1_000)] = 100
    window: Annotated[int, msgspec.Meta(ge=1, le=5_000)] = 500
    keep_sealed_s: Seconds = 30 * 86_400
    keep_inbox_s: Annotated[float, msgspec.Meta(ge=31 * 86_400)] = 60 * 86_400
    keep_journal_s: Annotated[float, msgspec.Meta(ge=31 * 86_400)] = 365 * 86_400


class Files(msgspec.Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """The folders that a national system shares with its node, and how its files are read."""

    adapter: str
    folder: str = "files"
    settle_s: Seconds = 0.25
    batch_from: Annotated[int, msgspec.Meta(ge=2)] = 50
    batch_most: Annotated[int, msgspec.Meta(ge=1, le=1_000)] = 250


_HOURS = r"^[1-7](-[1-7])? [0-2][0-9]:[0-5][0-9]-[0-2][0-9]:[0-5][0-9]$"


class Office(msgspec.Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """The office that other countries reach about a hit; an office, never a person.

    ``hours`` are when it is at work, in ``time_zone``; they are announced to the registry, with the
    duty officer who answers at other times. Without any, ``always`` says whether it is reachable
    day and night.
    """

    name: str
    telephone: str | None = None
    email: str | None = None
    always: bool = True
    hours: tuple[Annotated[str, msgspec.Meta(pattern=_HOURS)], ...] = ()
    time_zone: str = "UTC"
    duty_telephone: str | None = None
    duty_email: str | None = None


class Quota(msgspec.Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """At the relay: what each party may have carried in each lane; beyond it is slowed down."""

    messages_each_s: Seconds = 1_000
    messages_burst: Seconds = 5_000
    octets_each_s: Seconds = 8_000_000
    octets_burst: Seconds = 64_000_000
    cpu_each_s: Seconds = 0.25
    cpu_burst_s: Seconds = 2.5


Answering = Annotated[str, msgspec.Meta(pattern=r"^(127\.0\.0\.1:[0-9]{1,5}|unix:[^/].*)$")]


class Telemetry(msgspec.Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """Where monitoring on this machine asks; without this section the process answers nobody.

    ``transports`` is where the process of the transports answers, which has the same settings.
    """

    listen: Answering | None = None
    transports: Answering | None = None


class HitClocks(msgspec.Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """At the centre: how long the owner of a record may take to answer about a hit."""

    urgent_s: Seconds = 600.0
    routine_s: Seconds = 3_600.0
    office_hours_s: Seconds = 43_200.0
    more_time_longest_s: Seconds = 604_800.0


class Traces(msgspec.Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """How long each step of a trace request may take before its requester reminds.

    ``weekend`` are ISO days (1 Monday) that are no working days; acknowledgement counts working
    days. The last of ``reminders``, multiples of a term, goes to the head of the office. ``hours``
    are when this office is at work, in ``time_zone``; without any those of ``[office]`` count, and
    without those it always is. ``closed_dates`` are days on which it is closed, such as holidays.
    ``weekend`` counts for an office without hours alone.
    """

    acknowledge_days: Seconds = 3.0
    answer_days: Seconds = 30.0
    urgent_acknowledge_days: Seconds = 1.0
    urgent_answer_days: Seconds = 2.0
    weekend: tuple[Annotated[int, msgspec.Meta(ge=1, le=7)], ...] = (6, 7)
    reminders: tuple[Annotated[float, msgspec.Meta(ge=1)], ...] = (1.0, 1.5, 2.0)
    give_up: Annotated[float, msgspec.Meta(gt=1)] = 2.5
    hours: tuple[Annotated[str, msgspec.Meta(pattern=_HOURS)], ...] = ()
    time_zone: str = "UTC"
    closed_dates: Annotated[tuple[date, ...], msgspec.Meta(max_length=100)] = ()


_ITEM = (
    "MANUFACTURE|EXPORT|IMPORT|FIRST_SALE|LAST_LEGAL_HOLDER|CURRENT_STATUS|STOLEN_LOST_STATUS"
    "|TRANSFER_HISTORY"
)
_REASON = (
    "ONGOING_INVESTIGATION|CONFIDENTIALITY_LAW|REQUESTER_CONFIDENTIALITY_NOT_GUARANTEED"
    "|NATIONAL_SECURITY|DATA_PROTECTION|THIRD_PARTY_ORIGIN|JUDICIAL_ORDER"
)


class Release(msgspec.Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """What becomes of items that a register knows, for some requesters; the first rule counts.

    ``to`` are countries or parties, ``items`` what a request asks for; without any, all.
    """

    how: Literal["AUTOMATIC", "PERSON", "WITHHOLD"]
    to: tuple[str, ...] = ()
    items: tuple[Annotated[str, msgspec.Meta(pattern=f"^({_ITEM})$")], ...] = ()
    reason: Annotated[str, msgspec.Meta(pattern=f"^({_REASON})$")] = "CONFIDENTIALITY_LAW"


class Register(msgspec.Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """A national register that answers trace requests; without this section people answer all.

    What no rule of ``release`` names, a person releases.
    """

    file: str
    name: Annotated[str, msgspec.Meta(min_length=1, max_length=100)]
    kind: Literal["CSV", "SQLITE"] = "CSV"
    release: tuple[Release, ...] = ()


class Told(msgspec.Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """A table of counts that others may be told: one a measure, and the same for ever.

    ``by`` are the dimensions of its cells, ``period`` the shortest period. ``to`` names countries
    or parties; without any every party may ask. ``release`` says whether a person looks first.
    """

    measure: Literal["records", "searches", "hits", "seized", "traces"]
    by: Annotated[tuple[str, ...], msgspec.Meta(max_length=4)] = ()
    period: Literal["YEAR", "QUARTER"] = "YEAR"
    to: tuple[str, ...] = ()
    release: Literal["PERSON", "AUTOMATIC"] = "PERSON"


class Scheduled(msgspec.Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """A report that the node makes by itself of each whole day, week, month, quarter or year.

    ``report`` is a name of ``iarms report list`` or a definition's file in the home folder. Weeks
    begin on Monday; days are those of UTC.
    """

    report: Annotated[str, msgspec.Meta(min_length=1)]
    every: Literal["DAY", "WEEK", "MONTH", "QUARTER", "YEAR"]
    format: Literal["txt", "csv", "json", "xlsx", "html", "pdf"] = "pdf"
    folder: str = "reports"


class Reader(msgspec.Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """Who may see the cases behind a figure: a login ``user`` or a ``group`` of this machine.

    ``cases`` names which kinds, without any all; ``only`` values that a case must have, such as
    ``peer_country = ["BEL"]``.
    """

    user: str | None = None
    group: str | None = None
    cases: tuple[Literal["records", "searches", "hits", "seized", "traces", "intake"], ...] = ()
    only: dict[str, tuple[str, ...]] = {}


class Statistics(msgspec.Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """What others may be told in counts: nothing but the tables named in ``told``.

    No count below ``threshold`` is told or can be found out. A period may be asked for
    ``settle_days`` after its end, when late messages are in. Where ``readers`` are named, nobody
    else sees the cases behind a figure: others are told to ask ``cases_office``.
    """

    threshold: Annotated[int, msgspec.Meta(ge=3, le=1_000)] = 5
    settle_days: Annotated[float, msgspec.Meta(ge=0)] = 31.0
    told: tuple[Told, ...] = ()
    scheduled: tuple[Scheduled, ...] = ()
    readers: tuple[Reader, ...] = ()
    cases_office: str | None = None


class Settings(msgspec.Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """Everything that one process needs to know before it starts."""

    party: Party
    database: Database = "sqlite:///node.db"
    database_replica: Annotated[str, msgspec.Meta(pattern=r"^(postgresql\+psycopg://.*)?$")] = ""
    system_id: str = "iarms-gateway"
    test: bool = False
    broker: Broker
    keys: Keys = msgspec.field(default_factory=Keys)
    delivery: Delivery = msgspec.field(default_factory=Delivery)
    files: Files | None = None
    office: Office | None = None
    quota: Quota = msgspec.field(default_factory=Quota)
    telemetry: Telemetry = msgspec.field(default_factory=Telemetry)
    hits: HitClocks = msgspec.field(default_factory=HitClocks)
    traces: Traces = msgspec.field(default_factory=Traces)
    transport: tuple[AnyTransport, ...] = ()
    statistics: Statistics = msgspec.field(default_factory=Statistics)
    register: Register | None = None


def load_settings(home: Path) -> Settings:
    """The settings in ``home/iarms.toml``.

    Raises ``ConfigError`` with the place of the first wrong setting.
    """
    path = home / FILE_NAME
    try:
        return msgspec.toml.decode(path.read_bytes(), type=Settings)
    except FileNotFoundError as error:
        raise ConfigError(
            "there is no settings file",
            place=str(path),
            expected="a TOML file like config/node.toml",
            remedy="copy the example and change party, broker and adapter",
        ) from error
    except msgspec.ValidationError as error:
        text, _, place = str(error).partition(" - at ")
        raise ConfigError(
            text,
            place=f"{path} {place.strip('`')}".strip(),
            expected="see config/node.toml, which comments every setting",
            remedy="correct the setting; nothing was started",
        ) from error
    except msgspec.DecodeError as error:
        raise ConfigError(
            f"the settings file is no TOML: {error}", place=str(path), remedy="mend the line"
        ) from error


def database_url(settings: Settings, home: Path) -> str:
    """The database's URL with a relative SQLite file placed in ``home``."""
    prefix = "sqlite:///"
    if settings.database.startswith(prefix) and not settings.database.startswith(prefix + "/"):
        return prefix + str((home / settings.database.removeprefix(prefix)).resolve())
    return settings.database
