"""Roots for tests: as many officers as keys are given, each of an organisation of its own."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from keys import Officer, Policy, Role, RoleName, Root, read_anchor
from keys.root_document import write_root


def root_octets(
    signing: Sequence[bytes],
    *,
    threshold: int,
    issued: datetime,
    enrolment: bytes,
    suites: tuple[int, ...] = (1,),
) -> bytes:
    """A first root whose roles ROOT and DIRECTORY take ``threshold`` of these raw keys."""
    officers = {
        f"officer-{number}": Officer(
            person=f"officer-{number}", organisation=f"Office {number}", signing=key, quantum=None
        )
        for number, key in enumerate(signing)
    }
    return write_root(
        version=1,
        issued=issued,
        expires=issued + timedelta(days=365),
        previous=None,
        policy=Policy(quantum=False, mandates=False, beacon_fresh=timedelta(0), suites=suites),
        officers=officers,
        roles={
            name: Role(
                name=name, threshold=threshold, organisations=1, persons=tuple(sorted(officers))
            )
            for name in (RoleName.ROOT, RoleName.DIRECTORY)
        },
        enrolment=enrolment,
    )


def root_of(
    signing: Sequence[bytes],
    *,
    threshold: int,
    issued: datetime,
    enrolment: bytes,
    suites: tuple[int, ...] = (1,),
) -> Root:
    """That root, read."""
    return read_anchor(
        root_octets(signing, threshold=threshold, issued=issued, enrolment=enrolment, suites=suites)
    )
