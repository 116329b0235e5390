"""A national system posts items to us and fetches what came of them: HTTP with JSON around.

Bodies are native octets, whatever the adapter's form; only what stands around them is JSON.
"""

from __future__ import annotations

import json
import re
from datetime import UTC
from hashlib import sha256

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from gateway.transports.called import CalledTransport
from gateway.transports.dock import Standing
from gateway.transports.http_serving import CallError, refusing, waiting_time
from gateway.transports.seam import Dispatch, DispatchKind, Parcel

_KEY = re.compile(r"[!-~]{1,255}")
_LIST_MOST = 500


class PushTransport(CalledTransport):
    """``/v1/items`` and ``/v1/answers``."""

    def routes(self) -> list[Route]:
        """Items, answers, and whether anybody is there."""
        return [
            Route("/v1/items", refusing(self._post), methods=["POST"]),
            Route("/v1/items/{key}", refusing(self._item)),
            Route("/v1/answers", refusing(self._answers)),
            Route("/v1/answers/{number:int}", refusing(self._answer)),
            Route("/v1/health", refusing(self._health)),
        ]

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
        found = await self._listed(after, most, left)
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


def _told(dispatch: Dispatch) -> dict[str, object]:
    return {
        "number": dispatch.number,
        "id": dispatch.id,
        "kind": dispatch.kind.value,
        "made": dispatch.made.astimezone(UTC).isoformat(timespec="milliseconds"),
        "idempotencyKey": dispatch.identity or None,
        "href": f"/v1/answers/{dispatch.number}",
    }
