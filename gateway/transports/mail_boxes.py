"""Where mails lie: a Maildir on this machine, or a folder of an IMAP server.

It reads no mail's content.
"""

from __future__ import annotations

import imaplib
import os
import re
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from time import monotonic
from typing import Protocol

from imap_tools import (
    BaseMailBox,
    ImapToolsError,
    MailBox,
    MailBoxStartTls,
    MailBoxUnencrypted,
    MailMessageFlags,
)
from imap_tools.errors import MailboxLoginError

from gateway.transport_settings import Mail
from gateway.transports.doorbell import Bell, ringing_on_changes
from gateway.transports.seam import (
    NotPermittedError,
    TransportError,
    UnreachableError,
)
from gateway.transports.secrets import secret_in

_LOOK_MOST = 500  # mails at one look
_SLICE_S = 2.0  # an IDLE is looked at so often whether it is to end; no mail waits for that
_IDLE_MOST = timedelta(minutes=25)  # RFC 2177: a server may hang up after 30


class Box(Protocol):
    """New mails, each by a name that stays."""

    def new(self) -> list[tuple[str, int]]:
        """Names and sizes of new mails, the oldest first."""

    def read(self, name: str) -> bytes | None:
        """A mail's octets; None when it is gone."""

    def done(self, name: str) -> None:
        """It is new no longer."""

    def wait(self, longest: timedelta, bell: Bell) -> None:
        """Until there may be new ones."""

    def check(self) -> None:
        """Whether it can be read."""

    def close(self) -> None:
        """Lets go of it."""


class Maildir:
    """A folder with ``new``, ``cur`` and ``tmp``; a mail is whole once it lies in ``new``."""

    def __init__(self, settings: Mail, home: Path) -> None:
        self._root = home / settings.maildir
        self._place = f"{settings.name}: {self._root}"
        self._stopping = threading.Event()
        self._rung_by: threading.Thread | None = None

    def new(self) -> list[tuple[str, int]]:
        """In the order in which they came."""
        found: list[tuple[int, str, int]] = []
        try:
            with os.scandir(self._root / "new") as entries:
                for entry in entries:
                    status = entry.stat(follow_symlinks=False)
                    if entry.is_file(follow_symlinks=False) and not entry.name.startswith("."):
                        found.append((status.st_mtime_ns, entry.name, status.st_size))
        except OSError as error:
            raise UnreachableError(
                f"the Maildir cannot be read: {error.strerror}",
                place=self._place,
                expected="a folder with new, cur and tmp",
                remedy="correct maildir, or let the mail server make it",
            ) from error
        return [(name, size) for _, name, size in sorted(found)]

    def read(self, name: str) -> bytes | None:
        """Its octets."""
        with suppress(FileNotFoundError):
            return (self._root / "new" / name).read_bytes()
        return None

    def done(self, name: str) -> None:
        """Moves it to ``cur``, marked as seen."""
        with suppress(FileNotFoundError):
            (self._root / "new" / name).replace(self._root / "cur" / f"{name}:2,S")

    def wait(self, longest: timedelta, bell: Bell) -> None:
        """Rung by the kernel."""
        if self._rung_by is None or not self._rung_by.is_alive():
            self._rung_by = ringing_on_changes(self._root / "new", bell, self._stopping)
        bell.wait(longest)

    def check(self) -> None:
        """``new`` can be listed and ``cur`` is there."""
        self.new()
        if not os.access(self._root / "cur", os.W_OK):
            raise TransportError(
                "what was taken cannot be moved to cur",
                place=self._place,
                expected="a folder cur that this account may write",
                remedy="make it, or give this account rights to it",
            )

    def close(self) -> None:
        """Ends the watch."""
        self._stopping.set()
        if self._rung_by is not None:
            self._rung_by.join(timeout=5)


class Imap:
    """A folder on a server; IDLE rings where the server can."""

    def __init__(self, settings: Mail, home: Path) -> None:
        self._settings = settings
        self._place = f"{settings.name}: {settings.imap_host}:{settings.imap_port}"
        self._password = ""
        if settings.imap_password_file:
            self._password = secret_in(home, settings.imap_password_file)
        self._context = context_of(settings, home)
        self._box: BaseMailBox | None = None
        self._idles = False
        self._looked: frozenset[str] = frozenset()  # new at the last look

    def new(self) -> list[tuple[str, int]]:
        """Unseen ones, by UID."""
        with self._asking() as box:
            validity = box.folder.status(self._settings.imap_folder, ["UIDVALIDITY"])
            unseen = box.uids("UNSEEN")
            self._looked = frozenset(unseen)
            if not unseen:
                return []
            some = sorted(unseen, key=int)[:_LOOK_MOST]
            _, lines = box.client.uid("fetch", ",".join(some), "(UID RFC822.SIZE)")
            sizes = dict(filter(None, map(_size_of, lines)))
            era = validity["UIDVALIDITY"]
            return [(f"{era}.{uid}", sizes[uid]) for uid in some if uid in sizes]

    def read(self, name: str) -> bytes | None:
        """Its octets; not marked as seen."""
        with self._asking() as box:
            status, found = box.client.uid("fetch", _uid(name), "(BODY.PEEK[])")
            if status != "OK":
                return None
            parts = [each[1] for each in found if isinstance(each, tuple)]
            return bytes(parts[0]) if parts else None

    def done(self, name: str) -> None:
        """Marks it as seen, and moves it where the settings say so."""
        with self._asking() as box:
            box.flag(_uid(name), MailMessageFlags.SEEN, value=True)
            if self._settings.imap_done_folder:
                box.move(_uid(name), self._settings.imap_done_folder)

    def wait(self, longest: timedelta, bell: Bell) -> None:
        """Held by IDLE; by the bell alone where the server has none."""
        if self._box is None or not self._idles:
            bell.wait(longest)
            return
        until = monotonic() + min(longest, _IDLE_MOST).total_seconds()
        with suppress(TransportError), self._asking() as box:
            # What came since the look was told with another answer, and no bell rings for it:
            # a mail that comes during this very search is told beside its result, and never again.
            box.client.untagged_responses.pop("EXISTS", None)
            found = set(box.uids("UNSEEN")) - self._looked
            if found or box.client.untagged_responses.get("EXISTS"):
                return
        with suppress(TransportError), self._asking() as box, box.idle as held:
            while monotonic() < until and not bell.wait(timedelta(0)):
                if held.poll(timeout=_SLICE_S):
                    return

    def check(self) -> None:
        """Logs in and opens the folder."""
        with self._asking() as box:
            if self._settings.imap_done_folder:
                box.folder.status(self._settings.imap_done_folder)

    def close(self) -> None:
        """Hangs up."""
        box, self._box = self._box, None
        if box is not None:
            with suppress(OSError, imaplib.IMAP4.error, ImapToolsError):
                box.client.shutdown()

    @contextmanager
    def _asking(self) -> Iterator[BaseMailBox]:
        try:
            if self._box is None:
                self._box = self._connected()
            yield self._box
        except ssl.SSLError as error:
            self.close()
            raise refused_certificate(error, self._place) from error
        except MailboxLoginError as error:
            self.close()
            raise NotPermittedError(
                "the IMAP server does not let us in",
                place=self._place,
                value=self._settings.imap_user,
                expected="a known user and its password",
                remedy="correct imap_user and the password in imap_password_file",
            ) from error
        except ImapToolsError as error:
            self.close()
            raise TransportError(
                f"the IMAP server refuses: {str(error)[:200]}",
                place=self._place,
                value=self._settings.imap_folder,
                expected="a folder that we may read, mark and move from",
                remedy="correct imap_folder and imap_done_folder, or make them",
            ) from error
        except (OSError, imaplib.IMAP4.error) as error:
            self.close()
            raise UnreachableError(
                f"the IMAP server does not answer: {str(error)[:200]}",
                place=self._place,
                expected="an answer",
                remedy="see that it runs and is let through; correct imap_host and imap_port",
            ) from error

    def _connected(self) -> BaseMailBox:
        settings = self._settings
        host, port, timeout = settings.imap_host, settings.imap_port, settings.timeout_s
        box: BaseMailBox
        match settings.imap_security:
            case "tls":
                box = MailBox(host, port, timeout, ssl_context=self._context)
            case "starttls":
                box = MailBoxStartTls(host, port, timeout, ssl_context=self._context)
            case "none":
                box = MailBoxUnencrypted(host, port, timeout)
        try:
            box.login(settings.imap_user, self._password, initial_folder=settings.imap_folder)
            # Asked anew: many servers say what they can only to whom they know.
            _, can = box.client.capability()
            self._idles = b"IDLE" in bytes(can[0] or b"").upper().split()
        except BaseException:
            with suppress(OSError, imaplib.IMAP4.error):
                box.client.shutdown()
            raise
        return box


def context_of(settings: Mail, home: Path) -> ssl.SSLContext:
    """What proves mail servers to us."""
    return ssl.create_default_context(
        cafile=str(home / settings.ca_file) if settings.ca_file else None
    )


def refused_certificate(error: ssl.SSLError, place: str) -> NotPermittedError:
    """A mail server that is not proven gets neither password nor mail."""
    return NotPermittedError(
        f"the mail server's certificate is not accepted: {error.reason or error}",
        place=place,
        expected="a certificate for this host of the authority in ca_file",
        remedy="correct the host or ca_file, or the server's certificate",
    )


def _size_of(line: object) -> tuple[str, int] | None:
    """UID and size in a line of a FETCH response."""
    text = bytes(line) if isinstance(line, bytes | bytearray) else b""
    uid, size = re.search(rb"\bUID (\d+)", text), re.search(rb"\bRFC822\.SIZE (\d+)", text)
    return None if uid is None or size is None else (uid[1].decode(), int(size[1]))


def _uid(name: str) -> str:
    return name.rpartition(".")[2]
