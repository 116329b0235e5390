"""Finds records of the same weapon as one being filed: in the store and in the batch before it.

It does not decide what a twin means for the filing (see ``records``).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from gateway.payload import FirearmRecord, GradeCode, RecordTypeCode
from gateway.registry.comparing import Comparison
from gateway.registry.marks import zero_variants
from gateway.registry.matching import Likeness, judge
from gateway.registry.skeleton import forward_key, skeleton
from gateway.registry.storage import serial_found, traits_found
from gateway.registry.weapons import (
    Serial,
    Traits,
    numbered_markings,
    read_traits,
    serials_of,
    texts_of,
)
from gateway.store import Asker, Found, Unit

RECORDS_A_PROBE = 500
"""Filings whose twins are looked for with one statement."""
ROWS_A_PROBE = 20_000
"""Keys looked at in one statement; beyond, a twin may be missed, never a record."""
MOST_NAMED = 5
"""Twins of other owners named in one result."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Twin:
    """A searchable record's serial, and what is compared beside it."""

    record_id: str
    national_record_id: str
    owner_agency: str
    version: int
    record_type: str
    serial: Serial
    traits: Traits


class Kinship(StrEnum):
    """What two records are to each other."""

    SAME = "SAME"  # one owner's two filings of one weapon
    LIKELY = "LIKELY"  # may be of one weapon
    NONE = "NONE"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Profile:
    serials: tuple[Serial, ...]
    traits: Traits


class Twins:
    """The searchable records that share a serial with one party's filings."""

    def __init__(self, asker: Asker) -> None:
        self._asker = asker
        self._by_key: defaultdict[int, list[Twin]] = defaultdict(list)
        self._keys_of: defaultdict[str, set[int]] = defaultdict(set)
        self._profiles: dict[int, _Profile] = {}

    def load(self, records: Sequence[FirearmRecord], unit: Unit) -> None:
        """Reads the stored records that may be twins of ``records`` and that the party may see."""
        for start in range(0, len(records), RECORDS_A_PROBE):
            part = records[start : start + RECORDS_A_PROBE]
            keys = {key for record in part for key in self._keys(record)}
            for row in unit.lookups.by_keys(keys, self._asker, most=ROWS_A_PROBE):
                self._put(_stored_twin(row))

    def of(self, record: FirearmRecord) -> tuple[Twin | None, list[Twin]]:
        """The party's own record of the same weapon, and others that may be of it."""
        own: Twin | None = None
        others: dict[str, Twin] = {}
        profile = self._profile(record)
        for key in self._keys(record):
            for twin in self._by_key.get(key, ()):
                if twin.record_id == record.record_id:
                    continue
                kinship = _kinship(profile, record, twin, self._asker.party)
                if kinship is Kinship.SAME:
                    own = own or twin
                elif kinship is Kinship.LIKELY:
                    others.setdefault(twin.record_id, twin)
        return own, list(others.values())[:MOST_NAMED]

    def add(self, record: FirearmRecord) -> None:
        """From now on ``record`` is a twin of what comes after it."""
        profile = self._profile(record)
        for serial in profile.serials:
            twin = Twin(
                record_id=record.record_id,
                national_record_id=record.national_record_id,
                owner_agency=record.owner_agency_id,
                version=record.version,
                record_type=record.record_type_code.value,
                serial=serial,
                traits=profile.traits,
            )
            self._put(twin)

    def drop(self, record_id: str) -> None:
        """From now on the record is no twin: it was changed or is no longer searched."""
        for key in self._keys_of.pop(record_id, ()):
            self._by_key[key] = [t for t in self._by_key[key] if t.record_id != record_id]

    def _put(self, twin: Twin) -> None:
        self._by_key[twin.serial.key.sk].append(twin)
        self._keys_of[twin.record_id].add(twin.serial.key.sk)

    def _keys(self, record: FirearmRecord) -> Iterable[int]:
        serials = self._profile(record).serials
        return dict.fromkeys(
            forward_key(skeleton(variant))
            for serial in serials
            for variant in zero_variants(serial.key.norm)
        )

    def _profile(self, record: FirearmRecord) -> _Profile:
        # A record and its next version share the firearm; both live as long as this object.
        known = self._profiles.get(id(record.firearm))
        if known is None:
            marks = numbered_markings(record.firearm)
            known = _Profile(
                serials=serials_of(marks), traits=read_traits(texts_of(record.firearm))
            )
            self._profiles[id(record.firearm)] = known
        return known


def _kinship(profile: _Profile, record: FirearmRecord, twin: Twin, party: str) -> Kinship:
    match = judge(profile.serials, profile.traits, (twin.serial,), twin.traits)
    if match is None or match.grade not in {GradeCode.A, GradeCode.B}:
        return Kinship.NONE
    same = (  # (7.16)
        twin.owner_agency == party
        and match.pair.likeness is Likeness.EXACT
        and match.agreement.make >= Comparison.NEAR
        and match.agreement.model is not Comparison.DIFFERS
        and _found_first(record.record_type_code) == _found_first(twin.record_type)
    )
    return Kinship.SAME if same else Kinship.LIKELY  # (7.17)


def _found_first(record_type: str) -> bool:
    # A weapon held as unclaimed and the later report of its theft are two records and a hit.
    return record_type == RecordTypeCode.RECOVERED_UNCLAIMED


def _stored_twin(row: Found) -> Twin:
    return Twin(
        record_id=row.record_id,
        national_record_id=row.national_record_id,
        owner_agency=row.owner_agency,
        version=row.version,
        record_type=row.record_type,
        serial=serial_found(row),
        traits=traits_found(row),
    )
