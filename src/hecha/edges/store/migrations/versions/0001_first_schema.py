"""First schema"""

import sqlalchemy as sa
from alembic import op

import hecha.edges.store.tables

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:

    op.create_table(
        "accounts",
        sa.Column("login", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("unit", sa.String(length=64), nullable=False),
        sa.Column("outlet", sa.String(length=64), nullable=True),
        sa.Column("password", sa.String(length=128), nullable=False),
        sa.Column("sandbox", sa.Boolean(), nullable=False),
        sa.Column("disabled", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("login", name=op.f("pk_accounts")),
    )
    op.create_table(
        "batch_chunks",
        sa.Column("batch", sa.String(length=40), nullable=False),
        sa.Column("chunk", sa.Integer(), nullable=False),
        sa.Column("token", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("batch", "chunk", name=op.f("pk_batch_chunks")),
    )
    op.create_table(
        "batch_rows",
        sa.Column("batch", sa.String(length=40), nullable=False),
        sa.Column("row", sa.Integer(), nullable=False),
        sa.Column("chunk", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(length=20), nullable=False),
        sa.Column("problem", sa.String(length=200), nullable=False),
        sa.Column("at", hecha.edges.store.tables.Moment(length=32), nullable=True),
        sa.PrimaryKeyConstraint("batch", "row", name=op.f("pk_batch_rows")),
    )
    op.create_table(
        "batches",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("institution", sa.String(length=60), nullable=False),
        sa.Column("outlet", sa.String(length=60), nullable=False),
        sa.Column("business", sa.String(length=10), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("bad", sa.Integer(), nullable=False),
        sa.Column("at", hecha.edges.store.tables.Moment(length=32), nullable=False),
        sa.Column("by", sa.String(length=120), nullable=False),
        sa.Column("finished_at", hecha.edges.store.tables.Moment(length=32), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_batches")),
    )
    with op.batch_alter_table("batches", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_batches_institution"), ["institution"], unique=False)

    op.create_table(
        "checks",
        sa.Column("id", sa.String(length=80), nullable=False),
        sa.Column("institution", sa.String(length=60), nullable=False),
        sa.Column("outlet", sa.String(length=60), nullable=False),
        sa.Column("by", sa.String(length=120), nullable=False),
        sa.Column("outcome", sa.String(length=20), nullable=False),
        sa.Column("mode", sa.String(length=20), nullable=False),
        sa.Column("business", sa.String(length=10), nullable=False),
        sa.Column("at", hecha.edges.store.tables.Moment(length=32), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_checks")),
    )
    with op.batch_alter_table("checks", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_checks_at"), ["at"], unique=False)
        batch_op.create_index("ix_checks_institution_at", ["institution", "at"], unique=False)

    op.create_table(
        "delegate_agreements",
        sa.Column("institution", sa.String(length=60), nullable=False),
        sa.Column("delegate", sa.String(length=60), nullable=False),
        sa.Column("telephone", sa.String(length=40), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("agreed_at", hecha.edges.store.tables.Moment(length=32), nullable=False),
        sa.Column("agreed_by", sa.String(length=120), nullable=False),
        sa.PrimaryKeyConstraint("institution", "delegate", name=op.f("pk_delegate_agreements")),
    )
    op.create_table(
        "delegations",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("institution", sa.String(length=60), nullable=False),
        sa.Column("outlet", sa.String(length=60), nullable=False),
        sa.Column("delegate", sa.String(length=60), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("token", sa.String(length=40), nullable=False),
        sa.Column("business", sa.String(length=10), nullable=False),
        sa.Column("asked_at", hecha.edges.store.tables.Moment(length=32), nullable=False),
        sa.Column("asked_by", sa.String(length=120), nullable=False),
        sa.Column("answered_at", hecha.edges.store.tables.Moment(length=32), nullable=True),
        sa.Column("answered_by", sa.String(length=120), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("outcome", sa.String(length=20), nullable=False),
        sa.Column("performed_at", hecha.edges.store.tables.Moment(length=32), nullable=True),
        sa.Column("performed_by", sa.String(length=120), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delegations")),
    )
    with op.batch_alter_table("delegations", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_delegations_delegate"), ["delegate"], unique=False)
        batch_op.create_index(batch_op.f("ix_delegations_institution"), ["institution"], unique=False)
        batch_op.create_index(batch_op.f("ix_delegations_state"), ["state"], unique=False)

    op.create_table(
        "facts",
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=80), nullable=False),
        sa.Column("subject", sa.String(length=120), nullable=False),
        sa.Column("at", hecha.edges.store.tables.Moment(length=32), nullable=False),
        sa.Column("by", sa.String(length=120), nullable=False),
        sa.Column("on_behalf_of", sa.String(length=120), nullable=False),
        sa.Column("clause", sa.String(length=40), nullable=False),
        sa.Column("data", sa.Text(), nullable=False),
        sa.Column("prev", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_facts")),
    )
    with op.batch_alter_table("facts", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_facts_kind"), ["kind"], unique=False)
        batch_op.create_index(batch_op.f("ix_facts_subject"), ["subject"], unique=False)

    op.create_table(
        "register_entries",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("institution", sa.String(length=60), nullable=False),
        sa.Column("outlet", sa.String(length=60), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("token", sa.String(length=40), nullable=False),
        sa.Column("mode", sa.String(length=20), nullable=False),
        sa.Column("business", sa.String(length=10), nullable=False),
        sa.Column("evidence", sa.String(length=200), nullable=False),
        sa.Column("voucher", sa.String(length=80), nullable=False),
        sa.Column("copies", sa.String(length=120), nullable=False),
        sa.Column("card_city", sa.String(length=20), nullable=False),
        sa.Column("county", sa.String(length=20), nullable=False),
        sa.Column("city", sa.String(length=20), nullable=False),
        sa.Column("registered_at", hecha.edges.store.tables.Moment(length=32), nullable=False),
        sa.Column("registered_by", sa.String(length=120), nullable=False),
        sa.Column("outcome", sa.String(length=20), nullable=False),
        sa.Column("verified_at", hecha.edges.store.tables.Moment(length=32), nullable=True),
        sa.Column("next_step", sa.String(length=40), nullable=False),
        sa.Column("settled_at", hecha.edges.store.tables.Moment(length=32), nullable=True),
        sa.Column("settled_by", sa.String(length=120), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_register_entries")),
    )
    with op.batch_alter_table("register_entries", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_register_entries_city"), ["city"], unique=False)
        batch_op.create_index(
            "ix_register_entries_institution_registered_at", ["institution", "registered_at"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_register_entries_outlet"), ["outlet"], unique=False)
        batch_op.create_index(batch_op.f("ix_register_entries_state"), ["state"], unique=False)

    op.create_table(
        "replies",
        sa.Column("institution", sa.String(length=60), nullable=False),
        sa.Column("key", sa.String(length=128), nullable=False),
        sa.Column("route", sa.String(length=60), nullable=False),
        sa.Column("payload", sa.LargeBinary(length=32), nullable=False),
        sa.Column("response", sa.Text(), nullable=False),
        sa.Column("at", hecha.edges.store.tables.Moment(length=32), nullable=False),
        sa.PrimaryKeyConstraint("institution", "key", name=op.f("pk_replies")),
    )
    with op.batch_alter_table("replies", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_replies_at"), ["at"], unique=False)

    op.create_table(
        "sessions",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("login", sa.String(length=64), nullable=False),
        sa.Column("csrf", sa.String(length=64), nullable=False),
        sa.Column("opened", sa.BigInteger(), nullable=False),
        sa.Column("seen", sa.BigInteger(), nullable=False),
        sa.Column("ends", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_sessions")),
    )
    with op.batch_alter_table("sessions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sessions_ends"), ["ends"], unique=False)
        batch_op.create_index(batch_op.f("ix_sessions_login"), ["login"], unique=False)

    op.create_table(
        "sign_in_failures",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("who", sa.String(length=80), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_failures")),
    )
    with op.batch_alter_table("sign_in_failures", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sign_in_failures_who"), ["who"], unique=False)

    op.create_table(
        "tasks",
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("item", sa.String(length=60), nullable=False),
        sa.Column("institution", sa.String(length=60), nullable=False),
        sa.Column("ready_at", hecha.edges.store.tables.Moment(length=32), nullable=False),
        sa.Column("lease_until", hecha.edges.store.tables.Moment(length=32), nullable=True),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "item", name=op.f("pk_tasks")),
    )
    with op.batch_alter_table("tasks", schema=None) as batch_op:
        batch_op.create_index("ix_tasks_kind_ready_at", ["kind", "ready_at"], unique=False)

    op.create_table(
        "vault",
        sa.Column("token", sa.String(length=40), nullable=False),
        sa.Column("institution", sa.String(length=60), nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("token", name=op.f("pk_vault")),
    )
    with op.batch_alter_table("vault", schema=None) as batch_op:
        batch_op.create_index("ix_vault_institution_month", ["institution", "month"], unique=False)

    op.create_table(
        "vault_index",
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("token", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("digest", "token", name=op.f("pk_vault_index")),
    )
    with op.batch_alter_table("vault_index", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_vault_index_token"), ["token"], unique=False)

    op.create_table(
        "vault_keys",
        sa.Column("institution", sa.String(length=60), nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("institution", "month", name=op.f("pk_vault_keys")),
    )
    op.create_table(
        "watch_cursors",
        sa.Column("hop", sa.String(length=60), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("head", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("hop", name=op.f("pk_watch_cursors")),
    )
    op.create_table(
        "watch_declarations",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("at", hecha.edges.store.tables.Moment(length=32), nullable=False),
        sa.Column("by", sa.String(length=120), nullable=False),
        sa.Column("withdrawn_at", hecha.edges.store.tables.Moment(length=32), nullable=True),
        sa.Column("withdrawn_by", sa.String(length=120), nullable=False),
        sa.Column("reason", sa.String(length=400), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_watch_declarations")),
    )
    with op.batch_alter_table("watch_declarations", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_watch_declarations_withdrawn_at"), ["withdrawn_at"], unique=False)

    op.create_table(
        "watch_estimates",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("component", sa.String(length=120), nullable=False),
        sa.Column("until", hecha.edges.store.tables.Moment(length=32), nullable=True),
        sa.Column("at", hecha.edges.store.tables.Moment(length=32), nullable=False),
        sa.Column("by", sa.String(length=120), nullable=False),
        sa.Column("unit", sa.String(length=60), nullable=False),
        sa.Column("reason", sa.String(length=400), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_watch_estimates")),
    )
    with op.batch_alter_table("watch_estimates", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_watch_estimates_component"), ["component"], unique=False)

    op.create_table(
        "watch_turns",
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", hecha.edges.store.tables.Moment(length=32), nullable=False),
        sa.Column("subject", sa.String(length=120), nullable=False),
        sa.Column("lost", sa.Boolean(), nullable=False),
        sa.Column("since", hecha.edges.store.tables.Moment(length=32), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_watch_turns")),
    )
    with op.batch_alter_table("watch_turns", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_watch_turns_at"), ["at"], unique=False)
        batch_op.create_index(batch_op.f("ix_watch_turns_subject"), ["subject"], unique=False)

    op.create_table(
        "watch_warnings",
        sa.Column("id", sa.String(length=160), nullable=False),
        sa.Column("subject", sa.String(length=160), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("since", hecha.edges.store.tables.Moment(length=32), nullable=False),
        sa.Column("ended", hecha.edges.store.tables.Moment(length=32), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_watch_warnings")),
    )
    with op.batch_alter_table("watch_warnings", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_watch_warnings_ended"), ["ended"], unique=False)
        batch_op.create_index(batch_op.f("ix_watch_warnings_subject"), ["subject"], unique=False)


def downgrade() -> None:

    with op.batch_alter_table("watch_warnings", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_watch_warnings_subject"))
        batch_op.drop_index(batch_op.f("ix_watch_warnings_ended"))

    op.drop_table("watch_warnings")
    with op.batch_alter_table("watch_turns", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_watch_turns_subject"))
        batch_op.drop_index(batch_op.f("ix_watch_turns_at"))

    op.drop_table("watch_turns")
    with op.batch_alter_table("watch_estimates", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_watch_estimates_component"))

    op.drop_table("watch_estimates")
    with op.batch_alter_table("watch_declarations", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_watch_declarations_withdrawn_at"))

    op.drop_table("watch_declarations")
    op.drop_table("watch_cursors")
    op.drop_table("vault_keys")
    with op.batch_alter_table("vault_index", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_vault_index_token"))

    op.drop_table("vault_index")
    with op.batch_alter_table("vault", schema=None) as batch_op:
        batch_op.drop_index("ix_vault_institution_month")

    op.drop_table("vault")
    with op.batch_alter_table("tasks", schema=None) as batch_op:
        batch_op.drop_index("ix_tasks_kind_ready_at")

    op.drop_table("tasks")
    with op.batch_alter_table("sign_in_failures", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sign_in_failures_who"))

    op.drop_table("sign_in_failures")
    with op.batch_alter_table("sessions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sessions_login"))
        batch_op.drop_index(batch_op.f("ix_sessions_ends"))

    op.drop_table("sessions")
    with op.batch_alter_table("replies", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_replies_at"))

    op.drop_table("replies")
    with op.batch_alter_table("register_entries", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_register_entries_state"))
        batch_op.drop_index(batch_op.f("ix_register_entries_outlet"))
        batch_op.drop_index("ix_register_entries_institution_registered_at")
        batch_op.drop_index(batch_op.f("ix_register_entries_city"))

    op.drop_table("register_entries")
    with op.batch_alter_table("facts", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_facts_subject"))
        batch_op.drop_index(batch_op.f("ix_facts_kind"))

    op.drop_table("facts")
    with op.batch_alter_table("delegations", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_delegations_state"))
        batch_op.drop_index(batch_op.f("ix_delegations_institution"))
        batch_op.drop_index(batch_op.f("ix_delegations_delegate"))

    op.drop_table("delegations")
    op.drop_table("delegate_agreements")
    with op.batch_alter_table("checks", schema=None) as batch_op:
        batch_op.drop_index("ix_checks_institution_at")
        batch_op.drop_index(batch_op.f("ix_checks_at"))

    op.drop_table("checks")
    with op.batch_alter_table("batches", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_batches_institution"))

    op.drop_table("batches")
    op.drop_table("batch_rows")
    op.drop_table("batch_chunks")
    op.drop_table("accounts")
