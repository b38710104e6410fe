"""Who cannot come to work"""

import sqlalchemy as sa
from alembic import op

import hecha.edges.store.tables

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "organization_absences",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("unit", sa.String(length=80), nullable=False),
        sa.Column("person", sa.String(length=60), nullable=False),
        sa.Column("since", hecha.edges.store.tables.Moment(length=32), nullable=False),
        sa.Column("until", hecha.edges.store.tables.Moment(length=32), nullable=True),
        sa.Column("why", sa.String(length=80), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organization_absences")),
    )
    with op.batch_alter_table("organization_absences", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_organization_absences_unit"), ["unit"], unique=False)
        batch_op.create_index(batch_op.f("ix_organization_absences_until"), ["until"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("organization_absences", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_organization_absences_until"))
        batch_op.drop_index(batch_op.f("ix_organization_absences_unit"))

    op.drop_table("organization_absences")
