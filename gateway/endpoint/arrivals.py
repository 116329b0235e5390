"""Opens what the broker delivered: proven and decoded, or refused with the reason.

It touches no database; a refusal is only described here and set aside by the walk.
"""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass, replace
from datetime import datetime
from typing import ClassVar

from gateway.endpoint.desk import EndpointError
from gateway.endpoint.terms import Station
from gateway.envelope import (
    DirectoryAheadError,
    EnvelopeError,
    EnvelopeRefusedError,
    Header,
    NotForMeError,
    Reason,
    open_envelope,
    peek_header,
)
from gateway.errors import GatewayError
from gateway.exchange import Delivery
from gateway.payload import (
    DeliveryStatement,
    DirectoryAck,
    KeptMessages,
    Payload,
    Receipt,
    ResendRequest,
    TrustDocuments,
    decode,
    message_type,
)
from gateway.payload import Fault as FaultPayload
from keys import Directory

RELAY_SOURCE = "relay:"  # followed by the party whose line the refused message came over


class TypeMismatchError(EndpointError):
    """The header names another type than the payload has."""

    code: ClassVar[str] = "endpoint.type-mismatch"


class KeysNotHereError(EndpointError):
    """It is for us, and this process does not hold the key: it waits for the key file."""

    code: ClassVar[str] = "endpoint.keys-not-here"
    retryable = True
    answered = False


class ClockBehindError(EndpointError):
    """It was made at a time that has not come here: our clock is behind the relay's."""

    code: ClassVar[str] = "endpoint.clock-behind"
    retryable = True
    answered = False


class SenderMismatchError(EndpointError):
    """The payload speaks for another party than the one that signed."""

    code: ClassVar[str] = "endpoint.sender-mismatch"


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """One delivery, opened. ``header`` is proven; None where the sender is not.

    Either ``payload`` is there, or ``error`` says why not. ``digest`` is base64 SHA-256 of the
    octets as they came.
    """

    delivery: Delivery | None  # None: replayed from the dead letters
    octets: bytes
    digest: str
    source: str
    header: Header | None
    payload: Payload | None
    error: GatewayError | None
    wrapper: bytes = b""  # what the signed digest of an opened envelope commits to
    defect: Exception | None = None  # what went wrong here, not in the message: for our log
    relayed: bool = True  # False: the relay refused it, and this desk keeps what the relay refuses

    @property
    def key(self) -> tuple[str, str] | None:
        """Sender and message id, once proven."""
        return None if self.header is None else (self.header.sender, self.header.message_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """An arrival whose envelope was opened: ``arrival`` where that ended it, else ``content``."""

    arrival: Arrival
    content: bytes | None


def open_arrival(
    octets: bytes,
    *,
    delivery: Delivery | None,
    source: str,
    station: Station,
    directory: Directory,
    now: datetime,
) -> Arrival:
    """Opens ``octets``; never raises for what a peer could have sent, but for what has to wait.

    Raises ``DirectoryAheadError`` when the sender used a newer directory than ours,
    ``KeysNotHereError`` when it used a key of ours that is not loaded, and ``ClockBehindError``
    when the relay let a message pass whose time has not come by our clock: hold it.
    """
    return read(
        begin(
            octets,
            delivery=delivery,
            source=source,
            station=station,
            directory=directory,
            now=now,
        )
    )


def begin(
    octets: bytes,
    *,
    delivery: Delivery | None,
    source: str,
    station: Station,
    directory: Directory,
    now: datetime,
) -> Opening:
    """The first half of ``open_arrival``: the envelope. Raises what that raises."""
    header: Header | None = None
    error: GatewayError | None = None
    defect: Exception | None = None
    content: bytes | None = None
    wrapper = b""
    digest = hashlib.sha256(octets).digest()
    try:
        opened = open_envelope(octets, station.opener, directory, now=now)
        header, wrapper, content = opened.header, opened.wrapper, opened.content
    except DirectoryAheadError:
        raise
    except NotForMeError as refusal:
        if _is_listed_as_ours(refusal.header, station, directory):
            raise KeysNotHereError(
                "a message is sealed to a key of ours that this process does not hold",
                place=station.party,
                expected="the successor's key file beside the one in use",
                remedy="put next.key into the home folder; the message waits for it",
            ) from refusal
        error, header = refusal, proven_header(refusal.header, directory)
    except GatewayError as refusal:
        if delivery is not None and _is_of_the_future(refusal):
            raise ClockBehindError(
                "a message was made at a time that has not come by this machine's clock",
                place=station.party,
                value=now.isoformat(),
                expected="the relay's time, within the clock skew: it let the message pass",
                remedy="set this machine's clock; the message waits for it",
            ) from refusal
        error = refusal
        if isinstance(refusal, EnvelopeError):
            header = proven_header(refusal.header, directory)
    except Exception as failure:  # noqa: BLE001 - raised, it would end the process each time
        error, defect = _set_aside_for_a_defect(), failure
    arrival = Arrival(
        delivery=delivery,
        octets=octets,
        digest=base64.b64encode(digest).decode(),
        source=source,
        header=header,
        payload=None,
        error=error,
        wrapper=wrapper,
        defect=defect,
    )
    return Opening(arrival=arrival, content=content)


def read(opening: Opening) -> Arrival:
    """The second half: the payload. It needs no key and no directory, and any thread may do it."""
    arrival, content = opening.arrival, opening.content
    if content is None or arrival.header is None:
        return arrival
    try:
        payload = decode(content)
        _match(arrival.header, payload)
    except GatewayError as refusal:
        return replace(arrival, error=refusal)
    except Exception as failure:  # noqa: BLE001 - raised, it would end the process each time
        return replace(arrival, error=_set_aside_for_a_defect(), defect=failure)
    return replace(arrival, payload=payload)


def open_kept(
    octets: bytes, *, source: str, station: Station, directory: Directory, now: datetime
) -> Arrival | None:
    """Opens a message that comes again as it was kept, at its own time; None: not to be had yet.

    That it expired since does not unprove it; its keys are judged as they stand now.
    """
    claimed = peek_header(octets)
    at = now if claimed is None else min(now, claimed.created)
    try:
        return open_arrival(
            octets, delivery=None, source=source, station=station, directory=directory, now=at
        )
    except (DirectoryAheadError, KeysNotHereError):
        return None


def _is_of_the_future(refusal: GatewayError) -> bool:
    """Whether a proven sender's message was made at a time that has not come."""
    return (
        isinstance(refusal, EnvelopeRefusedError)
        and refusal.reason is Reason.FUTURE
        and refusal.header is not None
    )


def _is_listed_as_ours(header: Header | None, station: Station, directory: Directory) -> bool:
    """Whether a proven message is sealed to a key that the directory in force lists as ours."""
    entry = directory.parties.get(station.party)
    if header is None or entry is None:
        return False
    kids = {str(key.kid) for key in entry.keys if key.use == "enc"}
    return any(each.party == station.party and str(each.kid) in kids for each in header.to)


def _set_aside_for_a_defect() -> EndpointError:
    return EndpointError(
        "the message made its reader fail and was set aside",
        expected="a message that this version can process",
        remedy="the operator was told and can replay it after the fault is mended",
    )


def _match(header: Header, payload: Payload) -> None:
    kind = message_type(payload)
    if kind != header.message_type:
        raise TypeMismatchError(
            "the header and the payload name different message types",
            place="Header/Type",
            value=header.message_type,
            expected=kind,
            remedy="send the type that the payload has",
        )
    if isinstance(
        payload,
        Receipt
        | FaultPayload
        | DeliveryStatement
        | ResendRequest
        | KeptMessages
        | DirectoryAck
        | TrustDocuments,
    ):
        return
    speaker = payload.context.sender_agency_id
    if speaker != header.sender:
        raise SenderMismatchError(
            "the payload speaks for another party than the one that signed",
            place="Context/SenderAgencyId",
            value=speaker,
            expected=header.sender,
            remedy="a party speaks for itself only",
        )


def proven_header(header: Header | None, directory: Directory) -> Header | None:
    """``header`` if the signing key that it names belongs to the party that it names."""
    if header is None:
        return None
    signer = directory.signer(header.sender_kid)
    return header if signer is not None and signer[0].party == header.sender else None
