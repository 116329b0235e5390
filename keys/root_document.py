"""The root document: its canonical octets from a root, and a root from its octets.

It verifies no signature and judges no time: quorum.py and chain.py do.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime, timedelta

from lxml import etree

from keys.errors import RootError, WeakKeyError
from keys.markup import (
    TRUST_NAMESPACE,
    attribute,
    child,
    children,
    instant,
    instant_text,
    octets_of,
    optional_text,
    parse,
    spki_markup,
    text,
    text_of_octets,
)
from keys.points import check_point, raw_of
from keys.root import Officer, Policy, Role, RoleName, Root, unsound

ROOT_LIMIT = 256 * 1024
"""Octets of a root; sixteen officers with both kinds of key have less than 60 kB."""


def write_root(
    *,
    version: int,
    issued: datetime,
    expires: datetime,
    previous: bytes | None,
    policy: Policy,
    officers: Mapping[str, Officer],
    roles: Mapping[RoleName, Role],
    enrolment: bytes,
) -> bytes:
    """The canonical octets of a root; officers, roles and holders in their one order."""
    chain = "" if previous is None else f"<Previous>{text_of_octets(previous)}</Previous>"
    people = "".join(officer_markup(officers[person]) for person in sorted(officers))
    held = "".join(_role(roles[name]) for name in sorted(roles))
    return (
        f'<Root xmlns="{TRUST_NAMESPACE}" version="{version}">'
        f"<Issued>{instant_text(issued)}</Issued><Expires>{instant_text(expires)}</Expires>"
        f"{chain}{_policy(policy)}{people}{held}"
        f"{spki_markup('EnrolmentKey', 'enc', enrolment)}</Root>"
    ).encode("ascii")


def read_root(octets: bytes, *, place: str) -> Root:
    """The root in these octets; RootError if they are no root in its one form."""
    if len(octets) > ROOT_LIMIT:
        raise unsound("it is too large to be one")
    tree = parse(octets, "Root", error=RootError, place=place, namespace=TRUST_NAMESPACE)
    try:
        officers = [read_officer(node) for node in children(tree, "Officer")]
        roles = [_read_role(node) for node in children(tree, "Role")]
        chain = optional_text(tree, "Previous")
        root = Root(
            version=int(attribute(tree, "version")),
            issued=instant(text(tree, "Issued")),
            expires=instant(text(tree, "Expires")),
            previous=None if chain is None else octets_of(chain),
            policy=_read_policy(tree),
            officers={each.person: each for each in officers},
            roles={each.name: each for each in roles},
            enrolment=_point(text(tree, "EnrolmentKey")),
            digest=hashlib.sha256(octets).digest(),
        )
    except (ValueError, WeakKeyError) as problem:
        raise unsound(str(problem)) from problem
    if (root.version == 1) != (root.previous is None):
        raise unsound("Previous is for every version but the first")
    if not root.issued < root.expires <= root.issued + timedelta(days=366):
        raise unsound("it does not live up to a year")
    # A person or role that is listed twice shows as a difference too.
    again = write_root(
        version=root.version,
        issued=root.issued,
        expires=root.expires,
        previous=root.previous,
        policy=root.policy,
        officers=root.officers,
        roles=root.roles,
        enrolment=root.enrolment,
    )
    if again != octets:
        raise unsound("it is not in canonical form")
    return root


def officer_markup(officer: Officer) -> str:
    """An Officer element."""
    quantum = (
        ""
        if officer.quantum is None
        else f"<QuantumKey>{text_of_octets(officer.quantum)}</QuantumKey>"
    )
    return (
        f'<Officer id="{officer.person}" organisation="{officer.organisation}">'
        f"{spki_markup('PublicKey', 'sig', officer.signing)}{quantum}</Officer>"
    )


def read_officer(node: etree._Element) -> Officer:
    """The officer of an Officer element; ValueError or WeakKeyError for a worthless key."""
    person = attribute(node, "id")
    quantum = optional_text(node, "QuantumKey")
    signing = raw_of("sig", octets_of(text(node, "PublicKey")))
    check_point("sig", signing, place=person)
    return Officer(
        person=person,
        organisation=attribute(node, "organisation"),
        signing=signing,
        quantum=None if quantum is None else octets_of(quantum),
    )


def _point(value: str) -> bytes:
    public = raw_of("enc", octets_of(value))
    check_point("enc", public, place="EnrolmentKey")
    return public


_COUNTERSIGNED = ' countersigned="yes"'


def _policy(policy: Policy) -> str:
    return (
        f'<Policy beaconSeconds="{_seconds(policy.beacon_fresh)}"'
        f"{_COUNTERSIGNED if policy.countersigned else ''}"
        f' mandates="{"yes" if policy.mandates else "no"}"'
        f' quantum="{"yes" if policy.quantum else "no"}"'
        f' recoverySeconds="{_seconds(policy.recovery_notice)}"'
        f' stopSeconds="{_seconds(policy.stop_after)}"'
        f' suites="{" ".join(str(suite) for suite in sorted(policy.suites))}"></Policy>'
    )


def _read_policy(tree: etree._Element) -> Policy:
    node = child(tree, "Policy")
    if node is None:
        raise ValueError("Policy is missing")
    return Policy(
        quantum=attribute(node, "quantum") == "yes",
        mandates=attribute(node, "mandates") == "yes",
        beacon_fresh=timedelta(seconds=int(attribute(node, "beaconSeconds"))),
        stop_after=timedelta(seconds=int(attribute(node, "stopSeconds"))),
        recovery_notice=timedelta(seconds=int(attribute(node, "recoverySeconds"))),
        suites=tuple(int(each) for each in attribute(node, "suites").split(" ")),
        countersigned=node.get("countersigned") == "yes",
    )


def _role(role: Role) -> str:
    holders = "".join(f"<Holder>{person}</Holder>" for person in sorted(role.persons))
    return (
        f'<Role name="{role.name}" organisations="{role.organisations}"'
        f' threshold="{role.threshold}">{holders}</Role>'
    )


def _read_role(node: etree._Element) -> Role:
    return Role(
        name=RoleName(attribute(node, "name")),
        threshold=int(attribute(node, "threshold")),
        organisations=int(attribute(node, "organisations")),
        persons=tuple(str(each.text) for each in children(node, "Holder")),
    )


def _seconds(span: timedelta) -> int:
    return span // timedelta(seconds=1)
