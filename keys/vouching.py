"""What a key signs to answer for another key, or for an agency's right to send.

It makes and checks signatures; which of them counts is for continuity.py to judge.
"""

from __future__ import annotations

from collections.abc import Collection

import nacl.bindings
import nacl.exceptions

from keys.directory import Voucher
from keys.identity import Identity
from keys.points import Use, spki_of

_ENDORSEMENT = b"iarms-key-endorsement-1\x00"
_MANDATE = b"iarms-mandate-1\x00"


def endorse(identity: Identity, party: str, use: Use, public: bytes) -> Voucher:
    """``identity`` answers for the raw key ``public`` of ``party``: its own, or its agency's."""
    return Voucher(by=identity.signing_kid, value=identity.sign(_endorsed(party, use, public)))


def mandate(ncb: Identity, party: str, sends: Collection[str]) -> Voucher:
    """The NCB authorises ``party``, an agency of its country, to send these message types."""
    return Voucher(by=ncb.signing_kid, value=ncb.sign(_mandated(party, sends)))


def endorses(voucher: Voucher, voucher_key: bytes, party: str, use: Use, public: bytes) -> bool:
    """Whether the endorsement is by the raw key ``voucher_key`` over this key of this party."""
    return _holds(voucher.value, _endorsed(party, use, public), voucher_key)


def mandates(voucher: Voucher, ncb_key: bytes, party: str, sends: Collection[str]) -> bool:
    """Whether the mandate is by the raw key ``ncb_key`` over this party and exactly these types."""
    return _holds(voucher.value, _mandated(party, sends), ncb_key)


def _endorsed(party: str, use: Use, public: bytes) -> bytes:
    return _ENDORSEMENT + party.encode("ascii") + b"\x00" + spki_of(use, public)


def _mandated(party: str, sends: Collection[str]) -> bytes:
    return _MANDATE + party.encode("ascii") + b"\x00" + "\n".join(sorted(sends)).encode("ascii")


def _holds(value: bytes, covered: bytes, public: bytes) -> bool:
    try:
        nacl.bindings.crypto_sign_open(value + covered, public)
    except nacl.exceptions.BadSignatureError:
        return False
    return True
