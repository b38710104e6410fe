"""Notices, their delivery log, who has read them, and feeds"""

import sqlalchemy as sa
from alembic import op

import hecha.edges.store.tables

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "notice_deliveries",
        sa.Column("id", sa.String(length=160), nullable=False),
        sa.Column("notice", sa.String(length=40), nullable=False),
        sa.Column("channel", sa.String(length=16), nullable=False),
        sa.Column("line", sa.String(length=80), nullable=False),
        sa.Column("person", sa.String(length=80), nullable=False),
        sa.Column("addressee", sa.String(length=120), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("at", hecha.edges.store.tables.Moment(length=32), nullable=False),
        sa.Column("ended_at", hecha.edges.store.tables.Moment(length=32), nullable=True),
        sa.Column("result", sa.String(length=16), nullable=False),
        sa.Column("why", sa.String(length=40), nullable=False),
        sa.Column("retry", sa.Boolean(), nullable=False),
        sa.Column("pause_s", sa.Integer(), nullable=False),
        sa.Column("provider_id", sa.String(length=80), nullable=False),
        sa.Column("by", sa.String(length=120), nullable=False),
        sa.Column("words", sa.String(length=400), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice_deliveries")),
    )
    with op.batch_alter_table("notice_deliveries", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_notice_deliveries_at"), ["at"], unique=False)
        batch_op.create_index("ix_notice_deliveries_line_at", ["line", "at"], unique=False)
        batch_op.create_index(batch_op.f("ix_notice_deliveries_notice"), ["notice"], unique=False)
        batch_op.create_index(batch_op.f("ix_notice_deliveries_provider_id"), ["provider_id"], unique=False)

    op.create_table(
        "notice_feeds",
        sa.Column("account", sa.String(length=64), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("at", hecha.edges.store.tables.Moment(length=32), nullable=False),
        sa.PrimaryKeyConstraint("account", name=op.f("pk_notice_feeds")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_notice_feeds_token_hash")),
    )
    op.create_table(
        "notice_reads",
        sa.Column("notice", sa.String(length=40), nullable=False),
        sa.Column("account", sa.String(length=64), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("at", hecha.edges.store.tables.Moment(length=32), nullable=False),
        sa.PrimaryKeyConstraint("notice", "account", name=op.f("pk_notice_reads")),
    )
    op.create_table(
        "notices",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("key", sa.String(length=240), nullable=False),
        sa.Column("live_key", sa.String(length=240), nullable=True),
        sa.Column("unit", sa.String(length=80), nullable=False),
        sa.Column("post", sa.String(length=40), nullable=False),
        sa.Column("what", sa.String(length=60), nullable=False),
        sa.Column("clause", sa.String(length=40), nullable=False),
        sa.Column("subject", sa.String(length=120), nullable=False),
        sa.Column("incident", sa.String(length=120), nullable=False),
        sa.Column("at", hecha.edges.store.tables.Moment(length=32), nullable=False),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column("wants_ack", sa.Boolean(), nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("superseded_by", sa.String(length=40), nullable=False),
        sa.Column("acked_at", hecha.edges.store.tables.Moment(length=32), nullable=True),
        sa.Column("acked_by", sa.String(length=120), nullable=False),
        sa.Column("acked_how", sa.String(length=16), nullable=False),
        sa.Column("above_at", hecha.edges.store.tables.Moment(length=32), nullable=True),
        sa.Column("root", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notices")),
        sa.UniqueConstraint("live_key", name=op.f("uq_notices_live_key")),
    )
    with op.batch_alter_table("notices", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_notices_incident"), ["incident"], unique=False)
        batch_op.create_index(batch_op.f("ix_notices_key"), ["key"], unique=False)
        batch_op.create_index(batch_op.f("ix_notices_root"), ["root"], unique=False)
        batch_op.create_index(batch_op.f("ix_notices_subject"), ["subject"], unique=False)
        batch_op.create_index("ix_notices_unit_state_at", ["unit", "state", "at"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("notices", schema=None) as batch_op:
        batch_op.drop_index("ix_notices_unit_state_at")
        batch_op.drop_index(batch_op.f("ix_notices_subject"))
        batch_op.drop_index(batch_op.f("ix_notices_root"))
        batch_op.drop_index(batch_op.f("ix_notices_key"))
        batch_op.drop_index(batch_op.f("ix_notices_incident"))

    op.drop_table("notices")
    op.drop_table("notice_reads")
    op.drop_table("notice_feeds")
    with op.batch_alter_table("notice_deliveries", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_notice_deliveries_provider_id"))
        batch_op.drop_index(batch_op.f("ix_notice_deliveries_notice"))
        batch_op.drop_index("ix_notice_deliveries_line_at")
        batch_op.drop_index(batch_op.f("ix_notice_deliveries_at"))

    op.drop_table("notice_deliveries")
