"""Looks for everything in a home that keeps messages from flowing, or soon will.

Every check runs, whatever the others found. It mends nothing and reads no secret's content but to
see that it opens.
"""

from __future__ import annotations

import shutil
import stat
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from gateway.config import FILE_NAME, Settings, database_url
from gateway.errors import GatewayError
from gateway.ids import REGISTRY_PARTY, RELAY_USER
from gateway.occupancy import is_worked_in
from gateway.operations.findings import Finding, FindingCode, found, from_error
from gateway.operations.standing import Standing
from gateway.store import ReplicaLook
from gateway.transport_settings import Mail
from gateway.transports import Trouble
from keys import Directory, Identity, TrustError, ceremony, certificate_ends

ENDS_SOON = timedelta(days=7)
CERTIFICATE_SOON = timedelta(days=30)
HELD_FOR = timedelta(minutes=15)
EXPIRES_WITHIN = timedelta(days=1)
DISK_LEAST_OCTETS = 1_000_000_000
REPLICA_BEHIND_OCTETS = 64 * 1024 * 1024
_SQLITE = "sqlite:///"
_HELD = "endpoint.held"
_OTHERS = 0o077
_OTHERS_MAY_WRITE = 0o022


@dataclass(frozen=True, slots=True, kw_only=True)
class TransportsStanding:
    """Whether a process carries, what keeps it from its work, and whom a look did not reach."""

    wanted: bool = False
    is_running: bool = False
    troubles: tuple[Trouble, ...] = ()
    unreached: tuple[GatewayError, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """A home opened as far as it goes: each part is called by its check, and may raise.

    ``standing`` asks database and broker; ``identity`` is None for the relay, which has none.
    ``trust`` tells of keys that are listed and not relied on, and of countries' objections.
    ``transports`` tells how the ways in and out besides the folders stand. ``register`` reads a
    national register.
    """

    home: Path
    settings: Settings
    directory: Callable[[], Directory]
    identity: Callable[[], Identity] | None
    standing: Callable[[Directory | None], Standing]
    broker: Callable[[], None]
    transports: Callable[[], TransportsStanding] = TransportsStanding
    trust: Callable[[], Sequence[ceremony.Finding]] = tuple
    register: Callable[[], None] = lambda: None


def diagnose(checked: Checked, now: datetime) -> list[Finding]:
    """All findings, the worst first; an empty list is a home where nothing is wrong."""
    findings: list[Finding] = []
    directory: Directory | None = None
    try:
        directory = checked.directory()
        findings += _of_directory(checked, directory, now)
    except (GatewayError, TrustError) as error:
        findings.append(from_error(error, str(checked.home)))
    for check in (
        _trust,
        _secrets,
        _disk,
        _files,
        _certificates,
        _mail_certificates,
        _broker,
        _transports,
        _register,
    ):
        findings += _guarded(check(checked, now), checked.home)
    if checked.identity is not None:
        findings += _guarded(_own_keys(checked, directory), checked.home)
    findings += _guarded(_standing(checked, directory, now), checked.home)
    unique = {(each.code, each.place, each.message): each for each in findings}
    return sorted(unique.values(), key=lambda each: (each.severity, each.code, each.place))


def _guarded(findings: Iterator[Finding], home: Path) -> Iterator[Finding]:
    try:
        yield from findings
    except (GatewayError, TrustError) as error:
        yield from_error(error, str(home))
    except OSError as error:
        yield found(
            FindingCode.FOLDER_UNUSABLE,
            f"a file or folder cannot be used: {error.strerror}",
            place=str(error.filename or home),
            remedy="see to rights, owner and path: the process's account must be able to use it",
        )


def _of_directory(checked: Checked, directory: Directory, now: datetime) -> Iterator[Finding]:
    left = directory.expires - now
    if left < ENDS_SOON:
        yield found(
            FindingCode.DIRECTORY_ENDS,
            "the key directory ends soon; from then on nobody seals, opens or carries",
            place=str(checked.home / checked.settings.keys.trust_folder),
            value=f"version {directory.version} ends {directory.expires:%Y-%m-%d %H:%M} UTC",
            remedy="at the centre: iarms directory propose --renew; then copy it to everybody",
        )
    party = checked.settings.party
    if party != RELAY_USER and party not in directory.parties:
        yield found(
            FindingCode.NOT_LISTED,
            "this party is not in the key directory: nobody takes its messages",
            place=f"directory version {directory.version}",
            value=party,
            remedy="enrol it at the centre, publish, and copy the new directory here",
        )


def _trust(checked: Checked, now: datetime) -> Iterator[Finding]:  # noqa: ARG001 - a check's shape
    """Somebody may be speaking in a country's name: nothing else is as urgent."""
    place = str(checked.home / checked.settings.keys.trust_folder)
    for each in checked.trust():
        if each.state == ceremony.WITHHELD:
            yield found(
                FindingCode.KEY_WITHHELD,
                f"{each.what} is listed in the directory, and this process does not rely on it",
                place=place,
                remedy=f"{each.remedy}; keep the log and the trust folder as they are",
            )
        elif each.what == ceremony.KEY_LOG:
            yield found(
                FindingCode.KEY_LOG,
                "the hub's key log is not shown to be one log that only grows",
                place=str(checked.home),
                value=each.state,
                remedy=each.remedy,
            )
        elif each.state == ceremony.OBJECTION:
            yield found(
                FindingCode.OBJECTION,
                f"a country says, signed, that somebody speaks in its name: {each.what}",
                place=place,
                remedy=each.remedy,
            )


def _own_keys(checked: Checked, directory: Directory | None) -> Iterator[Finding]:
    identity = None if checked.identity is None else checked.identity()
    if identity is None or directory is None:
        return
    listed = directory.signer(str(identity.signing_kid))
    if identity.party in directory.parties and (
        listed is None or listed[0].party != identity.party
    ):
        yield found(
            FindingCode.OTHER_KEY,
            "the directory lists another signing key for this party than the one it has",
            place=str(checked.home / checked.settings.keys.identity_file),
            value=str(identity.signing_kid),
            remedy="use the key that was enrolled, or enrol this one and publish",
        )


def _secrets(checked: Checked, now: datetime) -> Iterator[Finding]:  # noqa: ARG001 - a check's shape
    settings, home = checked.settings, checked.home
    secrets = [settings.broker.key_file]
    if checked.identity is not None and not settings.keys.agent:
        secrets += [settings.keys.identity_file, settings.keys.passphrase_file]
    for name in secrets:
        mode = (home / name).stat().st_mode
        if mode & _OTHERS and not str(home / name).startswith("/run/credentials"):
            yield found(
                FindingCode.OPEN_MODE,
                "others than its owner can use a secret file",
                place=str(home / name),
                value=f"mode {stat.S_IMODE(mode):04o}",
                remedy=f"chmod 600 {home / name}; and think of new keys if others had access to "
                "this machine",
            )
    for path in (home, home / FILE_NAME, home / settings.keys.trust_folder):
        mode = path.stat().st_mode
        if mode & _OTHERS_MAY_WRITE:
            yield found(
                FindingCode.OPEN_MODE,
                "others than its owner may change it, and so what this process trusts",
                place=str(path),
                value=f"mode {stat.S_IMODE(mode):04o}",
                remedy=f"chmod go-w {path}",
            )


def _disk(checked: Checked, now: datetime) -> Iterator[Finding]:  # noqa: ARG001 - a check's shape
    for place in (checked.home, *_disks_besides(checked.settings, checked.home)):
        free = shutil.disk_usage(place).free
        if free < DISK_LEAST_OCTETS:
            yield found(
                FindingCode.DISK_LOW,
                "there is little room left; a full disk holds every message",
                place=str(place),
                value=f"{free:,} octets free",
                remedy="make room there; nothing is lost meanwhile. A process that runs goes on by "
                "itself, one that ended is started again",
            )


def _disks_besides(settings: Settings, home: Path) -> Iterator[Path]:
    """Folders on other file systems than the home: of a SQLite database, of native files."""
    own = home.stat().st_dev
    url = database_url(settings, home)
    folders = [Path(url.removeprefix(_SQLITE)).parent] if url.startswith(_SQLITE) else []
    if settings.files is not None:
        folders.append(home / settings.files.folder)
    yield from (each for each in folders if each.exists() and each.stat().st_dev != own)


def _files(checked: Checked, now: datetime) -> Iterator[Finding]:  # noqa: ARG001 - a check's shape
    if checked.settings.files is not None:
        folder = checked.home / checked.settings.files.folder
        for name in ("in", "out", "done", "set-aside"):
            next((folder / name).iterdir(), None)  # raises where it cannot be read
    yield from ()


def _certificates(checked: Checked, now: datetime) -> Iterator[Finding]:
    broker = checked.settings.broker
    for name in (broker.certificate_file, broker.ca_file):
        ends = certificate_ends((checked.home / name).read_bytes())
        if ends - now < CERTIFICATE_SOON:
            yield found(
                FindingCode.CERTIFICATE_ENDS,
                "a certificate of the broker's line ends soon, or has ended",
                place=str(checked.home / name),
                value=f"ends {ends:%Y-%m-%d %H:%M} UTC",
                remedy="ask the centre for a new one; it is taken without a restart",
            )


def _mail_certificates(checked: Checked, now: datetime) -> Iterator[Finding]:
    for mail in (each for each in checked.settings.transport if isinstance(each, Mail)):
        files = (mail.smime_certificate_file, mail.smime_senders_file, mail.smime_answers_file)
        for name in filter(None, files if mail.protection == "smime" else ()):
            ends = certificate_ends((checked.home / name).read_bytes())
            if ends - now < CERTIFICATE_SOON:
                yield found(
                    FindingCode.CERTIFICATE_ENDS,
                    f"a certificate of the mails of {mail.name} ends soon, or has ended",
                    place=str(checked.home / name),
                    value=f"ends {ends:%Y-%m-%d %H:%M} UTC",
                    remedy="exchange a new one with the mailbox's owner; put both into the file",
                )


def _broker(checked: Checked, now: datetime) -> Iterator[Finding]:  # noqa: ARG001 - a check's shape
    checked.broker()
    yield from ()


def _register(checked: Checked, now: datetime) -> Iterator[Finding]:  # noqa: ARG001 - a check's shape
    checked.register()
    yield from ()


def _transports(checked: Checked, now: datetime) -> Iterator[Finding]:  # noqa: ARG001 - a check's shape
    standing = checked.transports()
    if not standing.wanted:
        return
    if not standing.is_running:
        yield found(
            FindingCode.TRANSPORT_STOPPED,
            "the settings have transports, and no process carries by them",
            place=str(checked.home),
            remedy="start it beside the node: iarms transport run",
        )
    for trouble in standing.troubles:
        yield found(
            FindingCode.TRANSPORT_TROUBLE,
            f"a transport cannot do its work: {trouble.message}",
            place=f"[[transport]] {trouble.transport}",
            value=f"{trouble.code} since {trouble.since:%Y-%m-%d %H:%M} UTC",
            remedy=trouble.remedy,
        )
    for error in standing.unreached:
        yield from_error(error, str(checked.home))


def _standing(checked: Checked, directory: Directory | None, now: datetime) -> Iterator[Finding]:
    home = str(checked.home)
    try:
        standing = checked.standing(directory)
    except GatewayError:
        # That the database cannot be read must not hide that nobody works.
        if not is_worked_in(checked.home):
            yield _not_running(checked.settings.party, home)
        raise
    if not standing.is_running:
        yield _not_running(standing.party, home)
    for pid in standing.halted:
        yield found(
            FindingCode.PROCESS_HALTED,
            "a process of this folder was halted: it lives and does nothing",
            place=home,
            value=f"process {pid}",
            remedy=f"kill -CONT {pid}; where a debugger holds it, end the debugger",
        )
    if checked.identity is not None:
        yield from _of_database(standing, home)
        yield from _of_messages(standing, home, now)
    yield from _of_queues(standing, home)


def _not_running(party: str, home: str) -> Finding:
    noun = {RELAY_USER: "relay", REGISTRY_PARTY: "hub"}.get(party, "node")
    return found(
        FindingCode.NOT_RUNNING,
        "no process works in this folder",
        place=home,
        remedy=f"start it, or its service: iarms {noun} run --home {home}",
    )


def _of_database(standing: Standing, home: str) -> Iterator[Finding]:
    database = standing.database
    if database is None:
        yield found(
            FindingCode.DATABASE_MISSING,
            "there is no database yet",
            place=home,
            remedy="start the process once: it makes its database itself",
        )
    elif not database.level.is_known:
        yield found(
            FindingCode.SCHEMA_AHEAD,
            "the database was written by a newer program than this one",
            place=home,
            value=f"at {database.level.found}, this program knows up to {database.level.needed}",
            remedy="run the newer program; tables never go back",
        )
    elif not database.level.fits:
        yield found(
            FindingCode.SCHEMA_BEHIND,
            "the database's tables are of an earlier program"
            if database.level.found
            else "the database has no tables: it is new, or what it held is gone",
            place=home,
            value=f"at {database.level.found}, this program needs {database.level.needed}",
            remedy="start the process: it migrates by itself"
            if database.level.found
            else "a new party: start the process, it makes them; one that has worked before: put "
            "the newest copy back first (iarms restore)",
        )
    if database is not None and database.replica is not None:
        yield from _of_replica(database.replica, home)
    if database is not None and database.level.fits and database.old_keys is not None:
        yield found(
            FindingCode.OLD_KEYS,
            "search keys were derived by other tables of words than today's: what only these read "
            "is not found by all its spellings yet",
            place=home,
            value=database.old_keys,
            remedy="let the hub run: it derives them anew beside its work; or iarms registry "
            "reindex does at once",
        )


def _of_replica(replica: ReplicaLook, home: str) -> Iterator[Finding]:
    if replica.away:
        yield found(
            FindingCode.REPLICA_AWAY,
            "searches are not read from the replica; the primary answers all of them",
            place=f"{home}: database_replica",
            value=replica.away,
            remedy="start it, or make it anew from the primary with pg_basebackup -R "
            "(docs/guides/operators.md, 'A replica for searches')",
        )
    elif replica.behind_octets > REPLICA_BEHIND_OCTETS:
        yield found(
            FindingCode.REPLICA_BEHIND,
            "the replica is behind the primary, which answers the searches meanwhile",
            place=f"{home}: database_replica",
            value=f"{replica.behind_octets:,} octets of log not replayed",
            remedy="wait while it catches up; if it grows: does it get its log "
            "(pg_stat_wal_receiver there), is its disk full or slow?",
        )


def _of_messages(standing: Standing, home: str, now: datetime) -> Iterator[Finding]:
    for peer in standing.peers:
        if peer.oldest is not None and now - peer.oldest > HELD_FOR:
            yield found(
                FindingCode.HELD,
                f"{peer.waiting} messages wait for a receipt of {peer.party}",
                place=home,
                value=f"the oldest since {peer.oldest:%Y-%m-%d %H:%M} UTC",
                remedy="docs/guides/operators.md, 'Messages are held'; nothing is lost",
            )
        if peer.missing:
            yield found(
                FindingCode.GAP,
                f"{peer.missing} numbered messages of {peer.party} never arrived",
                place=home,
                remedy="they are on their way, or one of you was restored from a copy: "
                "docs/guides/operators.md",
            )
    if standing.ahead:
        seconds = round(standing.ahead_by.total_seconds())
        yield found(
            FindingCode.CLOCK_AHEAD,
            f"{standing.ahead} messages wait: this machine's clock was {seconds:,} s ahead of the "
            "exchange's when it dated them",
            place=home,
            value=f"by this machine it is {now:%Y-%m-%d %H:%M:%S} UTC",
            remedy="set the clock; they are dated anew and go by themselves "
            "(docs/runbooks/clock-ahead.md)",
        )
    for lane in standing.lanes:
        if lane.expires_first is not None and lane.expires_first - now < EXPIRES_WITHIN:
            yield found(
                FindingCode.EXPIRES_SOON,
                f"messages in the {lane.lane} lane will end as failures within a day",
                place=home,
                value=f"the first at {lane.expires_first:%Y-%m-%d %H:%M} UTC",
                remedy="telephone the recipient (iarms status names it): its node is off or stuck",
            )
    for letters in standing.letters:
        yield found(
            FindingCode.DEAD_LETTERS,
            f"{letters.letters} dead letters: {letters.code}",
            place=f"{home}: {letters.source}",
            value=f"last seen {letters.last_seen:%Y-%m-%d %H:%M} UTC, {letters.times} times in all",
            remedy=_remedy_of(letters.code, home),
        )
    if standing.failing:
        yield found(
            FindingCode.FAILING,
            f"the handler failed on {standing.failing} messages, which are tried again",
            place=home,
            remedy="read endpoint.failed in the log; after the third time it is a dead letter",
        )
    aside = standing.files.get("SET_ASIDE", 0)
    if aside:
        yield found(
            FindingCode.FILES_SET_ASIDE,
            f"{aside} native files could not be read",
            place=home,
            remedy=f"iarms node files --home {home}; the reasons lie beside each file in set-aside",
        )


def _remedy_of(code: str, home: str) -> str:
    if code == _HELD:
        return "drop none: they are handled by themselves when a fresh beacon is there"
    return f"iarms deadletter list --home {home}; then replay or drop each"


def _of_queues(standing: Standing, home: str) -> Iterator[Finding]:
    for queue in standing.queues:
        if queue.absent:
            yield found(
                FindingCode.QUEUE_MISSING,
                "the broker lacks a queue or an exchange of this party, or does not let it look",
                place=f"{home}: {queue.name}",
                value=queue.absent,
                remedy="at the centre: iarms broker start, or iarms broker import, gives a running "
                "broker everything that its definitions name",
            )
        elif standing.is_running and not standing.halted and not queue.consumers:
            yield found(
                FindingCode.MAILBOX_UNREAD,
                f"nobody reads this mailbox, {queue.waiting} messages wait there",
                place=f"{home}: {queue.name}",
                remedy="read link.state in the process's log; restart the process",
            )
