"""Drawing up a recovery: new keys for a party that cannot vouch for them any more.

The party makes new keys and a request as at its enrolment; the root's officers sign the recovery,
two directory officers the directory that lists the keys. It decides nothing (revocation.py does).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from keys.centre import Desk, current_root
from keys.directory import KeyEntry, KeyState, PartyEntry
from keys.enrolment import entry_of
from keys.errors import CeremonyError, UnknownPartyError
from keys.markup import whole_milliseconds
from keys.pending import Pending, propose
from keys.publishing import newest_directory, read_draft, write_draft
from keys.request import EnrolmentRequest
from keys.revocation import recovery_file, write_recovery
from keys.trail import note_act

_GONE = frozenset({KeyState.RETIRED, KeyState.REVOKED, KeyState.COMPROMISED})


def draw_up_recovery(
    desk: Desk,
    request: EnrolmentRequest,
    why: str,
    *,
    now: datetime,
    notice: timedelta | None = None,
) -> Pending:
    """Lay a recovery of the party's keys out for the root's officers; its keys go into the draft.

    Its certificate is issued when the directory lists the keys (``certify``). The keys that were
    in use are ``REVOKED`` in the draft. ``notice`` is the policy's if left out;
    a shorter one takes one officer more. Raises UnknownPartyError, CeremonyError.
    """
    trust, folder = desk.folder.root, desk.folder
    with folder.alone():
        base = read_draft(folder) or newest_directory(trust)
        listed = None if base is None else base.parties.get(request.party)
        if base is None or listed is None:
            raise UnknownPartyError(
                f"The key directory does not list {request.party!r}.",
                place=str(trust),
                value=request.party,
                remedy="A party that was never listed is enrolled: `iarms party approve`.",
            )
        fresh = entry_of(request, sends=listed.sends, kind=listed.kind, name=listed.name, now=now)
        known = {key.kid for key in listed.keys}
        if known & {key.kid for key in fresh.keys}:
            raise CeremonyError(
                "These keys are listed already: there is nothing to recover.",
                place=request.party,
                expected="new keys, in a home folder of their own",
                remedy="Let the party make new ones: `iarms party request` in another folder.",
            )
        at = whole_milliseconds(now)
        write_draft(folder, {**base.parties, listed.party: _joined(listed, fresh, at)}, now=now)
        octets = write_recovery(
            request.party,
            [str(key.kid) for key in fresh.keys],
            why,
            issued=at,
            notice=current_root(trust).policy.recovery_notice if notice is None else notice,
        )
        pending = propose(folder, recovery_file(request.party, octets), octets)
        note_act(folder, "recover", party=request.party, document=pending.name, why=why)
    return pending


def _joined(listed: PartyEntry, fresh: PartyEntry, at: datetime) -> PartyEntry:
    return replace(listed, keys=(*(_ended(key, at) for key in listed.keys), *fresh.keys))


def _ended(key: KeyEntry, at: datetime) -> KeyEntry:
    return key if key.state in _GONE else replace(key, state=KeyState.REVOKED, revoked_at=at)
