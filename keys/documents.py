"""The directory document: its canonical octets from values, and values from its octets.

It verifies no signature and judges no time: trusted.py calls it once the octets are proven.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import datetime

from lxml import etree

from keys.directory import Directory, KeyEntry, KeyState, PartyEntry, PartyKind, Voucher
from keys.directory_form import match_directory
from keys.errors import DirectoryFormatError
from keys.markup import (
    NAMESPACE,
    attribute,
    child,
    children,
    escaped,
    instant,
    instant_text,
    octets_of,
    optional_text,
    parse,
    public_key,
    public_key_markup,
    text,
    text_of_octets,
)
from keys.points import Kid, Use
from keys.suites import Suite


def write_directory(
    *,
    version: int,
    issued: datetime,
    expires: datetime,
    previous: bytes | None,
    parties: Iterable[PartyEntry],
    suite: Suite = Suite.CLASSICAL,
    suite_since: int | None = None,
) -> bytes:
    """The canonical octets of a directory; parties, types and keys in their one order."""
    chain = "" if previous is None else f"<Previous>{text_of_octets(previous)}</Previous>"
    since = "" if suite_since is None else f' suiteSince="{suite_since}"'
    entries = "".join(_party(each) for each in sorted(parties, key=lambda each: each.party))
    return (
        f'<Directory xmlns="{NAMESPACE}" suite="{suite:d}"{since} version="{version}">'
        f"<Issued>{instant_text(issued)}</Issued><Expires>{instant_text(expires)}</Expires>"
        f"{chain}{entries}</Directory>"
    ).encode()


def read_directory(octets: bytes, *, place: str) -> Directory:
    """The directory in these octets, which the caller has limited and verified.

    Raises DirectoryFormatError if they are not the one canonical form of a directory by the
    schema, DuplicateKeyError, KeyIdError or WeakKeyError for its keys.
    """
    form = match_directory(octets)
    if form is None:
        return _read_slowly(octets, place=place)
    _check_head(place, form.version, form.previous, form.suite, form.suite_since)
    return Directory(
        version=form.version,
        issued=form.issued,
        expires=form.expires,
        digest=hashlib.sha256(octets).digest(),
        previous=form.previous,
        parties=form.parties,
        suite=form.suite,
        suite_since=form.suite_since,
    )


def _check_head(
    place: str, version: int, previous: bytes | None, suite: Suite, since: int | None
) -> None:
    if (version == 1) != (previous is None):
        raise _refused(place, "Previous is for every version but the first")
    if (suite is Suite.CLASSICAL) != (since is None):
        raise _refused(place, "suiteSince is for every suite but the first")
    if since is not None and since > version:
        raise _refused(place, "suiteSince is a version that is still to come")


def _read_slowly(octets: bytes, *, place: str) -> Directory:
    """By parser and schema: what says exactly why octets are no directory."""
    root = parse(octets, "Directory", error=DirectoryFormatError, place=place)  # (5) (6)
    try:
        entries = [_read_party(node) for node in children(root, "Party")]
        chain = optional_text(root, "Previous")
        version = int(attribute(root, "version"))
        issued, expires = instant(text(root, "Issued")), instant(text(root, "Expires"))
        previous = None if chain is None else octets_of(chain)
        suite = Suite(int(attribute(root, "suite")))
        since = root.get("suiteSince")
        suite_since = None if since is None else int(since)
    except ValueError as problem:
        raise _refused(place, str(problem)) from problem
    parties = {entry.party: entry for entry in entries}
    if len(parties) != len(entries):
        raise _refused(place, "a party is listed twice")
    _check_head(place, version, previous, suite, suite_since)
    again = write_directory(
        version=version,
        issued=issued,
        expires=expires,
        previous=previous,
        parties=entries,
        suite=suite,
        suite_since=suite_since,
    )
    if again != octets:  # (7)
        raise _refused(place, "it is not in canonical form")
    return Directory(  # (8)
        version=version,
        issued=issued,
        expires=expires,
        digest=hashlib.sha256(octets).digest(),
        previous=previous,
        parties=parties,
        suite=suite,
        suite_since=suite_since,
    )


def _party(entry: PartyEntry) -> str:
    name = "" if entry.name is None else f"<Name>{escaped(entry.name)}</Name>"
    sends = "".join(f"<Sends>{code}</Sends>" for code in sorted(entry.sends))
    keys = "".join(_key(key) for key in sorted(entry.keys, key=lambda key: (key.use, key.kid)))
    return (
        f'<Party country="{entry.country}" id="{entry.party}" kind="{entry.kind}">'
        f"{name}{sends}{_voucher('Mandate', entry.mandate)}{keys}</Party>"
    )


def _key(key: KeyEntry) -> str:
    until = "" if key.valid_until is None else _moment("ValidUntil", key.valid_until)
    revoked = "" if key.revoked_at is None else _moment("RevokedAt", key.revoked_at)
    suite = "" if key.suite is Suite.CLASSICAL else f' suite="{key.suite:d}"'
    return (
        f'<Key kid="{key.kid}" state="{key.state}"{suite} use="{key.use}">'
        f"{public_key_markup(key.use, key.public)}"
        f"{_moment('ValidFrom', key.valid_from)}{until}{revoked}"
        f"{_voucher('Endorsement', key.endorsement)}</Key>"
    )


def _voucher(name: str, voucher: Voucher | None) -> str:
    if voucher is None:
        return ""
    return f'<{name} by="{voucher.by}">{text_of_octets(voucher.value)}</{name}>'


def _read_voucher(node: etree._Element, name: str) -> Voucher | None:
    found = child(node, name)
    if found is None:
        return None
    return Voucher(by=Kid(attribute(found, "by")), value=octets_of(text(node, name)))


def _moment(name: str, at: datetime) -> str:
    return f"<{name}>{instant_text(at)}</{name}>"


def _read_party(node: etree._Element) -> PartyEntry:
    party, country = attribute(node, "id"), attribute(node, "country")
    if not party.startswith(country):
        raise ValueError(f"{party} is not of {country}")
    return PartyEntry(
        party=party,
        country=country,
        kind=PartyKind(attribute(node, "kind")),
        name=optional_text(node, "Name"),
        sends=frozenset(str(each.text) for each in children(node, "Sends")),
        mandate=_read_voucher(node, "Mandate"),
        keys=tuple(_read_key(each) for each in children(node, "Key")),
    )


def _read_key(node: etree._Element) -> KeyEntry:
    use: Use = "sig" if attribute(node, "use") == "sig" else "enc"
    kid, public = public_key(node, use)
    until, revoked = optional_text(node, "ValidUntil"), optional_text(node, "RevokedAt")
    return KeyEntry(
        kid=kid,
        use=use,
        public=public,
        state=KeyState(attribute(node, "state")),
        valid_from=instant(text(node, "ValidFrom")),
        valid_until=None if until is None else instant(until),
        revoked_at=None if revoked is None else instant(revoked),
        endorsement=_read_voucher(node, "Endorsement"),
    )


def _refused(place: str, why: str) -> DirectoryFormatError:
    return DirectoryFormatError(
        f"The directory is signed but cannot be used: {why}.",
        place=place,
        expected="the canonical form of schemas/xsd/directory.xsd",
        remedy="Tell the centre; keep the directory in use.",
    )
