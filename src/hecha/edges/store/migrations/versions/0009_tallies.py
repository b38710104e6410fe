"""What outages cost, counted while they last"""

import sqlalchemy as sa
from alembic import op

import hecha.edges.store.tables

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "watch_tallies",
        sa.Column("hour", hecha.edges.store.tables.Moment(length=32), nullable=False),
        sa.Column("subject", sa.String(length=160), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("hour", "subject", name=op.f("pk_watch_tallies")),
    )


def downgrade() -> None:
    op.drop_table("watch_tallies")
