"""The hub's next beacon, written into the trust folder, and with it the key log's next checkpoint.

It is run every minute and on every change by whatever keeps time at the hub.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from keys.beacon import BEACON_FILE, Beacon, Named, sign_beacon, verify_beacon, write_beacon
from keys.beacon_folder import read_beacon
from keys.centre import current_root
from keys.errors import CeremonyError, TrustError
from keys.files import PUBLIC_MODE, replace
from keys.keylog import sequence
from keys.keylog_files import read_note
from keys.markup import whole_milliseconds
from keys.officer import Signer
from keys.publishing import newest_directory

_NUMBERED_FROM = datetime(2026, 1, 1, tzinfo=UTC)
"""A beacon's number is at least the seconds since then, so that a hub whose folder was restored
from a copy, or has lost its beacon, goes on above what everybody has accepted.
"""


def give_beacon(trust: Path, hub: Signer, *, now: datetime) -> Beacon:
    """Write the next beacon of the hub into the trust folder, over the last one.

    Raises QuorumError through BeaconError if the hub has not the role, CeremonyError without a
    directory.
    """
    root, directory = current_root(trust), newest_directory(trust)
    if directory is None:
        raise CeremonyError("There is no directory yet.", place=str(trust))
    last = read_beacon(trust)
    try:
        number = 1 if last is None else verify_beacon(*last, root).version + 1
    except TrustError:
        number = 1  # by a key that was replaced: readers have forgotten it too
    number = max(number, (now - _NUMBERED_FROM) // timedelta(seconds=1))
    sequence(trust, hub)
    octets = write_beacon(
        version=number,
        issued=whole_milliseconds(now),
        root=Named(version=root.version, digest=root.digest),
        directory=Named(version=directory.version, digest=directory.digest),
        checkpoint=read_note(trust),
    )
    signature = sign_beacon(octets, hub)
    beacon = verify_beacon(octets, signature, root)
    replace(trust / f"{BEACON_FILE}.sig", signature, mode=PUBLIC_MODE)
    replace(trust / BEACON_FILE, octets, mode=PUBLIC_MODE)
    return beacon
