"""Settings become transports; what no type can say of the settings is checked here.

It starts nothing and reaches nobody.
"""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from sqlalchemy import make_url

from gateway.adapter import find_adapter
from gateway.config import Settings
from gateway.errors import ConfigError
from gateway.transport_settings import AnyTransport, Mail, Pull, Push, Served, Sftp, Soap, Sql
from gateway.transports.seam import Transport
from gateway.transports.secrets import secret_in

_LOOPBACK = ("localhost", "127.0.0.1", "::1", "")


def open_transport(settings: AnyTransport, home: Path) -> Transport:
    """The transport of one ``[[transport]]``; raises ``ConfigError``."""
    check_transport(settings, home)
    match settings:
        case Sql():
            from gateway.transports.sql import SqlTransport  # noqa: PLC0415 - each kind loads its own library

            return SqlTransport(settings, home)
        case Pull():
            from gateway.transports.pull import PullTransport  # noqa: PLC0415 - as above

            return PullTransport(settings, home)
        case Push():
            from gateway.transports.push import PushTransport  # noqa: PLC0415 - as above

            return PushTransport(settings, home)
        case Soap():
            from gateway.transports.soap import SoapTransport  # noqa: PLC0415 - as above

            return SoapTransport(settings, home)
        case Sftp():
            from gateway.transports.sftp import SftpTransport  # noqa: PLC0415 - as above

            return SftpTransport(settings, home)
        case Mail():
            from gateway.transports.mail import MailTransport  # noqa: PLC0415 - as above

            return MailTransport(settings, home)


def check_transports(settings: Settings, home: Path) -> None:
    """Every ``[[transport]]`` is whole and its secrets are there; raises ``ConfigError``."""
    if settings.transport and settings.files is None:
        raise ConfigError(
            "transports need the folders of a node",
            place=f"{home}/iarms.toml [[transport]]",
            expected="a section [files]",
            remedy="add it, or take the transports away",
        )
    doubled = [n for n, times in Counter(t.name for t in settings.transport).items() if times > 1]
    if doubled:
        raise ConfigError(
            "two transports have one name",
            place=f"{home}/iarms.toml [[transport]]",
            value=", ".join(doubled),
            expected="a name of its own for each",
            remedy="rename one that carried nothing yet: names stand in the names of files",
        )
    for each in settings.transport:
        check_transport(each, home)
        if each.as_json and settings.files is not None:
            _check_form(each.name, find_adapter(settings.files.adapter).suffix)


def check_transport(settings: AnyTransport, home: Path) -> None:
    """One ``[[transport]]``; raises ``ConfigError``."""
    place = f"{home}/iarms.toml [[transport]] {settings.name}"
    match settings:
        case Sql():
            _check_sql(settings, home, place)
        case Pull():
            _check_pull(settings, home, place)
        case Sftp():
            _check_sftp(settings, home, place)
        case Mail():
            _check_mail(settings, home, place)
        case Push() | Soap():
            _check_served(settings, home, place)


def _check_form(name: str, suffix: str) -> None:
    if suffix != ".json":
        raise ConfigError(
            "rows of a table come as JSON, and this node's adapter reads another form",
            place=f"[[transport]] {name}",
            value=f"an adapter of {suffix} files",
            expected='an adapter with form = "json"',
            remedy="write one for the table's columns: adapters/sql_table is a whole example",
        )


def _check_sql(settings: Sql, home: Path, place: str) -> None:
    if (settings.sequence is None) == (settings.change is None):
        raise ConfigError(
            "exactly one column orders the rows",
            place=place,
            value=f"sequence = {settings.sequence!r}, change = {settings.change!r}",
            expected="sequence (a number that grows with each new row) or change (an instant of "
            "the last change)",
            remedy="name one of them",
        )
    url = make_url(settings.url)
    if url.password is not None:
        raise ConfigError(
            "a password stands in the settings",
            place=f"{place} url",
            expected="no secret here",
            remedy="put it into a file with mode 0600 and name that as password_file; "
            "then change it, for it was readable",
        )
    if url.drivername != "sqlite":
        host = url.host or str(url.query.get("host", ""))
        if not host.startswith("/") and host not in _LOOPBACK:
            _demand_tls(str(url.query.get("sslmode", "")), place)
    if settings.password_file:
        secret_in(home, settings.password_file)


def _check_pull(settings: Pull, home: Path, place: str) -> None:
    for name, url in (("url", settings.url), ("answers_url", settings.answers_url)):
        split = urlsplit(url)
        if split.scheme != "https" and split.hostname not in _LOOPBACK:
            raise ConfigError(
                "the line to the web service is open to everybody on its way",
                place=f"{place} {name}",
                value=url,
                expected="https, or this machine",
                remedy="use https; ca_file names the authority",
            )
    if settings.token_file:
        secret_in(home, settings.token_file)
    _check_there(home, place, settings.ca_file, settings.certificate_file, settings.key_file)


def _check_sftp(settings: Sftp, home: Path, place: str) -> None:
    if bool(settings.private_key_file) == bool(settings.password_file):
        raise ConfigError(
            "exactly one secret proves us to the SFTP server",
            place=place,
            value=f"private_key_file = {settings.private_key_file!r}, "
            f"password_file = {settings.password_file!r}",
            expected="private_key_file (better) or password_file",
            remedy="ssh-keygen -t ed25519 -N '' -f FILE makes a key",
        )
    for file in (settings.private_key_file, settings.passphrase_file, settings.password_file):
        if file:
            secret_in(home, file)


def _check_mail(settings: Mail, home: Path, place: str) -> None:
    if bool(settings.maildir) == bool(settings.imap_host):
        raise ConfigError(
            "mails come from exactly one place",
            place=place,
            value=f"maildir = {settings.maildir!r}, imap_host = {settings.imap_host!r}",
            expected="a maildir, or an imap_host",
            remedy="name one of them",
        )
    if not settings.senders:
        raise ConfigError(
            "nobody may send",
            place=f"{place} senders",
            expected="the addresses whose mails are taken",
            remedy="name each; there is no wildcard",
        )
    lines = [(settings.smtp_host, settings.smtp_security)]
    if settings.imap_host:
        lines.append((settings.imap_host, settings.imap_security))
    for host, security in lines:
        if security == "none" and host not in _LOOPBACK:
            raise ConfigError(
                "a line to a mail server is open to everybody on its way",
                place=place,
                value=f"{host}, security none",
                expected="tls or starttls, but for this machine",
                remedy="set imap_security and smtp_security to tls",
            )
    for file in (settings.imap_password_file, settings.smtp_password_file):
        if file:
            secret_in(home, file)
    _check_there(home, place, settings.ca_file)
    from gateway.transports.mail_sealing import open_seal  # noqa: PLC0415 - its library is for mail alone

    open_seal(settings, home, lambda: datetime.now(UTC))


def _check_served(settings: Served, home: Path, place: str) -> None:
    secret_in(home, settings.token_file)
    host = settings.listen.rpartition(":")[0].strip("[]")
    if host not in _LOOPBACK and not settings.certificate_file:
        raise ConfigError(
            "without a certificate only this machine may call",
            place=f"{place} listen",
            value=settings.listen,
            expected="127.0.0.1:PORT, or certificate_file and key_file",
            remedy="listen on loopback, or give it a certificate",
        )
    files = (settings.certificate_file, settings.key_file, settings.client_ca_file)
    _check_there(home, place, *files)


def _check_there(home: Path, place: str, *files: str) -> None:
    for file in files:
        if file and not (home / file).is_file():
            raise ConfigError(
                "a file that the settings name is missing",
                place=place,
                value=str(home / file),
                expected="a file",
                remedy="put it there, or correct its name",
            )


def _demand_tls(mode: str, place: str) -> None:
    if mode != "verify-full":
        raise ConfigError(
            "the line to the database is not proven",
            place=f"{place} url",
            value=f"sslmode={mode}" if mode else "no sslmode",
            expected="?sslmode=verify-full&sslrootcert=FILE for a host that is not this machine",
            remedy="add it to the url; the server needs a certificate of that authority",
        )
