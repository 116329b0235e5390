"""Hands an officer's message to the running node, and waits for what comes of it.

It sends nothing itself: the node seals and sends, so that keys and sequence stay in one place.
"""

from __future__ import annotations

import getpass
import hashlib
import hmac
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from gateway.errors import GatewayError

if TYPE_CHECKING:
    from gateway.frame import Frame
    from gateway.payload import Fault, Payload
    from gateway.store import Order, Store

_SALT = "officers.salt"
_SALT_OCTETS = 32
_LOOK_AGAIN_S = 0.02
_LOOK_LONGEST_S = 0.25

DRY_RUN = click.option(
    "--dry-run", is_flag=True, help="Check and show the message; send nothing, keep nothing."
)
WAIT = click.option(
    "--wait",
    "wait_s",
    type=click.FloatRange(min=0),
    default=60.0,
    show_default=True,
    help="Seconds to wait for the answer; the order stays when they are over.",
)


class OrderRefusedError(GatewayError):
    """The recipient refused what the officer ordered."""

    code = "cli.order-refused"
    answered = False


class StillWaitingError(GatewayError):
    """No answer came in the time that the officer gave."""

    code = "cli.still-waiting"
    retryable = True
    answered = False


def officer_frame(home: Path) -> Frame:
    """The node's party now, with the officer at the terminal as the acting user."""
    from gateway.compose import contact_point
    from gateway.config import load_settings
    from gateway.frame import Frame
    from gateway.ids import IdSource, country_of

    settings = load_settings(home)
    now = datetime.now(UTC)
    return Frame(
        party=settings.party,
        country=country_of(settings.party),
        system_id=settings.system_id,
        now=now,
        ids=IdSource(now=lambda: now, random=os.urandom),
        pseudonym=pseudonym(home, officer()),
        contact=contact_point(settings),
        test=settings.test,
    )


def officer() -> str:
    """The user of this machine, who is named to nobody outside it."""
    return getpass.getuser()


def pseudonym(home: Path, user: str) -> str:
    """The same for the same user of this node, and no clue to anybody else who it is (2.4)."""
    salt_file = home / _SALT
    if not salt_file.exists():
        descriptor = os.open(salt_file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as out:
            out.write(os.urandom(_SALT_OCTETS))
    digest = hmac.new(salt_file.read_bytes(), user.encode(), hashlib.sha256).hexdigest()
    return f"u-{digest[:16]}"


def give(
    home: Path,
    payload: Payload,
    *,
    subject: str,
    urgent: bool,
    dry_run: bool = False,
    as_json: bool = False,
) -> str | None:
    """Has the running node send ``payload`` to the registry; its message id, None for a dry run.

    A dry run tells as well what the registry would find in the record, as far as the record alone
    says it.

    Raises ``PayloadError`` for a message that the standard does not allow, ``ErrandWaitsError``
    where no node runs: it sends the message when it starts.
    """
    from gateway.cli.errands import run_errand
    from gateway.ids import REGISTRY_PARTY, Lane
    from gateway.node import SEND, Letter
    from gateway.payload import PayloadError, encode, validate

    octets = encode(payload)
    issues = validate(payload)
    if issues:
        raise PayloadError(issues)
    if dry_run:
        _show_dry_run(payload, octets, as_json=as_json)
        return None
    lane = Lane.URGENT if urgent else Lane.ROUTINE
    letter = Letter(recipient=REGISTRY_PARTY, lane=lane, subject=subject, octets=octets)
    message_id: str = run_errand(home, SEND, letter, actor=officer())["message_id"]
    return message_id


def _show_dry_run(payload: Payload, octets: bytes, *, as_json: bool) -> None:
    from gateway.cli.output import inform, show_json
    from gateway.payload import FirearmRecordSubmit, SeverityCode
    from gateway.registry import would_find

    found = would_find(payload) if isinstance(payload, FirearmRecordSubmit) else ()
    if as_json:
        findings = [plain(finding) for finding in found]
        show_json({"sent": False, "findings": findings, "message": octets.decode()})
        return
    click.echo(octets.decode())
    for finding in found:
        inform(f"{finding.severity_code.lower()}: {finding.message_text}")
    refused = any(finding.severity_code is SeverityCode.ERROR for finding in found)
    verdict = (
        "the registry would refuse it" if refused else "the message is as the standard wants it"
    )
    inform(f"dry run: {verdict}; nothing was sent")


def answer_of(home: Path, message_id: str, wait_s: float) -> Payload:
    """The answer to the message.

    Raises ``StillWaitingError`` when the time is over, ``OrderRefusedError`` for a refusal.
    """
    from gateway.cli.databases import open_database
    from gateway.payload import Fault, decode

    with open_database(home) as store:
        order = _wait(store, message_id, timedelta(seconds=wait_s))
    if order is None or order.answer is None:
        raise StillWaitingError(
            f"no answer to {message_id} yet",
            expected=f"an answer within {wait_s:g} s",
            remedy="the message stays on its way; look again later, or see `iarms node status`",
        )
    answer = decode(order.answer)
    if isinstance(answer, Fault):
        raise _refused(answer)
    return answer


def _wait(store: Store, message_id: str, span: timedelta) -> Order | None:
    end = time.monotonic() + span.total_seconds()
    pause = _LOOK_AGAIN_S
    with _progress("sent, waiting for the answer"):
        while True:
            with store.unit() as unit:
                order = unit.orders.of_message(message_id)
            if order is None or order.answer is not None or time.monotonic() >= end:
                return order
            time.sleep(pause)
            pause = min(pause * 1.5, _LOOK_LONGEST_S)


@contextmanager
def _progress(text: str) -> Iterator[None]:
    """Says on a terminal what is waited for; silent elsewhere."""
    if not sys.stderr.isatty():
        yield
        return
    from rich.console import Console

    with Console(stderr=True).status(text):
        yield


def _refused(fault: Fault) -> OrderRefusedError:
    return OrderRefusedError(
        f"{fault.message_text} [{fault.fault_code}]",
        place=fault.field_path,
        expected=fault.expected_text,
        remedy=fault.remedy_text,
    )


def plain(value: object) -> Any:
    """``value`` as JSON holds it, without what is not given."""
    import msgspec

    return _given(msgspec.to_builtins(value, enc_hook=str))


def _given(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: _given(v) for k, v in value.items() if v not in (None, [], ())}
    if isinstance(value, list | tuple):
        return [_given(one) for one in value]
    return value
