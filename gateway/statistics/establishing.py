"""Writes down that an authority established where a seized firearm left lawful hands.

No message says it: a country that finds out by intelligence or by papers tells its own analysis. It
traces nothing.
"""

from __future__ import annotations

import hashlib
from datetime import datetime

from gateway.statistics.errors import NotFoundHereError
from gateway.statistics.facts import OriginEstablished, pack
from gateway.statistics.projection import bring
from gateway.store import FactLine, Narrowing, Unit

BY_AUTHORITY, BY_TRACING = "BY_AUTHORITY", "BY_TRACING"
"""How: otherwise than by a trace, or by one that did not go through this gateway."""
_DIGEST = 28  # characters of a digest that, with the word before it, fit the column of an id


def note_origin(
    seizure: str,
    item: str | None,
    *,
    how: str | None,
    country: str | None,
    unit: Unit,
    now: datetime,
) -> list[str]:
    """Notes it of each firearm of ``seizure``, or of its ``item``, and gives their subjects.

    ``how`` None takes it back.

    Raises ``NotFoundHereError`` where no such firearm was seized here.
    """
    named = [Narrowing(column="seizure", among=(seizure,))]
    subjects = [subject for (subject,) in unit.facts.rows("seized", ("subject",), named)]
    if item is not None:
        subjects = [one for one in subjects if one == f"{seizure}#{item}"]
    if not subjects:
        raise NotFoundHereError(
            "no such firearm was seized here",
            value=seizure if item is None else f"{seizure}#{item}",
            expected="the id of a seizure of this country, and an item of it",
            remedy="`iarms report cases seized` lists them",
        )
    for subject in subjects:
        fact = OriginEstablished(subject=subject, how=how, country=country)
        digest = hashlib.sha256(f"{subject} {now.isoformat()}".encode()).hexdigest()
        unit.facts.add(
            FactLine(
                at=now,
                direction="own",
                peer="",
                message_id=f"origin {digest[:_DIGEST]}",
                message_type="ORIGIN_ESTABLISHED",
                facts=pack([fact]),
            )
        )
        bring([fact], unit.facts)
    return subjects
