"""A national system posts items to us and fetches what came of them: HTTP with JSON around.

Bodies are native octets, whatever the adapter's form; only what stands around them is JSON.
"""

from __future__ import annotations

import json
import re
import ssl
from collections.abc import Iterator
from datetime import UTC, timedelta
from hashlib import sha256
from pathlib import Path

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from gateway.errors import ConfigError
from gateway.transport_settings import Push
from gateway.transports.dock import Dock, Standing
from gateway.transports.doorbell import Bell
from gateway.transports.http_serving import CallError, Stir, WebServer, refusing, waiting_time
from gateway.transports.seam import (
    Dispatch,
    DispatchKind,
    Memory,
    Parcel,
)

_KEY = re.compile(r"[!-~]{1,255}")
_LIST_MOST = 500
_HOUR = timedelta(hours=1)


class PushTransport:
    """``/v1/items`` and ``/v1/answers``."""

    def __init__(self, settings: Push, home: Path) -> None:
        self.settings = settings
        self.name = settings.name
        self._home = home
        self._bell = Bell()
        self._stir = Stir()
        self._dock: Dock | None = None
        self._server = WebServer(
            settings,
            home,
            [
                Route("/v1/items", refusing(self._post), methods=["POST"]),
                Route("/v1/items/{key}", refusing(self._item)),
                Route("/v1/answers", refusing(self._answers)),
                Route("/v1/answers/{number:int}", refusing(self._answer)),
                Route("/v1/health", refusing(self._health)),
            ],
        )

    @property
    def look_each(self) -> timedelta:
        """There is nothing to look for."""
        return _HOUR

    @property
    def port(self) -> int:
        """Where it listens."""
        return self._server.port

    def serve(self, dock: Dock) -> None:
        """Answers callers from now on."""
        self._dock = dock
        self._server.start()

    # --- the seam -------------------------------------------------------------------------------

    def fetch(self, memory: Memory) -> Iterator[Parcel]:  # noqa: ARG002 - the seam's shape
        """Nothing: items come to us."""
        return iter(())

    def settle(self, parcel: Parcel) -> None:
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

    # --- items ----------------------------------------------------------------------------------

    async def _post(self, request: Request) -> Response:
        self._server.demand_token(request)
        key = request.headers.get("Idempotency-Key", "")
        if _KEY.fullmatch(key) is None:
            raise CallError(
                400,
                "transport.misspoken",
                "the header Idempotency-Key is missing or of another form",
                expected="1 to 255 visible ASCII characters, another for each item",
                remedy="send your own id of the item, and the same at each try",
            )
        octets = await self._server.body(request)
        if not octets:
            raise CallError(400, "transport.misspoken", "the body is empty")
        parcel = Parcel(identity=key, label=request.headers.get("Iarms-Label", key), octets=octets)
        taken = await to_thread.run_sync(self._kept.take, parcel)
        standing = await to_thread.run_sync(self._kept.standing, key)
        said = self._said(standing)
        headers = {
            "Location": str(said["status"]),
            "Idempotency-Replayed": str(taken == "KNOWN").lower(),
        }
        return JSONResponse(said, status_code=202, headers=headers)

    async def _item(self, request: Request) -> Response:
        self._server.demand_token(request)
        known = request.headers.get("If-None-Match", "")
        left = waiting_time(request, self.settings.wait_most_s).total_seconds()
        while True:
            standing = await to_thread.run_sync(
                self._kept.standing_of_key, request.path_params["key"]
            )
            if standing.parcel is None:
                raise CallError(404, "transport.unknown", "no such item came here")
            said = self._said(standing)
            etag = f'"{sha256(json.dumps(said).encode()).hexdigest()[:16]}"'
            if known != etag or left <= 0:
                break
            await self._stir.wait(min(left, 1.0))
            left -= 1.0
        if known == etag:
            return Response(status_code=304, headers={"ETag": etag})
        return JSONResponse(said, headers={"ETag": etag})

    def _said(self, standing: Standing) -> dict[str, object]:
        parcel = standing.parcel
        if parcel is None:
            raise LookupError("a parcel that was kept a moment ago")
        return {
            "id": parcel.key,
            "idempotencyKey": parcel.identity,
            "received": parcel.taken.astimezone(UTC).isoformat(timespec="milliseconds"),
            "state": standing.state,
            "status": f"/v1/items/{parcel.key}",
            "answers": [_told(each) for each in standing.dispatches],
        }

    # --- answers --------------------------------------------------------------------------------

    async def _answers(self, request: Request) -> Response:
        self._server.demand_token(request)
        try:
            after = int(request.query_params.get("after", "0"))
            most = min(max(int(request.query_params.get("limit", "100")), 1), _LIST_MOST)
        except ValueError as error:
            raise CallError(400, "transport.misspoken", "after and limit are numbers") from error
        left = waiting_time(request, self.settings.wait_most_s).total_seconds()
        while True:
            found = await to_thread.run_sync(self._kept.list_from, after, most)
            if found or left <= 0:
                break
            await self._stir.wait(min(left, 1.0))
            left -= 1.0
        following = found[-1].number if found else after
        return JSONResponse({"answers": [_told(each) for each in found], "next": following})

    async def _answer(self, request: Request) -> Response:
        self._server.demand_token(request)
        number = int(request.path_params["number"])
        found = await to_thread.run_sync(self._kept.list_from, number - 1, 1)
        octets = None
        if found and found[0].number == number:
            octets = await to_thread.run_sync(self._kept.octets_of, found[0])
        if octets is None:
            raise CallError(404, "transport.unknown", "there is no such answer")
        dispatch = found[0]
        plain = dispatch.kind is DispatchKind.SET_ASIDE
        headers = {"Iarms-Kind": dispatch.kind.value, "Iarms-Answer": dispatch.id}
        return Response(
            octets,
            media_type="text/plain; charset=utf-8" if plain else "application/octet-stream",
            headers=headers,
        )

    async def _health(self, request: Request) -> Response:
        self._server.demand_token(request)
        return JSONResponse({"name": self.name})

    @property
    def _kept(self) -> Dock:
        if self._dock is None:
            raise RuntimeError("served before it was told where")
        return self._dock


def _told(dispatch: Dispatch) -> dict[str, object]:
    return {
        "number": dispatch.number,
        "id": dispatch.id,
        "kind": dispatch.kind.value,
        "made": dispatch.made.astimezone(UTC).isoformat(timespec="milliseconds"),
        "idempotencyKey": dispatch.identity or None,
        "href": f"/v1/answers/{dispatch.number}",
    }


def check_certificate(settings: Push, home: Path) -> None:
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
