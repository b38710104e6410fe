"""The one MetaData. `watching` and `accounts` add their tables to it; citizens' data lies only in `vault`."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
)
from sqlalchemy.engine import Dialect

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class Moment(TypeDecorator[datetime]):
    """An aware moment, kept as UTC text of one width, so that order and equality are the same on every database."""

    impl = String(32)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> str | None:
        return None if value is None else moment_text(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        return None if value is None else datetime.fromisoformat(value)


def moment_text(value: datetime) -> str:
    """`2026-03-12T02:15:00.000000+00:00`. Raises ValueError for a naive moment."""
    if value.tzinfo is None:
        raise ValueError("a moment needs its offset, e.g. +08:00")
    return value.astimezone(UTC).isoformat(timespec="microseconds")


facts = Table(
    "facts",
    metadata,
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("kind", String(80), nullable=False, index=True),
    Column("subject", String(120), nullable=False, index=True),
    Column("at", Moment, nullable=False),
    Column("by", String(120), nullable=False),
    Column("on_behalf_of", String(120), nullable=False),
    Column("clause", String(40), nullable=False),
    Column("data", Text, nullable=False),
    Column("prev", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
)

vault_keys = Table(
    "vault_keys",
    metadata,
    Column("institution", String(60), primary_key=True),
    Column("month", String(7), primary_key=True),
    Column("wrapped", LargeBinary, nullable=False),
)

vault = Table(
    "vault",
    metadata,
    Column("token", String(40), primary_key=True),
    Column("institution", String(60), nullable=False),
    Column("month", String(7), nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Index("ix_vault_institution_month", "institution", "month"),
)

vault_index = Table(
    "vault_index",
    metadata,
    Column("digest", LargeBinary(32), primary_key=True),
    Column("token", String(40), primary_key=True, index=True),
)

replies = Table(
    "replies",
    metadata,
    Column("institution", String(60), primary_key=True),
    Column("key", String(128), primary_key=True),
    Column("route", String(60), nullable=False),
    Column("payload", LargeBinary(32), nullable=False),  # keyed digest of the request
    Column("response", Text, nullable=False),  # never a citizen's data
    Column("at", Moment, nullable=False, index=True),
)

entries = Table(
    "register_entries",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("institution", String(60), nullable=False),
    Column("outlet", String(60), nullable=False, index=True),
    Column("state", String(20), nullable=False, index=True),
    Column("token", String(40), nullable=False),
    Column("mode", String(20), nullable=False),
    Column("business", String(10), nullable=False),
    Column("evidence", String(200), nullable=False),
    Column("voucher", String(80), nullable=False),
    Column("copies", String(120), nullable=False),
    Column("card_city", String(20), nullable=False),
    Column("county", String(20), nullable=False),
    Column("city", String(20), nullable=False, index=True),
    Column("registered_at", Moment, nullable=False),
    Column("registered_by", String(120), nullable=False),
    Column("outcome", String(20), nullable=False),
    Column("verified_at", Moment),
    Column("next_step", String(40), nullable=False),
    Column("settled_at", Moment),
    Column("settled_by", String(120), nullable=False),
    Column("calls", Integer, nullable=False, server_default="0"),
    Column("next_at", Moment),
    Column("certificate", String(80), nullable=False, server_default=""),
    Column("happened_at", Moment),
    Column("slip", String(80)),  # of paper; null: none
    Index("ix_register_entries_institution_registered_at", "institution", "registered_at"),
    Index("ix_register_entries_outlet_slip", "outlet", "slip", unique=True),
)

delegations = Table(
    "delegations",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("institution", String(60), nullable=False, index=True),
    Column("outlet", String(60), nullable=False),
    Column("delegate", String(60), nullable=False, index=True),
    Column("state", String(20), nullable=False, index=True),
    Column("token", String(40), nullable=False),
    Column("business", String(10), nullable=False),
    Column("asked_at", Moment, nullable=False),
    Column("asked_by", String(120), nullable=False),
    Column("answered_at", Moment),
    Column("answered_by", String(120), nullable=False),
    Column("reason", String(200), nullable=False),
    Column("outcome", String(20), nullable=False),
    Column("performed_at", Moment),
    Column("performed_by", String(120), nullable=False),
)

agreements = Table(
    "delegate_agreements",
    metadata,
    Column("institution", String(60), primary_key=True),
    Column("delegate", String(60), primary_key=True),
    Column("telephone", String(40), nullable=False),
    Column("rank", Integer, nullable=False),
    Column("agreed_at", Moment, nullable=False),
    Column("agreed_by", String(120), nullable=False),
)

batches = Table(
    "batches",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("institution", String(60), nullable=False, index=True),
    Column("outlet", String(60), nullable=False),
    Column("business", String(10), nullable=False),
    Column("state", String(20), nullable=False),
    Column("total", Integer, nullable=False),
    Column("bad", Integer, nullable=False),
    Column("at", Moment, nullable=False),
    Column("by", String(120), nullable=False),
    Column("finished_at", Moment),
)

batch_chunks = Table(
    "batch_chunks",
    metadata,
    Column("batch", String(40), primary_key=True),
    Column("chunk", Integer, primary_key=True),
    Column("token", String(40), nullable=False),
)

batch_rows = Table(
    "batch_rows",
    metadata,
    Column("batch", String(40), primary_key=True),
    Column("row", Integer, primary_key=True),
    Column("chunk", Integer, nullable=False),
    Column("outcome", String(20), nullable=False),  # "" until answered
    Column("problem", String(200), nullable=False),
    Column("at", Moment),
)

checks = Table(
    "checks",
    metadata,
    Column("id", String(80), primary_key=True),
    Column("institution", String(60), nullable=False),
    Column("outlet", String(60), nullable=False),
    Column("by", String(120), nullable=False),
    Column("outcome", String(20), nullable=False),
    Column("mode", String(20), nullable=False),
    Column("business", String(10), nullable=False),
    Column("at", Moment, nullable=False, index=True),
    Index("ix_checks_institution_at", "institution", "at"),
)

tasks = Table(
    "tasks",
    metadata,
    Column("kind", String(20), primary_key=True),
    Column("item", String(60), primary_key=True),
    Column("institution", String(60), nullable=False),
    Column("ready_at", Moment, nullable=False),
    Column("lease_until", Moment),
    Column("fence", Integer, nullable=False),
    Column("tries", Integer, nullable=False),
    Index("ix_tasks_kind_ready_at", "kind", "ready_at"),
)
