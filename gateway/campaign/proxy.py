"""A TCP proxy between a party and its broker that can be told to behave as bad networks do.

It carries TLS as it is and reads none of it. One thread with one event loop serves all proxies.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
import threading
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, replace
from typing import Any, TypeVar

T = TypeVar("T")

_PIECE_OCTETS = 65_536
_NO_LINGER = struct.pack("ii", 1, 0)
_CALL_S = 10.0
_LOOK_S = 0.02
"""How often a stream that is held looks whether it may go on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Weather:
    """How the line behaves: ``out`` is from the party to the broker, ``back`` the other way."""

    stops_out: bool = False
    stops_back: bool = False
    refuses: bool = False
    delay_s: float = 0.0
    octets_a_second: int | None = None
    flips_one_in: int | None = None
    """One octet of so many is changed on its way."""


FAIR = Weather()


class Line:
    """One listening port in front of ``target``; ``weather`` can be changed at any time."""

    def __init__(self, loop: asyncio.AbstractEventLoop, target: int) -> None:
        self._loop = loop
        self._target = target
        self._server: asyncio.Server | None = None
        self._streams: set[asyncio.StreamWriter] = set()
        self._carried = 0
        self.weather = FAIR
        self.port = 0

    async def open(self) -> None:
        """Begins to listen on a free port of loopback."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = int(self._server.sockets[0].getsockname()[1])

    async def close(self) -> None:
        """Ends every stream and the listening."""
        self.cut()
        if self._server is not None:
            self._server.close()

    def change(self, **weather: Any) -> None:
        """Another weather from now on, for streams that stand and for new ones."""
        self.weather = replace(FAIR, **weather)

    def cut(self, *, reset: bool = False) -> None:
        """Ends what stands, politely or with a TCP reset."""
        for writer in tuple(self._streams):
            if reset:
                sock = writer.get_extra_info("socket")
                with contextlib.suppress(OSError):
                    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _NO_LINGER)
                writer.transport.abort()
            else:
                writer.close()

    def half_close(self) -> None:
        """Says to both sides that nothing more will come, and goes on listening to them."""
        for writer in tuple(self._streams):
            with contextlib.suppress(OSError, RuntimeError):
                writer.write_eof()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.weather.refuses:
            writer.transport.abort()
            return
        try:
            far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self._target)
        except OSError:
            writer.transport.abort()
            return
        ends = (writer, far_writer)
        self._streams.update(ends)
        try:
            await asyncio.gather(
                self._carry(reader, far_writer, out=True),
                self._carry(far_reader, writer, out=False),
            )
        finally:
            for end in ends:
                self._streams.discard(end)
                end.close()

    async def _carry(
        self, source: asyncio.StreamReader, to: asyncio.StreamWriter, *, out: bool
    ) -> None:
        try:
            while piece := await source.read(_PIECE_OCTETS):
                while self.weather.stops_out if out else self.weather.stops_back:
                    await asyncio.sleep(_LOOK_S)
                weather = self.weather
                if weather.delay_s:
                    await asyncio.sleep(weather.delay_s)
                if weather.octets_a_second:
                    await asyncio.sleep(len(piece) / weather.octets_a_second)
                to.write(self._worn(piece, weather))
                await to.drain()
        except (OSError, RuntimeError):
            pass  # the other side's business, or an end that was said: both are closed below
        finally:
            to.close()

    def _worn(self, piece: bytes, weather: Weather) -> bytes:
        if not weather.flips_one_in:
            return piece
        before, self._carried = self._carried, self._carried + len(piece)
        at = weather.flips_one_in - before % weather.flips_one_in - 1
        if at >= len(piece):
            return piece
        return piece[:at] + bytes([piece[at] ^ 1]) + piece[at + 1 :]


class Lines:
    """The proxies of a world, on a thread of their own."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="lines", daemon=True)
        self._lines: dict[tuple[str, int], Line] = {}
        self._thread.start()

    def of(self, party: str, target: int) -> Line:
        """The line of ``party`` to the port ``target``, opened when it is first asked for."""
        key = (party, target)
        if key not in self._lines:
            line = Line(self._loop, target)
            self._run(line.open())
            self._lines[key] = line
        return self._lines[key]

    def all_of(self, party: str) -> tuple[Line, ...]:
        """The lines of ``party``, one a node of the broker."""
        return tuple(line for (whose, _), line in self._lines.items() if whose == party)

    def do(self, act: Callable[[], None]) -> None:
        """Does ``act`` on the thread that carries."""

        async def done() -> None:
            act()

        self._run(done())

    def close(self) -> None:
        """Ends all of them and their thread."""
        for line in self._lines.values():
            self._run(line.close())
        self._run(self._let_end())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(_CALL_S)
        self._loop.close()

    @staticmethod
    async def _let_end() -> None:
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    def _run(self, what: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(what, self._loop).result(_CALL_S)
