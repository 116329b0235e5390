"""Queries of the findings that a person said are not so.

It does not know what a finding is: ``gateway.statistics`` says.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from gateway.store.finding_tables import finding_judgement


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """That a finding is not so, while it stands on no more than ``figure`` cases."""

    id: int | None
    measure: str
    labels: tuple[str, ...]
    figure: int
    reason: str
    actor: str
    at: datetime
    taken_back: datetime | None = None


class Findings:
    """Judgements inside one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def judge(self, judgement: Judgement) -> int:
        """Keeps a judgement; returns its number."""
        values = {**asdict(judgement), "labels": json.dumps(list(judgement.labels))}
        del values["id"]
        new = insert(finding_judgement).values(values).returning(finding_judgement.c.id)
        return int(self._connection.execute(new).scalar_one())

    def take_back(self, number: int, now: datetime) -> bool:
        """Takes one back; False where none of this number holds."""
        back = (
            update(finding_judgement)
            .where(finding_judgement.c.id == number, finding_judgement.c.taken_back.is_(None))
            .values(taken_back=now)
        )
        return bool(self._connection.execute(back).rowcount)

    def holding(self, at: datetime) -> list[Judgement]:
        """The judgements that hold at an instant in whole seconds, in their order."""

        def done(then: datetime | None) -> bool:
            return then is not None and then.replace(microsecond=0) <= at

        return [one for one in self.all() if done(one.at) and not done(one.taken_back)]

    def all(self) -> list[Judgement]:
        """Every judgement in its order."""
        wanted = select(finding_judgement).order_by(finding_judgement.c.id)
        return [
            Judgement(
                id=row.id,
                measure=row.measure,
                labels=tuple(json.loads(row.labels)),
                figure=row.figure,
                reason=row.reason,
                actor=row.actor,
                at=row.at,
                taken_back=row.taken_back,
            )
            for row in self._connection.execute(wanted)
        ]
