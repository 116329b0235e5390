"""One of a link's connections, that comes back by itself after waits with full jitter.

It opens no channel; the publisher and the consumer do.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pika.exceptions import AMQPError  # type: ignore[import-untyped] # pika ships no py.typed

from gateway.exchange.broker import BrokerSettings
from gateway.exchange.errors import ExchangeError
from gateway.exchange.rabbitmq.connection import Connection, cut_stream, parameters_for, words_of
from gateway.exchange.refusals import explain

if TYPE_CHECKING:
    from gateway.exchange.rabbitmq.session import Session

_STEADY_SECONDS = 5.0
"""A connection that held this long was a good one: the next wait is the shortest again."""
NEW_CHANNEL_SECONDS = 0.25
"""At most one new channel of a kind in this time: long enough for a leader election to end."""


_NEXT_NODE_SECONDS = 0.1
"""The longest wait before another node of the cluster is tried, jittered: all that were connected
to a node that died come to the others at once."""


class Line:
    """One connection that comes back by itself, after waits with full jitter.

    Where the broker has several nodes, a lost or refused connection is tried at the next one; the
    waits grow with whole rounds.
    """

    purpose = ""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.ready = False
        self.detail = "connecting"
        self.connection: Any = None
        self._well_since = float("-inf")
        self._backoff = session.backoff()
        self._addresses = session.addresses()
        self._at = 0
        self._tried = 0  # nodes, since one was good
        self._heard = 0
        self._silent = 0

    @property
    def settings(self) -> BrokerSettings:
        """How to reach the node whose turn it is."""
        return self.session.settings.at(self._addresses[self._at])

    @property
    def is_closed(self) -> bool:
        return self.connection is None or bool(self.connection.is_closed)

    def connect(self) -> None:
        if self.session.closing or self.connection is not None:
            return
        try:
            # The files are read each time: a renewed certificate is taken without a restart.
            parameters = parameters_for(self.settings, self.purpose)
            self.connection = Connection(
                parameters,
                on_open_callback=self._on_open,
                on_open_error_callback=self._on_gone,
                on_close_callback=self._on_gone,
                custom_ioloop=self.session.loop,
            )
        except (OSError, AMQPError) as error:
            self._try_again(explain(repr(error), self.settings))
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
        self._try_again(explain(words_of(error), self.settings))

    def _try_again(self, failure: ExchangeError) -> None:
        if self.ready and self.session.clock() - self._well_since > _STEADY_SECONDS:
            self._backoff.reset()
            self._tried = 0
        self.connection = None
        self.ready = False
        self.detail = f"{failure.code}: {failure.message} ({failure.value})"
        self.lost(self.detail)
        if self.session.closing:
            self.session.check_closed()
            return
        self.session.tell_state()
        self.session.loop.call_later(self._wait_seconds(), self.connect)

    def _wait_seconds(self) -> float:
        """Until the next try, which is the next node's turn."""
        self._at = (self._at + 1) % len(self._addresses)
        self._tried += 1
        if self._tried % len(self._addresses):
            return _NEXT_NODE_SECONDS * self.session.jitter()
        return self._backoff.next().total_seconds()

    def is_well(self) -> None:
        """It serves."""
        if not self.ready:
            self._well_since = self.session.clock()
        self.ready = True
        self.detail = ""
        self.session.tell_state()
