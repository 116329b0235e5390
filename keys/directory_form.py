"""The one form of a directory, matched octet by octet: a second reader beside the schema's.

What matches is by construction well-formed, canonical and valid, and its keys are what they say.
Whatever is not, for any reason, is left to documents.py, which says by XML parser and schema what
is wrong. Entries become objects when somebody asks for them. It judges no time.
"""

from __future__ import annotations

import re
from binascii import a2b_base64, b2a_base64
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from itertools import pairwise
from typing import Any, NamedTuple

from pybase64 import b64decode

from keys.directory import CheckedParties, KeyEntry, KeyState, PartyEntry, PartyKind, Voucher
from keys.errors import WeakKeyError
from keys.markup import NAMESPACE
from keys.points import RAW_OCTETS, Kid, Use, plain_raw
from keys.suites import Suite

# Base64 is canonical where the last character's unused bits are zero (RFC 4648 section 3.5).
_PLAIN = rb"[A-Za-z0-9+/]"
_LAST_OF_TWO = rb"[AEIMQUYcgkosw048]"
_SHA256 = _PLAIN + rb"{42}" + _LAST_OF_TWO + rb"="
_SIGNATURE = _PLAIN + rb"{85}[AQgw]=="
_SPKI = _PLAIN + rb"{58}" + _LAST_OF_TWO + rb"=|" + _PLAIN + rb"{1653}[AQgw]=="
_KID = rb"[\w-]{43}"
# Each day that exists, but for a 29th of February, which is left to the other reader.
_TIME = (
    rb"20\d\d-(?:(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])|(?:0[13-9]|1[0-2])-(?:29|30)"
    rb"|(?:0[13578]|1[02])-31)T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{3}Z"
)
_VERSION = rb"[1-9]\d{0,8}"
_MOST_KEYS, _MOST_PARTIES = 32, 2000

_HEAD = re.compile(
    rb'<Directory xmlns="' + NAMESPACE.encode() + rb'" suite="([12])"'
    rb'(?: suiteSince="(' + _VERSION + rb')")? version="(' + _VERSION + rb')">'
    rb"<Issued>(" + _TIME + rb")</Issued><Expires>(" + _TIME + rb")</Expires>"
    rb"(?:<Previous>(" + _SHA256 + rb")</Previous>)?"
)
_PARTY = re.compile(
    rb'<Party country="([A-Z]{3})" id="([A-Z]{3}-[A-Z0-9]{1,20})" kind="(NCB|AGENCY|REGISTRY)">'
    rb"(?:<Name>([^<]{1,3200})</Name>)?"
    rb"((?:<Sends>[A-Z][A-Z0-9_]{0,47}</Sends>){0,64})"
    rb'(?:<Mandate by="(' + _KID + rb')">(' + _SIGNATURE + rb")</Mandate>)?"
)
_KEY = re.compile(
    rb'<Key kid="(' + _KID + rb')" state="(' + "|".join(KeyState).encode() + rb')"'
    rb'( suite="2")? use="(enc|sig)"><PublicKey>(' + _SPKI + rb")</PublicKey>"
    rb"<ValidFrom>(" + _TIME + rb")</ValidFrom>(?:<ValidUntil>(" + _TIME + rb")</ValidUntil>)?"
    rb"(?:<RevokedAt>(" + _TIME + rb")</RevokedAt>)?"
    rb'(?:<Endorsement by="(' + _KID + rb')">(' + _SIGNATURE + rb")</Endorsement>)?</Key>"
)
_SENDS = re.compile(rb"<Sends>([^<]+)</Sends>")
_PARTY_END, _END = b"</Party>", b"</Directory>"
# NameType of the schema, after &amp; &lt; and &gt; are resolved.
_CHARACTER = "\u00a1-\u2027\u2030-\ud7ff\uf900-\ufffc"
_NAME = re.compile(rf"[!-~{_CHARACTER}](?:[ -~{_CHARACTER}]{{0,198}}[!-~{_CHARACTER}])?")
_WRITTEN = re.compile(r"(?:[^&<>]|&(?:amp|lt|gt);)+")
_STATES = {state.value.encode(): state for state in KeyState}
_KINDS = {kind.value.encode(): kind for kind in PartyKind}
_USES: dict[bytes, Use] = {b"enc": "enc", b"sig": "sig"}
_IN_USE = frozenset({b"NEXT", b"CURRENT", b"RETIRING"})
_FROM_URL = bytes.maketrans(b"-_", b"+/")

_Key = tuple[Any, ...]
"""The slots of ``_KEY`` as they were matched: kid, state, suite, use, key, times, endorsement."""


class _Row(NamedTuple):
    """One party's slots as they were matched, and the raw public keys."""

    kind: bytes
    name: bytes | None
    sends: frozenset[str]
    mandate: Voucher | None
    keys: list[_Key]
    publics: list[bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """What a directory's octets say."""

    version: int
    suite: Suite
    suite_since: int | None
    issued: datetime
    expires: datetime
    previous: bytes | None
    parties: ListedParties


class ListedParties(CheckedParties):
    """The parties of a directory, each made an entry when it is first asked for."""

    def __init__(
        self, rows: dict[str, _Row], signers: dict[str, str], suites: frozenset[Suite]
    ) -> None:
        self._rows, self._signers = rows, signers
        self._entries: dict[str, PartyEntry] = {}
        self.suites = suites

    def __getitem__(self, party: str) -> PartyEntry:
        """The entry; KeyError. Two threads that both make it make the same."""
        entry = self._entries.get(party)
        if entry is None:
            entry = self._entries[party] = _entry(party, self._rows[party])
        return entry

    def __iter__(self) -> Iterator[str]:
        """The ids in their order."""
        return iter(self._rows)

    def __len__(self) -> int:
        """How many."""
        return len(self._rows)

    def get_signer(self, kid: str) -> tuple[PartyEntry, KeyEntry] | None:
        """The party and its signing key of this id."""
        party = self._signers.get(kid)
        if party is None:
            return None
        entry = self[party]
        return entry, next(key for key in entry.keys if key.kid == kid)


def match_directory(octets: bytes) -> Form | None:
    """The content of octets in the one form with sound keys; None where they are not."""
    head = _HEAD.match(octets)
    if head is None:
        return None
    suite, since, version, issued, expires, previous = head.groups()
    try:
        return Form(
            version=int(version),
            suite=Suite(int(suite)),
            suite_since=None if since is None else int(since),
            issued=_instant(issued),
            expires=_instant(expires),
            previous=None if previous is None else b64decode(previous),
            parties=_parties(octets, head.end()),
        )
    except (ValueError, WeakKeyError):  # no such day, another key's DER, an order that is not ours
        return None


def _parties(octets: bytes, at: int) -> ListedParties:
    rows: dict[str, _Row] = {}
    signers: dict[str, str] = {}
    points: list[bytes] = []
    sends_known: dict[bytes, frozenset[str]] = {}
    suites: set[Suite] = set()
    last = ""
    while (found := _PARTY.match(octets, at)) is not None:
        country, written, kind, name, sends, by, mandate = found.groups()
        party = written.decode("ascii")
        if party <= last or not written.startswith(country):
            raise ValueError(party)
        if name is not None:
            _name(name)
        if sends not in sends_known:
            sends_known[sends] = _sends(sends)
        keys, publics, at = _keys(octets, found.end())
        if not octets.startswith(_PARTY_END, at):
            raise ValueError(party)
        at += len(_PARTY_END)
        last = party
        voucher = None if mandate is None else _voucher(by, mandate)
        rows[party] = _Row(kind, name, sends_known[sends], voucher, keys, publics)
        points += [public[-RAW_OCTETS:] for public in publics]
        for key in keys:
            if key[3] == b"sig":
                signers[key[0].decode("ascii")] = party
            elif key[1] in _IN_USE:
                suites.add(Suite.HYBRID if key[2] else Suite.CLASSICAL)
    if octets[at:] != _END or len(rows) > _MOST_PARTIES or len(set(points)) < len(points):
        raise ValueError("not a directory, or one point at two places")
    return ListedParties(rows, signers, frozenset(suites))


def _keys(octets: bytes, at: int) -> tuple[list[_Key], list[bytes], int]:
    keys: list[_Key] = []
    publics: list[bytes] = []
    last: tuple[bytes, bytes] = (b"", b"")
    while (found := _KEY.match(octets, at)) is not None:
        key = found.groups()
        kid, _, later, use, spki64 = key[:5]
        spki = a2b_base64(spki64)
        written = b2a_base64(sha256(spki).digest(), newline=False)
        public = plain_raw(_USES[use], spki)
        # The order of use and id; each key under its own id; a hybrid one says so.
        if (
            (use, kid) < last
            or not written.startswith(kid.translate(_FROM_URL))
            or (later is None) != (len(public) == RAW_OCTETS)
        ):
            raise ValueError(kid)
        last = use, kid
        keys.append(key)
        publics.append(public)
        at = found.end()
    if not 1 <= len(keys) <= _MOST_KEYS:
        raise ValueError(at)
    return keys, publics, at


def _entry(party: str, row: _Row) -> PartyEntry:
    return PartyEntry(
        party=party,
        country=party[:3],
        kind=_KINDS[row.kind],
        name=None if row.name is None else _name(row.name),
        sends=row.sends,
        mandate=row.mandate,
        keys=tuple(map(_key, row.keys, row.publics)),
    )


def _key(slots: _Key, public: bytes) -> KeyEntry:
    kid, state, _, use, _, start, until, revoked, by, endorsement = slots
    return KeyEntry(
        kid=Kid(kid.decode("ascii")),
        use=_USES[use],
        public=public,
        state=_STATES[state],
        valid_from=_instant(start),
        valid_until=None if until is None else _instant(until),
        revoked_at=None if revoked is None else _instant(revoked),
        endorsement=None if endorsement is None else _voucher(by, endorsement),
    )


def _sends(block: bytes) -> frozenset[str]:
    codes = _SENDS.findall(block)
    if any(one >= two for one, two in pairwise(codes)):
        raise ValueError(block)
    return frozenset(code.decode("ascii") for code in codes)


def _name(written: bytes) -> str:
    text = written.decode("utf-8")
    if "&" in text:
        if _WRITTEN.fullmatch(text) is None:
            raise ValueError(text)
        text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    elif ">" in text:
        raise ValueError(text)
    if _NAME.fullmatch(text) is None:
        raise ValueError(text)
    return text


def _voucher(by: bytes, value: bytes) -> Voucher:
    return Voucher(by=Kid(by.decode("ascii")), value=b64decode(value))


def _instant(written: bytes) -> datetime:
    return datetime.fromisoformat(written.decode("ascii"))
