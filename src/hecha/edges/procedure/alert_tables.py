"""Tables beside the lives of alerts: by what they are listed, who sees them, and the signals of monitors and feeds."""

import sqlalchemy as sa

from hecha.edges.store.tables import Moment, metadata

CAUSE_CHARS_MAX = 160
SOURCE_CHARS_MAX = 60
INSTANCE_BYTES = 16

index = sa.Table(
    "alert_index",
    metadata,
    sa.Column("alert", sa.String(160), primary_key=True),
    sa.Column("kind", sa.String(20), nullable=False),
    sa.Column("origin", sa.String(20), nullable=False),
    sa.Column("cause", sa.String(CAUSE_CHARS_MAX), nullable=False, index=True),
    sa.Column("source", sa.String(SOURCE_CHARS_MAX), nullable=False),  # the integration that opened it, or ""
    sa.Column("received", sa.Integer, nullable=False),  # signals that were heard of this cause
    sa.Column("firing", sa.Integer, nullable=False),  # of those, the ones that are not over
    sa.Column("heard_at", Moment),
    sa.Column("quiet_at", Moment, index=True),  # since when nothing fires any more
)

sight = sa.Table(
    "alert_sight",
    metadata,
    sa.Column("alert", sa.String(160), primary_key=True),
    sa.Column("scope", sa.String(120), primary_key=True, index=True),
)

signals = sa.Table(
    "signals",
    metadata,
    sa.Column("source", sa.String(SOURCE_CHARS_MAX), primary_key=True),
    sa.Column("instance", sa.LargeBinary(INSTANCE_BYTES), primary_key=True),
    sa.Column("key", sa.LargeBinary(INSTANCE_BYTES), nullable=False),  # of the news that last began it
    sa.Column("alert", sa.String(160), nullable=False, index=True),
    sa.Column("cause", sa.String(CAUSE_CHARS_MAX), nullable=False),
    sa.Column("resolved", sa.Boolean, nullable=False),
    sa.Column("severity", sa.Integer, nullable=False),
    sa.Column("title", sa.String(200), nullable=False),  # of the first few of a cause; "" for the rest
    sa.Column("at", Moment, nullable=False),
    sa.Index("ix_signals_source_resolved_at", "source", "resolved", "at"),
)

deliveries = sa.Table(
    "signal_deliveries",
    metadata,
    sa.Column("source", sa.String(SOURCE_CHARS_MAX), primary_key=True),
    sa.Column("digest", sa.LargeBinary(32), primary_key=True),
    sa.Column("answer", sa.Text, nullable=False),
    sa.Column("at", Moment, nullable=False, index=True),
)
