"""Which keys of a signed directory may be relied on, by what the reader relied on before.

Officers decide which countries there are; nobody but a country decides which keys are its own.
The directory that comes out lacks every key that nothing vouches for. It reads no file, knows no
clock, and does not judge whether the directory itself is signed (trusted.py).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from keys.directory import (
    GRANTED_TO_ALL,
    REGISTRY,
    Directory,
    KeyEntry,
    KeyState,
    PartyEntry,
    PartyKind,
    usual_kind,
)
from keys.errors import ContinuityError
from keys.points import Kid
from keys.revocation import Revocation
from keys.vouching import endorses, mandates

Known = Mapping[str, Mapping[str, bool | None]]
"""For each party the ids of the keys relied on before, and whether each may vouch for others; None
where its life is over.
"""

_VOUCHES = frozenset({KeyState.CURRENT, KeyState.RETIRING})
_GONE = frozenset({KeyState.REVOKED, KeyState.COMPROMISED})
_OVER = _GONE | {KeyState.RETIRED}


@dataclass(frozen=True, slots=True, kw_only=True)
class Withheld:
    """A key, or a whole party where ``kid`` is None, that is listed and not relied on."""

    party: str
    kid: str | None
    why: str

    def as_error(self, version: int) -> ContinuityError:
        """The alarm that a person hears."""
        return ContinuityError(
            f"A key of {self.party} is listed and not relied on: {self.why}.",
            place=f"directory version {version}",
            value=self.kid,
            expected="a new key that the party's current key vouches for, or an announced recovery",
            remedy=f"Call {self.party} by a number that you know. Its other keys stay in use.",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What may be relied on, what is withheld, and what to remember for the next directory."""

    directory: Directory
    withheld: tuple[Withheld, ...]
    known: Known


def judge(
    directory: Directory,
    *,
    known: Known | None,
    recovered: frozenset[str],
    revocations: Iterable[Revocation],
    mandates_needed: bool,
) -> Judged:
    """The part of ``directory`` that may be relied on.

    ``known`` is None for the first directory ever, which is taken as it is but for mandates.
    ``recovered`` are the ids of keys whose recovery was announced long enough ago.
    """
    kept, withheld = _judged(
        directory.parties, known, recovered, revocations, mandates_needed=mandates_needed
    )
    return Judged(
        directory=directory.narrowed(kept),
        withheld=withheld,
        known=_remembered(known, kept),
    )


def judge_again(
    last: Judged,
    directory: Directory,
    parties: Iterable[str],
    *,
    recovered: frozenset[str],
    revocations: Iterable[Revocation],
    mandates_needed: bool,
) -> Judged:
    """As ``judge`` of the same ``directory``, where only revocations for ``parties`` came since.

    Their countries alone are looked at: a revocation has to hold at once, at every node.
    """
    countries = {party[:3] for party in parties}
    listed = directory.parties
    kept, withheld = _judged(
        {party: listed[party] for party in listed if party[:3] in countries},
        {party: kids for party, kids in last.known.items() if party[:3] in countries},
        recovered,
        revocations,
        mandates_needed=mandates_needed,
    )
    others = tuple(each for each in last.withheld if each.party[:3] not in countries)
    return Judged(
        directory=last.directory.narrowed_further(directory, kept),
        withheld=(*others, *withheld),
        known=_remembered(last.known, kept),
    )


def _judged(
    parties: Mapping[str, PartyEntry],
    known: Known | None,
    recovered: frozenset[str],
    revocations: Iterable[Revocation],
    *,
    mandates_needed: bool,
) -> tuple[dict[str, PartyEntry], tuple[Withheld, ...]]:
    """What is kept of these parties, which are whole countries, and what is withheld."""
    current = revoked(parties, revocations)
    withheld: list[Withheld] = []
    kept: dict[str, PartyEntry] = {}
    # NCBs first: agencies stand on them.
    order = sorted(current.values(), key=lambda each: (each.kind is PartyKind.AGENCY, each.party))
    for entry in order:
        ncb = _ncb_of(entry, kept)
        why = _why_not_of_kind(entry)
        if why is None and mandates_needed:
            why = _why_not_mandated(entry, ncb)
        if why is not None:
            withheld.append(Withheld(party=entry.party, kid=None, why=why))
            kept[entry.party] = replace(entry, keys=())
            continue
        before = None if known is None else known.get(entry.party)
        keys, unvouched = _vouched(entry, ncb, before, recovered)
        withheld += unvouched
        kept[entry.party] = entry if keys == entry.keys else replace(entry, keys=keys)
    withheld += [
        Withheld(party=party, kid=None, why="it has vanished from the directory")
        for party in sorted(set(known or ()) - set(kept))
    ]
    return kept, tuple(withheld)


def revoked(
    listed: Mapping[str, PartyEntry], revocations: Iterable[Revocation]
) -> dict[str, PartyEntry]:
    """The parties with every key that a revocation names taken out of use."""
    gone = {(each.party, kid): each.issued for each in revocations for kid in each.kids}
    parties = dict(listed)
    for party in {party for party, _ in gone} & set(parties):
        entry = parties[party]
        parties[party] = replace(
            entry, keys=tuple(_taken_out(entry, key, gone) for key in entry.keys)
        )
    return parties


def _taken_out(
    entry: PartyEntry, key: KeyEntry, gone: Mapping[tuple[str, str], datetime]
) -> KeyEntry:
    at = gone.get((entry.party, key.kid))
    if at is None or key.state in _GONE:
        return key
    return replace(key, state=KeyState.REVOKED, revoked_at=at)


def foreign_keys(directory: Directory, party: str, held: Iterable[str]) -> tuple[str, ...]:
    """The ids of keys that a directory lists in use under a party's name and it does not hold."""
    entry, own = directory.parties.get(party), frozenset(held)
    keys = () if entry is None else entry.keys
    alive = (key for key in keys if key.state not in _OVER)
    return tuple(sorted(key.kid for key in alive if key.kid not in own))


def unauthorised(
    directory: Directory, party: str, held: Iterable[str], *, mandates_needed: bool
) -> tuple[str, ...]:
    """The ids of keys in use of parties of the country of ``party`` that it did not authorise.

    Empty for who is no NCB. ``held`` are the ids of all keys that were ever its own.
    """
    listed, own = directory.parties.get(party), frozenset(held)
    if listed is None or listed.kind is not PartyKind.NCB or _why_not_of_kind(listed) is not None:
        return ()
    publics = {key.kid: key.public for key in listed.keys if key.use == "sig" and key.kid in own}
    found: list[str] = []
    for entry in directory.parties.values():
        if entry.country != listed.country or entry.party == party:
            continue
        if _why_not_of_kind(entry) is None and not (
            mandates_needed and not _authorised(entry, publics)
        ):
            continue
        found += [key.kid for key in entry.keys if key.state not in _OVER]
    return tuple(sorted(found))


def _authorised(entry: PartyEntry, publics: Mapping[Kid, bytes]) -> bool:
    by = None if entry.mandate is None else publics.get(entry.mandate.by)
    return (
        entry.mandate is not None
        and by is not None
        and mandates(entry.mandate, by, entry.party, entry.sends)
    )


def _vouched(
    entry: PartyEntry,
    ncb: PartyEntry | None,
    before: Mapping[str, bool | None] | None,
    recovered: frozenset[str],
) -> tuple[tuple[KeyEntry, ...], list[Withheld]]:
    if before is None:
        return entry.keys, []
    vouchers: dict[str, bytes] = {
        key.kid: key.public
        for key in entry.keys
        if key.use == "sig" and before.get(key.kid) and key.state not in _GONE
    }
    if ncb is not None:
        vouchers |= {key.kid: key.public for key in ncb.keys if _may_vouch(key)}
    over = {
        key.kid
        for key in entry.keys
        if before.get(key.kid, True) is None and key.state not in _OVER
    } - recovered
    accepted = {
        key.kid for key in entry.keys
        if key.kid in before or key.kid in recovered or key.state in _GONE
    } - over  # fmt: skip
    vouchers |= {
        key.kid: key.public for key in entry.keys if key.kid in recovered and _may_vouch(key)
    }
    grown = True
    while grown:  # a reader that was away follows one successor after the other
        grown = False
        for key in entry.keys:
            if key.kid in accepted | over or not _endorsed(key, entry, vouchers):
                continue
            accepted.add(key.kid)
            grown = True
            if key.use == "sig" and key.state not in _GONE:
                vouchers[key.kid] = key.public
    withheld = [
        Withheld(
            party=entry.party,
            kid=key.kid,
            why="it was retired or revoked before, and no key comes back"
            if key.kid in over
            else "no key of the party vouches for it",
        )
        for key in entry.keys
        if key.kid not in accepted
    ]
    return _standing_in(entry, accepted), withheld


def _standing_in(entry: PartyEntry, accepted: Collection[str]) -> tuple[KeyEntry, ...]:
    """The accepted keys; a retiring encryption key stays current where its successor is withheld.

    Otherwise officers who list a false successor would cut the party off from what others send it.
    """
    kept = tuple(key for key in entry.keys if key.kid in accepted)
    current = {(key.use, key.suite) for key in kept if key.state is KeyState.CURRENT}
    false = {
        (key.use, key.suite)
        for key in entry.keys
        if key.kid not in accepted and key.use == "enc" and key.state is KeyState.CURRENT
    } - current
    return tuple(
        replace(key, state=KeyState.CURRENT)
        if key.state is KeyState.RETIRING and (key.use, key.suite) in false
        else key
        for key in kept
    )


def _endorsed(key: KeyEntry, entry: PartyEntry, vouchers: Mapping[str, bytes]) -> bool:
    voucher = key.endorsement
    if voucher is None or voucher.by not in vouchers:
        return False
    return endorses(voucher, vouchers[voucher.by], entry.party, key.use, key.public)


def _why_not_of_kind(entry: PartyEntry) -> str | None:
    """A country has one NCB, by its name, and the exchange one registry: officers make no others.

    Whoever could list a second NCB could speak for the country and authorise its agencies.
    """
    if entry.kind in {PartyKind.AGENCY, usual_kind(entry.party)}:
        return None  # an agency needs a mandate, whatever its name
    only = f"{entry.country}-NCB" if entry.kind is PartyKind.NCB else REGISTRY
    return f"it is listed as {entry.kind}, which only {only} may be"


def _why_not_mandated(entry: PartyEntry, ncb: PartyEntry | None) -> str | None:
    if entry.kind is not PartyKind.AGENCY:
        return None
    if ncb is None:
        return f"{entry.country} has no NCB that could authorise it"
    if entry.mandate is None:
        return f"{ncb.party} has not authorised it"
    keys = {key.kid: key.public for key in ncb.keys if _may_vouch(key)}
    by = keys.get(entry.mandate.by)
    if by is None or not mandates(entry.mandate, by, entry.party, entry.sends):
        return f"the mandate is not by a key of {ncb.party}, or is for other types"
    beyond = entry.sends - ncb.sends - GRANTED_TO_ALL
    return (
        None if not beyond else f"{entry.country} itself may not send {', '.join(sorted(beyond))}"
    )


def _ncb_of(entry: PartyEntry, kept: Mapping[str, PartyEntry]) -> PartyEntry | None:
    if entry.kind is not PartyKind.AGENCY:
        return None
    found = (each for each in kept.values() if each.kind is PartyKind.NCB)
    return next((each for each in found if each.country == entry.country), None)


def _may_vouch(key: KeyEntry) -> bool:
    return key.use == "sig" and key.state in _VOUCHES and key.revoked_at is None


def _remembered(known: Known | None, kept: Mapping[str, PartyEntry]) -> Known:
    """What was relied on; a party that vanished or is withheld keeps what was known of it."""
    table = dict(known or {})
    for entry in kept.values():
        if entry.keys:
            now = {
                str(key.kid): None if key.state in _OVER else _may_vouch(key) for key in entry.keys
            }
            table[entry.party] = {**table.get(entry.party, {}), **now}
    return table
