"""The ceremonies of trust, in the order in which they are done; the commands call these.

Each officer: ``make_officer``. At the centre: ``found``, then ``sign_document`` by the officers.
For each party ``make_request`` where it stays, ``check_request`` and ``enrol`` at the centre; then
``propose_directory``, ``sign_document`` by two officers, and ``hand_over`` what everybody may have.
It holds no steps itself.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime
from pathlib import Path

from keys.approval import Approval, approve, changes, changes_of
from keys.beacon_giving import give_beacon
from keys.broker_debt import BrokerDebt, broker_debt, broker_told, owe_broker
from keys.centre import CentreFolder, Desk, current_root, open_desk
from keys.checkpoint import Checkpoint, Proof, read_proof, write_proof
from keys.draining import Drained, read_drained, retire, retiring_kids, settle, write_drained
from keys.enrolment import (
    Enrolled,
    Requested,
    certify,
    check_request,
    enrol,
    install_client,
    issue_client,
    issue_server,
    make_request,
    make_tls_request,
    renew_request,
    renew_tls_request,
)
from keys.founding import Roles, found, found_alone, propose_root, replace_officer, replace_officers
from keys.growth import Growth
from keys.key_events import read_event
from keys.keylog import KeyLog, audit, check_proof, find_leaves, read_log, sequence
from keys.keylog_compare import Compared, Relation, compare, log_grown
from keys.lifecycle import (
    disown,
    give_succession,
    move_key,
    prepare_rotation,
    propose_disownment,
    read_voucher,
    revoke,
    take_rotation,
    withdraw,
    write_mandate,
    write_revocation_note,
)
from keys.officer import Signer, load_signer, make_officer, make_signer, read_card, save_signer
from keys.pending import Pending, look, waiting
from keys.publishing import (
    hand_over,
    newest_directory,
    propose_directory,
    publish,
    read_draft,
    read_version,
    sign_document,
)
from keys.recovering import draw_up_recovery
from keys.sealed import MODERATE, Cost
from keys.standing import KEY_LOG, OBJECTION, WITHHELD, Finding, as_its_process, awaited, standing
from keys.suite_moving import allow_suites, choose_suite, prepare_hybrid
from keys.tls import SERVER_NAMES
from keys.trail import acting, read_trail
from keys.unvouched import unvouched
from keys.words import LANGUAGES, check_heard, miscounted, misspelt, octets_heard, qr_of, words_of

__all__ = [
    "KEY_LOG",
    "LANGUAGES",
    "OBJECTION",
    "SERVER_NAMES",
    "WITHHELD",
    "Approval",
    "BrokerDebt",
    "CentreFolder",
    "Checkpoint",
    "Compared",
    "Desk",
    "Drained",
    "Enrolled",
    "Finding",
    "Growth",
    "KeyLog",
    "Pending",
    "Proof",
    "Relation",
    "Requested",
    "Roles",
    "Signer",
    "acting",
    "allow_suites",
    "approve",
    "as_its_process",
    "audit",
    "awaited",
    "broker_debt",
    "broker_told",
    "certify",
    "changes",
    "changes_of",
    "check_heard",
    "check_proof",
    "check_request",
    "choose_suite",
    "compare",
    "current_root",
    "disown",
    "draw_up_recovery",
    "enrol",
    "find_leaves",
    "found",
    "found_alone",
    "give_beacon",
    "give_succession",
    "hand_over",
    "install_client",
    "issue_client",
    "issue_server",
    "load_signer",
    "log_grown",
    "look",
    "make_officer",
    "make_request",
    "make_signer",
    "make_tls_request",
    "miscounted",
    "misspelt",
    "move_key",
    "newest_directory",
    "octets_heard",
    "open_desk",
    "owe_broker",
    "prepare_hybrid",
    "prepare_rotation",
    "propose_directory",
    "propose_disownment",
    "propose_root",
    "publish",
    "qr_of",
    "read_card",
    "read_draft",
    "read_drained",
    "read_event",
    "read_log",
    "read_proof",
    "read_trail",
    "read_version",
    "read_voucher",
    "renew_request",
    "renew_tls_request",
    "replace_officer",
    "replace_officers",
    "retire",
    "retiring_kids",
    "revoke",
    "save_signer",
    "sequence",
    "set_up_party",
    "set_up_user",
    "settle",
    "sign_document",
    "standing",
    "take_rotation",
    "unvouched",
    "waiting",
    "withdraw",
    "words_of",
    "write_drained",
    "write_mandate",
    "write_proof",
    "write_revocation_note",
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
