"""The key directory as a value: who the parties are, which keys they have, what they may send.

It does not read, verify or write documents (trusted.py, documents.py), and knows no clock.
"""

from __future__ import annotations

import copy
import re
from abc import abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from keys.errors import DuplicateKeyError, KeyIdError, NoUsableKeyError, UnknownPartyError
from keys.identity import Identity
from keys.points import (
    RAW_OCTETS,
    Kid,
    Use,
    check_point,
    is_plain,
    is_sound,
    kid_of,
    spki_of,
    suite_of,
)
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
        "TRUST_DOCUMENTS",
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


REGISTRY = "XPO-REGISTRY"
"""The one party that may be of kind ``REGISTRY``."""


def usual_kind(party: str) -> PartyKind:
    """The kind that goes with a party's name; any other party may only be an agency."""
    if party[3:] == "-NCB":
        return PartyKind.NCB
    return PartyKind.REGISTRY if party == REGISTRY else PartyKind.AGENCY


_IN_USE = frozenset({KeyState.NEXT, KeyState.CURRENT, KeyState.RETIRING})
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


class CheckedParties(Mapping[str, PartyEntry]):
    """Parties whose keys are known to be what ``Directory`` asks of keys, with an index of theirs.

    ``suites`` are those of the encryption keys that are next, current or retiring.
    """

    suites: frozenset[Suite]

    @abstractmethod
    def get_signer(self, kid: str) -> tuple[PartyEntry, KeyEntry] | None:
        """The party and its signing key of this id."""


class _Parties(CheckedParties):
    """Parties that were handed over as entries; raises as ``Directory`` does."""

    def __init__(self, parties: Mapping[str, PartyEntry]) -> None:
        _check_keys(parties)
        self._parties = dict(parties)
        pairs = list(_all_keys(parties))
        self._signers = {str(key.kid): (party, key) for party, key in pairs if key.use == "sig"}
        in_use = (key for _, key in pairs if key.use == "enc" and key.state in _IN_USE)
        self.suites = frozenset(key.suite for key in in_use)

    def __getitem__(self, party: str) -> PartyEntry:
        return self._parties[party]

    def __iter__(self) -> Iterator[str]:
        return iter(self._parties)

    def __len__(self) -> int:
        return len(self._parties)

    def get_signer(self, kid: str) -> tuple[PartyEntry, KeyEntry] | None:
        """The party and its signing key of this id."""
        return self._signers.get(kid)


class _Narrowed(CheckedParties):
    """Parties of others that were checked, some of them with fewer keys or in another state."""

    def __init__(
        self, base: CheckedParties, parties: dict[str, PartyEntry], changed: frozenset[str]
    ) -> None:
        self._base, self.listed, self.changed = base, parties, changed
        self._signers = {
            str(key.kid): (parties[party], key)
            for party in changed
            for key in parties[party].keys
            if key.use == "sig"
        }
        self.suites = base.suites

    def __getitem__(self, party: str) -> PartyEntry:
        return self.listed[party]

    def __iter__(self) -> Iterator[str]:
        return iter(self.listed)

    def __len__(self) -> int:
        return len(self.listed)

    def get_signer(self, kid: str) -> tuple[PartyEntry, KeyEntry] | None:
        """The party and its signing key of this id, if it still has it."""
        found = self._base.get_signer(kid)
        if found is None or found[0].party in self.changed:
            return self._signers.get(kid)
        return found if found[0].party in self.listed else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Directory:
    """One version of the key directory, with its answers in constant time.

    ``digest`` is the SHA-256 of the document's octets and ``previous`` that of the version before
    (None for the first). ``suite`` is the one that messages under it use; where it is not the
    first, ``suite_since`` is the version from which on no lower one is accepted. ``released`` are
    SHA-256 of envelopes that a revoked key signed and its party names its own. ``awaited`` are
    parties that are listed and not active yet, as far as this reader knows. Making one refuses
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
    released: frozenset[bytes] = field(default=frozenset(), compare=False)
    awaited: frozenset[str] = field(default=frozenset(), compare=False)
    _recipients: dict[str, Recipient] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if not isinstance(self.parties, CheckedParties):
            object.__setattr__(self, "parties", _Parties(self.parties))
        object.__setattr__(self, "_recipients", {})

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
        return self._of(_Narrowed(self._checked, dict(parties), frozenset(changed)))

    def narrowed_further(self, signed: Directory, parties: Mapping[str, PartyEntry]) -> Directory:
        """What ``narrowed`` made of ``signed``, with these parties in place of what they were.

        The others are not looked at, however many there are.
        """
        before, base = self._checked, signed.parties
        assert isinstance(base, CheckedParties)  # noqa: S101 - since it was made
        changed = frozenset(
            party for party, entry in parties.items() if base.get(party) is not entry
        )
        if isinstance(before, _Narrowed):
            changed |= before.changed - parties.keys()
        listed = before.listed if isinstance(before, _Narrowed) else dict(before)
        return self._of(_Narrowed(base, {**listed, **parties}, changed))

    def _of(self, parties: CheckedParties) -> Directory:
        made = copy.copy(self)
        object.__setattr__(made, "parties", parties)
        object.__setattr__(made, "_recipients", {})
        return made

    def releasing(self, genuine: frozenset[bytes]) -> Directory:
        """The same with envelopes of revoked keys that their party names as its own."""
        if genuine == self.released:
            return self
        made = copy.copy(self)
        object.__setattr__(made, "released", genuine)
        return made

    def awaiting(self, parties: frozenset[str]) -> Directory:
        """The same, in which ``parties`` are not active yet."""
        if parties == self.awaited:
            return self
        made = copy.copy(self)
        object.__setattr__(made, "awaited", parties)
        return made

    def signer(self, kid: str) -> tuple[PartyEntry, KeyEntry] | None:
        """The party and the signing key of this id, or None.

        Encryption keys are never found, and no key outside the prime-order subgroup, which is only
        asked here: it costs more than all else that is asked of a key when a directory is read.
        The caller asks ``KeyEntry.may_sign`` for the instant.
        """
        found = self._checked.get_signer(kid)
        return found if found is not None and is_sound("sig", found[1].public) else None

    def recipient(self, party: str) -> Recipient:
        """The newest encryption key of ``party`` that may be used, of the directory's suite.

        Where the directory names the first suite and the party has a hybrid key alone, it is that.
        Raises UnknownPartyError or NoUsableKeyError.
        """
        found = self._recipients.get(party)
        if found is not None:
            return found
        entry = self.parties.get(party)
        newest = None if entry is None else _encryption_key(entry, self.issued, self.suite)
        if newest is not None:  # two threads may both find it, and find the same
            found = Recipient(party=party, kid=newest.kid, public=newest.public)
            self._recipients[party] = found
            return found
        if entry is None:
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

    def reaches(self, party: str) -> bool:
        """Whether something can be encrypted to ``party`` now: ``recipient`` would not raise."""
        entry = self.parties.get(party)
        return entry is not None and (
            party in self._recipients or _encryption_key(entry, self.issued, self.suite) is not None
        )

    @property
    def suites(self) -> frozenset[Suite]:
        """The suites of the encryption keys that are next, current or retiring."""
        return self._checked.suites

    @property
    def _checked(self) -> CheckedParties:
        assert isinstance(self.parties, CheckedParties)  # noqa: S101 - since it was made
        return self.parties

    def allows(self, suite: Suite, version: int) -> bool:
        """Whether a message may use ``suite`` whose sender had directory ``version``.

        Who did not know yet that a higher suite is asked for is not refused: nothing that is under
        way when an exchange moves is lost. Who knew, is.
        """
        return suite >= self.suite or (self.suite_since is not None and version < self.suite_since)

    def check_points(self) -> None:
        """Every key is a point that somebody can own a secret for; WeakKeyError, as at enrolment.

        For whoever makes a directory. Who reads one is told by ``signer`` when a key is used.
        """
        for party, key in _all_keys(self.parties):
            check_point(key.use, key.public, place=_place(party, key))

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
    seen: set[bytes] = set()
    for party, key in _all_keys(parties):
        public = key.public
        if not is_plain(key.use, public):
            check_point(key.use, public, place=_place(party, key))
        actual = kid_of(spki_of(key.use, public))
        if actual != key.kid:
            raise KeyIdError(
                "A key is listed under the id of another key.",
                place=_place(party, key),
                value=key.kid,
                expected=actual,
                remedy="Take the entry from the party's own enrolment request.",
            )
        # The X25519 half of a hybrid key is a point that must stand nowhere else either.
        point = public[-RAW_OCTETS:]
        if point in seen:
            raise DuplicateKeyError(
                "The same key stands at two places of the directory.",
                place=_place(party, key),
                value=key.kid,
                expected="a key that is not yet listed; it stands at " + _first(parties, point),
                remedy="Every use of every party needs a key of its own.",
            )
        seen.add(point)


def _first(parties: Mapping[str, PartyEntry], point: bytes) -> str:
    found = (_place(*each) for each in _all_keys(parties) if each[1].public.endswith(point))
    return next(found, "another place")


def _place(party: PartyEntry, key: KeyEntry) -> str:
    return f"party {party.party}, key {key.kid}"
