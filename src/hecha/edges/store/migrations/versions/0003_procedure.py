"""Lives, duties, timelines and numbers of the procedure"""

import sqlalchemy as sa
from alembic import op

import hecha.edges.store.tables

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "duties",
        sa.Column("id", sa.String(length=240), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("subject", sa.String(length=160), nullable=False),
        sa.Column("incident", sa.String(length=120), nullable=False),
        sa.Column("unit", sa.String(length=80), nullable=False),
        sa.Column("post", sa.String(length=20), nullable=False),
        sa.Column("what", sa.String(length=60), nullable=False),
        sa.Column("clause", sa.String(length=40), nullable=False),
        sa.Column("since", hecha.edges.store.tables.Moment(length=32), nullable=False),
        sa.Column("due", hecha.edges.store.tables.Moment(length=32), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duties")),
    )
    with op.batch_alter_table("duties", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_duties_incident"), ["incident"], unique=False)
        batch_op.create_index("ix_duties_kind_subject", ["kind", "subject"], unique=False)
        batch_op.create_index("ix_duties_unit_due", ["unit", "due"], unique=False)

    op.create_table(
        "lives",
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("id", sa.String(length=160), nullable=False),
        sa.Column("incident", sa.String(length=120), nullable=False),
        sa.Column("unit", sa.String(length=80), nullable=False),
        sa.Column("phase", sa.String(length=20), nullable=False),
        sa.Column("opened_at", hecha.edges.store.tables.Moment(length=32), nullable=False),
        sa.Column("closed_at", hecha.edges.store.tables.Moment(length=32), nullable=True),
        sa.Column("next_at", hecha.edges.store.tables.Moment(length=32), nullable=True),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "id", name=op.f("pk_lives")),
    )
    with op.batch_alter_table("lives", schema=None) as batch_op:
        batch_op.create_index("ix_lives_incident_kind", ["incident", "kind"], unique=False)
        batch_op.create_index("ix_lives_kind_closed_at", ["kind", "closed_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_lives_next_at"), ["next_at"], unique=False)
        batch_op.create_index("ix_lives_unit_kind", ["unit", "kind"], unique=False)

    op.create_table(
        "numbers",
        sa.Column("unit", sa.String(length=80), nullable=False),
        sa.Column("series", sa.String(length=20), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("unit", "series", "year", name=op.f("pk_numbers")),
    )
    op.create_table(
        "timeline",
        sa.Column("incident", sa.String(length=120), nullable=False),
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("incident", "seq", name=op.f("pk_timeline")),
    )


def downgrade() -> None:
    op.drop_table("timeline")
    op.drop_table("numbers")
    with op.batch_alter_table("lives", schema=None) as batch_op:
        batch_op.drop_index("ix_lives_unit_kind")
        batch_op.drop_index(batch_op.f("ix_lives_next_at"))
        batch_op.drop_index("ix_lives_kind_closed_at")
        batch_op.drop_index("ix_lives_incident_kind")

    op.drop_table("lives")
    with op.batch_alter_table("duties", schema=None) as batch_op:
        batch_op.drop_index("ix_duties_unit_due")
        batch_op.drop_index("ix_duties_kind_subject")
        batch_op.drop_index(batch_op.f("ix_duties_incident"))

    op.drop_table("duties")
