"""The duty rota"""

import sqlalchemy as sa
from alembic import op

import hecha.edges.store.tables

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "organization_shifts",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("unit", sa.String(length=80), nullable=False),
        sa.Column("person", sa.String(length=60), nullable=False),
        sa.Column("begins", hecha.edges.store.tables.Moment(length=32), nullable=False),
        sa.Column("ends", hecha.edges.store.tables.Moment(length=32), nullable=False),
        sa.Column("note", sa.String(length=80), nullable=False),
        sa.Column("entered_by", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organization_shifts")),
    )
    with op.batch_alter_table("organization_shifts", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_organization_shifts_person"), ["person"], unique=False)
        batch_op.create_index("ix_organization_shifts_unit_ends", ["unit", "ends"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("organization_shifts", schema=None) as batch_op:
        batch_op.drop_index("ix_organization_shifts_unit_ends")
        batch_op.drop_index(batch_op.f("ix_organization_shifts_person"))

    op.drop_table("organization_shifts")
