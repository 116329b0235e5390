"""A small web server for transports that are called: one thread, one token, TLS or this machine.

It knows no route but what it is given, and holds no item: the dock does.
"""

from __future__ import annotations

import asyncio
import hmac
import socket
import ssl
import threading
from base64 import b64decode
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from pathlib import Path

import anyio
import uvicorn
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from gateway.errors import ConfigError, GatewayError
from gateway.transport_settings import Served
from gateway.transports.seam import ConflictError, OversizedError
from gateway.transports.secrets import secret_in

Handler = Callable[[Request], Awaitable[Response]]
PROBLEM = "application/problem+json"
_HEADERS_OCTETS = 16 * 1024
_KEEP_ALIVE_S = 15
_END_S = 2


class Stir:
    """Lets requests wait until something changed; changed from any thread."""

    def __init__(self) -> None:
        self._loop: asyncio.AbstractEventLoop | None = None
        self._event = asyncio.Event()

    def now(self) -> None:
        """Something changed."""
        loop = self._loop
        if loop is not None and not loop.is_closed():
            loop.call_soon_threadsafe(self._swap)

    def _swap(self) -> None:
        self._event.set()
        self._event = asyncio.Event()

    async def wait(self, seconds: float) -> None:
        """Until something changes, or ``seconds`` are over."""
        self._loop = asyncio.get_running_loop()
        with anyio.move_on_after(seconds):
            await self._event.wait()


class CallError(Exception):
    """A call that is not served; ``status`` and ``code`` say why."""

    def __init__(self, status: int, code: str, told: str, **more: str) -> None:
        super().__init__(told)
        self.status = status
        self.code = code
        self.more = more


class WebServer:
    """Serves routes until it is stopped."""

    def __init__(self, settings: Served, home: Path, routes: list[Route]) -> None:
        self._settings = settings
        self._token = secret_in(home, settings.token_file).encode()
        self._home = home
        self._routes = routes
        self._server: uvicorn.Server | None = None
        self._thread: threading.Thread | None = None
        self.port = 0

    def start(self) -> None:
        """Begins to listen; raises ``ConfigError`` where the place is taken."""
        settings = self._settings
        listener = _listening(settings)
        self.port = int(listener.getsockname()[1])
        tls = bool(settings.certificate_file)
        config = uvicorn.Config(
            Starlette(routes=self._routes, exception_handlers={Exception: _defect}),
            log_config=None,
            access_log=False,
            lifespan="off",
            http="h11",
            ws="none",
            loop="asyncio",
            server_header=False,
            limit_concurrency=settings.connections_most,
            timeout_keep_alive=_KEEP_ALIVE_S,
            timeout_graceful_shutdown=_END_S,
            h11_max_incomplete_event_size=_HEADERS_OCTETS,
            ssl_certfile=self._home / settings.certificate_file if tls else None,
            ssl_keyfile=self._home / settings.key_file if tls else None,
            ssl_ca_certs=str(self._home / settings.client_ca_file)
            if settings.client_ca_file
            else None,
            ssl_cert_reqs=ssl.CERT_REQUIRED if settings.client_ca_file else ssl.CERT_NONE,
        )
        server = uvicorn.Server(config)
        self._server = server
        self._thread = threading.Thread(
            target=lambda: server.run(sockets=[listener]),
            name=f"{settings.name}-server",
            daemon=True,
        )
        self._thread.start()

    def stop(self) -> None:
        """Ends what runs, and listens no more."""
        if self._server is not None and self._thread is not None:
            self._server.should_exit = True
            self._thread.join(timeout=2 * _END_S + 1)

    def demand_token(self, request: Request, *, basic: bool = False) -> None:
        """Raises ``CallError`` where the caller does not have the token (RFC 6750).

        With ``basic`` it may come as the password of any user (RFC 7617), too.
        """
        scheme, _, text = request.headers.get("Authorization", "").partition(" ")
        given = text.strip().encode()
        if scheme.lower() == "basic" and basic:
            given = _password(text)
        right = hmac.compare_digest(given, self._token)
        if scheme.lower() != "bearer" and not (basic and scheme.lower() == "basic"):
            right = False
        if not right:
            raise CallError(
                401,
                "transport.not-permitted",
                "the token is missing or another",
                expected="Authorization: Bearer TOKEN",
                remedy="ask the gateway's operator for the token",
            )

    async def body(self, request: Request, most: int | None = None) -> bytes:
        """The whole body; ``CallError`` for one that is too large, coded, slow or cut off."""
        if request.headers.get("Content-Encoding", "identity") != "identity":
            raise CallError(415, "transport.misspoken", "no content coding is taken")
        most = most or self._settings.most_octets
        pieces: list[bytes] = []
        got = 0
        try:
            with anyio.fail_after(self._settings.body_s):
                async for piece in request.stream():
                    got += len(piece)
                    if got > most:
                        raise CallError(
                            413, "transport.oversized", f"at most {most:,} octets are taken"
                        )
                    pieces.append(piece)
        except TimeoutError as error:
            raise CallError(408, "transport.misspoken", "the body came too slowly") from error
        except ClientDisconnect as error:
            raise CallError(400, "transport.misspoken", "the body was cut off") from error
        return b"".join(pieces)


def problem(
    status: int, error: GatewayError | None = None, told: Mapping[str, str] | None = None
) -> JSONResponse:
    """A refusal as RFC 9457 has it, with our code, what was expected and what to do."""
    said = dict(told or {})
    if error is not None:
        said |= {"code": error.code, "detail": str(error)}
        more = {"value": error.value, "expected": error.expected, "remedy": error.remedy}
        said |= {name: text for name, text in more.items() if text}
    headers = {"WWW-Authenticate": "Bearer"} if status == 401 else None  # noqa: PLR2004 - RFC 9110
    return JSONResponse(
        {"status": status, **said}, status_code=status, media_type=PROBLEM, headers=headers
    )


def _password(credentials: str) -> bytes:
    try:
        return b64decode(credentials, validate=True).partition(b":")[2]
    except ValueError:
        return b""


def refusing(handler: Handler) -> Handler:
    """``handler`` with what it refuses told as a problem."""

    async def served(request: Request) -> Response:
        try:
            return await handler(request)
        except CallError as error:
            return problem(
                error.status, told={"code": error.code, "detail": str(error), **error.more}
            )
        except ConflictError as error:
            return problem(422, error)
        except OversizedError as error:
            return problem(413, error)

    return served


async def _defect(request: Request, error: Exception) -> Response:  # noqa: ARG001 - starlette's signature
    return problem(
        500, told={"code": "transport.defect", "detail": "a defect on this side; try again later"}
    )


def _listening(settings: Served) -> socket.socket:
    host, _, port = settings.listen.rpartition(":")
    host = host.strip("[]")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, int(port)))
        listener.listen(128)
    except OSError as error:
        listener.close()
        raise ConfigError(
            f"cannot listen: {error.strerror}",
            place=f"[[transport]] {settings.name} listen",
            value=settings.listen,
            expected="an address of this machine whose port is free",
            remedy="stop what listens there (ss -ltnp shows it), or take another port",
        ) from error
    return listener


def waiting_time(request: Request, most: float) -> timedelta:
    """What ``?wait=SECONDS`` asks for, within what is allowed."""
    text = request.query_params.get("wait", "0")
    try:
        return timedelta(seconds=min(max(float(text), 0.0), most))
    except ValueError:
        return timedelta(0)
