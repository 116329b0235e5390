"""The tables of delivery, as the first release knows them.

Written out, not read from the tables of today: a database that was made by this step must stay what
it was when the tables change.
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_INSTANT = sa.BigInteger()  # microseconds since 1970


def upgrade() -> None:
    """Creates them."""
    op.create_table(
        "attempt",
        sa.Column("digest", sa.String(length=44), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_attempt"),
    )
    op.create_table(
        "dead_letter",
        sa.Column("id", _ROW_ID, nullable=False),
        sa.Column("digest", sa.String(length=44), nullable=False),
        sa.Column("first_seen", _INSTANT, nullable=False),
        sa.Column("last_seen", _INSTANT, nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(length=64), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("proven", sa.Boolean(), nullable=False),
        sa.Column("sender", sa.String(length=24), nullable=True),
        sa.Column("message_id", sa.String(length=36), nullable=True),
        sa.Column("message_type", sa.String(length=48), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("octets", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_dead_letter"),
        sa.UniqueConstraint("digest", "source", name="uq_dead_letter_digest_source"),
    )
    op.create_index("ix_dead_letter_state", "dead_letter", ["state"], unique=False)
    op.create_table(
        "inbox",
        sa.Column("sender", sa.String(length=24), nullable=False),
        sa.Column("message_id", sa.String(length=36), nullable=False),
        sa.Column("message_type", sa.String(length=48), nullable=False),
        sa.Column("seq", _ROW_ID, autoincrement=False, nullable=False),
        sa.Column("received", _INSTANT, nullable=False),
        sa.Column("outcome", sa.String(length=16), nullable=False),
        sa.Column("fault_code", sa.String(length=64), nullable=True),
        sa.Column("digest", sa.String(length=44), nullable=False),
        sa.Column("answer_id", sa.String(length=36), nullable=True),
        sa.PrimaryKeyConstraint("sender", "message_id", name="pk_inbox"),
    )
    op.create_index("ix_inbox_received", "inbox", ["received"], unique=False)
    op.create_table(
        "journal",
        sa.Column("id", _ROW_ID, nullable=False),
        sa.Column("at", _INSTANT, nullable=False),
        sa.Column("event", sa.String(length=48), nullable=False),
        sa.Column("peer", sa.String(length=24), nullable=True),
        sa.Column("message_id", sa.String(length=36), nullable=True),
        sa.Column("message_type", sa.String(length=48), nullable=True),
        sa.Column("detail", sa.String(length=255), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_journal"),
    )
    op.create_index("ix_journal_message_id", "journal", ["message_id"], unique=False)
    op.create_table(
        "native_file",
        sa.Column("id", _ROW_ID, nullable=False),
        sa.Column("adapter", sa.String(length=64), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("taken", _INSTANT, nullable=False),
        sa.Column("modified", _INSTANT, nullable=False),
        sa.Column("items", sa.Integer(), nullable=False),
        sa.Column("open_items", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_native_file"),
        sa.UniqueConstraint("adapter", "digest", name="uq_native_file_adapter_digest"),
    )
    op.create_table(
        "native_out",
        sa.Column("id", _ROW_ID, nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("octets", sa.LargeBinary(), nullable=False),
        sa.Column("decided", _INSTANT, nullable=False),
        sa.Column("written", _INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_native_out"),
        sa.UniqueConstraint("name", name="uq_native_out_name"),
    )
    op.create_index("ix_native_out_written", "native_out", ["written"], unique=False)
    op.create_table(
        "outbox",
        sa.Column("message_id", sa.String(length=36), nullable=False),
        sa.Column("recipient", sa.String(length=24), nullable=False),
        sa.Column("message_type", sa.String(length=48), nullable=False),
        sa.Column("lane", sa.String(length=8), nullable=False),
        sa.Column("needs_receipt", sa.Boolean(), nullable=False),
        sa.Column("in_reply_to", sa.String(length=36), nullable=True),
        sa.Column("created", _INSTANT, nullable=False),
        sa.Column("expires", _INSTANT, nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_try", _INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("message_id", "recipient", name="pk_outbox"),
    )
    op.create_index("ix_outbox_expires", "outbox", ["expires"], unique=False)
    op.create_index("ix_outbox_next_try", "outbox", ["next_try"], unique=False)
    op.create_table(
        "sealed",
        sa.Column("direction", sa.String(length=3), nullable=False),
        sa.Column("peer", sa.String(length=24), nullable=False),
        sa.Column("message_id", sa.String(length=36), nullable=False),
        sa.Column("octets", sa.LargeBinary(), nullable=False),
        sa.Column("at", _INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("direction", "peer", "message_id", name="pk_sealed"),
    )
    op.create_index("ix_sealed_at", "sealed", ["at"], unique=False)
    op.create_table(
        "sequence",
        sa.Column("recipient", sa.String(length=24), nullable=False),
        sa.Column("last", _ROW_ID, autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("recipient", name="pk_sequence"),
    )
    op.create_table(
        "native_item",
        sa.Column("file_id", _ROW_ID, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", sa.String(length=128), nullable=False),
        sa.Column("reference", sa.String(length=128), nullable=False),
        sa.Column("raw", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("message_id", sa.String(length=36), nullable=True),
        sa.Column("item_id", sa.String(length=64), nullable=True),
        sa.Column("issues", sa.Text(), nullable=True),
        sa.Column("answer", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["file_id"], ["native_file.id"], name="fk_native_item_file_id"),
        sa.PrimaryKeyConstraint("file_id", "number", name="pk_native_item"),
    )
    op.create_index("ix_native_item_message_id", "native_item", ["message_id"], unique=False)
