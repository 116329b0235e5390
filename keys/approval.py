"""An officer's approval of an enrolment: the party's words typed, the entry seen, one signature.

The first approval lays the next directory out, the second publishes it and issues the party's
TLS certificate. Neither works without what the officer heard. It counts no signatures itself
(pending.py) and speaks to no broker.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from keys.centre import Desk, current_root
from keys.directory import Directory, KeyEntry, PartyEntry, PartyKind, Voucher
from keys.disownment import is_disownment, read_disownment
from keys.documents import read_directory
from keys.enrolment import Enrolled, check_request, drafted, enrol, entry_of
from keys.errors import CeremonyError
from keys.fingerprint import fingerprint_octets
from keys.officer import Signer
from keys.pending import Pending, waiting
from keys.publishing import newest_directory, propose_directory, read_draft, sign_document
from keys.review import disownment_changes, recovery_changes, root_changes
from keys.revocation import is_recovery, read_recovery
from keys.root_document import read_root
from keys.suites import Suite
from keys.trusted import directory_file, version_in
from keys.unvouched import unvouched
from keys.words import check_heard


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """What an approval did: the entry, its certificate (PEM), and how far the directory is."""

    entry: PartyEntry
    certificate: bytes
    pending: Pending


def approve(
    desk: Desk,
    request: Path,
    signer: Signer,
    heard: str,
    *,
    sends: Collection[str],
    now: datetime,
    kind: PartyKind | None = None,
    name: str | None = None,
    mandate: Voucher | None = None,
) -> Approval:
    """Approve the enrolment in ``request`` as one officer who typed ``heard``.

    ``heard`` are the words, or hex groups, that the party read aloud. A party that is enrolled
    just so gives the directory that lists it, with nobody's name. Raises EnrolmentError for
    other words, CeremonyError where the directory that waits says something else than this
    officer was told (what others signed stays), QuorumError for who has not the role or approved
    before.
    """
    read = check_request(desk, request)
    heard_for = fingerprint_octets(read.party, read.signing, read.encryption)
    check_heard(heard, heard_for, place=read.party)
    asked = entry_of(read, sends=sends, kind=kind, name=name, now=now, mandate=mandate)
    _check_alone(desk, asked, signer)
    enrolled = enrol(desk, read, sends=sends, now=now, kind=kind, name=name, mandate=mandate)
    found = _waiting(desk)
    newest = newest_directory(desk.folder.root)
    if found is None and newest is not None and read_draft(desk.folder) is None:
        return _approved_before(desk, enrolled, newest)
    if found is None or enrolled.changed:
        found = propose_directory(desk.folder.root, now=now)
    _check_entry(found, enrolled.entry, newest)
    pending = sign_document(desk.folder.root, found.name, signer)
    return Approval(entry=enrolled.entry, certificate=enrolled.certificate, pending=pending)


def changes(before: Directory | None, after: Directory) -> tuple[str, ...]:
    """What the next directory changes, a line for each party that differs; to be reviewed."""
    suite = Suite.CLASSICAL if before is None else before.suite
    lines = [] if suite is after.suite else [f"messages: suite {suite:d} to suite {after.suite:d}"]
    lines += _party_changes({} if before is None else before.parties, after.parties)
    return tuple(lines) or ("nothing but a later expiry",)


def _party_changes(before: Mapping[str, PartyEntry], after: Mapping[str, PartyEntry]) -> list[str]:
    lines: list[str] = []
    for party in sorted({*before, *after}):
        was, now = before.get(party), after.get(party)
        if was == now:
            continue
        if was is None and now is not None:
            lines.append(f"joins: {_told(now)}")
        elif now is None:
            lines.append(f"{party} vanishes")
        elif was is not None:
            lines += _key_changes(party, was, now)
    return lines


def changes_of(trust: Path, pending: Pending) -> tuple[str, ...]:
    """What a document that waits changes, a line each, to be reviewed before it is signed."""
    if is_recovery(pending.name):
        return recovery_changes(read_recovery(pending.octets), current_root(trust))
    if is_disownment(pending.name):
        return disownment_changes(read_disownment(pending.octets))
    if version_in(pending.name) is None:
        after_root = read_root(pending.octets, place=pending.name)
        return root_changes(None if after_root.version == 1 else current_root(trust), after_root)
    after = read_directory(pending.octets, place=pending.name)
    return (*_warnings(trust, after), *changes(newest_directory(trust), after))


def _warnings(trust: Path, after: Directory) -> Iterator[str]:
    """Before anything else: what nobody will rely on, however many officers sign it."""
    for each in unvouched(trust, after):
        yield (
            f"DO NOT SIGN before you have called {each.party}: {each.kid or 'all of it'}:"
            f" {each.why}. No process will use it, and {each.party} will object to it"
        )


def _key_changes(party: str, was: PartyEntry, now: PartyEntry) -> list[str]:
    old = {key.kid: key for key in was.keys}
    lines = [
        f"{party}: new {key.use} key {key.kid[:12]}… {_suite(key)}"
        + ("vouched for" if key.endorsement else "that nothing vouches for: a recovery")
        if key.kid not in old
        else f"{party}: {key.use} key {key.kid[:12]}… {old[key.kid].state} to {key.state}"
        for key in now.keys
        if old.get(key.kid) != key
    ]
    lines += [f"{party}: key {kid[:12]}… vanishes" for kid in old if kid not in _kids(now)]
    if was.sends != now.sends:
        lines.append(f"{party} sends {', '.join(sorted(now.sends))}")
    if was.name != now.name:
        lines.append(f"{party}: name {was.name!r} to {now.name!r}")
    return lines or [f"{party}: kind or mandate"]


def _suite(key: KeyEntry) -> str:
    return "" if key.suite is Suite.CLASSICAL else f"of suite {key.suite:d}, "


def _kids(entry: PartyEntry) -> frozenset[str]:
    return frozenset(key.kid for key in entry.keys)


def _waiting(desk: Desk) -> Pending | None:
    found = [each for each in waiting(desk.folder) if version_in(each.name) is not None]
    return found[0] if found else None


def _approved_before(desk: Desk, enrolled: Enrolled, newest: Directory) -> Approval:
    """What was published already: whoever was stopped after that comes to the same end."""
    name = directory_file(newest.version)
    published = desk.folder.root / name
    pending = Pending(
        name=name, octets=published.read_bytes(), digest=newest.digest, persons=frozenset(),
        missing=0, organisations_missing=0, published=published,
    )  # fmt: skip
    return Approval(entry=enrolled.entry, certificate=enrolled.certificate, pending=pending)


def _check_alone(desk: Desk, asked: PartyEntry, signer: Signer) -> None:
    """Nothing else is in the draft, and nobody else has signed anything but this; or nothing moves.

    One officer's approval never throws away another's: whose options differ is refused.
    """
    entry, _ = drafted(desk, asked)
    newest, found = newest_directory(desk.folder.root), _waiting(desk)
    if found is not None and found.persons - {signer.person}:
        _check_entry(found, entry, newest)
    draft = read_draft(desk.folder)
    before = {} if newest is None else dict(newest.parties)
    if draft is None or {**draft.parties, entry.party: entry} == {**before, entry.party: entry}:
        return
    others = draft.parties.keys() - {entry.party}
    differ = sorted(each for each in others if draft.parties[each] != before.get(each))
    raise CeremonyError(
        "The draft changes others than this party; an approval is for one alone.",
        place=str(desk.folder.draft),
        value=", ".join(differ) or "a party that vanishes",
        expected=f"{entry.party} and nobody else",
        remedy="Publish what is in the draft first: `iarms directory propose`, `iarms act sign`;"
        " or enrol this party into it: `iarms party enrol`.",
    )


def _check_entry(pending: Pending, entry: PartyEntry, before: Directory | None) -> None:
    """The directory that waits changes this party to this entry and nobody else."""
    after = read_directory(pending.octets, place=pending.name)
    others = {**({} if before is None else before.parties), entry.party: entry}
    if dict(after.parties) == others:
        return
    raise CeremonyError(
        "The directory that waits changes more than this enrolment, or says it otherwise.",
        place=pending.name,
        value=f"{_signed_by(pending)}; against your options: "
        + "; ".join(_party_changes(others, after.parties)),
        expected=f"{entry.party} by your options, and nobody else",
        remedy="Approve with the options that the officers before you gave, or review what waits"
        " (`iarms act show`) and sign that (`iarms act sign`). Where it is wrong,"
        " `iarms party enrol` and `iarms directory propose` lay it out anew for all to sign.",
    )


def _signed_by(pending: Pending) -> str:
    return f"signed by {', '.join(sorted(pending.persons)) or 'nobody'}"


def _told(entry: PartyEntry) -> str:
    name = "" if entry.name is None else f" ({entry.name})"
    return f"{entry.party}{name} as {entry.kind}, sends {', '.join(sorted(entry.sends))}"
