"""Whom a life goes to"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "life_readers",
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("id", sa.String(length=160), nullable=False),
        sa.Column("unit", sa.String(length=80), nullable=False),
        sa.PrimaryKeyConstraint("kind", "id", "unit", name=op.f("pk_life_readers")),
    )
    with op.batch_alter_table("life_readers", schema=None) as batch_op:
        batch_op.create_index("ix_life_readers_unit_kind", ["unit", "kind"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("life_readers", schema=None) as batch_op:
        batch_op.drop_index("ix_life_readers_unit_kind")

    op.drop_table("life_readers")
