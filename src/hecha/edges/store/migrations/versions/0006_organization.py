"""The organisation: people, seats, terms of units, numbers, experts"""

import sqlalchemy as sa
from alembic import op

from hecha.edges.store.tables import Moment

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def _phone(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.String(length=40), nullable=False)


def upgrade() -> None:
    op.create_table(
        "organization_people",
        sa.Column("id", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("unit", sa.String(length=80), nullable=False),
        sa.Column("department", sa.String(length=20), nullable=False),
        sa.Column("account", sa.String(length=64), nullable=False),
        _phone("day"),
        _phone("night"),
        _phone("mobile"),
        sa.Column("mail", sa.String(length=80), nullable=False),
        sa.Column("left", Moment(length=32), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organization_people")),
    )
    op.create_index(op.f("ix_organization_people_unit"), "organization_people", ["unit"])
    op.create_index(op.f("ix_organization_people_account"), "organization_people", ["account"])
    op.create_table(
        "organization_seats",
        sa.Column("unit", sa.String(length=80), nullable=False),
        sa.Column("body", sa.String(length=10), nullable=False),
        sa.Column("role", sa.String(length=10), nullable=False),
        sa.Column("department", sa.String(length=20), nullable=False),
        sa.Column("person", sa.String(length=60), nullable=False),
        sa.Column("substitute", sa.Boolean(), nullable=False),
        sa.Column("since", Moment(length=32), nullable=True),
        sa.Column("until", Moment(length=32), nullable=True),
        sa.PrimaryKeyConstraint("unit", "body", "role", "department", "person", name=op.f("pk_organization_seats")),
    )
    op.create_index(op.f("ix_organization_seats_person"), "organization_seats", ["person"])
    op.create_table(
        "organization_terms",
        sa.Column("id", sa.String(length=120), nullable=False),
        sa.Column("unit", sa.String(length=80), nullable=False),
        sa.Column("since", Moment(length=32), nullable=True),
        sa.Column("until", Moment(length=32), nullable=True),
        sa.Column("superior", sa.String(length=80), nullable=True),
        sa.Column("zh", sa.String(length=80), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organization_terms")),
    )
    op.create_table(
        "organization_numbers",
        sa.Column("unit", sa.String(length=80), nullable=False),
        _phone("day"),
        _phone("night"),
        _phone("duty_room"),
        sa.PrimaryKeyConstraint("unit", name=op.f("pk_organization_numbers")),
    )
    op.create_table(
        "organization_experts",
        sa.Column("unit", sa.String(length=80), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("field", sa.String(length=80), nullable=False),
        _phone("phone"),
        sa.PrimaryKeyConstraint("unit", "name", name=op.f("pk_organization_experts")),
    )
    op.create_table(
        "organization_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organization_version")),
    )


def downgrade() -> None:
    for name in ("version", "experts", "numbers", "terms", "seats", "people"):
        op.drop_table(f"organization_{name}")
