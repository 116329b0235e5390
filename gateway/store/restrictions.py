"""Who may see a record: the condition inside queries, and the classes that records share.

It does not decide who is restricted: the owner does (standard 2.9).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import (
    ColumnElement,
    Connection,
    and_,
    bindparam,
    exists,
    func,
    insert,
    or_,
    select,
    true,
)
from sqlalchemy import not_ as negated

from gateway.store.registry_tables import UNRESTRICTED, visibility, visibility_member

HIDDEN = "HIDDEN"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asker:
    """Who asks: a party and its country."""

    party: str
    country: str

    @property
    def parameters(self) -> dict[str, str]:
        """What ``visible`` needs."""
        return {"party": self.party, "country": self.country}


@dataclass(frozen=True, slots=True, kw_only=True)
class Restriction:
    """The access rules of a record; ``open`` lets everyone see it who is not denied."""

    owner_agency: str
    owner_country: str
    open: bool
    allowed: frozenset[str]
    denied: frozenset[str]

    @property
    def digest(self) -> str:
        """Names the rules: two records with equal digests are seen by the same parties."""
        parts = (
            self.owner_agency,
            self.owner_country,
            "open" if self.open else "closed",
            "+" + ",".join(sorted(self.allowed)),
            "-" + ",".join(sorted(self.denied)),
        )
        return hashlib.sha256("|".join(parts).encode()).hexdigest()


def visible(class_id: ColumnElement[int]) -> ColumnElement[bool]:
    """Whether the party ``:party`` of ``:country`` may see a record of this visibility.

    The owner always may; a denial beats every permission; the owner's country may unless denied
    (docs/spec/registry.md 6).
    """
    seen = exists(select(visibility.c.id).where(visibility.c.id == class_id, _allowed()))
    return or_(class_id == UNRESTRICTED, seen)


def _allowed() -> ColumnElement[bool]:
    grantee = visibility_member.c.grantee.in_((bindparam("party"), bindparam("country")))

    def named(access: str) -> ColumnElement[bool]:
        return exists(
            select(visibility_member.c.visibility_id).where(
                visibility_member.c.visibility_id == visibility.c.id,
                visibility_member.c.access == access,
                grantee,
            )
        )

    permitted = or_(  # (6.3)
        visibility.c.open == true(),
        visibility.c.owner_country == bindparam("country"),
        named("ALLOW"),
    )
    return or_(
        visibility.c.owner_agency == bindparam("party"),  # (6.1)
        and_(negated(named("DENY")), permitted),  # (6.2)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """The classes of records that an asker may see, and whether there are others."""

    classes: tuple[int, ...]
    others: bool


_CLASSES = select(visibility.c.id).where(_allowed()).order_by(visibility.c.id)
_HOW_MANY = select(func.count()).select_from(visibility)
_KEPT = "registry.seen"  # in what SQLAlchemy lets a connection carry


def seen_by(connection: Connection, asker: Asker) -> Seen:
    """What ``asker`` may see, found once a transaction: what a row costs does not hang on its
    rules then."""
    kept: dict[Asker, Seen] = connection.info.setdefault(_KEPT, {})
    if (seen := kept.get(asker)) is None:
        classes = connection.execute(_CLASSES, asker.parameters).scalars().all()
        others = connection.execute(_HOW_MANY).scalar_one() > len(classes)
        seen = kept[asker] = Seen(classes=(UNRESTRICTED, *classes), others=others)
    return seen


def forget_seen(connection: Connection) -> None:
    """To be found anew: another transaction, or a new class."""
    connection.info.pop(_KEPT, None)


_FIND = select(visibility.c.id).where(visibility.c.digest == bindparam("digest"))


def class_of(connection: Connection, restriction: Restriction | None) -> int:
    """The id of the class with these rules, made when it is new; 0 for none."""
    if restriction is None:
        return UNRESTRICTED
    known = connection.execute(_FIND, {"digest": restriction.digest}).scalar()
    return int(known) if known is not None else _new_class(connection, restriction)


def _new_class(connection: Connection, restriction: Restriction) -> int:
    row = connection.execute(
        insert(visibility).returning(visibility.c.id),
        {
            "digest": restriction.digest,
            "owner_agency": restriction.owner_agency,
            "owner_country": restriction.owner_country,
            "open": restriction.open,
            "mode": HIDDEN,
        },
    )
    new = int(row.scalar_one())
    forget_seen(connection)
    members = [*_rows(new, "ALLOW", restriction.allowed), *_rows(new, "DENY", restriction.denied)]
    if members:
        connection.execute(insert(visibility_member), members)
    return new


def _rows(class_id: int, access: str, grantees: Iterable[str]) -> list[dict[str, object]]:
    return [
        {"visibility_id": class_id, "access": access, "grantee": grantee}
        for grantee in sorted(grantees)
    ]
