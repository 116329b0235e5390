"""The one catalogue of tables, and the column type of instants.

It does not hold tables: those stand beside the queries of their aggregate.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import BigInteger, Dialect, Integer, MetaData
from sqlalchemy.types import TypeDecorator

METADATA = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

# SQLite gives a rowid only to INTEGER, and its INTEGER holds 64 bits as BIGINT does elsewhere.
RowId = BigInteger().with_variant(Integer(), "sqlite")


class Instant(TypeDecorator[datetime]):
    """An aware UTC instant, stored as whole microseconds since 1970: sorts alike everywhere."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:  # noqa: ARG002 - SQLAlchemy's signature
        """From an aware instant; a naive one is a wrong call."""
        return None if value is None else micros(value)

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - SQLAlchemy's signature
        """Back to an aware instant in UTC."""
        return None if value is None else _EPOCH + timedelta(microseconds=value)


def micros(instant: datetime) -> int:
    """Whole microseconds since 1970 of an aware ``instant``."""
    if instant.tzinfo is None:
        raise ValueError("an instant needs its time zone")
    return (instant - _EPOCH) // timedelta(microseconds=1)
