"""The ceremonies of trust, in the order in which they are done; the commands call these.

At the centre: ``init_anchor``; then for each party ``make_request`` where it stays,
``check_request`` and ``enrol`` at the centre; then ``publish``, and ``hand_over`` what everybody
may have. It holds no steps itself.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime
from pathlib import Path

from keys.centre import CentreFolder, Desk, init_anchor, open_anchor_key, open_desk
from keys.enrolment import (
    Enrolled,
    Requested,
    check_request,
    enrol,
    install_client,
    issue_client,
    issue_server,
    make_request,
    make_tls_request,
)
from keys.publishing import hand_over, newest_directory, publish, read_draft, read_version
from keys.sealed import MODERATE, Cost
from keys.tls import SERVER_NAMES

__all__ = [
    "SERVER_NAMES",
    "CentreFolder",
    "Desk",
    "Enrolled",
    "Requested",
    "check_request",
    "enrol",
    "hand_over",
    "init_anchor",
    "install_client",
    "issue_client",
    "issue_server",
    "make_request",
    "make_tls_request",
    "newest_directory",
    "open_anchor_key",
    "open_desk",
    "publish",
    "read_draft",
    "read_version",
    "set_up_party",
    "set_up_user",
]


def set_up_party(
    desk: Desk,
    home: Path,
    party: str,
    passphrase: bytes,
    *,
    sends: Collection[str],
    now: datetime,
    random: Callable[[int], bytes],
    cost: Cost = MODERATE,
    name: str | None = None,
) -> Requested:
    """Both sides of an enrolment in one call, where one machine plays both: trials and tests.

    The party is in the draft afterwards, its certificates in ``home/broker``.
    """
    requested = make_request(
        home, party, passphrase, anchor=desk.anchor, now=now, random=random, cost=cost
    )
    request = check_request(desk, requested.request)
    enrolled = enrol(desk, request, sends=sends, now=now, name=name, heard=requested.fingerprint)
    install_client(home, enrolled.certificate, desk.authority.pem)
    return requested


def set_up_user(desk: Desk, home: Path, name: str, *, now: datetime) -> None:
    """A broker user without message keys, such as the relay, where one machine plays both."""
    certificate = issue_client(desk, make_tls_request(home, name), name=name, now=now)
    install_client(home, certificate, desk.authority.pem)
