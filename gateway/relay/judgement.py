"""Whether a sealed message may be carried: all that can be checked without a decryption key.

It is pure: it keeps nothing and sends nothing.
"""

from __future__ import annotations

from datetime import datetime

from gateway.envelope import Header, check_envelope
from gateway.exchange import Delivery, ingress_of
from gateway.relay.errors import (
    NotActiveYetError,
    NotPermittedError,
    UnknownPlaceError,
    UnknownRecipientError,
    WrongIngressError,
    WrongLaneError,
)
from keys import GRANTED_TO_ALL, Directory


def judge(delivery: Delivery, party: str, directory: Directory, now: datetime) -> Header:
    """The header of a message that may be carried; the numbers are docs/spec/exchange.md 4.

    Raises EnvelopeError and RelayError.
    """
    place = ingress_of(delivery.queue)
    # (1) the queue proves which broker user sent it
    if not party:
        raise UnknownPlaceError("the message lay in no party's ingress", place=delivery.queue)
    # (2) all that can be checked without a decryption key
    header = check_envelope(delivery.body, directory, now=now).header
    # (3) a party carries its own messages in, nobody else's
    if header.sender != party:
        raise WrongIngressError(
            "the signer is not the party that sent it here",
            place=delivery.queue,
            value=header.sender,
            expected=party,
        )
    # (4) what comes as urgent is signed as urgent
    if place is not None and header.lane != place[1]:
        raise WrongLaneError(
            "the signed priority is not the lane of the queue",
            place=delivery.queue,
            value=header.lane,
            expected=place[1],
            remedy="publish to the ingress exchange of the header's Priority",
        )
    # (5) the directory says who may send what
    if not directory.may_send(party, header.message_type):
        raise NotPermittedError(
            "the key directory does not let this party send this type",
            place="Header/Type",
            value=header.message_type,
            expected=f"a type that directory version {directory.version} grants {party}",
            remedy="ask the centre to grant the type",
        )
    # (6) and who there is to send to
    for addressee in header.to:
        if addressee.party not in directory.parties:
            raise UnknownRecipientError(
                "the recipient is not in the key directory",
                place="Header/To",
                value=addressee.party,
                remedy="check the name; `iarms directory show` lists the members",
            )
    # (7) both ends have proved themselves over the line; what the line needs for it goes
    if header.message_type not in GRANTED_TO_ALL:
        for each in (header.sender, *(addressee.party for addressee in header.to)):
            if each in directory.awaited:
                raise NotActiveYetError(
                    "a party is listed and has not given its countersignature yet",
                    place="Header/From" if each == header.sender else "Header/To",
                    value=each,
                    expected="a party that is active",
                    remedy="nothing: it goes again by itself; `iarms party status` at the centre",
                )
    return header
