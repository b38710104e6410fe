"""Paper slips entered later"""

import sqlalchemy as sa
from alembic import op

import hecha.edges.store.tables

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("register_entries", schema=None) as batch_op:
        batch_op.add_column(sa.Column("happened_at", hecha.edges.store.tables.Moment(length=32), nullable=True))
        batch_op.add_column(sa.Column("slip", sa.String(length=80), nullable=True))
        batch_op.create_index("ix_register_entries_outlet_slip", ["outlet", "slip"], unique=True)


def downgrade() -> None:
    with op.batch_alter_table("register_entries", schema=None) as batch_op:
        batch_op.drop_index("ix_register_entries_outlet_slip")
        batch_op.drop_column("slip")
        batch_op.drop_column("happened_at")
