"""The walk of one message, shared by the hub and every node.

Take, open, then accept + handle + post in one transaction, commit, acknowledge, drain. What a
payload means is not known here: a ``Desk`` says.
"""

from gateway.endpoint.chores import Clerk, Clerks
from gateway.endpoint.desk import Desk, EndpointError, Received, Refusal, UnservedError
from gateway.endpoint.handing import tell_refused
from gateway.endpoint.large import Large
from gateway.endpoint.outgoing import Outgoing
from gateway.endpoint.terms import Clock, Station, Terms
from gateway.endpoint.trustpost import TrustPost, state_text
from gateway.endpoint.walk import Endpoint
from gateway.endpoint.witness import Witness

__all__ = [
    "Clerk",
    "Clerks",
    "Clock",
    "Desk",
    "Endpoint",
    "EndpointError",
    "Large",
    "Outgoing",
    "Received",
    "Refusal",
    "Station",
    "Terms",
    "TrustPost",
    "UnservedError",
    "Witness",
    "state_text",
    "tell_refused",
]
