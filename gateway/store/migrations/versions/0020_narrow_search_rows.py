"""The search table narrower: its rows are numbered by their records, small columns packed."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"

_ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Makes the table anew and takes its rows over."""
    before = sa.inspect(op.get_bind())
    for index in before.get_indexes("marking_key"):
        op.drop_index(str(index["name"]), "marking_key")
    key = before.get_pk_constraint("marking_key")["name"]
    if op.get_bind().dialect.name == "postgresql":
        op.drop_constraint(str(key), "marking_key", type_="primary")  # its name is wanted again
    op.rename_table("marking_key", "marking_key_before")
    op.create_table(
        "marking_key",
        sa.Column("id", _ROW_ID, autoincrement=False, nullable=False),
        sa.Column("sk", sa.BigInteger(), nullable=False),
        sa.Column("rk", sa.BigInteger(), nullable=False),
        sa.Column("visibility_id", sa.Integer(), nullable=False),
        sa.Column("traits", sa.Integer(), nullable=False),
        sa.Column("marks", sa.SmallInteger(), nullable=False),
        sa.Column("norm", sa.String(length=32), nullable=False),
        sa.Column("plain", sa.String(length=32), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_marking_key"),
    )
    # 2^40 is the place of a key among its record's; 2^15 stands between make and bore.
    op.execute(
        "INSERT INTO marking_key (id, sk, rk, visibility_id, traits, marks, norm, plain)"
        " SELECT (ROW_NUMBER() OVER (PARTITION BY firearm_id ORDER BY id) - 1) * 1099511627776"
        " + firearm_id, sk, rk, visibility_id, make_number * 32768 + bore_number,"
        " position * 16 + reading * 4 + main * 2 + clear, norm, plain"
        " FROM marking_key_before ORDER BY id"
    )
    op.drop_table("marking_key_before")
    for column in ("rk", "sk"):
        op.create_index(
            f"ix_marking_key_{column}",
            "marking_key",
            [column],
            unique=False,
            postgresql_include=["id"],
        )
    if op.get_bind().dialect.name == "postgresql":
        # Index-only scans need a fresh visibility map (6-registry, trap 5).
        op.execute(
            "ALTER TABLE marking_key SET (autovacuum_vacuum_scale_factor = 0.01,"
            " autovacuum_vacuum_insert_scale_factor = 0.01)"
        )
