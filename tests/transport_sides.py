"""The other side of each kind of transport: a real database, server or mailbox of a test's own."""

from __future__ import annotations

import json
import os
import socket
import sqlite3
import subprocess
import threading
from abc import ABC, abstractmethod
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import parse_qsl, quote, unquote, urlsplit

import paramiko
import psycopg
import urllib3
from lxml import etree
from real_postgres import fresh_database, shared_postgres
from transport_bench import Bench

from gateway.transport_settings import Pull, Push, Sftp, Soap, Sql
from gateway.transports import Transport, open_transport
from gateway.transports.soap import NAMESPACE, SOAP_11

MOST_OCTETS = 4_096


class Side(ABC):
    """A national system as a test plays it."""

    fetches: ClassVar[bool] = True
    settings: Any
    bench: Bench

    def __init__(self, home: Path) -> None:
        self.home = home
        self.is_down = False

    def open(self) -> Transport:
        """The transport on it."""
        return open_transport(self.settings, self.home)

    @abstractmethod
    def offer(self, name: str, octets: bytes) -> None:
        """Offers a new item."""

    @abstractmethod
    def offer_again(self, name: str, octets: bytes) -> None:
        """Offers an item that it offered before."""

    @abstractmethod
    def offer_partly(self, name: str, octets: bytes) -> Callable[[], object]:
        """Begins to offer an item; what is given ends it."""

    @abstractmethod
    def answers(self) -> list[bytes]:
        """Every answer and notice that it has."""

    @abstractmethod
    def refusals(self) -> list[bytes]:
        """What it was told of items that were not taken."""

    @abstractmethod
    def goes_down(self) -> None:
        """Nobody reaches it."""

    @abstractmethod
    def comes_up(self) -> None:
        """It is reached again."""

    def dies_while(self, work: Callable[[], object]) -> None:
        """Does what ends the transport's process."""
        with suppress(KeyError):
            work()


class SqliteSide(Side):
    """A SQLite file with a table of rows and an outbox."""

    def __init__(self, home: Path) -> None:
        super().__init__(home)
        self.file = home / "police.db"
        self.db = sqlite3.connect(self.file, isolation_level=None, timeout=20)
        self.db.execute("pragma journal_mode=wal")
        self.db.execute("create table guns (id integer primary key, name text, text text)")
        self.db.execute(
            "create table outbox (answer_id text, line integer, kind text, source_row text,"
            " made text, told text, result text, primary key (answer_id, line))"
        )
        self.settings = Sql(
            name="police",
            notices=True,
            most_octets=MOST_OCTETS,
            url="sqlite:///police.db",
            table="guns",
            columns=("name", "text"),
            row="id",
            sequence="id",
            rows_most=1,
            outbox="outbox",
        )

    def offer(self, name: str, octets: bytes) -> None:
        self.db.execute("insert into guns (name, text) values (?, ?)", (name, octets.decode()))

    def offer_again(self, name: str, octets: bytes) -> None:
        self.db.execute("update guns set text = ? where name = ?", (octets.decode(), name))

    def offer_partly(self, name: str, octets: bytes) -> Callable[[], object]:
        self.db.execute("begin immediate")
        self.offer(name, octets)
        return lambda: self.db.execute("commit")

    def answers(self) -> list[bytes]:
        found = self.db.execute("select told from outbox where kind <> 'SET_ASIDE'")
        return [str(row[0]).encode() for row in found]

    def refusals(self) -> list[bytes]:
        found = self.db.execute("select told from outbox where kind = 'SET_ASIDE'")
        return [str(row[0]).encode() for row in found]

    def goes_down(self) -> None:
        self.is_down = True
        self.db.execute("pragma wal_checkpoint(truncate)")
        self.file.rename(self.home / "gone.db")

    def comes_up(self) -> None:
        self.is_down = False
        (self.home / "gone.db").rename(self.file)


@contextmanager
def sqlite_side(home: Path) -> Iterator[Side]:
    side = SqliteSide(home)
    try:
        yield side
    finally:
        side.db.close()


class PostgresSide(SqliteSide):
    """A table with a change column and an outbox in a real PostgreSQL."""

    def __init__(self, home: Path, url: str, admin: psycopg.Connection[Any]) -> None:
        Side.__init__(self, home)
        self.admin = admin
        self.admin.execute("create schema police")
        self.admin.execute(
            "create table police.guns (id bigserial primary key, name text, text text,"
            " changed timestamptz not null default clock_timestamp())"
        )
        self.admin.execute(
            "create table police.outbox (answer_id text, line integer, kind text, source_row text,"
            " made text, told text, result text, primary key (answer_id, line))"
        )
        self.admin.execute("drop role if exists transport")
        self.admin.execute("create role transport login")
        self.admin.execute("grant usage on schema police to transport")
        self.admin.execute("grant select on police.guns to transport")
        self.admin.execute("grant select, insert on police.outbox to transport")
        self.settings = Sql(
            name="police",
            notices=True,
            most_octets=MOST_OCTETS,
            url=url.replace("//test@", "//transport@"),
            table="police.guns",
            columns=("name", "text"),
            row="id",
            change="changed",
            rows_most=1,
            outbox="police.outbox",
            notify="guns_changed",
        )

    def offer(self, name: str, octets: bytes) -> None:
        self.admin.execute(
            "insert into police.guns (name, text) values (%s, %s)", (name, octets.decode())
        )

    def offer_again(self, name: str, octets: bytes) -> None:
        query = "update police.guns set text = %s where name = %s"  # changed stays: no new item
        self.admin.execute(query, (octets.decode(), name))

    def offer_partly(self, name: str, octets: bytes) -> Callable[[], object]:
        self.admin.execute("begin")
        self.offer(name, octets)
        return lambda: self.admin.execute("commit")

    def answers(self) -> list[bytes]:
        return self._told("<>")

    def refusals(self) -> list[bytes]:
        return self._told("=")

    def _told(self, which: str) -> list[bytes]:
        query = f"select told from police.outbox where kind {which} 'SET_ASIDE'"  # noqa: S608 - a test's own word
        return [str(row[0]).encode() for row in self.admin.execute(query)]

    def goes_down(self) -> None:
        self.is_down = True
        self.admin.execute("alter role transport nologin")
        self.admin.execute(
            "select pg_terminate_backend(pid, 5000) from pg_stat_activity"
            " where usename = 'transport'"
        )

    def comes_up(self) -> None:
        self.is_down = False
        self.admin.execute("alter role transport login")


@contextmanager
def postgres_side(home: Path) -> Iterator[PostgresSide]:
    with (
        fresh_database(shared_postgres()) as url,
        psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as admin,
    ):
        yield PostgresSide(home, url, admin)


class Service:
    """A web service of a national system: pages of items with cursor and ETag, and answers."""

    def __init__(self) -> None:
        self.items: list[tuple[str, bytes]] = []
        self.answers: dict[str, tuple[str, bytes]] = {}
        self.asked: list[str] = []  # status and path of each call
        self.refusing: tuple[int, dict[str, str]] | None = None
        self.cut_off = 0  # of the next pages so many are cut off in the middle
        self.page_items = 2
        self.changed = threading.Condition()
        self.lines: list[socket.socket] = []
        self._server: ThreadingHTTPServer | None = None
        self.port = 0

    def up(self) -> None:
        handler = type("Handler", (_Handler,), {"service": self})
        self._server = ThreadingHTTPServer(("127.0.0.1", self.port), handler)
        self._server.daemon_threads = True
        self.port = self._server.server_port
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def down(self) -> None:
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server = None
            for line in self.lines:
                with suppress(OSError):
                    line.shutdown(socket.SHUT_RDWR)
            self.lines.clear()

    def put(self, identity: str, octets: bytes) -> None:
        with self.changed:
            self.items.append((identity, octets))
            self.changed.notify_all()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    service: Service

    def setup(self) -> None:
        super().setup()
        self.service.lines.append(self.connection)

    def log_message(self, *_: object) -> None:
        """Silent."""

    def _say(self, status: int, octets: bytes = b"", **headers: str) -> None:
        self.service.asked.append(f"{status} {self.command} {self.path}")
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(octets)))
        self.end_headers()
        if self.service.cut_off and self.command == "GET":
            self.service.cut_off -= 1
            self.wfile.write(octets[: len(octets) // 2])
            self.wfile.flush()
            self.close_connection = True
            return
        self.wfile.write(octets)

    def _refused(self) -> bool:
        if self.headers.get("Authorization") != "Bearer good":
            self._say(401)
            return True
        if self.service.refusing is not None:
            status, headers = self.service.refusing
            self._say(status, **headers)
            return True
        return False

    def do_GET(self) -> None:
        if self._refused():
            return
        service = self.service
        split = urlsplit(self.path)
        query = dict(parse_qsl(split.query))
        if split.path.startswith("/doc/"):
            octets = dict(service.items)[unquote(split.path.removeprefix("/doc/"))]
            self._say(200, octets)
            return
        first = int(query.get("cursor", "0"))
        with service.changed:
            some = service.items[first : first + service.page_items]
            etag = f'"{first}-{len(some)}"'
            if "wait" in query and self.headers.get("If-None-Match") == etag:
                service.changed.wait(float(query["wait"]))
            some = service.items[first : first + service.page_items]
            etag = f'"{first}-{len(some)}"'
            if self.headers.get("If-None-Match") == etag:
                self._say(304, ETag=etag)
                return
            items = [
                {"id": identity, "text": octets.decode(), "href": f"/doc/{quote(identity)}"}
                for identity, octets in some
            ]
            full = len(some) == service.page_items
            page = {"items": items, "next": str(first + len(some)) if full else None}
        self._say(200, json.dumps(page).encode(), ETag=etag)

    def do_POST(self) -> None:
        octets = self.rfile.read(int(self.headers["Content-Length"]))
        if self._refused():
            return
        key = self.headers["Idempotency-Key"]
        with self.service.changed:
            self.service.answers.setdefault(key, (self.headers["Iarms-Kind"], octets))
        self._say(201)


class PullSide(Side):
    """The web service above; ``documents`` are fetched one by one, else items come in pages."""

    def __init__(self, home: Path, *, documents: bool) -> None:
        super().__init__(home)
        self.service = Service()
        self.service.up()
        put_secret(home / "web.token", "good")
        root = f"http://127.0.0.1:{self.service.port}"
        self.settings = Pull(
            name="web",
            notices=True,
            most_octets=MOST_OCTETS,
            url=f"{root}/items",
            answers_url=f"{root}/answers",
            token_file="web.token",
            document_in="href" if documents else "",
            wait_as="wait",
            wait_s=0.05,
        )

    def offer(self, name: str, octets: bytes) -> None:
        self.service.put(name, octets)

    def offer_again(self, name: str, octets: bytes) -> None:
        self.service.put(name, octets)

    def offer_partly(self, name: str, octets: bytes) -> Callable[[], object]:
        self.service.cut_off = 1
        self.offer(name, octets)
        return lambda: None

    def answers(self) -> list[bytes]:
        return [octets for kind, octets in self.service.answers.values() if kind != "SET_ASIDE"]

    def refusals(self) -> list[bytes]:
        return [octets for kind, octets in self.service.answers.values() if kind == "SET_ASIDE"]

    def goes_down(self) -> None:
        self.is_down = True
        self.service.down()

    def comes_up(self) -> None:
        self.is_down = False
        self.service.up()


@contextmanager
def pull_side(home: Path, *, documents: bool = False) -> Iterator[PullSide]:
    side = PullSide(home, documents=documents)
    try:
        yield side
    finally:
        side.service.down()


class PushSide(Side):
    """A caller of ours, over a real connection."""

    fetches = False

    def __init__(self, home: Path) -> None:
        super().__init__(home)
        put_secret(home / "push.token", "t0ken")
        self.told: list[bytes] = []
        self.settings = Push(
            name="push",
            notices=True,
            most_octets=MOST_OCTETS,
            listen="127.0.0.1:0",
            token_file="push.token",
        )
        self.http = urllib3.PoolManager(retries=False, headers=self.headers())

    @staticmethod
    def headers(**more: str) -> dict[str, str]:
        return {"Authorization": "Bearer t0ken", **more}

    def call(self, method: str, path: str, body: bytes | None = None, **headers: str) -> Any:
        url = f"http://127.0.0.1:{self.bench.transport.port}{path}"  # type: ignore[attr-defined]
        return self.http.request(method, url, body=body, headers=self.headers(**headers))

    def offer(self, name: str, octets: bytes) -> None:
        answer = self.call("POST", "/v1/items", octets, **{"Idempotency-Key": name})
        if answer.status != 202:
            self.told.append(answer.data)

    def offer_again(self, name: str, octets: bytes) -> None:
        self.offer(name, octets)

    def offer_partly(self, name: str, octets: bytes) -> Callable[[], object]:
        port = self.bench.transport.port  # type: ignore[attr-defined]
        with socket.create_connection(("127.0.0.1", port)) as line:
            line.sendall(
                b"POST /v1/items HTTP/1.1\r\nHost: here\r\nAuthorization: Bearer t0ken\r\n"
                b"Idempotency-Key: " + name.encode() + b"\r\n"
                b"Content-Length: %d\r\n\r\n" % len(octets) + octets[:5]
            )
        return lambda: self.offer(name, octets)

    def _dispatched(self, *, aside: bool) -> list[bytes]:
        found: list[bytes] = []
        after = 0
        while True:
            page = self.call("GET", f"/v1/answers?after={after}&limit=2").json()
            found += [
                self.call("GET", each["href"]).data
                for each in page["answers"]
                if (each["kind"] == "SET_ASIDE") is aside
            ]
            if not page["answers"]:
                return found
            after = page["next"]

    def answers(self) -> list[bytes]:
        return self._dispatched(aside=False)

    def refusals(self) -> list[bytes]:
        return self.told + self._dispatched(aside=True)

    def goes_down(self) -> None:
        """It calls us no more."""

    def comes_up(self) -> None:
        """It calls us again."""

    def dies_while(self, work: Callable[[], object]) -> None:
        work()  # the caller sees a failure, and the next start places what was kept
        assert self.told.pop()


@contextmanager
def push_side(home: Path) -> Iterator[PushSide]:
    side = PushSide(home)
    try:
        yield side
    finally:
        side.http.clear()


class SoapSide(PushSide):
    """A caller of ours by SOAP 1.1."""

    def __init__(self, home: Path) -> None:
        super().__init__(home)
        self.settings = Soap(
            name="soap",
            notices=True,
            most_octets=MOST_OCTETS,
            listen="127.0.0.1:0",
            token_file="push.token",
        )

    def ask(self, name: str, *, version: str = SOAP_11, **members: object) -> Any:
        """Calls an operation; gives the element in the body."""
        told = "".join(f"<{key}>{value}</{key}>" for key, value in members.items())
        return self.ask_octets(
            f'<s:Envelope xmlns:s="{version}"><s:Body><{name} xmlns="{NAMESPACE}">{told}</{name}>'
            "</s:Body></s:Envelope>".encode(),
            version=version,
        )

    def ask_octets(self, octets: bytes, *, version: str = SOAP_11) -> Any:
        form = "text/xml" if version == SOAP_11 else "application/soap+xml"
        answer = self.call("POST", "/soap", octets, **{"Content-Type": form})
        (body,) = etree.fromstring(answer.data)[0]
        return body

    def offer(self, name: str, octets: bytes) -> None:
        said = self.ask("Submit", Reference=name, Content=b64encode(octets).decode())
        if said.tag.endswith("Fault"):
            self.told.append(etree.tostring(said))

    def offer_partly(self, name: str, octets: bytes) -> Callable[[], object]:
        port = self.bench.transport.port  # type: ignore[attr-defined]
        with socket.create_connection(("127.0.0.1", port)) as line:
            line.sendall(
                b"POST /soap HTTP/1.1\r\nHost: here\r\nAuthorization: Bearer t0ken\r\n"
                b"Content-Type: text/xml\r\nContent-Length: 900\r\n\r\n<s:Envelope"
            )
        return lambda: self.offer(name, octets)

    def _dispatched(self, *, aside: bool) -> list[bytes]:
        found: list[bytes] = []
        after = 0
        while True:
            page = self.ask("PollAnswers", After=after, Most=2)
            answers = page.findall(f"{{{NAMESPACE}}}Answer")
            found += [
                b64decode(each.findtext(f"{{{NAMESPACE}}}Content"))
                for each in answers
                if (each.findtext(f"{{{NAMESPACE}}}Kind") == "SET_ASIDE") is aside
            ]
            if not answers:
                return found
            after = int(page.findtext(f"{{{NAMESPACE}}}Next"))

    def dies_while(self, work: Callable[[], object]) -> None:
        with suppress(etree.XMLSyntaxError):  # the caller sees a failure
            work()


@contextmanager
def soap_side(home: Path) -> Iterator[SoapSide]:
    side = SoapSide(home)
    try:
        yield side
    finally:
        side.http.clear()


class SftpServer:
    """A real SSH server with SFTP on a folder, on loopback; it knows one key of one user."""

    def __init__(self, root: Path, host_key: paramiko.PKey, user_key: paramiko.PKey) -> None:
        self.root, self.host_key, self.user_key = root, host_key, user_key
        self.port = 0
        self._listener: socket.socket | None = None
        self._lines: list[paramiko.Transport] = []

    def up(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", self.port))
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, args=(self._listener,), daemon=True).start()

    def down(self) -> None:
        if self._listener is not None:
            self._listener.shutdown(socket.SHUT_RDWR)
            self._listener.close()
            self._listener = None
        for line in self._lines:
            line.close()
        self._lines.clear()

    def _accept(self, listener: socket.socket) -> None:
        while True:
            try:
                line, _ = listener.accept()
            except OSError:
                return
            transport = paramiko.Transport(line)
            transport.add_server_key(self.host_key)
            transport.set_subsystem_handler(
                "sftp", paramiko.SFTPServer, _SftpFolder, root=self.root
            )
            self._lines.append(transport)
            with suppress(paramiko.SSHException, EOFError, OSError):
                transport.start_server(server=_SshServer(self.user_key), event=threading.Event())


class _SshServer(paramiko.ServerInterface):
    def __init__(self, user_key: paramiko.PKey) -> None:
        self._user_key = user_key

    def check_auth_publickey(self, username: str, key: paramiko.PKey) -> int:
        known = username == "iarms" and key == self._user_key
        return paramiko.AUTH_SUCCESSFUL if known else paramiko.AUTH_FAILED

    def get_allowed_auths(self, username: str) -> str:
        return "publickey" if username else ""

    def check_channel_request(self, kind: str, chanid: int) -> int:
        return paramiko.OPEN_SUCCEEDED if kind == "session" and chanid >= 0 else 1


class _SftpFolder(paramiko.SFTPServerInterface):
    def __init__(self, server: Any, *args: Any, root: Path, **more: Any) -> None:
        super().__init__(server, *args, **more)
        self._root = root

    def _there(self, path: str) -> Path:
        return self._root / self.canonicalize(path).lstrip("/")

    @staticmethod
    def _done(work: Callable[[], object]) -> Any:
        try:
            return work()
        except OSError as error:
            return paramiko.SFTPServer.convert_errno(error.errno or 0)

    def list_folder(self, path: str) -> Any:
        def listed() -> list[Any]:
            found = sorted(self._there(path).iterdir())
            return [paramiko.SFTPAttributes.from_stat(p.lstat(), p.name) for p in found]

        return self._done(listed)

    def stat(self, path: str) -> Any:
        return self._done(lambda: paramiko.SFTPAttributes.from_stat(self._there(path).stat()))

    def lstat(self, path: str) -> Any:
        return self._done(lambda: paramiko.SFTPAttributes.from_stat(self._there(path).lstat()))

    def open(self, path: str, flags: int, attr: Any) -> Any:  # noqa: ARG002 - paramiko's signature
        def opened() -> paramiko.SFTPHandle:
            writing = bool(flags & os.O_WRONLY)
            file = self._there(path).open("wb" if writing else "rb")
            handle = paramiko.SFTPHandle(flags)
            handle.readfile = handle.writefile = file  # type: ignore[attr-defined]  # as paramiko documents
            return handle

        return self._done(opened)

    def remove(self, path: str) -> Any:
        return self._done(lambda: self._there(path).unlink()) or paramiko.SFTP_OK

    def posix_rename(self, oldpath: str, newpath: str) -> Any:
        done = self._done(lambda: self._there(oldpath).replace(self._there(newpath)))
        return done if isinstance(done, int) else paramiko.SFTP_OK


class SftpSide(Side):
    """A folder tree behind the server above."""

    def __init__(self, home: Path) -> None:
        super().__init__(home)
        self.root = home / "server"
        for name in ("to-gateway", "from-gateway", "taken"):
            (self.root / name).mkdir(parents=True)
        key = home / "sftp.key"
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key], check=True)
        user_key = paramiko.Ed25519Key.from_private_key_file(str(key))
        host_key = paramiko.ECDSAKey.generate()
        self.server = SftpServer(self.root, host_key, user_key)
        self.server.up()
        self.settings = Sftp(
            name="sftp",
            notices=True,
            most_octets=MOST_OCTETS,
            host="127.0.0.1",
            port=self.server.port,
            user="iarms",
            host_key=f"{host_key.get_name()} {host_key.get_base64()}",
            private_key_file="sftp.key",
            fetch_from="to-gateway",
            put_into="from-gateway",
            move_to="taken",
            timeout_s=10.0,
        )

    def offer(self, name: str, octets: bytes) -> None:
        part = self.root / "to-gateway" / f"{name}.json.part"
        part.write_bytes(octets)
        part.rename(self.root / "to-gateway" / f"{name}.json")

    def offer_again(self, name: str, octets: bytes) -> None:
        self.offer(name, octets)

    def offer_partly(self, name: str, octets: bytes) -> Callable[[], object]:
        part = self.root / "to-gateway" / f"{name}.json.part"
        part.write_bytes(octets[:7])
        return lambda: self.offer(name, octets)

    def _files(self, *, aside: bool) -> list[bytes]:
        found = sorted((self.root / "from-gateway").iterdir())
        assert not [path for path in found if path.name.endswith(".part")]
        return [p.read_bytes() for p in found if p.name.endswith(".issues.txt") is aside]

    def answers(self) -> list[bytes]:
        return self._files(aside=False)

    def refusals(self) -> list[bytes]:
        return self._files(aside=True)

    def goes_down(self) -> None:
        self.is_down = True
        self.server.down()

    def comes_up(self) -> None:
        self.is_down = False
        self.server.up()


@contextmanager
def sftp_side(home: Path) -> Iterator[SftpSide]:
    side = SftpSide(home)
    try:
        yield side
    finally:
        side.server.down()


def put_secret(path: Path, text: str) -> None:
    path.touch(mode=0o600)
    path.write_text(text + "\n")


SIDES: dict[str, Callable[[Path], AbstractContextManager[Side]]] = {
    "sqlite": sqlite_side,
    "postgres": postgres_side,
    "pull": pull_side,
    "pull-documents": partial(pull_side, documents=True),
    "push": push_side,
    "soap": soap_side,
    "sftp": sftp_side,
}
