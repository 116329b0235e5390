"""A pika connection: its parameters, how it writes, how it is cut, what its failures say.

It does not come back by itself; ``line`` does that.
"""

from __future__ import annotations

import contextlib
import logging
import socket
import ssl
import struct
from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any

import pika  # type: ignore[import-untyped] # pika ships no py.typed
from pika import frame
from pika.adapters.select_connection import (  # type: ignore[import-untyped] # as above
    IOLoop,
    SelectConnection,
)
from pika.exceptions import AMQPError  # type: ignore[import-untyped] # as above

from gateway.exchange.broker import BrokerSettings
from gateway.exchange.errors import BrokerUnreachableError
from gateway.exchange.refusals import explain, hung_up

_CONNECT_SECONDS = 5.0
_LISTEN_SECONDS = 2.0
_PIECE_OCTETS = 65_536
"""Written at once at most: what TLS does not take of a piece is copied."""
LAST_ROUND_SECONDS = 0.05
"""What a loop needs to close a stream that was cut."""
_FRAME_START = struct.Struct(">BHL")  # type, channel, octets (AMQP 0-9-1, 4.2.3)
_CONTENT_START = struct.Struct(">HHQ")  # class, weight, octets of the body (4.2.6.1)
_FRAME_END_OCTETS = 1
UNREADABLE = "x-unreadable"
"""The one header of a message whose headers cannot be read."""


class Connection(SelectConnection):  # type: ignore[misc] # pika ships no py.typed
    """Writes what is sent together in one piece, and reads what a member may write beside it.

    pika hands each frame to the socket by itself, which makes a message three TLS records and the
    broker decrypt, parse and schedule three times. It also ends the connection over a header that
    it cannot turn into a value of Python (a time after the year 9999, lists a thousand deep): the
    message comes again, and whoever reads its queue would never read another.
    """

    def __init__(self, *arguments: Any, **options: Any) -> None:
        self._held: list[bytes] = []
        self._held_octets = 0
        self._holders = 0
        super().__init__(*arguments, **options)

    @contextlib.contextmanager
    def together(self) -> Iterator[None]:
        """Hold what is written in here back until its end."""
        self._holders += 1
        try:
            yield
        finally:
            self._holders -= 1
            if not self._holders:
                self._let_go()

    def _read_frame(self) -> Any:
        try:
            return super()._read_frame()
        except Exception:
            kind, channel, octets = _FRAME_START.unpack_from(self._frame_buffer)
            if kind != pika.spec.FRAME_HEADER:
                raise  # the broker's own words
            _, _, body = _CONTENT_START.unpack_from(self._frame_buffer, _FRAME_START.size)
            properties = pika.BasicProperties(headers={UNREADABLE: ""})
            whole = _FRAME_START.size + octets + _FRAME_END_OCTETS
            return whole, frame.Header(channel, body, properties)

    def _output_marshaled_frames(self, marshaled_frames: Sequence[bytes]) -> None:
        with self.together():
            super()._output_marshaled_frames(marshaled_frames)

    def _adapter_emit_data(self, data: bytes) -> None:
        self._held.append(data)
        self._held_octets += len(data)
        if not self._holders or self._held_octets >= _PIECE_OCTETS:
            self._let_go()

    def _let_go(self) -> None:
        if self._held:
            piece = b"".join(self._held)
            self._held.clear()
            self._held_octets = 0
            super()._adapter_emit_data(piece)


def parameters_for(settings: BrokerSettings, purpose: str) -> Any:
    try:
        context = ssl.create_default_context(cafile=settings.ca_file)
        context.minimum_version = ssl.TLSVersion.TLSv1_3
        context.load_cert_chain(settings.certificate_file, settings.key_file)
    except OSError as error:
        raise BrokerUnreachableError(
            "a TLS file cannot be read",
            place=str(getattr(error, "filename", None) or settings.certificate_file),
            value=str(error),
            remedy="check ca_file, certificate_file and key_file of the broker's settings",
        ) from error
    return pika.ConnectionParameters(
        host=settings.host,
        port=settings.port,
        virtual_host=settings.vhost,
        credentials=pika.credentials.ExternalCredentials(),
        ssl_options=pika.SSLOptions(context, settings.host),
        heartbeat=round(settings.heartbeat.total_seconds()),
        socket_timeout=_CONNECT_SECONDS / 2,
        stack_timeout=_CONNECT_SECONDS,
        client_properties={"connection_name": f"{settings.name} {purpose}"},
    )


def quiet_pika() -> None:
    """pika logs every refused connection several times over; we report each once ourselves."""
    logging.getLogger("pika").setLevel(logging.CRITICAL)


def cut_stream(connection: Any, why: str) -> None:
    """Cut the TCP stream; ``close()`` would wait for an answer of a peer that gives none."""
    connection._terminate_stream(AMQPError(why))  # noqa: SLF001 - pika has no public way


def words_of(error: object) -> str:
    """The innermost causes of a failure, in words; pika wraps them several times."""
    nested = getattr(error, "exceptions", None) or getattr(error, "exception", None)
    if nested is None:
        return repr(error)
    parts = nested if isinstance(nested, (list, tuple)) else [nested]
    return "; ".join(dict.fromkeys(words_of(part) for part in parts))


def probe_login(settings: BrokerSettings, *, timeout: timedelta) -> None:
    """Log in and out again; raises the ``ExchangeError`` that says why it did not work.

    A broker that refuses a certificate says so after the TLS handshake (RFC 8446, 4.4.2.4) and
    hangs up. Where our writing meets its hanging up, its words are lost: then we only listen.
    """
    parameters = parameters_for(settings, "probe")
    quiet_pika()
    failure = _log_in(parameters, timeout)
    if failure is not None:
        said = _listen(parameters) if hung_up(failure) else None
        raise explain(said or failure, settings)


def _listen(parameters: Any) -> str | None:
    """What the broker says to one who shows a certificate and writes nothing."""
    try:
        with (
            socket.create_connection((parameters.host, parameters.port), _LISTEN_SECONDS) as stream,
            parameters.ssl_options.context.wrap_socket(
                stream, server_hostname=parameters.host
            ) as secured,
        ):
            secured.recv(1)
    except OSError as error:
        return repr(error)
    return None


def _log_in(parameters: Any, timeout: timedelta) -> str | None:
    """The words of the first failure, or None where the broker let us in."""
    loop = IOLoop()
    failures: list[str] = []

    def opened(connection: Any) -> None:
        connection.close()

    def failed(_connection: Any, error: BaseException) -> None:
        failures.append(words_of(error))
        loop.stop()

    def late() -> None:
        failures.append(f"no answer within {timeout.total_seconds():g} s")
        loop.stop()

    connection = SelectConnection(
        parameters,
        on_open_callback=opened,
        on_open_error_callback=failed,
        on_close_callback=lambda *_: loop.stop(),
        custom_ioloop=loop,
    )
    loop.call_later(timeout.total_seconds(), late)
    try:
        loop.start()
        if not connection.is_closed:
            cut_stream(connection, "probe ended")
            loop.call_later(LAST_ROUND_SECONDS, loop.stop)
            loop.start()
    finally:
        loop.close()
    return failures[0] if failures else None
