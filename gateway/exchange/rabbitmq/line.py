"""One of a link's connections, that comes back by itself after waits with full jitter.

It opens no channel; the publisher and the consumer do.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pika.exceptions import AMQPError  # type: ignore[import-untyped] # pika ships no py.typed

from gateway.exchange.errors import ExchangeError
from gateway.exchange.rabbitmq.connection import Connection, cut_stream, parameters_for, words_of
from gateway.exchange.refusals import explain

if TYPE_CHECKING:
    from gateway.exchange.rabbitmq.session import Session

_STEADY_SECONDS = 5.0
"""A connection that held this long was a good one: the next wait is the shortest again."""
NEW_CHANNEL_SECONDS = 0.25
"""At most one new channel of a kind in this time: long enough for a leader election to end."""


class Line:
    """One connection that comes back by itself, after waits with full jitter."""

    purpose = ""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.ready = False
        self.detail = "connecting"
        self.connection: Any = None
        self._well_since = float("-inf")
        self._backoff = session.backoff()
        self._heard = 0
        self._silent = 0

    @property
    def is_closed(self) -> bool:
        return self.connection is None or bool(self.connection.is_closed)

    def connect(self) -> None:
        if self.session.closing or self.connection is not None:
            return
        try:
            # The files are read each time: a renewed certificate is taken without a restart.
            parameters = parameters_for(self.session.settings, self.purpose)
            self.connection = Connection(
                parameters,
                on_open_callback=self._on_open,
                on_open_error_callback=self._on_gone,
                on_close_callback=self._on_gone,
                custom_ioloop=self.session.loop,
            )
        except (OSError, AMQPError) as error:
            self._try_again(explain(repr(error), self.session.settings))
        except ExchangeError as error:
            self._try_again(error)

    def disconnect(self) -> None:
        if self.connection is not None and not (
            self.connection.is_closing or self.connection.is_closed
        ):
            self.connection.close()

    def abort(self, why: str) -> None:
        """Cut the connection without a word to a peer that does not listen."""
        if self.connection is not None and not self.connection.is_closed:
            cut_stream(self.connection, why)

    def listen(self, most: int, *, on_time: bool) -> None:
        """Cut a connection on which nothing came, not even a heartbeat, for ``most`` looks.

        A look that is not ``on_time`` proves nothing: on a machine that starved this process, the
        broker and the network starve as well.
        """
        heard = 0 if self.connection is None else int(self.connection.bytes_received)
        if not self.ready or heard != self._heard:
            self._heard, self._silent = heard, 0
            return
        self._silent += on_time
        if self._silent >= most:
            self._silent = 0
            self.abort("the broker has fallen silent")

    def opened(self) -> None:
        """The connection stands; open channels."""
        raise NotImplementedError

    def lost(self, detail: str) -> None:
        """The connection is gone, and all channels with it."""
        raise NotImplementedError

    def _on_open(self, connection: Any) -> None:
        if connection is not self.connection:
            return
        if self.session.closing:
            connection.close()
            return
        self.opened()

    def _on_gone(self, connection: Any, error: BaseException) -> None:
        if connection is not self.connection and self.connection is not None:
            return
        self._try_again(explain(words_of(error), self.session.settings))

    def _try_again(self, failure: ExchangeError) -> None:
        if self.ready and self.session.clock() - self._well_since > _STEADY_SECONDS:
            self._backoff.reset()
        self.connection = None
        self.ready = False
        self.detail = f"{failure.code}: {failure.message} ({failure.value})"
        self.lost(self.detail)
        if self.session.closing:
            self.session.check_closed()
            return
        self.session.tell_state()
        self.session.loop.call_later(self._backoff.next().total_seconds(), self.connect)

    def is_well(self) -> None:
        """It serves."""
        if not self.ready:
            self._well_since = self.session.clock()
        self.ready = True
        self.detail = ""
        self.session.tell_state()
