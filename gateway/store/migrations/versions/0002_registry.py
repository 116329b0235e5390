"""The tables of the registry, as the first release knows them.

Written out, not read from the tables of today: a database that was made by this step must stay what
it was when the tables change.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_INSTANT = sa.BigInteger()  # microseconds since 1970


def upgrade() -> None:
    """Creates them."""
    op.create_table(
        "firearm_record",
        sa.Column("id", _ROW_ID, nullable=False),
        sa.Column("record_id", sa.String(length=40), nullable=False),
        sa.Column("owner_agency", sa.String(length=24), nullable=False),
        sa.Column("owner_country", sa.String(length=3), nullable=False),
        sa.Column("national_record_id", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("record_type", sa.String(length=24), nullable=False),
        sa.Column("type_code", sa.String(length=24), nullable=True),
        sa.Column("serial_status", sa.String(length=24), nullable=False),
        sa.Column("make_text", sa.Text(), nullable=False),
        sa.Column("calibre_text", sa.Text(), nullable=False),
        sa.Column("model_text", sa.Text(), nullable=False),
        sa.Column("event_date", sa.String(length=10), nullable=False),
        sa.Column("review_date", sa.Date(), nullable=False),
        sa.Column("filed", _INSTANT, nullable=False),
        sa.Column("changed", _INSTANT, nullable=False),
        sa.Column("closure_reason", sa.String(length=32), nullable=True),
        sa.Column("recovery_date", sa.String(length=10), nullable=True),
        sa.Column("visibility_id", _ROW_ID, autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_firearm_record"),
        sa.UniqueConstraint(
            "owner_agency",
            "national_record_id",
            name="uq_firearm_record_owner_agency_national_record_id",
        ),
        sa.UniqueConstraint("record_id", name="uq_firearm_record_record_id"),
    )
    op.create_index(
        "ix_firearm_record_review_date", "firearm_record", ["review_date"], unique=False
    )
    op.create_table(
        "lookup",
        sa.Column("id", _ROW_ID, nullable=False),
        sa.Column("at", _INSTANT, nullable=False),
        sa.Column("asker", sa.String(length=24), nullable=False),
        sa.Column("system_id", sa.String(length=64), nullable=False),
        sa.Column("pseudonym", sa.String(length=128), nullable=False),
        sa.Column("purpose", sa.String(length=32), nullable=False),
        sa.Column("reason", sa.String(length=32), nullable=True),
        sa.Column("case_reference", sa.String(length=64), nullable=True),
        sa.Column("origin", sa.String(length=8), nullable=False),
        sa.Column("reference", sa.String(length=40), nullable=False),
        sa.Column("item_id", sa.String(length=64), nullable=True),
        sa.Column("object_in_sight", sa.Boolean(), nullable=False),
        sa.Column("keep", sa.Boolean(), nullable=False),
        sa.Column("query", sa.Text(), nullable=False),
        sa.Column("sk", sa.BigInteger(), nullable=True),
        sa.Column("result", sa.String(length=16), nullable=False),
        sa.Column("record_ids", sa.Text(), nullable=False),
        sa.Column("weak", sa.Integer(), nullable=False),
        sa.Column("test", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_lookup"),
    )
    op.create_index("ix_lookup_at", "lookup", ["at"], unique=False)
    op.create_index("ix_lookup_sk", "lookup", ["sk"], unique=False)
    op.create_table(
        "marking_key",
        sa.Column("id", _ROW_ID, nullable=False),
        sa.Column("sk", sa.BigInteger(), nullable=False),
        sa.Column("rk", sa.BigInteger(), nullable=False),
        sa.Column("firearm_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.SmallInteger(), nullable=False),
        sa.Column("reading", sa.SmallInteger(), nullable=False),
        sa.Column("main", sa.SmallInteger(), nullable=False),
        sa.Column("clear", sa.SmallInteger(), nullable=False),
        sa.Column("make_number", sa.SmallInteger(), nullable=False),
        sa.Column("bore_number", sa.SmallInteger(), nullable=False),
        sa.Column("owner_number", sa.SmallInteger(), nullable=False),
        sa.Column("visibility_id", sa.BigInteger(), nullable=False),
        sa.Column("norm", sa.String(length=32), nullable=False),
        sa.Column("plain", sa.String(length=32), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_marking_key"),
    )
    op.create_index("ix_marking_key_firearm_id", "marking_key", ["firearm_id"], unique=False)
    op.create_index(
        "ix_marking_key_rk",
        "marking_key",
        ["rk"],
        unique=False,
        postgresql_include=["id", "visibility_id", "make_number"],
    )
    op.create_index(
        "ix_marking_key_sk",
        "marking_key",
        ["sk"],
        unique=False,
        postgresql_include=["id", "visibility_id", "make_number"],
    )
    op.create_table(
        "visibility",
        sa.Column("id", _ROW_ID, nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("owner_agency", sa.String(length=24), nullable=False),
        sa.Column("owner_country", sa.String(length=3), nullable=False),
        sa.Column("open", sa.Boolean(), nullable=False),
        sa.Column("mode", sa.String(length=16), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_visibility"),
        sa.UniqueConstraint("digest", name="uq_visibility_digest"),
    )
    op.create_table(
        "hit",
        sa.Column("id", _ROW_ID, nullable=False),
        sa.Column("hit_id", sa.String(length=40), nullable=False),
        sa.Column("firearm_id", _ROW_ID, nullable=False),
        sa.Column("record_version", sa.Integer(), nullable=False),
        sa.Column("owner_agency", sa.String(length=24), nullable=False),
        sa.Column("finder_agency", sa.String(length=24), nullable=False),
        sa.Column("origin", sa.String(length=8), nullable=False),
        sa.Column("reference", sa.String(length=40), nullable=False),
        sa.Column("item_id", sa.String(length=64), nullable=False),
        sa.Column("grade", sa.String(length=1), nullable=False),
        sa.Column("score_thousandths", sa.SmallInteger(), nullable=False),
        sa.Column("reasons", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("raised", _INSTANT, nullable=False),
        sa.Column("owner_received", _INSTANT, nullable=True),
        sa.Column("finder_received", _INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["firearm_id"], ["firearm_record.id"], name="fk_hit_firearm_id"),
        sa.PrimaryKeyConstraint("id", name="pk_hit"),
        sa.UniqueConstraint(
            "firearm_id",
            "finder_agency",
            "origin",
            "reference",
            "item_id",
            name="uq_hit_firearm_id_finder_agency_origin_reference_item_id",
        ),
        sa.UniqueConstraint("hit_id", name="uq_hit_hit_id"),
    )
    op.create_table(
        "marking",
        sa.Column("firearm_id", _ROW_ID, autoincrement=False, nullable=False),
        sa.Column("position", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("part", sa.String(length=24), nullable=True),
        sa.Column("raw_text", sa.String(length=100), nullable=False),
        sa.Column("legibility", sa.String(length=16), nullable=False),
        sa.Column("method", sa.String(length=16), nullable=True),
        sa.Column("unusable", sa.String(length=16), nullable=True),
        sa.ForeignKeyConstraint(
            ["firearm_id"], ["firearm_record.id"], name="fk_marking_firearm_id"
        ),
        sa.PrimaryKeyConstraint("firearm_id", "position", name="pk_marking"),
    )
    op.create_table(
        "record_content",
        sa.Column("firearm_id", _ROW_ID, autoincrement=False, nullable=False),
        sa.Column("octets", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["firearm_id"], ["firearm_record.id"], name="fk_record_content_firearm_id"
        ),
        sa.PrimaryKeyConstraint("firearm_id", name="pk_record_content"),
    )
    op.create_table(
        "visibility_member",
        sa.Column("visibility_id", _ROW_ID, nullable=False),
        sa.Column("access", sa.String(length=5), nullable=False),
        sa.Column("grantee", sa.String(length=24), nullable=False),
        sa.ForeignKeyConstraint(
            ["visibility_id"], ["visibility.id"], name="fk_visibility_member_visibility_id"
        ),
        sa.PrimaryKeyConstraint("visibility_id", "access", "grantee", name="pk_visibility_member"),
    )
    if op.get_bind().dialect.name == "postgresql":
        # Index-only scans need a fresh visibility map (6-registry, trap 5).
        op.execute(
            "ALTER TABLE marking_key SET (autovacuum_vacuum_scale_factor = 0.01,"
            " autovacuum_vacuum_insert_scale_factor = 0.01)"
        )
