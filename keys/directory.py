"""The key directory as a value: who the parties are, which keys they have, what they may send.

It does not read, verify or write documents (trusted.py, documents.py), and knows no clock.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

from keys.errors import DuplicateKeyError, KeyIdError, NoUsableKeyError, UnknownPartyError
from keys.hybrid import LATTICE_OCTETS
from keys.identity import Identity
from keys.points import Kid, Use, check_point, kid_of, spki_of, suite_of
from keys.suites import Suite

PARTY_PATTERN = re.compile(r"[A-Z]{3}-[A-Z0-9]{1,20}")
GRANTED_TO_ALL = frozenset(
    {
        "DELIVERY_STATEMENT",
        "DIRECTORY_ACK",
        "FAULT",
        "KEPT_MESSAGES",
        "RECEIPT",
        "RESEND_REQUEST",
    }
)
"""What every listed party may send without an entry's word: what the line itself needs."""


class KeyState(StrEnum):
    """Where a key stands in its life (4-trust 4.1, rotation)."""

    NEXT = "NEXT"
    CURRENT = "CURRENT"
    RETIRING = "RETIRING"
    RETIRED = "RETIRED"
    REVOKED = "REVOKED"
    COMPROMISED = "COMPROMISED"


class PartyKind(StrEnum):
    """What a party is; an agency speaks within what its country was given."""

    NCB = "NCB"
    AGENCY = "AGENCY"
    REGISTRY = "REGISTRY"


_SIGNING_STATES = frozenset({KeyState.CURRENT, KeyState.RETIRING})


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    """The public half that a message is encrypted to; ``public`` is the raw key of its suite."""

    party: str
    kid: Kid
    public: bytes

    @property
    def suite(self) -> Suite:
        """The suite by which one encrypts to it."""
        return suite_of(self.public)


@dataclass(frozen=True, slots=True, kw_only=True)
class Voucher:
    """A signature by which one key of the directory answers for something; 64 octets of Ed25519."""

    by: Kid
    value: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyEntry:
    """One public key of a party; ``public`` is raw, instants are aware UTC."""

    kid: Kid
    use: Use
    public: bytes
    state: KeyState
    valid_from: datetime
    valid_until: datetime | None
    revoked_at: datetime | None
    endorsement: Voucher | None = None

    @property
    def suite(self) -> Suite:
        """The suite that the key belongs to; signing keys serve all and are of the first."""
        return suite_of(self.public)

    def covers(self, at: datetime) -> bool:
        """Whether ``at`` lies in the key's validity: from, inclusive, until, exclusive."""
        return self.valid_from <= at and (self.valid_until is None or at < self.valid_until)

    def may_sign(self, at: datetime) -> bool:
        """Whether a signature that says it was made at ``at`` counts.

        A revoked or compromised key never counts, whatever time a signature names: whoever stole
        the key writes the time.
        """
        return (
            self.use == "sig"
            and self.state in _SIGNING_STATES
            and self.revoked_at is None
            and self.covers(at)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyEntry:
    """One member of the directory; ``sends`` holds the message type codes it may send."""

    party: str
    country: str
    keys: tuple[KeyEntry, ...]
    sends: frozenset[str]
    kind: PartyKind = PartyKind.AGENCY
    name: str | None = None
    mandate: Voucher | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Directory:
    """One version of the key directory, with its answers in constant time.

    ``digest`` is the SHA-256 of the document's octets and ``previous`` that of the version before
    (None for the first). ``suite`` is the one that messages under it use; where it is not the
    first, ``suite_since`` is the version from which on no lower one is accepted. Making one refuses
    a key that stands at two places (DuplicateKeyError,
    threat K13), a small-order point (WeakKeyError, K12) and a key id that is not the key's.
    """

    version: int
    issued: datetime
    expires: datetime
    digest: bytes
    parties: Mapping[str, PartyEntry]
    previous: bytes | None = None
    suite: Suite = Suite.CLASSICAL
    suite_since: int | None = None
    _signers: Mapping[str, tuple[PartyEntry, KeyEntry]] = field(
        init=False, repr=False, compare=False
    )
    _recipients: Mapping[str, Recipient] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        _check_keys(self.parties)
        pairs = list(_all_keys(self.parties))
        signers = {str(key.kid): (party, key) for party, key in pairs if key.use == "sig"}
        recipients: dict[str, Recipient] = {}
        for party in self.parties.values():
            newest = _encryption_key(party, self.issued, self.suite)
            if newest is not None:
                recipients[party.party] = Recipient(
                    party=party.party, kid=newest.kid, public=newest.public
                )
        object.__setattr__(self, "parties", MappingProxyType(dict(self.parties)))
        object.__setattr__(self, "_signers", signers)
        object.__setattr__(self, "_recipients", recipients)

    def narrowed(self, parties: Mapping[str, PartyEntry]) -> Directory:
        """The same version with keys withheld or taken out of use.

        ``parties`` are this version's with no key that it does not list: what was checked when it
        was made is not checked again, and who stayed as it was is not looked at.
        """
        changed = {
            party for party, entry in parties.items() if self.parties.get(party) is not entry
        }
        if not changed and len(parties) == len(self.parties):
            return self
        signers = {
            kid: (entry, key)
            for kid, (entry, key) in self._signers.items()
            if entry.party not in changed and entry.party in parties
        }
        recipients = {
            party: each
            for party, each in self._recipients.items()
            if party not in changed and party in parties
        }
        for party in changed:
            entry = parties[party]
            signers |= {str(key.kid): (entry, key) for key in entry.keys if key.use == "sig"}
            newest = _encryption_key(entry, self.issued, self.suite)
            if newest is not None:
                recipients[party] = Recipient(party=party, kid=newest.kid, public=newest.public)
        made = copy.copy(self)
        object.__setattr__(made, "parties", MappingProxyType(dict(parties)))
        object.__setattr__(made, "_signers", signers)
        object.__setattr__(made, "_recipients", recipients)
        return made

    def signer(self, kid: str) -> tuple[PartyEntry, KeyEntry] | None:
        """The party and the signing key of this id, or None.

        Encryption keys are never found. The caller asks ``KeyEntry.may_sign`` for the instant.
        """
        return self._signers.get(kid)

    def recipient(self, party: str) -> Recipient:
        """The newest encryption key of ``party`` that may be used, of the directory's suite.

        Where the directory names the first suite and the party has a hybrid key alone, it is that.
        Raises UnknownPartyError or NoUsableKeyError.
        """
        found = self._recipients.get(party)
        if found is not None:
            return found
        if party not in self.parties:
            raise UnknownPartyError(
                f"The key directory does not list {party!r}.",
                place=f"directory version {self.version}",
                value=party,
                expected="one of " + ", ".join(sorted(self.parties)),
                remedy="Check the name, or enrol the party and publish the directory.",
            )
        raise NoUsableKeyError(
            f"{party} has no encryption key that may be used.",
            place=f"directory version {self.version}",
            expected=f"a key with use enc, suite {self.suite:d} and state CURRENT, valid when the"
            " directory was issued",
            remedy="The party must be given a new encryption key.",
        )

    def allows(self, suite: Suite, version: int) -> bool:
        """Whether a message may use ``suite`` whose sender had directory ``version``.

        Who did not know yet that a higher suite is asked for is not refused: nothing that is under
        way when an exchange moves is lost. Who knew, is.
        """
        return suite >= self.suite or (self.suite_since is not None and version < self.suite_since)

    def may_send(self, party: str, message_type: str) -> bool:
        """Whether ``party`` is listed and may send messages of this type code (directory 1)."""
        entry = self.parties.get(party)
        return entry is not None and (message_type in entry.sends or message_type in GRANTED_TO_ALL)


def entry_for(
    identity: Identity,
    *,
    sends: frozenset[str],
    valid_from: datetime,
    valid_until: datetime | None = None,
    kind: PartyKind = PartyKind.AGENCY,
    name: str | None = None,
) -> PartyEntry:
    """The public entry of an identity: its signing key and, of each suite that it has, its newest
    encryption key, all CURRENT.
    """
    newest = [kid for suite in Suite if (kid := identity.newest(suite)) is not None]
    publics: list[tuple[Use, bytes]] = [
        ("sig", identity.signing_public),
        *(("enc", identity.encryption_public(kid)) for kid in newest),
    ]
    return PartyEntry(
        party=identity.party,
        country=identity.party[:3],
        kind=kind,
        name=name,
        sends=sends,
        keys=tuple(
            KeyEntry(
                kid=kid_of(spki_of(use, public)),
                use=use,
                public=public,
                state=KeyState.CURRENT,
                valid_from=valid_from,
                valid_until=valid_until,
                revoked_at=None,
            )
            for use, public in publics
        ),
    )


def _all_keys(parties: Mapping[str, PartyEntry]) -> Iterator[tuple[PartyEntry, KeyEntry]]:
    for party in parties.values():
        for key in party.keys:
            yield party, key


def _encryption_key(party: PartyEntry, at: datetime, suite: Suite) -> KeyEntry | None:
    """The newest of the suite asked for; a higher one only where there is none of it."""
    usable = [
        key
        for key in party.keys
        if key.use == "enc"
        and key.state is KeyState.CURRENT
        and key.revoked_at is None
        and key.suite >= suite
        and key.covers(at)
    ]
    return max(usable, key=lambda key: (-key.suite, key.valid_from), default=None)


def _check_keys(parties: Mapping[str, PartyEntry]) -> None:
    """Each point once, by id and raw: an id covers its algorithm, a raw point does not."""
    owners: dict[bytes, str] = {}
    for party, key in _all_keys(parties):
        place = f"party {party.party}, key {key.kid}"
        check_point(key.use, key.public, place=place)
        actual = kid_of(spki_of(key.use, key.public))
        if actual != key.kid:
            raise KeyIdError(
                "A key is listed under the id of another key.",
                place=place,
                value=key.kid,
                expected=actual,
                remedy="Take the entry from the party's own enrolment request.",
            )
        # The X25519 half of a hybrid key is a point that must stand nowhere else either.
        point = key.public[LATTICE_OCTETS:] if key.suite is Suite.HYBRID else key.public
        other = owners.setdefault(point, place)
        if other != place or _listed_twice(party, key):
            raise DuplicateKeyError(
                "The same key stands at two places of the directory.",
                place=place,
                value=key.kid,
                expected=f"a key that is not yet listed; it stands at {other}",
                remedy="Every use of every party needs a key of its own.",
            )


def _listed_twice(party: PartyEntry, key: KeyEntry) -> bool:
    return sum(1 for each in party.keys if each.public == key.public) > 1
