"""Writes down the facts of each message that passes, with its effect or not at all.

It counts nothing; measures do.
"""

from __future__ import annotations

from gateway.frame import Frame
from gateway.payload import Payload, SearchBatchReport, message_type
from gateway.statistics.facts import Seized, pack, unpack
from gateway.statistics.projection import changes
from gateway.statistics.reading import Said, facts_of
from gateway.store import FactLine, Unit


class FactWitness:
    """See ``gateway.endpoint.Witness``."""

    def posted(
        self, payload: Payload, *, message_id: str, to: str, unit: Unit, frame: Frame
    ) -> None:
        """Facts of what we said."""
        said = Said(payload=payload, outgoing=True, peer=to, at=frame.now)
        self._keep(said, message_id, unit)

    def taken(
        self,
        payload: Payload,
        *,
        message_id: str,
        sender: str,
        in_reply_to: str | None,
        unit: Unit,
        frame: Frame,
    ) -> None:
        """Facts of what we were told."""
        seizure = None
        if isinstance(payload, SearchBatchReport) and in_reply_to is not None:
            seizure = _seizure_of(unit.facts.of_message(in_reply_to))
        said = Said(
            payload=payload, outgoing=False, peer=sender, at=frame.now, answered_seizure=seizure
        )
        self._keep(said, message_id, unit)

    @staticmethod
    def _keep(said: Said, message_id: str, unit: Unit) -> None:
        facts = facts_of(said)
        if not facts:
            return
        unit.facts.add(
            FactLine(
                at=said.at,
                direction="out" if said.outgoing else "in",
                peer=said.peer,
                message_id=message_id,
                message_type=message_type(said.payload),
                facts=pack(facts),
            )
        )
        for change in changes(facts):
            unit.facts.meet(change.state, change.subject, change.values)


def _seizure_of(facts: bytes | None) -> str | None:
    if facts is None:
        return None
    first = unpack(facts)[0]
    return first.seizure if isinstance(first, Seized) else None
