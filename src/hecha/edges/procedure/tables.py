"""Tables of the procedure. One row a life, whatever its kind; `body` is its state as JSON, the rest is for lists."""

import sqlalchemy as sa

from hecha.edges.store.tables import Moment, metadata

lives = sa.Table(
    "lives",
    metadata,
    sa.Column("kind", sa.String(20), primary_key=True),
    sa.Column("id", sa.String(160), primary_key=True),
    sa.Column("incident", sa.String(120), nullable=False),
    sa.Column("unit", sa.String(80), nullable=False),
    sa.Column("phase", sa.String(20), nullable=False),
    sa.Column("opened_at", Moment, nullable=False),
    sa.Column("closed_at", Moment),
    sa.Column("next_at", Moment, index=True),
    sa.Column("body", sa.Text, nullable=False),
    sa.Index("ix_lives_incident_kind", "incident", "kind"),
    sa.Index("ix_lives_kind_closed_at", "kind", "closed_at"),
    sa.Index("ix_lives_unit_kind", "unit", "kind"),
    sa.Index("ix_lives_kind_opened_at", "kind", "opened_at", "id"),
)

readers = sa.Table(
    "life_readers",
    metadata,
    sa.Column("kind", sa.String(20), primary_key=True),
    sa.Column("id", sa.String(160), primary_key=True),
    sa.Column("unit", sa.String(80), primary_key=True),
    sa.Index("ix_life_readers_unit_kind", "unit", "kind"),
)

duties = sa.Table(
    "duties",
    metadata,
    sa.Column("id", sa.String(240), primary_key=True),
    sa.Column("kind", sa.String(20), nullable=False),  # of the life that owes it
    sa.Column("subject", sa.String(160), nullable=False),
    sa.Column("incident", sa.String(120), nullable=False, index=True),
    sa.Column("unit", sa.String(80), nullable=False),
    sa.Column("post", sa.String(20), nullable=False),
    sa.Column("what", sa.String(60), nullable=False),
    sa.Column("clause", sa.String(40), nullable=False),
    sa.Column("since", Moment, nullable=False),
    sa.Column("due", Moment),
    sa.Index("ix_duties_unit_due", "unit", "due"),
    sa.Index("ix_duties_kind_subject", "kind", "subject"),
)

timeline = sa.Table(
    "timeline",
    metadata,
    sa.Column("incident", sa.String(120), primary_key=True),
    sa.Column("seq", sa.BigInteger, primary_key=True, autoincrement=False),  # of the ledger
)

numbers = sa.Table(
    "numbers",
    metadata,
    sa.Column("unit", sa.String(80), primary_key=True),
    sa.Column("series", sa.String(20), primary_key=True),
    sa.Column("year", sa.Integer, primary_key=True),
    sa.Column("last", sa.Integer, nullable=False),
)
