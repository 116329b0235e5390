"""Files are fetched from a folder of an SFTP server and answers are put into another.

The server's key is pinned; no agent, no known-hosts file and no configuration of this machine is
read.
"""

from __future__ import annotations

import re
import socket
import stat
import threading
from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from hashlib import sha256
from io import StringIO
from pathlib import Path, PurePosixPath
from typing import Any

import paramiko

from gateway.errors import ConfigError
from gateway.transport_settings import Sftp
from gateway.transports.doorbell import Bell
from gateway.transports.seam import (
    Dispatch,
    DispatchKind,
    Memory,
    NotPermittedError,
    Parcel,
    TransportError,
    UnreachableError,
)
from gateway.transports.secrets import secret_in

_UNFINISHED = (".part", ".tmp", ".partial", ".filepart", ".crdownload", "~", ".refused")
_KINDS = {"ssh-rsa": ("rsa-sha2-512", "rsa-sha2-256")}
_OURS = re.compile(r"^(?:\d+-)?[a-z][a-z0-9-]{0,30}_[0-9a-f]{24}_")
_Looks = tuple[int, int]  # size and instant of the last change


class FolderError(TransportError):
    """A folder of the other side is not there, or we may not use it."""

    code = "transport.folder"


class SftpTransport:
    """One folder to fetch from and one to put into."""

    def __init__(self, settings: Sftp, home: Path) -> None:
        self.settings = settings
        self.name = settings.name
        self._place = f"{settings.name}: {settings.user}@{settings.host}:{settings.port}"
        self._key = host_key_of(settings)
        self._secret = _secret_of(settings, home)
        self._bell = Bell()
        self._lines: dict[int, _Line] = {}  # each thread has a connection of its own
        self._fetched: dict[str, tuple[str, _Looks]] = {}
        self._seen: dict[str, _Looks] = {}  # where writers do not rename: as it was last time

    @property
    def look_each(self) -> timedelta:
        """SFTP rings no bell."""
        return timedelta(seconds=self.settings.look_each_s)

    # --- in -----------------------------------------------------------------------------------

    def fetch(self, memory: Memory) -> Iterator[Parcel]:  # noqa: ARG002 - the server's folder is the memory
        """Whole files, the oldest first."""
        with self._asking(self.settings.fetch_from) as sftp:
            found = self._finished(sftp)
        for name, looks in found:
            with self._asking(self.settings.fetch_from) as sftp:
                parcel = self._read(sftp, name, looks)
            if parcel is not None:
                self._fetched[parcel.identity] = (name, looks)
                yield parcel

    def _finished(self, sftp: paramiko.SFTPClient) -> list[tuple[str, _Looks]]:
        found: list[tuple[str, _Looks]] = []
        for each in sftp.listdir_attr(self.settings.fetch_from):
            name = each.filename
            if name.startswith(".") or name.endswith(_UNFINISHED) or "/" in name:
                continue
            if stat.S_ISREG(each.st_mode or 0):
                found.append((name, _looks(each)))
        if not self.settings.writers_rename:
            before, self._seen = self._seen, dict(found)
            found = [(name, looks) for name, looks in found if before.get(name) == looks]
        return sorted(found, key=lambda each: (each[1][1], each[0]))

    def _read(self, sftp: paramiko.SFTPClient, name: str, looks: _Looks) -> Parcel | None:
        path = self._path(name)
        most = self.settings.most_octets
        if looks[0] > most:
            return Parcel(
                identity=f"{name} {looks}",
                label=name,
                octets=b"",
                address=name,
                refused=f"transport.oversized: the file has {looks[0]:,} octets, not {most:,}",
            )
        with suppress(FileNotFoundError), sftp.open(path, "rb") as source:
            source.prefetch(looks[0])
            octets = source.read(most + 1)
            if _looks(sftp.lstat(path)) != looks or len(octets) != looks[0]:
                return None  # somebody writes it after all: the next look decides
            label = name.removesuffix(PurePosixPath(name).suffix)
            identity = sha256(octets).hexdigest()
            return Parcel(identity=identity, label=label, octets=octets, address=name)
        return None

    def settle(self, parcel: Parcel) -> None:
        """Moves the file away, or removes it; one that was not taken is renamed beside."""
        name, looks = self._fetched.pop(parcel.identity)
        with self._asking(self.settings.fetch_from) as sftp, suppress(FileNotFoundError):
            if _looks(sftp.lstat(self._path(name))) != looks:
                return  # another file lies there by now: it is fetched in its turn
            if parcel.refused:
                sftp.posix_rename(self._path(name), self._path(f"{name}.refused"))
            elif self.settings.move_to:
                target = PurePosixPath(self.settings.move_to) / f"{parcel.identity[:8]}-{name}"
                sftp.posix_rename(self._path(name), str(target))
            else:
                sftp.remove(self._path(name))

    def _path(self, name: str) -> str:
        return str(PurePosixPath(self.settings.fetch_from) / name)

    # --- back ---------------------------------------------------------------------------------

    def deliver(self, dispatch: Dispatch) -> None:
        """Puts the file under a name that readers leave alone, then renames it."""
        octets = dispatch.octets()
        name = dispatch.id
        if dispatch.kind is DispatchKind.ANSWER:
            name = _OURS.sub("", name)  # the name of the file that asked, and its number here
        folder = PurePosixPath(self.settings.put_into)
        part = str(folder / f".{name}.part")
        with self._asking(self.settings.put_into) as sftp:
            with sftp.open(part, "wb") as out:
                out.set_pipelined(True)
                out.write(octets)
            if sftp.stat(part).st_size != len(octets):
                raise UnreachableError(
                    "the server did not keep the whole file",
                    place=f"{self._place}/{self.settings.put_into}",
                    expected=f"{len(octets):,} octets",
                    remedy="see whether its disk is full",
                )
            sftp.posix_rename(part, str(folder / name))

    # --- waiting and looking --------------------------------------------------------------------

    def wait(self, longest: timedelta) -> None:
        """Until the next look."""
        self._bell.wait(longest)

    def wake(self) -> None:
        """Ends ``wait``."""
        self._bell.ring()

    def check(self) -> None:
        """The server has the pinned key, takes ours, and has the folders."""
        folders = (self.settings.fetch_from, self.settings.put_into, self.settings.move_to)
        for folder in folders:
            if folder:
                with self._asking(folder) as sftp:
                    sftp.listdir_attr(folder)

    def close(self) -> None:
        """Hangs up."""
        for line in list(self._lines.values()):
            line.close()
        self._lines.clear()

    # --- the line -------------------------------------------------------------------------------

    @contextmanager
    def _asking(self, folder: str) -> Iterator[paramiko.SFTPClient]:
        thread = threading.get_ident()
        place = f"{self._place}/{folder}"
        try:
            line = self._lines.get(thread)
            if line is None or not line.is_up:
                line = self._lines[thread] = self._connected()
            yield line.sftp
        except paramiko.AuthenticationException as error:
            self._hang_up(thread)
            raise NotPermittedError(
                "the SFTP server does not take our key or password",
                place=place,
                value=self.settings.user,
                expected="a known user",
                remedy="give its operator our public key, or correct user and files",
            ) from error
        except paramiko.SSHException as error:
            self._hang_up(thread)
            if "host key" in str(error) or "no acceptable host key" in str(error).lower():
                raise NotPermittedError(
                    "the SFTP server has another key than the pinned one",
                    place=place,
                    expected=f"{self.settings.host_key.split()[0]} {fingerprint(self._key)}",
                    remedy="ask its operator by telephone for its key's fingerprint; correct "
                    "host_key only if it is the new one",
                ) from error
            raise self._unreachable(error, place) from error
        except (FileNotFoundError, PermissionError) as error:
            raise FolderError(
                f"the folder cannot be used: {error.strerror or error}",
                place=place,
                expected="a folder that our user may read, write and rename in",
                remedy="make it at the server, or correct fetch_from, put_into and move_to",
            ) from error
        except (OSError, EOFError) as error:
            self._hang_up(thread)
            raise self._unreachable(error, place) from error

    def _unreachable(self, error: Exception, place: str) -> UnreachableError:
        return UnreachableError(
            f"the SFTP server does not answer: {str(error) or 'it hung up'}",
            place=place,
            expected="an answer",
            remedy="see that it runs and is let through; correct host and port",
        )

    def _hang_up(self, thread: int) -> None:
        line = self._lines.pop(thread, None)
        if line is not None:
            line.close()

    def _connected(self) -> _Line:
        settings = self.settings
        address = (settings.host, settings.port)
        transport = paramiko.Transport(socket.create_connection(address, settings.timeout_s))
        try:
            transport.banner_timeout = transport.auth_timeout = settings.timeout_s
            kind = self._key.get_name()
            transport.get_security_options().key_types = _KINDS.get(kind, (kind,))
            transport.connect(hostkey=self._key, username=settings.user, **self._secret)
            sftp: Any = paramiko.SFTPClient.from_transport(transport)
            sftp.get_channel().settimeout(settings.timeout_s)
        except BaseException:
            transport.close()
            raise
        return _Line(transport, sftp)


class _Line:
    """One connection."""

    def __init__(self, transport: paramiko.Transport, sftp: paramiko.SFTPClient) -> None:
        self._transport = transport
        self.sftp = sftp

    @property
    def is_up(self) -> bool:
        return bool(self._transport.is_active())

    def close(self) -> None:
        self._transport.close()


def host_key_of(settings: Sftp) -> paramiko.PKey:
    """The pinned key; ``ConfigError`` for what is none."""
    kind, _, rest = settings.host_key.strip().partition(" ")
    try:
        return paramiko.PKey.from_type_string(kind, b64decode(rest.split()[0], validate=True))
    except (ValueError, IndexError, paramiko.SSHException) as error:
        raise ConfigError(
            "the pinned key of the SFTP server cannot be read",
            place=f"[[transport]] {settings.name} host_key",
            value=settings.host_key[:40],
            expected="a line as 'ssh-ed25519 AAAA...', from /etc/ssh/*.pub of the server",
            remedy="let the server's operator hand it over; never take it from the line itself",
        ) from error


def fingerprint(key: paramiko.PKey) -> str:
    """As ``ssh-keygen -l`` shows it."""
    return str(key.fingerprint)


def _secret_of(settings: Sftp, home: Path) -> dict[str, Any]:
    if settings.password_file:
        return {"password": secret_in(home, settings.password_file)}
    text = secret_in(home, settings.private_key_file)
    passphrase = secret_in(home, settings.passphrase_file) if settings.passphrase_file else None
    for kind in (paramiko.Ed25519Key, paramiko.ECDSAKey, paramiko.RSAKey):
        with suppress(paramiko.SSHException, ValueError):
            return {"pkey": kind.from_private_key(StringIO(text + "\n"), password=passphrase)}
    raise ConfigError(
        "the private key cannot be read",
        place=str(home / settings.private_key_file),
        expected="an Ed25519, ECDSA or RSA key as ssh-keygen writes it, and its passphrase",
        remedy="make one: ssh-keygen -t ed25519 -N '' -f FILE; its .pub goes to the server",
    )


def _looks(attributes: Any) -> _Looks:
    return int(attributes.st_size or 0), int(attributes.st_mtime or 0)
