"""Lives of a kind by time"""

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("lives", schema=None) as batch_op:
        batch_op.create_index("ix_lives_kind_opened_at", ["kind", "opened_at", "id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("lives", schema=None) as batch_op:
        batch_op.drop_index("ix_lives_kind_opened_at")
