"""Names of things on the wire: parties, lanes, message and case ids, and the source of new ones.

It does not know what a message says.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import lru_cache

PARTY_PATTERN = re.compile(r"[A-Z]{3}-[A-Z0-9]{1,20}")
REGISTRY_PARTY = "XPO-REGISTRY"
RELAY_USER = "XPO-RELAY"

_RANDOM_OCTETS = 10
_UUID_SEVEN = 0x7 << 76 | 0x2 << 62  # the version and the variant of RFC 9562 4
_UUID_FREE = (1 << 128) - 1 & ~(0xF << 76 | 0x3 << 62)


class Lane(StrEnum):
    """How soon a message is worth the line; its name is the header's ``Priority``."""

    URGENT = "URGENT"
    ROUTINE = "ROUTINE"
    BULK = "BULK"


def country_of(party: str) -> str:
    """The country or organisation code (ISO 3166-1 alpha-3 or 2-standard 2.1) of ``party``."""
    return party[:3]


@dataclass(frozen=True, slots=True, kw_only=True)
class IdSource:
    """New ids from a clock and randomness that are given, so that a run can be repeated."""

    now: Callable[[], datetime]
    random: Callable[[int], bytes]

    def message_id(self) -> str:
        """A UUID version 7 (RFC 9562 5.7) as its 36 characters."""
        octets = int(self.now().timestamp() * 1000).to_bytes(6, "big") + self.random(_RANDOM_OCTETS)
        number = int.from_bytes(octets, "big") & _UUID_FREE | _UUID_SEVEN
        digits = f"{number:032x}"
        return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"

    def search_id(self, country: str) -> str:
        """``Q-{ISO3}-{ULID}``."""
        return f"Q-{country}-{self._ulid()}"

    def seizure_id(self, country: str) -> str:
        """``Z-{ISO3}-{ULID}``."""
        return f"Z-{country}-{self._ulid()}"

    def trace_id(self, country: str) -> str:
        """``T-{ISO3}-{ULID}``."""
        return f"T-{country}-{self._ulid()}"

    def chain_id(self, country: str) -> str:
        """``C-{ISO3}-{ULID}``."""
        return f"C-{country}-{self._ulid()}"

    def stat_query_id(self, country: str) -> str:
        """``S-{ISO3}-{ULID}``."""
        return f"S-{country}-{self._ulid()}"

    def _ulid(self) -> str:
        milliseconds = int(self.now().timestamp() * 1000).to_bytes(6, "big")
        return _crockford(milliseconds + self.random(_RANDOM_OCTETS))


def record_id(party: str, national_record_id: str) -> str:
    """The record id that ``party`` always gives to its ``national_record_id``.

    Derived, not drawn: filing the same national record twice names the same record, so that the
    registry can tell a repetition from a second weapon. The 26 characters have a ULID's form but
    carry no time.
    """
    return record_ids(party)(national_record_id)


def hit_id(country: str, *facts: str) -> str:
    """``H-{ISO3}-`` and 26 characters (2.2 of the standard), always the same for the same facts.

    Derived from the record and the question as ``record_id`` is: a registry that is filled again
    from outboxes raises a hit under the id by which both sides know it.
    """
    seed = hashlib.sha256("\n".join(facts).encode()).digest()
    return f"H-{country}-{_crockford(seed[:16])}"


@lru_cache(maxsize=256)
def record_ids(party: str) -> Callable[[str], str]:
    """``record_id`` of one party, for many records."""
    begun = hashlib.sha256(f"{party}\n".encode())
    head = f"R-{country_of(party)}-"

    def of(national_record_id: str) -> str:
        seed = begun.copy()
        seed.update(national_record_id.encode())
        return head + _crockford(seed.digest()[:16])

    return of


_SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's: no I, L, O and U
_PAIRS = tuple(first + second for first in _SIGNS for second in _SIGNS)


def _crockford(octets: bytes) -> str:
    """Sixteen octets as the 26 signs of a ULID, two at a time: 130 bits, of which 128 are used."""
    n, pairs = int.from_bytes(octets, "big"), _PAIRS
    # Written out: a loop takes twice the time, and every record of every file has such an id.
    return (
        f"{pairs[n >> 120]}{pairs[n >> 110 & 1023]}{pairs[n >> 100 & 1023]}{pairs[n >> 90 & 1023]}"
        f"{pairs[n >> 80 & 1023]}{pairs[n >> 70 & 1023]}{pairs[n >> 60 & 1023]}"
        f"{pairs[n >> 50 & 1023]}{pairs[n >> 40 & 1023]}{pairs[n >> 30 & 1023]}"
        f"{pairs[n >> 20 & 1023]}{pairs[n >> 10 & 1023]}{pairs[n & 1023]}"
    )
