"""What transports that are called have in common: they ring for callers who wait.

It knows no route.
"""

from __future__ import annotations

import ssl
from abc import ABC, abstractmethod
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from anyio import to_thread
from starlette.routing import Route

from gateway.errors import ConfigError
from gateway.transport_settings import Served
from gateway.transports.dock import Dock
from gateway.transports.doorbell import Bell
from gateway.transports.http_serving import Stir, WebServer
from gateway.transports.seam import Dispatch, Memory, Parcel

_HOUR = timedelta(hours=1)
_LOOK_S = 1.0  # a stir that came between look and wait is seen by the next look


class CalledTransport(ABC):
    """A transport whose other side calls us over HTTP."""

    def __init__(self, settings: Served, home: Path) -> None:
        self.settings = settings
        self.name = settings.name
        self._home = home
        self._bell = Bell()
        self._stir = Stir()
        self._dock: Dock | None = None
        self._server = WebServer(settings, home, self.routes())

    @abstractmethod
    def routes(self) -> list[Route]:
        """What is served."""

    @property
    def look_each(self) -> timedelta:
        """There is nothing to look for."""
        return _HOUR

    @property
    def port(self) -> int:
        """Where it listens."""
        return self._server.port

    @property
    def _kept(self) -> Dock:
        if self._dock is None:
            raise RuntimeError("served before it was told where")
        return self._dock

    def serve(self, dock: Dock) -> None:
        """Answers callers from now on."""
        self._dock = dock
        self._server.start()

    def fetch(self, memory: Memory) -> Iterator[Parcel]:  # noqa: ARG002 - the seam's shape
        """Nothing: items come to us."""
        return iter(())

    def settle(self, parcel: Parcel) -> None:  # noqa: B027 - not to be done by any of them
        """The answer to the caller settled it."""

    def deliver(self, dispatch: Dispatch) -> None:  # noqa: ARG002 - the seam's shape
        """Tells those who wait that there is something to fetch."""
        self._stir.now()

    def wait(self, longest: timedelta) -> None:
        """Until it ends."""
        self._bell.wait(longest)

    def wake(self) -> None:
        """Ends ``wait``."""
        self._bell.ring()

    def check(self) -> None:
        """The certificate that callers are shown can be used; raises ``ConfigError``."""
        check_certificate(self.settings, self._home)

    def close(self) -> None:
        """Listens no more."""
        self._server.stop()

    async def _listed(self, after: int, most: int, seconds: float) -> list[Dispatch]:
        """What goes back from behind ``after`` on; waits so long for the first of it."""
        while True:
            found = await to_thread.run_sync(self._kept.list_from, after, most)
            if found or seconds <= 0:
                return found
            await self._stir.wait(min(seconds, _LOOK_S))
            seconds -= _LOOK_S


def check_certificate(settings: Served, home: Path) -> None:
    """Certificate and key fit and can be read; raises ``ConfigError``."""
    if not settings.certificate_file:
        return
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    try:
        context.load_cert_chain(home / settings.certificate_file, home / settings.key_file)
        if settings.client_ca_file:
            context.load_verify_locations(home / settings.client_ca_file)
    except (OSError, ssl.SSLError) as error:
        raise ConfigError(
            f"the certificate cannot be used: {error.strerror or error}",
            place=f"[[transport]] {settings.name}",
            value=settings.certificate_file,
            expected="a PEM certificate and its key, readable by this account",
            remedy="correct certificate_file, key_file and client_ca_file",
        ) from error
