"""Calls in vain and certificates of the register"""

import sqlalchemy as sa
from alembic import op

import hecha.edges.store.tables

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("register_entries", schema=None) as batch_op:
        batch_op.add_column(sa.Column("calls", sa.Integer(), server_default="0", nullable=False))
        batch_op.add_column(sa.Column("next_at", hecha.edges.store.tables.Moment(length=32), nullable=True))
        batch_op.add_column(sa.Column("certificate", sa.String(length=80), server_default="", nullable=False))


def downgrade() -> None:
    with op.batch_alter_table("register_entries", schema=None) as batch_op:
        batch_op.drop_column("certificate")
        batch_op.drop_column("next_at")
        batch_op.drop_column("calls")
