"""One canonical JSON line an event, on stderr: ids and durations, never a payload, serial or key.

It is not the audit log.
"""

from __future__ import annotations

import os
import sys
from typing import Any

import msgspec
import structlog

Logger = structlog.typing.FilteringBoundLogger

_SILENT = 50
"""The highest level there is; no event has it."""


def open_log(
    *, program: str, party: str, count: structlog.typing.Processor | None = None
) -> Logger:
    """The process's logger; called once at the composition root, nothing happens at import.

    ``count`` sees every line before it is written.
    """
    structlog.configure(
        processors=[
            *([] if count is None else [count]),
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(serializer=_encode),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(20),
        logger_factory=structlog.BytesLoggerFactory(sys.stderr.buffer),
        cache_logger_on_first_use=True,
    )
    logger: Logger = structlog.get_logger().bind(program=program, party=party, pid=os.getpid())
    return logger


def no_log() -> Logger:
    """A logger that writes nothing, for what is only played."""
    silent: Logger = structlog.wrap_logger(
        None, wrapper_class=structlog.make_filtering_bound_logger(_SILENT)
    )
    return silent


def _encode(event: Any, **options: Any) -> bytes:  # noqa: ARG001 - structlog's signature
    return msgspec.json.encode(event, enc_hook=str)
