"""Alerts and signals"""

import sqlalchemy as sa
from alembic import op

import hecha.edges.store.tables

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "alert_index",
        sa.Column("alert", sa.String(length=160), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("origin", sa.String(length=20), nullable=False),
        sa.Column("cause", sa.String(length=160), nullable=False),
        sa.Column("source", sa.String(length=60), nullable=False),
        sa.Column("received", sa.Integer(), nullable=False),
        sa.Column("firing", sa.Integer(), nullable=False),
        sa.Column("heard_at", hecha.edges.store.tables.Moment(length=32), nullable=True),
        sa.Column("quiet_at", hecha.edges.store.tables.Moment(length=32), nullable=True),
        sa.PrimaryKeyConstraint("alert", name=op.f("pk_alert_index")),
    )
    with op.batch_alter_table("alert_index", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_alert_index_cause"), ["cause"], unique=False)
        batch_op.create_index(batch_op.f("ix_alert_index_quiet_at"), ["quiet_at"], unique=False)

    op.create_table(
        "alert_sight",
        sa.Column("alert", sa.String(length=160), nullable=False),
        sa.Column("scope", sa.String(length=120), nullable=False),
        sa.PrimaryKeyConstraint("alert", "scope", name=op.f("pk_alert_sight")),
    )
    with op.batch_alter_table("alert_sight", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_alert_sight_scope"), ["scope"], unique=False)

    op.create_table(
        "signal_deliveries",
        sa.Column("source", sa.String(length=60), nullable=False),
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("at", hecha.edges.store.tables.Moment(length=32), nullable=False),
        sa.PrimaryKeyConstraint("source", "digest", name=op.f("pk_signal_deliveries")),
    )
    with op.batch_alter_table("signal_deliveries", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_signal_deliveries_at"), ["at"], unique=False)

    op.create_table(
        "signals",
        sa.Column("source", sa.String(length=60), nullable=False),
        sa.Column("instance", sa.LargeBinary(length=16), nullable=False),
        sa.Column("key", sa.LargeBinary(length=16), nullable=False),
        sa.Column("alert", sa.String(length=160), nullable=False),
        sa.Column("cause", sa.String(length=160), nullable=False),
        sa.Column("resolved", sa.Boolean(), nullable=False),
        sa.Column("severity", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("at", hecha.edges.store.tables.Moment(length=32), nullable=False),
        sa.PrimaryKeyConstraint("source", "instance", name=op.f("pk_signals")),
    )
    with op.batch_alter_table("signals", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_signals_alert"), ["alert"], unique=False)
        batch_op.create_index("ix_signals_source_resolved_at", ["source", "resolved", "at"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("signals", schema=None) as batch_op:
        batch_op.drop_index("ix_signals_source_resolved_at")
        batch_op.drop_index(batch_op.f("ix_signals_alert"))

    op.drop_table("signals")
    with op.batch_alter_table("signal_deliveries", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_signal_deliveries_at"))

    op.drop_table("signal_deliveries")
    with op.batch_alter_table("alert_sight", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_alert_sight_scope"))

    op.drop_table("alert_sight")
    with op.batch_alter_table("alert_index", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_alert_index_quiet_at"))
        batch_op.drop_index(batch_op.f("ix_alert_index_cause"))

    op.drop_table("alert_index")
